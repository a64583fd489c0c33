//! What a comparison found, as text for people and as one JSON object per line.

use std::fmt::Write;

use serde_json::{Value, json};

use super::compare::{Comparison, Verdict};
use super::document::{Document, Note};

/// The counts of a coverage, in their order.
fn counts(comparison: &Comparison) -> [(&'static str, usize); 4] {
    [
        ("found", comparison.found),
        ("matched", comparison.matched),
        ("explained", comparison.explained.len()),
        ("unexplained", comparison.unexplained),
    ]
}

/// How far the spec covers the document: counts, each place that nothing explains, errata without a reason.
pub fn coverage(document: &Document, comparison: &Comparison) -> String {
    let mut text = String::new();
    let mut line = |words: String| {
        // Writing into a String cannot fail.
        let _ = writeln!(text, "{words}");
    };
    let [(_, found), (_, matched), (_, explained), (_, unexplained)] = counts(comparison);
    line(format!(
        "rows: {found} found, {matched} matched, {explained} explained by an erratum, {unexplained} unexplained"
    ));
    let columns: usize = document.bills.iter().map(|bill| bill.columns.len()).sum();
    line(format!(
        "beside them: {} error codes, {columns} columns of {} bills, {} versions",
        document.error_codes.len(),
        document.bills.len(),
        document.versions.len(),
    ));
    if !comparison.edits.is_empty() {
        line(format!("\nunexplained ({}):", comparison.edits.len()));
        for edit in &comparison.edits {
            line(format!("  {edit}"));
        }
    }
    let of = |verdict| {
        let judged = comparison
            .errata
            .iter()
            .filter(move |judged| judged.verdict == verdict);
        judged.map(|judged| judged.id.as_str()).collect::<Vec<_>>()
    };
    if !comparison.errata.is_empty() {
        line(String::new());
    }
    for (verdict, advice) in [
        (Verdict::Applies, ""),
        (Verdict::NotJudged, " (no table shows what they are about)"),
        (
            Verdict::NoLonger,
            " (the document prints what they rule, or the place is gone: retire them)",
        ),
    ] {
        let ids = of(verdict);
        if !ids.is_empty() {
            line(format!(
                "errata, {}: {}{advice}",
                verdict.as_str(),
                ids.join(", ")
            ));
        }
    }
    notes(&comparison.notes, &mut text);
    text
}

/// The same as JSON: one object of counts, then one per edit, explained row, erratum and note.
pub fn coverage_json(comparison: &Comparison) -> String {
    let mut counted = json!({ "type": "rows" });
    for (word, count) in counts(comparison) {
        counted[word] = count.into();
    }
    let explained = comparison.explained.iter().map(|row| {
        json!({ "type": "explained", "line": row.line, "place": row.place, "errata": row.errata })
    });
    let errata = comparison.errata.iter().map(
        |judged| json!({ "type": "erratum", "id": judged.id, "verdict": judged.verdict.as_str() }),
    );
    let edits = comparison.edits.iter().map(super::Edit::json);
    let all = std::iter::once(counted)
        .chain(edits)
        .chain(explained)
        .chain(errata);
    lines(all.chain(comparison.notes.iter().map(note_json)))
}

/// The edits that a document asks for, with what is left to decide, and where the reader was unsure.
pub fn edits(comparison: &Comparison) -> String {
    let mut text = String::new();
    if !comparison.edits.is_empty() {
        let _ = writeln!(text, "in the document ({}):", comparison.edits.len());
    }
    for edit in &comparison.edits {
        let _ = writeln!(text, "  {edit}");
    }
    notes(&comparison.notes, &mut text);
    text
}

/// The same as one JSON object per edit and note.
pub fn edits_json(comparison: &Comparison) -> String {
    let edits = comparison.edits.iter().map(super::Edit::json);
    lines(edits.chain(comparison.notes.iter().map(note_json)))
}

fn notes(notes: &[Note], text: &mut String) {
    if !notes.is_empty() {
        let _ = writeln!(text, "\nunsure:");
    }
    for note in notes {
        let _ = match note.line {
            0 => writeln!(text, "  {}", note.text),
            line => writeln!(text, "  line {line}: {}", note.text),
        };
    }
}

fn note_json(note: &Note) -> Value {
    json!({ "type": "note", "line": (note.line > 0).then_some(note.line), "text": note.text })
}

fn lines(objects: impl Iterator<Item = Value>) -> String {
    objects.map(|object| format!("{object}\n")).collect()
}
