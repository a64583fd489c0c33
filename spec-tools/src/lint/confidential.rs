//! What must not be shown and is not marked so: L201 and L202.
//!
//! A field is judged by the words of its wire name and by its label, which the spec's vocabulary lists. A value of an enum and a number say nothing of a
//! person, and an address that is a URL is no person's.

use signed_xml_codegen::model::{ColumnType, Field, FieldType, Format, Message, Model};
use signed_xml_codegen::{Diagnostic, Findings};

use super::codes;

pub(super) fn check(model: &Model, findings: &mut Findings) {
    let fields = &model.vocabulary.fields;
    for interface in &model.interfaces {
        for message in &interface.messages {
            for field in message.distinct_fields() {
                let payload = payload(field, &interface.messages);
                judge(field, payload, model, findings);
            }
        }
    }
    for column in &model.bill_columns {
        let text = matches!(column.column_type, ColumnType::Text);
        if text && !column.personal && fields.personal.fit(&column.field, &column.name) {
            let title = format!(
                "column `{}` tells of a person and is not marked",
                column.name
            );
            let at = model.span_of_key(column.span, &["name"]);
            findings.push(personal(at, title));
        }
    }
}

fn judge(field: &Field, payload: Option<&Field>, model: &Model, findings: &mut Findings) {
    if field.personal || field.secret {
        return;
    }
    let at = model.span_of_key(field.span, &["name"]);
    if let Some(member) = payload {
        let title = format!(
            "`{}` holds `{}`, which must not be shown, and is not marked",
            field.name, member.name
        );
        findings.push(personal(at, title).also(member.span, "a member of the payload"));
        return;
    }
    if !is_open_text(field) {
        return;
    }
    let fields = &model.vocabulary.fields;
    if fields.secret.fit(&field.name, &field.label) {
        let title = format!(
            "`{}` ({}) is a secret by its name and is not marked",
            field.name, field.label
        );
        let found = Diagnostic::new(
            codes::SECRET_UNMARKED,
            at,
            title,
            "would be printed in logs and errors",
        )
        .help("add `secret = true`");
        findings.push(found);
    } else if fields.personal.fit(&field.name, &field.label) && field.format != Some(Format::Url) {
        let title = format!(
            "`{}` ({}) tells of a person by its name and is not marked",
            field.name, field.label
        );
        findings.push(personal(at, title));
    }
}

fn personal(at: signed_xml_codegen::Span, title: String) -> Diagnostic {
    Diagnostic::new(
        codes::PERSONAL_UNMARKED,
        at,
        title,
        "would be printed in logs and errors",
    )
    .help("add `personal = true`")
}

/// A confidential member of the structure that a field holds.
fn payload<'a>(field: &Field, messages: &'a [Message]) -> Option<&'a Field> {
    let FieldType::Structure(name) = &field.field_type else {
        return None;
    };
    let structure = messages.iter().find(|message| message.name == *name)?;
    let mut members = structure.fields.iter();
    members.find(|member| member.personal || member.secret)
}

/// True if a value can be any text, an address or a digest.
fn is_open_text(field: &Field) -> bool {
    matches!(
        field.field_type,
        FieldType::Text | FieldType::Ipv4 | FieldType::IdDigest
    )
}
