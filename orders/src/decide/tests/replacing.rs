//! When an order is closed for certain, and which number its replacement has.
//!
//! What the order here was placed with cannot be read, so what would replace it ends the wish instead: that tells the two apart.

use super::*;
use crate::Contradiction;
use crate::decide::replace::{ReplaceError, answered, number, wanted};

fn to_be_replaced(state: State) -> Order {
    Order {
        replace_wanted: true,
        ..order(state)
    }
}

fn would_replace(order: &Order, answer: &Answer) -> bool {
    let policy = Policy::default();
    let decision = answered(order, answer, None, context(&policy));
    assert!(decision.change.replacement.is_none());
    let line = decision.change.line.as_ref();
    let ended = line.is_some_and(|line| line.what == "not replaced");
    let after = &decision.change.order;
    assert!(!ended || !after.replace_wanted);
    ended
}

fn closed() -> PlatformState {
    reported(Some(MedTradeState::Closed))
}

#[test]
fn only_an_answer_that_says_closed_of_this_order_replaces_it() {
    for answer in trade_states() {
        for state in State::ALL {
            let expected = answer == MedTradeState::Closed
                && matches!(state, State::Placed | State::Paying | State::Closed);
            let answer = Answer::Reported(reported(Some(answer.clone())));
            let order = to_be_replaced(*state);
            // In the other states the wish is not stored.
            if matches!(state, State::Placed | State::Paying | State::Closed) {
                assert_eq!(
                    would_replace(&order, &answer),
                    expected,
                    "{}",
                    state.as_str()
                );
            }
        }
    }
    let answer = Answer::Reported(closed());
    assert!(!would_replace(&order(State::Closed), &answer), "not wanted");
}

#[test]
fn a_close_that_is_not_certain_replaces_nothing() {
    let closed_order = to_be_replaced(State::Closed);
    let anonymous = PlatformState {
        numbers: Numbers::default(),
        ..closed()
    };
    let of_another = PlatformState {
        numbers: Numbers {
            hosp_out_trade_no: Some("T2".to_owned()),
            ..Numbers::default()
        },
        ..closed()
    };
    let part_paid = PlatformState {
        part_is_paid: true,
        ..closed()
    };
    for (name, reported) in [
        ("no number", anonymous),
        ("another order", of_another),
        ("a part is paid", part_paid),
    ] {
        assert!(
            !would_replace(&closed_order, &Answer::Reported(reported)),
            "{name}"
        );
    }
    let failed = business("80000", Effect::Unknown);
    assert!(!would_replace(&closed_order, &Answer::Failed(failed)));
    let contradicted = Order {
        contradiction: Some(Contradiction {
            source: "notified".to_owned(),
            reason: "a closed order was reported as paid".to_owned(),
            since: now(),
        }),
        ..closed_order.clone()
    };
    assert!(!would_replace(&contradicted, &Answer::Reported(closed())));
    let replaced = Order {
        replaced_by: Some("T1X2".to_owned()),
        ..closed_order
    };
    assert!(!would_replace(&replaced, &Answer::Reported(closed())));
}

#[test]
fn an_order_that_the_platform_never_had_is_replaced_once_nothing_is_on_its_way() {
    let missing = Answer::Missing(Numbers::default());
    let order = to_be_replaced(State::Closed);
    assert!(would_replace(&order, &missing));
    let on_its_way = Order {
        sent_at: Some(now()),
        ..order
    };
    assert!(!would_replace(&on_its_way, &missing));
}

#[test]
fn a_payment_ends_the_wish_and_its_event_says_that_the_order_was_replaced() {
    let policy = Policy::default();
    let answer = Answer::Reported(reported(Some(MedTradeState::Success)));
    let paid = answered(
        &to_be_replaced(State::Closed),
        &answer,
        None,
        context(&policy),
    );
    let after = paid.change.order;
    assert_eq!((after.state, after.replace_wanted), (State::Paid, false));
    let replaced = Order {
        replaced_by: Some("T1X2".to_owned()),
        ..order(State::Closed)
    };
    let paid = query::answered(&replaced, &answer, context(&policy));
    let payload = &paid.change.events[0].payload;
    assert!(payload.contains(r#""replaced_by":"T1X2""#), "{payload}");
    assert!(payload.contains("refund one of them"), "{payload}");
}

#[test]
fn what_cannot_be_replaced_is_refused_with_what_to_do() {
    let policy = Policy::default();
    for state in State::ALL {
        let outcome = wanted(&order(*state), context(&policy));
        match state {
            State::Placed | State::Paying | State::Closed => {
                let after = outcome.unwrap().unwrap().change.order;
                assert!(after.replace_wanted && after.due_at == Some(now()));
                assert_eq!(after.close_wanted, *state != State::Closed);
            }
            _ => {
                let error = outcome.unwrap_err();
                let expected = ReplaceError::NotReplaceable { state: *state };
                assert_eq!(error, expected);
                assert!(error.to_string().contains(state.as_str()), "{error}");
            }
        }
    }
    let again = wanted(&to_be_replaced(State::Placed), context(&policy)).unwrap();
    assert!(again.is_none());
}

fn numbered(text: &str, replaces: Option<&str>) -> Result<String, ReplaceError> {
    let mut order = order(State::Placed);
    order.key.hosp_out_trade_no = text.to_owned();
    order.replaces = replaces.map(str::to_owned);
    number(&order)
}

#[test]
fn numbers_count_on_and_never_grow_beyond_63_characters() {
    let cases = [
        ("T1", None, "T1X2"),
        ("T1X2", Some("T1"), "T1X3"),
        ("T1X9", Some("T1X8"), "T1X10"),
        ("T1X2", None, "T1X2X2"),
        ("X", None, "XX2"),
    ];
    for (text, replaces, expected) in cases {
        assert_eq!(numbered(text, replaces).unwrap(), expected);
    }
    let longest_whole = "N".repeat(58);
    assert_eq!(
        numbered(&longest_whole, None).unwrap(),
        format!("{longest_whole}X2")
    );
    let mut seen = std::collections::BTreeSet::new();
    for text in [
        "N".repeat(59),
        "N".repeat(63),
        "N".repeat(64),
        format!("{}M", "N".repeat(63)),
        "号".repeat(64),
    ] {
        let mut number = numbered(&text, None).unwrap();
        assert_eq!(number, numbered(&text, None).unwrap(), "always the same");
        assert!(seen.insert(number.clone()), "{number}");
        for _ in 0..300 {
            assert!(number.chars().count() <= 63, "{number}");
            number = numbered(&number, Some("before")).unwrap();
        }
    }
    let most = format!("{longest_whole}X9999");
    assert_eq!(numbered(&most, Some("before")), Err(ReplaceError::NoNumber));
    let huge = format!("T1X{}", u32::MAX);
    assert_eq!(numbered(&huge, Some("before")).unwrap(), "T1X4294967296");
}
