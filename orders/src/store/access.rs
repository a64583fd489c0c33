//! What opening a database may do to it: a desk makes and upgrades it, a tool beside the desk must not.
//!
//! A schema that is brought up to date is not promised to serve a desk of an older version that still runs over it, and refuses it when it starts
//! again. So only desks do that, and the older ones are stopped before a newer one is started.

use sqlx::migrate::{Migrate, MigrateError, Migrator};

use super::StoreError;
use super::sql_error::migration_failed;

/// What opening a database may do to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Access {
    /// Makes what is missing, and brings an older schema up to date: for a desk.
    #[default]
    Desk,
    /// Reads and writes what is there. Makes no database, and refuses a schema of another version: for tools beside a desk.
    Existing,
    /// The same, and every write fails: for lookups.
    ReadOnly,
}

/// Which version of the schema there is; one that this program does not know is refused. `table` lists the migrations that ran.
pub(super) async fn version(
    connection: &mut impl Migrate,
    migrator: &Migrator,
    table: &str,
) -> Result<i64, StoreError> {
    let newest = newest(migrator);
    let listed = connection.list_applied_migrations(table).await;
    let ran = listed.map_err(|error| migration_failed(error, newest))?;
    for ran in &ran {
        let error = match migrator.iter().find(|known| known.version == ran.version) {
            None => MigrateError::VersionMissing(ran.version),
            Some(known) if known.checksum != ran.checksum => {
                MigrateError::VersionMismatch(ran.version)
            }
            Some(_) => continue,
        };
        return Err(migration_failed(error, newest));
    }
    let last = ran.iter().map(|ran| ran.version).max();
    Ok(last.unwrap_or_default())
}

/// The newest version of the schema that this program knows.
pub(super) fn newest(migrator: &Migrator) -> i64 {
    let versions = migrator.iter().map(|migration| migration.version);
    versions.max().unwrap_or_default()
}

/// Refuses an older schema.
pub(super) fn must_be_newest(version: i64, migrator: &Migrator) -> Result<(), StoreError> {
    let newest = newest(migrator);
    if version == newest {
        return Ok(());
    }
    Err(StoreError::Unreadable {
        what: format!("a schema of version {version}"),
        reason: format!(
            "it works with version {newest}; start the desk of this version, which brings it up to date, or use the program of the desk's version"
        ),
    })
}

/// What is found where no desk has stored anything.
pub(super) fn no_tables() -> StoreError {
    StoreError::Missing {
        what: "no table of an order desk in this database".to_owned(),
    }
}
