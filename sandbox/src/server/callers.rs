//! Who may call the sandbox. One layer around the whole server, so that no address can be added without it.
//!
//! A developer who runs the sandbox also has web pages open, and a browser lets each of them send requests to this machine. Three rules, in
//! the order in which they are checked:
//!
//! 1. **Every address:** `Host` names the sandbox. It is a loopback name or address with the port that the sandbox listens on, or a host
//!    that was allowed on purpose. A page that points a name of its own at 127.0.0.1 (DNS rebinding) sends that name.
//! 2. **Every address but a GET of the pay page:** a browser must not call on behalf of another site (`Origin`, `Sec-Fetch-Site`). Hospital
//!    servers, curl and tests send neither header. A patient opens the pay page from a page of the hospital, so its GET is left open; what
//!    the pay page sends back must come from the pay page.
//! 3. **Control addresses:** a request that changes something sends `application/json` or no body. A form cannot send that type, and a
//!    script of another site cannot without asking first.
//!
//! What is neither an interface of the platform nor the pay page counts as a control address.
//!
//! Sources: Fetch Standard (`Origin`, CORS-safelisted request headers), Fetch Metadata Request Headers (`Sec-Fetch-Site`), RFC 9110, 7.2
//! (`Host`).

use std::fmt;
use std::sync::Arc;

use axum::body::HttpBody;
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HOST, ORIGIN, X_CONTENT_TYPE_OPTIONS};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use payinsurance::Interface;

use crate::pages::pay;

use super::control::problem;
use super::core::Shared;
use super::hosts::{Hosts, authority};
use super::routes::STABLE_TOKEN;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-resource-policy");

/// How much of a header an error repeats.
const MAX_SHOWN: usize = 100;

/// The layer: refuses a request, or lets it through and marks the answer as not for other sites.
pub(super) async fn guard(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = match judge(&request, &shared.hosts) {
        Ok(()) => next.run(request).await,
        Err(refusal) => {
            tracing::warn!(%refusal, "a caller was refused");
            refusal.into_response()
        }
    };
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(
        CROSS_ORIGIN_RESOURCE_POLICY,
        HeaderValue::from_static("same-origin"),
    );
    response
}

/// What an address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Area {
    /// An interface of the platform, which servers of hospitals call.
    Interface,
    /// What the patient's browser opens.
    PayPage,
    /// The sandbox's own interface, and whatever else there may be.
    Control,
}

impl Area {
    fn of(path: &str) -> Self {
        if Interface::at(path).is_some() || path == STABLE_TOKEN {
            Self::Interface
        } else if [pay::PATH, pay::MINI_PROGRAM_PATH].contains(&path) {
            Self::PayPage
        } else {
            Self::Control
        }
    }
}

fn judge(request: &Request, hosts: &Hosts) -> Result<(), Refusal> {
    let (headers, method) = (request.headers(), request.method());
    let area = Area::of(request.uri().path());
    let host = known_host(request, hosts)?;
    let reads = matches!(*method, Method::GET | Method::HEAD);
    if !(area == Area::PayPage && reads) {
        own_site(headers, &host)?;
    }
    if area == Area::Control && !reads && request.body().size_hint().exact() != Some(0) {
        json(headers)?;
    }
    Ok(())
}

/// The host that the request is for, if the sandbox answers to it.
fn known_host(request: &Request, hosts: &Hosts) -> Result<Authority, Refusal> {
    let refused = |found: String| Refusal::Host {
        found,
        port: hosts.port,
    };
    let found = only(request.headers(), &HOST).map_err(&refused)?;
    let Some(found) = found else {
        return Err(refused("no value".to_owned()));
    };
    let admitted = |found: &Authority| hosts.admit(found);
    let host = authority(found)
        .filter(admitted)
        .ok_or_else(|| refused(shown(found)))?;
    // `GET http://host/path` names a host in the request line too, which then counts (RFC 9112, 3.2.2).
    match request.uri().authority() {
        Some(named) if !admitted(named) => Err(refused(shown(named.as_str()))),
        _ => Ok(host),
    }
}

/// Refuses what a browser sends on behalf of another site.
fn own_site(headers: &HeaderMap, host: &Authority) -> Result<(), Refusal> {
    let other = |header: &'static str| move |found: String| Refusal::OtherSite { header, found };
    if let Some(origin) = only(headers, &ORIGIN).map_err(other("Origin"))? {
        let scheme_off = origin
            .strip_prefix("http://")
            .or_else(|| origin.strip_prefix("https://"));
        if !scheme_off.is_some_and(|found| found.eq_ignore_ascii_case(host.as_str())) {
            return Err(other("Origin")(shown(origin)));
        }
    }
    match only(headers, &SEC_FETCH_SITE).map_err(other("Sec-Fetch-Site"))? {
        // `none`: a person typed the address.
        None | Some("same-origin" | "none") => Ok(()),
        Some(found) => Err(other("Sec-Fetch-Site")(shown(found))),
    }
}

fn json(headers: &HeaderMap) -> Result<(), Refusal> {
    let refused = |found: String| Refusal::ContentType { found };
    let found = only(headers, &CONTENT_TYPE).map_err(refused)?;
    let Some(found) = found else {
        return Err(refused("no value".to_owned()));
    };
    let media_type = found.split(';').next().unwrap_or_default().trim();
    match media_type.eq_ignore_ascii_case("application/json") {
        true => Ok(()),
        false => Err(refused(shown(found))),
    }
}

/// The value of a header that may be there once; the error says what is there instead.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, String> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => match value.to_str() {
            Ok(value) => Ok(Some(value)),
            Err(_) => Err("a value that is not ASCII text".to_owned()),
        },
        (Some(_), Some(_)) => Err("more than one value".to_owned()),
    }
}

/// A value of a caller, quoted and cut.
fn shown(value: &str) -> String {
    match value.char_indices().nth(MAX_SHOWN) {
        Some((end, _)) => format!("{:?}…", &value[..end]),
        None => format!("{value:?}"),
    }
}

/// Why a caller is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Refusal {
    /// The request is for a host that the sandbox does not answer to.
    Host { found: String, port: u16 },
    /// A browser sent the request on behalf of a page of another site.
    OtherSite { header: &'static str, found: String },
    /// A body that is not declared as JSON.
    ContentType { found: String },
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host { found, port } => write!(
                f,
                "the request header `Host` has {found}; the sandbox answers to 127.0.0.1:{port}, localhost:{port} and [::1]:{port} only, so that no web page can reach it under a name of its own. Call one of these, or start the sandbox with `--allow-host NAME` (in Rust: `SandboxBuilder::allow_host`)"
            ),
            Self::OtherSite { header, found } => write!(
                f,
                "the request header `{header}` has {found}: a browser sent this on behalf of a page of another site. Allowed are programs, which send no `{header}`, and pages of the sandbox itself. Call it from a program, such as curl or your test"
            ),
            Self::ContentType { found } => write!(
                f,
                "the request header `Content-Type` has {found}; a body must be `application/json` here, so that no form of a web page can send it. Add the header `Content-Type: application/json` (curl: `-H 'Content-Type: application/json'`)"
            ),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = match self {
            Self::Host { .. } | Self::OtherSite { .. } => StatusCode::FORBIDDEN,
            Self::ContentType { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        };
        problem(status, &self.to_string())
    }
}
