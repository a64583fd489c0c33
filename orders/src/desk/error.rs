//! Errors of the desk.

use payinsurance::Error;

use super::ReturnUrlError;
use crate::store::StoreError;
use crate::{LastError, OrderKey, RefundError, ReplaceError, SettleError, State};

/// The desk did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DeskError {
    /// The desk has no hospital of that name.
    #[error("unknown hospital {name:?}: expected one of {known:?}")]
    UnknownMerchant {
        /// The name given.
        name: String,
        /// The names that there are.
        known: Vec<String>,
    },
    /// The request breaks a rule of the document; nothing was stored or sent.
    #[error(transparent)]
    Invalid(Error),
    /// A number holds a control character; nothing was stored or sent.
    #[error(
        "{field} has a control character at character {at}: a number may not have any; was it pasted with its line end?"
    )]
    ControlCharacter {
        /// The field: `hosp_out_trade_no`, `hosp_out_refund_no`.
        field: &'static str,
        /// Which character it is, counted from 1.
        at: usize,
    },
    /// Another order has that number; nothing was stored or sent.
    #[error("the number {:?} of {:?} belongs to an order with other contents: repeat that order unchanged, or take a new number", .key.hosp_out_trade_no, .key.merchant)]
    Conflict {
        /// The order that has it.
        key: OrderKey,
    },
    /// The store has no such order.
    #[error("{:?} has no order of the number {:?}", .key.merchant, .key.hosp_out_trade_no)]
    NoOrder {
        /// The one asked for.
        key: OrderKey,
    },
    /// The platform did not answer the question about the order, so what the store says may be out of date.
    #[error("the platform did not say how the order {:?} stands, so the stored state may be out of date; {error}", .key.hosp_out_trade_no)]
    NoAnswer {
        /// The order.
        key: OrderKey,
        /// What went wrong with the call.
        error: LastError,
    },
    /// The order is paid, so it cannot be closed.
    #[error("the order is {}: what is paid is not closed, refund it instead", .state.as_str())]
    Paid {
        /// How it stands.
        state: State,
    },
    /// The `return_url` cannot be made.
    #[error(transparent)]
    ReturnUrl(ReturnUrlError),
    /// The order is not settled by hand.
    #[error(transparent)]
    Settle(#[from] SettleError),
    /// The order is not replaced.
    #[error(transparent)]
    Replace(#[from] ReplaceError),
    /// The refund was not begun.
    #[error(transparent)]
    Refund(#[from] RefundError),
    /// The store failed. The change may or may not be stored: ask again, nothing is done twice.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The order changed each time that it was to be changed.
    #[error("the order {:?} is being changed by others: ask again", .key.hosp_out_trade_no)]
    Contended {
        /// The order.
        key: OrderKey,
    },
    /// A reply could not be signed: the system gives no random numbers.
    #[error("the reply could not be signed: {0}")]
    NoReply(#[source] Error),
}
