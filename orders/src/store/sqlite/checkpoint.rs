//! Copies the write-ahead log back into the database, so that no commit waits for long.
//!
//! A separate connection copies while the writer goes on; that takes long and blocks no commit, but never reaches the end of the log while it
//! grows. So when little is left, the writer copies the rest between two transactions, and the log begins anew.
//! Source: SQLite's page on write-ahead logging, "Avoiding Excessively Large WAL Files".

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::schema;
use crate::store::StoreError;

/// So many works are stored between two looks at the log.
const WORKS_BETWEEN: usize = 1000;

/// So many bytes in the database count as a work.
const BYTES_OF_A_WORK: usize = 4096;

/// A log of so many pages is to begin anew.
const LONG: i64 = 8000;

pub(super) struct Checkpointer {
    /// Works that were stored since the log was looked at.
    works: usize,
    shared: Arc<Shared>,
    copying: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    wake: Notify,
    stop: AtomicBool,
    /// Little is left to copy of a long log.
    rest_is_for_writer: AtomicBool,
}

pub(super) async fn start(options: &SqliteConnectOptions) -> Result<Checkpointer, StoreError> {
    let connection = schema::connect(options, super::BUSY).await?;
    let shared = Arc::new(Shared::default());
    Ok(Checkpointer {
        works: 0,
        copying: tokio::spawn(copy(connection, Arc::clone(&shared))),
        shared,
    })
}

impl Checkpointer {
    /// Is called between two transactions.
    ///
    /// `bytes` went into the database beside the works, which makes the log grow faster.
    pub(super) async fn after_group(
        &mut self,
        writer: &mut SqliteConnection,
        works: usize,
        bytes: usize,
    ) {
        self.works += works + bytes / BYTES_OF_A_WORK;
        if self
            .shared
            .rest_is_for_writer
            .swap(false, Ordering::Relaxed)
        {
            checkpoint(writer).await;
        }
        if self.works >= WORKS_BETWEEN {
            self.works = 0;
            self.shared.wake.notify_one();
        }
    }

    pub(super) async fn stop(self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        self.shared.wake.notify_one();
        // It ends by itself; a panic of it has been reported where it happened.
        let _ = self.copying.await;
    }
}

async fn copy(mut connection: SqliteConnection, shared: Arc<Shared>) {
    loop {
        shared.wake.notified().await;
        if shared.stop.load(Ordering::Relaxed) {
            break;
        }
        let Some(pages) = checkpoint(&mut connection).await else {
            continue;
        };
        if pages > LONG {
            shared.rest_is_for_writer.store(true, Ordering::Relaxed);
        }
    }
    // The writer closes last and copies what is left.
    let _ = connection.close().await;
}

/// Copies the whole log back and takes the database out of write-ahead mode, by which it is known to be whole (`complete`).
///
/// While another process has it open it stays in that mode: the last one does this.
pub(super) async fn leave_whole(connection: &mut SqliteConnection) {
    let steps = [
        "PRAGMA busy_timeout = 1000",
        "PRAGMA wal_checkpoint(TRUNCATE)",
        "PRAGMA busy_timeout = 0",
        "PRAGMA journal_mode = DELETE",
    ];
    for step in steps {
        if let Err(error) = sqlx::query(step).execute(&mut *connection).await {
            tracing::info!(%error, "another process has the database open: its log stays until that one stops");
            return;
        }
    }
}

/// Copies what can be copied without waiting for other connections; returns how many pages the log has.
async fn checkpoint(connection: &mut SqliteConnection) -> Option<i64> {
    let copied = sqlx::query_as("PRAGMA wal_checkpoint(PASSIVE)").fetch_one(connection);
    let reported: Result<(i64, i64, i64), sqlx::Error> = copied.await;
    match reported {
        Ok((_, pages, _)) => Some(pages),
        Err(error) => {
            tracing::warn!(%error, "the write-ahead log could not be copied; it is tried again, and grows until then");
            None
        }
    }
}
