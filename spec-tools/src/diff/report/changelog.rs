//! The changes as a section of a changelog for users, in Markdown, in the form of Keep a Changelog.

use std::fmt::Write;

use crate::diff::{Change, Changes, Level};

use super::{heading, is_words};

const SECTIONS: [&str; 3] = ["Added", "Changed", "Removed"];

/// A section of a changelog: what was added, changed and removed, the breaking ones first and marked so.
///
/// `version` becomes the heading; `None` gives `[Unreleased]`. Changes of words alone are only counted.
pub fn changelog(changes: &Changes, version: Option<&str>) -> String {
    let mut text = format!("## [{}]\n", version.unwrap_or("Unreleased"));
    for section in SECTIONS {
        let listed = changes.iter().filter(|change| !is_words(change));
        let mut listed: Vec<&Change> = listed.filter(|change| of(change) == section).collect();
        listed.sort_by_key(|change| change.level() != Level::Breaking);
        let words = match section {
            "Changed" => changes.iter().filter(|change| is_words(change)).count(),
            _ => 0,
        };
        if listed.is_empty() && words == 0 {
            continue;
        }
        line(&mut text, &format!("\n### {section}\n"));
        for change in listed {
            line(&mut text, &bullet(change));
        }
        match words {
            0 => {}
            1 => line(
                &mut text,
                "- A label, an explanation or the order of a table.",
            ),
            some => line(
                &mut text,
                &format!("- Labels, explanations and the order of tables, in {some} places."),
            ),
        }
    }
    if changes.is_empty() {
        line(&mut text, "\nNothing changed.");
    }
    text
}

fn of(change: &Change) -> &'static str {
    let kind = change.rule.kind;
    // What is signed or hidden from now on was there before.
    let state = ["signing", "redaction"]
        .iter()
        .any(|word| kind.starts_with(word));
    let is = |word| kind.split('-').any(|part| part == word);
    match (state, is("added"), is("removed")) {
        (false, true, _) => "Added",
        (false, _, true) => "Removed",
        _ => "Changed",
    }
}

fn bullet(change: &Change) -> String {
    let breaking = match (change.wire, change.api) {
        (Level::Breaking, Level::Breaking) => "**Breaking (wire, API).** ",
        (Level::Breaking, _) => "**Breaking (wire).** ",
        (_, Level::Breaking) => "**Breaking (API).** ",
        _ => "",
    };
    let place = match (&change.interface, &change.message) {
        (Some(interface), Some(message)) => format!("`{interface}` {message}: "),
        (Some(interface), None) => format!("`{interface}`: "),
        (None, _) => format!("{}: ", capitalized(heading(change))),
    };
    format!("- {breaking}{place}{}.", change.text)
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters
        .next()
        .map(|letter| letter.to_uppercase().to_string());
    format!("{}{}", first.unwrap_or_default(), letters.as_str())
}

fn line(text: &mut String, row: &str) {
    // Writing into a String cannot fail.
    let _ = writeln!(text, "{row}");
}
