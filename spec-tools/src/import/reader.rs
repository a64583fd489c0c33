//! Walks the lines of a document: sections, headings, field tables, and other tables.

use signed_xml_codegen::model::{DocumentWords, MessageKind, Model};

use super::bills;
use super::document::{
    Document, Note, Printed, PrintedCode, PrintedCondition, PrintedVersion, Table,
};
use super::known::Known;
use super::lines::{Line, ReadError};
use super::printed::{
    Columns, address, condition, date, direction, is_page_furniture, structure_name, without_blanks,
};
use super::rows::OpenTable;
use super::sections::sections;

/// Reads the lines with what the spec knows.
///
/// # Errors
///
/// [`ReadError::NoTable`] if there is no field table.
pub(super) fn read(lines: &[Line], model: &Model) -> Result<Document, ReadError> {
    let known = Known { model };
    let mut reader = Reader {
        document: Document {
            sections: sections(lines, known),
            bills: bills::headers(lines, model),
            ..Document::default()
        },
        known,
        section: None,
        kind: MessageKind::Request,
        structure: None,
        condition: None,
        state: State::Outside,
        after_blank: true,
    };
    for line in lines {
        reader.take(line);
    }
    reader.close();
    match reader.document.tables.is_empty() {
        true => Err(ReadError::NoTable { lines: lines.len() }),
        false => Ok(reader.document),
    }
}

struct Reader<'m> {
    known: Known<'m>,
    document: Document,
    section: Option<usize>,
    kind: MessageKind,
    /// Named by the line in front of a table.
    structure: Option<String>,
    condition: Option<PrintedCondition>,
    state: State<'m>,
    after_blank: bool,
}

/// What the next row belongs to.
enum State<'m> {
    Outside,
    Fields(Box<(Table, OpenTable<'m>)>),
    /// Error codes; columns of the code and of its meaning.
    Codes(usize, usize),
    /// The version history; columns of the version and of its date.
    Versions(usize, usize),
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
        if line.is_rule() {
            return;
        }
        match line.prose() {
            Some(text) if is_page_furniture(self.words(), text) => return,
            Some(text) => self.take_prose(line.number, text),
            None => self.take_cells(line),
        }
        self.after_blank = false;
    }

    fn take_prose(&mut self, line: u32, text: &str) {
        let mut sections = self.document.sections.iter();
        if let Some(section) = sections.position(|section| section.line == line) {
            self.close();
            self.section = Some(section);
            self.kind = MessageKind::Request;
            self.structure = None;
            self.condition = None;
        } else if let Some(kind) = direction(self.words(), text, self.kind) {
            self.close();
            self.kind = kind;
            self.structure = None;
            self.condition = None;
        } else if let Some(requires) = condition(&self.known.model.vocabulary, text) {
            self.close();
            if requires.is_empty() {
                let text =
                    "the condition line in front of the next table could not be read".to_owned();
                self.document.notes.push(Note { line, text });
            }
            self.condition = Some(PrintedCondition { requires, line });
        } else if let Some(name) = structure_name(self.words(), text) {
            self.close();
            self.structure = Some(name.to_owned());
        } else if address(text).is_some() {
            self.close();
        } else if let State::Fields(open) = &mut self.state {
            open.1.take_prose(line, text, self.after_blank);
        }
    }

    fn take_cells(&mut self, line: &Line) {
        if let Some(columns) = Columns::of(self.words(), &line.cells) {
            self.open(line.number, columns);
        } else if let Some(state) = other_table(self.words(), &line.cells) {
            self.close();
            self.state = state;
        } else {
            match &mut self.state {
                State::Outside => self.take_rule(line),
                State::Fields(open) => open.1.take(line.number, &line.cells),
                State::Codes(code, meaning) => {
                    let (code, meaning) = (*code, *meaning);
                    self.take_code(line, code, meaning);
                }
                State::Versions(version, when) => {
                    let (version, when) = (*version, *when);
                    self.take_version(line, version, when);
                }
            }
        }
    }

    /// A heading row: a new table, or the same on a new page.
    fn open(&mut self, line: u32, columns: Columns) {
        if let State::Fields(open) = &self.state
            && open.1.repeats(&columns)
        {
            return;
        }
        self.close();
        let Some(section) = self.section else {
            let text =
                "a field table in front of the first numbered section was left out".to_owned();
            self.document.notes.push(Note { line, text });
            return;
        };
        let structure = self.structure.take();
        let kind = match columns.structure || structure.is_some() {
            true => MessageKind::Structure,
            false => self.kind,
        };
        let interface = self
            .document
            .sections
            .get(section)
            .and_then(|found| found.interface.clone());
        let message = self
            .known
            .message(interface.as_deref(), kind, structure.as_deref());
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
            let (rows, notes) = open.finish();
            table.rows = rows;
            self.document.notes.extend(notes);
            self.document.tables.push(table);
        }
    }

    /// A row of the table of general rules: only the signature algorithm is a fact of the spec.
    fn take_rule(&mut self, line: &Line) {
        let [name, value, ..] = line.cells.as_slice() else {
            return;
        };
        let is_signature = self.words().signature.contains(&without_blanks(name));
        if is_signature && self.document.signature.is_none() && !value.is_empty() {
            let (text, line) = (value.clone(), line.number);
            self.document.signature = Some(Printed { text, line });
        }
    }

    fn take_code(&mut self, line: &Line, code: usize, meaning: usize) {
        let cell = |at: usize| line.cells.get(at).map_or("", String::as_str);
        let (number, text) = (without_blanks(cell(code)), without_blanks(cell(meaning)));
        if number.is_empty() {
            // A meaning that a page break cut.
            if let Some(last) = self.document.error_codes.last_mut() {
                last.meaning.push_str(&text);
            }
        } else if number
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        {
            let words = line.cells.iter().enumerate();
            let words =
                words.filter(|(at, cell)| *at != code && *at != meaning && !cell.is_empty());
            let interfaces = words.flat_map(|(_, cell)| cell.split(['、', ',', '，', ' ']));
            self.document.error_codes.push(PrintedCode {
                code: number,
                meaning: text,
                interfaces: interfaces
                    .filter(|word| !word.is_empty())
                    .map(str::to_owned)
                    .collect(),
                line: line.number,
            });
        }
    }

    fn take_version(&mut self, line: &Line, version: usize, when: usize) {
        let cell = |at: usize| line.cells.get(at).map_or("", String::as_str);
        let number = without_blanks(cell(version));
        let number = number.trim_start_matches(['V', 'v']);
        if number.starts_with(|c: char| c.is_ascii_digit()) {
            self.document.versions.push(PrintedVersion {
                version: number.to_owned(),
                date: date(cell(when)),
                line: line.number,
            });
        }
    }
}

/// The heading of a table that holds no fields.
fn other_table<'m>(words: &DocumentWords, cells: &[String]) -> Option<State<'m>> {
    let cells: Vec<String> = cells.iter().map(|cell| without_blanks(cell)).collect();
    let find = |words: &[String]| cells.iter().position(|cell| words.contains(cell));
    if let (Some(code), Some(meaning)) = (find(&words.error_code), find(&words.error_meaning)) {
        return Some(State::Codes(code, meaning));
    }
    match (find(&words.version), find(&words.date)) {
        (Some(version), Some(when)) => Some(State::Versions(version, when)),
        _ => None,
    }
}
