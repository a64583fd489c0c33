//! Bills: a text of lines, the first one naming the columns.
//!
//! Steps, in order: a byte-order mark is dropped; the header is matched by name, so that new or
//! moved columns do no harm; each line of values, every one behind a backtick, becomes a typed row;
//! an optional summary at the end stays apart. One line is in memory at a time. Source: the
//! platform's pages on downloading bills.

mod cell;
mod reader;
mod writer;

pub use cell::{Cell, Cells, Column};
pub use reader::{BillError, BillReader};
pub use writer::BillWriter;

use std::fmt;

/// A row of a bill. Derive it: see [`derive@crate::BillRow`].
pub trait BillRow: Sized {
    /// Every column that the row knows, whichever of them a bill has.
    const COLUMNS: &'static [Column];

    /// Makes a row of the cells of one line.
    ///
    /// # Errors
    ///
    /// [`BillError::Cell`] for the first cell that is not a value of its column.
    fn read(cells: &Cells<'_>) -> Result<Self, BillError>;

    /// Appends the text of a cell, by the index of its column; nothing if it is empty.
    fn cell(&self, column: usize, out: &mut String);
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
