//! A row whose text a bad sector has changed, so that it is not UTF-8: SQLite gives it as it is, and it stops no other row.

use std::path::Path;

use payinsurance_orders::store::{EventFilter, OrderFilter, SqliteStore, Store, StoreError};
use sqlx::{Connection, SqliteConnection};

use crate::samples::{claim, insert, insert_with_events, key, line, order};

#[tokio::test]
async fn an_order_that_is_not_text_any_more_stops_no_other() {
    for column in ["orders SET record", "requests SET request"] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("orders.db");
        let store = SqliteStore::open(&path).await.unwrap();
        for number in ["1", "2", "3"] {
            insert(&store, &order(number)).await;
        }
        let id = if column.starts_with("orders") {
            "id"
        } else {
            "order_id"
        };
        let name = column.rsplit(' ').next().unwrap();
        let damage = format!(
            "UPDATE {column} = CAST(CAST(replace({name}, 'o', 'O') AS BLOB) || x'ff' AS TEXT) WHERE {id} = 2"
        );
        run(&path, damage).await;

        let listed = store.orders(&OrderFilter::default()).await.unwrap();
        assert_eq!((listed.rows.len(), listed.unreadable.len()), (2, 1));
        assert_eq!(listed.unreadable[0].key, key("2"));
        let claimed = store.claim_orders(&claim(10, 99, 9)).await.unwrap();
        assert_eq!((claimed.orders.len(), claimed.unreadable.len()), (2, 1));
        // Orders that are read in one query.
        let (one, two, three) = (key("1"), key("2"), key("3"));
        let (one, two, three) =
            tokio::join!(store.order(&one), store.order(&two), store.order(&three));
        assert!(one.unwrap().is_some() && three.unwrap().is_some());
        assert!(matches!(two.unwrap_err(), StoreError::Unreadable { .. }));
        let again = store.insert(&order("2"), &line("placed")).await;
        assert!(matches!(again.unwrap_err(), StoreError::Unreadable { .. }));
    }
}

#[tokio::test]
async fn an_event_and_a_line_that_are_not_text_any_more_stop_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("orders.db");
    let store = SqliteStore::open(&path).await.unwrap();
    insert_with_events(&store, "1", &["a"]).await;
    insert_with_events(&store, "2", &["b"]).await;
    for damage in [
        "UPDATE events SET payload = CAST(x'7bff7d' AS TEXT) WHERE id = 'a'",
        "UPDATE history SET evidence = CAST(x'ff' AS TEXT) WHERE order_id = 1",
    ] {
        run(&path, damage.to_owned()).await;
    }
    let listed = store.events(&EventFilter::default()).await.unwrap();
    assert_eq!((listed.rows.len(), listed.unreadable.len()), (1, 1));
    assert_eq!(listed.unreadable[0].id, "a");
    let claimed = store.claim_events(&claim(10, 99, 9)).await.unwrap();
    assert_eq!((claimed.events.len(), claimed.unreadable.len()), (1, 1));
    let history = store.history(&key("1")).await.unwrap();
    assert_eq!((history.rows.len(), history.unreadable.len()), (0, 1));
    assert_eq!(store.history(&key("2")).await.unwrap().rows.len(), 1);
}

async fn run(path: &Path, sql: String) {
    let url = format!("sqlite://{}", path.display());
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    let done = sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut connection);
    done.await.unwrap();
    connection.close().await.unwrap();
}
