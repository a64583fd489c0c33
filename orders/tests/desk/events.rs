//! Events: at least once, in order, with a stable id; a hospital's system that is down delays them and nothing else.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use payinsurance::signed_xml_client::{
    BoxFuture, HttpRequest, HttpResponse, Transport, TransportError,
};
use payinsurance_orders::store::{Event, EventFilter, EventStanding};
use payinsurance_orders::{HttpSink, Policy, WebhookSecret};
use payinsurance_sandbox::Config;

use crate::hospital::Hospital;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A hospital's system that can be down, and stores the ids that it took.
#[derive(Clone, Default)]
struct Receiver {
    down: Arc<AtomicBool>,
    taken: Arc<Mutex<Vec<(String, String)>>>,
}

impl Receiver {
    fn sink(&self) -> impl Fn(Event) -> std::future::Ready<Result<(), String>> + use<> {
        let receiver = self.clone();
        move |event| {
            if receiver.down.load(Ordering::Relaxed) {
                return std::future::ready(Err("connection refused".to_owned()));
            }
            let taken = (event.event.kind, event.event.id);
            receiver.taken.lock().unwrap().push(taken);
            std::future::ready(Ok(()))
        }
    }

    fn kinds(&self) -> Vec<String> {
        let taken = self.taken.lock().unwrap();
        taken.iter().map(|(kind, _)| kind.clone()).collect()
    }
}

fn with(receiver: &Receiver, policy: Policy) -> Hospital {
    let sink = receiver.sink();
    Hospital::with(Config::default(), |desk| desk.events(sink).policy(policy))
}

#[tokio::test]
async fn a_system_that_is_down_for_an_hour_hears_everything_afterwards_in_order() {
    let receiver = Receiver::default();
    receiver.down.store(true, Ordering::Relaxed);
    let hospital = with(&receiver, Policy::default());
    let delivery = hospital.paid_without_notification("T1").await;
    assert!(
        hospital.deliver(&delivery).await.outcome.is_success(),
        "the reply does not wait"
    );
    hospital.pass(3_600).await;
    assert!(receiver.kinds().is_empty());
    receiver.down.store(false, Ordering::Relaxed);
    hospital.pass(1_800).await;
    assert_eq!(receiver.kinds(), ["order.placed", "order.paid"]);
}

#[tokio::test]
async fn what_is_never_taken_becomes_a_dead_letter_and_can_be_replayed() {
    let receiver = Receiver::default();
    receiver.down.store(true, Ordering::Relaxed);
    let mut policy = Policy::default();
    policy.event_tries = 3;
    let hospital = with(&receiver, policy);
    hospital.place("T1").await;
    hospital.pass(120).await;
    let dead = EventFilter {
        standing: Some(EventStanding::Dead),
        ..EventFilter::default()
    };
    let letters = hospital.desk.events(&dead).await.unwrap().rows;
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].last_error.as_deref(), Some("connection refused"));
    receiver.down.store(false, Ordering::Relaxed);
    let ids = [letters[0].event.id.clone()];
    assert_eq!(hospital.desk.replay(&ids).await.unwrap(), 1);
    hospital.work().await;
    assert_eq!(receiver.taken.lock().unwrap()[0].1, ids[0]);
}

/// Takes what is posted.
#[derive(Clone, Default)]
struct Post(Arc<Mutex<Vec<HttpRequest>>>);

impl Transport for Post {
    fn send<'a>(
        &'a self,
        request: HttpRequest,
    ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        self.0.lock().unwrap().push(request);
        Box::pin(async { Ok(HttpResponse::new(204, "")) })
    }
}

#[tokio::test]
async fn an_event_is_posted_with_a_signature_that_its_receiver_can_check() {
    let post = Post::default();
    let secret = WebhookSecret::new(SECRET).unwrap();
    let sink = HttpSink::new("http://his.example/events", secret.clone()).unwrap();
    let sink = sink.transport(post.clone());
    let hospital = Hospital::with(Config::default(), |desk| desk.events(sink));
    hospital.place("T1").await;
    hospital.work().await;
    let posted = post.0.lock().unwrap();
    let request = &posted[0];
    let header = |name: &str| {
        let found = request.headers.iter().find(|(found, _)| found == name);
        found.unwrap().1.as_str()
    };
    assert!(secret.verify(
        header("webhook-id"),
        header("webhook-timestamp"),
        header("webhook-signature"),
        &request.body,
        Timestamp::now(),
        Duration::from_secs(300),
    ));
    let payload: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(payload["kind"], "order.placed");
    assert_eq!(payload["id"], header("webhook-id"));
    let text = String::from_utf8_lossy(&request.body);
    assert!(
        !text.contains("张三") && !text.contains("oSandbox"),
        "{text}"
    );
}
