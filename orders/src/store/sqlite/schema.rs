//! The tables of a SQLite file, and how an older file gets them.

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection, SqlSafeStr};

use crate::store::StoreError;
use crate::store::sql_error::{migration_failed, unavailable};

pub(super) async fn connect(
    options: &SqliteConnectOptions,
) -> Result<SqliteConnection, StoreError> {
    options
        .connect()
        .await
        .map_err(unavailable("open the database"))
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
        .map_err(|error| migration_failed(error, migrator.iter().len()))?;
    transaction.commit().await.map_err(unavailable(DOING))
}

fn migrator() -> Migrator {
    let migration = |version, description: &'static str, sql: &'static str| {
        let kind = MigrationType::Simple;
        Migration::new(version, description.into(), kind, sql.into_sql_str(), false)
    };
    Migrator::with_migrations(vec![
        migration(
            1,
            "orders",
            include_str!("../../../migrations/sqlite/1_orders.sql"),
        ),
        migration(
            2,
            "found by",
            include_str!("../../../migrations/sqlite/2_found_by.sql"),
        ),
    ])
}
