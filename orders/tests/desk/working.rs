//! Workers: several processes over one store, clean stops, trouble with access tokens, what is shown and counted.

use std::time::Duration;

use payinsurance_orders::State;
use payinsurance_sandbox::{Act, Config};

use crate::hospital::Hospital;
use crate::world::Trouble;

#[tokio::test]
async fn two_processes_share_the_work_and_no_order_is_looked_at_twice() {
    let hospital = Hospital::new();
    for number in 0..8 {
        hospital.place(&format!("T{number}")).await;
    }
    hospital.outside.advance(Duration::from_secs(16));
    let other = hospital.another_process();
    let now = other.now();
    let mine = hospital.desk.work_once(now).await.unwrap();
    let theirs = other.work_once(now).await.unwrap();
    assert_eq!((mine.orders, theirs.orders), (4, 4));
    assert_eq!(hospital.outside.calls("queryorder"), 8);
    let none = hospital.desk.work_once(now).await.unwrap();
    assert_eq!(none.orders, 0);
}

#[tokio::test]
async fn the_access_token_is_asked_for_once_by_all_processes() {
    let hospital = Hospital::new();
    hospital.place("T1").await;
    let other = hospital.another_process();
    other.refresh("first", "T1", "li").await.unwrap();
    assert_eq!(hospital.outside.calls("gettoken"), 1);
}

#[tokio::test]
async fn a_token_that_ends_in_the_middle_is_renewed_unnoticed() {
    let mut config = Config::default();
    config.token_lifetime = Duration::from_secs(60);
    let hospital = Hospital::with(config, |desk| desk);
    hospital.place("T1").await;
    hospital.patient("T1", Act::WalkAway);
    hospital.pass(600).await;
    assert_eq!(hospital.state("T1").await, State::Placed);
    assert!(hospital.outside.calls("gettoken") > 2);
}

#[tokio::test]
async fn without_a_token_nothing_is_lost_and_nothing_ends() {
    let hospital = Hospital::new();
    for _ in 0..6 {
        hospital.outside.trouble("gettoken", Trouble::NotSent);
    }
    hospital.place("T1").await;
    assert_eq!(hospital.state("T1").await, State::Placing);
    hospital.pass(900).await;
    assert_eq!(hospital.state("T1").await, State::Placed);
}

#[tokio::test]
async fn history_tells_news_only_however_often_it_was_asked() {
    let hospital = Hospital::new();
    hospital.place("T1").await;
    hospital.pass(3_600).await;
    assert_eq!(
        hospital.story("T1").await,
        [
            "caller: stored (250 fen asked for)",
            "caller: placed (M26050100000000001)",
            "poller: query (NOTPAY)",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn workers_stop_when_they_are_told_to() {
    let hospital = Hospital::new();
    hospital.place("T1").await;
    let workers = hospital.desk.workers(2);
    tokio::time::sleep(Duration::from_secs(2)).await;
    workers.stop().await;
    assert_eq!(hospital.heard(), ["order.placed"]);
}

#[tokio::test]
async fn metrics_count_moves_and_calls_and_hold_no_number() {
    let hospital = Hospital::new();
    let delivery = hospital.paid_and_untold("T1").await;
    hospital.deliver(&delivery).await;
    let text = hospital.desk.metrics();
    for line in [
        "payinsurance_order_transitions_total{from=\"placed\",to=\"paid\"} 1",
        "payinsurance_notifications_total{outcome=\"kept\"} 1",
        "payinsurance_client_call_duration_seconds_count{interface=\"unifiedorder\",outcome=\"ok\"} 1",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    assert!(!text.contains("T1"), "{text}");
}

#[tokio::test]
async fn nothing_personal_is_shown_of_an_order() {
    let hospital = Hospital::new();
    let delivery = hospital.paid_and_untold("T1").await;
    hospital.deliver(&delivery).await;
    let order = hospital.order("T1").await;
    let shown = format!(
        "{order:?} {:?} {:?}",
        order.shown_request(),
        order.shown_facts()
    );
    for personal in ["张三", "oSandbox", "09eb26e8", "YB4400001234", "2f20f7ae"] {
        assert!(!shown.contains(personal), "{personal} in {shown}");
    }
    assert!(shown.contains("cash_order_id"), "{shown}");
}
