//! Edits of field rows and of the tables that they stand in.

use toml_edit::{InlineTable, Item, Value};

use signed_xml_codegen::model::{MessageKind, WireType};

use super::super::compare::{Comparison, expression, of_new_row, printed_requires};
use super::super::document::{Row, Table};
use super::super::edit::{Edit, EditKind};
use super::super::known;
use super::table::{
    add_part, insert, message_table, part_of, part_rows, position, position_of_name, rename_in,
    row_mut, set, unset, words,
};
use super::{Draft, draft};

impl Draft<'_> {
    /// Changes keys of a row.
    pub(super) fn field(&mut self, edit: &Edit) -> Option<()> {
        let printed = edit
            .line
            .and_then(|line| self.document.row_at(line))
            .cloned();
        let old_version = self.model.document.clone();
        self.with_row(edit, edit.part?, |row| {
            match (edit.kind, &printed) {
                (EditKind::FieldRemoved, _) => set(row, "until", &old_version),
                (EditKind::Label, Some(printed)) => set(row, "label", &printed.label),
                (EditKind::Max, Some(printed)) => set_max(row, printed.max),
                (EditKind::Type, Some(printed)) => set_type(row, printed),
                (EditKind::Mark, Some(printed)) => set_mark(row, printed),
                (EditKind::Unit, _) => set_or_drop(row, "unit", &edit.new, &["fen", "seconds"]),
                (EditKind::Form, _) => {
                    let word = match edit.new.as_str() {
                        "yyyyMMddHHmmss" => "time",
                        "yyyyMMdd" => "date",
                        _ => "",
                    };
                    set_or_drop(row, "format", word, &["time", "date"]);
                }
                _ => {}
            }
            decide(row, edit);
        })
    }

    /// A new row, behind the one that the document prints before it.
    pub(super) fn add_field(&mut self, edit: &Edit) -> Option<()> {
        let line = edit.line?;
        let table = self
            .document
            .tables
            .iter()
            .find(|table| table.rows.iter().any(|row| row.line == line))?
            .clone();
        let printed = table.rows.iter().find(|row| row.line == line)?;
        let interface = self
            .model
            .interfaces
            .iter()
            .find(|interface| interface.name == edit.interface)?;
        let message = interface
            .messages
            .iter()
            .find(|message| message.name == edit.message)?;
        let renamed = (edit.kind == EditKind::FieldRenamed)
            .then(|| message.field(&edit.item))
            .flatten();
        let mut row = match renamed {
            Some(old) => {
                let until = self.model.document.clone();
                let mut copy = InlineTable::new();
                self.with_row(edit, old.part, |row| {
                    copy = row.clone();
                    set(row, "until", &until);
                    decide(row, edit);
                })?;
                draft::renamed(copy, printed)
            }
            None => draft::row(self.model, message.kind, printed),
        };
        if renamed.is_none() && known::field(message, &printed.name).is_some() {
            set(&mut row, "repeated", true);
        }
        set(&mut row, "since", &self.version);
        set(&mut row, "line", i64::from(line));
        decide(&mut row, edit);
        let part = match edit.part {
            Some(part) => part,
            None => self.part_for(edit, &table)?,
        };
        let rows = part_rows(self.files.get_mut(&file_name(edit))?, &edit.message, part)?;
        let at = match renamed {
            Some(old) => position(rows, "name", &old.name)? + 1,
            None => behind(&table, printed, rows),
        };
        insert(rows, at, row);
        Some(())
    }

    /// A row to another part.
    pub(super) fn move_field(&mut self, edit: &Edit) -> Option<()> {
        let line = edit.line?;
        let table = self
            .document
            .tables
            .iter()
            .find(|table| table.rows.iter().any(|row| row.line == line))?
            .clone();
        let printed = table.rows.iter().find(|row| row.line == line)?;
        let target = match edit.target {
            Some(part) => part,
            None => self.part_for(edit, &table)?,
        };
        let file = self.files.get_mut(&file_name(edit))?;
        let rows = part_rows(file, &edit.message, edit.part?)?;
        let at = position(rows, "name", &edit.item)?;
        let mut row = rows.remove(at).as_inline_table()?.clone();
        decide(&mut row, edit);
        let rows = part_rows(file, &edit.message, target)?;
        let at = behind(&table, printed, rows);
        insert(rows, at, row);
        Some(())
    }

    /// Other capitals: in place, with all that speaks of the field; what we receive may still come under the old name.
    pub(super) fn respell(&mut self, edit: &Edit) -> Option<()> {
        let interface = self
            .model
            .interfaces
            .iter()
            .find(|interface| interface.name == edit.interface)?;
        let message = interface
            .messages
            .iter()
            .find(|message| message.name == edit.message)?;
        let received = !message.kind.is_sent();
        let aliases = message
            .field(&edit.old)
            .map(|field| field.aliases.clone())
            .unwrap_or_default();
        let mut aliases: Vec<&str> = aliases
            .iter()
            .map(String::as_str)
            .filter(|alias| *alias != edit.new)
            .collect();
        if received && !aliases.contains(&edit.old.as_str()) {
            aliases.push(&edit.old);
        }
        self.with_row(edit, edit.part?, |row| {
            set(row, "name", &edit.new);
            match aliases.is_empty() {
                true => unset(row, "aliases"),
                false => set(row, "aliases", words(aliases.iter().copied())),
            }
            decide(row, edit);
        })?;
        let table = message_table(self.files.get_mut(&file_name(edit))?, &edit.message)?;
        rename_in(table, &edit.old, &edit.new);
        Some(())
    }

    /// The condition of a part.
    pub(super) fn condition(&mut self, edit: &Edit) -> Option<()> {
        let part = part_of(
            self.files.get_mut(&file_name(edit))?,
            &edit.message,
            edit.part?,
        )?;
        match edit.new.is_empty() {
            true => {
                part.remove("when");
            }
            false => match part.get_mut("when").and_then(Item::as_value_mut) {
                Some(when) => {
                    let decor = when.decor().clone();
                    *when = Value::from(edit.new.as_str());
                    *when.decor_mut() = decor;
                }
                None => {
                    let fields = part.remove("fields");
                    part.insert("when", toml_edit::value(&edit.new));
                    part.insert("fields", fields?);
                }
            },
        }
        Some(())
    }

    /// A message that the interface did not have.
    pub(super) fn add_message(&mut self, edit: &Edit) -> Option<()> {
        let section = self
            .document
            .sections
            .iter()
            .position(|section| section.interface.as_ref() == Some(&edit.interface))?;
        let tables = self
            .document
            .tables
            .iter()
            .filter(|table| table.section == section);
        let tables: Vec<&Table> = tables
            .filter(|table| super::super::compare::kind_name(table) == edit.message)
            .collect();
        let text = self.message_text(&tables, edit.undecided.as_deref());
        let file = self.files.get_mut(&file_name(edit))?;
        let joined = format!(
            "{}\n{text}",
            file.to_string().trim_end_matches('\n').to_owned() + "\n"
        );
        *file = joined.parse().ok()?;
        Some(())
    }

    /// Writes which values rows list, where that changed.
    pub(super) fn list_values(&mut self, comparison: &Comparison) {
        for row in &comparison.lists {
            let Some(file) = self
                .files
                .get_mut(&format!("interfaces/{}.toml", row.interface))
            else {
                continue;
            };
            let rows = part_rows(file, &row.message, row.part);
            let Some(found) = rows.and_then(|rows| row_mut(rows, "name", &row.field)) else {
                continue;
            };
            match row.values.is_empty() {
                true => unset(found, "listed"),
                false => set(
                    found,
                    "listed",
                    words(row.values.iter().map(String::as_str)),
                ),
            }
        }
    }

    /// Does something to the row of an edit.
    pub(super) fn with_row(
        &mut self,
        edit: &Edit,
        part: usize,
        change: impl FnOnce(&mut InlineTable),
    ) -> Option<()> {
        let rows = part_rows(self.files.get_mut(&file_name(edit))?, &edit.message, part)?;
        let row = match edit.item.is_empty() {
            true => rows.get_mut(0)?.as_inline_table_mut()?,
            false => row_mut(rows, "name", &edit.item)?,
        };
        change(row);
        Some(())
    }

    /// The part that was or is now added for a table that the spec does not have.
    fn part_for(&mut self, edit: &Edit, table: &Table) -> Option<usize> {
        if let Some(part) = self.parts.get(&table.line) {
            return Some(*part);
        }
        let when = expression(&printed_requires(table));
        let when = Some(when.as_str()).filter(|when| !when.is_empty());
        let part = add_part(self.files.get_mut(&file_name(edit))?, &edit.message, when)?;
        self.parts.insert(table.line, part);
        Some(part)
    }

    /// A message as TOML text; the first row carries what is to be decided of the message.
    pub(super) fn message_text(&self, tables: &[&Table], undecided: Option<&str>) -> String {
        let Some(first) = tables.first() else {
            return String::new();
        };
        let name = super::super::compare::kind_name(first);
        let structure = first.kind == MessageKind::Structure;
        let mut text = match structure {
            true => format!("[structure.{name}]\n"),
            false => format!(
                "[{name}]\nsigned = {}\n",
                tables
                    .iter()
                    .any(|table| table.rows.iter().any(|row| row.name == "sign"))
            ),
        };
        let alone = tables.len() == 1 && first.condition.is_none();
        let mut mark = undecided;
        for table in tables {
            if !alone {
                let when = expression(&printed_requires(table));
                text.push_str(&format!("\n[[{name}.part]]\n"));
                if !when.is_empty() {
                    text.push_str(&format!("when = {}\n", Value::from(when)));
                }
            }
            text.push_str("fields = [\n");
            for printed in &table.rows {
                let mut row = draft::row(self.model, table.kind, printed);
                set(&mut row, "since", &self.version);
                set(&mut row, "line", i64::from(printed.line));
                if let Some(open) = of_new_row(self.model, table.kind, printed) {
                    set(&mut row, "undecided", open);
                }
                if let Some(mark) = mark.take() {
                    set(&mut row, "undecided", mark);
                }
                text.push_str(&format!("  {},\n", row.to_string().trim()));
            }
            text.push_str("]\n");
        }
        text
    }
}

/// Behind the row of the array that the document prints last before `printed`.
fn behind(table: &Table, printed: &Row, rows: &toml_edit::Array) -> usize {
    let before = table
        .rows
        .iter()
        .filter(|row| row.line < printed.line)
        .rev();
    let places = before.filter_map(|row| position_of_name(rows, &row.name));
    places.map(|at| at + 1).next().unwrap_or(0)
}

fn file_name(edit: &Edit) -> String {
    format!("interfaces/{}.toml", edit.interface)
}

/// Leaves what is to be decided on a row, beside what is already left there.
pub(super) fn decide(row: &mut InlineTable, edit: &Edit) {
    let Some(what) = &edit.undecided else { return };
    let before = row
        .get("undecided")
        .and_then(Value::as_str)
        .map(str::to_owned);
    match before {
        Some(before) if before != *what => set(row, "undecided", format!("{before}; {what}")),
        _ => set(row, "undecided", what),
    }
}

fn set_max(row: &mut InlineTable, max: Option<u32>) {
    match max {
        Some(max) => set(row, "max", i64::from(max)),
        None => unset(row, "max"),
    }
}

fn set_type(row: &mut InlineTable, printed: &Row) {
    let Some(wire_type) = printed.wire_type else {
        return;
    };
    set(row, "type", wire_type.as_str());
    let dropped: &[&str] = match wire_type {
        WireType::Text => &["unit", "min", "default"],
        _ => &["max", "length_unit", "format", "structure"],
    };
    for key in dropped {
        unset(row, key);
    }
    if wire_type == WireType::Text {
        set_max(row, printed.max);
    }
}

fn set_mark(row: &mut InlineTable, printed: &Row) {
    let (required, mark) = printed.demand();
    set(row, "required", required);
    match mark {
        Some(mark) => set(row, "mark", mark),
        None => unset(row, "mark"),
    }
    // A ruling that agrees with the document is not needed.
    if row.get("demand").and_then(Value::as_bool) == Some(required) {
        unset(row, "demand");
    }
}

fn set_or_drop(row: &mut InlineTable, key: &str, word: &str, allowed: &[&str]) {
    match allowed.contains(&word) {
        true => set(row, key, word),
        false => unset(row, key),
    }
}
