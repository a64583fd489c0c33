//! Where a key of an item stands, so that a finding points at the label and not at the whole row.
//!
//! The model keeps one place per item. The file is parsed again and searched for the table that has this place: the row itself, or
//! the row of which it is one value, or the table of which it is the name.

use crate::diagnostic::Findings;
use crate::model::Model;
use crate::read::syntax::{self, Entry, Node, Value};
use crate::source::Span;

/// The value of the first of `keys` that the item at `at` has; `at` itself if it has none.
pub(super) fn of(model: &Model, at: Span, keys: &[&str]) -> Span {
    let Some(source) = model.sources.files().get(at.file) else {
        return at;
    };
    // A file that the model was read from parses, so that nothing is found here.
    let Some(root) = syntax::parse(at.file, source, &mut Findings::new()) else {
        return at;
    };
    let Some(row) = row(&root, at) else {
        return at;
    };
    let mut found = keys.iter().filter_map(|key| {
        let entry = row.iter().find(|entry| entry.key == *key)?;
        Some(entry.node.span)
    });
    found.next().unwrap_or(at)
}

fn row(node: &Node, at: Span) -> Option<&[Entry]> {
    match &node.value {
        Value::Table(entries) => {
            let named = entries.iter().find(|entry| entry.key_span == at);
            if let Some(Value::Table(inner)) = named.map(|entry| &entry.node.value) {
                return Some(inner);
            }
            let inside = entries.iter().find_map(|entry| row(&entry.node, at));
            let own = || {
                let mut spans = entries.iter().map(|entry| entry.node.span);
                node.span == at || spans.any(|span| span == at)
            };
            inside.or_else(|| own().then_some(entries.as_slice()))
        }
        Value::Array(nodes) => nodes.iter().find_map(|node| row(node, at)),
        _ => None,
    }
}
