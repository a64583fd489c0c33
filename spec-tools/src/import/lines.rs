//! A document as numbered lines of cells, and how text and Markdown become that.
//!
//! Everything behind this file sees one sequence, whatever the form of the document. A line of text is its own number; of a .docx each paragraph and each
//! table row counts as one.

use std::fmt;

use super::plain::plain;

/// Bytes that a document may have.
pub const MOST_BYTES: usize = 32 << 20;

/// A line of the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// From 1.
    pub number: u32,
    /// Its cells in their plain form, without blanks around them; one cell if it is not a row.
    pub cells: Vec<String>,
    /// The cells as printed.
    pub printed: Vec<String>,
    /// Which form of document it comes from, and so where a table ends.
    pub form: Form,
}

/// A form of document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Text with tabs: nothing says where a table ends.
    Text,
    /// A row of a Markdown table, or a line between tables.
    Markdown,
    /// A row of a Word table, or a paragraph.
    Word,
}

/// Why a file cannot be read as a document.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReadError {
    /// It has more bytes than [`MOST_BYTES`], packed or unpacked.
    TooLarge {
        /// Bytes found, as far as they were counted.
        bytes: usize,
    },
    /// It is text, but not UTF-8.
    NotUtf8 {
        /// The first byte that is not.
        at: usize,
    },
    /// It is a zip archive, but no Word document.
    NotWord {
        /// What lacks or is broken.
        reason: String,
    },
    /// No field table was found in it.
    NoTable {
        /// Lines that were read.
        lines: usize,
    },
}

/// The lines of text or Markdown; what stands between code fences is emptied: it is not part of a table.
pub(super) fn text_lines(text: &str) -> Vec<Line> {
    let is_row = |line: &str| line.trim_start().starts_with('|');
    let form = match text.lines().filter(|line| is_row(line)).count() > 2 {
        true => Form::Markdown,
        false => Form::Text,
    };
    let mut fenced = false;
    let numbered = (1..).zip(text.lines());
    numbered
        .map(|(number, line)| {
            let fence = line.trim_start().starts_with("```");
            let cells = match fenced || fence {
                true => vec![String::new()],
                false => cells(line),
            };
            fenced ^= fence;
            Line::new(number, cells, form)
        })
        .collect()
}

fn cells(line: &str) -> Vec<String> {
    let trimmed = line.trim();
    if let Some(row) = trimmed.strip_prefix('|') {
        return markdown_cells(row.strip_suffix('|').unwrap_or(row));
    }
    // Tabs in front are empty cells; blanks are not.
    let line = line.trim_start_matches([' ', '\u{3000}']);
    let line = line.trim_start_matches('#');
    line.split('\t')
        .map(|cell| unemphasised(cell.trim()).to_owned())
        .collect()
}

/// A text without the signs that print it bold.
fn unemphasised(text: &str) -> &str {
    let inner = text
        .strip_prefix("**")
        .and_then(|text| text.strip_suffix("**"));
    inner
        .filter(|inner| !inner.contains("**"))
        .unwrap_or(text)
        .trim()
}

/// The cells of a Markdown row: `\|` is a bar, `\_` a low line, `<br>` a blank, and quotes of code around a whole cell are dropped.
fn markdown_cells(row: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut characters = row.chars().peekable();
    while let Some(character) = characters.next() {
        match (character, characters.peek()) {
            ('\\', Some(next)) if next.is_ascii_punctuation() => {
                let next = characters.next();
                cells
                    .last_mut()
                    .into_iter()
                    .for_each(|cell| cell.extend(next));
            }
            ('|', _) => cells.push(String::new()),
            _ => cells
                .last_mut()
                .into_iter()
                .for_each(|cell| cell.push(character)),
        }
    }
    cells.iter().map(|cell| plain_cell(cell)).collect()
}

fn plain_cell(cell: &str) -> String {
    let cell = cell.replace("<br>", " ").replace("<br/>", " ");
    let cell = unemphasised(cell.trim());
    let code = cell
        .strip_prefix('`')
        .and_then(|cell| cell.strip_suffix('`'));
    match code {
        Some(code) if !code.contains('`') => code.trim().to_owned(),
        _ => cell.to_owned(),
    }
}

impl Line {
    pub(super) fn new(number: u32, printed: Vec<String>, form: Form) -> Self {
        let cells = printed.iter().map(|cell| plain(cell)).collect();
        Self {
            number,
            cells,
            printed,
            form,
        }
    }

    /// The text of a row whose first cell alone is filled, as one that is merged over a whole table.
    pub(super) fn spanning(&self) -> Option<&str> {
        match self.cells.as_slice() {
            [first, rest @ ..] if !first.is_empty() && !rest.is_empty() => {
                rest.iter().all(String::is_empty).then_some(first)
            }
            _ => None,
        }
    }

    /// The line with its cells side by side, for a message.
    pub(super) fn shown(&self) -> String {
        let cells: Vec<&str> = self.printed.iter().map(String::as_str).collect();
        let text: String = cells.join(" | ").chars().take(60).collect();
        text.trim_end_matches([' ', '|']).to_owned()
    }

    /// Its only cell, if it is not a row of a table.
    pub(crate) fn prose(&self) -> Option<&str> {
        match self.cells.as_slice() {
            [only] if !only.is_empty() => Some(only),
            _ => None,
        }
    }

    /// True if nothing stands in it.
    pub(crate) fn is_blank(&self) -> bool {
        self.cells.iter().all(String::is_empty)
    }

    /// True if its cells are dashes only: the rule under the heading of a Markdown table.
    pub(crate) fn is_rule(&self) -> bool {
        let mut filled = self.cells.iter().filter(|cell| !cell.is_empty()).peekable();
        filled.peek().is_some()
            && filled.all(|cell| cell.contains('-') && cell.chars().all(|c| c == '-' || c == ':'))
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { bytes } => write!(
                f,
                "the document has {bytes} bytes or more, at most {MOST_BYTES} are read; leave its pictures out"
            ),
            Self::NotUtf8 { at } => write!(
                f,
                "byte {at} is not UTF-8, and the file is not a .docx; extract the text of a PDF first (`pdftotext -layout` does not keep cells: use tabs between them)"
            ),
            Self::NotWord { reason } => write!(
                f,
                "this is a zip archive, but no Word document: {reason}; give a .docx, text with tabs, or Markdown"
            ),
            Self::NoTable { lines } => write!(
                f,
                "no field table in {lines} lines: a table begins with a heading row that names a field, its type and whether it is required; `[document]` of the spec's `vocabulary.toml` says how such headings are called"
            ),
        }
    }
}

impl std::error::Error for ReadError {}
