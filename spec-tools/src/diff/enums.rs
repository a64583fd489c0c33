//! Compares the enums and their values.
//!
//! A value counts once, however many messages hold it: by the way on which it matters most.

use signed_xml_codegen::model::{ColumnType, Enum, EnumValue, FieldType, Model, Move};

use super::change::{Finding, Record, Spot};
use super::explanations::{self, Explained};
use super::level::Way;
use super::lists::{self, Item};
use super::pairing::Pairs;
use super::pairing::{self, values_of};
use super::rules::message as values;
use super::rules::whole as rules;

pub(super) fn compare(record: &mut Record<'_>) {
    let (old, new) = (record.old, record.new);
    lists::compare(record, pairing::enums(old, new), item, pair);
}

fn item(item: &Enum) -> Item<'_> {
    Item {
        spot: Spot::beside(&item.name),
        span: item.span,
        what: format!("the enum `{}`", item.name),
        more: String::new(),
        value: values_of(item),
        history: None,
        removed: &rules::ENUM_REMOVED,
        added: &rules::ENUM_ADDED,
    }
}

fn pair<'a>(record: &mut Record<'_>, old: &'a Enum, new: &'a Enum) {
    let (name, spot) = (&new.name, Spot::beside(&new.name));
    if old.name != *name {
        let text = format!("the enum `{}` is called `{name}` now", old.name);
        let finding = Finding::new(&rules::ENUM_RENAMED, text).values(&old.name, name);
        record.add(spot, finding.at(new.span));
    }
    let what = format!("the values of `{name}` are printed as");
    let types = [old, new].map(|item| item.wire_type.printed());
    record.differs(spot, new.span, &rules::ENUM_TYPE_CHANGED, &what, types);
    let (before, after) = (explained(old), explained(new));
    explanations::compare(record, spot, &rules::ENUM_DOC_CHANGED, &before, &after);
    moves(record, old, new);

    let same_value = |a: &EnumValue, b: &EnumValue| a.value == b.value;
    let pairs = Pairs::new(&old.values, &new.values, same_value).or(|a, b| a.name == b.name);
    let (before, after) = (Uses::of(record.old, name), Uses::of(record.new, name));
    // A lost value matters most where it is sent, a new one where it is received.
    let was = if before.places.is_empty() {
        &after
    } else {
        &before
    };
    let lost = was.first([Way::Request, Way::Response, Way::Notification]);
    let gained = after.first([Way::Response, Way::Notification, Way::Request]);
    let item = |value: &'a EnumValue| Item {
        spot: spot.field(&value.value),
        span: value.span,
        what: format!("the value {} of `{name}`", named(value)),
        more: if after.places.is_empty() { was } else { &after }.text(),
        value: value.value.clone(),
        history: Some(&value.history),
        removed: values::ENUM_VALUE_REMOVED.of(lost),
        added: values::ENUM_VALUE_ADDED.of(gained),
    };
    lists::compare(record, pairs, item, |record, old, is| {
        value(record, new, old, is)
    });
}

fn moves<'a>(record: &mut Record<'_>, old: &'a Enum, new: &'a Enum) {
    let shown = |step: &Move| format!("{} → {}", step.from, step.to);
    let all = |item: &Enum| item.moves.iter().map(shown).collect::<Vec<_>>().join(", ");
    let (name, spot) = (&new.name, Spot::beside(&new.name));
    match (old.moves.is_empty(), new.moves.is_empty()) {
        (true, false) => {
            let text = format!("`{name}` says how its states become one another");
            let finding = Finding::new(&rules::ENUM_MOVES_ADDED, text).new_value(all(new));
            return record.add(spot, finding.at(new.span));
        }
        (false, true) => {
            let text = format!("`{name}` no longer says how its states become one another");
            let finding = Finding::new(&rules::ENUM_MOVES_REMOVED, text).old(all(old));
            return record.add(spot, finding.was_at(old.span));
        }
        _ => {}
    }
    let same = |a: &Move, b: &Move| (&a.from, &a.to) == (&b.from, &b.to);
    let item = |step: &'a Move| Item {
        spot,
        span: step.span,
        what: format!("the move {} of `{name}`", shown(step)),
        more: String::new(),
        value: shown(step),
        history: None,
        removed: &rules::ENUM_MOVE_REMOVED,
        added: &rules::ENUM_MOVE_ADDED,
    };
    lists::compare(
        record,
        Pairs::new(&old.moves, &new.moves, same),
        item,
        |record, was, is| {
            let [was, is] = [was, is].map(|step| {
                let what = format!("{} in `{name}`", shown(step));
                let mut explained = Explained::new(what, step.span);
                explained.text("explanation", &step.doc);
                explained
            });
            explanations::compare(record, spot, &rules::ENUM_DOC_CHANGED, &was, &is);
        },
    );
}

fn value(record: &mut Record<'_>, item: &Enum, old: &EnumValue, new: &EnumValue) {
    let spot = Spot::beside(&item.name).field(&new.value);
    for (rule, verb, values) in [
        (
            &rules::ENUM_VALUE_CHANGED,
            "is written",
            [&old.value, &new.value],
        ),
        (
            &rules::ENUM_VALUE_RENAMED,
            "is called",
            [&old.name, &new.name],
        ),
        (
            &rules::ENUM_VALUE_LABEL_CHANGED,
            "is labelled",
            [&old.label, &new.label],
        ),
    ] {
        let what = format!("`{}::{}` {verb}", item.name, new.name);
        record.differs(spot, new.span, rule, &what, values.map(String::as_str));
    }
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

    /// The first of `ways` on which the enum travels; the first of all if nothing holds it.
    fn first(&self, ways: [Way; 3]) -> Way {
        let used = |way: &&Way| self.places.iter().any(|(other, _)| other == *way);
        ways.iter().find(used).copied().unwrap_or(ways[0])
    }

    fn text(&self) -> String {
        let names: Vec<&str> = self.places.iter().map(|(_, name)| name.as_str()).collect();
        match names.is_empty() {
            true => String::new(),
            false => format!("; used in {}", names.join(", ")),
        }
    }
}

fn named(value: &EnumValue) -> String {
    match value.label.as_str() {
        "" => format!("`{}`", value.value),
        label => format!("`{}` ({label})", value.value),
    }
}
