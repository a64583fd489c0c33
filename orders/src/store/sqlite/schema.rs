//! The tables of a SQLite file, and how an older file gets them.

use std::time::{Duration, Instant};

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection, SqlSafeStr};

use crate::store::StoreError;
use crate::store::access::{self, must_be_newest, no_tables};
use crate::store::sql_error::{migration_failed, unavailable};

/// Between two attempts at a file that another process has just begun to use.
const PAUSE: Duration = Duration::from_millis(5);

/// Opens a connection for writing, waiting for others for as long as `patience`.
///
/// SQLite waits by itself wherever a lock is asked for, but not where a new file is switched to its write-ahead log: of several processes that
/// begin at once all but one get an error that the database is locked.
pub(super) async fn connect(
    options: &SqliteConnectOptions,
    patience: Duration,
) -> Result<SqliteConnection, StoreError> {
    let begun = Instant::now();
    loop {
        match options.connect().await {
            Err(error) if is_busy(&error) && begun.elapsed() < patience => {
                tokio::time::sleep(PAUSE).await;
            }
            connected => return connected.map_err(unavailable("open the database")),
        }
    }
}

/// Whether SQLite says that another process has the database: the low byte of its code is `SQLITE_BUSY`.
pub(super) fn is_busy(error: &sqlx::Error) -> bool {
    const SQLITE_BUSY: i32 = 5;
    let code = error.as_database_error().and_then(|error| error.code());
    let code = code.and_then(|code| code.parse::<i32>().ok());
    code.is_some_and(|code| code & 0xff == SQLITE_BUSY)
}

/// Runs the migrations that the file lacks, all or none, while no other process does.
pub(super) async fn bring_up_to_date(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    const DOING: &str = "bring the schema up to date";
    let mut transaction = connection
        .begin_with("BEGIN IMMEDIATE")
        .await
        .map_err(unavailable(DOING))?;
    let migrator = migrator();
    migrator
        .run_direct(None, &mut *transaction, false)
        .await
        .map_err(|error| migration_failed(error, access::newest(&migrator)))?;
    transaction.commit().await.map_err(unavailable(DOING))
}

/// Changes nothing, and refuses tables that are not those of this version.
pub(super) async fn check(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    must_be_newest(version(connection).await?, &migrator())
}

/// Changes nothing, and refuses tables that are not those of this version or an older one.
pub(super) async fn version(connection: &mut SqliteConnection) -> Result<i64, StoreError> {
    // The name that sqlx gives it.
    const LISTED_IN: &str = "_sqlx_migrations";
    let tables: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_master WHERE name = ?1")
        .bind(LISTED_IN)
        .fetch_one(&mut *connection)
        .await
        .map_err(unavailable("look at the schema"))?;
    match tables {
        0 => Err(no_tables()),
        _ => access::version(connection, &migrator(), LISTED_IN).await,
    }
}

/// The newest version of the schema that this program knows.
pub(super) fn newest() -> i64 {
    access::newest(&migrator())
}

fn migrator() -> Migrator {
    let migration = |version, description: &'static str, sql: &'static str| {
        let kind = MigrationType::Simple;
        Migration::new(version, description.into(), kind, sql.into_sql_str(), false)
    };
    Migrator::with_migrations(vec![migration(
        1,
        "orders",
        include_str!("../../../migrations/sqlite/1_orders.sql"),
    )])
}
