//! Reads a message in any of its forms, and tolerantly: what a strict reader refuses may be the
//! mistake that is looked for.
//!
//! Steps, in order: the form; names, values and what stood there in markup; which field is the
//! signature.

mod json;
mod pairs;
mod xml;

pub(crate) use pairs::form_decoded;
use serde::Serialize;
use signed_xml::{BodyError, SIGN};

use crate::mistake::Mistake;
use crate::words::Kind;

/// The form of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Format {
    /// Flat XML.
    Xml,
    /// A JSON object.
    Json,
    /// `name=value` joined with `&`, as it stands.
    Query,
    /// The same, URL-encoded.
    Form,
}

/// A message as it was received.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) format: Format,
    /// All fields but the signature, in the order received.
    pub(crate) entries: Vec<Entry>,
    /// The signature as received, if there is one with a value.
    pub(crate) given: Option<String>,
    /// Names that stand there more than once.
    pub(crate) repeated: Vec<String>,
    /// What is wrong whatever the signature is.
    pub(crate) mistakes: Vec<Mistake>,
    /// The body without the signature's element.
    pub(crate) unsigned_body: Option<String>,
}

/// A field as it was received.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) value: String,
    /// What stood in the body, where that differs from the value.
    pub(crate) raw: Option<String>,
    /// Whether the value is a JSON `null`, which counts as absent.
    pub(crate) null: bool,
}

impl Entry {
    pub(crate) fn is_empty(&self) -> bool {
        self.value.is_empty()
    }
}

/// Names under which the signature stands by mistake.
const OTHER_SIGNS: [&str; 4] = ["signature", "paysign", "pay_sign", "signmsg"];

/// The form that a text has.
pub(crate) fn detected(text: &str) -> Format {
    match text.trim_start().bytes().next() {
        Some(b'<') => Format::Xml,
        Some(b'{') => Format::Json,
        _ if pairs::is_encoded(text) => Format::Form,
        _ => Format::Query,
    }
}

/// What a form's reader gives: fields, signature included, and each field's place in the text.
pub(crate) struct Parts {
    pub(crate) entries: Vec<Entry>,
    /// Where the element of each field stands, as bytes of the text.
    pub(crate) places: Vec<std::ops::Range<usize>>,
}

/// Reads a text of that form.
///
/// # Errors
///
/// [`BodyError`] if it has no fields that could be told apart.
pub(crate) fn message(text: &str, format: Format, max: usize) -> Result<Message, BodyError> {
    if text.trim().is_empty() {
        return Err(BodyError::Empty);
    }
    let Parts { entries, places } = match format {
        Format::Xml => xml::parts(text, max)?,
        Format::Json => json::parts(text, max)?,
        Format::Query | Format::Form => pairs::parts(text, format, max)?,
    };
    let mut message = Message {
        format,
        entries: Vec::with_capacity(entries.len()),
        given: None,
        repeated: Vec::new(),
        mistakes: Vec::new(),
        unsigned_body: None,
    };
    let exact = entries
        .iter()
        .position(|entry| entry.name == SIGN && !entry.is_empty());
    let sign = exact.or_else(|| {
        entries.iter().position(|entry| {
            let name = entry.name.to_ascii_lowercase();
            let is_sign = name == SIGN || OTHER_SIGNS.contains(&name.as_str());
            is_sign && entry.name != SIGN && !entry.is_empty()
        })
    });
    for (at, entry) in entries.into_iter().enumerate() {
        if Some(at) == sign {
            if entry.name != SIGN {
                message
                    .mistakes
                    .push(Mistake::new(Kind::SignMisnamed).about(entry.name.as_str()));
            }
            let place = places[at].clone();
            message.unsigned_body = Some([&text[..place.start], &text[place.end..]].concat());
            message.given = Some(entry.value);
        } else if entry.name != SIGN {
            let twice = message.entries.iter().any(|other| other.name == entry.name);
            if twice && !message.repeated.contains(&entry.name) {
                message.repeated.push(entry.name.clone());
            }
            message.entries.push(entry);
        }
    }
    Ok(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, String)> {
        let message = message(text, detected(text), 100).unwrap();
        let pairs = message.entries.into_iter();
        pairs.map(|entry| (entry.name, entry.value)).collect()
    }

    #[test]
    fn one_message_reads_alike_in_each_form() {
        let expected: Vec<(String, String)> = [("a", "1"), ("b", "x & y"), ("c", "")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
        for text in [
            "<xml><a>1</a><sign>S</sign><b><![CDATA[x & y]]></b><c/></xml>",
            "<?xml version=\"1.0\"?>\n<xml>\n <a>1</a><b>x &amp; y</b><c></c></xml>",
            r#"{"a":1,"b":"x & y","c":"","sign":"S"}"#,
            "a=1&b=x+%26%20y&c=&sign=S",
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
        assert_eq!(read("a=1&b=x y")[1].1, "x y");
    }

    #[test]
    fn what_is_no_message_is_an_error() {
        for text in [
            "",
            " \n",
            "<xml><a>",
            "{\"a\":",
            "nothing",
            "<!DOCTYPE x><xml/>",
            "[1]",
        ] {
            assert!(message(text, detected(text), 100).is_err(), "{text}");
        }
    }
}
