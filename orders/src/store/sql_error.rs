//! What a SQL database says when something fails, as a [`StoreError`]. Its words hold no values.

use sqlx::migrate::MigrateError;

use super::StoreError;

/// What the trigger of PostgreSQL's tables answers to a desk whose version of the schema is older; its message is both versions.
const NEWER_SCHEMA: &str = "PI001";

pub(super) fn unavailable(doing: &'static str) -> impl Fn(sqlx::Error) -> StoreError {
    move |error| match error {
        sqlx::Error::Database(error) if error.code().as_deref() == Some(NEWER_SCHEMA) => {
            let mut versions = error.message().split(' ').map(str::parse);
            match (versions.next(), versions.next()) {
                (Some(Ok(found)), Some(Ok(newest))) => newer_schema(found, newest),
                _ => newer_schema(0, 0),
            }
        }
        sqlx::Error::ColumnDecode { index, .. } => StoreError::Unreadable {
            what: format!("a value in column {index}"),
            reason: format!("it is of another kind than the one that is needed to {doing}"),
        },
        other => StoreError::Unavailable {
            doing,
            reason: other.to_string(),
        },
    }
}

/// A newer desk has brought the schema to a version that this program does not know.
pub(super) fn newer_schema(found: i64, newest: i64) -> StoreError {
    StoreError::Unreadable {
        what: format!("a schema of version {found}"),
        reason: format!(
            "a newer desk has brought the store up to date, and it knows versions up to {newest}: stop this program and install the newer version, or put back a backup of the older store"
        ),
    }
}

/// `newest` is the version of the schema that this program knows.
pub(super) fn migration_failed(error: MigrateError, newest: i64) -> StoreError {
    match error {
        MigrateError::VersionMissing(found) => newer_schema(found, newest),
        MigrateError::VersionMismatch(found) => StoreError::Unreadable {
            what: format!("a schema of version {found}"),
            reason: "its tables were made by another program or an unpublished version of this one"
                .to_owned(),
        },
        other => StoreError::Unavailable {
            doing: "bring the schema up to date",
            reason: other.to_string(),
        },
    }
}
