//! The files of a spec while patches are written into them: comments, order and one line per row stay.

use std::collections::BTreeMap;

use signed_xml_codegen::Sources;
use signed_xml_codegen::model::Model;
use toml_edit::{Array, DocumentMut, InlineTable, Item as TomlItem, Table, Value};

use super::patch::{Item, PartAt, Patch, Place, Question};
use super::printed::comes_after;
use super::table;

/// The files while they are edited.
#[derive(Clone)]
pub(super) struct Draft {
    files: BTreeMap<String, DocumentMut>,
    /// Parts that were added for tables, by the line of the table.
    parts: BTreeMap<u32, usize>,
    /// Files that are new as text.
    new_files: BTreeMap<String, String>,
    /// Items that no file has a row for.
    pub(super) unwritten: Vec<Item>,
}

impl Draft {
    pub(super) fn new(sources: &Sources) -> Self {
        Self {
            files: parsed(sources),
            parts: BTreeMap::new(),
            new_files: BTreeMap::new(),
            unwritten: Vec::new(),
        }
    }

    pub(super) fn sources(&self, model: &Model) -> Sources {
        let edited = self
            .files
            .iter()
            .map(|(name, file)| (name.clone(), file.to_string()));
        let new = self
            .new_files
            .iter()
            .map(|(name, text)| (name.clone(), text.clone()));
        Sources::from_texts(model.sources.root(), edited.chain(new))
    }

    /// Writes a patch; one that no file has a row for is `unwritten`.
    pub(super) fn apply(&mut self, patch: &Patch) {
        if self.written(patch).is_none() {
            self.unwritten.push(patch.item.clone());
        }
    }

    fn written(&mut self, patch: &Patch) -> Option<()> {
        match &patch.item {
            Item::Document => put(self.file("spec.toml")?.as_table_mut(), patch),
            Item::Signature => put_rule(self.file("spec.toml")?.get_mut("signature")?, patch)?,
            Item::Version(version) => {
                let rows = self
                    .file("spec.toml")?
                    .get_mut("versions")?
                    .as_array_mut()?;
                let later = |row: &Value| {
                    let row = row.as_inline_table();
                    let known = row.and_then(|row| row.get("version")?.as_str());
                    known.is_some_and(|known| comes_after(known, version))
                };
                let at = rows.iter().position(later).unwrap_or(rows.len());
                put_row(rows, "version", version, at, patch)?;
            }
            Item::Interface(name) => {
                let file = self.file(&file_name(name))?;
                put(file.get_mut("interface")?.as_table_mut()?, patch);
            }
            Item::NewInterface { name, text, behind } => {
                self.new_interface(name, text, behind)?;
            }
            Item::Message { interface, message } => {
                put(
                    table::message_table(self.file(&file_name(interface))?, message)?,
                    patch,
                );
            }
            Item::NewMessage {
                interface, text, ..
            } => {
                let file = self.file(&file_name(interface))?;
                let joined = format!("{}\n\n{text}", file.to_string().trim_end_matches('\n'));
                *file = joined.parse().ok()?;
            }
            Item::Part {
                interface,
                message,
                part,
            } => self.condition(interface, message, *part, patch)?,
            Item::Field { .. } => self.field(patch)?,
            Item::Value { of, value } => {
                let rows = self.file("enums.toml")?.get_mut(of)?.get_mut("values")?;
                let rows = rows.as_array_mut()?;
                put_row(rows, "value", value, rows.len(), patch)?;
            }
            Item::Code(code) => {
                let rows = self.file("errors.toml")?.get_mut("codes")?.as_array_mut()?;
                put_row(rows, "code", code, rows.len(), patch)?;
            }
            Item::Column(name) => {
                let rows = self
                    .file("bills.toml")?
                    .get_mut("columns")?
                    .as_array_mut()?;
                put_row(rows, "name", name, rows.len(), patch)?;
            }
            Item::Layout(name) => {
                let layouts = self.file("bills.toml")?.get_mut("layout")?;
                let bill_type = name.trim_start_matches("bill ");
                let of_type = |table: &&mut Table| {
                    table.get("bill_type").and_then(TomlItem::as_str) == Some(bill_type)
                };
                put(
                    layouts.as_array_of_tables_mut()?.iter_mut().find(of_type)?,
                    patch,
                );
            }
        }
        Some(())
    }

    fn file(&mut self, name: &str) -> Option<&mut DocumentMut> {
        self.files.get_mut(name)
    }

    fn new_interface(&mut self, name: &str, text: &str, behind: &[String]) -> Option<()> {
        text.parse::<DocumentMut>().ok()?;
        let list = self
            .file("spec.toml")?
            .get_mut("interfaces")?
            .as_array_mut()?;
        let place = |name: &String| list.iter().position(|known| known.as_str() == Some(name));
        let before = behind.iter().find_map(place);
        list.insert(before.map_or(list.len(), |at| at + 1), name);
        self.new_files.insert(file_name(name), text.to_owned());
        Some(())
    }

    /// The condition of a part; what is to be decided of it stands on its first row.
    fn condition(
        &mut self,
        interface: &str,
        message: &str,
        part: usize,
        patch: &Patch,
    ) -> Option<()> {
        let file = self.file(&file_name(interface))?;
        for (_, value) in &patch.keys {
            let part = table::part_of(file, message, part)?;
            match (value, part.get_mut("when").and_then(TomlItem::as_value_mut)) {
                (None, _) => {
                    part.remove("when");
                }
                (Some(value), Some(when)) => replace(when, value),
                (Some(value), None) => {
                    let fields = part.remove("fields")?;
                    part.insert("when", toml_edit::value(value.clone()));
                    part.insert("fields", fields);
                }
            }
        }
        if !patch.questions.is_empty() {
            let rows = table::part_rows(file, message, part)?;
            mark(rows.get_mut(0)?.as_inline_table_mut()?, patch);
        }
        Some(())
    }

    fn field(&mut self, patch: &Patch) -> Option<()> {
        let Item::Field {
            interface,
            message,
            part,
            name,
        } = &patch.item
        else {
            return None;
        };
        let file = file_name(interface);
        let part = self.part(&file, message, part)?;
        match &patch.place {
            Place::Stays => {
                let rows = table::part_rows(self.file(&file)?, message, part)?;
                edit(table::row_mut(rows, "name", name)?, patch);
            }
            Place::New { behind, from } => {
                let from = from.as_ref();
                let old = from.and_then(|from| self.row_of(&file, message, from));
                let rows = table::part_rows(self.file(&file)?, message, part)?;
                let mut row = old.unwrap_or_default();
                ["since", "until", "undecided", "asked"]
                    .iter()
                    .for_each(|key| table::unset(&mut row, key));
                edit(&mut row, patch);
                let at = match from.and_then(|from| table::position(rows, "name", from)) {
                    Some(at) => at + 1,
                    None => place_behind(rows, behind),
                };
                table::insert(rows, at, row);
            }
            Place::Moves { to, behind } => {
                let to = self.part(&file, message, to)?;
                let rows = table::part_rows(self.file(&file)?, message, part)?;
                let at = table::position(rows, "name", name)?;
                let mut row = rows.remove(at).as_inline_table()?.clone();
                edit(&mut row, patch);
                let rows = table::part_rows(self.file(&file)?, message, to)?;
                let at = place_behind(rows, behind);
                table::insert(rows, at, row);
            }
            Place::Renamed { to } => {
                let rows = table::part_rows(self.file(&file)?, message, part)?;
                edit(table::row_mut(rows, "name", name)?, patch);
                table::rename_in(table::message_table(self.file(&file)?, message)?, name, to);
            }
        }
        Some(())
    }

    /// The row of a field in whichever part has it.
    fn row_of(&mut self, file: &str, message: &str, name: &str) -> Option<InlineTable> {
        let file = self.file(file)?;
        (0..)
            .map_while(|part| {
                let rows = table::part_rows(file, message, part)?;
                Some(table::row_mut(rows, "name", name).cloned())
            })
            .flatten()
            .next()
    }

    /// The place of a part; one that the spec does not have is added once.
    fn part(&mut self, file: &str, message: &str, part: &PartAt) -> Option<usize> {
        let (line, when) = match part {
            PartAt::Known(part) => return Some(*part),
            PartAt::New { line, when } => (*line, when),
        };
        if let Some(part) = self.parts.get(&line) {
            return Some(*part);
        }
        let when = Some(when.as_str()).filter(|when| !when.is_empty());
        let part = table::add_part(self.file(file)?, message, when)?;
        self.parts.insert(line, part);
        Some(part)
    }
}

fn parsed(sources: &Sources) -> BTreeMap<String, DocumentMut> {
    let files = sources.files().iter();
    // Invariant: the model was compiled from these texts, so they parse.
    files
        .filter_map(|file| Some((file.name.clone(), file.text.parse().ok()?)))
        .collect()
}

fn file_name(interface: &str) -> String {
    format!("interfaces/{interface}.toml")
}

fn place_behind(rows: &Array, behind: &[String]) -> usize {
    let mut places = behind
        .iter()
        .filter_map(|name| table::position_of_name(rows, name));
    places.next().map_or(0, |at| at + 1)
}

/// Writes the keys of a patch into a row, and what is left to decide.
fn edit(row: &mut InlineTable, patch: &Patch) {
    for (key, value) in &patch.keys {
        match value {
            Some(value) => table::set(row, key, value.clone()),
            None => table::unset(row, key),
        }
    }
    mark(row, patch);
}

/// Leaves the questions of a patch on a row, beside those that stand there, with what is printed.
fn mark(row: &mut InlineTable, patch: &Patch) {
    for Question { text, printed } in &patch.questions {
        let before = row.get("undecided").and_then(Value::as_str);
        let joined = match before {
            Some(before) if before.contains(text) => before.to_owned(),
            Some(before) => format!("{before}; {text}"),
            None => text.clone(),
        };
        table::set(row, "undecided", joined);
        let mut asked = row
            .get("asked")
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        asked.retain(|one| {
            let one = one
                .as_inline_table()
                .and_then(|one| one.get("text")?.as_str());
            one != Some(printed)
        });
        let mut one = InlineTable::new();
        if let Some(line) = patch.line {
            table::set(&mut one, "line", i64::from(line));
        }
        table::set(&mut one, "text", printed.as_str());
        asked.push(Value::InlineTable(one));
        table::set(row, "asked", asked);
    }
}

/// A row of a list: edited where it is, or put in where it belongs; `at` is for one that goes behind no other.
fn put_row(rows: &mut Array, key: &str, name: &str, at: usize, patch: &Patch) -> Option<()> {
    if let Some(row) = table::row_mut(rows, key, name) {
        edit(row, patch);
        return Some(());
    }
    let Place::New { behind, .. } = &patch.place else {
        return None;
    };
    let mut row = InlineTable::new();
    edit(&mut row, patch);
    let mut before = behind
        .iter()
        .filter_map(|name| table::position(rows, key, name));
    let at = before.next().map_or(at, |at| at + 1);
    table::insert(rows, at, row);
    Some(())
}

/// Keys of a table that spans lines.
fn put(table: &mut Table, patch: &Patch) {
    let mut row = InlineTable::new();
    for key in ["undecided", "asked"] {
        if let Some(value) = table.get(key).and_then(TomlItem::as_value) {
            row.insert(key, value.clone());
        }
    }
    mark(&mut row, patch);
    let marks = row.iter().map(|(key, value)| (key, Some(value.clone())));
    let keys = patch.keys.iter().cloned();
    let all: Vec<(&str, Option<Value>)> = keys.chain(marks).collect();
    for (key, value) in all {
        match (table.get_mut(key).and_then(TomlItem::as_value_mut), value) {
            (Some(present), Some(value)) => replace(present, &value),
            (None, Some(mut value)) => {
                value.decor_mut().clear();
                table.insert(key, toml_edit::value(value));
            }
            (_, None) => {
                table.remove(key);
            }
        }
    }
}

/// The signature rule, on one line or as a table.
fn put_rule(item: &mut TomlItem, patch: &Patch) -> Option<()> {
    match item {
        TomlItem::Table(table) => put(table, patch),
        other => edit(other.as_value_mut()?.as_inline_table_mut()?, patch),
    }
    Some(())
}

/// A value in the place of another, with what stands around it; a list keeps the lines that it comes with.
fn replace(present: &mut Value, value: &Value) {
    let decor = present.decor().clone();
    *present = value.clone();
    *present.decor_mut() = decor;
}
