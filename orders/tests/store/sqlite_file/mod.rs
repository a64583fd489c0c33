//! What holds for a SQLite file alone: its backup, the file of bodies beside it, its group commit.

mod backup;
mod bodies;
mod damaged_rows;
mod flood;
mod flushes;
mod stopping;

use std::sync::Arc;

use payinsurance_orders::store::{Committed, SqliteStore, Store, StoreError};
use sqlx::{Connection, SqliteConnection};

use crate::samples::{insert, key, line, order, paid};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_that_cannot_be_stored_harms_no_other_of_its_group() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("orders.db");
    let store = Arc::new(SqliteStore::open(&path).await.unwrap());
    let url = format!("sqlite://{}", path.display());
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    let sql = "CREATE TRIGGER poison BEFORE INSERT ON history WHEN NEW.what = 'poison' BEGIN SELECT RAISE(ABORT, 'poisoned'); END";
    sqlx::query(sql).execute(&mut connection).await.unwrap();

    let mut inserts = Vec::new();
    for number in 0..64 {
        let store = Arc::clone(&store);
        inserts.push(tokio::spawn(async move {
            let what = if number == 7 { "poison" } else { "placed" };
            store
                .insert(&order(&number.to_string()), &line(what))
                .await
                .map(|found| found.is_none())
        }));
    }
    for (number, insert) in inserts.into_iter().enumerate() {
        let outcome = insert.await.unwrap();
        let found = store.order(&key(&number.to_string())).await.unwrap();
        match outcome {
            Ok(is_new) => assert!(is_new && found.is_some() && number != 7),
            Err(error) => assert!(
                matches!(error, StoreError::Unavailable { .. }) && found.is_none() && number == 7
            ),
        }
    }
}

#[tokio::test]
async fn a_store_that_is_closed_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("orders.db"))
        .await
        .unwrap();
    let order = order("1");
    insert(&store, &order).await;
    assert_eq!(
        store.commit(&paid(&order, "n")).await.unwrap(),
        Committed::Stored
    );
    store.close().await;
    store.close().await;
    assert!(store.commit(&paid(&order, "n")).await.is_err());
    assert!(store.order(&order.key).await.is_err());
}
