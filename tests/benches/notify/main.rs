//! Durable notifications per second over HTTP: `cargo bench -p conformance --bench notify -- --json`.
//!
//! 64 connections deliver notifications of different orders to the order desk on SQLite (`synchronous` FULL), one behind the other on each. In the
//! same run, in turns: the same server over a store that keeps nothing, which no database can beat, and the same database with one transaction for
//! each request. Every reply must say SUCCESS; every hundredth is verified, and in the end every order must be paid and have one event.
//! The load comes from this process too and counts for all alike.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot run must stop")]

mod load;
mod paid_orders;
mod weightless;
#[path = "../../../orders/tests/world/mod.rs"]
#[expect(dead_code, reason = "the tests of the desk use the rest")]
mod world;

use std::sync::Arc;
use std::time::Duration;

use conformance::bench::Rows;
use payinsurance_orders::store::{
    EventFilter, MemoryStore, OrderFilter, SqliteOptions, SqliteStore, Store,
};
use payinsurance_orders::{Desk, Order, Routes, State};
use payinsurance_sandbox::Mode;
use tempfile::TempDir;
use tokio::net::TcpListener;

use load::{Load, Outcome, deliver};
use paid_orders::{HOSPITAL, PaidOrders, pay};
use weightless::Weightless;
use world::Outside;

/// Connections that deliver at once.
const CONNECTIONS: usize = 64;
/// Each candidate has its turn so often.
const TURNS: usize = 4;
/// Notifications of a turn; the slow candidate gets fewer.
const A_TURN: usize = 15_000;
const A_SLOW_TURN: usize = 1_000;
/// What warms up the connections and the caches, and is not counted.
const WARM_UP: usize = 1_000;
/// The longest that ninety-nine of a hundred may take, in milliseconds.
const AIM: f64 = 25.0;

#[tokio::main]
async fn main() {
    let rows = Rows::from_args();
    let outside = Outside::new(payinsurance_sandbox::Config::default(), 1);
    let paid = pay(&outside, WARM_UP + TURNS * A_TURN).await;

    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let grouped = store(&folder, "grouped.db", None, &paid).await;
    let single = store(&folder, "single.db", Some(1), &paid).await;
    let memory = MemoryStore::default();
    paid.place_in(&memory, CONNECTIONS).await;
    let nothing = Candidate::start(&outside, Arc::new(Weightless::new(&paid))).await;
    let in_memory = Candidate::start(&outside, Arc::new(memory)).await;
    let durable = Candidate::start(&outside, Arc::new(grouped.clone())).await;
    let each_alone = Candidate::start(&outside, Arc::new(single.clone())).await;

    let mut sums: [Outcome; 4] = std::array::from_fn(|_| Outcome::default());
    for turn in 0..=TURNS {
        // The first turn warms up.
        let from = turn
            .checked_sub(1)
            .map_or(0, |turn| WARM_UP + turn * A_TURN);
        for (sum, candidate, most) in [
            (0, &nothing, A_TURN),
            (1, &in_memory, A_TURN),
            (2, &durable, A_TURN),
            (3, &each_alone, A_SLOW_TURN),
        ] {
            let count = if turn == 0 { WARM_UP } else { most };
            let outcome = candidate.turn(&paid, from, count).await;
            if turn > 0 {
                sums[sum].add(outcome);
            }
        }
    }
    assert_stored(&grouped, WARM_UP + TURNS * A_TURN).await;
    assert_stored(&single, WARM_UP + TURNS * A_SLOW_TURN).await;

    let [nothing, in_memory, durable, each_alone] = &sums;
    let (a_second, milliseconds) = ("per second", "ms");
    rows.row(
        "durable notifications at 64 connections, share of the same server without a database",
        durable.a_second(),
        a_second,
        in_memory.a_second(),
    );
    rows.row(
        "durable notifications at 64 connections, share of a server that keeps nothing",
        durable.a_second(),
        a_second,
        nothing.a_second(),
    );
    rows.row(
        "durable notifications at 64 connections, times one transaction per request",
        durable.a_second(),
        a_second,
        each_alone.a_second(),
    );
    rows.row(
        "one transaction per request, share of the same server without a database",
        each_alone.a_second(),
        a_second,
        in_memory.a_second(),
    );
    rows.row(
        "durable notifications: time of 99 in 100, share of 25 ms",
        durable.milliseconds(99),
        milliseconds,
        AIM,
    );
    rows.row(
        "durable notifications: time of 50 in 100, times the server without a database",
        durable.milliseconds(50),
        milliseconds,
        in_memory.milliseconds(50),
    );
}

/// A database on disk that holds all orders.
async fn store(
    folder: &TempDir,
    name: &str,
    group_limit: Option<usize>,
    paid: &PaidOrders,
) -> SqliteStore {
    let path = folder.path().join(name);
    let store = SqliteStore::open(&path).await.unwrap();
    paid.place_in(&store, CONNECTIONS).await;
    store.close().await;
    let options = SqliteOptions::new(path);
    let options = match group_limit {
        Some(limit) => options.group_limit(limit),
        None => options,
    };
    options.open().await.unwrap()
}

/// Every order with a notification is paid, and one event of it waits for the hospital's own system.
async fn assert_stored(store: &SqliteStore, count: usize) {
    let paid = OrderFilter {
        states: vec![State::Paid],
        limit: u32::MAX,
        ..OrderFilter::default()
    };
    let orders: Vec<Order> = store.orders(&paid).await.unwrap().rows;
    assert_eq!(orders.len(), count, "orders that are paid");
    let all = EventFilter {
        limit: u32::MAX,
        ..EventFilter::default()
    };
    let events = store.events(&all).await.unwrap().rows;
    assert_eq!(events.len(), count, "events");
}

/// A desk behind HTTP.
struct Candidate {
    load: Load,
}

impl Candidate {
    async fn start(outside: &Outside, store: Arc<dyn Store>) -> Self {
        let client = outside.client(Mode::ServiceProvider);
        let desk = Desk::over(store)
            .merchant(HOSPITAL, client)
            .build()
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            axum::serve(listener, Routes::new(desk).router())
                .await
                .unwrap();
        });
        let load = Load::connect(address, CONNECTIONS).await;
        Self { load }
    }

    async fn turn(&self, paid: &PaidOrders, from: usize, count: usize) -> Outcome {
        let outcome = deliver(&self.load, paid, from..from + count).await;
        // A disk that is still busy with this one would slow the next.
        tokio::time::sleep(Duration::from_millis(200)).await;
        outcome
    }
}
