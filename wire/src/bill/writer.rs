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
            .map(|name| R::COLUMNS.iter().position(|column| column.name == *name))
            .collect();
        Ok(Self {
            out,
            columns,
            row: PhantomData,
        })
    }

    /// Writes a row. Line ends and the pair `` ,` `` inside a value become blanks: a bill has no
    /// way to carry them.
    ///
    /// # Errors
    ///
    /// Those of the writer behind it.
    pub fn row(&mut self, row: &R) -> io::Result<()> {
        let mut line = String::new();
        let mut value = String::new();
        for (i, column) in self.columns.iter().enumerate() {
            value.clear();
            if let Some(column) = column {
                row.cell(*column, &mut value);
            }
            line.push_str(if i == 0 { "`" } else { ",`" });
            line.push_str(&value.replace(['\n', '\r'], " ").replace(",`", ", "));
        }
        writeln!(self.out, "{line}")
    }

    /// What was written to.
    #[must_use]
    pub fn into_inner(self) -> W {
        self.out
    }
}
