//! What the writer is asked to do, and what it answers.

use crate::OrderKey;
use crate::store::row::{
    ChangeRows, ClaimRow, EventColumns, NewOrderRows, OrderColumns, OrderRowColumns, ReceivedRow,
};
use crate::store::{Committed, Delivery, StoreError};

/// What the writer is asked to do. Times are microseconds.
pub(super) enum Work {
    Keep(Box<Keep>),
    ClaimOrders(ClaimRow),
    ClaimEvents(ClaimRow),
    SettleEvent {
        id: String,
        delivery: Delivery,
    },
    PruneQuarantine {
        before: i64,
        bytes: i64,
    },
    ReplayEvents {
        ids: Vec<String>,
        now: i64,
    },
    LeaseToken {
        merchant: String,
        holder: String,
        now: i64,
        until: i64,
    },
    KeepToken {
        merchant: String,
        holder: String,
        value: String,
        renew_at: i64,
        expires_at: i64,
    },
    ReleaseToken {
        merchant: String,
        holder: String,
    },
}

/// What is decided together.
pub(super) enum Keep {
    Insert(NewOrderRows),
    Change(ChangeRows),
    Quarantine(ReceivedRow),
}

/// What came of a work.
pub(super) enum Answer {
    /// The order that was there before.
    Inserted(Option<OrderColumns<Vec<u8>>>),
    Committed(Committed),
    Orders(Vec<OrderRowColumns<Vec<u8>>>),
    Events(Vec<EventColumns<Vec<u8>>>),
    /// The token that is kept, if the lease is to be had.
    Leased(Option<TokenColumns>),
    Count(u64),
    Done,
}

/// `value, renew_at, expires_at`.
pub(super) type TokenColumns = (Option<String>, Option<i64>, Option<i64>);

impl Answer {
    /// The answer belongs to another question: a fault of this program.
    pub(super) fn unexpected(&self) -> StoreError {
        StoreError::Unavailable {
            doing: "write",
            reason: "the writer gave the answer to another question".to_owned(),
        }
    }
}

impl Work {
    /// How many bytes go into the database that are not in every work: a body in quarantine.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Keep(keep) => match &**keep {
                Keep::Quarantine(received) => received.body.len(),
                _ => 0,
            },
            _ => 0,
        }
    }
}

impl Keep {
    /// The orders that it is about.
    pub(super) fn orders(&self) -> impl Iterator<Item = &OrderKey> {
        let (order, replacement) = match self {
            Self::Insert(new) => (Some(&new.order), None),
            Self::Change(change) => (Some(&change.order), change.replacement.as_deref()),
            Self::Quarantine(_) => (None, None),
        };
        let replacement = replacement.map(|new| &new.order);
        order.into_iter().chain(replacement).map(|row| &row.key)
    }

    /// The refund number that an order is to have, with its hospital.
    pub(super) fn refund_number(&self) -> Option<(&str, &str)> {
        match self {
            Self::Change(change) => change.order.refund_number(),
            Self::Insert(..) | Self::Quarantine(_) => None,
        }
    }

    pub(super) fn received(&self) -> Option<&ReceivedRow> {
        match self {
            Self::Insert(..) => None,
            Self::Change(change) => change.received.as_ref(),
            Self::Quarantine(received) => Some(received),
        }
    }
}
