//! Events for the hospital's own system.
//!
//! The id of an event follows from what happened and not from who found it out: the payment that a notification and the poller both saw has
//! one id. The payload holds numbers, amounts and states, and nothing personal.

use jiff::Timestamp;
use serde_json::json;
use signed_xml::Fen;

use crate::digest;
use crate::store::NewEvent;
use crate::{Order, view};

pub(crate) const PLACED: &str = "order.placed";
pub(crate) const REFUSED: &str = "order.refused";
pub(crate) const PAID: &str = "order.paid";
pub(crate) const CLOSED: &str = "order.closed";
/// Closed, and placed again under another number.
pub(crate) const REPLACED: &str = "order.replaced";
pub(crate) const FAILED: &str = "order.failed";
pub(crate) const CONTRADICTED: &str = "order.contradicted";
/// A person settled a contradicted order.
pub(crate) const SETTLED_BY_HAND: &str = "order.settled_by_hand";
pub(crate) const REFUND_BEGUN: &str = "refund.begun";
pub(crate) const REFUND_SUCCEEDED: &str = "refund.succeeded";
pub(crate) const REFUND_FAILED: &str = "refund.failed";
/// The cash lies on the merchant's account and must be paid out by hand (`CHANGE`).
pub(crate) const REFUND_BY_HAND: &str = "refund.by_hand";

/// What is particular to one event of a kind.
pub(crate) struct EventText {
    /// Tells it from another of its kind of the same order; empty where there is only one.
    pub(crate) which: String,
    /// Words for people.
    pub(crate) note: Option<String>,
}

/// The amounts that were asked for, where the order was settled on others (`allow_fee_change` 1).
fn asked(order: &Order) -> Option<serde_json::Value> {
    let fen = |name| {
        order
            .field(name)
            .and_then(|digits| digits.parse().ok())
            .map(Fen)
    };
    let asked = ["total_fee", "cash_fee", "insurance_fee"].map(fen);
    let amounts = &order.amounts;
    let settled = [amounts.total_fee, amounts.cash_fee, amounts.insurance_fee];
    let differs = asked
        .iter()
        .zip(settled)
        .any(|(asked, settled)| asked.is_some_and(|asked| asked != settled));
    differs
        .then(|| json!({ "total_fee": asked[0], "cash_fee": asked[1], "insurance_fee": asked[2] }))
}

/// The event of an order as it is after the change.
pub(crate) fn event(order: &Order, kind: &str, text: &EventText, at: Timestamp) -> NewEvent {
    let key = &order.key;
    let id = digest::of([&key.merchant, &key.hosp_out_trade_no, kind, &text.which]);
    let id = format!("evt_{}{}", digest::age(order.times.created_at), &id[..24]);
    let refund = order.refund.as_ref().map(|refund| {
        json!({
            "hosp_out_refund_no": refund.hosp_out_refund_no,
            "med_refund_id": refund.med_refund_id,
            "state": refund.state,
            "cash_only": refund.cash_only,
            "cash_refund_fee": refund.cash_refund_fee,
            "insurance_refund_fee": refund.insurance_refund_fee,
        })
    });
    let payload = json!({
        "id": id,
        "kind": kind,
        "at": at,
        "merchant": key.merchant,
        "hosp_out_trade_no": key.hosp_out_trade_no,
        "med_trans_id": order.placed.as_ref().map(|placed| &placed.med_trans_id),
        "state": order.state,
        "replaced_by": order.replaced_by,
        "replaces": order.replaces,
        "contradiction": order.contradiction.as_ref().map(|known| &known.reason),
        "total_fee": order.amounts.total_fee,
        "cash_fee": order.amounts.cash_fee,
        "insurance_fee": order.amounts.insurance_fee,
        "asked": asked(order),
        "paid_at": order.times.paid_at,
        "refund": refund,
        "facts": view::facts(order).collect::<std::collections::BTreeMap<_, _>>(),
        "note": text.note,
    });
    NewEvent {
        id,
        kind: kind.to_owned(),
        payload: payload.to_string(),
    }
}
