//! Fields with an index: `item_fee_$n`, one row for `item_fee_0`, `item_fee_1`, …
//!
//! Steps: the name (`$n` once, at its end, not behind a digit), the keys (only those of a field that
//! stands any number of times), the other names of the message (none is an element's).

use crate::model::{INDEX, SuppliedBy};
use crate::read::tree::FieldRow;

use super::context::Context;
use super::names::is_xml_name;
use super::problem;

/// Reports an index that stands where none can.
pub(super) fn check_name(row: &FieldRow, context: &mut Context<'_>) {
    let name = &row.name;
    let prefix = name
        .value
        .strip_suffix(INDEX)
        .filter(|prefix| is_xml_name(prefix));
    let after_digit = prefix.is_some_and(|prefix| prefix.ends_with(|c: char| c.is_ascii_digit()));
    if prefix.is_none() || after_digit {
        context.report(problem::index_misplaced(name, after_digit));
    }
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
            let what = format!("`{key}` is said of");
            context.report(problem::key_on_indexed(&row.name.value, &what, span));
        }
    }
    if demanded {
        let span = row.demand.as_ref().map_or(row.span, |demand| demand.span);
        context.report(problem::indexed_demanded(&row.name.value, span));
    }
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
            if !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) {
                context.report(problem::element_taken(name, &indexed.name));
            }
        }
    }
}
