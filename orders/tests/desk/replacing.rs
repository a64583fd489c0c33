//! Replacing an order whose link to pay was lost: what is replaced, by which number, and what is not.

use std::time::Duration;

use payinsurance_orders::store::{Change, Store};
use payinsurance_orders::{
    Contradiction, DeskError, Order, Policy, RefundRequest, ReplaceError, Replacement, State,
    want_replacement,
};
use payinsurance_sandbox::Act;
use payinsurance_sandbox::samples::refund_content;

use crate::hospital::{HOSPITAL, Hospital};
use crate::world::{Trouble, order};

/// An order whose link was lost with the answer.
pub(crate) async fn lost_link(hospital: &Hospital, number: &str) {
    hospital
        .outside
        .trouble("unifiedorder", Trouble::AnswerLost);
    let order = hospital.place(number).await;
    assert_eq!(order.state, State::Placed);
    assert_eq!(order.placed.unwrap().pay_url, None);
}

pub(crate) async fn replace(hospital: &Hospital, number: &str) -> Replacement {
    hospital.desk.replace(HOSPITAL, number).await.unwrap()
}

pub(crate) fn placed(replacement: Replacement) -> Order {
    match replacement {
        Replacement::Placed(order) => *order,
        other => panic!("{other:?}"),
    }
}

/// Number and state of each order that the platform has.
pub(crate) fn at_platform(hospital: &Hospital) -> Vec<(String, String)> {
    let orders = hospital
        .outside
        .on_platform(|platform, _| platform.orders());
    let named = orders
        .into_iter()
        .map(|order| (order.hosp_out_trade_no, order.med_trade_state.to_string()));
    named.collect()
}

pub(crate) fn rows(rows: &[(&str, &str)]) -> Vec<(String, String)> {
    let row = |(number, state): &(&str, &str)| ((*number).to_owned(), (*state).to_owned());
    rows.iter().map(row).collect()
}

pub(crate) fn settle_after_close(hospital: &Hospital, number: &str) {
    hospital
        .outside
        .on_platform(|platform, moment| platform.settle_after_close(number, moment))
        .unwrap();
}

/// The payloads of the events of that kind.
pub(crate) fn payloads(hospital: &Hospital, kind: &str) -> Vec<serde_json::Value> {
    let delivered = hospital.delivered.lock().unwrap();
    let of_kind = delivered.iter().filter(|(found, _)| found == kind);
    of_kind.map(|(_, payload)| payload.clone()).collect()
}

#[tokio::test]
async fn an_order_whose_link_was_lost_is_closed_and_placed_again_with_a_link() {
    let hospital = Hospital::new();
    lost_link(&hospital, "T1").await;
    let other = placed(replace(&hospital, "T1").await);
    assert_eq!(other.key.hosp_out_trade_no, "T1X2");
    assert_eq!(other.state, State::Placed);
    assert!(other.placed.unwrap().pay_url.is_some());
    assert_eq!(other.replaces.as_deref(), Some("T1"));
    let first = hospital.order("T1").await;
    assert_eq!(first.state, State::Closed);
    assert_eq!(first.replaced_by.as_deref(), Some("T1X2"));
    assert_eq!(
        at_platform(&hospital),
        rows(&[("T1", "CLOSED"), ("T1X2", "NOTPAY")])
    );
    hospital.work().await;
    let delivered = hospital.delivered();
    for kind in ["order.placed", "order.closed", "order.replaced"] {
        assert!(delivered.contains(&kind.to_owned()), "{delivered:?}");
    }
    let replaced = &payloads(&hospital, "order.replaced")[0];
    assert_eq!(replaced["hosp_out_trade_no"], "T1");
    assert_eq!(replaced["replaced_by"], "T1X2");
    let story = hospital.story("T1X2").await;
    assert!(
        story[0].ends_with("(250 fen asked for, instead of T1)"),
        "{story:?}"
    );
}

#[tokio::test]
async fn a_repeated_call_gives_the_same_replacement() {
    let hospital = Hospital::new();
    lost_link(&hospital, "T1").await;
    let other = placed(replace(&hospital, "T1").await);
    assert!(placed(replace(&hospital, "T1").await) == other);
    let elsewhere = hospital.another_process().replace(HOSPITAL, "T1").await;
    assert!(placed(elsewhere.unwrap()) == other);
    assert_eq!(hospital.outside.calls("unifiedorder"), 2);
    assert_eq!(hospital.outside.calls("closeorder"), 1);
    // Once the workers have looked at both, nothing has come up.
    hospital.pass(600).await;
    assert_eq!(at_platform(&hospital).len(), 2);
}

#[tokio::test]
async fn an_order_that_is_paid_meanwhile_is_not_replaced() {
    let hospital = Hospital::new();
    lost_link(&hospital, "T1").await;
    hospital.patient("T1", Act::Pay);
    let Replacement::Paid(order) = replace(&hospital, "T1").await else {
        panic!("it is paid")
    };
    assert_eq!(order.state, State::Paid);
    assert_eq!(order.replaced_by, None);
    assert_eq!(hospital.outside.calls("closeorder"), 0);
    hospital.pass(600).await;
    assert_eq!(at_platform(&hospital), rows(&[("T1", "SUCCESS")]));
}

#[tokio::test]
async fn an_order_that_is_being_paid_is_replaced_only_if_the_payment_ends_in_nothing() {
    let mut config = payinsurance_sandbox::Config::default();
    config.payment_time = Duration::from_secs(60);
    let hospital = Hospital::with(config, |desk| desk);
    lost_link(&hospital, "T1").await;
    hospital.patient("T1", Act::Pay);
    let open = replace(&hospital, "T1").await;
    assert!(matches!(open, Replacement::Open(_)), "{open:?}");
    hospital.pass(300).await;
    assert_eq!(at_platform(&hospital), rows(&[("T1", "SUCCESS")]));
    let paid = replace(&hospital, "T1").await;
    assert!(matches!(paid, Replacement::Paid(_)), "{paid:?}");
}

#[tokio::test]
async fn a_platform_that_cannot_be_asked_first_leaves_the_order_as_it_is() {
    let hospital = Hospital::new();
    lost_link(&hospital, "T1").await;
    hospital.outside.trouble("queryorder", Trouble::RequestLost);
    let error = hospital.desk.replace(HOSPITAL, "T1").await.unwrap_err();
    assert!(matches!(error, DeskError::NoAnswer { .. }), "{error}");
    let order = hospital.order("T1").await;
    assert!(!order.replace_wanted && !order.close_wanted);
}

#[tokio::test]
async fn a_lost_answer_of_the_replacement_leaves_it_without_a_link_and_it_can_be_replaced() {
    let hospital = Hospital::new();
    lost_link(&hospital, "T1").await;
    hospital
        .outside
        .trouble("unifiedorder", Trouble::AnswerLost);
    let second = placed(replace(&hospital, "T1").await);
    assert_eq!(second.state, State::Placed);
    assert_eq!(second.placed.unwrap().pay_url, None);
    let third = placed(replace(&hospital, "T1X2").await);
    assert_eq!(third.key.hosp_out_trade_no, "T1X3");
    assert!(third.placed.unwrap().pay_url.is_some());
    assert_eq!(
        placed(replace(&hospital, "T1").await).key.hosp_out_trade_no,
        "T1X2"
    );
    // A late payment of the first closes the last.
    settle_after_close(&hospital, "T1");
    hospital.pass(700).await;
    hospital.pass(700).await;
    assert_eq!(
        at_platform(&hospital),
        rows(&[("T1", "SUCCESS"), ("T1X2", "CLOSED"), ("T1X3", "CLOSED")])
    );
}

#[tokio::test]
async fn a_number_at_the_limit_is_cut_and_leaves_room_for_the_refund_number() {
    let hospital = Hospital::new();
    for long in [
        "N".repeat(64),
        "N".repeat(59),
        format!("{}M", "N".repeat(63)),
    ] {
        lost_link(&hospital, &long).await;
        let second = placed(replace(&hospital, &long).await)
            .key
            .hosp_out_trade_no;
        let third = placed(replace(&hospital, &second).await)
            .key
            .hosp_out_trade_no;
        assert!(second.len() <= 63 && second.ends_with("X2"), "{second}");
        assert_eq!(third, second.replace("X2", "X3"));
        hospital.patient(&third, Act::Pay);
        let request = RefundRequest::whole(refund_content());
        hospital
            .desk
            .refund(HOSPITAL, &third, &request)
            .await
            .unwrap();
    }
    assert_eq!(
        at_platform(&hospital).len(),
        9,
        "different numbers stay different"
    );
}

#[tokio::test]
async fn a_number_that_looks_like_a_replacement_is_a_number_like_any_other() {
    let hospital = Hospital::new();
    lost_link(&hospital, "T1X7").await;
    let other = placed(replace(&hospital, "T1X7").await);
    assert_eq!(other.key.hosp_out_trade_no, "T1X7X2");
}

#[tokio::test]
async fn an_own_order_under_the_number_of_the_replacement_is_named_before_anything_is_closed() {
    let hospital = Hospital::new();
    lost_link(&hospital, "T1").await;
    hospital.place("T1X2").await;
    let error = hospital.desk.replace(HOSPITAL, "T1").await.unwrap_err();
    let number = "T1X2".to_owned();
    assert!(
        matches!(&error, DeskError::Replace(ReplaceError::NumberTaken { number: found }) if *found == number),
        "{error}"
    );
    assert_eq!(hospital.outside.calls("closeorder"), 0);
    assert!(!hospital.order("T1").await.replace_wanted);
}

#[tokio::test]
async fn an_own_order_that_takes_the_number_meanwhile_ends_the_wish() {
    let hospital = Hospital::new();
    lost_link(&hospital, "T1").await;
    let key = hospital.order("T1").await.key;
    let now = hospital.desk.now();
    let wanted = want_replacement(&hospital.store, &key, "li", now, &Policy::default()).await;
    assert_eq!(wanted.unwrap().1, "T1X2");
    hospital.place("T1X2").await;
    hospital.pass(60).await;
    let order = hospital.order("T1").await;
    assert_eq!((order.state, order.replace_wanted), (State::Closed, false));
    assert_eq!(order.replaced_by, None);
    let story = hospital.story("T1").await;
    assert!(
        story.iter().any(|line| line.contains("not replaced")),
        "{story:?}"
    );
}

#[tokio::test]
async fn the_wish_of_a_tool_is_carried_out_by_the_workers() {
    let hospital = Hospital::new();
    lost_link(&hospital, "T1").await;
    let key = hospital.order("T1").await.key;
    let policy = Policy::default();
    let now = hospital.desk.now();
    for _ in 0..2 {
        let (order, number) = want_replacement(&hospital.store, &key, "li", now, &policy)
            .await
            .unwrap();
        assert!(order.replace_wanted && number == "T1X2");
    }
    hospital.work().await;
    let other = hospital.order("T1X2").await;
    assert!(other.placed.unwrap().pay_url.is_some());
    let story = hospital.story("T1").await;
    assert!(
        story.contains(&"clerk:li: replacement wanted (by T1X2)".to_owned()),
        "{story:?}"
    );
    let again = want_replacement(&hospital.store, &key, "li", now, &policy).await;
    assert_eq!(again.unwrap().0.replaced_by.as_deref(), Some("T1X2"));
}

#[tokio::test]
async fn closing_withdraws_the_wish() {
    let hospital = Hospital::new();
    lost_link(&hospital, "T1").await;
    hospital.outside.trouble("closeorder", Trouble::RequestLost);
    hospital.outside.trouble("queryorder", Trouble::RequestLost);
    // The first question is answered, and the one after the closing is lost.
    let key = hospital.order("T1").await.key;
    let now = hospital.desk.now();
    want_replacement(&hospital.store, &key, "li", now, &Policy::default())
        .await
        .unwrap();
    hospital.desk.close(HOSPITAL, "T1").await.unwrap();
    hospital.pass(300).await;
    assert_eq!(at_platform(&hospital), rows(&[("T1", "CLOSED")]));
    assert!(!hospital.order("T1").await.replace_wanted);
}

#[tokio::test]
async fn an_order_whose_outcome_is_open_is_left_to_the_workers() {
    let hospital = Hospital::new();
    hospital
        .outside
        .trouble("unifiedorder", Trouble::RequestLost);
    assert_eq!(hospital.place("T1").await.state, State::Placing);
    let open = replace(&hospital, "T1").await;
    assert!(matches!(open, Replacement::Open(_)), "{open:?}");
    hospital.pass(120).await;
    let order = hospital.order("T1").await;
    assert!(order.placed.unwrap().pay_url.is_some());
    assert_eq!(at_platform(&hospital).len(), 1);
}

#[tokio::test]
async fn a_closed_order_is_placed_again_and_a_failed_one_is_not() {
    let hospital = Hospital::new();
    hospital.place("T1").await;
    hospital.desk.close(HOSPITAL, "T1").await.unwrap();
    assert_eq!(
        placed(replace(&hospital, "T1").await).key.hosp_out_trade_no,
        "T1X2"
    );
    hospital.place("T3").await;
    hospital.patient("T3", Act::InsuranceFails);
    hospital.pass(120).await;
    let error = hospital.desk.replace(HOSPITAL, "T3").await.unwrap_err();
    assert!(
        matches!(
            error,
            DeskError::Replace(ReplaceError::NotReplaceable {
                state: State::Failed
            })
        ),
        "{error}"
    );
}

#[tokio::test]
async fn a_contradicted_order_is_neither_closed_nor_replaced() {
    let hospital = Hospital::new();
    lost_link(&hospital, "T1").await;
    let mut order = hospital.order("T1").await;
    order.contradiction = Some(Contradiction {
        source: "refund".to_owned(),
        reason: "hosp_out_refund_no is R9, ours is RT1".to_owned(),
        since: hospital.desk.now(),
    });
    let change = Change {
        order,
        line: None,
        received: None,
        events: Vec::new(),
        replacement: None,
    };
    hospital.store.commit(&change).await.unwrap();
    let error = hospital.desk.replace(HOSPITAL, "T1").await.unwrap_err();
    assert!(
        matches!(error, DeskError::Replace(ReplaceError::Contradicted { .. })),
        "{error}"
    );
    assert_eq!(hospital.outside.calls("closeorder"), 0);
}

#[tokio::test]
async fn the_address_to_come_back_to_is_that_of_the_replacement() {
    let hospital = Hospital::new();
    let desk = &hospital.desk;
    let base = "https://hospital.example/return?lang=zh";
    let mut request = order("T1");
    request.return_url = desk.return_url(base, HOSPITAL, "T1").unwrap().into();
    hospital
        .outside
        .trouble("unifiedorder", Trouble::AnswerLost);
    desk.place(HOSPITAL, &request).await.unwrap();
    let other = placed(replace(&hospital, "T1").await);
    let expected = desk.return_url(base, HOSPITAL, "T1X2").unwrap();
    assert!(other.request.contains(&("return_url".to_owned(), expected)));
    // An address that the desk did not make stays as it is.
    lost_link(&hospital, "T2").await;
    let other = placed(replace(&hospital, "T2").await);
    let field = ("return_url".to_owned(), crate::world::RETURN_URL.to_owned());
    assert!(other.request.contains(&field));
}
