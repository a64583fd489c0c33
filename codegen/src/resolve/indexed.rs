//! Fields with an index: `item_fee_$n`, one row for `item_fee_0`, `item_fee_1`, …
//!
//! Steps: the name (`$n` once, at its end, not behind a digit), the keys (only those that a field has which stands any number of times), the other
//! names of the message (none is an element's).

use crate::diagnostic::{Code, Diagnostic};
use crate::model::{INDEX, SuppliedBy};
use crate::read::tree::FieldRow;
use crate::source::Span;

use super::context::Context;
use super::names::is_xml_name;

/// Reports an index that stands where none can.
pub(super) fn check_name(row: &FieldRow, context: &mut Context<'_>) {
    let name = &row.name;
    let label = match name.value.strip_suffix(INDEX) {
        Some(prefix) if prefix.ends_with(|c: char| c.is_ascii_digit()) => {
            "a digit before `$n`: nobody could tell where the number begins"
        }
        Some(prefix) if is_xml_name(prefix) => return,
        _ => "`$n` stands once, at the end: `item_fee_$n`",
    };
    let title = format!("`{}` has an index that cannot be read", name.value);
    context.report(Diagnostic::new(
        Code::IndexMisplaced,
        name.span,
        title,
        label,
    ));
}

/// Reports what is said of the field and holds only of one that stands once.
pub(super) fn check_keys(row: &FieldRow, demanded: bool, context: &mut Context<'_>) {
    let caller = |word: &SuppliedBy| *word == SuppliedBy::Caller;
    let supplied = row.supplied_by.as_ref().filter(|word| !caller(&word.value));
    let keys = [
        ("default", row.default.as_ref().map(|default| default.span)),
        ("aliases", row.aliases.first().map(|alias| alias.span)),
        ("supplied_by", supplied.map(|word| word.span)),
        (
            "required_when",
            row.required_when.as_ref().map(|when| when.span),
        ),
        (
            "forbidden_when",
            row.forbidden_when.as_ref().map(|when| when.span),
        ),
    ];
    for (key, span) in keys {
        if let Some(span) = span {
            refuse(
                &row.name.value,
                &format!("`{key}` is said of"),
                span,
                context,
            );
        }
    }
    if demanded {
        let span = row.demand.as_ref().map_or(row.span, |demand| demand.span);
        let title = format!(
            "`{}` stands any number of times, none included",
            row.name.value
        );
        let found = Diagnostic::new(Code::KeyOnIndexed, span, title, "cannot be demanded")
            .help("say `demand = false` and name the ruling: `errata = [\"E…\"]`");
        context.report(found);
    }
}

/// Reports one key, or a group, that is for fields that stand once.
pub(super) fn refuse(name: &str, what: &str, span: Span, context: &mut Context<'_>) {
    let title = format!("{what} `{name}`, of which there can be many");
    let label = "only for a field that stands once";
    context.report(Diagnostic::new(Code::KeyOnIndexed, span, title, label));
}

/// Reports names and aliases that an element of a field with an index would have.
pub(super) fn check_elements(rows: &[&FieldRow], context: &mut Context<'_>) {
    let names = || {
        rows.iter()
            .flat_map(|row| std::iter::once(&row.name).chain(&row.aliases))
    };
    for indexed in rows {
        let Some(prefix) = indexed.name.value.strip_suffix(INDEX) else {
            continue;
        };
        for name in names() {
            let number = name.value.strip_prefix(prefix).unwrap_or_default();
            if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
                continue;
            }
            let title = format!(
                "`{}` is an element of `{}` too",
                name.value, indexed.name.value
            );
            let found = Diagnostic::new(
                Code::ElementTaken,
                name.span,
                title,
                "a value of this name would have two meanings",
            )
            .also(indexed.name.span, "takes in every number");
            context.report(found);
        }
    }
}
