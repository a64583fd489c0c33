//! The file of a snapshot.

use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::path::Path;

use serde_json::Value;

use crate::output;

/// Stands for stdin and stdout.
const DASH: &str = "-";

/// Reads a snapshot.
pub(super) fn read(file: &Path) -> Result<Value, String> {
    let mut text = String::new();
    let read = match file.as_os_str() == DASH {
        true => std::io::stdin().read_to_string(&mut text),
        false => std::fs::File::open(file).and_then(|mut file| file.read_to_string(&mut text)),
    };
    read.map_err(|error| format!("cannot read {}: {error}", file.display()))?;
    serde_json::from_str(&text).map_err(|error| {
        let file = file.display();
        format!(
            "{file} is not a snapshot ({error}): `payinsurance sandbox snapshot FILE` writes one"
        )
    })
}

/// Writes a snapshot, whose personal values are for the owner of the file alone.
pub(super) fn write(file: &Path, snapshot: &Value) -> Result<(), String> {
    if file.as_os_str() == DASH {
        output::line(snapshot);
        return Ok(());
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options
        .open(file)
        .and_then(|mut file| writeln!(file, "{snapshot}"));
    written.map_err(|error| {
        let file = file.display();
        format!("cannot write {file}: {error}; name a file that does not exist yet")
    })
}
