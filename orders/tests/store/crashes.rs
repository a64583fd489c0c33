//! A process that dies at any point of a transaction: what it was told to be kept is kept, and nothing is kept in part.
//!
//! Each test starts this program again with the name of a point; that process writes until it reaches the point for the fifth time and dies there,
//! having printed what was acknowledged.

use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use payinsurance_orders::State;
use payinsurance_orders::store::{
    Committed, CrashPoint, EventFilter, OrderFilter, ReceivedFilter, Store,
};

use crate::samples::{insert, order, paid};

/// The database and the point, for the process that is to die.
const WHERE: &str = "CRASH_IN";
const POINT: &str = "CRASH_AT";

const DEATHS_BEFORE: u32 = 4;

/// Runs the process that dies, and checks what it left.
async fn assert_survives<S: Store>(
    child: &str,
    place: &str,
    point: CrashPoint,
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
        .env(POINT, point.word())
        .output()
        .unwrap();
    assert!(!output.status.success(), "{}: it went on", point.word());
    let printed = String::from_utf8(output.stdout).unwrap();
    let acknowledged: Vec<&str> = printed
        .lines()
        .filter_map(|line| line.strip_prefix("acknowledged "))
        .collect();
    assert!(acknowledged.len() >= 2, "{}: {printed}", point.word());

    let store = open().await;
    let orders = store.orders(&OrderFilter::default()).await.unwrap();
    let paid: Vec<&str> = orders
        .iter()
        .filter(|order| order.state == State::Paid)
        .map(|order| order.key.hosp_out_trade_no.as_str())
        .collect();
    for number in &acknowledged {
        assert!(paid.contains(number), "{}: {number} is lost", point.word());
    }
    assert!(paid.len() <= acknowledged.len() + 1);
    assert!(orders.len() <= paid.len() + 1);
    // Nothing in part: each payment has its line, its notification and its event, and no other order has.
    let received = store.received(&ReceivedFilter::default()).await.unwrap();
    let events = store.events(&EventFilter::default()).await.unwrap();
    assert_eq!((received.len(), events.len()), (paid.len(), paid.len()));
    for kept in received {
        let number = kept.order.unwrap().hosp_out_trade_no;
        assert!(paid.contains(&number.as_str()));
        let body = format!("<xml>{number}</xml>");
        assert_eq!(kept.body.whole(), Some(body.as_bytes()));
    }
    for order in &orders {
        let history = store.history(&order.key).await.unwrap();
        assert_eq!(history.len(), 1 + usize::from(order.state == State::Paid));
    }
}

/// What is called at each point of the process that is to die.
fn death() -> impl Fn(CrashPoint) + Send + Sync + 'static {
    let at = CrashPoint::from_word(&std::env::var(POINT).unwrap()).unwrap();
    let reached = AtomicU32::new(0);
    move |point| {
        if point == at && reached.fetch_add(1, Ordering::SeqCst) == DEATHS_BEFORE {
            std::process::abort();
        }
    }
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
        assert_eq!(store.commit(&change).await.unwrap(), Committed::Kept);
        // The test harness has begun the line.
        println!("\nacknowledged {number}");
    }
}

#[cfg(feature = "sqlite")]
mod sqlite {
    use payinsurance_orders::store::{SqliteOptions, SqliteStore};

    use super::*;

    #[tokio::test]
    async fn what_was_acknowledged_is_kept_wherever_the_process_dies() {
        for point in CrashPoint::ALL {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("orders.db");
            let child = "crashes::sqlite::dies";
            assert_survives(child, path.to_str().unwrap(), *point, async || {
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
        let options = SqliteOptions::new(path).crash_points(death());
        write_until_death(&options.open().await.unwrap()).await;
    }
}

#[cfg(feature = "postgres")]
mod postgres {
    use payinsurance_orders::store::{PostgresOptions, PostgresStore};

    use super::*;
    use crate::server::{fresh_schema, url};

    #[tokio::test]
    async fn what_was_acknowledged_is_kept_wherever_the_process_dies() {
        let Some(url) = url() else { return };
        for point in CrashPoint::ALL {
            // Its bodies are in the table.
            if *point == CrashPoint::BodiesWritten {
                continue;
            }
            let schema = format!("dies_{}", point.word().replace(' ', "_"));
            let url = fresh_schema(&url, &schema).await;
            let child = "crashes::postgres::dies";
            assert_survives(child, &url, *point, async || {
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
        let options = PostgresOptions::new(&url).unwrap().crash_points(death());
        write_until_death(&options.open().await.unwrap()).await;
    }
}
