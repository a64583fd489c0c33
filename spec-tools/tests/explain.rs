//! The pages of `explain`: every code has one, and its examples are true.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../../codegen/tests/golden/mod.rs"]
mod golden;

use std::collections::BTreeSet;
use std::process::{Command, Output};

use golden::{GOLDEN, edited_in, linted, texts_of};
use serde_json::Value;
use signed_xml_codegen::{Code, Sources, compile};
use signed_xml_spec_tools::explain;
use signed_xml_spec_tools::lint::{self, Tests};

/// The most lines of text that a reader in the middle of something else reads.
const MOST_WORDS: usize = 160;

/// A test of the clean spec.
const TEST: &str = "order::Request::builder().openid(1); order::Request::builder().phone(2);";

/// The examples of a page: wrong, then right.
fn examples(page: &str) -> [&str; 2] {
    let blocks: Vec<&str> = page
        .split("```toml\n")
        .skip(1)
        .map(|rest| rest.split("\n```").next().unwrap())
        .collect();
    <[&str; 2]>::try_from(blocks).unwrap()
}

/// The codes that a spec is reported under: by the compiler, or if it compiles by the lint.
fn codes(sources: Sources) -> BTreeSet<Code> {
    match compile(sources) {
        Ok(model) => {
            let report = lint::report(&model, Some(&Tests::from_texts([TEST])));
            report.iter().map(|found| found.code).collect()
        }
        Err(report) => report.iter().map(|found| found.code).collect(),
    }
}

fn compiler_codes(sources: Sources) -> BTreeSet<Code> {
    match compile(sources) {
        Ok(model) => model.warnings.iter().map(|found| found.code).collect(),
        Err(report) => report.iter().map(|found| found.code).collect(),
    }
}

#[test]
fn the_right_example_stands_in_a_spec_and_the_wrong_one_gives_just_this_code() {
    for code in explain::all() {
        let [wrong, right] = examples(explain::page(code));
        let (spec, reported): (_, fn(Sources) -> BTreeSet<Code>) = match code.id().starts_with('L')
        {
            true => (linted(code.id()), codes),
            false => (GOLDEN, compiler_codes),
        };
        let texts = texts_of(spec);
        let files: Vec<&str> = texts
            .iter()
            .filter(|(_, text)| text.contains(right))
            .map(|(name, _)| name.as_str())
            .collect();
        let [file] = files[..] else {
            panic!("{}: the right example stands in {files:?}", code.id());
        };
        let as_it_is = reported(Sources::from_texts("spec", texts.clone()));
        assert!(as_it_is.is_empty(), "{}: {as_it_is:?}", code.id());
        let found = reported(edited_in(spec, file, right, wrong));
        assert_eq!(found, BTreeSet::from([code]), "{} in {file}", code.id());
    }
}

#[test]
fn a_page_has_its_code_as_heading_and_is_short() {
    for code in explain::all() {
        let page = explain::page(code);
        assert!(page.starts_with(&format!("# {}: ", code.id())), "{page}");
        assert!(page.ends_with('\n') && !page.ends_with("\n\n"), "{page}");
        let prose: usize = page
            .split("```")
            .step_by(2)
            .map(|text| text.split_whitespace().count())
            .sum();
        assert!(prose <= MOST_WORDS, "{}: {prose} words", code.id());
        let behind = page.rsplit("```").next().unwrap();
        assert!(
            behind.split_whitespace().count() > 2,
            "{}: how to put it right?",
            code.id()
        );
    }
}

fn codegen_explain(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_codegen"));
    command.arg("explain").args(arguments).output().unwrap()
}

#[test]
fn a_code_prints_its_page_and_none_lists_them_all() {
    let page = codegen_explain(&["s202"]);
    assert_eq!(page.status.code(), Some(0));
    assert_eq!(
        String::from_utf8(page.stdout).unwrap(),
        explain::page(Code::UNKNOWN_ENUM)
    );
    let list = String::from_utf8(codegen_explain(&[]).stdout).unwrap();
    assert_eq!(list.lines().count(), explain::all().count());
    assert!(list.starts_with("S001  error    "), "{list}");
}

#[test]
fn as_json_a_page_is_an_object_and_the_list_one_per_line() {
    let page: Value = serde_json::from_slice(&codegen_explain(&["L301", "--json"]).stdout).unwrap();
    assert_eq!(page["code"], "L301");
    assert_eq!(page["level"], "warning");
    assert_eq!(page["page"], explain::page(lint::codes::UNIT_MISSING));
    let list = String::from_utf8(codegen_explain(&["--json"]).stdout).unwrap();
    for line in list.lines() {
        let object: serde_json::Map<String, Value> = serde_json::from_str(line).unwrap();
        let keys: Vec<&str> = object.keys().map(String::as_str).collect();
        assert_eq!(keys, ["code", "level", "explanation"]);
    }
}

#[test]
fn an_unknown_code_exits_with_2_and_names_the_nearest() {
    let output = codegen_explain(&["S2O2"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(
        told.contains("unknown code `S2O2`: did you mean `S202`?"),
        "{told}"
    );
}
