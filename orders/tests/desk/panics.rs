//! Code of the hospital that panics: no event is lost, and no worker loop ends.

use std::future::Ready;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use payinsurance_orders::store::{Event, EventFilter, EventStanding};

use crate::hospital::Hospital;

/// Panics the first `times` times.
fn panicking(times: u32) -> (Arc<AtomicU32>, impl Fn(Event) -> Ready<Result<(), String>>) {
    let tries = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&tries);
    let sink = move |_: Event| {
        let tried = counted.fetch_add(1, Ordering::Relaxed);
        assert!(tried >= times, "the hospital's system has a fault");
        std::future::ready(Ok(()))
    };
    (tries, sink)
}

#[tokio::test]
async fn an_event_whose_receiver_panics_comes_again_and_says_why() {
    let (tries, sink) = panicking(1);
    let hospital = Hospital::with(Default::default(), |desk| desk.events(sink));
    hospital.place("T1").await;
    hospital.work().await;
    let events = hospital
        .desk
        .events(&EventFilter::default())
        .await
        .unwrap()
        .rows;
    assert_eq!(events[0].standing, EventStanding::Waiting);
    let error = events[0].last_error.as_deref().unwrap();
    assert!(
        error.contains("the hospital's system has a fault"),
        "{error}"
    );
    hospital.pass(60).await;
    let events = hospital
        .desk
        .events(&EventFilter::default())
        .await
        .unwrap()
        .rows;
    assert_eq!(events[0].standing, EventStanding::Delivered);
    assert_eq!(tries.load(Ordering::Relaxed), 2);
}

#[tokio::test(start_paused = true)]
async fn worker_loops_go_on_after_a_panic() {
    let (tries, sink) = panicking(3);
    let hospital = Hospital::with(Default::default(), |desk| desk.events(sink));
    hospital.place("T1").await;
    let workers = hospital.desk.workers(1);
    for _ in 0..200 {
        hospital.outside.advance(Duration::from_secs(10));
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    workers.stop().await;
    let events = hospital
        .desk
        .events(&EventFilter::default())
        .await
        .unwrap()
        .rows;
    assert_eq!(events[0].standing, EventStanding::Delivered);
    assert_eq!(events[0].event.kind, "order.placed");
    assert!(tries.load(Ordering::Relaxed) > 3);
}
