//! The decisions by themselves: every state meets every piece of evidence, and nothing leaves the table of edges.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

use std::time::Duration;

use payinsurance::enums::{CashRefundStatus, MedRefundState, MedTradeState};
use payinsurance::refund::Response as RefundReply;
use payinsurance::signed_xml_client::TransportError;
use payinsurance::{Effect, Error, ErrorCode, ReplyError, closeorder, queryrefund, unifiedorder};
use signed_xml::{Fen, Fields, Limits, Text, UnprovedFailure};

use super::notified::{Verdict, judge};
use super::query::Answer;
use super::refund::{Ask, Asked, RefundError};
use super::*;
use crate::reported::{Amount, Numbers, PlatformState};
use crate::{Amounts, OrderKey, Placed, Refund, RefundState, Timestamps};

mod clocks;
mod contradictions;
mod replacing;
mod settling;

const NOW: &str = "2026-05-01T16:31:02+08:00";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn context(policy: &Policy) -> Context<'_> {
    Context {
        at: now(),
        by: "test",
        policy,
    }
}

/// An order in that state, as it would be there: with a number of the platform once it was taken, with a refund once one has begun.
fn order(state: State) -> Order {
    let earlier = now() - Duration::from_secs(600);
    let refund = Refund {
        hosp_out_refund_no: "RT1".to_owned(),
        med_refund_id: None,
        cash_only: None,
        request_content: "{}".to_owned(),
        tries: 1,
        attempt: 1,
        state: RefundState::Asking,
        cash_refund_fee: None,
        insurance_refund_fee: None,
    };
    Order {
        key: OrderKey {
            merchant: "first".to_owned(),
            hosp_out_trade_no: "T1".to_owned(),
        },
        revision: 3,
        state,
        digest: "d".to_owned(),
        request: [("serial_no".to_owned(), "S1".to_owned())].into(),
        amounts: Amounts {
            total_fee: Fen(250),
            cash_fee: Fen(150),
            insurance_fee: Fen(100),
            may_change: false,
            settled: false,
        },
        placed: (!matches!(state, State::Placing | State::Refused)).then(|| Placed {
            med_trans_id: "M1".to_owned(),
            pay_url: None,
            pay_appid: None,
        }),
        refund: matches!(state, State::Refunding | State::Refunded).then_some(refund),
        close_wanted: false,
        replace_wanted: false,
        replaced_by: None,
        replaces: None,
        facts: Vec::new(),
        reported: String::new(),
        sent_at: None,
        missing: 0,
        notification: None,
        times: Timestamps {
            created_at: earlier,
            updated_at: earlier,
            expires_at: Some(now() + Duration::from_secs(600)),
            paid_at: None,
            ended_at: None,
        },
        due_at: Some(now()),
        attempts: 0,
        contradiction: None,
        contradictions: 0,
        last_error: None,
        urgent_until: None,
    }
}

fn reported(state: Option<MedTradeState>) -> PlatformState {
    PlatformState {
        state,
        numbers: Numbers {
            hosp_out_trade_no: Some("T1".to_owned()),
            med_trans_id: Some("M1".to_owned()),
            serial_no: Some("S1".to_owned()),
            ..Numbers::default()
        },
        total_fee: Amount::Fen(Fen(250)),
        cash_fee: Amount::Fen(Fen(150)),
        insurance_fee: Amount::Fen(Fen(100)),
        part_is_paid: false,
        time_end: None,
        facts: Vec::new(),
    }
}

fn trade_states() -> Vec<MedTradeState> {
    let words = [
        "SUCCESS",
        "REFUND",
        "PAYING",
        "SYS_REFUNDED",
        "SYS_REFUNDING",
        "NOTPAY",
        "CLOSED",
        "INITIAL",
        "USERPAYING",
        "",
    ];
    words.map(MedTradeState::from_wire).to_vec()
}

fn business(code: &str, effect: Effect) -> Error {
    let cause = ReplyError::Business {
        err_code: Text::from(code),
        err_code_des: Text::from("words"),
        fields: Fields::parse(b"<xml/>", &Limits::default()).unwrap(),
    };
    Error::Reply { cause, effect }
}

/// One of each kind of failure.
fn errors() -> Vec<Error> {
    let protocol = ReplyError::Protocol {
        return_code: Text::from("FAIL"),
        return_msg: Text::from("words"),
        failure: UnprovedFailure::default(),
    };
    let reply = |cause, effect| Error::Reply { cause, effect };
    let platform = |errcode| Error::Platform {
        errcode,
        errmsg: Text::from("words"),
    };
    let timeout = TransportError::Timeout {
        after: Duration::from_secs(20),
    };
    let mut errors = vec![
        reply(protocol, Effect::Refused),
        platform(-1),
        platform(40_164),
        Error::Transport(timeout),
        Error::Transport(TransportError::Status { status: 502 }),
        Error::Transport(TransportError::Status { status: 404 }),
        reply(ReplyError::NoReturnCode, Effect::Unknown),
        business("", Effect::Unknown),
        business("99999", Effect::Unknown),
    ];
    let codes = [
        "513", "514", "530", "531", "532", "533", "534", "535", "540", "541", "542", "550", "551",
        "552", "553", "554", "555", "556", "557", "558", "80000", "80001", "80002",
    ];
    errors.extend(codes.map(|code| business(code, ErrorCode::from_wire(code).effect())));
    errors
}

fn assert_allowed(before: &Order, decision: &Decision, what: &str) {
    let (from, to) = (before.state, decision.change.order.state);
    assert!(
        from == to || from.allows(to),
        "{what} moves an order from {} to {}",
        from.as_str(),
        to.as_str()
    );
    assert_eq!(
        decision.change.order.revision, before.revision,
        "the store counts revisions"
    );
    assert!(
        from == to || decision.change.line.is_some(),
        "{what} moves an order and does not say so"
    );
}

#[test]
fn no_evidence_moves_an_order_outside_of_the_edges() {
    let policy = Policy::default();
    let context = context(&policy);
    for state in State::ALL {
        let order = order(*state);
        for word in trade_states() {
            let answer = Answer::Reported(reported(Some(word.clone())));
            let decision = query::answered(&order, &answer, context);
            assert_allowed(&order, &decision, word.as_str());
        }
        for error in errors() {
            let what = error.to_string();
            assert_allowed(
                &order,
                &place::answered(&order, Err(&error), context),
                &what,
            );
            assert_allowed(
                &order,
                &refund::answered(&order, Err(&error), context),
                &what,
            );
            assert_allowed(
                &order,
                &refund::queried(&order, Err(&error), context),
                &what,
            );
            assert_allowed(&order, &query::closed(&order, Err(&error), context), &what);
            let failed = query::answered(&order, &Answer::Failed(error), context);
            assert_allowed(&order, &failed, &what);
            assert_eq!(
                failed.change.order.state, *state,
                "a failed question moves nothing"
            );
        }
        assert_allowed(
            &order,
            &query::answered(&order, &Answer::Missing(Numbers::default()), context),
            "541",
        );
        assert_allowed(
            &order,
            &query::closed(&order, Ok(&closeorder::Response::default()), context),
            "closeorder",
        );
        let mut placed = unifiedorder::Response::default();
        placed.med_trans_id = "M1".into();
        assert_allowed(
            &order,
            &place::answered(&order, Ok(&placed), context),
            "unifiedorder",
        );
        let mut accepted = RefundReply::default();
        accepted.med_refund_id = "MR1".into();
        assert_allowed(
            &order,
            &refund::answered(&order, Ok(&accepted), context),
            "refund",
        );
        for word in ["SUCCESS", "REFUNDING", "FAIL", "SOMETHING"] {
            let mut reply = queryrefund::Response::default();
            reply.med_refund_id = "MR1".into();
            reply.med_refund_state = MedRefundState::from_wire(word);
            let decision = refund::queried(&order, Ok(&reply), context);
            assert_allowed(&order, &decision, word);
        }
    }
}

#[test]
fn an_order_that_is_not_at_rest_is_always_looked_at_again() {
    let policy = Policy::default();
    let context = context(&policy);
    for state in State::ALL.iter().filter(|state| !state.is_at_rest()) {
        let order = order(*state);
        let mut decisions = vec![
            query::answered(&order, &Answer::Missing(Numbers::default()), context),
            query::closed(&order, Ok(&closeorder::Response::default()), context),
        ];
        for word in trade_states() {
            let answer = Answer::Reported(reported(Some(word)));
            decisions.push(query::answered(&order, &answer, context));
        }
        for error in errors() {
            decisions.push(query::closed(&order, Err(&error), context));
            if *state == State::Placing {
                decisions.push(place::answered(&order, Err(&error), context));
            }
            decisions.push(query::answered(&order, &Answer::Failed(error), context));
        }
        for decision in decisions {
            let after = &decision.change.order;
            let reported = decision.change.line.as_ref().map(|line| &line.evidence);
            assert!(
                after.state.is_at_rest() || after.due_at.is_some(),
                "{} is never looked at again after {reported:?}",
                after.state.as_str()
            );
        }
    }
}

#[test]
fn only_a_signed_refusal_with_a_code_that_says_so_ends_an_order() {
    let policy = Policy::default();
    let ends = [
        "513", "531", "532", "533", "534", "541", "550", "554", "558", "80001", "80002",
    ];
    for error in errors() {
        let decision = place::answered(&order(State::Placing), Err(&error), context(&policy));
        let ended = decision.change.order.state == State::Refused;
        let code = error.err_code().unwrap_or_default();
        assert_eq!(ended, ends.contains(&code), "{error}");
    }
}

#[test]
fn no_failed_question_and_no_unknown_word_tells_the_hospital_anything() {
    let policy = Policy::default();
    for state in State::ALL {
        let order = order(*state);
        for error in errors() {
            let decision = query::answered(&order, &Answer::Failed(error), context(&policy));
            assert!(decision.change.events.is_empty());
        }
        let unknown = Answer::Reported(reported(Some(MedTradeState::from_wire("USERPAYING"))));
        let decision = query::answered(&order, &unknown, context(&policy));
        let events = decision.change.events.iter().map(|event| &*event.kind);
        // The platform has the order, and that is all that is said.
        assert!(events.eq((*state == State::Placing).then_some("order.placed")));
        assert_eq!(
            decision.change.order.reported, "query: USERPAYING",
            "written into the history"
        );
    }
}

#[test]
fn a_payment_is_believed_in_every_state_in_which_nothing_was_paid() {
    let policy = Policy::default();
    for state in State::ALL.iter().filter(|state| !state.was_paid()) {
        let answer = Answer::Reported(reported(Some(MedTradeState::Success)));
        let decision = query::answered(&order(*state), &answer, context(&policy));
        assert_eq!(
            decision.change.order.state,
            State::Paid,
            "{}",
            state.as_str()
        );
        assert_eq!(decision.change.events[0].kind, "order.paid");
    }
}

#[test]
fn the_same_payment_has_the_same_event_whoever_finds_it_out() {
    let policy = Policy::default();
    let order = order(State::Placed);
    let answer = Answer::Reported(reported(Some(MedTradeState::Success)));
    let by_query = query::answered(&order, &answer, context(&policy));
    let verdict = judged(&order, &reported(Some(MedTradeState::Success)));
    let Verdict::Accepted(by_notification) = verdict else {
        panic!("{verdict:?}")
    };
    let ids = [&by_query, &*by_notification].map(|decision| &decision.change.events[0].id);
    assert_eq!(ids[0], ids[1]);
}

fn judged(order: &Order, reported: &PlatformState) -> Verdict {
    let policy = Policy::default();
    let received = Received {
        key: notified::key(order, reported),
        order: Some(order.key.clone()),
        at: now(),
        body: Vec::new(),
    };
    judge(order, reported, received, context(&policy))
}

#[test]
fn a_notification_of_success_never_revives_what_was_given_up() {
    for state in [State::Closed, State::Failed, State::Refused] {
        let (order, reported) = (order(state), reported(Some(MedTradeState::Success)));
        let verdict = judged(&order, &reported);
        assert!(
            matches!(verdict, Verdict::Contradicts { .. }),
            "{verdict:?}"
        );
        let policy = Policy::default();
        let decision = notified::contradicted(&order, &reported, context(&policy)).unwrap();
        assert_eq!(decision.change.order.state, state);
        assert_eq!(
            decision.change.order.due_at,
            Some(now()),
            "the platform is asked"
        );
    }
}

#[test]
fn amounts_must_agree_unless_the_bureau_may_change_them() {
    let policy = Policy::default();
    let mut other = reported(Some(MedTradeState::Success));
    other.cash_fee = Amount::Fen(Fen(100));
    other.insurance_fee = Amount::Fen(Fen(150));
    let mut order = order(State::Placed);
    let answer = Answer::Reported(other.clone());
    let decision = query::answered(&order, &answer, context(&policy));
    assert_eq!(decision.change.order.state, State::Placed);
    assert!(decision.contradiction.is_some());
    order.amounts.may_change = true;
    let decision = query::answered(&order, &answer, context(&policy));
    assert_eq!(decision.change.order.state, State::Paid);
    assert_eq!(
        decision.change.order.amounts.insurance_fee,
        Fen(150),
        "as it was settled"
    );
    other.total_fee = Amount::Absent;
    let Verdict::Contradicts { reason, .. } = judged(&order, &other) else {
        panic!("a payment without its total was accepted")
    };
    assert_eq!(reason, "it says SUCCESS and has no total_fee");
}

#[test]
fn an_unpaid_order_is_closed_only_when_it_is_wanted_or_time() {
    let policy = Policy::default();
    let answer = Answer::Reported(reported(Some(MedTradeState::NotPay)));
    let mut order = order(State::Placed);
    let next = |order: &Order| query::answered(order, &answer, context(&policy)).next;
    assert_eq!(next(&order), None);
    order.close_wanted = true;
    assert_eq!(next(&order), Some(Step::Close));
    order.close_wanted = false;
    order.times.expires_at = Some(now());
    assert_eq!(next(&order), Some(Step::Close));
    let paying = Answer::Reported(reported(Some(MedTradeState::Paying)));
    let decision = query::answered(&order, &paying, context(&policy));
    assert_eq!(decision.next, None, "what is being paid is not closed");
}

#[test]
fn what_is_on_its_way_is_not_given_up() {
    let policy = Policy::default();
    let mut order = order(State::Placing);
    order.missing = 1;
    order.sent_at = Some(now() - Duration::from_secs(30));
    let decision = query::answered(
        &order,
        &Answer::Missing(Numbers::default()),
        context(&policy),
    );
    assert_eq!((decision.next, decision.change.order.missing), (None, 1));
    order.sent_at = None;
    let decision = query::answered(
        &order,
        &Answer::Missing(Numbers::default()),
        context(&policy),
    );
    assert_eq!(decision.next, Some(Step::Send));
}

#[test]
fn more_than_was_paid_never_goes_back() {
    let policy = Policy::default();
    let mut reply = queryrefund::Response::default();
    reply.med_refund_id = "MR1".into();
    reply.med_refund_state = MedRefundState::Success;
    reply.cash_refund_fee = Some(Fen(151));
    let decision = refund::queried(&order(State::Refunding), Ok(&reply), context(&policy));
    assert_eq!(decision.change.order.state, State::Refunding);
    let reason = decision.contradiction.unwrap();
    assert_eq!(reason, "cash_refund_fee is 151 fen, it must be 150 fen");
}

#[test]
fn a_refund_that_failed_is_sent_again_under_its_number_until_it_is_left_to_people() {
    let policy = Policy::default();
    let mut fail = queryrefund::Response::default();
    fail.med_refund_id = "MR1".into();
    fail.hosp_out_refund_no = Some("RT1".into());
    fail.med_refund_state = MedRefundState::Fail;
    let mut order = order(State::Refunding);
    let first = refund::queried(&order, Ok(&fail), context(&policy));
    assert_eq!(first.change.events[0].kind, "refund.failed");
    order = first.change.order;
    let again = refund::queried(&order, Ok(&fail), context(&policy));
    assert_eq!(again.next, Some(Step::SendRefund));
    let sent = refund::sending(&order, context(&policy))
        .unwrap()
        .change
        .order;
    let sent = sent.refund.unwrap();
    assert_eq!((sent.hosp_out_refund_no.as_str(), sent.tries), ("RT1", 2));
    order.refund.as_mut().unwrap().tries = policy.refund_tries;
    let left = refund::queried(&order, Ok(&fail), context(&policy));
    assert_eq!((left.next, left.change.order.due_at), (None, None));
}

#[test]
fn cash_that_could_not_go_back_is_told_to_people_once() {
    let policy = Policy::default();
    let mut change = queryrefund::Response::default();
    change.med_refund_id = "MR1".into();
    change.hosp_out_refund_no = Some("RT1".into());
    change.med_refund_state = MedRefundState::Refunding;
    change.cash_refund_status = Some(CashRefundStatus::Change);
    let order = order(State::Refunding);
    let first = refund::queried(&order, Ok(&change), context(&policy));
    let again = refund::queried(&first.change.order, Ok(&change), context(&policy));
    let by_hand = |decision: &Decision| {
        let mut events = decision.change.events.iter();
        events
            .find(|event| event.kind == "refund.by_hand")
            .unwrap()
            .id
            .clone()
    };
    assert_eq!(
        by_hand(&first),
        by_hand(&again),
        "the store stores an id once"
    );
}

#[test]
fn a_refund_number_is_the_order_number_with_a_letter_if_that_fits() {
    assert_eq!(refund::number(None, "T1").unwrap(), "RT1");
    assert_eq!(refund::number(Some("MINE"), "T1").unwrap(), "MINE");
    let longest = "9".repeat(63);
    assert!(refund::number(None, &longest).is_ok());
    let error = refund::number(None, &"9".repeat(64)).unwrap_err();
    assert_eq!(error, RefundError::NumberTooLong { max: 64 });
}

#[test]
fn one_order_has_one_refund() {
    let policy = Policy::default();
    let ask = |number: &str, cash_only| Ask {
        number: number.to_owned(),
        cash_only,
        request_content: "{}".to_owned(),
    };
    let order = order(State::Refunding);
    let asked = |ask: &Ask| refund::asked(&order, ask, context(&policy));
    assert!(matches!(asked(&ask("RT1", None)), Ok(Asked::Same)));
    let known = "RT1".to_owned();
    assert_eq!(
        asked(&ask("R2", None)).unwrap_err(),
        RefundError::OtherNumber { known }
    );
    let part = ask("RT1", Some(Fen(10)));
    assert_eq!(
        asked(&part).unwrap_err(),
        RefundError::OtherPart { known: None }
    );
}
