//! Fields with an index: `item_fee_$n`, one row for `item_fee_0`, `item_fee_1`, …, and
//! `part_fee_$n_$m`, whose elements have two numbers.
//!
//! Steps: the name (the numbers at its end, not beside a digit), the keys (only those of a field
//! that stands any number of times), the other names of the message (none is an element's).

use crate::model::{IndexedName, SuppliedBy};
use crate::read::tree::FieldRow;

use super::context::Context;
use super::problem;

/// Reports an index that stands where none can.
pub(super) fn check_name(row: &FieldRow, context: &mut Context<'_>) {
    if let Some(Err(fault)) = IndexedName::of(&row.name.value) {
        context.report(problem::index_misplaced(&row.name, fault));
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
    for (at, indexed) in rows.iter().enumerate() {
        let Some(Ok(elements)) = IndexedName::of(&indexed.name.value) else {
            continue;
        };
        let others = rows.iter().enumerate();
        let others =
            others.filter(|(other, row)| *other != at && row.name.value != indexed.name.value);
        for (_, row) in others {
            for name in std::iter::once(&row.name).chain(&row.aliases) {
                if elements.takes(&name.value) {
                    context.report(problem::element_taken(name, &indexed.name));
                }
            }
        }
    }
}
