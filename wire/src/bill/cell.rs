//! One value of a bill, and the cells of one line.

use rust_decimal::Decimal;

use super::BillError;
use crate::scalar::{BeijingTime, Fen, Rate};
use crate::text::Text;
use crate::value::Expected;

/// A column that a row knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its header, without blanks.
    pub name: &'static str,
    /// Says something about a person: never shown in a log or an error.
    pub personal: bool,
}

/// A type that has a text form in bills, which may differ from the one on the wire: money is in
/// yuan there.
pub trait Cell: Sized {
    /// Whether a lone `-` stands for an empty cell, as it does in columns of amounts, times and
    /// rates.
    const DASH_IS_EMPTY: bool = false;

    /// Reads the text form, which is never empty.
    ///
    /// # Errors
    ///
    /// What was expected instead.
    fn read(text: &str) -> Result<Self, Expected>;

    /// Appends the text form.
    fn write(&self, out: &mut String);
}

impl Cell for Text {
    fn read(text: &str) -> Result<Self, Expected> {
        Ok(text.into())
    }

    fn write(&self, out: &mut String) {
        out.push_str(self);
    }
}

macro_rules! by_display {
    ($($cell:ty: $read:expr, $expected:literal;)*) => {$(
        impl Cell for $cell {
            const DASH_IS_EMPTY: bool = true;

            fn read(text: &str) -> Result<Self, Expected> {
                let read = $read;
                read(text).map_err(|_| Expected($expected))
            }

            fn write(&self, out: &mut String) {
                out.push_str(&self.to_string());
            }
        }
    )*};
}

by_display! {
    Fen: Self::from_yuan, "yuan with two decimals, such as 33.33";
    Decimal: Self::from_str_exact, "a decimal number, such as 0.10000";
    Rate: str::parse::<Self>, "a rate, such as 0.30%";
    BeijingTime: str::parse::<Self>, "a time, such as 2018-12-04 08:02:34";
}

/// The cells of one line, by the columns of a row type.
#[derive(Debug)]
pub struct Cells<'a> {
    pub(super) line: u64,
    pub(super) columns: &'static [Column],
    /// For each column of the row type, the place of its cell in the line.
    pub(super) places: &'a [Option<usize>],
    pub(super) headers: &'a [String],
    pub(super) cells: &'a [&'a str],
}

impl Cells<'_> {
    /// The value of a column, by its index; nothing if the bill lacks the column or the cell is
    /// empty.
    ///
    /// # Errors
    ///
    /// [`BillError::Cell`] if it is not a value of the type.
    pub fn read<C: Cell>(&self, column: usize) -> Result<Option<C>, BillError> {
        let Some(text) = self.places[column]
            .map(|place| self.cells[place])
            .filter(|text| match *text {
                "" => false,
                "-" => !C::DASH_IS_EMPTY,
                _ => true,
            })
        else {
            return Ok(None);
        };
        C::read(text).map(Some).map_err(|Expected(expected)| {
            let Column { name, personal } = self.columns[column];
            let found = (!personal).then(|| text.chars().take(40).collect());
            BillError::Cell {
                line: self.line,
                column: name,
                expected,
                found,
            }
        })
    }

    /// Header and value of the columns that the row type does not know.
    #[must_use]
    pub fn unknown(&self) -> Vec<(Text, Text)> {
        let known = |place: &usize| self.places.contains(&Some(*place));
        (0..self.headers.len())
            .filter(|place| !known(place))
            .map(|place| {
                (
                    self.headers[place].as_str().into(),
                    self.cells[place].into(),
                )
            })
            .collect()
    }
}
