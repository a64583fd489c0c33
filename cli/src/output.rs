//! Lines on stdout, and what is said beside them on stderr.

use std::fmt;
use std::io::{ErrorKind, IsTerminal, Write};

use serde_json::Value;

use crate::harmless;

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

/// Prints one line with styles, which are left out where no terminal shows them or `NO_COLOR` is set.
pub(crate) fn styled(text: impl fmt::Display) {
    let text = text.to_string();
    match anstream::AutoStream::choice(&std::io::stdout()) {
        anstream::ColorChoice::Never => line(anstream::adapter::strip_str(&text)),
        _ => line(text),
    }
}

/// The same on stderr.
pub(crate) fn styled_note(text: impl fmt::Display) {
    let text = text.to_string();
    match anstream::AutoStream::choice(&std::io::stderr()) {
        anstream::ColorChoice::Never => note(anstream::adapter::strip_str(&text)),
        _ => note(text),
    }
}

/// Prints a JSON object on a line of its own.
pub(crate) fn object(value: &Value) {
    line(harmless::json(value));
}

/// Says something that is not a result.
#[expect(clippy::print_stderr, reason = "what is not a result goes to stderr")]
pub(crate) fn note(words: impl fmt::Display) {
    eprintln!("{words}");
}

/// Says what takes its time, where a person watches.
pub(crate) fn progress(words: impl fmt::Display) {
    if std::io::stderr().is_terminal() {
        note(words);
    }
}
