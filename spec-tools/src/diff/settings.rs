//! A TOML file of a maintainer's decisions, and errors that name its line.

use std::ops::Range;

use serde::de::DeserializeOwned;

/// Why approvals or levels could not be used: file, line, what was found, what is allowed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {message}")]
pub struct SettingsError {
    file: String,
    line: usize,
    message: String,
}

/// A file and its name, by which errors call it.
#[derive(Clone, Copy)]
pub(super) struct Settings<'a> {
    pub(super) name: &'a str,
    pub(super) text: &'a str,
}

impl Settings<'_> {
    pub(super) fn read<T: DeserializeOwned>(self) -> Result<T, SettingsError> {
        toml::from_str(self.text)
            .map_err(|error| self.error(error.span().unwrap_or_default(), error.message()))
    }

    pub(super) fn error(self, span: Range<usize>, message: impl Into<String>) -> SettingsError {
        let before = self.text.as_bytes().iter().take(span.start);
        SettingsError {
            file: self.name.to_owned(),
            line: before.filter(|byte| **byte == b'\n').count() + 1,
            message: message.into(),
        }
    }
}
