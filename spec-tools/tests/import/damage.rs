//! Damage to a made-up document in its three forms: what is deleted, blanked out or mangled is found as a change, or reported.

use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::Index;
use signed_xml_codegen::{Model, Sources, compile};
use signed_xml_spec_tools::import::{Import, Scope, import, read};

use super::golden::{CLEAN, texts_of};
use super::invented::{docx, markdown};

/// The document without the heading of its rules, which says nothing of its own.
fn text() -> String {
    let text = include_str!("../new_version/shop.txt");
    text.replacen("参数\t内容\n", "", 1)
}

#[derive(Clone, Copy, Debug)]
enum Form {
    Text,
    Markdown,
    Word,
}

/// What happens to one line or table.
#[derive(Clone, Debug)]
enum Damage {
    Delete,
    Blank,
    /// The table that the line stands in is deleted.
    Table,
    /// Two cells become one.
    Separator(Index),
    /// A character of a cell becomes another, or goes; a line between tables becomes another one.
    Character(Index, Index, Option<char>),
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        Just(Damage::Delete),
        Just(Damage::Blank),
        Just(Damage::Table),
        any::<Index>().prop_map(Damage::Separator),
        (
            any::<Index>(),
            any::<Index>(),
            proptest::option::of(prop::sample::select(vec!['x', 'Q', '甲', '/']))
        )
            .prop_map(|(cell, at, with)| Damage::Character(cell, at, with)),
    ]
}

/// The document with the damage, as lines; nothing if the line cannot take it.
fn damaged(lines: &[String], at: usize, damage: &Damage) -> Option<Vec<String>> {
    let mut lines = lines.to_vec();
    let is_row = |line: &String| line.contains('\t');
    let cells: Vec<String> = lines[at].split('\t').map(str::to_owned).collect();
    match damage {
        Damage::Delete => {
            lines.remove(at);
        }
        Damage::Blank => lines[at] = "\t".repeat(cells.len() - 1),
        Damage::Table => {
            let start = at
                - lines[..at]
                    .iter()
                    .rev()
                    .take_while(|line| is_row(line))
                    .count();
            let rows = lines[start..]
                .iter()
                .take_while(|line| is_row(line))
                .count();
            if rows == 0 {
                return None;
            }
            lines.drain(start..start + rows);
        }
        Damage::Separator(which) => {
            let filled = |at: &usize| !cells[*at].is_empty() && !cells[*at + 1].is_empty();
            let between: Vec<usize> = (0..cells.len() - 1).filter(filled).collect();
            if between.is_empty() {
                return None;
            }
            let first = *which.get(&between);
            let mut joined = cells.clone();
            let second = joined.remove(first + 1);
            joined[first] = format!("{} {second}", joined[first]);
            lines[at] = joined.join("\t");
        }
        Damage::Character(cell, place, with) => {
            // The first cell of a row names its item, and every cell of a heading row its column.
            let is_heading = cells.len() > 4 && (cells[0] == "字段名" || cells[0] == "数据项");
            let cell = if is_heading {
                cell.index(cells.len())
            } else {
                0
            };
            if cells.len() == 1 {
                lines[at] = "甲乙丙".to_owned();
                return Some(lines);
            }
            let mut characters: Vec<char> = cells[cell].chars().collect();
            if characters.is_empty() {
                return None;
            }
            let place = place.index(characters.len());
            let with = if is_heading { Some('甲') } else { *with };
            // `V1.0` and `1.0` are the same version.
            let same_version = characters[place] == 'V' && with.is_none();
            if Some(characters[place]) == with || same_version {
                return None;
            }
            characters.splice(place..=place, with);
            let mut changed = cells.clone();
            changed[cell] = characters.into_iter().collect();
            lines[at] = changed.join("\t");
        }
    }
    Some(lines)
}

fn imported(model: &Model, lines: &[String], form: Form) -> Option<Import> {
    let text = lines.join("\n") + "\n";
    let bytes = match form {
        Form::Text => text.into_bytes(),
        Form::Markdown => with_rules(&markdown(&text)).into_bytes(),
        Form::Word => docx(&text),
    };
    let document = read(&bytes, model).ok()?;
    Some(import(model, &document, None, &Scope::default()).unwrap())
}

/// Markdown with the rule below each heading row.
fn with_rules(markdown: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in markdown.lines() {
        let begins =
            line.starts_with('|') && !lines.last().is_some_and(|line| line.starts_with('|'));
        lines.push(line.to_owned());
        if begins && !line.contains("签名算法") {
            let columns = line.matches('|').count() - 1;
            lines.push(format!("|{}", "---|".repeat(columns)));
        }
    }
    lines.join("\n") + "\n"
}

/// True if a maintainer sees it.
fn is_seen(import: &Import) -> bool {
    !import.is_covered() || !import.is_complete() || !import.notes.is_empty()
}

#[test]
fn the_document_is_covered_in_each_form() {
    let model = model();
    let lines: Vec<String> = text().lines().map(str::to_owned).collect();
    for form in [Form::Text, Form::Markdown, Form::Word] {
        let import = imported(model, &lines, form).unwrap();
        assert!(
            !is_seen(&import),
            "{form:?}: {:?} {:?}",
            import.accounts,
            import.notes
        );
    }
}

#[test]
fn a_rule_of_markdown_that_is_lost_is_reported() {
    let model = model();
    let whole = with_rules(&markdown(&text()));
    for (at, line) in whole.lines().enumerate() {
        if line.starts_with("|---") {
            let mut lines: Vec<&str> = whole.lines().collect();
            lines.remove(at);
            let document = read(lines.join("\n").as_bytes(), model).unwrap();
            assert_eq!(document.notes.len(), 1, "line {}", at + 1);
            assert_eq!(document.notes[0].line as usize, at);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn whatever_is_damaged_is_found_or_reported(
        form in prop::sample::select(vec![Form::Text, Form::Markdown, Form::Word]),
        line in any::<Index>(),
        damage in damage(),
    ) {
        let model = model();
        let lines: Vec<String> = text().lines().map(str::to_owned).collect();
        // The title above the first section says nothing.
        let filled: Vec<usize> = (1..lines.len()).filter(|at| !lines[*at].is_empty()).collect();
        let at = *line.get(&filled);
        let damaged = damaged(&lines, at, &damage);
        prop_assume!(damaged.is_some());
        let import = imported(model, &damaged.unwrap(), form);
        if let Some(import) = import {
            prop_assert!(is_seen(&import), "line {} `{}` is lost in silence", at + 1, lines[at]);
            let lines = import.accounts.iter().flat_map(|account| &account.unreadable);
            prop_assert!(lines.into_iter().all(|note| note.line > 0));
        }
    }
}

/// The clean spec with the rule of the signature, which the document prints.
fn model() -> &'static Model {
    static MODEL: LazyLock<Model> = LazyLock::new(|| {
        let texts = texts_of(CLEAN)
            .into_iter()
            .map(|(name, text)| match name.as_str() {
                "spec.toml" => (
                    name,
                    format!("signature = {{ algorithm = \"MD5\" }}\n{text}"),
                ),
                _ => (name, text),
            });
        compile(Sources::from_texts("spec", texts)).unwrap()
    });
    &MODEL
}
