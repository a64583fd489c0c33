//! What changes the tables of PostgreSQL, each in one transaction.

use sqlx::AssertSqlSafe;
use sqlx::postgres::{PgConnection, PgExecutor, PgPool};

use super::PostgresStore;
use crate::OrderKey;
use crate::store::query;
use crate::store::row::{
    ChangeRows, EventRow, LineRow, NewOrderRows, OrderColumns, OrderRow, ReceivedRow, microseconds,
};
use crate::store::sql_error::unavailable;
use crate::store::step::Step;
use crate::store::{Committed, Delivery, QuarantineLimits, StoreError};

const BEGIN: &str = "begin a transaction";
const COMMIT: &str = "commit a transaction";

/// The index by which a refund number belongs to one order of a hospital.
const REFUND_NUMBERS: &str = "orders_refund_number";

/// The order that was there before, if one was.
pub(super) async fn insert(
    store: &PostgresStore,
    new: &NewOrderRows,
) -> Result<Option<OrderColumns>, StoreError> {
    Step::BeforeBegin.reached();
    let mut transaction = store.pool.begin().await.map_err(unavailable(BEGIN))?;
    if !add(&mut transaction, new).await? {
        // A second statement sees the row that the insert ran into.
        let sql =
            "SELECT record, request FROM orders WHERE merchant = $1 AND hosp_out_trade_no = $2";
        let found = sqlx::query_as(sql)
            .bind(&new.order.key.merchant)
            .bind(&new.order.key.hosp_out_trade_no)
            .fetch_one(&mut *transaction)
            .await
            .map_err(unavailable("read an order"))?;
        transaction.rollback().await.map_err(unavailable(COMMIT))?;
        return Ok(Some(found));
    }
    Step::BeforeCommit.reached();
    transaction.commit().await.map_err(unavailable(COMMIT))?;
    Step::AfterCommit.reached();
    Ok(None)
}

/// Adds a new order with its first line of history; false if there is one of its key.
async fn add(connection: &mut PgConnection, new: &NewOrderRows) -> Result<bool, StoreError> {
    let order = &new.order;
    let sql = "INSERT INTO orders (merchant, hosp_out_trade_no, revision, state, med_trans_id, created_at, due_at, record, request, urgent, contradicted)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (merchant, hosp_out_trade_no) DO NOTHING RETURNING id";
    let id: Option<i64> = sqlx::query_scalar(sql)
        .bind(&order.key.merchant)
        .bind(&order.key.hosp_out_trade_no)
        .bind(order.revision)
        .bind(order.state)
        .bind(&order.med_trans_id)
        .bind(order.created_at)
        .bind(order.due_at)
        .bind(&order.record)
        .bind(&new.request)
        .bind(order.urgent)
        .bind(order.contradicted)
        .fetch_optional(&mut *connection)
        .await
        .map_err(unavailable("write an order"))?;
    if let Some(id) = id {
        write_line(connection, id, &new.line).await?;
    }
    Ok(id.is_some())
}

pub(super) async fn commit(
    store: &PostgresStore,
    change: &ChangeRows,
) -> Result<Committed, StoreError> {
    Step::BeforeBegin.reached();
    let mut transaction = store.pool.begin().await.map_err(unavailable(BEGIN))?;
    if let Some(received) = &change.received
        && !receive(&mut *transaction, received).await?
    {
        transaction.rollback().await.map_err(unavailable(COMMIT))?;
        return Ok(Committed::Repeated);
    }
    let order = &change.order;
    let sql =
        "UPDATE orders SET revision = $3, state = $4, med_trans_id = $5, due_at = $6, record = $7, urgent = $8, hosp_out_refund_no = $9, contradicted = $10
        WHERE merchant = $1 AND hosp_out_trade_no = $2 AND revision = $3 - 1 RETURNING id";
    let updated: Result<Option<i64>, sqlx::Error> = sqlx::query_scalar(sql)
        .bind(&order.key.merchant)
        .bind(&order.key.hosp_out_trade_no)
        .bind(order.revision)
        .bind(order.state)
        .bind(&order.med_trans_id)
        .bind(order.due_at)
        .bind(&order.record)
        .bind(order.urgent)
        .bind(&order.hosp_out_refund_no)
        .bind(order.contradicted)
        .fetch_optional(&mut *transaction)
        .await;
    if let Err(sqlx::Error::Database(error)) = &updated
        && error.constraint() == Some(REFUND_NUMBERS)
    {
        transaction.rollback().await.map_err(unavailable(COMMIT))?;
        let holder = refund_number_holder(&store.pool, order).await?;
        // If the other order has let go of the number meanwhile, it is to be decided again.
        return Ok(
            holder.map_or(Committed::Stale, |order| Committed::RefundNumberTaken {
                order,
            }),
        );
    }
    let id = updated.map_err(unavailable("write an order"))?;
    let Some(id) = id else {
        transaction.rollback().await.map_err(unavailable(COMMIT))?;
        return Ok(Committed::Stale);
    };
    if let Some(line) = &change.line {
        write_line(&mut transaction, id, line).await?;
    }
    for event in &change.events {
        write_event(&mut transaction, id, &order.key.merchant, event).await?;
    }
    if let Some(new) = &change.replacement
        && !add(&mut transaction, new).await?
    {
        transaction.rollback().await.map_err(unavailable(COMMIT))?;
        return Ok(Committed::ReplacementExists);
    }
    Step::BeforeCommit.reached();
    transaction.commit().await.map_err(unavailable(COMMIT))?;
    Step::AfterCommit.reached();
    Ok(Committed::Stored)
}

/// Which other order has the refund number that this one is to have.
async fn refund_number_holder(
    pool: &PgPool,
    order: &OrderRow,
) -> Result<Option<OrderKey>, StoreError> {
    let sql = "SELECT hosp_out_trade_no FROM orders WHERE merchant = $1 AND hosp_out_refund_no = $2 AND hosp_out_trade_no <> $3";
    let found: Option<String> = sqlx::query_scalar(sql)
        .bind(&order.key.merchant)
        .bind(&order.hosp_out_refund_no)
        .bind(&order.key.hosp_out_trade_no)
        .fetch_optional(pool)
        .await
        .map_err(unavailable("look up a refund number"))?;
    Ok(found.map(|hosp_out_trade_no| OrderKey {
        merchant: order.key.merchant.clone(),
        hosp_out_trade_no,
    }))
}

/// Stores received bytes; false if they were stored before. Waits for a transaction that stores the same just now.
pub(super) async fn receive(
    connection: impl PgExecutor<'_>,
    received: &ReceivedRow,
) -> Result<bool, StoreError> {
    let sql = "INSERT INTO received (key, merchant, hosp_out_trade_no, at, reason, body) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    let order = received.order.as_ref();
    let done = sqlx::query(sql)
        .bind(&received.key)
        .bind(order.map(|key| &key.merchant))
        .bind(order.map(|key| &key.hosp_out_trade_no))
        .bind(received.at)
        .bind(&received.reason)
        .bind(&received.body)
        .execute(connection)
        .await
        .map_err(unavailable("write what was received"))?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn settle(pool: &PgPool, id: &str, delivery: &Delivery) -> Result<(), StoreError> {
    const DOING: &str = "settle an event";
    // What was delivered stays so; a failure does not bring back what is dead.
    let (from, standing, due_at, error) = match delivery {
        Delivery::Taken => ("dead", "delivered", None, None),
        Delivery::Later { at, error } => {
            let at = Some(microseconds(*at));
            ("waiting", "waiting", at, Some(error))
        }
        Delivery::Dead { error } => ("waiting", "dead", None, Some(error)),
    };
    let mut transaction = pool.begin().await.map_err(unavailable(BEGIN))?;
    // An event that goes on waiting frees no other.
    let frees = due_at.is_none();
    let orders = match frees {
        true => lock_orders(&mut transaction, &[id], DOING).await?,
        false => Vec::new(),
    };
    let sql = "UPDATE events SET standing = $1, due_at = $2, last_error = $3, attempts = attempts + 1 WHERE id = $4 AND standing IN ('waiting', $5)";
    sqlx::query(sql)
        .bind(standing)
        .bind(due_at)
        .bind(error)
        .bind(id)
        .bind(from)
        .execute(&mut *transaction)
        .await
        .map_err(unavailable(DOING))?;
    if frees {
        free_first(&mut transaction, &orders, DOING).await?;
    }
    transaction.commit().await.map_err(unavailable(COMMIT))
}

/// Makes events wait again; says how many there were.
pub(super) async fn replay(pool: &PgPool, ids: &[String], now: i64) -> Result<u64, StoreError> {
    const DOING: &str = "replay events";
    let mut transaction = pool.begin().await.map_err(unavailable(BEGIN))?;
    let names: Vec<&str> = ids.iter().map(String::as_str).collect();
    let orders = lock_orders(&mut transaction, &names, DOING).await?;
    let sql = "UPDATE events SET standing = 'waiting', due_at = $1, last_error = NULL, attempts = 0 WHERE id = ANY($2)";
    let done = sqlx::query(sql)
        .bind(now)
        .bind(ids)
        .execute(&mut *transaction)
        .await
        .map_err(unavailable(DOING))?;
    free_first(&mut transaction, &orders, DOING).await?;
    transaction.commit().await.map_err(unavailable(COMMIT))?;
    Ok(done.rows_affected())
}

/// Locks the orders of these events as a change of them does, always in the same sequence: until the transaction ends no other one adds, settles or
/// replays one of their events.
async fn lock_orders(
    connection: &mut PgConnection,
    events: &[&str],
    doing: &'static str,
) -> Result<Vec<i64>, StoreError> {
    let sql = "SELECT o.id FROM orders o WHERE o.id IN (SELECT order_id FROM events WHERE id = ANY($1)) ORDER BY o.id FOR NO KEY UPDATE";
    sqlx::query_scalar(sql)
        .bind(events)
        .fetch_all(connection)
        .await
        .map_err(unavailable(doing))
}

/// Sees to it that of the waiting events of each order all but the first are blocked. The orders are locked.
async fn free_first(
    connection: &mut PgConnection,
    orders: &[i64],
    doing: &'static str,
) -> Result<(), StoreError> {
    // What is right already is not written.
    let sql = "UPDATE events e SET blocked = e.seq > f.first
        FROM (SELECT order_id, min(seq) AS first FROM events WHERE order_id = ANY($1) AND due_at IS NOT NULL GROUP BY order_id) f
        WHERE e.order_id = f.order_id AND e.due_at IS NOT NULL AND e.blocked <> (e.seq > f.first)";
    let freed = sqlx::query(sql).bind(orders).execute(connection).await;
    freed.map(|_| ()).map_err(unavailable(doing))
}

/// Forgets what is in quarantine beyond the limits, a part in each transaction.
pub(super) async fn prune_quarantine(
    pool: &PgPool,
    limits: &QuarantineLimits,
) -> Result<u64, StoreError> {
    let sql = query::prune_quarantine("octet_length(body)");
    let mut forgotten = 0;
    loop {
        let done = sqlx::query(AssertSqlSafe(sql.as_str()))
            .bind(microseconds(limits.before))
            .bind(i64::try_from(limits.bytes).unwrap_or(i64::MAX))
            .execute(pool)
            .await
            .map_err(unavailable("prune the quarantine"))?;
        forgotten += done.rows_affected();
        if done.rows_affected() < query::PRUNED {
            return Ok(forgotten);
        }
    }
}

async fn write_line(
    connection: &mut PgConnection,
    order: i64,
    line: &LineRow,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO history (order_id, at, who, what, evidence, from_state, to_state) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    sqlx::query(sql)
        .bind(order)
        .bind(line.at)
        .bind(&line.who)
        .bind(&line.what)
        .bind(&line.evidence)
        .bind(line.from_state)
        .bind(line.to_state)
        .execute(connection)
        .await
        .map_err(unavailable("write history"))?;
    Ok(())
}

async fn write_event(
    connection: &mut PgConnection,
    order: i64,
    merchant: &str,
    new: &EventRow,
) -> Result<(), StoreError> {
    // The transaction has locked the row of the order, so that no other one settles or adds one of its events meanwhile.
    let sql =
        "INSERT INTO events (id, order_id, kind, payload, created_at, due_at, attempts, standing, merchant, blocked)
        VALUES ($1, $2, $3, $4, $5, $5, 0, 'waiting', $6, EXISTS (SELECT 1 FROM events e WHERE e.order_id = $2 AND e.due_at IS NOT NULL))
        ON CONFLICT (id) DO NOTHING";
    sqlx::query(sql)
        .bind(&new.event.id)
        .bind(order)
        .bind(&new.event.kind)
        .bind(&new.event.payload)
        .bind(new.created_at)
        .bind(merchant)
        .execute(connection)
        .await
        .map_err(unavailable("write events"))?;
    Ok(())
}
