//! Where a case keeps its orders: a place of its own, which can be opened more than once.

use std::sync::Arc;

use payinsurance_orders::store::{MemoryStore, Store};

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

    /// A schema of its own; nothing, with a line that says why, if there is no server.
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
}
