//! Bills: a text of lines, the first one naming the columns.
//!
//! Steps, in order: the bytes are inflated if gzip has compressed them; the header is matched by
//! name; each row becomes a typed one; an optional summary at the end is compared with the rows.
//! Source: the platform's pages on downloading bills.
//!
//! # What is read, and what is refused
//!
//! | a bill has | rule |
//! |---|---|
//! | columns added, moved | read by the header; unknown ones stay with the row ([`Cells::unknown`]) |
//! | a column under another name | read if the row lists it as an alias; both in one bill: [`BillError::ColumnTwice`] |
//! | a required column missing | [`BillError::MissingColumn`] |
//! | a byte-order mark, blanks in the header, a header in backticks, full-width commas in it | dropped |
//! | lines that end with LF, CRLF or CR; blank lines; a last line without an end | read |
//! | a backtick in front of each value, with or without one behind it | dropped |
//! | commas, quotes, backticks in a value | kept: only the pair `` ,` `` ends a value |
//! | a line end in a value | kept: a line that does not start with a backtick goes on with the value before it; in the last column only if a backtick closes the value |
//! | a line end with a backtick behind it, or a pair `` ,` ``, in a value | cannot be told from the end of the value: the row is refused by its width |
//! | more or fewer values than the header has names | [`BillError::Width`] with the line; nothing is shifted, the rest is read |
//! | a line that is neither a row nor a summary | [`BillError::NotARow`]; the rest is read |
//! | line ends lost, behind the header or between rows | [`BillError::LostLineEnds`] |
//! | an empty cell; a lone `-` in a column of amounts, times, rates | `None` |
//! | blanks around, full-width digits, colons, points or signs in an amount, a time, a rate | read as the ASCII ones; in text they are kept |
//! | a negative amount | read as the amount that went back where the row says so (`minus`), refused as [`BillError::Cell`] elsewhere |
//! | another value than the column can have | [`BillError::Cell`]; of a personal column the value is not shown |
//! | a summary (names that start with 总, then values) | compared with the totals of the rows; [`BillError::Summary`] if they differ |
//! | something behind the summary | [`BillError::NotARow`] |
//! | a header and not one row | read: the day had no orders |
//! | not one byte, or only blanks | [`BillError::Empty`] |
//! | XML, HTML or JSON instead | [`BillError::Message`] |
//! | plain words instead; a row without a header | [`BillError::NotABill`] |
//! | gzip, asked for or not | inflated, up to the limit of the reader |
//! | GBK or UTF-16 | [`BillError::NotUtf8`], which names it; a single row in another encoding is refused, the rest is read |
//! | a row of more than 64 KiB | [`BillError::LongRow`]; the rest is read |

mod cell;
mod error;
mod header;
mod input;
mod reader;
mod scan;
mod writer;

pub use cell::{Cell, Cells, Column};
pub use error::BillError;
pub use header::Header;
pub use reader::BillReader;
pub use writer::BillWriter;

use std::fmt;

use rust_decimal::Decimal;

/// A row of a bill. Derive it: see [`derive@crate::BillRow`].
pub trait BillRow: Sized {
    /// The same row with text that lives for `'a`; for a row of owned values, itself.
    type In<'a>;

    /// What rows add up to; `()` where nothing is added up.
    type Totals: Totals;

    /// Every column that the row knows, whichever of them a bill has.
    const COLUMNS: &'static [Column];

    /// A row without values.
    fn empty<'a>() -> Self::In<'a>;

    /// Sets each value of a row, in place: a row is large to move.
    ///
    /// # Errors
    ///
    /// [`BillError::Cell`] for the first cell that is not a value of its column.
    fn fill<'a>(row: &mut Self::In<'a>, cells: &Cells<'a>) -> Result<(), BillError>;

    /// Ends the borrow of a row.
    fn into_owned(row: Self::In<'_>) -> Self::In<'static>;

    /// Adds a row to the totals.
    fn add(row: &Self::In<'_>, totals: &mut Self::Totals);

    /// Appends the text of a cell, by the index of its column; nothing if it is empty.
    fn cell(&self, column: usize, out: &mut String);
}

/// What the rows of a bill add up to.
pub trait Totals: Default + fmt::Debug {
    /// What the summary of the bill must say under a name; nothing for a name that the rows say
    /// nothing about.
    fn of_summary(&self, name: &str) -> Option<Decimal>;
}

impl Totals for () {
    fn of_summary(&self, _: &str) -> Option<Decimal> {
        None
    }
}

/// Prints the filled cells of a row for a log, personal ones left out.
///
/// # Errors
///
/// Those of the formatter.
pub fn debug_row<R: BillRow>(row: &R, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut map = f.debug_map();
    let mut text = String::new();
    for (i, column) in R::COLUMNS.iter().enumerate() {
        text.clear();
        row.cell(i, &mut text);
        match (text.is_empty(), column.personal) {
            (true, _) => {}
            (false, true) => {
                map.entry(&column.name, &format_args!("[redacted]"));
            }
            (false, false) => {
                map.entry(&column.name, &text);
            }
        }
    }
    map.finish()
}
