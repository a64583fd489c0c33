//! The digest of a resident ID number.
//!
//! A number of 15 digits is first turned into 18 (GB 11643: the century after the sixth digit, a
//! check digit at the end), a letter is upper-cased, then MD5, in lower-case hexadecimal digits.

use std::fmt;

use md5::{Digest, Md5};

use crate::value::{Expected, Raw, Value};

/// The MD5 of a resident ID number, which stands for the number on the wire. The number itself is
/// never stored.
///
/// # Examples
///
/// ```
/// use signed_xml::IdDigest;
///
/// let digest = IdDigest::of("44030019000101123x")?;
/// assert_eq!(digest.as_str(), "09eb26e839ff3a2e3980352ae45ef09e");
/// # Ok::<(), signed_xml::IdNumberError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct IdDigest([u8; 32]);

impl IdDigest {
    /// Digests an ID number of 15 digits, or of 17 digits and a check character.
    ///
    /// The check character is not judged here, see [`check_character_agrees`]: the platform's own
    /// sample does not pass it.
    ///
    /// # Errors
    ///
    /// [`IdNumberError`] if the text is not such a number. The error does not repeat it.
    pub fn of(number: &str) -> Result<Self, IdNumberError> {
        let number = number.trim_ascii();
        let full = match number.len() {
            15 if is_digits(number) => upgrade(number),
            18 if is_number(number) => number.to_ascii_uppercase(),
            found => {
                return Err(IdNumberError {
                    found: if number.is_ascii() {
                        found
                    } else {
                        number.chars().count()
                    },
                });
            }
        };
        Ok(Self(hex(Md5::digest(full.as_bytes()).into())))
    }

    /// The digest as 32 lower-case hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// Whether the check character of an 18-character ID number agrees with its digits (GB 11643-1999).
///
/// A warning to show beside an input field, never a reason to refuse. Numbers of 15 digits have
/// none and agree.
#[must_use]
pub fn check_character_agrees(number: &str) -> bool {
    let number = number.trim_ascii();
    match number.len() {
        15 => is_digits(number),
        18 if is_number(number) => {
            number.ends_with(check_character(number).to_ascii_uppercase())
                || number.ends_with(check_character(number).to_ascii_lowercase())
        }
        _ => false,
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

fn is_number(text: &str) -> bool {
    text.is_ascii()
        && is_digits(&text[..17])
        && matches!(text.as_bytes()[17], b'0'..=b'9' | b'x' | b'X')
}

fn upgrade(number: &str) -> String {
    let mut full = format!("{}19{}", &number[..6], &number[6..]);
    full.push(check_character(&full));
    full
}

/// The check character of the first 17 digits.
fn check_character(digits: &str) -> char {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHARACTERS: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];
    let sum: u32 = digits
        .bytes()
        .zip(WEIGHTS)
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    CHARACTERS[sum as usize % CHARACTERS.len()]
}

fn hex(digest: [u8; 16]) -> [u8; 32] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = [0; 32];
    for (i, byte) in digest.iter().enumerate() {
        text[2 * i] = DIGITS[usize::from(byte >> 4)];
        text[2 * i + 1] = DIGITS[usize::from(byte & 15)];
    }
    text
}

impl fmt::Debug for IdDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdDigest([redacted])")
    }
}

impl Value for IdDigest {
    const PLAIN: bool = true;

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0);
    }

    fn read(raw: Raw<'_>) -> Result<Self, Expected> {
        let text: [u8; 32] = raw
            .as_str()
            .as_bytes()
            .try_into()
            .map_err(|_| Expected(FORM))?;
        if text.iter().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            Ok(Self(text))
        } else {
            Err(Expected(FORM))
        }
    }
}

const FORM: &str = "the MD5 of an ID number as 32 lower-case hexadecimal digits";

/// A text is not a resident ID number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected an ID number of 15 digits, or of 17 digits and a digit or X; found another text of {found} characters"
)]
pub struct IdNumberError {
    found: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documents_sample_gives_the_documents_digest() {
        for number in ["44030019000101123x", "44030019000101123X"] {
            assert_eq!(
                IdDigest::of(number).unwrap().as_str(),
                "09eb26e839ff3a2e3980352ae45ef09e"
            );
        }
    }

    #[test]
    fn fifteen_digits_are_digested_as_eighteen() {
        // The worked example of GB 11643-1999: 11010519491231002X, whose old form is
        // 110105491231002.
        assert_eq!(
            IdDigest::of("110105491231002"),
            IdDigest::of("11010519491231002X")
        );
    }

    #[test]
    fn the_check_character_warns_and_never_refuses() {
        assert!(check_character_agrees("11010519491231002X"));
        assert!(!check_character_agrees("44030019000101123x"));
        assert!(IdDigest::of("44030019000101123x").is_ok());
    }

    #[test]
    fn an_error_does_not_repeat_the_number() {
        let error = IdDigest::of("4403001900010112").unwrap_err().to_string();
        assert!(
            !error.contains("4403001900010112") && error.contains("16 characters"),
            "{error}"
        );
        assert!(IdDigest::of("一二三四五").is_err());
        assert!(IdDigest::of("4403001900010112é").is_err());
    }
}
