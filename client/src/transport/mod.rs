//! The edge to the network: one request, one response, and what can go wrong between.
//!
//! Steps of a transport: connect, send, read no more than the limit, give the status and the body.
//! It never follows a redirect (the address holds a token or a secret, and a repeated payment is
//! worse than a failed one), never repeats, and never shows a query.

mod http;
mod recorded;
mod tls;

use std::fmt;
use std::future::Future;
use std::ops::ControlFlow;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use signed_xml::{Effect, Method, Schema};
use url::Url;

pub use http::{HttpTransport, HttpTransportBuilder};
pub use recorded::{Recorder, Replay, ReplayError};

/// A future on the heap, as the traits of this crate's edges return it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What carries a request to the platform and the response back.
///
/// # Examples
///
/// ```
/// use signed_xml_client::{BoxFuture, HttpRequest, HttpResponse, Transport, TransportError};
///
/// /// Answers everything with the same body.
/// struct Scripted(&'static str);
///
/// impl Transport for Scripted {
///     fn send<'a>(&'a self, request: HttpRequest) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
///         Box::pin(async move {
///             assert!(request.body.len() < 10_000);
///             Ok(HttpResponse::new(200, self.0))
///         })
///     }
/// }
/// ```
pub trait Transport: Send + Sync + 'static {
    /// Sends a request once and waits for the whole response, whatever its status.
    ///
    /// # Errors
    ///
    /// [`TransportError`]. One that promises [`Effect::NotSent`] must be sure that no byte of the
    /// request reached the peer.
    fn send<'a>(
        &'a self,
        request: HttpRequest,
    ) -> BoxFuture<'a, Result<HttpResponse, TransportError>>;

    /// Sends a request once and hands the body of a success (200 to 299) over piece by piece, so that
    /// a long one is never in memory as a whole. The response has an empty body. After a piece that is
    /// answered with `Break` the rest is not read.
    ///
    /// By default the whole body is one piece.
    ///
    /// # Errors
    ///
    /// As [`Transport::send`].
    fn stream<'a>(
        &'a self,
        request: HttpRequest,
        pieces: &'a mut dyn Pieces,
    ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            let mut response = self.send(request).await?;
            let body = std::mem::take(&mut response.body);
            if (200..=299).contains(&response.status) {
                // The only piece: whether another one is wanted does not matter.
                let _ = pieces.take(body).await;
            }
            Ok(response)
        })
    }
}

/// What takes the pieces of a body, one after the other.
pub trait Pieces: Send {
    /// Takes the next piece, and is ready when there is room for another one: until then a transport
    /// reads no further. After `Break` no other one is wanted.
    fn take(&mut self, piece: Bytes) -> BoxFuture<'_, ControlFlow<()>>;
}

/// A request as a transport sends it.
#[derive(Clone)]
#[non_exhaustive]
pub struct HttpRequest {
    /// The method.
    pub method: Method,
    /// The whole address. Its query holds secrets: never show it.
    pub url: Url,
    /// Headers besides those that the transport sets itself. One of these names replaces its own.
    pub headers: Vec<(String, String)>,
    /// The body; empty for GET.
    pub body: Bytes,
    /// The greatest size of the response's body, in bytes.
    pub limit: usize,
    /// How long all of it may take.
    pub timeout: Duration,
    /// The table of the message that it carries, which says what of it is confidential.
    pub schema: Option<&'static Schema>,
}

impl HttpRequest {
    /// A request with an empty body, a response limit of 1 MiB and 20 seconds of time.
    #[must_use]
    pub fn new(method: Method, url: Url) -> Self {
        Self {
            method,
            url,
            headers: Vec::new(),
            body: Bytes::new(),
            limit: 1 << 20,
            timeout: Duration::from_secs(20),
            schema: None,
        }
    }
}

impl fmt::Debug for HttpRequest {
    /// Method, host and path: neither query nor body.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "HttpRequest({:?} {}{}, {} bytes)",
            self.method,
            host(&self.url),
            self.url.path(),
            self.body.len()
        )
    }
}

/// A response as it came.
#[derive(Clone)]
#[non_exhaustive]
pub struct HttpResponse {
    /// The HTTP status.
    pub status: u16,
    /// The whole body.
    pub body: Bytes,
    /// When the peer made it (`Date`), if it says so in a form that HTTP allows. Not signed.
    pub date: Option<Timestamp>,
    /// How the body is encoded (`Content-Encoding`), in lower case, if it is: `gzip`. A transport asks
    /// for none.
    pub encoding: Option<String>,
}

impl HttpResponse {
    /// A response without a date.
    #[must_use]
    pub fn new(status: u16, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            body: body.into(),
            date: None,
            encoding: None,
        }
    }

    /// The same with a date.
    #[must_use]
    pub fn with_date(mut self, date: Option<Timestamp>) -> Self {
        self.date = date;
        self
    }

    /// The same with an encoding of the body.
    #[must_use]
    pub fn with_encoding(mut self, encoding: Option<String>) -> Self {
        self.encoding = encoding;
        self
    }
}

impl fmt::Debug for HttpResponse {
    /// The status and the size of the body, which may hold a token or personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "HttpResponse({}, {} bytes)",
            self.status,
            self.body.len()
        )
    }
}

/// A request was not answered as HTTP requires of this family of interfaces.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// The host's name has no address.
    #[error(
        "no address was found for {host} ({detail}): check the name and the DNS of this machine"
    )]
    Resolve {
        /// The host.
        host: String,
        /// What the system says.
        detail: String,
    },
    /// The connection could not be made.
    #[error(
        "no connection to {host} ({detail}): check that it runs and that no firewall or missing proxy stands between"
    )]
    Connect {
        /// The host.
        host: String,
        /// What the system says.
        detail: String,
    },
    /// The peer of the connection is not trusted.
    #[error(
        "the connection to {host} is not trusted ({detail}): check this machine's CA certificates and its clock"
    )]
    Tls {
        /// The host.
        host: String,
        /// What is wrong with it.
        detail: String,
    },
    /// The peer does not speak TLS.
    #[error(
        "{host} does not speak TLS: use an http:// address if that is a sandbox, or check the port"
    )]
    NotTls {
        /// The host.
        host: String,
    },
    /// What answered is not HTTP, as when the port is one for TLS.
    #[error(
        "the answer of {host} is not HTTP: use an https:// address if that port is one for TLS, or check the port"
    )]
    NotHttp {
        /// The host.
        host: String,
    },
    /// The request could not be formed.
    #[error("the HTTP request could not be formed ({detail})")]
    Request {
        /// What is wrong with it.
        detail: String,
    },
    /// The time was up before the whole response was there.
    #[error("no whole answer came within {after:?}")]
    Timeout {
        /// The time allowed.
        after: Duration,
    },
    /// The connection broke after the request may have left.
    #[error("the connection broke before the whole answer was there ({detail})")]
    Broken {
        /// What the system says.
        detail: String,
    },
    /// The response is larger than what was allowed.
    #[error(
        "the answer is larger than the {max} bytes allowed: raise the limit if such answers are legitimate"
    )]
    TooLarge {
        /// The greatest size, in bytes.
        max: usize,
    },
    /// The body came encoded, although none was asked for.
    #[error(
        "the answer came encoded as {encoding:?}, although `Accept-Encoding: identity` was sent: have the proxy or gateway in between leave bodies as they are"
    )]
    Encoded {
        /// `Content-Encoding` of the response, or what the body seems to be.
        encoding: String,
    },
    /// A recording has no answer to the request.
    #[error("the recording has no answer to {method} {path}: {problem}")]
    NotRecorded {
        /// The method.
        method: &'static str,
        /// The path.
        path: String,
        /// How the request differs from what was recorded; names of fields, no values.
        problem: String,
    },
    /// The peer answered with a redirect, which is not followed.
    #[error(
        "answered with a redirect (HTTP {status}), which is not followed: check the origin, and whether a proxy or a login page stands between"
    )]
    Redirected {
        /// The HTTP status.
        status: u16,
    },
    /// The peer answered with an HTTP status other than success.
    #[error(
        "answered with HTTP {status} where 200 is expected: a gateway answered instead of the interface, or the origin is wrong{}",
        example(*status)
    )]
    Status {
        /// The HTTP status.
        status: u16,
    },
}

impl TransportError {
    /// The kind of error in one word, for logs.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Resolve { .. } => "resolve",
            Self::Connect { .. } => "connect",
            Self::Tls { .. } => "tls",
            Self::NotTls { .. } => "not_tls",
            Self::NotHttp { .. } => "not_http",
            Self::Request { .. } => "request",
            Self::Timeout { .. } => "timeout",
            Self::Broken { .. } => "broken",
            Self::TooLarge { .. } => "too_large",
            Self::Encoded { .. } => "encoded",
            Self::NotRecorded { .. } => "not_recorded",
            Self::Redirected { .. } => "redirected",
            Self::Status { .. } => "status",
        }
    }

    /// Whether the request may have taken effect.
    ///
    /// An error of the connection's making is [`Effect::NotSent`]. A status of 4xx says in the
    /// terms of HTTP that the request was not carried out: [`Effect::Refused`]; except 408,
    /// which a machine in between sends when it has waited too long for the one behind it.
    /// Nothing is known of all others, redirects included: a 303 is also what a server sends when
    /// it has done its work.
    #[must_use]
    pub fn effect(&self) -> Effect {
        match self {
            Self::Resolve { .. }
            | Self::Connect { .. }
            | Self::Tls { .. }
            | Self::NotTls { .. }
            | Self::NotRecorded { .. }
            | Self::Request { .. } => Effect::NotSent,
            Self::Status {
                status: 400..=407 | 409..=499,
            } => Effect::Refused,
            Self::Timeout { .. }
            | Self::Broken { .. }
            | Self::NotHttp { .. }
            | Self::TooLarge { .. }
            | Self::Encoded { .. }
            | Self::Redirected { .. }
            | Self::Status { .. } => Effect::Unknown,
        }
    }
}

/// A frequent reason for a status.
fn example(status: u16) -> &'static str {
    match status {
        400 => " (an http:// address whose port is one for TLS, for example)",
        _ => "",
    }
}

/// Host and port, for messages.
pub(crate) fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or("(no host)");
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_of_a_request_shows_neither_query_nor_body() {
        let url =
            Url::parse("https://user:word@api.example.com/cgi-bin/token?secret=s3cr3t").unwrap();
        let request = HttpRequest {
            body: Bytes::from_static(b"<key/>"),
            ..HttpRequest::new(Method::Get, url)
        };
        assert_eq!(
            format!("{request:?}"),
            "HttpRequest(Get api.example.com/cgi-bin/token, 6 bytes)"
        );
    }
}
