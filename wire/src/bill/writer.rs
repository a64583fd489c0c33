//! The writer, for a platform imitated and for tests.

use std::io::{self, Write};
use std::marker::PhantomData;

use super::BillRow;

/// Writes a bill of one layout.
///
/// # Examples
///
/// ```
/// use signed_xml::bill::BillWriter;
/// use signed_xml::{BillRow, Fen};
///
/// #[derive(Clone, Default, PartialEq, BillRow)]
/// pub struct Row {
///     #[column("总金额")]
///     pub total: Option<Fen>,
/// }
///
/// let mut bill = BillWriter::new(Vec::new(), &["总金额", "币种"])?;
/// let mut row = Row::default();
/// row.total = Some(Fen(3));
/// bill.row(&row)?;
/// assert_eq!(bill.into_inner(), "总金额,币种\n`0.03,`\n".as_bytes());
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct BillWriter<W, R> {
    out: W,
    /// For each name of the layout, the index of the row's column.
    columns: Vec<Option<usize>>,
    row: PhantomData<fn(&R)>,
}

impl<W: Write, R: BillRow> BillWriter<W, R> {
    /// Writes the header. A name that the row does not know is a column of empty cells.
    ///
    /// # Errors
    ///
    /// Those of the writer behind it.
    pub fn new(mut out: W, layout: &[&str]) -> io::Result<Self> {
        writeln!(out, "{}", layout.join(","))?;
        let columns = layout
            .iter()
            .map(|name| R::COLUMNS.iter().position(|column| column.is_called(name)))
            .collect();
        Ok(Self {
            out,
            columns,
            row: PhantomData,
        })
    }

    /// Writes a row, so that [`BillReader`](super::BillReader) reads the same row.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::InvalidInput`], and nothing is written, if a value holds what the form cannot
    /// carry: the pair `` ,` ``, or a line end with a backtick or 总 behind it. Those of the writer
    /// behind it.
    pub fn row(&mut self, row: &R) -> io::Result<()> {
        let mut line = String::new();
        let mut value = String::new();
        let count = self.columns.len();
        for (i, column) in self.columns.iter().enumerate() {
            value.clear();
            if let Some(column) = column {
                row.cell(*column, &mut value);
            }
            // A value is closed where it could be mistaken without that.
            let has_line_end = value.contains(['\n', '\r']);
            if value.ends_with('`') || i + 1 == count && has_line_end {
                value.push('`');
            }
            if let Some(column) = column.filter(|_| !can_carry(&value, i + 1 == count)) {
                let name = R::COLUMNS[column].name;
                return Err(io::Error::new(
                    io::ErrorKind::InvalidInput,
                    format!(
                        "a bill cannot carry the value of {name}: remove its line ends, or the backticks behind commas"
                    ),
                ));
            }
            line.push_str(if i == 0 { "`" } else { ",`" });
            line.push_str(&value);
        }
        writeln!(self.out, "{line}")
    }

    /// What was written to.
    #[must_use]
    pub fn into_inner(self) -> W {
        self.out
    }
}

/// Whether a reader finds the end of the value, closing backtick included, where it is.
fn can_carry(value: &str, is_last: bool) -> bool {
    let breaks_row = |end: char| {
        let mut parts = value.split(end);
        // What stands before the first line end starts no line.
        parts.next();
        let mut parts = parts.map(|part| part.starts_with(['`', '总']));
        parts.any(|starts| starts)
    };
    let ends_early = is_last && ["`\n", "`\r"].iter().any(|end| value.contains(end));
    !(value.contains(",`") || breaks_row('\n') || breaks_row('\r') || ends_early)
}
