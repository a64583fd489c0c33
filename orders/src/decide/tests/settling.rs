//! Contradicted orders that a person settles.

use super::*;
use crate::Contradiction;
use crate::decide::settle::{SettleError, Settlement, settled};

fn contradicted(state: State) -> Order {
    Order {
        contradiction: Some(Contradiction {
            source: "query".to_owned(),
            reason: "total_fee is 251 fen, ours is 250 fen".to_owned(),
            since: now(),
        }),
        contradictions: 1,
        ..order(state)
    }
}

fn settlement(to: State) -> Settlement {
    Settlement {
        to,
        cash_fee: None,
        insurance_fee: None,
        who: "li".to_owned(),
        why: "the bill of 2026-05-02 lists it".to_owned(),
        evidence: "bill line 17".to_owned(),
    }
}

#[test]
fn a_person_settles_along_the_edges_or_where_the_order_stands() {
    let policy = Policy::default();
    for from in State::ALL {
        for to in State::ALL {
            let result = settled(&contradicted(*from), &settlement(*to), context(&policy));
            let may = from == to || from.allows(*to);
            assert_eq!(result.is_ok(), may, "{} to {}", from.as_str(), to.as_str());
            let Ok(decision) = result else { continue };
            assert_allowed(&contradicted(*from), &decision, "a settlement");
            assert_eq!(decision.change.order.contradiction, None);
            let line = decision.change.line.unwrap();
            for words in ["li", "the bill of 2026-05-02", "bill line 17", "251 fen"] {
                assert!(line.evidence.contains(words), "{}", line.evidence);
            }
            let mut kinds = decision.change.events.iter().map(|event| &*event.kind);
            assert!(kinds.any(|kind| kind == "order.settled_by_hand"));
        }
    }
}

#[test]
fn what_is_settled_as_paid_has_amounts_that_fit_and_is_told_once() {
    let policy = Policy::default();
    let mut paid = settlement(State::Paid);
    (paid.cash_fee, paid.insurance_fee) = (Some(Fen(151)), Some(Fen(100)));
    let error = settled(&contradicted(State::Closed), &paid, context(&policy)).unwrap_err();
    let (found, max) = (Fen(251), Fen(250));
    assert_eq!(error, SettleError::Amounts { found, max });
    paid.cash_fee = Some(Fen(50));
    let decision = settled(&contradicted(State::Closed), &paid, context(&policy)).unwrap();
    let amounts = decision.change.order.amounts;
    assert_eq!(
        (amounts.cash_fee, amounts.insurance_fee, amounts.settled),
        (Fen(50), Fen(100), true)
    );
    let by_hand = &decision.change.events[0];
    let answer = Answer::Reported(reported(Some(MedTradeState::Success)));
    let by_query = query::answered(&order(State::Closed), &answer, context(&policy));
    assert_eq!(
        by_hand.id, by_query.change.events[0].id,
        "one payment, one event"
    );
}

#[test]
fn nothing_is_settled_without_a_contradiction_a_name_and_a_reason() {
    let policy = Policy::default();
    let state = State::Placed;
    let result = settled(&order(state), &settlement(State::Paid), context(&policy));
    assert_eq!(result.unwrap_err(), SettleError::NotContradicted { state });
    for (who, why, evidence, field) in [
        (" ", "why", "evidence", "who"),
        ("li\n", "why", "evidence", "who"),
        ("li", "", "evidence", "why"),
        ("li", "why", &*"x".repeat(501), "evidence"),
    ] {
        let wrong = Settlement {
            who: who.to_owned(),
            why: why.to_owned(),
            evidence: evidence.to_owned(),
            ..settlement(State::Paid)
        };
        let error = settled(&contradicted(state), &wrong, context(&policy)).unwrap_err();
        assert!(matches!(error, SettleError::Words { field: found, .. } if found == field));
    }
}
