//! The file of bodies beside the database, whole, torn, damaged and missing.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use payinsurance_orders::store::{ReceivedFilter, SqliteStore, Store, StoreError};

use crate::samples::received;

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
    let whole = fs::read(&file).unwrap();
    for at in [0, 4, 8, whole.len() - 1] {
        let mut damaged = whole.clone();
        damaged[at] ^= 1;
        fs::write(&file, damaged).unwrap();
        let store = SqliteStore::open(&path).await.unwrap();
        let error = bodies(&store).await.unwrap_err();
        assert!(matches!(error, StoreError::Unreadable { .. }), "{error}");
        store.close().await;
    }
}

#[tokio::test]
async fn a_database_without_its_bodies_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (path, file) = database(folder.path()).await;
    let whole = fs::read(&file).unwrap();
    fs::write(&file, &whole[..whole.len() - 1]).unwrap();
    assert_is_refused(&path).await;
    fs::remove_file(&file).unwrap();
    assert_is_refused(&path).await;
    assert!(!file.exists());
    fs::write(&file, &whole).unwrap();
    assert!(SqliteStore::open(&path).await.is_ok());
}

async fn assert_is_refused(path: &Path) {
    let Err(error) = SqliteStore::open(path).await else {
        panic!("it was opened");
    };
    assert!(matches!(error, StoreError::Unreadable { .. }));
    assert!(error.to_string().contains("belong together"), "{error}");
}
