//! The client: any message with a derived call, sent for one merchant.
//!
//! Steps of a call: complete and check the request, take the access token if the interface wants
//! one, send, judge the answer; if the gateway says that the token is dead, renew it and send once
//! more. Nothing else is ever sent twice, unless [`Retries`](crate::Retries) or a second origin are
//! set and the interface's calls may be repeated.

use std::fmt;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use signed_xml::{BillDate, Call, Fields, Message, ReplyError, ReplyForm, Verifier};

use crate::builder::ClientBuilder;
use crate::calls::{Core, Reading, STREAM_TIMEOUT};
use crate::course::Course;
use crate::error::Error;
use crate::merchant::Merchant;
use crate::peer_clock::PeerClock;
use crate::request::{body, complete};
use crate::text_file::{MAX_BYTES, Target, TextFile, TextSink};
use crate::text_reply::TextReply;
use crate::token::Token;

/// Calls interfaces for one merchant. Cheap to clone; all clones share the access token and the
/// connections.
///
/// # Examples
///
/// An interface written by hand, answered by a scripted transport:
///
/// ```
/// use signed_xml::{Builder, Key, Message, Text};
/// use signed_xml_client::{BoxFuture, Client, HttpRequest, HttpResponse, Merchant, Transport, TransportError};
///
/// #[derive(Clone, PartialEq, Message, Builder)]
/// #[message(name = "ping request", section = "1", unsigned)]
/// #[call(method = "POST", url = "https://api.example.com/ping", auth = none, form = xml, reply = Pong)]
/// pub struct Ping {
///     #[field(label = "商户号", max = 32, supplied = merchant, required)]
///     pub mch_id: Option<Text>,
///     #[field(label = "内容", max = 8)]
///     pub content: Text,
/// }
///
/// #[derive(Clone, PartialEq, Message)]
/// #[message(name = "ping response", section = "1", unsigned)]
/// pub struct Pong {
///     #[field(label = "内容")]
///     pub content: Text,
/// }
///
/// struct Scripted;
///
/// impl Transport for Scripted {
///     fn send<'a>(&'a self, request: HttpRequest) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
///         assert_eq!(request.url.path(), "/ping");
///         Box::pin(async { Ok(HttpResponse::new(200, "<xml><content>pong</content></xml>")) })
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let merchant = Merchant::independent("wx2421b1c4370ec43b", "10000100", Key::new("192006250b4c09247ec02edce69f6a2d")?)?;
/// let client: Client = Client::builder(merchant).transport(Scripted).build()?;
/// let pong = client.call(&Ping::builder().content("ping").build()?).await?;
/// assert_eq!(pong.content, "pong");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    core: Arc<Core>,
    /// How long each call may take, with all that belongs to it.
    deadline: Option<Duration>,
}

impl Client {
    /// Settings for a client of this merchant.
    pub fn builder(merchant: Merchant) -> ClientBuilder {
        ClientBuilder::new(merchant)
    }

    /// Whom this client calls for.
    #[must_use]
    pub fn merchant(&self) -> &Merchant {
        &self.core.merchant
    }

    /// The same client, whose calls end after this time: each with all that belongs to it, which is the
    /// access token, the repetitions and the waits between.
    ///
    /// It takes the place of [`ClientBuilder::deadline`], longer or shorter. A call whose time is over
    /// before anything was sent fails with [`Error::OutOfTime`]; one that is cut short while it is
    /// under way fails as one that is not answered in time.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// # use signed_xml::Key;
    /// # use signed_xml_client::{Client, Merchant};
    /// # let merchant = Merchant::independent("wx2421b1c4370ec43b", "10000100", Key::new("192006250b4c09247ec02edce69f6a2d")?)?;
    /// # let client: Client = Client::builder(merchant).build()?;
    /// // The patient waits for this page.
    /// let hasty = client.within(Duration::from_secs(3));
    /// # let _ = hasty;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn within(&self, deadline: Duration) -> Self {
        Self {
            core: Arc::clone(&self.core),
            deadline: Some(deadline),
        }
    }

    /// The clock of the platform beside the client's own, from the last response that had a `Date`; nothing before the first one.
    #[must_use]
    pub fn peer_clock(&self) -> Option<PeerClock> {
        *self.core.peer_clock()
    }

    /// The access token that the client would use now, without asking for one; nothing if none is stored or the stored one is not usable.
    ///
    /// # Errors
    ///
    /// [`Error::TokenStore`].
    pub async fn stored_token(&self) -> Result<Option<Token>, Error> {
        self.core.tokens.stored().await
    }

    /// Asks for a new access token and stores it in place of the one at hand, which works for a few minutes more. If another caller renews it at the
    /// same time, that one's token is given back. Seldom needed: a client renews tokens by itself.
    ///
    /// # Errors
    ///
    /// [`Error::Token`] or [`Error::TokenSource`] if none was given, [`Error::TokenStore`],
    /// [`SetupError::NoTokenRequest`](crate::SetupError::NoTokenRequest), [`Error::OutOfTime`].
    pub async fn renew_token(&self) -> Result<Token, Error> {
        self.core.renew_token(self.deadline).await
    }

    /// Makes a call and reads its reply.
    ///
    /// An interface that answers with a text does not compile here: that is [`Client::call_text`].
    ///
    /// # Errors
    ///
    /// [`Error`], which says who is to blame and, by [`Error::effect`], whether the call may have
    /// taken effect.
    pub async fn call<C: Call + Clone>(&self, request: &C) -> Result<C::Reply, Error> {
        const {
            assert!(
                !matches!(C::ENDPOINT.form, ReplyForm::Text),
                "this interface answers with a text: use `call_text`"
            )
        };
        let core = &*self.core;
        let course = Course::begin(&C::ENDPOINT, self.deadline);
        let how = core.reading(core.limits.bytes, |judge, response| {
            judge.message::<C>(response)
        });
        course.run(core.exchange(request, how, &course)).await
    }

    /// Makes a call that is answered with a text, such as a bill.
    ///
    /// The bill of a `day` is there from 10:00 of the next day on, Beijing time: earlier, by the
    /// client's clock, nothing is sent.
    ///
    /// # Errors
    ///
    /// As [`Client::call`]; a failure that comes as a message instead of the text is read as
    /// `C::Reply`. [`Error::NotReady`].
    pub async fn call_text<C: Call + Clone>(
        &self,
        request: &C,
        day: Option<BillDate>,
    ) -> Result<TextReply, Error> {
        const {
            assert!(
                matches!(C::ENDPOINT.form, ReplyForm::Text),
                "this interface answers with a message: use `call`"
            )
        };
        let core = &*self.core;
        core.is_ready(day)?;
        let course = Course::begin(&C::ENDPOINT, self.deadline);
        let how = core.reading(core.text_limit, |judge, response| judge.text::<C>(response));
        course.run(core.exchange(request, how, &course)).await
    }

    /// Makes a call that is answered with a text, and writes that to a file piece by piece: beside the
    /// path first, synced, then renamed, so that the path holds the whole text or what was there before.
    /// What gzip has compressed is inflated. A text may be 4 GiB and take ten minutes.
    ///
    /// A thread of the tokio runtime that may wait for the disk writes it.
    ///
    /// # Errors
    ///
    /// As [`Client::call_text`]; [`Error::File`].
    pub async fn call_text_to_file<C: Call + Clone>(
        &self,
        request: &C,
        day: Option<BillDate>,
        path: impl AsRef<Path>,
    ) -> Result<TextFile, Error> {
        let path = path.as_ref().to_owned();
        let bytes = self
            .call_text_to(request, day, Target::Path(path.clone()))
            .await?;
        Ok(TextFile { path, bytes })
    }

    /// Makes a call that is answered with a text, and writes that piece by piece, in constant memory.
    /// What gzip has compressed is inflated. Returns the size in bytes.
    ///
    /// Nothing is written before the text is known to be a table; what is written is the whole text
    /// only if the call succeeds. A thread of the tokio runtime writes, which may wait; the time that it
    /// waits counts among the ten minutes of the call. A pipe makes a reader of the writer:
    ///
    /// ```no_run
    /// # use signed_xml::bill::{BillReader, BillRow};
    /// # use signed_xml::{BillDate, Call};
    /// # async fn totals<C: Call + Clone, R: BillRow<Totals: Send> + 'static>(client: &signed_xml_client::Client, request: &C, day: BillDate) -> Result<R::Totals, Box<dyn std::error::Error>> {
    /// let (reader, writer) = std::io::pipe()?;
    /// let totals = tokio::task::spawn_blocking(|| BillReader::<_, R>::new(reader)?.into_totals());
    /// client.call_text_to_writer(request, Some(day), writer).await?;
    /// let totals = totals.await??;
    /// # Ok(totals)
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Client::call_text`]; [`Error::File`] if the writer fails, such as a pipe whose reader is
    /// gone.
    pub async fn call_text_to_writer<C: Call + Clone>(
        &self,
        request: &C,
        day: Option<BillDate>,
        writer: impl Write + Send + 'static,
    ) -> Result<u64, Error> {
        self.call_text_to(request, day, Target::writer(writer))
            .await
    }

    async fn call_text_to<C: Call + Clone>(
        &self,
        request: &C,
        day: Option<BillDate>,
        target: Target,
    ) -> Result<u64, Error> {
        const {
            assert!(
                matches!(C::ENDPOINT.form, ReplyForm::Text),
                "this interface answers with a message: use `call`"
            )
        };
        let core = &*self.core;
        core.is_ready(day)?;
        let mut sink = TextSink::new(target);
        let how = Reading {
            limit: usize::try_from(MAX_BYTES).unwrap_or(usize::MAX),
            timeout: core.timeout.max(STREAM_TIMEOUT),
            read: |judge, response| judge.text::<C>(response),
            sink: Some(&mut sink),
        };
        let course = Course::begin(&C::ENDPOINT, self.deadline);
        course.run(core.exchange(request, how, &course)).await?;
        sink.finish().await.map_err(Error::File)
    }

    /// Opens a message that the platform sent on its own: limits, protocol, signature, merchant,
    /// then the typed message.
    ///
    /// # Errors
    ///
    /// [`ReplyError`], never [`ReplyError::Business`]. Of a refused notification only
    /// [`ReplyError::fields`] may be used: they are verified.
    pub fn open_notification<N: Message>(&self, body: &[u8]) -> Result<N, ReplyError> {
        let fields = Fields::parse(body, &self.core.limits).map_err(ReplyError::Body)?;
        self.open_parsed_notification(&fields)
    }

    /// [`Client::open_notification`] for a body that [`Fields::parse`] has read before: a receiver
    /// for many merchants looks for the one that it names, and then opens what it has read.
    ///
    /// # Errors
    ///
    /// As [`Client::open_notification`].
    ///
    /// # Examples
    ///
    /// ```
    /// # use signed_xml::{BodyError, Fields, Limits, Message, ReplyError};
    /// # use signed_xml_client::Client;
    /// fn open<N: Message>(clients: &[Client], body: &[u8]) -> Result<Option<N>, ReplyError> {
    ///     let fields = Fields::parse(body, &Limits::default()).map_err(ReplyError::Body)?;
    ///     let named = |client: &&Client| {
    ///         fields.get("mch_id") == Some(client.merchant().mch_id().as_str())
    ///     };
    ///     let client = clients.iter().find(named);
    ///     client.map(|client| client.open_parsed_notification(&fields)).transpose()
    /// }
    /// ```
    pub fn open_parsed_notification<N: Message>(&self, fields: &Fields) -> Result<N, ReplyError> {
        let merchant = &self.core.merchant;
        let verifier = Verifier {
            key: merchant.key(),
            sign_type: merchant.fixed_sign_type(),
            limits: &self.core.limits,
            parties: &merchant.parties(),
        };
        verifier.parsed_notification(fields)
    }

    /// Completes, checks, signs and writes a message that answers a notification.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] if it breaks a rule of the document.
    pub fn sign<M: Message + Clone>(&self, reply: &M) -> Result<Vec<u8>, Error> {
        let core = &*self.core;
        let message = complete(reply.clone(), &core.merchant, &*core.nonce)?;
        let chosen = core.merchant.fixed_sign_type();
        body(
            &message,
            &core.merchant,
            chosen.unwrap_or(M::SCHEMA.sign_type),
        )
    }

    pub(crate) fn from_core(core: Arc<Core>, deadline: Option<Duration>) -> Self {
        Self { core, deadline }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("merchant", &self.core.merchant)
            .finish_non_exhaustive()
    }
}
