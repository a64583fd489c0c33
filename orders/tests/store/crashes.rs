//! A process that dies at any point of a transaction: what it reported as stored is stored, and nothing is stored in part.
//!
//! Each test starts this program again with the name of a point; that process writes until it reaches the point for the fifth time and dies there,
//! having printed what was acknowledged.

use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use payinsurance_orders::State;
use payinsurance_orders::store::{Committed, EventFilter, OrderFilter, ReceivedFilter, Store};

use crate::samples::{insert, order, paid};
use crate::steps;

/// The database and the point, for the process that is to die.
const WHERE: &str = "CRASH_IN";
const STEP: &str = "CRASH_AT";

const DEATHS_BEFORE: u32 = 4;

/// Runs the process that dies, and checks what it left.
async fn assert_survives<S: Store>(
    child: &str,
    place: &str,
    step: &str,
    open: impl AsyncFn() -> S,
) {
    let output = Command::new(std::env::current_exe().unwrap())
        .args([
            child,
            "--exact",
            "--ignored",
            "--nocapture",
            "--test-threads=1",
        ])
        .env(WHERE, place)
        .env(STEP, step)
        .output()
        .unwrap();
    assert!(!output.status.success(), "{}: it went on", step);
    let printed = String::from_utf8(output.stdout).unwrap();
    let acknowledged: Vec<&str> = printed
        .lines()
        .filter_map(|line| line.strip_prefix("acknowledged "))
        .collect();
    assert!(acknowledged.len() >= 2, "{}: {printed}", step);

    let store = open().await;
    let orders = store.orders(&OrderFilter::default()).await.unwrap().rows;
    let paid: Vec<&str> = orders
        .iter()
        .filter(|order| order.state == State::Paid)
        .map(|order| order.key.hosp_out_trade_no.as_str())
        .collect();
    for number in &acknowledged {
        assert!(paid.contains(number), "{}: {number} is lost", step);
    }
    assert!(paid.len() <= acknowledged.len() + 1);
    assert!(orders.len() <= paid.len() + 1);
    // Nothing in part: each payment has its line, its notification and its event, and no other order has.
    let received = store.received(&ReceivedFilter::default()).await.unwrap();
    let events = store.events(&EventFilter::default()).await.unwrap().rows;
    assert_eq!((received.len(), events.len()), (paid.len(), paid.len()));
    for found in received {
        let number = found.order.unwrap().hosp_out_trade_no;
        assert!(paid.contains(&number.as_str()));
        let body = format!("<xml>{number}</xml>");
        assert_eq!(found.body.whole(), Some(body.as_bytes()));
    }
    for order in &orders {
        let history = store.history(&order.key).await.unwrap().rows;
        assert_eq!(history.len(), 1 + usize::from(order.state == State::Paid));
    }
}

/// Lets this process die at the step that it was given.
fn die_at_the_step() {
    let at = std::env::var(STEP).unwrap();
    assert!(steps::ALL.contains(&at.as_str()), "{at}");
    let reached = AtomicU32::new(0);
    steps::on_each(move |step| {
        if step == at && reached.fetch_add(1, Ordering::SeqCst) == DEATHS_BEFORE {
            std::process::abort();
        }
    });
}

#[expect(
    clippy::print_stdout,
    reason = "the parent reads what was acknowledged"
)]
async fn write_until_death(store: &dyn Store) {
    for number in 0..100 {
        let order = order(&number.to_string());
        insert(store, &order).await;
        let change = paid(&order, &number.to_string());
        assert_eq!(store.commit(&change).await.unwrap(), Committed::Stored);
        // The test harness has begun the line.
        println!("\nacknowledged {number}");
    }
}

#[cfg(feature = "sqlite")]
mod sqlite {
    use payinsurance_orders::store::SqliteStore;

    use super::*;

    #[tokio::test]
    async fn what_was_acknowledged_is_stored_wherever_the_process_dies() {
        for step in steps::ALL {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("orders.db");
            let child = "crashes::sqlite::dies";
            assert_survives(child, path.to_str().unwrap(), step, async || {
                SqliteStore::open(&path).await.unwrap()
            })
            .await;
        }
    }

    #[tokio::test]
    #[ignore = "is started by the test above, to die"]
    async fn dies() {
        let Ok(path) = std::env::var(WHERE) else {
            return;
        };
        die_at_the_step();
        write_until_death(&SqliteStore::open(path).await.unwrap()).await;
    }
}

#[cfg(feature = "postgres")]
mod postgres {
    use payinsurance_orders::store::PostgresStore;

    use super::*;
    use crate::server::{fresh_schema, url};

    #[tokio::test]
    async fn what_was_acknowledged_is_stored_wherever_the_process_dies() {
        let Some(url) = url() else { return };
        for step in steps::ALL {
            // Its bodies are in the table.
            if step == steps::BODIES_WRITTEN {
                continue;
            }
            let schema = format!("dies_{}", step.replace(' ', "_"));
            let url = fresh_schema(&url, &schema).await;
            let child = "crashes::postgres::dies";
            assert_survives(child, &url, step, async || {
                PostgresStore::open(&url).await.unwrap()
            })
            .await;
        }
    }

    #[tokio::test]
    #[ignore = "is started by the test above, to die"]
    async fn dies() {
        let Ok(url) = std::env::var(WHERE) else {
            return;
        };
        die_at_the_step();
        write_until_death(&PostgresStore::open(&url).await.unwrap()).await;
    }
}
