//! A clean stop leaves a whole store in two files; a copy of a store in use that lacks its log is refused.

use std::fs;
use std::path::{Path, PathBuf};

use payinsurance_orders::State;
use payinsurance_orders::store::{
    Access, OrderFilter, ReceivedFilter, SqliteOptions, SqliteStore, Store, StoreError,
};

use crate::samples::{insert, key, order, paid};

const COUNT: usize = 40;

/// A store of paid orders, which is open.
async fn filled(path: &Path) -> SqliteStore {
    let store = SqliteStore::open(path).await.unwrap();
    for number in 0..COUNT {
        let number = number.to_string();
        insert(&store, &order(&number)).await;
        store.commit(&paid(&order(&number), &number)).await.unwrap();
    }
    store
}

async fn assert_is_whole(store: &SqliteStore) {
    let orders = store.orders(&OrderFilter::default()).await.unwrap().rows;
    assert_eq!(orders.len(), COUNT);
    assert!(orders.iter().all(|order| order.state == State::Paid));
    let found = store.received(&ReceivedFilter::default()).await.unwrap();
    let whole = found.iter().filter(|found| found.body.whole().is_some());
    assert_eq!(whole.count(), COUNT);
}

/// Copies those files of the store into a folder of their own; `ends` are what their names end with.
fn copy(from: &Path, to: &Path, ends: &[&str]) -> PathBuf {
    fs::create_dir(to).unwrap();
    let copy = to.join("orders.db");
    for end in ends {
        let beside = |path: &Path| format!("{}{end}", path.display());
        fs::copy(beside(from), beside(&copy)).unwrap();
    }
    copy
}

async fn assert_is_refused(path: &Path) {
    // Also the second time: an attempt changes nothing.
    for _ in 0..2 {
        for access in [Access::ReadOnly, Access::Existing, Access::Desk] {
            let opened = SqliteOptions::new(path).access(access).open().await;
            let Err(error) = opened else {
                panic!("{access:?} opened a store that lacks its log");
            };
            assert!(matches!(error, StoreError::Incomplete { .. }), "{error}");
            let message = error.to_string();
            assert!(message.contains("orders.db-wal"), "{message}");
            assert!(message.contains("payinsurance orders backup"), "{message}");
        }
        let to = path.with_file_name("backup.db");
        let error = SqliteOptions::new(path).backup(&to).await.unwrap_err();
        assert!(matches!(error, StoreError::Incomplete { .. }), "{error}");
        assert!(!to.exists());
    }
}

#[tokio::test]
async fn after_a_clean_stop_the_two_documented_files_are_the_whole_store() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("orders.db");
    filled(&path).await.close().await;
    assert!(!folder.path().join("orders.db-wal").exists());
    let copy = copy(&path, &folder.path().join("copy"), &["", "-received"]);
    for access in [Access::ReadOnly, Access::Existing, Access::Desk] {
        let options = SqliteOptions::new(&copy).access(access);
        let store = options.open().await.unwrap();
        assert_is_whole(&store).await;
        store.close().await;
    }
}

#[tokio::test]
async fn a_store_that_is_dropped_is_left_as_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("orders.db");
    drop(filled(&path).await);
    // Byte 18 says whether the file is in write-ahead mode; the writer stops by itself.
    while fs::read(&path).unwrap()[18] == 2 || folder.path().join("orders.db-journal").exists() {
        tokio::task::yield_now().await;
    }
    let copy = copy(&path, &folder.path().join("copy"), &["", "-received"]);
    assert_is_whole(&SqliteStore::open(&copy).await.unwrap()).await;
}

#[tokio::test]
async fn a_copy_of_a_store_in_use_without_its_log_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("orders.db");
    let store = filled(&path).await;
    let choices: [&[&str]; 4] = [
        &[""],
        &["", "-received"],
        &["", "-received", "-commits"],
        &["", "-commits"],
    ];
    for (number, ends) in choices.iter().enumerate() {
        let copy = copy(&path, &folder.path().join(number.to_string()), ends);
        assert_is_refused(&copy).await;
    }
    // An empty log does not count, and half of one is too little.
    let cut: [fn(&mut Vec<u8>); 2] = [Vec::clear, |log| log.truncate(log.len() / 2)];
    for (number, cut) in cut.iter().enumerate() {
        let to = folder.path().join(format!("cut {number}"));
        let copy = copy(&path, &to, &["", "-wal", "-received", "-commits"]);
        let log = to.join("orders.db-wal");
        let mut bytes = fs::read(&log).unwrap();
        cut(&mut bytes);
        fs::write(&log, bytes).unwrap();
        assert_is_refused(&copy).await;
    }
    drop(store);
}

#[tokio::test]
async fn what_a_killed_desk_leaves_is_opened_with_all_that_was_stored() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("orders.db");
    let store = filled(&path).await;
    let choices: [&[&str]; 2] = [
        &["", "-wal", "-received"],
        &["", "-wal", "-received", "-commits"],
    ];
    for (number, ends) in choices.iter().enumerate() {
        for access in [Access::ReadOnly, Access::Existing, Access::Desk] {
            let to = folder.path().join(format!("{number} {access:?}"));
            let copy = copy(&path, &to, ends);
            let opened = SqliteOptions::new(&copy).access(access).open().await;
            let opened = opened.unwrap();
            assert_is_whole(&opened).await;
            opened.close().await;
            let again = SqliteStore::open(&copy).await.unwrap();
            assert_is_whole(&again).await;
        }
    }
    drop(store);
}

#[tokio::test]
async fn a_database_that_another_program_has_made_whole_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("orders.db");
    let store = filled(&path).await;
    let ends = ["", "-wal", "-received", "-commits"];
    let copy = copy(&path, &folder.path().join("copy"), &ends);
    // As a person does with the program `sqlite3` after a desk was killed.
    let url = format!("sqlite://{}", copy.display());
    let mut connection = <sqlx::SqliteConnection as sqlx::Connection>::connect(&url)
        .await
        .unwrap();
    let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
    sqlx::query(sql).execute(&mut connection).await.unwrap();
    sqlx::Connection::close(connection).await.unwrap();
    assert_is_whole(&SqliteStore::open(&copy).await.unwrap()).await;
    drop(store);
}

#[tokio::test]
async fn a_desk_that_stops_while_another_runs_leaves_the_store_in_use() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("orders.db");
    let (one, other) = (filled(&path).await, SqliteStore::open(&path).await.unwrap());
    one.close().await;
    insert(&other, &order("later")).await;
    let copied = copy(&path, &folder.path().join("copy"), &["", "-received"]);
    assert_is_refused(&copied).await;
    other.close().await;
    let copied = copy(&path, &folder.path().join("whole"), &["", "-received"]);
    let store = SqliteStore::open(&copied).await.unwrap();
    assert!(store.order(&key("later")).await.unwrap().is_some());
}

#[cfg(unix)]
mod rights {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// Names and modes of all files in the folder that others may read.
    fn readable_by_others(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
        let files = entries.filter_map(|entry| {
            let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
            (mode & 0o077 != 0).then(|| format!("{:?} {mode:o}", entry.file_name()))
        });
        files.collect()
    }

    #[tokio::test]
    async fn all_files_of_a_store_and_of_its_backup_are_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("orders.db");
        let store = filled(&path).await;
        let files = fs::read_dir(folder.path()).unwrap().count();
        assert!(files >= 5, "the log and its index are there");
        assert_eq!(readable_by_others(folder.path()), [""; 0]);
        store.backup(folder.path().join("backup.db")).await.unwrap();
        assert_eq!(readable_by_others(folder.path()), [""; 0]);
        store.close().await;
        let options = SqliteOptions::new(&path);
        options.backup(folder.path().join("b.db")).await.unwrap();
        let copy = SqliteStore::open(folder.path().join("b.db")).await.unwrap();
        assert_is_whole(&copy).await;
        assert_eq!(readable_by_others(folder.path()), [""; 0]);
    }

    #[tokio::test]
    async fn files_that_others_may_read_are_made_private_by_a_desk() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("orders.db");
        filled(&path).await.close().await;
        for file in ["orders.db", "orders.db-received"] {
            let open = fs::Permissions::from_mode(0o644);
            fs::set_permissions(folder.path().join(file), open).unwrap();
        }
        let lookup = SqliteOptions::new(&path).access(Access::ReadOnly);
        lookup.open().await.unwrap().close().await;
        assert_eq!(readable_by_others(folder.path()).len(), 2);
        let store = SqliteStore::open(&path).await.unwrap();
        assert_eq!(readable_by_others(folder.path()), [""; 0]);
        assert_is_whole(&store).await;
    }
}
