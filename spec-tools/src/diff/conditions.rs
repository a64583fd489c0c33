//! Compares what a message demands beyond its single fields: conditions, parts, groups, rules.
//!
//! *Tightened* means that some message is no longer valid, *loosened* that some message has become
//! so. What cannot be ordered excludes something in any case, so it counts as tightened.

use signed_xml_codegen::model::{Condition, Field, Group, GroupKind, Message, Order, Rule};

use super::change::{Finding, Record, Spot};
use super::fields::FieldPairs;
use super::level::Way;
use super::pairing::Pairs;
use super::rules::Sides;
use super::rules::message as rules;

/// The conditions of the fields that are in both messages.
pub(super) fn of_fields(
    record: &mut Record<'_>,
    spot: Spot<'_>,
    old: &Message,
    new: &Message,
    fields: &FieldPairs<'_>,
) {
    for (_, after) in fields {
        if let Some(before) = old.field(&after.name) {
            of_field(
                record,
                spot.field(&after.name),
                Way::of(new.kind),
                before,
                after,
            );
        }
    }
}

fn of_field(record: &mut Record<'_>, spot: Spot<'_>, way: Way, old: &Field, new: &Field) {
    let never = Condition::NEVER;
    let required = (&old.required_when, &new.required_when);
    // A field that becomes required or optional is a change by itself, with its condition.
    let required = (old.demanded == new.demanded).then_some(("be there", required));
    let forbidden = ("be absent", (&old.forbidden_when, &new.forbidden_when));
    let present = ("come", (&old.present_when, &new.present_when));
    for (what, (before, after)) in required.into_iter().chain([forbidden, present]) {
        // Each says: where the condition holds, something must be. To hold in more cases is to
        // demand more.
        let [was, is] = [before, after].map(|when| when.as_ref().unwrap_or(&never));
        let tightened = match is.order(was) {
            Order::Same => continue,
            Order::Weaker | Order::Incomparable => true,
            Order::Stronger => false,
        };
        let sides = match tightened {
            true => &rules::CONDITION_TIGHTENED,
            false => &rules::CONDITION_LOOSENED,
        };
        let text = match after {
            Some(after) => format!("`{}` has to {what} when `{after}`", new.name),
            None => format!("no condition asks `{}` to {what} any more", new.name),
        };
        let finding = Finding::new(sides.of(way), text).optional(before.as_ref(), after.as_ref());
        record.add(spot, finding.at(new.span));
    }
}

/// The condition lines above tables: told once where a whole part has another one, else per field
/// that stands in another part.
pub(super) fn parts(
    record: &mut Record<'_>,
    spot: Spot<'_>,
    old: &Message,
    new: &Message,
    fields: &FieldPairs<'_>,
) {
    let way = Way::of(new.kind);
    let always = Condition::ALWAYS;
    let mut recorded: Vec<(usize, usize)> = Vec::new();
    for (before, after) in fields {
        let from = old
            .parts
            .get(before.part)
            .and_then(|part| part.when.as_ref());
        let to = new
            .parts
            .get(after.part)
            .and_then(|part| part.when.as_ref());
        // Without a line, the part is always there.
        let [was, is] = [from, to].map(|when| when.unwrap_or(&always));
        let sides = match is.order(was) {
            Order::Same => continue,
            Order::Weaker | Order::Incomparable => &rules::PART_TIGHTENED,
            Order::Stronger => &rules::PART_LOOSENED,
        };
        let pair = (before.part, after.part);
        let mut others = fields.iter().map(|(old, new)| (old.part, new.part));
        let whole = others.all(|(old, new)| (old == pair.0) == (new == pair.1));
        if whole && recorded.contains(&pair) {
            continue;
        }
        recorded.push(pair);
        let (spot, what) = match whole {
            true => (spot, format!("a part of `{}`", new.name)),
            false => (spot.field(&after.name), format!("`{}`", after.name)),
        };
        let text = match to {
            Some(to) => format!("{what} is under `{to}`"),
            None => format!("{what} is under no condition any more"),
        };
        let finding = Finding::new(sides.of(way), text).optional(from, to);
        record.add(spot, finding.at(after.span));
    }
}

/// Choices between fields.
pub(super) fn groups(record: &mut Record<'_>, spot: Spot<'_>, old: &Message, new: &Message) {
    let way = Way::of(new.kind);
    let pairs = paired_groups(old, new);
    let both = pairs.both.iter().map(|(a, b)| (Some(*a), Some(*b)));
    let gone = pairs.gone.iter().map(|group| (Some(*group), None));
    let come = pairs.come.iter().map(|group| (None, Some(*group)));
    for (before, after) in gone.chain(both).chain(come) {
        let [was, is] = [(old, before), (new, after)]
            .map(|(message, group)| choice(message, group, before.into_iter().chain(after)));
        let sides = match is.order(&was) {
            Order::Same => continue,
            Order::Weaker => &rules::GROUP_LOOSENED,
            Order::Stronger | Order::Incomparable => &rules::GROUP_TIGHTENED,
        };
        let text = match (before, after) {
            (_, Some(after)) => format!("`{}` asks for {}", after.name, members(after)),
            (Some(before), None) => format!("the choice `{}` is gone", before.name),
            (None, None) => continue,
        };
        let finding = Finding::new(sides.of(way), text)
            .optional(before.map(members), after.map(members))
            .at_either(
                before.map(|group| group.span),
                after.map(|group| group.span),
            );
        record.add(spot, finding);
    }
}

/// Rules over several fields.
pub(super) fn rules(record: &mut Record<'_>, spot: Spot<'_>, old: &Message, new: &Message) {
    let way = Way::of(new.kind);
    let pairs = paired_rules(old, new);
    let mut add = |sides: &'static Sides, text, before: Option<&Rule>, after: Option<&Rule>| {
        let check = |rule: &Rule| rule.check.to_string();
        let finding = Finding::new(sides.of(way), text)
            .optional(before.map(check), after.map(check))
            .at_either(before.map(|rule| rule.span), after.map(|rule| rule.span));
        record.add(spot, finding);
    };
    for rule in &pairs.gone {
        let text = format!("the rule `{}` is gone", rule.name);
        add(&rules::RULE_LOOSENED, text, Some(rule), None);
    }
    for (before, after) in &pairs.both {
        let sides = match after.check.order(&before.check) {
            Order::Same => continue,
            Order::Weaker => &rules::RULE_LOOSENED,
            Order::Stronger | Order::Incomparable => &rules::RULE_TIGHTENED,
        };
        let text = format!("the rule `{}` asks for `{}`", after.name, after.check);
        add(sides, text, Some(before), Some(after));
    }
    for rule in &pairs.come {
        let text = format!("the rule `{}` is new: `{}`", rule.name, rule.check);
        add(&rules::RULE_TIGHTENED, text, None, Some(rule));
    }
}

/// Groups are found again by their name, then by their members.
pub(super) fn paired_groups<'a>(old: &'a Message, new: &'a Message) -> Pairs<'a, Group> {
    Pairs::new(&old.groups, &new.groups, |a, b| a.name == b.name).or(|a, b| a.members == b.members)
}

/// Rules are found again by their name, then by what they ask for.
pub(super) fn paired_rules<'a>(old: &'a Message, new: &'a Message) -> Pairs<'a, Rule> {
    Pairs::new(&old.rules, &new.rules, |a, b| a.name == b.name).or(|a, b| a.check == b.check)
}

/// What a group says of a message, in terms of every field that either side names; a field that the
/// message lacks is absent.
fn choice<'a>(
    message: &Message,
    group: Option<&Group>,
    named: impl Iterator<Item = &'a Group>,
) -> Condition {
    let present = |name: &String| Condition::Present(name.clone());
    let absent = |name: &String| Condition::Not(Box::new(present(name)));
    let mut all = Vec::new();
    for name in named.flat_map(|group| &group.members) {
        match message.field(name) {
            None => all.push(absent(name)),
            Some(field) if field.demanded => all.push(present(name)),
            Some(_) => {}
        }
    }
    if let Some(Group { kind, members, .. }) = group {
        all.push(Condition::Any(members.iter().map(present).collect()));
        if *kind == GroupKind::ExactlyOne {
            let two = |at: usize, name: &String| {
                let others = members[at + 1..].iter().map(present).collect();
                Condition::All(vec![present(name), Condition::Any(others)])
            };
            let two = members.iter().enumerate().map(|(at, name)| two(at, name));
            all.push(Condition::Not(Box::new(Condition::Any(two.collect()))));
        }
    }
    Condition::All(all)
}

fn members(group: &Group) -> String {
    let kind = match group.kind {
        GroupKind::ExactlyOne => "exactly one",
        GroupKind::AtLeastOne => "at least one",
    };
    format!("{kind} of {}", group.members.join(", "))
}
