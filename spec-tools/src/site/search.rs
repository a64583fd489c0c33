//! What the search of one language looks in: a row per interface, field, enum, value, error code,
//! column and erratum.
//!
//! A script that sets a variable, not a file to fetch: pages opened from a disk may load scripts
//! only.

use serde_json::{Value, json};

use signed_xml_codegen::model::Message;

use super::words::Words;
use super::{Site, address};

/// The rows as a script: `[kind, name, label, where, address]`.
pub(super) fn index(site: Site<'_>) -> String {
    let (model, w) = (site.model, site.words());
    let mut rows = Vec::new();
    for interface in &model.interfaces {
        let page = address::interface(&interface.name);
        rows.push(json!([
            "interface",
            interface.name,
            interface.title,
            interface.section,
            page
        ]));
        for message in &interface.messages {
            rows.extend(fields(&interface.name, &page, message, &w));
        }
    }
    for found in &model.enums {
        let page = address::enumeration(&found.name);
        rows.push(json!([
            "enum",
            found.name,
            "",
            plain(site.text(&found.doc)),
            page
        ]));
        for value in &found.values {
            let anchor = address::value(&found.name, &value.name);
            let page = format!("{}#{anchor}", address::ENUMS);
            rows.push(json!(["value", value.value, value.label, found.name, page]));
        }
    }
    for code in &model.error_codes {
        let page = format!("{}#{}", address::ERRORS, address::code(&code.code));
        rows.push(json!(["code", code.code, code.meaning, code.name, page]));
    }
    for column in &model.bill_columns {
        let page = format!("{}#{}", address::BILLS, column.field);
        rows.push(json!(["column", column.name, "", column.field, page]));
    }
    for erratum in &model.errata {
        let page = format!("{}#{}", address::ERRATA, erratum.id);
        rows.push(json!([
            "erratum",
            erratum.id,
            "",
            plain(site.text(&erratum.ruling)),
            page
        ]));
    }
    let rows: Vec<String> = rows.iter().map(Value::to_string).collect();
    format!("window.REFERENCE = [\n{}\n];\n", rows.join(",\n"))
}

/// A text without the marks of code, which a result of the search shows as they are.
fn plain(text: &str) -> String {
    text.replace('`', "")
}

fn fields(interface: &str, page: &str, message: &Message, w: &Words) -> Vec<Value> {
    let mut rows = Vec::new();
    for field in message.distinct_fields() {
        let href = format!("{page}#{}", address::row(message, field));
        let place = format!("{interface} {}", w.message(message));
        rows.push(json!(["field", field.name, field.label, place, href]));
        for alias in &field.aliases {
            rows.push(json!(["field", alias, field.label, place, href]));
        }
    }
    rows
}
