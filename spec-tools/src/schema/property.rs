//! The schema of one value.

use serde_json::{Map, Value, json};

use signed_xml_codegen::model::{Field, FieldType, Format, LengthUnit, Supplier, WireType};

use super::{Place, file_name};

const OCTET: &str = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
const DAY: &str = "[0-9]{4}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])";
const CLOCK: &str = "([01][0-9]|2[0-3])[0-5][0-9][0-5][0-9]";
/// Also read, never written.
const TIME_WITH_SEPARATORS: &str =
    "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01]) ([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]";

/// The schema of the values that `field` can have.
pub(super) fn schema(field: &Field, place: &Place<'_>) -> Value {
    let mut schema = Map::new();
    schema.insert("title".to_owned(), field.label.as_str().into());
    if !field.doc.is_empty() {
        schema.insert("description".to_owned(), place.both(&field.doc));
    }
    let remarks = remarks(field, place);
    if !remarks.is_empty() {
        schema.insert("$comment".to_owned(), remarks.join(" ").into());
    }
    if place.is_past(field.history.until.as_deref()) {
        schema.insert("deprecated".to_owned(), true.into());
    }
    let whole = field.is_number() && place.is_json();
    schema.insert(
        "type".to_owned(),
        if whole {
            json!(["string", "integer"])
        } else {
            json!("string")
        },
    );
    if whole {
        schema.insert("minimum".to_owned(), 0.into());
        schema.insert("maximum".to_owned(), greatest(field.wire_type).into());
    }
    schema.extend(values(field, place));
    if let Some(default) = field.default {
        schema.insert("default".to_owned(), default.to_string().into());
    }
    Value::Object(schema)
}

/// What the keywords do not say.
fn remarks(field: &Field, place: &Place<'_>) -> Vec<String> {
    let mut remarks = Vec::new();
    if let Some(max) = field
        .max
        .filter(|_| place.is_sent() && field.length_unit == LengthUnit::Bytes)
    {
        remarks.push(format!("At most {max} bytes of UTF-8."));
    }
    if place.is_sent() && field.is_number() {
        remarks.push(format!("At most {}.", greatest(field.wire_type)));
    }
    if let Some(min) = field.min.filter(|min| place.is_sent() && *min > 1) {
        remarks.push(format!("At least {min}."));
    }
    if let Some(unit) = field.unit() {
        remarks.push(format!("In {unit}."));
    }
    if let Some(condition) = &field.present_when {
        remarks.push(format!("Present when {condition}."));
    }
    remarks
}

/// The keywords that limit the values.
fn values(field: &Field, place: &Place<'_>) -> Map<String, Value> {
    let object = |value: Value| match value {
        Value::Object(keywords) => keywords,
        _ => Map::new(),
    };
    if let (Supplier::Constant(value), true) = (&field.supplier, place.is_sent()) {
        return object(json!({ "const": value }));
    }
    let sent = place.is_sent();
    let form = match &field.field_type {
        FieldType::Enum(name) => {
            let mut keywords = if sent {
                Map::new()
            } else {
                length(field, place)
            };
            keywords.extend(object(enum_values(name, place)));
            return keywords;
        }
        FieldType::Structure(name) => {
            let reference = file_name(place.interface, name);
            let mut keywords = length(field, place);
            keywords.extend(object(json!({
                "contentMediaType": "application/json",
                "contentSchema": { "$ref": reference },
            })));
            return keywords;
        }
        FieldType::Text => match field.format {
            None => return length(field, place),
            Some(Format::Json) => {
                let mut keywords = length(field, place);
                keywords.insert("contentMediaType".to_owned(), "application/json".into());
                return keywords;
            }
            // What comes is any text: its form is judged when it is sent.
            Some(_) if !sent => return length(field, place),
            Some(Format::Url) => r"https?://[^/\s]\S*".to_owned(),
            Some(Format::Md5) => "[0-9A-Fa-f]{32}".to_owned(),
        },
        FieldType::Number | FieldType::Fen | FieldType::Seconds => number(field, sent),
        FieldType::Ipv4 => format!(r"({OCTET}\.){{3}}{OCTET}"),
        FieldType::Time if sent => format!("{DAY}{CLOCK}"),
        FieldType::Time => format!("{DAY}{CLOCK}|{TIME_WITH_SEPARATORS}"),
        FieldType::Date => DAY.to_owned(),
        FieldType::IdDigest => "[0-9a-f]{32}".to_owned(),
    };
    let mut keywords = length(field, place);
    let pattern = match sent {
        true => {
            // The form leaves no room for an empty value.
            keywords.shift_remove("minLength");
            format!("^{form}$")
        }
        // What is empty counts as absent.
        false => format!("^({form})?$"),
    };
    keywords.insert("pattern".to_owned(), pattern.into());
    keywords
}

fn length(field: &Field, place: &Place<'_>) -> Map<String, Value> {
    let mut keywords = Map::new();
    let always = field.demanded
        && place
            .message
            .parts
            .get(field.part)
            .is_none_or(|part| part.when.is_none());
    if place.is_sent() || (always && field.aliases.is_empty()) {
        keywords.insert("minLength".to_owned(), 1.into());
    }
    if let Some(max) = field.max.filter(|_| place.is_sent()) {
        keywords.insert("maxLength".to_owned(), max.into());
    }
    keywords
}

fn number(field: &Field, sent: bool) -> String {
    if !sent {
        return r"\s*[0-9]+\s*".to_owned();
    }
    let more = greatest(field.wire_type).to_string().len() - 1;
    match field.min {
        Some(1..) => format!("[1-9][0-9]{{0,{more}}}"),
        _ => format!("(0|[1-9][0-9]{{0,{more}}})"),
    }
}

fn enum_values(name: &str, place: &Place<'_>) -> Value {
    let values = place
        .model
        .enum_named(name)
        .map_or(&[][..], |found| &found.values);
    let mut alternatives: Vec<Value> = Vec::new();
    for value in values {
        let mut one = json!({ "const": value.value, "title": value.label });
        if !value.doc.is_empty() {
            one["description"] = place.both(&value.doc);
        }
        if place.is_past(value.history.until.as_deref()) {
            one["deprecated"] = true.into();
        }
        alternatives.push(one);
    }
    if place.is_sent() {
        return json!({ "oneOf": alternatives });
    }
    alternatives.push(json!({ "title": "any other value", "description": "The enum is open: a value that is not known yet is kept." }));
    json!({ "anyOf": alternatives })
}

fn greatest(wire_type: WireType) -> u64 {
    match wire_type {
        WireType::U8 => u8::MAX.into(),
        WireType::U32 => u32::MAX.into(),
        WireType::U64 | WireType::Text => u64::MAX,
    }
}
