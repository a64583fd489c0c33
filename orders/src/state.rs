//! How an order stands, and the one table of moves that are allowed.
//!
//! States only move forward: no path leads back to a state that was left. The code, the diagram in the docs and the tests read [`State::EDGES`].
//! Source: interface document, 1.4, 3.4 (`med_trade_state`), 3.6, 3.10.

use std::str::FromStr;

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
    ///
    /// From `Closed`, `Failed` and `Refused` an edge leads to where money has moved: the platform may know better than we did, and a payment is never lost.
    pub const EDGES: &'static [(Self, Self)] = &[
        (Self::Placing, Self::Placed),
        (Self::Placing, Self::Paying),
        (Self::Placing, Self::Reversing),
        (Self::Placing, Self::Paid),
        (Self::Placing, Self::Refunding),
        (Self::Placing, Self::Closed),
        (Self::Placing, Self::Failed),
        (Self::Placing, Self::Refused),
        (Self::Placed, Self::Paying),
        (Self::Placed, Self::Reversing),
        (Self::Placed, Self::Paid),
        (Self::Placed, Self::Refunding),
        (Self::Placed, Self::Closed),
        (Self::Placed, Self::Failed),
        (Self::Paying, Self::Reversing),
        (Self::Paying, Self::Paid),
        (Self::Paying, Self::Refunding),
        (Self::Paying, Self::Closed),
        (Self::Paying, Self::Failed),
        (Self::Reversing, Self::Paid),
        (Self::Reversing, Self::Refunding),
        (Self::Reversing, Self::Closed),
        (Self::Reversing, Self::Failed),
        (Self::Closed, Self::Paid),
        (Self::Closed, Self::Refunding),
        (Self::Failed, Self::Paid),
        (Self::Failed, Self::Refunding),
        (Self::Refused, Self::Paid),
        (Self::Refused, Self::Refunding),
        (Self::Paid, Self::Refunding),
        (Self::Refunding, Self::Refunded),
    ];

    /// True if an order may move from this state to `next`.
    #[must_use]
    pub fn allows(self, next: Self) -> bool {
        Self::EDGES.contains(&(self, next))
    }

    /// True if nothing is left to do unless somebody asks for it.
    #[must_use]
    pub fn is_at_rest(self) -> bool {
        matches!(
            self,
            Self::Paid | Self::Refunded | Self::Closed | Self::Failed | Self::Refused
        )
    }

    /// True if the order ended without a payment. It is asked for again for some days: it may have been paid all the same.
    #[must_use]
    pub fn ended_unpaid(self) -> bool {
        matches!(self, Self::Closed | Self::Failed | Self::Refused)
    }

    /// True if the patient's money was taken in full at some time.
    #[must_use]
    pub fn was_paid(self) -> bool {
        matches!(self, Self::Paid | Self::Refunding | Self::Refunded)
    }

    /// The edges as a Mermaid diagram, as the docs show them.
    #[must_use]
    pub fn diagram() -> String {
        let edges = Self::EDGES
            .iter()
            .map(|(from, to)| format!("    {} --> {}\n", from.as_str(), to.as_str()));
        let begin = format!("    [*] --> {}\n", Self::Placing.as_str());
        std::iter::once("stateDiagram-v2\n".to_owned())
            .chain([begin])
            .chain(edges)
            .collect()
    }

    /// The word that is stored and shown: `placing`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
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

impl FromStr for State {
    type Err = InvalidWord;

    fn from_str(word: &str) -> Result<Self, InvalidWord> {
        let found = Self::ALL
            .iter()
            .copied()
            .find(|state| state.as_str() == word);
        found.ok_or_else(|| InvalidWord {
            what: "state",
            allowed: Self::ALL.iter().map(|state| state.as_str()).collect(),
        })
    }
}

/// A word that names no state of an order, or no standing of an event.
///
/// # Examples
///
/// ```
/// use payinsurance_orders::State;
///
/// let error = "payed".parse::<State>().unwrap_err();
/// assert!(error.to_string().starts_with("invalid state: expected one of placing, placed, "));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid {what}: expected one of {}", .allowed.join(", "))]
pub struct InvalidWord {
    pub(crate) what: &'static str,
    pub(crate) allowed: Vec<&'static str>,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

    use super::*;

    #[test]
    fn every_word_leads_back_to_its_state_and_is_the_one_that_serde_writes() {
        for state in State::ALL {
            assert_eq!(state.as_str().parse(), Ok(*state));
            let written = serde_json::to_string(state).unwrap();
            assert_eq!(written, format!("\"{}\"", state.as_str()));
        }
    }

    #[test]
    fn no_path_leads_back_to_a_state_that_was_left() {
        for start in State::ALL {
            let mut reached: Vec<State> = Vec::new();
            let mut open = vec![*start];
            while let Some(state) = open.pop() {
                for (_, to) in State::EDGES.iter().filter(|(from, _)| *from == state) {
                    assert_ne!(to, start, "{} is left and reached again", start.as_str());
                    if !reached.contains(to) {
                        reached.push(*to);
                        open.push(*to);
                    }
                }
            }
        }
    }

    #[test]
    fn every_state_is_reached_from_the_first_one() {
        for state in State::ALL.iter().filter(|state| **state != State::Placing) {
            assert!(
                State::EDGES.iter().any(|(_, to)| to == state),
                "{}",
                state.as_str()
            );
        }
    }

    #[test]
    fn money_that_moved_is_never_forgotten() {
        for (from, to) in State::EDGES {
            assert!(!from.was_paid() || to.was_paid());
        }
        for state in State::ALL.iter().filter(|state| !state.was_paid()) {
            assert!(state.allows(State::Paid), "{}", state.as_str());
        }
    }

    #[test]
    fn the_diagram_in_the_readme_is_the_table() {
        let readme =
            std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
        assert!(
            readme.contains(&State::diagram()),
            "orders/README.md must hold this diagram:\n{}",
            State::diagram()
        );
    }
}
