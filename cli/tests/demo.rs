//! The demo, run as a user runs it: both access modes hold, the JSON keeps its names, nothing stays behind.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

use std::process::{Command, Output};

use serde_json::{Value, json};

/// The names that programs know the steps by, in their order.
const STEPS: [&str; 31] = [
    "token",
    "verifyname",
    "unifiedorder",
    "placed_again",
    "pay",
    "notification",
    "queryorder",
    "refund",
    "refund_again",
    "queryrefund",
    "second_order",
    "closeorder",
    "third_order",
    "third_payment",
    "lost_notification",
    "return_page",
    "repeated_notification",
    "fourth_order",
    "fourth_payment",
    "second_lost_notification",
    "poller",
    "invalid_order",
    "forged_notification",
    "events",
    "fifth_order",
    "fifth_payment",
    "third_lost_notification",
    "bill",
    "reconciliation",
    "settled",
    "closing",
];

/// Runs the demo with a separate folder for temporary files, which must be empty afterwards.
fn demo(arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_payinsurance"))
        .arg("demo")
        .args(arguments)
        .env("TMPDIR", folder.path())
        .output()
        .unwrap();
    let left = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 0, "files stayed behind");
    output
}

fn objects(output: &Output) -> Vec<Value> {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    assert_eq!(stderr, "");
    let lines = std::str::from_utf8(&output.stdout).unwrap().lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn every_step_holds_in_both_access_modes_under_its_name() {
    for mode in ["service-provider", "independent"] {
        let steps = objects(&demo(&["--json", "--mode", mode]));
        let names: Vec<&str> = steps
            .iter()
            .filter_map(|step| step["step"].as_str())
            .collect();
        assert_eq!(names, STEPS, "{mode}");
        assert!(
            steps.iter().all(|step| step["ok"] == json!(true)),
            "{mode}: {steps:?}"
        );
    }
}

#[test]
fn the_closing_object_shows_each_order_at_both_parties() {
    let steps = objects(&demo(&["--json"]));
    let orders = steps.last().unwrap()["orders"].as_array().unwrap();
    let states: Vec<_> = orders
        .iter()
        .map(|order| (&order["hospital"], &order["platform"]))
        .collect();
    let expected = [
        (&json!("refunded"), &json!("REFUND")),
        (&json!("closed"), &json!("CLOSED")),
        (&json!("paid"), &json!("SUCCESS")),
        (&json!("paid"), &json!("SUCCESS")),
        (&json!("paid"), &json!("SUCCESS")),
    ];
    assert_eq!(states, expected);
}

#[test]
fn two_lost_notifications_are_healed_by_two_ways() {
    let steps = objects(&demo(&["--json"]));
    let healed: Vec<_> = steps
        .iter()
        .filter(|step| step["before"] == json!("placed"))
        .map(|step| (&step["step"], &step["after"], &step["by"]))
        .collect();
    let expected = [
        (&json!("return_page"), &json!("paid"), &json!("return page")),
        (&json!("poller"), &json!("paid"), &json!("poller")),
    ];
    assert_eq!(healed, expected);
}

#[test]
fn an_unknown_mode_is_wrong_input() {
    let output = demo(&["--mode", "both"]);
    assert_eq!(output.status.code(), Some(2));
}
