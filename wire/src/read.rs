//! From received names and values to a typed message.
//!
//! [`Slots::assign`] looks each received name up once; from then on every field is at a known
//! place, in the order of the canonical string. A derived `read` takes its fields from there.

use std::fmt;

use crate::indexed::{ElementIndex, Index, Indexed};
use crate::names::{SIGN, SIGN_TYPE};
use crate::schema::{Field, Schema};
use crate::sign::{Key, SignType, SignatureError, Signer};
use crate::unknown_fields::UnknownFields;
use crate::value::{Expected, Raw, Value};
use crate::xml::{BodyError, Entry, Scan, is_name, not_a_name};

/// A range of the buffer.
type Range = (u32, u32);

/// The range of a name that did not come.
const VACANT: Range = (u32::MAX, u32::MAX);

/// The received fields of one message, each at its place.
pub struct Slots<'a> {
    scan: &'a Scan,
    schema: &'static Schema,
    /// For each of the schema's names, where its value stands, or [`VACANT`].
    values: Vec<Range>,
    /// The entries that the schema does not name, and the elements of its fields with an index,
    /// ordered by name.
    unknown: Vec<Entry>,
}

impl<'a> Slots<'a> {
    /// Puts every entry at its place.
    pub(crate) fn assign(scan: &'a Scan, schema: &'static Schema) -> Result<Self, BodyError> {
        let mut values = vec![VACANT; schema.names.len()];
        let mut unknown = Vec::new();
        for entry in &scan.entries {
            match schema.index.find(schema.names, scan.bytes(entry.name)) {
                Some(slot) if values[slot] == VACANT => values[slot] = entry.value,
                Some(_) => return Err(repeated(scan, entry)),
                None if is_name(scan.bytes(entry.name)) => unknown.push(*entry),
                None => return Err(not_a_name(entry)),
            }
        }
        if unknown.len() > 1 {
            unknown.sort_by_key(|entry| scan.bytes(entry.name));
            let mut pairs = unknown.windows(2);
            if let Some(pair) =
                pairs.find(|pair| scan.bytes(pair[0].name) == scan.bytes(pair[1].name))
            {
                return Err(repeated(scan, &pair[0]));
            }
        }
        Ok(Self {
            scan,
            schema,
            values,
            unknown,
        })
    }

    pub(crate) fn scan(&self) -> &'a Scan {
        self.scan
    }

    /// Checks the signature over the names and bytes received, unknown fields included. The
    /// algorithm is the one that the message names, or `unnamed`.
    pub(crate) fn verify(&self, key: &Key, unnamed: SignType) -> Result<(), SignatureError> {
        let received = self.named(SIGN).ok_or(SignatureError::Missing)?;
        let sign_type = unnamed.unless_named(self.named(SIGN_TYPE))?;
        let mut signer = Signer::new(sign_type, key);
        let mut unknown = self.unknown.iter().peekable();
        for (value, name) in self.values.iter().zip(self.schema.names) {
            let next_name = name.text.as_bytes();
            while let Some(entry) = unknown.next_if(|entry| self.scan.bytes(entry.name) < next_name)
            {
                self.push_unknown(entry, &mut signer);
            }
            if value.0 != value.1 && name.text != SIGN {
                signer.push(name.pair.as_bytes());
                signer.push_part(
                    self.scan.buffer.as_bytes(),
                    value.0 as usize,
                    value.1 as usize,
                );
            }
        }
        for entry in unknown {
            self.push_unknown(entry, &mut signer);
        }
        if signer.finish(key).agrees_with(received) {
            Ok(())
        } else {
            Err(SignatureError::Wrong)
        }
    }

    fn push_unknown(&self, entry: &Entry, signer: &mut Signer) {
        let (name, value) = (self.scan.bytes(entry.name), self.scan.bytes(entry.value));
        if !value.is_empty() && name != SIGN.as_bytes() {
            signer.push(b"&");
            signer.push(name);
            signer.push(b"=");
            signer.push(value);
        }
    }

    /// The non-empty value of a wire name, whether the schema knows it or not; of a known field
    /// also by its aliases.
    pub(crate) fn named(&self, name: &str) -> Option<&'a str> {
        let value = match self.schema.field(name) {
            Some(field) => self.found(field)?,
            None => {
                let mut unknown = self.unknown.iter();
                unknown
                    .find(|entry| self.scan.text(entry.name) == name)?
                    .value
            }
        };
        Some(self.scan.text(value)).filter(|value| !value.is_empty())
    }

    /// Where the value of a field stands, under its own name or the first alias that came, unless
    /// it is empty.
    #[inline]
    fn found(&self, field: &Field) -> Option<Range> {
        let values = field
            .slots
            .iter()
            .map(|slot| self.values[usize::from(*slot)]);
        values.into_iter().find(|(start, end)| start != end)
    }

    /// The value of a field that the message cannot be read without.
    #[inline]
    pub fn demand<V: Value>(&self, field: &'static Field, errors: &mut ReadErrors) -> Option<V> {
        let value = self.option(field, errors)?;
        if value.is_none() {
            errors.push(field, None, ReadProblem::Missing);
        }
        value
    }

    /// The value of a field that may be absent or empty; `None` if there is one and it cannot be
    /// read.
    #[inline]
    pub fn option<V: Value>(
        &self,
        field: &'static Field,
        errors: &mut ReadErrors,
    ) -> Option<Option<V>> {
        let Some(value) = self.found(field) else {
            return Some(None);
        };
        if field.slots.len() > 1 && self.contradicted(field, value) {
            errors.push(field, None, ReadProblem::Contradicted);
            return None;
        }
        match V::read(self.raw(value)) {
            Ok(value) => Some(Some(value)),
            Err(expected) => {
                self.unreadable(field, None, value, expected, errors);
                None
            }
        }
    }

    /// The elements of a field with an index, empty ones left out; `None` if one of them cannot be
    /// read.
    pub fn indexed<V: Value, I: Index>(
        &self,
        field: &'static Field,
        errors: &mut ReadErrors,
    ) -> Option<Indexed<V, I>> {
        let mut elements = Indexed::new();
        let mut readable = true;
        for entry in &self.unknown {
            let Some(element) = field.index_in(self.scan.text(entry.name)) else {
                continue;
            };
            // Invariant: a derive has as many numbers in the type as in the name.
            let Some(index) = I::of(element) else {
                continue;
            };
            if entry.value.0 == entry.value.1 {
                continue;
            }
            match V::read(self.raw(entry.value)) {
                Ok(value) => {
                    elements.insert(index, value);
                }
                Err(expected) => {
                    self.unreadable(field, Some(element), entry.value, expected, errors);
                    readable = false;
                }
            }
        }
        readable.then_some(elements)
    }

    #[cold]
    fn unreadable(
        &self,
        field: &'static Field,
        index: Option<ElementIndex>,
        value: Range,
        expected: Expected,
        errors: &mut ReadErrors,
    ) {
        let found = (!field.is_confidential()).then(|| excerpt(self.scan.text(value)));
        let Expected(expected) = expected;
        errors.push(field, index, ReadProblem::Unreadable { expected, found });
    }

    /// Whether another of its names says something else.
    fn contradicted(&self, field: &Field, value: Range) -> bool {
        field
            .slots
            .iter()
            .map(|slot| self.values[usize::from(*slot)])
            .any(|other| other.0 != other.1 && self.scan.bytes(other) != self.scan.bytes(value))
    }

    #[inline]
    fn raw(&self, range: Range) -> Raw<'_> {
        Raw::new(&self.scan.buffer, range.0 as usize, range.1 as usize)
    }

    /// The fields that the schema does not name.
    #[must_use]
    pub fn unknown(&self) -> UnknownFields {
        let text = |range| self.raw(range).to_text();
        self.unknown
            .iter()
            .filter(|entry| self.scan.bytes(entry.name) != SIGN.as_bytes())
            .filter(|entry| self.schema.element(self.scan.text(entry.name)).is_none())
            .map(|entry| (text(entry.name), text(entry.value)))
            .collect()
    }
}

fn repeated(scan: &Scan, entry: &Entry) -> BodyError {
    BodyError::Repeated {
        name: scan.text(entry.name).to_owned(),
    }
}

/// At most 40 characters of a value, for an error.
fn excerpt(value: &str) -> String {
    value.chars().take(40).collect()
}

/// Why a message could not be given its type. The peer is to blame, or the spec is too strict.
#[derive(Debug, Clone, thiserror::Error)]
pub struct ReadErrors {
    schema: &'static Schema,
    list: Vec<ReadError>,
}

impl ReadErrors {
    /// None yet, for a message of that table.
    #[must_use]
    pub fn of(schema: &'static Schema) -> Self {
        Self {
            schema,
            list: Vec::new(),
        }
    }

    fn push(&mut self, field: &'static Field, index: Option<ElementIndex>, problem: ReadProblem) {
        self.list.push(ReadError {
            field,
            index,
            problem,
        });
    }
}

impl std::ops::Deref for ReadErrors {
    type Target = [ReadError];

    fn deref(&self) -> &[ReadError] {
        &self.list
    }
}

impl fmt::Display for ReadErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the {} cannot be read: ", self.schema.message)?;
        for (i, error) in self.list.iter().enumerate() {
            write!(f, "{}{error}", if i > 0 { "; " } else { "" })?;
        }
        Ok(())
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Field { label, section, .. } = self.field;
        let name = self.field.shown_name(self.index);
        write!(f, "`{name}` ({label}, section {section}) ")?;
        match &self.problem {
            ReadProblem::Missing => f.write_str("is missing or empty"),
            ReadProblem::Unreadable {
                expected,
                found: Some(found),
            } => write!(f, "must be {expected}, found {found:?}"),
            ReadProblem::Unreadable {
                expected,
                found: None,
            } => write!(f, "must be {expected}, found something else (not shown)"),
            ReadProblem::Contradicted => f.write_str("came under two names with different values"),
        }
    }
}

/// One field that could not be read.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ReadError {
    /// The field.
    pub field: &'static Field,
    /// Of a field with an index, the number of the element, or both of them.
    pub index: Option<ElementIndex>,
    /// What is wrong with it.
    pub problem: ReadProblem,
}

/// What is wrong with a received field.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReadProblem {
    /// It is absent or empty, and the message means nothing without it.
    Missing,
    /// It is not a text of its type.
    Unreadable {
        /// What it must be.
        expected: &'static str,
        /// The start of what came, unless the field is confidential.
        found: Option<String>,
    },
    /// It came under two of its names with different values.
    Contradicted,
}
