//! Puts generated files into a folder, or tells how the folder differs.
//!
//! A file is only written when its bytes change, so that cargo rebuilds nothing for nothing, and
//! by renaming a finished one over it, so that a reader never sees half a file.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::rust::GeneratedFile;

/// How a folder differs from what would be generated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// The file has other bytes.
    Stale(PathBuf),
    /// The file is not there.
    Missing(PathBuf),
    /// The file is there and nothing generates it.
    Stray(PathBuf),
}

/// Compares `folder` with `files`, by name.
///
/// # Errors
///
/// What the file system answers.
pub fn compare(folder: &Path, files: &[GeneratedFile]) -> io::Result<Vec<Difference>> {
    let mut differences = Vec::new();
    for file in files {
        let path = folder.join(&file.name);
        match std::fs::read(&path) {
            Ok(bytes) if bytes == file.text.as_bytes() => {}
            Ok(_) => differences.push(Difference::Stale(path)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                differences.push(Difference::Missing(path));
            }
            Err(error) => return Err(error),
        }
    }
    for path in present(folder)? {
        let name = path.strip_prefix(folder).unwrap_or(&path);
        if !files.iter().any(|file| Path::new(&file.name) == name) {
            differences.push(Difference::Stray(path));
        }
    }
    differences.sort_by(|a, b| a.path().cmp(b.path()));
    Ok(differences)
}

/// Writes `files` into `folder`; gives back what was stale or missing and is now right, and what is
/// stray and was left alone.
///
/// # Errors
///
/// What the file system answers.
pub fn write(folder: &Path, files: &[GeneratedFile]) -> io::Result<Vec<Difference>> {
    std::fs::create_dir_all(folder)?;
    let differences = compare(folder, files)?;
    for file in files {
        let path = folder.join(&file.name);
        let changed = differences
            .iter()
            .any(|difference| difference.path() == path);
        if changed {
            // Invariant: same folder, hence same file system, so the rename is atomic.
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let part = path.with_file_name(format!(".{name}.{}", std::process::id()));
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent)?;
            }
            std::fs::write(&part, &file.text)?;
            std::fs::rename(&part, &path)?;
        }
    }
    Ok(differences)
}

impl Difference {
    /// The file.
    pub fn path(&self) -> &Path {
        match self {
            Self::Stale(path) | Self::Missing(path) | Self::Stray(path) => path,
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self {
            Self::Stale(_) => "stale",
            Self::Missing(_) => "missing",
            Self::Stray(_) => "stray",
        };
        write!(f, "{word}: {}", self.path().display())
    }
}

/// Every file under `folder`, sorted.
fn present(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(found),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let path = entry?.path();
        match path.is_dir() {
            true => found.extend(present(&path)?),
            false => found.push(path),
        }
    }
    found.sort();
    Ok(found)
}
