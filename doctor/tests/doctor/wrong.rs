//! What the wrong signers of the tests have in common. None of it is the crate's code.

use md5::Digest;

use crate::sender::{KEY, Sent, joined, md5, signed};

/// A row: the kind that the doctor must name, and nothing else; what is done; who does it.
pub(crate) type Row = (signed_xml_doctor::Kind, &'static str, Wrong);

/// A wrong signer: what it sends, or nothing if the message gives it no occasion.
pub(crate) type Wrong = fn(&Sent) -> Option<Vec<u8>>;

/// A body with the signature of a string that was made wrongly.
pub(crate) fn body(sent: &Sent, canonical: &str) -> Option<Vec<u8>> {
    (canonical != sent.canonical()).then(|| sent.xml(&signed(canonical)).into_bytes())
}

/// A body with a signature that was made wrongly.
pub(crate) fn with_sign(sent: &Sent, sign: &str) -> Option<Vec<u8>> {
    (sign != signed(&sent.canonical())).then(|| sent.xml(sign).into_bytes())
}

/// A body with the signature over `canonical&key=KEY` in other bytes.
pub(crate) fn in_bytes(sent: &Sent, encode: impl Fn(&str) -> Vec<u8>) -> Option<Vec<u8>> {
    with_sign(
        sent,
        &md5(encode(&format!("{}&key={KEY}", sent.canonical()))),
    )
}

pub(crate) fn percent(value: &str, safe: &str, plus: bool, lower: bool) -> String {
    value
        .bytes()
        .map(|byte| match byte {
            b' ' if plus => "+".to_owned(),
            b if b.is_ascii_alphanumeric() || safe.as_bytes().contains(&b) => {
                char::from(b).to_string()
            }
            b if lower => format!("%{b:02x}"),
            b => format!("%{b:02X}"),
        })
        .collect()
}

pub(crate) fn rest(sent: &Sent, left_out: &[&str]) -> String {
    sent.with(|name, value| {
        (!left_out.contains(&name)).then(|| (name.to_owned(), value.to_owned()))
    })
}

pub(crate) fn only(sent: &Sent, field: &str, change: impl Fn(&str) -> String) -> Option<Vec<u8>> {
    if sent.value(field).is_empty() {
        return None;
    }
    let canonical = sent.with(|name, value| {
        let value = if name == field {
            change(value)
        } else {
            value.to_owned()
        };
        Some((name.to_owned(), value))
    });
    body(sent, &canonical)
}

pub(crate) fn by_name(sent: &Sent, key: impl Fn(&str) -> String) -> Option<Vec<u8>> {
    let mut pairs = sent.sorted();
    pairs.sort_by_key(|(name, _)| key(name));
    body(sent, &joined(&pairs))
}

pub(crate) fn json(sent: &Sent, write: impl Fn(&serde_json::Value) -> String) -> Option<Vec<u8>> {
    only(sent, "detail", |value| {
        write(&serde_json::from_str(value).unwrap())
    })
}

pub(crate) fn escaped(value: &str) -> String {
    value
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

pub(crate) fn unicode(value: &str) -> String {
    let one = |unit: u16| match u8::try_from(unit) {
        Ok(byte) if byte.is_ascii() => char::from(byte).to_string(),
        _ => format!("\\u{unit:04x}"),
    };
    value.encode_utf16().map(one).collect()
}

pub(crate) fn backslash_x(value: &str) -> String {
    let one = |byte: u8| match byte.is_ascii() {
        true => char::from(byte).to_string(),
        false => format!("\\x{byte:02X}"),
    };
    value.bytes().map(one).collect()
}

pub(crate) const NULLS: [&str; 3] = ["null", "None", "undefined"];

pub(crate) fn digest_of(sent: &Sent) -> Vec<u8> {
    md5::Md5::digest(format!("{}&key={KEY}", sent.canonical())).to_vec()
}
