//! Pages for people: what the patient sees, and the console of the developer.
//!
//! Pages are made on the server and work without scripts wherever a patient sees them. They load
//! nothing from elsewhere, and a strict Content-Security-Policy says so to the browser.

pub(crate) mod console;
mod language;
mod money;
pub(crate) mod pay;
pub(crate) mod reference;

use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_FRAME_OPTIONS};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

pub(crate) use language::Language;

/// The stylesheet of all pages.
const STYLE: &str = include_str!("../../assets/pages.css");

/// Address of [`STYLE`].
pub(crate) const STYLE_PATH: &str = "/assets/pages.css";

/// Pages load from the sandbox alone, run no script in their text, and stand in no frame.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A page with the headers that every page has.
pub(crate) fn html(status: StatusCode, page: &impl askama::Template) -> Response {
    // Invariant: rendering fails only if a value's `Display` fails, and ours do not.
    let Ok(text) = page.render() else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    (status, headers(), text).into_response()
}

/// The headers that every page has.
fn headers() -> [(HeaderName, HeaderValue); 4] {
    let header = |name: HeaderName, value| (name, HeaderValue::from_static(value));
    [
        header(CONTENT_TYPE, "text/html; charset=utf-8"),
        header(CONTENT_SECURITY_POLICY, POLICY),
        header(X_FRAME_OPTIONS, "DENY"),
        // With `no-referrer` a browser sends `Origin: null` with the form, which nothing tells from a hostile page.
        header(REFERRER_POLICY, "same-origin"),
    ]
}

/// The stylesheet.
pub(crate) async fn style() -> Response {
    let header = (
        CONTENT_TYPE,
        HeaderValue::from_static("text/css; charset=utf-8"),
    );
    ([header], STYLE).into_response()
}
