//! Compares two messages: their signature, fields, parts, groups, rules, views.

use crate::model::Message;

use super::change::{Finding, Record, Spot};
use super::explanations::{self, Explained};
use super::level::Way;
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
}

fn explained(message: &Message) -> Explained<'_> {
    let mut explained = Explained::new(format!("`{}`", message.name), message.span);
    explained.text("section", &message.section);
    explained.text("explanation", &message.doc);
    explained.texts("errata", &message.errata);
    explained
}
