//! Compares two lists of items: which left, which came, which are in both.
//!
//! A spec keeps what has ended (`until`): gone on the wire, still there in Rust. So an item can
//! also end or return without leaving or entering the spec.

use signed_xml_codegen::Span;
use signed_xml_codegen::model::History;

use super::change::{Finding, Record, Spot};
use super::pairing::Pairs;
use super::rules::Rule;

/// What a change says of an item that left or came.
pub(super) struct Item<'a> {
    pub(super) spot: Spot<'a>,
    pub(super) span: Span,
    /// With its article: "the enum `Colour`".
    pub(super) what: String,
    /// More of it, behind the sentence.
    pub(super) more: String,
    /// What the change has as its old or new value.
    pub(super) value: String,
    /// `None` for what is there as long as it stands in the spec.
    pub(super) history: Option<&'a History>,
    pub(super) removed: &'static Rule,
    pub(super) added: &'static Rule,
}

/// Records what left and what came; `both` compares what is there before and after.
pub(super) fn compare<'a, T>(
    record: &mut Record<'_>,
    pairs: Pairs<'a, T>,
    item: impl Fn(&'a T) -> Item<'a>,
    mut both: impl FnMut(&mut Record<'_>, &'a T, &'a T),
) {
    let (old, new) = (record.old, record.new);
    let before = |item: &Item<'_>| item.history.is_none_or(|history| old.lives(history));
    let after = |item: &Item<'_>| item.history.is_none_or(|history| new.lives(history));
    for gone in pairs.gone {
        let item = item(gone);
        record.add(
            item.spot,
            removed(&item).was_at(item.span).wire(before(&item)),
        );
    }
    for (old, new) in pairs.both {
        let (was, is) = (item(old), item(new));
        match (before(&was), after(&is)) {
            (true, true) => both(record, old, new),
            (true, false) => record.add(is.spot, removed(&was).at(is.span).api(false)),
            (false, true) => record.add(is.spot, added(&is).api(false)),
            (false, false) => {}
        }
    }
    for come in pairs.come {
        let item = item(come);
        record.add(item.spot, added(&item).wire(after(&item)));
    }
}

fn removed(item: &Item<'_>) -> Finding {
    let text = format!("{} is gone{}", item.what, item.more);
    Finding::new(item.removed, text).old(&item.value)
}

fn added(item: &Item<'_>) -> Finding {
    let text = format!("{} is new{}", item.what, item.more);
    let finding = Finding::new(item.added, text).new_value(&item.value);
    finding.at(item.span)
}
