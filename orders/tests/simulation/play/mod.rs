//! A seeded run of the whole desk: several processes of it over one store, the sandbox's platform, patients, a hospital's own system, and trouble.
//!
//! Nothing here takes real time or real randomness: futures are polled by hand, one at a time, in an order that follows from the seed, so that
//! a seed always gives the same run. Trouble: processes die at every storage point, before or after it; the store fails; calls are lost before
//! or after their effect, arrive late or twice, are answered by others; notifications are lost, late, repeated, reordered, forged; access tokens
//! end; clocks jump by seconds and by a day, both ways. Three hospitals, two of them under one provider with equal order numbers ([`hospitals`]),
//! one of which a process may not know. Genuine messages are about another order, the reply to another question, of other amounts, without a
//! field, or posted where they do not belong ([`twist`]); refunds are refused again and again, or asked for by somebody else, also under a
//! number of another order; patients pay orders that were reported to the desk as refused or closed ([`platform`]); the hospital's code panics; rows are of a
//! newer version. Then it is calm for long enough, and what must hold is checked ([`model`]).

pub(crate) mod actors;
pub(crate) mod callers;
pub(crate) mod calm;
pub(crate) mod chance;
pub(crate) mod executor;
pub(crate) mod hospitals;
pub(crate) mod model;
pub(crate) mod network;
pub(crate) mod platform;
pub(crate) mod post;
pub(crate) mod process;
pub(crate) mod shared;
pub(crate) mod store;
pub(crate) mod twist;
#[path = "../../world/mod.rs"]
#[allow(dead_code, reason = "the tests of the desk use the rest")]
pub(crate) mod world;

use actors::Actors;

/// What a run came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Summary {
    /// A digest of all that happened: equal runs have equal ones.
    pub(crate) trace: u64,
    pub(crate) steps: u64,
    pub(crate) orders: u64,
    pub(crate) paid: u64,
    pub(crate) refunded: u64,
    pub(crate) crashes: u64,
    pub(crate) calls_lost: u64,
    pub(crate) notifications_lost: u64,
    pub(crate) repeats: u64,
    pub(crate) forgeries: u64,
    /// Notifications that were wrong, and replies that were posted as one.
    pub(crate) twists: u64,
    /// Genuine messages that were not true of an order, replies included.
    pub(crate) lies: u64,
    /// Genuine notifications that do not name the hospital.
    pub(crate) nameless: u64,
    /// Payments of closed orders.
    pub(crate) late_payments: u64,
    pub(crate) refunds_by_others: u64,
    pub(crate) panics: u64,
    /// Rows that a newer version wrote.
    pub(crate) unreadable: u64,
    /// Orders that are contradicted in the end.
    pub(crate) contradicted: u64,
}

impl Summary {
    /// Adds another run to the sums.
    #[allow(dead_code, reason = "the example adds runs up, the test does not")]
    pub(crate) fn add(&mut self, other: &Self) {
        self.trace ^= other.trace;
        self.steps += other.steps;
        self.orders += other.orders;
        self.paid += other.paid;
        self.refunded += other.refunded;
        self.crashes += other.crashes;
        self.calls_lost += other.calls_lost;
        self.notifications_lost += other.notifications_lost;
        self.repeats += other.repeats;
        self.forgeries += other.forgeries;
        self.twists += other.twists;
        self.lies += other.lies;
        self.nameless += other.nameless;
        self.late_payments += other.late_payments;
        self.refunds_by_others += other.refunds_by_others;
        self.panics += other.panics;
        self.unreadable += other.unreadable;
        self.contradicted += other.contradicted;
    }
}

/// What did not hold.
#[derive(Clone, Debug)]
pub(crate) struct Violation {
    pub(crate) seed: u64,
    pub(crate) what: Vec<String>,
    /// What happened, in order.
    pub(crate) story: Vec<String>,
}

/// Plays one seed.
pub(crate) fn play(seed: u64) -> Result<Summary, Box<Violation>> {
    let mut actors = Actors::new(seed);
    actors.trouble();
    actors.calm();
    actors.check();
    actors.end()
}
