//! Lists: the rows that a filter matches, and the rows among them that this version cannot read.
//!
//! A row that a newer version wrote, or that is damaged, is named and skipped. The others are given as if it were not there.

use super::{Event, Line, UnreadableEvent, UnreadableOrder};
use crate::{Order, OrderKey};

/// Orders that an [`OrderFilter`](super::OrderFilter) matches.
#[derive(Clone, Debug, Default)]
pub struct ListedOrders {
    /// Newest first.
    pub rows: Vec<Order>,
    /// Those that cannot be read. They count towards the limit.
    pub unreadable: Vec<UnreadableOrder>,
    /// The last of all, readable or not: the next page comes after it.
    pub last: Option<OrderKey>,
}

/// Events that an [`EventFilter`](super::EventFilter) matches.
#[derive(Clone, Debug, Default)]
pub struct ListedEvents {
    /// Oldest first.
    pub rows: Vec<Event>,
    /// Those that cannot be read. They count towards the limit.
    pub unreadable: Vec<UnreadableEvent>,
    /// The id of the last of all, readable or not: the next page comes after it.
    pub last: Option<String>,
}

/// The history of an order.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// Oldest first.
    pub rows: Vec<Line>,
    /// Lines that cannot be read.
    pub unreadable: Vec<UnreadableLine>,
}

/// A line of history that this version cannot read: a newer version wrote it, or it is damaged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadableLine {
    /// The order whose history it is.
    pub order: OrderKey,
    /// Which line it is, counted from 1.
    pub number: usize,
    /// What is wrong with it.
    pub reason: String,
}

impl ListedOrders {
    /// How many rows the filter matched, up to its limit.
    #[must_use]
    pub fn count(&self) -> usize {
        self.rows.len() + self.unreadable.len()
    }
}

impl ListedEvents {
    /// How many rows the filter matched, up to its limit.
    #[must_use]
    pub fn count(&self) -> usize {
        self.rows.len() + self.unreadable.len()
    }
}
