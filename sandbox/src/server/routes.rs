//! The platform's own paths. Everything below `/sandbox/` is in [`super::control`].

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{ConnectInfo, Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use crate::pages::{self, pay, reference};
use crate::platform::{Content, Incoming, Outgoing, Step, Transport};
use payinsurance::Interface;

use super::callers;
use super::control::{self, problem};
use super::core::Shared;
use super::cut::cut;
use super::traffic::{Exchange, shown, shown_pairs};

/// For how long nothing answers: longer than any caller waits.
const SILENCE: Duration = Duration::from_secs(300);

/// The open platform's interface of tokens that other callers do not end. The document does not
/// have it; the platform's own words for a dead token recommend it.
pub(super) const STABLE_TOKEN: &str = "/cgi-bin/stable_token";

/// All routes, behind the rules of who may call them.
pub(super) fn router(shared: Arc<Shared>) -> Router {
    let mut router = Router::new()
        .route(pay::PATH, get(pay::show).post(pay::act))
        .route(pay::MINI_PROGRAM_PATH, get(pay::show).post(pay::act))
        .route(pages::STYLE_PATH, get(pages::style))
        .route(STABLE_TOKEN, post(stable_token))
        .merge(pages::console::routes())
        .merge(reference::routes())
        .fallback(call)
        .method_not_allowed_fallback(other_method);
    for route in control::routes() {
        router = router.route(route.path, route.handler);
    }
    // Last: a layer covers what was added before it.
    router
        .layer(from_fn_with_state(Arc::clone(&shared), callers::guard))
        .with_state(shared)
}

/// The path is there and is called with another method.
async fn other_method() -> Response {
    problem(
        StatusCode::METHOD_NOT_ALLOWED,
        "this path is called with another method: GET /sandbox lists them",
    )
}

/// A call of a hospital.
async fn call(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    method: Method,
    uri: Uri,
    query: Result<Query<Vec<(String, String)>>, QueryRejection>,
    body: Bytes,
) -> Response {
    let Some(interface) = Interface::at(uri.path()) else {
        return problem(StatusCode::NOT_FOUND, &unknown_path(uri.path()));
    };
    let method = match method {
        Method::GET => signed_xml::Method::Get,
        Method::POST => signed_xml::Method::Post,
        _ => {
            return problem(
                StatusCode::METHOD_NOT_ALLOWED,
                "the platform knows GET and POST",
            );
        }
    };
    let Ok(Query(query)) = query else {
        return problem(StatusCode::BAD_REQUEST, "the query cannot be decoded");
    };
    let outgoing = handled(&shared, interface, method, &query, peer.ip(), &body);
    let whole = answer(outgoing.content, outgoing.body);
    match outgoing.transport {
        Transport::Whole => whole,
        Transport::Slow(wait) => {
            tokio::time::sleep(wait).await;
            whole
        }
        Transport::Status(status) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, whole).into_response()
        }
        Transport::Silent => {
            tokio::time::sleep(SILENCE).await;
            StatusCode::GATEWAY_TIMEOUT.into_response()
        }
        Transport::Cut => cut(whole),
    }
}

/// A call of `stable_token`.
async fn stable_token(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    body: Bytes,
) -> Response {
    let outgoing = {
        let mut core = shared.core();
        let mut entry = Exchange::new("stable_token");
        entry.exchange = core.traffic.number();
        let exchange = entry.exchange;
        let mut outgoing = core.with(|platform, at| platform.stable_token(&body, exchange, at));
        let reveal = core.platform.config().reveal;
        entry.peer = peer.ip().to_string();
        entry.status = Some(StatusCode::OK.as_u16());
        entry.request = shown(&body, Interface::Token.request(), reveal);
        entry.reply = shown(&outgoing.body, Interface::Token.reply(), reveal);
        entry.trouble = outgoing.trouble.take();
        entry.events = std::mem::take(&mut outgoing.events);
        let now = core.now();
        core.traffic.keep(entry, now);
        outgoing
    };
    shared.changed();
    answer(outgoing.content, outgoing.body)
}

/// Hands a call to the platform and logs it.
fn handled(
    shared: &Shared,
    interface: Interface,
    method: signed_xml::Method,
    query: &[(String, String)],
    client_ip: IpAddr,
    body: &[u8],
) -> Outgoing {
    let mut core = shared.core();
    let exchange = core.traffic.number();
    let incoming = Incoming {
        interface,
        method,
        query,
        client_ip,
        body,
        exchange,
    };
    let mut outgoing = core.with(|platform, at| platform.handle(&incoming, at));
    let reveal = core.platform.config().reveal;
    let mut entry = Exchange::new(interface.name());
    entry.exchange = exchange;
    entry.peer = client_ip.to_string();
    entry.status = match outgoing.transport {
        Transport::Silent => None,
        Transport::Status(status) => Some(status),
        _ => Some(StatusCode::OK.as_u16()),
    };
    entry.request = match method {
        signed_xml::Method::Get => shown_pairs(
            query
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str())),
            interface.request(),
            reveal,
        ),
        signed_xml::Method::Post => shown(body, interface.request(), reveal),
    };
    entry.reply = shown(&outgoing.body, interface.reply(), reveal);
    entry.fault = outgoing.fault;
    entry.trouble = outgoing.trouble.take();
    entry.events = std::mem::take(&mut outgoing.events);
    let now = core.now();
    let named = entry.named().collect::<Vec<_>>();
    let order = core.platform.named_in(named.into_iter());
    if let Some(order) = &order {
        let step = Step::Called {
            interface: entry.interface.clone(),
            exchange,
            code: entry.trouble.as_ref().map(|trouble| trouble.code.clone()),
        };
        core.platform.note(order, now, step);
    }
    entry.order = order;
    core.traffic.keep(entry, now);
    drop(core);
    shared.changed();
    // A refund may end, and a notification fall due, sooner than the courier meant to look.
    shared.wake.notify_one();
    outgoing
}

/// What there is in place of a path that is not there.
fn unknown_path(found: &str) -> String {
    let own = control::routes().into_iter().map(|route| route.path);
    let interfaces = Interface::ALL.iter();
    let paths: Vec<&str> = interfaces
        .map(|interface| interface.endpoint().path)
        .chain(own)
        .collect();
    format!("there is no {found:?}; there is {}", paths.join(", "))
}

fn answer(content: Content, body: Vec<u8>) -> Response {
    ([(CONTENT_TYPE, content.media_type())], body).into_response()
}
