//! HTTP over reqwest, with rustls.
//!
//! One attempt, no redirect, no proxy unless asked for, the size counted while reading, whatever
//! `Content-Length` claims. The certificates are those that the operating system trusts; a
//! process-wide rustls provider is used if there is one, ring otherwise.

use std::error::Error as StdError;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap, HeaderName, HeaderValue};
use rustls::crypto::CryptoProvider;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;
use signed_xml::Method;
use url::Url;

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
}

#[derive(Debug, Clone)]
enum Proxy {
    None,
    Environment,
    Through(Url),
}

impl HttpTransportBuilder {
    /// How long it may take until a connection stands; 5 seconds by default. It counts towards the
    /// time of the whole call.
    pub fn connect_timeout(mut self, connect_timeout: Duration) -> Self {
        self.connect_timeout = connect_timeout;
        self
    }

    /// Goes through this HTTP proxy.
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

    /// Makes the transport.
    ///
    /// # Errors
    ///
    /// [`TransportError::Request`] if the TLS settings, the proxy or the user agent cannot be used.
    pub fn build(self) -> Result<HttpTransport, TransportError> {
        const OWN: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
        let user_agent = self
            .user_agent
            .map_or_else(|| OWN.to_owned(), |name| format!("{name} {OWN}"));
        let builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls()?)
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
        let call = call.headers(own_headers(&headers)?);
        let mut response = call.timeout(timeout).send().await.map_err(failed)?;
        let declared = response.content_length().unwrap_or(0);
        if usize::try_from(declared).is_ok_and(|declared| declared > limit) {
            return Err(TransportError::TooLarge { max: limit });
        }
        let status = response.status().as_u16();
        let date = date(response.headers());
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
        Ok(HttpResponse::new(status, Bytes::new()).with_date(date))
    }
}

/// The time in `Date`; `None` if the header is missing or not of the form of RFC 9110.
fn date(headers: &HeaderMap) -> Option<Timestamp> {
    let text = headers.get(DATE)?.as_bytes();
    rfc2822::DateTimeParser::new().parse_timestamp(text).ok()
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

/// The TLS settings: what the operating system trusts.
///
/// A system without any certificate still gets a transport, since a sandbox on this machine needs
/// none; every `https` call then fails before it is sent.
fn tls() -> Result<ClientConfig, TransportError> {
    let provider = CryptoProvider::get_default()
        .cloned()
        .unwrap_or_else(|| Arc::new(rustls::crypto::ring::default_provider()));
    let versions = || {
        ClientConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions()
    };
    let unusable = |error: rustls::Error| TransportError::Request {
        detail: format!("TLS: {error}"),
    };
    let config = match versions().map_err(unusable)?.with_platform_verifier() {
        Ok(config) => config.with_no_client_auth(),
        Err(error) => {
            tracing::warn!(%error, "no CA certificates: install this system's ca-certificates, https calls are refused until then");
            versions()
                .map_err(unusable)?
                .with_root_certificates(RootCertStore::empty())
                .with_no_client_auth()
        }
    };
    Ok(config)
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
