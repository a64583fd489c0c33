//! `/console/signature`: why the signature of a message is wrong.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::de::IgnoredAny;

use super::{Frame, Here, Visit};
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
    Visit { f, .. }: Visit<IgnoredAny>,
) -> Response {
    let hospitals = shared.core().platform.config().merchants.clone();
    html(StatusCode::OK, &Page { f, hospitals })
}
