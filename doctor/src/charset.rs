//! Charsets: what a string is in bytes of each, and what bytes that are not UTF-8 may say.
//!
//! Source of the tables: the WHATWG Encoding Standard, by encoding_rs.

use std::borrow::Cow;

use encoding_rs::{BIG5, EncoderResult, Encoding, GB18030, GBK, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::mistake::Mistake;
use crate::words::Kind;

/// How a string becomes the bytes that are signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Charset {
    Utf8,
    Gbk,
    Gb18030,
    Big5,
    /// One byte for each character up to U+00FF, `?` for every other.
    Latin1,
    /// `?` for everything but ASCII.
    Ascii,
    Windows1252,
    Utf16Le,
    Utf16Be,
    /// Big-endian behind a byte order mark, as Java's `UTF-16`.
    Utf16BeBom,
    Utf16LeBom,
    Utf8Bom,
    /// The low byte of each unit of UTF-16, as old scripts take `charCodeAt`.
    LowBytes,
    /// Surrogates as three bytes each, as Java's `modified UTF-8`.
    Surrogates,
}

impl Charset {
    /// All that are wrong, the more usual ones first.
    pub(crate) const WRONG: [Self; 13] = [
        Self::Gbk,
        Self::Latin1,
        Self::Ascii,
        Self::Utf16Le,
        Self::Utf16Be,
        Self::Gb18030,
        Self::LowBytes,
        Self::Big5,
        Self::Windows1252,
        Self::Utf16BeBom,
        Self::Utf16LeBom,
        Self::Utf8Bom,
        Self::Surrogates,
    ];

    pub(crate) fn encode(self, text: &str) -> Cow<'_, [u8]> {
        let plain = Cow::Borrowed(text.as_bytes());
        match self {
            Self::Utf8 => plain,
            Self::Utf8Bom => [b"\xEF\xBB\xBF", text.as_bytes()].concat().into(),
            Self::Utf16Le | Self::Utf16LeBom => {
                let units = text.encode_utf16().flat_map(u16::to_le_bytes);
                let mark: &[u8] = if self == Self::Utf16Le {
                    b""
                } else {
                    b"\xFF\xFE"
                };
                mark.iter().copied().chain(units).collect()
            }
            Self::Utf16Be | Self::Utf16BeBom => {
                let units = text.encode_utf16().flat_map(u16::to_be_bytes);
                let mark: &[u8] = if self == Self::Utf16Be {
                    b""
                } else {
                    b"\xFE\xFF"
                };
                mark.iter().copied().chain(units).collect()
            }
            // The others have ASCII as it is.
            _ if text.is_ascii() => plain,
            Self::Gbk => with_question_marks(GBK, text).into(),
            Self::Gb18030 => with_question_marks(GB18030, text).into(),
            Self::Big5 => with_question_marks(BIG5, text).into(),
            Self::Windows1252 => with_question_marks(WINDOWS_1252, text).into(),
            Self::Latin1 => text
                .chars()
                .map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?'))
                .collect(),
            Self::Ascii => text
                .chars()
                .map(|c| if c.is_ascii() { c as u8 } else { b'?' })
                .collect(),
            Self::LowBytes => text
                .encode_utf16()
                .map(|unit| unit.to_le_bytes()[0])
                .collect(),
            Self::Surrogates => surrogates(text).into(),
        }
    }

    /// What a sender did who signed that text in this charset.
    pub(crate) fn mistake(self, text: &str) -> Mistake {
        let garbler = match self {
            Self::Latin1 => Some(Garbler::Latin1),
            Self::Windows1252 => Some(Garbler::Windows1252),
            Self::Gbk => Some(Garbler::Gbk),
            _ => None,
        };
        // Those bytes are UTF-8 themselves: it was the sending that went wrong.
        if let Some(garbler) = garbler.filter(|by| ungarbled(text, *by).is_some()) {
            return Mistake::of(Kind::MojibakeSent, garbler.name());
        }
        let name = match self {
            Self::Utf8 => "UTF-8",
            Self::Gbk => "GBK",
            Self::Gb18030 => "GB18030",
            Self::Big5 => "Big5",
            Self::Latin1 => "Latin-1 (ISO-8859-1)",
            Self::Ascii => "ASCII",
            Self::Windows1252 => "Windows-1252",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::Utf16BeBom => "UTF-16",
            Self::Utf16LeBom => "UTF-16LE with a byte order mark",
            Self::Surrogates => "UTF-8 with surrogates (CESU-8)",
            Self::LowBytes => "the low halves of UTF-16 (`charCodeAt & 0xff`)",
            Self::Utf8Bom => return Mistake::of(Kind::StringChanged, "a byte order mark in front"),
        };
        let loses = match self {
            Self::Latin1 => text.chars().any(|c| u32::from(c) > 0xFF),
            Self::Ascii => !text.is_ascii(),
            Self::Big5 | Self::Windows1252 => {
                let (_, _, unmappable) = self.encoding().encode(text);
                unmappable
            }
            _ => false,
        };
        match loses {
            true => Mistake::of(Kind::CharactersLost, name),
            false => Mistake::of(Kind::CharsetSigned, name),
        }
    }

    fn encoding(self) -> &'static Encoding {
        match self {
            Self::Big5 => BIG5,
            _ => WINDOWS_1252,
        }
    }
}

/// The bytes of a charset, `?` for a character that it does not have.
fn with_question_marks(encoding: &'static Encoding, text: &str) -> Vec<u8> {
    let mut encoder = encoding.new_encoder();
    let mut bytes = Vec::new();
    let mut rest = text;
    loop {
        let room = encoder.max_buffer_length_from_utf8_without_replacement(rest.len());
        bytes.reserve(room.unwrap_or(4 * rest.len()) + 16);
        let (result, read) =
            encoder.encode_from_utf8_to_vec_without_replacement(rest, &mut bytes, true);
        rest = &rest[read..];
        match result {
            EncoderResult::InputEmpty => return bytes,
            EncoderResult::OutputFull => {}
            EncoderResult::Unmappable(_) => bytes.push(b'?'),
        }
    }
}

fn surrogates(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for c in text.chars() {
        let mut units = [0; 2];
        match c.encode_utf16(&mut units) {
            [_] => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            pair => {
                for unit in pair.iter().map(|unit| u32::from(*unit)) {
                    bytes.push(0xE0 | (unit >> 12) as u8);
                    bytes.push(0x80 | (unit >> 6 & 0x3F) as u8);
                    bytes.push(0x80 | (unit & 0x3F) as u8);
                }
            }
        }
    }
    bytes
}

/// UTF-8 of a text, taken for another charset: what a reader of that charset sees.
pub(crate) fn garbled(text: &str, by: Garbler) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let bytes = text.as_bytes();
    match by {
        Garbler::Latin1 => Some(bytes.iter().map(|byte| char::from(*byte)).collect()),
        Garbler::Windows1252 => Some(WINDOWS_1252.decode_without_bom_handling(bytes).0.into()),
        Garbler::Gbk => Some(GBK.decode_without_bom_handling(bytes).0.into()),
    }
}

/// The text that such a reader took for another charset, if all of it can be won back.
pub(crate) fn ungarbled(text: &str, by: Garbler) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let bytes = match by {
        Garbler::Latin1 => text
            .chars()
            .map(|c| u8::try_from(u32::from(c)).ok())
            .collect::<Option<Vec<u8>>>()?,
        Garbler::Windows1252 | Garbler::Gbk => {
            let encoding = match by {
                Garbler::Gbk => GBK,
                _ => WINDOWS_1252,
            };
            let (bytes, _, unmappable) = encoding.encode(text);
            if unmappable {
                return None;
            }
            bytes.into_owned()
        }
    };
    String::from_utf8(bytes).ok()
}

/// A charset that UTF-8 is taken for by mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Garbler {
    Latin1,
    Windows1252,
    Gbk,
}

impl Garbler {
    pub(crate) const ALL: [Self; 3] = [Self::Latin1, Self::Gbk, Self::Windows1252];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Latin1 => "Latin-1",
            Self::Windows1252 => "Windows-1252",
            Self::Gbk => "GBK",
        }
    }
}

/// A way to read a body as text.
pub(crate) struct Reading {
    pub(crate) text: String,
    /// The charset, if it is not UTF-8.
    pub(crate) sent_in: Option<&'static str>,
}

/// The ways to read a body, the likeliest first; never none.
pub(crate) fn readings(body: &[u8]) -> Vec<Reading> {
    if let Ok(text) = std::str::from_utf8(body) {
        return vec![Reading {
            text: text.strip_prefix('\u{FEFF}').unwrap_or(text).to_owned(),
            sent_in: None,
        }];
    }
    let decoded = |encoding: &'static Encoding, bytes: &[u8]| {
        let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
        Some(text.into_owned())
    };
    let reading = |text, name| Reading {
        text,
        sent_in: Some(name),
    };
    for (mark, encoding, name) in [
        (b"\xFF\xFE", UTF_16LE, "UTF-16LE"),
        (b"\xFE\xFF", UTF_16BE, "UTF-16BE"),
    ] {
        if let Some(rest) = body.strip_prefix(mark)
            && let Some(text) = decoded(encoding, rest)
        {
            return vec![reading(text, name)];
        }
    }
    let mut found = Vec::new();
    for (encoding, name) in [(GBK, "GBK"), (BIG5, "Big5")] {
        found.extend(decoded(encoding, body).map(|text| reading(text, name)));
    }
    // Every byte is a character of it.
    let latin1 = body.iter().map(|byte| char::from(*byte)).collect();
    found.push(reading(latin1, "Latin-1 (ISO-8859-1)"));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_of_each_charset_are_its_own() {
        assert_eq!(*Charset::Gbk.encode("挂号"), [0xB9, 0xD2, 0xBA, 0xC5]);
        assert_eq!(*Charset::Gbk.encode("a😀é"), *b"a?\xA8\xA6");
        assert_eq!(*Charset::Latin1.encode("é挂"), *b"\xE9?");
        assert_eq!(*Charset::Utf16Le.encode("aÿ"), *b"a\0\xFF\0");
        assert_eq!(*Charset::LowBytes.encode("挂"), [0x02]);
        assert_eq!(
            *Charset::Surrogates.encode("😀"),
            *b"\xED\xA0\xBD\xED\xB8\x80"
        );
    }

    #[test]
    fn garbled_text_is_won_back() {
        for by in Garbler::ALL {
            let garbled = garbled("挂号", by).unwrap();
            assert_ne!(garbled, "挂号");
            if by != Garbler::Windows1252 {
                assert_eq!(ungarbled(&garbled, by).as_deref(), Some("挂号"), "{by:?}");
            }
        }
    }
}
