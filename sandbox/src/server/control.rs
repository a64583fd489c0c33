//! The sandbox's own paths, in JSON: the patient's part, the clock, and a look inside.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Query, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use payinsurance::ErrorCode;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use signed_xml::Text;

use crate::config::{MerchantConfig, Mode};
use crate::platform::{
    Act, ActError, BillDifference, ComposeError, Fault, FaultKind, Forgery, Signature,
};
use payinsurance::Interface;

use super::core::Shared;
use super::state::Snapshot;
use super::{bills, faults, index, live, signatures};

/// `{"error": …}` with a status.
pub(crate) fn problem(status: StatusCode, words: &str) -> Response {
    (status, Json(json!({ "error": words }))).into_response()
}

/// The order that a request means.
#[derive(Deserialize)]
pub(super) struct OrderName {
    hosp_out_trade_no: Option<String>,
    med_trans_id: Option<String>,
    pay_key: Option<String>,
}

impl OrderName {
    fn text(self) -> Result<String, Box<Response>> {
        let named = self
            .pay_key
            .or(self.med_trans_id)
            .or(self.hosp_out_trade_no);
        named.filter(|name| !name.is_empty()).ok_or_else(|| {
            let words = "name the order by `hosp_out_trade_no`, `med_trans_id` or `pay_key`";
            Box::new(problem(StatusCode::BAD_REQUEST, words))
        })
    }
}

/// A path of the sandbox's own.
pub(super) struct Route {
    pub(super) path: &'static str,
    /// How the index names it: method, path, query.
    pub(super) name: &'static str,
    /// What its body holds, as an example.
    pub(super) body: Value,
    pub(super) handler: MethodRouter<Arc<Shared>>,
}

/// The sandbox's own paths: the router and the index are made from this list.
pub(super) fn routes() -> Vec<Route> {
    let route = |path, name, body, handler| Route {
        path,
        name,
        body,
        handler,
    };
    vec![
        route("/sandbox", "GET /sandbox", json!({}), get(index::show)),
        route(
            "/sandbox/openapi.json",
            "GET /sandbox/openapi.json",
            json!({}),
            get(index::openapi),
        ),
        route(
            "/sandbox/pay",
            "POST /sandbox/pay",
            json!({ "hosp_out_trade_no | med_trans_id | pay_key": "…", "act": "pay | insurance_fails | cash_fails | walk_away" }),
            post(pay),
        ),
        route(
            "/sandbox/settle_after_close",
            "POST /sandbox/settle_after_close",
            json!({ "hosp_out_trade_no | med_trans_id | pay_key": "…" }),
            post(settle_after_close),
        ),
        route(
            "/sandbox/orders",
            "GET /sandbox/orders",
            json!({}),
            get(orders),
        ),
        route(
            "/sandbox/advance",
            "POST /sandbox/advance",
            json!({ "seconds": 0 }),
            post(advance),
        ),
        route(
            "/sandbox/events",
            "GET /sandbox/events",
            json!({}),
            get(live::events),
        ),
        route(
            "/sandbox/traffic",
            "GET /sandbox/traffic?exchange=N",
            json!({}),
            get(traffic),
        ),
        route(
            "/sandbox/merchants",
            "GET /sandbox/merchants?show=key,app_secret",
            json!({}),
            get(merchants),
        ),
        route(
            "/sandbox/fail",
            "POST /sandbox/fail",
            json!({ "interface": "refund", "err_code": "514", "takes_effect": false }),
            post(fail),
        ),
        route(
            "/sandbox/faults",
            "POST /sandbox/faults",
            json!({ "fault": FaultKind::NAMES.join(" | "), "interface": "refund", "order": "…", "next": 1, "probability": 1.0, "seed": 0 }),
            post(faults::add).get(faults::list).delete(faults::remove),
        ),
        route(
            "/sandbox/forge",
            "POST /sandbox/forge",
            json!({ "hosp_out_trade_no": "…", "forgery": "wrong_key | unsigned | altered_amount | wrong_amount" }),
            post(forge),
        ),
        route(
            "/sandbox/bills",
            "GET /sandbox/bills?day=DAY",
            json!({}),
            get(bills::bills),
        ),
        route(
            "/sandbox/plant",
            "POST /sandbox/plant",
            json!({ "difference": names(&BillDifference::ALL), "day": "2018-12-04", "count": 1, "seed": 0, "hospital": "…", "hosp_out_trade_no": "…" }),
            post(bills::plant),
        ),
        route(
            "/sandbox/planted",
            "GET /sandbox/planted?day=DAY",
            json!({}),
            get(bills::planted).delete(bills::clear),
        ),
        route(
            "/sandbox/notify",
            "POST /sandbox/notify",
            json!({ "hosp_out_trade_no": "…", "fields": { "total_fee": "1" }, "signature": "right | wrong_key | none" }),
            post(notify),
        ),
        route(
            "/sandbox/examine",
            "POST /sandbox/examine",
            json!({ "message": "<xml>…</xml>", "hospital": "…", "lang": "zh | en" }),
            post(signatures::examined),
        ),
        route(
            "/sandbox/story",
            "GET /sandbox/story?med_trans_id=…",
            json!({}),
            get(story),
        ),
        route(
            "/sandbox/snapshot",
            "POST /sandbox/snapshot",
            json!({}),
            post(snapshot),
        ),
        route(
            "/sandbox/restore",
            "POST /sandbox/restore",
            json!("what POST /sandbox/snapshot answered"),
            post(restore).layer(DefaultBodyLimit::max(MAX_SNAPSHOT)),
        ),
        route(
            "/sandbox/reset",
            "POST /sandbox/reset",
            json!({}),
            post(reset),
        ),
    ]
}

/// The names of all values, as a request has them: `a | b`.
fn names<T: Serialize>(values: &[T]) -> String {
    let names = values.iter().map(|value| match json!(value) {
        Value::String(name) => name,
        other => other.to_string(),
    });
    names.collect::<Vec<_>>().join(" | ")
}

#[derive(Deserialize)]
struct Pay {
    #[serde(flatten)]
    order: OrderName,
    act: Act,
}

/// The patient acts.
async fn pay(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    let Pay { order, act } = match read(&body) {
        Ok(pay) => pay,
        Err(response) => return *response,
    };
    let order = match order.text() {
        Ok(order) => order,
        Err(response) => return *response,
    };
    match shared.pay(&order, act) {
        Ok(()) => shown_order(&shared, &order),
        Err(error) => act_problem(&error),
    }
}

/// A payment settles although its order was closed.
async fn settle_after_close(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    let order = match read::<OrderName>(&body).and_then(OrderName::text) {
        Ok(order) => order,
        Err(response) => return *response,
    };
    match shared.settle_after_close(&order) {
        Ok(()) => shown_order(&shared, &order),
        Err(error) => act_problem(&error),
    }
}

fn shown_order(shared: &Shared, order: &String) -> Response {
    let known = shared.orders().into_iter().find(|known| {
        [
            &known.pay_key,
            &known.med_trans_id,
            &known.hosp_out_trade_no,
        ]
        .contains(&order)
    });
    Json(json!(known)).into_response()
}

/// What a payment link leads to, for a program.
pub(crate) fn pay_detail(shared: &Shared, pay_key: Option<String>) -> Response {
    let named = OrderName {
        hosp_out_trade_no: None,
        med_trans_id: None,
        pay_key,
    };
    let pay_key = match named.text() {
        Ok(pay_key) => pay_key,
        Err(response) => return *response,
    };
    let mut orders = shared.orders().into_iter();
    match orders.find(|order| order.pay_key == pay_key) {
        Some(order) => {
            let next = format!("POST {}/sandbox/pay", shared.origin);
            Json(json!({ "order": order, next: { "pay_key": pay_key, "act": "pay" } }))
                .into_response()
        }
        None => act_problem(&ActError::NoOrder),
    }
}

/// All orders.
async fn orders(State(shared): State<Arc<Shared>>) -> Response {
    Json(shared.orders()).into_response()
}

#[derive(Deserialize)]
struct Advance {
    seconds: u64,
}

/// Ten years: beyond it the caller has mistaken the unit.
const MAX_SECONDS: u64 = 10 * 366 * 24 * 3600;

/// Lets time pass; answers when all that fell due has happened.
async fn advance(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    let Advance { seconds } = match read(&body) {
        Ok(advance) => advance,
        Err(response) => return *response,
    };
    if seconds > MAX_SECONDS {
        let text = format!("`seconds` is {seconds}, at most {MAX_SECONDS} (ten years) at a time");
        return problem(StatusCode::BAD_REQUEST, &text);
    }
    shared.advance(Duration::from_secs(seconds)).await;
    let now = shared.core().now();
    Json(json!({ "now": signed_xml::BeijingTime::at(now).to_string() })).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    exchange: Option<u64>,
}

/// The last exchanges, or one of them.
async fn traffic(State(shared): State<Arc<Shared>>, uri: Uri) -> Response {
    let wanted: Wanted = match query(&uri) {
        Ok(wanted) => wanted,
        Err(response) => return *response,
    };
    let list = shared.core().traffic.list(wanted.exchange);
    Json(list).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shown {
    /// Names of secret fields, separated by commas.
    #[serde(default)]
    show: String,
}

/// The fields of a hospital that are shown only if the caller names them.
const SECRETS: [&str; 2] = ["key", "app_secret"];

/// The hospitals. Their keys and app secrets are shown only to a caller that asks for them by name, so that they do not end up in a log or
/// on a screen by the way.
async fn merchants(State(shared): State<Arc<Shared>>, uri: Uri) -> Response {
    let shown: Shown = match query(&uri) {
        Ok(shown) => shown,
        Err(response) => return *response,
    };
    let named: Vec<&str> = shown
        .show
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .collect();
    if let Some(unknown) = named.iter().find(|name| !SECRETS.contains(name)) {
        let text = format!("`show` has {unknown:?}, allowed are `key` and `app_secret`");
        return problem(StatusCode::BAD_REQUEST, &text);
    }
    let core = shared.core();
    let secret = |name: &str, value: &str| named.contains(&name).then(|| value.to_owned());
    let hospitals = core.platform.config().merchants.iter();
    let shown = hospitals.map(|hospital| Hospital {
        app_secret: secret("app_secret", &hospital.app_secret),
        key: secret("key", &hospital.key),
        ..Hospital::public(hospital)
    });
    Json(shown.collect::<Vec<_>>()).into_response()
}

/// A hospital as it is shown: a field that is added to the configuration is not shown until it stands here.
#[derive(Serialize)]
pub(super) struct Hospital<'a> {
    name: &'a str,
    mode: Mode,
    appid: &'a str,
    mch_id: &'a str,
    sub_appid: Option<&'a str>,
    sub_mch_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    app_secret: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    ip_list: &'a [IpAddr],
    pay_appid: Option<&'a str>,
}

impl<'a> Hospital<'a> {
    /// Without its secrets.
    pub(super) fn public(hospital: &'a MerchantConfig) -> Self {
        Self {
            name: &hospital.name,
            mode: hospital.mode,
            appid: &hospital.appid,
            mch_id: &hospital.mch_id,
            sub_appid: hospital.sub_appid.as_deref(),
            sub_mch_id: hospital.sub_mch_id.as_deref(),
            app_secret: None,
            key: None,
            ip_list: &hospital.ip_list,
            pay_appid: hospital.pay_appid.as_deref(),
        }
    }
}

#[derive(Deserialize)]
struct Fail {
    interface: String,
    err_code: String,
    #[serde(default)]
    takes_effect: bool,
}

/// Lets the next call of an interface fail.
async fn fail(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    let Fail {
        interface,
        err_code,
        takes_effect,
    } = match read(&body) {
        Ok(fail) => fail,
        Err(response) => return *response,
    };
    let interface = match named(&interface) {
        Ok(interface) => interface,
        Err(response) => return *response,
    };
    if let Err(response) = known_code(&err_code) {
        return *response;
    }
    let code = ErrorCode::from_wire(Text::from(err_code));
    shared.core().platform.fail_next(Fault {
        interface,
        code,
        takes_effect,
    });
    shared.changed();
    Json(json!({})).into_response()
}

/// The interface of that name.
pub(super) fn named(interface: &str) -> Result<Interface, Box<Response>> {
    Interface::named(interface).ok_or_else(|| {
        let known: Vec<&str> = Interface::ALL.iter().map(|known| known.name()).collect();
        let text = format!(
            "`interface` is {interface:?}, there is {}",
            known.join(", ")
        );
        Box::new(problem(StatusCode::NOT_FOUND, &text))
    })
}

/// Refuses a code that chapter 5 does not have.
pub(super) fn known_code(err_code: &str) -> Result<(), Box<Response>> {
    if ErrorCode::WIRE_VALUES.contains(&err_code) {
        return Ok(());
    }
    let known = ErrorCode::WIRE_VALUES.join(", ");
    let text = format!("`err_code` is {err_code:?}, chapter 5 has {known}");
    Err(Box::new(problem(StatusCode::BAD_REQUEST, &text)))
}

#[derive(Deserialize)]
struct Forge {
    #[serde(flatten)]
    order: OrderName,
    forgery: Forgery,
}

/// Posts a forged notification and tells what the hospital made of it.
async fn forge(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    let Forge { order, forgery } = match read(&body) {
        Ok(forge) => forge,
        Err(response) => return *response,
    };
    let order = match order.text() {
        Ok(order) => order,
        Err(response) => return *response,
    };
    match shared.forge(&order, forgery).await {
        Ok(report) => Json(report).into_response(),
        Err(error) => act_problem(&error),
    }
}

#[derive(Deserialize)]
struct Notify {
    #[serde(flatten)]
    order: OrderName,
    /// The fields of a composed notification; without them the last one is sent again.
    fields: Option<BTreeMap<String, String>>,
    #[serde(default)]
    signature: Signature,
}

/// Posts a notification by hand and says what the hospital answered.
async fn notify(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    let Notify {
        order,
        fields,
        signature,
    } = match read(&body) {
        Ok(notify) => notify,
        Err(response) => return *response,
    };
    let order = match order.text() {
        Ok(order) => order,
        Err(response) => return *response,
    };
    let answer = match &fields {
        Some(fields) => shared.compose(&order, fields, signature).await,
        None => shared.resend(&order).await,
    };
    match answer {
        Ok(answer) => Json(answer).into_response(),
        Err(ComposeError::Order(error)) => act_problem(&error),
        Err(error @ ComposeError::NotSent) => problem(StatusCode::CONFLICT, &error.to_string()),
        Err(error) => problem(StatusCode::BAD_REQUEST, &error.to_string()),
    }
}

/// What happened to an order.
async fn story(State(shared): State<Arc<Shared>>, uri: Uri) -> Response {
    let order = match query::<OrderName>(&uri).and_then(OrderName::text) {
        Ok(order) => order,
        Err(response) => return *response,
    };
    let mut core = shared.core();
    core.with(|platform, at| platform.pass(at));
    match core.platform.story(&order) {
        Ok((lines, left_out)) => {
            Json(json!({ "lines": lines, "left_out": left_out })).into_response()
        }
        Err(error) => act_problem(&error),
    }
}

/// Begins anew.
async fn reset(State(shared): State<Arc<Shared>>) -> Response {
    match shared.reset().await {
        Ok(()) => Json(json!({})).into_response(),
        Err(error) => problem(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}

/// Bytes of a snapshot: some 50,000 orders.
const MAX_SNAPSHOT: usize = 256 << 20;

/// All that there is.
async fn snapshot(State(shared): State<Arc<Shared>>) -> Response {
    let snapshot = Snapshot::of(&shared.core());
    Json(snapshot).into_response()
}

/// Goes back to a snapshot.
async fn restore(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    let snapshot = match Snapshot::from_json(&body) {
        Ok(snapshot) => snapshot,
        Err(words) => return problem(StatusCode::BAD_REQUEST, &words),
    };
    match shared.restore(snapshot).await {
        Ok(()) => Json(json!({})).into_response(),
        Err(error) => problem(StatusCode::CONFLICT, &error.to_string()),
    }
}

fn act_problem(error: &ActError) -> Response {
    let status = match error {
        ActError::NoOrder => StatusCode::NOT_FOUND,
        ActError::Ambiguous
        | ActError::NotPayable { .. }
        | ActError::NotClosed { .. }
        | ActError::NoSuchPart { .. } => StatusCode::CONFLICT,
    };
    problem(status, &error.to_string())
}

/// A JSON body; [`super::callers`] has seen to its content type.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Box<Response>> {
    serde_json::from_slice(body)
        .map_err(|error| Box::new(problem(StatusCode::BAD_REQUEST, &error.to_string())))
}

/// The query of an address.
pub(crate) fn query<T: DeserializeOwned>(uri: &Uri) -> Result<T, Box<Response>> {
    match Query::try_from_uri(uri) {
        Ok(Query(query)) => Ok(query),
        Err(error) => Err(Box::new(problem(
            StatusCode::BAD_REQUEST,
            &error.body_text(),
        ))),
    }
}
