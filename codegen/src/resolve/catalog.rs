//! Resolves what stands beside the interfaces: enums, error codes, bill columns and layouts.

use std::collections::BTreeMap;

use crate::diagnostic::Code;
use crate::model::{
    BillColumn, BillLayout, ColumnType, Effect, Enum, EnumValue, ErrorCode, Move, WireType,
};
use crate::read::tree::{
    ColumnRow, EnumRow, EnumTable, ErrorRow, InterfaceFile, LayoutTable, MoveRow,
};
use crate::source::{Span, Spanned};

use super::bill;
use super::context::Context;
use super::field::known_enum;
use super::names::is_taken_type;
use super::problem;

/// Enum whose values are the kinds of bill.
const BILL_TYPE: &str = "BillType";

const COLUMN_TYPES: &[(&str, ColumnType)] = &[
    ("text", ColumnType::Text),
    ("yuan", ColumnType::Yuan),
    ("decimal", ColumnType::Decimal),
    ("rate", ColumnType::Rate),
    ("time", ColumnType::Time),
];

pub(super) fn enums(tables: &[EnumTable], context: &mut Context<'_>) -> Vec<Enum> {
    let mut enums = Vec::new();
    for table in tables {
        context.type_name(&table.name, "the name of an enum");
        if is_taken_type(&table.name.value) {
            context.clash(&table.name.value, table.name.span, None, "the enum");
        }
        enums.push(Enum {
            name: table.name.value.clone(),
            wire_type: enum_type(table, context),
            doc: table.doc.clone(),
            errata: context.errata(&table.errata),
            values: enum_values(&table.values, context),
            moves: moves(table, context),
            span: table.name.span,
        });
    }
    enums
}

fn enum_type(table: &EnumTable, context: &mut Context<'_>) -> WireType {
    let Some(word) = &table.wire_type else {
        return WireType::Text;
    };
    let allowed = [("string", WireType::Text), ("u8", WireType::U8)];
    if let Some((_, found)) = allowed.iter().find(|(known, _)| *known == word.value) {
        return *found;
    }
    context.report(problem::unknown::enum_of_type(word));
    WireType::Text
}

fn enum_values(rows: &[EnumRow], context: &mut Context<'_>) -> Vec<EnumValue> {
    let mut values: BTreeMap<&str, Span> = BTreeMap::new();
    let mut names: BTreeMap<&str, Span> = BTreeMap::new();
    let mut resolved = Vec::new();
    for row in rows {
        context.type_name(&row.name, "the name of a value");
        if row.value.value.is_empty() {
            context.report(problem::empty_value("a value of an enum", &row.value));
        }
        if row.name.value == "Unknown" {
            context.clash("Unknown", row.name.span, None, "the value");
        }
        unique(
            &row.value,
            &mut values,
            Code::ENUM_VALUE_TWICE,
            "value",
            context,
        );
        unique(
            &row.name,
            &mut names,
            Code::ENUM_NAME_TWICE,
            "Rust name",
            context,
        );
        resolved.push(EnumValue {
            value: row.value.value.clone(),
            name: row.name.value.clone(),
            label: row.label.clone(),
            history: context.history(&row.history),
            doc: row.doc.clone(),
            errata: context.errata(&row.errata),
            span: row.value.span,
        });
    }
    resolved
}

/// The moves of an enum of states, each between two of its values and stated once.
fn moves(table: &EnumTable, context: &mut Context<'_>) -> Vec<Move> {
    let mut moves: Vec<Move> = Vec::new();
    for MoveRow { from, to, doc } in &table.moves {
        let values = table.values.iter().map(|row| row.value.value.as_str());
        let unknown = [from, to].map(|end| !values.clone().any(|value| value == end.value));
        for (end, _) in [from, to]
            .iter()
            .zip(unknown)
            .filter(|(_, unknown)| *unknown)
        {
            context.report(problem::unknown::move_end(
                &table.name.value,
                end,
                values.clone(),
            ));
        }
        if from.value == to.value && unknown == [false, false] {
            context.report(problem::move_to_itself(to));
        }
        let mut earlier = moves.iter();
        if let Some(first) = earlier.find(|it| it.from == from.value && it.to == to.value) {
            context.report(problem::move_twice(from, to, first.span));
        }
        moves.push(Move {
            from: from.value.clone(),
            to: to.value.clone(),
            doc: doc.clone(),
            span: from.span,
        });
    }
    moves
}

pub(super) fn error_codes(
    rows: &[ErrorRow],
    interfaces: &[InterfaceFile],
    context: &mut Context<'_>,
) -> Vec<ErrorCode> {
    let mut codes: BTreeMap<&str, Span> = BTreeMap::new();
    let mut names: BTreeMap<&str, Span> = BTreeMap::new();
    let mut resolved = Vec::new();
    for row in rows {
        context.type_name(&row.name, "the name of an error code");
        if row.name.value == "Unknown" {
            context.clash("Unknown", row.name.span, None, "the error code");
        }
        if row.code.value.is_empty() {
            context.report(problem::empty_value("an error code", &row.code));
        }
        unique(
            &row.code,
            &mut codes,
            Code::ERROR_CODE_TWICE,
            "error code",
            context,
        );
        unique(
            &row.name,
            &mut names,
            Code::ENUM_NAME_TWICE,
            "Rust name",
            context,
        );
        for name in &row.interfaces {
            let known = interfaces
                .iter()
                .map(|interface| interface.name.value.as_str());
            if name.value != "*" && !known.clone().any(|known| known == name.value) {
                context.report(problem::unknown::interface(&row.code.value, name, known));
            }
        }
        resolved.push(ErrorCode {
            code: row.code.value.clone(),
            name: row.name.value.clone(),
            meaning: row.meaning.clone(),
            interfaces: row
                .interfaces
                .iter()
                .map(|name| name.value.clone())
                .collect(),
            effect: row.effect.unwrap_or(Effect::Unknown),
            advice: row.advice.clone(),
            history: context.history(&row.history),
            errata: context.errata(&row.errata),
            span: row.code.span,
        });
    }
    resolved
}

pub(super) fn columns(rows: &[ColumnRow], context: &mut Context<'_>) -> Vec<BillColumn> {
    let mut names: BTreeMap<&str, Span> = BTreeMap::new();
    let mut fields: BTreeMap<&str, Span> = BTreeMap::new();
    let mut columns = Vec::new();
    for row in rows {
        unique(
            &row.name,
            &mut names,
            Code::COLUMN_REPEATED,
            "column",
            context,
        );
        for alias in &row.aliases {
            unique(alias, &mut names, Code::COLUMN_REPEATED, "column", context);
        }
        if let Some(by) = &row.replaced_by {
            let known = rows.iter().map(|row| row.name.value.as_str());
            bill::known_column("column", by, known, context);
        }
        context.snake_name(&row.field, "the field of a column");
        let first = fields.insert(&row.field.value, row.field.span);
        if first.is_some() || row.field.value == "unknown" {
            context.clash(&row.field.value, row.field.span, first, "the column");
        }
        columns.push(BillColumn {
            name: row.name.value.clone(),
            field: row.field.value.clone(),
            column_type: column_type(&row.column_type, context),
            aliases: row
                .aliases
                .iter()
                .map(|alias| alias.value.clone())
                .collect(),
            required: row.required,
            replaced_by: row.replaced_by.as_ref().map(|by| by.value.clone()),
            personal: row.personal,
            minus: row.minus,
            history: context.history(&row.history),
            doc: row.doc.clone(),
            errata: context.errata(&row.errata),
            span: row.name.span,
        });
    }
    columns
}

fn column_type(word: &Spanned<String>, context: &mut Context<'_>) -> ColumnType {
    if let Some((_, found)) = COLUMN_TYPES.iter().find(|(known, _)| *known == word.value) {
        return found.clone();
    }
    if word.value.starts_with(|c: char| c.is_ascii_uppercase()) {
        known_enum(word, context);
        return ColumnType::Enum(word.value.clone());
    }
    let known = COLUMN_TYPES.iter().map(|(known, _)| *known);
    context.report(problem::unknown::column_type(word, known));
    ColumnType::Text
}

pub(super) fn layouts(
    tables: &[LayoutTable],
    columns: &[BillColumn],
    context: &mut Context<'_>,
) -> Vec<BillLayout> {
    let mut bill_types: BTreeMap<&str, Span> = BTreeMap::new();
    let mut layouts = Vec::new();
    for table in tables {
        let variant = bill_type(&table.bill_type, context);
        unique(
            &table.bill_type,
            &mut bill_types,
            Code::UNKNOWN_BILL_TYPE,
            "bill type",
            context,
        );
        let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
        for name in &table.columns {
            unique(name, &mut seen, Code::COLUMN_REPEATED, "column", context);
            let known = columns.iter().map(|column| column.name.as_str());
            if !known.clone().any(|known| known == name.value) {
                context.report(problem::unknown::column(name, known));
            }
        }
        layouts.push(BillLayout {
            bill_type: table.bill_type.value.clone(),
            variant,
            title: table.title.clone(),
            doc: table.doc.clone(),
            columns: table
                .columns
                .iter()
                .map(|name| name.value.clone())
                .collect(),
            errata: context.errata(&table.errata),
            span: table.bill_type.span,
        });
    }
    for column in columns {
        if !layouts
            .iter()
            .any(|layout| layout.columns.contains(&column.name))
        {
            context.report(problem::unused_column(&column.name, column.span));
        }
    }
    layouts
}

/// The Rust name of a bill type.
fn bill_type(value: &Spanned<String>, context: &mut Context<'_>) -> String {
    let found = context.enums.iter().find(|item| item.name == BILL_TYPE);
    let values = found.map_or(&[][..], |item| &item.values);
    if let Some(found) = values.iter().find(|known| known.value == value.value) {
        return found.name.clone();
    }
    let known = values.iter().map(|known| known.value.as_str());
    let found = problem::unknown::bill_type(BILL_TYPE, value, known);
    context.report(found);
    value.value.clone()
}

/// Reports a name that stands twice.
pub(super) fn unique<'a>(
    name: &'a Spanned<String>,
    seen: &mut BTreeMap<&'a str, Span>,
    code: Code,
    what: &str,
    context: &mut Context<'_>,
) {
    if let Some(first) = seen.get(name.value.as_str()) {
        context.report(problem::twice(code, what, name, *first));
    }
    seen.entry(&name.value).or_insert(name.span);
}
