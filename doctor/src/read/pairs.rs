//! `name=value` joined with `&`, as in a query or a form.

use percent_encoding::percent_decode_str;
use signed_xml::BodyError;

use super::{Entry, Format, Parts};

/// Whether a text has escapes of a form in it.
pub(super) fn is_encoded(text: &str) -> bool {
    let escapes = text.match_indices('%').filter(|(at, _)| {
        let digits = text.as_bytes().get(at + 1..at + 3);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    });
    escapes.count() > 0 || (text.contains('+') && !text.contains([' ', '{', '<']))
}

/// The pairs; those of a form are decoded.
pub(super) fn parts(text: &str, format: Format, max: usize) -> Result<Parts, BodyError> {
    let mut parts = Parts {
        entries: Vec::new(),
        places: Vec::new(),
    };
    let body = text.trim_end_matches(['\r', '\n']);
    let mut at = 0;
    for pair in body.split('&') {
        let place = at..(at + pair.len() + 1).min(text.len());
        at += pair.len() + 1;
        let Some((name, raw)) = pair.split_once('=') else {
            continue;
        };
        let value = match format {
            Format::Form => form_decoded(raw).unwrap_or_else(|| raw.to_owned()),
            _ => raw.to_owned(),
        };
        parts.entries.push(Entry {
            name: name.trim_start_matches('?').to_owned(),
            raw: (raw != value).then(|| raw.to_owned()),
            value,
            null: false,
        });
        parts.places.push(place);
        if parts.entries.len() > max {
            return Err(BodyError::TooManyFields { max });
        }
    }
    match parts.entries.is_empty() {
        true => Err(BodyError::NotXml {
            at: 0,
            what: "neither XML nor JSON nor `name=value`",
        }),
        false => Ok(parts),
    }
}

/// The text of an encoded value, if it is UTF-8.
pub(crate) fn form_decoded(raw: &str) -> Option<String> {
    let spaced = raw.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8().ok()?;
    Some(decoded.into_owned())
}
