//! A given signature, read back to the digests that it may stand for.
//!
//! Each way of writing a digest wrongly is undone here once, so that the search compares digests
//! and not texts. A part of a digest counts from 64 bits on: no message agrees with it by chance,
//! and a reader of the examination cannot guess a signature piece by piece.

use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::digest::{from_hexadecimal, hexadecimal};
use crate::mistake::Mistake;
use crate::words::Kind;

/// The least number of digits of a part.
const LEAST_DIGITS: usize = 16;
/// Longer texts are no signature.
const MOST_CHARACTERS: usize = 1_024;
/// The lengths of whole digests, in bytes.
const SIZES: [usize; 4] = [16, 20, 32, 64];

/// A digest, or a part of one, that the signature may stand for.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    part: Part,
    /// How the digest was written wrongly.
    pub(crate) mistakes: Vec<Mistake>,
}

#[derive(Debug, Clone)]
enum Part {
    /// The digest.
    Whole(Vec<u8>),
    /// Its first digits.
    First(Vec<u8>),
    /// Its last digits.
    Last(Vec<u8>),
    /// Half of its digits, around the middle.
    Middle(Vec<u8>),
    /// Its digits without the zeros in front.
    WithoutZeros(Vec<u8>),
    /// Each byte printed as a number, without the zero in front.
    Unpadded(String),
    /// Each byte printed as a signed number of 32 bits.
    Extended(String),
}

impl Target {
    /// Whether a digest of so many bytes may be meant, without a look at it.
    pub(crate) fn fits(&self, size: usize) -> bool {
        match &self.part {
            Part::Whole(bytes) => bytes.len() == size,
            Part::First(digits) | Part::Last(digits) => digits.len() < 2 * size,
            Part::Middle(digits) => digits.len() == size,
            Part::WithoutZeros(digits) => {
                (1..=8).contains(&(2 * size).saturating_sub(digits.len()))
            }
            Part::Unpadded(text) => (size..2 * size).contains(&text.len()),
            Part::Extended(text) => text.len() > size,
        }
    }

    /// Whether only a part of the digest is there.
    pub(crate) fn is_partial(&self) -> bool {
        matches!(self.part, Part::First(_) | Part::Last(_) | Part::Middle(_))
    }

    pub(crate) fn is(&self, digest: &[u8]) -> bool {
        let digits = |from: usize, wanted: &[u8]| {
            let nibble = |at: usize| match at % 2 {
                0 => digest[at / 2] >> 4,
                _ => digest[at / 2] & 15,
            };
            from + wanted.len() <= 2 * digest.len()
                && wanted
                    .iter()
                    .enumerate()
                    .all(|(i, digit)| nibble(from + i) == *digit)
        };
        if !self.fits(digest.len()) {
            return false;
        }
        match &self.part {
            Part::Whole(bytes) => bytes == digest,
            Part::First(wanted) => digits(0, wanted),
            Part::Last(wanted) => digits(2 * digest.len() - wanted.len(), wanted),
            Part::Middle(wanted) => digits(wanted.len() / 2, wanted),
            Part::WithoutZeros(wanted) => {
                let zeros = 2 * digest.len() - wanted.len();
                digits(0, &[0; 8][..zeros]) && digits(zeros, wanted)
            }
            Part::Unpadded(text) => {
                let printed: String = digest.iter().map(|byte| format!("{byte:x}")).collect();
                printed == *text
            }
            Part::Extended(text) => {
                let number = |byte: &u8| i32::from(i8::from_ne_bytes([*byte]));
                let printed = |pad: bool| -> String {
                    let one = |byte: &u8| match pad {
                        true => format!("{:02x}", number(byte)),
                        false => format!("{:x}", number(byte)),
                    };
                    digest.iter().map(one).collect()
                };
                printed(true) == *text || printed(false) == *text
            }
        }
    }
}

/// What a signature may stand for; nothing if it has no known form of a digest.
pub(crate) fn targets(given: &str) -> Vec<Target> {
    let mut found = Vec::new();
    if given.len() > MOST_CHARACTERS {
        return found;
    }
    let mut mistakes = Vec::new();
    let mut text = given.trim();
    if text.len() != given.len() {
        mistakes.push(Mistake::of(Kind::SignDecorated, "blanks or a line end"));
    }
    let quoted = text.trim_matches(['"', '\'']);
    if quoted.len() != text.len() {
        mistakes.push(Mistake::of(Kind::SignDecorated, "quotes"));
        text = quoted;
    }
    if let Some(rest) = text.strip_prefix("0x").or(text.strip_prefix("0X")) {
        mistakes.push(Mistake::of(Kind::SignDecorated, "`0x`"));
        text = rest;
    }
    of_digits(text, &mistakes, &mut found);
    for separator in ['-', ':', ' '] {
        if text.contains(separator) {
            let mut mistakes = mistakes.clone();
            mistakes.push(Mistake::of(Kind::SignDecorated, format!("`{separator}`")));
            of_digits(&text.replace(separator, ""), &mistakes, &mut found);
        }
    }
    of_base64(text, &mistakes, &mut found);
    found
}

fn of_digits(text: &str, mistakes: &[Mistake], found: &mut Vec<Target>) {
    let digit = |c: char| c.to_digit(16).map(|digit| digit as u8);
    let Some(digits) = text.chars().map(digit).collect::<Option<Vec<u8>>>() else {
        return;
    };
    if digits.len() < LEAST_DIGITS {
        return;
    }
    let lower = text.contains(|c: char| c.is_ascii_lowercase());
    let with = |more: Option<Mistake>| -> Vec<Mistake> {
        let case = lower.then(|| Mistake::new(Kind::SignLowerCase));
        mistakes.iter().cloned().chain(more).chain(case).collect()
    };
    let mut add = |part, more| {
        found.push(Target {
            part,
            mistakes: with(more),
        });
    };
    let bytes = from_hexadecimal(text.as_bytes());
    if let Some(bytes) = &bytes {
        if SIZES.contains(&bytes.len()) {
            add(Part::Whole(bytes.clone()), None);
        }
        if bytes.is_ascii()
            && let Ok(inner) = std::str::from_utf8(bytes)
            && let Some(inner) = from_hexadecimal(inner.as_bytes())
            && SIZES.contains(&inner.len())
        {
            add(Part::Whole(inner), Some(Mistake::new(Kind::SignHexTwice)));
        }
    }
    if digits.len() % 32 != 0 && digits.len() >= 24 {
        let lost = |what: &str| Some(Mistake::of(Kind::SignZerosDropped, what));
        add(Part::WithoutZeros(digits.clone()), lost("at the beginning"));
        let text = text.to_ascii_lowercase();
        add(Part::Unpadded(text), lost("within bytes"));
    }
    let count = digits.len();
    let cut = |what: &str| Some(Mistake::of(Kind::SignCut, format!("{what} {count} digits")));
    if count > 32 {
        let text = text.to_ascii_lowercase();
        add(Part::Extended(text), Some(Mistake::new(Kind::SignExtended)));
    }
    add(Part::Middle(digits.clone()), cut("the middle"));
    add(Part::First(digits.clone()), cut("the first"));
    add(Part::Last(digits), cut("the last"));
}

fn of_base64(text: &str, mistakes: &[Mistake], found: &mut Vec<Target>) {
    let config =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    for alphabet in [&base64::alphabet::STANDARD, &base64::alphabet::URL_SAFE] {
        let Ok(bytes) = GeneralPurpose::new(alphabet, config).decode(text) else {
            continue;
        };
        let (bytes, what) = match from_hexadecimal(&bytes) {
            Some(inner) if SIZES.contains(&inner.len()) => {
                let lower = bytes.iter().any(u8::is_ascii_lowercase);
                let what = match lower {
                    true => "of lower-case digits",
                    false => "of the digits",
                };
                (inner, what)
            }
            _ if SIZES.contains(&bytes.len()) => (bytes, "of the digest"),
            _ => continue,
        };
        let mut mistakes = mistakes.to_vec();
        mistakes.push(Mistake::of(Kind::SignBase64, what));
        found.push(Target {
            part: Part::Whole(bytes),
            mistakes,
        });
        return;
    }
}

/// The signature as a sender writes it.
pub(crate) fn written(digest: &[u8]) -> String {
    hexadecimal(digest, true)
}
