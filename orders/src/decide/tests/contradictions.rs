//! Genuine messages that cannot be true of the order: each is a contradiction, moves nothing, ends nothing and is asked about again.

use super::*;
use crate::decide::notified::Verdict;

/// Fields of a verified message.
fn fields(pairs: &[(&str, &str)]) -> Fields {
    Fields::from_pairs(pairs.iter().copied()).unwrap()
}

/// The fields of a reply of queryorder that says SUCCESS and agrees with the order, with some of them changed; an empty value leaves one out.
fn paid_but(changes: &[(&str, &str)]) -> PlatformState {
    let mut pairs = vec![
        ("med_trade_state", "SUCCESS"),
        ("hosp_out_trade_no", "T1"),
        ("med_trans_id", "M1"),
        ("serial_no", "S1"),
        ("total_fee", "250"),
        ("cash_fee", "150"),
        ("insurance_fee", "100"),
    ];
    for (name, value) in changes {
        pairs.retain(|(known, _)| known != name);
        pairs.push((name, value));
    }
    pairs.retain(|(_, value)| !value.is_empty());
    PlatformState::of_untyped_reply(&fields(&pairs))
}

fn queried_as(order: &Order, reported: PlatformState) -> Decision {
    let policy = Policy::default();
    query::answered(order, &Answer::Reported(reported), context(&policy))
}

/// An order that the bureau may settle on other parts.
fn changeable(state: State) -> Order {
    let mut order = order(state);
    order.amounts.may_change = true;
    order
}

#[test]
fn a_reply_with_another_number_or_amount_pays_no_order() {
    let wrong: &[(&str, &str)] = &[
        ("hosp_out_trade_no", "T2"),
        ("med_trans_id", "M2"),
        ("serial_no", "S2"),
        ("total_fee", "251"),
        ("total_fee", "1"),
        ("total_fee", ""),
        ("total_fee", "-250"),
        ("total_fee", "+250"),
        ("total_fee", "250.0"),
        ("total_fee", "９９"),
        ("total_fee", "9999999999999999999999999999"),
        ("cash_fee", "149"),
        ("cash_fee", "abc"),
        ("insurance_fee", "-100"),
        ("insurance_fee", "1e2"),
    ];
    for state in [State::Placed, State::Paying, State::Closed, State::Refused] {
        for change in wrong {
            let mut order = order(state);
            // What was never taken has no number of the platform that could differ.
            if order.placed.is_none() && change.0 == "med_trans_id" {
                continue;
            }
            order.due_at = Some(now());
            let decision = queried_as(&order, paid_but(&[*change]));
            let after = &decision.change.order;
            assert_eq!(after.state, state, "{change:?}");
            assert!(after.contradiction.is_some(), "{change:?}");
            assert!(after.due_at.is_some(), "{change:?} is asked about again");
            let kinds: Vec<&str> = decision
                .change
                .events
                .iter()
                .map(|event| &*event.kind)
                .collect();
            assert_eq!(kinds, ["order.contradicted"], "{change:?}");
        }
    }
}

#[test]
fn a_payment_needs_a_number_of_the_order() {
    let nameless = paid_but(&[
        ("hosp_out_trade_no", ""),
        ("med_trans_id", ""),
        ("serial_no", ""),
    ]);
    let decision = queried_as(&order(State::Placed), nameless);
    assert_eq!(decision.change.order.state, State::Placed);
    assert_eq!(
        decision.contradiction.as_deref(),
        Some("it says SUCCESS and has no number of the order")
    );
    let by_serial_no = paid_but(&[("hosp_out_trade_no", ""), ("med_trans_id", "")]);
    let decision = queried_as(&order(State::Placed), by_serial_no);
    assert_eq!(decision.change.order.state, State::Paid);
}

#[test]
fn a_fee_change_reaches_the_parts_and_never_the_total() {
    let cases = [
        // total, cash, insurance, accepted
        ("250", "0", "250", true),
        ("250", "250", "0", true),
        ("250", "100", "100", true),
        ("250", "200", "100", false),
        ("1", "700000", "0", false),
        ("251", "151", "100", false),
        ("250", "18446744073709551615", "1", false),
    ];
    for (total, cash, insurance, accepted) in cases {
        let reported = paid_but(&[
            ("total_fee", total),
            ("cash_fee", cash),
            ("insurance_fee", insurance),
        ]);
        let decision = queried_as(&changeable(State::Placed), reported);
        let paid = decision.change.order.state == State::Paid;
        assert_eq!(paid, accepted, "{total} = {cash} + {insurance}");
    }
}

#[test]
fn another_total_is_accepted_only_where_the_policy_allows_it() {
    let policy = Policy {
        total_may_change: true,
        ..Policy::default()
    };
    let answer = Answer::Reported(paid_but(&[("total_fee", "300"), ("cash_fee", "200")]));
    let decision = query::answered(&changeable(State::Placed), &answer, context(&policy));
    assert_eq!(decision.change.order.amounts.total_fee, Fen(300));
    let decision = query::answered(&order(State::Placed), &answer, context(&policy));
    assert_eq!(
        decision.change.order.state,
        State::Placed,
        "allow_fee_change 0"
    );
}

#[test]
fn settled_amounts_are_told_in_the_event_and_stay_as_they_are() {
    let mut placed = changeable(State::Placed);
    placed.request = [
        ("serial_no", "S1"),
        ("cash_fee", "150"),
        ("insurance_fee", "100"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    let decision = queried_as(
        &placed,
        paid_but(&[("cash_fee", "50"), ("insurance_fee", "200")]),
    );
    let event = &decision.change.events[0];
    let payload: serde_json::Value = serde_json::from_str(&event.payload).unwrap();
    assert_eq!(
        (&*event.kind, &payload["cash_fee"]),
        ("order.paid", &50.into())
    );
    assert_eq!(payload["asked"]["cash_fee"], 150);
    let line = decision.change.line.unwrap();
    let words = "SUCCESS; settled on other amounts than asked for: total_fee 250 fen (asked 250), cash_fee 50 fen (asked 150)";
    assert!(line.evidence.starts_with(words), "{line:?}");
    let paid = decision.change.order;
    let later = queried_as(
        &paid,
        paid_but(&[("cash_fee", "60"), ("insurance_fee", "190")]),
    );
    assert_eq!(later.change.order.amounts, paid.amounts);
    assert_eq!(
        later.contradiction.as_deref(),
        Some("cash_fee is 60 fen, ours is 50 fen")
    );
}

#[test]
fn a_reply_of_queryorder_posted_as_a_notification_pays_only_if_it_says_success() {
    for word in ["NOTPAY", "CLOSED", "PAYING", "REFUND", "PAYERROR"] {
        let posted = [
            ("result_code", "SUCCESS"),
            ("med_trade_state", word),
            ("hosp_out_trade_no", "T1"),
            ("total_fee", "250"),
        ];
        let reported = PlatformState::of_untyped_notification(&fields(&posted));
        let order = order(State::Placed);
        let verdict = judged(&order, &reported);
        assert!(
            matches!(verdict, Verdict::Contradicts { .. }),
            "{word} was taken for a payment"
        );
        let policy = Policy::default();
        let decision = notified::contradicted(&order, &reported, context(&policy)).unwrap();
        assert_eq!(decision.change.order.state, State::Placed);
    }
}

#[test]
fn a_lost_reply_and_a_query_that_lacks_the_number_leave_a_live_order_open() {
    let nameless = paid_but(&[("med_trade_state", "NOTPAY"), ("hosp_out_trade_no", "")]);
    let decision = queried_as(&order(State::Placing), nameless);
    assert_eq!(decision.change.order.state, State::Placed);
    let other = paid_but(&[("med_trade_state", "NOTPAY"), ("cash_fee", "151")]);
    let decision = queried_as(&order(State::Placing), other);
    let after = decision.change.order;
    assert_eq!(
        after.state,
        State::Placing,
        "open at the platform is never final here"
    );
    assert!(after.contradiction.is_some() && after.due_at.is_some());
}

#[test]
fn what_ended_unpaid_is_asked_for_again_for_some_days() {
    let policy = Policy::default();
    for state in [State::Closed, State::Failed, State::Refused] {
        let mut ended = order(state);
        ended.times.ended_at = Some(now() - Duration::from_secs(3_600));
        let closed = Answer::Reported(paid_but(&[("med_trade_state", "CLOSED")]));
        let failed = Answer::Failed(Error::Reply {
            cause: ReplyError::NoReturnCode,
            effect: Effect::Unknown,
        });
        for answer in [closed, failed, Answer::Missing(Numbers::default())] {
            let decision = query::answered(&ended, &answer, context(&policy));
            assert!(decision.change.order.due_at.is_some(), "{}", state.as_str());
        }
        ended.times.ended_at = Some(now() - policy.recheck_for);
        let missing = Answer::Missing(Numbers::default());
        let decision = query::answered(&ended, &missing, context(&policy));
        assert_eq!(decision.change.order.due_at, None, "{}", state.as_str());
    }
}

#[test]
fn a_failed_question_never_clears_what_is_due() {
    let policy = Policy::default();
    for state in State::ALL {
        let mut order = order(*state);
        order.due_at = Some(now());
        for error in errors() {
            let failed = Answer::Failed(error);
            let decision = query::answered(&order, &failed, context(&policy));
            assert!(decision.change.order.due_at.is_some(), "{}", state.as_str());
        }
    }
}

#[test]
fn an_unknown_state_past_its_expiry_is_closed() {
    let mut expired = order(State::Placed);
    expired.times.expires_at = Some(now() - Duration::from_secs(1));
    for word in ["PAYERROR", "NOTPAY", "SOMETHING_NEW"] {
        let decision = queried_as(&expired, paid_but(&[("med_trade_state", word)]));
        assert_eq!(decision.next, Some(Step::Close), "{word}");
    }
    let paying = queried_as(&expired, paid_but(&[("med_trade_state", "PAYING")]));
    assert_eq!(paying.next, None);
}

#[test]
fn agreement_ends_a_contradiction_and_a_new_one_has_an_event_of_its_own() {
    let wrong = || paid_but(&[("med_trade_state", "NOTPAY"), ("total_fee", "9")]);
    let right = || paid_but(&[("med_trade_state", "NOTPAY")]);
    let first = queried_as(&order(State::Placed), wrong());
    let again = queried_as(&first.change.order, wrong());
    assert_eq!(first.change.events[0].id, again.change.events[0].id);
    let agreed = queried_as(&again.change.order, right()).change.order;
    assert_eq!(agreed.contradiction, None);
    let second = queried_as(&agreed, wrong());
    assert_ne!(first.change.events[0].id, second.change.events[0].id);
}

/// A reply of queryrefund about the refund of `order`, changed.
fn refunded_as(change: impl FnOnce(&mut queryrefund::Response)) -> queryrefund::Response {
    let mut reply = queryrefund::Response::default();
    reply.hosp_out_trade_no = Some("T1".into());
    reply.hosp_out_refund_no = Some("RT1".into());
    reply.med_refund_id = "MR1".into();
    reply.med_refund_state = MedRefundState::Success;
    reply.cash_refund_fee = Some(Fen(150));
    reply.insurance_refund_fee = Some(Fen(100));
    change(&mut reply);
    reply
}

#[test]
fn a_refund_of_another_order_or_of_other_amounts_is_never_ours() {
    type Change = fn(&mut queryrefund::Response);
    let wrong: [(&str, Change); 7] = [
        ("another order", |reply| {
            reply.hosp_out_trade_no = Some("T2".into())
        }),
        ("another order of the platform", |reply| {
            reply.med_trans_id = Some("M2".into())
        }),
        ("another refund", |reply| {
            reply.hosp_out_refund_no = Some("RT2".into())
        }),
        ("more cash", |reply| reply.cash_refund_fee = Some(Fen(151))),
        ("less cash", |reply| reply.cash_refund_fee = Some(Fen(1))),
        ("less insurance", |reply| {
            reply.insurance_refund_fee = Some(Fen(0))
        }),
        ("no number", |reply| {
            reply.hosp_out_trade_no = None;
            reply.hosp_out_refund_no = None;
        }),
    ];
    let policy = Policy::default();
    for (what, change) in wrong {
        let order = order(State::Refunding);
        let decision = refund::queried(&order, Ok(&refunded_as(change)), context(&policy));
        let after = &decision.change.order;
        assert_eq!(after.state, State::Refunding, "{what}");
        assert!(after.contradiction.is_some(), "{what}");
        assert!(after.due_at.is_some(), "{what}");
    }
    let decision = refund::queried(
        &order(State::Refunding),
        Ok(&refunded_as(|_| {})),
        context(&policy),
    );
    assert_eq!(decision.change.order.state, State::Refunded);
}

#[test]
fn a_refund_of_cash_alone_gives_back_that_cash_and_no_insurance() {
    let policy = Policy::default();
    let mut order = order(State::Refunding);
    order.refund.as_mut().unwrap().cash_only = Some(Fen(60));
    for (cash, insurance, accepted) in [
        (60, 0, true),
        (150, 100, false),
        (60, 100, false),
        (59, 0, false),
    ] {
        let reply = refunded_as(|reply| {
            reply.cash_refund_fee = Some(Fen(cash));
            reply.insurance_refund_fee = Some(Fen(insurance));
        });
        let decision = refund::queried(&order, Ok(&reply), context(&policy));
        let refunded = decision.change.order.state == State::Refunded;
        assert_eq!(refunded, accepted, "{cash} + {insurance}");
    }
}

#[test]
fn each_attempt_of_a_refund_has_events_of_its_own() {
    let policy = Policy::default();
    let refusal = business("513", ErrorCode::from_wire("513").effect());
    let ask = Ask {
        number: "RT1".to_owned(),
        cash_only: None,
        request_content: "{}".to_owned(),
    };
    let mut order = order(State::Paid);
    let mut ids = std::collections::BTreeSet::new();
    for _ in 0..3 {
        let Ok(Asked::Begin(begun)) = refund::asked(&order, &ask, context(&policy)) else {
            panic!("a refused refund can be asked for again")
        };
        let refused = refund::answered(&begun.change.order, Err(&refusal), context(&policy));
        let event = &refused.change.events[0];
        assert_eq!(event.kind, "refund.failed");
        ids.insert(event.id.clone());
        order = refused.change.order;
    }
    assert_eq!(ids.len(), 3);
}

#[test]
fn the_event_of_a_payment_says_that_the_order_had_ended() {
    let note_of = |state| {
        let decision = queried_as(&order(state), paid_but(&[]));
        assert_eq!(decision.change.order.state, State::Paid);
        let mut events = decision.change.events.into_iter();
        let paid = events.find(|event| event.kind == "order.paid").unwrap();
        let payload: serde_json::Value = serde_json::from_str(&paid.payload).unwrap();
        payload["note"].as_str().map(str::to_owned)
    };
    assert_eq!(note_of(State::Closed).unwrap(), "paid after it was closed");
    assert_eq!(note_of(State::Failed).unwrap(), "paid after it was failed");
    assert_eq!(note_of(State::Placed), None);
}

#[test]
fn that_there_is_no_such_order_is_no_news_of_one_that_was_taken_since_it_was_asked_for() {
    let missing = Answer::Missing(Numbers::default());
    let placed = order(State::Placed);
    assert!(!query::is_current(&missing, State::Placing, &placed));
    assert!(query::is_current(&missing, State::Placed, &placed));
    let placing = order(State::Placing);
    assert!(query::is_current(&missing, State::Placing, &placing));
    let found = Answer::Reported(paid_but(&[]));
    assert!(query::is_current(&found, State::Placing, &placed));
}

/// A paid order of which queryorder says that somebody else has refunded it.
fn refunded_by_somebody_else() -> Order {
    let policy = Policy::default();
    let report = Answer::Reported(reported(Some(MedTradeState::Refund)));
    let decision = query::answered(&order(State::Paid), &report, context(&policy));
    assert_eq!(decision.change.order.state, State::Refunding);
    decision.change.order
}

#[test]
fn the_refund_of_the_order_is_ours_only_if_the_reply_names_ours() {
    let policy = Policy::default();
    let order = order(State::Refunding);
    let asked = |number: Option<&str>| {
        let reply = refunded_as(|reply| reply.hosp_out_refund_no = number.map(Text::from));
        refund::queried_any(&order, Ok(&reply), context(&policy))
    };
    let nameless = asked(None);
    assert_eq!(nameless.change.order.state, State::Refunding);
    assert_eq!(nameless.contradiction, None);
    let other = asked(Some("BY-HAND"));
    assert_eq!(other.change.order.state, State::Refunding);
    let reason = "hosp_out_refund_no is BY-HAND, ours is RT1";
    assert_eq!(other.contradiction.unwrap(), reason);
    assert_eq!(asked(Some("RT1")).change.order.state, State::Refunded);
}

#[test]
fn a_refund_of_somebody_else_keeps_the_amounts_that_were_reported_first() {
    let policy = Policy::default();
    let report = |cash, state: MedRefundState| {
        refunded_as(|reply| {
            reply.med_refund_state = state;
            reply.cash_refund_fee = Some(Fen(cash));
            reply.insurance_refund_fee = Some(Fen(0));
        })
    };
    let begun = report(60, MedRefundState::Refunding);
    let order = refunded_by_somebody_else();
    let order = refund::queried(&order, Ok(&begun), context(&policy))
        .change
        .order;
    let other = report(61, MedRefundState::Success);
    let decision = refund::queried(&order, Ok(&other), context(&policy));
    assert_eq!(
        decision.contradiction.unwrap(),
        "cash_refund_fee is 61 fen, it must be 60 fen"
    );
    assert_eq!(decision.change.order.state, State::Refunding);
    let same = report(60, MedRefundState::Success);
    let decision = refund::queried(&order, Ok(&same), context(&policy));
    assert_eq!(decision.change.order.state, State::Refunded);
}

#[test]
fn a_refund_of_somebody_else_gets_its_number_as_soon_as_a_reply_has_it() {
    let policy = Policy::default();
    let report = |number: Option<&str>| {
        refunded_as(|reply| {
            reply.med_refund_state = MedRefundState::Refunding;
            reply.hosp_out_refund_no = number.map(Text::from);
        })
    };
    let order = refunded_by_somebody_else();
    let nameless = report(None);
    let order = refund::queried(&order, Ok(&nameless), context(&policy))
        .change
        .order;
    assert_eq!(order.refund.as_ref().unwrap().hosp_out_refund_no, "");
    let named = report(Some("BY-HAND"));
    let order = refund::queried(&order, Ok(&named), context(&policy))
        .change
        .order;
    assert_eq!(order.refund.unwrap().hosp_out_refund_no, "BY-HAND");
}

#[test]
fn an_id_of_another_refund_is_forgotten_so_that_the_order_is_asked_for() {
    let policy = Policy::default();
    let mut order = order(State::Refunding);
    order.refund.as_mut().unwrap().med_refund_id = Some("MR2".to_owned());
    let foreign = refunded_as(|reply| {
        reply.med_refund_id = "MR2".into();
        reply.hosp_out_trade_no = Some("T2".into());
        reply.hosp_out_refund_no = Some("RT2".into());
    });
    let decision = refund::queried(&order, Ok(&foreign), context(&policy));
    let after = decision.change.order;
    assert_eq!(after.refund.as_ref().unwrap().med_refund_id, None);
    let decision = refund::queried(&after, Ok(&refunded_as(|_| {})), context(&policy));
    assert_eq!(decision.change.order.state, State::Refunded);
    assert_eq!(decision.change.order.contradiction, None);
}

#[test]
fn an_order_that_was_given_up_and_failed_at_the_platform_is_not_contradicted() {
    for state in [State::Closed, State::Refused] {
        let order = changeable(state);
        let reported = paid_but(&[("med_trade_state", "SYS_REFUNDED")]);
        let change = queried_as(&order, reported).change;
        assert_eq!(change.order.state, state);
        assert_eq!(change.order.contradiction, None);
        assert_eq!(change.order.reported, "query: SYS_REFUNDED");
        assert!(change.events.is_empty(), "{:?}", change.events);
    }
}

#[test]
fn a_payment_that_is_notified_while_a_query_contradicts_is_asked_for_once_more() {
    let wrong = paid_but(&[("med_trade_state", "NOTPAY"), ("total_fee", "9")]);
    let contradicted = queried_as(&order(State::Placed), wrong).change.order;
    let Verdict::Accepted(paid) = judged(&contradicted, &paid_but(&[])) else {
        panic!("it is accepted")
    };
    let paid = paid.change.order;
    assert_eq!((paid.state, paid.due_at), (State::Paid, Some(now())));
    let agreed = queried_as(&paid, paid_but(&[])).change.order;
    assert_eq!((agreed.contradiction, agreed.due_at), (None, None));
}
