//! Edits of what stands beside the interfaces: versions, signature, enum values, error codes, bill columns.

use heck::ToUpperCamelCase;
use signed_xml_codegen::model::FieldWords;
use toml_edit::{Array, InlineTable, Item, Value};

use super::super::compare::{interface_words, printed_interfaces};
use super::super::edit::{Edit, EditKind};
use super::super::printed::{comes_after, without_blanks};
use super::Draft;
use super::fields::decide;
use super::table::{insert, position, row_mut, set, unset, words};

/// Columns that stand on one line of a layout.
const COLUMNS_PER_LINE: usize = 5;

impl Draft<'_> {
    /// `spec.toml`: document, versions, signature.
    pub(super) fn header(&mut self, edit: &Edit) -> Option<()> {
        let version = self.version.clone();
        let file = self.files.get_mut("spec.toml")?;
        match edit.kind {
            EditKind::Document => {
                let present = file.get_mut("document")?.as_value_mut()?;
                let decor = present.decor().clone();
                *present = Value::from(edit.new.as_str());
                *present.decor_mut() = decor;
                let versions = file.get_mut("versions")?.as_array_mut()?;
                if position(versions, "version", &edit.new).is_none() {
                    add_version(versions, &edit.new, "");
                }
            }
            EditKind::VersionAdded => add_version(
                file.get_mut("versions")?.as_array_mut()?,
                &edit.item,
                &edit.new,
            ),
            EditKind::VersionDate => {
                let versions = file.get_mut("versions")?.as_array_mut()?;
                set(row_mut(versions, "version", &edit.item)?, "date", &edit.new);
            }
            _ => {
                let signature = file
                    .get_mut("signature")?
                    .as_value_mut()?
                    .as_inline_table_mut()?;
                set(signature, "algorithm", &edit.new);
                set(signature, "since", version);
                set(signature, "line", i64::from(edit.line?));
                decide(signature, edit);
            }
        }
        Some(())
    }

    /// A value of an enum.
    pub(super) fn value(&mut self, edit: &Edit) -> Option<()> {
        let said = match edit.kind {
            EditKind::ValueAdded => &edit.new,
            _ => &edit.old,
        };
        let (value, rest) = said.split_once(" of ")?;
        let (name, label) = rest.split_once(", ").unwrap_or((rest, ""));
        let (since, until) = (self.version.clone(), self.model.document.clone());
        let values = self
            .files
            .get_mut("enums.toml")?
            .get_mut(name)?
            .get_mut("values")?
            .as_array_mut()?;
        match (edit.kind, row_mut(values, "value", value)) {
            (EditKind::ValueAdded, None) => {
                let mut row = InlineTable::new();
                set(&mut row, "value", value);
                set(&mut row, "name", value_name(value));
                set(&mut row, "label", label);
                set(&mut row, "since", since);
                set(&mut row, "line", i64::from(edit.line?));
                decide(&mut row, edit);
                insert(values, values.len(), row);
            }
            (EditKind::ValueAdded, Some(row)) => {
                unset(row, "until");
                decide(row, edit);
            }
            (EditKind::ValueLabel, Some(row)) => set(row, "label", &edit.new),
            (_, Some(row)) => {
                set(row, "until", until);
                decide(row, edit);
            }
            (_, None) => return None,
        }
        Some(())
    }

    /// An error code.
    pub(super) fn code(&mut self, edit: &Edit) -> Option<()> {
        let (since, until) = (self.version.clone(), self.model.document.clone());
        let known = super::super::known::Known { model: self.model };
        let printed = self
            .document
            .error_codes
            .iter()
            .find(|printed| printed.code == edit.item);
        let of_words = interface_words(known, self.document);
        let interfaces =
            printed.and_then(|printed| printed_interfaces(&printed.interfaces, &of_words));
        let codes = self
            .files
            .get_mut("errors.toml")?
            .get_mut("codes")?
            .as_array_mut()?;
        let before = printed.and_then(|printed| {
            let before = self
                .document
                .error_codes
                .iter()
                .take_while(|other| other.line < printed.line);
            before.last().map(|other| other.code.clone())
        });
        match (edit.kind, row_mut(codes, "code", &edit.item)) {
            (EditKind::CodeAdded, None) => {
                let mut row = InlineTable::new();
                set(&mut row, "code", &edit.item);
                set(&mut row, "name", code_name(&edit.item));
                set(&mut row, "meaning", &edit.new);
                let interfaces = interfaces.unwrap_or_else(|| vec!["*".to_owned()]);
                set(
                    &mut row,
                    "interfaces",
                    words(interfaces.iter().map(String::as_str)),
                );
                set(&mut row, "effect", "unknown");
                set(&mut row, "since", since);
                set(&mut row, "line", i64::from(edit.line?));
                decide(&mut row, edit);
                let at = before
                    .and_then(|before| position(codes, "code", &before))
                    .map_or(codes.len(), |at| at + 1);
                insert(codes, at, row);
            }
            (EditKind::CodeAdded, Some(row)) => {
                unset(row, "until");
                set(row, "meaning", &edit.new);
                decide(row, edit);
            }
            (EditKind::CodeMeaning, Some(row)) => set(row, "meaning", &edit.new),
            (EditKind::CodeInterfaces, Some(row)) => {
                set(row, "interfaces", words(edit.new.split(", ")))
            }
            (_, Some(row)) => {
                set(row, "until", until);
                decide(row, edit);
            }
            (_, None) => return None,
        }
        Some(())
    }

    /// A column of a bill: its row, and the layout as the document prints it.
    pub(super) fn column(&mut self, edit: &Edit) -> Option<()> {
        let layout = self
            .model
            .bill_layouts
            .iter()
            .find(|layout| layout.bill_type == edit.message)?;
        let bill = self
            .document
            .bills
            .iter()
            .find(|bill| bill.title == without_blanks(&layout.title))?;
        let (since, until) = (self.version.clone(), self.model.document.clone());
        let printed = |name: &str| {
            self.document
                .bills
                .iter()
                .any(|bill| bill.columns.iter().any(|column| column == name))
        };
        let file = self.files.get_mut("bills.toml")?;
        let columns = file.get_mut("columns")?.as_array_mut()?;
        let renamed = edit.kind == EditKind::ColumnRenamed;
        if renamed || edit.kind == EditKind::ColumnAdded {
            let present = position(columns, "name", &edit.new).is_some();
            if !present {
                let before = bill
                    .columns
                    .iter()
                    .take_while(|name| **name != edit.new)
                    .last();
                let at = before
                    .and_then(|before| position(columns, "name", before))
                    .map_or(columns.len(), |at| at + 1);
                let old = self.model.bill_column(&edit.item).filter(|_| renamed);
                let of_old = old.and_then(|old| {
                    row_mut(columns, "name", &old.name)?
                        .get("type")?
                        .as_str()
                        .map(str::to_owned)
                });
                let mut row = InlineTable::new();
                set(&mut row, "name", &edit.new);
                set(&mut row, "field", format!("column_{}", columns.len() + 1));
                set(
                    &mut row,
                    "type",
                    of_old.unwrap_or_else(|| {
                        column_type(&self.model.vocabulary.fields, &edit.new).to_owned()
                    }),
                );
                set(&mut row, "since", since);
                set(&mut row, "line", i64::from(edit.line?));
                decide(&mut row, edit);
                insert(columns, at, row);
            }
        }
        if (renamed || edit.kind == EditKind::ColumnRemoved) && !printed(&edit.item) {
            let row = row_mut(columns, "name", &edit.item)?;
            set(row, "until", until);
            match &edit.undecided {
                Some(_) => decide(row, edit),
                None => set(
                    row,
                    "undecided",
                    "no bill has it any more: keep it with `until`, or delete it",
                ),
            }
        }
        let layouts = file.get_mut("layout")?.as_array_of_tables_mut()?;
        let of_type = |table: &&mut toml_edit::Table| {
            table.get("bill_type").and_then(Item::as_str) == Some(&edit.message)
        };
        let layout = layouts.iter_mut().find(of_type)?;
        *layout.get_mut("columns")?.as_array_mut()? = in_lines(&bill.columns);
        Some(())
    }
}

fn add_version(versions: &mut Array, version: &str, date: &str) {
    if position(versions, "version", version).is_some() {
        return;
    }
    let mut row = InlineTable::new();
    set(&mut row, "version", version);
    set(&mut row, "date", date);
    let later = |row: &Value| {
        let known = row
            .as_inline_table()
            .and_then(|row| row.get("version")?.as_str());
        known.is_some_and(|known| comes_after(known, version))
    };
    let at = versions.iter().position(later).unwrap_or(versions.len());
    insert(versions, at, row);
}

/// A Rust name for a value, where one can be derived.
fn value_name(value: &str) -> String {
    let name = match value.bytes().any(|byte| byte.is_ascii_lowercase()) {
        true => value.to_upper_camel_case(),
        false => value.to_lowercase().to_upper_camel_case(),
    };
    match name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        true => name,
        false => format!("Value{name}"),
    }
}

fn code_name(code: &str) -> String {
    format!("Code{}", code.to_lowercase().to_upper_camel_case())
}

fn column_type(words: &FieldWords, name: &str) -> &'static str {
    match () {
        () if words.money.end(name) => "yuan",
        () if words.moment.end(name) => "time",
        () => "text",
    }
}

/// The columns of a layout, a few on a line.
fn in_lines(columns: &[String]) -> Array {
    let mut array = Array::new();
    for (at, column) in columns.iter().enumerate() {
        let mut value = Value::from(column.as_str());
        value.decor_mut().set_prefix(if at % COLUMNS_PER_LINE == 0 {
            "\n  "
        } else {
            " "
        });
        array.push_formatted(value);
    }
    array.set_trailing_comma(true);
    array.set_trailing("\n");
    array.decor_mut().set_prefix(" ");
    array
}
