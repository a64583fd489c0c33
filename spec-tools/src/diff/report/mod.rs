//! The changes as text: for people, one JSON object per line, as a section of a changelog; and the
//! rules themselves.

use std::fmt::Write;

use serde_json::{Value, json};

use super::change::{Change, Changes};
use super::level::{Direction, Level};
use super::rules::Rule;

pub use changelog::changelog;
pub use human::human;

mod changelog;
mod human;

/// One JSON object per change and line.
///
/// The keys: `rule`, `interface`, `message`, `field`, `change` (a sentence), `wire`, `api`, `bump`,
/// `old`, `new`, `where`, `fingerprint`, and `approved`, which is the reason of the approval or
/// null.
pub fn json_lines(changes: &Changes) -> String {
    let objects = changes.iter().map(|change| {
        json!({
            "rule": change.rule.id,
            "interface": change.interface,
            "message": change.message,
            "field": change.field,
            "change": change.text,
            "wire": change.wire.as_str(),
            "api": change.api.as_str(),
            "bump": change.bump.as_str(),
            "old": change.old,
            "new": change.new,
            "where": change.place,
            "fingerprint": change.fingerprint,
            "approved": change.approved,
        })
    });
    lines(objects)
}

/// Every rule as one JSON object per line.
pub fn rules_json() -> String {
    let objects = Rule::all().map(|rule| {
        json!({
            "rule": rule.id,
            "direction": rule.direction.as_str(),
            "kind": rule.kind,
            "wire": rule.wire.as_str(),
            "api": rule.api.as_str(),
            "bump": rule.bump.as_str(),
            "explanation": rule.explanation,
        })
    });
    lines(objects)
}

/// Every rule as a table for people.
pub fn rules_table() -> String {
    let mut text = format!(
        "{:<40} {:<11} {:<11} {:<6} why\n",
        "rule", "wire", "api", "bump"
    );
    for rule in Rule::all() {
        let Rule {
            id,
            wire,
            api,
            bump,
            explanation,
            ..
        } = rule;
        // Writing into a String cannot fail.
        let _ = writeln!(
            text,
            "{id:<40} {wire:<11} {api:<11} {bump:<6} {explanation}"
        );
    }
    text
}

fn lines(objects: impl Iterator<Item = Value>) -> String {
    objects.map(|object| format!("{object}\n")).collect()
}

/// What a change is listed under: its interface, or the table that it is about.
fn heading(change: &Change) -> &str {
    if let Some(interface) = &change.interface {
        return interface;
    }
    match change.rule.direction {
        Direction::ErrorCode => "error codes",
        Direction::Bill => "bills",
        Direction::Document => "document",
        _ => "enums",
    }
}

/// True if nothing but words changed.
fn is_words(change: &Change) -> bool {
    change.level() == Level::NoEffect
}
