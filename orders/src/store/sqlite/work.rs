//! What the writer is asked to do, each with the channel that takes its answer.

use tokio::sync::oneshot;

use crate::OrderKey;
use crate::store::row::{
    ChangeRows, ClaimRow, EventColumns, NewOrderRows, OrderColumns, OrderRowColumns, ReceivedRow,
};
use crate::store::{Committed, Delivery, StoreError};

/// What the writer is asked to do. Times are microseconds.
pub(super) enum Work {
    /// Answered with the order that was there before.
    Insert(Box<NewOrderRows>, Reply<Option<OrderColumns<Vec<u8>>>>),
    Change(Box<ChangeRows>, Reply<Committed>),
    Quarantine(ReceivedRow, Reply<()>),
    ClaimOrders(ClaimRow, Reply<Vec<OrderRowColumns<Vec<u8>>>>),
    ClaimEvents(ClaimRow, Reply<Vec<EventColumns<Vec<u8>>>>),
    SettleEvent {
        id: String,
        delivery: Delivery,
        reply: Reply<()>,
    },
    /// Answered with how many rows were deleted.
    PruneQuarantine {
        before: i64,
        bytes: i64,
        reply: Reply<u64>,
    },
    /// Answered with how many events there were.
    ReplayEvents {
        ids: Vec<String>,
        now: i64,
        reply: Reply<u64>,
    },
    /// Answered with the stored token, or with `None` while another process has the lease.
    LeaseToken {
        merchant: String,
        holder: String,
        now: i64,
        until: i64,
        reply: Reply<Option<TokenColumns>>,
    },
    /// Answered with whether the holder still had the lease.
    StoreToken {
        merchant: String,
        holder: String,
        value: String,
        renew_at: i64,
        expires_at: i64,
        reply: Reply<bool>,
    },
    ReleaseToken {
        merchant: String,
        holder: String,
        reply: Reply<()>,
    },
}

/// `value, renew_at, expires_at`.
pub(super) type TokenColumns = (Option<String>, Option<i64>, Option<i64>);

/// Takes the answer to a work and sends it once the transaction is on the disk.
pub(super) struct Reply<T> {
    caller: oneshot::Sender<Result<T, StoreError>>,
    answer: Option<T>,
}

impl<T> Reply<T> {
    /// With the end at which the caller waits.
    pub(super) fn new() -> (Self, oneshot::Receiver<Result<T, StoreError>>) {
        let (caller, waiting) = oneshot::channel();
        let answer = None;
        (Self { caller, answer }, waiting)
    }

    /// Sets the answer, which is sent if the transaction succeeds.
    pub(super) fn set(&mut self, answer: T) {
        self.answer = Some(answer);
    }

    /// The answer that was set last.
    pub(super) fn answer(&self) -> Option<&T> {
        self.answer.as_ref()
    }

    fn send(self, outcome: Result<(), StoreError>) {
        let Self { caller, answer } = self;
        // Invariant: a transaction that succeeded has set the answer of each of its works.
        let answer = outcome.map(|()| answer);
        if let Some(answer) = answer.transpose() {
            // A caller that has gone gets no answer; the work is stored all the same.
            let _ = caller.send(answer);
        }
    }
}

impl Work {
    /// How many bytes go into the database that are not in every work: a body in quarantine.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Quarantine(received, _) => received.body.len(),
            _ => 0,
        }
    }

    /// Sends the caller its answer, or why the work was not done.
    pub(super) fn finish(self, outcome: Result<(), StoreError>) {
        match self {
            Self::Insert(_, reply) => reply.send(outcome),
            Self::Change(_, reply) => reply.send(outcome),
            Self::Quarantine(_, reply) => reply.send(outcome),
            Self::ClaimOrders(_, reply) => reply.send(outcome),
            Self::ClaimEvents(_, reply) => reply.send(outcome),
            Self::SettleEvent { reply, .. } => reply.send(outcome),
            Self::PruneQuarantine { reply, .. } => reply.send(outcome),
            Self::ReplayEvents { reply, .. } => reply.send(outcome),
            Self::LeaseToken { reply, .. } => reply.send(outcome),
            Self::StoreToken { reply, .. } => reply.send(outcome),
            Self::ReleaseToken { reply, .. } => reply.send(outcome),
        }
    }
}

/// A work that is decided and written together with others of its kind.
pub(super) enum Grouped<'a> {
    Insert(
        &'a NewOrderRows,
        &'a mut Reply<Option<OrderColumns<Vec<u8>>>>,
    ),
    Change(&'a ChangeRows, &'a mut Reply<Committed>),
    Quarantine(&'a ReceivedRow, &'a mut Reply<()>),
}

impl<'a> Grouped<'a> {
    /// The orders that it is about.
    pub(super) fn orders(&self) -> impl Iterator<Item = &'a OrderKey> + use<'a> {
        let (order, replacement) = match *self {
            Self::Insert(new, _) => (Some(&new.order), None),
            Self::Change(change, _) => (Some(&change.order), change.replacement.as_deref()),
            Self::Quarantine(..) => (None, None),
        };
        let replacement = replacement.map(|new| &new.order);
        order.into_iter().chain(replacement).map(|row| &row.key)
    }

    /// The refund number that an order is to have, with its hospital.
    pub(super) fn refund_number(&self) -> Option<(&'a str, &'a str)> {
        match *self {
            Self::Change(change, _) => change.order.refund_number(),
            Self::Insert(..) | Self::Quarantine(..) => None,
        }
    }

    pub(super) fn received(&self) -> Option<&'a ReceivedRow> {
        match *self {
            Self::Insert(..) => None,
            Self::Change(change, _) => change.received.as_ref(),
            Self::Quarantine(received, _) => Some(received),
        }
    }
}
