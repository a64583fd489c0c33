//! What a SQL database says when something fails, as a [`StoreError`]. Its words hold no values.

use sqlx::migrate::MigrateError;

use super::StoreError;

pub(super) fn unavailable(doing: &'static str) -> impl Fn(sqlx::Error) -> StoreError {
    move |error| match error {
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

/// `newest` is the version of the schema that this program knows.
pub(super) fn migration_failed(error: MigrateError, newest: i64) -> StoreError {
    match error {
        MigrateError::VersionMissing(found) => StoreError::Unreadable {
            what: format!("a schema of version {found}"),
            reason: format!(
                "it knows versions up to {newest}; run the newer program that wrote it, or put back a backup of the older one"
            ),
        },
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
