//! The values that rows list against the values of their enums.
//!
//! An enum is shared by rows, and a row may list a part of it (`listed`). So what one row lists anew is a new value only if the enum has it not,
//! and what one row drops is gone only if no other lists it.

use std::collections::{BTreeMap, BTreeSet};

use signed_xml_codegen::model::{Enum, FieldType, WireType};

use super::super::edit::EditKind;
use super::super::known::Known;
use super::super::remark::{Listed, Lookup, other_label, values};
use super::{Comparison, ListChange, Pair};

/// A row, the enum of its field, and what the row lists.
pub(in super::super) struct ListingRow<'p, 'a> {
    pub(in super::super) pair: &'p Pair<'a>,
    pub(in super::super) item: &'a Enum,
    pub(in super::super) listed: Vec<Listed>,
}

/// Compares all lists.
pub(super) fn compare(known: Known<'_>, pairs: &[Pair<'_>], comparison: &mut Comparison) {
    let rows = listings(known, pairs);
    let mut everywhere: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for row in &rows {
        let all = everywhere.entry(&row.item.name).or_default();
        all.extend(row.listed.iter().map(|listed| listed.value.as_str()));
    }
    let mut told: BTreeSet<(&str, &str, EditKind)> = BTreeSet::new();
    for row in rows.iter().filter(|row| !row.listed.is_empty()) {
        let expected = expected(known, row);
        let mut once = |value: &'_ str, kind| {
            let of_enum = row.item.values.iter().map(|known| known.value.as_str());
            let printed = row.listed.iter().map(|listed| listed.value.as_str());
            let value = of_enum
                .chain(printed)
                .find(|found| *found == value)
                .unwrap_or_default();
            told.insert((&row.item.name, value, kind))
        };
        for listed in &row.listed {
            let value = row
                .item
                .values
                .iter()
                .find(|known| known.value == listed.value);
            let name = format!("{} of {}", listed.value, row.item.name);
            match value.filter(|value| known.is_printed(&value.history)) {
                None if once(&listed.value, EditKind::ValueAdded) => {
                    let label = listed.label.as_ref().map(|label| label.settled());
                    let what = match label {
                        Some(_) => "a new value: give it a name and a `doc`",
                        None => "a new value: give it a meaning, a name and a `doc`",
                    };
                    let new = label.map_or(name.clone(), |label| format!("{name}, {label}"));
                    let edit = row.pair.edit(EditKind::ValueAdded, "", new);
                    comparison.edits.push(edit.decide(what));
                }
                None => {}
                Some(value) => {
                    if !expected.contains(&listed.value.as_str()) {
                        comparison
                            .edits
                            .push(row.pair.edit(EditKind::ValueListed, "", &name));
                    }
                    let other = listed
                        .label
                        .as_ref()
                        .and_then(|label| other_label(label, &value.label));
                    if let Some(other) = other.filter(|_| once(&listed.value, EditKind::ValueLabel))
                    {
                        comparison.edits.push(row.pair.edit(
                            EditKind::ValueLabel,
                            format!("{name}, {}", value.label),
                            other,
                        ));
                    }
                }
            }
        }
        for value in expected
            .iter()
            .filter(|value| row.listed.iter().all(|listed| listed.value != **value))
        {
            let name = format!("{value} of {}", row.item.name);
            let elsewhere = everywhere
                .get(row.item.name.as_str())
                .is_some_and(|all| all.contains(value));
            if elsewhere {
                comparison
                    .edits
                    .push(row.pair.edit(EditKind::ValueUnlisted, name, ""));
            } else if once(value, EditKind::ValueRemoved) {
                let edit = row.pair.edit(EditKind::ValueRemoved, name, "");
                comparison.edits.push(
                    edit.decide("no row lists it any more: keep it with `until`, or delete it"),
                );
            }
        }
    }
    let removed = |item: &Enum, value: &str| {
        told.iter().any(|(name, gone, kind)| {
            *kind == EditKind::ValueRemoved && *name == item.name && *gone == value
        })
    };
    for row in &rows {
        // The enum as it is from now on: what is not gone, and what has come.
        let kept = row
            .item
            .values
            .iter()
            .filter(|value| known.is_printed(&value.history));
        let kept = kept.map(|value| value.value.as_str());
        let mut whole: BTreeSet<&str> = kept.filter(|value| !removed(row.item, value)).collect();
        whole.extend(everywhere.get(row.item.name.as_str()).into_iter().flatten());
        comparison.lists.extend(list_change(row, &whole));
    }
    without_enum(pairs, comparison);
}

/// The rows whose fields have an enum, with what they list.
pub(in super::super) fn listings<'p, 'a>(
    known: Known<'a>,
    pairs: &'p [Pair<'a>],
) -> Vec<ListingRow<'p, 'a>> {
    let rows = pairs.iter().filter_map(|pair| {
        let FieldType::Enum(name) = &pair.field.field_type else {
            return None;
        };
        let item = known.model.enum_named(name)?;
        let lookup = Lookup {
            name: &pair.row.name,
            numeric: item.wire_type != WireType::Text
                || item.values.iter().all(|value| is_number(&value.value)),
            known: &item.values,
            words: pair.words,
        };
        let mut listed = values(&pair.row.remark, &lookup);
        if listed.is_empty() {
            listed = values(&pair.row.label, &lookup);
        }
        Some(ListingRow { pair, item, listed })
    });
    rows.collect()
}

/// The values that the row of a field lists, as far as the spec knows.
pub(in super::super) fn expected<'a>(known: Known<'_>, row: &ListingRow<'_, 'a>) -> Vec<&'a str> {
    let field = row.pair.field;
    let all = row
        .item
        .values
        .iter()
        .filter(|value| known.is_printed(&value.history));
    let listed = |value: &&signed_xml_codegen::model::EnumValue| {
        field.listed.is_empty() || field.listed.contains(&value.value)
    };
    all.filter(listed)
        .map(|value| value.value.as_str())
        .collect()
}

/// What `listed` of a row becomes when all edits are made, if that is not what it is.
fn list_change(row: &ListingRow<'_, '_>, whole: &BTreeSet<&str>) -> Option<ListChange> {
    let field = row.pair.field;
    let mut values: Vec<String> = row
        .listed
        .iter()
        .map(|listed| listed.value.clone())
        .collect();
    let same = values.len() == field.listed.len()
        && values.iter().all(|value| field.listed.contains(value));
    if whole.len() == values.len() {
        values.clear();
    }
    let lists_all = values.is_empty() && field.listed.is_empty();
    if row.listed.is_empty() || same || lists_all {
        return None;
    }
    let [interface, message, field] = row.pair.place().map(str::to_owned);
    let part = row.pair.field.part;
    Some(ListChange {
        interface,
        message,
        part,
        field,
        values,
    })
}

/// Rows without an enum that list values with meanings.
fn without_enum(pairs: &[Pair<'_>], comparison: &mut Comparison) {
    for pair in pairs {
        let plain = matches!(pair.field.field_type, FieldType::Text | FieldType::Number);
        if !plain || !matches!(pair.field.wire_type, WireType::Text | WireType::U8) {
            continue;
        }
        let numeric = pair.field.wire_type == WireType::U8;
        let lookup = Lookup {
            name: &pair.row.name,
            numeric,
            known: &[],
            words: pair.words,
        };
        let listed = values(&pair.row.remark, &lookup);
        if listed.len() >= 2 && listed.iter().all(|listed| listed.label.is_some()) {
            let names: Vec<&str> = listed.iter().map(|listed| listed.value.as_str()).collect();
            let edit = pair.edit(EditKind::ValuesListed, "", names.join(", "));
            comparison
                .edits
                .push(edit.decide("its remark lists values: add an enum"));
        }
    }
}

fn is_number(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_digit())
}
