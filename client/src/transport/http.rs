//! HTTP over reqwest, with rustls.
//!
//! One attempt, no redirect, no proxy unless asked for, the size counted while reading, whatever
//! `Content-Length` claims. Bodies are asked for as they are (`Accept-Encoding: identity`). A
//! process-wide rustls provider is used if there is one, ring otherwise.

use std::error::Error as StdError;
use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use reqwest::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, DATE, HeaderMap, HeaderName, HeaderValue,
};
use signed_xml::Method;
use url::Url;
use zeroize::Zeroizing;

use super::tls::{Identity, Tls};
use super::{BoxFuture, HttpRequest, HttpResponse, Pieces, Transport, TransportError, host};

/// The default [`Transport`]. Cheap to clone; all clones share their connections.
#[derive(Debug, Clone)]
pub struct HttpTransport {
    http: reqwest::Client,
}

impl HttpTransport {
    /// A transport with the defaults.
    ///
    /// # Errors
    ///
    /// [`TransportError::Request`] if the TLS settings of this process cannot be used.
    pub fn new() -> Result<Self, TransportError> {
        Self::builder().build()
    }

    /// A transport with other settings.
    pub fn builder() -> HttpTransportBuilder {
        HttpTransportBuilder {
            connect_timeout: Duration::from_secs(5),
            proxy: Proxy::None,
            user_agent: None,
            tls: Tls::default(),
        }
    }
}

/// Settings of an [`HttpTransport`].
#[derive(Debug, Clone)]
#[must_use]
pub struct HttpTransportBuilder {
    connect_timeout: Duration,
    proxy: Proxy,
    user_agent: Option<String>,
    tls: Tls,
}

#[derive(Clone)]
enum Proxy {
    None,
    Environment,
    Through(Url),
}

impl fmt::Debug for Proxy {
    /// The host alone: an address may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Environment => f.write_str("Environment"),
            Self::Through(url) => write!(f, "Through({})", host(url)),
        }
    }
}

impl HttpTransportBuilder {
    /// How long it may take until a connection stands; 5 seconds by default. It counts towards the
    /// time of the whole call.
    pub fn connect_timeout(mut self, connect_timeout: Duration) -> Self {
        self.connect_timeout = connect_timeout;
        self
    }

    /// Goes through this HTTP proxy, with the name and password of the address if it has them.
    pub fn proxy(mut self, proxy: Url) -> Self {
        self.proxy = Proxy::Through(proxy);
        self
    }

    /// Goes through the proxy that the environment names (`HTTPS_PROXY` and its like). By default
    /// the environment is not asked.
    pub fn proxy_from_environment(mut self) -> Self {
        self.proxy = Proxy::Environment;
        self
    }

    /// Puts this in front of the library's own name in `User-Agent`.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = Some(user_agent.into());
        self
    }

    /// Trusts these CAs besides those of the operating system: one or more certificates in PEM form.
    /// For a proxy or gateway of the hospital that ends TLS and has a certificate of the hospital's
    /// own.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use signed_xml_client::HttpTransport;
    ///
    /// let transport = HttpTransport::builder()
    ///     .trust(std::fs::read("/etc/hospital/ca.pem")?)
    ///     .client_certificate(
    ///         std::fs::read("/etc/hospital/his.pem")?,
    ///         std::fs::read("/etc/hospital/his.key")?,
    ///     )
    ///     .proxy("http://proxy.hospital.example:3128".parse()?)
    ///     .build()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn trust(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.tls.authorities.push(pem.into());
        self
    }

    /// Trusts no CA but those of [`HttpTransportBuilder::trust`].
    pub fn trust_no_other(mut self) -> Self {
        self.tls.own_authorities_only = true;
        self
    }

    /// Shows this certificate to a peer that asks for one: the certificate with its chain, and the
    /// private key of the first one, each in PEM form.
    pub fn client_certificate(
        mut self,
        chain_pem: impl Into<Vec<u8>>,
        key_pem: impl Into<Vec<u8>>,
    ) -> Self {
        let key = Zeroizing::new(key_pem.into());
        let chain = chain_pem.into();
        self.tls.identity = Some(Arc::new(Identity { chain, key }));
        self
    }

    /// Makes the transport.
    ///
    /// # Errors
    ///
    /// [`TransportError::Request`] if a certificate or key, the proxy or the user agent cannot be
    /// used.
    pub fn build(self) -> Result<HttpTransport, TransportError> {
        const OWN: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
        let user_agent = self
            .user_agent
            .map_or_else(|| OWN.to_owned(), |name| format!("{name} {OWN}"));
        let builder = reqwest::Client::builder()
            .tls_backend_preconfigured(self.tls.config()?)
            .connect_timeout(self.connect_timeout)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .http1_only()
            // A connection that idled for long may be closed by the peer at the very moment it is
            // used again, which looks like a call of unknown effect.
            .pool_idle_timeout(Duration::from_secs(30))
            .user_agent(user_agent);
        let builder = match self.proxy {
            Proxy::Environment => builder,
            Proxy::None => builder.no_proxy(),
            Proxy::Through(url) => builder
                .no_proxy()
                .proxy(reqwest::Proxy::all(url).map_err(unusable)?),
        };
        Ok(HttpTransport {
            http: builder.build().map_err(unusable)?,
        })
    }
}

impl Transport for HttpTransport {
    fn send<'a>(
        &'a self,
        request: HttpRequest,
    ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            let mut body = BytesMut::new();
            let mut response = self.receive(request, Sink::Memory(&mut body)).await?;
            response.body = body.freeze();
            Ok(response)
        })
    }

    fn stream<'a>(
        &'a self,
        request: HttpRequest,
        pieces: &'a mut dyn Pieces,
    ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        Box::pin(self.receive(request, Sink::Pieces(pieces)))
    }
}

/// Where a body goes.
enum Sink<'a> {
    /// All of it, whatever the status.
    Memory(&'a mut BytesMut),
    /// Piece by piece if the status is a success.
    Pieces(&'a mut dyn Pieces),
}

impl Sink<'_> {
    async fn take(&mut self, status: u16, piece: Bytes) -> ControlFlow<()> {
        match (self, status) {
            (Self::Memory(body), _) => {
                body.extend_from_slice(&piece);
                ControlFlow::Continue(())
            }
            (Self::Pieces(pieces), 200..=299) => pieces.take(piece).await,
            (Self::Pieces(_), _) => ControlFlow::Break(()),
        }
    }
}

impl HttpTransport {
    /// Sends a request and hands each piece of the body over.
    async fn receive(
        &self,
        request: HttpRequest,
        mut sink: Sink<'_>,
    ) -> Result<HttpResponse, TransportError> {
        let HttpRequest {
            method,
            url,
            headers,
            body,
            limit,
            timeout,
            schema: _,
        } = request;
        let host = host(&url);
        let call = match method {
            Method::Get => self.http.get(url),
            Method::Post => self
                .http
                .post(url)
                .header(CONTENT_TYPE, "text/xml; charset=utf-8")
                .body(body),
        };
        let failed = |error: reqwest::Error| transport_error(error, &host, timeout);
        let call = call
            .header(ACCEPT_ENCODING, "identity")
            .headers(own_headers(&headers)?);
        let mut response = call.timeout(timeout).send().await.map_err(failed)?;
        let declared = response.content_length().unwrap_or(0);
        if usize::try_from(declared).is_ok_and(|declared| declared > limit) {
            return Err(TransportError::TooLarge { max: limit });
        }
        let status = response.status().as_u16();
        let date = date(response.headers());
        let encoding = encoding(response.headers());
        let mut received = 0;
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            received += chunk.len();
            if received > limit {
                return Err(TransportError::TooLarge { max: limit });
            }
            if sink.take(status, chunk).await.is_break() {
                break;
            }
        }
        Ok(HttpResponse::new(status, Bytes::new())
            .with_date(date)
            .with_encoding(encoding))
    }
}

/// The time in `Date`; `None` if the header is missing or not of the form of RFC 9110.
fn date(headers: &HeaderMap) -> Option<Timestamp> {
    let text = headers.get(DATE)?.as_bytes();
    rfc2822::DateTimeParser::new().parse_timestamp(text).ok()
}

/// The encoding in `Content-Encoding`, if it is one: a few letters, since an error shows them.
fn encoding(headers: &HeaderMap) -> Option<String> {
    const MAX_CHARACTERS: usize = 40;
    let named = headers.get_all(CONTENT_ENCODING).iter();
    let words = named.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let words: Vec<String> = words.collect();
    let plain = |c: &char| c.is_ascii_graphic() || *c == ' ';
    let shown = words.join(", ").trim().to_ascii_lowercase();
    let shown: String = shown.chars().filter(plain).take(MAX_CHARACTERS).collect();
    let shown = match shown.as_str() {
        "x-gzip" => "gzip".to_owned(),
        _ => shown,
    };
    (!shown.is_empty() && shown != "identity").then_some(shown)
}

/// The headers of a request; reqwest lets them replace those of their name.
fn own_headers(headers: &[(String, String)]) -> Result<HeaderMap, TransportError> {
    let unusable = |name: &str| TransportError::Request {
        detail: format!("the header {name:?} cannot be sent"),
    };
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let own_name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| unusable(name))?;
        let value = HeaderValue::from_str(value).map_err(|_| unusable(name))?;
        map.insert(own_name, value);
    }
    Ok(map)
}

fn unusable(error: reqwest::Error) -> TransportError {
    TransportError::Request {
        detail: innermost(&error.without_url()),
    }
}

/// What a failure of reqwest means for the call.
fn transport_error(error: reqwest::Error, host: &str, after: Duration) -> TransportError {
    let error = error.without_url();
    let (host, detail) = (host.to_owned(), innermost(&error));
    if error.is_builder() {
        TransportError::Request { detail }
    } else if error.is_dns() {
        TransportError::Resolve { host, detail }
    } else if error.is_connect() && is_not_tls(&error) {
        TransportError::NotTls { host }
    } else if error.is_connect() && has_tls_cause(&error) {
        TransportError::Tls { host, detail }
    } else if error.is_connect() {
        TransportError::Connect { host, detail }
    } else if error.is_timeout() {
        TransportError::Timeout { after }
    } else if is_not_http(&error) {
        TransportError::NotHttp { host }
    } else {
        TransportError::Broken { detail }
    }
}

/// The innermost cause in words: the outer ones say only that there is one.
fn innermost(error: &reqwest::Error) -> String {
    causes(error)
        .last()
        .map_or_else(|| error.to_string(), ToString::to_string)
}

/// Whether what came was no message of TLS, as when it is plain HTTP.
fn is_not_tls(error: &reqwest::Error) -> bool {
    causes(error).any(|cause| {
        matches!(
            cause.downcast_ref::<rustls::Error>(),
            Some(rustls::Error::InvalidMessage(_))
        )
    })
}

/// Whether what came was not HTTP, as when it is an alert of TLS.
fn is_not_http(error: &reqwest::Error) -> bool {
    causes(error).any(|cause| {
        cause
            .downcast_ref::<hyper::Error>()
            .is_some_and(hyper::Error::is_parse)
    })
}

fn has_tls_cause(error: &reqwest::Error) -> bool {
    causes(error).any(|cause| cause.is::<rustls::Error>())
}

/// The causes of an error, through the `io::Error` that hides its own.
fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    std::iter::successors(error.source(), |&cause| {
        let inside = cause
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref);
        inside
            .map(|inside| inside as &(dyn StdError + 'static))
            .or_else(|| cause.source())
    })
}
