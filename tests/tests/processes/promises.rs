//! What the desk promises, held against what the platform did and what the hospital's own system received.

use std::collections::BTreeSet;

use payinsurance::enums::MedTradeState;
use payinsurance_orders::store::EventStanding;
use payinsurance_orders::{Order, RefundState, State};
use payinsurance_sandbox::{Exchange, OrderView};

use crate::hospital::{Hospital, Shown};

/// Right after a start, before anything was done: what left the process is in the store, and so is what was acknowledged.
pub(crate) fn hold_at_once(hospital: &mut Hospital, number: &str) {
    let Some(view) = hospital.at_platform(number) else {
        return;
    };
    let shown = hospital.shown(number);
    let order = shown.order.as_ref();
    let order = order.unwrap_or_else(|| panic!("{number} was sent before it was stored"));
    if view.notification.is_some_and(|news| news.accepted) {
        let state = order.state.as_str();
        assert!(
            order.state.was_paid(),
            "{number}: its notification was acknowledged, and it is {state}"
        );
        assert_eq!(
            shown.accepted, 1,
            "{number}: what was acknowledged is stored"
        );
    }
    if let Some(refund) = view.refund {
        let known = order.refund.as_ref();
        assert_eq!(
            known.map(|known| known.hosp_out_refund_no.as_str()),
            Some(refund.hosp_out_refund_no.as_str()),
            "{number}: its refund was sent before it was stored"
        );
    }
}

/// In the end, when nothing is left to be done.
pub(crate) fn hold_in_the_end(hospital: &mut Hospital, numbers: &[String]) {
    let traffic = hospital.sandbox.traffic();
    for number in numbers {
        hold_at_once(hospital, number);
        let shown = hospital.shown(number);
        let view = hospital.at_platform(number);
        let Some(order) = &shown.order else {
            assert!(view.is_none());
            continue;
        };
        match &view {
            Some(view) => agrees(order, view),
            None => assert!(
                matches!(order.state, State::Closed | State::Refused),
                "{number} is {}, and the platform has none",
                order.state.as_str()
            ),
        }
        one_way(order, &shown);
        one_event_each(hospital, order, &shown);
        one_effect(number, view.is_some(), &traffic);
    }
}

/// The order is what the platform says.
fn agrees(order: &Order, view: &OrderView) {
    let number = &view.hosp_out_trade_no;
    let right = match &view.med_trade_state {
        MedTradeState::Success => State::Paid,
        MedTradeState::Refund => State::Refunded,
        MedTradeState::Closed => State::Closed,
        other => panic!("{number} is {other} at the platform: nothing is left to be done with it"),
    };
    assert_eq!(order.state, right, "{number}");
    let placed = order.placed.as_ref().unwrap();
    assert_eq!(placed.med_trans_id, view.med_trans_id, "{number}");
    let Some(refund) = &view.refund else { return };
    let known = order.refund.as_ref().unwrap();
    assert_eq!(known.hosp_out_refund_no, refund.hosp_out_refund_no);
    assert_eq!(known.state, RefundState::Succeeded, "{number}");
    assert!(
        refund.cash_refund_fee <= view.cash_fee
            && refund.insurance_refund_fee <= view.insurance_fee,
        "{number}: more went back than was paid"
    );
}

/// The history leads forward from nothing to the present state, without a gap.
fn one_way(order: &Order, shown: &Shown) {
    let number = &order.key.hosp_out_trade_no;
    let mut state = None;
    for line in &shown.history {
        assert_eq!(line.from, state, "{number}: a gap before {:?}", line.what);
        let forward = state.is_none_or(|from: State| from == line.to || from.allows(line.to));
        assert!(forward, "{number} went from {state:?} to {:?}", line.to);
        state = Some(line.to);
    }
    assert_eq!(state, Some(order.state), "{number}");
}

/// One effect has one event with one id, which the hospital's own system received, maybe more than once.
fn one_event_each(hospital: &Hospital, order: &Order, shown: &Shown) {
    let number = &order.key.hosp_out_trade_no;
    let taken = hospital.front.taken(number);
    let expected = [
        ("order.paid", order.state.was_paid()),
        ("order.closed", order.state == State::Closed),
        ("refund.succeeded", order.state == State::Refunded),
    ];
    for (kind, happened) in expected {
        let made: Vec<&String> = shown
            .events
            .iter()
            .filter(|event| event.kind == kind)
            .map(|event| &event.id)
            .collect();
        assert_eq!(made.len(), usize::from(happened), "{number}: {kind}");
        let received: Vec<&String> = taken
            .iter()
            .filter(|(taken, _)| taken.kind == kind)
            .map(|(taken, _)| &taken.id)
            .collect();
        assert_eq!(
            received, made,
            "{number}: {kind} has one id, made and received"
        );
    }
    for event in &shown.events {
        assert_eq!(event.standing, EventStanding::Delivered, "{number}");
        let count = taken.iter().find(|(taken, _)| taken.id == event.id);
        assert!(count.is_some(), "{number}: {} was not received", event.kind);
    }
}

/// The platform took the order once, and refunds of it under one number.
fn one_effect(number: &str, is_there: bool, traffic: &[Exchange]) {
    let of_order = || {
        let of = |exchange: &&Exchange| exchange.request["hosp_out_trade_no"] == number;
        traffic.iter().filter(of)
    };
    let placed = of_order()
        .filter(|exchange| exchange.interface == "unifiedorder" && exchange.trouble.is_none());
    assert_eq!(placed.count(), usize::from(is_there), "{number} was placed");
    let refunds: BTreeSet<String> = of_order()
        .filter(|exchange| exchange.interface == "refund")
        .map(|exchange| exchange.request["hosp_out_refund_no"].to_string())
        .collect();
    assert!(refunds.len() <= 1, "{number} was refunded as {refunds:?}");
}
