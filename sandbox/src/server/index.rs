//! What there is: hospitals, patients, the interfaces with their addresses, the sandbox's own paths.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use payinsurance::Interface;
use serde_json::{Map, Value, json};
use signed_xml::{BeijingTime, Method};

use crate::config::{Config, PatientConfig};
use crate::pages::reference;

use super::control::{self, Hospital};
use super::core::Shared;

/// The sandbox's own interface in OpenAPI 3.1.
const OPENAPI: &str = include_str!("../../assets/openapi.json");

/// All of it.
pub(super) async fn show(State(shared): State<Arc<Shared>>) -> Response {
    let routes = control::routes().into_iter();
    let paths: Map<String, Value> = routes
        .map(|route| (route.name.to_owned(), route.body))
        .collect();
    let core = shared.core();
    let config = core.platform.config();
    let hospitals: Vec<Hospital<'_>> = config.merchants.iter().map(Hospital::public).collect();
    let state = core.saved_in();
    let state = state.map(|(file, problem)| json!({ "file": file, "problem": problem }));
    Json(json!({
        "origin": shared.origin,
        "now": BeijingTime::at(core.now()).to_string(),
        "reference": shared.reference.as_ref().map(|_| format!("{}{}/", shared.origin, reference::PATH)),
        "state": state,
        "hospitals": hospitals,
        "patients": config.patients.iter().map(|patient| shown(patient, config)).collect::<Vec<_>>(),
        "interfaces": Interface::ALL.iter().map(interface).collect::<Vec<_>>(),
        "paths": paths,
    }))
    .into_response()
}

fn interface(interface: &Interface) -> Value {
    let endpoint = interface.endpoint();
    let method = match endpoint.method {
        Method::Get => "GET",
        Method::Post => "POST",
    };
    json!({ "name": interface.name(), "method": method, "path": endpoint.path })
}

/// A patient. Name and digest stand here of the made-up patient of the default configuration; of
/// others only where the configuration reveals personal values.
fn shown(patient: &PatientConfig, config: &Config) -> Value {
    let mut shown = json!({ "openids": patient.openids, "card_bound": patient.card_bound });
    if config.reveal || Config::default().patients.contains(patient) {
        shown["name"] = json!(patient.name);
        shown["id_digest"] = json!(patient.id_digest);
    }
    shown
}

/// The document.
pub(super) async fn openapi() -> Response {
    ([(CONTENT_TYPE, "application/json")], OPENAPI).into_response()
}
