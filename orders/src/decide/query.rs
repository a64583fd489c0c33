//! What queryorder and closeorder answer.
//!
//! Only a signed trade state moves an order. A state behind ours is an older look and moves nothing; one that cannot follow from ours
//! contradicts the order, as does a reply that names another one. `return_code` FAIL, `result_code` FAIL and unknown words move nothing.
//! A contradiction moves nothing and ends nothing: the platform is asked again, and an event reports it.
//! Source: interface document, 3.1, 3.4, 3.10.

use payinsurance::enums::MedTradeState;
use payinsurance::{Error, ErrorCode, ReplyError, closeorder, queryorder};

use super::events::{CLOSED, FAILED, PAID, PLACED, REFUND_BEGUN};
use super::{Context, Decision, Draft, Step};
use crate::planted::{self, Fault};
use crate::reported::{Numbers, PlatformState};
use crate::{Amounts, Order, Placed, RefundState, State};

/// Where evidence about the order itself comes from; the refund has other sources.
const ORDER_SOURCES: &[&str] = &["query", "notified", "placed", "close"];

/// What the platform says when it was asked for an order.
pub(crate) enum Answer {
    /// The state of the order.
    Reported(PlatformState),
    /// It does not know the order. With the numbers that the reply names, if any.
    Missing(Numbers),
    /// A reply that proves nothing.
    Failed(Error),
}

impl Answer {
    pub(crate) fn of(reply: Result<queryorder::Response, Error>) -> Self {
        let error = match reply {
            Ok(reply) => return Self::Reported((&reply).into()),
            Err(error) => error,
        };
        // Genuine, and of a form that the spec does not foresee: the state is still read.
        if let Some(ReplyError::Unreadable { fields, .. }) = error.reply_error() {
            return Self::Reported(PlatformState::of_untyped_reply(fields));
        }
        match error.err_code() == Some(ErrorCode::OrderNotFound.as_str()) {
            true => Self::Missing(error.fields().map(Numbers::of).unwrap_or_default()),
            false => Self::Failed(error),
        }
    }
}

/// Whether an answer still says something of the order, which may have changed since it was asked for in that state.
///
/// "No such order" reports nothing new once the order was taken: the question left before unifiedorder did.
pub(crate) fn is_current(answer: &Answer, asked_in: State, order: &Order) -> bool {
    let was_placing = asked_in == State::Placing && order.state != State::Placing;
    !(was_placing && matches!(answer, Answer::Missing(_)))
}

/// What queryorder answered.
pub(crate) fn answered(order: &Order, answer: &Answer, context: Context<'_>) -> Decision {
    let mut draft = Draft::of(order, context);
    learn(&mut draft, answer, context);
    if draft.order.state == State::Closed && order.state != State::Closed {
        closed_to_be_replaced(&mut draft);
    }
    draft.finish()
}

/// What the order is after queryorder was answered.
pub(super) fn learn(draft: &mut Draft<'_>, answer: &Answer, context: Context<'_>) {
    let order = draft.before;
    let error = match answer {
        Answer::Failed(error) => Some(error),
        Answer::Reported(_) | Answer::Missing(_) => None,
    };
    draft.called("queryorder", error);
    match answer {
        Answer::Reported(reported) => stands(draft, reported, context),
        Answer::Missing(numbers) => match numbers.contradict(order) {
            Some(reason) => {
                draft.contradict("query", &reason);
                draft.due_by_poll();
            }
            None => missing(draft, context),
        },
        Answer::Failed(error) if draft.names_another("query", error) => draft.due_by_poll(),
        Answer::Failed(error) => draft.failed("query", error),
    }
}

/// Closed because it is to be replaced: the platform is asked once more before the other one is placed.
fn closed_to_be_replaced(draft: &mut Draft<'_>) {
    if draft.order.replace_wanted && draft.contradiction.is_none() {
        draft.then(Step::Replace);
    }
}

/// What the order is after the platform said how it stands.
pub(super) fn stands(draft: &mut Draft<'_>, reported: &PlatformState, context: Context<'_>) {
    if let Some(reason) = reported.contradicts(&draft.order, context.policy) {
        draft.contradict("query", &reason);
        draft.due_by_poll();
        if planted::fault(Fault::ContradictionRefuses) && draft.order.state == State::Placing {
            draft.move_to(State::Refused);
            draft.order.due_at = None;
        }
        return;
    }
    draft.order.missing = 0;
    if draft.order.placed.is_none()
        && draft.order.state != State::Refused
        && reported.numbers.name(&draft.order)
        && let Some(med_trans_id) = &reported.numbers.med_trans_id
    {
        draft.order.placed = Some(Placed {
            med_trans_id: med_trans_id.clone(),
            pay_url: None,
            pay_appid: None,
        });
    }
    let open = match &reported.state {
        Some(MedTradeState::NotPay | MedTradeState::Initial) => true,
        // A state that the document does not list, such as PAYERROR: not paid and not being paid, as far as it says.
        Some(MedTradeState::Unknown(_)) => true,
        _ => false,
    };
    match &reported.state {
        Some(MedTradeState::NotPay | MedTradeState::Initial) => found(draft),
        Some(MedTradeState::Paying) => {
            draft.move_to(State::Paying);
        }
        Some(MedTradeState::SysRefunding) => transition(draft, reported, State::Reversing),
        Some(MedTradeState::SysRefunded) => transition(draft, reported, State::Failed),
        Some(MedTradeState::Closed) => transition(draft, reported, State::Closed),
        Some(MedTradeState::Success) => paid(draft, reported, "query"),
        Some(MedTradeState::Refund) => refunding(draft, reported),
        // Whatever the state means, the platform has the order.
        Some(_) => found(draft),
        None => {}
    }
    if draft.contradiction.is_none() {
        draft.record("query", reported.as_str());
        draft.agrees(ORDER_SOURCES);
    }
    let state = draft.order.state;
    if open
        && matches!(state, State::Placed | State::Paying)
        && wants_closing(&draft.order, context)
    {
        // Wanted is stored before closeorder is sent.
        draft.order.close_wanted = true;
        draft.then(Step::Close);
    }
    if state == State::Refunding {
        followed(draft, reported);
    }
    draft.due_by_poll();
    if matches!(state, State::Closed | State::Failed | State::Refused) {
        given_up(draft, reported, open);
    }
}

/// The order ended here and is open at the platform: it is closed there too, and asked for until it is.
fn given_up(draft: &mut Draft<'_>, reported: &PlatformState, open: bool) {
    if open && draft.order.state != State::Failed {
        draft.then(Step::Close);
        draft.due_all_the_same();
    } else if matches!(
        reported.state,
        Some(MedTradeState::Paying | MedTradeState::SysRefunding)
    ) {
        let reason = format!(
            "the platform reports {} of an order that is {}",
            reported.as_str(),
            draft.order.state.as_str()
        );
        draft.contradict("query", &reason);
        draft.due_all_the_same();
    }
}

/// The platform has it: the call arrived, even if its answer was lost.
fn found(draft: &mut Draft<'_>) {
    if draft.move_to(State::Placed) {
        draft.event(PLACED, "");
    }
}

/// A move to a state that says that nothing is paid, or a contradiction if something is.
fn transition(draft: &mut Draft<'_>, reported: &PlatformState, state: State) {
    let ours = draft.order.state;
    // An order that ended here and arrived late ended unpaid at the platform as well: closed there by us,
    // or its payment failed and what had been taken is back.
    let known = ours == state
        || (ours == State::Refused && state == State::Closed)
        || (matches!(ours, State::Closed | State::Refused) && state == State::Failed);
    if known {
        return;
    }
    if !draft.move_to(state) {
        let reason = format!(
            "the platform reports {} of an order that is {}",
            reported.as_str(),
            draft.order.state.as_str()
        );
        draft.contradict("query", &reason);
        return;
    }
    match state {
        State::Closed => draft.event(CLOSED, ""),
        State::Failed => draft.event(FAILED, ""),
        _ => {}
    }
}

/// The order is paid: one event reports the money, from whichever source it came.
pub(super) fn paid(draft: &mut Draft<'_>, reported: &PlatformState, what: &str) {
    if draft.order.state.was_paid() {
        return;
    }
    if let Some(lack) = reported.lacks(&draft.order) {
        draft.contradict(what, lack);
        return;
    }
    if draft.order.state == State::Closed && planted::fault(Fault::ClosedIsFinal) {
        return;
    }
    if draft.move_to(State::Paid) {
        settle(draft, reported);
    }
}

/// What the event of a payment says if the order had been closed and replaced before.
fn paid_although_replaced(order: &Order) -> Option<String> {
    let number = order.replaced_by.as_ref()?;
    Some(format!(
        "paid although it was closed and replaced by {number}: look at both, and refund one of them if both are paid"
    ))
}

/// Records a payment as the platform reports it. Its amounts are fixed from now on; where they are not those asked for, or the order had ended, the
/// event says so.
fn settle(draft: &mut Draft<'_>, reported: &PlatformState) {
    let asked = draft.order.amounts;
    let settled = reported.settled(&draft.order);
    draft.order.amounts = settled;
    draft.order.times.paid_at = reported.time_end;
    draft.order.facts.clone_from(&reported.facts);
    draft.order.close_wanted = false;
    draft.order.due_at = None;
    let replaced = paid_although_replaced(&draft.order);
    let same = asked
        == Amounts {
            settled: asked.settled,
            ..settled
        };
    let before = draft.before.state;
    let ended = before.ended_unpaid();
    let ended = ended.then(|| format!("paid after it was {}", before.as_str()));
    let mut notes = Vec::from_iter(replaced.or(ended));
    if !same {
        let note = format!(
            "settled on other amounts than asked for: total_fee {} fen (asked {}), cash_fee {} fen (asked {}), insurance_fee {} fen (asked {})",
            settled.total_fee.0,
            asked.total_fee.0,
            settled.cash_fee.0,
            asked.cash_fee.0,
            settled.insurance_fee.0,
            asked.insurance_fee.0,
        );
        notes.push(note);
    }
    match notes.is_empty() {
        true => draft.event(PAID, ""),
        false => {
            let notes = notes.join("; ");
            draft.event_with_note(PAID, String::new(), &notes);
            draft.remark(notes);
        }
    }
}

/// Refunded, by us or by somebody else: it was paid, even if no payment was reported.
fn refunding(draft: &mut Draft<'_>, reported: &PlatformState) {
    if matches!(draft.order.state, State::Refunding | State::Refunded) {
        return;
    }
    let unpaid = !draft.order.state.was_paid();
    if unpaid && let Some(lack) = reported.lacks(&draft.order) {
        draft.contradict("query", lack);
        return;
    }
    if draft.move_to(State::Refunding) {
        if unpaid {
            settle(draft, reported);
        }
        draft.event(REFUND_BEGUN, "0");
        draft.then(Step::QueryRefund);
    }
}

/// Queryorder was asked because queryrefund knew nothing: paid and no refund begun means that ours never arrived, and a refund that was begun may be
/// somebody else's.
fn followed(draft: &mut Draft<'_>, reported: &PlatformState) {
    let asking =
        draft.order.refund.as_ref().is_some_and(|refund| {
            matches!(refund.state, RefundState::Asking | RefundState::Accepted)
        });
    match &reported.state {
        Some(MedTradeState::Success) if asking => draft.then(Step::SendRefund),
        Some(MedTradeState::Refund) if asking => draft.then(Step::QueryAnyRefund),
        _ => {}
    }
}

/// Whether an unpaid order is to be closed.
fn wants_closing(order: &Order, context: Context<'_>) -> bool {
    let expired = order
        .times
        .expires_at
        .is_some_and(|expires| expires <= context.at);
    order.close_wanted || expired
}

/// The platform knows no such order. Accepted when it was said twice, some time apart: a call that timed out may still arrive.
fn missing(draft: &mut Draft<'_>, context: Context<'_>) {
    match draft.order.state {
        State::Placing => {}
        // The platform never had it, or has deleted an order that ended unpaid.
        State::Closed | State::Failed | State::Refused => {
            draft.record("query", "the platform has no such order");
            draft.due_by_poll();
            return;
        }
        _ => {
            draft.contradict("query", "the platform has no such order any more");
            draft.due_by_poll();
            return;
        }
    }
    if draft.is_settled() {
        draft.order.missing = draft.order.missing.saturating_add(1);
    }
    let times = draft.order.missing;
    if times < 2 {
        draft.record("query", format!("the platform does not know it ({times})"));
        draft.due_when_settled();
        return;
    }
    if wants_closing(&draft.order, context) {
        draft.record(
            "query",
            "the platform does not know it, and it is not sent any more",
        );
        draft.move_to(State::Closed);
        draft.event(CLOSED, "");
        draft.due_by_poll();
        return;
    }
    draft.then(Step::Send);
    draft.order.due_at = Some(context.at);
}

/// Somebody wants the order closed. Stored before anything is sent; `None` if there is nothing to close.
///
/// It withdraws the wish to have the order replaced.
pub(crate) fn close_wanted(order: &Order, context: Context<'_>) -> Option<Decision> {
    let is_over = order.state.is_at_rest() || order.state == State::Refunding;
    if (is_over || order.close_wanted) && !order.replace_wanted {
        return None;
    }
    let mut draft = Draft::of(order, context);
    draft.order.close_wanted = !is_over;
    draft.order.replace_wanted = false;
    draft.line("close wanted", "");
    draft.due_now();
    Some(draft.finish())
}

/// What closeorder answered.
pub(crate) fn closed(
    order: &Order,
    answer: Result<&closeorder::Response, &Error>,
    context: Context<'_>,
) -> Decision {
    let mut draft = Draft::of(order, context);
    draft.called("closeorder", answer.err());
    let foreign = match answer {
        Ok(reply) => Numbers::in_unknown(&reply.unknown).contradict(order),
        Err(_) => None,
    };
    match answer {
        Ok(_) if let Some(reason) = &foreign => {
            draft.contradict("close", reason);
            draft.due_now();
        }
        Ok(_) => {
            draft.record("close", "closed");
            if draft.move_to(State::Closed) {
                draft.event(CLOSED, "");
                draft.due_by_poll();
                closed_to_be_replaced(&mut draft);
            } else if matches!(draft.order.state, State::Closed | State::Refused) {
                draft.due_by_poll();
            } else {
                // Closed, and by somebody else's word paid: the platform says which.
                let reason = format!("closed while it is {}", draft.order.state.as_str());
                draft.contradict("close", &reason);
                draft.due_now();
            }
        }
        Err(error) if draft.names_another("close", error) => draft.due_by_poll(),
        // Paid or being paid meanwhile, or the outcome is unknown: the platform is asked again.
        Err(error) => draft.failed("close", error),
    }
    draft.finish()
}
