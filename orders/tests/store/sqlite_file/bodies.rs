//! The file of bodies beside the database, whole, torn, damaged and missing.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use payinsurance_orders::State;
use payinsurance_orders::store::{
    Access, Body, EventFilter, ReceivedFilter, SqliteOptions, SqliteStore, Store,
};

use crate::samples::{insert, order, paid, received};

/// A database with three bodies in its file, `<xml>a</xml>` to `<xml>c</xml>`, and one in quarantine.
async fn database(folder: &Path) -> (PathBuf, PathBuf) {
    let path = folder.join("orders.db");
    let store = SqliteStore::open(&path).await.unwrap();
    for key in ["a", "b", "c"] {
        insert(&store, &order(key)).await;
        store.commit(&paid(&order(key), key)).await.unwrap();
    }
    store
        .quarantine(&received("q", None), "unsigned")
        .await
        .unwrap();
    store.close().await;
    (path, folder.join("orders.db-received"))
}

/// What is read of the bodies, newest first: text, or `damaged`.
async fn bodies(store: &SqliteStore) -> Vec<String> {
    let records = store.received(&ReceivedFilter::default()).await.unwrap();
    records
        .into_iter()
        .map(|records| match records.body {
            Body::Whole(body) => String::from_utf8(body).unwrap(),
            Body::Damaged { reason } => {
                assert!(!reason.is_empty());
                "damaged".to_owned()
            }
        })
        .collect()
}

const A: &str = "<xml>a</xml>";
const B: &str = "<xml>b</xml>";
const C: &str = "<xml>c</xml>";
const Q: &str = "<xml>q</xml>";
const DAMAGED: &str = "damaged";

/// Bytes of a record: 8 of its header, 12 of its body.
const RECORD: usize = 20;

#[tokio::test]
async fn what_a_crash_left_behind_the_last_body_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let (path, file) = database(folder.path()).await;
    let mut torn = OpenOptions::new().append(true).open(&file).unwrap();
    torn.write_all(&[9; 1000]).unwrap();
    let store = SqliteStore::open(&path).await.unwrap();
    insert(&store, &order("d")).await;
    store.commit(&paid(&order("d"), "d")).await.unwrap();
    assert_eq!(bodies(&store).await, ["<xml>d</xml>", Q, C, B, A]);
}

#[tokio::test]
async fn a_flipped_bit_marks_its_own_row_and_the_others_are_given_out() {
    let folder = tempfile::tempdir().unwrap();
    let (path, file) = database(folder.path()).await;
    let whole = fs::read(&file).unwrap();
    assert_eq!(whole.len(), 3 * RECORD);
    for (index, expected) in [[Q, C, B, DAMAGED], [Q, C, DAMAGED, A], [Q, DAMAGED, B, A]]
        .iter()
        .enumerate()
    {
        for at in [0, 4, 8, RECORD - 1] {
            let mut damaged = whole.clone();
            damaged[index * RECORD + at] ^= 1;
            fs::write(&file, damaged).unwrap();
            for access in [Access::ReadOnly, Access::Desk, Access::Existing] {
                let options = SqliteOptions::new(&path).access(access);
                let store = options.open().await.unwrap();
                assert_eq!(bodies(&store).await, *expected, "byte {at}");
                store.close().await;
            }
        }
    }
    fs::write(&file, whole).unwrap();
    let store = SqliteStore::open(&path).await.unwrap();
    assert_eq!(bodies(&store).await, [Q, C, B, A]);
}

#[tokio::test]
async fn an_empty_cut_or_missing_file_marks_rows_and_deletes_nothing() {
    type Loss = fn(&Path);
    let losses: [(&str, Loss, [&str; 4]); 5] = [
        (
            "missing",
            |file| fs::remove_file(file).unwrap(),
            [Q, DAMAGED, DAMAGED, DAMAGED],
        ),
        (
            "empty",
            |file| fs::write(file, "").unwrap(),
            [Q, DAMAGED, DAMAGED, DAMAGED],
        ),
        (
            "of another store",
            |file| fs::write(file, "something else").unwrap(),
            [Q, DAMAGED, DAMAGED, DAMAGED],
        ),
        (
            "cut in the second body",
            |file| cut(file, 30),
            [Q, DAMAGED, DAMAGED, A],
        ),
        (
            "without its last byte",
            |file| cut(file, 59),
            [Q, DAMAGED, B, A],
        ),
    ];
    for (name, lose, expected) in losses {
        let folder = tempfile::tempdir().unwrap();
        let (path, file) = database(folder.path()).await;
        let whole = fs::read(&file).unwrap();
        lose(&file);
        let lookup = SqliteOptions::new(&path).access(Access::ReadOnly);
        let lookup = lookup.open().await.unwrap();
        assert_eq!(bodies(&lookup).await, expected, "{name}");
        lookup.close().await;
        // What is left can be saved.
        let copy = folder.path().join("copy.db");
        SqliteOptions::new(&path).backup(&copy).await.unwrap();
        let saved = SqliteStore::open(&copy).await.unwrap();
        assert_eq!(bodies(&saved).await, expected, "{name}");
        saved.close().await;
        for _ in 0..2 {
            let store = SqliteStore::open(&path).await.unwrap();
            assert_eq!(bodies(&store).await, expected, "{name}");
            let found = store.order(&order("c").key).await.unwrap().unwrap();
            assert_eq!(found.state, State::Paid);
            assert_eq!(found.notification, None);
            let events = store.events(&EventFilter::default()).await.unwrap().rows;
            assert_eq!(events.len(), 3);
            store.close().await;
        }
        // Bodies that come after the loss do not stand in the way of the file from a backup.
        let store = SqliteStore::open(&path).await.unwrap();
        insert(&store, &order("d")).await;
        store.commit(&paid(&order("d"), "d")).await.unwrap();
        assert_eq!(bodies(&store).await[0], "<xml>d</xml>");
        store.close().await;
        let mut after = fs::read(&file).unwrap();
        after[..whole.len()].copy_from_slice(&whole);
        fs::write(&file, after).unwrap();
        let store = SqliteStore::open(&path).await.unwrap();
        assert_eq!(bodies(&store).await, ["<xml>d</xml>", Q, C, B, A]);
    }
}

fn cut(file: &Path, length: u64) {
    let opened = OpenOptions::new().write(true).open(file).unwrap();
    opened.set_len(length).unwrap();
}
