//! The spec held against the vendor's document: every row of every table is matched, or an erratum explains it.
//!
//! The document is not part of the project. Its path comes from `INTERFACE_DOC`; without it these tests say that they are skipped.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

mod bill_sample;
mod source;

use std::process::Command;

use signed_xml_codegen::model::{ErrorCode, Model};
use signed_xml_spec_tools::import::{self, Document, Import, Scope, Verdict};

use source::{document, model};

/// The document, read.
fn read() -> Option<(Model, Document)> {
    let model = model();
    let document = import::read(document()?.as_bytes(), &model).unwrap();
    Some((model, document))
}

/// How much the spec expects of the document: rows of field tables, tables under a condition, error codes, columns of each bill.
struct Counts {
    rows: usize,
    conditions: usize,
    codes: usize,
    columns: Vec<usize>,
}

impl Counts {
    fn of(model: &Model) -> Self {
        let interfaces = model.interfaces.iter();
        let printed = interfaces.filter(|interface| interface.origin.is_none());
        let messages: Vec<_> = printed.flat_map(|interface| &interface.messages).collect();
        let parts = messages.iter().flat_map(|message| &message.parts);
        let is_current = |code: &&ErrorCode| model.is_current(&code.history);
        let fields = messages.iter().flat_map(|message| &message.fields);
        Self {
            rows: fields
                .filter(|field| model.is_current(&field.history))
                .count(),
            conditions: parts.filter(|part| part.when.is_some()).count(),
            codes: model.error_codes.iter().filter(is_current).count(),
            columns: model
                .bill_layouts
                .iter()
                .map(|layout| layout.columns.len())
                .collect(),
        }
    }
}

/// What was counted by hand in a version of the document. A version without a line is held against the spec alone.
const COUNTED: &[(&str, usize, usize, [usize; 3])] = &[("2.4", 263, 26, [55, 55, 53])];

#[test]
fn the_spec_has_what_was_counted_in_the_document() {
    let model = model();
    let counted = COUNTED.iter().find(|counted| counted.0 == model.document);
    if let Some((_, rows, codes, columns)) = counted {
        let spec = Counts::of(&model);
        assert_eq!((spec.rows, spec.codes), (*rows, *codes));
        assert_eq!(spec.columns, columns);
    }
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
    let rows = Counts::of(&model).rows;
    assert_eq!((import.found, import.unexplained()), (rows, 0));
    assert_eq!(import.matched + import.explained.len(), rows);
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
    let Counts {
        rows,
        codes,
        columns,
        ..
    } = Counts::of(&model);
    assert_eq!(
        (read("rows"), read("codes"), read("columns")),
        (rows, codes, columns.iter().sum())
    );
}

fn imported(model: &Model, document: &Document) -> Import {
    import::import(model, document, None, &Scope::default()).unwrap()
}

#[test]
fn what_stands_beside_the_field_tables_is_found() {
    let Some((model, document)) = read() else {
        return;
    };
    let counts = Counts::of(&model);
    assert_eq!(document.error_codes.len(), counts.codes);
    let widths: Vec<_> = document
        .bills
        .iter()
        .map(|bill| bill.columns.len())
        .collect();
    assert_eq!(widths, counts.columns);
    let printed = document.versions.iter().map(|printed| &printed.version);
    let known = model.versions.iter().map(|known| &known.version);
    assert!(printed.eq(known));
    assert_eq!(
        document.signature.map(|printed| printed.text).as_deref(),
        Some(model.algorithm())
    );
    let conditions = document
        .tables
        .iter()
        .filter(|table| table.condition.is_some());
    assert_eq!(conditions.count(), counts.conditions);
}

#[test]
fn what_the_extraction_broke_is_mended() {
    let Some((_, document)) = read() else { return };
    if document.version() != Some("2.4") {
        // Another text is broken elsewhere.
        return;
    }
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
    let rows = Counts::of(&model()).rows;
    assert!(
        first.starts_with(&format!("rows: {rows} found, ")) && first.ends_with(", 0 unexplained"),
        "{stdout}"
    );
}
