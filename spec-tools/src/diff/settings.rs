//! A TOML file of a maintainer's decisions, and errors that name its line.

use std::ops::Range;

use toml_edit::{Document, TableLike};

/// Why approvals or levels could not be used: file, line, what was found, what is allowed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SettingsError {
    message: String,
}

/// The file, parsed.
pub(super) struct Settings<'a> {
    name: &'a str,
    document: Document<&'a str>,
}

impl<'a> Settings<'a> {
    /// Parses `text`; `name` is what errors call it.
    pub(super) fn parse(name: &'a str, text: &'a str) -> Result<Self, SettingsError> {
        let document = Document::parse(text);
        document
            .map(|document| Self { name, document })
            .map_err(|error| at(name, text, error.span(), error.message()))
    }

    pub(super) fn table(&self) -> &dyn TableLike {
        self.document.as_table()
    }

    pub(super) fn error(&self, span: Option<Range<usize>>, message: &str) -> SettingsError {
        at(self.name, self.document.raw(), span, message)
    }
}

fn at(name: &str, text: &str, span: Option<Range<usize>>, message: &str) -> SettingsError {
    let start = span.map_or(0, |span| span.start);
    let before = text.as_bytes().iter().take(start);
    let line = before.filter(|byte| **byte == b'\n').count() + 1;
    SettingsError {
        message: format!("{name}:{line}: {message}"),
    }
}
