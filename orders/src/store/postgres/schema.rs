//! The tables of a PostgreSQL database, and how an older one gets them.

use std::time::Duration;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool};
use sqlx::{ConnectOptions, Connection, SqlSafeStr};

use crate::store::StoreError;
use crate::store::access::{must_be_newest, newest, no_tables, version};
use crate::store::sql_error::{migration_failed, unavailable};

/// Where the migrations that ran are listed. A hospital's own program may use sqlx in the same database, with its usual name.
const LISTED_IN: &str = "payinsurance_migrations";

/// Runs the migrations that the database lacks, while no other process does.
pub(super) async fn bring_up_to_date(pool: &PgPool) -> Result<(), StoreError> {
    let migrator = migrator();
    migrator
        .run(pool)
        .await
        .map_err(|error| migration_failed(error, newest(&migrator)))
}

/// Changes nothing, and refuses tables that are not those of this version.
pub(super) async fn check(
    options: &PgConnectOptions,
    patience: Duration,
) -> Result<(), StoreError> {
    const DOING: &str = "connect to the database";
    let connected = tokio::time::timeout(patience, options.connect()).await;
    let connected = connected.map_err(|_| StoreError::Unavailable {
        doing: DOING,
        reason: format!("it did not answer for {} seconds", patience.as_secs()),
    })?;
    let mut connection = connected.map_err(unavailable(DOING))?;
    let checked = check_tables(&mut connection).await;
    // What was learnt is learnt, however the connection ends.
    let _ = connection.close().await;
    checked
}

async fn check_tables(connection: &mut PgConnection) -> Result<(), StoreError> {
    let is_there: bool = sqlx::query_scalar("SELECT to_regclass($1) IS NOT NULL")
        .bind(LISTED_IN)
        .fetch_one(&mut *connection)
        .await
        .map_err(unavailable("look at the schema"))?;
    if !is_there {
        return Err(no_tables());
    }
    let migrator = migrator();
    must_be_newest(version(connection, &migrator, LISTED_IN).await?, &migrator)
}

/// The newest version of the schema that this program knows.
pub(super) fn known() -> i64 {
    newest(&migrator())
}

fn migrator() -> Migrator {
    let migration = |version, description: &'static str, sql: &'static str| {
        let kind = MigrationType::Simple;
        Migration::new(version, description.into(), kind, sql.into_sql_str(), false)
    };
    let mut migrator = Migrator::with_migrations(vec![migration(
        1,
        "orders",
        include_str!("../../../migrations/postgres/1_orders.sql"),
    )]);
    migrator.dangerous_set_table_name(LISTED_IN);
    migrator
}
