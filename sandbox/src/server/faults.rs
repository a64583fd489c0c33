//! The sandbox's own paths about faults: rules are added, listed and removed.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::platform::{FaultKind, FaultRule};

use super::control::{known_code, named, problem, query, read};
use super::core::Shared;

/// Where and how often; what is left of the request is the fault with its own values.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Where {
    interface: Option<String>,
    order: Option<String>,
    next: Option<u32>,
    probability: Option<f64>,
    #[serde(default)]
    seed: u64,
}

const WHERE: [&str; 5] = ["interface", "order", "next", "probability", "seed"];

/// Adds a rule.
pub(super) async fn add(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    let rule = match read::<Map<String, Value>>(&body).and_then(rule) {
        Ok(rule) => rule,
        Err(response) => return *response,
    };
    let number = shared.core().platform.add_fault(rule);
    shared.changed();
    Json(json!({ "number": number })).into_response()
}

fn rule(mut asked: Map<String, Value>) -> Result<FaultRule, Box<Response>> {
    let bad = |words: &str| Box::new(problem(StatusCode::BAD_REQUEST, words));
    let mut place = Map::new();
    for name in WHERE {
        place.extend(asked.remove_entry(name));
    }
    let place: Where =
        serde_json::from_value(place.into()).map_err(|error| bad(&error.to_string()))?;
    let known = match asked.get("fault").map(|fault| (fault, fault.as_str())) {
        Some((_, Some(name))) if FaultKind::NAMES.contains(&name) => name.to_owned(),
        found => {
            let found = found.map_or_else(|| "absent".to_owned(), |(fault, _)| fault.to_string());
            let known = FaultKind::NAMES.join(", ");
            return Err(bad(&format!("`fault` is {found}, there is {known}")));
        }
    };
    let fault: FaultKind =
        serde_json::from_value(asked.clone().into()).map_err(|error| bad(&error.to_string()))?;
    // A fault without values takes any others in silence.
    let taken = serde_json::to_value(&fault).unwrap_or_default();
    if let Some(other) = asked.keys().find(|name| taken.get(name).is_none()) {
        let own = taken.as_object().into_iter().flat_map(Map::keys);
        let all: Vec<&str> = own.map(String::as_str).chain(WHERE).collect();
        let all = all.join(", ");
        return Err(bad(&format!("{known} takes no `{other}`: it takes {all}")));
    }
    if let FaultKind::ErrCode { err_code, .. } = &fault {
        known_code(err_code)?;
    }
    let takes_interface = fault.takes_interface();
    let mut rule = FaultRule::new(fault);
    if let Some(interface) = &place.interface {
        if !takes_interface {
            return Err(bad(&format!(
                "{known} takes no `interface`: it says itself where it strikes"
            )));
        }
        rule.interface = Some(named(interface)?);
    }
    rule.order = place.order;
    rule.seed = place.seed;
    if let Some(probability) = place.probability {
        if !(0.0..=1.0).contains(&probability) {
            return Err(bad(&format!(
                "`probability` is {probability}, allowed is 0 to 1"
            )));
        }
        rule.probability = probability;
    }
    rule.next = match (place.next, place.probability) {
        (Some(0), _) => return Err(bad("`next` is 0, allowed is 1 or more")),
        (None, Some(_)) => None,
        (next, _) => Some(next.unwrap_or(1)),
    };
    Ok(rule)
}

/// The rules.
pub(super) async fn list(State(shared): State<Arc<Shared>>) -> Response {
    Json(shared.core().platform.faults()).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Which {
    number: Option<u64>,
}

/// Removes one rule, or all.
pub(super) async fn remove(State(shared): State<Arc<Shared>>, uri: Uri) -> Response {
    let which: Which = match query(&uri) {
        Ok(which) => which,
        Err(response) => return *response,
    };
    let removed = shared.core().platform.remove_faults(which.number);
    match (which.number, removed) {
        (Some(number), 0) => {
            let words = format!("there is no fault {number}: GET /sandbox/faults lists them");
            problem(StatusCode::NOT_FOUND, &words)
        }
        _ => {
            shared.changed();
            Json(json!({ "removed": removed })).into_response()
        }
    }
}
