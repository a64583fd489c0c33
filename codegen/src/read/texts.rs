//! The texts of a spec that people read, and their Chinese.
//!
//! `zh.toml` is a dictionary: each key is a text as the spec has it, its value the same in Chinese.
//! A text that stands in ten rows is translated once, and one that is reworded has lost its
//! translation.

use crate::diagnostic::Findings;
use crate::model::{Model, Translation};
use crate::source::Spanned;

use super::problem;
use super::syntax::{self, Node, Value};

/// The file that holds the Chinese.
pub(super) const CHINESE: &str = "zh.toml";

pub(super) fn translations(node: &Node, findings: &mut Findings) -> Vec<Translation> {
    let Value::Table(entries) = &node.value else {
        return Vec::new();
    };
    let mut translations = Vec::new();
    for entry in entries {
        let Value::Text(chinese) = &entry.node.value else {
            let what = format!("a translation in `{CHINESE}`");
            findings.push(problem::wrong_type(&what, &entry.node, "a string"));
            continue;
        };
        translations.push(Translation {
            english: Spanned::new(entry.key.clone(), entry.key_span),
            chinese: Spanned::new(chinese.clone(), entry.node.span),
        });
    }
    translations
}

impl Model {
    /// Every text of the spec that people read, with its place, in the order of the files; what
    /// is quoted from the document, such as labels and meanings, is not among them.
    #[must_use]
    pub fn texts(&self) -> Vec<Spanned<String>> {
        let mut texts = Vec::new();
        for (file, source) in self.sources.files().iter().enumerate() {
            // A file that the model was read from parses, so that nothing is found here.
            if let Some(root) = syntax::parse(file, source, &mut Findings::new()) {
                add(&root, &source.name, &mut texts);
            }
        }
        texts
    }
}

fn add(node: &Node, file: &str, texts: &mut Vec<Spanned<String>>) {
    match &node.value {
        Value::Table(entries) => {
            for entry in entries {
                match &entry.node.value {
                    Value::Text(text) if is_read(file, &entry.key) => {
                        texts.push(Spanned::new(text.clone(), entry.node.span));
                    }
                    Value::Array(items) if is_read(file, &entry.key) => {
                        texts.extend(items.iter().filter_map(|item| match &item.value {
                            Value::Text(text) => Some(Spanned::new(text.clone(), item.span)),
                            _ => None,
                        }));
                    }
                    // The values of a view are names, whatever they are called.
                    Value::Table(_) if entry.key == "values" => {}
                    _ => add(&entry.node, file, texts),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| add(item, file, texts)),
        _ => {}
    }
}

/// True if people read what a key holds. The title of an interface or a bill is the document's.
fn is_read(file: &str, key: &str) -> bool {
    match key {
        "doc" | "notes" | "advice" | "changes" | "section" => true,
        "title" => file == "spec.toml",
        "printed" | "ruling" | "why" => file == "errata.toml",
        _ => false,
    }
}
