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
            let spot = Spot {
                field: Some(&after.name),
                ..spot
            };
            of_field(record, spot, Way::of(new.kind), before, after);
        }
    }
}

fn of_field(record: &mut Record<'_>, spot: Spot<'_>, way: Way, old: &Field, new: &Field) {
    let never = Condition::NEVER;
    let required = (&old.required_when, &new.required_when);
    // A field that becomes required or optional is told so, with its condition.
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
            None => format!(
                "no condition says any more when `{}` has to {what}",
                new.name
            ),
        };
        let finding = with_texts(Finding::new(sides.of(way), text), before, after);
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
    let mut told: Vec<(usize, usize)> = Vec::new();
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
        if whole && told.contains(&pair) {
            continue;
        }
        told.push(pair);
        let (spot, what) = match whole {
            true => (spot, format!("a part of `{}`", new.name)),
            false => (
                Spot {
                    field: Some(&after.name),
                    ..spot
                },
                format!("`{}`", after.name),
            ),
        };
        let text = match to {
            Some(to) => format!("{what} stands under `{to}`"),
            None => format!("{what} stands under no condition any more"),
        };
        let finding = with_texts(
            Finding::new(sides.of(way), text),
            &from.cloned(),
            &to.cloned(),
        );
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
            (_, Some(after)) => format!("`{}` asks for {}", after.name, told(after)),
            (Some(before), None) => format!("the choice `{}` is gone", before.name),
            (None, None) => continue,
        };
        let mut finding = Finding::new(sides.of(way), text);
        if let Some(before) = before {
            finding = finding.old(told(before)).was_at(before.span);
        }
        if let Some(after) = after {
            finding = finding.new_value(told(after)).at(after.span);
        }
        record.add(spot, finding);
    }
}

/// Rules over several fields.
pub(super) fn rules(record: &mut Record<'_>, spot: Spot<'_>, old: &Message, new: &Message) {
    let way = Way::of(new.kind);
    let pairs = paired_rules(old, new);
    let mut tell =
        |sides: &'static Sides, text: String, before: Option<&Rule>, after: Option<&Rule>| {
            let mut finding = Finding::new(sides.of(way), text);
            if let Some(before) = before {
                finding = finding.old(before.check.to_string()).was_at(before.span);
            }
            if let Some(after) = after {
                finding = finding.new_value(after.check.to_string()).at(after.span);
            }
            record.add(spot, finding);
        };
    for rule in &pairs.gone {
        let text = format!("the rule `{}` is gone", rule.name);
        tell(&rules::RULE_LOOSENED, text, Some(rule), None);
    }
    for (before, after) in &pairs.both {
        let sides = match after.check.order(&before.check) {
            Order::Same => continue,
            Order::Weaker => &rules::RULE_LOOSENED,
            Order::Stronger | Order::Incomparable => &rules::RULE_TIGHTENED,
        };
        let text = format!("the rule `{}` asks for `{}`", after.name, after.check);
        tell(sides, text, Some(before), Some(after));
    }
    for rule in &pairs.come {
        let text = format!("the rule `{}` is new: `{}`", rule.name, rule.check);
        tell(&rules::RULE_TIGHTENED, text, None, Some(rule));
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

fn told(group: &Group) -> String {
    let kind = match group.kind {
        GroupKind::ExactlyOne => "exactly one",
        GroupKind::AtLeastOne => "at least one",
    };
    format!("{kind} of {}", group.members.join(", "))
}

fn with_texts(
    mut finding: Finding,
    before: &Option<Condition>,
    after: &Option<Condition>,
) -> Finding {
    if let Some(before) = before {
        finding = finding.old(before.to_string());
    }
    if let Some(after) = after {
        finding = finding.new_value(after.to_string());
    }
    finding
}
