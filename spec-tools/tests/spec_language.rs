//! `docs/spec-language.md` held against the readers: its tables name the keys that the readers know, and its blocks are one spec
//! that compiles and has an example of every key.
//!
//! What a reader knows is asked of it: a key that it cannot know is put into every table of the blocks, and each refusal names the
//! table and all keys that would be known.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use signed_xml_codegen::{Code, Sources, compile};
use signed_xml_spec_tools::diff::{Approval, Override};
use toml_edit::{Array, DocumentMut, InlineTable, Item, TableLike, Value};

const PAGE: &str = include_str!("../../docs/spec-language.md");

/// A key that no table has, with a number behind it that tells the tables apart.
const PROBE: &str = "zzzzzzzzzzzz";

/// Keys by the heading of their table.
type Keys = BTreeMap<String, BTreeSet<String>>;

/// The tables of the page. A row whose values are said above has its examples there.
struct Page {
    keys: Keys,
    said_above: Keys,
}

fn page() -> Page {
    let (mut keys, mut said_above) = (Keys::new(), Keys::new());
    let (mut heading, mut in_block) = (String::new(), false);
    for line in PAGE.lines() {
        in_block ^= line.starts_with("```");
        if let Some(title) = line.strip_prefix('#').filter(|_| !in_block) {
            heading = title.trim_matches(['#', ' ']).to_lowercase();
        }
        let cells: Vec<&str> = line.split(" | ").collect();
        let [names, values, default, says] = cells[..] else {
            continue;
        };
        let is_row = names.starts_with("| `") && !in_block;
        if !is_row {
            continue;
        }
        for cell in [values, default, says] {
            assert!(!cell.trim().is_empty(), "{heading}: {line}");
        }
        let names = names.split('`').skip(1).step_by(2).map(str::to_owned);
        for name in names {
            let table = keys.entry(heading.clone()).or_default();
            assert!(
                table.insert(name.clone()),
                "{heading}: `{name}` stands twice"
            );
            if values.contains("[above]") {
                said_above.entry(heading.clone()).or_default().insert(name);
            }
        }
    }
    Page { keys, said_above }
}

/// The blocks of the page by file, those of one file joined.
fn files() -> BTreeMap<String, String> {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for block in PAGE.split("```toml\n").skip(1) {
        let block = block.split("\n```").next().unwrap();
        let (name, text) = block.split_once('\n').unwrap();
        let name = name.strip_prefix("# ").unwrap();
        let name = name.strip_prefix("spec/").unwrap_or(name);
        let before = files.insert(name.to_owned(), format!("{text}\n"));
        assert_eq!(before, None, "{name} stands in one block");
    }
    files
}

/// Texts of the files that the compiler reads.
fn spec() -> BTreeMap<String, String> {
    let mut files = files();
    files.retain(|name, _| Sources::is_part(name) && name != "levels.toml");
    files
}

/// What the page calls the table that a reader calls so.
fn heading(what: &str) -> String {
    let words: Vec<&str> = what.split('`').collect();
    let of_message = ["request", "response", "notification", "reply"];
    let of_fields = ["personal", "secret", "money", "duration", "moment"];
    match words[..] {
        ["", name, ""] if of_message.contains(&name) => "a message".to_owned(),
        ["", name, ""] if of_fields.contains(&name) => "a kind of field".to_owned(),
        ["structure ", ..] => "a message".to_owned(),
        ["field ", ..] => "a field".to_owned(),
        ["enum ", ..] => "an enum".to_owned(),
        _ => what.to_owned(),
    }
}

/// The keys that the compiler knows and those that the blocks have, both by table.
fn known_and_shown() -> (Keys, Keys) {
    let mut tables = Vec::new();
    let probed = spec().into_iter().map(|(name, text)| {
        let mut document: DocumentMut = text.parse().unwrap();
        probe(document.as_table_mut(), &mut tables);
        (name, document.to_string())
    });
    let report = compile(Sources::from_texts("spec", probed.collect::<Vec<_>>())).unwrap_err();
    let (mut known, mut shown) = (Keys::new(), Keys::new());
    for found in report
        .iter()
        .filter(|found| found.code == Code::UNKNOWN_KEY)
    {
        let (what, key) = found.title.split_once(" has no key `").unwrap();
        let number: usize = key
            .trim_matches(|c: char| !c.is_ascii_digit())
            .parse()
            .unwrap();
        let list = found
            .help
            .as_ref()
            .unwrap()
            .strip_prefix("known: ")
            .unwrap();
        assert!(!list.contains('…'), "{list}");
        let list: BTreeSet<String> = list.split(", ").map(str::to_owned).collect();
        let before = known.insert(heading(what), list.clone());
        assert!(before.is_none_or(|before| before == list), "{what}");
        let keys: &BTreeSet<String> = &tables[number];
        shown.entry(heading(what)).or_default().extend(keys.clone());
    }
    (known, shown)
}

/// Puts a probe into a table and all tables within, and notes the keys that each had.
fn probe(table: &mut dyn TableLike, tables: &mut Vec<BTreeSet<String>>) {
    let keys: Vec<String> = table.iter().map(|(key, _)| key.to_owned()).collect();
    for key in &keys {
        match table.get_mut(key).unwrap() {
            Item::Value(Value::InlineTable(inner)) => probe(inner, tables),
            Item::Value(Value::Array(rows)) => probe_rows(rows, tables),
            Item::Table(inner) => probe(inner, tables),
            Item::ArrayOfTables(inner) => inner.iter_mut().for_each(|table| probe(table, tables)),
            _ => {}
        }
    }
    table.insert(&format!("{PROBE}{}", tables.len()), toml_edit::value(1));
    tables.push(keys.into_iter().collect());
}

fn probe_rows(rows: &mut Array, tables: &mut Vec<BTreeSet<String>>) {
    let rows = rows.iter_mut().filter_map(Value::as_inline_table_mut);
    rows.for_each(|row: &mut InlineTable| probe(row, tables));
}

/// What serde says that a table would know, and what the block has.
fn of_settings() -> (Keys, Keys) {
    let files = files();
    let refusals = [
        (
            "`approvals.toml`",
            Approval::read("a", "zzz = 1").unwrap_err().to_string(),
        ),
        (
            "an approval",
            Approval::read("a", "[[approval]]\nzzz = 1")
                .unwrap_err()
                .to_string(),
        ),
        (
            "levels of a rule",
            Override::read("l", "interface-url-changed = { zzz = 1 }")
                .unwrap_err()
                .to_string(),
        ),
    ];
    let known = refusals.map(|(table, text)| {
        let (_, expected) = text.split_once(", expected ").unwrap();
        let keys = expected.split('`').skip(1).step_by(2).map(str::to_owned);
        (table.to_owned(), keys.collect())
    });
    let approvals: DocumentMut = files["approvals.toml"].parse().unwrap();
    let levels: DocumentMut = files["levels.toml"].parse().unwrap();
    let names = |table: &dyn TableLike| table.iter().map(|(key, _)| key.to_owned()).collect();
    let first = approvals["approval"]
        .as_array_of_tables()
        .unwrap()
        .get(0)
        .unwrap();
    let mut rules = BTreeSet::new();
    for (_, rule) in levels.iter() {
        let rule: BTreeSet<String> = names(rule.as_table_like().unwrap());
        rules.extend(rule);
    }
    let shown = [
        ("`approvals.toml`".to_owned(), names(approvals.as_table())),
        ("an approval".to_owned(), names(first)),
        ("levels of a rule".to_owned(), rules),
    ];
    (known.into(), shown.into())
}

#[test]
fn the_tables_of_the_page_name_the_keys_that_the_readers_know() {
    let page = page();
    let (mut known, _) = known_and_shown();
    known.extend(of_settings().0);
    let history = page.keys["what comes, goes and waits"].clone();
    let of_field = known["a field"].clone();
    assert!(of_field.is_superset(&history), "{history:?}");
    known.insert("what comes, goes and waits".to_owned(), history);
    assert_eq!(page.keys, known);
}

#[test]
fn every_key_has_an_example_in_the_blocks() {
    let page = page();
    let (_, mut shown) = known_and_shown();
    shown.extend(of_settings().1);
    let of_history = ["an interface", "a field", "an enum value", "an error code"];
    let history = of_history
        .map(|table| shown[table].clone())
        .into_iter()
        .flatten();
    shown.insert("what comes, goes and waits".to_owned(), history.collect());
    for (table, keys) in &page.keys {
        let said_above = page.said_above.get(table);
        let missing = keys.iter().filter(|key| {
            let above = said_above.is_some_and(|keys| keys.contains(*key));
            !above && !shown[table].contains(*key)
        });
        assert_eq!(missing.collect::<Vec<_>>(), [""; 0], "{table}");
    }
}

#[test]
fn the_blocks_are_one_spec_that_compiles_without_a_warning() {
    let model = compile(Sources::from_texts("spec", spec())).unwrap();
    assert!(model.warnings.is_empty(), "{}", model.warnings);
    let files = files();
    let levels = Override::read("levels.toml", &files["levels.toml"]).unwrap();
    assert_eq!(levels.len(), 2);
    let approvals = Approval::read("approvals.toml", &files["approvals.toml"]).unwrap();
    assert_eq!(approvals.len(), 1);
}
