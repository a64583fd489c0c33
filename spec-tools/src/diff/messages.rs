//! Compares two messages: their signature, fields, parts, groups, rules, views.

use signed_xml_codegen::model::{Group, Message, Part, Rule, View};

use super::change::{Finding, Record, Spot};
use super::explanations::{self, Explained};
use super::level::Way;
use super::pairing::Pairs;
use super::renames::renamed;
use super::rules::message as rules;
use super::{conditions, fields, views};

pub(super) fn compare(record: &mut Record<'_>, spot: Spot<'_>, old: &Message, new: &Message) {
    let way = Way::of(new.kind);
    if old.signed != new.signed {
        let (sides, what) = match new.signed {
            true => (&rules::SIGNING_ADDED, "is signed now"),
            false => (&rules::SIGNING_REMOVED, "is no longer signed"),
        };
        let word = |signed: bool| if signed { "signed" } else { "unsigned" };
        let finding = Finding::new(sides.of(way), format!("`{}` {what}", new.name))
            .values(word(old.signed), word(new.signed))
            .at(new.span);
        record.add(spot, finding);
    }
    let pairs = fields::compare(record, spot, old, new);
    let old = &*renamed(old, &pairs);
    conditions::of_fields(record, spot, old, new, &pairs);
    conditions::parts(record, spot, old, new, &pairs);
    conditions::groups(record, spot, old, new);
    conditions::rules(record, spot, old, new);
    views::compare(record, spot, old, new);
    let rule = rules::MESSAGE_DOC_CHANGED.of(way);
    explanations::compare(record, spot, rule, &explained(old), &explained(new));
    for (old, new) in said(old, new) {
        explanations::compare(record, spot, rule, &old, &new);
    }
}

/// What is said of the parts, groups, rules and views that are in both messages.
fn said<'a>(old: &'a Message, new: &'a Message) -> Vec<(Explained<'a>, Explained<'a>)> {
    let one = |item: String, span, name: &'a str, doc: &'a str, errata: &'a [String]| {
        let mut explained = Explained::new(item, span);
        explained.text("name", name);
        explained.text("explanation", doc);
        explained.texts("errata", errata);
        explained
    };
    let part = |message: &Message, part: &'a Part| {
        one(
            "a part".to_owned(),
            message.span,
            "",
            &part.doc,
            &part.errata,
        )
    };
    let group = |group: &'a Group| {
        let item = format!("the choice `{}`", group.name);
        one(item, group.span, &group.name, &group.doc, &group.errata)
    };
    let rule = |rule: &'a Rule| {
        let item = format!("the rule `{}`", rule.name);
        one(item, rule.span, &rule.name, &rule.doc, &rule.errata)
    };
    let view = |view: &'a View| {
        let item = format!("the view `{}`", view.name);
        let mut explained = one(item, view.span, "", &view.doc, &view.errata);
        explained.text("section", &view.section);
        explained
    };
    let parts = old.parts.iter().zip(&new.parts);
    let parts = parts.map(|(a, b)| (part(old, a), part(new, b)));
    let groups = conditions::paired_groups(old, new).both.into_iter();
    let rules = conditions::paired_rules(old, new).both.into_iter();
    let views = Pairs::new(&old.views, &new.views, |a, b| a.name == b.name);
    parts
        .chain(groups.map(|(a, b)| (group(a), group(b))))
        .chain(rules.map(|(a, b)| (rule(a), rule(b))))
        .chain(views.both.into_iter().map(|(a, b)| (view(a), view(b))))
        .collect()
}

fn explained(message: &Message) -> Explained<'_> {
    let mut explained = Explained::new(format!("`{}`", message.name), message.span);
    explained.text("section", &message.section);
    explained.text("explanation", &message.doc);
    explained.texts("errata", &message.errata);
    explained
}
