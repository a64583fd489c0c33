//! `/console/signature`: why the signature of a message is wrong.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;

use super::{Frame, Here};
use crate::config::MerchantConfig;
use crate::pages::html;
use crate::server::Shared;

#[derive(Template)]
#[template(path = "console_signature.html")]
struct Page {
    f: Frame,
    hospitals: Vec<MerchantConfig>,
}

pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let f = Frame::new(&shared, &headers, &uri, Here::Signature);
    let hospitals = shared.core().platform.config().merchants.clone();
    html(StatusCode::OK, &Page { f, hospitals })
}
