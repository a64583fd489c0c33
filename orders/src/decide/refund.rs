//! Refunds: asking, what refund and queryrefund answer, sending again.
//!
//! An order has one refund number, whatever happens (3.6). SUCCESS of refund means accepted; queryrefund reports whether the money went back.
//! Before a refund is sent again its number is asked for; where queryrefund cannot say, queryorder does: paid and not in refund means that it
//! never arrived, in refund means that somebody else's may have come first, so that the refund of the order is asked for. A refund that failed is sent again under its number.
//!
//! A reply that names another order or another refund proves nothing about this one, and what goes back must be what was asked for: either is a
//! contradiction, and people look. Source: interface document, 3.6, 3.7 and chapter 5.

use payinsurance::enums::{CashRefundStatus, MedRefundState};
use payinsurance::{Effect, Error, ErrorCode, ReplyError, queryrefund, refund};
use signed_xml::{Fen, Fields, Text};

use super::events::{REFUND_BEGUN, REFUND_BY_HAND, REFUND_FAILED, REFUND_SUCCEEDED};
use super::{Context, Decision, Draft, Step};
use crate::planted::{self, Fault};
use crate::reported::{Amount, Numbers};
use crate::{Order, OrderKey, Refund, RefundState, State};

/// Where evidence about the refund comes from.
const REFUND_SOURCES: &[&str] = &["refund", "queryrefund"];

/// The longest refund number (3.6).
const LONGEST: usize = 64;

/// What is asked for.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Ask {
    pub(crate) number: String,
    pub(crate) cash_only: Option<Fen>,
    pub(crate) request_content: String,
}

/// What asking for a refund comes to.
#[derive(Debug)]
pub(crate) enum Asked {
    /// It is stored, then sent.
    Begin(Box<Decision>),
    /// It was asked for before.
    Same,
}

/// Why a refund is not begun. Nothing was stored or sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RefundError {
    /// The order is not paid.
    #[error("the order is {}, and only a paid one can be refunded: close it instead", .state.as_str())]
    NotPaid {
        /// How it stands.
        state: State,
    },
    /// The default number does not fit, since the trade number fills its field.
    #[error(
        "the refund number would have more than {max} characters: give one of your own that is shorter, and the same one each time"
    )]
    NumberTooLong {
        /// The most characters a refund number may have.
        max: usize,
    },
    /// The order has a refund under another number, and may only ever have one.
    #[error(
        "the order has the refund {known}, and may only ever have one: ask again under that number"
    )]
    OtherNumber {
        /// The number that it has.
        known: String,
    },
    /// Another order of the hospital has a refund under that number. Asked for this refund, the platform would report that one.
    #[error("the refund number {number} belongs to the refund of the order {}: give another number, the same one each time", .order.hosp_out_trade_no)]
    NumberTaken {
        /// The number that was asked for.
        number: String,
        /// The order that has it.
        order: OrderKey,
    },
    /// The order has a refund of the same number and of another part.
    #[error("the refund of this number is of {}: ask for the same, or look at how it stands", part(*.known))]
    OtherPart {
        /// The cash that it asked for alone; `None` for all of it.
        known: Option<Fen>,
    },
    /// More cash than was paid, or none.
    #[error(
        "{found} yuan of cash cannot be refunded, {paid} were paid in cash: ask for more than nothing and no more than that"
    )]
    Amount {
        /// What was asked for.
        found: Fen,
        /// The cash that was paid.
        paid: Fen,
    },
    /// Somebody else's refund is under way, and its number is not known yet.
    #[error("somebody else's refund of this order is under way: wait until its number is known")]
    UnderWay,
}

/// The number of a refund: the one given, or `R` and the trade number.
pub(crate) fn number(given: Option<&str>, trade_no: &str) -> Result<String, RefundError> {
    let number = given.map_or_else(|| format!("R{trade_no}"), str::to_owned);
    match number.chars().count() > LONGEST {
        true => Err(RefundError::NumberTooLong { max: LONGEST }),
        false => Ok(number),
    }
}

/// Somebody asks for a refund.
pub(crate) fn asked(order: &Order, ask: &Ask, context: Context<'_>) -> Result<Asked, RefundError> {
    let state = order.state;
    if !state.was_paid() {
        return Err(RefundError::NotPaid { state });
    }
    let paid = order.amounts.cash_fee;
    if let Some(found) = ask.cash_only.filter(|cash| cash.is_zero() || *cash > paid) {
        return Err(RefundError::Amount { found, paid });
    }
    let Some(known) = &order.refund else {
        return match state {
            State::Paid => Ok(begin(order, ask, context)),
            _ => Err(RefundError::UnderWay),
        };
    };
    if known.hosp_out_refund_no != ask.number {
        let known = known.hosp_out_refund_no.clone();
        return Err(RefundError::OtherNumber { known });
    }
    let never_accepted = known.state == RefundState::Failed && known.med_refund_id.is_none();
    if known.cash_only != ask.cash_only && !never_accepted {
        return Err(RefundError::OtherPart {
            known: known.cash_only,
        });
    }
    match known.state {
        RefundState::Failed => Ok(begin(order, ask, context)),
        RefundState::Asking | RefundState::Accepted | RefundState::Succeeded => Ok(Asked::Same),
    }
}

fn begin(order: &Order, ask: &Ask, context: Context<'_>) -> Asked {
    let mut draft = Draft::of(order, context);
    let known = order.refund.as_ref();
    let med_refund_id = known.and_then(|known| known.med_refund_id.clone());
    let attempt = known.map_or(0, |known| known.attempt).saturating_add(1);
    draft.order.refund = Some(Refund {
        hosp_out_refund_no: ask.number.clone(),
        med_refund_id,
        cash_only: ask.cash_only,
        request_content: ask.request_content.clone(),
        tries: 1,
        attempt,
        state: RefundState::Asking,
        cash_refund_fee: None,
        insurance_refund_fee: None,
    });
    draft.move_to(State::Refunding);
    draft.order.attempts = 0;
    draft.line("refund asked for", ask.number.clone());
    draft.leaves();
    draft.then(Step::SendRefund);
    Asked::Begin(Box::new(draft.finish()))
}

/// A refund is sent again: recorded before it leaves. `None` if there is nothing to send.
pub(crate) fn sending(order: &Order, context: Context<'_>) -> Option<Decision> {
    let mut draft = Draft::of(order, context);
    let refund = draft.order.refund.as_mut()?;
    let open = refund.state != RefundState::Succeeded;
    if order.state != State::Refunding || !open || refund.request_content.is_empty() {
        return None;
    }
    refund.tries = refund.tries.saturating_add(1);
    refund.attempt = refund.attempt.saturating_add(1);
    refund.state = RefundState::Asking;
    let number = refund.hosp_out_refund_no.clone();
    draft.line("refund sent again", number);
    draft.leaves();
    Some(draft.finish())
}

/// What refund answered.
pub(crate) fn answered(
    order: &Order,
    answer: Result<&refund::Response, &Error>,
    context: Context<'_>,
) -> Decision {
    let mut draft = Draft::of(order, context);
    let asking = is_asking(order);
    draft.order.sent_at = None;
    draft.called("refund", answer.err());
    match answer {
        Ok(reply) => {
            let reported = RefundReport::from(reply);
            match reported.contradicts(&draft.order) {
                Some(reason) => draft.contradict("refund", &reason),
                None => {
                    let id = reply.med_refund_id.to_string();
                    accepted(&mut draft, &reported);
                    draft.record("refund", format!("accepted as {id}"));
                }
            }
            draft.due_by_poll();
        }
        Err(error) if draft.names_another("refund", error) => draft.due_by_poll(),
        Err(error) if !asking => draft.record_error("refund", error),
        Err(error) => not_accepted(&mut draft, error),
    }
    draft.finish()
}

fn not_accepted(draft: &mut Draft<'_>, error: &Error) {
    let code = error.err_code().map(ErrorCode::from_wire);
    match (error.effect(), code) {
        (Effect::Refused, Some(ErrorCode::RefundAlreadySubmitted)) => {
            accepted(draft, &RefundReport::default());
            draft.record("refund", "err_code 550: an earlier try was accepted");
            draft.then(Step::QueryRefund);
            draft.due_by_poll();
        }
        (Effect::Refused, Some(_)) => {
            let evidence = super::failure::evidence(&draft.order, error);
            failed(draft, "refund", evidence);
            draft.order.attempts = 0;
            draft.due_by_recheck();
            // A state in which it cannot be refunded may be that of a refund that was not reported to us.
            draft.then(Step::QueryRefund);
        }
        (Effect::Unknown, _) => {
            draft.record_error("refund", error);
            draft.due_when_settled();
            draft.then(Step::QueryRefund);
        }
        (Effect::NotSent | Effect::Refused, _) => draft.failed("refund", error),
    }
}

/// What queryrefund answered.
pub(crate) fn queried(
    order: &Order,
    answer: Result<&queryrefund::Response, &Error>,
    context: Context<'_>,
) -> Decision {
    let mut draft = Draft::of(order, context);
    draft.called("queryrefund", answer.err());
    match answer {
        Ok(reply) => stands(&mut draft, reply, context),
        // Genuine, and of a form that the spec does not foresee: what it contradicts is still seen.
        Err(error)
            if let Some(ReplyError::Unreadable { fields, .. }) = error.reply_error()
                && let Some(reason) = RefundReport::of_untyped(fields).contradicts(order) =>
        {
            draft.contradict("queryrefund", &reason);
            draft.due_by_poll();
        }
        Err(error) if draft.names_another("queryrefund", error) => draft.due_by_poll(),
        Err(error) => not_reported(&mut draft, error),
    }
    draft.finish()
}

/// What queryrefund answered when it was asked for the refund of the order, made by the desk or not, since the platform has none of our number.
///
/// A reply that does not name our refund proves nothing about it.
pub(crate) fn queried_any(
    order: &Order,
    answer: Result<&queryrefund::Response, &Error>,
    context: Context<'_>,
) -> Decision {
    let contradicts = answer.is_ok_and(|reply| {
        let report = RefundReport::from(reply);
        report.contradicts(order).is_some() || report.numbers.name_refund(order)
    });
    if contradicts || order.refund_number().is_none() {
        return queried(order, answer, context);
    }
    let mut draft = Draft::of(order, context);
    draft.called("queryrefund", answer.err());
    match answer {
        Ok(_) => draft.record("queryrefund", "the reply does not name its refund"),
        Err(error) => draft.record_error("queryrefund", error),
    }
    draft.finish()
}

/// queryrefund answered with a refund number that is another order's.
pub(crate) fn queried_another(
    order: &Order,
    number: &str,
    holder: &OrderKey,
    context: Context<'_>,
) -> Decision {
    let mut draft = Draft::of(order, context);
    draft.called("queryrefund", None);
    let holder = &holder.hosp_out_trade_no;
    let reason = format!("the refund number {number} belongs to the order {holder}");
    draft.contradict("queryrefund", &reason);
    draft.due_by_poll();
    draft.finish()
}

fn stands(draft: &mut Draft<'_>, reply: &queryrefund::Response, context: Context<'_>) {
    let reported = RefundReport::from(reply);
    if let Some(reason) = reported.contradicts(&draft.order) {
        draft.contradict("queryrefund", &reason);
        forget_foreign_id(draft, &reported);
        draft.due_by_poll();
        return;
    }
    if !reported.numbers.name(&draft.order) && !planted::fault(Fault::RefundOfAnother) {
        draft.contradict("queryrefund", "it names neither the order nor its refund");
        draft.due_by_poll();
        return;
    }
    if draft.order.state != State::Refunding {
        draft.record("queryrefund", reply.med_refund_state.as_str());
        return;
    }
    let was = draft.order.refund.as_ref().map(|refund| refund.state);
    remember(draft, reply);
    if reply.cash_refund_status == Some(CashRefundStatus::Change) {
        let note = "the cash could not go back to the patient: pay it out by hand";
        let attempt = attempt(&draft.order);
        draft.event_with_note(REFUND_BY_HAND, attempt, note);
    }
    match &reply.med_refund_state {
        MedRefundState::Success => {
            accepted(draft, &reported);
            if let Some(refund) = &mut draft.order.refund {
                refund.state = RefundState::Succeeded;
            }
            if draft.move_to(State::Refunded) {
                draft.event(REFUND_SUCCEEDED, "");
            }
            draft.record("queryrefund", "SUCCESS");
            draft.agrees(REFUND_SOURCES);
        }
        MedRefundState::Refunding => {
            accepted(draft, &reported);
            draft.record("queryrefund", "REFUNDING");
            draft.agrees(REFUND_SOURCES);
        }
        MedRefundState::Fail if was == Some(RefundState::Failed) => {
            let tries = draft.order.refund.as_ref().map_or(0, |refund| refund.tries);
            if tries < context.policy.refund_tries {
                draft.then(Step::SendRefund);
            } else {
                draft.record("queryrefund", "FAIL, and it is left to people");
                draft.order.due_at = None;
                return;
            }
        }
        MedRefundState::Fail => failed(draft, "queryrefund", "FAIL".to_owned()),
        other => draft.record("queryrefund", other.as_str()),
    }
    draft.due_by_poll();
}

fn not_reported(draft: &mut Draft<'_>, error: &Error) {
    let refused_before = draft.order.refund.as_ref().is_some_and(|refund| {
        refund.state == RefundState::Failed && refund.med_refund_id.is_none()
    });
    let genuine = matches!(error.reply_error(), Some(ReplyError::Business { .. }));
    if refused_before {
        // Refused, and queryrefund knows nothing of it: people decide. An earlier try may still arrive, so it is asked for some days.
        draft.record_error("queryrefund", error);
        draft.due_by_recheck();
        // Or somebody else's refund came first.
        if genuine {
            draft.then(Step::QueryAnyRefund);
        }
        return;
    }
    let settled = draft.is_settled();
    draft.failed("queryrefund", error);
    // The platform has no such refund: whether it was paid and never refunded says queryorder, and then it is sent again.
    if genuine && is_open(&draft.order) {
        match settled {
            true => draft.then(Step::Query),
            false => draft.due_when_settled(),
        }
    }
}

/// The platform's number of the refund came with a reply that names no order. Where another number of the same refund contradicts it, it was
/// another refund's: the next question goes by our own number.
fn forget_foreign_id(draft: &mut Draft<'_>, reported: &RefundReport) {
    let id = reported.numbers.med_refund_id.as_deref();
    let Some(refund) = &mut draft.order.refund else {
        return;
    };
    if refund.state != RefundState::Succeeded && refund.med_refund_id.as_deref() == id
        || reported.numbers.hosp_out_refund_no.as_deref() == Some(&refund.hosp_out_refund_no)
    {
        refund.med_refund_id = None;
    }
}

/// What a reply of refund or queryrefund reports.
#[derive(Default)]
struct RefundReport {
    numbers: Numbers,
    total_fee: Amount,
    cash_refund_fee: Amount,
    insurance_refund_fee: Amount,
}

impl From<&refund::Response> for RefundReport {
    fn from(reply: &refund::Response) -> Self {
        Self {
            numbers: Numbers {
                med_refund_id: Some(reply.med_refund_id.to_string()),
                ..Numbers::in_unknown(&reply.unknown)
            },
            total_fee: reply.total_fee.into(),
            cash_refund_fee: reply.cash_refund_fee.into(),
            insurance_refund_fee: reply.insurance_refund_fee.into(),
        }
    }
}

impl From<&queryrefund::Response> for RefundReport {
    fn from(reply: &queryrefund::Response) -> Self {
        let text = |number: &Option<Text>| number.as_ref().map(ToString::to_string);
        Self {
            numbers: Numbers {
                hosp_out_trade_no: text(&reply.hosp_out_trade_no),
                med_trans_id: text(&reply.med_trans_id),
                hosp_out_refund_no: text(&reply.hosp_out_refund_no),
                med_refund_id: Some(reply.med_refund_id.to_string()),
                ..Numbers::in_unknown(&reply.unknown)
            },
            total_fee: Amount::named(reply.unknown.get("total_fee")),
            cash_refund_fee: reply.cash_refund_fee.into(),
            insurance_refund_fee: reply.insurance_refund_fee.into(),
        }
    }
}

impl RefundReport {
    /// Reads the verified fields of a reply that cannot be given its type.
    fn of_untyped(fields: &Fields) -> Self {
        Self {
            numbers: Numbers::of(fields),
            total_fee: Amount::named(fields.get("total_fee")),
            cash_refund_fee: Amount::named(fields.get("cash_refund_fee")),
            insurance_refund_fee: Amount::named(fields.get("insurance_refund_fee")),
        }
    }

    /// What of it cannot be true of the order and its refund: another number, or other amounts than were asked for.
    ///
    /// A refund that somebody else asked for may give back any part of what was paid.
    fn contradicts(&self, order: &Order) -> Option<String> {
        if !planted::fault(Fault::RefundOfAnother)
            && let Some(reason) = self.numbers.contradict(order)
        {
            return Some(reason);
        }
        if planted::fault(Fault::RefundedAmountsUnchecked) {
            return None;
        }
        let paid = &order.amounts;
        let cash_only = order.refund.as_ref().and_then(|refund| refund.cash_only);
        let asked_by_us = order
            .refund
            .as_ref()
            .is_some_and(|refund| !refund.request_content.is_empty());
        let (cash, insurance) = match cash_only {
            Some(cash) => (cash, Fen(0)),
            None => (paid.cash_fee, paid.insurance_fee),
        };
        // What was reported before stays as it is, also of a refund that somebody else asked for.
        let before = order.refund.as_ref().filter(|_| !asked_by_us);
        let cash_before = before.and_then(|refund| refund.cash_refund_fee);
        let insurance_before = before.and_then(|refund| refund.insurance_refund_fee);
        let amounts = [
            ("total_fee", &self.total_fee, paid.total_fee, true),
            (
                "cash_refund_fee",
                &self.cash_refund_fee,
                cash_before.unwrap_or(cash),
                asked_by_us || cash_before.is_some(),
            ),
            (
                "insurance_refund_fee",
                &self.insurance_refund_fee,
                insurance_before.unwrap_or(insurance),
                asked_by_us || insurance_before.is_some(),
            ),
        ];
        amounts
            .into_iter()
            .find_map(|(name, reported, ours, exactly)| match reported {
                Amount::Absent => None,
                Amount::Unreadable => Some(format!("{name} is not an amount in fen")),
                Amount::Fen(fen) if *fen == ours || (*fen < ours && !exactly) => None,
                Amount::Fen(fen) if exactly => Some(format!(
                    "{name} is {} fen, it must be {} fen",
                    fen.0, ours.0
                )),
                Amount::Fen(fen) => Some(format!(
                    "{name} is {} fen, and {} fen were paid",
                    fen.0, ours.0
                )),
            })
    }
}

/// A refund that somebody else asked for gets its record, and its number as soon as a reply has it.
fn remember(draft: &mut Draft<'_>, reply: &queryrefund::Response) {
    let number = reply.hosp_out_refund_no.as_deref().unwrap_or_default();
    let refund = draft.order.refund.get_or_insert_with(|| Refund {
        hosp_out_refund_no: String::new(),
        med_refund_id: None,
        cash_only: None,
        request_content: String::new(),
        tries: 0,
        attempt: 0,
        state: RefundState::Asking,
        cash_refund_fee: None,
        insurance_refund_fee: None,
    });
    if refund.hosp_out_refund_no.is_empty() {
        refund.hosp_out_refund_no = number.to_owned();
    }
}

fn accepted(draft: &mut Draft<'_>, reported: &RefundReport) {
    let Some(refund) = &mut draft.order.refund else {
        return;
    };
    let begun = matches!(refund.state, RefundState::Asking | RefundState::Failed);
    let id = reported.numbers.med_refund_id.clone();
    refund.med_refund_id = id.or_else(|| refund.med_refund_id.take());
    refund.cash_refund_fee = reported.cash_refund_fee.fen().or(refund.cash_refund_fee);
    refund.insurance_refund_fee = reported
        .insurance_refund_fee
        .fen()
        .or(refund.insurance_refund_fee);
    if begun {
        refund.state = RefundState::Accepted;
        draft.order.attempts = 0;
        let attempt = attempt(&draft.order);
        draft.event(REFUND_BEGUN, attempt);
    }
}

/// Which attempt of the refund it is, for the ids of events: 0 for a refund that somebody else asked for.
fn attempt(order: &Order) -> String {
    if planted::fault(Fault::RefusalsShareAnId) {
        return "1".to_owned();
    }
    order
        .refund
        .as_ref()
        .map_or(0, |refund| refund.attempt)
        .to_string()
}

fn failed(draft: &mut Draft<'_>, what: &str, evidence: String) {
    let Some(refund) = &mut draft.order.refund else {
        return;
    };
    refund.state = RefundState::Failed;
    let attempt = attempt(&draft.order);
    draft.event_with_note(REFUND_FAILED, attempt, &evidence);
    draft.record(what, evidence);
}

/// True while the refund may have to be sent again: it was not refused, and the money is not back.
fn is_open(order: &Order) -> bool {
    order
        .refund
        .as_ref()
        .is_some_and(|refund| matches!(refund.state, RefundState::Asking | RefundState::Accepted))
}

fn is_asking(order: &Order) -> bool {
    order
        .refund
        .as_ref()
        .is_some_and(|refund| refund.state == RefundState::Asking)
}

/// Which part of an order is refunded, in words.
fn part(cash_only: Option<Fen>) -> String {
    match cash_only {
        Some(cash) => format!("{cash} yuan in cash alone"),
        None => "the whole order".to_owned(),
    }
}
