//! Placing: the first record of an order, what unifiedorder answers, and sending it again.
//!
//! A refusal is final only if the platform signed it and its code says that the order did not come about. A number that is taken (530) is asked
//! for: it may be our own earlier try. Everything else proves nothing: the order is asked for, and sent again under the same number once the
//! platform has said twice that it does not know it. Source: interface document, 3.3 and chapter 5.

use std::time::Duration;

use payinsurance::{Effect, Error, ErrorCode, unifiedorder};
use signed_xml::{Field, Fields, Message, ReadErrors, Sink, Supplied, Value};

use super::events::{PLACED, REFUSED};
use super::{Context, Decision, Draft, Step};
use crate::policy::later;
use crate::reported::Numbers;
use crate::store::Line;
use crate::{Amounts, Order, OrderKey, Placed, State, Timestamps, digest};

/// The record of an order before it is sent, and the first line of its history.
pub(crate) fn new(
    merchant: &str,
    request: &unifiedorder::Request,
    expires_after: Option<Duration>,
    context: Context<'_>,
) -> (Order, Line) {
    let mut given = Given::default();
    request.visit(&mut given);
    let unknown = request.unknown.iter();
    given
        .0
        .extend(unknown.map(|(name, value)| (name.to_string(), value.to_string())));
    let at = context.at;
    let order = Order {
        key: OrderKey {
            merchant: merchant.to_owned(),
            hosp_out_trade_no: request.hosp_out_trade_no.to_string(),
        },
        revision: 0,
        state: State::Placing,
        digest: digest::of(given.0.iter().flat_map(|(name, value)| [&**name, &**value])),
        request: given.0.into(),
        amounts: Amounts {
            total_fee: request.total_fee,
            cash_fee: request.cash_fee,
            insurance_fee: request.insurance_fee,
            may_change: request.allow_fee_change == payinsurance::enums::AllowFeeChange::Allow,
            settled: false,
        },
        placed: None,
        refund: None,
        close_wanted: false,
        replace_wanted: false,
        replaced_by: None,
        replaces: None,
        facts: Vec::new(),
        reported: String::new(),
        sent_at: Some(at),
        missing: 0,
        notification: None,
        times: Timestamps {
            created_at: at,
            updated_at: at,
            expires_at: expires_after.map(|after| later(at, after)),
            paid_at: None,
            ended_at: None,
        },
        due_at: Some(later(at, context.policy.grace)),
        attempts: 0,
        contradiction: None,
        contradictions: 0,
        last_error: None,
        urgent_until: None,
    };
    let line = Line {
        at,
        by: context.by.to_owned(),
        what: "stored".to_owned(),
        evidence: format!("{} fen asked for", order.amounts.total_fee.0),
        from: None,
        to: State::Placing,
    };
    (order, line)
}

/// The request that an order was placed with, as it was stored.
///
/// # Errors
///
/// What is wrong with the fields, which holds nothing of them.
pub(crate) fn stored_request(order: &Order) -> Result<unifiedorder::Request, String> {
    let pairs = order.request.iter();
    let pairs = pairs.map(|(name, value)| (name.as_str(), value.as_str()));
    let fields = Fields::from_pairs(pairs).map_err(|error| error.to_string())?;
    fields
        .read()
        .map_err(|errors: ReadErrors| errors.to_string())
}

/// The order is sent again: recorded before it leaves.
pub(crate) fn sending(order: &Order, context: Context<'_>) -> Option<Decision> {
    if order.state != State::Placing {
        return None;
    }
    let mut draft = Draft::of(order, context);
    draft.order.missing = 0;
    draft.order.reported.clear();
    draft.line("sent again", "the platform does not know it");
    draft.leaves();
    Some(draft.finish())
}

/// What unifiedorder answered.
pub(crate) fn answered(
    order: &Order,
    answer: Result<&unifiedorder::Response, &Error>,
    context: Context<'_>,
) -> Decision {
    let mut draft = Draft::of(order, context);
    draft.order.sent_at = None;
    draft.called("unifiedorder", answer.err());
    match answer {
        Ok(reply) => taken(&mut draft, reply),
        Err(error) => not_taken(&mut draft, error),
    }
    draft.finish()
}

fn taken(draft: &mut Draft<'_>, reply: &unifiedorder::Response) {
    let med_trans_id = reply.med_trans_id.to_string();
    let numbers = Numbers {
        med_trans_id: Some(med_trans_id.clone()),
        ..Numbers::in_unknown(&reply.unknown)
    };
    if let Some(reason) = numbers.contradict(&draft.order) {
        draft.contradict("placed", &reason);
        draft.due_now();
        return;
    }
    if matches!(draft.order.state, State::Closed | State::Refused) {
        // Given up and taken after all: it must not be paid any more.
        draft.contradict("placed", "taken by the platform after it was given up");
        draft.due_now();
        draft.then(Step::Query);
        return;
    }
    draft.order.placed = Some(Placed {
        med_trans_id: med_trans_id.clone(),
        pay_url: Some(reply.pay_url.to_string()),
        pay_appid: reply.pay_appid.as_ref().map(ToString::to_string),
    });
    draft.record("placed", med_trans_id);
    if draft.move_to(State::Placed) {
        draft.order.missing = 0;
        draft.event(PLACED, "");
        draft.due_by_poll();
    }
}

fn not_taken(draft: &mut Draft<'_>, error: &Error) {
    if draft.names_another("placed", error) {
        draft.due_by_poll();
        return;
    }
    // An answer that cannot be given its type still says that the order was taken.
    if draft.order.state != State::Placing {
        draft.record_error("placing", error);
        return;
    }
    let code = error.err_code().map(ErrorCode::from_wire);
    match (error.effect(), code) {
        (Effect::Refused, Some(ErrorCode::DuplicateTradeNo)) => {
            draft.record("placing", "err_code 530: the number is taken");
            draft.due_now();
            draft.then(Step::Query);
        }
        // The card could not be looked up: later it may be.
        (Effect::Refused, Some(ErrorCode::CardBindingLookupFailed)) => {
            draft.failed("placing", error)
        }
        (Effect::Refused, Some(_)) => {
            let des = error.err_code_des().unwrap_or_default();
            let des = super::failure::redacted(&draft.order, des);
            let err_code = error.err_code().unwrap_or_default().to_owned();
            draft.record("placing", format!("err_code {err_code}: refused"));
            draft.order.facts = vec![
                ("err_code".to_owned(), err_code),
                ("err_code_des".to_owned(), des),
            ];
            draft.move_to(State::Refused);
            draft.event(REFUSED, "");
            draft.due_by_poll();
        }
        (Effect::Unknown, _) => {
            draft.record_error("placing", error);
            draft.due_when_settled();
            draft.then(Step::Query);
        }
        (Effect::NotSent | Effect::Refused, _) => draft.failed("placing", error),
    }
}

/// The fields that the caller gave.
#[derive(Default)]
struct Given(Vec<(String, String)>);

impl Sink for Given {
    fn field<V: Value>(&mut self, field: &'static Field, value: &V) {
        if field.supplied == Supplied::Caller {
            let mut text = Vec::new();
            value.write(&mut text);
            let text = String::from_utf8_lossy(&text).into_owned();
            self.0.push((field.name.to_owned(), text));
        }
    }
}
