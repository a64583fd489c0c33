//! From received names and values to a typed message.
//!
//! [`Slots::assign`] looks each received name up once; from then on every field is at a known place, in the order of the
//! canonical string. A derived `read` takes its fields from there.

use std::fmt;

use crate::message::UnknownFields;
use crate::schema::{Field, Schema};
use crate::sign::{Key, SIGN, SIGN_TYPE, SignType, SignatureError, Signer};
use crate::value::{Expected, Raw, Value};
use crate::xml::{BodyError, Entry, Scan};

const VACANT: u16 = u16::MAX;

/// The received fields of one message, each at its place.
pub struct Slots<'a> {
    scan: &'a Scan,
    schema: &'static Schema,
    /// For each of the schema's names, the position of the entry, or [`VACANT`].
    places: Vec<u16>,
    /// Positions of the entries that the schema does not name, ordered by name.
    unknown: Vec<u16>,
}

impl<'a> Slots<'a> {
    /// Puts every entry at its place.
    pub(crate) fn assign(scan: &'a Scan, schema: &'static Schema) -> Result<Self, BodyError> {
        let mut places = vec![VACANT; schema.names.len()];
        let mut unknown = Vec::new();
        for (position, entry) in (0_u16..).zip(&scan.entries) {
            let name = scan.name(*entry);
            match schema.index.find(schema.names, name) {
                Some(slot) if places[slot] == VACANT => places[slot] = position,
                Some(_) => {
                    return Err(BodyError::Repeated {
                        name: name.to_owned(),
                    });
                }
                None => unknown.push(position),
            }
        }
        if unknown.len() > 1 {
            let name = |position: &u16| scan.name(scan.entries[usize::from(*position)]);
            unknown.sort_by_key(name);
            if let Some(pair) = unknown
                .windows(2)
                .find(|pair| name(&pair[0]) == name(&pair[1]))
            {
                return Err(BodyError::Repeated {
                    name: name(&pair[0]).to_owned(),
                });
            }
        }
        Ok(Self {
            scan,
            schema,
            places,
            unknown,
        })
    }

    pub(crate) fn scan(&self) -> &'a Scan {
        self.scan
    }

    /// Checks the signature over the names and bytes received, unknown fields included.
    pub(crate) fn verify(&self, key: &Key) -> Result<(), SignatureError> {
        let received = self.named(SIGN).ok_or(SignatureError::Missing)?;
        let mut signer = Signer::new(SignType::of(self.named(SIGN_TYPE))?, key);
        let mut unknown = self
            .unknown
            .iter()
            .map(|position| self.scan.entries[usize::from(*position)])
            .peekable();
        for (slot, name) in self.schema.names.iter().enumerate() {
            if self.places[slot] == VACANT {
                continue;
            }
            while let Some(entry) = unknown.next_if(|entry| self.scan.name(*entry) < name.text) {
                self.push_unknown(entry, &mut signer);
            }
            let value = self
                .scan
                .value(self.scan.entries[usize::from(self.places[slot])]);
            if !value.is_empty() && name.text != SIGN {
                signer.push(name.pair.as_bytes());
                signer.push(value.as_bytes());
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

    fn push_unknown(&self, entry: Entry, signer: &mut Signer) {
        let (name, value) = (self.scan.name(entry), self.scan.value(entry));
        if !value.is_empty() && name != SIGN {
            signer.push(b"&");
            signer.push(name.as_bytes());
            signer.push(b"=");
            signer.push(value.as_bytes());
        }
    }

    /// The non-empty value of a wire name, whether the schema knows it or not; of a known field also by its aliases.
    pub(crate) fn named(&self, name: &str) -> Option<&'a str> {
        let entry = match self.schema.field(name) {
            Some(field) => return self.found(field).map(|entry| self.scan.value(entry)),
            None => {
                let entry = |position: &u16| self.scan.entries[usize::from(*position)];
                self.unknown
                    .iter()
                    .map(entry)
                    .find(|entry| self.scan.name(*entry) == name)
            }
        };
        entry
            .map(|entry| self.scan.value(entry))
            .filter(|value| !value.is_empty())
    }

    /// The entry of a field under its own name or the first alias that came, unless it is empty.
    #[inline]
    fn found(&self, field: &Field) -> Option<Entry> {
        field.slots.iter().find_map(|slot| {
            let place = self.places[usize::from(*slot)];
            let entry = *self.scan.entries.get(usize::from(place))?;
            (entry.value.0 != entry.value.1).then_some(entry)
        })
    }

    /// The value of a field that the message cannot be read without.
    #[inline]
    pub fn demand<V: Value>(&self, field: &'static Field, errors: &mut ReadErrors) -> Option<V> {
        let value = self.option(field, errors)?;
        if value.is_none() {
            errors.push(field, ReadProblem::Missing);
        }
        value
    }

    /// The value of a field that may be absent or empty; `None` if there is one and it cannot be read.
    #[inline]
    pub fn option<V: Value>(
        &self,
        field: &'static Field,
        errors: &mut ReadErrors,
    ) -> Option<Option<V>> {
        let Some(entry) = self.found(field) else {
            return Some(None);
        };
        if field.slots.len() > 1 && self.contradicted(field, entry) {
            errors.push(field, ReadProblem::Contradicted);
            return None;
        }
        match V::read(Raw::new(
            &self.scan.buffer,
            entry.value.0 as usize,
            entry.value.1 as usize,
        )) {
            Ok(value) => Some(Some(value)),
            Err(Expected(expected)) => {
                let found = (!field.is_confidential()).then(|| excerpt(self.scan.value(entry)));
                errors.push(field, ReadProblem::Unreadable { expected, found });
                None
            }
        }
    }

    /// Whether another of its names says something else.
    #[cold]
    fn contradicted(&self, field: &Field, entry: Entry) -> bool {
        let value = self.scan.value(entry);
        field
            .slots
            .iter()
            .filter_map(|slot| {
                self.scan
                    .entries
                    .get(usize::from(self.places[usize::from(*slot)]))
            })
            .any(|other| {
                let other = self.scan.value(*other);
                !other.is_empty() && other != value
            })
    }

    /// The fields that the schema does not name.
    #[must_use]
    pub fn unknown(&self) -> UnknownFields {
        let entry = |position: &u16| self.scan.entries[usize::from(*position)];
        let raw = |range: (u32, u32)| {
            Raw::new(&self.scan.buffer, range.0 as usize, range.1 as usize).to_text()
        };
        self.unknown
            .iter()
            .map(entry)
            .map(|entry| (raw(entry.name), raw(entry.value)))
            .collect()
    }
}

/// At most 40 characters of a value, for an error.
fn excerpt(value: &str) -> String {
    value.chars().take(40).collect()
}

/// Why a message could not be given its type. The peer is to blame, or the spec is too strict.
#[derive(Debug, Clone)]
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

    fn push(&mut self, field: &'static Field, problem: ReadProblem) {
        self.list.push(ReadError { field, problem });
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
            let Field {
                name,
                label,
                section,
                ..
            } = error.field;
            write!(
                f,
                "{}`{name}` ({label}, section {section}) ",
                if i > 0 { "; " } else { "" }
            )?;
            match &error.problem {
                ReadProblem::Missing => f.write_str("is missing or empty")?,
                ReadProblem::Unreadable {
                    expected,
                    found: Some(found),
                } => write!(f, "must be {expected}, found {found:?}")?,
                ReadProblem::Unreadable {
                    expected,
                    found: None,
                } => write!(f, "must be {expected}, found something else (not shown)")?,
                ReadProblem::Contradicted => {
                    f.write_str("came under two names with different values")?
                }
            }
        }
        Ok(())
    }
}

impl std::error::Error for ReadErrors {}

/// One field that could not be read.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ReadError {
    /// The field.
    pub field: &'static Field,
    /// What is wrong with it.
    pub problem: ReadProblem,
}

/// What is wrong with a received field.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReadProblem {
    /// It is absent or empty, and the message means nothing without it.
    Missing,
    /// It is no text of its type.
    Unreadable {
        /// What it must be.
        expected: &'static str,
        /// The start of what came, unless the field is confidential.
        found: Option<String>,
    },
    /// It came under two of its names with different values.
    Contradicted,
}
