//! Claims in PostgreSQL. Each is one statement: it finds what is due, locks it, passing over rows that another claim has locked, and puts it off.

use sqlx::AssertSqlSafe;
use sqlx::postgres::PgPool;

use crate::store::StoreError;
use crate::store::query::EVENT_COLUMNS;
use crate::store::row::{ClaimRow, EventColumns, OrderRowColumns};
use crate::store::sql_error::unavailable;

/// Looks up each hospital twice for each urgency: what is due beyond the longest wait, and what is due by now. Of what is found only `limit` rows
/// are locked. Claims that run at the same time find the same: each looks up some rows more than it needs, so that all get their share.
const CLAIM_ORDERS: &str = "
    WITH found AS MATERIALIZED (
        SELECT d.id FROM unnest($1::text[]) AS m (merchant)
            CROSS JOIN (VALUES (true, $3::bigint, 9223372036854775807), (true, -9223372036854775807, $2::bigint), (false, $3::bigint, 9223372036854775807), (false, -9223372036854775807, $2::bigint))
                AS span (urgent, after, upto)
            CROSS JOIN LATERAL (
                SELECT id FROM orders o WHERE o.merchant = m.merchant AND o.urgent = span.urgent AND o.due_at > span.after AND o.due_at <= span.upto
                ORDER BY o.due_at, o.hosp_out_trade_no LIMIT $4 * 2) d),
    due AS (
        SELECT o.id, o.due_at FROM orders o JOIN found ON found.id = o.id WHERE o.due_at <= $2 OR o.due_at > $3
        ORDER BY o.urgent DESC, o.due_at > $3 DESC, o.due_at, o.merchant, o.hosp_out_trade_no LIMIT $4 FOR NO KEY UPDATE OF o SKIP LOCKED)
    UPDATE orders o SET due_at = $5 FROM due WHERE o.id = due.id
    RETURNING NOT o.urgent, due.due_at <= $3, due.due_at, o.merchant, o.hosp_out_trade_no, o.record, o.request";

pub(super) async fn orders(
    pool: &PgPool,
    claim: &ClaimRow,
) -> Result<Vec<OrderRowColumns>, StoreError> {
    let mut rows: Vec<(bool, bool, i64, String, String, String, String)> =
        sqlx::query_as(CLAIM_ORDERS)
            .bind(&claim.merchants)
            .bind(claim.now)
            .bind(claim.far)
            .bind(claim.limit)
            .bind(claim.until)
            .fetch_all(pool)
            .await
            .map_err(unavailable("claim orders"))?;
    // What an UPDATE returns is in no order.
    rows.sort();
    let rows = rows.into_iter();
    Ok(rows
        .map(|(_, _, _, merchant, number, record, request)| (merchant, number, record, request))
        .collect())
}

/// Looks up each hospital twice, as [`CLAIM_ORDERS`] does. Only the first waiting event of each order is in the index; one that another worker has
/// claimed goes on waiting, so that no later one of its order is taken.
pub(super) async fn events(
    pool: &PgPool,
    claim: &ClaimRow,
) -> Result<Vec<EventColumns>, StoreError> {
    let sql = format!(
        "WITH found AS MATERIALIZED (
            SELECT d.seq FROM unnest($1::text[]) AS m (merchant)
                CROSS JOIN (VALUES ($3::bigint, 9223372036854775807), (-9223372036854775807, $2::bigint)) AS span (after, upto)
                CROSS JOIN LATERAL (
                    SELECT seq FROM events e WHERE e.merchant = m.merchant AND e.due_at > span.after AND e.due_at <= span.upto AND NOT e.blocked
                    ORDER BY e.due_at, e.seq LIMIT $4 * 2) d),
        due AS (
            SELECT e.seq, e.due_at FROM events e JOIN found ON found.seq = e.seq WHERE (e.due_at <= $2 OR e.due_at > $3) AND NOT e.blocked
            ORDER BY e.due_at > $3 DESC, e.due_at, e.seq LIMIT $4 FOR NO KEY UPDATE OF e SKIP LOCKED)
        UPDATE events e SET due_at = $5 FROM due, orders o WHERE e.seq = due.seq AND o.id = e.order_id
        RETURNING due.due_at <= $3, due.due_at, e.seq, {EVENT_COLUMNS}"
    );
    type Found = (
        bool,
        i64,
        i64,
        String,
        String,
        String,
        String,
        String,
        i64,
        Option<i64>,
        i64,
        String,
        Option<String>,
    );
    let mut found: Vec<Found> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(&claim.merchants)
        .bind(claim.now)
        .bind(claim.far)
        .bind(claim.limit)
        .bind(claim.until)
        .fetch_all(pool)
        .await
        .map_err(unavailable("claim events"))?;
    // What an UPDATE returns is in no order.
    found.sort_by_key(|row| (row.0, row.1, row.2));
    let columns = |(_, _, _, a, b, c, d, e, f, g, h, i, j): Found| (a, b, c, d, e, f, g, h, i, j);
    Ok(found.into_iter().map(columns).collect())
}
