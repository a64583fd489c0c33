//! Lines on stdout.

use std::fmt;
use std::io::{ErrorKind, Write};

/// Prints one line. A reader that has closed the pipe has seen enough, which is no error; any other failure is told on stderr.
#[expect(clippy::print_stderr, reason = "what is no result goes to stderr")]
pub(crate) fn line(text: impl fmt::Display) {
    let mut out = std::io::stdout().lock();
    if let Err(error) = writeln!(out, "{text}").and_then(|()| out.flush())
        && error.kind() != ErrorKind::BrokenPipe
    {
        eprintln!("error: stdout cannot be written: {error}");
    }
}
