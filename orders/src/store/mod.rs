//! Where orders, their history, received notifications, events and access tokens are stored.
//!
//! A store decides nothing. The desk reads an [`Order`], decides, and gives the store a whole [`Change`], which it stores in one transaction or
//! not at all. The order's revision shows when two callers decide at once. Each method is one transaction; a crash between two methods leaves nothing
//! half done. A future that has resolved with `Ok` means that what was written survives the loss of the machine's power.
//! Times are stored to the microsecond.
//!
//! Implementations: SQLite, PostgreSQL, memory (for simulations). One suite holds them equal.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use signed_xml_client::{BoxFuture, TokenStore};

use crate::{InvalidWord, Order, OrderKey, State};

#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub use access::Access;
pub use claim::{Claim, ClaimedEvents, ClaimedOrders, UnreadableEvent, UnreadableOrder};
pub use listing::{History, ListedEvents, ListedOrders, UnreadableLine};
pub use memory::MemoryStore;
#[cfg(feature = "postgres")]
pub use postgres::{PostgresOptions, PostgresStore};
#[cfg(feature = "sqlite")]
pub use sqlite::{SqliteOptions, SqliteStore};

#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod access;
mod claim;
mod listing;
mod memory;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod query;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod row;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod span;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod sql_error;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod step;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod turns;

/// What every method gives back.
pub type StoreFuture<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

/// Stores what the desk must not lose.
pub trait Store: Send + Sync + 'static {
    /// Adds an order with its first line of history, unless one of its key is there: then that one is given back and nothing changes.
    ///
    /// When the order was created never changes afterwards. The desk makes sure that its key has no control characters, which some databases refuse.
    fn insert<'a>(&'a self, order: &'a Order, line: &'a Line) -> StoreFuture<'a, Option<Order>>;

    /// The order of this key.
    fn order<'a>(&'a self, key: &'a OrderKey) -> StoreFuture<'a, Option<Order>>;

    /// Orders that match, newest first (of one moment, by key downwards); see [`OrderFilter`] for pages.
    ///
    /// In this list and the others, a row that this version cannot read is named and does not stop the others.
    fn orders<'a>(&'a self, filter: &'a OrderFilter) -> StoreFuture<'a, ListedOrders>;

    /// What happened to an order, oldest first.
    fn history<'a>(&'a self, key: &'a OrderKey) -> StoreFuture<'a, History>;

    /// Stores a whole change, or nothing of it.
    ///
    /// A refund number that is not empty belongs to one order of its hospital. An order has its number from the change that brought it.
    fn commit<'a>(&'a self, change: &'a Change) -> StoreFuture<'a, Committed>;

    /// Orders to look at: urgent ones first, then the soonest due. Until the claim ends no other claim gets them, unless they change.
    ///
    /// An order that this version cannot read does not stop the others: it is claimed and reported.
    fn claim_orders<'a>(&'a self, claim: &'a Claim) -> StoreFuture<'a, ClaimedOrders>;

    /// Events to deliver, the soonest due first. Until the claim ends no other claim gets them.
    ///
    /// Of one order's events, only the oldest that is neither delivered nor dead: each waits for those before it. An event that this version
    /// cannot read does not stop those of other orders: it is claimed and reported.
    fn claim_events<'a>(&'a self, claim: &'a Claim) -> StoreFuture<'a, ClaimedEvents>;

    /// Notes how the delivery of an event went. What was delivered stays so, and a failure does not bring back what is dead.
    fn settle_event<'a>(&'a self, id: &'a str, delivery: &'a Delivery) -> StoreFuture<'a, ()>;

    /// Events that match, oldest first.
    fn events<'a>(&'a self, filter: &'a EventFilter) -> StoreFuture<'a, ListedEvents>;

    /// Makes the events of these ids due again at `now`, delivered and dead ones included; says how many there were.
    fn replay_events<'a>(&'a self, ids: &'a [String], now: Timestamp) -> StoreFuture<'a, u64>;

    /// Stores what was received and not accepted, once per key. It never prevents that an accepted notification is stored.
    fn quarantine<'a>(&'a self, received: &'a Received, reason: &'a str) -> StoreFuture<'a, ()>;

    /// What was received, newest first: accepted notifications, and those in quarantine.
    fn received<'a>(&'a self, filter: &'a ReceivedFilter) -> StoreFuture<'a, Vec<ReceivedRecord>>;

    /// Forgets bytes in quarantine that were received before `limits.before` and, oldest first, those beyond `limits.bytes`. Returns how many were
    /// forgotten. Verified notifications always stay.
    fn prune_quarantine<'a>(&'a self, limits: &'a QuarantineLimits) -> StoreFuture<'a, u64>;

    /// Finishes what was begun and closes the database. Later calls fail.
    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {})
    }

    /// The shared access tokens of all merchants.
    fn tokens(&self, merchant: &str) -> Box<dyn TokenStore>;
}

/// All that one decision changes.
#[derive(Clone, Debug)]
pub struct Change {
    /// The order as it is to be; `revision` is the one that the decision was made on, the store adds one.
    pub order: Order,
    /// Its line of history; `None` if only the next look at the order was put off.
    pub line: Option<Line>,
    /// The notification that it comes from, stored under a unique key.
    pub received: Option<Received>,
    /// Events for the hospital's own system; delivered at least once each, in this order. An event whose id is stored already is not added again.
    pub events: Vec<NewEvent>,
    /// An order that is stored with it, as [`Store::insert`] would: it was placed instead of the changed one.
    pub replacement: Option<Box<NewOrder>>,
}

/// An order that is not stored yet.
#[derive(Clone, Debug)]
pub struct NewOrder {
    /// The order.
    pub order: Order,
    /// The first line of its history.
    pub line: Line,
}

/// How a [`Change`] went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Committed {
    /// All of it is stored.
    Stored,
    /// Nothing is stored: the order changed meanwhile, or does not exist. Read it again and decide again.
    Stale,
    /// Nothing is stored: this notification was stored before. Also when the order changed meanwhile as well.
    Repeated,
    /// Nothing is stored: another order of the same hospital has the refund number of this one.
    RefundNumberTaken {
        /// The order that has it.
        order: OrderKey,
    },
    /// Nothing is stored: there is an order of the replacement's key.
    ReplacementExists,
}

/// A line of an order's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The time.
    pub at: Timestamp,
    /// Who did it: `caller`, `notification`, `return page`, `poller`, `clerk:<name>`.
    pub by: String,
    /// What was done or learnt: `placed`, `queried`, `refund asked`, …
    pub what: String,
    /// From what evidence: state and numbers that were reported; nothing secret, nothing personal.
    pub evidence: String,
    /// State before; `None` for the first line.
    pub from: Option<State>,
    /// State after.
    pub to: State,
}

/// Bytes that were received.
#[derive(Clone, PartialEq, Eq)]
pub struct Received {
    /// What makes it the same as another: digest of the merchant, the order and what happened to it; of the bytes when they are not accepted.
    pub key: String,
    /// The order that it speaks of, if known.
    pub order: Option<OrderKey>,
    /// The time.
    pub at: Timestamp,
    /// As it came. Personal: shown only redacted.
    pub body: Vec<u8>,
}

/// [`Received`] bytes as they are stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedRecord {
    /// [`Received::key`].
    pub key: String,
    /// The order that it speaks of, if known.
    pub order: Option<OrderKey>,
    /// When it was received.
    pub at: Timestamp,
    /// As it came, unless the medium has damaged it.
    pub body: Body,
    /// Why it was not accepted; `None` if it was.
    pub reason: Option<String>,
}

/// A stored body.
#[derive(Clone, PartialEq, Eq)]
pub enum Body {
    /// The bytes as they came. Personal: shown only redacted.
    Whole(Vec<u8>),
    /// What is stored is not what was written: a sector went bad, a file was cut or replaced, or the power failed before the desk had answered. The
    /// row and all that followed from the notification are whole. The body is stored anew if the platform sends the notification again.
    Damaged {
        /// What is wrong with it, without any of its bytes.
        reason: String,
    },
}

/// How much stays in quarantine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuarantineLimits {
    /// What was received before this is forgotten.
    pub before: Timestamp,
    /// At most so many bytes stay, the newest: those of the body, the reason and the key, and [`QuarantineLimits::PER_ROW`] for each.
    pub bytes: u64,
}

/// An event that has no number yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent {
    /// Stable: the same change of the same order has the same id in every process that decides it.
    pub id: String,
    /// `order.paid`, `order.closed`, `refund.succeeded`, …
    pub kind: String,
    /// What is delivered: JSON.
    pub payload: String,
}

/// An event of the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What is delivered.
    pub event: NewEvent,
    /// The order that it is about.
    pub order: OrderKey,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it is tried next; `None` once delivered or dead.
    pub due_at: Option<Timestamp>,
    /// Tries so far.
    pub attempts: u32,
    /// How it stands.
    pub standing: EventStanding,
    /// Why the last try failed.
    pub last_error: Option<String>,
}

/// How an event stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventStanding {
    /// To be delivered.
    Waiting,
    /// Taken by the hospital's system.
    Delivered,
    /// Given up; replay brings it back.
    Dead,
}

/// How a delivery went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Taken.
    Taken,
    /// Not taken: try again then.
    Later {
        /// When.
        at: Timestamp,
        /// Why it was not taken.
        error: String,
    },
    /// Not taken, and given up.
    Dead {
        /// Why it was not taken.
        error: String,
    },
}

/// Which orders to list. Empty matches all.
#[derive(Clone, Debug, Default)]
pub struct OrderFilter {
    /// Of this hospital.
    pub merchant: Option<String>,
    /// With this number of the hospital side, which several hospitals may have given.
    pub hosp_out_trade_no: Option<String>,
    /// In one of these states.
    pub states: Vec<State>,
    /// Stored at or after.
    pub since: Option<Timestamp>,
    /// Stored before.
    pub before: Option<Timestamp>,
    /// With this number of the platform.
    pub med_trans_id: Option<String>,
    /// Only orders with a [contradiction](Order::contradiction).
    pub contradicted: bool,
    /// Only orders that come after this one in the list: the last of the page before.
    pub after: Option<OrderKey>,
    /// At most so many; 0 means 100.
    pub limit: u32,
}

/// Which events to list. Empty matches all.
#[derive(Clone, Debug, Default)]
pub struct EventFilter {
    /// With one of these ids.
    pub ids: Vec<String>,
    /// Of this order.
    pub order: Option<OrderKey>,
    /// Standing so.
    pub standing: Option<EventStanding>,
    /// Only events after this id in the list.
    pub after: Option<String>,
    /// At most so many; 0 means 100.
    pub limit: u32,
}

/// What received bytes to list. Empty matches all.
#[derive(Clone, Debug, Default)]
pub struct ReceivedFilter {
    /// Of this order.
    pub order: Option<OrderKey>,
    /// Only what is in quarantine.
    pub quarantined: bool,
    /// At most so many; 0 means 100.
    pub limit: u32,
}

/// Why a store could not do something. Whether a write is stored is then unknown: read again.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The database does not answer or answers with an error: try again later.
    #[error("the store could not {doing}: {reason}; try again")]
    Unavailable {
        /// What was being done: `commit`.
        doing: &'static str,
        /// What the database says; holds no values.
        reason: String,
    },
    /// The store does not exist, and was not to be created.
    #[error("there is {what}: name the store that a desk has made, which makes it when it starts")]
    Missing {
        /// What there is not; holds no password.
        what: String,
    },
    /// The database lacks changes that were made to it: it was copied without its log. Nothing was opened and nothing changed.
    #[error("the store is not whole: {reason}")]
    Incomplete {
        /// Which file lacks what, and how to copy it.
        reason: String,
    },
    /// What is stored cannot be read: it was written by a newer version, or is damaged.
    #[error("the store holds {what} that this version cannot read: {reason}")]
    Unreadable {
        /// What was being read.
        what: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl Body {
    /// The bytes; `None` if they are damaged.
    #[must_use]
    pub fn whole(&self) -> Option<&[u8]> {
        match self {
            Self::Whole(bytes) => Some(bytes),
            Self::Damaged { .. } => None,
        }
    }
}

impl QuarantineLimits {
    /// What the row of a body counts beside its bytes, in bytes.
    pub const PER_ROW: u64 = 256;
}

impl EventStanding {
    /// Every standing.
    pub const ALL: &'static [Self] = &[Self::Waiting, Self::Delivered, Self::Dead];

    /// The word that is stored and shown: `waiting`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Dead => "dead",
        }
    }
}

impl FromStr for EventStanding {
    type Err = InvalidWord;

    fn from_str(word: &str) -> Result<Self, InvalidWord> {
        let mut all = Self::ALL.iter().copied();
        let found = all.find(|standing| standing.as_str() == word);
        found.ok_or_else(|| InvalidWord {
            what: "standing of an event",
            allowed: Self::ALL.iter().map(|standing| standing.as_str()).collect(),
        })
    }
}

#[cfg(any(feature = "postgres", feature = "sqlite"))]
impl StoreError {
    /// What went wrong, without what was being done.
    fn reason(self) -> String {
        match self {
            Self::Unavailable { reason, .. }
            | Self::Unreadable { reason, .. }
            | Self::Incomplete { reason } => reason,
            Self::Missing { what } => what,
        }
    }
}

/// How many a filter asks for at most.
fn page_size(limit: u32) -> usize {
    if limit == 0 { 100 } else { limit as usize }
}

impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Received")
            .field("key", &self.key)
            .field("order", &self.order)
            .field("at", &self.at)
            .field("bytes", &self.body.len())
            .finish()
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(bytes) => write!(f, "Whole({} bytes)", bytes.len()),
            Self::Damaged { reason } => f.debug_struct("Damaged").field("reason", reason).finish(),
        }
    }
}
