//! How a SQLite file is opened: as a desk's own, as a tool beside one, or to be copied only.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use signed_xml_client::{Clock, SystemClock};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::bodies::{Bodies, FlushFaults};
use super::complete::{Count, Signs};
use super::reader::Reader;
use super::token::Renewals;
use super::writer::{Bench, Writer};
use super::{BUSY, Inner, SYSTEM, SqliteStore, backup, checkpoint, damage, private, schema};
use crate::store::span::traced;
use crate::store::sql_error::unavailable;
use crate::store::{Access, StoreError};

/// The largest group of writes.
const LARGEST_GROUP: usize = 256;

/// How a SQLite file is opened.
pub struct SqliteOptions {
    path: PathBuf,
    access: Access,
    readers: u32,
    group_limit: usize,
    clock: Box<dyn Clock>,
    flush_faults: FlushFaults,
}

impl SqliteOptions {
    /// The file of this path, created if it does not exist.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            access: Access::Desk,
            readers: 4,
            group_limit: 128,
            clock: Box::new(SystemClock),
            flush_faults: FlushFaults::default(),
        }
    }

    /// What opening may do to the file; what a desk needs by default.
    #[must_use]
    pub fn access(mut self, access: Access) -> Self {
        self.access = access;
        self
    }

    /// At most so many connections read at once; 4 by default.
    #[must_use]
    pub fn readers(mut self, count: u32) -> Self {
        self.readers = count.max(1);
        self
    }

    /// At most so many writes share a transaction, 1 to 256; 128 by default. 1 makes one transaction of each, which is for measurements.
    #[must_use]
    pub fn group_limit(mut self, count: usize) -> Self {
        self.group_limit = count.clamp(1, LARGEST_GROUP);
        self
    }

    /// Where the time comes from by which the right to renew an access token ends if its holder died.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// Asked before each flush of the file of bodies whether that flush fails: for tests of a disk that fails.
    #[doc(hidden)]
    #[must_use]
    pub fn flush_faults(mut self, fails: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        self.flush_faults = FlushFaults(Some(Arc::new(fails)));
        self
    }

    /// Opens the file, for a desk bringing an older schema up to date. Needs a tokio runtime, which the writer lives in.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if it cannot be opened; [`StoreError::Incomplete`] if it was copied without its log; [`StoreError::Unreadable`] if a newer version wrote it.
    /// Other than for a desk, [`StoreError::Missing`] if it does not exist, and [`StoreError::Unreadable`] also if an older version wrote it.
    pub async fn open(self) -> Result<SqliteStore, StoreError> {
        if self.access != Access::Desk {
            self.must_be_there()?;
        }
        let signs = Signs::of(&self.path).await?;
        let mut count = Count::none();
        if self.access == Access::Desk {
            self.make_private().await?;
            if signs.is_clean() {
                // Before the file is in write-ahead mode: else a process that is killed between the two leaves a file that looks like a copy.
                count = Count::open(&self.path, true).await?;
            }
        }
        let connect = SqliteConnectOptions::new()
            .filename(&self.path)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY)
            // The checkpointer does it instead, so that no commit waits for it.
            .pragma("wal_autocheckpoint", "0")
            // The statement journal is in memory instead of in a temporary file.
            .pragma("temp_store", "MEMORY");
        let read = connect.clone().read_only(true);
        let bench = if self.access == Access::ReadOnly {
            let mut connection = schema::connect(&read, BUSY).await?;
            signs.check(&self.path, &mut connection).await?;
            schema::check(&mut connection).await?;
            None
        } else {
            // The setting stays in the file.
            let write = match self.access {
                Access::Desk => connect
                    .create_if_missing(true)
                    .journal_mode(SqliteJournalMode::Wal),
                Access::Existing | Access::ReadOnly => connect,
            };
            let mut connection = schema::connect(&write, BUSY).await?;
            signs.check(&self.path, &mut connection).await?;
            if self.access == Access::Desk && !signs.is_clean() {
                count = Count::open(&self.path, false).await?;
            }
            match self.access {
                Access::Desk => schema::bring_up_to_date(&mut connection).await?,
                Access::Existing | Access::ReadOnly => schema::check(&mut connection).await?,
            }
            if self.access == Access::Desk {
                count.begin(&mut connection).await?;
                damage::report(&mut connection, &self.path).await?;
            }
            let bodies = Bodies::open(&self.path, self.flush_faults).await?;
            if self.access == Access::Desk {
                damage::flush_what_was_left(&mut connection, &bodies).await?;
            }
            let checkpointer = checkpoint::start(&write).await?;
            Some((connection, checkpointer, bodies))
        };
        let readers = SqlitePoolOptions::new()
            .max_connections(self.readers)
            // A file does not go away as a server does.
            .test_before_acquire(false)
            .connect_with(read)
            .await
            .map_err(unavailable("open the database for reading"))?;
        let renewals = Renewals::new(&readers).await?;
        let writer = match bench {
            None => Writer::none(),
            Some((connection, checkpointer, bodies)) => {
                let bench = Bench {
                    connection,
                    readers: readers.clone(),
                    checkpointer,
                    bodies,
                    count,
                    newest: schema::newest(),
                    flushed: Vec::new(),
                };
                Writer::start(bench, self.group_limit)
            }
        };
        Ok(SqliteStore {
            inner: Arc::new(Inner {
                path: self.path,
                reader: Reader::start(readers.clone()),
                readers,
                writer,
                renewals,
                clock: self.clock,
            }),
        })
    }

    /// Copies the file as [`SqliteStore::backup`] does, without opening it as a store: one that an older version wrote stays what it is, so that
    /// there can be a backup before a newer desk is started.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`] if the file does not exist; [`StoreError::Unreadable`] if a newer version wrote it; else as [`SqliteStore::backup`].
    pub async fn backup(self, to: impl AsRef<Path>) -> Result<(), StoreError> {
        self.must_be_there()?;
        let read = SqliteConnectOptions::new()
            .filename(&self.path)
            .busy_timeout(BUSY)
            .read_only(true);
        let signs = Signs::of(&self.path).await?;
        let mut connection = schema::connect(&read, BUSY).await?;
        signs.check(&self.path, &mut connection).await?;
        schema::version(&mut connection).await?;
        let copy = backup::copy(&mut connection, &self.path, to.as_ref());
        traced(SYSTEM, "backup", copy).await
    }

    /// Creates the file, if it does not exist, so that SQLite does not make it readable by others.
    async fn make_private(&self) -> Result<(), StoreError> {
        let path = self.path.clone();
        let made = private::blocking(move || {
            private::tighten(&path)?;
            private::open(&path).map(drop)
        });
        made.await.map_err(private::failed("open the database"))
    }

    fn must_be_there(&self) -> Result<(), StoreError> {
        let is_there = self.path.try_exists();
        match is_there.map_err(private::failed("open the database"))? {
            true => Ok(()),
            false => Err(StoreError::Missing {
                what: format!("no file {}", self.path.display()),
            }),
        }
    }
}
