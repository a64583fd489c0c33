//! The right to renew an access token when its holder dies or hangs.

use std::time::Duration;

use payinsurance_orders::store::Store;
use signed_xml_client::Token;

use crate::samples::second;

fn token(value: &str) -> Token {
    Token::new(value.to_owned(), second(0), Duration::from_secs(7200)).unwrap()
}

#[cfg(feature = "sqlite")]
mod sqlite {
    use jiff::Timestamp;
    use payinsurance_orders::store::{SqliteOptions, SqliteStore};
    use signed_xml_client::Clock;

    use super::*;

    struct At(Timestamp);

    impl Clock for At {
        fn now(&self) -> Timestamp {
            self.0
        }
    }

    async fn at(folder: &tempfile::TempDir, now: i64) -> SqliteStore {
        let options = SqliteOptions::new(folder.path().join("orders.db"));
        options.clock(At(second(now))).open().await.unwrap()
    }

    #[tokio::test]
    async fn a_holder_that_died_is_followed_by_the_next_after_a_minute() {
        let folder = tempfile::tempdir().unwrap();
        let tokens = at(&folder, 0).await.tokens("hospital");
        let lease = tokens.lease().await.unwrap();
        let early = at(&folder, 59).await.tokens("hospital");
        assert!(
            tokio::time::timeout(Duration::from_millis(200), early.lease())
                .await
                .is_err()
        );
        let late = at(&folder, 60).await.tokens("hospital");
        late.lease()
            .await
            .unwrap()
            .store(token("new"))
            .await
            .unwrap();
        // The first one was not dead after all, but its right has ended.
        assert!(lease.store(token("old")).await.is_err());
        assert_eq!(late.current().await.unwrap(), Some(token("new")));
    }

    #[tokio::test]
    async fn a_clock_that_was_set_back_prolongs_no_lease() {
        let folder = tempfile::tempdir().unwrap();
        let tokens = at(&folder, 100_000).await.tokens("hospital");
        let lease = tokens.lease().await.unwrap();
        let back = at(&folder, 0).await.tokens("hospital");
        back.lease()
            .await
            .unwrap()
            .store(token("new"))
            .await
            .unwrap();
        drop(lease);
        assert_eq!(tokens.current().await.unwrap(), Some(token("new")));
    }
}

#[cfg(feature = "postgres")]
mod postgres {
    use payinsurance_orders::store::PostgresStore;
    use sqlx::{Connection, PgConnection};

    use super::*;
    use crate::server::{fresh_schema, url};

    const MINUTE: i64 = 60_000_000;

    /// As if the server's clock had been moved on by that many microseconds since the lease was taken.
    async fn pass(url: &str, microseconds: i64) {
        let mut server = PgConnection::connect(url).await.unwrap();
        let sql = "UPDATE tokens SET held_until = held_until - $1 WHERE holder IS NOT NULL";
        let held = sqlx::query(sql).bind(microseconds);
        let held = held.execute(&mut server).await.unwrap();
        assert_eq!(held.rows_affected(), 1);
    }

    #[tokio::test]
    async fn a_holder_that_died_is_followed_by_the_next_after_a_minute() {
        let Some(url) = url() else { return };
        let url = fresh_schema(&url, "dead_holder").await;
        let store = PostgresStore::open(&url).await.unwrap();
        let tokens = store.tokens("hospital");
        let lease = tokens.lease().await.unwrap();
        let other = PostgresStore::open(&url).await.unwrap();
        let others = other.tokens("hospital");
        pass(&url, MINUTE / 2).await;
        assert!(
            tokio::time::timeout(Duration::from_millis(200), others.lease())
                .await
                .is_err()
        );
        pass(&url, MINUTE / 2).await;
        let next = others.lease().await.unwrap();
        next.store(token("new")).await.unwrap();
        // The first one was not dead after all, but its right has ended.
        assert!(lease.store(token("old")).await.is_err());
        assert_eq!(tokens.current().await.unwrap(), Some(token("new")));
    }

    #[tokio::test]
    async fn a_clock_that_was_set_back_prolongs_no_lease() {
        let Some(url) = url() else { return };
        let url = fresh_schema(&url, "clock_set_back").await;
        let store = PostgresStore::open(&url).await.unwrap();
        let tokens = store.tokens("hospital");
        let lease = tokens.lease().await.unwrap();
        pass(&url, -MINUTE).await;
        let other = PostgresStore::open(&url).await.unwrap();
        let others = other.tokens("hospital");
        let next = others.lease().await.unwrap();
        next.store(token("new")).await.unwrap();
        drop(lease);
        assert_eq!(tokens.current().await.unwrap(), Some(token("new")));
    }
}
