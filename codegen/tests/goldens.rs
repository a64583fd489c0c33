//! What is emitted from the golden spec, held against the files in `goldens/`.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod golden;

use expect_test::expect_file;
use golden::{GOLDEN, folder, texts};
use signed_xml_codegen::{Model, Sources, compile, listing, load, rust};

fn model() -> Model {
    load(&folder(GOLDEN)).unwrap()
}

#[test]
fn the_rust_of_the_golden_spec_is_as_checked_in() {
    let source = folder("goldens/src");
    let files = rust::emit(&model());
    for file in &files {
        expect_file![source.join(&file.name)].assert_eq(&file.text);
    }
    let differences = signed_xml_codegen::output::compare(&source, &files).unwrap();
    assert!(differences.is_empty(), "{differences:?}");
}

#[test]
fn the_listing_of_the_golden_spec_is_as_checked_in() {
    let model = model();
    expect_file!["goldens/model.jsonl"].assert_eq(&listing::json_lines(&model));
    expect_file!["goldens/model.txt"].assert_eq(&listing::table(&model));
}

#[test]
fn the_golden_spec_has_no_warning() {
    assert!(model().warnings.is_empty(), "{}", model().warnings);
}

#[test]
fn two_runs_give_the_same_bytes_for_any_order_of_the_files() {
    let forward = compile(Sources::from_texts("spec", texts())).unwrap();
    let backward = compile(Sources::from_texts("spec", texts().into_iter().rev())).unwrap();
    assert_eq!(rust::emit(&forward), rust::emit(&backward));
    assert_eq!(rust::emit(&forward), rust::emit(&model()));
    assert_eq!(
        listing::json_lines(&forward),
        listing::json_lines(&backward)
    );
}

#[test]
fn every_row_of_the_document_is_listed_also_one_that_it_prints_twice() {
    let rows = texts();
    let rows = rows
        .iter()
        .filter(|(name, _)| name.starts_with("interfaces/"));
    let printed: usize = rows
        .map(|(_, text)| text.matches("{ name = \"").count())
        .sum();
    let groups_and_rules = 6;
    let listed = listing::json_lines(&model());
    let listed = listed
        .lines()
        .filter(|line| line.contains("\"interface\":"))
        .count();
    assert_eq!(listed, printed - groups_and_rules);
}
