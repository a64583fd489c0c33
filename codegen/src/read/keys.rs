//! Typed access to the keys of one table.
//!
//! Each reader asks a [`Keys`] for what it knows; at the end [`Keys::finish`] reports every key
//! that was not asked for, with the nearest one that exists. Nothing stops at the first mistake.

use crate::diagnostic::{Findings, nearest};
use crate::model::Asked;
use crate::source::{Span, Spanned};

use super::problem;
use super::syntax::{Entry, Node, Value};
use super::tree::HistoryKeys;

/// One table while it is being read.
pub(crate) struct Keys<'a, 'f> {
    what: String,
    span: Span,
    entries: &'a [Entry],
    wanted: Vec<&'static str>,
    missing: Vec<&'static str>,
    findings: &'f mut Findings,
}

impl<'a, 'f> Keys<'a, 'f> {
    /// Opens `node`, which messages call `what` ("a field"); not a table: reported, `None`.
    pub(crate) fn open(
        node: &'a Node,
        what: impl Into<String>,
        findings: &'f mut Findings,
    ) -> Option<Self> {
        let what = what.into();
        let Value::Table(entries) = &node.value else {
            findings.push(problem::wrong_type(&what, node, "a table"));
            return None;
        };
        Some(Self {
            what,
            span: node.span,
            entries,
            wanted: Vec::new(),
            missing: Vec::new(),
            findings,
        })
    }

    pub(crate) fn span(&self) -> Span {
        self.span
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|entry| entry.key == key)
    }

    /// Reports the keys that are probably meant to be one of `known`; true if there are any.
    pub(crate) fn report_misspelt(&mut self, known: &[&str]) -> bool {
        let entries = self.entries.iter();
        let near = |entry: &&Entry| {
            let key = entry.key.as_str();
            !known.contains(&key) && nearest(key, known.iter().copied()).is_some()
        };
        let misspelt: Vec<&Entry> = entries.filter(near).collect();
        for entry in &misspelt {
            let known = known.iter().copied();
            let found = problem::unknown_key(&self.what, &entry.key, entry.key_span, known);
            self.findings.push(found);
        }
        !misspelt.is_empty()
    }

    pub(crate) fn findings(&mut self) -> &mut Findings {
        self.findings
    }

    /// The value of `key` as it stands, whatever its type.
    pub(crate) fn node(&mut self, key: &'static str) -> Option<&'a Node> {
        self.wanted.push(key);
        let entry = self.entries.iter().find(|entry| entry.key == key)?;
        Some(&entry.node)
    }

    pub(crate) fn text(&mut self, key: &'static str) -> Option<Spanned<String>> {
        let node = self.node(key)?;
        self.text_of(key, node)
    }

    /// A string that must be there; its lack is reported and gives `None`.
    pub(crate) fn needed_text(&mut self, key: &'static str) -> Option<Spanned<String>> {
        self.need(key);
        self.text(key)
    }

    /// A string that must be there; its lack is reported and gives an empty one.
    pub(crate) fn text_or_empty(&mut self, key: &'static str) -> Spanned<String> {
        let span = self.span;
        self.needed_text(key)
            .unwrap_or_else(|| Spanned::new(String::new(), span))
    }

    /// The keys that tell which versions have an item, and what is left to say of it.
    pub(crate) fn history(&mut self) -> HistoryKeys {
        HistoryKeys {
            since: self.text("since"),
            until: self.text("until"),
            line: self
                .number("line", u64::from(u32::MAX))
                .and_then(|line| u32::try_from(line.value).ok()),
            undecided: self.text("undecided").map(|text| text.value),
            asked: self.asked(),
        }
    }

    /// What a person was asked about an item.
    pub(crate) fn asked(&mut self) -> Vec<Asked> {
        let mut asked = Vec::new();
        for node in self.nodes("asked") {
            let Some(mut keys) = Keys::open(node, "`asked`", self.findings()) else {
                continue;
            };
            let line = keys.number("line", u64::from(u32::MAX));
            let text = keys.needed_text("text");
            keys.finish();
            asked.extend(text.map(|text| Asked {
                line: line.and_then(|line| u32::try_from(line.value).ok()),
                text: text.value,
            }));
        }
        asked
    }

    /// Documentation: a string, empty when absent.
    pub(crate) fn prose(&mut self, key: &'static str) -> String {
        self.text(key).map(|text| text.value).unwrap_or_default()
    }

    pub(crate) fn flag(&mut self, key: &'static str) -> Option<Spanned<bool>> {
        let node = self.node(key)?;
        let Value::Boolean(truth) = node.value else {
            self.wrong_type(key, node, "true or false");
            return None;
        };
        Some(Spanned::new(truth, node.span))
    }

    pub(crate) fn number(&mut self, key: &'static str, most: u64) -> Option<Spanned<u64>> {
        let node = self.node(key)?;
        let Value::Integer(number) = node.value else {
            self.wrong_type(key, node, "an integer");
            return None;
        };
        match u64::try_from(number) {
            Ok(number) if number <= most => Some(Spanned::new(number, node.span)),
            _ => {
                self.findings
                    .push(problem::out_of_range(&self.what, key, node.span, most));
                None
            }
        }
    }

    /// One of `words`, by its index.
    pub(crate) fn word<T: Copy>(
        &mut self,
        key: &'static str,
        words: &[(&'static str, T)],
    ) -> Option<Spanned<T>> {
        let text = self.text(key)?;
        self.word_of(key, &text, words)
    }

    /// A list of `words`.
    pub(crate) fn words<T: Copy>(
        &mut self,
        key: &'static str,
        words: &[(&'static str, T)],
    ) -> Vec<Spanned<T>> {
        let texts = self.texts(key).into_iter();
        texts
            .filter_map(|text| self.word_of(key, &text, words))
            .collect()
    }

    pub(crate) fn texts(&mut self, key: &'static str) -> Vec<Spanned<String>> {
        let nodes = self.nodes(key);
        nodes
            .iter()
            .filter_map(|node| self.text_of(key, node))
            .collect()
    }

    /// The elements of an array; absent is empty.
    pub(crate) fn nodes(&mut self, key: &'static str) -> &'a [Node] {
        let Some(node) = self.node(key) else {
            return &[];
        };
        match &node.value {
            Value::Array(nodes) => nodes,
            _ => {
                self.wrong_type(key, node, "an array");
                &[]
            }
        }
    }

    /// The entries of a table with free keys; absent is empty.
    pub(crate) fn entries(&mut self, key: &'static str) -> &'a [Entry] {
        let Some(node) = self.node(key) else {
            return &[];
        };
        match &node.value {
            Value::Table(entries) => entries,
            _ => {
                self.wrong_type(key, node, "a table");
                &[]
            }
        }
    }

    /// A table with free keys whose values are strings: pairs in their order.
    pub(crate) fn pairs(&mut self, key: &'static str) -> Vec<(Spanned<String>, Spanned<String>)> {
        let mut pairs = Vec::new();
        for entry in self.entries(key) {
            if let Some(text) = self.text_of(key, &entry.node) {
                pairs.push((Spanned::new(entry.key.clone(), entry.key_span), text));
            }
        }
        pairs
    }

    /// Notes a missing key, to be reported at the end unless it is misspelt.
    pub(crate) fn need(&mut self, key: &'static str) {
        if self.has(key) {
            return;
        }
        self.missing.push(key);
    }

    /// Reports the keys that were not asked for, then those that are missing, but for one that is
    /// probably misspelt among the former.
    pub(crate) fn finish(mut self) {
        for entry in self.entries {
            if self.wanted.contains(&entry.key.as_str()) {
                continue;
            }
            let known = self.wanted.iter().copied();
            let found = problem::unknown_key(&self.what, &entry.key, entry.key_span, known);
            self.findings.push(found);
            if let Some(near) = nearest(&entry.key, self.wanted.iter().copied()) {
                self.missing.retain(|key| *key != near);
            }
        }
        for key in &self.missing {
            self.findings
                .push(problem::missing_key(&self.what, key, self.span));
        }
    }

    fn word_of<T: Copy>(
        &mut self,
        key: &str,
        text: &Spanned<String>,
        words: &[(&'static str, T)],
    ) -> Option<Spanned<T>> {
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == text.value) {
            return Some(Spanned::new(*value, text.span));
        }
        let allowed: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        self.findings
            .push(problem::word_not_allowed(&self.what, key, text, &allowed));
        None
    }

    fn text_of(&mut self, key: &str, node: &Node) -> Option<Spanned<String>> {
        let Value::Text(text) = &node.value else {
            self.wrong_type(key, node, "a string");
            return None;
        };
        Some(Spanned::new(text.clone(), node.span))
    }

    fn wrong_type(&mut self, key: &str, node: &Node, expected: &str) {
        let what = format!("`{key}` of {}", self.what);
        self.findings
            .push(problem::wrong_type(&what, node, expected));
    }
}
