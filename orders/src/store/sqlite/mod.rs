//! Orders in a SQLite file: for one machine, with nothing to install.
//!
//! Reading goes through a pool of connections; looks at single orders share queries (`reader`). All writing goes through one: callers that wait
//! while it is busy share the next transaction, so that one flush of the disk answers many (`writer`, `group`). Bodies of notifications are stored
//! beside the database (`bodies`), and the write-ahead log is copied back while no commit waits for it (`checkpoint`).
//!
//! Several processes of one machine may open the same file; do not put it on a network file system.
//! Source: SQLite's pages on write-ahead logging, `PRAGMA synchronous` and `VACUUM INTO`.

mod backup;
mod bodies;
mod checkpoint;
mod complete;
mod damage;
mod drain;
mod group;
mod options;
mod private;
mod reader;
mod schema;
mod single;
mod token;
mod work;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use signed_xml_client::{BoxFuture, Clock, TokenStore};
use sqlx::sqlite::SqlitePool;

use super::row::{
    ChangeRows, ClaimRow, EventColumns, LineColumns, NewOrderRows, OrderRowColumns,
    ReceivedColumns, ReceivedRow, microseconds, read_claimed_events, read_claimed_orders,
    read_events, read_history, read_order, read_orders, read_received,
};
use super::span::traced;
use super::sql_error::unavailable;
use super::{
    Body, Change, Claim, ClaimedEvents, ClaimedOrders, Committed, Delivery, EventFilter, History,
    Line, ListedEvents, ListedOrders, OrderFilter, QuarantineLimits, Received, ReceivedFilter,
    ReceivedRecord, Store, StoreError, StoreFuture, query,
};
use crate::{Order, OrderKey};
use reader::Reader;
use token::{Renewals, SqliteTokens};
use work::Work;
use writer::Writer;

pub use options::SqliteOptions;

const SYSTEM: &str = "sqlite";

/// The record of an order and what it was placed with, as bytes: SQLite does not check that text is UTF-8, and one damaged row must not stop the others.
const ORDER_COLUMNS: &str = "CAST(record AS BLOB), CAST(request AS BLOB)";

/// Columns of `events e` joined to `orders o`, with the payload as bytes for the same reason.
const EVENT_COLUMNS: &str = "e.id, e.kind, CAST(e.payload AS BLOB), o.merchant, o.hosp_out_trade_no, e.created_at, e.due_at, e.attempts, e.standing, e.last_error";

/// How long a connection waits for another process that writes.
const BUSY: Duration = Duration::from_secs(10);

/// A [`Store`] in a SQLite file. Clones share its connections.
///
/// The bodies of notifications are stored in a second file beside it, named like it with `-received` at the end: move, copy and delete the two
/// together after [`SqliteStore::close`], or use [`SqliteStore::backup`]. While a desk runs, and after it was killed, there are also `-wal` and `-shm`,
/// without which the database is not whole: such a copy is refused with [`StoreError::Incomplete`]. By `-commits` the desk knows that.
///
/// The files are made with mode 0600.
///
/// # Examples
///
/// ```
/// use payinsurance_orders::store::{OrderFilter, SqliteStore, Store};
///
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("orders.db");
/// let store = SqliteStore::open(&path).await?;
/// assert!(store.orders(&OrderFilter::default()).await?.rows.is_empty());
/// store.close().await;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct SqliteStore {
    inner: Arc<Inner>,
}

struct Inner {
    path: PathBuf,
    readers: SqlitePool,
    reader: Reader,
    writer: Writer,
    renewals: Renewals,
    clock: Box<dyn Clock>,
}

impl SqliteStore {
    /// Opens the file of this path with [`SqliteOptions::new`].
    ///
    /// # Errors
    ///
    /// As [`SqliteOptions::open`].
    pub async fn open(path: impl Into<PathBuf>) -> Result<Self, StoreError> {
        SqliteOptions::new(path).open().await
    }

    /// Copies everything to a new file (and its `-received`) while others go on reading and writing. The copy holds what was stored when it began.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the file exists already, or cannot be written; then no file of that name is left.
    pub async fn backup(&self, to: impl AsRef<Path>) -> Result<(), StoreError> {
        let (inner, to) = (&self.inner, to.as_ref());
        traced(SYSTEM, "backup", async move {
            let reader = inner.readers.acquire().await;
            let mut reader = reader.map_err(unavailable("make a backup"))?;
            backup::copy(&mut reader, &inner.path, to).await
        })
        .await
    }

    /// Waits until all writes are stored, copies the log back into the database, and closes the files. What is asked of the store
    /// afterwards fails.
    ///
    /// If no other process has the database open, it and its `-received` are then the whole store: `-wal` is gone. A store that is dropped
    /// instead does the same after its last answer, as long as its tokio runtime goes on.
    pub async fn close(&self) {
        self.inner.writer.stop().await;
        // The writer has closed them, unless the file was opened for reading only.
        self.inner.readers.close().await;
    }
}

impl Store for SqliteStore {
    fn insert<'a>(&'a self, order: &'a Order, line: &'a Line) -> StoreFuture<'a, Option<Order>> {
        traced(SYSTEM, "insert", async move {
            let new = Box::new(NewOrderRows::new(order, line)?);
            let writer = &self.inner.writer;
            let found = writer.ask(|reply| Work::Insert(new, reply)).await?;
            found.as_ref().map(read_order).transpose()
        })
    }

    fn order<'a>(&'a self, key: &'a OrderKey) -> StoreFuture<'a, Option<Order>> {
        traced(SYSTEM, "order", async move {
            let found = self.inner.reader.order(key).await?;
            found.as_ref().map(read_order).transpose()
        })
    }

    fn orders<'a>(&'a self, filter: &'a OrderFilter) -> StoreFuture<'a, ListedOrders> {
        traced(SYSTEM, "orders", async move {
            let from = "orders JOIN requests ON order_id = id";
            let mut sql = query::orders(filter, ORDER_COLUMNS, from);
            let found: Vec<OrderRowColumns<Vec<u8>>> = sql
                .build_query_as()
                .fetch_all(&self.inner.readers)
                .await
                .map_err(unavailable("list orders"))?;
            Ok(read_orders(found))
        })
    }

    fn history<'a>(&'a self, key: &'a OrderKey) -> StoreFuture<'a, History> {
        traced(SYSTEM, "history", async move {
            let sql = "SELECT h.at, h.who, h.what, CAST(h.evidence AS BLOB), h.from_state, h.to_state FROM history h JOIN orders o ON o.id = h.order_id
                WHERE o.merchant = ?1 AND o.hosp_out_trade_no = ?2 ORDER BY h.id";
            let rows: Vec<LineColumns<Vec<u8>>> = sqlx::query_as(sql)
                .bind(&key.merchant)
                .bind(&key.hosp_out_trade_no)
                .fetch_all(&self.inner.readers)
                .await
                .map_err(unavailable("read a history"))?;
            Ok(read_history(key, rows))
        })
    }

    fn commit<'a>(&'a self, change: &'a Change) -> StoreFuture<'a, Committed> {
        traced(SYSTEM, "commit", async move {
            let change = Box::new(ChangeRows::new(change)?);
            let writer = &self.inner.writer;
            writer.ask(|reply| Work::Change(change, reply)).await
        })
    }

    fn claim_orders<'a>(&'a self, claim: &'a Claim) -> StoreFuture<'a, ClaimedOrders> {
        traced(SYSTEM, "claim_orders", async move {
            let claim = ClaimRow::new(claim);
            let writer = &self.inner.writer;
            let rows = writer.ask(|reply| Work::ClaimOrders(claim, reply)).await?;
            Ok(read_claimed_orders(rows))
        })
    }

    fn claim_events<'a>(&'a self, claim: &'a Claim) -> StoreFuture<'a, ClaimedEvents> {
        traced(SYSTEM, "claim_events", async move {
            let claim = ClaimRow::new(claim);
            let writer = &self.inner.writer;
            let rows = writer.ask(|reply| Work::ClaimEvents(claim, reply)).await?;
            Ok(read_claimed_events(rows))
        })
    }

    fn settle_event<'a>(&'a self, id: &'a str, delivery: &'a Delivery) -> StoreFuture<'a, ()> {
        traced(SYSTEM, "settle_event", async move {
            let work = |reply| Work::SettleEvent {
                id: id.to_owned(),
                delivery: delivery.clone(),
                reply,
            };
            self.inner.writer.ask(work).await
        })
    }

    fn events<'a>(&'a self, filter: &'a EventFilter) -> StoreFuture<'a, ListedEvents> {
        traced(SYSTEM, "events", async move {
            let mut sql = query::events(filter, EVENT_COLUMNS);
            let rows: Vec<EventColumns<Vec<u8>>> = sql
                .build_query_as()
                .fetch_all(&self.inner.readers)
                .await
                .map_err(unavailable("list events"))?;
            Ok(read_events(rows))
        })
    }

    fn replay_events<'a>(&'a self, ids: &'a [String], now: Timestamp) -> StoreFuture<'a, u64> {
        traced(SYSTEM, "replay_events", async move {
            let work = |reply| Work::ReplayEvents {
                ids: ids.to_vec(),
                now: microseconds(now),
                reply,
            };
            self.inner.writer.ask(work).await
        })
    }

    fn quarantine<'a>(&'a self, received: &'a Received, reason: &'a str) -> StoreFuture<'a, ()> {
        traced(SYSTEM, "quarantine", async move {
            let row = ReceivedRow::new(received, Some(reason));
            let writer = &self.inner.writer;
            writer.ask(|reply| Work::Quarantine(row, reply)).await
        })
    }

    fn received<'a>(&'a self, filter: &'a ReceivedFilter) -> StoreFuture<'a, Vec<ReceivedRecord>> {
        traced(SYSTEM, "received", async move {
            let mut sql = query::received(filter, "body, position, length");
            type Columns = (
                String,
                Option<String>,
                Option<String>,
                i64,
                Option<String>,
                Option<Vec<u8>>,
                i64,
                i64,
            );
            let rows: Vec<Columns> = sql
                .build_query_as()
                .fetch_all(&self.inner.readers)
                .await
                .map_err(unavailable("list what was received"))?;
            let in_file = rows.iter().filter(|row| row.5.is_none());
            let places = in_file.map(|row| (row.6, row.7)).collect();
            let mut in_file = bodies::read(&self.inner.path, places).await?.into_iter();
            let record = |(key, merchant, number, at, reason, in_row, ..): Columns| {
                let columns: ReceivedColumns = (key, merchant, number, at, reason);
                let body = match in_row {
                    Some(body) => Body::Whole(body),
                    None => in_file.next().unwrap_or_else(bodies::lost),
                };
                read_received(columns, body)
            };
            rows.into_iter().map(record).collect()
        })
    }

    fn prune_quarantine<'a>(&'a self, limits: &'a QuarantineLimits) -> StoreFuture<'a, u64> {
        traced(SYSTEM, "prune_quarantine", async move {
            let mut deleted = 0;
            loop {
                let work = |reply| Work::PruneQuarantine {
                    before: microseconds(limits.before),
                    bytes: i64::try_from(limits.bytes).unwrap_or(i64::MAX),
                    reply,
                };
                let count = self.inner.writer.ask(work).await?;
                deleted += count;
                if count < query::PRUNED {
                    return Ok(deleted);
                }
            }
        })
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(Self::close(self))
    }

    fn tokens(&self, merchant: &str) -> Box<dyn TokenStore> {
        Box::new(SqliteTokens::new(Arc::clone(&self.inner), merchant))
    }
}
