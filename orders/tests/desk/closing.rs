//! Closing: asked first, never what is paid; orders that expire.

use std::time::Duration;

use payinsurance_orders::{DeskError, Policy, State};
use payinsurance_sandbox::{Act, Config};

use crate::hospital::{HOSPITAL, Hospital};
use crate::world::Trouble;

#[tokio::test]
async fn an_unpaid_order_is_asked_for_and_closed() {
    let hospital = Hospital::new();
    hospital.place("T1").await;
    let order = hospital.desk.close(HOSPITAL, "T1").await.unwrap();
    assert_eq!(order.state, State::Closed);
    assert_eq!(hospital.outside.calls("queryorder"), 1);
    hospital.desk.close(HOSPITAL, "T1").await.unwrap();
    assert_eq!(hospital.outside.calls("closeorder"), 1, "closed is closed");
    hospital.work().await;
    assert_eq!(hospital.delivered(), ["order.placed", "order.closed"]);
}

#[tokio::test]
async fn a_paid_order_is_never_closed_even_without_a_notification() {
    let hospital = Hospital::new();
    hospital.paid_without_notification("T1").await;
    let error = hospital.desk.close(HOSPITAL, "T1").await.unwrap_err();
    assert!(
        matches!(error, DeskError::Paid { state: State::Paid }),
        "{error}"
    );
    assert_eq!(hospital.outside.calls("closeorder"), 0);
}

#[tokio::test]
async fn an_order_that_is_being_paid_is_not_closed_and_ends_paid() {
    let mut config = Config::default();
    config.payment_time = Duration::from_secs(60);
    let hospital = Hospital::with(config, |desk| desk);
    hospital.place("T1").await;
    hospital.patient("T1", Act::Pay);
    let order = hospital.desk.close(HOSPITAL, "T1").await.unwrap();
    assert_eq!(order.state, State::Paying);
    assert!(order.close_wanted);
    hospital.pass(300).await;
    assert_eq!(hospital.state("T1").await, State::Paid);
    assert_eq!(hospital.outside.calls("closeorder"), 0);
}

#[tokio::test]
async fn a_lost_answer_to_closing_is_found_by_asking() {
    let hospital = Hospital::new();
    hospital.place("T1").await;
    hospital.outside.trouble("closeorder", Trouble::AnswerLost);
    let order = hospital.desk.close(HOSPITAL, "T1").await.unwrap();
    assert_eq!(order.state, State::Placed);
    hospital.pass(60).await;
    assert_eq!(hospital.state("T1").await, State::Closed);
}

#[tokio::test]
async fn an_unpaid_order_is_closed_when_it_expires() {
    let mut policy = Policy::default();
    policy.expires_after = Some(Duration::from_secs(900));
    let hospital = Hospital::with(Config::default(), |desk| desk.policy(policy));
    hospital.place("T1").await;
    hospital.pass(890).await;
    assert_eq!(hospital.state("T1").await, State::Placed);
    hospital.pass(30).await;
    assert_eq!(hospital.state("T1").await, State::Closed);
    assert!(
        hospital.outside.calls("queryorder") < 12,
        "asked less and less often"
    );
}

#[tokio::test]
async fn an_order_that_never_arrived_is_not_sent_after_it_was_to_be_closed() {
    let hospital = Hospital::new();
    hospital
        .outside
        .trouble("unifiedorder", Trouble::RequestLost);
    hospital.place("T1").await;
    hospital.desk.close(HOSPITAL, "T1").await.unwrap();
    hospital.pass(120).await;
    assert_eq!(hospital.state("T1").await, State::Closed);
    assert_eq!(hospital.outside.calls("unifiedorder"), 1);
}

#[tokio::test]
async fn what_the_platform_undoes_is_followed_until_it_has_failed() {
    let hospital = Hospital::new();
    hospital.place("T1").await;
    hospital.patient("T1", Act::InsuranceFails);
    hospital.pass(20).await;
    assert_eq!(hospital.state("T1").await, State::Reversing);
    hospital.pass(60).await;
    assert_eq!(hospital.state("T1").await, State::Failed);
    assert_eq!(hospital.delivered(), ["order.placed", "order.failed"]);
}
