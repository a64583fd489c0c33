//! Databases of another age: an older one is brought up to date with all that it holds, a newer one is refused.
//!
//! `tests/data/sqlite-1.sql` and `postgres-1.sql` are dumps of databases that version 1 of the schema made.

use std::time::Duration;

use payinsurance_orders::State;
use payinsurance_orders::store::{
    Committed, Delivery, EventFilter, EventStanding, OrderFilter, QuarantineLimits, ReceivedFilter,
    Store, StoreError,
};
use signed_xml_client::Token;
use sqlx::Connection;

use crate::samples::{claim, full_order, insert, key, line, order, paid, received, second};

/// What the dumps hold, and that it can be worked with.
async fn assert_holds_what_version_1_held(store: &dyn Store) {
    let order = store.order(&key("1")).await.unwrap().unwrap();
    let mut expected = full_order("1");
    // Version 1 did not count attempts of a refund.
    expected.refund.as_mut().unwrap().attempt = 0;
    assert_eq!(
        (&order.key, order.revision, order.state, order.amounts),
        (
            &expected.key,
            expected.revision,
            expected.state,
            expected.amounts
        )
    );
    assert!((&order.request, &order.placed) == (&expected.request, &expected.placed));
    assert_eq!(order.refund, expected.refund);
    let history = store.history(&key("1")).await.unwrap().rows;
    let told: Vec<_> = history.iter().map(|line| (&*line.what, line.to)).collect();
    assert_eq!(told, [("placed", State::Placing), ("told", State::Paid)]);
    let received = store.received(&ReceivedFilter::default()).await.unwrap();
    let bodies: Vec<&[u8]> = received
        .iter()
        .filter_map(|kept| kept.body.whole())
        .collect();
    assert_eq!(bodies, [b"<xml>forged</xml>".as_slice(), b"<xml>n</xml>"]);
    assert_eq!(received[0].reason.as_deref(), Some("unsigned"));
    let events = store.events(&EventFilter::default()).await.unwrap().rows;
    let standings: Vec<_> = events
        .iter()
        .map(|event| (event.standing, event.last_error.as_deref()))
        .collect();
    let expected = [
        (EventStanding::Delivered, None),
        (EventStanding::Waiting, None),
    ];
    assert_eq!(standings, expected);
    let token = store.tokens("hospital").current().await.unwrap().unwrap();
    assert_eq!((token.value(), token.expires_at()), ("old", second(7200)));

    // What came later works on what was there before.
    let filter = OrderFilter {
        med_trans_id: Some("M7".to_owned()),
        ..OrderFilter::default()
    };
    assert_eq!(store.orders(&filter).await.unwrap().rows.len(), 1);
    let failed = Delivery::Dead {
        error: "gone".to_owned(),
    };
    // Its events can be claimed.
    let claimed = store.claim_events(&claim(50, 60, 9)).await.unwrap();
    let claimed: Vec<&str> = claimed.events.iter().map(|it| &*it.event.id).collect();
    assert_eq!(claimed, ["b"]);
    store.settle_event("b", &failed).await.unwrap();
    let events = store.events(&EventFilter::default()).await.unwrap().rows;
    assert_eq!(events[1].last_error.as_deref(), Some("gone"));
    // So does the refund number of the order that was there before.
    let another = crate::samples::order("9");
    insert(store, &another).await;
    let mut asks = paid(&another, "refused");
    asks.order.refund.clone_from(&order.refund);
    let order_1 = key("1");
    let taken = Committed::RefundNumberTaken { order: order_1 };
    assert_eq!(store.commit(&asks).await.unwrap(), taken);
    store.commit(&paid(&order, "later")).await.unwrap();
    assert_eq!(
        store
            .received(&ReceivedFilter::default())
            .await
            .unwrap()
            .len(),
        3
    );
}

fn assert_is_refused_as_newer(opened: Result<(), StoreError>) {
    let error = opened.unwrap_err();
    assert!(matches!(error, StoreError::Unreadable { .. }));
    let told = error.to_string();
    assert!(told.contains("a schema of version 99"), "{told}");
    assert!(told.contains("versions up to 7"), "{told}");
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
    let kept = match tokens.lease().await {
        Ok(lease) => lease.store(token).await,
        Err(error) => Err(error),
    };
    assert!(kept.is_err());
    assert_eq!(store.order(&key("1")).await.unwrap(), Some(before));
    assert!(store.order(&key("2")).await.unwrap().is_none());
    let kept = store.received(&ReceivedFilter::default()).await.unwrap();
    assert_eq!(kept.len(), 1);
}

const NEWER_SQLITE: &str = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (99, 'newer', true, x'00', 0)";
const NEWER_POSTGRES: &str = "INSERT INTO payinsurance_migrations (version, description, success, checksum, execution_time) VALUES (99, 'newer', true, '\\x00', 0)";

#[cfg(feature = "sqlite")]
mod sqlite {
    use payinsurance_orders::store::SqliteStore;
    use sqlx::SqliteConnection;

    use super::*;

    #[tokio::test]
    async fn a_database_of_version_1_is_brought_up_to_date() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("orders.db");
        let bodies = include_bytes!("../data/sqlite-1.db-received");
        std::fs::write(folder.path().join("orders.db-received"), bodies).unwrap();
        let url = format!("sqlite://{}?mode=rwc", path.display());
        let mut connection = SqliteConnection::connect(&url).await.unwrap();
        sqlx::raw_sql(include_str!("../data/sqlite-1.sql"))
            .execute(&mut connection)
            .await
            .unwrap();
        connection.close().await.unwrap();

        for _ in 0..2 {
            let store = SqliteStore::open(&path).await.unwrap();
            store.close().await;
        }
        let store = SqliteStore::open(&path).await.unwrap();
        assert_holds_what_version_1_held(&store).await;
    }

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
    async fn a_database_of_version_1_is_brought_up_to_date() {
        let Some(url) = url() else { return };
        let url = fresh_schema(&url, "version_1").await;
        let mut connection = PgConnection::connect(&url).await.unwrap();
        sqlx::raw_sql(include_str!("../data/postgres-1.sql"))
            .execute(&mut connection)
            .await
            .unwrap();
        connection.close().await.unwrap();

        for _ in 0..2 {
            let store = PostgresStore::open(&url).await.unwrap();
            store.close().await;
        }
        let store = PostgresStore::open(&url).await.unwrap();
        assert_holds_what_version_1_held(&store).await;
    }

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
