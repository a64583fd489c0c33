//! Where a case keeps its orders: a place of its own, which can be opened more than once.

use std::sync::Arc;

use payinsurance_orders::store::{MemoryStore, Store};

/// A database that no other case uses.
pub(crate) enum Place {
    Memory(MemoryStore),
}

impl Place {
    pub(crate) fn memory() -> Self {
        Self::Memory(MemoryStore::default())
    }

    /// Opens it, as one more process would.
    pub(crate) async fn open(&self) -> Arc<dyn Store> {
        match self {
            Self::Memory(store) => Arc::new(store.clone()),
        }
    }
}
