//! The file of received bodies beside the database.
//!
//! A body in a table would be written twice, to the log and back; here it is appended once. A record is the length and the CRC-32 of the body
//! (four bytes each, little-endian) and the body. It is written before the transaction commits whose row tells its place, and while that
//! transaction holds the database's write lock, just behind the last record that a row speaks of. So what a crash left half written is spoken of
//! by no row, and the next record takes its place. It is flushed while the transaction commits (`lost_bodies`).

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sqlx::SqliteConnection;
use tokio::task::JoinHandle;

use crate::store::StoreError;
use crate::store::sql_error::unavailable;

/// Bytes before a body.
const HEADER: usize = 8;

/// The query for where the records end that rows speak of.
macro_rules! end_of_records {
    () => {
        "SELECT position + length + 8 FROM received ORDER BY id DESC LIMIT 1"
    };
}
pub(super) use end_of_records;

/// The file, for the writer.
pub(super) struct Bodies {
    file: Arc<File>,
}

/// Where the file of that database is.
pub(super) fn path_beside(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push("-received");
    name.into()
}

/// Where the next record goes. Only true until the transaction ends.
pub(super) async fn end(connection: &mut SqliteConnection) -> Result<u64, StoreError> {
    let end: Option<i64> = sqlx::query_scalar(end_of_records!())
        .fetch_optional(connection)
        .await
        .map_err(unavailable("find the end of the received bodies"))?;
    Ok(end.map_or(0, i64::cast_unsigned))
}

/// Appends the record of a body.
pub(super) fn put(records: &mut Vec<u8>, body: &[u8]) {
    let length = u32::try_from(body.len()).unwrap_or(u32::MAX);
    records.extend_from_slice(&length.to_le_bytes());
    records.extend_from_slice(&crc32fast::hash(body).to_le_bytes());
    records.extend_from_slice(body);
}

/// Records on their way to the disk.
#[derive(Default)]
#[must_use]
pub(super) struct Flushing(Option<JoinHandle<io::Result<()>>>);

impl Flushing {
    /// Whether there are any.
    pub(super) fn is_under_way(&self) -> bool {
        self.0.is_some()
    }

    /// Waits until power cannot take them any more.
    pub(super) async fn done(self) -> io::Result<()> {
        match self.0 {
            Some(flushing) => flushing
                .await
                .unwrap_or_else(|stopped| Err(io::Error::other(stopped))),
            None => Ok(()),
        }
    }
}

impl Bodies {
    pub(super) async fn open(
        database: &Path,
        connection: &mut SqliteConnection,
    ) -> Result<Self, StoreError> {
        let path = path_beside(database);
        let has_bodies = end(connection).await? > 0;
        let opened = blocking(move || open(&path, has_bodies));
        let file = opened.await.map_err(failed("open the received bodies"))?;
        match file {
            Some(file) => Ok(Self {
                file: Arc::new(file),
            }),
            None => Err(do_not_belong()),
        }
    }

    /// Writes records at their place and begins to flush them. From now on every process of this machine reads them; power may still take them.
    ///
    /// They go to the page cache, which takes less time than to have another thread do it.
    pub(super) fn write(&self, position: u64, records: &[u8]) -> Result<Flushing, StoreError> {
        if records.is_empty() {
            return Ok(Flushing(None));
        }
        let mut file = &*self.file;
        file.seek(SeekFrom::Start(position))
            .and_then(|_| file.write_all(records))
            .map_err(failed("write received bodies"))?;
        let file = Arc::clone(&self.file);
        let flushing = tokio::task::spawn_blocking(move || file.sync_data());
        Ok(Flushing(Some(flushing)))
    }
}

/// The bodies at these positions, of these lengths, beside that database; nothing in place of one that is not whole.
pub(super) async fn read(
    database: &Path,
    places: Vec<(i64, i64)>,
) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let path = path_beside(database);
    let bodies = blocking(move || {
        let mut file = File::open(path)?;
        let bodies = places.iter().map(|place| read_one(&mut file, *place));
        bodies.collect::<io::Result<_>>()
    });
    bodies.await.map_err(failed("read received bodies"))
}

/// A body that was whole once.
pub(super) fn damaged() -> StoreError {
    StoreError::Unreadable {
        what: "a received body".to_owned(),
        reason: "its length or checksum is not the one that was written".to_owned(),
    }
}

/// The database and the file beside it are of different ages.
pub(super) fn do_not_belong() -> StoreError {
    StoreError::Unreadable {
        what: "rows of received bytes".to_owned(),
        reason: "the file `-received` beside the database is missing or lacks most of them; put back the two files that belong together".to_owned(),
    }
}

/// The file, made if nothing has been kept yet; nothing if it is missing.
fn open(path: &Path, has_bodies: bool) -> io::Result<Option<File>> {
    let is_new = !path.exists();
    if is_new && has_bodies {
        return Ok(None);
    }
    let mut options = OpenOptions::new();
    let file = options.read(true).write(true).create(true).truncate(false);
    let file = file.open(path)?;
    if is_new {
        sync_folder(path)?;
    }
    Ok(Some(file))
}

/// Makes the name of a new file survive a loss of power.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    // Elsewhere a folder cannot be opened, and its names need no flush.
    if cfg!(unix) {
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    Ok(())
}

/// The body of a record; nothing if it is not whole.
fn read_one(file: &mut File, (position, length): (i64, i64)) -> io::Result<Option<Vec<u8>>> {
    let mut record = Vec::new();
    let size = HEADER as u64 + length.cast_unsigned();
    file.seek(SeekFrom::Start(position.cast_unsigned()))?;
    file.take(size).read_to_end(&mut record)?;
    let Some((header, body)) = record.split_first_chunk::<HEADER>() else {
        return Ok(None);
    };
    let [a, b, c, d, e, f, g, h] = *header;
    let written = i64::from(u32::from_le_bytes([a, b, c, d]));
    let is_whole = written == length
        && body.len() as u64 == length.cast_unsigned()
        && crc32fast::hash(body) == u32::from_le_bytes([e, f, g, h]);
    Ok(is_whole.then(|| body.to_vec()))
}

pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(stopped) => Err(io::Error::other(stopped)),
    }
}

pub(super) fn failed(doing: &'static str) -> impl FnOnce(io::Error) -> StoreError {
    move |error| StoreError::Unavailable {
        doing,
        reason: error.to_string(),
    }
}
