//! The spec held against the vendor's document: every row of every table is matched, or an erratum explains it.
//!
//! The document is not part of the project. Its path comes from `INTERFACE_DOC`; without it these tests say that they are skipped.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

mod tables;

use std::io::Write;

use signed_xml_codegen::model::{Field, Message, MessageKind, Model};

use tables::{Row, Table};

fn model() -> Model {
    let spec = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec");
    signed_xml_codegen::load(spec.as_ref())
        .map_err(|error| error.to_string())
        .unwrap()
}

/// The document's text, or a line that says why there is none.
#[expect(
    clippy::explicit_write,
    reason = "the test harness keeps `eprintln!` of a passing test to itself"
)]
fn document() -> Option<String> {
    let named = std::env::var_os("INTERFACE_DOC").filter(|path| !path.is_empty());
    let Some(path) = named else {
        let line = "skipped: INTERFACE_DOC does not name the vendor's document (text of V2.4)";
        writeln!(std::io::stderr(), "{line}").unwrap();
        return None;
    };
    // Tests run in the folder of their package; a relative path is meant from the workspace's.
    let from_root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .join(&path);
    let text = std::fs::read_to_string(&path).or_else(|_| std::fs::read_to_string(from_root));
    Some(text.unwrap_or_else(|error| panic!("INTERFACE_DOC names {}: {error}", path.display())))
}

/// The tables of the spec that the document prints, in its order.
fn spec_tables(model: &Model) -> Vec<(String, &'static str, &Message)> {
    let printed = model
        .interfaces
        .iter()
        .filter(|interface| interface.origin.is_none());
    printed
        .flat_map(|interface| {
            interface
                .messages
                .iter()
                .map(move |message| (interface, message))
        })
        .map(|(interface, message)| {
            let kind = match message.kind {
                MessageKind::Request => "request",
                MessageKind::Response => "response",
                MessageKind::Notification => "notification",
                MessageKind::Reply => "reply",
                MessageKind::Structure => "structure",
            };
            (interface.section.clone(), kind, message)
        })
        .collect()
}

#[test]
fn the_spec_has_the_263_rows_of_the_document() {
    let model = model();
    let rows: usize = spec_tables(&model)
        .iter()
        .map(|(_, _, message)| message.fields.len())
        .sum();
    assert_eq!(rows, 263);
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
    let Some(text) = document() else { return };
    let model = model();
    let printed = tables::read(&text);
    assert_eq!(
        printed.iter().map(|table| table.rows.len()).sum::<usize>(),
        263
    );
    let mut unexplained = Vec::new();
    for (section, kind, message) in spec_tables(&model) {
        let rows: Vec<&Row> = printed
            .iter()
            .filter(|table| is(table, &section, kind))
            .flat_map(|table| &table.rows)
            .collect();
        if rows.len() != message.fields.len() {
            unexplained.push(format!(
                "{section} {kind}: {} rows printed, {} in the spec",
                rows.len(),
                message.fields.len()
            ));
            continue;
        }
        for (row, field) in rows.iter().zip(&message.fields) {
            unexplained.extend(
                difference(row, field)
                    .map(|what| format!("{section} {kind}, line {}: {what}", row.line)),
            );
        }
    }
    assert!(
        unexplained.is_empty(),
        "unexplained rows:\n{}",
        unexplained.join("\n")
    );
}

fn is(table: &Table, section: &str, kind: &str) -> bool {
    table.section == section && table.kind == kind
}

/// What differs between a printed row and its field, unless an erratum of the field explains it.
fn difference(row: &Row, field: &Field) -> Option<String> {
    let mark = field
        .mark
        .clone()
        .unwrap_or_else(|| if field.required { "Y" } else { "N" }.to_owned());
    let label: String = field.label.chars().filter(|c| !c.is_whitespace()).collect();
    let printed_name_is_known =
        row.name == field.name || (field.aliases.contains(&row.name) && !field.errata.is_empty());
    let checks = [
        (
            !printed_name_is_known,
            format!("name {} is {} in the spec", row.name, field.name),
        ),
        (
            row.wire_type != field.wire_type.word(),
            format!(
                "{}: type {} is {}",
                row.name,
                row.wire_type,
                field.wire_type.word()
            ),
        ),
        (
            row.max != field.max,
            format!("{}: length {:?} is {:?}", row.name, row.max, field.max),
        ),
        (
            row.mark != mark,
            format!("{}: mark {:?} is {mark:?}", row.name, row.mark),
        ),
        (
            row.label != label,
            format!("{}: label {:?} is {label:?}", row.name, row.label),
        ),
    ];
    checks
        .into_iter()
        .find(|(differs, _)| *differs)
        .map(|(_, what)| what)
}

#[test]
fn every_error_code_of_the_document_is_in_the_spec_with_its_meaning() {
    let Some(text) = document() else { return };
    let model = model();
    let printed = tables::error_codes(&text);
    assert_eq!(printed.len(), 26);
    for (code, meaning) in printed {
        let known = model
            .error_codes
            .iter()
            .find(|known| known.code == code)
            .unwrap_or_else(|| panic!("{code} is missing"));
        let spec: String = known
            .meaning
            .replace("hosp_out_trade_no", "hosp_out_order_no");
        let plain = |text: &str| {
            text.chars()
                .filter(|c| !c.is_whitespace())
                .collect::<String>()
        };
        assert!(
            plain(&known.meaning) == plain(&meaning)
                || (plain(&spec) == plain(&meaning) && !known.errata.is_empty()),
            "{code}: {meaning}"
        );
    }
}

#[test]
fn the_bill_headers_of_the_document_are_the_layouts_of_the_spec() {
    let Some(text) = document() else { return };
    let model = model();
    let printed = tables::bill_headers(&text);
    let layouts: Vec<Vec<String>> = model
        .bill_layouts
        .iter()
        .map(|layout| layout.columns.clone())
        .collect();
    assert_eq!(printed, layouts);
}
