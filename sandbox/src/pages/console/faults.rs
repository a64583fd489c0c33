//! `/console/faults`: failures that wait for their call.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use payinsurance::{ErrorCode, Interface};

use super::{Frame, Here};
use crate::pages::html;
use crate::platform::Fault;
use crate::server::Shared;

#[derive(Template)]
#[template(path = "console_faults.html")]
struct Page {
    f: Frame,
    waiting: Vec<Fault>,
    codes: Vec<(&'static str, &'static str)>,
}

pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let f = Frame::new(&shared, &headers, &uri, Here::Faults);
    let waiting = shared.core().platform.faults().to_vec();
    let codes = ErrorCode::WIRE_VALUES.iter().map(|code| {
        let known = ErrorCode::from_wire(signed_xml::Text::from(*code));
        (*code, known.meaning().unwrap_or_default())
    });
    let codes = codes.filter(|(code, _)| *code != "0").collect();
    html(StatusCode::OK, &Page { f, waiting, codes })
}
