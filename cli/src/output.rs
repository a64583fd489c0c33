//! Lines on stdout.

use std::fmt;
use std::io::{ErrorKind, Write};

/// Prints one line. A closed pipe is not an error: the reader has seen enough. Any other failure is reported on stderr.
#[expect(clippy::print_stderr, reason = "what is not a result goes to stderr")]
pub(crate) fn line(text: impl fmt::Display) {
    let mut out = std::io::stdout().lock();
    if let Err(error) = writeln!(out, "{text}").and_then(|()| out.flush())
        && error.kind() != ErrorKind::BrokenPipe
    {
        eprintln!("error: stdout cannot be written: {error}");
    }
}
