//! Where a case keeps its orders: a place of its own, which can be opened more than once.

use std::sync::Arc;

use payinsurance_orders::store::{MemoryStore, Store};

/// A database that no other case uses.
pub(crate) enum Place {
    Memory(MemoryStore),
    #[cfg(feature = "sqlite")]
    Sqlite(tempfile::TempDir),
}

impl Place {
    pub(crate) fn memory() -> Self {
        Self::Memory(MemoryStore::default())
    }

    #[cfg(feature = "sqlite")]
    pub(crate) fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().unwrap())
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
        }
    }
}
