//! Which fields a sample has, and which values its enums and numbers take, so that every condition,
//! group and rule of the message holds.
//!
//! Steps, repeated until nothing changes: the fields that must be there under the present values;
//! the one change of a value that leaves the fewest conditions broken. Small tables and few
//! candidates, so no solver is needed. Where this one fails the message gets no sample.

use std::collections::{BTreeMap, BTreeSet};

use signed_xml_codegen::model::{
    Comparison, Condition, Facts, Field, FieldType, GroupKind, Interface, Message, MessageKind,
    Model, ReplyForm, Term,
};

use super::Remembered;

/// Amounts to try, in fen; the first suits most fields by itself.
const AMOUNTS: [u64; 5] = [10_000, 5_000, 20_000, 30_000, 1];
/// Other numbers to try.
const NUMBERS: [u64; 3] = [1, 2, 10];
/// Changes of a value that are tried; where a few do not meet the conditions, more do not either.
const MAX_CHANGES: usize = 64;

/// Fields by name: those of enums and numbers with their value, all others without.
pub(super) type Chosen = BTreeMap<String, Option<String>>;

/// Chooses; `None` if the conditions cannot be met.
pub(super) fn choose(
    model: &Model,
    interface: &Interface,
    message: &Message,
    remembered: &Remembered,
) -> Option<Chosen> {
    // A sample in which something is 0 shows less, so 0 is tried last.
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
    for _ in 0..MAX_CHANGES {
        let worst = broken(message, &values);
        if worst == 0 {
            let draft = Draft::of(message, &values);
            let chosen = draft.present.iter().map(|name| {
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

/// The values that a field may be given here; none for a field that is neither an enum nor a
/// number.
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

/// A message under construction.
struct Draft<'a> {
    message: &'a Message,
    values: &'a BTreeMap<&'a str, String>,
    present: BTreeSet<&'a str>,
}

impl<'a> Draft<'a> {
    /// The message with all fields that it must have under `values`; forbidding conditions, parts,
    /// groups and rules are not looked at.
    fn of(message: &'a Message, values: &'a BTreeMap<&'a str, String>) -> Self {
        let fields = message.distinct_fields();
        let required =
            fields.filter(|field| field.group.is_none() && (field.required || field.demanded));
        let first = message
            .groups
            .iter()
            .flat_map(|group| group.members.first());
        let present = required.map(|field| &field.name).chain(first);
        let mut draft = Self {
            message,
            values,
            present: present.map(String::as_str).collect(),
        };
        for _ in 0..message.fields.len() {
            let mut next = draft.present.clone();
            for field in message.distinct_fields() {
                let when = field.required_when.as_ref().or(field.present_when.as_ref());
                match when.map(|when| when.holds(&draft)) {
                    Some(true) => next.insert(&field.name),
                    Some(false) if !field.demanded => next.remove(field.name.as_str()),
                    _ => false,
                };
            }
            if next == draft.present {
                break;
            }
            draft.present = next;
        }
        draft
    }

    fn has(&self, field: &str) -> bool {
        self.present.contains(field)
    }

    fn value(&self, field: &str) -> Option<&str> {
        let value = self.values.get(field).filter(|_| self.has(field));
        value.map(String::as_str)
    }

    fn number(&self, term: &Term) -> u64 {
        match term {
            Term::Number(number) => *number,
            Term::Field(name) => {
                let given = self.value(name).and_then(|value| value.parse().ok());
                let default = || self.message.field(name).and_then(|field| field.default);
                given.or_else(default).unwrap_or(0)
            }
        }
    }
}

impl Facts<String> for Draft<'_> {
    fn present(&self, field: &String) -> Option<bool> {
        Some(self.has(field))
    }

    fn is(&self, field: &String, values: &[String]) -> Option<bool> {
        let value = self.value(field);
        Some(value.is_some_and(|value| values.iter().any(|wanted| wanted == value)))
    }

    fn compare(&self, left: &[Term], comparison: Comparison, right: &[Term]) -> Option<bool> {
        let sum = |terms: &[Term]| terms.iter().map(|term| self.number(term)).sum::<u64>();
        Some(comparison.holds(sum(left), sum(right)))
    }
}

/// How many conditions do not hold.
fn broken(message: &Message, values: &BTreeMap<&str, String>) -> usize {
    let draft = Draft::of(message, values);
    let holds = |condition: &Condition| condition.holds(&draft);
    let parts = message.parts.iter().filter_map(|part| part.when.as_ref());
    let rules = message.rules.iter().map(|rule| &rule.check);
    let unmet = parts.chain(rules).filter(|rule| !holds(rule)).count();
    let forbidden = message.distinct_fields().filter(|field| {
        let when = field.forbidden_when.as_ref();
        draft.has(&field.name) && when.is_some_and(holds)
    });
    let groups = message.groups.iter().filter(|group| {
        let given = group.members.iter().filter(|name| draft.has(name)).count();
        match group.kind {
            GroupKind::ExactlyOne => given != 1,
            GroupKind::AtLeastOne => given == 0,
        }
    });
    unmet + forbidden.count() + groups.count()
}
