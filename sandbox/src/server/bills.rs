//! The sandbox's own paths about bills: differences are planted, and looked up.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::json;
use signed_xml::BeijingTime;

use crate::config::MerchantConfig;
use crate::platform::{BillDifference, Planted, Planting};

use super::control::{problem, query, read};
use super::core::{Core, Shared};

/// The most differences of one request.
const MAX_COUNT: usize = 100_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Plant {
    difference: BillDifference,
    #[serde(default = "one")]
    count: usize,
    #[serde(default)]
    seed: u64,
    day: Option<String>,
    hospital: Option<String>,
    hosp_out_trade_no: Option<String>,
}

const fn one() -> usize {
    1
}

/// Plants differences into the bill of a day, by default the day that it is in the sandbox.
pub(super) async fn plant(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    let asked: Plant = match read(&body) {
        Ok(asked) => asked,
        Err(response) => return *response,
    };
    if !(1..=MAX_COUNT).contains(&asked.count) {
        let text = format!("`count` is {}, allowed are 1 to {MAX_COUNT}", asked.count);
        return problem(StatusCode::BAD_REQUEST, &text);
    }
    let mut core = shared.core();
    if let Some(named) = &asked.hospital
        && !core.hospitals().any(|known| known == named)
    {
        let known: Vec<&str> = core.hospitals().collect();
        let text = format!(
            "`hospital` is {named:?}, known are {}: the sub_mch_id of a hospital, or the mch_id of one on its own",
            known.join(", ")
        );
        return problem(StatusCode::NOT_FOUND, &text);
    }
    let day = match day(asked.day.as_deref(), &core) {
        Ok(day) => day,
        Err(response) => return *response,
    };
    let mut planting = Planting::new(asked.difference, day);
    planting.count = asked.count;
    planting.seed = asked.seed;
    planting.hospital = asked.hospital;
    planting.hosp_out_trade_no = asked.hosp_out_trade_no;
    core.platform.plant(planting);
    shared.changed();
    Json(json!({ "day": day, "bills": shown(&core, day) })).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfDay {
    day: Option<String>,
}

/// The differences that stand in the bills of a day, as far as the day has come.
pub(super) async fn planted(State(shared): State<Arc<Shared>>, uri: Uri) -> Response {
    let core = shared.core();
    let day = match day_of(&uri, &core) {
        Ok(day) => day,
        Err(response) => return *response,
    };
    Json(json!({ "day": day, "bills": shown(&core, day) })).into_response()
}

/// The days that have bills, and the bills of one of them.
pub(super) async fn bills(State(shared): State<Arc<Shared>>, uri: Uri) -> Response {
    let core = shared.core();
    let day = match day_of(&uri, &core) {
        Ok(day) => day,
        Err(response) => return *response,
    };
    let bills = core.hospitals().enumerate().map(|(place, hospital)| {
        let bill = core.platform.bill_of(place, day);
        json!({ "hospital": hospital, "bill": bill })
    });
    let bills = bills.collect::<Vec<_>>();
    Json(json!({ "days": core.platform.bill_days(), "day": day, "bills": bills })).into_response()
}

/// The day that an address names as `day=DAY`, or the day that it is in the sandbox.
fn day_of(uri: &Uri, core: &Core) -> Result<Date, Box<Response>> {
    let asked: OfDay = query(uri)?;
    day(asked.day.as_deref(), core)
}

/// The day that is named, or the day that it is in the sandbox.
pub(crate) fn day(named: Option<&str>, core: &Core) -> Result<Date, Box<Response>> {
    let Some(named) = named else {
        return Ok(BeijingTime::at(core.now()).date().date());
    };
    named.parse().map_err(|_| {
        let text = format!("`day` is {named:?}, expected a day in Beijing such as 2018-12-04");
        Box::new(problem(StatusCode::BAD_REQUEST, &text))
    })
}

/// Forgets what was planted.
pub(super) async fn clear(State(shared): State<Arc<Shared>>) -> Response {
    shared.core().platform.clear_plantings();
    shared.changed();
    Json(json!({})).into_response()
}

#[derive(Serialize)]
struct BillOfDay {
    hospital: String,
    planted: Vec<Planted>,
}

fn shown(core: &Core, day: Date) -> Vec<BillOfDay> {
    let planted = core.platform.planted(day).into_iter();
    let bills = core.hospitals().zip(planted);
    bills
        .map(|(hospital, planted)| BillOfDay {
            hospital: hospital.to_owned(),
            planted,
        })
        .collect()
}

impl Core {
    /// The merchant number of each hospital.
    fn hospitals(&self) -> impl Iterator<Item = &str> {
        let merchants = self.platform.config().merchants.iter();
        merchants.map(MerchantConfig::hospital)
    }
}
