//! How long the workers take for 100,000 open orders, and how long an urgent one waits meanwhile: `cargo bench -p conformance --bench polling -- --json`.
//!
//! The orders are in SQLite; the platform is on loopback and takes 50 ms for each answer. A whole pass would take minutes, so a part of it is timed while
//! all orders are due, and the rest is reckoned. In the same run: one call after the other, as many bare calls at once, and a store without events
//! that wait for earlier ones.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot run must stop")]

mod platform;
#[path = "../../../orders/tests/world/mod.rs"]
#[expect(dead_code, reason = "the tests of the desk use the rest")]
mod world;

use std::time::{Duration, Instant};

use conformance::bench::Rows;
use futures_util::{StreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use payinsurance::signed_xml_client::HttpTransport;
use payinsurance::{Client, queryorder};
use payinsurance_orders::store::{
    Change, Claim, Delivery, Line, MemoryStore, NewEvent, SqliteStore, Store,
};
use payinsurance_orders::{Desk, Order, Policy, State};
use payinsurance_sandbox::Mode;
use signed_xml::{Fields, Key};
use tempfile::TempDir;

use platform::{LATENCY, Platform};
use world::{Outside, order};

const HOSPITAL: &str = "first";
/// Orders that are open, and due.
const OPEN: usize = 100_000;
/// So many of them are looked at with many calls in flight, and so many one after the other.
const TIMED: usize = 4_800;
const TIMED_ONE_BY_ONE: usize = 100;
/// As `orders/README.md` has it.
const LOOPS: usize = 2;
/// New orders that come up in the middle of a pass.
const NEW: usize = 20;
/// Claims of events that are timed.
const CLAIMS: usize = 200;
/// How many events wait for each order's first one.
const EVENTS_OF_ONE: usize = 100;

#[tokio::main]
async fn main() {
    let rows = Rows::from_args();
    let outside = Outside::new(payinsurance_sandbox::Config::default(), 1);
    let (template, reply) = sample(&outside).await;
    let config = outside.parts().platform.config().clone();
    let merchant = config.merchant(Mode::ServiceProvider).unwrap().clone();
    let key = Key::new(merchant.key.as_str()).unwrap();
    let (platform, address) = Platform::start(outside.clone(), &reply, key).await;
    let client = || {
        let client = outside.client(Mode::ServiceProvider);
        client
            .origin(format!("http://{address}"))
            .transport(HttpTransport::new().unwrap())
    };

    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let store = SqliteStore::open(folder.path().join("open.db"))
        .await
        .unwrap();
    place_open(&store, &template, OPEN).await;
    let desk = |policy: Policy| {
        Desk::builder(store.clone())
            .merchant(HOSPITAL, client())
            .clock(outside.clone())
            .policy(policy)
            .build()
            .unwrap()
    };

    let whole = |took: Duration, of: usize| took.as_secs_f64() * (OPEN as f64 / of as f64);
    let mut one_by_one = Policy::default();
    one_by_one.calls_in_flight = 1;
    let slow = timed(&desk(one_by_one), 1, &platform, TIMED_ONE_BY_ONE).await;
    let slow = whole(slow, TIMED_ONE_BY_ONE);
    let policy = Policy::default();
    let at_once = LOOPS * policy.calls_in_flight_per_hospital as usize;
    let bare = bare_calls(&client().build().unwrap(), at_once).await;
    let bare = whole(bare, TIMED);
    let pass = timed(&desk(policy.clone()), LOOPS, &platform, TIMED).await;
    let pass = whole(pass, TIMED);
    rows.row(
        "one pass over 100,000 open orders of a hospital, 2 loops, 50 ms an answer (reckoned from 4,800), share of one call after the other",
        pass,
        "s",
        slow,
    );
    rows.row(
        "one pass over 100,000 open orders of a hospital, 2 loops, 50 ms an answer (reckoned from 4,800), times 16 bare calls at once",
        pass,
        "s",
        bare,
    );

    let workers = desk(policy).workers(LOOPS);
    let waits = waits(&store, &template, &platform).await;
    workers.stop().await;
    let answer = LATENCY.as_secs_f64() * 1e3;
    for (which, wait) in [
        ("50 in 100", waits[NEW / 2]),
        ("the longest", waits[NEW - 1]),
    ] {
        rows.row(
            &format!("wait of a new order whose reply was lost, in the middle of a pass, {which} of 20, times one answer of the platform"),
            wait.as_secs_f64() * 1e3,
            "ms",
            answer,
        );
    }

    let (blocked, free) = claims(&folder, &template).await;
    rows.row(
        "claim of 16 events on SQLite beside 100,000 that wait for earlier ones, times the same without them",
        blocked.as_secs_f64() * 1e3,
        "ms",
        free.as_secs_f64() * 1e3,
    );
}

/// An order that is placed, and what the platform answers to a query for it.
async fn sample(outside: &Outside) -> (Order, Fields) {
    let client = outside.client(Mode::ServiceProvider);
    let desk = Desk::builder(MemoryStore::default())
        .merchant(HOSPITAL, client)
        .clock(outside.clone())
        .build()
        .unwrap();
    let placed = desk.place(HOSPITAL, &order("N0")).await.unwrap();
    let client: Client = outside.client(Mode::ServiceProvider).build().unwrap();
    let reply = client.queryorder(&query("N0")).await.unwrap();
    (placed, Fields::of(&reply).unwrap())
}

fn query(number: &str) -> queryorder::Request {
    let request = queryorder::Request::builder().hosp_out_trade_no(number);
    request.build().unwrap()
}

/// The same order under another number.
fn another(template: &Order, number: &str) -> Order {
    let mut order = template.clone();
    order.key.hosp_out_trade_no = number.to_owned();
    if let Some(placed) = &mut order.placed {
        placed.med_trans_id = format!("M{number}");
    }
    order
}

fn line(order: &Order) -> Line {
    Line {
        at: order.times.created_at,
        by: "caller".to_owned(),
        what: "placed".to_owned(),
        evidence: String::new(),
        from: None,
        to: order.state,
    }
}

/// Orders that are placed and due.
async fn place_open(store: &dyn Store, template: &Order, count: usize) {
    let placed = stream::iter(0..count).map(|number| async move {
        let mut order = another(template, &format!("N{number}"));
        let earlier = SignedDuration::from_micros(number.try_into().unwrap());
        order.due_at = Some(order.times.created_at - SignedDuration::from_secs(1) + earlier);
        assert!(store.insert(&order, &line(&order)).await.unwrap().is_none());
    });
    placed.buffer_unordered(512).count().await;
}

/// How long it takes that the platform is asked for so many orders, once the workers are under way.
async fn timed(desk: &Desk, loops: usize, platform: &Platform, count: usize) -> Duration {
    let workers = desk.workers(loops);
    platform.is_asked(loops).await;
    let begun = Instant::now();
    platform.is_asked(count).await;
    let took = begun.elapsed();
    workers.stop().await;
    took
}

/// How long it takes to ask the platform without a desk, so many at once.
async fn bare_calls(client: &Client, at_once: usize) -> Duration {
    let begun = Instant::now();
    let calls = stream::iter(0..TIMED).map(|number| async move {
        let reply = client.queryorder(&query(&format!("N{number}"))).await;
        assert!(reply.is_ok());
    });
    calls.buffer_unordered(at_once).count().await;
    begun.elapsed()
}

/// How long new orders, whose replies were lost, wait until the platform is asked for them; the shortest first.
async fn waits(store: &SqliteStore, template: &Order, platform: &Platform) -> Vec<Duration> {
    let mut waits = Vec::new();
    for number in 0..NEW {
        platform.is_asked(100).await;
        let number = format!("L{number}");
        let mut new = another(template, &number);
        new.state = State::Placing;
        new.placed = None;
        // The time has come in which it is asked what became of it.
        new.due_at = Some(new.times.created_at);
        platform.awaits(&number);
        assert!(store.insert(&new, &line(&new)).await.unwrap().is_none());
        let begun = Instant::now();
        waits.push(platform.asked_at(&number).await - begun);
    }
    waits.sort();
    waits
}

/// The middle time of a claim beside many events that wait for earlier ones, and of the same claim without them, in turns.
async fn claims(folder: &TempDir, template: &Order) -> (Duration, Duration) {
    let mut stores = Vec::new();
    for (name, waiting) in [("blocked.db", EVENTS_OF_ONE), ("free.db", 0)] {
        let store = SqliteStore::open(folder.path().join(name)).await.unwrap();
        let orders = OPEN / EVENTS_OF_ONE;
        let notified = stream::iter(0..orders).map(|number| {
            let (store, order) = (&store, another(template, &format!("E{number}")));
            async move {
                store.insert(&order, &line(&order)).await.unwrap();
                let events = (0..=waiting).map(|event| NewEvent {
                    id: format!("{number}-{event}"),
                    kind: "order.placed".to_owned(),
                    payload: "{}".to_owned(),
                });
                let change = Change {
                    events: events.collect(),
                    line: None,
                    received: None,
                    replacement: None,
                    order,
                };
                store.commit(&change).await.unwrap();
            }
        });
        notified.buffer_unordered(64).count().await;
        stores.push((store, Vec::new()));
    }
    let now = template.times.created_at + SignedDuration::from_hours(1);
    for _ in 0..CLAIMS {
        for (store, took) in &mut stores {
            took.push(claim(store, now).await);
        }
    }
    let middle = |took: &mut Vec<Duration>| {
        took.sort();
        took[took.len() / 2]
    };
    (middle(&mut stores[0].1), middle(&mut stores[1].1))
}

/// Claims 16 events, which the receiver does not take, so that they are due again.
async fn claim(store: &SqliteStore, now: Timestamp) -> Duration {
    let claim = Claim {
        merchants: vec![HOSPITAL.to_owned()],
        now,
        until: now + SignedDuration::from_secs(90),
        longest_wait: Duration::from_secs(86_400),
        limit: 16,
    };
    let begun = Instant::now();
    let claimed = store.claim_events(&claim).await.unwrap();
    let took = begun.elapsed();
    assert_eq!(claimed.events.len(), 16);
    let again = Delivery::Later {
        at: now,
        error: String::new(),
    };
    let ids = claimed.events.iter().map(|event| &event.event.id);
    let settled = ids.map(|id| async { store.settle_event(id, &again).await.unwrap() });
    stream::iter(settled).buffer_unordered(16).count().await;
    took
}
