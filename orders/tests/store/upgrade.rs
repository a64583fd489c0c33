//! Databases of another version: a newer one is refused, and a desk that a newer one has overtaken writes nothing.
//!
//! No version before the first is in use. The migration that follows it brings a dump of it here.

use std::time::Duration;

use payinsurance_orders::store::{
    Delivery, OrderFilter, QuarantineLimits, ReceivedFilter, Store, StoreError,
};
use signed_xml_client::Token;
use sqlx::Connection;

use crate::samples::{insert, key, line, order, paid, received, second};

fn assert_is_refused_as_newer(opened: Result<(), StoreError>) {
    let error = opened.unwrap_err();
    assert!(matches!(error, StoreError::Unreadable { .. }));
    let message = error.to_string();
    assert!(message.contains("a schema of version 99"), "{message}");
    assert!(message.contains("versions up to 1"), "{message}");
}

/// A desk whose schema a newer one has brought up to version 99 meanwhile: it writes nothing any more, in no way, and says why.
async fn assert_writes_nothing_once_overtaken<Overtaken: Future<Output = ()>>(
    store: &dyn Store,
    overtake: impl FnOnce() -> Overtaken,
) {
    insert(store, &order("1")).await;
    store.commit(&paid(&order("1"), "n")).await.unwrap();
    let tokens = store.tokens("hospital");
    let lease = tokens.lease().await.unwrap();
    let token = Token::new("t".to_owned(), second(0), Duration::from_secs(7200)).unwrap();
    lease.store(token.clone()).await.unwrap();
    let before = store.order(&key("1")).await.unwrap().unwrap();
    overtake().await;

    let mut next = paid(&before, "m");
    next.order.revision = before.revision;
    let ids = ["1:paid".to_owned()];
    let limits = QuarantineLimits {
        before: second(99),
        bytes: 0,
    };
    let taken = Delivery::Taken;
    let forged = received("q", None);
    let outcomes = [
        (
            "insert",
            store.insert(&order("2"), &line("placed")).await.map(drop),
        ),
        ("change", store.commit(&next).await.map(drop)),
        (
            "replay",
            store.replay_events(&ids, second(9)).await.map(drop),
        ),
        ("settle", store.settle_event("1:paid", &taken).await),
        ("quarantine", store.quarantine(&forged, "unsigned").await),
        ("prune", store.prune_quarantine(&limits).await.map(drop)),
    ];
    for (name, outcome) in outcomes {
        let error = outcome.expect_err(name).to_string();
        assert!(error.contains("a schema of version 99"), "{name}: {error}");
        assert!(error.contains("stop this program"), "{name}: {error}");
    }
    let found = match tokens.lease().await {
        Ok(lease) => lease.store(token).await,
        Err(error) => Err(error),
    };
    assert!(found.is_err());
    assert_eq!(store.order(&key("1")).await.unwrap(), Some(before));
    assert!(store.order(&key("2")).await.unwrap().is_none());
    let found = store.received(&ReceivedFilter::default()).await.unwrap();
    assert_eq!(found.len(), 1);
}

const NEWER_SQLITE: &str = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (99, 'newer', true, x'00', 0)";
const NEWER_POSTGRES: &str = "INSERT INTO payinsurance_migrations (version, description, success, checksum, execution_time) VALUES (99, 'newer', true, '\\x00', 0)";

#[cfg(feature = "sqlite")]
mod sqlite {
    use payinsurance_orders::store::SqliteStore;
    use sqlx::SqliteConnection;

    use super::*;

    #[tokio::test]
    async fn a_database_of_a_newer_version_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("orders.db");
        SqliteStore::open(&path).await.unwrap().close().await;
        let url = format!("sqlite://{}", path.display());
        let mut connection = SqliteConnection::connect(&url).await.unwrap();
        sqlx::query(NEWER_SQLITE)
            .execute(&mut connection)
            .await
            .unwrap();
        assert_is_refused_as_newer(SqliteStore::open(&path).await.map(|_| ()));
    }

    #[tokio::test]
    async fn a_desk_that_a_newer_one_has_overtaken_writes_nothing_any_more() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("orders.db");
        let store = SqliteStore::open(&path).await.unwrap();
        let url = format!("sqlite://{}", path.display());
        let overtake = || async {
            let mut connection = SqliteConnection::connect(&url).await.unwrap();
            let newer = sqlx::query(NEWER_SQLITE);
            newer.execute(&mut connection).await.unwrap();
        };
        assert_writes_nothing_once_overtaken(&store, overtake).await;
    }

    #[tokio::test]
    async fn a_new_database_may_be_opened_by_several_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("orders.db");
        let opened: Vec<_> = (0..8)
            .map(|_| tokio::spawn(SqliteStore::open(path.clone())))
            .collect();
        for opened in opened {
            opened.await.unwrap().unwrap();
        }
    }

    #[tokio::test]
    async fn one_may_open_while_others_close() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("orders.db");
        let comers: Vec<_> = (0..8)
            .map(|_| {
                let path = path.clone();
                tokio::spawn(async move {
                    for _ in 0..4 {
                        let store = SqliteStore::open(&path).await.unwrap();
                        assert!(
                            store
                                .orders(&OrderFilter::default())
                                .await
                                .unwrap()
                                .rows
                                .is_empty()
                        );
                        store.close().await;
                    }
                })
            })
            .collect();
        for comer in comers {
            comer.await.unwrap();
        }
    }
}

#[cfg(feature = "postgres")]
mod postgres {
    use payinsurance_orders::store::PostgresStore;
    use sqlx::PgConnection;

    use super::*;
    use crate::server::{fresh_schema, url};

    #[tokio::test]
    async fn a_database_of_a_newer_version_is_refused() {
        let Some(url) = url() else { return };
        let url = fresh_schema(&url, "version_99").await;
        PostgresStore::open(&url).await.unwrap().close().await;
        let mut connection = PgConnection::connect(&url).await.unwrap();
        sqlx::query(NEWER_POSTGRES)
            .execute(&mut connection)
            .await
            .unwrap();
        assert_is_refused_as_newer(PostgresStore::open(&url).await.map(|_| ()));
    }

    #[tokio::test]
    async fn a_desk_that_a_newer_one_has_overtaken_writes_nothing_any_more() {
        let Some(url) = url() else { return };
        let url = fresh_schema(&url, "overtaken").await;
        let store = PostgresStore::open(&url).await.unwrap();
        let overtake = || async {
            let mut connection = PgConnection::connect(&url).await.unwrap();
            let newer = sqlx::query(NEWER_POSTGRES);
            newer.execute(&mut connection).await.unwrap();
        };
        assert_writes_nothing_once_overtaken(&store, overtake).await;
    }

    #[tokio::test]
    async fn each_table_refuses_an_older_desk() {
        let Some(url) = url() else { return };
        let url = fresh_schema(&url, "unguarded_tables").await;
        PostgresStore::open(&url).await.unwrap().close().await;
        let mut connection = PgConnection::connect(&url).await.unwrap();
        let sql = "SELECT c.relname::text FROM pg_class c WHERE c.relnamespace = 'unguarded_tables'::regnamespace AND c.relkind = 'r'
            AND NOT EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'refuse_an_older_desk') ORDER BY 1";
        let unguarded: Vec<String> = sqlx::query_scalar(sql)
            .fetch_all(&mut connection)
            .await
            .unwrap();
        assert_eq!(unguarded, ["payinsurance_migrations"]);
    }

    #[tokio::test]
    async fn a_new_database_may_be_opened_by_several_at_once() {
        let Some(url) = url() else { return };
        let url = fresh_schema(&url, "opened_at_once").await;
        let mut opened = Vec::new();
        for _ in 0..8 {
            let url = url.clone();
            opened.push(tokio::spawn(async move {
                PostgresStore::open(&url).await.map(|_| ())
            }));
        }
        for opened in opened {
            opened.await.unwrap().unwrap();
        }
    }
}
