//! What must hold of a run, derived without the desk's code: from the platform's books and from what callers and the hospital's system received.
//!
//! In the end desk and platform agree on the state and every fen of each order. An order may be contradicted instead, if a message about it that was
//! not true reached the desk in this run ([`Model::lies`]), or if somebody else's refund cannot be the one that the desk asked for.

use std::collections::{BTreeMap, BTreeSet};

use payinsurance::enums::MedTradeState;
use payinsurance_orders::store::{Event, EventFilter, EventStanding, MemoryStore, Store};
use payinsurance_orders::{Order, OrderKey, RefundState, State};
use payinsurance_sandbox::{OrderView, RefundView};
use signed_xml::Fen;

use super::executor::at_once;
use super::hospitals::shown;

/// What was seen from outside.
#[derive(Default)]
pub(crate) struct Model {
    /// Refund numbers under which the desk asked the platform, by order.
    pub(crate) refund_numbers: BTreeMap<OrderKey, BTreeSet<String>>,
    /// Events that the hospital's system received: order, kind, id.
    pub(crate) delivered: Vec<(OrderKey, String, String)>,
    /// Orders whose payment was acknowledged to the platform.
    pub(crate) acknowledged: BTreeSet<OrderKey>,
    /// Orders whose payment link a caller was given.
    pub(crate) linked: BTreeSet<OrderKey>,
    /// Orders that the platform refused, signed.
    pub(crate) refused: BTreeSet<OrderKey>,
    /// How often a refund of an order was refused.
    pub(crate) refused_refunds: BTreeMap<OrderKey, usize>,
    /// Orders that a caller knows to be stored.
    pub(crate) promised: BTreeSet<OrderKey>,
    /// Genuine messages about an order that reached the desk and were not true.
    pub(crate) lies: BTreeMap<OrderKey, Vec<String>>,
    /// Orders that somebody else refunded at the platform.
    pub(crate) refunded_by_others: BTreeSet<OrderKey>,
}

/// Both sides' books at the end of a run.
pub(crate) struct Books<'a> {
    pub(crate) model: &'a Model,
    pub(crate) store: &'a MemoryStore,
    pub(crate) platform: &'a [(OrderKey, OrderView)],
}

impl Books<'_> {
    /// All that does not hold in the end.
    pub(crate) fn violations(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        for (key, view) in self.platform {
            match self.order(key) {
                Some(order) if self.is_left_to_people(&order, &mut wrong) => {}
                Some(order) => self.agrees(&order, view, &mut wrong),
                None => wrong.push(format!("{} is at the platform and not stored", shown(key))),
            }
        }
        for key in &self.model.promised {
            let Some(order) = self.order(key) else {
                wrong.push(format!(
                    "{} was promised to a caller and is not stored",
                    shown(key)
                ));
                continue;
            };
            let arrived = self.platform.iter().any(|(known, _)| known == key);
            let ended = matches!(order.state, State::Closed | State::Refused);
            if !arrived && !ended && !self.is_left_to_people(&order, &mut wrong) {
                let (key, state) = (shown(key), order.state.as_str());
                wrong.push(format!("{key} is {state}, and the platform has none"));
            }
            self.check_events(&order, &mut wrong);
            self.continuous(&order, &mut wrong);
        }
        for (key, refunds) in &self.model.refund_numbers {
            if refunds.len() > 1 {
                wrong.push(format!("{} was refunded under {refunds:?}", shown(key)));
            }
        }
        wrong.sort();
        wrong.dedup();
        wrong
    }

    /// Orders that are contradicted.
    pub(crate) fn contradicted(&self) -> u64 {
        let orders = self.platform.iter().filter_map(|(key, _)| self.order(key));
        orders.filter(|order| order.contradiction.is_some()).count() as u64
    }

    fn order(&self, key: &OrderKey) -> Option<Order> {
        at_once(self.store.order(key)).unwrap()
    }

    fn events(&self, order: &Order) -> Vec<Event> {
        let filter = EventFilter {
            order: Some(order.key.clone()),
            limit: 1_000,
            ..EventFilter::default()
        };
        at_once(self.store.events(&filter)).unwrap().rows
    }

    fn view(&self, key: &OrderKey) -> Option<&OrderView> {
        let mut found = self.platform.iter().filter(|(known, _)| known == key);
        found.next().map(|(_, view)| view)
    }

    /// The desk says itself that the order is contradicted, reported it to people, and has a reason for it.
    fn is_left_to_people(&self, order: &Order, wrong: &mut Vec<String>) -> bool {
        let Some(contradiction) = &order.contradiction else {
            return false;
        };
        let key = shown(&order.key);
        let is_reported = self.events(order).iter().any(|event| {
            event.event.kind == "order.contradicted" && event.standing == EventStanding::Delivered
        });
        if !is_reported {
            wrong.push(format!("{key} is contradicted, and no event said so"));
        }
        if !self.model.lies.contains_key(&order.key) && !self.refunds_conflict(order) {
            wrong.push(format!(
                "{key} is contradicted although all that was said of it is true: {}",
                contradiction.reason
            ));
        }
        true
    }

    /// Somebody else's refund cannot be the one that the desk asked for, or has its number.
    fn refunds_conflict(&self, order: &Order) -> bool {
        let is_number_of = |key: &OrderKey, refund: &RefundView| {
            let other = self.order(key);
            let other = other.and_then(|other| other.refund);
            other.is_some_and(|other| other.hosp_out_refund_no == refund.hosp_out_refund_no)
        };
        let others = self
            .platform
            .iter()
            .filter(|(key, _)| key.merchant == order.key.merchant && *key != order.key);
        let view = self.view(&order.key);
        let own = view.and_then(|view| view.refund.as_ref());
        let by_other = self.model.refunded_by_others.contains(&order.key);
        if let Some(own) = own.filter(|_| by_other) {
            let asked = order.refund.as_ref();
            let asked = asked.filter(|refund| !refund.request_content.is_empty());
            if asked.is_some_and(|asked| {
                let whole = (order.amounts.cash_fee, order.amounts.insurance_fee);
                let amounts = asked.cash_only.map_or(whole, |cash| (cash, Fen(0)));
                asked.hosp_out_refund_no != own.hosp_out_refund_no
                    || amounts != (own.cash_refund_fee, own.insurance_refund_fee)
            }) {
                return true;
            }
            if others.clone().any(|(key, _)| is_number_of(key, own)) {
                return true;
            }
        }
        let number = order
            .refund
            .as_ref()
            .map(|refund| &refund.hosp_out_refund_no);
        others
            .filter_map(|(_, view)| view.refund.as_ref())
            .any(|refund| Some(&refund.hosp_out_refund_no) == number)
    }

    /// The desk's order is what the platform says.
    fn agrees(&self, order: &Order, view: &OrderView, wrong: &mut Vec<String>) {
        let key = shown(&order.key);
        let linked = self.model.linked.contains(&order.key);
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
            // Refused, arrived late all the same, found and closed: no patient had its link.
            MedTradeState::Closed => {
                order.state == State::Closed || (order.state == State::Refused && !linked)
            }
            // Given up here, and its payment failed there: unpaid on both sides, and what had been taken is back.
            MedTradeState::SysRefunded => {
                matches!(order.state, State::Failed | State::Closed | State::Refused)
            }
            // It arrived after it had ended here, and no patient has its link.
            MedTradeState::NotPay | MedTradeState::Initial => {
                !linked && matches!(order.state, State::Closed | State::Refused)
            }
            _ => false,
        };
        if !right {
            let (theirs, ours) = (&view.med_trade_state, order.state.as_str());
            wrong.push(format!(
                "{key} is {theirs} at the platform and {ours} at the desk"
            ));
        }
        if order.state.was_paid() {
            let ours = &order.amounts;
            let ours = (ours.total_fee, ours.cash_fee, ours.insurance_fee);
            let theirs = (view.total_fee, view.cash_fee, view.insurance_fee);
            if ours != theirs {
                wrong.push(format!(
                    "{key} was paid with {theirs:?} at the platform and with {ours:?} at the desk"
                ));
            }
        }
        if self.model.acknowledged.contains(&order.key) && !order.state.was_paid() {
            wrong.push(format!("{key}: its notification was acknowledged and lost"));
        }
        if let Some(refund) = &view.refund {
            let lied_about = self.model.lies.contains_key(&order.key);
            refund_agrees(order, view, refund, lied_about, wrong);
        }
    }

    /// One effect per payment and per refund: one event, which the hospital's system received.
    fn check_events(&self, order: &Order, wrong: &mut Vec<String>) {
        let key = shown(&order.key);
        let events = self.events(order);
        let of_kind = |kind: &str| {
            let events = events.iter().filter(|event| event.event.kind == kind);
            events.count()
        };
        let lied_about = self.model.lies.contains_key(&order.key);
        let refused = self.model.refused.contains(&order.key);
        if order.state == State::Refused && !refused && !lied_about {
            wrong.push(format!(
                "{key} is refused, and the platform never refused it"
            ));
        }
        let refusals = of_kind("refund.failed");
        let happened = self.model.refused_refunds.get(&order.key);
        let happened = happened.copied().unwrap_or_default();
        if refusals != happened {
            wrong.push(format!(
                "{key}: its refund was refused {happened} times, with {refusals} events"
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
            let made = of_kind(kind);
            // Closed by us and paid after all is reported as both, in their order.
            let overtaken = !happened && kind != "order.paid" && order.state.was_paid();
            if made != usize::from(happened) && !(overtaken && made == 1) {
                let state = order.state.as_str();
                wrong.push(format!("{key} is {state} with {made} events {kind}"));
            }
            let delivered = self.model.delivered.iter();
            let ids: BTreeSet<&String> = delivered
                .filter(|(of, event, _)| *of == order.key && event == kind)
                .map(|(_, _, id)| id)
                .collect();
            if ids.len() != made {
                wrong.push(format!(
                    "{key}: {made} events {kind} were made, {} were delivered",
                    ids.len()
                ));
            }
        }
        let waiting = events
            .iter()
            .filter(|event| event.standing != EventStanding::Delivered);
        let waiting: Vec<&str> = waiting.map(|event| event.event.kind.as_str()).collect();
        if !waiting.is_empty() {
            wrong.push(format!("{key}: {waiting:?} were never delivered"));
        }
    }

    /// The history leads from the first state to the present one without a gap.
    fn continuous(&self, order: &Order, wrong: &mut Vec<String>) {
        let key = shown(&order.key);
        let lines = at_once(self.store.history(&order.key)).unwrap().rows;
        let mut state = None;
        for line in &lines {
            if line.from != state {
                wrong.push(format!(
                    "{key}: its history has a gap before {:?}",
                    line.what
                ));
            }
            state = Some(line.to);
        }
        if state != Some(order.state) {
            wrong.push(format!("{key}: its history does not end where it stands"));
        }
    }
}

fn refund_agrees(
    order: &Order,
    view: &OrderView,
    refund: &RefundView,
    lied_about: bool,
    wrong: &mut Vec<String>,
) {
    let key = shown(&order.key);
    let known = order.refund.as_ref();
    let agreed = known.is_some_and(|known| {
        // Of a refund that somebody else asked for, nothing contradicts a first reply that lacks its number or names another part.
        let is_taken_on_trust = known.request_content.is_empty() && lied_about;
        let number = known.hosp_out_refund_no == refund.hosp_out_refund_no
            || (is_taken_on_trust && known.hosp_out_refund_no.is_empty());
        // A reply that lacks an amount leaves it unknown.
        let is_same = |ours: Option<Fen>, theirs| ours.map_or(lied_about, |ours| ours == theirs);
        let fees = is_same(known.cash_refund_fee, refund.cash_refund_fee)
            && is_same(known.insurance_refund_fee, refund.insurance_refund_fee);
        number
            && (is_taken_on_trust || fees)
            && known.state == RefundState::Succeeded
            && known
                .med_refund_id
                .as_ref()
                .is_none_or(|id| *id == refund.med_refund_id)
    });
    if !agreed {
        wrong.push(format!(
            "{key}: its refund is not as the platform has it: {known:?}"
        ));
    }
    if refund.cash_refund_fee > view.cash_fee || refund.insurance_refund_fee > view.insurance_fee {
        wrong.push(format!("{key}: more was refunded than paid"));
    }
}
