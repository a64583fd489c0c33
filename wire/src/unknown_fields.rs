//! The fields of a message that its table does not name.

use std::fmt;

use crate::text::Text;

/// The fields of a message that its table does not name, as they were received.
///
/// They take part in the signature, received or sent.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct UnknownFields(Vec<(Text, Text)>);

impl UnknownFields {
    /// None.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The value of that name, which may be empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(found, _)| found == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Adds a field.
    pub fn push(&mut self, name: impl Into<Text>, value: impl Into<Text>) {
        self.0.push((name.into(), value.into()));
    }
}

impl std::ops::Deref for UnknownFields {
    type Target = [(Text, Text)];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl FromIterator<(Text, Text)> for UnknownFields {
    fn from_iter<I: IntoIterator<Item = (Text, Text)>>(fields: I) -> Self {
        Self(fields.into_iter().collect())
    }
}

impl fmt::Debug for UnknownFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.iter().map(|(name, _)| name))
            .finish()
    }
}
