//! Tools beside a desk: they make no database, change no schema, and a lookup writes nothing.

use payinsurance_orders::store::{EventFilter, OrderFilter, ReceivedFilter, Store, StoreError};

use crate::samples::{claim, insert, key, order, paid, second};

/// An order that is paid, with its event and the body of its notification.
async fn fill(store: &dyn Store) {
    insert(store, &order("1")).await;
    store.commit(&paid(&order("1"), "n")).await.unwrap();
}

async fn assert_can_be_looked_up(store: &dyn Store) {
    assert!(store.order(&key("1")).await.unwrap().is_some());
    let orders = store.orders(&OrderFilter::default()).await.unwrap().rows;
    assert_eq!(orders.len(), 1);
    assert_eq!(store.history(&key("1")).await.unwrap().rows.len(), 2);
    let events = store.events(&EventFilter::default()).await.unwrap().rows;
    assert_eq!(events.len(), 1);
    let received = store.received(&ReceivedFilter::default()).await.unwrap();
    assert_eq!(received[0].body.whole().unwrap(), b"<xml>n</xml>");
}

/// `words` say why.
async fn assert_writes_nothing(store: &dyn Store, words: &str) {
    let events = store.events(&EventFilter::default()).await.unwrap().rows;
    let ids = [events[0].event.id.clone()];
    let error = store.replay_events(&ids, second(70)).await.unwrap_err();
    assert!(error.to_string().contains(words), "{error}");
    assert!(store.claim_orders(&claim(9, 99, 9)).await.is_err());
    let error = store.commit(&paid(&order("1"), "m")).await;
    assert!(error.is_err());
    assert!(store.tokens("hospital").lease().await.is_err());
    assert_eq!(
        store.events(&EventFilter::default()).await.unwrap().rows,
        events
    );
}

fn assert_is_missing(opened: Result<(), StoreError>, words: &str) {
    let error = opened.unwrap_err();
    assert!(matches!(error, StoreError::Missing { .. }), "{error}");
    assert!(error.to_string().contains(words), "{error}");
}

fn assert_is_refused_as_older(opened: Result<(), StoreError>) {
    let error = opened.unwrap_err();
    assert!(matches!(error, StoreError::Unreadable { .. }), "{error}");
    let message = error.to_string();
    assert!(message.contains("a schema of version 0"), "{message}");
    assert!(
        message.contains("start the desk of this version"),
        "{message}"
    );
}

#[cfg(feature = "sqlite")]
mod sqlite {
    use std::path::Path;

    use payinsurance_orders::store::{Access, SqliteOptions, SqliteStore};
    use sqlx::{Connection, SqliteConnection};

    use super::*;

    const OF_TOOLS: [Access; 2] = [Access::Existing, Access::ReadOnly];

    async fn open(path: &Path, access: Access) -> Result<SqliteStore, StoreError> {
        SqliteOptions::new(path).access(access).open().await
    }

    #[tokio::test]
    async fn a_missing_file_is_not_created() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("orders.db");
        for access in OF_TOOLS {
            let opened = open(&path, access).await.map(|_| ());
            assert_is_missing(opened, &path.display().to_string());
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        }
    }

    #[tokio::test]
    async fn a_file_without_tables_is_not_given_any() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("orders.db");
        std::fs::write(&path, "").unwrap();
        for access in OF_TOOLS {
            let opened = open(&path, access).await.map(|_| ());
            assert_is_missing(opened, "no table of an order desk");
        }
        assert!(!folder.path().join("orders.db-received").exists());
    }

    #[tokio::test]
    async fn a_file_of_an_older_version_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("orders.db");
        let store = SqliteStore::open(&path).await.unwrap();
        insert(&store, &order("1")).await;
        store.close().await;
        let url = format!("sqlite://{}", path.display());
        let mut connection = SqliteConnection::connect(&url).await.unwrap();
        sqlx::query("DELETE FROM _sqlx_migrations")
            .execute(&mut connection)
            .await
            .unwrap();
        connection.close().await.unwrap();
        for access in OF_TOOLS {
            assert_is_refused_as_older(open(&path, access).await.map(|_| ()));
        }
        // A backup before the newer desk is started.
        let copy = folder.path().join("copy.db");
        SqliteOptions::new(&path).backup(&copy).await.unwrap();
        assert_is_refused_as_older(open(&copy, Access::ReadOnly).await.map(|_| ()));
        let mut copied = SqliteConnection::connect(&format!("sqlite://{}", copy.display()))
            .await
            .unwrap();
        let orders: i64 = sqlx::query_scalar("SELECT count(*) FROM orders")
            .fetch_one(&mut copied)
            .await
            .unwrap();
        assert_eq!(orders, 1);
        let mut connection = SqliteConnection::connect(&url).await.unwrap();
        let newest: i64 = sqlx::query_scalar("SELECT count(*) FROM _sqlx_migrations")
            .fetch_one(&mut connection)
            .await
            .unwrap();
        assert_eq!(newest, 0, "nothing was brought up to date");
    }

    #[tokio::test]
    async fn a_lookup_reads_all_and_writes_nothing_while_a_desk_runs_and_without_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("orders.db");
        let desk = SqliteStore::open(&path).await.unwrap();
        fill(&desk).await;
        for is_running in [true, false] {
            if !is_running {
                desk.close().await;
            }
            let lookup = open(&path, Access::ReadOnly).await.unwrap();
            assert_can_be_looked_up(&lookup).await;
            assert_writes_nothing(&lookup, "for reading only").await;
            lookup.close().await;
        }
    }

    #[tokio::test]
    async fn a_lookup_of_a_backup_leaves_it_byte_for_byte() {
        let folder = tempfile::tempdir().unwrap();
        let desk = SqliteStore::open(folder.path().join("orders.db"));
        let desk = desk.await.unwrap();
        fill(&desk).await;
        let copy = folder.path().join("copy.db");
        desk.backup(&copy).await.unwrap();
        let before = std::fs::read(&copy).unwrap();
        let lookup = open(&copy, Access::ReadOnly).await.unwrap();
        assert_can_be_looked_up(&lookup).await;
        lookup.close().await;
        assert!(std::fs::read(&copy).unwrap() == before);
    }

    #[tokio::test]
    async fn a_tool_that_may_write_does() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("orders.db");
        let desk = SqliteStore::open(&path).await.unwrap();
        fill(&desk).await;
        let tool = open(&path, Access::Existing).await.unwrap();
        let ids = ["1:paid".to_owned()];
        assert_eq!(tool.replay_events(&ids, second(70)).await.unwrap(), 1);
        assert_can_be_looked_up(&tool).await;
    }
}

#[cfg(feature = "postgres")]
mod postgres {
    use payinsurance_orders::store::{Access, PostgresOptions, PostgresStore};
    use sqlx::{Connection, PgConnection};

    use super::*;
    use crate::server::{fresh_schema, url};

    const OF_TOOLS: [Access; 2] = [Access::Existing, Access::ReadOnly];

    async fn open(url: &str, access: Access) -> Result<PostgresStore, StoreError> {
        let options = PostgresOptions::new(url).unwrap();
        options.access(access).connections(2).open().await
    }

    #[tokio::test]
    async fn a_database_without_tables_is_not_given_any() {
        let Some(url) = url() else { return };
        let url = fresh_schema(&url, "access_no_tables").await;
        for access in OF_TOOLS {
            let opened = open(&url, access).await.map(|_| ());
            assert_is_missing(opened, "no table of an order desk");
        }
    }

    #[tokio::test]
    async fn a_database_of_an_older_version_stays_as_it_is() {
        let Some(url) = url() else { return };
        let url = fresh_schema(&url, "access_version_1").await;
        PostgresStore::open(&url).await.unwrap().close().await;
        let mut connection = PgConnection::connect(&url).await.unwrap();
        let older = sqlx::query("DELETE FROM payinsurance_migrations");
        older.execute(&mut connection).await.unwrap();
        for access in OF_TOOLS {
            assert_is_refused_as_older(open(&url, access).await.map(|_| ()));
        }
    }

    #[tokio::test]
    async fn a_lookup_reads_all_and_writes_nothing() {
        let Some(url) = url() else { return };
        let url = fresh_schema(&url, "access_lookup").await;
        let desk = PostgresStore::open(&url).await.unwrap();
        fill(&desk).await;
        let lookup = open(&url, Access::ReadOnly).await.unwrap();
        assert_can_be_looked_up(&lookup).await;
        assert_writes_nothing(&lookup, "read-only transaction").await;
        let tool = open(&url, Access::Existing).await.unwrap();
        let ids = ["1:paid".to_owned()];
        assert_eq!(tool.replay_events(&ids, second(70)).await.unwrap(), 1);
    }
}
