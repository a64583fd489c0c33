//! A hospital with a desk, and the platform outside of it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use payinsurance_orders::store::{Event, MemoryStore, Store};
use payinsurance_orders::{Desk, DeskBuilder, Order, Reply, State};
use payinsurance_sandbox::{Act, Config, Delivery, Mode};

use crate::world::{Outside, order};

/// The name under which the desk knows the hospital.
pub(crate) const HOSPITAL: &str = "first";

pub(crate) struct Hospital {
    pub(crate) outside: Outside,
    pub(crate) store: MemoryStore,
    pub(crate) desk: Desk,
    /// Events that the hospital's own system received: kind and payload.
    pub(crate) delivered: Arc<Mutex<Vec<(String, serde_json::Value)>>>,
}

impl Hospital {
    pub(crate) fn new() -> Self {
        Self::with(Config::default(), |desk| desk)
    }

    pub(crate) fn with(config: Config, change: impl FnOnce(DeskBuilder) -> DeskBuilder) -> Self {
        let outside = Outside::new(config, 1);
        let store = MemoryStore::default();
        let delivered = Arc::new(Mutex::new(Vec::new()));
        let sent = Arc::clone(&delivered);
        let sink = move |event: Event| {
            let payload = serde_json::from_str(&event.event.payload).unwrap();
            sent.lock().unwrap().push((event.event.kind, payload));
            async { Ok(()) }
        };
        let builder = Desk::builder(store.clone())
            .merchant(HOSPITAL, outside.client(Mode::ServiceProvider))
            .clock(outside.clone())
            .nonce(outside.clone())
            .events(sink);
        let desk = change(builder).build().unwrap();
        Self {
            outside,
            store,
            desk,
            delivered,
        }
    }

    /// Another process over the same store.
    pub(crate) fn another_process(&self) -> Desk {
        Desk::builder(self.store.clone())
            .merchant(HOSPITAL, self.outside.client(Mode::ServiceProvider))
            .clock(self.outside.clone())
            .nonce(self.outside.clone())
            .build()
            .unwrap()
    }

    pub(crate) async fn place(&self, number: &str) -> Order {
        self.desk.place(HOSPITAL, &order(number)).await.unwrap()
    }

    pub(crate) async fn order(&self, number: &str) -> Order {
        self.desk.order(HOSPITAL, number).await.unwrap()
    }

    pub(crate) async fn state(&self, number: &str) -> State {
        self.order(number).await.state
    }

    pub(crate) fn patient(&self, number: &str, act: Act) {
        self.outside
            .on_platform(|platform, moment| platform.patient(number, act, moment))
            .unwrap();
    }

    /// Places an order, has it paid, and returns the notification, which is not delivered yet.
    pub(crate) async fn paid_without_notification(&self, number: &str) -> Delivery {
        self.place(number).await;
        self.patient(number, Act::Pay);
        self.outside.due().remove(0)
    }

    /// Delivers a notification and tells the platform of the answer, which must be one that it accepts or refuses as expected.
    pub(crate) async fn deliver(&self, delivery: &Delivery) -> Reply {
        let reply = self.desk.notify(&delivery.body).await.unwrap();
        let answer = Ok((200, &reply.body[..]));
        let accepted = self
            .outside
            .on_platform(|platform, _| platform.judge_answer(&delivery.hosp_out_trade_no, answer));
        assert_eq!(accepted.is_ok(), reply.outcome.is_success(), "{accepted:?}");
        reply
    }

    /// Lets the workers work off all that is due.
    pub(crate) async fn work(&self) {
        loop {
            let worked = self.desk.work_once(self.desk.now()).await.unwrap();
            if worked.orders + worked.events == 0 {
                return;
            }
        }
    }

    /// Lets time pass in small steps while the workers work.
    pub(crate) async fn pass(&self, seconds: u64) {
        for _ in 0..seconds.div_ceil(5) {
            self.outside.advance(Duration::from_secs(5));
            self.work().await;
        }
    }

    /// The kinds of events that the hospital's own system received, in their order.
    pub(crate) fn delivered(&self) -> Vec<String> {
        let delivered = self.delivered.lock().unwrap();
        delivered.iter().map(|(kind, _)| kind.clone()).collect()
    }

    /// The history of an order in short: who and what.
    pub(crate) async fn story(&self, number: &str) -> Vec<String> {
        let key = self.order(number).await.key;
        let lines = self.store.history(&key).await.unwrap().rows;
        lines
            .iter()
            .map(|line| format!("{}: {} ({})", line.by, line.what, line.evidence))
            .collect()
    }
}
