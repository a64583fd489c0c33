//! A later version of the vendor's document, made by edits: the import finds each, calls none that is not there, and writes a spec that compiles.
//!
//! The document is not part of the project. Its path comes from `INTERFACE_DOC`; without it these tests say that they are skipped.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

mod classes;
#[allow(dead_code, reason = "shared with the tests of edits of the spec")]
#[path = "../spec_edits/copy.rs"]
mod copy;
mod decisions;
#[allow(dead_code, reason = "shared with the tests of edits of the spec")]
#[path = "../spec_edits/packages.rs"]
mod packages;
mod script;
#[path = "../document/source.rs"]
mod source;

use std::path::PathBuf;
use std::process::Command;

use signed_xml_codegen::{Model, load, output, rust};
use signed_xml_spec_tools::import::{self, Comparison, Edit};
use signed_xml_spec_tools::{diff, lint};

use classes::CLASSES;
use copy::Copy;
use script::{CHANGES, Change, DAMAGE};

/// Where the text begins, behind the table of contents.
const START: &str = "\n1 业务流程\n";

/// The document with one more edit.
fn edited(text: &str, change: &Change) -> String {
    let Change {
        what,
        section,
        find,
        replace,
        through,
        ..
    } = change;
    let body = text.find(START).unwrap();
    let heading = format!("\n{section} ");
    let section_at = body + text[body..].find(&heading).unwrap();
    let at = text[section_at..].find(find);
    let at = section_at + at.unwrap_or_else(|| panic!("{what}: no `{find}` behind {section}"));
    let end = match *through {
        "" => at + find.len(),
        through => at + text[at..].find(through).unwrap(),
    };
    format!("{}{replace}{}", &text[..at], &text[end..])
}

/// Edits from the last to the first place, so that each finds its section as it was.
fn edited_by<'c>(text: &str, changes: impl IntoIterator<Item = &'c Change>) -> String {
    let text = text.to_owned();
    changes
        .into_iter()
        .fold(text, |text, change| edited(&text, change))
}

fn compared(text: &str, model: &Model) -> Comparison {
    let document = import::read(text.as_bytes(), model).unwrap();
    import::compare(model, &document, None)
}

/// An edit as the script writes it.
fn written(edit: &Edit) -> String {
    let head = format!("{} {}", edit.kind.as_str(), edit.place());
    format!("{}: {} -> {}", head.trim_end(), edit.old, edit.new)
}

fn all_written(comparison: &Comparison) -> Vec<String> {
    let mut edits: Vec<String> = comparison.edits.iter().map(written).collect();
    edits.sort();
    edits
}

fn expected<'c>(changes: impl IntoIterator<Item = &'c Change>) -> Vec<String> {
    let edits = changes.into_iter().flat_map(|change| change.edits);
    let mut edits: Vec<String> = edits.map(|edit| (*edit).to_owned()).collect();
    edits.sort();
    edits
}

#[test]
fn the_script_has_more_than_thirty_edits_of_more_than_thirty_kinds() {
    let mut kinds: Vec<&str> = CHANGES
        .iter()
        .flat_map(|change| change.edits)
        .map(|edit| edit.split(' ').next().unwrap().trim_end_matches(':'))
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    assert!(
        CHANGES.len() >= 40 && kinds.len() >= 28,
        "{} {kinds:?}",
        CHANGES.len()
    );
}

#[test]
fn every_edit_alone_is_found_and_nothing_else() {
    let Some(text) = source::document() else {
        return;
    };
    let model = source::model();
    for change in CHANGES.iter().chain(DAMAGE) {
        let comparison = compared(&edited(&text, change), &model);
        assert_eq!(
            all_written(&comparison),
            expected([change]),
            "{}",
            change.what
        );
    }
}

#[test]
fn every_edit_has_the_class_of_the_rule_table() {
    let Some(text) = source::document() else {
        return;
    };
    let model = source::model();
    let named: Vec<&str> = CLASSES.iter().map(|(what, _)| *what).collect();
    let script: Vec<&str> = CHANGES.iter().map(|change| change.what).collect();
    assert_eq!(named, script);
    for (change, (_, rules)) in CHANGES.iter().zip(CLASSES) {
        let edited = edited(&text, change);
        let proposal = import::spec_of(edited.as_bytes(), &model, Some("2.5")).unwrap();
        let mut found = rules_of(&diff::compare(&model, &proposal.model));
        // The version is new for every one of them.
        found.retain(|rule| *rule != "document-version-changed");
        found.sort_unstable();
        let mut rules = rules.to_vec();
        rules.sort_unstable();
        assert_eq!(found, rules, "{}", change.what);
    }
}

fn rules_of(changes: &diff::Changes) -> Vec<&'static str> {
    changes.iter().map(|change| change.rule.id).collect()
}

#[test]
fn all_edits_together_and_damage_beside_them_are_told_apart() {
    let Some(text) = source::document() else {
        return;
    };
    let model = source::model();
    let text = edited_by(&text, DAMAGE.iter().chain(CHANGES));
    assert_eq!(all_written(&compared(&text, &model)), expected(CHANGES));
}

#[test]
fn each_edit_says_its_line_in_the_document() {
    let Some(text) = source::document() else {
        return;
    };
    let model = source::model();
    let text = edited_by(&text, CHANGES);
    let lines: Vec<&str> = text.lines().collect();
    for edit in compared(&text, &model).edits {
        let gone = edit.new.is_empty() && edit.line.is_none();
        let there = |line: u32| {
            lines
                .get(line as usize - 1)
                .is_some_and(|line| !line.is_empty())
        };
        assert!(gone || edit.line.is_some_and(there), "{edit}");
    }
}

#[test]
fn the_command_writes_a_spec_that_compiles_and_covers_the_document() {
    let Some(text) = source::document() else {
        return;
    };
    let copy = Copy::new();
    let text = edited_by(&text, DAMAGE.iter().chain(CHANGES));
    let document = copy.path("document.txt");
    std::fs::write(&document, text).unwrap();
    let import = |more: &[&str]| {
        let output = Command::new(env!("CARGO"))
            .args(["codegen", "import", "--json"])
            .args([document.as_os_str(), "--spec".as_ref()])
            .arg(copy.path("spec"))
            .args(more)
            .current_dir(source::workspace())
            .env("CARGO_NET_OFFLINE", "true")
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{told}");
        String::from_utf8(output.stdout).unwrap()
    };
    let before = import(&[]);
    assert_eq!(
        copy.differences(),
        Vec::<String>::new(),
        "nothing is written without --apply"
    );
    assert_eq!(import(&["--apply"]), before);
    let edits = before.matches("\"type\":\"edit\"").count();
    assert_eq!(edits, expected(CHANGES).len());
    assert_ne!(copy.differences(), Vec::<String>::new());

    // What is written is what the document prints; what no row can say is still open.
    let model = load(&copy.path("spec")).unwrap();
    let text = std::fs::read_to_string(&document).unwrap();
    assert_eq!(all_written(&compared(&text, &model)), decisions::STILL_OPEN);

    decisions::decide(&copy);
    let model = load(&copy.path("spec")).unwrap();
    assert_eq!(decisions::undecided(&copy).join("\n"), "");
    // New texts have no Chinese yet; the lint asks for it, here as of a person.
    let chinese = ["L801", "L802"];
    let lint: Vec<String> = lint::check(&model)
        .iter()
        .filter(|found| !chinese.contains(&found.code.id()))
        .map(|found| format!("{} {}", found.code.id(), found.title))
        .collect();
    assert_eq!(lint.join("\n"), "");
    assert_eq!(all_written(&compared(&text, &model)), [""; 0]);
}

#[test]
fn comments_order_and_one_line_per_row_stay() {
    let Some(text) = source::document() else {
        return;
    };
    let model = source::model();
    let text = edited_by(&text, CHANGES);
    let proposal = import::spec_of(text.as_bytes(), &model, None).unwrap();
    for file in model.sources.files() {
        let after = proposal
            .sources
            .files()
            .iter()
            .find(|after| after.name == file.name)
            .unwrap();
        let comments = |text: &str| -> Vec<String> {
            let lines = text
                .lines()
                .filter(|line| line.trim_start().starts_with('#'));
            lines.map(str::to_owned).collect()
        };
        assert_eq!(comments(&file.text), comments(&after.text), "{}", file.name);
        let rows = |text: &str| text.lines().filter(|line| line.starts_with("  { ")).count();
        assert!(rows(&after.text) >= rows(&file.text), "{}", file.name);
        let untouched = file.text.lines().filter(|line| after.text.contains(line));
        assert!(
            untouched.count() * 2 > file.text.lines().count(),
            "{}",
            file.name
        );
    }
}

#[test]
#[ignore = "compiles the generated crate with all its dependencies: a minute or more; run with --ignored"]
fn the_crate_that_is_generated_from_the_decided_spec_compiles() {
    let Some(text) = source::document() else {
        return;
    };
    let copy = Copy::lasting(PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("document_edits"));
    let text = edited_by(&text, CHANGES);
    let proposal = import::spec_of(text.as_bytes(), &source::model(), None).unwrap();
    for file in proposal.sources.files() {
        std::fs::write(copy.path("spec").join(&file.name), &file.text).unwrap();
    }
    decisions::decide(&copy);
    let model = load(&copy.path("spec")).unwrap();
    output::write(&copy.path("generated/src"), &rust::emit(&model)).unwrap();
    packages::write(&copy, "Cargo.toml", &packages::manifest(&["generated"]));
    packages::write(&copy, "Cargo.lock", &packages::read("Cargo.lock"));
    let (code, told) = packages::check(&copy, "payinsurance");
    assert_eq!(code, Some(0), "{told}");
}
