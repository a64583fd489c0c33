//! Rows of a field table while they are read: pieces of cells, and how they are mended.
//!
//! The extraction of a narrow table puts blanks into names, cuts cells at a page break and scatters what is left. Each cell of a row is a list of
//! pieces; which of them belong together is decided by what the spec knows, and where it does not know, a note says what was assumed.

use signed_xml_codegen::model::{DocumentWords, Message, Vocabulary};

use super::document::{Note, Row};
use super::known::{self, Known};
use super::lines::Line;
use super::plain::{Replaced, plain};
use super::printed::{Columns, is_piece, mark, wire_type, without_blanks};

/// A row in pieces.
pub(super) struct RawRow {
    line: u32,
    name: Vec<String>,
    label: Vec<String>,
    wire_type: Vec<String>,
    length: Vec<String>,
    mark: Vec<String>,
    remark: Vec<String>,
}

/// The cells of a line as columns.
struct Cells<'a> {
    name: String,
    label: &'a str,
    wire_type: &'a str,
    length: &'a str,
    mark: &'a str,
    remark: String,
}

/// The rows of the table that is being read.
pub(super) struct OpenTable<'m> {
    known: Known<'m>,
    message: Option<&'m Message>,
    columns: Columns,
    rows: Vec<RawRow>,
    /// A line that ends inside a row.
    partial: Option<Partial>,
    /// Lines of text behind the last row: more of its remark, if another row follows.
    behind: Vec<String>,
    read: ReadTable,
}

/// What was read of a table.
#[derive(Default)]
pub(super) struct ReadTable {
    pub(super) rows: Vec<Row>,
    pub(super) notes: Vec<Note>,
    pub(super) unreadable: Vec<Note>,
}

/// A line that ends inside a row.
struct Partial {
    line: u32,
    cells: Vec<String>,
    printed: Vec<String>,
    /// It has no cells, so it may belong to no table.
    prose: bool,
}

impl<'m> OpenTable<'m> {
    pub(super) fn new(known: Known<'m>, message: Option<&'m Message>, columns: Columns) -> Self {
        Self {
            known,
            message,
            columns,
            rows: Vec::new(),
            partial: None,
            behind: Vec::new(),
            read: ReadTable::default(),
        }
    }

    /// The columns of its heading row.
    pub(super) fn columns(&self) -> Columns {
        self.columns
    }

    /// Takes a line with several cells.
    pub(super) fn take(&mut self, line: &Line, replaced: &mut Replaced) {
        let behind = std::mem::take(&mut self.behind);
        self.remark(&behind.join(" "));
        let (number, cells) = (line.number, line.cells.as_slice());
        let partial = self.partial.take();
        if self.is_row(cells) {
            let of_facts = [
                Some(self.columns.name),
                Some(self.columns.wire_type),
                self.columns.length,
                Some(self.columns.mark),
            ];
            replaced.count(line, of_facts.into_iter().flatten());
            if let Some(partial) = partial {
                let stitched = stitch(&partial.cells, cells);
                let better = !self.has_name_in(cells) && self.has_name_in(&stitched);
                if better {
                    let printed = stitch(&partial.printed, &line.printed);
                    return self.begin(partial.line, &stitched, &printed);
                }
                self.leave(partial);
            }
            return self.begin(number, cells, &line.printed);
        }
        if let Some(partial) = partial {
            let stitched = stitch(&partial.cells, cells);
            if self.is_row(&stitched) {
                let printed = stitch(&partial.printed, &line.printed);
                return self.begin(partial.line, &stitched, &printed);
            }
            self.continue_row(partial.line, &partial.cells, &partial.printed);
        }
        let name = self.cell(cells, Some(self.columns.name));
        if is_piece(&without_blanks(name)) && cells.len() <= self.columns.wire_type {
            self.partial = Some(Partial {
                line: number,
                cells: cells.to_vec(),
                printed: line.printed.clone(),
                prose: false,
            });
        } else if self.is_row_of_unknown_type(cells) {
            self.begin(number, cells, &line.printed);
        } else {
            self.continue_row(number, cells, &line.printed);
        }
    }

    /// Takes a line without cells of a text: more of a remark if another row follows, or the beginning of a row that was cut.
    pub(super) fn take_prose(&mut self, line: u32, text: &str, after_blank: bool) {
        let piece = without_blanks(&plain(text));
        if is_piece(&piece) && self.continues_name(&piece) {
            return self.continue_row(
                line,
                std::slice::from_ref(&piece),
                std::slice::from_ref(&piece),
            );
        }
        if after_blank {
            return;
        }
        match is_piece(&piece) {
            true => {
                self.partial = Some(Partial {
                    line,
                    cells: vec![plain(text)],
                    printed: vec![text.to_owned()],
                    prose: true,
                });
            }
            false => self.behind.push(text.to_owned()),
        }
    }

    /// The mended rows.
    pub(super) fn finish(mut self) -> ReadTable {
        // A paragraph below a table does not belong to the remark of its last row.
        if let Some(partial) = self.partial.take().filter(|partial| !partial.prose) {
            self.leave(partial);
        }
        let rows = std::mem::take(&mut self.rows);
        self.read.rows = rows.into_iter().map(|row| self.mend(row)).collect();
        self.read
    }

    fn begin(&mut self, line: u32, cells: &[String], printed: &[String]) {
        let (cells, printed) = (self.cells(cells), self.cells(printed));
        let pieces = |text: &str| vec![text.to_owned()];
        let row = RawRow {
            line,
            label: pieces(printed.label),
            wire_type: pieces(cells.wire_type),
            length: pieces(cells.length),
            mark: pieces(cells.mark),
            remark: pieces(&printed.remark),
            name: vec![cells.name],
        };
        self.rows.push(row);
    }

    /// Adds the cells of a line to the row before it, if they can be the rest of one.
    fn continue_row(&mut self, line: u32, cells: &[String], printed: &[String]) {
        let (cells, printed) = (self.cells(cells), self.cells(printed));
        let name = without_blanks(&cells.name);
        let typed = wire_type(self.words(), cells.wire_type).is_some();
        let is_rest = match name.is_empty() {
            // A type and a mark make a row of their own, whose name is lost.
            true => !typed || cells.mark.is_empty(),
            false => is_piece(&name) && cells.wire_type.is_empty() && cells.mark.is_empty(),
        };
        if !is_rest || self.rows.is_empty() {
            let text = format!(
                "`{}` is not a row of the table: name `{name}`, type `{}`, mark `{}`",
                short(&line_of(&printed)),
                short(cells.wire_type),
                short(cells.mark)
            );
            self.read.unreadable.push(Note { line, text });
            return;
        }
        let label = printed.label.to_owned();
        let wire_type = cells.wire_type.to_owned();
        let (length, mark) = (cells.length.to_owned(), cells.mark.to_owned());
        let Some(row) = self.rows.last_mut() else {
            return;
        };
        let pieces = [
            (&mut row.name, cells.name),
            (&mut row.label, label),
            (&mut row.wire_type, wire_type),
            (&mut row.length, length),
            (&mut row.mark, mark),
            (&mut row.remark, printed.remark),
        ];
        for (all, piece) in pieces {
            if !piece.is_empty() {
                all.push(piece);
            }
        }
    }

    /// A beginning that no row goes on.
    fn leave(&mut self, partial: Partial) {
        match partial.prose {
            true => self.remark(&partial.printed.join(" ")),
            false => {
                let text = format!(
                    "`{}` ends within a row that does not go on",
                    short(&partial.printed.join(" | "))
                );
                let line = partial.line;
                self.read.unreadable.push(Note { line, text });
            }
        }
    }

    fn remark(&mut self, text: &str) {
        if let Some(row) = self.rows.last_mut().filter(|_| !text.is_empty()) {
            row.remark.push(text.to_owned());
        }
    }

    /// Whether `piece` is the end of the last row's name.
    fn continues_name(&self, piece: &str) -> bool {
        let Some(row) = self.rows.last() else {
            return false;
        };
        let name = without_blanks(&row.name.concat());
        !self.known.has_name(self.message, &name)
            && self.known.has_name(self.message, &(name + piece))
    }

    fn cell<'c>(&self, cells: &'c [String], at: Option<usize>) -> &'c str {
        at.and_then(|at| cells.get(at)).map_or("", String::as_str)
    }

    fn cells<'c>(&self, cells: &'c [String]) -> Cells<'c> {
        let columns = self.columns;
        // An extra tab inside a remark makes more cells than the heading has.
        let rest = columns
            .remark
            .and_then(|remark| cells.get(remark..))
            .unwrap_or_default();
        let remark: Vec<&str> = rest
            .iter()
            .map(String::as_str)
            .filter(|cell| !cell.is_empty())
            .collect();
        Cells {
            name: self.cell(cells, Some(columns.name)).to_owned(),
            label: self.cell(cells, columns.label),
            wire_type: self.cell(cells, Some(columns.wire_type)),
            length: self.cell(cells, columns.length),
            mark: self.cell(cells, Some(columns.mark)),
            remark: remark.join(" "),
        }
    }

    fn is_row(&self, cells: &[String]) -> bool {
        let name = without_blanks(self.cell(cells, Some(self.columns.name)));
        is_piece(&name)
            && wire_type(self.words(), self.cell(cells, Some(self.columns.wire_type))).is_some()
    }

    fn is_row_of_unknown_type(&self, cells: &[String]) -> bool {
        let cells = self.cells(cells);
        let full = [cells.label, cells.wire_type, cells.mark]
            .iter()
            .all(|cell| !cell.is_empty());
        full && is_piece(&without_blanks(&cells.name))
            && mark(self.vocabulary(), cells.mark).is_some()
    }

    fn vocabulary(&self) -> &'m Vocabulary {
        &self.known.model.vocabulary
    }

    fn words(&self) -> &'m DocumentWords {
        &self.vocabulary().document
    }

    fn has_name_in(&self, cells: &[String]) -> bool {
        let name = without_blanks(self.cell(cells, Some(self.columns.name)));
        self.known.has_name(self.message, &name)
    }

    fn mend(&mut self, row: RawRow) -> Row {
        let name = self.mend_name(&row);
        let field = self
            .message
            .and_then(|message| known::field(message, &name));
        let label = self.mend_label(&row, field.map(|field| without_blanks(&field.label)));
        let printed_type = without_blanks(&row.wire_type.concat());
        let (wire_type, in_type) = wire_type(self.words(), &printed_type)
            .map_or((None, None), |(found, max)| (Some(found), max));
        if wire_type.is_none() {
            let text = format!(
                "`{name}` has the type \"{}\", which the spec language does not know",
                short(&printed_type)
            );
            self.read.notes.push(Note {
                line: row.line,
                text,
            });
        }
        let length = row.length.concat().trim().parse().ok();
        let is_text =
            wire_type.is_none_or(|found| found == signed_xml_codegen::model::WireType::Text);
        Row {
            line: row.line,
            raw_name: row.name.join(" "),
            label,
            wire_type,
            max: if is_text { in_type.or(length) } else { None },
            printed_type,
            mark: self.mend_mark(&row, &name),
            remark: self.mend_remark(&row, field.map(|field| field.name.as_str())),
            name,
        }
    }

    fn mend_name(&mut self, row: &RawRow) -> String {
        let pieces: Vec<String> = row.name.iter().map(|piece| without_blanks(piece)).collect();
        let (whole, first) = (pieces.concat(), pieces.first().cloned().unwrap_or_default());
        if self.known.has_name(self.message, &whole) {
            return whole;
        }
        let cut = pieces.len() > 1;
        if cut && self.known.has_name(self.message, &first) {
            let text = format!(
                "`{first}` is followed by \"{}\", which was taken for a stray piece",
                pieces[1..].concat()
            );
            self.read.notes.push(Note {
                line: row.line,
                text,
            });
            return first;
        }
        if cut || row.name.iter().any(|piece| piece.contains(' ')) {
            let text = format!(
                "the name `{whole}` was put together from \"{}\"",
                row.name.join(" ")
            );
            self.read.notes.push(Note {
                line: row.line,
                text,
            });
        }
        whole
    }

    fn mend_label(&mut self, row: &RawRow, known: Option<String>) -> String {
        let pieces: Vec<String> = row
            .label
            .iter()
            .map(|piece| without_blanks(piece))
            .collect();
        let whole = pieces.concat();
        let Some(known) = known.filter(|_| pieces.len() > 1) else {
            return whole;
        };
        // The pieces behind the known label are stray.
        let prefixes = (1..=pieces.len())
            .rev()
            .map(|count| pieces[..count].concat());
        if let Some(found) = prefixes.into_iter().find(|prefix| *prefix == known) {
            return found;
        }
        let text = format!(
            "the label \"{}\" was put together from {} pieces",
            short(&whole),
            pieces.len()
        );
        self.read.notes.push(Note {
            line: row.line,
            text,
        });
        whole
    }

    fn mend_mark(&mut self, row: &RawRow, name: &str) -> String {
        let first = row.mark.first().map(String::as_str).unwrap_or_default();
        if mark(self.vocabulary(), first).is_none() {
            let text = format!(
                "`{name}` has the mark \"{}\", which is neither Y nor N nor a choice",
                short(first)
            );
            self.read.notes.push(Note {
                line: row.line,
                text,
            });
            return first.to_owned();
        }
        let marks: Vec<String> = row
            .mark
            .iter()
            .filter_map(|piece| mark(self.vocabulary(), piece))
            .collect();
        marks.join(" ").trim().to_owned()
    }

    /// Joins the pieces of a remark; a word that was cut is one word if the enum of the field has it.
    fn mend_remark(&self, row: &RawRow, field: Option<&str>) -> String {
        let field = self.message.and_then(|message| message.field(field?));
        let values: Vec<&str> = match field.map(|field| &field.field_type) {
            Some(signed_xml_codegen::model::FieldType::Enum(name)) => {
                let values = self
                    .known
                    .model
                    .enum_named(name)
                    .map(|item| item.values.iter());
                values
                    .into_iter()
                    .flatten()
                    .map(|value| value.value.as_str())
                    .collect()
            }
            _ => Vec::new(),
        };
        let mut remark = String::new();
        for piece in row.remark.iter().filter(|piece| !piece.is_empty()) {
            let inside = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let before = remark.rsplit(|c| !inside(c)).next().unwrap_or_default();
            let after = piece.split(|c| !inside(c)).next().unwrap_or_default();
            let cut = !before.is_empty() && values.contains(&format!("{before}{after}").as_str());
            if !cut && !remark.is_empty() {
                remark.push(' ');
            }
            remark.push_str(piece);
        }
        remark
    }
}

/// A row that was cut inside a cell: the last cell of the first line and the first of the second are one.
fn stitch(first: &[String], second: &[String]) -> Vec<String> {
    let (Some((end, before)), Some((start, behind))) = (first.split_last(), second.split_first())
    else {
        return [first, second].concat();
    };
    let mut cells = before.to_vec();
    cells.push(format!("{end}{start}"));
    cells.extend_from_slice(behind);
    cells
}

/// The cells side by side, for a note.
fn line_of(cells: &Cells<'_>) -> String {
    let Cells {
        name,
        label,
        wire_type,
        mark,
        ..
    } = cells;
    format!("{name} | {label} | {wire_type} | {mark}")
}

/// The beginning of a text of the document, for a note.
fn short(text: &str) -> String {
    text.chars().take(24).collect()
}
