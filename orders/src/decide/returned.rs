//! What queryorder answered when the patient came back (1.4).
//!
//! The answer means what it means to a worker. Only the next look differs: anybody who has the link can ask, so asking never puts off the look that the
//! workers have planned, and an order that is still open is urgent for a while, since the patient waits.

use jiff::Timestamp;

use super::query::{self, Answer};
use super::{Context, Decision, Draft};
use crate::Order;
use crate::policy::later;

/// The answer to the question of the return page.
pub(crate) fn answered(order: &Order, answer: &Answer, context: Context<'_>) -> Decision {
    let mut decision = query::answered(order, answer, context);
    let after = &mut decision.change.order;
    if after.state.was_paid() {
        return decision;
    }
    if after.state == order.state {
        after.attempts = order.attempts;
    }
    after.due_at = earlier(order.due_at, after.due_at);
    make_urgent(after, context);
    decision
}

/// The patient came back and the platform is not asked now: the workers ask soon. `None` if they do already.
pub(crate) fn put_off(order: &Order, context: Context<'_>) -> Option<Decision> {
    let waits = order
        .urgent_until
        .is_some_and(|until| until > context.at && order.due_at.is_some());
    if waits || order.state.was_paid() {
        return None;
    }
    let mut draft = Draft::of(order, context);
    if order.state.is_at_rest() {
        draft.due_now();
    } else {
        make_urgent(&mut draft.order, context);
    }
    Some(draft.finish())
}

/// Workers look at an open order before others for a while, the first time soon.
fn make_urgent(order: &mut Order, context: Context<'_>) {
    if order.state.is_at_rest() {
        return;
    }
    let policy = context.policy;
    let is_urgent = order.urgent_until.is_some_and(|until| until > context.at);
    order.urgent_until = Some(later(context.at, policy.urgent_after_return));
    if !is_urgent {
        order.attempts = 0;
        let soon = later(context.at, policy.place.after(0));
        order.due_at = earlier(order.due_at, Some(soon));
    }
}

fn earlier(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    [one, other].into_iter().flatten().min()
}
