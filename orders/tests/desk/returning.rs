//! The patient comes back: once, often, at the same time, with and without a payment.

use std::time::Duration;

use payinsurance_orders::{DeskError, Policy, ReturnUrlError, State};
use payinsurance_sandbox::{Act, Config};

use crate::hospital::{HOSPITAL, Hospital};
use crate::world::Trouble;

fn with_policy(change: impl FnOnce(&mut Policy)) -> Hospital {
    let mut policy = Policy::default();
    change(&mut policy);
    Hospital::with(Config::default(), |desk| desk.policy(policy))
}

async fn come_back(hospital: &Hospital, number: &str) -> State {
    let order = hospital.desk.returned(HOSPITAL, number).await.unwrap();
    order.state
}

#[tokio::test]
async fn many_returns_at_once_are_one_question() {
    let hospital = Hospital::new();
    hospital.paid_without_notification("T1").await;
    hospital.place("T2").await;
    for (number, state) in [("T1", State::Paid), ("T2", State::Placed)] {
        let before = hospital.outside.calls("queryorder");
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..300 {
            let desk = hospital.desk.clone();
            tasks.spawn(async move { desk.returned(HOSPITAL, number).await.unwrap().state });
        }
        let states = tasks.join_all().await;
        assert!(states.iter().all(|found| *found == state), "{number}");
        assert_eq!(hospital.outside.calls("queryorder"), before + 1);
    }
}

#[tokio::test]
async fn an_order_is_asked_for_once_in_some_seconds_and_stored_no_more_often() {
    let hospital = Hospital::new();
    hospital.place("T1").await;
    let asked = hospital.outside.calls("queryorder");
    let revision = hospital.order("T1").await.revision;
    for _ in 0..300 {
        assert_eq!(come_back(&hospital, "T1").await, State::Placed);
    }
    assert_eq!(hospital.outside.calls("queryorder"), asked + 1);
    assert!(hospital.order("T1").await.revision <= revision + 1);
    hospital.patient("T1", Act::Pay);
    hospital.outside.advance(Duration::from_secs(5));
    assert_eq!(come_back(&hospital, "T1").await, State::Paid);
}

#[tokio::test]
async fn a_return_never_puts_off_the_workers_next_look() {
    for trouble in [None, Some(Trouble::RequestLost), Some(Trouble::Gateway)] {
        let hospital = Hospital::new();
        hospital.place("T1").await;
        // The workers' looks are some minutes apart by now.
        hospital.pass(1_200).await;
        hospital.outside.advance(Duration::from_secs(3));
        let due_at = hospital.order("T1").await.due_at.unwrap();
        for _ in 0..20 {
            if let Some(trouble) = trouble {
                hospital.outside.trouble("queryorder", trouble);
            }
            come_back(&hospital, "T1").await;
            let order = hospital.order("T1").await;
            assert!(order.due_at.unwrap() <= due_at, "{trouble:?}");
            let soon = hospital.desk.now() + Duration::from_secs(60);
            assert!(order.due_at.unwrap() <= soon, "the patient waits");
            assert!(
                order
                    .urgent_until
                    .is_some_and(|until| until > hospital.desk.now())
            );
            hospital.outside.advance(Duration::from_secs(6));
        }
    }
}

#[tokio::test]
async fn an_order_that_ended_unpaid_is_asked_for_when_the_patient_comes_back() {
    let hospital = Hospital::new();
    hospital.place("T1").await;
    hospital.desk.close(HOSPITAL, "T1").await.unwrap();
    assert_eq!(hospital.state("T1").await, State::Closed);
    let asked = hospital.outside.calls("queryorder");
    assert_eq!(come_back(&hospital, "T1").await, State::Closed);
    assert_eq!(hospital.outside.calls("queryorder"), asked + 1);
    let order = hospital.order("T1").await;
    assert_eq!(order.urgent_until, None, "it cannot be paid any more");
}

#[tokio::test]
async fn a_paid_order_is_not_asked_for() {
    let hospital = Hospital::new();
    let delivery = hospital.paid_without_notification("T1").await;
    hospital.deliver(&delivery).await;
    let asked = hospital.outside.calls("queryorder");
    assert_eq!(come_back(&hospital, "T1").await, State::Paid);
    assert_eq!(hospital.outside.calls("queryorder"), asked);
}

#[tokio::test]
async fn beyond_the_limit_of_all_orders_the_workers_ask() {
    let hospital = with_policy(|policy| policy.return_questions_per_minute = 2);
    for number in ["T1", "T2", "T3", "T4"] {
        hospital.place(number).await;
        hospital.patient(number, Act::Pay);
    }
    let asked = hospital.outside.calls("queryorder");
    let mut states = Vec::new();
    for number in ["T1", "T2", "T3", "T4", "T3", "T4"] {
        states.push(come_back(&hospital, number).await);
    }
    let (paid, placed) = (State::Paid, State::Placed);
    assert_eq!(states, [paid, paid, placed, placed, placed, placed]);
    assert_eq!(hospital.outside.calls("queryorder"), asked + 2);
    hospital.pass(10).await;
    assert_eq!(hospital.state("T3").await, State::Paid);
    assert_eq!(hospital.state("T4").await, State::Paid);
}

#[tokio::test]
async fn a_return_url_holds_a_token_and_is_the_same_each_time() {
    let hospital = Hospital::new();
    let url = |base: &str, number: &str| hospital.desk.return_url(base, HOSPITAL, number);
    let base = "https://hospital.example/return?lang=zh";
    let first = url(base, "T1").unwrap();
    assert_eq!(first, url(base, "T1").unwrap());
    assert!(first.starts_with("https://hospital.example/return?lang=zh&m=first&no=T1&t="));
    let token = |url: &str| url.rsplit_once("t=").unwrap().1.to_owned();
    let (one, other) = (token(&first), token(&url(base, "T2").unwrap()));
    assert!(hospital.desk.is_return_token(HOSPITAL, "T1", &one));
    assert!(!hospital.desk.is_return_token(HOSPITAL, "T1", &other));
    assert!(!hospital.desk.is_return_token("second", "T1", &one));
    let longest = "N".repeat(64);
    assert!(url("https://hospital.example/return", &longest).is_ok());
}

#[tokio::test]
async fn a_return_url_that_the_platform_would_refuse_is_an_error_that_says_why() {
    let hospital = Hospital::new();
    let long = format!("https://hospital.example/{}", "x".repeat(100));
    let error = hospital.desk.return_url(&long, HOSPITAL, "T1").unwrap_err();
    let DeskError::ReturnUrl(ReturnUrlError::TooLong {
        found: 158,
        max: 128,
    }) = error
    else {
        panic!("{error:?}")
    };
    for base in ["", "/return", "hospital.example", "ftp://hospital.example"] {
        let error = hospital.desk.return_url(base, HOSPITAL, "T1").unwrap_err();
        assert!(matches!(error, DeskError::ReturnUrl(ReturnUrlError::Base)));
    }
    let error = hospital.desk.return_url(&long, "second", "T1").unwrap_err();
    assert!(matches!(error, DeskError::UnknownMerchant { .. }));
}
