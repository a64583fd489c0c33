//! Escapes of XML, of scripts and of logs, made or undone.

use std::fmt::Write as _;

use crate::mistake::Mistake;
use crate::words::Kind;

use super::{Change, Stage, ValueForm};

/// A way of escaping for XML.
#[derive(Debug)]
pub(super) struct Xml {
    pub(super) detail: &'static str,
    /// The escapes of `&`, `<`, `>`, `"` and `'`; empty for those that stay.
    marks: [&'static str; 5],
    beyond_ascii: BeyondAscii,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum BeyondAscii {
    AsIs,
    Decimal,
    Hexadecimal,
}

const AS_IS: BeyondAscii = BeyondAscii::AsIs;

/// The ways, the more usual ones first.
pub(super) static XML: [Xml; 8] = [
    Xml {
        detail: "`&amp;`, `&lt;`, `&gt;`",
        marks: ["&amp;", "&lt;", "&gt;", "", ""],
        beyond_ascii: AS_IS,
    },
    Xml {
        detail: "`&amp;`, `&lt;`, `&gt;`, `&quot;`",
        marks: ["&amp;", "&lt;", "&gt;", "&quot;", ""],
        beyond_ascii: AS_IS,
    },
    Xml {
        detail: "`&amp;`, `&lt;`, `&gt;`, `&quot;`, `&apos;`",
        marks: ["&amp;", "&lt;", "&gt;", "&quot;", "&apos;"],
        beyond_ascii: AS_IS,
    },
    Xml {
        detail: "`&amp;`, `&lt;`, `&gt;`, `&quot;`, `&#39;`",
        marks: ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;"],
        beyond_ascii: AS_IS,
    },
    Xml {
        detail: "`&amp;`, `&lt;`, `&gt;`, `&quot;`, `&#039;`",
        marks: ["&amp;", "&lt;", "&gt;", "&quot;", "&#039;"],
        beyond_ascii: AS_IS,
    },
    Xml {
        detail: "`&#34;`, `&#39;`, `&amp;`, `&lt;`, `&gt;`, as Go",
        marks: ["&amp;", "&lt;", "&gt;", "&#34;", "&#39;"],
        beyond_ascii: AS_IS,
    },
    Xml {
        detail: "decimal references beyond ASCII",
        marks: ["&amp;", "&lt;", "&gt;", "", ""],
        beyond_ascii: BeyondAscii::Decimal,
    },
    Xml {
        detail: "hexadecimal references beyond ASCII",
        marks: ["&amp;", "&lt;", "&gt;", "", ""],
        beyond_ascii: BeyondAscii::Hexadecimal,
    },
];

/// The text, escaped.
pub(super) fn for_xml(text: &str, style: &Xml) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        let mark = "&<>\"'".find(c).map_or("", |at| style.marks[at]);
        match (mark, style.beyond_ascii) {
            ("", BeyondAscii::Decimal) if !c.is_ascii() => {
                let _ = write!(escaped, "&#{};", u32::from(c));
            }
            ("", BeyondAscii::Hexadecimal) if !c.is_ascii() => {
                let _ = write!(escaped, "&#x{:x};", u32::from(c));
            }
            ("", _) => escaped.push(c),
            (mark, _) => escaped.push_str(mark),
        }
    }
    escaped
}

/// The text with its references resolved once; nothing if it has none.
fn from_xml(text: &str) -> Option<String> {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.find(';').filter(|end| *end <= 10);
        match end.and_then(|end| Some((end, reference(&rest[1..end])?))) {
            Some((end, c)) => {
                plain.push(c);
                rest = &rest[end + 1..];
            }
            None => {
                plain.push('&');
                rest = &rest[1..];
            }
        }
    }
    plain.push_str(rest);
    Some(plain)
}

fn reference(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{A0}',
        name => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    })
}

/// `\x..` for each byte beyond ASCII; with `marks` also for quotes, backslashes and control
/// characters, as nginx logs them.
fn backslash_x(text: &str, upper: bool, marks: bool) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        let escape = !byte.is_ascii()
            || (marks && (matches!(byte, b'"' | b'\\') || byte.is_ascii_control()));
        let _ = match (escape, upper) {
            (true, true) => write!(escaped, "\\x{byte:02X}"),
            (true, false) => write!(escaped, "\\x{byte:02x}"),
            (false, _) => write!(escaped, "{}", char::from(byte)),
        };
    }
    escaped
}

/// The text with its `\x..` resolved, if the bytes are UTF-8.
fn from_backslash_x(text: &str) -> Option<String> {
    if !text.contains("\\x") {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some(first) = rest.first() {
        let digits = rest.strip_prefix(b"\\x").and_then(|rest| rest.get(..2));
        match digits.and_then(crate::digest::from_hexadecimal) {
            Some(byte) => {
                bytes.extend(byte);
                rest = &rest[4..];
            }
            None => {
                bytes.push(*first);
                rest = &rest[1..];
            }
        }
    }
    String::from_utf8(bytes).ok()
}

/// `\u....` for each unit of UTF-16 beyond ASCII.
pub(super) fn backslash_u(text: &str, upper: bool) -> String {
    units(text, upper, |c| !c.is_ascii())
}

fn units(text: &str, upper: bool, escape: impl Fn(char) -> bool) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if !escape(c) {
            escaped.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            let _ = match upper {
                true => write!(escaped, "\\u{unit:04X}"),
                false => write!(escaped, "\\u{unit:04x}"),
            };
        }
    }
    escaped
}

/// The text with its `\u....` resolved, if they are whole characters.
fn from_backslash_u(text: &str) -> Option<String> {
    if !text.contains("\\u") {
        return None;
    }
    let mut found = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let unit = rest
            .strip_prefix("\\u")
            .and_then(|rest| rest.get(..4))
            .filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|digits| u16::from_str_radix(digits, 16).ok());
        match unit {
            Some(unit) => {
                found.push(unit);
                rest = &rest[6..];
            }
            None => {
                found.extend_from_slice(c.encode_utf16(&mut [0; 2]));
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    String::from_utf16(&found).ok()
}

/// The changes of all values.
pub(super) fn all(list: &mut Vec<Change>) {
    let mut add = |kind, detail: &str, stage, form: ValueForm| {
        let change = Change::of_values(Mistake::of(kind, detail), stage, form);
        list.push(change.in_family(kind.code()));
    };
    let escapes = Stage::Escapes;
    for style in &XML {
        let form = move |value: &str| Some(for_xml(value, style));
        add(Kind::EscapesSigned, style.detail, escapes, Box::new(form));
    }
    add(
        Kind::EscapesSent,
        "resolved once",
        Stage::Undo,
        Box::new(from_xml),
    );
    for (detail, upper) in [
        ("beyond ASCII", false),
        ("beyond ASCII, upper-case digits", true),
    ] {
        let form = move |value: &str| Some(backslash_u(value, upper));
        add(Kind::BackslashUSigned, detail, escapes, Box::new(form));
    }
    let markup = |value: &str| Some(units(value, false, |c| "<>&".contains(c)));
    add(
        Kind::BackslashUSigned,
        "`<`, `>`, `&`, as Go",
        escapes,
        Box::new(markup),
    );
    let markup = |value: &str| Some(units(value, false, |c| "<>&='".contains(c)));
    add(
        Kind::BackslashUSigned,
        "`<`, `>`, `&`, `=`, `'`, as Gson",
        escapes,
        Box::new(markup),
    );
    add(
        Kind::BackslashUSent,
        "",
        Stage::Undo,
        Box::new(from_backslash_u),
    );
    for (upper, marks) in [(true, false), (false, false), (true, true), (false, true)] {
        let form = move |value: &str| Some(backslash_x(value, upper, marks));
        add(Kind::BackslashXSigned, "", escapes, Box::new(form));
    }
    add(
        Kind::BackslashXSent,
        "",
        Stage::Undo,
        Box::new(from_backslash_x),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone_as_they_were_made() {
        for text in ["挂号 <a & b> \"c\" 'd'", "😀", "\\x \\u12 &amp &;"] {
            for style in &XML {
                assert_eq!(
                    from_xml(&for_xml(text, style)).as_deref(),
                    Some(text),
                    "{style:?}"
                );
            }
        }
        let text = "挂\"号😀";
        assert_eq!(backslash_u("挂a", true), "\\u6302a");
        assert_eq!(
            from_backslash_u(&backslash_u(text, false)).as_deref(),
            Some(text)
        );
        assert_eq!(
            from_backslash_x(&backslash_x(text, true, true)).as_deref(),
            Some(text)
        );
        assert_eq!(from_backslash_x("\\x"), Some("\\x".into()));
    }
}
