//! Why a bill, or a row of it, cannot be read.

use std::io;

/// A bill or a row of it cannot be read.
///
/// An error of one row names its line, and the reader goes on behind it. [`BillError::is_final`]
/// tells the errors after which nothing more comes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BillError {
    /// The bill has not one byte that is not blank: an empty bill still has a header.
    #[error("the bill is empty, without even a header: fetch it again")]
    Empty,
    /// A message came instead of a bill.
    #[error("{form} came instead of a bill{}: read it as the reply of the interface", quoted(found.as_deref()))]
    Message {
        /// `XML or HTML` or `JSON`.
        form: &'static str,
        /// Its start.
        found: Option<String>,
    },
    /// The first line does not name a single column that the row knows.
    #[error("the first line of a bill must name its columns, found {}", shown(found.as_deref()))]
    NotABill {
        /// Its start, unless it holds values.
        found: Option<String>,
    },
    /// The header names one column twice, perhaps once by an alias.
    #[error(
        "the bill has the column {first} twice{}: which one counts is not known",
        also(first, second)
    )]
    ColumnTwice {
        /// The one that stands first.
        first: String,
        /// The other one.
        second: String,
    },
    /// The header lacks a column without which rows cannot be matched or summed.
    #[error("the bill lacks the column {column}{}, without which its rows cannot be matched or summed; it has {}", listed(others), names.join(", "))]
    MissingColumn {
        /// The column.
        column: &'static str,
        /// The names that would do as well: aliases, or a column that replaces it.
        others: Vec<&'static str>,
        /// The names of the header.
        names: Vec<String>,
    },
    /// Line ends were lost, so that several rows stand in one line.
    #[error(
        "line {line} of the bill holds several rows, or the header and rows: line ends were lost, so fetch the bill again and store its bytes unchanged"
    )]
    LostLineEnds {
        /// Its number, from 1.
        line: u64,
    },
    /// A line is neither a row (which starts with a backtick) nor a summary (which starts with 总).
    #[error(
        "line {line} of the bill is neither a row, which starts with `, nor a summary, which starts with 总"
    )]
    NotARow {
        /// Its number, from 1.
        line: u64,
    },
    /// A row has more or fewer cells than the header has names. It is refused, never shifted.
    #[error(
        "line {line} of the bill has {found} cells under a header of {expected}: the row is refused, because a guess would put amounts under wrong headings"
    )]
    Width {
        /// The number of its first line, from 1.
        line: u64,
        /// The number of names.
        expected: usize,
        /// The number of cells.
        found: usize,
    },
    /// A cell is not a value of its column.
    #[error("line {line} of the bill, column {column}: expected {expected}, found {}", shown(found.as_deref()))]
    Cell {
        /// The number of its row's first line, from 1.
        line: u64,
        /// The column's header.
        column: &'static str,
        /// What it must be.
        expected: &'static str,
        /// The start of what it is, unless the column is personal.
        found: Option<String>,
    },
    /// A row is longer than rows of bills are.
    #[error("the row at line {line} of the bill is longer than {max} bytes")]
    LongRow {
        /// The number of its first line, from 1.
        line: u64,
        /// The limit in bytes.
        max: usize,
    },
    /// A row or the header is not UTF-8.
    #[error("line {line} of the bill is not UTF-8{}", by_name(*encoding))]
    NotUtf8 {
        /// The number of its first line, from 1.
        line: u64,
        /// What it looks like: `GBK` or `UTF-16`.
        encoding: Option<&'static str>,
    },
    /// The summary at the end contradicts the rows.
    #[error(
        "the summary of the bill says {name} {found}, and its rows give {expected}: fetch the bill again, and ask the platform if it stays so"
    )]
    Summary {
        /// The name in the summary.
        name: String,
        /// What the summary says.
        found: String,
        /// What the rows give.
        expected: String,
    },
    /// The bill, inflated, is larger than allowed.
    #[error(
        "the bill is larger than the {max} bytes allowed: raise the limit if such bills are legitimate"
    )]
    TooLarge {
        /// The limit in bytes.
        max: u64,
    },
    /// The bill could not be read to its end: fetch it again.
    #[error("the bill could not be read to its end: {0}")]
    Io(io::ErrorKind),
}

impl BillError {
    /// Whether nothing comes after it. Other errors concern one row or one line.
    #[must_use]
    pub fn is_final(&self) -> bool {
        !matches!(
            self,
            Self::NotARow { .. }
                | Self::Width { .. }
                | Self::Cell { .. }
                | Self::LongRow { .. }
                | Self::Summary { .. }
        ) && !matches!(self, Self::NotUtf8 { line, .. } | Self::LostLineEnds { line } if *line > 1)
    }
}

/// The start of a text for an error.
pub(super) fn start_of(text: &str) -> String {
    text.trim().chars().take(60).collect()
}

/// What was found, unless it may not be shown.
fn shown(found: Option<&str>) -> String {
    found.map_or_else(
        || "something else (not shown)".to_owned(),
        |found| format!("{found:?}"),
    )
}

fn quoted(found: Option<&str>) -> String {
    found.map_or_else(String::new, |found| format!(", {found:?}"))
}

fn also(first: &str, second: &str) -> String {
    match first == second {
        true => String::new(),
        false => format!(", once as {second}"),
    }
}

fn listed(others: &[&str]) -> String {
    match others {
        [] => String::new(),
        others => format!(" (or {})", others.join(", ")),
    }
}

fn by_name(encoding: Option<&str>) -> String {
    encoding.map_or_else(String::new, |name| {
        format!(" and looks like {name}: convert it to UTF-8, or fetch the bill again and store its bytes unchanged")
    })
}
