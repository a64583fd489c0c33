//! The lists that a filter asks for, as SQL that every database understands.

use sqlx::{Database, Encode, QueryBuilder, Type};

use super::row::microseconds;
use super::{EventFilter, OrderFilter, QuarantineLimits, ReceivedFilter, page_size};
use crate::OrderKey;

/// Columns of `events e` joined to `orders o`, as [`super::row::EventColumns`] has them with the payload as text.
#[cfg(feature = "postgres")]
pub(super) const EVENT_COLUMNS: &str = "e.id, e.kind, e.payload, o.merchant, o.hosp_out_trade_no, e.created_at, e.due_at, e.attempts, e.standing, e.last_error";

/// `columns` are the record and the request as the database gives them, `from` is the table `orders` with the column `request`.
pub(super) fn orders<DB>(filter: &OrderFilter, columns: &str, from: &str) -> QueryBuilder<DB>
where
    DB: Database,
    String: for<'q> Encode<'q, DB> + Type<DB>,
    i64: for<'q> Encode<'q, DB> + Type<DB>,
{
    let mut sql = QueryBuilder::new(format!(
        "SELECT merchant, hosp_out_trade_no, {columns} FROM {from} WHERE true"
    ));
    if let Some(merchant) = &filter.merchant {
        // Of few orders that are contradicted, and of those that are the next in the list, those of a hospital are picked: its index would lead
        // SQLite through all orders of the hospital and sort them for each page.
        let by_time = filter.since.is_some() || filter.after.is_some();
        let is_picked = filter.contradicted || (by_time && filter.hosp_out_trade_no.is_none());
        sql.push(match is_picked {
            true => " AND merchant || '' = ",
            false => " AND merchant = ",
        });
        sql.push_bind(merchant.clone());
    }
    if let Some(number) = &filter.hosp_out_trade_no {
        sql.push(" AND hosp_out_trade_no = ")
            .push_bind(number.clone());
        if filter.merchant.is_none() {
            // The index begins with the hospital, of which there are few: each is found by one look and asked for.
            sql.push(
                " AND merchant IN (WITH RECURSIVE known (name) AS (SELECT min(merchant) FROM orders UNION ALL \
                SELECT (SELECT min(merchant) FROM orders WHERE merchant > known.name) FROM known WHERE known.name IS NOT NULL) \
                SELECT name FROM known)",
            );
        }
    }
    if !filter.states.is_empty() {
        let mut states = sql.push(" AND state IN (").separated(", ");
        for state in &filter.states {
            states.push_bind(state.as_str().to_owned());
        }
        sql.push(")");
    }
    if let Some(since) = filter.since {
        sql.push(" AND created_at >= ")
            .push_bind(microseconds(since));
    }
    if let Some(before) = filter.before {
        sql.push(" AND created_at < ")
            .push_bind(microseconds(before));
    }
    if let Some(med_trans_id) = &filter.med_trans_id {
        sql.push(" AND med_trans_id = ")
            .push_bind(med_trans_id.clone());
    }
    if filter.contradicted {
        sql.push(" AND contradicted");
    }
    if let Some(after) = &filter.after {
        sql.push(" AND (created_at, merchant, hosp_out_trade_no) < (SELECT created_at, merchant, hosp_out_trade_no FROM orders WHERE true");
        of_order(&mut sql, "orders", after);
        sql.push(")");
    }
    sql.push(" ORDER BY created_at DESC, merchant DESC, hosp_out_trade_no DESC");
    limit(&mut sql, filter.limit);
    sql
}

pub(super) fn events<DB>(filter: &EventFilter, columns: &str) -> QueryBuilder<DB>
where
    DB: Database,
    String: for<'q> Encode<'q, DB> + Type<DB>,
    i64: for<'q> Encode<'q, DB> + Type<DB>,
{
    let mut sql = QueryBuilder::new(format!(
        "SELECT {columns} FROM events e JOIN orders o ON o.id = e.order_id WHERE true"
    ));
    if !filter.ids.is_empty() {
        let mut ids = sql.push(" AND e.id IN (").separated(", ");
        for id in &filter.ids {
            ids.push_bind(id.clone());
        }
        sql.push(")");
    }
    if let Some(key) = &filter.order {
        of_order(&mut sql, "o", key);
    }
    if let Some(standing) = filter.standing {
        sql.push(" AND e.standing = ")
            .push_bind(standing.as_str().to_owned());
    }
    if let Some(after) = &filter.after {
        sql.push(" AND e.seq > (SELECT seq FROM events WHERE id = ")
            .push_bind(after.clone())
            .push(")");
    }
    sql.push(" ORDER BY e.seq");
    limit(&mut sql, filter.limit);
    sql
}

/// `columns` are those that the database has for the bytes.
pub(super) fn received<DB>(filter: &ReceivedFilter, columns: &str) -> QueryBuilder<DB>
where
    DB: Database,
    String: for<'q> Encode<'q, DB> + Type<DB>,
    i64: for<'q> Encode<'q, DB> + Type<DB>,
{
    let mut sql = QueryBuilder::new(format!(
        "SELECT key, merchant, hosp_out_trade_no, at, reason, {columns} FROM received WHERE true"
    ));
    if let Some(key) = &filter.order {
        of_order(&mut sql, "received", key);
    }
    if filter.quarantined {
        sql.push(" AND reason IS NOT NULL");
    }
    sql.push(" ORDER BY id DESC");
    limit(&mut sql, filter.limit);
    sql
}

/// Forgets the oldest [`PRUNED`] rows in quarantine that were received before the first parameter, or that are beyond the bytes of the second.
/// `body_length` is how the database tells the length of a body.
pub(super) fn prune_quarantine(body_length: &str) -> String {
    let per_row = QuarantineLimits::PER_ROW;
    format!(
        "DELETE FROM received WHERE id IN (SELECT id FROM (
            SELECT id, at, sum({body_length} + octet_length(reason) + octet_length(key) + {per_row}) OVER (ORDER BY id DESC) AS total
            FROM received WHERE reason IS NOT NULL) AS quarantine
        WHERE at < $1 OR total > $2 ORDER BY id LIMIT {PRUNED})"
    )
}

/// The most rows of the quarantine that one transaction deletes, so that other writes do not wait long.
pub(super) const PRUNED: u64 = 500;

/// `table` has the columns of the key.
fn of_order<DB>(sql: &mut QueryBuilder<DB>, table: &str, key: &OrderKey)
where
    DB: Database,
    String: for<'q> Encode<'q, DB> + Type<DB>,
{
    sql.push(format!(" AND {table}.merchant = "))
        .push_bind(key.merchant.clone())
        .push(format!(" AND {table}.hosp_out_trade_no = "))
        .push_bind(key.hosp_out_trade_no.clone());
}

fn limit<DB>(sql: &mut QueryBuilder<DB>, limit: u32)
where
    DB: Database,
    i64: for<'q> Encode<'q, DB> + Type<DB>,
{
    let limit = i64::try_from(page_size(limit)).unwrap_or(i64::MAX);
    sql.push(" LIMIT ").push_bind(limit);
}
