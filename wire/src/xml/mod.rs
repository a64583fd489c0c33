//! Flat XML: `<xml><name>text</name>…</xml>`, and nothing else.
//!
//! Two readers give one answer. [`flat`] takes the plain form that platforms send, without a
//! parser; whatever it does not know for certain goes to [`strict`], which is quick-xml and
//! decides. Tests and fuzzing hold the two equal.

mod flat;
mod strict;
mod write;

use arcstr::ArcStr;

pub(crate) use write::write_fields;

/// What a body may be at the most. Beyond it, it is refused before it is parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes; 1 MiB by default.
    pub bytes: usize,
    /// Fields; 1,000 by default, at most 65,000.
    pub fields: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 1 << 20,
            fields: 1_000,
        }
    }
}

/// A body as ranges of one buffer. Names may still repeat.
#[derive(Clone)]
pub(crate) struct Scan {
    pub(crate) buffer: ArcStr,
    pub(crate) entries: Vec<Entry>,
}

/// Where a name and its value stand in the buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) name: (u32, u32),
    pub(crate) value: (u32, u32),
}

impl Scan {
    #[inline]
    pub(crate) fn text(&self, range: (u32, u32)) -> &str {
        &self.buffer[range.0 as usize..range.1 as usize]
    }

    /// The same as bytes, which are compared and signed without a look at character boundaries.
    #[inline]
    pub(crate) fn bytes(&self, range: (u32, u32)) -> &[u8] {
        &self.buffer.as_bytes()[range.0 as usize..range.1 as usize]
    }

    /// Names and values in the order received.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> + Clone {
        let entries = self.entries.iter();
        entries.map(|entry| (self.name(*entry), self.value(*entry)))
    }

    pub(crate) fn name(&self, entry: Entry) -> &str {
        self.text(entry.name)
    }

    pub(crate) fn value(&self, entry: Entry) -> &str {
        self.text(entry.value)
    }

    /// Copies names and values that do not share a buffer into one.
    pub(crate) fn collect<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut arena = Arena::default();
        for (name, value) in fields {
            let name = arena.push(name);
            let value = arena.push(value);
            arena.entries.push(Entry { name, value });
        }
        arena.finish()
    }
}

/// Names and values one after the other.
#[derive(Default)]
struct Arena {
    text: String,
    entries: Vec<Entry>,
}

impl Arena {
    fn push(&mut self, text: &str) -> (u32, u32) {
        let start = self.text.len() as u32;
        self.text.push_str(text);
        (start, self.text.len() as u32)
    }

    fn finish(self) -> Scan {
        Scan {
            buffer: ArcStr::from(self.text),
            entries: self.entries,
        }
    }
}

/// Reads a body. A name is valid only if a table knows it or [`is_name`] accepts it.
pub(crate) fn scan(body: &[u8], limits: &Limits) -> Result<Scan, BodyError> {
    if body.len() > limits.bytes {
        return Err(BodyError::TooLarge {
            max: limits.bytes,
            found: body.len(),
        });
    }
    let text = utf8(body)?;
    let scan = match flat::entries(text) {
        Some(entries) => Scan {
            buffer: ArcStr::from(text),
            entries,
        },
        None => strict::scan(text, limits.fields).map_err(|error| page(text).unwrap_or(error))?,
    };
    let max = limits.fields.min(65_000);
    if scan.entries.len() > max {
        return Err(BodyError::TooManyFields { max });
    }
    Ok(scan)
}

/// What stands there instead of a message: nothing, or a page for a browser.
fn page(text: &str) -> Option<BodyError> {
    let text = text.trim_start_matches(['\u{FEFF}', ' ', '\t', '\r', '\n']);
    let begins = |with: &str| {
        let start = text.as_bytes().get(..with.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(with.as_bytes()))
    };
    if text.is_empty() {
        Some(BodyError::Empty)
    } else if begins("<html") || begins("<!doctype html") {
        Some(BodyError::Page)
    } else {
        None
    }
}

pub(crate) fn utf8(body: &[u8]) -> Result<&str, BodyError> {
    simdutf8::basic::from_utf8(body).map_err(|_| BodyError::NotUtf8 {
        at: std::str::from_utf8(body).map_or_else(|error| error.valid_up_to(), str::len),
    })
}

/// Reads a body with the strict reader alone: the differential tests and the fuzzer compare it with
/// [`crate::Fields::parse`].
///
/// # Errors
///
/// As [`crate::Fields::parse`].
#[doc(hidden)]
pub fn scan_strictly(body: &[u8], limits: &Limits) -> Result<Vec<(String, String)>, BodyError> {
    let text = utf8(body)?;
    let scan = strict::scan(text, limits.fields)?;
    Ok(scan
        .entries
        .iter()
        .map(|e| (scan.name(*e).to_owned(), scan.value(*e).to_owned()))
        .collect())
}

/// The error for an invalid name.
pub(crate) fn not_a_name(entry: &Entry) -> BodyError {
    BodyError::NotXml {
        at: entry.name.0 as usize,
        what: "a field name with other characters than letters, digits, `_`, `-`, `.`",
    }
}

/// Whether the text may be the name of an element: ASCII letters, digits, `_`, `-`, `.`, not a
/// digit first.
pub(crate) fn is_name(bytes: &[u8]) -> bool {
    matches!(bytes.first(), Some(b'A'..=b'Z' | b'a'..=b'z' | b'_'))
        && bytes
            .iter()
            .all(|b| matches!(b, b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'.'))
}

/// A body is not what the protocol allows. The peer is to blame; nothing of it was used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BodyError {
    /// Over the limit of bytes.
    #[error("the body has {found} bytes, at most {max} are allowed")]
    TooLarge {
        /// The limit.
        max: usize,
        /// The length found.
        found: usize,
    },
    /// Nothing, or only white space.
    #[error("the body is empty where XML or JSON is expected")]
    Empty,
    /// An HTML page, such as the login page of a proxy.
    #[error(
        "the body is an HTML page: a proxy, a gateway or a login page answered instead of the interface"
    )]
    Page,
    /// Not UTF-8.
    #[error("the body is not UTF-8 at byte {at}")]
    NotUtf8 {
        /// The byte offset of the first bad byte.
        at: usize,
    },
    /// A DOCTYPE, which is where entity bombs and file disclosure start.
    #[error("the body has a DOCTYPE, which is never allowed")]
    Doctype,
    /// Not well-formed flat XML.
    #[error("the body is not flat XML: {what} at byte {at}")]
    NotXml {
        /// The byte offset.
        at: usize,
        /// What is wrong there.
        what: &'static str,
    },
    /// An element inside a field.
    #[error("the body has an element inside a field at byte {at}, only flat fields are allowed")]
    Nested {
        /// The byte offset of the inner element.
        at: usize,
    },
    /// A name stands twice: which of the two counts is unknown.
    #[error("the body has the field `{name}` twice")]
    Repeated {
        /// The name.
        name: String,
    },
    /// Over the limit of fields.
    #[error("the body has more than {max} fields")]
    TooManyFields {
        /// The limit.
        max: usize,
    },
    /// Not one JSON object.
    #[error("the body is not one JSON object: {what} at byte {at}")]
    NotJson {
        /// The byte offset.
        at: usize,
        /// What is wrong there.
        what: &'static str,
    },
}
