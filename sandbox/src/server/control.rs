//! The sandbox's own paths, in JSON: the patient's part, the clock, and a look inside.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use payinsurance::ErrorCode;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use signed_xml::Text;

use crate::interface::Interface;
use crate::platform::{Act, ActError, Fault, Forgery};

use super::core::Shared;

/// `{"error": …}` with a status.
pub(super) fn problem(status: StatusCode, words: &str) -> Response {
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

/// What can be asked here.
pub(super) async fn index() -> Response {
    let routes = json!({
        "POST /sandbox/pay": { "hosp_out_trade_no | med_trans_id | pay_key": "…", "act": "pay | insurance_fails | cash_fails | walk_away" },
        "GET /sandbox/orders": {},
        "POST /sandbox/advance": { "seconds": 0 },
        "GET /sandbox/traffic?exchange=N": {},
        "GET /sandbox/merchants": {},
        "POST /sandbox/fail": { "interface": "refund", "err_code": "514", "takes_effect": false },
        "POST /sandbox/forge": { "hosp_out_trade_no": "…", "forgery": "wrong_key | unsigned | altered_amount" },
        "POST /sandbox/reset": {},
    });
    Json(routes).into_response()
}

#[derive(Deserialize)]
struct Pay {
    #[serde(flatten)]
    order: OrderName,
    act: Act,
}

/// The patient acts.
pub(super) async fn pay(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    let Pay { order, act } = match read(&body) {
        Ok(pay) => pay,
        Err(response) => return *response,
    };
    let order = match order.text() {
        Ok(order) => order,
        Err(response) => return *response,
    };
    match shared.pay(&order, act) {
        Ok(()) => {
            let known = shared.orders().into_iter().find(|known| {
                [
                    &known.pay_key,
                    &known.med_trans_id,
                    &known.hosp_out_trade_no,
                ]
                .contains(&&order)
            });
            Json(json!(known)).into_response()
        }
        Err(error) => act_problem(&error),
    }
}

/// What a payment link leads to.
pub(super) async fn pay_detail(
    State(shared): State<Arc<Shared>>,
    Query(order): Query<OrderName>,
) -> Response {
    let pay_key = match order.text() {
        Ok(pay_key) => pay_key,
        Err(response) => return *response,
    };
    match shared
        .orders()
        .into_iter()
        .find(|order| order.pay_key == pay_key)
    {
        Some(order) => {
            let next = format!("POST {}/sandbox/pay", shared.origin);
            Json(json!({ "order": order, next: { "pay_key": pay_key, "act": "pay" } }))
                .into_response()
        }
        None => act_problem(&ActError::NoOrder),
    }
}

/// All orders.
pub(super) async fn orders(State(shared): State<Arc<Shared>>) -> Response {
    Json(shared.orders()).into_response()
}

#[derive(Deserialize)]
struct Advance {
    seconds: u64,
}

/// Ten years: beyond it somebody has mistaken the unit.
const MOST_SECONDS: u64 = 10 * 366 * 24 * 3600;

/// Lets time pass; answers when all that fell due has happened.
pub(super) async fn advance(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    let Advance { seconds } = match read(&body) {
        Ok(advance) => advance,
        Err(response) => return *response,
    };
    if seconds > MOST_SECONDS {
        let text = format!("`seconds` is {seconds}, at most {MOST_SECONDS} (ten years) at a time");
        return problem(StatusCode::BAD_REQUEST, &text);
    }
    shared.advance(Duration::from_secs(seconds)).await;
    let now = shared.core().now();
    Json(json!({ "now": signed_xml::BeijingTime::at(now).to_string() })).into_response()
}

#[derive(Deserialize)]
pub(super) struct Wanted {
    exchange: Option<u64>,
}

/// The last exchanges, or one of them.
pub(super) async fn traffic(
    State(shared): State<Arc<Shared>>,
    Query(wanted): Query<Wanted>,
) -> Response {
    let list = shared.core().traffic.list(wanted.exchange);
    Json(list).into_response()
}

/// The hospitals. Their keys are test keys, shown on purpose.
pub(super) async fn merchants(State(shared): State<Arc<Shared>>) -> Response {
    let merchants = shared.core().platform.config().merchants.clone();
    Json(merchants).into_response()
}

#[derive(Deserialize)]
struct Fail {
    interface: String,
    err_code: String,
    #[serde(default)]
    takes_effect: bool,
}

/// Lets the next call of an interface fail.
pub(super) async fn fail(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    let Fail {
        interface,
        err_code,
        takes_effect,
    } = match read(&body) {
        Ok(fail) => fail,
        Err(response) => return *response,
    };
    let Some(interface) = Interface::named(&interface) else {
        return problem(StatusCode::NOT_FOUND, "there is no interface of that name");
    };
    if !ErrorCode::WIRE_VALUES.contains(&err_code.as_str()) {
        let known = ErrorCode::WIRE_VALUES.join(", ");
        let text = format!("`err_code` is {err_code:?}, chapter 5 has {known}");
        return problem(StatusCode::BAD_REQUEST, &text);
    }
    let code = ErrorCode::from_wire(Text::from(err_code));
    shared.core().platform.fail_next(Fault {
        interface,
        code,
        takes_effect,
    });
    Json(json!({})).into_response()
}

#[derive(Deserialize)]
struct Forge {
    #[serde(flatten)]
    order: OrderName,
    forgery: Forgery,
}

/// Posts a forged notification and tells what the hospital made of it.
pub(super) async fn forge(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
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

/// Begins anew.
pub(super) async fn reset(State(shared): State<Arc<Shared>>) -> Response {
    match shared.reset().await {
        Ok(()) => Json(json!({})).into_response(),
        Err(error) => problem(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}

fn act_problem(error: &ActError) -> Response {
    let status = match error {
        ActError::NoOrder => StatusCode::NOT_FOUND,
        ActError::Ambiguous | ActError::NotPayable { .. } | ActError::NoSuchPart { .. } => {
            StatusCode::CONFLICT
        }
    };
    problem(status, &error.to_string())
}

/// A JSON body, whatever its content type says.
fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Box<Response>> {
    serde_json::from_slice(body)
        .map_err(|error| Box::new(problem(StatusCode::BAD_REQUEST, &error.to_string())))
}
