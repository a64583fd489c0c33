//! A mistake of a sender: its kind, the fields that it is about, and which variety it is.

use std::fmt;

use serde::Serialize;
use serde::ser::SerializeStruct;

use crate::words::Kind;

/// How many names of fields a sentence lists.
const SHOWN_FIELDS: usize = 6;

/// A language of the sentences.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Simplified Chinese.
    Chinese,
}

/// What a sender did wrong. It never holds a value of the message.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Mistake {
    /// What kind of mistake.
    pub kind: Kind,
    /// The fields that it is about, by name; empty if it is about all of them or about none.
    pub fields: Vec<String>,
    /// The variety, such as the name of a charset; may be empty.
    pub detail: String,
}

impl Mistake {
    pub(crate) fn new(kind: Kind) -> Self {
        Self {
            kind,
            fields: Vec::new(),
            detail: String::new(),
        }
    }

    pub(crate) fn of(kind: Kind, detail: impl Into<String>) -> Self {
        Self {
            detail: detail.into(),
            ..Self::new(kind)
        }
    }

    pub(crate) fn about(mut self, field: impl Into<String>) -> Self {
        self.fields.push(field.into());
        self
    }

    /// The sentence in a language: what the sender did, and what is right instead.
    #[must_use]
    pub fn sentence(&self, language: Language) -> String {
        let template = match language {
            Language::English => self.kind.english(),
            Language::Chinese => self.kind.chinese(),
        };
        let names: Vec<String> = self
            .fields
            .iter()
            .take(SHOWN_FIELDS)
            .map(|name| format!("`{name}`"))
            .collect();
        let (comma, and, all) = match language {
            Language::English => (", ", " and more", "all fields that it changes"),
            Language::Chinese => ("、", " 等", "所有受影响的字段"),
        };
        let mut fields = names.join(comma);
        if self.fields.len() > SHOWN_FIELDS {
            fields.push_str(and);
        }
        if fields.is_empty() {
            fields.push_str(all);
        }
        // A detail that looks like a slot stays what it is.
        let mut sentence = String::new();
        let mut rest = template;
        while let Some(at) = rest.find('{') {
            sentence.push_str(&rest[..at]);
            rest = &rest[at..];
            if let Some(after) = rest.strip_prefix("{fields}") {
                sentence.push_str(&fields);
                rest = after;
            } else if let Some(after) = rest.strip_prefix("{detail}") {
                sentence.push_str(&self.detail);
                rest = after;
            } else {
                sentence.push('{');
                rest = &rest[1..];
            }
        }
        sentence + rest
    }
}

impl fmt::Display for Mistake {
    /// In English; with `{:#}` in Chinese.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let language = match f.alternate() {
            true => Language::Chinese,
            false => Language::English,
        };
        f.write_str(&self.sentence(language))
    }
}

impl Serialize for Mistake {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Mistake", 5)?;
        object.serialize_field("mistake", self.kind.code())?;
        object.serialize_field("fields", &self.fields)?;
        object.serialize_field("detail", &self.detail)?;
        object.serialize_field("en", &self.sentence(Language::English))?;
        object.serialize_field("zh", &self.sentence(Language::Chinese))?;
        object.end()
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Kind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}
