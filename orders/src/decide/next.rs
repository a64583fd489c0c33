//! What a worker does next with an order.

use crate::{Order, RefundState, State};

/// One thing to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Ask queryorder.
    Query,
    /// Send unifiedorder, again under the same number.
    Send,
    /// Send closeorder; it was asked right before.
    Close,
    /// Ask queryorder once more about an order that was closed to be replaced, and place the other one if it is closed for certain.
    Replace,
    /// Ask queryrefund for our refund.
    QueryRefund,
    /// Ask queryrefund by the number of the order: it may have a refund that somebody else asked for.
    QueryAnyRefund,
    /// Send refund, under the same number.
    SendRefund,
}

/// Where to begin with an order that is due: always with a question.
pub(crate) fn first(order: &Order) -> Option<Step> {
    match order.state {
        State::Refunding => match &order.refund {
            Some(refund) if refund.state == RefundState::Succeeded => None,
            _ => Some(Step::QueryRefund),
        },
        State::Closed if order.replace_wanted => Some(Step::Replace),
        // Due although it is at rest: something was reported that contradicts it, and the platform is asked.
        _ => Some(Step::Query),
    }
}
