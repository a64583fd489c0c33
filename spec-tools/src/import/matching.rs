//! Which table of the document is which part of the spec, and which row is which field.
//!
//! Steps: sections to interfaces, tables to messages; tables to parts, by condition and shared names; rows to fields by part and name, by name, by
//! alias, by name without capitals; what is left on both sides and alike is perhaps a new name; the rest has come or gone.

use signed_xml_codegen::model::{Condition, Field, Interface, Message, MessageKind, RemarkWords};

use super::document::{Document, Row, Section, Table};
use super::known::Known;
use super::plain::plain;
use super::printed::without_blanks;

/// A row of the document and the field of the spec that it is, with where both stand.
pub(super) struct Pair<'a> {
    pub(super) interface: &'a Interface,
    pub(super) message: &'a Message,
    pub(super) row: &'a Row,
    pub(super) field: &'a Field,
    /// The table of the row.
    pub(super) table: &'a Table,
    /// Part of the spec that the table is; `None` for a new one.
    pub(super) part: Option<usize>,
    pub(super) words: &'a RemarkWords,
}

/// A row that the spec does not have.
pub(super) struct NewRow<'a> {
    pub(super) row: &'a Row,
    pub(super) table: &'a Table,
    /// Part of the spec that the table is; `None` for a new one.
    pub(super) part: Option<usize>,
    /// A field that is gone and like it: perhaps it has another name now.
    pub(super) like: Option<&'a Field>,
}

/// A message of the document: its tables in order, each with the part of the spec that it is.
pub(super) struct PrintedMessage<'a> {
    pub(super) interface: &'a Interface,
    pub(super) section: &'a Section,
    /// `None` for one that the spec does not have.
    pub(super) message: Option<&'a Message>,
    pub(super) tables: Vec<(&'a Table, Option<usize>)>,
    pub(super) new_rows: Vec<NewRow<'a>>,
    /// Fields of tables that are there, without a row.
    pub(super) gone: Vec<&'a Field>,
    /// Parts of the spec without a table and without a row.
    pub(super) missing: Vec<usize>,
}

/// Whether a row, in the table of a part, is a field.
type SameField = fn(Option<usize>, &Row, &Field) -> bool;

/// The document's messages as far as their sections are interfaces of the spec, and all pairs of row and field in the document's order.
pub(super) fn matched<'a>(
    known: Known<'a>,
    document: &'a Document,
) -> (Vec<PrintedMessage<'a>>, Vec<Pair<'a>>) {
    let mut messages: Vec<PrintedMessage<'a>> = Vec::new();
    for table in &document.tables {
        let section = document.section_of(table);
        let interface = section.and_then(|section| section.interface.as_deref());
        let interface = interface.and_then(|name| known.interface(name));
        let (Some(section), Some(interface)) = (section, interface) else {
            continue;
        };
        // A message may go on in a section below that of its interface.
        let same = |message: &&mut PrintedMessage<'_>| {
            let mut tables = message.tables.iter();
            let alike = tables
                .any(|(other, _)| other.kind == table.kind && other.structure == table.structure);
            alike && message.interface.name == interface.name
        };
        match messages.iter_mut().find(same) {
            Some(message) => message.tables.push((table, None)),
            None => messages.push(PrintedMessage {
                interface,
                section,
                message: known.message(
                    Some(&interface.name),
                    table.kind,
                    table.structure.as_deref(),
                ),
                tables: vec![(table, None)],
                new_rows: Vec::new(),
                gone: Vec::new(),
                missing: Vec::new(),
            }),
        }
    }
    let mut pairs = Vec::new();
    for printed in &mut messages {
        if let Some(message) = printed.message {
            align(message, printed);
            pair(known, message, printed, &mut pairs);
        }
    }
    (messages, pairs)
}

/// Gives each table the part of the spec that it is.
fn align(message: &Message, printed: &mut PrintedMessage<'_>) {
    let mut taken: Vec<usize> = Vec::new();
    for (table, part) in &mut printed.tables {
        let scored = (0..message.parts.len())
            .filter(|at| !taken.contains(at))
            .map(|at| {
                let fields = message.fields.iter().filter(|field| field.part == at);
                let shared = fields
                    .filter(|field| table.rows.iter().any(|row| row.name == field.name))
                    .count();
                let same = requires(message.parts[at].when.as_ref())
                    .is_some_and(|known| known == sorted(&printed_requires(table)));
                (2 * shared + usize::from(same), at)
            });
        // Of equal scores the first part counts: tables come in the order of parts.
        let best = scored.max_by_key(|(score, at)| (*score, usize::MAX - at));
        *part = best.filter(|(score, _)| *score > 0).map(|(_, at)| at);
        taken.extend(*part);
    }
}

/// Pairs rows and fields of a message.
fn pair<'a>(
    known: Known<'a>,
    message: &'a Message,
    printed: &mut PrintedMessage<'a>,
    pairs: &mut Vec<Pair<'a>>,
) {
    let mut rows: Vec<(&'a Table, Option<usize>, &'a Row)> = Vec::new();
    for (table, part) in &printed.tables {
        rows.extend(table.rows.iter().map(|row| (*table, *part, row)));
    }
    let mut fields = known.fields(message);
    let tests: [SameField; 4] = [
        |part, row, field| part == Some(field.part) && row.name == field.name,
        |_, row, field| row.name == field.name,
        |_, row, field| field.aliases.contains(&row.name),
        |_, row, field| row.name.eq_ignore_ascii_case(&field.name),
    ];
    let first = pairs.len();
    for test in tests {
        rows.retain(|(table, part, row)| {
            let Some(at) = fields.iter().position(|field| test(*part, row, field)) else {
                return true;
            };
            pairs.push(Pair {
                words: &known.model.vocabulary.remarks,
                interface: printed.interface,
                message,
                row,
                field: fields.remove(at),
                table,
                part: *part,
            });
            false
        });
    }
    let pairs = pairs.get_mut(first..).unwrap_or_default();
    pairs.sort_by_key(|pair| pair.row.line);
    let is_there = |part: usize| {
        printed.tables.iter().any(|(_, other)| *other == Some(part))
            || pairs.iter().any(|pair| pair.field.part == part)
    };
    let mut missing: Vec<usize> = fields.iter().map(|field| field.part).collect();
    missing.retain(|part| !is_there(*part));
    missing.dedup();
    fields.retain(|field| !missing.contains(&field.part));
    for (table, part, row) in rows {
        let like = fields
            .iter()
            .position(|field| alike(row, field, message, pairs))
            .map(|at| fields.remove(at));
        printed.new_rows.push(NewRow {
            row,
            table,
            part,
            like,
        });
    }
    printed.gone = fields;
    printed.missing = missing;
}

/// Whether a row that came may be a field that went: the same label and type, or the same type and length in the same place.
fn alike(row: &Row, field: &Field, message: &Message, pairs: &[Pair<'_>]) -> bool {
    let same_type = row.wire_type == Some(field.wire_type);
    let before = pairs
        .iter()
        .filter(|pair| pair.row.line < row.line)
        .max_by_key(|pair| pair.row.line);
    let at = message
        .fields
        .iter()
        .position(|known| std::ptr::eq(known, field));
    let previous = at.and_then(|at| message.fields.get(at.checked_sub(1)?));
    let same_place = before.map(|pair| &pair.field.name) == previous.map(|field| &field.name);
    same_type && (same_text(&row.label, &field.label) || (same_place && row.max == field.max))
}

/// True if two texts differ in blanks and in the width of characters at most.
pub(super) fn same_text(a: &str, b: &str) -> bool {
    without_blanks(&plain(a)) == without_blanks(&plain(b))
}

/// What the message of a table is called in the spec.
pub(super) fn kind_name(table: &Table) -> String {
    let name = match table.kind {
        MessageKind::Request => "request",
        MessageKind::Response => "response",
        MessageKind::Notification => "notification",
        MessageKind::Reply => "reply",
        MessageKind::Structure => table.structure.as_deref().unwrap_or("content"),
    };
    name.to_owned()
}

/// A condition as the spec language writes it.
pub(super) fn expression(requires: &[(String, String)]) -> String {
    let terms: Vec<String> = requires
        .iter()
        .map(|(field, value)| format!("{field} == {value:?}"))
        .collect();
    terms.join(" && ")
}

/// The pairs that a table's condition line asks for, in its order.
pub(super) fn printed_requires(table: &Table) -> Vec<(String, String)> {
    let condition = table.condition.as_ref();
    condition.map_or(Vec::new(), |condition| condition.requires.clone())
}

pub(super) fn sorted(requires: &[(String, String)]) -> Vec<(String, String)> {
    let mut requires = requires.to_vec();
    requires.sort();
    requires
}

/// The pairs that a part asks for, sorted; `None` for a condition of another kind.
pub(super) fn requires(when: Option<&Condition>) -> Option<Vec<(String, String)>> {
    fn collect(condition: &Condition, pairs: &mut Vec<(String, String)>) -> bool {
        match condition {
            Condition::All(parts) => parts.iter().all(|part| collect(part, pairs)),
            Condition::Is { field, values } => match values.as_slice() {
                [value] => {
                    pairs.push((field.clone(), value.clone()));
                    true
                }
                _ => false,
            },
            _ => false,
        }
    }
    let mut pairs = Vec::new();
    let readable = when.is_none_or(|when| collect(when, &mut pairs));
    pairs.sort();
    readable.then_some(pairs)
}

impl<'a> Pair<'a> {
    /// The word of a choice in a text of the row, and out of how many it is.
    pub(super) fn choice_in<'t>(&self, text: &'t str) -> Option<(&'t str, usize)> {
        self.words.choice_in(text)
    }

    /// Interface, message and field.
    pub(super) fn place(&self) -> [&'a str; 3] {
        [&self.interface.name, &self.message.name, &self.field.name]
    }
}
