//! Works that are done one by one inside the group's transaction: claims, settled events, replays, leases of tokens.

use std::collections::BTreeSet;

use sqlx::sqlite::{Sqlite, SqliteConnection};
use sqlx::{AssertSqlSafe, Encode, QueryBuilder, Type};

use super::EVENT_COLUMNS;
use super::work::Work;
use crate::OrderKey;
use crate::store::query;
use crate::store::row::{
    ClaimRow, EventColumns, OrderColumns, OrderRowColumns, json, microseconds,
};
use crate::store::sql_error::unavailable;
use crate::store::{Delivery, StoreError};

/// Does a work that is not grouped, and sets its answer.
pub(super) async fn store(
    connection: &mut SqliteConnection,
    work: &mut Work,
) -> Result<(), StoreError> {
    match work {
        // The group does them.
        Work::Insert(..) | Work::Change(..) | Work::Quarantine(..) => {}
        Work::ClaimOrders(claim, reply) => reply.set(claim_orders(connection, claim).await?),
        Work::ClaimEvents(claim, reply) => reply.set(claim_events(connection, claim).await?),
        Work::SettleEvent {
            id,
            delivery,
            reply,
        } => reply.set(settle(connection, id, delivery).await?),
        Work::PruneQuarantine {
            before,
            bytes,
            reply,
        } => reply.set(prune(connection, *before, *bytes).await?),
        Work::ReplayEvents { ids, now, reply } => {
            reply.set(replay(connection, ids, *now).await?);
        }
        Work::LeaseToken {
            merchant,
            holder,
            now,
            until,
            reply,
        } => {
            let sql = "INSERT INTO tokens (merchant, holder, held_until) VALUES (?1, ?2, ?4)
                ON CONFLICT (merchant) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until
                    WHERE holder IS NULL OR held_until <= ?3 OR held_until > ?4
                RETURNING value, renew_at, expires_at";
            let leased = sqlx::query_as(sql)
                .bind(&*merchant)
                .bind(&*holder)
                .bind(*now)
                .bind(*until)
                .fetch_optional(connection)
                .await;
            reply.set(leased.map_err(unavailable(TOKEN))?);
        }
        Work::StoreToken {
            merchant,
            holder,
            value,
            renew_at,
            expires_at,
            reply,
        } => {
            let sql = "UPDATE tokens SET value = ?3, renew_at = ?4, expires_at = ?5, holder = NULL, held_until = NULL WHERE merchant = ?1 AND holder = ?2";
            let stored = sqlx::query(sql)
                .bind(&*merchant)
                .bind(&*holder)
                .bind(&*value)
                .bind(*renew_at)
                .bind(*expires_at)
                .execute(connection)
                .await;
            let stored = stored.map_err(unavailable(TOKEN))?;
            reply.set(stored.rows_affected() == 1);
        }
        Work::ReleaseToken {
            merchant,
            holder,
            reply,
        } => {
            let sql = "UPDATE tokens SET holder = NULL, held_until = NULL WHERE merchant = ?1 AND holder = ?2";
            let released = sqlx::query(sql)
                .bind(&*merchant)
                .bind(&*holder)
                .execute(connection)
                .await;
            released.map_err(unavailable(TOKEN))?;
            reply.set(());
        }
    }
    Ok(())
}

const TOKEN: &str = "store an access token";

/// What an order that is there is read from.
pub(super) async fn order(
    connection: &mut SqliteConnection,
    key: &OrderKey,
) -> Result<OrderColumns<Vec<u8>>, StoreError> {
    let sql = "SELECT CAST(record AS BLOB), CAST(request AS BLOB) FROM orders JOIN requests ON order_id = id WHERE merchant = ?1 AND hosp_out_trade_no = ?2";
    sqlx::query_as(sql)
        .bind(&key.merchant)
        .bind(&key.hosp_out_trade_no)
        .fetch_one(connection)
        .await
        .map_err(unavailable("read an order"))
}

/// Looks up each hospital twice for each urgency: what is due beyond the longest wait, and what is due by now.
// CROSS JOIN: the lists first, then the index, whatever the planner thinks of the table's size.
const CLAIM_ORDERS: &str = "
    WITH span (urgent, after, upto) AS (VALUES (1, ?3, 9223372036854775807), (1, -9223372036854775807, ?2), (0, ?3, 9223372036854775807), (0, -9223372036854775807, ?2)),
    due AS (
        SELECT o.id, o.urgent, o.due_at, o.merchant, o.hosp_out_trade_no
        FROM json_each(?1) m CROSS JOIN span CROSS JOIN orders o WHERE o.id IN (
            SELECT id FROM orders d WHERE d.merchant = m.value AND d.urgent = span.urgent AND d.due_at > span.after AND d.due_at <= span.upto
            ORDER BY d.due_at, d.hosp_out_trade_no LIMIT ?4)
        ORDER BY o.urgent DESC, o.due_at > ?3 DESC, o.due_at, o.merchant, o.hosp_out_trade_no LIMIT ?4)
    SELECT due.id, due.merchant, due.hosp_out_trade_no, CAST(record AS BLOB), CAST(request AS BLOB) FROM due CROSS JOIN orders o ON o.id = due.id CROSS JOIN requests ON order_id = due.id
    ORDER BY due.urgent DESC, due.due_at > ?3 DESC, due.due_at, due.merchant, due.hosp_out_trade_no";

async fn claim_orders(
    connection: &mut SqliteConnection,
    claim: &ClaimRow,
) -> Result<Vec<OrderRowColumns<Vec<u8>>>, StoreError> {
    const DOING: &str = "claim orders";
    type Found = (i64, String, String, Vec<u8>, Vec<u8>);
    let found: Vec<Found> = sqlx::query_as(CLAIM_ORDERS)
        .bind(json(&claim.merchants)?)
        .bind(claim.now)
        .bind(claim.far)
        .bind(claim.limit)
        .fetch_all(&mut *connection)
        .await
        .map_err(unavailable(DOING))?;
    let orders = found.into_iter();
    let (ids, orders): (Vec<i64>, Vec<OrderRowColumns<Vec<u8>>>) = orders
        .map(|(id, merchant, number, record, request)| (id, (merchant, number, record, request)))
        .unzip();
    let put_off = "UPDATE orders SET due_at = ";
    put_off_until(connection, put_off, claim.until, &ids, DOING).await?;
    Ok(orders)
}

/// Looks up each hospital twice, as [`CLAIM_ORDERS`] does. Only the first waiting event of each order is in the index.
async fn claim_events(
    connection: &mut SqliteConnection,
    claim: &ClaimRow,
) -> Result<Vec<EventColumns<Vec<u8>>>, StoreError> {
    const DOING: &str = "claim events";
    let sql = format!(
        "WITH span (after, upto) AS (VALUES (?3, 9223372036854775807), (-9223372036854775807, ?2)),
        due AS (
            SELECT e.seq, e.due_at FROM json_each(?1) m CROSS JOIN span CROSS JOIN events e WHERE e.seq IN (
                SELECT seq FROM events d WHERE d.merchant = m.value AND d.due_at > span.after AND d.due_at <= span.upto AND d.blocked = 0
                ORDER BY d.due_at, d.seq LIMIT ?4)
            ORDER BY e.due_at > ?3 DESC, e.due_at, e.seq LIMIT ?4)
        SELECT {EVENT_COLUMNS} FROM due CROSS JOIN events e ON e.seq = due.seq CROSS JOIN orders o ON o.id = e.order_id
        ORDER BY due.due_at > ?3 DESC, due.due_at, due.seq"
    );
    let mut events: Vec<EventColumns<Vec<u8>>> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(json(&claim.merchants)?)
        .bind(claim.now)
        .bind(claim.far)
        .bind(claim.limit)
        .fetch_all(&mut *connection)
        .await
        .map_err(unavailable(DOING))?;
    for event in &mut events {
        event.6 = Some(claim.until);
    }
    let ids: Vec<&String> = events.iter().map(|event| &event.0).collect();
    let put_off = "UPDATE events SET due_at = ";
    put_off_until(connection, put_off, claim.until, &ids, DOING).await?;
    Ok(events)
}

/// Ends the `UPDATE` with the time and the ids.
async fn put_off_until<T>(
    connection: &mut SqliteConnection,
    update: &'static str,
    until: i64,
    ids: &[T],
    doing: &'static str,
) -> Result<(), StoreError>
where
    T: for<'q> Encode<'q, Sqlite> + Type<Sqlite> + Copy,
{
    for ids in ids.chunks(1000) {
        let mut sql = QueryBuilder::new(update);
        sql.push_bind(until).push(" WHERE id IN (");
        let mut list = sql.separated(", ");
        for id in ids {
            list.push_bind(*id);
        }
        sql.push(")");
        let query = sql.build().persistent(false);
        let done = query.execute(&mut *connection).await;
        done.map_err(unavailable(doing))?;
    }
    Ok(())
}

async fn settle(
    connection: &mut SqliteConnection,
    id: &str,
    delivery: &Delivery,
) -> Result<(), StoreError> {
    // What was delivered stays so; a failure does not bring back what is dead.
    let (from, standing, due_at, error) = match delivery {
        Delivery::Taken => ("dead", "delivered", None, None),
        Delivery::Later { at, error } => {
            let at = Some(microseconds(*at));
            ("waiting", "waiting", at, Some(error))
        }
        Delivery::Dead { error } => ("waiting", "dead", None, Some(error)),
    };
    const DOING: &str = "settle an event";
    let sql = "UPDATE events SET standing = ?1, due_at = ?2, last_error = ?3, attempts = attempts + 1 WHERE id = ?4 AND standing IN ('waiting', ?5) RETURNING order_id";
    let order: Option<i64> = sqlx::query_scalar(sql)
        .bind(standing)
        .bind(due_at)
        .bind(error)
        .bind(id)
        .bind(from)
        .fetch_optional(&mut *connection)
        .await
        .map_err(unavailable(DOING))?;
    if let Some(order) = order.filter(|_| due_at.is_none()) {
        free_first(connection, order, DOING).await?;
    }
    Ok(())
}

/// Sees to it that of the waiting events of an order all but the first are blocked.
async fn free_first(
    connection: &mut SqliteConnection,
    order: i64,
    doing: &'static str,
) -> Result<(), StoreError> {
    // What is right already is not written.
    let sql = "UPDATE events SET blocked = (seq > first) FROM (SELECT min(seq) AS first FROM events WHERE order_id = ?1 AND due_at IS NOT NULL)
        WHERE order_id = ?1 AND due_at IS NOT NULL AND blocked <> (seq > first)";
    let freed = sqlx::query(sql).bind(order).execute(connection).await;
    freed.map(|_| ()).map_err(unavailable(doing))
}

async fn replay(
    connection: &mut SqliteConnection,
    ids: &[String],
    now: i64,
) -> Result<u64, StoreError> {
    const DOING: &str = "replay events";
    let mut count = 0;
    let mut orders = BTreeSet::new();
    let distinct: BTreeSet<&String> = ids.iter().collect();
    for id in distinct {
        let sql = "UPDATE events SET standing = 'waiting', due_at = ?1, last_error = NULL, attempts = 0 WHERE id = ?2 RETURNING order_id";
        let order: Option<i64> = sqlx::query_scalar(sql)
            .bind(now)
            .bind(id)
            .fetch_optional(&mut *connection)
            .await
            .map_err(unavailable(DOING))?;
        count += u64::from(order.is_some());
        orders.extend(order);
    }
    for order in orders {
        free_first(connection, order, DOING).await?;
    }
    Ok(count)
}

async fn prune(
    connection: &mut SqliteConnection,
    before: i64,
    bytes: i64,
) -> Result<u64, StoreError> {
    let done = sqlx::query(AssertSqlSafe(query::prune_quarantine("length")))
        .bind(before)
        .bind(bytes)
        .execute(connection)
        .await
        .map_err(unavailable("prune the quarantine"))?;
    Ok(done.rows_affected())
}
