//! A .docx as lines: each paragraph outside of tables, each row of a table.
//!
//! Steps: unpack `word/document.xml` and the style sheet, at most [`MOST_BYTES`] of each; walk the events; a tab in a paragraph parts cells, a line
//! break is a blank. Word numbers headings by itself, so a heading without a number gets the one that its level counts to.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::lines::{Form, Line, MOST_BYTES, ReadError};

/// Reads a .docx.
pub(super) fn lines(bytes: &[u8]) -> Result<Vec<Line>, ReadError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| not_word(&error))?;
    let Some(text) = part(&mut archive, "word/document.xml")? else {
        return Err(not_word(&"it has no `word/document.xml`"));
    };
    let levels = match part(&mut archive, "word/styles.xml")? {
        Some(styles) => heading_levels(&styles)?,
        None => BTreeMap::new(),
    };
    let mut walk = Walk {
        levels,
        ..Walk::default()
    };
    let mut reader = Reader::from_str(&text);
    loop {
        match reader.read_event().map_err(|error| not_word(&error))? {
            Event::Start(tag) => walk.open(&tag),
            Event::Empty(tag) => walk.open_and_close(&tag),
            Event::End(tag) => walk.close(tag.local_name().as_ref()),
            Event::Text(text) if walk.in_text => {
                walk.push(&text.xml10_content());
            }
            Event::GeneralRef(reference) if walk.in_text => {
                let character = reference
                    .resolve_char_ref()
                    .map_err(|error| not_word(&error))?;
                let entity = quick_xml::escape::resolve_predefined_entity(&reference);
                let text = character.map(String::from).or(entity.map(str::to_owned));
                walk.push(&text.unwrap_or_default());
            }
            Event::DocType(_) => return Err(not_word(&"`word/document.xml` has a document type")),
            Event::Eof => break,
            _ => {}
        }
    }
    Ok(walk.lines)
}

/// What has been read of the body so far.
#[derive(Default)]
struct Walk {
    lines: Vec<Line>,
    /// Depth of tables; what is nested in a cell is text of the cell.
    tables: usize,
    /// Cells of the open row.
    row: Vec<String>,
    /// Columns that the open cell spans.
    span: usize,
    text: String,
    in_text: bool,
    /// Heading level of each style.
    levels: BTreeMap<String, usize>,
    /// Level of the open paragraph.
    level: Option<usize>,
    /// How far each level has counted.
    counted: Vec<u32>,
}

impl Walk {
    fn open(&mut self, tag: &BytesStart<'_>) {
        match tag.local_name().as_ref() {
            "tbl" => {
                self.tables += 1;
            }
            "tr" if self.tables == 1 => self.row.clear(),
            "tc" if self.tables == 1 => {
                self.text.clear();
                self.span = 1;
            }
            "p" => {
                self.level = None;
                if self.tables == 0 {
                    self.text.clear();
                } else if !self.text.is_empty() {
                    self.text.push(' ');
                }
            }
            "t" => self.in_text = true,
            _ => {}
        }
    }

    fn open_and_close(&mut self, tag: &BytesStart<'_>) {
        match tag.local_name().as_ref() {
            "tab" if self.tables == 0 => self.text.push('\t'),
            "tab" | "br" | "cr" => self.text.push(' '),
            "noBreakHyphen" => self.text.push('-'),
            "gridSpan" => {
                let columns = value(tag).and_then(|columns| columns.parse().ok());
                self.span = columns
                    .filter(|columns| (1..=64).contains(columns))
                    .unwrap_or(1);
            }
            "pStyle" => {
                self.level = value(tag).and_then(|style| self.levels.get(&style).copied());
            }
            "p" if self.tables == 0 => {
                self.text.clear();
                self.finish_line();
            }
            "tc" if self.tables == 1 => self.row.push(String::new()),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "t" => self.in_text = false,
            "p" if self.tables == 0 => {
                self.number_heading();
                self.finish_line();
            }
            "tc" if self.tables == 1 => {
                self.row.push(self.text.trim().to_owned());
                let empty = self.span.saturating_sub(1);
                self.row.extend(std::iter::repeat_n(String::new(), empty));
                self.text.clear();
            }
            "tr" if self.tables == 1 => {
                let cells = std::mem::take(&mut self.row);
                self.push_line(cells);
            }
            "tbl" => self.tables = self.tables.saturating_sub(1),
            _ => {}
        }
    }

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Word keeps the number of a heading out of its text.
    fn number_heading(&mut self) {
        let Some(level) = self.level else { return };
        if self.text.trim().is_empty() {
            return;
        }
        self.counted.resize(level.max(1), 0);
        if let Some(count) = self.counted.last_mut() {
            *count += 1;
        }
        if !self
            .text
            .trim_start()
            .starts_with(|c: char| c.is_ascii_digit())
        {
            let number: Vec<String> = self.counted.iter().map(u32::to_string).collect();
            self.text = format!("{} {}", number.join("."), self.text.trim());
        }
    }

    fn finish_line(&mut self) {
        let cells = self
            .text
            .split('\t')
            .map(|cell| cell.trim().to_owned())
            .collect();
        self.text.clear();
        self.push_line(cells);
    }

    fn push_line(&mut self, cells: Vec<String>) {
        let number = u32::try_from(self.lines.len() + 1).unwrap_or(u32::MAX);
        self.lines.push(Line::new(number, cells, Form::Word));
    }
}

/// Styles that are headings, with their level from 1.
fn heading_levels(styles: &str) -> Result<BTreeMap<String, usize>, ReadError> {
    let mut levels = BTreeMap::new();
    let mut style = None;
    let mut reader = Reader::from_str(styles);
    loop {
        match reader.read_event().map_err(|error| not_word(&error))? {
            Event::Start(tag) if tag.local_name().as_ref() == "style" => {
                style = attribute(&tag, "styleId");
            }
            Event::End(tag) if tag.local_name().as_ref() == "style" => style = None,
            Event::Empty(tag) => {
                let found = value(&tag).unwrap_or_default();
                let level = match tag.local_name().as_ref() {
                    "name" => found
                        .to_lowercase()
                        .strip_prefix("heading ")
                        .and_then(|level| level.parse().ok()),
                    "outlineLvl" => found.parse::<usize>().ok().map(|level| level + 1),
                    _ => None,
                };
                if let (Some(style), Some(level @ 1..=9)) = (&style, level) {
                    levels.insert(style.clone(), level);
                }
            }
            Event::Eof => return Ok(levels),
            _ => {}
        }
    }
}

/// A part of the archive as text, `None` if it is not there.
fn part(archive: &mut ZipArchive<Cursor<&[u8]>>, name: &str) -> Result<Option<String>, ReadError> {
    let file = match archive.by_name(name) {
        Ok(file) => file,
        Err(zip::result::ZipError::FileNotFound) => return Ok(None),
        Err(error) => return Err(not_word(&error)),
    };
    let mut text = String::new();
    let most = MOST_BYTES as u64;
    // One byte more than is allowed: a text that ends there is not too long.
    let read = file.take(most + 1).read_to_string(&mut text);
    let read = read.map_err(|error| not_word(&format!("`{name}`: {error}")))?;
    match read > MOST_BYTES {
        true => Err(ReadError::TooLarge { bytes: read }),
        false => Ok(Some(text)),
    }
}

fn value(tag: &BytesStart<'_>) -> Option<String> {
    attribute(tag, "val")
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = tag.attributes().filter_map(Result::ok);
    let found = attributes.find(|found| found.key.local_name().as_ref() == name)?;
    Some(found.value.into_owned())
}

fn not_word(reason: &dyn std::fmt::Display) -> ReadError {
    ReadError::NotWord {
        reason: reason.to_string(),
    }
}
