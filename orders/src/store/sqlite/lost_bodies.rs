//! What a loss of power may take: bodies that were written last.
//!
//! A group's bodies and its transaction go to the disk at the same time, and nobody is told of either before both are there. So after a loss of
//! power there may be rows whose bodies never came: all of groups that were under way. The desk that opens the file next forgets those rows, and what
//! their orders remember of the notification, so that it is kept in full when the platform, which had no answer, tells it again. What followed
//! from it stays: it was verified before. As long as the machine runs nothing is lost, since a body is in its file before its row is seen.

use std::path::Path;

use sqlx::Connection;
use sqlx::sqlite::SqliteConnection;

use super::bodies::{self, do_not_belong};
use crate::store::StoreError;
use crate::store::sql_error::unavailable;

/// So many bodies may be under way to the disk at once; more that are not whole were lost in another way.
const MOST: usize = 1024;

/// The largest group: some processes of this size may be at work.
pub(super) const LARGEST_GROUP: usize = MOST / 4;

const DOING: &str = "look for received bodies that were lost with the power";

/// Forgets them.
pub(super) async fn forget(
    connection: &mut SqliteConnection,
    database: &Path,
) -> Result<(), StoreError> {
    let mut transaction = connection
        .begin_with("BEGIN IMMEDIATE")
        .await
        .map_err(unavailable(DOING))?;
    let sql = "SELECT id, position, length FROM received ORDER BY id DESC LIMIT ?1";
    let last: Vec<(i64, i64, i64)> = sqlx::query_as(sql)
        .bind(MOST as i64 + 1)
        .fetch_all(&mut *transaction)
        .await
        .map_err(unavailable(DOING))?;
    let places = last
        .iter()
        .map(|(_, position, length)| (*position, *length));
    let found = bodies::read(database, places.collect()).await?;
    let rows = last.iter().zip(found);
    let lost: Vec<i64> = rows
        .filter(|(_, body)| body.is_none())
        .map(|((id, ..), _)| *id)
        .collect();
    if lost.len() > MOST {
        return Err(do_not_belong());
    }
    for id in &lost {
        for sql in [
            "UPDATE orders SET revision = revision + 1,
                record = json_set(record, '$.notification', NULL, '$.revision', revision + 1)
                FROM received r WHERE r.id = ?1 AND r.reason IS NULL AND r.merchant = orders.merchant
                AND r.hosp_out_trade_no = orders.hosp_out_trade_no AND record ->> '$.notification' = r.key",
            "DELETE FROM received WHERE id = ?1",
        ] {
            sqlx::query(sql)
                .bind(id)
                .execute(&mut *transaction)
                .await
                .map_err(unavailable(DOING))?;
        }
    }
    transaction.commit().await.map_err(unavailable(DOING))?;
    if !lost.is_empty() {
        tracing::warn!(
            count = lost.len(),
            "the last bodies that were received are not whole, as after a loss of power: they are forgotten, what followed from them stays"
        );
    }
    Ok(())
}
