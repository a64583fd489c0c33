//! Drafts of new rows: what the document prints, and what the spec knows of fields of the same name.

use toml_edit::InlineTable;

use signed_xml_codegen::model::{
    Field, FieldType, Format, MessageKind, Model, RemarkWords, Supplier, WireType,
};

use super::super::document::Row;
use super::super::known::of_same_name;
use super::super::remark::{form, unit};
use super::table::{set, unset, words};

/// A row as TOML, with what the spec says of a field of the same name.
pub(super) fn row(model: &Model, kind: MessageKind, printed: &Row) -> InlineTable {
    let wire_type = printed.wire_type.unwrap_or(WireType::Text);
    let mut row = as_printed(InlineTable::new(), printed);
    match of_same_name(model, kind, printed, wire_type) {
        Some(twin) => copy(&mut row, kind, twin),
        None => guess(&mut row, &model.vocabulary.remarks, printed, wire_type),
    }
    row
}

/// The row of a field under its new name.
pub(super) fn renamed(old: InlineTable, printed: &Row) -> InlineTable {
    let mut row = as_printed(old, printed);
    for key in ["since", "until", "undecided"] {
        unset(&mut row, key);
    }
    row
}

/// What the document prints.
fn as_printed(mut row: InlineTable, printed: &Row) -> InlineTable {
    let wire_type = printed.wire_type.unwrap_or(WireType::Text);
    set(&mut row, "name", &printed.name);
    set(&mut row, "label", &printed.label);
    set(&mut row, "type", wire_type.as_str());
    match printed.max {
        Some(max) => set(&mut row, "max", i64::from(max)),
        None => unset(&mut row, "max"),
    }
    let (required, mark) = printed.demand();
    set(&mut row, "required", required);
    match mark {
        Some(mark) => set(&mut row, "mark", mark),
        None => unset(&mut row, "mark"),
    }
    row
}

/// What a field of the same name says beyond what the document prints.
fn copy(row: &mut InlineTable, kind: MessageKind, twin: &Field) {
    match &twin.field_type {
        FieldType::Enum(name) => set(row, "enum", name),
        FieldType::Ipv4 => set(row, "format", "ipv4"),
        FieldType::Time => set(row, "format", "time"),
        FieldType::Date => set(row, "format", "date"),
        FieldType::IdDigest => set(row, "format", "id_digest"),
        _ => {}
    }
    match twin.format {
        Some(Format::Url) => set(row, "format", "url"),
        Some(Format::Md5) => set(row, "format", "md5"),
        Some(Format::Json) => set(row, "format", "json"),
        None => {}
    }
    if let Some(unit) = twin.unit() {
        set(row, "unit", unit);
    }
    if kind.is_sent() {
        match &twin.supplier {
            Supplier::Merchant(key) => {
                set(row, "supplied_by", "merchant");
                if *key != twin.name {
                    set(row, "from", key);
                }
            }
            Supplier::Client => set(row, "supplied_by", "client"),
            Supplier::Caller | Supplier::Constant(_) => {}
        }
    }
    for (key, holds) in [("secret", twin.secret), ("personal", twin.personal)] {
        if holds {
            set(row, key, true);
        }
    }
    if !twin.aliases.is_empty() {
        set(
            row,
            "aliases",
            words(twin.aliases.iter().map(String::as_str)),
        );
    }
    // A ruling that a reply may lack the field holds wherever the field stands.
    let ruled = !kind.is_sent() && twin.required && !twin.demanded && !twin.errata.is_empty();
    if ruled && row.get("required").and_then(toml_edit::Value::as_bool) == Some(true) {
        set(row, "demand", false);
        set(row, "errata", words(twin.errata.iter().map(String::as_str)));
    }
    if !twin.doc.is_empty() {
        set(row, "doc", &twin.doc);
    }
}

/// What the remark says plainly.
fn guess(row: &mut InlineTable, words: &RemarkWords, printed: &Row, wire_type: WireType) {
    let told = |text: &str| unit(words, text).filter(|unit| matches!(*unit, "fen" | "seconds"));
    if wire_type != WireType::Text {
        if let Some(unit) = told(&printed.remark).or_else(|| told(&printed.label)) {
            set(row, "unit", unit);
        }
        return;
    }
    match form(&printed.remark)
        .or_else(|| form(&printed.label))
        .as_deref()
    {
        Some("yyyyMMddHHmmss") => set(row, "format", "time"),
        Some("yyyyMMdd") => set(row, "format", "date"),
        _ => {}
    }
}
