//! Every key of the spec has an effect: an edit of it is a mistake to the compiler, or changes what is generated.
//!
//! One value of every key of every table is edited, a text made longer, a number greater, a yes a no. The fingerprint of the spec, which any edit
//! changes, is left out: a key that changes nothing else is a fact of the spec without an effect.

use std::collections::BTreeSet;

use signed_xml_codegen::{Model, Sources, compile, rust};

use crate::copy::workspace;

/// Keys that say something to readers of the spec alone, or are read by no back end that is checked in.
const UNSEEN: [(&str, &str); 3] = [
    // The reason for a ruling stays in the spec; the ruling itself is emitted.
    ("errata.toml", "why"),
    // Where the rows of an interface come from, if not from the document's tables.
    ("interfaces", "origin"),
    // The name of the one file that a build script gets.
    ("spec.toml", "name"),
];

#[test]
fn an_edit_of_any_key_of_the_spec_changes_more_than_the_fingerprint() {
    let sources = Sources::read(&workspace().join("spec")).unwrap();
    let files = sources.files().iter();
    let texts: Vec<(String, String)> = files
        .map(|file| (file.name.clone(), file.text.clone()))
        .collect();
    let now = emitted(&compile(sources).unwrap());
    let (mut seen, mut unnoticed) = (BTreeSet::new(), BTreeSet::new());
    for (at, (name, text)) in texts.iter().enumerate() {
        // For the tools, which `spec-tools/tests/vocabulary.rs` holds; nothing is generated from it.
        if name == "vocabulary.toml" {
            continue;
        }
        let kind = name
            .split_once('/')
            .map_or(name.as_str(), |(folder, _)| folder);
        for value in values(text) {
            if !seen.insert((kind, value.table, value.key, value.edit.is_some())) {
                continue;
            }
            let mut edited = texts.clone();
            edited[at].1 = value.edited(text);
            let noticed = match compile(Sources::from_texts("spec", edited)) {
                Ok(model) => emitted(&model) != now,
                Err(_) => true,
            };
            if !noticed {
                unnoticed.insert((kind, value.key));
            }
        }
    }
    assert!(seen.len() > 100, "{seen:?}");
    assert_eq!(unnoticed, BTreeSet::from(UNSEEN));
}

/// All that is generated, but the line of the fingerprint.
fn emitted(model: &Model) -> String {
    let files = rust::emit(model);
    let lines = files.iter().flat_map(|file| file.text.lines());
    lines
        .filter(|line| !line.starts_with("//! Fingerprint of the spec: "))
        .flat_map(|line| [line, "\n"])
        .collect()
}

/// The value of a key, where it stands.
struct Value<'a> {
    /// Its table; a structure without its name.
    table: &'a str,
    key: &'a str,
    /// Where to put the edit.
    start: usize,
    end: usize,
    /// What to put there; nothing for a text, which is made longer.
    edit: Option<&'static str>,
}

impl Value<'_> {
    fn edited(&self, text: &str) -> String {
        let (before, after) = (&text[..self.start], &text[self.end..]);
        format!("{before}{}{after}", self.edit.unwrap_or("x"))
    }
}

/// Every `key = value` of a file but the empty texts.
fn values(text: &str) -> Vec<Value<'_>> {
    let mut found = Vec::new();
    let (mut table, mut line_start) = ("", 0);
    for line in text.split_inclusive('\n') {
        if let Some(name) = line.strip_prefix('[') {
            table = name.trim_matches(|c: char| "[]".contains(c) || c.is_whitespace());
            table = table
                .split_once('.')
                .map_or(table, |(before, after)| match before {
                    "structure" => before,
                    _ => after,
                });
        }
        let code = if line.trim_start().starts_with('#') {
            ""
        } else {
            line
        };
        for (at, sign) in code.match_indices(" = ") {
            let (before, value) = (&code[..at], at + sign.len());
            if before.matches('"').count() % 2 == 1 {
                continue;
            }
            let key_start = before
                .rfind(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .map_or(0, |before_key| before_key + 1);
            let rest = &code[value..];
            let (start, end, edit) = if let Some(text) = rest.strip_prefix('"') {
                let end = value + 1 + text.find('"').unwrap_or(0);
                if end == value + 1 {
                    continue;
                }
                (end, end, None)
            } else if rest.starts_with("true") {
                (value, value + 4, Some("false"))
            } else if rest.starts_with("false") {
                (value, value + 5, Some("true"))
            } else if rest.starts_with(|c: char| c.is_ascii_digit()) {
                (value, value, Some("1"))
            } else {
                continue;
            };
            found.push(Value {
                table,
                key: &before[key_start..],
                start: line_start + start,
                end: line_start + end,
                edit,
            });
        }
        line_start += line.len();
    }
    found
}
