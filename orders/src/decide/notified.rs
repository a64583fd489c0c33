//! What a notification means: accepted, known already, or contradicting what we hold.
//!
//! Only what was verified comes here. A notification of success pays an order that is open; for one that is at rest unpaid, it is not
//! accepted on its own: the platform is asked. A notification of failure is stored and says nothing final. Source: interface document, 3.5.

use payinsurance::enums::MedTradeState;

use super::query::paid;
use super::{Context, Decision, Draft};
use crate::reported::{Amount, PlatformState};
use crate::store::Received;
use crate::{Order, State, digest};

/// What a notification means for an order.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// It is stored with what follows from it.
    Accepted(Box<Decision>),
    /// The same was accepted before: the store makes sure that its body is on the disk.
    Known(Box<Decision>),
    /// It cannot be true of the order as we know it, so it is not answered with success.
    Contradicts {
        /// Why.
        reason: String,
    },
}

/// What makes a notification the same as another: the order and what happened to it. A notification has no number.
pub(crate) fn key(order: &Order, reported: &PlatformState) -> String {
    let fen = |amount: &Amount| amount.fen().map_or(String::new(), |fen| fen.0.to_string());
    let digest = digest::of([
        &order.key.merchant,
        &order.key.hosp_out_trade_no,
        reported.as_str(),
        reported.numbers.med_trans_id.as_deref().unwrap_or_default(),
        &fen(&reported.total_fee),
        &fen(&reported.cash_fee),
        &fen(&reported.insurance_fee),
    ]);
    digest::age(order.times.created_at) + &digest
}

/// What a verified notification means for the order.
pub(crate) fn judge(
    order: &Order,
    reported: &PlatformState,
    received: Received,
    context: Context<'_>,
) -> Verdict {
    if order.notification.as_deref() == Some(&received.key) {
        let mut draft = Draft::of(order, context);
        draft.received(received);
        return Verdict::Known(Box::new(draft.finish()));
    }
    if let Some(reason) = contradicts(order, reported, context) {
        return Verdict::Contradicts { reason };
    }
    let success = reported.state == Some(MedTradeState::Success);
    let mut draft = Draft::of(order, context);
    draft.order.notification = Some(received.key.clone());
    draft.received(received);
    draft.line("notified", reported.as_str());
    if success {
        if draft.order.placed.is_none()
            && let Some(med_trans_id) = &reported.numbers.med_trans_id
        {
            draft.order.placed = Some(crate::Placed {
                med_trans_id: med_trans_id.clone(),
                pay_url: None,
                pay_appid: None,
            });
        }
        paid(&mut draft, reported, "notified");
        if draft.order.contradiction.is_some() {
            // It came from another source: one more question ends it, or leaves it to people.
            draft.due_now();
        }
    } else if !draft.order.state.is_at_rest() {
        draft.due_now();
    }
    Verdict::Accepted(Box::new(draft.finish()))
}

/// Why a notification cannot be true of the order, if it cannot.
fn contradicts(order: &Order, reported: &PlatformState, context: Context<'_>) -> Option<String> {
    if let Some(reason) = reported.contradicts(order, context.policy) {
        return Some(reason);
    }
    match &reported.state {
        None => None,
        Some(MedTradeState::Success) => {
            if let Some(lack) = reported.lacks(order) {
                return Some(lack.to_owned());
            }
            matches!(order.state, State::Closed | State::Failed | State::Refused).then(|| {
                format!(
                    "it reports a payment of an order that is {}",
                    order.state.as_str()
                )
            })
        }
        Some(state) => Some(format!(
            "it is a reply of queryorder that says {state}, not a notification of a payment"
        )),
    }
}

/// A notification that contradicts the order: an event reports it, and the platform is asked.
/// `None` if the order has changed and it contradicts it no more.
pub(crate) fn contradicted(
    order: &Order,
    reported: &PlatformState,
    context: Context<'_>,
) -> Option<Decision> {
    let reason = contradicts(order, reported, context)?;
    let mut draft = Draft::of(order, context);
    draft.contradict("notified", &reason);
    draft.due_now();
    Some(draft.finish())
}

/// A genuine notification that says too little to be acted on: the platform is asked.
pub(crate) fn not_acted_on(
    order: &Order,
    reported: &PlatformState,
    context: Context<'_>,
) -> Decision {
    let mut draft = Draft::of(order, context);
    match reported.contradicts(order, context.policy) {
        Some(reason) => draft.contradict("notified", &reason),
        None => draft.record("notified", "genuine, and not to be acted on"),
    }
    draft.due_now();
    draft.finish()
}
