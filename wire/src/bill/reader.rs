//! The reader: one line at a time, whatever the bill's length.

use std::io::{self, BufRead, Read};
use std::marker::PhantomData;

use super::BillRow;
use super::cell::Cells;

/// A longer line is not a row of a bill.
const LINE_LIMIT: u64 = 64 * 1024;

/// Reads a bill row by row, in constant memory.
///
/// A bad row is one error: the next call goes on behind it. After an error of the transport the
/// reader ends.
///
/// # Examples
///
/// ```
/// use signed_xml::bill::BillReader;
/// use signed_xml::{BillRow, Fen, Text};
///
/// #[derive(Clone, Default, PartialEq, BillRow)]
/// pub struct Row {
///     #[column("商户订单号")]
///     pub trade_no: Option<Text>,
///     #[column("总金额")]
///     pub total: Option<Fen>,
/// }
///
/// let bill = "总金额,新列,商户订单号\n`33.33,`x,`118120498560684285\n";
/// let mut rows = BillReader::<_, Row>::new(bill.as_bytes())?;
/// let row = rows.next().transpose()?.ok_or("one row")?;
/// assert_eq!(row.total, Some(Fen(3333)));
/// assert_eq!(row.trade_no.as_deref(), Some("118120498560684285"));
/// assert!(rows.next().is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct BillReader<B, R> {
    input: B,
    headers: Vec<String>,
    places: Vec<Option<usize>>,
    line: u64,
    buffer: Vec<u8>,
    summary: Vec<(String, String)>,
    ended: bool,
    row: PhantomData<fn() -> R>,
}

impl<B: BufRead, R: BillRow> BillReader<B, R> {
    /// Reads the header.
    ///
    /// # Errors
    ///
    /// [`BillError::Header`] if the first line does not name any of the row's columns, or one of
    /// them twice; [`BillError::Io`].
    pub fn new(input: B) -> Result<Self, BillError> {
        let mut reader = Self {
            input,
            headers: Vec::new(),
            places: Vec::new(),
            line: 0,
            buffer: Vec::new(),
            summary: Vec::new(),
            ended: false,
            row: PhantomData,
        };
        let Some(header) = reader.next_line()? else {
            return Err(BillError::Header {
                found: "an empty text".into(),
            });
        };
        let header = header.strip_prefix('\u{FEFF}').unwrap_or(&header);
        reader.headers = names(header);
        for column in R::COLUMNS {
            let mut places = (0..)
                .zip(&reader.headers)
                .filter(|(_, name)| *name == column.name)
                .map(|(place, _)| place);
            reader.places.push(places.next());
            if places.next().is_some() {
                return Err(BillError::Header {
                    found: format!("the column {} twice", column.name),
                });
            }
        }
        if reader.places.iter().all(Option::is_none) {
            return Err(BillError::Header {
                found: format!("{:?}", header.chars().take(60).collect::<String>()),
            });
        }
        Ok(reader)
    }

    /// The names of the bill's columns, blanks dropped, in its order.
    #[must_use]
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// The summary at the end, name and value, once all rows are read; empty if the bill has none.
    #[must_use]
    pub fn summary(&self) -> &[(String, String)] {
        &self.summary
    }

    /// The next line that is not blank.
    fn next_line(&mut self) -> Result<Option<String>, BillError> {
        loop {
            self.buffer.clear();
            let read = (&mut self.input)
                .take(LINE_LIMIT)
                .read_until(b'\n', &mut self.buffer)
                .map_err(|e| BillError::Io(e.kind()))?;
            if read == 0 {
                return Ok(None);
            }
            self.line += 1;
            let line = self.line;
            if read as u64 == LINE_LIMIT && self.buffer.last() != Some(&b'\n') {
                self.skip_line()?;
                return Err(BillError::LongLine {
                    line,
                    max: LINE_LIMIT,
                });
            }
            let text =
                std::str::from_utf8(&self.buffer).map_err(|_| BillError::NotUtf8 { line })?;
            let text = text.trim_end_matches(['\n', '\r']);
            if !text.trim().is_empty() {
                return Ok(Some(text.to_owned()));
            }
        }
    }

    fn skip_line(&mut self) -> Result<(), BillError> {
        loop {
            let rest = self.input.fill_buf().map_err(|e| BillError::Io(e.kind()))?;
            let end = memchr::memchr(b'\n', rest);
            let skipped = end.map_or(rest.len(), |end| end + 1);
            let last = end.is_some() || rest.is_empty();
            self.input.consume(skipped);
            if last {
                return Ok(());
            }
        }
    }

    fn read_row(&mut self) -> Result<Option<R>, BillError> {
        let Some(text) = self.next_line()? else {
            return Ok(None);
        };
        if !text.starts_with('`') {
            return if text.starts_with('总') {
                self.read_summary(&text)?;
                Ok(None)
            } else {
                Err(BillError::NotARow { line: self.line })
            };
        }
        let cells: Vec<&str> = values(&text).collect();
        let (expected, found) = (self.headers.len(), cells.len());
        if expected != found {
            return Err(BillError::Width {
                line: self.line,
                expected,
                found,
            });
        }
        let cells = Cells {
            line: self.line,
            columns: R::COLUMNS,
            places: &self.places,
            headers: &self.headers,
            cells: &cells,
        };
        R::read(&cells).map(Some)
    }

    fn read_summary(&mut self, header: &str) -> Result<(), BillError> {
        let values_line = self.next_line()?.unwrap_or_default();
        let (names, values): (_, Vec<_>) = (
            names(header),
            values(&values_line).map(str::to_owned).collect(),
        );
        if names.len() != values.len() {
            return Err(BillError::Width {
                line: self.line,
                expected: names.len(),
                found: values.len(),
            });
        }
        self.summary = names.into_iter().zip(values).collect();
        match self.next_line()? {
            Some(_) => Err(BillError::NotARow { line: self.line }),
            None => Ok(()),
        }
    }
}

impl<B: BufRead, R: BillRow> Iterator for BillReader<B, R> {
    type Item = Result<R, BillError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let row = self.read_row().transpose();
        self.ended = matches!(row, None | Some(Err(BillError::Io(_))));
        row
    }
}

/// The names of a header: split at commas of either width, blanks dropped.
fn names(header: &str) -> Vec<String> {
    header
        .split([',', '，'])
        .map(|name| {
            name.chars()
                .filter(|c| !c.is_whitespace() && *c != '`')
                .collect()
        })
        .collect()
}

/// The values of a line that starts with a backtick: split where a comma is followed by one; a
/// closing backtick is dropped.
fn values(line: &str) -> impl Iterator<Item = &str> {
    let line = line.strip_prefix('`').unwrap_or(line);
    line.split(",`")
        .map(|value| value.strip_suffix('`').unwrap_or(value))
}

/// A bill or a row of it cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BillError {
    /// The first line is not a header of such a bill.
    #[error("the first line of a bill must name its columns once each, found {found}")]
    Header {
        /// What it is.
        found: String,
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
    #[error("line {line} of the bill has {found} cells under a header of {expected}")]
    Width {
        /// Its number, from 1.
        line: u64,
        /// The number of names.
        expected: usize,
        /// The number of cells.
        found: usize,
    },
    /// A cell is not a value of its column.
    #[error(
        "line {line} of the bill, column {column}: expected {expected}, found {}",
        shown(found.as_deref())
    )]
    Cell {
        /// The number of its line, from 1.
        line: u64,
        /// The column's header.
        column: &'static str,
        /// What it must be.
        expected: &'static str,
        /// The start of what it is, unless the column is personal.
        found: Option<String>,
    },
    /// A line is too long to be a row.
    #[error("line {line} of the bill is longer than {max} bytes")]
    LongLine {
        /// Its number, from 1.
        line: u64,
        /// The limit in bytes.
        max: u64,
    },
    /// A line is not UTF-8.
    #[error("line {line} of the bill is not UTF-8")]
    NotUtf8 {
        /// Its number, from 1.
        line: u64,
    },
    /// The bill could not be read to its end: fetch it again.
    #[error("the bill could not be read to its end: {0}")]
    Io(io::ErrorKind),
}

/// What was found in a cell, unless it may not be shown.
fn shown(found: Option<&str>) -> String {
    found.map_or_else(
        || "something else (not shown)".to_owned(),
        |found| format!("{found:?}"),
    )
}
