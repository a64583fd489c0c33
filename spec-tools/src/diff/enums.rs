//! Compares the enums and their values.
//!
//! A value is told once, however many messages hold it: by the way on which it matters most. A new value matters most where it is received, a lost
//! one where it is sent.

use signed_xml_codegen::model::{ColumnType, Enum, EnumValue, FieldType, Model, Move};

use super::change::{Finding, Record, Spot};
use super::explanations::{self, Explained};
use super::level::Way;
use super::lifetime::{Fate, fates};
use super::pairing::Pairs;
use super::pairing::{self, values_of};
use super::rules::message as values;
use super::rules::whole as rules;

pub(super) fn compare(record: &mut Record<'_>) {
    let (old, new) = (record.old, record.new);
    let pairs = pairing::enums(old, new);
    for item in &pairs.gone {
        let text = format!("the enum `{}` is gone", item.name);
        let finding = Finding::new(&rules::ENUM_REMOVED, text).old(values_of(item));
        record.add(spot(item), finding.was_at(item.span));
    }
    for (before, after) in &pairs.both {
        pair(record, before, after);
    }
    for item in &pairs.come {
        let text = format!("the enum `{}` is new", item.name);
        let finding = Finding::new(&rules::ENUM_ADDED, text).new_value(values_of(item));
        record.add(spot(item), finding.at(item.span));
    }
}

fn pair(record: &mut Record<'_>, old: &Enum, new: &Enum) {
    let name = &new.name;
    if old.name != *name {
        let text = format!("the enum `{}` is called `{name}` now", old.name);
        let finding = Finding::new(&rules::ENUM_RENAMED, text).values(&old.name, name);
        record.add(spot(new), finding.at(new.span));
    }
    if old.wire_type != new.wire_type {
        let [before, after] = [old, new].map(|item| item.wire_type.printed());
        let text = format!("the values of `{name}` are printed as {after} instead of {before}");
        let finding = Finding::new(&rules::ENUM_TYPE_CHANGED, text).values(before, after);
        record.add(spot(new), finding.at(new.span));
    }
    let (before, after) = (explained(old), explained(new));
    explanations::compare(record, spot(new), &rules::ENUM_DOC_CHANGED, &before, &after);

    moves(record, old, new);
    let same_value = |a: &EnumValue, b: &EnumValue| a.value == b.value;
    let pairs = Pairs::new(&old.values, &new.values, same_value).or(|a, b| a.name == b.name);
    for fate in fates(record, pairs, |value| &value.history) {
        match fate {
            Fate::Gone(before, finished) => {
                let finding = removed(record, new, before)
                    .was_at(before.span)
                    .wire(!finished);
                record.add(spot_of(new, before), finding);
            }
            Fate::Ended(before, after) => {
                let finding = removed(record, new, before).at(after.span).api(false);
                record.add(spot_of(new, after), finding);
            }
            Fate::Stays(before, after) => value(record, new, before, after),
            Fate::Returned(after) => {
                let finding = added(record, new, after).at(after.span).api(false);
                record.add(spot_of(new, after), finding);
            }
            Fate::Come(after, finished) => {
                let finding = added(record, new, after).at(after.span).wire(!finished);
                record.add(spot_of(new, after), finding);
            }
        }
    }
}

fn moves(record: &mut Record<'_>, old: &Enum, new: &Enum) {
    let told = |step: &Move| format!("{} → {}", step.from, step.to);
    let all = |item: &Enum| item.moves.iter().map(told).collect::<Vec<_>>().join(", ");
    match (old.moves.is_empty(), new.moves.is_empty()) {
        (true, false) => {
            let text = format!("`{}` says how its states become one another", new.name);
            let finding = Finding::new(&rules::ENUM_MOVES_ADDED, text).new_value(all(new));
            return record.add(spot(new), finding.at(new.span));
        }
        (false, true) => {
            let text = format!(
                "`{}` no longer says how its states become one another",
                new.name
            );
            let finding = Finding::new(&rules::ENUM_MOVES_REMOVED, text).old(all(old));
            return record.add(spot(new), finding.was_at(old.span));
        }
        _ => {}
    }
    let same = |a: &Move, b: &Move| (&a.from, &a.to) == (&b.from, &b.to);
    let pairs = Pairs::new(&old.moves, &new.moves, same);
    for step in &pairs.gone {
        let text = format!("in `{}` {} no longer happens", new.name, told(step));
        let finding = Finding::new(&rules::ENUM_MOVE_REMOVED, text).old(told(step));
        record.add(spot(new), finding.was_at(step.span));
    }
    for (before, after) in &pairs.both {
        let [was, is] = [before, after].map(|step| {
            let mut explained =
                Explained::new(format!("{} in `{}`", told(step), new.name), step.span);
            explained.text("explanation", &step.doc);
            explained
        });
        explanations::compare(record, spot(new), &rules::ENUM_DOC_CHANGED, &was, &is);
    }
    for step in &pairs.come {
        let text = format!("in `{}` {} may happen", new.name, told(step));
        let finding = Finding::new(&rules::ENUM_MOVE_ADDED, text).new_value(told(step));
        record.add(spot(new), finding.at(step.span));
    }
}

fn removed(record: &Record<'_>, item: &Enum, value: &EnumValue) -> Finding {
    let uses = Uses::of(record.old, &item.name).or(Uses::of(record.new, &item.name));
    let way = uses.first([Way::Request, Way::Response, Way::Notification]);
    let text = format!("`{}` loses {}{}", item.name, named(value), uses.told());
    Finding::new(values::ENUM_VALUE_REMOVED.of(way), text).old(&value.value)
}

fn added(record: &Record<'_>, item: &Enum, value: &EnumValue) -> Finding {
    let uses = Uses::of(record.new, &item.name);
    let way = uses.first([Way::Response, Way::Notification, Way::Request]);
    let text = format!("`{}` gains {}{}", item.name, named(value), uses.told());
    Finding::new(values::ENUM_VALUE_ADDED.of(way), text).new_value(&value.value)
}

fn value(record: &mut Record<'_>, item: &Enum, old: &EnumValue, new: &EnumValue) {
    let spot = spot_of(item, new);
    let mut tell = |rule, what: &str, before: &str, after: &str| {
        if before != after {
            let text = format!(
                "`{}::{}` {what} {after} instead of {before}",
                item.name, new.name
            );
            let finding = Finding::new(rule, text).values(before, after);
            record.add(spot, finding.at(new.span));
        }
    };
    tell(
        &rules::ENUM_VALUE_CHANGED,
        "is written",
        &old.value,
        &new.value,
    );
    tell(
        &rules::ENUM_VALUE_RENAMED,
        "is called",
        &old.name,
        &new.name,
    );
    tell(
        &rules::ENUM_VALUE_LABEL_CHANGED,
        "is labelled",
        &old.label,
        &new.label,
    );
    let (before, after) = (explained_value(item, old), explained_value(item, new));
    explanations::compare(record, spot, &rules::ENUM_DOC_CHANGED, &before, &after);
}

fn explained(item: &Enum) -> Explained<'_> {
    let mut explained = Explained::new(format!("`{}`", item.name), item.span);
    explained.text("explanation", &item.doc);
    explained.texts("errata", &item.errata);
    explained
}

fn explained_value<'a>(item: &Enum, value: &'a EnumValue) -> Explained<'a> {
    let mut explained = Explained::new(format!("`{}::{}`", item.name, value.name), value.span);
    explained.text("explanation", &value.doc);
    explained.marks(&value.history);
    explained.texts("errata", &value.errata);
    explained
}

/// The messages that hold an enum; a bill counts as a response.
struct Uses {
    places: Vec<(Way, String)>,
}

impl Uses {
    fn of(model: &Model, name: &str) -> Self {
        let mut places = Vec::new();
        for interface in &model.interfaces {
            for message in &interface.messages {
                let mut types = message.fields.iter().map(|field| &field.field_type);
                if types.any(|held| matches!(held, FieldType::Enum(used) if used == name)) {
                    places.push((
                        Way::of(message.kind),
                        format!("{} {}", interface.name, message.name),
                    ));
                }
            }
        }
        let mut types = model.bill_columns.iter().map(|column| &column.column_type);
        if types.any(|held| matches!(held, ColumnType::Enum(used) if used == name)) {
            places.push((Way::Response, "bills".to_owned()));
        }
        Self { places }
    }

    fn or(self, other: Self) -> Self {
        if self.places.is_empty() { other } else { self }
    }

    /// The first of `ways` on which the enum travels; the first of all if nothing holds it.
    fn first(&self, ways: [Way; 3]) -> Way {
        let used = |way: &&Way| self.places.iter().any(|(other, _)| other == *way);
        ways.iter().find(used).copied().unwrap_or(ways[0])
    }

    fn told(&self) -> String {
        let names: Vec<&str> = self.places.iter().map(|(_, name)| name.as_str()).collect();
        match names.is_empty() {
            true => String::new(),
            false => format!("; it stands in {}", names.join(", ")),
        }
    }
}

fn spot(item: &Enum) -> Spot<'_> {
    Spot {
        message: Some(&item.name),
        ..Spot::default()
    }
}

fn spot_of<'a>(item: &'a Enum, value: &'a EnumValue) -> Spot<'a> {
    Spot {
        field: Some(&value.value),
        ..spot(item)
    }
}

fn named(value: &EnumValue) -> String {
    match value.label.as_str() {
        "" => format!("`{}`", value.value),
        label => format!("`{}` ({label})", value.value),
    }
}
