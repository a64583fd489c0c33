//! What is found, as tables for people and as JSON.

use serde_json::{Value, json};
use signed_xml_codegen::model::{
    Effect, Enum, ErrorCode, Field, FieldType, Group, GroupKind, Interface, Message, Model,
};

use super::item::{Item, Row};
use crate::language::language;
use crate::output::{self, object};
use crate::table::Table;

/// A text of the spec in the language of this run.
fn said<'a>(model: &'a Model, english: &'a str) -> &'a str {
    let chinese = model.chinese(english).unwrap_or(english);
    language().pick(chinese, english)
}

pub(super) fn tables(model: &Model, item: &Item<'_>) {
    match item {
        Item::All => all(model),
        Item::Interface(interface, messages) => {
            head(model, interface);
            for message in messages {
                table(model, message);
            }
            codes_of(model, interface);
        }
        Item::Fields(rows) => {
            for row in rows {
                one_field(model, row);
            }
        }
        Item::Code(code) => one_code(model, code),
    }
}

fn all(model: &Model) {
    let mut table = Table::plain(0);
    for interface in &model.interfaces {
        table = table.row([
            &*interface.name,
            &interface.section,
            &interface.title,
            said(model, &interface.doc),
        ]);
    }
    table.print();
    output::line(language().pick("\n错误码", "\nerror codes"));
    let mut table = Table::plain(2);
    for code in &model.error_codes {
        let of = code.interfaces.join(", ");
        table = table.row([&*code.code, &code.meaning, &of]);
    }
    table.print();
}

fn head(model: &Model, interface: &Interface) {
    output::line(format_args!(
        "{} ({}) {}",
        interface.name, interface.section, interface.title
    ));
    output::line(said(model, &interface.doc));
    if let Some(url) = &interface.url {
        output::line(format_args!("{} {url}", interface.method.as_str()));
    }
    for note in &interface.notes {
        output::line(format_args!("- {}", said(model, note)));
    }
}

fn table(model: &Model, message: &Message) {
    let signed = match message.signed {
        true => language().pick("有签名", "signed"),
        false => language().pick("无签名", "unsigned"),
    };
    output::line(format_args!(
        "\n{} ({}), {signed}",
        message.name, message.section
    ));
    if !message.doc.is_empty() {
        output::line(said(model, &message.doc));
    }
    let mut table = Table::plain(2);
    for field in message.distinct_fields() {
        table = table.row([
            &*field.name,
            &field.printed_type(),
            mark(message, field),
            &field.label,
            said(model, &field.doc),
        ]);
    }
    table.print();
    for group in &message.groups {
        let kind = Kind::of(group).label();
        let members = group.members.join(language().pick("、", ", "));
        output::line(format_args!(
            "  {kind} {members}: {}",
            said(model, &group.doc)
        ));
    }
    for rule in &message.rules {
        output::line(format_args!(
            "  {} ({})",
            said(model, &rule.doc),
            rule.check
        ));
    }
}

/// Whether the document demands it, in a word.
fn mark<'a>(message: &Message, field: &'a Field) -> &'a str {
    match (
        field.mark.as_deref().filter(|mark| !mark.is_empty()),
        field.required,
    ) {
        (Some(mark), _) => mark,
        (None, true) if field.demanded || message.kind.is_sent() => {
            language().pick("必填", "required")
        }
        (None, true) => language().pick("必填，可缺", "required, may be absent"),
        (None, false) => language().pick("选填", "optional"),
    }
}

fn one_field(model: &Model, row: &Row<'_>) {
    let Row {
        interface,
        message,
        field,
    } = row;
    output::line(format_args!(
        "{} {} ({})",
        interface.name, message.name, message.section
    ));
    output::line(format_args!(
        "  {}  {}  {}  {}",
        field.name,
        field.printed_type(),
        mark(message, field),
        field.label
    ));
    let words = language();
    let mut table = Table::plain(4).row([words.pick("说明", "meaning"), said(model, &field.doc)]);
    for (kind, text) in conditions(message, field) {
        table = table.row([kind.label(), text.as_str()]);
    }
    if !field.aliases.is_empty() {
        table = table.row([
            words.pick("别名", "also read from"),
            &field.aliases.join(", "),
        ]);
    }
    if let Some(values) = values(model, field) {
        for value in &values.values {
            let text = format!(
                "{} {} {}",
                value.value,
                value.label,
                said(model, &value.doc)
            );
            table = table.row([words.pick("取值", "value"), &text]);
        }
    }
    for id in &field.errata {
        if let Some(erratum) = model.erratum(id) {
            let text = format!(
                "{id}: {} → {}",
                said(model, &erratum.printed),
                said(model, &erratum.ruling)
            );
            table = table.row([words.pick("勘误", "erratum"), &text]);
        }
    }
    table.print();
}

/// What a field depends on.
#[derive(Clone, Copy)]
enum Kind {
    Under,
    RequiredWhen,
    ForbiddenWhen,
    PresentWhen,
    ExactlyOne,
    AtLeastOne,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Under => "under",
            Self::RequiredWhen => "required_when",
            Self::ForbiddenWhen => "forbidden_when",
            Self::PresentWhen => "present_when",
            Self::ExactlyOne => "exactly_one",
            Self::AtLeastOne => "at_least_one",
        }
    }

    fn label(self) -> &'static str {
        let words = language();
        match self {
            Self::Under => words.pick("仅当", "under"),
            Self::RequiredWhen => words.pick("必填条件", "required when"),
            Self::ForbiddenWhen => words.pick("禁填条件", "not allowed when"),
            Self::PresentWhen => words.pick("出现条件", "present when"),
            Self::ExactlyOne => words.pick("必选其一", "exactly one of"),
            Self::AtLeastOne => words.pick("至少填一项", "at least one of"),
        }
    }

    fn of(group: &Group) -> Self {
        match group.kind {
            GroupKind::ExactlyOne => Self::ExactlyOne,
            GroupKind::AtLeastOne => Self::AtLeastOne,
        }
    }
}

fn conditions(message: &Message, field: &Field) -> Vec<(Kind, String)> {
    let part = message.parts.get(field.part);
    let when = part.and_then(|part| part.when.as_ref());
    let own = [
        (Kind::Under, when),
        (Kind::RequiredWhen, field.required_when.as_ref()),
        (Kind::ForbiddenWhen, field.forbidden_when.as_ref()),
        (Kind::PresentWhen, field.present_when.as_ref()),
    ];
    let own = own.into_iter();
    let mut found: Vec<_> = own
        .filter_map(|(kind, when)| Some((kind, when?.to_string())))
        .collect();
    let group = field.group.as_deref().and_then(|name| message.group(name));
    found.extend(group.map(|group| (Kind::of(group), group.members.join(", "))));
    found
}

fn values<'a>(model: &'a Model, field: &Field) -> Option<&'a Enum> {
    match &field.field_type {
        FieldType::Enum(name) => model.enum_named(name),
        _ => None,
    }
}

fn codes_of(model: &Model, interface: &Interface) {
    let codes: Vec<&ErrorCode> = model
        .error_codes
        .iter()
        .filter(|code| code.interfaces.contains(&interface.name))
        .collect();
    if codes.is_empty() {
        return;
    }
    output::line(language().pick("\n错误码", "\nerror codes"));
    let table = codes.iter().fold(Table::plain(2), |table, code| {
        table.row([&*code.code, &code.meaning, said(model, &code.advice)])
    });
    table.print();
}

fn one_code(model: &Model, code: &ErrorCode) {
    let words = language();
    let effect = match code.effect {
        Effect::Refused => words.pick("调用没有产生任何效果", "the call took no effect"),
        Effect::Unknown => words.pick(
            "调用可能已产生效果：先查询，再做其他操作",
            "the call may have taken effect: query before anything else",
        ),
    };
    output::line(format_args!("{} {}", code.code, code.meaning));
    Table::plain(2)
        .row([
            words.pick("接口", "interfaces"),
            &code.interfaces.join(", "),
        ])
        .row([words.pick("效果", "effect"), effect])
        .row([
            words.pick("怎么办", "what to do"),
            said(model, &code.advice),
        ])
        .print();
}

/// An object for each interface, row or code, with both languages.
pub(super) fn json(model: &Model, item: &Item<'_>) {
    match item {
        Item::All => {
            for interface in &model.interfaces {
                object(&interface_json(model, interface, &[]));
            }
            for code in &model.error_codes {
                object(&code_json(model, code));
            }
        }
        Item::Interface(interface, messages) => {
            object(&interface_json(model, interface, messages));
        }
        Item::Fields(rows) => {
            for row in rows {
                let mut field = field_json(model, row.message, row.field);
                field["interface"] = json!(row.interface.name);
                field["message"] = json!(row.message.name);
                object(&field);
            }
        }
        Item::Code(code) => object(&code_json(model, code)),
    }
}

fn interface_json(model: &Model, interface: &Interface, messages: &[&Message]) -> Value {
    let messages = messages.iter().map(|message| {
        let fields = message.distinct_fields();
        let fields: Vec<Value> = fields
            .map(|field| field_json(model, message, field))
            .collect();
        json!({
            "message": message.name, "section": message.section, "signed": message.signed, "fields": fields,
        })
    });
    let messages: Vec<Value> = messages.collect();
    json!({
        "interface": interface.name,
        "section": interface.section,
        "title": interface.title,
        "method": interface.method.as_str(),
        "url": interface.url,
        "doc": interface.doc,
        "doc_zh": model.chinese(&interface.doc),
        "messages": messages,
    })
}

fn field_json(model: &Model, message: &Message, field: &Field) -> Value {
    let conditions = conditions(message, field);
    let conditions: Vec<Value> = conditions
        .into_iter()
        .map(|(kind, text)| json!({ "kind": kind.as_str(), "text": text }))
        .collect();
    let values = values(model, field).map(|known| {
        let values = known.values.iter();
        let values = values.map(|value| json!({ "value": value.value, "label": value.label }));
        values.collect::<Vec<Value>>()
    });
    json!({
        "field": field.name,
        "label": field.label,
        "type": field.wire_type.as_str(),
        "max": field.max,
        "required": field.required,
        "conditions": conditions,
        "aliases": field.aliases,
        "values": values,
        "personal": field.personal,
        "secret": field.secret,
        "section": message.section,
        "doc": field.doc,
        "doc_zh": model.chinese(&field.doc),
    })
}

fn code_json(model: &Model, code: &ErrorCode) -> Value {
    let effect = match code.effect {
        Effect::Refused => "refused",
        Effect::Unknown => "unknown",
    };
    json!({
        "error": code.code,
        "name": code.name,
        "meaning": code.meaning,
        "interfaces": code.interfaces,
        "effect": effect,
        "advice": code.advice,
        "advice_zh": model.chinese(&code.advice),
    })
}
