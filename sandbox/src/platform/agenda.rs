//! What happens later, in the order of its times.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::marks::Marks;
use super::{Moment, Platform};

/// Everything that waits for its time.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    /// By time, then by the order of entry.
    entries: BTreeMap<(Timestamp, u64), Entry>,
    pub(super) entered: u64,
    pub(super) changed: Marks<(Timestamp, u64)>,
}

/// Something that waits for its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Entry {
    /// A payment settles, one way or the other.
    Settle(usize, Outcome),
    /// What was taken for a failed payment has gone back.
    Reversed(usize),
    /// A refund has gone back.
    Refunded(usize),
    /// A notification is to be delivered.
    Notify(u64),
    /// A notification that waits for another one waits no longer.
    Release(u64),
}

impl Agenda {
    /// Enters something for `wait` after `now`.
    pub(super) fn enter(&mut self, now: Timestamp, wait: Duration, entry: Entry) {
        let due = now.saturating_add(wait).unwrap_or(Timestamp::MAX);
        self.entries.insert((due, self.entered), entry);
        self.changed.mark((due, self.entered));
        self.entered += 1;
    }

    /// Takes out the first thing that is due.
    fn next(&mut self, now: Timestamp) -> Option<(Timestamp, Entry)> {
        let first = self
            .entries
            .first_entry()
            .filter(|first| first.key().0 <= now)?;
        let (key, entry) = first.remove_entry();
        self.changed.mark(key);
        Some((key.0, entry))
    }

    /// Puts an entry back in its place, or takes it out.
    pub(super) fn put(&mut self, due: Timestamp, entered: u64, entry: Option<Entry>) {
        match entry {
            Some(entry) => self.entries.insert((due, entered), entry),
            None => self.entries.remove(&(due, entered)),
        };
    }

    pub(super) fn entry(&self, due: Timestamp, entered: u64) -> Option<Entry> {
        self.entries.get(&(due, entered)).copied()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Timestamp, u64, Entry)> + '_ {
        let entries = self.entries.iter();
        entries.map(|((due, entered), entry)| (*due, *entered, *entry))
    }

    fn first(&self) -> Option<Timestamp> {
        self.entries.first_key_value().map(|((due, _), _)| *due)
    }
}

impl Platform {
    /// When the next thing happens by itself; a time in the past if a delivery waits to be taken.
    #[must_use]
    pub fn next_due(&self) -> Option<Timestamp> {
        match self.outbox.is_ready() {
            true => Some(Timestamp::MIN),
            false => self.agenda.first(),
        }
    }

    /// Lets everything happen that is due, each at its own time.
    pub fn pass(&mut self, at: &mut Moment<'_>) {
        while let Some((due, entry)) = self.agenda.next(at.now) {
            let then = &mut Moment {
                now: due,
                random: at.random,
            };
            self.clock = due;
            match entry {
                Entry::Settle(order, outcome) => self.settle(order, outcome, then),
                Entry::Reversed(order) => self.reversed(order),
                Entry::Refunded(order) => self.refunded(order, then),
                Entry::Notify(notification) => self.outbox.ready(notification),
                Entry::Release(notification) => self.outbox.release(notification),
            }
        }
        self.clock = at.now;
    }
}

/// How a payment ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    Paid,
    InsuranceFailed,
    CashFailed,
}
