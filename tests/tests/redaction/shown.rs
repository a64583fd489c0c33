//! What a user's program may print of a call's outcome: `Debug` of what came back, and of an error all its words.

use std::error::Error;
use std::fmt::Debug;

/// Texts that were printed.
#[derive(Default)]
pub(crate) struct Shown {
    pub(crate) texts: Vec<String>,
}

impl Shown {
    /// Prints a value.
    pub(crate) fn value(&mut self, value: &dyn Debug) {
        self.texts.push(format!("{value:?}"));
        self.texts.push(format!("{value:#?}"));
    }

    /// Prints a text.
    pub(crate) fn text(&mut self, text: impl Into<String>) {
        self.texts.push(text.into());
    }

    /// What succeeded.
    pub(crate) fn done<T: Debug, E: Error + 'static>(
        &mut self,
        what: &str,
        outcome: Result<T, E>,
    ) -> T {
        let value = outcome.unwrap_or_else(|error| panic!("{what}: {error}"));
        self.value(&value);
        value
    }

    /// What may have gone either way.
    pub(crate) fn ended<T: Debug, E: Error + 'static>(
        &mut self,
        what: &str,
        outcome: Result<T, E>,
    ) {
        match outcome {
            Ok(value) => self.value(&value),
            Err(error) => drop(self.failed(what, Err::<T, E>(error))),
        }
    }

    /// What failed; the words of the error.
    pub(crate) fn failed<T, E: Error + 'static>(
        &mut self,
        what: &str,
        outcome: Result<T, E>,
    ) -> String {
        let error = outcome.err().unwrap_or_else(|| panic!("{what} succeeded"));
        let mut next: Option<&(dyn Error + 'static)> = Some(&error);
        while let Some(cause) = next {
            self.value(&cause);
            self.texts.push(cause.to_string());
            self.texts.push(format!("{cause:#}"));
            next = cause.source();
        }
        error.to_string()
    }
}
