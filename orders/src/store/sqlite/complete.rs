//! Tells a whole database from one that was copied without its log.
//!
//! While a desk runs, the newest changes are in the log (`-wal`) and not yet in the database file, and SQLite takes a log that is missing for an empty
//! one: such a copy would open as an older store, or as an empty one. Two things tell them apart:
//!
//! - A clean stop copies the log back and sets the file to SQLite's rollback mode (`writer`). A file in that mode is whole. The mode is in bytes 18
//!   and 19 of the file. Source: SQLite's page on its file format, "File format version numbers".
//! - A file that is still in write-ahead mode must have had as many transactions as the file `-commits` beside it says, or, if there is no such file,
//!   must have a log. So what a process leaves that is killed opens, and a copy without the log is refused.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use sqlx::sqlite::SqliteConnection;

use super::private;
use super::private::{beside, blocking, failed};
use crate::store::StoreError;
use crate::store::sql_error::unavailable;

/// A log without changes is as long as its header.
const LOG_HEADER: u64 = 32;

const DOING: &str = "look whether the database is whole";

/// What the files of a database say of themselves before it is opened.
pub(super) struct Signs {
    /// Whether the last desk did not stop cleanly, or one is running.
    is_in_use: bool,
    /// How many transactions the database has had at least.
    commits: Option<i64>,
    has_log: bool,
}

/// The file that counts transactions.
pub(super) struct Count {
    file: Option<File>,
}

impl Signs {
    pub(super) async fn of(database: &Path) -> Result<Self, StoreError> {
        let database = database.to_owned();
        let signs = blocking(move || {
            // In this order: a process that is just starting counts before the mode changes.
            let is_in_use = is_in_use(&database)?;
            Ok(Self {
                is_in_use,
                commits: read_count(&beside(&database, "-commits"))?,
                has_log: length(&beside(&database, "-wal"))? > LOG_HEADER,
            })
        });
        signs.await.map_err(failed(DOING))
    }

    /// Refuses a database that lacks changes.
    ///
    /// # Errors
    ///
    /// [`StoreError::Incomplete`].
    pub(super) async fn check(
        &self,
        database: &Path,
        connection: &mut SqliteConnection,
    ) -> Result<(), StoreError> {
        if !self.is_in_use {
            return Ok(());
        }
        let sql = "SELECT name FROM sqlite_master WHERE name IN ('store', '_sqlx_migrations')";
        let tables: Vec<String> = sqlx::query_scalar(sql)
            .fetch_all(&mut *connection)
            .await
            .map_err(unavailable(DOING))?;
        let commits: i64 = if tables.iter().any(|name| name == "store") {
            sqlx::query_scalar("SELECT commits FROM store")
                .fetch_one(connection)
                .await
                .map_err(unavailable(DOING))?
        } else if tables.is_empty() {
            0
        } else {
            // A desk of an older version made it, which did not count.
            return Ok(());
        };
        let lacks = match self.commits {
            Some(counted) if commits < counted => format!("lacks {} changes", counted - commits),
            None if !self.has_log => "is missing or empty".to_owned(),
            _ => return Ok(()),
        };
        let name = database.file_name().unwrap_or_default().to_string_lossy();
        Err(StoreError::Incomplete {
            reason: format!(
                "{name} is from a desk that was running or was killed, and its log {name}-wal {lacks}: copy {name}, {name}-wal and {name}-received together while no desk runs, or make the copy with `payinsurance orders backup`"
            ),
        })
    }
}

impl Count {
    /// The file beside that database; `resets` says that the database is whole, whatever the file says.
    pub(super) async fn open(database: &Path, resets: bool) -> Result<Self, StoreError> {
        let path = beside(database, "-commits");
        let opened = blocking(move || {
            let mut file = private::open(&path)?;
            if resets || file.metadata()?.len() == 0 {
                write(&mut file, 0)?;
            }
            Ok(file)
        });
        let file = opened.await.map_err(failed("count transactions"))?;
        Ok(Self { file: Some(file) })
    }

    /// Counts nothing: for a tool, which leaves the files as they are.
    pub(super) fn none() -> Self {
        Self { file: None }
    }

    /// Says how many transactions the database has had before this desk.
    pub(super) async fn begin(
        &mut self,
        connection: &mut SqliteConnection,
    ) -> Result<(), StoreError> {
        let commits = sqlx::query_scalar("SELECT commits FROM store")
            .fetch_one(connection)
            .await
            .map_err(unavailable("count transactions"))?;
        self.set(commits);
        Ok(())
    }

    /// Says how many transactions there were. It is not flushed: after a loss of power an older number only notices less.
    pub(super) fn set(&mut self, commits: i64) {
        if let Some(file) = &mut self.file
            && let Err(error) = write(file, commits)
        {
            tracing::warn!(%error, "the number of transactions could not be written beside the database");
        }
    }
}

impl Signs {
    /// Whether the database is whole without counting: it does not exist yet, or was stopped cleanly.
    pub(super) fn is_clean(&self) -> bool {
        !self.is_in_use
    }
}

/// The number with twenty digits, so that each write covers the one before.
fn write(file: &mut File, commits: i64) -> io::Result<()> {
    file.seek(SeekFrom::Start(0))?;
    file.write_all(format!("{commits:020}\n").as_bytes())
}

fn read_count(path: &Path) -> io::Result<Option<i64>> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(text.trim().parse().ok()),
        Err(error) => match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::InvalidData => Ok(None),
            _ => Err(error),
        },
    }
}

fn is_in_use(database: &Path) -> io::Result<bool> {
    const WRITE_AHEAD: u8 = 2;
    let mut header = Vec::new();
    match OpenOptions::new().read(true).open(database) {
        Ok(file) => file.take(20).read_to_end(&mut header)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    Ok(header.get(18).is_some_and(|mode| *mode == WRITE_AHEAD))
}

fn length(path: &Path) -> io::Result<u64> {
    match path.metadata() {
        Ok(found) => Ok(found.len()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(error) => Err(error),
    }
}
