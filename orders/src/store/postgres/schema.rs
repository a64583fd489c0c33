//! The tables of a PostgreSQL database, and how an older one gets them.

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::postgres::PgPool;

use crate::store::StoreError;
use crate::store::sql_error::migration_failed;

/// Where the migrations that ran are listed. A hospital's own program may use sqlx in the same database, with its usual name.
const LISTED_IN: &str = "payinsurance_migrations";

/// Runs the migrations that the database lacks, while no other process does.
pub(super) async fn bring_up_to_date(pool: &PgPool) -> Result<(), StoreError> {
    let migrator = migrator();
    migrator
        .run(pool)
        .await
        .map_err(|error| migration_failed(error, migrator.iter().len()))
}

fn migrator() -> Migrator {
    let migration = |version, description: &'static str, sql: &'static str| {
        let kind = MigrationType::Simple;
        Migration::new(version, description.into(), kind, sql.into_sql_str(), false)
    };
    let mut migrator = Migrator::with_migrations(vec![
        migration(
            1,
            "orders",
            include_str!("../../../migrations/postgres/1_orders.sql"),
        ),
        migration(
            2,
            "found by",
            include_str!("../../../migrations/postgres/2_found_by.sql"),
        ),
    ]);
    migrator.dangerous_set_table_name(LISTED_IN);
    migrator
}
