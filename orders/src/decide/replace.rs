//! Replacing an order whose link to pay was lost: it is closed, and placed again under a number that follows from its own.
//!
//! Steps: the wish is stored; the order is closed; the platform is asked once more, since closing and paying race there. Only if it says that the order
//! is closed, or that it has no such order, the end of the one and the beginning of the other are stored, in one transaction. The other one is
//! sent after that. A caller or worker that repeats a step, or goes on after a crash, comes to the same number. Source: interface document, 3.10.

use payinsurance::enums::MedTradeState;
use payinsurance::unifiedorder;

use super::events::REPLACED;
use super::query::{self, Answer};
use super::{Context, Decision, Draft, place};
use crate::store::NewOrder;
use crate::{Order, State, digest};

/// The longest number of a replacement, in characters: the document allows 64, and the refund number is `R` and the number unless given.
const MAX_NUMBER: usize = 63;
/// How much of it stands before the count; the count and its `X` have the rest.
const MAX_BASE: usize = 58;
/// How much of a longer number is left in front of its digest.
const START_OF_LONG: usize = 38;

/// Why an order is not replaced. Nothing was placed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReplaceError {
    /// It is in no state to be closed and placed again.
    #[error("the order is {}, and only an open or closed order is replaced: {}", .state.as_str(), advice(*.state))]
    NotReplaceable {
        /// Its state.
        state: State,
    },
    /// The platform reported what cannot be true of it, so that nothing about it is certain.
    #[error(
        "the platform contradicts the order ({reason}), so it is not certain that it is unpaid: settle that first"
    )]
    Contradicted {
        /// What was reported.
        reason: String,
    },
    /// Another order has the number of the replacement.
    #[error(
        "another order has the number {number:?} of the replacement: close this order, and place it under a number of your own"
    )]
    NumberTaken {
        /// The number.
        number: String,
    },
    /// It is the last of so many replacements that no number is left.
    #[error("the order was replaced too often: close it, and place it under a number of your own")]
    NoNumber,
    /// What it was placed with cannot be read.
    #[error(
        "what the order was placed with cannot be read ({reason}): close it, and place it under a number of your own"
    )]
    Unreadable {
        /// What is wrong with it.
        reason: String,
    },
}

/// The number of the order that replaces this one: `T1X2` for `T1`, `T1X3` for `T1X2` if that is a replacement itself.
///
/// A number that is too long is cut, and the digest of all of it takes the place of the rest. Always the same for the same order.
pub(crate) fn number(order: &Order) -> Result<String, ReplaceError> {
    let number = &order.key.hosp_out_trade_no;
    let counted = order.replaces.is_some().then(|| number.rsplit_once('X'));
    let counted = counted.flatten();
    let counted = counted.and_then(|(base, count)| Some((base.to_owned(), count.parse().ok()?)));
    let (base, count): (String, u32) = counted.unwrap_or_else(|| (base(order), 1));
    let next = format!("{base}X{}", u64::from(count) + 1);
    match next.chars().count() <= MAX_NUMBER {
        true => Ok(next),
        false => Err(ReplaceError::NoNumber),
    }
}

fn base(order: &Order) -> String {
    let key = &order.key;
    let number = &key.hosp_out_trade_no;
    if number.chars().count() <= MAX_BASE {
        return number.clone();
    }
    let digest = digest::of([&*key.merchant, number]);
    let start: String = number.chars().take(START_OF_LONG).collect();
    start + &digest[..MAX_BASE - START_OF_LONG]
}

/// The request of the replacement: that of the order, under its own number, and with its own address to come back to if it has one.
pub(crate) fn request(
    order: &Order,
    number: &str,
    return_url: Option<&str>,
) -> Result<unifiedorder::Request, ReplaceError> {
    let request = place::stored_request(order);
    let mut request = request.map_err(|reason| ReplaceError::Unreadable { reason })?;
    request.hosp_out_trade_no = number.into();
    if let Some(return_url) = return_url {
        request.return_url = return_url.into();
    }
    Ok(request)
}

/// A caller wants the order replaced. Stored before anything is sent; `None` if there is nothing to store.
///
/// # Errors
///
/// Why it is not replaced.
pub(crate) fn wanted(
    order: &Order,
    context: Context<'_>,
) -> Result<Option<Decision>, ReplaceError> {
    if order.replaced_by.is_some() {
        return Ok(None);
    }
    if let Some(known) = &order.contradiction {
        let reason = known.reason.clone();
        return Err(ReplaceError::Contradicted { reason });
    }
    let state = order.state;
    if !matches!(state, State::Placed | State::Paying | State::Closed) {
        return Err(ReplaceError::NotReplaceable { state });
    }
    let number = number(order)?;
    if order.replace_wanted {
        return Ok(None);
    }
    let mut draft = Draft::of(order, context);
    draft.order.replace_wanted = true;
    draft.order.close_wanted = state != State::Closed;
    draft.order.attempts = 0;
    draft.line("replacement wanted", format!("by {number}"));
    draft.due_now();
    Ok(Some(draft.finish()))
}

/// What queryorder answered about an order that was closed to be replaced.
pub(crate) fn answered(
    order: &Order,
    answer: &Answer,
    return_url: Option<&str>,
    context: Context<'_>,
) -> Decision {
    let mut draft = Draft::of(order, context);
    query::learn(&mut draft, answer, context);
    if is_certainly_closed(&draft, answer)
        && let Err(error) = replace(&mut draft, return_url, context)
    {
        give_up(&mut draft, &error);
    }
    draft.finish()
}

/// The order cannot be replaced: the wish ends, so that no worker tries again.
pub(crate) fn not_possible(
    order: &Order,
    error: &ReplaceError,
    context: Context<'_>,
) -> Option<Decision> {
    if !order.replace_wanted {
        return None;
    }
    let mut draft = Draft::of(order, context);
    give_up(&mut draft, error);
    draft.due_by_poll();
    Some(draft.finish())
}

/// Nothing can be paid under this order's number any more, and nothing was.
fn is_certainly_closed(draft: &Draft<'_>, answer: &Answer) -> bool {
    let order = &draft.order;
    let is_closed = match answer {
        Answer::Reported(reported) => {
            reported.state == Some(MedTradeState::Closed)
                && reported.numbers.name(order)
                && !reported.part_is_paid
        }
        // The platform never had it; what was sent last can be on its way no more.
        Answer::Missing(_) => draft.is_settled(),
        Answer::Failed(_) => false,
    };
    is_closed
        && order.state == State::Closed
        && order.replace_wanted
        && order.replaced_by.is_none()
        // What this answer has just settled is looked at once more before anything is placed.
        && draft.before.contradiction.is_none()
        && draft.contradiction.is_none()
        && draft.next.is_none()
}

fn replace(
    draft: &mut Draft<'_>,
    return_url: Option<&str>,
    context: Context<'_>,
) -> Result<(), ReplaceError> {
    let number = number(&draft.order)?;
    let request = request(&draft.order, &number, return_url)?;
    let merchant = &draft.order.key.merchant;
    let (mut order, mut line) =
        place::new(merchant, &request, context.policy.expires_after, context);
    let replaced = &draft.order.key.hosp_out_trade_no;
    line.evidence = format!("{}, instead of {replaced}", line.evidence);
    order.replaces = Some(replaced.clone());
    let note = format!("closed, and placed again as {number}");
    draft.order.replaced_by = Some(number.clone());
    draft.order.replace_wanted = false;
    draft.line("replaced", format!("by {number}"));
    draft.event_with_note(REPLACED, String::new(), &note);
    draft.replacement = Some(Box::new(NewOrder { order, line }));
    // The wait of an order that is to be replaced was shorter.
    draft.order.attempts = 0;
    draft.due_by_poll();
    Ok(())
}

fn give_up(draft: &mut Draft<'_>, error: &ReplaceError) {
    draft.order.replace_wanted = false;
    draft.line("not replaced", error.to_string());
}

/// What to do with an order that is not replaced.
fn advice(state: State) -> &'static str {
    match state {
        State::Placing => "wait until its outcome is known",
        State::Refused => "correct what the platform refused, and place it under a new number",
        State::Failed => "place it under a new number",
        State::Reversing => "wait until the platform has undone the payment",
        _ => "refund it instead",
    }
}
