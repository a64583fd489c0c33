//! Which row of the document is which field of the spec.
//!
//! Steps: tables to parts, by condition and shared names; rows to fields by part and name, by name, by alias, by name without capitals; what is left
//! on both sides and alike is perhaps a new name; the rest has come or gone.

use signed_xml_codegen::model::{Condition, Field, MessageKind};

use super::super::document::{Row, Table};
use super::super::edit::{Edit, EditKind};
use super::super::known::Known;
use super::super::printed::without_blanks;
use super::{Comparison, Pair, PrintedMessage, questions};

/// Whether a row, in the table of a part, is a field.
type SameField = fn(Option<usize>, &Row, &Field) -> bool;

/// Gives each table the part of the spec that it is.
pub(super) fn align(printed: &mut PrintedMessage<'_>) {
    let Some(message) = printed.message else {
        return;
    };
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

/// Pairs rows and fields of a message; what is on one side only becomes an edit.
pub(super) fn compare<'a>(
    known: Known<'a>,
    printed: &PrintedMessage<'a>,
    pairs: &mut Vec<Pair<'a>>,
    comparison: &mut Comparison,
) {
    let Some(message) = printed.message else {
        let name = message_name(printed);
        let line = printed.tables.first().map_or(0, |(table, _)| table.line);
        let edit = Edit::new(
            EditKind::MessageAdded,
            [&printed.interface.name, &name, ""],
            "",
            &printed.section.number,
        );
        comparison.edits.push(
            edit.at(line)
                .decide("a new message: decide `signed` and write `doc`"),
        );
        return;
    };
    conditions(printed, comparison);
    let mut rows: Vec<(Option<usize>, &'a Row)> = Vec::new();
    for (table, part) in &printed.tables {
        rows.extend(table.rows.iter().map(|row| (*part, row)));
    }
    let mut fields: Vec<&'a Field> = message
        .fields
        .iter()
        .filter(|field| known.is_printed(&field.history))
        .collect();
    let tests: [SameField; 4] = [
        |part, row, field| part == Some(field.part) && row.name == field.name,
        |_, row, field| row.name == field.name,
        |_, row, field| field.aliases.contains(&row.name),
        |_, row, field| row.name.eq_ignore_ascii_case(&field.name),
    ];
    let first = pairs.len();
    for test in tests {
        rows.retain(|(part, row)| {
            let Some(at) = fields.iter().position(|field| test(*part, row, field)) else {
                return true;
            };
            let field = fields.remove(at);
            pairs.push(Pair {
                words: &known.model.vocabulary.remarks,
                interface: printed.interface,
                message,
                row,
                field,
                part: *part,
            });
            false
        });
    }
    pairs[first..].sort_by_key(|pair| pair.row.line);
    let place = |item: &'a str| [printed.interface.name.as_str(), message.name.as_str(), item];
    for (part, row) in rows {
        if let Some(at) = fields
            .iter()
            .position(|field| alike(row, field, printed, &pairs[first..]))
        {
            let field = fields.remove(at);
            let what = format!(
                "`{}` is gone and `{}` is like it: one field under a new name, or two?",
                field.name, row.name
            );
            let edit = Edit::new(
                EditKind::FieldRenamed,
                place(&field.name),
                &field.name,
                &row.name,
            );
            comparison
                .edits
                .push(edit.at(row.line).part(part).decide(what));
        } else {
            let edit = Edit::new(EditKind::FieldAdded, place(&row.name), "", described(row));
            let mut edit = edit.at(row.line).part(part);
            edit.undecided = match message.field(&row.name) {
                Some(_) => Some(format!("`{}` is printed a second time", row.name)),
                None => questions::of_new_row(known.model, message.kind, row),
            };
            comparison.edits.push(edit);
        }
    }
    for field in fields {
        let edit = Edit::new(
            EditKind::FieldRemoved,
            place(&field.name),
            field.printed_type(),
            "",
        );
        comparison.edits.push(
            edit.part(Some(field.part))
                .decide("the document no longer has it: keep it with `until`, or delete the row"),
        );
    }
}

/// What a message of the document is called in the spec.
fn message_name(printed: &PrintedMessage<'_>) -> String {
    let Some((table, _)) = printed.tables.first() else {
        return String::new();
    };
    kind_name(table)
}

/// What the message of a table is called in the spec.
pub(in super::super) fn kind_name(table: &Table) -> String {
    let name = match table.kind {
        MessageKind::Request => "request",
        MessageKind::Response => "response",
        MessageKind::Notification => "notification",
        MessageKind::Reply => "reply",
        MessageKind::Structure => table.structure.as_deref().unwrap_or("content"),
    };
    name.to_owned()
}

/// The conditions of tables against those of parts.
fn conditions(printed: &PrintedMessage<'_>, comparison: &mut Comparison) {
    let Some(message) = printed.message else {
        return;
    };
    for (table, part) in &printed.tables {
        let Some(part) = part else { continue };
        let unread = table
            .condition
            .as_ref()
            .is_some_and(|condition| condition.requires.is_empty());
        let known = requires(message.parts[*part].when.as_ref());
        let print = printed_requires(table);
        if unread || known.as_ref() == Some(&sorted(&print)) {
            continue;
        }
        let line = table
            .condition
            .as_ref()
            .map_or(table.line, |condition| condition.line);
        let old = message.parts[*part]
            .when
            .as_ref()
            .map_or(String::new(), Condition::to_string);
        let edit = Edit::new(
            EditKind::Condition,
            [&printed.interface.name, &message.name, ""],
            old,
            expression(&print),
        );
        comparison.edits.push(edit.at(line).part(Some(*part)));
    }
}

/// A condition as the spec language writes it.
pub(in super::super) fn expression(requires: &[(String, String)]) -> String {
    let terms: Vec<String> = requires
        .iter()
        .map(|(field, value)| format!("{field} == {value:?}"))
        .collect();
    terms.join(" && ")
}

/// The pairs that a table's condition line asks for, in its order.
pub(in super::super) fn printed_requires(table: &Table) -> Vec<(String, String)> {
    let condition = table.condition.as_ref();
    condition.map_or(Vec::new(), |condition| condition.requires.clone())
}

fn sorted(requires: &[(String, String)]) -> Vec<(String, String)> {
    let mut requires = requires.to_vec();
    requires.sort();
    requires
}

/// The pairs that a part asks for, sorted; `None` for a condition of another kind.
fn requires(when: Option<&Condition>) -> Option<Vec<(String, String)>> {
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

/// Whether a row that came may be a field that went: the same label and type, or the same type and length in the same place.
fn alike(row: &Row, field: &Field, printed: &PrintedMessage<'_>, pairs: &[Pair<'_>]) -> bool {
    let same_type = row.wire_type == Some(field.wire_type);
    let same_label = row.label == without_blanks(&field.label);
    let before = pairs
        .iter()
        .filter(|pair| pair.row.line < row.line)
        .max_by_key(|pair| pair.row.line);
    let Some(message) = printed.message else {
        return false;
    };
    let at = message
        .fields
        .iter()
        .position(|known| std::ptr::eq(known, field));
    let previous = at.and_then(|at| message.fields.get(at.checked_sub(1)?));
    let same_place = before.map(|pair| &pair.field.name) == previous.map(|field| &field.name);
    same_type && (same_label || (same_place && row.max == field.max))
}

/// Type and mark of a row, for people.
fn described(row: &Row) -> String {
    format!("{} {} {}", row.printed_type, row.mark, row.label)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}
