//! A JSON object: numbers keep their digits, inner objects and arrays their text.

use std::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use signed_xml::BodyError;

use super::{Entry, Parts};

/// The members of the object; `null` is a field without a value.
pub(super) fn parts(text: &str, max: usize) -> Result<Parts, BodyError> {
    let mut json = serde_json::Deserializer::from_str(text);
    let not_json = |what| BodyError::NotJson { at: 0, what };
    let members = json
        .deserialize_map(Members(max))
        .map_err(|_| not_json("a syntax error"))?;
    json.end().map_err(|_| not_json("text behind the object"))?;
    if members.is_empty() {
        return Err(not_json("no members"));
    }
    if members.len() > max {
        return Err(BodyError::TooManyFields { max });
    }
    let mut parts = Parts {
        entries: Vec::new(),
        places: Vec::new(),
    };
    for (name, raw) in members {
        let value = match raw.as_bytes() {
            [b'"', ..] => serde_json::from_str(&raw).unwrap_or_default(),
            b"null" => String::new(),
            _ => raw.clone(),
        };
        let is_text = raw.starts_with('"');
        let escaped = raw.trim_matches('"');
        parts.entries.push(Entry {
            name,
            null: raw == "null",
            raw: (is_text && escaped != value).then(|| escaped.to_owned()),
            value,
        });
        parts.places.push(0..0);
    }
    Ok(parts)
}

struct Members(usize);

impl<'de> Visitor<'de> for Members {
    type Value = Vec<(String, String)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        // One more than allowed is seen, so that the caller can tell.
        while members.len() <= self.0
            && let Some((name, value)) = map.next_entry::<String, Box<RawValue>>()?
        {
            members.push((name, value.get().to_owned()));
        }
        while map
            .next_entry::<serde::de::IgnoredAny, serde::de::IgnoredAny>()?
            .is_some()
        {}
        Ok(members)
    }
}
