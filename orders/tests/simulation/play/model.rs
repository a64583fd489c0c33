//! What must hold of a run, said without the desk's own words: from what the platform did and what callers and the hospital's system were told.

use std::collections::{BTreeMap, BTreeSet};

use payinsurance::enums::MedTradeState;
use payinsurance_orders::store::{EventFilter, EventStanding, MemoryStore, Store};
use payinsurance_orders::{Order, OrderKey, RefundState, State};
use payinsurance_sandbox::OrderView;

use super::executor::at_once;
use super::process::HOSPITAL;

/// What was seen from outside.
#[derive(Default)]
pub(crate) struct Model {
    /// Refund numbers that arrived at the platform, by order.
    pub(crate) refund_numbers: BTreeMap<String, BTreeSet<String>>,
    /// Events that the hospital's system was told: order, kind, id.
    pub(crate) told: Vec<(String, String, String)>,
    /// Orders whose payment was acknowledged to the platform.
    pub(crate) acknowledged: BTreeSet<String>,
    /// Orders whose payment link a caller was given.
    pub(crate) linked: BTreeSet<String>,
    /// Orders that the platform refused, signed.
    pub(crate) refused: BTreeSet<String>,
    /// How often a refund of an order was refused.
    pub(crate) refused_refunds: BTreeMap<String, usize>,
    /// Orders that a caller was told are stored.
    pub(crate) promised: BTreeSet<String>,
}

/// All that does not hold in the end.
pub(crate) fn violations(
    model: &Model,
    store: &MemoryStore,
    platform: &[OrderView],
) -> Vec<String> {
    let mut wrong = Vec::new();
    for view in platform {
        let number = &view.hosp_out_trade_no;
        match at_once(store.order(&key(number))).unwrap() {
            Some(order) if is_left_to_people(store, &order) => {}
            Some(order) => agrees(&order, view, model, &mut wrong),
            None => wrong.push(format!("{number} is at the platform and not in the store")),
        }
    }
    for number in &model.promised {
        match at_once(store.order(&key(number))).unwrap() {
            None => wrong.push(format!(
                "{number} was promised to a caller and is not stored"
            )),
            Some(order) => {
                let arrived = platform
                    .iter()
                    .any(|view| view.hosp_out_trade_no == *number);
                if !arrived && !matches!(order.state, State::Closed | State::Refused) {
                    let state = order.state.word();
                    wrong.push(format!("{number} is {state}, and the platform has none"));
                }
                told_of(store, &order, model, &mut wrong);
                continuous(store, &order, &mut wrong);
            }
        }
    }
    for (number, refunds) in &model.refund_numbers {
        if refunds.len() > 1 {
            wrong.push(format!("{number} was refunded under {refunds:?}"));
        }
    }
    wrong
}

fn key(number: &str) -> OrderKey {
    OrderKey {
        merchant: HOSPITAL.to_owned(),
        hosp_out_trade_no: number.to_owned(),
    }
}

/// The desk says itself that the order is contradicted, and told people so.
fn is_left_to_people(store: &MemoryStore, order: &Order) -> bool {
    let filter = EventFilter {
        order: Some(order.key.clone()),
        ..EventFilter::default()
    };
    let events = at_once(store.events(&filter)).unwrap().rows;
    order.contradiction.is_some()
        && events.iter().any(|event| {
            event.event.kind == "order.contradicted" && event.standing == EventStanding::Delivered
        })
}

/// The desk's order is what the platform says.
fn agrees(order: &Order, view: &OrderView, model: &Model, wrong: &mut Vec<String>) {
    let number = &view.hosp_out_trade_no;
    let linked = model.linked.contains(number);
    let right = match &view.med_trade_state {
        MedTradeState::Success => {
            order.state == State::Paid
                || (order.state == State::Refunding
                    && order
                        .refund
                        .as_ref()
                        .is_some_and(|refund| refund.state == RefundState::Failed))
        }
        MedTradeState::Refund => order.state == State::Refunded,
        // Refused, arrived late all the same, found and closed: nobody had its link.
        MedTradeState::Closed => {
            order.state == State::Closed || (order.state == State::Refused && !linked)
        }
        MedTradeState::SysRefunded => order.state == State::Failed,
        // It arrived after we had given it up, and nobody has its link.
        MedTradeState::NotPay | MedTradeState::Initial => {
            !linked && matches!(order.state, State::Closed | State::Refused)
        }
        _ => false,
    };
    if !right {
        let (told, ours) = (&view.med_trade_state, order.state.word());
        wrong.push(format!(
            "{number} is {told} at the platform and {ours} at the desk"
        ));
    }
    if order.state.was_paid() {
        let ours = &order.amounts;
        let ours = (ours.total_fee, ours.cash_fee, ours.insurance_fee);
        let theirs = (view.total_fee, view.cash_fee, view.insurance_fee);
        if ours != theirs {
            wrong.push(format!(
                "{number} was paid with {theirs:?} at the platform and with {ours:?} at the desk"
            ));
        }
    }
    if model.acknowledged.contains(number) && !order.state.was_paid() {
        wrong.push(format!(
            "{number}: its notification was acknowledged and lost"
        ));
    }
    let Some(refund) = &view.refund else { return };
    let known = order.refund.as_ref();
    let agreed = known.is_some_and(|known| {
        known.hosp_out_refund_no == refund.hosp_out_refund_no
            && known.state == RefundState::Succeeded
            && known
                .med_refund_id
                .as_ref()
                .is_none_or(|id| *id == refund.med_refund_id)
            && known.cash_refund_fee == Some(refund.cash_refund_fee)
            && known.insurance_refund_fee == Some(refund.insurance_refund_fee)
    });
    if !agreed {
        wrong.push(format!(
            "{number}: its refund is not as the platform has it: {known:?}"
        ));
    }
    if refund.cash_refund_fee > view.cash_fee || refund.insurance_refund_fee > view.insurance_fee {
        wrong.push(format!("{number}: more was refunded than paid"));
    }
}

/// One effect per payment and per refund: one event, which the hospital's system was told.
fn told_of(store: &MemoryStore, order: &Order, model: &Model, wrong: &mut Vec<String>) {
    let number = &order.key.hosp_out_trade_no;
    let filter = EventFilter {
        order: Some(order.key.clone()),
        ..EventFilter::default()
    };
    let events = at_once(store.events(&filter)).unwrap().rows;
    if order.state == State::Refused && !model.refused.contains(number) {
        wrong.push(format!(
            "{number} is refused, and the platform never refused it"
        ));
    }
    let refusals = events
        .iter()
        .filter(|event| event.event.kind == "refund.failed")
        .count();
    let happened = model
        .refused_refunds
        .get(number)
        .copied()
        .unwrap_or_default();
    if refusals != happened {
        wrong.push(format!(
            "{number}: its refund was refused {happened} times, with {refusals} events"
        ));
    }
    let expected = [
        ("order.paid", order.state.was_paid()),
        ("order.closed", order.state == State::Closed),
        ("order.failed", order.state == State::Failed),
        ("order.refused", order.state == State::Refused),
        ("refund.succeeded", order.state == State::Refunded),
    ];
    for (kind, happened) in expected {
        let made = events
            .iter()
            .filter(|event| event.event.kind == kind)
            .count();
        // Closed by us and paid after all is told as both, in their order.
        let overtaken = !happened && kind != "order.paid" && order.state.was_paid();
        if made != usize::from(happened) && !overtaken {
            wrong.push(format!(
                "{number} is {} with {made} events {kind}",
                order.state.word()
            ));
        }
        let ids: BTreeSet<&String> = model
            .told
            .iter()
            .filter(|(of, told, _)| of == number && told == kind)
            .map(|(_, _, id)| id)
            .collect();
        if ids.len() != made {
            wrong.push(format!(
                "{number}: {made} events {kind} were made, {} were told",
                ids.len()
            ));
        }
    }
    let waiting = events
        .iter()
        .filter(|event| event.standing != EventStanding::Delivered);
    let waiting: Vec<&str> = waiting.map(|event| event.event.kind.as_str()).collect();
    if !waiting.is_empty() {
        wrong.push(format!("{number}: {waiting:?} were never delivered"));
    }
}

/// The history leads from the first state to the present one without a gap.
fn continuous(store: &MemoryStore, order: &Order, wrong: &mut Vec<String>) {
    let number = &order.key.hosp_out_trade_no;
    let lines = at_once(store.history(&order.key)).unwrap().rows;
    let mut state = None;
    for line in &lines {
        if line.from != state {
            wrong.push(format!(
                "{number}: its history has a gap before {:?}",
                line.what
            ));
        }
        state = Some(line.to);
    }
    if state != Some(order.state) {
        wrong.push(format!(
            "{number}: its history does not end where it stands"
        ));
    }
}
