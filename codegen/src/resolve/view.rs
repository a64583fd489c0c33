//! Resolves the views of a message: named subsets that a caller gets typed.

use heck::ToUpperCamelCase;

use crate::model::{Field, FieldType, View, ViewValue};
use crate::read::tree::ViewTable;
use crate::source::Spanned;

use super::context::Context;
use super::problem;

pub(super) fn resolve(
    tables: &[ViewTable],
    fields: &[Field],
    section: &str,
    context: &mut Context<'_>,
) -> Vec<View> {
    tables
        .iter()
        .map(|table| view(table, fields, section, context))
        .collect()
}

fn view(table: &ViewTable, fields: &[Field], section: &str, context: &mut Context<'_>) -> View {
    context.snake_name(&table.name, "the name of a view");
    for name in &table.present {
        find(name, fields, context);
    }
    for name in &table.absent {
        let demanded = find(name, fields, context).is_some_and(|field| !field.is_option());
        if demanded {
            never(name, "is always there", context);
        }
    }
    let mut values = Vec::new();
    for (name, field) in &table.values {
        context.snake_name(name, "the name of a value");
        let text = find(field, fields, context)
            .is_none_or(|field| matches!(field.field_type, FieldType::Text));
        if !text {
            never(field, "is not text", context);
        }
        values.push(ViewValue {
            name: name.value.clone(),
            field: field.value.clone(),
        });
    }
    View {
        name: table.name.value.clone(),
        rust_name: table.name.value.to_upper_camel_case(),
        section: match table.section.as_str() {
            "" => section.to_owned(),
            own => own.to_owned(),
        },
        doc: table.doc.clone(),
        present: table
            .present
            .iter()
            .map(|name| name.value.clone())
            .collect(),
        absent: table.absent.iter().map(|name| name.value.clone()).collect(),
        values,
        errata: context.errata(&table.errata),
        span: table.name.span,
    }
}

fn find<'a>(
    name: &Spanned<String>,
    fields: &'a [Field],
    context: &mut Context<'_>,
) -> Option<&'a Field> {
    let found = fields.iter().find(|field| field.name == name.value);
    if found.is_none() {
        let known = fields.iter().map(|field| field.name.as_str());
        context.report(problem::unknown::view_field(name, known));
    }
    if found.is_some_and(Field::is_indexed) {
        never(name, "stands any number of times", context);
        return None;
    }
    found
}

fn never(name: &Spanned<String>, why: &str, context: &mut Context<'_>) {
    context.report(problem::view_never_holds(name, why));
}
