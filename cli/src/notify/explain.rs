//! `payinsurance notify explain`: each field with its meaning, and why the signature is wrong.

use std::process::ExitCode;

use payinsurance::notification::Notification;
use serde_json::{Value, json};
use signed_xml::{Fields, Limits, Message as _};
use signed_xml_codegen::Model;
use signed_xml_codegen::model::{Field, FieldType};
use signed_xml_doctor::Verdict;

use super::{Body, open};
use crate::context::Context;
use crate::failure::Failure;
use crate::harmless;
use crate::language::language;
use crate::output::{self, object};
use crate::sign;
use crate::spec;
use crate::table::Table;

pub(super) fn run(of: &Body, context: &Context) -> Result<ExitCode, Failure> {
    let body = of.read()?;
    let fields = Fields::parse(&body, &Limits::default())
        .map_err(|error| Failure::NoMessage(error.to_string()))?;
    let opened = open(&body, context)?;
    let problem = opened.as_ref().err();
    let problem = problem.map(|error| harmless::lines(&error.to_string()));
    let examination = sign::examine(&body, context, Notification::SCHEMA)?;
    let model = spec::model()?;
    let rows: Vec<[String; 4]> = fields
        .iter()
        .map(|(name, value)| {
            let known = Notification::SCHEMA.field(name);
            let (label, meaning) = explained(&model, known.map_or(name, |field| field.name), value);
            [name.to_owned(), label, of.value(known, value), meaning]
        })
        .collect();
    if context.json {
        let rows = rows.iter().map(|[name, label, value, meaning]| {
            json!({ "field": name, "label": label, "value": value, "meaning": meaning })
        });
        object(&json!({
            "genuine": problem.is_none(),
            "problem": problem,
            "signature": examination,
            "fields": rows.collect::<Vec<Value>>(),
        }));
    } else {
        match &problem {
            None => output::line(language().pick("通知真实有效", "the notification is genuine")),
            Some(problem) => output::line(language().pick(
                format!("不能接受该通知：{problem}"),
                format!("the notification is not accepted: {problem}"),
            )),
        }
        if !matches!(examination.verdict, Verdict::Right) {
            let report = examination.report(language().into());
            output::line(harmless::lines(report.trim_end()));
        }
        let table = rows.iter().fold(Table::plain(2), Table::row);
        table.print();
    }
    Ok(match (&examination.verdict, problem) {
        (Verdict::Right, None) => ExitCode::SUCCESS,
        (Verdict::Right | Verdict::Explained { .. }, _) => ExitCode::FAILURE,
        (Verdict::Unreadable { .. }, _) => ExitCode::from(4),
        _ => ExitCode::from(3),
    })
}

/// The document's label, and what the value means.
fn explained(model: &Model, name: &str, value: &str) -> (String, String) {
    let mut interfaces = model.interfaces.iter();
    let of = interfaces.find(|interface| interface.name == "notification");
    let mut messages = of.into_iter().flat_map(|of| &of.messages);
    let Some(field) = messages.find_map(|message| message.field(name)) else {
        let unknown = language().pick("文档没有此字段", "the document does not have it");
        return (String::new(), unknown.to_owned());
    };
    let said = |english: &str| {
        let chinese = model.chinese(english).unwrap_or(english).to_owned();
        language().pick(chinese, english.to_owned())
    };
    let meaning = match value_of(model, field, value) {
        Some((label, doc)) if doc.is_empty() => label,
        Some((label, doc)) => language().pick(
            format!("{label}：{}", said(&doc)),
            format!("{label}: {}", said(&doc)),
        ),
        None => said(&field.doc),
    };
    (field.label.clone(), meaning)
}

fn value_of(model: &Model, field: &Field, value: &str) -> Option<(String, String)> {
    let FieldType::Enum(name) = &field.field_type else {
        return None;
    };
    let values = &model.enum_named(name)?.values;
    let found = values.iter().find(|known| known.value == value)?;
    Some((found.label.clone(), found.doc.clone()))
}
