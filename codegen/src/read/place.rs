//! Where a key of an item stands, so that a finding points at the label and not at the whole row.
//!
//! The model keeps one place per item. The file is parsed again and searched for the table that has this place: the row itself, or
//! the row of which it is one value, or the table of which it is the name.

use crate::diagnostic::Findings;
use crate::model::Model;
use crate::source::Span;

use super::syntax::{self, Entry, Node, Value};

impl Model {
    /// Where the value of the first of `keys` stands that the item at `item` has; `item` itself if it has none of them.
    #[must_use]
    pub fn span_of_key(&self, item: Span, keys: &[&str]) -> Span {
        self.find_key(item, keys).unwrap_or(item)
    }

    fn find_key(&self, item: Span, keys: &[&str]) -> Option<Span> {
        let source = self.sources.files().get(item.file)?;
        // A file that the model was read from parses, so that nothing is found here.
        let root = syntax::parse(item.file, source, &mut Findings::new())?;
        let row = row(&root, item)?;
        keys.iter().find_map(|key| {
            let entry = row.iter().find(|entry| entry.key == *key)?;
            Some(entry.node.span)
        })
    }
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
