//! `diff::compare`: before and after for every rule, held against the lines in `diff/`, and what no single rule shows.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

mod diff_cases;
mod golden;

use std::collections::BTreeSet;

use diff_cases::{Fixture, fixtures, model, spec};
use golden::{compare as hold, folder};
use signed_xml_codegen::diff::{Bump, Changes, Level, Rule, compare, report};

const PAY: &str = "interfaces/pay.toml";

fn changes(fixture: &Fixture) -> Changes {
    compare(&model(&fixture.old), &model(&fixture.new))
}

fn rules(changes: &Changes) -> Vec<&str> {
    changes.iter().map(|change| change.rule.id).collect()
}

#[test]
fn every_fixture_gives_exactly_its_rules_as_checked_in() {
    let mut names = BTreeSet::new();
    for fixture in fixtures() {
        let changes = changes(&fixture);
        let mut found = rules(&changes);
        let mut expected: Vec<&str> = fixture.rules.iter().map(String::as_str).collect();
        let subject = expected[0];
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(
            found,
            expected,
            "{subject}:\n{}",
            report::human(&changes, false)
        );
        let name = format!("{subject}.jsonl");
        hold(&folder("diff").join(&name), &report::json_lines(&changes));
        names.insert(name);
    }
    let files = std::fs::read_dir(folder("diff")).unwrap();
    let files = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let files: BTreeSet<String> = files.filter(|name| name.ends_with(".jsonl")).collect();
    assert_eq!(names, files);
}

#[test]
fn every_rule_has_a_fixture() {
    let fixtures = fixtures();
    let subjects: BTreeSet<&str> = fixtures
        .iter()
        .map(|fixture| fixture.rules[0].as_str())
        .collect();
    let known: BTreeSet<&str> = Rule::all().map(|rule| rule.id).collect();
    assert_eq!(subjects, known);
}
