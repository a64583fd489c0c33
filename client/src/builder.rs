//! The settings of a client.

use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use signed_xml::Limits;

use crate::asking::{TokenAsking, TokenOrigin};
use crate::calls::Core;
use crate::client::Client;
use crate::error::SetupError;
use crate::merchant::Merchant;
use crate::outside::{Clock, Nonce, RandomNonce, SystemClock};
use crate::request::parse_origin;
use crate::retries::{Retries, RetryBudget};
use crate::token::{AccessTokens, MemoryTokenStore, TokenRequest, TokenSource, TokenStore};
use crate::transport::{HttpTransport, Transport};

/// Settings of a [`Client`], or of a typed client `T` around it.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use signed_xml::Key;
/// use signed_xml_client::{Client, HttpTransport, Merchant};
///
/// let merchant = Merchant::independent("wx2421b1c4370ec43b", "10000100", Key::new("192006250b4c09247ec02edce69f6a2d")?)?;
/// let transport = HttpTransport::builder().connect_timeout(Duration::from_secs(2)).user_agent("his/1.0").build()?;
/// let client = Client::builder(merchant).origin("http://127.0.0.1:8080").transport(transport).timeout(Duration::from_secs(10)).build()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub struct ClientBuilder<T = Client> {
    merchant: Merchant,
    origin: Option<String>,
    second_origin: Option<String>,
    transport: Option<Box<dyn Transport>>,
    clock: Box<dyn Clock>,
    nonce: Box<dyn Nonce>,
    token_store: Box<dyn TokenStore>,
    token_origin: Option<Asking>,
    wants_stable_token: bool,
    retries: Retries,
    deadline: Option<Duration>,
    limits: Limits,
    text_limit: usize,
    timeout: Duration,
    client: PhantomData<fn() -> T>,
}

/// Where access tokens come from, before it is known whether they are stable ones.
enum Asking {
    Platform {
        plain: fn() -> TokenAsking,
        stable: fn() -> Result<TokenAsking, SetupError>,
    },
    Source(Box<dyn TokenSource>),
}

impl<T: From<Client>> ClientBuilder<T> {
    /// The defaults: the platform's own address, HTTP of this machine, the token in memory, replies
    /// of 1 MiB, texts of 64 MiB, 20 seconds.
    pub fn new(merchant: Merchant) -> Self {
        Self {
            merchant,
            origin: None,
            second_origin: None,
            transport: None,
            clock: Box::new(SystemClock),
            nonce: Box::new(RandomNonce),
            token_store: Box::new(MemoryTokenStore::default()),
            token_origin: None,
            wants_stable_token: false,
            retries: Retries::none(),
            deadline: None,
            limits: Limits::default(),
            text_limit: 64 << 20,
            timeout: Duration::from_secs(20),
            client: PhantomData,
        }
    }

    /// Whom the client will call for.
    #[must_use]
    pub fn merchant(&self) -> &Merchant {
        &self.merchant
    }

    /// Sends every call there instead of to the platform: the address of a sandbox, such as `http://127.0.0.1:8080`.
    pub fn origin(mut self, origin: impl Into<String>) -> Self {
        self.origin = Some(origin.into());
        self
    }

    /// Sends what may be repeated to this address when the first attempt has failed on its way, such as
    /// a second domain of the platform. Without [`ClientBuilder::retries`] a call is then sent once
    /// more; with them, every second attempt goes there.
    ///
    /// Orders, refunds and closes never go there, since they are sent once.
    pub fn second_origin(mut self, origin: impl Into<String>) -> Self {
        self.second_origin = Some(origin.into());
        self
    }

    /// Sends a call again that failed on its way, if the interface's calls may be repeated. By default
    /// no call is: a program that waits for an answer decides how long it waits, and one that asks
    /// again by itself, as an order desk does, would multiply the calls.
    pub fn retries(mut self, retries: Retries) -> Self {
        self.retries = retries;
        self
    }

    /// How long each call may take with all that belongs to it: access token, repetitions, waits. No
    /// limit by default. [`Client::within`](crate::Client::within) sets another one for single calls.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Sends through this transport instead of a default [`HttpTransport`].
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Box::new(transport));
        self
    }

    /// Takes the time from there.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// Takes `nonce_str` from there.
    pub fn nonce(mut self, nonce: impl Nonce) -> Self {
        self.nonce = Box::new(nonce);
        self
    }

    /// Stores the access token there, so that several processes share it.
    pub fn token_store(mut self, store: impl TokenStore) -> Self {
        self.token_store = Box::new(store);
        self
    }

    /// Asks for access tokens with this request.
    pub fn token_request<R: TokenRequest>(mut self) -> Self {
        self.token_origin = Some(Asking::Platform {
            plain: TokenAsking::of::<R>,
            stable: || TokenAsking::of::<R>().into_stable::<R>(),
        });
        self
    }

    /// Takes access tokens from another program, which asks the platform for all: the client never
    /// does.
    pub fn token_source(mut self, source: impl TokenSource) -> Self {
        self.token_origin = Some(Asking::Source(Box::new(source)));
        self
    }

    /// Asks the platform for a stable access token: one that stays the same until shortly before its
    /// end, and that other callers do not end. For a merchant whose token request has
    /// [`TokenRequest::STABLE_URL`].
    pub fn stable_token(mut self) -> Self {
        self.wants_stable_token = true;
        self
    }

    /// Limits what a message may be, received as a reply or as a notification.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Limits what a text reply may be, in bytes.
    pub fn text_limit(mut self, bytes: usize) -> Self {
        self.text_limit = bytes;
        self
    }

    /// How long one HTTP exchange may take. A call may be three of them: for a token, for the call,
    /// and once more if the token was dead.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Makes the client.
    ///
    /// # Errors
    ///
    /// [`SetupError`] if an origin is invalid, the default transport cannot be made, or a stable token
    /// is wanted that the platform does not give.
    pub fn build(self) -> Result<T, SetupError> {
        let origin = self.origin.as_deref().map(parse_origin).transpose()?;
        let second_origin = self
            .second_origin
            .as_deref()
            .map(parse_origin)
            .transpose()?;
        let retries = match second_origin {
            Some(_) => self.retries.at_least_one(),
            None => self.retries,
        };
        let token_origin = match self.token_origin {
            Some(Asking::Source(source)) => Some(TokenOrigin::Source(source)),
            Some(Asking::Platform { stable, .. }) if self.wants_stable_token => {
                Some(TokenOrigin::Request(stable()?))
            }
            Some(Asking::Platform { plain, .. }) => Some(TokenOrigin::Request(plain())),
            None => None,
        };
        let transport = match self.transport {
            Some(transport) => transport,
            None => Box::new(HttpTransport::new().map_err(SetupError::Transport)?),
        };
        let core = Core {
            merchant: self.merchant,
            origin,
            second_origin,
            transport,
            clock: self.clock,
            nonce: self.nonce,
            tokens: AccessTokens::new(self.token_store),
            token_origin,
            budget: RetryBudget::new(retries),
            limits: self.limits,
            text_limit: self.text_limit,
            timeout: self.timeout,
            peer_clock: Mutex::default(),
        };
        Ok(Client::from_core(Arc::new(core), self.deadline).into())
    }
}

impl<T> fmt::Debug for ClientBuilder<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("merchant", &self.merchant)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
