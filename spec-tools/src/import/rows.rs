//! Rows of a field table while they are read: pieces of cells, and how they are mended.
//!
//! The extraction of a narrow table puts blanks into names, cuts cells at a page break and scatters what is left. Each cell of a row is a list of
//! pieces; which of them belong together is decided by what the spec knows, and where it does not know, a note says what was assumed.

use signed_xml_codegen::model::{DocumentWords, FieldType, Message, Vocabulary, WireType};

use super::document::{Note, Row};
use super::known::{self, Known};
use super::lines::Line;
use super::plain::Replaced;
use super::printed::{Columns, is_piece, mark, wire_type, without_blanks};

/// A row in pieces: for each kind of column the cells that belong to it, in the order of [`NAME`] to [`REMARK`].
pub(super) struct RawRow {
    line: u32,
    pieces: [Vec<String>; 6],
}

const NAME: usize = 0;
const LABEL: usize = 1;
const TYPE: usize = 2;
const LENGTH: usize = 3;
const MARK: usize = 4;
const REMARK: usize = 5;

/// The rows of the table that is being read.
pub(super) struct OpenTable<'m> {
    known: Known<'m>,
    message: Option<&'m Message>,
    columns: Columns,
    rows: Vec<RawRow>,
    /// A line that ends inside a row.
    partial: Option<Line>,
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
        let partial = self.partial.take();
        let stitched = partial.as_ref().map(|partial| stitch(partial, line));
        if self.is_row(line) {
            let Columns {
                name,
                wire_type,
                length,
                mark,
                ..
            } = self.columns;
            replaced.count(line, [name, wire_type, mark].into_iter().chain(length));
            let better = |stitched: &&Line| !self.has_name_in(line) && self.has_name_in(stitched);
            if let Some(stitched) = stitched.as_ref().filter(better) {
                return self.begin(stitched);
            }
            partial.into_iter().for_each(|partial| self.leave(&partial));
            return self.begin(line);
        }
        if let Some(stitched) = stitched.filter(|stitched| self.is_row(stitched)) {
            return self.begin(&stitched);
        }
        partial
            .into_iter()
            .for_each(|partial| self.continue_row(&partial));
        let is_start = is_piece(&without_blanks(&self.cells(&line.cells)[NAME]));
        if is_start && line.cells.len() <= self.columns.wire_type {
            self.partial = Some(line.clone());
        } else if self.is_row_of_unknown_type(line) {
            self.begin(line);
        } else {
            self.continue_row(line);
        }
    }

    /// Takes a line without cells of a text: more of a remark if another row follows, or the beginning of a row that was cut.
    pub(super) fn take_prose(&mut self, line: &Line, after_blank: bool) {
        let piece = without_blanks(&line.cells.concat());
        if is_piece(&piece) && self.continues_name(&piece) {
            return self.continue_row(line);
        }
        match is_piece(&piece) {
            _ if after_blank => {}
            true => self.partial = Some(line.clone()),
            false => self.behind.push(line.printed.concat()),
        }
    }

    /// The mended rows.
    pub(super) fn finish(mut self) -> ReadTable {
        // A paragraph below a table does not belong to the remark of its last row.
        let partial = self.partial.take();
        let of_table = partial.filter(|partial| partial.prose().is_none());
        of_table
            .into_iter()
            .for_each(|partial| self.leave(&partial));
        let rows = std::mem::take(&mut self.rows);
        self.read.rows = rows.into_iter().map(|row| self.mend(row)).collect();
        self.read
    }

    fn begin(&mut self, line: &Line) {
        let pieces = self.pieces(line).map(|piece| vec![piece]);
        let line = line.number;
        self.rows.push(RawRow { line, pieces });
    }

    /// Adds the cells of a line to the row before it, if they can be the rest of one.
    fn continue_row(&mut self, line: &Line) {
        let pieces = self.pieces(line);
        let name = without_blanks(&pieces[NAME]);
        let is_rest = match name.is_empty() {
            // A type and a mark make a row of their own, whose name is lost.
            true => wire_type(self.words(), &pieces[TYPE]).is_none() || pieces[MARK].is_empty(),
            false => is_piece(&name) && pieces[TYPE].is_empty() && pieces[MARK].is_empty(),
        };
        match self.rows.last_mut().filter(|_| is_rest) {
            Some(row) => {
                let filled = row.pieces.iter_mut().zip(pieces);
                let filled = filled.filter(|(_, piece)| !piece.is_empty());
                filled.for_each(|(all, piece)| all.push(piece));
            }
            None => {
                let text = format!(
                    "`{}` is not a row of the table: name `{name}`, type `{}`, mark `{}`",
                    short(&pieces[..REMARK].join(" | ")),
                    short(&pieces[TYPE]),
                    short(&pieces[MARK])
                );
                self.unreadable(line.number, text);
            }
        }
    }

    /// A beginning that no row goes on.
    fn leave(&mut self, partial: &Line) {
        if partial.prose().is_some() {
            return self.remark(&partial.printed.concat());
        }
        let shown = partial.printed.join(" | ");
        let text = format!("`{}` ends within a row that does not go on", short(&shown));
        self.unreadable(partial.number, text);
    }

    fn remark(&mut self, text: &str) {
        if let Some(row) = self.rows.last_mut().filter(|_| !text.is_empty()) {
            row.pieces[REMARK].push(text.to_owned());
        }
    }

    fn note(&mut self, line: u32, text: String) {
        self.read.notes.push(Note { line, text });
    }

    fn unreadable(&mut self, line: u32, text: String) {
        self.read.unreadable.push(Note { line, text });
    }

    /// Whether `piece` is the end of the last row's name.
    fn continues_name(&self, piece: &str) -> bool {
        let Some(row) = self.rows.last() else {
            return false;
        };
        let name = without_blanks(&row.pieces[NAME].concat());
        !self.known.has_name(self.message, &name)
            && self.known.has_name(self.message, &(name + piece))
    }

    /// The cells of a line by kind of column.
    fn cells(&self, cells: &[String]) -> [String; 6] {
        let columns = self.columns;
        let cell = |at: usize| cells.get(at).cloned().unwrap_or_default();
        let maybe = |at: Option<usize>| at.map(cell).unwrap_or_default();
        // An extra tab inside a remark makes more cells than the heading has.
        let rest = columns.remark.and_then(|remark| cells.get(remark..));
        let remark = rest.unwrap_or_default().iter();
        let remark: Vec<&str> = remark
            .map(String::as_str)
            .filter(|cell| !cell.is_empty())
            .collect();
        [
            cell(columns.name),
            maybe(columns.label),
            cell(columns.wire_type),
            maybe(columns.length),
            cell(columns.mark),
            remark.join(" "),
        ]
    }

    /// Facts in their plain form, and what people read as it is printed.
    fn pieces(&self, line: &Line) -> [String; 6] {
        let [name, _, wire_type, length, mark, _] = self.cells(&line.cells);
        let [_, label, .., remark] = self.cells(&line.printed);
        [name, label, wire_type, length, mark, remark]
    }

    fn is_row(&self, line: &Line) -> bool {
        let cells = self.cells(&line.cells);
        is_piece(&without_blanks(&cells[NAME])) && wire_type(self.words(), &cells[TYPE]).is_some()
    }

    fn is_row_of_unknown_type(&self, line: &Line) -> bool {
        let cells = self.cells(&line.cells);
        let full = [LABEL, TYPE, MARK].iter().all(|at| !cells[*at].is_empty());
        full && is_piece(&without_blanks(&cells[NAME]))
            && mark(self.vocabulary(), &cells[MARK]).is_some()
    }

    fn vocabulary(&self) -> &'m Vocabulary {
        &self.known.model.vocabulary
    }

    fn words(&self) -> &'m DocumentWords {
        &self.vocabulary().document
    }

    fn has_name_in(&self, line: &Line) -> bool {
        let name = without_blanks(&self.cells(&line.cells)[NAME]);
        self.known.has_name(self.message, &name)
    }

    fn mend(&mut self, row: RawRow) -> Row {
        let name = self.mend_name(&row);
        let field = self
            .message
            .and_then(|message| known::field(message, &name));
        let label = self.mend_label(&row, field.map(|field| without_blanks(&field.label)));
        let printed_type = without_blanks(&row.pieces[TYPE].concat());
        let (wire_type, in_type) = wire_type(self.words(), &printed_type)
            .map_or((None, None), |(found, max)| (Some(found), max));
        if wire_type.is_none() {
            let text = format!(
                "`{name}` has the type \"{}\", which the spec language does not know",
                short(&printed_type)
            );
            self.note(row.line, text);
        }
        let length = row.pieces[LENGTH].concat().trim().parse().ok();
        let is_text = wire_type.is_none_or(|found| found == WireType::Text);
        Row {
            line: row.line,
            raw_name: row.pieces[NAME].join(" "),
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
        let printed = &row.pieces[NAME];
        let pieces: Vec<String> = printed.iter().map(|piece| without_blanks(piece)).collect();
        let (whole, first) = (pieces.concat(), pieces.first().cloned().unwrap_or_default());
        if self.known.has_name(self.message, &whole) {
            return whole;
        }
        let cut = pieces.len() > 1;
        if cut && self.known.has_name(self.message, &first) {
            let stray = pieces[1..].concat();
            let text =
                format!("`{first}` is followed by \"{stray}\", which was taken for a stray piece");
            self.note(row.line, text);
            return first;
        }
        if cut || printed.iter().any(|piece| piece.contains(' ')) {
            let printed = printed.join(" ");
            let text = format!("the name `{whole}` was put together from \"{printed}\"");
            self.note(row.line, text);
        }
        whole
    }

    fn mend_label(&mut self, row: &RawRow, known: Option<String>) -> String {
        let pieces = row.pieces[LABEL].iter();
        let pieces: Vec<String> = pieces.map(|piece| without_blanks(piece)).collect();
        let whole = pieces.concat();
        let Some(known) = known.filter(|_| pieces.len() > 1) else {
            return whole;
        };
        // The pieces behind the known label are stray.
        if (1..=pieces.len()).any(|count| pieces[..count].concat() == known) {
            return known;
        }
        let (shown, count) = (short(&whole), pieces.len());
        let text = format!("the label \"{shown}\" was put together from {count} pieces");
        self.note(row.line, text);
        whole
    }

    fn mend_mark(&mut self, row: &RawRow, name: &str) -> String {
        let pieces = &row.pieces[MARK];
        let first = pieces.first().map(String::as_str).unwrap_or_default();
        if mark(self.vocabulary(), first).is_none() {
            let text = format!(
                "`{name}` has the mark \"{}\", which is neither Y nor N nor a choice",
                short(first)
            );
            self.note(row.line, text);
            return first.to_owned();
        }
        let marks = pieces.iter();
        let marks: Vec<String> = marks
            .filter_map(|piece| mark(self.vocabulary(), piece))
            .collect();
        marks.join(" ").trim().to_owned()
    }

    /// Joins the pieces of a remark; a word that was cut is one word if the enum of the field has it.
    fn mend_remark(&self, row: &RawRow, field: Option<&str>) -> String {
        let field = self.message.and_then(|message| message.field(field?));
        let values: Vec<&str> = match field.map(|field| &field.field_type) {
            Some(FieldType::Enum(name)) => {
                let item = self.known.model.enum_named(name).into_iter();
                let values = item.flat_map(|item| &item.values);
                values.map(|value| value.value.as_str()).collect()
            }
            _ => Vec::new(),
        };
        let mut remark = String::new();
        for piece in row.pieces[REMARK].iter().filter(|piece| !piece.is_empty()) {
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
fn stitch(first: &Line, second: &Line) -> Line {
    let join = |first: &[String], second: &[String]| match (first, second) {
        ([before @ .., end], [start, behind @ ..]) => {
            [before, &[format!("{end}{start}")], behind].concat()
        }
        _ => [first, second].concat(),
    };
    Line {
        cells: join(&first.cells, &second.cells),
        printed: join(&first.printed, &second.printed),
        ..*first
    }
}

/// The beginning of a text of the document, for a note.
fn short(text: &str) -> String {
    text.chars().take(24).collect()
}
