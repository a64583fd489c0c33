//! `/console/hospitals`: whom the platform knows, and what to write to call it.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use payinsurance::Interface;
use serde::de::IgnoredAny;

use super::snippets::{self, Snippet};
use super::{Frame, Here, Visit};
use crate::config::{MerchantConfig, PatientConfig};
use crate::pages::html;
use crate::server::Shared;

#[derive(Template)]
#[template(path = "console_hospitals.html")]
struct Page {
    f: Frame,
    hospitals: Vec<(MerchantConfig, Vec<Snippet>)>,
    patients: Vec<PatientConfig>,
}

pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    Visit { f, .. }: Visit<IgnoredAny>,
) -> Response {
    let (merchants, patients) = {
        let core = shared.core();
        let config = core.platform.config();
        (config.merchants.clone(), config.patients.clone())
    };
    let with_snippets = |merchant: MerchantConfig| {
        let snippets = snippets::all(&f.origin, &merchant);
        (merchant, snippets)
    };
    let hospitals = merchants.into_iter().map(with_snippets).collect();
    let page = Page {
        f,
        hospitals,
        patients,
    };
    html(StatusCode::OK, &page)
}
