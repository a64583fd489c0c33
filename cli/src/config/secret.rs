//! Secrets in files and at the terminal.

use std::io::IsTerminal as _;
use std::path::Path;

use crate::failure::Failure;

/// Refuses a file of secrets that others can read.
#[cfg(unix)]
pub(super) fn must_be_private(path: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt as _;
    let shown = path.display();
    let meta = std::fs::metadata(path)
        .map_err(|error| Failure::NotDone(format!("{shown} cannot be read: {error}")))?;
    let mode = meta.permissions().mode() & 0o777;
    match mode & 0o077 {
        0 => Ok(()),
        _ => Err(Failure::Arguments(format!(
            "{shown} holds secrets and can be read by others (mode {mode:04o}, expected 0600): chmod 600 {shown}"
        ))),
    }
}

/// Where files have no mode.
#[cfg(not(unix))]
pub(super) fn must_be_private(_: &Path) -> Result<(), Failure> {
    Ok(())
}

/// The one line of a file of its own.
pub(super) fn of_file(path: &Path) -> Result<String, Failure> {
    must_be_private(path)?;
    let shown = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::NotDone(format!("{shown} cannot be read: {error}")))?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    match line.is_empty() {
        true => Err(Failure::Arguments(format!(
            "{shown} is empty: expected one line with the secret"
        ))),
        false => Ok(line.to_owned()),
    }
}

/// Whether a person can be asked.
pub(crate) fn at_terminal() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// A secret that a person types and that is not shown. `None` without a terminal.
pub(super) fn typed(prompt: &str) -> Option<String> {
    if !at_terminal() {
        return None;
    }
    let password = dialoguer::Password::new().with_prompt(prompt).interact();
    password.ok().filter(|text| !text.is_empty())
}
