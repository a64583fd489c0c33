//! Orders in PostgreSQL: for several machines.
//!
//! Each method is one transaction at READ COMMITTED. A change first claims the key of its notification and then the row of its order, always in
//! that order, so that two of them wait for each other and never in a circle; workers pass over rows that others have locked.
//! Source: PostgreSQL's manual, "Transaction Isolation", `SELECT` ("The Locking Clause"), "Client Connection Defaults".

mod claim;
mod schema;
mod token;
mod write;

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use signed_xml_client::{BoxFuture, TokenStore};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};

use super::row::{
    ChangeRows, ClaimRow, EventColumns, LineColumns, NewOrderRows, OrderColumns, OrderRowColumns,
    ReceivedRow, microseconds, read_claimed_events, read_claimed_orders, read_events, read_history,
    read_order, read_orders, read_received,
};
use super::span::traced;
use super::sql_error::unavailable;
use super::{
    Access, Body, Change, Claim, ClaimedEvents, ClaimedOrders, Committed, Delivery, EventFilter,
    History, Line, ListedEvents, ListedOrders, OrderFilter, QuarantineLimits, Received,
    ReceivedFilter, ReceivedRecord, Store, StoreError, StoreFuture, query,
};
use crate::{Order, OrderKey};
use token::{PostgresTokens, Renewals};

const SYSTEM: &str = "postgresql";

/// A [`Store`] in a PostgreSQL database. Clones share its connections.
///
/// Its tables are made in the first schema of the connection's `search_path`: give the desk a separate database or schema.
///
/// # Examples
///
/// ```no_run
/// use payinsurance_orders::store::{OrderFilter, PostgresStore, Store};
///
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// let store = PostgresStore::open("postgres://desk@db.hospital.example/desk?sslmode=verify-full").await?;
/// assert!(store.orders(&OrderFilter::default()).await?.rows.is_empty());
/// # Ok::<(), payinsurance_orders::store::StoreError>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct PostgresStore {
    pool: PgPool,
    renewals: Arc<Renewals>,
}

/// How a PostgreSQL database is opened.
#[derive(Debug)]
pub struct PostgresOptions {
    connect: PgConnectOptions,
    access: Access,
    connections: u32,
    patience: Duration,
    token_lease: Duration,
}

impl PostgresOptions {
    /// The database of this URL: `postgres://user:password@host:port/database?sslmode=verify-full`.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the URL is invalid.
    pub fn new(url: &str) -> Result<Self, StoreError> {
        // The error may quote the URL, which holds a password.
        let connect = PgConnectOptions::from_str(url).map_err(|_| StoreError::Unavailable {
            doing: "read the address of the database",
            reason: "invalid URL: expected postgres://user@host/database".to_owned(),
        })?;
        Ok(Self {
            connect,
            access: Access::Desk,
            connections: 10,
            patience: Duration::from_secs(10),
            token_lease: Duration::from_secs(60),
        })
    }

    /// What opening may do to the database; what a desk needs by default.
    #[must_use]
    pub fn access(mut self, access: Access) -> Self {
        self.access = access;
        self
    }

    /// At most so many connections of this process; 10 by default, and at least 1.
    ///
    /// A connection is in use for a statement or a short transaction, never while a call to the platform, a delivery of an event or the renewal of an
    /// access token is under way: 10 are enough for hundreds of calls in flight ([`Policy::calls_in_flight`](crate::Policy::calls_in_flight)).
    #[must_use]
    pub fn connections(mut self, count: u32) -> Self {
        self.connections = count.max(1);
        self
    }

    /// How long a call waits for a connection before it fails; 10 seconds by default.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// For how long no other process renews an access token after one has begun to; 60 seconds by
    /// default, and at least 1 second.
    ///
    /// A process that is killed while it renews a token stops the others for as long. A call of
    /// gettoken that takes longer than this is repeated by another process. Set the same in every
    /// process of a database.
    #[must_use]
    pub fn token_lease(mut self, lease: Duration) -> Self {
        self.token_lease = lease.max(Duration::from_secs(1));
        self
    }

    /// Connects, for a desk bringing an older schema up to date.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the server does not answer; [`StoreError::Unreadable`] if a newer version made the tables. Other than for a
    /// desk, [`StoreError::Missing`] if there are no tables, and [`StoreError::Unreadable`] also if an older version made them.
    pub async fn open(self) -> Result<PostgresStore, StoreError> {
        let reads_only = self.access == Access::ReadOnly;
        if self.access != Access::Desk {
            // A pool waits for a server that is just starting, and then says only that it waited. A tool tells at once what is wrong.
            schema::check(&self.connect, self.patience).await?;
        }
        let pool = PgPoolOptions::new()
            .max_connections(self.connections)
            .acquire_timeout(self.patience)
            .after_connect(move |connection, _| Box::pin(make_safe(connection, reads_only)))
            .connect_with(self.connect)
            .await
            .map_err(unavailable("connect to the database"))?;
        if self.access == Access::Desk {
            schema::bring_up_to_date(&pool).await?;
        }
        Ok(PostgresStore {
            renewals: Arc::new(Renewals::new(&pool, self.token_lease).await?),
            pool,
        })
    }
}

impl PostgresStore {
    /// Opens the database of this URL with [`PostgresOptions::new`].
    ///
    /// # Errors
    ///
    /// As [`PostgresOptions::open`].
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        PostgresOptions::new(url)?.open().await
    }

    /// Waits until what was begun is done, and closes the connections. What is asked of the store afterwards fails.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// Sets what the promises rest on, whatever the server's defaults are: a commit is flushed before it is answered, each statement sees what was
/// committed before it, and a process that hangs in a transaction does not hold its locks without end. A lookup cannot write, and neither can a desk once a newer one has
/// brought the schema up to date: a trigger of every table compares what the session says that it knows.
async fn make_safe(connection: &mut PgConnection, reads_only: bool) -> Result<(), sqlx::Error> {
    let sql = "SELECT set_config('default_transaction_isolation', 'read committed', false),
        CASE WHEN $1 THEN set_config('default_transaction_read_only', 'on', false) END,
        set_config('idle_in_transaction_session_timeout', '60s', false),
        CASE WHEN current_setting('synchronous_commit') = 'off' THEN set_config('synchronous_commit', 'on', false) END,
        set_config('payinsurance.schema_version', $2, false)";
    let known = schema::known().to_string();
    let set = sqlx::query(sql).bind(reads_only).bind(known);
    let set = set.execute(connection);
    set.await.map(|_| ())
}

impl Store for PostgresStore {
    fn insert<'a>(&'a self, order: &'a Order, line: &'a Line) -> StoreFuture<'a, Option<Order>> {
        traced(SYSTEM, "insert", async move {
            let new = NewOrderRows::new(order, line)?;
            let found = write::insert(self, &new).await?;
            found.as_ref().map(read_order).transpose()
        })
    }

    fn order<'a>(&'a self, key: &'a OrderKey) -> StoreFuture<'a, Option<Order>> {
        traced(SYSTEM, "order", async move {
            let sql =
                "SELECT record, request FROM orders WHERE merchant = $1 AND hosp_out_trade_no = $2";
            let found: Option<OrderColumns> = sqlx::query_as(sql)
                .bind(&key.merchant)
                .bind(&key.hosp_out_trade_no)
                .fetch_optional(&self.pool)
                .await
                .map_err(unavailable("read an order"))?;
            found.as_ref().map(read_order).transpose()
        })
    }

    fn orders<'a>(&'a self, filter: &'a OrderFilter) -> StoreFuture<'a, ListedOrders> {
        traced(SYSTEM, "orders", async move {
            let mut sql = query::orders(filter, "record, request", "orders");
            let found: Vec<OrderRowColumns> = sql
                .build_query_as()
                .fetch_all(&self.pool)
                .await
                .map_err(unavailable("list orders"))?;
            Ok(read_orders(found))
        })
    }

    fn history<'a>(&'a self, key: &'a OrderKey) -> StoreFuture<'a, History> {
        traced(SYSTEM, "history", async move {
            let sql = "SELECT h.at, h.who, h.what, h.evidence, h.from_state, h.to_state FROM history h JOIN orders o ON o.id = h.order_id
                WHERE o.merchant = $1 AND o.hosp_out_trade_no = $2 ORDER BY h.id";
            let rows: Vec<LineColumns> = sqlx::query_as(sql)
                .bind(&key.merchant)
                .bind(&key.hosp_out_trade_no)
                .fetch_all(&self.pool)
                .await
                .map_err(unavailable("read a history"))?;
            Ok(read_history(key, rows))
        })
    }

    fn commit<'a>(&'a self, change: &'a Change) -> StoreFuture<'a, Committed> {
        traced(SYSTEM, "commit", async move {
            let change = ChangeRows::new(change)?;
            write::commit(self, &change).await
        })
    }

    fn claim_orders<'a>(&'a self, claim: &'a Claim) -> StoreFuture<'a, ClaimedOrders> {
        traced(SYSTEM, "claim_orders", async move {
            let rows = claim::orders(&self.pool, &ClaimRow::new(claim)).await?;
            Ok(read_claimed_orders(rows))
        })
    }

    fn claim_events<'a>(&'a self, claim: &'a Claim) -> StoreFuture<'a, ClaimedEvents> {
        traced(SYSTEM, "claim_events", async move {
            let rows = claim::events(&self.pool, &ClaimRow::new(claim)).await?;
            Ok(read_claimed_events(rows))
        })
    }

    fn settle_event<'a>(&'a self, id: &'a str, delivery: &'a Delivery) -> StoreFuture<'a, ()> {
        traced(
            SYSTEM,
            "settle_event",
            write::settle(&self.pool, id, delivery),
        )
    }

    fn events<'a>(&'a self, filter: &'a EventFilter) -> StoreFuture<'a, ListedEvents> {
        traced(SYSTEM, "events", async move {
            let mut sql = query::events(filter, query::EVENT_COLUMNS);
            let rows: Vec<EventColumns> = sql
                .build_query_as()
                .fetch_all(&self.pool)
                .await
                .map_err(unavailable("list events"))?;
            Ok(read_events(rows))
        })
    }

    fn replay_events<'a>(&'a self, ids: &'a [String], now: Timestamp) -> StoreFuture<'a, u64> {
        traced(SYSTEM, "replay_events", async move {
            write::replay(&self.pool, ids, microseconds(now)).await
        })
    }

    fn quarantine<'a>(&'a self, received: &'a Received, reason: &'a str) -> StoreFuture<'a, ()> {
        traced(SYSTEM, "quarantine", async move {
            let received = ReceivedRow::new(received, Some(reason));
            let stored = write::receive(&self.pool, &received).await;
            stored.map(|_| ())
        })
    }

    fn received<'a>(&'a self, filter: &'a ReceivedFilter) -> StoreFuture<'a, Vec<ReceivedRecord>> {
        traced(SYSTEM, "received", async move {
            let mut sql = query::received(filter, "body");
            type Columns = (
                String,
                Option<String>,
                Option<String>,
                i64,
                Option<String>,
                Vec<u8>,
            );
            let rows: Vec<Columns> = sql
                .build_query_as()
                .fetch_all(&self.pool)
                .await
                .map_err(unavailable("list what was received"))?;
            let record = |(key, merchant, number, at, reason, body): Columns| {
                read_received((key, merchant, number, at, reason), Body::Whole(body))
            };
            rows.into_iter().map(record).collect()
        })
    }

    fn prune_quarantine<'a>(&'a self, limits: &'a QuarantineLimits) -> StoreFuture<'a, u64> {
        traced(
            SYSTEM,
            "prune_quarantine",
            write::prune_quarantine(&self.pool, limits),
        )
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(Self::close(self))
    }

    fn tokens(&self, merchant: &str) -> Box<dyn TokenStore> {
        Box::new(PostgresTokens::new(
            self.pool.clone(),
            Arc::clone(&self.renewals),
            merchant,
        ))
    }
}
