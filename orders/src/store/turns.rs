//! Who renews which token inside this process: one at a time for each merchant, so that the database sees one caller of a process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OwnedMutexGuard;

/// A queue for each merchant.
#[derive(Default)]
pub(super) struct Turns {
    queues: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
}

impl Turns {
    /// Waits for the caller's turn, which lasts until it is dropped.
    pub(super) async fn turn(&self, merchant: &str) -> OwnedMutexGuard<()> {
        self.queue(merchant).lock_owned().await
    }

    fn queue(&self, merchant: &str) -> Arc<tokio::sync::Mutex<()>> {
        // Invariant: nothing panics while the lock is held.
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(queues.entry(merchant.to_owned()).or_default())
    }
}
