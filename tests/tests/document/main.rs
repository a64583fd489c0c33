//! The spec held against the vendor's document: every row of every table is matched, or an erratum explains it.
//!
//! The document is not part of the project. Its path comes from `INTERFACE_DOC`; without it these tests say that they are skipped.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

mod bill_sample;
mod source;

use std::process::Command;

use signed_xml_codegen::model::Model;
use signed_xml_spec_tools::import::{self, Document, Import, Scope, Verdict};

use source::{document, model};

/// The document, read.
fn read() -> Option<(Model, Document)> {
    let model = model();
    let document = import::read(document()?.as_bytes(), &model).unwrap();
    Some((model, document))
}

#[test]
fn the_spec_has_the_263_rows_of_the_document() {
    let model = model();
    let printed = model
        .interfaces
        .iter()
        .filter(|interface| interface.origin.is_none());
    let messages = printed.flat_map(|interface| &interface.messages);
    assert_eq!(
        messages.map(|message| message.fields.len()).sum::<usize>(),
        263
    );
    assert_eq!(model.error_codes.len(), 26);
    let widths: Vec<_> = model
        .bill_layouts
        .iter()
        .map(|layout| layout.columns.len())
        .collect();
    assert_eq!(widths, [55, 55, 53]);
}

#[test]
fn every_row_of_the_document_is_in_the_spec_or_explained_by_an_erratum() {
    let Some((model, document)) = read() else {
        return;
    };
    let import = imported(&model, &document);
    let unexplained: Vec<&str> = import
        .proposal
        .changes
        .iter()
        .map(|change| change.text.as_str())
        .collect();
    assert_eq!(unexplained.join("\n"), "");
    assert_eq!(import.proposal.open, []);
    assert_eq!((import.found, import.unexplained()), (263, 0));
    assert_eq!(import.matched + import.explained.len(), 263);
    assert_eq!(import.notes, [], "the reader is sure of the whole document");
}

#[test]
fn every_section_is_read_as_far_as_the_spec_expects_it() {
    let Some((model, document)) = read() else {
        return;
    };
    let accounts = imported(&model, &document).accounts;
    for account in &accounts {
        assert_eq!(account.expected, account.read, "{}", account.section);
        assert!(
            account.missing.is_empty() && account.unreadable.is_empty(),
            "{account:?}"
        );
    }
    let read = |unit: &str| -> usize {
        let accounts = accounts.iter().filter(|account| account.unit == unit);
        accounts.map(|account| account.read).sum()
    };
    assert_eq!(
        (read("rows"), read("codes"), read("columns")),
        (263, 26, 163)
    );
}

fn imported(model: &Model, document: &Document) -> Import {
    import::import(model, document, None, &Scope::default()).unwrap()
}

#[test]
fn what_stands_beside_the_field_tables_is_found() {
    let Some((_, document)) = read() else { return };
    assert_eq!(document.error_codes.len(), 26);
    let widths: Vec<_> = document
        .bills
        .iter()
        .map(|bill| bill.columns.len())
        .collect();
    assert_eq!(widths, [55, 55, 53]);
    let versions: Vec<_> = document
        .versions
        .iter()
        .map(|printed| printed.version.as_str())
        .collect();
    assert_eq!(versions, ["1.0", "2.0", "2.4"]);
    assert_eq!(
        document.signature.map(|printed| printed.text).as_deref(),
        Some("MD5")
    );
    let conditions = document
        .tables
        .iter()
        .filter(|table| table.condition.is_some());
    assert_eq!(conditions.count(), 11);
}

#[test]
fn what_the_extraction_broke_is_mended() {
    let Some((_, document)) = read() else { return };
    let rows = document.tables.iter().flat_map(|table| &table.rows);
    let mended: Vec<_> = rows
        .filter(|row| row.name != row.raw_name)
        .map(|row| row.name.as_str())
        .collect();
    assert_eq!(
        mended,
        ["gmt_out_create", "request_content", "Insurance_self_fee"]
    );
}

#[test]
fn every_erratum_that_a_table_can_tell_of_still_applies() {
    let Some((model, document)) = read() else {
        return;
    };
    let judged = imported(&model, &document).errata;
    assert!(
        judged.iter().all(|judged| judged.retired.is_empty()),
        "{judged:?}"
    );
    let of = |verdict| {
        let ids = judged
            .iter()
            .filter(move |judged| judged.verdict == verdict);
        ids.map(|judged| judged.id.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(of(Verdict::NoLonger), [""; 0]);
    // Samples, prose and rulings of ours, which no table shows.
    let unjudged = [
        "X3", "X5", "X6", "X7", "E13", "E18", "E19", "E20", "E21", "E22", "E23",
    ];
    assert_eq!(of(Verdict::NotJudged), unjudged);
}

#[test]
fn no_text_of_the_spec_is_copied_from_the_document() {
    let Some((model, _)) = read() else { return };
    // A table breaks its sentences over lines.
    let bare = |text: &str| -> String {
        let letters = text.chars().filter(|c| !c.is_whitespace() && *c != '`');
        letters.collect()
    };
    let document = bare(&document().unwrap());
    // The longest names of the document have 11 characters.
    let most = 12;
    for found in &model.translations {
        let text: Vec<char> = bare(&found.chinese.value).chars().collect();
        for run in text.windows(most) {
            let run: String = run.iter().collect();
            let is_prose = run.chars().all(|c| !c.is_ascii_alphanumeric());
            assert!(
                !is_prose || !document.contains(&run),
                "`{run}` is the document's: {}",
                found.chinese.value
            );
        }
    }
}

#[test]
fn the_command_says_that_nothing_is_unexplained() {
    let Some(path) = source::path() else { return };
    let output = Command::new(env!("CARGO"))
        .args(["codegen", "coverage"])
        .arg(path)
        .current_dir(source::workspace())
        .env("CARGO_NET_OFFLINE", "true")
        .output()
        .unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{stdout}");
    let first = stdout.lines().next().unwrap();
    assert!(
        first.starts_with("rows: 263 found, ") && first.ends_with(", 0 unexplained"),
        "{stdout}"
    );
}
