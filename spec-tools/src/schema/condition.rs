//! Conditions as schemas: what holds is what validates.

use serde_json::{Value, json};

use signed_xml_codegen::model::{Comparison, Condition, Field, Term};

use super::Place;

/// The schema that validates just when `condition` holds; `None` for what JSON Schema cannot say.
pub(super) fn schema(condition: &Condition, place: &Place<'_>) -> Option<Value> {
    Some(match condition {
        Condition::All(parts) => json!({ "allOf": schemas(parts, place)? }),
        Condition::Any(parts) => json!({ "anyOf": schemas(parts, place)? }),
        Condition::Not(inner) => json!({ "not": schema(inner, place)? }),
        Condition::Implies(a, b) => json!({ "if": schema(a, place)?, "then": schema(b, place)? }),
        Condition::Present(field) => present(field, place),
        Condition::Is { field, values } => match values.as_slice() {
            [value] => each_name(field, place, &json!({ "const": value })),
            values => each_name(field, place, &json!({ "enum": values })),
        },
        Condition::Compare {
            left,
            comparison,
            right,
        } => compare(left, *comparison, right, place)?,
    })
}

fn schemas(conditions: &[Condition], place: &Place<'_>) -> Option<Vec<Value>> {
    conditions.iter().map(|part| schema(part, place)).collect()
}

/// The schema that validates when the field is there; what is empty is not.
pub(super) fn present(field: &str, place: &Place<'_>) -> Value {
    match place.is_sent() {
        // An empty value is refused by its own schema.
        true => json!({ "required": [field] }),
        false => each_name(field, place, &json!({ "minLength": 1 })),
    }
}

/// The schema that validates when the field is there, under its name or an alias, with such a value.
fn each_name(field: &str, place: &Place<'_>, value: &Value) -> Value {
    let one = |name: &str| json!({ "required": [name], "properties": { name: value } });
    let names = names(field, place);
    match names.as_slice() {
        [name] => one(name),
        names => json!({ "anyOf": names.iter().map(|name| one(name)).collect::<Vec<Value>>() }),
    }
}

/// The names under which a value may stand: what we send has no aliases.
fn names<'a>(field: &'a str, place: &'a Place<'_>) -> Vec<&'a str> {
    match place.message.field(field) {
        Some(field) if !place.is_sent() => field.slots().collect(),
        _ => vec![field],
    }
}

/// One number against a fixed one, where that is a matter of its digits. Sums are beyond JSON Schema.
fn compare(
    left: &[Term],
    comparison: Comparison,
    right: &[Term],
    place: &Place<'_>,
) -> Option<Value> {
    let (name, comparison, number) = match (left, right) {
        ([Term::Field(name)], [Term::Number(number)]) => (name, comparison, *number),
        ([Term::Number(number)], [Term::Field(name)]) => (name, turned(comparison), *number),
        _ => return None,
    };
    let field = place.message.field(name)?;
    let (equal, number) = match (comparison, number) {
        (Comparison::Equal, number) => (true, number),
        (Comparison::NotEqual, number) => (false, number),
        (Comparison::Greater, 0) | (Comparison::GreaterOrEqual, 1) => (false, 0),
        (Comparison::LessOrEqual, 0) | (Comparison::Less, 1) => (true, 0),
        _ => return None,
    };
    let digits = match place.is_sent() {
        true => json!({ "pattern": format!("^{number}$") }),
        false => json!({ "pattern": format!(r"^\s*0*{number}\s*$") }),
    };
    let value = if equal {
        digits
    } else {
        json!({ "not": digits })
    };
    let mut schema = json!({ "properties": { name: value } });
    if !holds_when_absent(field, equal, number) {
        schema["required"] = json!([name]);
    }
    Some(schema)
}

/// An absent number is its default.
fn holds_when_absent(field: &Field, equal: bool, number: u64) -> bool {
    field
        .default
        .is_some_and(|default| (default == number) == equal)
}

fn turned(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Less => Comparison::Greater,
        Comparison::LessOrEqual => Comparison::GreaterOrEqual,
        Comparison::Greater => Comparison::Less,
        Comparison::GreaterOrEqual => Comparison::LessOrEqual,
        same @ (Comparison::Equal | Comparison::NotEqual) => same,
    }
}
