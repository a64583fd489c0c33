//! Which fields a sample has, and which values its enums and numbers take, so that every condition,
//! group and rule of the message holds.
//!
//! Steps, repeated until nothing changes: the fields that must be there under the present values;
//! the one change of a value that leaves the fewest conditions broken. Small tables and few
//! candidates: no solver is needed, and where this one fails there is no sample.

use std::collections::{BTreeMap, BTreeSet};

use signed_xml_codegen::model::{
    Condition, Field, FieldType, GroupKind, Interface, Message, MessageKind, Model, ReplyForm, Term,
};

use super::Remembered;

/// Amounts to try, in fen; the first suits most fields by itself.
const AMOUNTS: [u64; 5] = [10_000, 5_000, 20_000, 30_000, 1];
/// Other numbers to try.
const NUMBERS: [u64; 3] = [1, 2, 10];
/// Conditions meet after a few changes or never.
const MOST_CHANGES: usize = 64;

/// Fields by name: those of enums and numbers with their value, all others without.
pub(super) type Chosen = BTreeMap<String, Option<String>>;

/// Chooses; `None` if the conditions cannot be met.
pub(super) fn choose(
    model: &Model,
    interface: &Interface,
    message: &Message,
    remembered: &Remembered,
) -> Option<Chosen> {
    // A sample in which something is 0 tells less, so 0 is only tried where nothing else will do.
    let choose = |zero| choose_with(zero, model, interface, message, remembered);
    choose(false).or_else(|| choose(true))
}

fn choose_with(
    zero: bool,
    model: &Model,
    interface: &Interface,
    message: &Message,
    remembered: &Remembered,
) -> Option<Chosen> {
    let candidates = |field| candidates(zero, model, interface, message, field);
    let mut values = BTreeMap::new();
    for field in message.distinct_fields() {
        let candidates = candidates(field);
        let known = remembered
            .get(&field.name)
            .filter(|_| !is_failure(interface, message));
        let first = known.filter(|value| candidates.contains(value));
        if let Some(value) = first.or(candidates.first()) {
            values.insert(field.name.as_str(), value.clone());
        }
    }
    for _ in 0..MOST_CHANGES {
        let worst = broken(message, &values);
        if worst == 0 {
            let present = present(message, &values);
            let chosen = present.iter().map(|name| {
                let value = values.get(name).cloned();
                ((*name).to_owned(), value)
            });
            return Some(chosen.collect());
        }
        let mut best: Option<(usize, &str, String)> = None;
        for field in message.distinct_fields() {
            for candidate in candidates(field) {
                let mut changed = values.clone();
                changed.insert(&field.name, candidate.clone());
                let left = broken(message, &changed);
                if left < best.as_ref().map_or(worst, |(left, ..)| *left) {
                    best = Some((left, &field.name, candidate));
                }
            }
        }
        let (_, name, value) = best?;
        values.insert(name, value);
    }
    None
}

/// The values that a field may be given here; none for a field that is neither an enum nor a number.
fn candidates(
    zero: bool,
    model: &Model,
    interface: &Interface,
    message: &Message,
    field: &Field,
) -> Vec<String> {
    let numbers = |numbers: &[u64]| {
        let least = field.min.unwrap_or(0);
        let numbers = numbers.iter().chain(zero.then_some(&0));
        let allowed = numbers.filter(|number| **number >= least);
        allowed.map(u64::to_string).collect()
    };
    match &field.field_type {
        FieldType::Enum(name) => {
            let values = model
                .enum_named(name)
                .map_or(&[][..], |found| &found.values);
            let present = values
                .iter()
                .filter(|value| model.is_current(&value.history));
            let mut values: Vec<String> = present.map(|value| value.value.clone()).collect();
            if is_failure(interface, message) {
                values.reverse();
            }
            values
        }
        FieldType::Fen => numbers(&AMOUNTS),
        FieldType::Number => numbers(&NUMBERS),
        _ => Vec::new(),
    }
}

/// True for a message that only a failure sends: a success is text there.
fn is_failure(interface: &Interface, message: &Message) -> bool {
    interface.form == ReplyForm::Text && message.kind == MessageKind::Response
}

/// The fields that a full message has under `values`, before groups and conditions are judged.
fn present<'a>(message: &'a Message, values: &BTreeMap<&str, String>) -> BTreeSet<&'a str> {
    let mut present: BTreeSet<&str> = BTreeSet::new();
    for field in message.distinct_fields() {
        if field.group.is_none() && (field.required || field.demanded) {
            present.insert(&field.name);
        }
    }
    for group in &message.groups {
        present.extend(group.members.first().map(String::as_str));
    }
    for _ in 0..message.fields.len() {
        let mut next = present.clone();
        for field in message.distinct_fields() {
            let holds = |condition: &Condition| holds(condition, message, &present, values);
            let when = field.required_when.as_ref().or(field.present_when.as_ref());
            match when.map(holds) {
                Some(true) => next.insert(&field.name),
                Some(false) if !field.demanded => next.remove(field.name.as_str()),
                _ => false,
            };
        }
        if next == present {
            break;
        }
        present = next;
    }
    present
}

/// How many conditions do not hold.
fn broken(message: &Message, values: &BTreeMap<&str, String>) -> usize {
    let present = &present(message, values);
    let holds = |condition: &Condition| holds(condition, message, present, values);
    let parts = message.parts.iter().filter_map(|part| part.when.as_ref());
    let rules = message.rules.iter().map(|rule| &rule.check);
    let unmet = parts.chain(rules).filter(|rule| !holds(rule)).count();
    let forbidden = message.distinct_fields().filter(|field| {
        let when = field.forbidden_when.as_ref();
        present.contains(field.name.as_str()) && when.is_some_and(&holds)
    });
    let groups = message.groups.iter().filter(|group| {
        let given = group
            .members
            .iter()
            .filter(|name| present.contains(name.as_str()))
            .count();
        match group.kind {
            GroupKind::ExactlyOne => given != 1,
            GroupKind::AtLeastOne => given == 0,
        }
    });
    unmet + forbidden.count() + groups.count()
}

fn holds(
    condition: &Condition,
    message: &Message,
    present: &BTreeSet<&str>,
    values: &BTreeMap<&str, String>,
) -> bool {
    let holds = |inner: &Condition| holds(inner, message, present, values);
    let value = |field: &str| {
        let given = present.contains(field).then(|| values.get(field)).flatten();
        given.map(String::as_str)
    };
    let sum = |terms: &[Term]| -> u64 {
        let terms = terms.iter().map(|term| match term {
            Term::Number(number) => *number,
            Term::Field(name) => {
                let given = value(name).and_then(|value| value.parse().ok());
                given
                    .or(message.field(name).and_then(|field| field.default))
                    .unwrap_or(0)
            }
        });
        terms.sum()
    };
    match condition {
        Condition::All(parts) => parts.iter().all(holds),
        Condition::Any(parts) => parts.iter().any(holds),
        Condition::Not(inner) => !holds(inner),
        Condition::Implies(a, b) => !holds(a) || holds(b),
        Condition::Present(field) => present.contains(field.as_str()),
        Condition::Is { field, values } => {
            value(field).is_some_and(|value| values.iter().any(|wanted| wanted == value))
        }
        Condition::Compare {
            left,
            comparison,
            right,
        } => comparison.holds(sum(left), sum(right)),
    }
}
