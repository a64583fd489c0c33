//! `diff::compare` misses nothing: each key of the golden spec is taken out in turn, and all that this does to the generated Rust must be reported.
//!
//! The public surface is read off the generated text: a line of it that goes must be reported as breaking, one that comes at least as compatible.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

mod diff_cases;
#[path = "../../codegen/tests/golden/mod.rs"]
mod golden;

use std::collections::BTreeSet;

use diff_cases::{fixtures, model};
use golden::texts;
use signed_xml_codegen::{Model, Sources, compile, rust};
use signed_xml_spec_tools::diff::{Changes, Level, compare, report};
use toml_edit::{DocumentMut, Item, TableLike, Value};

/// A spec and what is generated from it.
struct Generated {
    model: Model,
    /// The files without the fingerprint of the spec, which every edit changes.
    files: Vec<String>,
    surface: BTreeSet<String>,
}

impl Generated {
    fn of(model: Model) -> Self {
        let fingerprint = model.sources.fingerprint();
        let emitted = rust::emit(&model);
        let files = emitted
            .iter()
            .map(|file| file.text.replace(&fingerprint, ""))
            .collect();
        let surface = emitted
            .iter()
            .flat_map(|file| surface(&file.name, &file.text))
            .collect();
        Self {
            model,
            files,
            surface,
        }
    }
}

/// What a caller can name: public items, their public fields, variants, each with the item around it.
fn surface(name: &str, text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut item = "";
    for line in text.lines() {
        let (plain, depth) = (line.trim(), line.len() - line.trim_start().len());
        if depth == 0 && (plain.starts_with("pub ") || plain.starts_with("impl")) {
            item = plain.split(['=', '{']).next().unwrap();
        }
        let is_variant = item.starts_with("pub enum") && plain.ends_with(',') && depth == 4;
        if plain.starts_with("pub ") || (is_variant && plain.starts_with(char::is_uppercase)) {
            lines.push(format!(
                "{name}: {item}: {}",
                plain.split(['=', '{']).next().unwrap()
            ));
        }
    }
    lines
}

fn hold(what: &str, old: &Generated, new: &Generated) {
    let changes = compare(&old.model, &new.model);
    let report = || format!("{what}\n{}", report::human(&changes, false));
    if old.files != new.files {
        assert!(
            !changes.is_empty(),
            "{what}: the generated Rust differs and nothing is reported"
        );
    }
    let gone: Vec<&String> = old.surface.difference(&new.surface).collect();
    let come: Vec<&String> = new.surface.difference(&old.surface).collect();
    let worst = changes.iter().map(|change| change.api).max();
    let worst = worst.unwrap_or(Level::NoEffect);
    if !gone.is_empty() {
        assert_eq!(worst, Level::Breaking, "gone: {gone:#?}\n{}", report());
    } else if !come.is_empty() {
        assert!(worst >= Level::Compatible, "come: {come:#?}\n{}", report());
    } else {
        assert!(
            worst < Level::Breaking || is_hidden(&changes),
            "nothing is gone:\n{}",
            report()
        );
    }
}

/// Groups become types of the builder, a reply of text another result of a method and the name of the spec a file: none is in the text that is read here.
fn is_hidden(changes: &Changes) -> bool {
    let hidden = [
        "group-tightened",
        "reply-type-changed",
        "name-changed",
        "supplier-changed",
    ];
    changes
        .iter()
        .any(|change| hidden.contains(&change.rule.kind))
}

#[test]
fn every_fixture_is_as_breaking_as_the_surface_of_its_rust() {
    for fixture in fixtures() {
        let [old, new] = [&fixture.old, &fixture.new].map(|files| Generated::of(model(files)));
        hold(&fixture.rules[0], &old, &new);
    }
}

#[test]
fn every_key_that_is_taken_out_of_the_spec_is_reported_in_both_directions() {
    let whole = Generated::of(model(&texts()));
    let mut held = 0;
    for (at, (name, text)) in texts().iter().enumerate() {
        for number in 0.. {
            let mut document: DocumentMut = text.parse().unwrap();
            if !remove(document.as_table_mut(), &mut number.clone()) {
                break;
            }
            let mut files = texts();
            files[at].1 = document.to_string();
            // Many keys cannot be missed; what compiles without them is what matters here.
            let Ok(without) = compile(Sources::from_texts("spec", files)) else {
                continue;
            };
            let without = Generated::of(without);
            let what = format!("key {number} of {name}");
            hold(&what, &whole, &without);
            hold(&format!("{what}, put back"), &without, &whole);
            held += 1;
        }
    }
    assert!(held > 200, "only {held} keys could be taken out");
}

/// Takes out the key of this number, counted from the top through all tables and rows; false if there are not so many.
fn remove(table: &mut dyn TableLike, number: &mut usize) -> bool {
    let keys: Vec<String> = table.iter().map(|(key, _)| key.to_owned()).collect();
    for key in keys {
        if *number == 0 {
            table.remove(&key);
            return true;
        }
        *number -= 1;
        let found = match table.get_mut(&key) {
            Some(Item::ArrayOfTables(tables)) => {
                let mut tables = tables.iter_mut();
                tables.any(|table| remove(table, number))
            }
            Some(Item::Value(Value::Array(rows))) => {
                let mut rows = rows.iter_mut().filter_map(Value::as_inline_table_mut);
                rows.any(|row| remove(row, number))
            }
            Some(item) => item
                .as_table_like_mut()
                .is_some_and(|table| remove(table, number)),
            None => false,
        };
        if found {
            return true;
        }
    }
    false
}
