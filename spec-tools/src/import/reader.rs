//! Walks the lines of a document: sections, headings, field tables, and other tables.
//!
//! Every line that looks like a part of a table is read or reported: what is in no table whose
//! heading row is known ends up in [`Document::unreadable`].

use signed_xml_codegen::model::{DocumentWords, MessageKind, Model};

use super::bills;
use super::document::{
    Document, Note, Printed, PrintedCode, PrintedCondition, PrintedVersion, Table,
};
use super::known::Known;
use super::lines::{Form, Line, ReadError};
use super::plain::Replaced;
use super::printed::{
    Columns, address, condition, date, direction, heading_words, is_code, is_one_of,
    is_page_furniture, is_version, place_of, row_in_blanks, section_title, structure_name,
    without_blanks,
};
use super::rows::OpenTable;
use super::sections::sections;

/// Reads the lines with what the spec knows.
///
/// # Errors
///
/// [`ReadError::NoTable`] if no line could be part of a table.
pub(super) fn read(lines: &[Line], model: &Model) -> Result<Document, ReadError> {
    let known = Known { model };
    let mut reader = Reader {
        document: Document {
            sections: sections(lines, known),
            ..Document::default()
        },
        known,
        section: None,
        kind: MessageKind::Request,
        announced: false,
        structure: None,
        condition: None,
        state: State::Outside,
        orphans: None,
        heading: None,
        after_blank: true,
        replaced: Replaced::default(),
    };
    (reader.document.bills, reader.document.unreadable) = bills::headers(lines, model);
    for line in lines {
        reader.take(line);
    }
    reader.close();
    reader.report_orphans();
    let mut document = reader.document;
    document.notes.extend(reader.replaced.notes());
    document.unreadable.sort_by_key(|note| note.line);
    let is_known = !model.vocabulary.document.name.is_empty() && !document.unreadable.is_empty();
    match document.tables.is_empty() && !is_known {
        true => Err(ReadError::NoTable { lines: lines.len() }),
        false => Ok(document),
    }
}

struct Reader<'m> {
    known: Known<'m>,
    document: Document,
    section: Option<usize>,
    kind: MessageKind,
    /// True once a heading of the section has named the message of its tables.
    announced: bool,
    /// Named by the line in front of a table.
    structure: Option<String>,
    condition: Option<PrintedCondition>,
    state: State<'m>,
    /// Rows that stand in no table.
    orphans: Option<Orphans>,
    /// The heading row that was read last, until the line behind it is read.
    heading: Option<u32>,
    after_blank: bool,
    replaced: Replaced,
}

/// What the next row belongs to.
enum State<'m> {
    Outside,
    Fields(Box<(Table, OpenTable<'m>)>),
    /// Error codes; columns of the code and of its meaning.
    Codes(usize, usize),
    /// The version history; columns of the version and of its date.
    Versions(usize, usize),
    /// Rules for all interfaces, of which the signature algorithm alone is a fact of the spec.
    Rules,
}

/// A run of rows that no heading row explains.
struct Orphans {
    first: u32,
    last: u32,
    shown: String,
}

impl<'m> Reader<'m> {
    fn words(&self) -> &'m DocumentWords {
        &self.known.model.vocabulary.document
    }

    fn take(&mut self, line: &Line) {
        if line.is_blank() {
            self.after_blank = true;
            return;
        }
        if let Some(heading) = self.heading.take()
            && line.form == Form::Markdown
            && !line.is_rule()
        {
            let text = "the heading row has no rule `|---|` below it".to_owned();
            self.note(heading, text);
        }
        if line.is_rule() {
            return;
        }
        match (line.prose(), line.spanning()) {
            (Some(text), _) if line.form != Form::Word && is_page_furniture(self.words(), text) => {
                return;
            }
            (Some(text), _) => self.take_prose(line, text),
            (None, Some(text)) if self.take_spanning(line, text) => {}
            (None, _) => self.take_cells(line),
        }
        self.after_blank = false;
    }

    /// A row that is merged over its table, or has one cell: a heading or a condition within the table. False if it is an ordinary row.
    fn take_spanning(&mut self, line: &Line, text: &str) -> bool {
        let columns = match &self.state {
            State::Fields(open) => Some(open.1.columns()),
            _ => None,
        };
        let is_heading = self.take_heading(line, text);
        if is_heading && let Some(columns) = columns {
            // The rows below it have the columns of the table that they go on.
            self.open(line.number, columns);
        }
        is_heading
    }

    fn take_prose(&mut self, line: &Line, text: &str) {
        if self.take_heading(line, text) {
            return;
        }
        self.report_orphans();
        let number = line.number;
        let problem = match &mut self.state {
            _ if text.contains("<td") || text.contains("<th") => {
                Some("a table in HTML: write it with tabs or bars between the cells")
            }
            _ if row_in_blanks(&self.known.model.vocabulary.document, text) => {
                Some("a row whose cells are parted by blanks: part them by tabs")
            }
            State::Codes(..) if is_row_of(text, is_code) => {
                Some("an error code whose cells are parted by blanks: part them by tabs")
            }
            State::Versions(..) if is_row_of(text, is_version) => {
                Some("a version whose cells are parted by blanks: part them by tabs")
            }
            State::Fields(open) if line.form == Form::Text => {
                open.1.take_prose(line, self.after_blank);
                None
            }
            _ => {
                if line.form != Form::Text || self.after_blank {
                    self.close();
                }
                None
            }
        };
        if let Some(problem) = problem {
            self.unreadable(number, format!("`{}` is {problem}", line.shown()));
        }
    }

    /// A line that says what comes below it; false for any other.
    fn take_heading(&mut self, line: &Line, text: &str) -> bool {
        let mut sections = self.document.sections.iter();
        if let Some(section) = sections.position(|section| section.line == line.number) {
            self.close();
            self.section = Some(section);
            self.kind = MessageKind::Request;
            self.announced = false;
            self.structure = None;
            self.condition = None;
        } else if let Some(kind) = direction(self.words(), text, self.kind) {
            self.close();
            self.kind = kind;
            self.announced = true;
            self.structure = None;
            self.condition = None;
        } else if let Some(requires) = condition(&self.known.model.vocabulary, text) {
            self.close();
            if requires.is_empty() {
                let text = format!(
                    "the condition `{}` is not understood: it names no field and value",
                    line.shown()
                );
                self.unreadable(line.number, text);
            }
            let line = line.number;
            self.condition = Some(PrintedCondition { requires, line });
        } else if let Some(name) = structure_name(self.words(), text) {
            self.close();
            self.structure = Some(name.to_owned());
        } else if address(text).is_some() {
            self.close();
        } else {
            return false;
        }
        self.report_orphans();
        true
    }

    fn take_cells(&mut self, line: &Line) {
        let (words, cells) = (self.words(), &line.cells);
        if let Some(columns) = Columns::of(words, cells) {
            self.replaced.count(line, 0..cells.len());
            self.note_unknown_columns(line, columns);
            self.open(line.number, columns);
            self.heading = Some(line.number);
            return;
        }
        if let Some(state) = other_table(words, cells) {
            self.replaced.count(line, 0..cells.len());
            self.report_orphans();
            self.close();
            self.note_crowded(line.number, &state);
            self.state = state;
            self.heading = Some(line.number);
            return;
        }
        match &mut self.state {
            State::Fields(open) => open.1.take(line, &mut self.replaced),
            State::Codes(code, meaning) => {
                let (code, meaning) = (*code, *meaning);
                self.take_code(line, code, meaning);
            }
            State::Versions(version, when) => {
                let (version, when) = (*version, *when);
                self.take_version(line, version, when);
            }
            State::Rules => self.take_rule(line),
            State::Outside if is_of_contents(cells) => {}
            State::Outside => {
                let first = cells.first().map_or("", String::as_str);
                if is_one_of(first, &words.rule) || is_one_of(first, &words.signature) {
                    self.take_rule(line);
                } else {
                    self.take_orphan(line);
                }
            }
        }
    }

    /// Headings of columns that are not read.
    fn note_unknown_columns(&mut self, line: &Line, columns: Columns) {
        let known = [
            Some(columns.name),
            columns.label,
            Some(columns.wire_type),
            columns.length,
            Some(columns.mark),
            columns.remark,
        ];
        for (at, cell) in line.printed.iter().enumerate() {
            if !cell.is_empty() && !known.contains(&Some(at)) {
                let text = format!("the column `{cell}` is not known: its cells are not read");
                self.note(line.number, text);
            }
        }
    }

    /// A heading row: a new table, or the same on a new page.
    fn open(&mut self, line: u32, columns: Columns) {
        self.report_orphans();
        if let State::Fields(open) = &self.state
            && open.1.columns() == columns
        {
            return;
        }
        self.close();
        if columns.structure && self.structure.is_none() {
            let text =
                "no line in front of the table names its structure; it was taken for the only one";
            self.note(line, text.to_owned());
        }
        // Invariant: a line that opens a table comes behind a section, be it one without a number.
        let section = self.section.unwrap_or_default();
        let structure = self.structure.take();
        let is_structure = columns.structure || structure.is_some();
        if !is_structure && !self.announced {
            let text = "no heading says which message the table is of; it was taken for a request";
            self.note(line, text.to_owned());
        }
        let kind = match is_structure {
            true => MessageKind::Structure,
            false => self.kind,
        };
        let interface = self.document.sections.get(section);
        let interface = interface.and_then(|found| found.interface.as_deref());
        let message = self.known.message(interface, kind, structure.as_deref());
        let table = Table {
            section,
            kind,
            structure,
            condition: self.condition.take(),
            line,
            rows: Vec::new(),
        };
        let rows = OpenTable::new(self.known, message, columns);
        self.state = State::Fields(Box::new((table, rows)));
    }

    fn close(&mut self) {
        if let State::Fields(open) = std::mem::replace(&mut self.state, State::Outside) {
            let (mut table, open) = *open;
            let read = open.finish();
            self.document.notes.extend(read.notes);
            self.document.unreadable.extend(read.unreadable);
            table.rows = read.rows;
            if table.rows.is_empty() {
                // The condition of a merged row holds for the table below it.
                self.condition = self.condition.take().or(table.condition);
            } else {
                self.document.tables.push(table);
            }
        }
    }

    /// A row of a table of general rules: only the signature algorithm is a fact of the spec.
    fn take_rule(&mut self, line: &Line) {
        let [name, value, ..] = line.cells.as_slice() else {
            return;
        };
        let is_signature = is_one_of(name, &self.words().signature);
        if is_signature && self.document.signature.is_none() && !value.is_empty() {
            self.replaced.count(line, [0, 1]);
            let (text, line) = (value.clone(), line.number);
            self.document.signature = Some(Printed { text, line });
        }
    }

    fn take_code(&mut self, line: &Line, code: usize, meaning: usize) {
        let cell = |at: usize| line.cells.get(at).map_or("", String::as_str);
        let number = without_blanks(cell(code));
        let text = line.printed.get(meaning).map_or("", String::as_str);
        let text = without_blanks(text);
        self.replaced.count(line, [code]);
        if number.is_empty()
            && line
                .cells
                .iter()
                .enumerate()
                .all(|(at, cell)| at == meaning || cell.is_empty())
        {
            // A meaning that a page break cut.
            if let Some(last) = self.document.error_codes.last_mut() {
                last.meaning.push_str(&text);
            }
        } else if is_code(&number) {
            let words = line.cells.iter().enumerate();
            let words =
                words.filter(|(at, cell)| *at != code && *at != meaning && !cell.is_empty());
            let interfaces = words.flat_map(|(_, cell)| cell.split(['、', ',', ' ']));
            self.document.error_codes.push(PrintedCode {
                code: number,
                meaning: text,
                interfaces: interfaces
                    .filter(|word| !word.is_empty())
                    .map(str::to_owned)
                    .collect(),
                line: line.number,
            });
        } else {
            let text = format!("`{}` is not the row of an error code", line.shown());
            self.unreadable(line.number, text);
        }
    }

    fn take_version(&mut self, line: &Line, version: usize, when: usize) {
        let cell = |at: usize| line.cells.get(at).map_or("", String::as_str);
        let number = without_blanks(cell(version));
        let date = date(cell(when));
        self.replaced.count(line, [version, when]);
        if is_version(&number) && !date.is_empty() {
            self.document.versions.push(PrintedVersion {
                version: number.trim_start_matches(['V', 'v']).to_owned(),
                date,
                line: line.number,
            });
        } else if !(number.is_empty() && cell(when).is_empty()) {
            let text = format!(
                "`{}` is not the row of a version: it needs a number such as `V2.4` and a date such as `2020-07-13`",
                line.shown()
            );
            self.unreadable(line.number, text);
        }
    }

    fn take_orphan(&mut self, line: &Line) {
        match &mut self.orphans {
            Some(orphans) => orphans.last = line.number,
            None => {
                self.orphans = Some(Orphans {
                    first: line.number,
                    last: line.number,
                    shown: line.shown(),
                });
            }
        }
    }

    fn report_orphans(&mut self) {
        let Some(orphans) = self.orphans.take() else {
            return;
        };
        let Orphans { first, last, shown } = orphans;
        let lines = match first == last {
            true => String::new(),
            false => format!(" and the lines up to {last}"),
        };
        let text = format!(
            "`{shown}`{lines} stand below no heading row that is understood: {}; other words are added to `[document]` of `vocabulary.toml`",
            heading_words(self.words())
        );
        self.unreadable(first, text);
    }

    /// Error codes and versions have sections of their own: where they do not, a heading may be lost.
    fn note_crowded(&mut self, line: u32, state: &State<'_>) {
        let section = self.section.and_then(|at| self.document.sections.get(at));
        let Some(section) = section.filter(|section| !section.number.is_empty()) else {
            return;
        };
        let before = match state {
            State::Versions(..) => self.document.error_codes.last().map(|code| code.line),
            State::Codes(..) => self.document.versions.last().map(|version| version.line),
            _ => return,
        };
        let shared = before.is_some_and(|before| before > section.line);
        if shared || section.interface.is_some() {
            let text = format!(
                "the table stands in section {} below another one: is the heading of its section there?",
                section.number
            );
            self.note(line, text);
        }
    }

    fn note(&mut self, line: u32, text: String) {
        self.document.notes.push(Note { line, text });
    }

    fn unreadable(&mut self, line: u32, text: String) {
        self.document.unreadable.push(Note { line, text });
    }
}

/// The heading of a table that holds no fields.
fn other_table<'m>(words: &DocumentWords, cells: &[String]) -> Option<State<'m>> {
    let find = |words: &[String]| place_of(cells, words);
    if let (Some(code), Some(meaning)) = (find(&words.error_code), find(&words.error_meaning)) {
        return Some(State::Codes(code, meaning));
    }
    match (find(&words.version), find(&words.date)) {
        (Some(version), Some(when)) => Some(State::Versions(version, when)),
        _ => (find(&words.rule_value) == Some(1)).then_some(State::Rules),
    }
}

/// A line of the table of contents: a section and its page.
fn is_of_contents(cells: &[String]) -> bool {
    let [title, page] = cells else { return false };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    section_title(title).is_some() && is_number(page)
}

/// A line of several words of which the first is of a kind.
fn is_row_of(text: &str, is_first: fn(&str) -> bool) -> bool {
    let mut words = text.split_whitespace();
    let is_meaning = |word: &str| !word.is_ascii() || !date(word).is_empty();
    words.next().is_some_and(is_first) && words.next().is_some_and(is_meaning)
}
