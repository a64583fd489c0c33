//! Reads a JSON object as names and texts.
//!
//! Steps, in order: UTF-8; the members one by one, each value as the bytes that were sent, so that
//! a number keeps its digits; no name twice, at any depth and `null` included; nothing but white
//! space behind the object. Source: RFC 8259.

use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::xml::{BodyError, utf8};

/// The members of the object in the order received. A string is its text, a number or boolean the
/// text as sent, an inner object or array its JSON; `null` is left out.
///
/// # Errors
///
/// [`BodyError`] if the body is not one JSON object, has a name twice, or more than `max` members.
pub(crate) fn members(body: &[u8], max: usize) -> Result<Vec<(String, String)>, BodyError> {
    let text = utf8(body)?;
    if text.trim_ascii().is_empty() {
        return Err(BodyError::Empty);
    }
    if !text.trim_ascii_start().starts_with('{') {
        return Err(BodyError::NotJson {
            at: text.len() - text.trim_ascii_start().len(),
            what: "no `{`",
        });
    }
    let mut refusal = None;
    let mut json = serde_json::Deserializer::from_str(text);
    let members = json.deserialize_map(Members {
        max,
        refusal: &mut refusal,
    });
    let members = members.map_err(|error| match refusal {
        Some(refusal) => refusal,
        None if error.is_eof() => BodyError::NotJson {
            at: text.len(),
            what: "the object is not closed",
        },
        None => not_json(text, &error, "a syntax error"),
    })?;
    match json.end() {
        Ok(()) => Ok(members),
        Err(error) => Err(not_json(text, &error, "text behind the object")),
    }
}

fn not_json(text: &str, error: &serde_json::Error, what: &'static str) -> BodyError {
    let lines = text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1));
    let at = lines.map(str::len).sum::<usize>() + error.column().saturating_sub(1);
    BodyError::NotJson {
        at: at.min(text.len()),
        what,
    }
}

struct Members<'a> {
    max: usize,
    /// What is wrong with an object of good syntax.
    refusal: &'a mut Option<BodyError>,
}

impl Members<'_> {
    fn refuse<E: Error>(&mut self, refusal: BodyError) -> E {
        *self.refusal = Some(refusal);
        E::custom("refused")
    }
}

impl<'de> Visitor<'de> for Members<'_> {
    type Value = Vec<(String, String)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        let mut names = HashSet::new();
        while let Some((name, value)) = map.next_entry::<String, &RawValue>()? {
            if names.len() == self.max {
                return Err(self.refuse(BodyError::TooManyFields { max: self.max }));
            }
            if !names.insert(name.clone()) {
                return Err(self.refuse(BodyError::Repeated { name }));
            }
            let value = match value.get().as_bytes() {
                b"null" => continue,
                [b'"', ..] => serde_json::from_str(value.get()).map_err(A::Error::custom)?,
                [b'{' | b'[', ..] => {
                    let inner: Distinct =
                        serde_json::from_str(value.get()).map_err(A::Error::custom)?;
                    if let Some(name) = inner.repeated {
                        return Err(self.refuse(BodyError::Repeated { name }));
                    }
                    value.get().to_owned()
                }
                _ => value.get().to_owned(),
            };
            members.push((name, value));
        }
        Ok(members)
    }
}

/// A JSON value, looked through for a name that an object of it has twice.
struct Distinct {
    repeated: Option<String>,
}

impl<'de> Deserialize<'de> for Distinct {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Look)
    }
}

struct Look;

impl<'de> Visitor<'de> for Look {
    type Value = Distinct;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Distinct, A::Error> {
        let mut names = HashSet::new();
        let mut repeated = None;
        while let Some((name, value)) = map.next_entry::<String, Distinct>()? {
            repeated = repeated.or(value.repeated);
            if let Some(name) = names.replace(name) {
                repeated = repeated.or(Some(name));
            }
        }
        Ok(Distinct { repeated })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Distinct, A::Error> {
        let mut repeated = None;
        while let Some(value) = seq.next_element::<Distinct>()? {
            repeated = repeated.or(value.repeated);
        }
        Ok(Distinct { repeated })
    }

    fn visit_bool<E>(self, _: bool) -> Result<Distinct, E> {
        Ok(Distinct { repeated: None })
    }

    fn visit_i64<E>(self, _: i64) -> Result<Distinct, E> {
        Ok(Distinct { repeated: None })
    }

    fn visit_u64<E>(self, _: u64) -> Result<Distinct, E> {
        Ok(Distinct { repeated: None })
    }

    fn visit_f64<E>(self, _: f64) -> Result<Distinct, E> {
        Ok(Distinct { repeated: None })
    }

    fn visit_str<E>(self, _: &str) -> Result<Distinct, E> {
        Ok(Distinct { repeated: None })
    }

    fn visit_unit<E>(self) -> Result<Distinct, E> {
        Ok(Distinct { repeated: None })
    }
}
