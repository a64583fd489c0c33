//! Reports bodies that are damaged when a desk starts. Nothing is deleted and nothing refused: the rows, and what followed from them, are whole.
//!
//! Steps: how many rows speak of bodies behind the end of the file (an empty, cut or missing file), then whether the newest bodies match their
//! checksums, where a loss of power leaves its traces. Older ones are checked when they are read.
//!
//! Parts of the file of which a process that died did not say that they are flushed are written and flushed again.

use std::path::Path;

use sqlx::Connection;
use sqlx::sqlite::SqliteConnection;

use super::bodies::{self, Bodies};
use crate::store::StoreError;
use crate::store::sql_error::unavailable;

/// So many of the newest bodies are checked.
const NEWEST: u32 = 1024;

const DOING: &str = "look for damaged bodies";

/// Writes one line to the log if there are any.
pub(super) async fn report(
    connection: &mut SqliteConnection,
    database: &Path,
) -> Result<(), StoreError> {
    let length = bodies::length(database).await?;
    let mut count: i64 = 0;
    if length < bodies::end(connection).await? {
        let sql = "SELECT count(*) FROM received WHERE body IS NULL AND position + length + 8 > ?1";
        count = sqlx::query_scalar(sql)
            .bind(length.cast_signed())
            .fetch_one(&mut *connection)
            .await
            .map_err(unavailable(DOING))?;
    }
    let sql = "SELECT position, length FROM received WHERE body IS NULL AND position + length + 8 <= ?1 ORDER BY id DESC LIMIT ?2";
    let newest: Vec<(i64, i64)> = sqlx::query_as(sql)
        .bind(length.cast_signed())
        .bind(NEWEST)
        .fetch_all(&mut *connection)
        .await
        .map_err(unavailable(DOING))?;
    let found = bodies::read(database, newest).await?;
    let damaged = found.iter().filter(|body| body.whole().is_none()).count();
    count += i64::try_from(damaged).unwrap_or(i64::MAX);
    if count > 0 {
        let file = bodies::path_beside(database);
        tracing::error!(
            file = %file.display(),
            count,
            "received bodies are damaged: their rows stay and are shown as damaged; put back the file from a backup if it was cut or lost"
        );
    }
    Ok(())
}

/// Flushes what earlier processes may not have flushed. What cannot be flushed stays listed, and is written again when it is notified again.
pub(super) async fn flush_what_was_left(
    connection: &mut SqliteConnection,
    bodies: &Bodies,
) -> Result<(), StoreError> {
    const DOING: &str = "flush received bodies";
    let mut transaction = connection
        .begin_with("BEGIN IMMEDIATE")
        .await
        .map_err(unavailable(DOING))?;
    let parts: Vec<(i64, i64)> = sqlx::query_as("SELECT position, end FROM unflushed")
        .fetch_all(&mut *transaction)
        .await
        .map_err(unavailable(DOING))?;
    for (from, to) in parts {
        let again = bodies.write_again(from.cast_unsigned(), to.cast_unsigned());
        if let Err(error) = again.await {
            tracing::error!(%error, "received bodies cannot be flushed to the disk");
            break;
        }
        sqlx::query("DELETE FROM unflushed WHERE position = ?1")
            .bind(from)
            .execute(&mut *transaction)
            .await
            .map_err(unavailable(DOING))?;
    }
    transaction.commit().await.map_err(unavailable(DOING))
}
