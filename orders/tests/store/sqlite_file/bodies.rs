//! The file of bodies beside the database, whole, torn, damaged and missing.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use payinsurance_orders::State;
use payinsurance_orders::store::{
    Committed, EventFilter, ReceivedFilter, SqliteStore, Store, StoreError,
};
use tokio::task::JoinSet;

use crate::samples::{insert, order, paid, received};

/// A database with one body in its file.
async fn database(folder: &Path) -> (PathBuf, PathBuf) {
    let path = folder.join("orders.db");
    let store = SqliteStore::open(&path).await.unwrap();
    store
        .quarantine(&received("a", None), "unsigned")
        .await
        .unwrap();
    store.close().await;
    (path, folder.join("orders.db-received"))
}

async fn bodies(store: &SqliteStore) -> Result<Vec<Vec<u8>>, StoreError> {
    let kept = store.received(&ReceivedFilter::default()).await?;
    Ok(kept.into_iter().map(|kept| kept.received.body).collect())
}

#[tokio::test]
async fn what_a_crash_left_behind_the_last_body_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let (path, file) = database(folder.path()).await;
    let mut torn = OpenOptions::new().append(true).open(&file).unwrap();
    torn.write_all(&[9; 1000]).unwrap();
    let store = SqliteStore::open(&path).await.unwrap();
    store
        .quarantine(&received("b", None), "unsigned")
        .await
        .unwrap();
    let expected = [b"<xml>b</xml>".to_vec(), b"<xml>a</xml>".to_vec()];
    assert_eq!(bodies(&store).await.unwrap(), expected);
}

#[tokio::test]
async fn a_damaged_body_is_told_and_never_given_out() {
    let folder = tempfile::tempdir().unwrap();
    let (path, file) = database(folder.path()).await;
    let store = SqliteStore::open(&path).await.unwrap();
    let whole = fs::read(&file).unwrap();
    for at in [0, 4, 8, whole.len() - 1] {
        let mut damaged = whole.clone();
        damaged[at] ^= 1;
        fs::write(&file, damaged).unwrap();
        let error = bodies(&store).await.unwrap_err();
        assert!(matches!(error, StoreError::Unreadable { .. }), "{error}");
    }
}

/// What is left of the end of the file: less of it, or nothing but its length.
const LOSSES: [fn(&mut Vec<u8>); 3] = [
    |bytes| bytes.truncate(bytes.len() - 1),
    |bytes| bytes.truncate(bytes.len() - 15),
    |bytes| {
        let length = bytes.len();
        bytes[length - 20..].fill(0);
    },
];

#[tokio::test]
async fn a_notification_whose_bytes_went_with_the_power_is_kept_in_full_when_it_comes_again() {
    for lose in LOSSES {
        let folder = tempfile::tempdir().unwrap();
        let (path, file) = database(folder.path()).await;
        let store = SqliteStore::open(&path).await.unwrap();
        let order = order("1");
        insert(&store, &order).await;
        let change = paid(&order, "n");
        store.commit(&change).await.unwrap();
        store.close().await;
        let mut bytes = fs::read(&file).unwrap();
        lose(&mut bytes);
        fs::write(&file, bytes).unwrap();

        let store = SqliteStore::open(&path).await.unwrap();
        assert_eq!(bodies(&store).await.unwrap(), [b"<xml>a</xml>"]);
        let found = store.order(&order.key).await.unwrap().unwrap();
        assert_eq!((found.state, found.notification), (State::Paid, None));
        assert_eq!(store.history(&order.key).await.unwrap().len(), 2);

        let mut again = change;
        again.order.revision = found.revision;
        assert_eq!(store.commit(&again).await.unwrap(), Committed::Kept);
        let expected = [&again.received.as_ref().unwrap().body[..], b"<xml>a</xml>"];
        assert_eq!(bodies(&store).await.unwrap(), expected);
        let events = store.events(&EventFilter::default()).await.unwrap();
        assert_eq!(events.len(), 1, "the payment is told once");
    }
}

#[tokio::test]
async fn a_database_without_its_bodies_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (path, file) = database(folder.path()).await;
    let whole = fs::read(&file).unwrap();
    fs::remove_file(&file).unwrap();
    assert_is_refused(&path).await;
    assert!(!file.exists());
    fs::write(&file, &whole).unwrap();
    assert!(SqliteStore::open(&path).await.is_ok());
}

#[tokio::test]
async fn bodies_that_a_loss_of_power_cannot_explain_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (path, file) = database(folder.path()).await;
    let store = SqliteStore::open(&path).await.unwrap();
    let mut kept = JoinSet::new();
    for number in 0..1024 {
        let store = store.clone();
        kept.spawn(async move {
            let received = received(&number.to_string(), None);
            store.quarantine(&received, "unsigned").await.unwrap();
        });
    }
    kept.join_all().await;
    store.close().await;
    let whole = fs::read(&file).unwrap();
    fs::write(&file, b"an older file").unwrap();
    assert_is_refused(&path).await;
    fs::write(&file, whole).unwrap();
    assert!(SqliteStore::open(&path).await.is_ok());
}

async fn assert_is_refused(path: &Path) {
    let Err(error) = SqliteStore::open(path).await else {
        panic!("it was opened");
    };
    assert!(matches!(error, StoreError::Unreadable { .. }));
    assert!(error.to_string().contains("belong together"), "{error}");
}
