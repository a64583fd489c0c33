//! What must hold of a field's attributes, and of the fields together.

use std::collections::BTreeMap;

use proc_macro2::{Ident, Span};
use signed_xml_condition::{INDEX, IndexFault, IndexedName, SECOND_INDEX};
use syn::{LitStr, Type};

use super::kind::{Kind, inside_indexed, inside_option};
use super::{Field, Message};
use crate::parse::field::{FieldAttributes, Supplier};
use crate::problems::Problems;

/// Checks what one field's attributes say against its type and each other.
pub(super) fn field(
    ident: &Ident,
    ty: &Type,
    attributes: &FieldAttributes,
    problems: &mut Problems,
) {
    let optional = inside_option(ty);
    let kind = Kind::of(optional.or(inside_indexed(ty)).unwrap_or(ty));
    if let Some(inner) = optional {
        if inside_option(inner).is_some() {
            problems.report(ty, "a field is there or not: write `Option<T>` once");
        } else if inside_indexed(inner).is_some() {
            problems.report(
                ty,
                "without an element an `Indexed` is empty: write `Indexed<T>` without `Option`",
            );
        }
    }
    if let Some(label) = attributes
        .label
        .as_ref()
        .filter(|label| label.value().trim().is_empty())
    {
        problems.report(
            label,
            "the label is empty: write the field's name in the document",
        );
    }
    limits(ident, kind, attributes, problems);
    if inside_indexed(ty).is_some() {
        return indexed(ident, attributes, problems);
    }
    if let Some(default) = attributes.default
        && optional.is_none()
    {
        problems.report_at(default.span, format_args!("`default` is what an absent field counts as, and `{ident}` is always there: make it an `Option` or remove `default`"));
    }
    supplied(ident, optional.is_some(), attributes, problems);
    for name in &attributes.groups {
        if optional.is_none() {
            problems.report(
                &name.name,
                format_args!("`{ident}` is in a group, so it can be absent: make it an `Option`"),
            );
        }
        if attributes.supplied.is_some() {
            problems.report(&name.name, format_args!("a group is what the caller chooses from, and `{ident}` is supplied: remove one of the two"));
        }
    }
    for (condition, key) in [
        (&attributes.required_when, "required_when"),
        (&attributes.forbidden_when, "forbidden_when"),
    ] {
        if condition.is_some() && optional.is_none() {
            problems.report(
                ty,
                format_args!(
                    "`{key}` is for a field that can be absent: make `{ident}` an `Option`"
                ),
            );
        }
    }
}

/// Checks a field with an index: keys for a field that stands once have no meaning for it.
fn indexed(ident: &Ident, attributes: &FieldAttributes, problems: &mut Problems) {
    let keys = [
        ("default", attributes.default.map(|default| default.span)),
        ("alias", attributes.aliases.first().map(LitStr::span)),
        (
            "supplied",
            attributes.supplied.map(|supplied| supplied.span),
        ),
        ("required", attributes.required),
        ("from", attributes.from.as_ref().map(LitStr::span)),
        ("value", attributes.value.as_ref().map(LitStr::span)),
        (
            "a group",
            attributes.groups.first().map(|group| group.name.span()),
        ),
    ];
    for (key, span) in keys {
        if let Some(span) = span {
            problems.report_at(span, format_args!("`{ident}` stands any number of times, and {key} is for a field that stands once: remove it"));
        }
    }
    for (condition, key) in [
        (&attributes.required_when, "required_when"),
        (&attributes.forbidden_when, "forbidden_when"),
    ] {
        if condition.is_some() {
            problems.report(ident, format_args!("`{ident}` stands any number of times, and `{key}` is for a field that stands once: remove it"));
        }
    }
}

fn limits(ident: &Ident, kind: Kind, attributes: &FieldAttributes, problems: &mut Problems) {
    if let Some(max) = attributes.max {
        if kind.is_number() {
            problems.report_at(
                max.span,
                format_args!("`max` is the length of a text, and `{ident}` is a number: remove it"),
            );
        } else if max.value == 0 {
            problems.report_at(
                max.span,
                "`max = 0` leaves no room for a value: write the greatest length, or remove it",
            );
        }
    }
    if let (Some(length), None) = (attributes.length, attributes.max) {
        problems.report_at(
            length.span,
            "`length` says what `max` counts: add `max = …` or remove it",
        );
    }
    if let Some(min) = attributes.min
        && kind == Kind::Text
    {
        problems.report_at(
            min.span,
            format_args!("`min` is the least number allowed, and `{ident}` is a text: remove it"),
        );
    }
    if let Some(default) = attributes.default
        && kind == Kind::Text
    {
        problems.report_at(
            default.span,
            format_args!(
                "`default` is a number that rules count with, and `{ident}` is a text: remove it"
            ),
        );
    }
    if let Some(format) = attributes.format
        && kind != Kind::Text
    {
        problems.report_at(
            format.span,
            format_args!(
                "`format` is the form of a `Text`, and the type of `{ident}` has its own: remove it"
            ),
        );
    }
}

fn supplied(ident: &Ident, optional: bool, attributes: &FieldAttributes, problems: &mut Problems) {
    let Some(supplied) = attributes.supplied else {
        if let Some(span) = attributes.required {
            problems.report_at(span, format_args!("`required` is for a supplied field: to require `{ident}` of the caller, remove the `Option` around its type"));
        }
        for (literal, key, supplier) in [
            (&attributes.from, "from", "merchant"),
            (&attributes.value, "value", "client"),
        ] {
            if let Some(literal) = literal {
                problems.report(
                    literal,
                    format_args!("`{key}` is for a field with `supplied = {supplier}`: add it"),
                );
            }
        }
        return;
    };
    if !optional {
        problems.report_at(
            supplied.span,
            format_args!(
                "a supplied field is absent until the message is sent: make `{ident}` an `Option`"
            ),
        );
    }
    if supplied.value == Supplier::Client
        && let Some(from) = &attributes.from
    {
        problems.report(
            from,
            "`from` names a key of the merchant profile: write `supplied = merchant` or remove it",
        );
    }
    if supplied.value == Supplier::Merchant
        && let Some(value) = &attributes.value
    {
        problems.report(
            value,
            "`value` is a constant that the client sends: write `supplied = client` or remove it",
        );
    }
}

/// Checks that a signed message has a place for the signature. Without one, a received signature
/// would pass for an unknown field.
pub(super) fn signature(message: &Message, problems: &mut Problems) {
    if !message.signed {
        return;
    }
    match message.fields.iter().find(|field| field.signature) {
        Some(field) if field.is_demanded() => problems.report(
            &field.ident,
            "the signature is checked before the message is read and computed after it is made: make `sign` an `Option`",
        ),
        Some(_) => {}
        None => problems.report(
            &message.ident,
            format_args!("`{}` is signed and has no field `sign`: add `#[field(label = \"签名\", supplied = client)] sign: Option<Text>`, or write `unsigned` in its `#[message(…)]`", message.ident),
        ),
    }
}

/// Checks what needs more than one field: names and groups.
pub(super) fn check(message: &Message, problems: &mut Problems) {
    names(message, problems);
    for group in &message.groups {
        if let [only] = group.members[..] {
            let field = &message.fields[only].ident;
            problems.report(&group.name, format_args!("the group `{}` has one member, `{field}`: name the group at the other fields too, or make the field required", group.name));
        }
    }
}

fn names(message: &Message, problems: &mut Problems) {
    let mut seen: BTreeMap<String, Ident> = BTreeMap::new();
    for field in &message.fields {
        let own = [(field.name.clone(), field.name_span)];
        let aliases = field
            .aliases
            .iter()
            .map(|alias: &LitStr| (alias.value(), alias.span()));
        for (name, span) in own.into_iter().chain(aliases) {
            match IndexedName::of(&name) {
                Some(parsed) if field.is_indexed() => indexed_name(field, parsed, span, problems),
                None if field.is_indexed() => problems.report_at(span, format_args!("`{}` is `Indexed`, so its wire name ends in the number: write `name = \"{name}_{INDEX}\"`", field.ident)),
                Some(Ok(_)) => problems.report_at(span, format_args!("`{name}` ends in a number, so there can be many of it: make `{}` an `Indexed`", field.ident)),
                _ => name_is_xml(&name, span, problems),
            }
            if let Some(earlier) = seen.get(&name) {
                problems.report_at(span, format_args!("the wire name `{name}` belongs to the field `{earlier}` already: a name has one meaning in a message"));
            } else {
                seen.insert(name, field.ident.clone());
            }
        }
    }
    elements(message, problems);
}

/// Checks that no element of a field with an index has the name of another field.
fn elements(message: &Message, problems: &mut Problems) {
    for field in &message.fields {
        let Some(Ok(indexed)) = IndexedName::of(&field.name) else {
            continue;
        };
        for other in &message.fields {
            if other.ident == field.ident {
                continue;
            }
            let own = [(other.name.clone(), other.name_span)];
            let aliases = other
                .aliases
                .iter()
                .map(|alias| (alias.value(), alias.span()));
            for (name, span) in own.into_iter().chain(aliases) {
                if indexed.takes(&name) {
                    problems.report_at(span, format_args!("the wire name `{name}` is an element of the field `{}` already: a name has one meaning in a message", field.ident));
                }
            }
        }
    }
}

/// The numbers of the name can be read, and the type has as many.
fn indexed_name(
    field: &Field,
    parsed: Result<IndexedName<'_>, IndexFault>,
    span: Span,
    problems: &mut Problems,
) {
    let name = &field.name;
    match parsed {
        Err(IndexFault::BesideDigit) => problems.report_at(span, format_args!("`{name}` has a digit beside a number, so it is not clear where the number begins: write another character between them")),
        Err(IndexFault::Misplaced) => problems.report_at(span, format_args!("`{name}` is not a wire name with a number: write `name = \"item_{INDEX}\"`, or `name = \"item_{INDEX}_{SECOND_INDEX}\"` for two")),
        Ok(IndexedName { between, .. }) => match (between, &field.index) {
            (Some(_), None) => problems.report_at(span, format_args!("`{name}` has two numbers: make `{}` an `Indexed<…, (u32, u32)>`", field.ident)),
            (None, Some(_)) => problems.report_at(span, format_args!("`{name}` has one number: make `{}` an `Indexed` without a second type", field.ident)),
            _ => {}
        },
    }
}

fn name_is_xml(name: &str, span: Span, problems: &mut Problems) {
    let starts = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if !starts
        || !name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
    {
        problems.report_at(span, format_args!("`{name}` is not a wire name: it starts with a letter or `_` and holds letters, digits, `_`, `-` and `.`"));
    }
}
