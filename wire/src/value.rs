//! What a field can hold, and its text form on the wire.

use std::net::Ipv4Addr;
use std::time::Duration;

use arcstr::ArcStr;

use crate::indexed::ElementIndex;
use crate::report::{Problem, Report};
use crate::schema::{Field, Format, Length};
use crate::short;
use crate::text::Text;

/// A type that has one text form on the wire.
///
/// Implemented for [`Text`], [`String`], the unsigned integers, [`Ipv4Addr`], [`Duration`] (whole
/// seconds) and the scalars of this crate; derived for open enums.
pub trait Value: Sized {
    /// Whether the text form never needs escaping: digits, for example.
    const PLAIN: bool = false;

    /// Appends the text form, which is UTF-8, to `out`.
    fn write(&self, out: &mut Vec<u8>);

    /// Reads the text form, which is never empty.
    ///
    /// # Errors
    ///
    /// What was expected instead.
    fn read(raw: Raw<'_>) -> Result<Self, Expected>;

    /// Whether the text form is exactly `text`.
    fn is(&self, text: &str) -> bool {
        let mut own = Vec::new();
        self.write(&mut own);
        own == text.as_bytes()
    }

    /// Whether the text form is empty: such a value is not sent, and no condition counts it as
    /// present.
    fn is_empty(&self) -> bool {
        false
    }

    /// Reports what is wrong with the value as `field` of a message that is to be sent.
    fn check(&self, field: &'static Field, report: &mut Report) {
        let _ = (field, report);
    }
}

/// Something that the present fields of a message are shown to.
pub trait Sink {
    /// Takes one field.
    fn field<V: Value>(&mut self, field: &'static Field, value: &V);

    /// Takes one element of a field with an index; a sink that does not care takes it as the field.
    fn element<V: Value>(&mut self, field: &'static Field, index: ElementIndex, value: &V) {
        let _ = index;
        self.field(field, value);
    }
}

/// What a value should have been, in words that complete "expected …".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected(pub &'static str);

/// A received value before it is given a type.
#[derive(Debug, Clone, Copy)]
pub struct Raw<'a> {
    buffer: &'a ArcStr,
    start: usize,
    end: usize,
}

impl<'a> Raw<'a> {
    pub(crate) fn new(buffer: &'a ArcStr, start: usize, end: usize) -> Self {
        Self { buffer, start, end }
    }

    /// The text as received.
    #[inline]
    #[must_use]
    pub fn as_str(self) -> &'a str {
        &self.buffer[self.start..self.end]
    }

    /// The text, sharing the message's buffer.
    #[inline]
    #[must_use]
    pub fn to_text(self) -> Text {
        Text::part_of(self.buffer, self.start, self.end)
    }
}

/// A number, for the rules of a message.
pub trait Number {
    /// The number itself.
    fn number(&self) -> u128;
}

/// The value of a field as a number.
#[must_use]
pub fn number<N: Number>(value: &N) -> u128 {
    value.number()
}

/// The value of a field as a number, or `default` when it is absent.
#[must_use]
pub fn number_or<N: Number>(value: &Option<N>, default: u128) -> u128 {
    value.as_ref().map_or(default, Number::number)
}

/// Whether a field is there, with something in it.
#[must_use]
pub fn present<V: Value>(value: &Option<V>) -> bool {
    value.as_ref().is_some_and(|value| !value.is_empty())
}

/// Whether the wire form of `value` is `text`.
#[must_use]
pub fn is<V: Value>(value: &V, text: &str) -> bool {
    value.is(text)
}

impl Value for Text {
    #[inline]
    fn write(&self, out: &mut Vec<u8>) {
        short::append(self.as_bytes(), out);
    }

    #[inline]
    fn read(raw: Raw<'_>) -> Result<Self, Expected> {
        Ok(raw.to_text())
    }

    fn is(&self, text: &str) -> bool {
        self == text
    }

    fn is_empty(&self) -> bool {
        str::is_empty(self)
    }

    fn check(&self, field: &'static Field, report: &mut Report) {
        check_text(self, field, report);
    }
}

impl Value for String {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.as_bytes());
    }

    fn read(raw: Raw<'_>) -> Result<Self, Expected> {
        Ok(raw.as_str().to_owned())
    }

    fn is(&self, text: &str) -> bool {
        self == text
    }

    fn is_empty(&self) -> bool {
        str::is_empty(self)
    }

    fn check(&self, field: &'static Field, report: &mut Report) {
        check_text(self, field, report);
    }
}

/// Reports what is wrong with a text that is to be sent: empty, too long, a character that XML
/// cannot carry, another form.
pub fn check_text(text: &str, field: &'static Field, report: &mut Report) {
    if text.is_empty() {
        if field.demanded {
            report.problem(field, Problem::Empty);
        }
        return;
    }
    if let Some(max) = field.max {
        let found = match field.length {
            Length::Bytes => text.len(),
            Length::Chars if text.len() <= max as usize => text.len(),
            Length::Chars => text.chars().count(),
        };
        if found > max as usize {
            report.problem(
                field,
                Problem::TooLong {
                    max,
                    length: field.length,
                    found,
                },
            );
        }
    }
    if let Some((position, character)) = text
        .chars()
        .enumerate()
        .find(|(_, c)| !is_xml_character(*c))
    {
        report.problem(
            field,
            Problem::Character {
                position,
                character,
            },
        );
    }
    let expected = match field.format {
        Some(Format::Url) if !is_url(text) => {
            "an absolute address that starts with http:// or https://"
        }
        Some(Format::Md5) if !is_md5(text) => "32 hexadecimal digits",
        _ => return,
    };
    report.problem(field, Problem::Form { expected });
}

/// Whether XML 1.0 can carry the character.
pub(crate) fn is_xml_character(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{1_0000}'..)
}

fn is_url(text: &str) -> bool {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
        && !text.contains(char::is_whitespace)
}

fn is_md5(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

macro_rules! unsigned {
    ($($number:ident: $expected:literal),* $(,)?) => {$(
        impl Value for $number {
            const PLAIN: bool = true;

            #[inline]
            fn write(&self, out: &mut Vec<u8>) {
                write_digits(u64::from(*self), out);
            }

            #[inline]
            fn read(raw: Raw<'_>) -> Result<Self, Expected> {
                read_digits(raw.as_str()).and_then(|n| Self::try_from(n).ok()).ok_or(Expected($expected))
            }

            fn is(&self, text: &str) -> bool {
                read_digits(text) == Some(u64::from(*self))
            }

            fn check(&self, field: &'static Field, report: &mut Report) {
                check_min(u64::from(*self), field, report);
            }
        }

        impl Number for $number {
            fn number(&self) -> u128 {
                u128::from(*self)
            }
        }
    )*};
}

unsigned! {
    u8: "a whole number from 0 to 255",
    u16: "a whole number from 0 to 65535",
    u32: "a whole number from 0 to 4294967295",
    u64: "a whole number from 0 to 18446744073709551615",
}

/// Reports a number below the least that is allowed.
pub(crate) fn check_min(number: u64, field: &'static Field, report: &mut Report) {
    if let Some(min) = field.min
        && number < min
    {
        report.problem(field, Problem::TooSmall { min, found: number });
    }
}

#[inline]
pub(crate) fn write_digits(mut number: u64, out: &mut Vec<u8>) {
    let mut digits = [0_u8; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

/// A whole number of ASCII digits, blanks around it allowed, nothing else.
#[inline]
pub(crate) fn read_digits(text: &str) -> Option<u64> {
    let digits = text.trim_ascii().as_bytes();
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u64, |number, &byte| {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number.checked_mul(10)?.checked_add(u64::from(digit))
    })
}

impl Value for Ipv4Addr {
    const PLAIN: bool = true;

    fn write(&self, out: &mut Vec<u8>) {
        for (i, part) in self.octets().into_iter().enumerate() {
            if i > 0 {
                out.push(b'.');
            }
            write_digits(u64::from(part), out);
        }
    }

    fn read(raw: Raw<'_>) -> Result<Self, Expected> {
        raw.as_str()
            .parse()
            .map_err(|_| Expected("an IPv4 address such as 10.193.0.1"))
    }
}

impl Value for Duration {
    const PLAIN: bool = true;

    fn write(&self, out: &mut Vec<u8>) {
        write_digits(self.as_secs(), out);
    }

    fn read(raw: Raw<'_>) -> Result<Self, Expected> {
        read_digits(raw.as_str())
            .map(Self::from_secs)
            .ok_or(Expected("a whole number of seconds"))
    }

    fn check(&self, field: &'static Field, report: &mut Report) {
        check_min(self.as_secs(), field, report);
    }
}

impl Number for Duration {
    fn number(&self) -> u128 {
        u128::from(self.as_secs())
    }
}

impl<'a> From<&'a Text> for Raw<'a> {
    fn from(text: &'a Text) -> Self {
        let (buffer, start, end) = text.location();
        Self { buffer, start, end }
    }
}

/// The payload of an open enum's unknown value.
///
/// It cannot be named or matched, so that a value which a later version knows by name breaks no
/// caller: read it through the enum's `as_str`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnknownValue(Text);

impl UnknownValue {
    #[doc(hidden)]
    #[must_use]
    pub fn new(text: Text) -> Self {
        Self(text)
    }

    #[doc(hidden)]
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Reports what is wrong with the text of an open enum that is to be sent.
pub fn check_unknown(value: &UnknownValue, field: &'static Field, report: &mut Report) {
    check_text(value.as_str(), field, report);
}
