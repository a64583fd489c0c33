//! A backup holds all that was stored when it began, whole, also while a desk writes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use payinsurance_orders::State;
use payinsurance_orders::store::{OrderFilter, ReceivedFilter, SqliteStore, Store};

use crate::samples::{insert, key, order, paid};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_made_while_others_write_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(
        SqliteStore::open(folder.path().join("orders.db"))
            .await
            .unwrap(),
    );
    let written = Arc::new(AtomicU32::new(0));
    let stop = Arc::new(AtomicBool::new(false));
    let mut writers = Vec::new();
    for writer in 0..8 {
        let (store, written, stop) = (store.clone(), written.clone(), stop.clone());
        writers.push(tokio::spawn(async move {
            for number in 0.. {
                if stop.load(Ordering::SeqCst) {
                    return;
                }
                let name = format!("{writer}-{number}");
                insert(&*store, &order(&name)).await;
                store.commit(&paid(&order(&name), &name)).await.unwrap();
                written.fetch_add(1, Ordering::SeqCst);
            }
        }));
    }
    let mut expected = Vec::new();
    for round in 0..3 {
        while written.load(Ordering::SeqCst) < (round + 1) * 50 {
            tokio::task::yield_now().await;
        }
        let path = folder.path().join(format!("backup-{round}.db"));
        let before = written.load(Ordering::SeqCst);
        store.backup(&path).await.unwrap();
        expected.push((path, before));
    }
    stop.store(true, Ordering::SeqCst);
    for writer in writers {
        writer.await.unwrap();
    }

    for (path, before) in expected {
        let copy = SqliteStore::open(&path).await.unwrap();
        let all = OrderFilter {
            limit: u32::MAX,
            ..OrderFilter::default()
        };
        let orders = copy.orders(&all).await.unwrap().rows;
        let paid = orders.iter().filter(|order| order.state == State::Paid);
        assert!(paid.count() >= before as usize);
        for order in &orders {
            let is_paid = order.state == State::Paid;
            let history = copy.history(&order.key).await.unwrap().rows;
            assert_eq!(history.len(), 1 + usize::from(is_paid));
            let filter = ReceivedFilter {
                order: Some(order.key.clone()),
                ..ReceivedFilter::default()
            };
            let received = copy.received(&filter).await.unwrap();
            assert_eq!(received.len(), usize::from(is_paid));
            for found in received {
                let body = format!("<xml>{}</xml>", order.key.hosp_out_trade_no);
                assert_eq!(found.body.whole(), Some(body.as_bytes()));
            }
        }
        // It is a store like any other.
        insert(&copy, &order("of the copy")).await;
    }
}

#[tokio::test]
async fn a_backup_never_replaces_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("orders.db"))
        .await
        .unwrap();
    insert(&store, &order("1")).await;
    let path = folder.path().join("backup.db");
    std::fs::write(&path, "precious").unwrap();
    let error = store.backup(&path).await.unwrap_err().to_string();
    assert!(error.contains("choose another"), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), b"precious");
    let error = store.backup(folder.path().join("no/such/folder.db")).await;
    assert!(error.is_err());
    assert!(store.order(&key("1")).await.unwrap().is_some());
}
