//! URL-encodings, as the libraries of the usual languages have them.

use percent_encoding::percent_decode_str;

use crate::charset::Charset;
use crate::mistake::Mistake;
use crate::read::form_decoded;
use crate::words::Kind;

use super::{Change, Stage};

/// A way of encoding.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Percent {
    pub(crate) detail: &'static str,
    /// What stays as it is, beside letters and digits.
    safe: &'static str,
    /// Whether a blank becomes `+`.
    plus: bool,
    lower: bool,
    charset: Charset,
    twice: bool,
}

const RFC_3986: Percent = Percent {
    detail: "RFC 3986, `%20` for a blank",
    safe: "-_.~",
    plus: false,
    lower: false,
    charset: Charset::Utf8,
    twice: false,
};
const FORM: Percent = Percent {
    detail: "form, `+` for a blank",
    safe: "-_.*",
    plus: true,
    ..RFC_3986
};

/// The ways, the more usual ones first.
pub(crate) static STYLES: [Percent; 13] = [
    RFC_3986,
    FORM,
    Percent {
        detail: "`encodeURIComponent`",
        safe: "-_.!~*'()",
        ..RFC_3986
    },
    Percent {
        detail: "lower-case digits, `+` for a blank, as .NET",
        safe: "-_.!*()",
        plus: true,
        lower: true,
        ..RFC_3986
    },
    Percent {
        detail: "`encodeURI`",
        safe: "-_.!~*'();/?:@&=+$,#",
        ..RFC_3986
    },
    Percent {
        detail: "lower-case digits",
        lower: true,
        ..RFC_3986
    },
    Percent {
        detail: "form, `+` for a blank, `~` and `*` encoded, as PHP",
        safe: "-_.",
        ..FORM
    },
    Percent {
        detail: "form, `+` for a blank, as Go and Python",
        safe: "-_.~",
        ..FORM
    },
    Percent {
        detail: "`/` not encoded, as Python's `quote`",
        safe: "-_.~/",
        ..RFC_3986
    },
    Percent {
        detail: "the bytes of GBK, form",
        charset: Charset::Gbk,
        ..FORM
    },
    Percent {
        detail: "the bytes of GBK",
        charset: Charset::Gbk,
        ..RFC_3986
    },
    Percent {
        detail: "twice",
        twice: true,
        ..RFC_3986
    },
    Percent {
        detail: "twice, form",
        twice: true,
        ..FORM
    },
];

/// The text in that encoding.
pub(crate) fn encoded(text: &str, style: &Percent) -> String {
    let digits: &[u8; 16] = match style.lower {
        true => b"0123456789abcdef",
        false => b"0123456789ABCDEF",
    };
    let once = |text: &str| {
        let mut encoded = String::with_capacity(text.len());
        for &byte in style.charset.encode(text).iter() {
            match byte {
                b' ' if style.plus => encoded.push('+'),
                byte if byte.is_ascii_alphanumeric() || style.safe.as_bytes().contains(&byte) => {
                    encoded.push(char::from(byte));
                }
                byte => {
                    encoded.push('%');
                    encoded.push(char::from(digits[usize::from(byte >> 4)]));
                    encoded.push(char::from(digits[usize::from(byte & 15)]));
                }
            }
        }
        encoded
    };
    match style.twice {
        true => once(&once(text)),
        false => once(text),
    }
}

/// Values encoded when they were signed, or when they were sent.
pub(super) fn all(list: &mut Vec<Change>) {
    for style in &STYLES {
        let mistake = Mistake::of(Kind::PercentSigned, style.detail);
        let form = move |value: &str| Some(encoded(value, style));
        list.push(Change::of_values(mistake, Stage::Percent, form).in_family("percent"));
    }
    type Decoder = fn(&str) -> Option<String>;
    let decoders: [(&str, Decoder); 2] = [
        ("`%20` for a blank", |value| {
            percent_decode_str(value).decode_utf8().ok().map(Into::into)
        }),
        ("`+` for a blank", form_decoded),
    ];
    for (detail, decoder) in decoders {
        let mistake = Mistake::of(Kind::PercentSent, detail);
        list.push(Change::of_values(mistake, Stage::Undo, decoder).in_family("percent"));
    }
}
