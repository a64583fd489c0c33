//! Samples as text: XML and JSON with a field on each line, and addresses.

use std::fmt::Write;

use serde_json::{Map, Value};

use signed_xml_codegen::model::{Message, WireType};

use super::Pairs;

/// Flat XML, every value in CDATA, a field on each line.
pub(super) fn xml(pairs: &Pairs) -> String {
    let mut text = String::from("<xml>\n");
    for (name, value) in pairs {
        // A section ends at the first `]]>`, so one inside a value is split over two of them.
        let value = value.replace("]]>", "]]]]><![CDATA[>");
        // Writing into a String cannot fail.
        let _ = writeln!(text, "  <{name}><![CDATA[{value}]]></{name}>");
    }
    text + "</xml>"
}

/// A JSON object with a member on each line; numbers are numbers.
pub(super) fn json(message: &Message, pairs: &Pairs) -> String {
    serde_json::to_string_pretty(&object(message, pairs)).unwrap_or_default()
}

/// A JSON object on one line.
pub(super) fn compact_json(message: &Message, pairs: &Pairs) -> String {
    object(message, pairs).to_string()
}

/// An address with `pairs` as its query string.
pub(super) fn address(url: &str, pairs: &Pairs) -> String {
    let mut text = url.to_owned();
    for (at, (name, value)) in pairs.iter().enumerate() {
        text.push(if at == 0 { '?' } else { '&' });
        text.push_str(name);
        text.push('=');
        for byte in value.bytes() {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                    text.push(char::from(byte));
                }
                _ => {
                    let _ = write!(text, "%{byte:02X}");
                }
            }
        }
    }
    text
}

fn object(message: &Message, pairs: &Pairs) -> Value {
    let members = pairs.iter().map(|(name, value)| {
        let is_number = message
            .field(name)
            .is_some_and(|field| field.wire_type != WireType::Text);
        let number = value.parse::<u64>().ok().filter(|_| is_number);
        let value = number.map_or_else(|| Value::from(value.as_str()), Value::from);
        (name.clone(), value)
    });
    Value::Object(members.collect::<Map<String, Value>>())
}
