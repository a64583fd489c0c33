//! A notification is answered with success only once its body is on the disk, whichever process has written it first.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use payinsurance_orders::store::{
    Change, Committed, ReceivedFilter, SqliteOptions, SqliteStore, Store, StoreError,
};

use crate::samples::{insert, order, paid};

/// A disk whose flushes of bodies fail on demand.
#[derive(Clone, Default)]
struct Disk {
    fails: Arc<AtomicBool>,
    flushes: Arc<AtomicU32>,
}

impl Disk {
    async fn open(&self, path: &Path) -> SqliteStore {
        let disk = self.clone();
        let options = SqliteOptions::new(path).flush_faults(move || {
            disk.flushes.fetch_add(1, Ordering::SeqCst);
            disk.fails.load(Ordering::SeqCst)
        });
        options.open().await.unwrap()
    }

    fn fail(&self, fails: bool) {
        self.fails.store(fails, Ordering::SeqCst);
    }

    fn flushes(&self) -> u32 {
        self.flushes.load(Ordering::SeqCst)
    }
}

/// A notification of order 1.
fn notification() -> Change {
    paid(&order("1"), "n")
}

fn assert_is_not_promised(outcome: Result<Committed, StoreError>) {
    let error = outcome.unwrap_err();
    assert!(error.to_string().contains("flush"), "{error}");
}

async fn assert_holds_it_once(store: &SqliteStore) {
    let found = store.received(&ReceivedFilter::default()).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].body.whole().unwrap(), b"<xml>n</xml>");
}

#[tokio::test]
async fn a_repeat_after_a_failed_flush_is_written_again_and_waits_for_its_own_flush() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("orders.db");
    let disk = Disk::default();
    let store = disk.open(&path).await;
    insert(&store, &order("1")).await;
    disk.fail(true);
    assert_is_not_promised(store.commit(&notification()).await);
    assert_is_not_promised(store.commit(&notification()).await);
    disk.fail(false);
    let file = folder.path().join("orders.db-received");
    let before = fs::metadata(&file).unwrap().len();
    let outcome = store.commit(&notification()).await;
    assert_eq!(outcome.unwrap(), Committed::Repeated);
    assert!(fs::metadata(&file).unwrap().len() > before, "other pages");
    assert_holds_it_once(&store).await;
    // Now it is known to be safe.
    let flushes = disk.flushes();
    let outcome = store.commit(&notification()).await;
    assert_eq!(outcome.unwrap(), Committed::Repeated);
    assert_eq!(disk.flushes(), flushes);
}

#[tokio::test]
async fn a_failed_flush_is_not_made_good_by_that_of_another_body() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("orders.db");
    let disk = Disk::default();
    let store = disk.open(&path).await;
    insert(&store, &order("1")).await;
    insert(&store, &order("2")).await;
    disk.fail(true);
    assert_is_not_promised(store.commit(&notification()).await);
    disk.fail(false);
    store.commit(&paid(&order("2"), "m")).await.unwrap();
    let flushes = disk.flushes();
    let outcome = store.commit(&notification()).await;
    assert_eq!(outcome.unwrap(), Committed::Repeated);
    assert_eq!(disk.flushes(), flushes + 1);
}

#[tokio::test]
async fn a_repeat_at_another_process_waits_for_a_second_flush() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("orders.db");
    let (one, other) = (Disk::default(), Disk::default());
    let store = one.open(&path).await;
    insert(&store, &order("1")).await;
    let another_process = other.open(&path).await;
    one.fail(true);
    assert_is_not_promised(store.commit(&notification()).await);
    other.fail(true);
    assert_is_not_promised(another_process.commit(&notification()).await);
    other.fail(false);
    let flushes = other.flushes();
    let outcome = another_process.commit(&notification()).await;
    assert_eq!(outcome.unwrap(), Committed::Repeated);
    assert_eq!(other.flushes(), flushes + 1);
    assert_holds_it_once(&another_process).await;
}

#[tokio::test]
async fn a_desk_flushes_again_what_the_one_before_it_could_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("orders.db");
    let disk = Disk::default();
    let store = disk.open(&path).await;
    insert(&store, &order("1")).await;
    disk.fail(true);
    assert_is_not_promised(store.commit(&notification()).await);
    store.close().await;
    let store = disk.open(&path).await;
    assert_is_not_promised(store.commit(&notification()).await);
    store.close().await;
    disk.fail(false);
    let flushes = disk.flushes();
    let store = disk.open(&path).await;
    assert!(disk.flushes() > flushes);
    let flushes = disk.flushes();
    let outcome = store.commit(&notification()).await;
    assert_eq!(outcome.unwrap(), Committed::Repeated);
    assert_eq!(disk.flushes(), flushes);
    assert_holds_it_once(&store).await;
    store.close().await;
    // What was flushed is known to be so after a clean stop.
    let store = disk.open(&path).await;
    assert_eq!(disk.flushes(), flushes);
    assert_holds_it_once(&store).await;
}

#[tokio::test]
async fn a_damaged_body_is_stored_anew_when_its_notification_comes_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("orders.db");
    let store = SqliteStore::open(&path).await.unwrap();
    insert(&store, &order("1")).await;
    store.commit(&notification()).await.unwrap();
    let file = folder.path().join("orders.db-received");
    fs::write(&file, "").unwrap();
    let found = store.received(&ReceivedFilter::default()).await.unwrap();
    assert_eq!(found[0].body.whole(), None);
    let outcome = store.commit(&notification()).await;
    assert_eq!(outcome.unwrap(), Committed::Repeated);
    assert_holds_it_once(&store).await;
}
