//! Resolves one field row: its type, its supplier, what we demand of it.
//!
//! Conditions and groups need the other fields of the message and follow in `message`.

use crate::model::{
    Field, FieldType, Format, INDEX, LengthUnit, MessageKind, SuppliedBy, Supplier, WireType,
};
use crate::read::tree::{FieldRow, Unit};
use crate::source::Spanned;

use super::context::Context;
use super::indexed;
use super::names::{is_xml_name, rust_name};
use super::problem::{self, Claim};

/// What the generic client keeps of a merchant, by key.
const PROFILE_KEYS: &[&str] = &[
    "appid",
    "mch_id",
    "sub_appid",
    "sub_mch_id",
    "app_secret",
    "sign_type",
];

/// The words of `format`.
const FORMATS: &[&str] = &["ipv4", "time", "date", "md5", "id_digest", "url", "json"];

/// Where a row stands.
pub(super) struct Place<'a> {
    pub(super) kind: MessageKind,
    pub(super) signed: bool,
    pub(super) part: usize,
    /// Names of the structures of the interface.
    pub(super) structures: &'a [String],
    /// True if an erratum of the part or the message covers its rows.
    pub(super) covered: bool,
}

pub(super) fn resolve(row: &FieldRow, place: &Place<'_>, context: &mut Context<'_>) -> Field {
    check_names(row, context);
    let wire_type = wire_type(row, context);
    check_keys(row, wire_type, context);
    let (field_type, format) = field_type(row, wire_type, place.structures, context);
    let demanded = demanded(row, place, context);
    if row.name.value.contains(INDEX) {
        indexed::check_keys(row, demanded, context);
    }
    Field {
        name: row.name.value.clone(),
        rust_name: rust_name_of(row, context),
        label: row.label.clone(),
        wire_type,
        max: row
            .max
            .as_ref()
            .and_then(|max| u32::try_from(max.value).ok()),
        length_unit: row
            .length_unit
            .as_ref()
            .map_or(LengthUnit::Chars, |unit| unit.value),
        required: row.required,
        mark: row.mark.clone(),
        demanded,
        field_type,
        listed: listed(row, context),
        format,
        min: row.min.as_ref().map(|min| min.value),
        default: row.default.as_ref().map(|default| default.value),
        required_when: None,
        forbidden_when: None,
        present_when: None,
        supplier: supplier(row, place.kind, context),
        group: None,
        part: place.part,
        repeated: row.repeated,
        secret: row.secret,
        personal: row.personal,
        aliases: row
            .aliases
            .iter()
            .map(|alias| alias.value.clone())
            .collect(),
        history: context.history(&row.history),
        errata: context.errata(&row.errata),
        doc: row.doc.clone(),
        span: row.span,
    }
}

fn check_names(row: &FieldRow, context: &mut Context<'_>) {
    let name = match row.name.value.contains('$') {
        true => {
            indexed::check_name(row, context);
            None
        }
        false => Some(&row.name),
    };
    for name in name.into_iter().chain(&row.aliases) {
        if !is_xml_name(&name.value) {
            context.report(problem::not_an_xml_name(name));
        }
    }
}

/// The name that the row gives, or the one that follows from the wire name.
fn rust_name_of(row: &FieldRow, context: &mut Context<'_>) -> String {
    let Some(name) = &row.rust else {
        return rust_name(&row.name.value);
    };
    context.snake_name(name, "the Rust name of a field");
    name.value.clone()
}

fn wire_type(row: &FieldRow, context: &mut Context<'_>) -> WireType {
    let Some(word) = &row.field_type else {
        context.unsure.insert(row.name.value.clone());
        return WireType::Text;
    };
    let found = WireType::WORDS
        .iter()
        .find(|(known, _)| *known == word.value);
    if let Some((_, wire_type)) = found {
        return *wire_type;
    }
    let known = WireType::WORDS.iter().map(|(known, _)| *known);
    context.report(problem::unknown::field_type(word, known));
    context.unsure.insert(row.name.value.clone());
    WireType::Text
}

/// Keys that the type does not allow.
fn check_keys(row: &FieldRow, wire_type: WireType, context: &mut Context<'_>) {
    let known = row.field_type.as_ref().map(|word| word.value.as_str());
    let known = WireType::WORDS.iter().any(|(word, _)| Some(*word) == known);
    if !known {
        return;
    }
    if wire_type == WireType::Text {
        if let Some(max) = row.max.as_ref().filter(|max| max.value == 0) {
            context.report(problem::no_room(row, max.span));
        }
        let keys = [
            ("min", row.min.as_ref().map(|min| min.span)),
            ("default", row.default.as_ref().map(|default| default.span)),
            ("unit", row.unit.as_ref().map(|unit| unit.span)),
        ];
        for (key, span) in keys {
            if let Some(span) = span {
                context.report(problem::number_key_on_text(row, key, span));
            }
        }
        return;
    }
    let keys = [
        ("max", row.max.as_ref().map(|max| max.span)),
        (
            "length_unit",
            row.length_unit.as_ref().map(|unit| unit.span),
        ),
    ];
    for (key, span) in keys {
        if let Some(span) = span {
            context.report(problem::length_on_number(row, wire_type, key, span));
        }
    }
}

/// The type of ours, and the form that remains to be checked.
fn field_type(
    row: &FieldRow,
    wire_type: WireType,
    structures: &[String],
    context: &mut Context<'_>,
) -> (FieldType, Option<Format>) {
    let text = wire_type == WireType::Text;
    check_exclusive(row, text, context);
    if let Some(name) = &row.structure {
        known_structure(name, structures, context);
        return (FieldType::Structure(name.value.clone()), None);
    }
    if let Some(name) = &row.enum_name {
        known_enum(name, context);
        return (FieldType::Enum(name.value.clone()), None);
    }
    if let Some(format) = &row.format {
        return format_type(format, context);
    }
    match row.unit.as_ref().map(|unit| unit.value) {
        _ if text => (FieldType::Text, None),
        Some(Unit::Fen) => (FieldType::Fen, None),
        Some(Unit::Seconds) => (FieldType::Seconds, None),
        None => (FieldType::Number, None),
    }
}

/// Reports keys that each say what the field holds and so exclude each other.
fn check_exclusive(row: &FieldRow, text: bool, context: &mut Context<'_>) {
    let json = row
        .format
        .as_ref()
        .is_some_and(|format| format.value == "json");
    let number = if text { None } else { row.field_type.as_ref() };
    let claims: Vec<Claim> = [
        ("enum", row.enum_name.as_ref().map(|name| name.span)),
        ("structure", row.structure.as_ref().map(|name| name.span)),
        (
            "format",
            row.format
                .as_ref()
                .filter(|_| !(json && row.structure.is_some()))
                .map(|format| format.span),
        ),
        (
            "unit",
            row.unit.as_ref().filter(|_| !text).map(|unit| unit.span),
        ),
    ]
    .into_iter()
    .filter_map(|(key, span)| Some((key, span?)))
    .collect();
    if let [first, second, ..] = claims[..] {
        context.report(problem::two_claims(row, first, second));
    } else if let (Some(number), [claim @ ("structure" | "format", _)]) = (number, &claims[..]) {
        context.report(problem::text_claim_on_number(row, *claim, number.span));
    }
    let limit = row.min.as_ref().or(row.default.as_ref());
    if let (Some(limit), Some(name)) = (limit, &row.enum_name) {
        context.report(problem::range_of_enum(row, limit.span, name.span));
    }
}

/// The values that the document lists in this row, which must be values of its enum.
fn listed(row: &FieldRow, context: &mut Context<'_>) -> Vec<String> {
    let Some(first) = row.listed.first() else {
        return Vec::new();
    };
    let Some(name) = &row.enum_name else {
        context.report(problem::listed_without_enum(row, first.span));
        return Vec::new();
    };
    if let Some(item) = context.enums.iter().find(|item| item.name == name.value) {
        let known: Vec<String> = item
            .values
            .iter()
            .map(|value| value.value.clone())
            .collect();
        for value in &row.listed {
            if !known.contains(&value.value) {
                context.report(problem::unknown::listed_value(&name.value, value, &known));
            }
        }
    }
    row.listed.iter().map(|value| value.value.clone()).collect()
}

fn known_structure(name: &Spanned<String>, structures: &[String], context: &mut Context<'_>) {
    if !structures.contains(&name.value) {
        context.report(problem::unknown::structure(name, structures));
    }
}

/// Reports an enum that is not there; marks the others as used.
pub(super) fn known_enum(name: &Spanned<String>, context: &mut Context<'_>) {
    if context.enums.iter().any(|item| item.name == name.value) {
        context.used_enums.insert(name.value.clone());
        return;
    }
    let known = context.enums.iter().map(|item| item.name.as_str());
    let found = problem::unknown::open_enum(name, known);
    context.report(found);
}

fn format_type(format: &Spanned<String>, context: &mut Context<'_>) -> (FieldType, Option<Format>) {
    match format.value.as_str() {
        "ipv4" => (FieldType::Ipv4, None),
        "time" => (FieldType::Time, None),
        "date" => (FieldType::Date, None),
        "id_digest" => (FieldType::IdDigest, None),
        "md5" => (FieldType::Text, Some(Format::Md5)),
        "url" => (FieldType::Text, Some(Format::Url)),
        "json" => (FieldType::Text, Some(Format::Json)),
        _ => {
            context.report(problem::unknown::format(format, FORMATS.iter().copied()));
            (FieldType::Text, None)
        }
    }
}

/// Our ruling: what a message cannot be without.
fn demanded(row: &FieldRow, place: &Place<'_>, context: &mut Context<'_>) -> bool {
    let Some(demand) = &row.demand else {
        let conditional = row.required_when.is_some()
            || row.forbidden_when.is_some()
            || row.present_when.is_some()
            || row.default.is_some();
        // The signature is judged before a message is read, never by the reader.
        let signature = place.signed && !place.kind.is_sent() && row.name.value == "sign";
        return row.required && !conditional && !signature;
    };
    if demand.value != row.required && row.errata.is_empty() && !place.covered {
        context.report(problem::demand_without_erratum(row, demand.span));
    }
    let keys = [
        ("default", row.default.as_ref().map(|it| it.span)),
        (
            "required_when",
            row.required_when.as_ref().map(|it| it.span),
        ),
        (
            "forbidden_when",
            row.forbidden_when.as_ref().map(|it| it.span),
        ),
    ];
    let absent_sometimes = keys
        .into_iter()
        .filter_map(|(key, span)| Some((key, span?)));
    for (key, span) in absent_sometimes.filter(|_| demand.value) {
        let found = problem::demanded_and_conditional(row, key, span, demand.span);
        context.report(found);
    }
    demand.value
}

fn supplier(row: &FieldRow, kind: MessageKind, context: &mut Context<'_>) -> Supplier {
    let Some(word) = &row.supplied_by else {
        for (key, asks, place) in [
            ("from", "merchant", &row.from),
            ("value", "client", &row.value),
        ] {
            if let Some(place) = place {
                context.report(problem::lacks_supplier(row, key, asks, place.span));
            }
        }
        return Supplier::Caller;
    };
    if !kind.is_sent() {
        context.report(problem::supplied_in_reply(row, word.span));
        return Supplier::Caller;
    }
    match word.value {
        SuppliedBy::Caller => Supplier::Caller,
        SuppliedBy::Client => match &row.value {
            Some(value) => Supplier::Constant(value.value.clone()),
            None => Supplier::Client,
        },
        SuppliedBy::Merchant => {
            let key = row.from.as_ref().unwrap_or(&row.name);
            if !PROFILE_KEYS.contains(&key.value.as_str()) {
                context.report(problem::unknown::profile_key(key, PROFILE_KEYS));
            }
            Supplier::Merchant(key.value.clone())
        }
    }
}
