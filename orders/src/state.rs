//! How an order stands, and the one table of moves that are allowed.
//!
//! States only move forward: no path leads back to a state that was left. The code, the diagram in the docs and the tests read [`State::EDGES`].
//! Source: interface document, 1.4, 3.4 (`med_trade_state`), 3.6, 3.10.

use serde::{Deserialize, Serialize};

/// How an order stands, as far as the desk knows for certain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum State {
    /// Stored; the platform may have it or not.
    Placing,
    /// The platform has it and waits for the patient (`NOTPAY`, `INITIAL`).
    Placed,
    /// The patient is paying (`PAYING`).
    Paying,
    /// Paying failed and the platform is undoing it (`SYS_REFUNDING`).
    Reversing,
    /// Paid (`SUCCESS`).
    Paid,
    /// A refund has begun: stored, asked for, or under way (`REFUND` until the refund is final).
    Refunding,
    /// Refunded, whole or in its cash part.
    Refunded,
    /// Nothing can be paid any more (`CLOSED`).
    Closed,
    /// Paying failed and was undone (`SYS_REFUNDED`).
    Failed,
    /// The platform refused the order for certain: it has none of that number from us.
    Refused,
}

impl State {
    /// Every state, in the order in which they are reached.
    pub const ALL: &'static [Self] = &[
        Self::Placing,
        Self::Placed,
        Self::Paying,
        Self::Reversing,
        Self::Paid,
        Self::Refunding,
        Self::Refunded,
        Self::Closed,
        Self::Failed,
        Self::Refused,
    ];

    /// The moves that are allowed; what is not here never happens.
    pub const EDGES: &'static [(Self, Self)] = &[
        (Self::Placing, Self::Placed),
        (Self::Placing, Self::Paying),
        (Self::Placing, Self::Reversing),
        (Self::Placing, Self::Paid),
        (Self::Placing, Self::Refunding),
        (Self::Placing, Self::Refunded),
        (Self::Placing, Self::Closed),
        (Self::Placing, Self::Failed),
        (Self::Placing, Self::Refused),
        (Self::Placed, Self::Paying),
        (Self::Placed, Self::Reversing),
        (Self::Placed, Self::Paid),
        (Self::Placed, Self::Refunding),
        (Self::Placed, Self::Refunded),
        (Self::Placed, Self::Closed),
        (Self::Placed, Self::Failed),
        (Self::Paying, Self::Reversing),
        (Self::Paying, Self::Paid),
        (Self::Paying, Self::Refunding),
        (Self::Paying, Self::Refunded),
        (Self::Paying, Self::Closed),
        (Self::Paying, Self::Failed),
        (Self::Reversing, Self::Failed),
        (Self::Reversing, Self::Closed),
        (Self::Paid, Self::Refunding),
        (Self::Paid, Self::Refunded),
        (Self::Refunding, Self::Refunded),
    ];

    /// True if an order may move from this state to `next`.
    #[must_use]
    pub fn allows(self, next: Self) -> bool {
        Self::EDGES.contains(&(self, next))
    }

    /// True if no edge leaves it.
    #[must_use]
    pub fn is_final(self) -> bool {
        !Self::EDGES.iter().any(|(from, _)| *from == self)
    }

    /// The word that is stored and shown: `placing`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Placing => "placing",
            Self::Placed => "placed",
            Self::Paying => "paying",
            Self::Reversing => "reversing",
            Self::Paid => "paid",
            Self::Refunding => "refunding",
            Self::Refunded => "refunded",
            Self::Closed => "closed",
            Self::Failed => "failed",
            Self::Refused => "refused",
        }
    }
}
