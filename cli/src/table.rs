//! Columns for a terminal: as wide as their text, Chinese included, and with control characters
//! escaped.

use unicode_width::UnicodeWidthStr;

use crate::{harmless, output};

/// Rows under a header.
pub(crate) struct Table {
    /// Blanks before it.
    indent: usize,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// One with these columns.
    pub(crate) fn new(header: &[&str]) -> Self {
        Self::plain(0).row(header.iter().copied())
    }

    /// One without a header, so many columns in.
    pub(crate) fn plain(indent: usize) -> Self {
        Self {
            indent,
            rows: Vec::new(),
        }
    }

    /// Adds a row.
    pub(crate) fn row<T: AsRef<str>>(mut self, cells: impl IntoIterator<Item = T>) -> Self {
        let cells = cells.into_iter().map(|cell| harmless::text(cell.as_ref()));
        self.rows.push(cells.collect());
        self
    }

    pub(crate) fn print(&self) {
        for line in self.lines() {
            output::line(line);
        }
    }

    fn lines(&self) -> impl Iterator<Item = String> {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or_default();
        let width = |column| {
            let cells = self.rows.iter().filter_map(move |row| row.get(column));
            cells
                .map(|cell: &String| cell.width())
                .max()
                .unwrap_or_default()
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        self.rows.iter().map(move |row| {
            let mut line = " ".repeat(self.indent);
            for (cell, width) in row.iter().zip(&widths) {
                line.push_str(cell);
                line.push_str(&" ".repeat(width - cell.width() + 2));
            }
            line.truncate(line.trim_end().len());
            line
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_one_another_also_beside_chinese() {
        let table = Table::new(&["number", "what", "state"])
            .row(["T1", "挂号费", "paid"])
            .row(["T22", "fee", "placed"]);
        let lines: Vec<String> = table.lines().collect();
        assert_eq!(
            lines,
            [
                "number  what    state",
                "T1      挂号费  paid",
                "T22     fee     placed",
            ]
        );
    }

    #[test]
    fn a_row_that_ends_in_nothing_ends_without_blanks() {
        let table = Table::plain(2).row(["T1", ""]).row(["T2", "x"]);
        let lines: Vec<String> = table.lines().collect();
        assert_eq!(lines, ["  T1", "  T2  x"]);
    }
}
