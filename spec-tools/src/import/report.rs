//! What an import found, as text for people and as one JSON object per line.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::diff::report::json_lines;

use super::{Account, Import, Note, Verdict};

/// Per section what was expected and read; what is missing or could not be read; questions, errata without a reason, and where the reader was unsure.
pub fn human(import: &Import) -> String {
    let mut text = String::new();
    accounts(&import.accounts, &mut text);
    let open = &import.proposal.open;
    if !open.is_empty() {
        line(&mut text, &format!("\nto decide ({}):", open.len()));
    }
    for question in open {
        let by_hand = match question.written {
            true => "",
            false => " (no row of the spec can hold it: edit the spec by hand)",
        };
        let asked = format!("{}: {}{by_hand}", question.place, question.text);
        line(&mut text, &format!("  {}{asked}", at(question.line)));
    }
    errata(import, &mut text);
    if !import.notes.is_empty() {
        line(&mut text, "\nunsure:");
    }
    for note in &import.notes {
        line(
            &mut text,
            &format!("  {}{}", at(Some(note.line)), note.text),
        );
    }
    text
}

/// The counts of all rows, in one line.
pub fn rows(import: &Import) -> String {
    format!(
        "rows: {} found, {} matched, {} explained by an erratum, {} unexplained\n",
        import.found,
        import.matched,
        import.explained.len(),
        import.unexplained()
    )
}

/// One JSON object per change, with the keys of `diff`, then one per section, question, row that an erratum explains, erratum and note.
pub fn json(import: &Import) -> String {
    let mut objects = vec![json!({
        "type": "rows",
        "found": import.found,
        "matched": import.matched,
        "explained": import.explained.len(),
        "unexplained": import.unexplained(),
    })];
    let note =
        |kind: &str, note: &Note| json!({ "type": kind, "line": note.line, "text": note.text });
    for account in &import.accounts {
        objects.push(json!({
            "type": "section",
            "section": account.section,
            "unit": account.unit,
            "expected": account.expected,
            "read": account.read,
            "missing": account.missing,
            "unreadable": account.unreadable.iter().map(|found| note("unreadable", found)).collect::<Vec<_>>(),
        }));
    }
    objects.extend(import.proposal.open.iter().map(|question| {
        json!({
            "type": "question",
            "place": question.place,
            "line": question.line,
            "text": question.text,
            "written": question.written,
        })
    }));
    objects.extend(import.explained.iter().map(|row| {
        json!({ "type": "explained", "line": row.line, "place": row.place, "errata": row.errata })
    }));
    objects.extend(import.errata.iter().map(|judged| {
        let retired = judged.retired.iter();
        let retired = retired.map(|(place, line)| json!({ "place": place, "line": line }));
        json!({
            "type": "erratum",
            "id": judged.id,
            "verdict": judged.verdict.as_str(),
            "retired": retired.collect::<Vec<_>>(),
        })
    }));
    objects.extend(import.notes.iter().map(|found| note("note", found)));
    let objects: Vec<String> = objects.iter().map(Value::to_string).collect();
    format!(
        "{}{}\n",
        json_lines(&import.proposal.changes),
        objects.join("\n")
    )
}

fn accounts(accounts: &[Account], text: &mut String) {
    line(
        text,
        &format!("{:<26}{:>9}{:>6}", "section", "expected", "read"),
    );
    for account in accounts {
        let Account {
            section,
            unit,
            expected,
            read,
            ..
        } = account;
        line(text, &format!("{section:<26}{expected:>9}{read:>6} {unit}"));
        for what in &account.missing {
            line(text, &format!("  missing: {what}"));
        }
        for note in &account.unreadable {
            line(
                text,
                &format!("  unreadable: {}{}", at(Some(note.line)), note.text),
            );
        }
    }
}

fn errata(import: &Import, text: &mut String) {
    let retired: Vec<_> = import.errata.iter().collect();
    let gone = |verdict: Verdict| verdict == Verdict::NoLonger;
    if retired
        .iter()
        .all(|judged| judged.retired.is_empty() && !gone(judged.verdict))
    {
        return;
    }
    line(text, "\nerrata that have lost their reason:");
    for judged in retired {
        for (place, number) in &judged.retired {
            let retired = format!(
                "{}: the document prints what is ruled at {place}; drop it from that row",
                judged.id
            );
            line(text, &format!("  {}{retired}", at(Some(*number))));
        }
        if gone(judged.verdict) {
            line(
                text,
                &format!("  {}: it applies nowhere any more; delete it", judged.id),
            );
        }
    }
}

fn at(line: Option<u32>) -> String {
    match line {
        Some(line) if line > 0 => format!("line {line}: "),
        _ => String::new(),
    }
}

fn line(text: &mut String, words: &str) {
    // Writing into a String cannot fail.
    let _ = writeln!(text, "{words}");
}
