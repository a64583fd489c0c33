//! Errors of the desk.

use std::fmt;

use payinsurance::Error;

use super::ReturnUrlError;
use crate::store::StoreError;
use crate::{LastError, OrderKey, RefundError, ReplaceError, SettleError, State};

/// The desk did not do what it was asked.
#[derive(Debug)]
#[non_exhaustive]
pub enum DeskError {
    /// There is no hospital of that name.
    UnknownMerchant {
        /// The name given.
        name: String,
        /// The names that there are.
        known: Vec<String>,
    },
    /// The request breaks a rule of the document; nothing was stored or sent.
    Invalid(Error),
    /// A number holds a control character; nothing was stored or sent.
    ControlCharacter {
        /// The field: `hosp_out_trade_no`, `hosp_out_refund_no`.
        field: &'static str,
        /// Which character it is, counted from 1.
        at: usize,
    },
    /// Another order has that number; nothing was stored or sent.
    Conflict {
        /// The order that has it.
        key: OrderKey,
    },
    /// There is no such order.
    NoOrder {
        /// The one asked for.
        key: OrderKey,
    },
    /// The platform did not answer the question about the order, so what the store says may be out of date.
    NoAnswer {
        /// The order.
        key: OrderKey,
        /// What went wrong with the call.
        error: LastError,
    },
    /// The order is paid, so it cannot be closed.
    Paid {
        /// How it stands.
        state: State,
    },
    /// The `return_url` cannot be made.
    ReturnUrl(ReturnUrlError),
    /// The order is not settled by hand.
    Settle(SettleError),
    /// The order is not replaced.
    Replace(ReplaceError),
    /// The refund was not begun.
    Refund(RefundError),
    /// The store did not do its part. What was asked may or may not be kept: ask again, nothing is done twice.
    Store(StoreError),
    /// The order changed each time that it was to be changed.
    Contended {
        /// The order.
        key: OrderKey,
    },
    /// A reply could not be signed: the system gives no random numbers.
    NoReply(Error),
}

impl From<StoreError> for DeskError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<SettleError> for DeskError {
    fn from(error: SettleError) -> Self {
        Self::Settle(error)
    }
}

impl From<ReplaceError> for DeskError {
    fn from(error: ReplaceError) -> Self {
        Self::Replace(error)
    }
}

impl From<RefundError> for DeskError {
    fn from(error: RefundError) -> Self {
        Self::Refund(error)
    }
}

impl fmt::Display for DeskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownMerchant { name, known } => {
                write!(f, "there is no hospital {name:?}, known are {known:?}")
            }
            Self::Invalid(error) => error.fmt(f),
            Self::ControlCharacter { field, at } => write!(
                f,
                "{field} has a control character at character {at}: a number may have none; was it pasted with its line end?"
            ),
            Self::Conflict { key } => write!(
                f,
                "the number {:?} of {:?} belongs to an order with other contents: repeat that order unchanged, or take a new number",
                key.hosp_out_trade_no, key.merchant
            ),
            Self::NoOrder { key } => write!(
                f,
                "{:?} has no order of the number {:?}",
                key.merchant, key.hosp_out_trade_no
            ),
            Self::NoAnswer { key, error } => write!(
                f,
                "the platform did not say how the order {:?} stands, so the stored state may be out of date; {error}",
                key.hosp_out_trade_no
            ),
            Self::Paid { state } => write!(
                f,
                "the order is {}: what is paid is not closed, refund it instead",
                state.as_str()
            ),
            Self::ReturnUrl(error) => error.fmt(f),
            Self::Settle(error) => error.fmt(f),
            Self::Replace(error) => error.fmt(f),
            Self::Refund(error) => error.fmt(f),
            Self::Store(error) => error.fmt(f),
            Self::Contended { key } => write!(
                f,
                "the order {:?} is being changed by others: ask again",
                key.hosp_out_trade_no
            ),
            Self::NoReply(error) => write!(f, "the reply could not be signed: {error}"),
        }
    }
}

impl std::error::Error for DeskError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Invalid(error) | Self::NoReply(error) => Some(error),
            Self::ReturnUrl(error) => Some(error),
            Self::Settle(error) => Some(error),
            Self::Replace(error) => Some(error),
            Self::Refund(error) => Some(error),
            Self::Store(error) => Some(error),
            Self::UnknownMerchant { .. }
            | Self::ControlCharacter { .. }
            | Self::Conflict { .. }
            | Self::NoOrder { .. }
            | Self::NoAnswer { .. }
            | Self::Paid { .. }
            | Self::Contended { .. } => None,
        }
    }
}
