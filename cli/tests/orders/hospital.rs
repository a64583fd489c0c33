//! A store that desks have filled: orders of two hospitals, a payment, a refund, forged notifications, dead letters.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use payinsurance_orders::store::{Event, PostgresStore, SqliteStore, Store};
use payinsurance_orders::{Desk, DeskBuilder, Policy, RefundRequest};
use payinsurance_sandbox::samples::refund_content;
use payinsurance_sandbox::{Act, Config, Mode};
use signed_xml::Fen;

use crate::world::{Outside, order};

/// What was stored, in the order in which it happened, at 16:31:02 on 2026-05-01 and later:
/// - hospital `first`: T1 is placed; T2 is paid and 0.50 of its cash is given back; its own system has taken nothing, all events are dead;
/// - hospital `clinic`: T1 is placed, an hour later; its event waits;
/// - one notification of `first` was accepted; one was forged, and one tries to write on the terminal.
pub(crate) struct Hospitals {
    pub(crate) outside: Outside,
    store: Arc<dyn Store>,
}

/// The sandbox's own values that only the two parties, or only the patient, may see.
pub(crate) struct Secrets {
    pub(crate) key: String,
    pub(crate) app_secret: String,
}

impl Hospitals {
    /// Fills a new SQLite file of that folder; its path.
    pub(crate) async fn in_file(folder: &tempfile::TempDir) -> (Self, String) {
        let path = folder.path().join("orders.db");
        let store = SqliteStore::open(&path).await.unwrap();
        let hospitals = Self::fill(Arc::new(store)).await;
        (hospitals, path.display().to_string())
    }

    /// Fills a new schema of the server, if there is a server; its URL.
    pub(crate) async fn on_server(case: &str) -> Option<(Self, String)> {
        let url = crate::server::url()?;
        let url = crate::server::fresh_schema(&url, case).await;
        let store = PostgresStore::open(&url).await.unwrap();
        Some((Self::fill(Arc::new(store)).await, url))
    }

    async fn fill(store: Arc<dyn Store>) -> Self {
        let outside = Outside::new(Config::default(), 1);
        let hospitals = Self { outside, store };
        let outside = &hospitals.outside;
        let first = hospitals.first(|event: Event| {
            let error = format!("{} was not taken: connection refused", event.event.kind);
            async move { Err(error) }
        });
        first.place("first", &order("T1")).await.unwrap();
        outside.advance(Duration::from_secs(60));
        first.place("first", &order("T2")).await.unwrap();
        outside
            .on_platform(|platform, moment| platform.patient("T2", Act::Pay, moment))
            .unwrap();
        let genuine = outside.due().remove(0).body;
        assert!(first.notify(&genuine).await.unwrap().outcome.is_success());
        let genuine = String::from_utf8(genuine).unwrap();
        let forged = genuine.replace("250", "251");
        assert_ne!(forged, genuine);
        let hostile = "<xml><bill_no>\u{9b}2J\u{202e}</bill_no><openid>oSomebody</openid></xml>";
        for body in [&forged, hostile] {
            let reply = first.notify(body.as_bytes()).await.unwrap();
            assert!(!reply.outcome.is_success());
        }

        outside.advance(Duration::from_secs(60));
        let refund = RefundRequest::cash(Fen(50), refund_content());
        first.refund("first", "T2", &refund).await.unwrap();
        for _ in 0..20 {
            outside.advance(Duration::from_secs(30));
            while first.work_once(first.now()).await.unwrap().events > 0 {}
        }

        let clinic = Outside::new(Config::default(), 2);
        clinic.advance(Duration::from_secs(3_600));
        let of_clinic = Desk::over(hospitals.store.clone())
            .merchant("clinic", clinic.client(Mode::ServiceProvider))
            .clock(clinic.clone())
            .nonce(clinic.clone())
            .build()
            .unwrap();
        of_clinic.place("clinic", &order("T1")).await.unwrap();
        hospitals
    }

    /// A desk of `first` that delivers events there, once.
    fn first<F, Taken>(&self, sink: F) -> Desk
    where
        F: Fn(Event) -> Taken + Send + Sync + 'static,
        Taken: Future<Output = Result<(), String>> + Send + 'static,
    {
        let mut policy = Policy::default();
        policy.event_tries = 1;
        policy.expires_after = None;
        self.of_first(|desk| desk.events(sink).policy(policy).clock(self.outside.clone()))
    }

    fn of_first(&self, change: impl FnOnce(DeskBuilder) -> DeskBuilder) -> Desk {
        let desk = Desk::over(self.store.clone())
            .merchant("first", self.outside.client(Mode::ServiceProvider))
            .nonce(self.outside.clone());
        change(desk).build().unwrap()
    }

    /// The ids of what a desk delivers now, by the clock of this machine.
    pub(crate) async fn delivered_now(&self) -> Vec<String> {
        let taken = Arc::new(std::sync::Mutex::new(Vec::new()));
        let ears = taken.clone();
        let desk = self.of_first(|desk| {
            desk.events(move |event: Event| {
                ears.lock().unwrap().push(event.event.id);
                async { Ok(()) }
            })
        });
        while desk.work_once(desk.now()).await.unwrap().events > 0 {}
        let taken = taken.lock().unwrap();
        taken.clone()
    }

    /// Places orders until it is asked to stop; how many there were.
    pub(crate) async fn go_on_placing(&self, stop: Arc<AtomicBool>) -> usize {
        let desk = self.first(|_| async { Ok(()) });
        for count in 0.. {
            if stop.load(Ordering::SeqCst) {
                return count;
            }
            let number = format!("N{count}");
            desk.place("first", &order(&number)).await.unwrap();
        }
        unreachable!("it goes on until it is stopped")
    }

    pub(crate) fn secrets(&self) -> Secrets {
        let parts = self.outside.parts();
        let merchant = parts.platform.config().merchant(Mode::ServiceProvider);
        let merchant = merchant.unwrap();
        Secrets {
            key: merchant.key.clone(),
            app_secret: merchant.app_secret.clone(),
        }
    }
}
