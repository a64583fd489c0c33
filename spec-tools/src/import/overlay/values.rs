//! The values that rows list against the values of their enums.
//!
//! An enum is shared by rows, and a row may list a part of it (`listed`). So what one row lists anew is a new value only if the enum has it not,
//! and what one row drops is gone only if no other lists it.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToUpperCamelCase;
use signed_xml_codegen::model::{Enum, FieldType, WireType};

use super::super::errata::{ListingRow, listings};
use super::super::known::Known;
use super::super::matching::Pair;
use super::super::patch::{Item, Patch, Place};
use super::super::remark::{Lookup, other_label, values};
use super::fields::patch_of;
use super::{Version, words};

/// What the lists of all rows change.
pub(super) fn overlay(known: Known<'_>, pairs: &[Pair<'_>], version: &Version) -> Vec<Patch> {
    let rows = listings(known, pairs);
    let rows: Vec<&ListingRow<'_, '_>> = rows.iter().filter(|row| !row.listed.is_empty()).collect();
    let mut everywhere: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for row in &rows {
        let all = everywhere.entry(&row.item.name).or_default();
        all.extend(row.listed.iter().map(|listed| listed.value.as_str()));
    }
    let mut patches: Vec<Patch> = Vec::new();
    let mut gone: BTreeSet<(&str, &str)> = BTreeSet::new();
    for row in &rows {
        for patch in printed_values(known, row, version) {
            if patches.iter().all(|other| other.item != patch.item) {
                patches.push(patch);
            }
        }
        for value in expected(known, row) {
            let elsewhere = everywhere.get(row.item.name.as_str());
            let is_printed = elsewhere.is_some_and(|all| all.contains(value));
            if !is_printed && gone.insert((&row.item.name, value)) {
                patches.push(removed(row, value, version));
            }
        }
    }
    for row in &rows {
        // The enum as it is from now on: what is not gone, and what has come.
        let stays = row
            .item
            .values
            .iter()
            .filter(|value| known.is_printed(&value.history))
            .map(|value| value.value.as_str());
        let name = row.item.name.as_str();
        let mut whole: BTreeSet<&str> = stays
            .filter(|value| !gone.contains(&(name, *value)))
            .collect();
        whole.extend(everywhere.get(name).into_iter().flatten());
        patches.extend(listed(known, row, &whole));
    }
    patches.extend(without_enum(pairs));
    patches.retain(|patch| !patch.is_empty());
    patches
}

/// New values and new meanings that a row prints.
fn printed_values(known: Known<'_>, row: &ListingRow<'_, '_>, version: &Version) -> Vec<Patch> {
    let mut patches = Vec::new();
    for listed in &row.listed {
        let item = Item::Value {
            of: row.item.name.clone(),
            value: listed.value.clone(),
        };
        let mut patch = Patch::new(item, row.pair.row.line);
        let value = row
            .item
            .values
            .iter()
            .find(|known| known.value == listed.value);
        match value {
            Some(value) if known.is_printed(&value.history) => {
                version.go_on(&mut patch, &value.history);
                let label = listed.label.as_ref();
                if let Some(other) = label.and_then(|label| other_label(label, &value.label)) {
                    patch.set("label", other);
                }
            }
            ended => {
                let label = listed.label.as_ref().map(|label| label.settled());
                let what = match (&label, ended) {
                    (_, Some(_)) => "the value has come back: are name, meaning and `doc` right?",
                    (Some(_), None) => "a new value: give it a name and a `doc`",
                    (None, None) => "a new value: give it a meaning, a name and a `doc`",
                };
                if ended.is_some() {
                    patch.unset("until");
                } else {
                    patch.place = Place::New {
                        behind: row
                            .item
                            .values
                            .iter()
                            .rev()
                            .map(|value| value.value.clone())
                            .collect(),
                        from: None,
                    };
                    patch.set("value", listed.value.as_str());
                    patch.set("name", value_name(&listed.value));
                    patch.set("label", label.unwrap_or_default());
                    version.began(&mut patch);
                }
                let history = ended.map(|value| value.history.clone()).unwrap_or_default();
                patch.ask(&history, "value", what);
            }
        }
        if !patch.is_empty() {
            patches.push(patch);
        }
    }
    patches
}

fn removed(row: &ListingRow<'_, '_>, value: &str, version: &Version) -> Patch {
    let item = Item::Value {
        of: row.item.name.clone(),
        value: value.to_owned(),
    };
    let mut patch = Patch::new(item, row.pair.row.line);
    let history = row.item.values.iter().find(|known| known.value == value);
    let history = history
        .map(|value| value.history.clone())
        .unwrap_or_default();
    version.end(&mut patch, &history, "no row lists it any more");
    patch
}

/// What `listed` of a row becomes when all is written, if that is not what it is.
fn listed(known: Known<'_>, row: &ListingRow<'_, '_>, whole: &BTreeSet<&str>) -> Option<Patch> {
    let field = row.pair.field;
    let printed: Vec<&str> = row
        .listed
        .iter()
        .map(|listed| listed.value.as_str())
        .collect();
    let lists_all = whole.len() == printed.len();
    let values = if lists_all {
        Vec::new()
    } else {
        printed.clone()
    };
    let same = values.len() == field.listed.len()
        && values
            .iter()
            .all(|value| field.listed.iter().any(|known| known == value));
    if same {
        return None;
    }
    let mut patch = patch_of(row.pair);
    match values.is_empty() {
        true => patch.unset("listed"),
        false => patch.set("listed", words(values)),
    }
    let expected = expected(known, row);
    let as_before =
        expected.len() == printed.len() && expected.iter().all(|value| printed.contains(value));
    patch.follows = as_before;
    Some(patch)
}

/// The values that the row of a field lists, as far as the spec knows.
fn expected<'a>(known: Known<'_>, row: &ListingRow<'_, 'a>) -> Vec<&'a str> {
    let field = row.pair.field;
    let all = row
        .item
        .values
        .iter()
        .filter(|value| known.is_printed(&value.history))
        .map(|value| value.value.as_str());
    all.filter(|value| field.listed.is_empty() || field.listed.iter().any(|listed| listed == value))
        .collect()
}

/// Rows without an enum that list values with meanings.
fn without_enum(pairs: &[Pair<'_>]) -> Vec<Patch> {
    let mut patches = Vec::new();
    for pair in pairs {
        let plain = matches!(pair.field.field_type, FieldType::Text | FieldType::Number);
        if !plain || !matches!(pair.field.wire_type, WireType::Text | WireType::U8) {
            continue;
        }
        let lookup = Lookup {
            name: &pair.row.name,
            numeric: pair.field.wire_type == WireType::U8,
            known: &[],
            words: pair.words,
        };
        let listed = values(&pair.row.remark, &lookup);
        if listed.len() >= 2 && listed.iter().all(|listed| listed.label.is_some()) {
            let names: Vec<&str> = listed.iter().map(|listed| listed.value.as_str()).collect();
            let names = names.join(", ");
            let mut patch = patch_of(pair);
            let what = format!("its remark lists the values {names}: add an enum");
            patch.ask(&pair.field.history, format!("values {names}"), what);
            patches.push(patch);
        }
    }
    patches
}

/// True for an enum whose values are digits.
pub(in super::super) fn is_numeric(item: &Enum) -> bool {
    let is_number = |value: &str| value.bytes().all(|byte| byte.is_ascii_digit());
    item.wire_type != WireType::Text || item.values.iter().all(|value| is_number(&value.value))
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
