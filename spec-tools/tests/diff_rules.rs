//! `diff::compare`: before and after for every rule, held against the lines in `diff/rules.txt`, and what no single rule shows.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

mod diff_cases;
#[path = "../../codegen/tests/golden/mod.rs"]
mod golden;

use std::collections::BTreeSet;

use diff_cases::{Fixture, fixtures, model, spec};
use expect_test::expect_file;
use signed_xml_spec_tools::diff::{Bump, Changes, Level, Rule, compare, report};

const PAY: &str = "interfaces/pay.toml";

fn changes(fixture: &Fixture) -> Changes {
    compare(&model(&fixture.old), &model(&fixture.new))
}

fn rules(changes: &Changes) -> Vec<&str> {
    changes.iter().map(|change| change.rule.id).collect()
}

#[test]
fn every_fixture_gives_exactly_its_rules_as_checked_in() {
    let mut table = String::new();
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
        table.push_str(&format!("# {subject}\n{}", report::json_lines(&changes)));
    }
    expect_file!["diff/rules.txt"].assert_eq(&table);
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

#[test]
fn nothing_changes_between_a_spec_and_itself() {
    let model = spec(&[]);
    assert!(compare(&model, &model).is_empty());
    assert_eq!(compare(&model, &model).bump(), Bump::Nothing);
}

#[test]
fn a_field_that_got_another_name_is_known_by_its_alias_also_where_its_label_changed() {
    let old = spec(&[]);
    let new = spec(&[(
        PAY,
        "name = \"order_no\", label = \"订单号\"",
        "name = \"trade_no\", label = \"商户单号\", aliases = [\"order_no\"]",
    )]);
    let changes = compare(&old, &new);
    assert_eq!(
        rules(&changes),
        ["request-field-renamed", "request-field-label-changed"]
    );
}

#[test]
fn a_renamed_field_changes_no_group_and_no_condition_that_speaks_of_it() {
    let old = spec(&[]);
    let new = spec(&[
        (PAY, "{ name = \"sub_openid\"", "{ name = \"child_openid\""),
        (
            PAY,
            "\"openid\", \"sub_openid\"]",
            "\"openid\", \"child_openid\"]",
        ),
        (PAY, "present(sub_openid)", "present(child_openid)"),
    ]);
    assert_eq!(rules(&compare(&old, &new)), ["request-field-renamed"]);
}

#[test]
fn two_fields_of_one_label_are_not_taken_for_each_other() {
    let row = |name: &str| {
        format!(
            "  {{ name = \"{name}\", label = \"备用\", type = \"string\", required = false }},\n"
        )
    };
    let anchor = "  { name = \"type\", label = \"种类\"";
    let with = |names: &[&str]| {
        let rows: String = names.iter().map(|name| row(name)).collect();
        spec(&[(PAY, anchor, &format!("{rows}{anchor}"))])
    };
    let changes = compare(&with(&["one", "two"]), &with(&["three", "four"]));
    let mut found = rules(&changes);
    found.sort_unstable();
    let (added, removed) = (
        "request-field-added-optional",
        "request-field-removed-optional",
    );
    assert_eq!(found, [added, added, removed, removed]);
}

#[test]
fn the_width_of_an_amount_does_not_change_rust() {
    let narrower = (
        PAY,
        "label = \"总金额\", type = \"u64\"",
        "label = \"总金额\", type = \"u32\"",
    );
    let changes = compare(&spec(&[]), &spec(&[narrower]));
    let [change] = changes.iter().collect::<Vec<_>>()[..] else {
        panic!("{}", report::human(&changes, false));
    };
    assert_eq!(change.rule.id, "request-type-narrowed");
    assert_eq!(
        (change.wire, change.api, change.bump),
        (Level::Breaking, Level::NoEffect, Bump::Minor)
    );
}

#[test]
fn a_form_that_is_only_checked_leaves_the_type_in_rust() {
    let checked = (
        PAY,
        "label = \"种类\", type = \"string\"",
        "label = \"种类\", format = \"url\", type = \"string\"",
    );
    let changes = compare(&spec(&[]), &spec(&[checked]));
    let found: Vec<_> = changes
        .iter()
        .map(|change| (change.rule.id, change.api, change.bump))
        .collect();
    assert_eq!(
        found,
        [("request-format-changed", Level::Warning, Bump::Minor)]
    );
}

#[test]
fn what_has_ended_and_is_dropped_from_the_spec_breaks_rust_and_not_the_wire() {
    let next = [
        ("spec.toml", "document = \"1.1\"", "document = \"1.2\""),
        (
            "spec.toml",
            "\"Bills came.\"] },\n",
            "\"Bills came.\"] },\n  { version = \"1.2\" },\n",
        ),
    ];
    let dropped = (
        PAY,
        "  { name = \"lifetime\", label = \"有效时间\", type = \"u32\", unit = \"seconds\", required = false, until = \"1.1\" },\n",
        "",
    );
    let changes = compare(&spec(&next), &spec(&[next[0], next[1], dropped]));
    let found: Vec<_> = changes
        .iter()
        .map(|change| (change.rule.id, change.wire, change.api))
        .collect();
    assert_eq!(
        found,
        [(
            "request-field-removed-optional",
            Level::NoEffect,
            Level::Breaking
        )]
    );
}

#[test]
fn a_choice_that_a_required_field_enters_with_a_new_one_loosens() {
    let old = spec(&[
        (
            PAY,
            "  { name = \"email\", label = \"邮箱\", type = \"string\", required = false, personal = true },\n",
            "",
        ),
        (
            PAY,
            "label = \"电话\", type = \"string\", required = false",
            "label = \"电话\", type = \"string\", required = true",
        ),
        (
            PAY,
            "  { name = \"contact\", kind = \"at_least_one\", members = [\"phone\", \"email\"] },\n",
            "",
        ),
    ]);
    let changes = compare(&old, &spec(&[]));
    let found = rules(&changes);
    assert!(found.contains(&"request-group-loosened"), "{found:?}");
    assert!(!found.contains(&"request-group-tightened"), "{found:?}");
}

#[test]
fn a_condition_that_is_only_written_otherwise_is_no_change() {
    let turned = (
        PAY,
        "check = \"cash_add_fee <= cash_fee\"",
        "check = \"!(cash_add_fee > cash_fee)\"",
    );
    let changes = compare(&spec(&[]), &spec(&[turned]));
    assert!(changes.is_empty(), "{}", report::human(&changes, false));
}

#[test]
fn a_column_that_leaves_one_bill_and_stays_in_another_stays_in_rust() {
    let left = (
        "bills.toml",
        "columns = [\"交易时间\", \"订单号\", \"总金额\"]",
        "columns = [\"交易时间\", \"订单号\"]",
    );
    let changes = compare(&spec(&[]), &spec(&[left]));
    let found: Vec<_> = changes
        .iter()
        .map(|change| (change.rule.id, change.api))
        .collect();
    assert_eq!(found, [("bill-column-removed", Level::NoEffect)]);
}

#[test]
fn a_fingerprint_is_the_same_in_every_run_and_no_two_changes_share_one() {
    let mut seen = BTreeSet::new();
    for fixture in fixtures() {
        let (once, again) = (changes(&fixture), changes(&fixture));
        for (change, same) in once.iter().zip(again.iter()) {
            assert_eq!(change.fingerprint, same.fingerprint);
            assert_eq!(change.fingerprint.len(), 12);
            if change.rule.id == fixture.rules[0] {
                assert!(
                    seen.insert(change.fingerprint.clone()),
                    "{}",
                    change.rule.id
                );
            }
        }
    }
}
