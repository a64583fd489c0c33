//! The schema of one message: its properties, and what relates them to each other.

use serde_json::{Map, Value, json};

use signed_xml_codegen::model::{Condition, Field, Group, GroupKind, INDEX, SECOND_INDEX};

use super::{Place, condition, property};

pub(super) fn schema(name: &str, place: &Place<'_>) -> Value {
    let message = place.message;
    let mut unsaid = Vec::new();
    let relations = relations(place, &mut unsaid);
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": name,
        "title": format!("{} {}", place.interface.title, message.name).trim_start(),
    });
    if !message.doc.is_empty() {
        schema["description"] = place.both(&message.doc);
    }
    schema["$comment"] = comment(place, &unsaid).into();
    schema["type"] = "object".into();
    schema["properties"] = properties(place).into();
    let elements = elements(place);
    if !elements.is_empty() {
        schema["patternProperties"] = elements.into();
    }
    let required: Vec<&str> = required(place, 0..message.parts.len())
        .filter(|field| is_plain(field, place))
        .map(|field| field.name.as_str())
        .collect();
    if !required.is_empty() {
        schema["required"] = required.into();
    }
    if !relations.is_empty() {
        schema["allOf"] = relations.into();
    }
    schema["additionalProperties"] = (!place.is_sent()).into();
    schema
}

fn comment(place: &Place<'_>, unsaid: &[String]) -> String {
    let message = place.message;
    let mut comment = format!(
        "Section {} of version {} of the document.",
        message.section, place.model.document
    );
    if message.signed {
        comment.push_str(" Signed: the signature is checked apart from this schema.");
    }
    if !unsaid.is_empty() {
        comment.push_str(&format!(" Not said by this schema: {}.", unsaid.join("; ")));
    }
    comment
}

fn properties(place: &Place<'_>) -> Map<String, Value> {
    let mut properties = Map::new();
    let fields = place.message.distinct_fields();
    for field in fields.filter(|field| !field.is_indexed()) {
        let schema = property::schema(field, place);
        if !place.is_sent() {
            for alias in &field.aliases {
                properties.insert(alias.clone(), schema.clone());
            }
        }
        properties.insert(field.name.clone(), schema);
    }
    properties
}

/// The fields with an index: a pattern for the names of the elements of each.
fn elements(place: &Place<'_>) -> Map<String, Value> {
    let fields = place.message.distinct_fields();
    fields
        .filter(|field| field.is_indexed())
        .map(|field| {
            let number = "(0|[1-9][0-9]{0,9})";
            let name = field.name.replace('.', "\\.").replace(INDEX, number);
            let pattern = format!("^{}$", name.replace(SECOND_INDEX, number));
            (pattern, property::schema(field, place))
        })
        .collect()
}

/// The demanded fields of the parts of these indices.
fn required<'a>(
    place: &'a Place<'_>,
    parts: std::ops::Range<usize>,
) -> impl Iterator<Item = &'a Field> {
    let fields = place.message.distinct_fields();
    fields.filter(move |field| field.demanded && parts.contains(&field.part))
}

/// True if the field is always demanded, under one name.
fn is_plain(field: &Field, place: &Place<'_>) -> bool {
    let part = place.message.parts.get(field.part);
    part.is_none_or(|part| part.when.is_none()) && (place.is_sent() || field.aliases.is_empty())
}

/// Everything that is more than one property's matter; what cannot be said is put into `unsaid`.
fn relations(place: &Place<'_>, unsaid: &mut Vec<String>) -> Vec<Value> {
    let mut relations = parts(place, unsaid);
    if !place.is_sent() {
        // Of what is received only the demanded fields are judged.
        return relations;
    }
    relations.extend(place.message.groups.iter().map(group));
    for field in place.message.distinct_fields() {
        let present = condition::present(&field.name, place);
        let conditions = [
            ("is required when", &field.required_when, present.clone()),
            (
                "is forbidden when",
                &field.forbidden_when,
                json!({ "not": present }),
            ),
        ];
        for (words, when, then) in conditions {
            let Some(when) = when else { continue };
            let said = format!("`{}` {words} {when}", field.name);
            relations.extend(implication(when, then, said, place, unsaid));
        }
    }
    for rule in &place.message.rules {
        match condition::schema(&rule.check, place) {
            Some(mut schema) => {
                schema["$comment"] = place.both(&rule.doc);
                relations.push(schema);
            }
            None => unsaid.push(format!(
                "{} ({})",
                rule.check,
                rule.doc.trim_end_matches('.')
            )),
        }
    }
    relations
}

/// What each part demands under its condition, and what is demanded under several names.
fn parts(place: &Place<'_>, unsaid: &mut Vec<String>) -> Vec<Value> {
    let mut relations = Vec::new();
    for (index, part) in place.message.parts.iter().enumerate() {
        let demanded: Vec<&Field> = required(place, index..index + 1)
            .filter(|field| !is_plain(field, place))
            .collect();
        let present: Vec<Value> = demanded
            .iter()
            .map(|field| condition::present(&field.name, place))
            .collect();
        if present.is_empty() {
            continue;
        }
        let all = json!({ "allOf": present });
        match &part.when {
            None => relations.push(all),
            Some(when) => {
                let names: Vec<String> = demanded
                    .iter()
                    .map(|field| format!("`{}`", field.name))
                    .collect();
                let said = format!("{} must be there when {when}", names.join(", "));
                relations.extend(implication(when, all, said, place, unsaid));
            }
        }
    }
    relations
}

fn implication(
    when: &Condition,
    then: Value,
    said: String,
    place: &Place<'_>,
    unsaid: &mut Vec<String>,
) -> Option<Value> {
    let Some(condition) = condition::schema(when, place) else {
        unsaid.push(said);
        return None;
    };
    Some(json!({ "$comment": said, "if": condition, "then": then }))
}

fn group(group: &Group) -> Value {
    let members: Vec<Value> = group
        .members
        .iter()
        .map(|name| json!({ "required": [name] }))
        .collect();
    let (keyword, words) = match group.kind {
        GroupKind::ExactlyOne => ("oneOf", "Exactly one"),
        GroupKind::AtLeastOne => ("anyOf", "At least one"),
    };
    let comment = format!("{words} of `{}`. {}", group.members.join("`, `"), group.doc);
    json!({ "$comment": comment.trim_end(), keyword: members })
}
