//! One value of a bill, and the cells of one row.

use std::borrow::Cow;

use rust_decimal::Decimal;

use super::BillError;
use super::error::start_of;
use super::header::Header;
use super::scan::Span;
use crate::scalar::{BeijingTime, Fen, Rate};
use crate::text::Text;
use crate::value::Expected;

/// A column that a row knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its header, without blanks.
    pub name: &'static str,
    /// Other headers that bills have for it.
    pub aliases: &'static [&'static str],
    /// A bill without it is refused: its rows cannot be matched or summed.
    pub required: bool,
    /// The header of a column that serves as well where this one is required and absent.
    pub replaced_by: Option<&'static str>,
    /// Says something about a person: never shown in a log or an error.
    pub personal: bool,
    /// An amount that some bills print with a minus, because it went back: the minus is dropped.
    pub minus: bool,
}

impl Column {
    pub(super) fn is_called(&self, header: &str) -> bool {
        self.name == header || self.aliases.contains(&header)
    }
}

/// A type that has a text form in bills, which may differ from the one on the wire: money is in
/// yuan there. `'a` is the life of the row's text, from which a [`Cow`] borrows.
pub trait Cell<'a>: Sized {
    /// The same without a borrow.
    type Owned;

    /// Whether the cell is an amount, a time or another number: a lone `-` is then an empty cell,
    /// and full-width signs are read as the ASCII ones.
    const NUMERIC: bool = false;

    /// Reads the text form, which is never empty; of a numeric cell, the form that is usual in
    /// bills.
    ///
    /// # Errors
    ///
    /// What was expected instead.
    fn read(text: &'a str) -> Result<Self, Expected>;

    /// Reads any text form of a numeric cell, from a text that does not live as long as the row.
    ///
    /// # Errors
    ///
    /// What was expected instead.
    fn read_normalized(text: &str) -> Result<Self, Expected> {
        let _ = text;
        Err(Expected("a number"))
    }

    /// Appends the text form.
    fn write(&self, out: &mut String);

    /// Ends the borrow.
    fn into_owned(self) -> Self::Owned;
}

impl<'a> Cell<'a> for Cow<'a, str> {
    type Owned = Cow<'static, str>;

    #[inline]
    fn read(text: &'a str) -> Result<Self, Expected> {
        Ok(Cow::Borrowed(text))
    }

    fn write(&self, out: &mut String) {
        out.push_str(self);
    }

    fn into_owned(self) -> Cow<'static, str> {
        Cow::Owned(Cow::into_owned(self))
    }
}

impl<'a> Cell<'a> for Text {
    type Owned = Self;

    fn read(text: &'a str) -> Result<Self, Expected> {
        Ok(text.into())
    }

    fn write(&self, out: &mut String) {
        out.push_str(self);
    }

    fn into_owned(self) -> Self {
        self
    }
}

macro_rules! numeric {
    ($($cell:ty: $usual:expr, $any:expr, $expected:literal;)*) => {$(
        impl<'a> Cell<'a> for $cell {
            type Owned = Self;
            const NUMERIC: bool = true;

            #[inline]
            fn read(text: &'a str) -> Result<Self, Expected> {
                let read = $usual;
                read(text).ok_or(Expected($expected))
            }

            fn read_normalized(text: &str) -> Result<Self, Expected> {
                let read = $any;
                read(text).map_err(|_| Expected($expected))
            }

            fn write(&self, out: &mut String) {
                out.push_str(&self.to_string());
            }

            fn into_owned(self) -> Self {
                self
            }
        }
    )*};
}

numeric! {
    Fen: Self::with_two_decimals, Self::from_yuan, "yuan with at most two decimals and without a sign, such as 33.33";
    Decimal: plain_decimal, Self::from_str_exact, "a decimal number, such as 0.10000";
    Rate: plain_rate, str::parse::<Self>, "a rate, such as 0.30%";
    BeijingTime: Self::from_bill, str::parse::<Self>, "a time, such as 2018-12-04 08:02:34";
}

/// Digits with a point among them, as bills print fees and rates, without the detour over all other
/// forms. At most 18 digits fit into an `i64`.
#[inline]
fn plain_decimal(text: &str) -> Option<Decimal> {
    let bytes = text.as_bytes();
    let point = bytes.iter().position(|byte| *byte == b'.')?;
    let decimals = bytes.len() - point - 1;
    if point == 0 || decimals == 0 || bytes.len() > 19 {
        return None;
    }
    let (mut number, mut other) = (0_i64, false);
    for byte in bytes[..point].iter().chain(&bytes[point + 1..]) {
        let digit = byte.wrapping_sub(b'0');
        other |= digit > 9;
        number = number.wrapping_mul(10).wrapping_add(i64::from(digit));
    }
    (!other).then(|| Decimal::new(number, decimals as u32))
}

#[inline]
fn plain_rate(text: &str) -> Option<Rate> {
    text.strip_suffix('%')
        .and_then(plain_decimal)
        .map(Rate::new)
}

/// The cells of one row, by the columns of a row type.
#[derive(Debug, Clone, Copy)]
pub struct Cells<'a> {
    pub(super) line: u64,
    pub(super) header: &'a Header,
    /// Those of the header.
    pub(super) places: &'a [u32],
    pub(super) text: &'a str,
    /// Invariant: as many as the header has names.
    pub(super) spans: &'a [Span],
}

impl<'a> Cells<'a> {
    /// The value of a column, by its index; nothing if the bill lacks the column or the cell is
    /// empty.
    ///
    /// # Errors
    ///
    /// [`BillError::Cell`] if it is not a value of the type.
    #[inline]
    pub fn read<C: Cell<'a>>(&self, column: usize) -> Result<Option<C>, BillError> {
        let mut error = None;
        let value = self.value(column, &mut error);
        error.map_or(Ok(value), Err)
    }

    /// As [`Cells::read`]; of the errors of a row the first one is put aside, so that the value comes in
    /// a register.
    #[inline]
    pub fn value<C: Cell<'a>>(&self, column: usize, error: &mut Option<BillError>) -> Option<C> {
        // A column that the bill lacks has a place behind every span.
        let place = self.places[column] as usize;
        let (start, end) = *self.spans.get(place)?;
        if start == end {
            return None;
        }
        let text = &self.text[start as usize..end as usize];
        match C::read(text) {
            Ok(value) => Some(value),
            Err(expected) => self.odd_value(column, text, expected, error),
        }
    }

    #[cold]
    fn odd_value<C: Cell<'a>>(
        &self,
        column: usize,
        text: &str,
        expected: Expected,
        error: &mut Option<BillError>,
    ) -> Option<C> {
        if C::NUMERIC && text == "-" {
            return None;
        }
        match self.read_normalized(column, text, expected) {
            Ok(value) => value,
            Err(found) => {
                error.get_or_insert(found);
                None
            }
        }
    }

    /// Reads a numeric cell that is not in the plain form once more, see [`normalized`].
    #[cold]
    fn read_normalized<C: Cell<'a>>(
        &self,
        column: usize,
        text: &str,
        Expected(expected): Expected,
    ) -> Result<Option<C>, BillError> {
        let column = &self.header.columns[column];
        let normal = normalized(text);
        let normal = match column.minus {
            true => normal.strip_prefix('-').unwrap_or(&normal),
            false => &normal,
        };
        if C::NUMERIC {
            if normal.is_empty() || normal == "-" {
                return Ok(None);
            }
            if let Ok(value) = C::read_normalized(normal) {
                return Ok(Some(value));
            }
        }
        Err(BillError::Cell {
            line: self.line,
            column: column.name,
            expected,
            found: (!column.personal).then(|| start_of(text)),
        })
    }

    /// Header and value of the columns that the row type does not know.
    #[must_use]
    #[inline]
    pub fn unknown<C: Cell<'a>>(&self) -> Vec<(C, C)> {
        let pair = |place: &u32| {
            let (start, end) = *self.spans.get(*place as usize)?;
            let value = &self.text[start as usize..end as usize];
            let name = &self.header.names()[*place as usize];
            Some((C::read(name).ok()?, C::read(value).ok()?))
        };
        self.header.unknown.iter().filter_map(pair).collect()
    }
}

/// Blanks around a number dropped, its full-width signs as ASCII ones, the two other minus signs as
/// a hyphen.
fn normalized(text: &str) -> String {
    let ascii = |c: char| match c {
        // The full-width forms stand 0xFEE0 behind the ASCII signs that they are forms of.
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '\u{2212}' => '-',
        '\u{3000}' => ' ',
        c => c,
    };
    let text: String = text.chars().map(ascii).collect();
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_read_as_the_library_reads_them() {
        let mut read = 0;
        for text in [
            "0.10000",
            "0.1",
            "12345.67890",
            "1",
            ".5",
            "5.",
            "",
            ".",
            "1..2",
            "1.2.3",
            "-0.5",
            "1e3",
            "１.０",
            "1 .0",
            "99999999.9999999999",
            "999999999.9999999999",
            "1_0.0",
            "00.30",
            "79228162514264337593543950335.1",
        ] {
            let Some(found) = plain_decimal(text) else {
                continue;
            };
            let expected = Decimal::from_str_exact(text).unwrap();
            assert_eq!(found.to_string(), expected.to_string());
            read += 1;
        }
        assert_eq!(read, 5, "the usual form is read at once");
    }
}
