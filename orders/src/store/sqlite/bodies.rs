//! The file of received bodies beside the database.
//!
//! A body in a table would be written twice, to the log and back; here it is appended once. A record is the length and the CRC-32 of the body
//! (four bytes each, little-endian) and the body. It is written before the transaction commits whose row tells its place, and while that
//! transaction holds the database's write lock, just behind the last record that a row speaks of. So what a crash left half written is spoken of
//! by no row, and the next record takes its place. It is flushed while the transaction commits, and no caller is answered before both are done.
//!
//! A body that is not whole damages nothing but itself: its row says so when it is read, and stays (`damage`).

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sqlx::SqliteConnection;
use tokio::task::JoinHandle;

use super::private::{self, blocking, failed};
use crate::store::sql_error::unavailable;
use crate::store::{Body, StoreError};

/// Bytes before a body.
const HEADER: usize = 8;

/// The file, for the writer.
pub(super) struct Bodies {
    file: Arc<File>,
    faults: FlushFaults,
}

/// Flushes that fail, for tests: what is called before each flush, and whether that one fails. Nothing unless a test asks for it.
#[derive(Clone, Default)]
pub(super) struct FlushFaults(pub(super) Option<Arc<dyn Fn() -> bool + Send + Sync>>);

impl FlushFaults {
    fn flush(&self, file: &File) -> io::Result<()> {
        match &self.0 {
            Some(fails) if fails() => Err(io::Error::other("a test made it fail")),
            _ => file.sync_data(),
        }
    }
}

/// Where the file of that database is.
pub(super) fn path_beside(database: &Path) -> PathBuf {
    private::beside(database, "-received")
}

/// Where the next record goes. Only true until the transaction ends.
pub(super) async fn end(connection: &mut SqliteConnection) -> Result<u64, StoreError> {
    const DOING: &str = "find the end of the received bodies";
    let sql = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'store'";
    let tables: i64 = sqlx::query_scalar(sql)
        .fetch_one(&mut *connection)
        .await
        .map_err(unavailable(DOING))?;
    let sql = match tables {
        // A desk of an older version made the database.
        0 => "SELECT position + length + 8 FROM received ORDER BY id DESC LIMIT 1",
        _ => "SELECT bodies_end FROM store",
    };
    let end: Option<i64> = sqlx::query_scalar(sql)
        .fetch_optional(connection)
        .await
        .map_err(unavailable(DOING))?;
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
pub(super) struct Flushing(Option<(u64, JoinHandle<io::Result<()>>)>);

impl Flushing {
    /// Whether there are any.
    pub(super) fn is_under_way(&self) -> bool {
        self.0.is_some()
    }

    /// Waits until power cannot take them any more; where they begin.
    pub(super) async fn done(self) -> io::Result<Option<u64>> {
        let Some((position, flushing)) = self.0 else {
            return Ok(None);
        };
        let flushed = flushing.await;
        flushed.unwrap_or_else(|stopped| Err(io::Error::other(stopped)))?;
        Ok(Some(position))
    }
}

impl Bodies {
    /// Opens the file of that database, and makes it if it is missing.
    pub(super) async fn open(database: &Path, faults: FlushFaults) -> Result<Self, StoreError> {
        let path = path_beside(database);
        let opened = blocking(move || open(&path));
        let file = opened.await.map_err(failed("open the received bodies"))?;
        Ok(Self {
            file: Arc::new(file),
            faults,
        })
    }

    /// Whether the body at that position is the one that was written.
    pub(super) fn is_whole(&self, position: i64, length: i64) -> bool {
        let body = read_one(&self.file, (position, length));
        body.whole().is_some()
    }

    /// Writes the same bytes again from one position to another and flushes them, so that they are on the disk even if an earlier flush failed.
    pub(super) async fn write_again(&self, from: u64, to: u64) -> io::Result<()> {
        let (file, faults) = (Arc::clone(&self.file), self.faults.clone());
        blocking(move || {
            let mut file = &*file;
            let mut bytes = Vec::new();
            file.seek(SeekFrom::Start(from))?;
            file.take(to.saturating_sub(from)).read_to_end(&mut bytes)?;
            file.seek(SeekFrom::Start(from))?;
            file.write_all(&bytes)?;
            faults.flush(file)
        })
        .await
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
        let (file, faults) = (Arc::clone(&self.file), self.faults.clone());
        let flushing = tokio::task::spawn_blocking(move || faults.flush(&file));
        Ok(Flushing(Some((position, flushing))))
    }
}

/// The bodies at these positions, of these lengths, beside that database. One that cannot be read is damaged, and the others are read.
pub(super) async fn read(
    database: &Path,
    places: Vec<(i64, i64)>,
) -> Result<Vec<Body>, StoreError> {
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let path = path_beside(database);
    let bodies = blocking(move || {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(places.iter().map(|_| lost()).collect());
            }
            Err(error) => return Err(error),
        };
        let bodies = places.iter();
        Ok(bodies.map(|place| read_one(&file, *place)).collect())
    });
    bodies.await.map_err(failed("read received bodies"))
}

/// How long the file beside that database is, in bytes; 0 if it is missing.
pub(super) async fn length(database: &Path) -> Result<u64, StoreError> {
    let path = path_beside(database);
    let length = blocking(move || match path.metadata() {
        Ok(found) => Ok(found.len()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(error) => Err(error),
    });
    length.await.map_err(failed("look at the received bodies"))
}

/// A body whose file is missing or too short.
pub(super) fn lost() -> Body {
    damaged("the file of received bodies ends before it")
}

fn damaged(reason: &str) -> Body {
    Body::Damaged {
        reason: reason.to_owned(),
    }
}

/// The file, made if it is missing.
fn open(path: &Path) -> io::Result<File> {
    let is_new = !path.exists();
    let file = private::open(path)?;
    if is_new {
        sync_folder(path)?;
    }
    Ok(file)
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

/// The body of a record.
fn read_one(mut file: &File, (position, length): (i64, i64)) -> Body {
    let mut record = Vec::new();
    let size = HEADER as u64 + length.cast_unsigned();
    let read = file
        .seek(SeekFrom::Start(position.cast_unsigned()))
        .and_then(|_| file.take(size).read_to_end(&mut record));
    if let Err(error) = read {
        return damaged(&format!("it cannot be read: {error}"));
    }
    let Some((header, body)) = record.split_first_chunk::<HEADER>() else {
        return lost();
    };
    let [a, b, c, d, e, f, g, h] = *header;
    if body.len() as u64 != length.cast_unsigned() {
        return lost();
    }
    if i64::from(u32::from_le_bytes([a, b, c, d])) != length {
        return damaged("its length in the file is not the one in its row");
    }
    if crc32fast::hash(body) != u32::from_le_bytes([e, f, g, h]) {
        return damaged("its bytes do not match their checksum");
    }
    Body::Whole(body.to_vec())
}
