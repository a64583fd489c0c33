//! Code of the hospital that panics: no event is lost, and no worker loop ends.

use std::future::Ready;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use payinsurance::signed_xml_client::{
    BoxFuture, Clock, HttpRequest, HttpResponse, Nonce, Transport, TransportError,
};
use payinsurance_orders::store::{Event, EventFilter, EventStanding};
use payinsurance_orders::{Desk, State};
use payinsurance_sandbox::Mode;

use crate::hospital::{HOSPITAL, Hospital};
use crate::world::Outside;

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

/// A clock, randomness and a transport, one of which panics while it is named.
#[derive(Clone)]
pub(crate) struct Faulty {
    outside: Outside,
    pub(crate) part: Arc<Mutex<Option<&'static str>>>,
}

impl Faulty {
    pub(crate) fn panic_if(&self, part: &str) {
        let panics = *self.part.lock().unwrap() == Some(part);
        assert!(!panics, "the {part} has a fault");
    }
}

impl Clock for Faulty {
    fn now(&self) -> jiff::Timestamp {
        self.panic_if("clock");
        self.outside.now()
    }
}

impl Nonce for Faulty {
    fn nonce(&self) -> Option<String> {
        self.panic_if("nonce");
        self.outside.nonce()
    }
}

impl Transport for Faulty {
    fn send<'a>(
        &'a self,
        request: HttpRequest,
    ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        self.panic_if("transport");
        self.outside.send(request)
    }
}

pub(crate) fn faulty_desk(hospital: &Hospital) -> (Faulty, Desk) {
    let faulty = Faulty {
        outside: hospital.outside.clone(),
        part: Arc::default(),
    };
    let client = hospital.outside.client(Mode::ServiceProvider);
    let desk = Desk::builder(hospital.store.clone())
        .merchant(HOSPITAL, client.transport(faulty.clone()))
        .clock(faulty.clone())
        .nonce(faulty.clone())
        .build()
        .unwrap();
    (faulty, desk)
}

#[tokio::test(start_paused = true)]
async fn worker_loops_go_on_after_a_panic_of_what_comes_from_outside() {
    for part in ["clock", "nonce", "transport"] {
        let hospital = Hospital::new();
        hospital.paid_without_notification("T1").await;
        let (faulty, desk) = faulty_desk(&hospital);
        *faulty.part.lock().unwrap() = Some(part);
        let workers = desk.workers(1);
        for round in 0..200 {
            if round == 100 {
                assert_eq!(hospital.state("T1").await, State::Placed, "{part}");
                *faulty.part.lock().unwrap() = None;
            }
            hospital.outside.advance(Duration::from_secs(10));
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        workers.stop().await;
        assert_eq!(hospital.state("T1").await, State::Paid, "{part}");
    }
}
