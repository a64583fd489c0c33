//! Resolves what stands beside the interfaces: enums, error codes, bill columns and layouts.

use std::collections::BTreeMap;

use crate::diagnostic::{Code, Diagnostic, did_you_mean};
use crate::model::{
    BillColumn, BillLayout, ColumnType, Effect, Enum, EnumValue, ErrorCode, Move, WireType,
};
use crate::read::tree::{
    ColumnRow, EnumRow, EnumTable, ErrorRow, InterfaceFile, LayoutTable, MoveRow,
};
use crate::source::{Span, Spanned};

use super::context::Context;
use super::field::known_enum;

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
    let title = format!("an enum cannot be of type `{}`", word.value);
    context.report(Diagnostic::new(
        Code::UnknownType,
        word.span,
        title,
        "`string` or `u8`",
    ));
    WireType::Text
}

fn enum_values(rows: &[EnumRow], context: &mut Context<'_>) -> Vec<EnumValue> {
    let mut values: BTreeMap<&str, Span> = BTreeMap::new();
    let mut names: BTreeMap<&str, Span> = BTreeMap::new();
    let mut resolved = Vec::new();
    for row in rows {
        context.type_name(&row.name, "the name of a value");
        if row.name.value == "Unknown" {
            context.clash("Unknown", row.name.span, None, "the value");
        }
        unique(
            &row.value,
            &mut values,
            (Code::EnumValueTwice, "value"),
            context,
        );
        unique(
            &row.name,
            &mut names,
            (Code::EnumNameTwice, "Rust name"),
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
        let mut known = true;
        for end in [from, to] {
            let mut values = table.values.iter().map(|row| row.value.value.as_str());
            if values.any(|value| value == end.value) {
                continue;
            }
            known = false;
            let title = format!("`{}` has no value `{}`", table.name.value, end.value);
            let values = table.values.iter().map(|row| row.value.value.as_str());
            let label = "not among its values";
            let found = Diagnostic::new(Code::WrongMove, end.span, title, label)
                .help(did_you_mean(&end.value, values));
            context.report(found);
        }
        if from.value == to.value && known {
            let title = format!("`{}` moves to itself", from.value);
            let label = "a move leads to another value";
            context.report(Diagnostic::new(Code::WrongMove, to.span, title, label));
        }
        let mut earlier = moves.iter();
        if let Some(first) = earlier.find(|it| it.from == from.value && it.to == to.value) {
            let title = format!(
                "the move from `{}` to `{}` stands twice",
                from.value, to.value
            );
            let found = Diagnostic::new(Code::WrongMove, from.span, title, "again here")
                .also(first.span, "first here");
            context.report(found);
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
        unique(
            &row.code,
            &mut codes,
            (Code::ErrorCodeTwice, "error code"),
            context,
        );
        unique(
            &row.name,
            &mut names,
            (Code::EnumNameTwice, "Rust name"),
            context,
        );
        for name in &row.interfaces {
            let known = interfaces
                .iter()
                .any(|interface| interface.name.value == name.value);
            if known || name.value == "*" {
                continue;
            }
            let title = format!(
                "error code {} names interface `{}`",
                row.code.value, name.value
            );
            let known = interfaces
                .iter()
                .map(|interface| interface.name.value.as_str());
            let found = Diagnostic::new(Code::UnknownInterface, name.span, title, "there is none")
                .help(did_you_mean(&name.value, known));
            context.report(found);
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
            (Code::ColumnRepeated, "column"),
            context,
        );
        context.snake_name(&row.field, "the field of a column");
        let first = fields.insert(&row.field.value, row.field.span);
        if first.is_some() || row.field.value == "unknown" {
            context.clash(&row.field.value, row.field.span, first, "the column");
        }
        columns.push(BillColumn {
            name: row.name.value.clone(),
            field: row.field.value.clone(),
            column_type: column_type(&row.column_type, context),
            personal: row.personal,
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
    let title = format!("there is no column type `{}`", word.value);
    let known = COLUMN_TYPES.iter().map(|(known, _)| *known);
    let found = Diagnostic::new(
        Code::UnknownType,
        word.span,
        title,
        "neither a column type nor an enum",
    )
    .help(did_you_mean(&word.value, known));
    context.report(found);
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
            (Code::UnknownBillType, "bill type"),
            context,
        );
        let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
        for name in &table.columns {
            unique(name, &mut seen, (Code::ColumnRepeated, "column"), context);
            if !columns.iter().any(|column| column.name == name.value) {
                let title = format!(
                    "the layout has a column `{}`, which is not declared",
                    name.value
                );
                let help = did_you_mean(
                    &name.value,
                    columns.iter().map(|column| column.name.as_str()),
                );
                let label = "not among `columns`";
                let found =
                    Diagnostic::new(Code::UnknownColumn, name.span, title, label).help(help);
                context.report(found);
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
            let title = format!("no layout has the column `{}`", column.name);
            let found = Diagnostic::new(Code::UnusedColumn, column.span, title, "never in a bill");
            context.report(found);
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
    let title = format!("`{BILL_TYPE}` has no value `{}`", value.value);
    let help = did_you_mean(
        &value.value,
        values.iter().map(|known| known.value.as_str()),
    );
    let label = "not in the enum of bill types";
    let found = Diagnostic::new(Code::UnknownBillType, value.span, title, label).help(help);
    context.report(found);
    value.value.clone()
}

/// Reports a name that stands twice.
fn unique<'a>(
    name: &'a Spanned<String>,
    seen: &mut BTreeMap<&'a str, Span>,
    (code, what): (Code, &str),
    context: &mut Context<'_>,
) {
    if let Some(first) = seen.get(name.value.as_str()) {
        let title = format!("{what} `{}` stands twice", name.value);
        let found =
            Diagnostic::new(code, name.span, title, "again here").also(*first, "first here");
        context.report(found);
    }
    seen.entry(&name.value).or_insert(name.span);
}
