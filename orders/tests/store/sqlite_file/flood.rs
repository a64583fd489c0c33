//! A flood of unsigned bodies: the files of a store stay about as large as its limits allow.

use std::fs;
use std::path::Path;

use payinsurance_orders::store::{QuarantineLimits, ReceivedFilter, SqliteStore, Store};

use crate::samples::{received, second};

const MIB: u64 = 1 << 20;
/// What is sent in all, and what may stay.
const FLOOD: u64 = 96 * MIB;
const BUDGET: u64 = 4 * MIB;
const BODY: u64 = 64 << 10;

fn bytes_of_all_files(folder: &Path) -> u64 {
    let files = fs::read_dir(folder).unwrap().map(Result::unwrap);
    files.map(|file| file.metadata().unwrap().len()).sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_leaves_files_that_are_bounded_by_the_budget() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("orders.db");
    let store = SqliteStore::open(&path).await.unwrap();
    let limits = QuarantineLimits {
        before: second(0),
        bytes: BUDGET,
    };
    let mut largest = 0;
    for number in 0..FLOOD / BODY {
        let mut body = received(&number.to_string(), None);
        body.body = vec![b'x'; usize::try_from(BODY).unwrap()];
        store.quarantine(&body, "unsigned").await.unwrap();
        if number % 16 == 0 {
            store.prune_quarantine(&limits).await.unwrap();
            largest = largest.max(bytes_of_all_files(folder.path()));
        }
    }
    assert!(largest < FLOOD / 2, "while it lasts: {largest}");
    store.prune_quarantine(&limits).await.unwrap();
    let found = store.received(&ReceivedFilter::default()).await.unwrap();
    assert_eq!(found.len() as u64, BUDGET / (BODY + 512));
    store.close().await;
    let left = bytes_of_all_files(folder.path());
    assert!(left < 3 * BUDGET, "afterwards: {left}");
}
