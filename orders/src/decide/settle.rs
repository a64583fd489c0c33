//! A contradicted order, settled by a person who looked at the evidence.
//!
//! Only a contradicted order is settled so, and only along [`State::EDGES`] or to where it stands. The history says who did it, why and from what
//! evidence; the hospital's own system gets the event of the move and `order.settled_by_hand`.

use signed_xml::Fen;

use super::events::{CLOSED, FAILED, PAID, PLACED, REFUND_SUCCEEDED, REFUSED, SETTLED_BY_HAND};
use super::{Context, Decision, Draft};
use crate::order::control_character;
use crate::{Order, RefundState, State};

/// The most characters of `who`.
pub(super) const MAX_WHO: usize = 64;
/// The most characters of `why` and of `evidence`.
pub(super) const MAX_WORDS: usize = 500;

/// How a person settles a contradicted order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// The true state of the order: its present state, or one that it may move to ([`State::allows`]).
    pub to: State,
    /// The cash part that was paid (`to` is [`State::Paid`]) or given back ([`State::Refunded`]); `None` for what the order or its refund says.
    pub cash_fee: Option<Fen>,
    /// The insurance part, likewise.
    pub insurance_fee: Option<Fen>,
    /// Who settles it: 1 to 64 characters.
    pub who: String,
    /// Why: 1 to 500 characters.
    pub why: String,
    /// What it was seen from, such as a line of the bill or a letter of the platform: 1 to 500 characters, nothing personal.
    pub evidence: String,
}

/// Why an order is not settled by hand. Nothing was stored.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SettleError {
    /// The order has no contradiction.
    #[error("the order is {} and nothing contradicts it: only a contradicted order is settled by hand; refund or close it instead", .state.as_str())]
    NotContradicted {
        /// Its state.
        state: State,
    },
    /// The order cannot move there.
    #[error("the order is {} and cannot become {}: give one of {}", .from.as_str(), .to.as_str(), allowed(*.from))]
    NotAllowed {
        /// Its state.
        from: State,
        /// The state asked for.
        to: State,
    },
    /// `who`, `why` or `evidence` is empty, too long, or has a control character.
    #[error("invalid {field}: give 1 to {max} characters, without control characters")]
    Words {
        /// Which of them.
        field: &'static str,
        /// The most characters that it may have.
        max: usize,
    },
    /// The parts are together more than the order's total, or more than was paid.
    #[error(
        "the amounts are {found} yuan, and at most {max} yuan are possible: give what was paid or given back, in fen"
    )]
    Amounts {
        /// The parts together.
        found: Fen,
        /// The most that they may be.
        max: Fen,
    },
    /// Amounts are given for a state that has none.
    #[error("amounts were given for an order that is settled as {}: they belong to paid and refunded only", .to.as_str())]
    NoAmounts {
        /// The state asked for.
        to: State,
    },
}

/// Settles the order, or says why not.
pub(crate) fn settled(
    order: &Order,
    settlement: &Settlement,
    context: Context<'_>,
) -> Result<Decision, SettleError> {
    check_words(&[
        ("who", &settlement.who, MAX_WHO),
        ("why", &settlement.why, MAX_WORDS),
        ("evidence", &settlement.evidence, MAX_WORDS),
    ])?;
    let (from, to) = (order.state, settlement.to);
    let Some(contradiction) = &order.contradiction else {
        return Err(SettleError::NotContradicted { state: from });
    };
    if from != to && !from.allows(to) {
        return Err(SettleError::NotAllowed { from, to });
    }
    let mut draft = Draft::of(order, context);
    draft.order.contradiction = None;
    draft.order.replace_wanted = false;
    draft.move_to(to);
    match to {
        State::Paid => pay(&mut draft, settlement)?,
        State::Refunded => give_back(&mut draft, settlement)?,
        _ if settlement.cash_fee.is_some() || settlement.insurance_fee.is_some() => {
            return Err(SettleError::NoAmounts { to });
        }
        _ => {}
    }
    if let Some(kind) = event_of(to).filter(|_| from != to) {
        draft.event(kind, "");
    }
    let Settlement {
        who, why, evidence, ..
    } = settlement;
    let note = format!(
        "settled as {} by {who}: {why}; evidence: {evidence}; it contradicted: {}",
        to.as_str(),
        contradiction.reason
    );
    draft.event_with_note(SETTLED_BY_HAND, order.contradictions.to_string(), &note);
    draft.order.reported.clear();
    draft.line("settled by hand", note);
    draft.due_by_poll();
    Ok(draft.finish())
}

/// Name, text and greatest length of what a person says.
pub(super) fn check_words(words: &[(&'static str, &str, usize)]) -> Result<(), SettleError> {
    let wrong = words.iter().find(|(_, text, max)| {
        text.trim().is_empty() || text.chars().count() > *max || control_character(text).is_some()
    });
    match wrong {
        Some((field, _, max)) => Err(SettleError::Words { field, max: *max }),
        None => Ok(()),
    }
}

fn pay(draft: &mut Draft<'_>, settlement: &Settlement) -> Result<(), SettleError> {
    let amounts = &mut draft.order.amounts;
    amounts.cash_fee = settlement.cash_fee.unwrap_or(amounts.cash_fee);
    amounts.insurance_fee = settlement.insurance_fee.unwrap_or(amounts.insurance_fee);
    amounts.settled = true;
    let parts = (amounts.cash_fee, amounts.insurance_fee);
    at_most(parts, amounts.total_fee)?;
    draft.order.close_wanted = false;
    Ok(())
}

fn give_back(draft: &mut Draft<'_>, settlement: &Settlement) -> Result<(), SettleError> {
    let paid = draft.order.amounts;
    let Some(refund) = &mut draft.order.refund else {
        return Ok(());
    };
    let asked = match refund.cash_only {
        Some(cash) => (cash, Fen(0)),
        None => (paid.cash_fee, paid.insurance_fee),
    };
    let cash = settlement
        .cash_fee
        .or(refund.cash_refund_fee)
        .unwrap_or(asked.0);
    let insurance = settlement
        .insurance_fee
        .or(refund.insurance_refund_fee)
        .unwrap_or(asked.1);
    at_most((cash, Fen(0)), paid.cash_fee)?;
    at_most((insurance, Fen(0)), paid.insurance_fee)?;
    refund.cash_refund_fee = Some(cash);
    refund.insurance_refund_fee = Some(insurance);
    refund.state = RefundState::Succeeded;
    Ok(())
}

fn at_most((cash, insurance): (Fen, Fen), max: Fen) -> Result<(), SettleError> {
    let found = Fen(cash.0.saturating_add(insurance.0));
    match found > max {
        true => Err(SettleError::Amounts { found, max }),
        false => Ok(()),
    }
}

/// The event of a move by hand: the same as that of a move by evidence, so that the hospital's system receives it once.
fn event_of(to: State) -> Option<&'static str> {
    match to {
        State::Placed => Some(PLACED),
        State::Paid => Some(PAID),
        State::Refunded => Some(REFUND_SUCCEEDED),
        State::Closed => Some(CLOSED),
        State::Failed => Some(FAILED),
        State::Refused => Some(REFUSED),
        State::Placing | State::Paying | State::Reversing | State::Refunding => None,
    }
}

/// The states that an order can be settled as, in words.
fn allowed(from: State) -> String {
    let next = State::ALL.iter().filter(|next| from.allows(**next));
    let states: Vec<&str> = std::iter::once(&from)
        .chain(next)
        .map(|state| state.as_str())
        .collect();
    states.join(", ")
}
