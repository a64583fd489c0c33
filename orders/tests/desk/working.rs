//! Workers: several processes over one store, clean stops, trouble with access tokens, what is shown and counted.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use payinsurance::signed_xml_client::{
    BoxFuture, HttpRequest, HttpResponse, Transport, TransportError,
};
use payinsurance_orders::store::{Event, MemoryStore};
use payinsurance_orders::{Desk, Policy, State};
use payinsurance_sandbox::{Act, Config, Mode};
use tokio::sync::Semaphore;

use crate::hospital::{HOSPITAL, Hospital};
use crate::world::{Outside, Trouble};

#[tokio::test]
async fn two_processes_share_the_work_and_no_order_is_looked_at_twice() {
    let hospital = Hospital::new();
    for number in 0..40 {
        hospital.place(&format!("T{number}")).await;
    }
    hospital.outside.advance(Duration::from_secs(16));
    let other = hospital.another_process();
    let now = other.now();
    let (mine, theirs) = tokio::join!(hospital.desk.work_once(now), other.work_once(now));
    let (mine, theirs) = (mine.unwrap().orders, theirs.unwrap().orders);
    assert!(mine > 0 && theirs > 0, "{mine} and {theirs}");
    assert_eq!(mine + theirs, 40);
    assert_eq!(hospital.outside.calls("queryorder"), 40);
    let none = hospital.desk.work_once(now).await.unwrap();
    assert_eq!(none.orders, 0);
}

/// The way to a platform that answers queryorder only when it is let.
#[derive(Clone)]
struct Gate {
    outside: Outside,
    answers: Arc<Semaphore>,
    /// The order whose query is never answered.
    never: Option<&'static str>,
    under_way: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

impl Gate {
    fn new(outside: &Outside) -> Self {
        Self {
            outside: outside.clone(),
            answers: Arc::new(Semaphore::new(0)),
            never: None,
            under_way: Arc::default(),
            most: Arc::default(),
        }
    }

    /// A desk over that store whose calls go through here.
    fn desk(&self, store: &MemoryStore) -> Desk {
        let client = self.outside.client(Mode::ServiceProvider);
        Desk::builder(store.clone())
            .merchant(HOSPITAL, client.transport(self.clone()))
            .clock(self.outside.clone())
            .nonce(self.outside.clone())
            .build()
            .unwrap()
    }
}

impl Transport for Gate {
    fn send<'a>(
        &'a self,
        request: HttpRequest,
    ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            if request.url.path().ends_with("/queryorder") {
                let body = String::from_utf8_lossy(&request.body).into_owned();
                if self.never.is_some_and(|number| body.contains(number)) {
                    std::future::pending::<()>().await;
                }
                let now = self.under_way.fetch_add(1, Ordering::SeqCst) + 1;
                self.most.fetch_max(now, Ordering::SeqCst);
                let _let_pass = self.answers.acquire().await.unwrap();
                self.under_way.fetch_sub(1, Ordering::SeqCst);
            }
            self.outside.send(request).await
        })
    }
}

/// Lets all others run until nothing changes any more.
async fn settle() {
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn as_many_calls_are_under_way_for_a_hospital_as_the_policy_says() {
    let hospital = Hospital::new();
    for number in 0..20 {
        hospital.place(&format!("T{number}")).await;
    }
    hospital.outside.advance(Duration::from_secs(16));
    let gate = Gate::new(&hospital.outside);
    let desk = gate.desk(&hospital.store);
    let round = tokio::spawn(async move { desk.work_once(desk.now()).await });
    settle().await;
    let places = Policy::default().calls_in_flight_per_hospital as usize;
    assert_eq!(gate.under_way.load(Ordering::SeqCst), places);
    gate.answers.add_permits(1_000);
    assert_eq!(round.await.unwrap().unwrap().orders, 20);
    assert_eq!(gate.most.load(Ordering::SeqCst), places);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_not_answered_holds_up_no_other_order() {
    let hospital = Hospital::new();
    for number in 0..40 {
        hospital.place(&format!("T{number}")).await;
    }
    let mut gate = Gate::new(&hospital.outside);
    gate.never = Some("[T7]");
    gate.answers.add_permits(1_000);
    let workers = gate.desk(&hospital.store).workers(1);
    for _ in 0..30 {
        hospital.outside.advance(Duration::from_secs(2));
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    drop(workers);
    // At 15, 45 and so on: the first two looks of all orders but one.
    assert!(hospital.outside.calls("queryorder") >= 2 * 39);
    for number in 0..40 {
        let story = hospital.story(&format!("T{number}")).await;
        let was_answered = story.iter().any(|line| line == "poller: query (NOTPAY)");
        assert_eq!(was_answered, number != 7, "T{number}: {story:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_new_order_whose_reply_is_lost_is_looked_at_in_the_middle_of_a_long_pass() {
    let hospital = Hospital::new();
    for number in 0..200 {
        hospital.place(&format!("T{number}")).await;
    }
    hospital.outside.advance(Duration::from_secs(16));
    let gate = Gate::new(&hospital.outside);
    let workers = gate.desk(&hospital.store).workers(1);
    settle().await;
    hospital
        .outside
        .trouble("unifiedorder", Trouble::AnswerLost);
    hospital.place("new").await;
    // It is due after the grace time, and the others are due for long.
    hospital.outside.advance(Duration::from_secs(91));
    let calls_before = hospital.outside.calls("queryorder");
    while hospital.state("new").await == State::Placing {
        gate.answers.add_permits(1);
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert!(hospital.outside.calls("queryorder") - calls_before < 100);
    }
    assert_eq!(hospital.state("new").await, State::Placed);
    drop(workers);
}

#[tokio::test]
async fn events_of_many_orders_are_delivered_at_once_and_those_of_one_in_sequence() {
    let (let_pass, delivered) = (
        Arc::new(Semaphore::new(0)),
        Arc::new(Mutex::new(Vec::new())),
    );
    let under_way = Arc::new(AtomicUsize::new(0));
    let (answers, taken, counted) = (let_pass.clone(), delivered.clone(), under_way.clone());
    let sink = move |event: Event| {
        let (answers, taken, counted) = (answers.clone(), taken.clone(), counted.clone());
        async move {
            counted.fetch_add(1, Ordering::SeqCst);
            let _let_pass = answers.acquire().await.unwrap();
            counted.fetch_sub(1, Ordering::SeqCst);
            let of = event.order.hosp_out_trade_no;
            taken.lock().unwrap().push((of, event.event.kind));
            Ok(())
        }
    };
    let hospital = Hospital::with(Config::default(), |desk| desk.events(sink));
    for number in 0..10 {
        let delivery = hospital
            .paid_without_notification(&format!("T{number}"))
            .await;
        hospital.deliver(&delivery).await;
    }
    let desk = hospital.desk.clone();
    let round = tokio::spawn(async move { desk.work_once(desk.now()).await });
    settle().await;
    // Each order has two events, of which the first is under way.
    assert_eq!(under_way.load(Ordering::SeqCst), 10);
    let_pass.add_permits(1_000);
    round.await.unwrap().unwrap();
    hospital.work().await;
    let delivered = delivered.lock().unwrap();
    assert_eq!(delivered.len(), 20);
    for number in 0..10 {
        let of = format!("T{number}");
        let kinds: Vec<&str> = delivered
            .iter()
            .filter(|(order, _)| *order == of)
            .map(|(_, kind)| kind.as_str())
            .collect();
        assert_eq!(kinds, ["order.placed", "order.paid"]);
    }
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
async fn workers_stop_when_they_are_asked_to() {
    let hospital = Hospital::new();
    hospital.place("T1").await;
    let workers = hospital.desk.workers(2);
    tokio::time::sleep(Duration::from_secs(2)).await;
    workers.stop().await;
    assert_eq!(hospital.delivered(), ["order.placed"]);
}

#[tokio::test]
async fn metrics_count_moves_and_calls_and_hold_no_number() {
    let hospital = Hospital::new();
    let delivery = hospital.paid_without_notification("T1").await;
    hospital.deliver(&delivery).await;
    let text = hospital.desk.metrics();
    for line in [
        "payinsurance_order_transitions_total{from=\"placed\",to=\"paid\"} 1",
        "payinsurance_notifications_total{outcome=\"stored\"} 1",
        "payinsurance_client_call_duration_seconds_count{interface=\"unifiedorder\",error_type=\"\"} 1",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    assert!(!text.contains("T1"), "{text}");
}

#[tokio::test]
async fn nothing_personal_is_shown_of_an_order() {
    let hospital = Hospital::new();
    let delivery = hospital.paid_without_notification("T1").await;
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
