//! An exchange as XML and as the string that its signature is made over, from the values that the
//! traffic log shows: secrets and personal values are masked in it.

use serde_json::Value;

use crate::server::Exchange;

/// A message of an exchange, as people read it.
pub(super) struct Message {
    /// `<xml>…</xml>` with a line per field, or the text that was logged.
    pub(super) xml: String,
    /// Names and values in the order of the signature, without `sign`; empty if nothing is signed.
    pub(super) canonical: String,
}

impl Message {
    pub(super) fn request(exchange: &Exchange) -> Self {
        Self::of(&exchange.request)
    }

    pub(super) fn reply(exchange: &Exchange) -> Self {
        Self::of(&exchange.reply)
    }

    fn of(value: &Value) -> Self {
        let Some(fields) = value.as_object().filter(|fields| !fields.is_empty()) else {
            let xml = match value {
                Value::String(text) => text.clone(),
                _ => String::new(),
            };
            return Self {
                xml,
                canonical: String::new(),
            };
        };
        let pairs = || {
            let texts = fields.iter();
            texts.filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)))
        };
        let mut xml = String::from("<xml>\n");
        for (name, value) in pairs() {
            xml.push_str(&format!("  <{name}>{}</{name}>\n", escaped(value)));
        }
        xml.push_str("</xml>");
        let mut signed: Vec<_> = pairs()
            .filter(|(name, value)| *name != "sign" && !value.is_empty())
            .collect();
        signed.sort_unstable();
        let signed = signed.iter().map(|(name, value)| format!("{name}={value}"));
        let canonical = match fields.contains_key("sign") {
            true => format!("{}&key=…", signed.collect::<Vec<_>>().join("&")),
            false => String::new(),
        };
        Self { xml, canonical }
    }
}

fn escaped(value: &str) -> String {
    value.replace('&', "&amp;").replace('<', "&lt;")
}
