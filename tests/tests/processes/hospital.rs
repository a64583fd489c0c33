//! A hospital as the tests see it: the sandbox, the front door, a database, and the process that runs just now.

use std::sync::Arc;
use std::time::Duration;

use payinsurance_orders::store::{EventStanding, Line};
use payinsurance_orders::{Order, State};
use payinsurance_sandbox::{Act, Config, OrderView, Sandbox};
use serde::Deserialize;
use serde_json::json;

use crate::child::HospitalProcess;
use crate::database::{Database, Kind};
use crate::front::Front;

/// After so many minutes of the hospital's clock whatever is ever done has been done: an order lives for two hours, a claim for ninety seconds.
const MAX_MINUTES: u64 = 600;

pub(crate) struct Hospital {
    pub(crate) sandbox: Arc<Sandbox>,
    pub(crate) front: Front,
    database: Database,
    workers: usize,
    ahead: u64,
    process: Option<HospitalProcess>,
}

/// All that the desk has of an order.
#[derive(Deserialize)]
pub(crate) struct Shown {
    pub(crate) order: Option<Order>,
    pub(crate) history: Vec<Line>,
    pub(crate) events: Vec<ShownEvent>,
    /// Notifications that were accepted and stored.
    pub(crate) accepted: usize,
}

#[derive(Deserialize)]
pub(crate) struct ShownEvent {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) standing: EventStanding,
}

impl Hospital {
    /// A hospital over a new database with one process running; `None` without a server of that kind.
    pub(crate) async fn new(kind: Kind, case: &str, workers: usize) -> Option<Self> {
        let database = Database::new(kind, case).await?;
        let mut config = Config::default();
        config.traffic = 1_000_000;
        let sandbox = Sandbox::builder().config(config).seed(1).start();
        let mut hospital = Self {
            sandbox: Arc::new(sandbox.await.unwrap()),
            front: Front::open().await,
            database,
            workers,
            ahead: 0,
            process: None,
        };
        hospital.start();
        Some(hospital)
    }

    /// Starts the process, and has the front door lead to it.
    pub(crate) fn start(&mut self) {
        let process = self.another_process();
        self.front.leads_to(Some(process.address.clone()));
        self.process = Some(process);
    }

    /// Starts a process beside the one that runs.
    pub(crate) fn another_process(&self) -> HospitalProcess {
        HospitalProcess::start(&json!({
            "store": self.database.store,
            "origin": self.sandbox.origin(),
            "merchant": self.sandbox.merchants()[0],
            "front": self.front.origin,
            "ahead": self.ahead,
            "workers": self.workers,
        }))
    }

    /// Kills the process where it stands.
    pub(crate) fn kill(&mut self) {
        self.front.leads_to(None);
        self.process.take().unwrap().kill();
    }

    /// The process that runs, to be given a command.
    pub(crate) fn process(&mut self) -> &mut HospitalProcess {
        self.process.as_mut().unwrap()
    }

    /// The process that runs, to be watched.
    pub(crate) fn running(&self) -> &HospitalProcess {
        self.process.as_ref().unwrap()
    }

    /// Gives a command to the process, and waits for its answer.
    pub(crate) fn tell(&mut self, command: &str) -> String {
        self.process().tell(command)
    }

    /// Lets time pass, for the process and for the platform. What falls due there has happened when this returns.
    pub(crate) async fn pass(&mut self, seconds: u64) {
        self.begin_to_pass(seconds).await;
    }

    /// Lets time pass for the process; the platform's passes while this is awaited, which may need the process, or its death.
    pub(crate) fn begin_to_pass(&mut self, seconds: u64) -> impl Future<Output = ()> + use<> {
        self.ahead += seconds;
        let _unanswered = self.process().ask(&format!("advance {seconds}"));
        let sandbox = Arc::clone(&self.sandbox);
        async move { sandbox.advance(Duration::from_secs(seconds)).await }
    }

    /// Lets time pass and the desk work until nothing is left to be done.
    pub(crate) async fn settle(&mut self) {
        let mut left = String::new();
        for minute in 0..MAX_MINUTES {
            while self.tell("work") != "0" {}
            left = self.tell("unsettled");
            if left.is_empty() {
                return;
            }
            self.pass(60 + minute).await;
        }
        panic!("after {MAX_MINUTES} minutes something is still to be done with {left}");
    }

    /// The patient pays, and the news of it has been sent once.
    pub(crate) async fn paid(&mut self, number: &str) {
        self.sandbox.pay(number, Act::Pay).unwrap();
        self.sandbox.advance(Duration::ZERO).await;
    }

    pub(crate) fn shown(&mut self, number: &str) -> Shown {
        let shown = self.tell(&format!("show {number}"));
        serde_json::from_str(&shown).unwrap_or_else(|error| panic!("{error}: {shown}"))
    }

    /// How an order stands at the desk, if it has it.
    pub(crate) fn state(&mut self, number: &str) -> Option<State> {
        self.shown(number).order.map(|order| order.state)
    }

    /// The order as the platform has it. There are never two of one number.
    pub(crate) fn at_platform(&self, number: &str) -> Option<OrderView> {
        let orders = self.sandbox.orders();
        let mut of_number = orders
            .into_iter()
            .filter(|view| view.hosp_out_trade_no == number);
        let view = of_number.next();
        assert!(of_number.next().is_none(), "{number} is there twice");
        view
    }
}
