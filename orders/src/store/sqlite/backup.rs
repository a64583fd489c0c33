//! A copy of a SQLite store while it is in use.
//!
//! `VACUUM INTO` copies the tables as they stand at one moment. Bodies that rows of that moment speak of never change, so they are copied
//! afterwards, up to where those rows end. Both get their names when they are whole: first the bodies, then the database.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};

use super::bodies::{self, path_beside, sync_folder};
use super::private;
use super::private::{blocking, failed};
use crate::store::StoreError;
use crate::store::sql_error::unavailable;

const DOING: &str = "make a backup";

pub(super) async fn copy(
    reader: &mut SqliteConnection,
    from: &Path,
    to: &Path,
) -> Result<(), StoreError> {
    if to.exists() || path_beside(to).exists() {
        return Err(StoreError::Unavailable {
            doing: DOING,
            reason: "there is a file of that name already; choose another".to_owned(),
        });
    }
    let partial = partial(to);
    let copied = copy_to_partial(reader, from, &partial, to).await;
    if copied.is_err() {
        // What cannot be removed is overwritten by the next attempt.
        let _ = fs::remove_file(&partial);
        let _ = fs::remove_file(path_beside(&partial));
    }
    copied
}

async fn copy_to_partial(
    reader: &mut SqliteConnection,
    from: &Path,
    partial: &Path,
    to: &Path,
) -> Result<(), StoreError> {
    let Some(name) = partial.to_str() else {
        return Err(StoreError::Unavailable {
            doing: DOING,
            reason: "its path is not UTF-8".to_owned(),
        });
    };
    // An attempt that was interrupted.
    let _ = fs::remove_file(partial);
    let _ = fs::remove_file(path_beside(partial));
    // SQLite fills an empty file and leaves its mode.
    let path = partial.to_owned();
    let made = blocking(move || private::open(&path).map(drop));
    made.await.map_err(failed(DOING))?;
    sqlx::query("VACUUM INTO ?1")
        .bind(name)
        .execute(reader)
        .await
        .map_err(unavailable(DOING))?;
    let mut copy = SqliteConnectOptions::new()
        .filename(partial)
        .read_only(true)
        .connect()
        .await
        .map_err(unavailable(DOING))?;
    let end = bodies::end(&mut copy).await?;
    copy.close().await.map_err(unavailable(DOING))?;
    let (from, partial, to) = (path_beside(from), partial.to_owned(), to.to_owned());
    let finished = blocking(move || finish(&from, end, &partial, &to));
    finished.await.map_err(failed(DOING))
}

fn finish(bodies: &Path, end: u64, partial: &Path, to: &Path) -> io::Result<()> {
    let partial_bodies = path_beside(partial);
    let mut copied = private::open(&partial_bodies)?;
    let count = match File::open(bodies) {
        Ok(file) => io::copy(&mut file.take(end), &mut copied)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
        Err(error) => return Err(error),
    };
    if count < end {
        let file = bodies.display();
        tracing::error!(%file, "the file of received bodies ends too early: the copy has damaged bodies too");
    }
    copied.sync_all()?;
    let written = OpenOptions::new().write(true).open(partial)?;
    written.sync_all()?;
    fs::rename(partial_bodies, path_beside(to))?;
    fs::rename(partial, to)?;
    sync_folder(to)
}

fn partial(to: &Path) -> PathBuf {
    let mut name = to.as_os_str().to_owned();
    name.push("-partial");
    name.into()
}
