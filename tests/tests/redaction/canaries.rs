//! Values that no other text of the tests holds, and the forms in which a log could show them.

use std::fmt::Write;
use std::sync::Mutex;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// What must not be shown, each value under the name of what it is.
#[derive(Default)]
pub(crate) struct Canaries(Mutex<Vec<(String, Vec<String>)>>);

impl Canaries {
    /// Adds a value; the same one a second time changes nothing.
    pub(crate) fn add(&self, name: &str, value: &str) {
        assert!(
            value.len() >= 9,
            "{name} is so short that it may stand elsewhere by chance"
        );
        let forms = forms(value);
        let mut canaries = self.0.lock().unwrap();
        if !canaries.iter().any(|(_, known)| known[0] == forms[0]) {
            canaries.push((name.to_owned(), forms));
        }
    }

    /// The names of the values that there are.
    pub(crate) fn names(&self) -> Vec<String> {
        let canaries = self.0.lock().unwrap();
        canaries.iter().map(|(name, _)| name.clone()).collect()
    }

    /// Every value that a line shows, with the line.
    pub(crate) fn shown_in(&self, lines: &[String]) -> Vec<String> {
        let canaries = self.0.lock().unwrap();
        let mut shown = Vec::new();
        for line in lines {
            for (name, forms) in canaries.iter() {
                if forms.iter().any(|form| line.contains(form.as_str())) {
                    shown.push(format!("{name}: {line}"));
                }
            }
        }
        shown.sort();
        shown.dedup();
        shown
    }
}

/// A value as it is, percent-encoded, as the bytes of a string, as a list of bytes, in hex, in base64, and with the
/// escapes of JSON.
fn forms(value: &str) -> Vec<String> {
    let bytes = value.as_bytes();
    let mut percent = String::new();
    let mut hex = String::new();
    for byte in bytes {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                percent.push(char::from(*byte))
            }
            _ => write!(percent, "%{byte:02X}").unwrap(),
        }
        write!(hex, "{byte:02x}").unwrap();
    }
    let list = format!("{bytes:?}");
    let list = list.trim_matches(['[', ']']).to_owned();
    let json: String = value
        .encode_utf16()
        .map(|unit| match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii() => char::from(byte).to_string(),
            _ => format!("\\u{unit:04x}"),
        })
        .collect();
    vec![
        value.to_owned(),
        percent,
        bytes.escape_ascii().to_string(),
        list,
        hex,
        STANDARD.encode(bytes),
        json,
    ]
}
