//! Claims: which due orders and events a worker is given, and which rows this version cannot read.

use std::time::Duration;

use jiff::Timestamp;

use super::Event;
use crate::{Order, OrderKey};

/// What a worker asks for.
///
/// An order or an event is due when its time is not after `now`. It is also due when its time is more than `longest_wait` after `now`: no wait is
/// that long, so a clock that was ahead wrote the time and has been set right since.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Names of the hospitals that the worker knows. Orders and events of other hospitals are left to workers that know them.
    pub merchants: Vec<String>,
    /// The worker's present time.
    pub now: Timestamp,
    /// When the claim ends: until then no other worker is given what this one is given. At most `longest_wait` after `now`.
    pub until: Timestamp,
    /// The longest time that an order or an event may wait for its next look: [`Policy::longest_wait`](crate::Policy::longest_wait).
    pub longest_wait: Duration,
    /// At most so many, those that cannot be read included.
    pub limit: u32,
}

/// The orders of a [`Claim`].
#[derive(Clone, Debug, Default)]
pub struct ClaimedOrders {
    /// Urgent ones first ([`Order::is_urgent`]); then those whose time is beyond the longest wait; then the soonest due.
    pub orders: Vec<Order>,
    /// Claimed like the others, so that they do not come up again at once.
    pub unreadable: Vec<UnreadableOrder>,
}

/// The events of a [`Claim`].
#[derive(Clone, Debug, Default)]
pub struct ClaimedEvents {
    /// Those whose time is beyond the longest wait first; then the soonest due.
    pub events: Vec<Event>,
    /// Claimed like the others. The later events of their orders wait for them.
    pub unreadable: Vec<UnreadableEvent>,
}

/// An order that this version cannot read: a newer version wrote it, or it is damaged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadableOrder {
    /// Which one.
    pub key: OrderKey,
    /// What is wrong with it; quotes nothing of it.
    pub reason: String,
}

/// An event that this version cannot read: a newer version wrote it, or it is damaged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadableEvent {
    /// Its id.
    pub id: String,
    /// The order that it reports on.
    pub order: OrderKey,
    /// What is wrong with it.
    pub reason: String,
}
