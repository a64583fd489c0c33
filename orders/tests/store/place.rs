//! Where a case stores its orders: an empty database, which can be opened more than once.

use std::sync::Arc;

use payinsurance_orders::OrderKey;
use payinsurance_orders::store::{MemoryStore, Store};
#[cfg(feature = "postgres")]
use sqlx::PgConnection;
#[cfg(feature = "sqlite")]
use sqlx::SqliteConnection;
use sqlx::{AssertSqlSafe, Connection};

/// A database that no other case uses.
pub(crate) enum Place {
    Memory(MemoryStore),
    #[cfg(feature = "sqlite")]
    Sqlite(tempfile::TempDir),
    /// The URL of a schema of the server's database.
    #[cfg(feature = "postgres")]
    Postgres(String),
}

impl Place {
    pub(crate) fn memory() -> Self {
        Self::Memory(MemoryStore::default())
    }

    #[cfg(feature = "sqlite")]
    pub(crate) fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().unwrap())
    }

    /// An empty schema; without a server `None`, and a line that says how to name one.
    #[cfg(feature = "postgres")]
    pub(crate) async fn postgres(case: &str) -> Option<Self> {
        let url = crate::server::url()?;
        let schema = crate::server::fresh_schema(&url, case).await;
        Some(Self::Postgres(schema))
    }

    /// Opens it, as one more process would.
    pub(crate) async fn open(&self) -> Arc<dyn Store> {
        match self {
            Self::Memory(store) => Arc::new(store.clone()),
            #[cfg(feature = "sqlite")]
            Self::Sqlite(folder) => {
                let path = folder.path().join("orders.db");
                Arc::new(
                    payinsurance_orders::store::SqliteStore::open(path)
                        .await
                        .unwrap(),
                )
            }
            #[cfg(feature = "postgres")]
            Self::Postgres(url) => {
                let options = payinsurance_orders::store::PostgresOptions::new(url).unwrap();
                Arc::new(options.connections(4).open().await.unwrap())
            }
        }
    }

    /// Changes the row of an order as a newer version would: its state has a name that this version does not know.
    pub(crate) async fn make_unreadable(&self, store: &dyn Store, key: &OrderKey) {
        let state = store.order(key).await.unwrap().unwrap().state.as_str();
        let sql = format!(
            "UPDATE orders SET record = replace(record, '\"state\":\"{state}\"', '\"state\":\"teleported\"') \
            WHERE merchant = '{}' AND hosp_out_trade_no = '{}'",
            key.merchant, key.hosp_out_trade_no
        );
        if let Self::Memory(store) = self {
            store.make_unreadable(key);
        }
        self.run(sql).await;
    }

    /// Gives an event a standing that only a newer version knows; false where no row can hold it.
    pub(crate) async fn change_event_standing(&self, id: &str, standing: &str) -> bool {
        self.run(format!(
            "UPDATE events SET standing = '{standing}' WHERE id = '{id}'"
        ))
        .await
    }

    /// Gives the last line of history a state that only a newer version knows; false where no row can hold it.
    pub(crate) async fn change_last_line(&self, state: &str) -> bool {
        self.run(format!(
            "UPDATE history SET to_state = '{state}' WHERE id = (SELECT max(id) FROM history)"
        ))
        .await
    }

    /// Runs a statement on the database, beside all stores; false without one.
    async fn run(&self, sql: String) -> bool {
        match self {
            Self::Memory(_) => false,
            #[cfg(feature = "sqlite")]
            Self::Sqlite(folder) => {
                let path = folder.path().join("orders.db");
                let url = format!("sqlite://{}", path.display());
                let mut connection = SqliteConnection::connect(&url).await.unwrap();
                sqlx::raw_sql(AssertSqlSafe(sql))
                    .execute(&mut connection)
                    .await
                    .unwrap();
                connection.close().await.unwrap();
                true
            }
            #[cfg(feature = "postgres")]
            Self::Postgres(url) => {
                let mut connection = PgConnection::connect(url).await.unwrap();
                sqlx::raw_sql(AssertSqlSafe(sql))
                    .execute(&mut connection)
                    .await
                    .unwrap();
                connection.close().await.unwrap();
                true
            }
        }
    }
}
