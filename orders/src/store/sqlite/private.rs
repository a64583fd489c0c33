//! Files that only their owner may read: they hold names, numbers of ID cards and what was received.
//!
//! SQLite gives a log (`-wal`) and its index (`-shm`) the mode of their database. So it is enough to make the database itself, and what stands beside
//! it, with mode 0600. A file that is there with wider rights is made private when a desk starts, and the log says so.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use crate::store::StoreError;

/// What stands beside a database.
const BESIDE: [&str; 5] = ["", "-wal", "-shm", "-received", "-commits"];

/// Opens a file for reading and writing, and makes it if it is missing.
pub(super) fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    let options = options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options.open(path)
}

/// Takes the rights of others from the files of a database, as far as they are there.
#[cfg(unix)]
pub(super) fn tighten(database: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    for end in BESIDE {
        let path = beside(database, end);
        let mode = match path.metadata() {
            Ok(found) => found.permissions().mode(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        if mode & 0o077 == 0 {
            continue;
        }
        let file = path.display();
        let was = format!("{:o}", mode & 0o777);
        match std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)) {
            Ok(()) => {
                tracing::warn!(%file, was, "the file was readable by others: it has mode 600 now")
            }
            Err(error) => {
                tracing::warn!(%file, was, %error, "the file is readable by others, and its mode cannot be changed: give it mode 600");
            }
        }
    }
    Ok(())
}

/// Elsewhere the rights of a file are those of its folder.
#[cfg(not(unix))]
pub(super) fn tighten(_database: &Path) -> io::Result<()> {
    Ok(())
}

/// The file of that ending beside a database.
pub(super) fn beside(database: &Path, end: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// Runs work with files on a thread that may wait for the disk.
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
