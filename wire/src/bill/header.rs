//! The header: which column stands where, and what is wrong with a first line that is not one.

use super::cell::{Cells, Column};
use super::error::start_of;
use super::scan::Span;
use super::{BillError, BillRow};

/// The place of a column that the bill lacks.
pub(super) const ABSENT: u32 = u32::MAX;

/// The names of a bill's columns, and where the columns of a row type stand among them.
///
/// It types rows that another reader has split, too, such as those of a bill that was saved again
/// by a spreadsheet.
///
/// # Examples
///
/// ```
/// use signed_xml::bill::Header;
/// use signed_xml::{BillRow, Fen};
///
/// #[derive(Clone, Default, PartialEq, BillRow)]
/// pub struct Row {
///     #[column("总金额", alias = "应结订单金额", required, yuan)]
///     pub total: Option<Fen>,
/// }
///
/// let header = Header::new::<Row>(["币种", "应结订单金额"])?;
/// let row = header.row::<Row>(2, "CNY,33.33", &[(0, 3), (4, 9)])?;
/// assert_eq!(row.total, Some(Fen(3333)));
/// assert!(Header::new::<Row>(["币种"]).is_err(), "no column of the row is there");
/// # Ok::<(), signed_xml::bill::BillError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Header {
    names: Vec<String>,
    pub(super) columns: &'static [Column],
    /// For each column of the row type, its place among the names.
    pub(super) places: Vec<u32>,
    /// The places of the names that the row type does not know.
    pub(super) unknown: Vec<u32>,
}

impl Header {
    /// Looks the columns of `R` up among these names; blanks in a name do not count.
    ///
    /// # Errors
    ///
    /// [`BillError::NotABill`] if not one of them is known, [`BillError::ColumnTwice`],
    /// [`BillError::MissingColumn`].
    pub fn new<R: BillRow>(
        names: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Result<Self, BillError> {
        let names: Vec<String> = names
            .into_iter()
            .map(|name| without_blanks(name.as_ref()))
            .collect();
        let columns = R::COLUMNS;
        let mut places = Vec::with_capacity(columns.len());
        for column in columns {
            let mut found = (0..).zip(&names).filter(|(_, name)| column.is_called(name));
            let first = found.next();
            if let (Some((_, first)), Some((_, second))) = (first, found.next()) {
                return Err(BillError::ColumnTwice {
                    first: first.clone(),
                    second: second.clone(),
                });
            }
            places.push(first.map_or(ABSENT, |(place, _)| place));
        }
        if places.iter().all(|place| *place == ABSENT) {
            return Err(BillError::NotABill {
                found: Some(start_of(&names.join(","))),
            });
        }
        let is_there = |name: &str| {
            let mut known = columns.iter().zip(&places);
            known.any(|(column, place)| column.name == name && *place != ABSENT)
        };
        for (column, place) in columns.iter().zip(&places) {
            let replaced = column.replaced_by.is_some_and(is_there);
            if column.required && *place == ABSENT && !replaced {
                let others = column.aliases.iter().chain(&column.replaced_by);
                return Err(BillError::MissingColumn {
                    column: column.name,
                    others: others.copied().collect(),
                    names,
                });
            }
        }
        let unknown = (0..names.len() as u32)
            .filter(|place| !places.contains(place))
            .collect();
        Ok(Self {
            names,
            columns,
            places,
            unknown,
        })
    }

    /// The names in their order, blanks dropped.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Types a row: its text, and where each of its cells starts and ends there.
    ///
    /// # Errors
    ///
    /// [`BillError::Width`] if it has not as many cells as the header has names,
    /// [`BillError::Cell`].
    #[inline]
    pub fn row<'a, R: BillRow>(
        &'a self,
        line: u64,
        text: &'a str,
        cells: &'a [(u32, u32)],
    ) -> Result<R::In<'a>, BillError> {
        // Returned as it is: each other form would move the row once more.
        let mut filled = Ok(R::empty());
        if let Ok(row) = &mut filled
            && let Err(error) = self.fill::<R>(row, line, text, cells)
        {
            return Err(error);
        }
        filled
    }

    /// As [`Header::row`], into a row.
    #[inline]
    pub(super) fn fill<'a, R: BillRow>(
        &'a self,
        row: &mut R::In<'a>,
        line: u64,
        text: &'a str,
        cells: &'a [Span],
    ) -> Result<(), BillError> {
        let (expected, found) = (self.names.len(), cells.len());
        if expected != found {
            return Err(too_wide_or_narrow(line, expected, found));
        }
        let cells = Cells {
            line,
            header: self,
            places: &self.places,
            text,
            spans: cells,
        };
        R::fill(row, &cells)
    }
}

/// Why a row of another width is refused. Where each of several rows has lost its line end, the
/// last cell of one and the first of the next are one cell.
#[cold]
fn too_wide_or_narrow(line: u64, expected: usize, found: usize) -> BillError {
    match expected > 2 && found > expected && (found - 1).is_multiple_of(expected - 1) {
        true => BillError::LostLineEnds { line },
        false => BillError::Width {
            line,
            expected,
            found,
        },
    }
}

/// The names of a line of names: split at commas of either width, blanks and the backticks around
/// them dropped.
///
/// # Errors
///
/// [`BillError::LostLineEnds`] if values stand behind the names.
pub(super) fn names(line: &str) -> Result<Vec<String>, BillError> {
    let names: Vec<String> = line.split([',', '，']).map(without_blanks).collect();
    let quoted = line.trim_start().starts_with('`');
    let holds_values =
        |name: &String| unquoted(name).contains('`') || !quoted && name.starts_with('`');
    if names.iter().any(holds_values) {
        return Err(BillError::LostLineEnds { line: 1 });
    }
    Ok(names.iter().map(|name| unquoted(name).to_owned()).collect())
}

fn unquoted(name: &str) -> &str {
    let name = name.strip_prefix('`').unwrap_or(name);
    name.strip_suffix('`').unwrap_or(name)
}

fn without_blanks(name: &str) -> String {
    name.chars().filter(|c| !c.is_whitespace()).collect()
}

/// What came instead of a bill, by its first line; nothing if that can be a header.
pub(super) fn not_a_bill(line: &str) -> Option<BillError> {
    let form = match line.trim_start().chars().next()? {
        '<' => "XML or HTML",
        '{' | '[' => "JSON",
        _ => return None,
    };
    Some(BillError::Message {
        form,
        found: Some(start_of(line)),
    })
}

/// The encoding that bytes look like which are not UTF-8.
pub(super) fn encoding(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Some("UTF-16");
    }
    // A character of GBK outside of ASCII is two bytes: 81 to FE, then 40 to FE without 7F.
    let mut bytes = bytes.iter();
    while let Some(first) = bytes.next() {
        let is_gbk = match first {
            0..=0x7f => true,
            0x81..=0xfe => matches!(bytes.next(), Some(0x40..=0x7e | 0x80..=0xfe)),
            _ => false,
        };
        if !is_gbk {
            return None;
        }
    }
    Some("GBK")
}
