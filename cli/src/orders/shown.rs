//! What is shown of an order, a refund, a line of history, an event and a notification, as JSON.
//!
//! Amounts are in fen and have the document's field names, times are RFC 3339. Of what an order holds only what is listed here is shown: no person,
//! no key, no link to pay with.

use payinsurance_orders::store::{
    Event, History, Line, ListedEvents, UnreadableEvent, UnreadableLine, UnreadableOrder,
};
use payinsurance_orders::{LastError, Order, Refund, ShownReceived, State};
use serde_json::{Map, Value, json};
use signed_xml::Fen;

/// What an operator looks for among the fields that an order was placed with.
const OF_REQUEST: [&str; 5] = ["order_type", "pay_type", "serial_no", "bill_no", "org_no"];

/// An order as a row of a list.
pub(crate) fn order(order: &Order) -> Value {
    json!({
        "merchant": order.key.merchant,
        "hosp_out_trade_no": order.key.hosp_out_trade_no,
        "med_trans_id": order.placed.as_ref().map(|placed| &placed.med_trans_id),
        "state": order.state.as_str(),
        "total_fee": order.amounts.total_fee.0,
        "cash_fee": order.amounts.cash_fee.0,
        "insurance_fee": order.amounts.insurance_fee.0,
        "refund": order.refund.as_ref().map(refund),
        "close_wanted": order.close_wanted,
        "replace_wanted": order.replace_wanted,
        "replaced_by": order.replaced_by,
        "replaces": order.replaces,
        "created_at": order.times.created_at,
        "updated_at": order.times.updated_at,
        "expires_at": order.times.expires_at,
        "paid_at": order.times.paid_at,
        "due_at": order.due_at,
        "contradiction": order.contradiction.as_ref().map(|known| {
            json!({ "source": known.source, "reason": known.reason, "since": known.since })
        }),
        "last_error": order.last_error.as_ref().map(last_error),
    })
}

pub(crate) fn last_error(error: &LastError) -> Value {
    json!({
        "at": error.at,
        "interface": error.interface,
        "text": error.text,
        "effect": error.effect.as_str(),
    })
}

/// What went back or is on its way back in all, as far as the platform has reported it.
pub(crate) fn refunded_fee(refund: &Refund) -> Option<Fen> {
    let parts = [refund.cash_refund_fee, refund.insurance_refund_fee];
    let known = parts.iter().flatten();
    let sum = known.fold(0_u64, |sum, part| sum.saturating_add(part.0));
    (parts != [None, None]).then_some(Fen(sum))
}

/// The refund of an order.
pub(crate) fn refund(refund: &Refund) -> Value {
    json!({
        "hosp_out_refund_no": refund.hosp_out_refund_no,
        "med_refund_id": refund.med_refund_id,
        "state": refund.state.as_str(),
        "cash_only": refund.cash_only.map(|fee| fee.0),
        "cash_refund_fee": refund.cash_refund_fee.map(|fee| fee.0),
        "insurance_refund_fee": refund.insurance_refund_fee.map(|fee| fee.0),
        "refunded_fee": refunded_fee(refund).map(|fee| fee.0),
        "tries": refund.tries,
    })
}

/// An order with all that belongs to it.
pub(super) fn whole_order(order: &Order, history: &History, events: &ListedEvents) -> Value {
    let mut whole = self::order(order);
    let pay_url = order
        .placed
        .as_ref()
        .and_then(|placed| placed.pay_url.as_ref());
    whole["reported"] = json!(order.reported);
    whole["pay_url_is_known"] = json!(pay_url.is_some());
    whole["request"] = object(request(order));
    whole["facts"] = object(order.shown_facts());
    whole["history"] = history.rows.iter().map(line).collect();
    whole["events"] = events.rows.iter().map(event).collect();
    let lines = history.unreadable.iter().map(unreadable_line);
    let unreadable = lines.chain(events.unreadable.iter().map(unreadable_event));
    whole["unreadable"] = unreadable.collect();
    whole
}

/// What names an order that cannot be read.
pub(super) fn unreadable_order(order: &UnreadableOrder) -> Value {
    json!({
        "merchant": order.key.merchant,
        "hosp_out_trade_no": order.key.hosp_out_trade_no,
        "reason": order.reason,
    })
}

/// What names an event that cannot be read.
pub(super) fn unreadable_event(event: &UnreadableEvent) -> Value {
    json!({
        "event": event.id,
        "merchant": event.order.merchant,
        "hosp_out_trade_no": event.order.hosp_out_trade_no,
        "reason": event.reason,
    })
}

fn unreadable_line(line: &UnreadableLine) -> Value {
    json!({ "history_line": line.number, "reason": line.reason })
}

/// The fields that the order was placed with, as far as they are shown.
pub(super) fn request(order: &Order) -> Vec<(String, String)> {
    let mut fields = order.shown_request();
    fields.retain(|(name, _)| OF_REQUEST.contains(&name.as_str()));
    fields
}

fn line(line: &Line) -> Value {
    json!({
        "at": line.at,
        "by": line.by,
        "what": line.what,
        "evidence": line.evidence,
        "from": line.from.map(State::as_str),
        "to": line.to.as_str(),
    })
}

pub(super) fn event(event: &Event) -> Value {
    let payload: Result<Value, _> = serde_json::from_str(&event.event.payload);
    json!({
        "id": event.event.id,
        "kind": event.event.kind,
        "merchant": event.order.merchant,
        "hosp_out_trade_no": event.order.hosp_out_trade_no,
        "standing": event.standing.as_str(),
        "created_at": event.created_at,
        "due_at": event.due_at,
        "attempts": event.attempts,
        "last_error": event.last_error,
        "payload": payload.unwrap_or_default(),
    })
}

pub(super) fn received(received: ShownReceived) -> Value {
    let (merchant, number) = match received.order {
        Some(key) => (Some(key.merchant), Some(key.hosp_out_trade_no)),
        None => (None, None),
    };
    json!({
        "at": received.at,
        "merchant": merchant,
        "hosp_out_trade_no": number,
        "accepted": received.reason.is_none(),
        "reason": received.reason,
        "fields": received.fields.map(object),
        "damaged": received.damaged,
    })
}

/// Fields as an object.
pub(crate) fn object(fields: Vec<(String, String)>) -> Value {
    let fields = fields.into_iter();
    let fields: Map<String, Value> = fields.map(|(name, value)| (name, json!(value))).collect();
    Value::Object(fields)
}
