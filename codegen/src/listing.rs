//! The model as text: one JSON object per line, or a table for people.
//!
//! Order: fields as in the document, then error codes, then bill columns by layout.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::model::{Field, Interface, Message, Model};

/// One JSON object per line.
pub fn json_lines(model: &Model) -> String {
    let mut text = String::new();
    let rows = field_rows(model)
        .map(|(interface, message, field)| field_object(interface, message, field));
    for row in rows.chain(error_objects(model)).chain(bill_objects(model)) {
        text.push_str(&row.to_string());
        text.push('\n');
    }
    text
}

/// The fields, error codes and bill layouts as aligned text.
pub fn table(model: &Model) -> String {
    let mut text = String::new();
    let mut last = "";
    for (interface, message, field) in field_rows(model) {
        if !std::ptr::eq(last, message.name.as_str()) {
            let head = format!("{} {} ({})", interface.name, message.name, message.section);
            let signed = if message.signed { "signed" } else { "unsigned" };
            line(&mut text, &format!("\n{head}, {signed}"));
            last = &message.name;
        }
        let mark = match (field.required, field.demanded) {
            (true, true) => "Y",
            (true, false) => "Y, optional here",
            (false, _) => "",
        };
        let condition = condition(message, field).unwrap_or_default();
        let row = format!(
            "  {:<24} {:<10} {:<17} {:<9} {}  {}",
            field.name,
            field.printed_type(),
            mark,
            if message.kind.is_sent() {
                field.supplier.as_str()
            } else {
                ""
            },
            field.label,
            condition
        );
        line(&mut text, row.trim_end());
    }
    line(&mut text, "\nerror codes");
    for code in &model.error_codes {
        let row = format!(
            "  {:<8} {}  {}",
            code.code,
            code.meaning,
            code.interfaces.join(", ")
        );
        line(&mut text, &row);
    }
    line(&mut text, "\nbills");
    for layout in &model.bill_layouts {
        let row = format!(
            "  {:<8} {}, {} columns",
            layout.bill_type,
            layout.title,
            layout.columns.len()
        );
        line(&mut text, &row);
    }
    text
}

fn line(text: &mut String, row: &str) {
    // Writing into a String cannot fail.
    let _ = writeln!(text, "{row}");
}

fn field_rows(model: &Model) -> impl Iterator<Item = (&Interface, &Message, &Field)> {
    model.interfaces.iter().flat_map(|interface| {
        interface.messages.iter().flat_map(move |message| {
            let fields = message.fields.iter();
            fields.map(move |field| (interface, message, field))
        })
    })
}

fn field_object(interface: &Interface, message: &Message, field: &Field) -> Value {
    json!({
        "interface": interface.name,
        "message": message.name,
        "field": field.name,
        "label": field.label,
        "type": field.wire_type.as_str(),
        "max": field.max,
        "required": field.required,
        "condition": condition(message, field),
        "supplied_by": message.kind.is_sent().then(|| field.supplier.as_str()),
        "aliases": field.aliases,
        "since": field.history.since,
        "errata": field.errata,
        "section": message.section,
    })
}

fn error_objects(model: &Model) -> impl Iterator<Item = Value> {
    model.error_codes.iter().map(|code| {
        json!({
            "error": code.code,
            "name": code.name,
            "meaning": code.meaning,
            "interfaces": code.interfaces,
            "effect": match code.effect {
                crate::model::Effect::Refused => "refused",
                crate::model::Effect::Unknown => "unknown",
            },
            "advice": code.advice,
            "errata": code.errata,
        })
    })
}

fn bill_objects(model: &Model) -> impl Iterator<Item = Value> {
    model.bill_layouts.iter().flat_map(move |layout| {
        layout.columns.iter().map(move |name| {
            let column = model.bill_column(name);
            json!({
                "bill": layout.bill_type,
                "column": name,
                "rust_name": column.map(|column| &column.field),
                "errata": column.map(|column| &column.errata),
            })
        })
    })
}

/// Everything that a field depends on, as one text; `None` when it stands by itself.
fn condition(message: &Message, field: &Field) -> Option<String> {
    let mut conditions = Vec::new();
    let when = message
        .parts
        .get(field.part)
        .and_then(|part| part.when.as_ref());
    conditions.extend(when.map(|when| when.to_string()));
    let group = field.group.as_ref().and_then(|name| message.group(name));
    conditions.extend(
        group.map(|group| format!("{}({})", group.kind.as_str(), group.members.join(", "))),
    );
    let own = [
        ("required_when", &field.required_when),
        ("forbidden_when", &field.forbidden_when),
        ("present_when", &field.present_when),
    ];
    for (word, condition) in own {
        conditions.extend(
            condition
                .as_ref()
                .map(|condition| format!("{word}({condition})")),
        );
    }
    (!conditions.is_empty()).then(|| conditions.join("; "))
}
