//! What all clones of a client share, and how one call goes.
//!
//! Steps, in order: prepare, take the access token, send, judge; with a dead token once more; after a
//! failure on the way again, if the interface's calls may be repeated and the budget has room.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use signed_xml::{Auth, BeijingTime, BillDate, Call, Endpoint, Limits, Method, ReplyForm};
use url::Url;

use crate::asking::{TokenAsking, TokenOrigin};
use crate::course::Course;
use crate::error::{Error, SetupError};
use crate::judge::Judge;
use crate::merchant::Merchant;
use crate::outside::{Clock, Nonce};
use crate::peer_clock::PeerClock;
use crate::request::{Prepared, complete, prepare, prepare_json};
use crate::retries::RetryBudget;
use crate::text_file::TextSink;
use crate::token::{AccessTokens, Token, TokenError};
use crate::transport::{HttpRequest, HttpResponse, Transport, TransportError};

/// What all clones share.
pub(crate) struct Core {
    pub(crate) merchant: Merchant,
    /// Scheme and host that replace those of every interface.
    pub(crate) origin: Option<Url>,
    /// Where what may be repeated goes when the first attempt has failed on its way.
    pub(crate) second_origin: Option<Url>,
    pub(crate) transport: Box<dyn Transport>,
    pub(crate) clock: Box<dyn Clock>,
    pub(crate) nonce: Box<dyn Nonce>,
    pub(crate) tokens: AccessTokens,
    pub(crate) token_origin: Option<TokenOrigin>,
    pub(crate) budget: RetryBudget,
    pub(crate) limits: Limits,
    pub(crate) text_limit: usize,
    pub(crate) timeout: Duration,
    pub(crate) peer_clock: Mutex<Option<PeerClock>>,
}

/// What is made of a response.
pub(crate) type Read<T> = fn(&Judge<'_>, &HttpResponse) -> Result<T, Error>;

/// How long a text that goes to a file may take, unless the client's timeout is longer.
pub(crate) const STREAM_TIMEOUT: Duration = Duration::from_secs(600);

/// How a response is received and read.
pub(crate) struct Reading<'a, T> {
    pub(crate) limit: usize,
    pub(crate) timeout: Duration,
    pub(crate) read: Read<T>,
    /// What takes the body instead of memory.
    pub(crate) sink: Option<&'a mut TextSink>,
}

impl<T> Reading<'_, T> {
    /// Whether no part of a body went to a file or a writer yet.
    fn is_untouched(&self) -> bool {
        self.sink.as_ref().is_none_or(|sink| sink.is_untouched())
    }
}

/// What a source of tokens is called in a trace.
const SOURCE: Endpoint = Endpoint {
    method: Method::Get,
    origin: "",
    path: "/token_source",
    auth: Auth::None,
    form: ReplyForm::Json,
    repeatable: false,
};

impl Core {
    /// One call: sent once, or twice if the first was refused for its token alone; and again after
    /// failures on the way, if it may be repeated.
    pub(crate) async fn exchange<C: Call + Clone, T>(
        &self,
        request: &C,
        mut how: Reading<'_, T>,
        course: &Course,
    ) -> Result<T, Error> {
        if C::ENDPOINT.auth != Auth::None && self.token_origin.is_none() {
            return Err(SetupError::NoTokenRequest {
                interface: C::ENDPOINT.name(),
            }
            .into());
        }
        self.budget.earn();
        let mut repetition = 0;
        loop {
            let error = match self.attempt(request, &mut how, course, repetition).await {
                Err(error) => error,
                done => return done,
            };
            let may_repeat = C::ENDPOINT.repeatable && how.is_untouched();
            if !may_repeat || !self.repeats_after(&error, repetition, course).await {
                return Err(error);
            }
            repetition += 1;
        }
    }

    async fn attempt<C: Call + Clone, T>(
        &self,
        request: &C,
        how: &mut Reading<'_, T>,
        course: &Course,
        repetition: u32,
    ) -> Result<T, Error> {
        let prepared = self.prepare(request.clone())?;
        if C::ENDPOINT.auth == Auth::None {
            return self.send(&prepared, None, how, course, repetition).await;
        }
        let fetch = Box::pin(self.fetch(None, course));
        let current = self.tokens.current(&*self.clock, &*self.nonce, fetch);
        let token = course.bound(current).await?;
        match self
            .send(&prepared, Some(&token), how, course, repetition)
            .await
        {
            Err(error) if error.is_dead_token() => {
                let fetch = Box::pin(self.fetch(Some(&token), course));
                let replace = self
                    .tokens
                    .replace(&token, &*self.clock, &*self.nonce, fetch);
                let another = course.bound(replace).await?;
                if another.value() == token.value() {
                    return Err(Error::BadToken(TokenError::RefusedBefore));
                }
                // Prepared anew: the same random string twice is what a repeated attack looks like.
                let prepared = self.prepare(request.clone())?;
                self.send(&prepared, Some(&another), how, course, repetition)
                    .await
            }
            outcome => outcome,
        }
    }

    /// Waits until a call that may be repeated is to be sent again; false if it is not.
    async fn repeats_after(&self, error: &Error, repetition: u32, course: &Course) -> bool {
        let wait = self.budget.spend(error, repetition, &*self.nonce);
        let Some(wait) = wait.filter(|wait| course.has_room_for(*wait)) else {
            return false;
        };
        course.repeats(repetition + 1, error);
        tokio::time::sleep(wait).await;
        true
    }

    /// Asks for a new access token in place of the one at hand.
    pub(crate) async fn renew_token(&self, deadline: Option<Duration>) -> Result<Token, Error> {
        let endpoint = match &self.token_origin {
            Some(TokenOrigin::Request(asking)) => asking.endpoint,
            Some(TokenOrigin::Source(_)) => SOURCE,
            None => return Err(SetupError::NoTokenRequest { interface: "token" }.into()),
        };
        let course = Course::begin(&endpoint, deadline);
        let stored = self.tokens.stored().await?;
        let fetch = Box::pin(self.fetch(None, &course));
        let renewed = async {
            match &stored {
                Some(token) => {
                    self.tokens
                        .replace(token, &*self.clock, &*self.nonce, fetch)
                        .await
                }
                None => self.tokens.current(&*self.clock, &*self.nonce, fetch).await,
            }
        };
        course.bound(renewed).await
    }

    /// Refuses a day whose bill is not made yet.
    pub(crate) fn is_ready(&self, day: Option<BillDate>) -> Result<(), Error> {
        match day {
            Some(day) if BeijingTime::at(self.clock.now()) < day.ready() => Err(Error::NotReady {
                day,
                ready: day.ready(),
            }),
            _ => Ok(()),
        }
    }

    /// A whole body in memory.
    pub(crate) fn reading<T>(&self, limit: usize, read: Read<T>) -> Reading<'static, T> {
        Reading {
            limit,
            timeout: self.timeout,
            read,
            sink: None,
        }
    }

    fn prepare<C: Call>(&self, request: C) -> Result<Prepared, Error> {
        self.prepare_for(request, C::ENDPOINT)
    }

    /// A request to that address.
    pub(crate) fn prepare_for<C: Call>(
        &self,
        request: C,
        endpoint: Endpoint,
    ) -> Result<Prepared, Error> {
        let complete = complete(request, &self.merchant, &*self.nonce)?;
        prepare(&complete, &self.merchant, endpoint)
    }

    /// A request to that address, whose fields are a JSON object.
    pub(crate) fn prepare_json<C: Call>(
        &self,
        request: C,
        endpoint: Endpoint,
    ) -> Result<Prepared, Error> {
        let complete = complete(request, &self.merchant, &*self.nonce)?;
        Ok(prepare_json(complete, endpoint))
    }

    pub(crate) fn peer_clock(&self) -> MutexGuard<'_, Option<PeerClock>> {
        // Invariant: the lock is held for plain assignments only.
        let peer_clock = self.peer_clock.lock();
        peer_clock.unwrap_or_else(PoisonError::into_inner)
    }

    /// A new token. Its life counts from before it was asked for, so that it never seems to live
    /// longer than it does.
    async fn fetch(&self, refused: Option<&Token>, course: &Course) -> Result<Token, Error> {
        match &self.token_origin {
            None => Err(SetupError::NoTokenRequest { interface: "token" }.into()),
            Some(TokenOrigin::Source(source)) => {
                let token = source.token(refused.cloned()).await;
                let token = token.map_err(Error::TokenSource)?;
                TokenError::check(token.value()).map_err(Error::BadToken)?;
                Ok(token)
            }
            Some(TokenOrigin::Request(asking)) => {
                let part = course.part(&asking.endpoint);
                let outcome = part.run(self.ask(asking, &part)).await;
                outcome.map_err(|cause| match cause {
                    // It is the time of the whole call.
                    out_of_time @ Error::OutOfTime { .. } => out_of_time,
                    cause => Error::Token {
                        interface: asking.endpoint.name(),
                        cause: Arc::new(cause),
                    },
                })
            }
        }
    }

    /// Asks the platform for a token, again if the request may be repeated.
    async fn ask(&self, asking: &TokenAsking, course: &Course) -> Result<Token, Error> {
        self.budget.earn();
        let mut repetition = 0;
        loop {
            let begun_at = self.clock.now();
            let prepared = (asking.prepare)(self, asking.endpoint)?;
            let mut how = self.reading(self.limits.bytes, asking.read);
            let error = match self
                .send(&prepared, None, &mut how, course, repetition)
                .await
            {
                Err(error) => error,
                Ok((value, life)) => {
                    return Token::new(value, begun_at, life).map_err(Error::BadToken);
                }
            };
            let may_repeat = asking.endpoint.repeatable;
            if !may_repeat || !self.repeats_after(&error, repetition, course).await {
                return Err(error);
            }
            repetition += 1;
        }
    }

    /// Where attempt number `repetition`, from 0, goes to instead of the interface's own origin:
    /// every second one to the second origin.
    fn origin(&self, repetition: u32) -> Option<&Url> {
        let second = self.second_origin.as_ref();
        second
            .filter(|_| repetition % 2 == 1)
            .or(self.origin.as_ref())
    }

    async fn send<T>(
        &self,
        prepared: &Prepared,
        token: Option<&Token>,
        how: &mut Reading<'_, T>,
        course: &Course,
        repetition: u32,
    ) -> Result<T, Error> {
        let limit = how.limit;
        let url = prepared.url(self.origin(repetition), token)?;
        course.sends_to(&url);
        let request = HttpRequest {
            limit,
            timeout: course.left(how.timeout)?,
            body: prepared.body(),
            headers: prepared.headers(),
            schema: Some(prepared.schema()),
            ..HttpRequest::new(prepared.method(), url)
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
        course.received(response.status);
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
                limit,
                token: token.map(Token::value),
                sent: prepared,
            },
            &response,
        )
    }
}
