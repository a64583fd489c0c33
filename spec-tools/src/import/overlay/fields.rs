//! What a row prints against what its field says: name, part, label, type, length, mark, choice, unit, form.

use signed_xml_codegen::model::{FieldType, Message, Model, WireType};

use super::super::document::{Row, Table};
use super::super::errata;
use super::super::matching::{Pair, expression, printed_requires, same_text};
use super::super::patch::{Item, PartAt, Patch, Place};
use super::super::printed::without_blanks;
use super::super::remark::{form, unit};
use super::{Version, words};

/// The pattern of `format = "time"`.
const TIME: &str = "yyyyMMddHHmmss";
/// The pattern of `format = "date"`.
const DATE: &str = "yyyyMMdd";

/// What a row changes of its field.
pub(super) fn overlay(pair: &Pair<'_>, model: &Model, version: &Version) -> Vec<Patch> {
    let mut row = patch_of(pair);
    version.go_on(&mut row, &pair.field.history);
    if !same_text(&pair.row.label, &pair.field.label) {
        row.set("label", without_blanks(&pair.row.label));
    }
    wire_type(pair, &mut row);
    mark(pair, &mut row);
    unit_of(pair, model, &mut row);
    form_of(pair, model, &mut row);
    [row, part(pair), name(pair, model)]
        .into_iter()
        .filter(|patch| !patch.is_empty())
        .collect()
}

/// An empty patch of the field of a pair.
pub(super) fn patch_of(pair: &Pair<'_>) -> Patch {
    let item = Item::Field {
        interface: pair.interface.name.clone(),
        message: pair.message.name.clone(),
        part: PartAt::Known(pair.field.part),
        name: pair.field.name.clone(),
    };
    Patch::new(item, pair.row.line)
}

/// The part of a table; a new one under its condition if the spec does not have it.
pub(super) fn part_at(table: &Table, part: Option<usize>) -> PartAt {
    match part {
        Some(part) => PartAt::Known(part),
        None => PartAt::New {
            line: table.line,
            when: expression(&printed_requires(table)),
        },
    }
}

/// The rows that the document prints before one, the nearest first.
pub(super) fn before(table: &Table, row: &Row) -> Vec<String> {
    let rows = table.rows.iter().filter(|other| other.line < row.line);
    rows.rev().map(|row| row.name.clone()).collect()
}

fn name(pair: &Pair<'_>, model: &Model) -> Patch {
    let (row, field) = (pair.row, pair.field);
    let mut patch = patch_of(pair);
    if row.name == field.name || errata::explains_name(pair, model) {
        return patch;
    }
    let printed = format!("name {}", row.name);
    if !row.name.eq_ignore_ascii_case(&field.name) {
        let what = format!(
            "printed under the alias `{}`: which name is right here?",
            row.name
        );
        patch.ask(&field.history, printed, what);
        return patch;
    }
    let what = format!(
        "was `{}`; capitals decide the place in a signature: is it meant so?",
        field.name
    );
    if !patch.ask(&field.history, printed, what) {
        return patch;
    }
    // What we receive may still come under the old name.
    let received = !pair.message.kind.is_sent();
    let mut aliases: Vec<&str> = field.aliases.iter().map(String::as_str).collect();
    aliases.retain(|alias| *alias != row.name);
    if received {
        aliases.push(&field.name);
    }
    match aliases.is_empty() {
        true => patch.unset("aliases"),
        false => patch.set("aliases", words(aliases)),
    }
    patch.set("name", row.name.as_str());
    patch.place = Place::Renamed {
        to: row.name.clone(),
    };
    patch
}

/// A row in a table that is another part, or a new one.
fn part(pair: &Pair<'_>) -> Patch {
    let mut patch = patch_of(pair);
    if pair.part == Some(pair.field.part) {
        return patch;
    }
    if pair.part.is_none() {
        let printed = format!("table {}", expression(&printed_requires(pair.table)));
        let what = "it stands in a table that the spec does not have: is the new part right?";
        if !patch.ask(&pair.field.history, printed, what) {
            return patch;
        }
    }
    patch.place = Place::Moves {
        to: part_at(pair.table, pair.part),
        behind: before(pair.table, pair.row),
    };
    patch
}

/// Type and length; a type that the spec language does not know is asked about.
fn wire_type(pair: &Pair<'_>, patch: &mut Patch) {
    let (row, field) = (pair.row, pair.field);
    let Some(printed) = row.wire_type else {
        let what = format!(
            "the document prints the type `{}`, which the spec language does not know",
            row.printed_type
        );
        let printed = format!("type {}", row.printed_type);
        patch.ask(&field.history, printed, what);
        return;
    };
    if printed != field.wire_type {
        patch.set("type", printed.as_str());
        let dropped: &[&str] = match printed {
            WireType::Text => &["unit", "min", "default"],
            _ => &["max", "length_unit", "format", "structure"],
        };
        dropped.iter().for_each(|key| patch.unset(key));
    }
    match row.max {
        _ if row.max == field.max => {}
        Some(max) => patch.set("max", i64::from(max)),
        None => patch.unset("max"),
    }
}

fn mark(pair: &Pair<'_>, patch: &mut Patch) {
    let (row, field) = (pair.row, pair.field);
    let known = known_mark(pair);
    if row.mark == known {
        return;
    }
    let was_choice = pair.choice_in(&known).is_some() || field.group.is_some();
    let ruled = field.required_when.is_some()
        || field.present_when.is_some()
        || field.demanded != field.required;
    let question = match (pair.choice_in(&row.mark), &field.group) {
        (Some((word, _)), _) => format!("{word}: between which fields? see that there is a group"),
        (None, Some(group)) => {
            format!("no longer marked as a choice: is the group `{group}` still right?")
        }
        (None, None) if was_choice => "no longer marked as a choice".to_owned(),
        (None, None) if row.mark != "Y" && row.mark != "N" => {
            "neither Y nor N: when is it required?".to_owned()
        }
        (None, None) if ruled => {
            "the mark changed under a ruling or a condition of ours: is it still right?".to_owned()
        }
        _ => String::new(),
    };
    let printed = format!("mark {}", row.mark);
    if !question.is_empty() && !patch.ask(&field.history, printed, question) {
        return;
    }
    let (required, word) = row.demand();
    patch.set("required", required);
    match word {
        Some(word) => patch.set("mark", word),
        None => patch.unset("mark"),
    }
    // A ruling that agrees with the document is not needed.
    if field.demanded == required {
        patch.unset("demand");
    }
}

/// The mark that the spec says the document prints.
pub(super) fn known_mark(pair: &Pair<'_>) -> String {
    let field = pair.field;
    let plain = if field.required { "Y" } else { "N" };
    field.mark.clone().unwrap_or_else(|| plain.to_owned())
}

fn unit_of(pair: &Pair<'_>, model: &Model, patch: &mut Patch) {
    let field = pair.field;
    let printed = unit(pair.words, &pair.row.remark).or_else(|| unit(pair.words, &pair.row.label));
    let Some(printed) = printed else { return };
    // A unit on a text is part of its prose.
    let settled = field.unit() == Some(printed) || errata::quotes(pair, model, printed);
    if field.wire_type == WireType::Text || settled {
        return;
    }
    if matches!(printed, "fen" | "seconds") {
        return patch.set("unit", printed);
    }
    let what = format!("the document counts in {printed}; the spec language knows fen and seconds");
    if patch.ask(&field.history, format!("unit {printed}"), what) && field.unit().is_some() {
        patch.unset("unit");
    }
}

fn form_of(pair: &Pair<'_>, model: &Model, patch: &mut Patch) {
    let (row, field) = (pair.row, pair.field);
    let known = match field.field_type {
        FieldType::Time => Some(TIME),
        FieldType::Date => Some(DATE),
        _ => None,
    };
    // A pattern in the label is part of the label as the spec has it; what is wrong there is for an erratum.
    let in_label = form(&field.label).is_some() && form(&row.label) == form(&field.label);
    let printed = form(&row.remark).or_else(|| form(&row.label).filter(|_| !in_label));
    let Some(printed) = printed else { return };
    let expected = match known {
        Some(pattern) => printed == pattern,
        None => printed == TIME || printed == DATE,
    };
    if expected || errata::quotes(pair, model, &printed) {
        return;
    }
    match printed.as_str() {
        TIME => return patch.set("format", "time"),
        DATE => return patch.set("format", "date"),
        _ => {}
    }
    let what = format!(
        "the document prints the form `{printed}`; the spec language knows `time` ({TIME}) and `date` ({DATE})"
    );
    if patch.ask(&field.history, format!("form {printed}"), what) && known.is_some() {
        patch.unset("format");
    }
}

/// Choices in remarks against groups.
pub(super) fn choices(pairs: &[Pair<'_>]) -> Vec<Patch> {
    let mut patches = Vec::new();
    for pair in pairs {
        let group = pair.field.group.as_ref();
        let group = group.and_then(|name| pair.message.group(name));
        let what = match (pair.choice_in(&pair.row.remark), group) {
            (Some((word, _)), None) if pair.choice_in(&pair.row.mark).is_none() => {
                format!("{word} stands in its remark: between which fields? add a group")
            }
            (Some((word, count)), Some(group)) if count > 0 && count != group.members.len() => {
                format!(
                    "its remark says {word}, and the group `{}` has {} members",
                    group.name,
                    group.members.len()
                )
            }
            _ => continue,
        };
        let word = pair
            .choice_in(&pair.row.remark)
            .map_or("", |(word, _)| word);
        let mut patch = patch_of(pair);
        patch.ask(&pair.field.history, format!("choice {word}"), what);
        patches.push(patch);
    }
    patches.extend(vanished(pairs));
    patches.retain(|patch| !patch.is_empty());
    patches
}

/// Groups that no row speaks of any more.
fn vanished(pairs: &[Pair<'_>]) -> Vec<Patch> {
    let mut patches = Vec::new();
    let mut seen: Vec<(*const Message, &str)> = Vec::new();
    for pair in pairs {
        let Some(group) = pair.field.group.as_deref() else {
            continue;
        };
        let key = (std::ptr::from_ref(pair.message), group);
        if seen.contains(&key) {
            continue;
        }
        seen.push(key);
        let mut members = pairs.iter().filter(|other| {
            std::ptr::eq(other.message, pair.message) && other.field.group.as_deref() == Some(group)
        });
        let spoken_of = members.any(|member| {
            member.choice_in(&member.row.mark).is_some()
                || member.choice_in(&member.row.remark).is_some()
                || member.row.mark != known_mark(member)
        });
        // Groups that rest on no printed word were ruled by a person.
        let group = pair.message.group(group);
        let Some(group) = group.filter(|group| !spoken_of && !group.errata.is_empty()) else {
            continue;
        };
        let what = format!(
            "no row speaks of a choice any more: is the group `{}` still right?",
            group.name
        );
        let mut patch = patch_of(pair);
        patch.ask(&pair.field.history, "no choice", what);
        patches.push(patch);
    }
    patches
}
