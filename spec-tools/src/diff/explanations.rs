//! Compares what is only said of an item: titles, explanations, notes, references to errata, marks
//! of versions.
//!
//! One change per item, for all of it that was reworded; the texts themselves are too long for a
//! list of changes.

use signed_xml_codegen::Span;
use signed_xml_codegen::model::History;

use super::change::{Finding, Record, Spot};
use super::rules::Rule;

/// What is said of an item, part by part.
pub(super) struct Explained<'a> {
    item: String,
    span: Option<Span>,
    parts: Vec<(&'static str, Said<'a>)>,
}

#[derive(PartialEq)]
enum Said<'a> {
    Text(&'a str),
    List(&'a [String]),
}

impl<'a> Explained<'a> {
    pub(super) fn new(item: impl Into<String>, span: impl Into<Option<Span>>) -> Self {
        Self {
            item: item.into(),
            span: span.into(),
            parts: Vec::new(),
        }
    }

    pub(super) fn text(&mut self, name: &'static str, text: &'a str) {
        self.parts.push((name, Said::Text(text)));
    }

    pub(super) fn texts(&mut self, name: &'static str, texts: &'a [String]) {
        self.parts.push((name, Said::List(texts)));
    }

    /// `since` and `until`; where they decide whether the item is there, that is a change of
    /// its own.
    pub(super) fn marks(&mut self, history: &'a History) {
        self.text("since", history.since.as_deref().unwrap_or_default());
        self.text("until", history.until.as_deref().unwrap_or_default());
    }
}

pub(super) fn compare(
    record: &mut Record<'_>,
    spot: Spot<'_>,
    rule: &'static Rule,
    old: &Explained<'_>,
    new: &Explained<'_>,
) {
    let pairs = old.parts.iter().zip(&new.parts);
    let differs = pairs.filter(|((_, old), (_, new))| old != new);
    let names: Vec<&str> = differs.map(|((name, _), _)| *name).collect();
    if names.is_empty() {
        return;
    }
    let text = format!("{}: {} reworded", new.item, joined(&names));
    let mut finding = Finding::new(rule, text).values(digest(old, &names), digest(new, &names));
    if let Some(span) = new.span {
        finding = finding.at(span);
    }
    record.add(spot, finding);
}

fn joined(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// The parts that differ as one text; the fingerprint of the change hangs on it.
fn digest(explained: &Explained<'_>, names: &[&str]) -> String {
    let parts = explained.parts.iter();
    let differing = parts.filter(|(name, _)| names.contains(name));
    let texts = differing.map(|(_, said)| match said {
        Said::Text(text) => (*text).to_owned(),
        Said::List(texts) => texts.join("; "),
    });
    texts.collect::<Vec<_>>().join(" / ")
}
