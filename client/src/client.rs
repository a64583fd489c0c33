//! The client: any message with a derived call, sent for one merchant.
//!
//! Steps of a call: complete and check the request, take the access token if the interface wants
//! one, send, judge the answer; if the gateway says that the token is dead, renew it and send once
//! more. Nothing else is ever sent twice.

use std::fmt;
use std::future::Future;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use signed_xml::{
    Auth, BeijingTime, BillDate, Call, Endpoint, Fields, Limits, Message, ReplyError, ReplyForm,
    Text, Verifier,
};
use tracing::field::Empty;
use tracing::{Instrument, Span};
use url::Url;

use crate::builder::ClientBuilder;
use crate::error::{Error, SetupError};
use crate::judge::Judge;
use crate::merchant::Merchant;
use crate::outside::{Clock, Nonce};
use crate::peer_clock::PeerClock;
use crate::request::{Prepared, body, complete, prepare};
use crate::text_file::{MAX_BYTES, Target, TextFile, TextSink};
use crate::text_reply::TextReply;
use crate::token::{AccessTokens, Token, TokenError, TokenRequest};
use crate::transport::{HttpRequest, HttpResponse, Transport, TransportError};

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
pub struct Client(Arc<Core>);

impl Client {
    /// Settings for a client of this merchant.
    pub fn builder(merchant: Merchant) -> ClientBuilder {
        ClientBuilder::new(merchant)
    }

    /// Whom this client calls for.
    #[must_use]
    pub fn merchant(&self) -> &Merchant {
        &self.0.merchant
    }

    /// The clock of the platform beside the client's own, from the last response that had a `Date`; nothing before the first one.
    #[must_use]
    pub fn peer_clock(&self) -> Option<PeerClock> {
        *self.0.peer_clock()
    }

    /// The access token that the client would use now, without asking for one; nothing if none is stored or the stored one is not usable.
    ///
    /// # Errors
    ///
    /// [`Error::TokenStore`].
    pub async fn stored_token(&self) -> Result<Option<Token>, Error> {
        self.0.tokens.stored().await
    }

    /// Asks for a new access token and stores it in place of the one at hand, which works for a few minutes more. If another caller renews it at the
    /// same time, that one's token is given back. Seldom needed: a client renews tokens by itself.
    ///
    /// # Errors
    ///
    /// [`Error::Token`] if none was given, [`Error::TokenStore`], [`SetupError::NoTokenRequest`].
    pub async fn renew_token(&self) -> Result<Token, Error> {
        let core = &*self.0;
        let source = core
            .token_source
            .as_ref()
            .ok_or(SetupError::NoTokenRequest { interface: "token" })?;
        let stored = core.tokens.stored().await?;
        let fetch = core.fetch(source);
        match stored {
            Some(token) => core.tokens.replace(&token, &*core.clock, fetch).await,
            None => core.tokens.current(&*core.clock, fetch).await,
        }
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
        let core = &*self.0;
        observed(
            &C::ENDPOINT,
            &*core.clock,
            core.exchange(
                request,
                core.reading(core.limits.bytes, |judge, response| {
                    judge.message::<C>(response)
                }),
            ),
        )
        .await
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
        let core = &*self.0;
        core.is_ready(day)?;
        observed(
            &C::ENDPOINT,
            &*core.clock,
            core.exchange(
                request,
                core.reading(core.text_limit, |judge, response| judge.text::<C>(response)),
            ),
        )
        .await
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
        let core = &*self.0;
        core.is_ready(day)?;
        let mut sink = TextSink::new(target);
        let how = Reading {
            limit: usize::try_from(MAX_BYTES).unwrap_or(usize::MAX),
            timeout: core.timeout.max(STREAM_TIMEOUT),
            read: |judge, response| judge.text::<C>(response),
            sink: Some(&mut sink),
        };
        observed(&C::ENDPOINT, &*core.clock, core.exchange(request, how)).await?;
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
        let fields = Fields::parse(body, &self.0.limits).map_err(ReplyError::Body)?;
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
        let merchant = &self.0.merchant;
        let verifier = Verifier {
            key: merchant.key(),
            sign_type: merchant.fixed_sign_type(),
            limits: &self.0.limits,
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
        let core = &*self.0;
        let message = complete(reply.clone(), &core.merchant, &*core.nonce)?;
        let chosen = core.merchant.fixed_sign_type();
        body(
            &message,
            &core.merchant,
            chosen.unwrap_or(M::SCHEMA.sign_type),
        )
    }

    pub(crate) fn from_core(core: Arc<Core>) -> Self {
        Self(core)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("merchant", &self.0.merchant)
            .finish_non_exhaustive()
    }
}

/// What all clones share.
pub(crate) struct Core {
    pub(crate) merchant: Merchant,
    /// Scheme and host that replace those of every interface.
    pub(crate) origin: Option<Url>,
    pub(crate) transport: Box<dyn Transport>,
    pub(crate) clock: Box<dyn Clock>,
    pub(crate) nonce: Box<dyn Nonce>,
    pub(crate) tokens: AccessTokens,
    pub(crate) token_source: Option<TokenSource>,
    pub(crate) limits: Limits,
    pub(crate) text_limit: usize,
    pub(crate) timeout: Duration,
    pub(crate) peer_clock: Mutex<Option<PeerClock>>,
}

/// What is made of a response.
type Read<T> = fn(&Judge<'_>, &HttpResponse) -> Result<T, Error>;

/// How long a text that goes to a file may take, unless the client's timeout is longer.
const STREAM_TIMEOUT: Duration = Duration::from_secs(600);

/// How a response is received and read.
struct Reading<'a, T> {
    limit: usize,
    timeout: Duration,
    read: Read<T>,
    /// What takes the body instead of memory.
    sink: Option<&'a mut TextSink>,
}

/// How tokens are asked for: a [`TokenRequest`] without its type.
pub(crate) struct TokenSource {
    endpoint: Endpoint,
    prepare: fn(&Core) -> Result<Prepared, Error>,
    read: Read<(Text, Duration)>,
}

impl TokenSource {
    pub(crate) fn of<R: TokenRequest>() -> Self {
        const {
            assert!(
                matches!(R::ENDPOINT.auth, Auth::None),
                "a request for a token cannot need one"
            )
        };
        Self {
            endpoint: R::ENDPOINT,
            prepare: |core| core.prepare(R::default()),
            read: |judge, response| {
                let (value, life) = R::token(&judge.message::<R>(response)?);
                TokenError::check(&value).map_err(Error::BadToken)?;
                Ok((value, life))
            },
        }
    }
}

impl Core {
    /// One call, sent once, or twice if the first was refused for its token alone.
    async fn exchange<C: Call + Clone, T>(
        &self,
        request: &C,
        mut how: Reading<'_, T>,
    ) -> Result<T, Error> {
        let prepared = self.prepare(request.clone())?;
        if C::ENDPOINT.auth == Auth::None {
            return self.send(prepared, None, &mut how).await;
        }
        let source = self
            .token_source
            .as_ref()
            .ok_or(SetupError::NoTokenRequest {
                interface: C::ENDPOINT.name(),
            })?;
        let token = self
            .tokens
            .current(&*self.clock, self.fetch(source))
            .await?;
        match self.send(prepared, Some(&token), &mut how).await {
            Err(error) if error.is_dead_token() => {
                let token = self
                    .tokens
                    .replace(&token, &*self.clock, self.fetch(source))
                    .await?;
                // Prepared anew: the same random string twice is what a repeated attack looks like.
                self.send(self.prepare(request.clone())?, Some(&token), &mut how)
                    .await
            }
            outcome => outcome,
        }
    }

    /// Refuses a day whose bill is not made yet.
    fn is_ready(&self, day: Option<BillDate>) -> Result<(), Error> {
        match day {
            Some(day) if BeijingTime::at(self.clock.now()) < day.ready() => Err(Error::NotReady {
                day,
                ready: day.ready(),
            }),
            _ => Ok(()),
        }
    }

    /// A whole body in memory.
    fn reading<T>(&self, limit: usize, read: Read<T>) -> Reading<'static, T> {
        Reading {
            limit,
            timeout: self.timeout,
            read,
            sink: None,
        }
    }

    fn prepare<C: Call>(&self, request: C) -> Result<Prepared, Error> {
        prepare(
            &complete(request, &self.merchant, &*self.nonce)?,
            &self.merchant,
        )
    }

    fn peer_clock(&self) -> MutexGuard<'_, Option<PeerClock>> {
        // Invariant: the lock is held for plain assignments only.
        let peer_clock = self.peer_clock.lock();
        peer_clock.unwrap_or_else(PoisonError::into_inner)
    }

    async fn fetch(&self, source: &TokenSource) -> Result<(Text, Duration), Error> {
        let exchange = async {
            self.send(
                (source.prepare)(self)?,
                None,
                &mut self.reading(self.limits.bytes, source.read),
            )
            .await
        };
        let outcome = observed(&source.endpoint, &*self.clock, exchange).await;
        outcome.map_err(|cause| Error::Token {
            interface: source.endpoint.name(),
            cause: Arc::new(cause),
        })
    }

    async fn send<T>(
        &self,
        prepared: Prepared,
        token: Option<&Token>,
        how: &mut Reading<'_, T>,
    ) -> Result<T, Error> {
        let limit = how.limit;
        let url = prepared.url(self.origin.as_ref(), token)?;
        let sign_type = prepared.sign_type();
        let request = HttpRequest {
            limit,
            timeout: how.timeout,
            ..HttpRequest::new(prepared.method(), url)
        };
        let request = HttpRequest {
            body: prepared.into_body(),
            ..request
        };
        let response = match &mut how.sink {
            None => self.transport.send(request).await?,
            Some(sink) => {
                sink.clear();
                let mut response = self.transport.stream(request, *sink).await?;
                response.body = sink.end().await.map_err(Error::File)?.into();
                response
            }
        };
        if let Some(peer) = response.date {
            let own = self.clock.now();
            *self.peer_clock() = Some(PeerClock { peer, own });
        }
        if response.body.len() > limit {
            return Err(TransportError::TooLarge { max: limit }.into());
        }
        (how.read)(
            &Judge {
                merchant: &self.merchant,
                limits: &self.limits,
                sign_type,
                limit,
                token: token.map(Token::value),
            },
            &response,
        )
    }
}

/// Runs a call in a span that says which interface it was, how it ended and how long it took, and
/// nothing of what it carried.
async fn observed<T>(
    endpoint: &Endpoint,
    clock: &dyn Clock,
    call: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let span = tracing::info_span!(
        "signed_xml_call",
        interface = endpoint.name(),
        outcome = Empty,
        effect = Empty,
        code = Empty,
        duration_ms = Empty
    );
    let begun = clock.now();
    let outcome = call.instrument(span.clone()).await;
    record(&span, outcome.as_ref().err());
    span.record(
        "duration_ms",
        i64::try_from(clock.now().duration_since(begun).as_millis()).unwrap_or(i64::MAX),
    );
    outcome
}

fn record(span: &Span, error: Option<&Error>) {
    let Some(error) = error else {
        span.record("outcome", "ok");
        return;
    };
    span.record("outcome", error.kind());
    span.record("effect", error.effect().as_str());
    if let Some(errcode) = error.errcode() {
        span.record("code", errcode);
    } else if let Some(err_code) = error.err_code() {
        span.record("code", err_code);
    }
}
