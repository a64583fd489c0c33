//! One row of a table: what the document prints, what it means, what it depends on.

use signed_xml_codegen::model::{
    Field, FieldType, Format, GroupKind, LengthUnit, Message, Supplier,
};

use super::prose::{Html, Scope, escaped};
use super::words::{Language, Words};
use super::{Ruling, address, condition, rulings};

/// A field as a row.
pub(super) struct Row<'a> {
    pub(super) anchor: String,
    pub(super) name: &'a str,
    pub(super) label: &'a str,
    /// Type and length as printed: `String32`.
    pub(super) printed: String,
    /// What that is, in words.
    pub(super) kind: Html,
    pub(super) need: Need,
    /// The document's own mark where it says something else.
    pub(super) mark: Option<&'a str>,
    /// Words of a mark, such as personal.
    pub(super) tags: Vec<(&'static str, &'static str)>,
    pub(super) doc: Html,
    pub(super) facts: Vec<Fact>,
    /// Values and labels of its enum.
    pub(super) values: Vec<(&'a str, &'a str)>,
    pub(super) rulings: Vec<Ruling>,
}

/// Whether a field must be there.
pub(super) struct Need {
    pub(super) class: &'static str,
    pub(super) word: &'static str,
}

/// Something that holds of an item.
pub(super) struct Fact {
    pub(super) word: &'static str,
    pub(super) text: Html,
}

impl<'a> Row<'a> {
    /// The row of `field`; rulings in `shown` are not shown again.
    pub(super) fn of(
        field: &'a Field,
        message: &'a Message,
        language: Language,
        scope: Scope<'a>,
        shown: &mut Vec<String>,
    ) -> Self {
        let w = language.words();
        let values = match &field.field_type {
            FieldType::Enum(name) => scope.model.enum_named(name).map(|found| &found.values),
            _ => None,
        };
        let values = values.into_iter().flatten();
        Self {
            anchor: address::row(message, field),
            name: &field.name,
            label: &field.label,
            printed: field.printed_type(),
            kind: kind(field, &w, scope),
            need: need(field, message, &w),
            mark: mark(field, &w),
            tags: tags(field, &w),
            doc: scope.prose(&field.doc),
            facts: facts(field, message, language, scope),
            values: values
                .filter(|value| scope.model.is_current(&value.history))
                .map(|value| (value.value.as_str(), value.label.as_str()))
                .collect(),
            rulings: rulings(&field.errata, scope, shown),
        }
    }
}

/// Type and length in words.
fn kind(field: &Field, w: &Words, scope: Scope<'_>) -> Html {
    let word = match (&field.field_type, field.format) {
        (FieldType::Enum(name), _) => {
            let href = format!("{}{}", scope.home, address::enumeration(name));
            return Html(format!("<a href=\"{href}\">{}</a>", escaped(name)));
        }
        (FieldType::Structure(name), _) => {
            let word = escaped(w.structure);
            return Html(format!("<a href=\"#{}\">{word}</a>", escaped(name)));
        }
        (FieldType::Text, Some(Format::Url)) => w.url,
        (FieldType::Text, Some(Format::Md5)) => w.md5,
        (FieldType::Text, Some(Format::Json)) => w.json,
        (FieldType::Text, None) => w.text,
        (FieldType::Number, _) => w.number,
        (FieldType::Fen, _) => w.fen,
        (FieldType::Seconds, _) => w.seconds,
        (FieldType::Ipv4, _) => w.ipv4,
        (FieldType::Time, _) => w.time,
        (FieldType::Date, _) => w.date,
        (FieldType::IdDigest, _) => w.id_digest,
    };
    let is_free = matches!(field.field_type, FieldType::Text);
    let length = field.max.filter(|_| is_free).map(|max| {
        let unit = match field.length_unit {
            LengthUnit::Chars => w.characters,
            LengthUnit::Bytes => w.bytes,
        };
        let comma = if w.lang == "en" { ", " } else { "，" };
        format!("{comma}{} {max} {unit}", w.at_most)
    });
    Html(escaped(word) + &escaped(&length.unwrap_or_default()))
}

fn need(field: &Field, message: &Message, w: &Words) -> Need {
    let group = field.group.as_ref().and_then(|name| message.group(name));
    let sent = message.kind.is_sent();
    let (class, word) = match group.map(|group| group.kind) {
        Some(GroupKind::ExactlyOne) => ("some", w.one_of_group),
        Some(GroupKind::AtLeastOne) => ("some", w.some_of_group),
        None if field.repeated => ("may", w.repeated),
        None if field.demanded && sent => ("must", w.required),
        None if field.demanded => ("must", w.always),
        None if field.required_when.is_some() => ("some", w.conditional),
        None if field.present_when.is_some() => ("some", w.when_given),
        None if sent || !field.required => ("may", w.optional),
        None => ("may", w.maybe),
    };
    Need { class, word }
}

/// What the document prints in its column, where that is not what holds here.
fn mark<'a>(field: &'a Field, w: &Words) -> Option<&'a str> {
    match &field.mark {
        Some(mark) if mark.is_empty() => Some(w.printed_empty),
        Some(mark) => Some(mark),
        None if field.required != field.demanded || field.group.is_some() => {
            Some(if field.required { "Y" } else { "N" })
        }
        None => None,
    }
}

fn tags(field: &Field, w: &Words) -> Vec<(&'static str, &'static str)> {
    let mut tags = Vec::new();
    tags.extend(field.secret.then_some(("secret", w.secret)));
    tags.extend(field.personal.then_some(("personal", w.personal)));
    tags
}

/// Who supplies a field, what it depends on, its limits, other names, versions.
fn facts(field: &Field, message: &Message, language: Language, scope: Scope<'_>) -> Vec<Fact> {
    let w = language.words();
    let mut facts = Vec::new();
    let mut add = |word, text: String| {
        facts.push(Fact {
            word,
            text: Html(text),
        })
    };
    let code = |text: &str| format!("<code>{}</code>", escaped(text));
    match &field.supplier {
        _ if !message.kind.is_sent() => {}
        Supplier::Caller => {}
        Supplier::Merchant(key) => add(w.by_merchant, code(key)),
        Supplier::Client => add(w.by_client, String::new()),
        Supplier::Constant(value) => add(w.constant, code(value)),
    }
    let group = field.group.as_ref().and_then(|name| message.group(name));
    if let Some(group) = group {
        let members: Vec<String> = group
            .members
            .iter()
            .map(|name| scope.code(name).0)
            .collect();
        let anchor = escaped(&address::group(message, &group.name));
        let word = escaped(match group.kind {
            GroupKind::ExactlyOne => w.one_of,
            GroupKind::AtLeastOne => w.some_of,
        });
        let members = members.join(w.comma);
        add(
            w.group,
            format!("<a href=\"#{anchor}\">{word}</a> {members}"),
        );
    }
    let conditions = [
        (w.required_when, &field.required_when),
        (w.forbidden_when, &field.forbidden_when),
        (w.present_when, &field.present_when),
    ];
    for (word, condition) in conditions {
        if let Some(condition) = condition {
            add(word, condition::words(condition, language, scope).0);
        }
    }
    if let Some(least) = field.min {
        add(w.least, code(&least.to_string()));
    }
    if let Some(default) = field.default {
        add(w.default, code(&default.to_string()));
    }
    if !field.aliases.is_empty() {
        let aliases: Vec<String> = field.aliases.iter().map(|alias| code(alias)).collect();
        add(w.aliases, aliases.join(w.comma));
    }
    facts.extend(versions(&field.history, &w, scope));
    facts
}

/// Which versions of the document have an item, and what is undecided about it.
pub(super) fn versions(
    history: &signed_xml_codegen::model::History,
    w: &Words,
    scope: Scope<'_>,
) -> Vec<Fact> {
    let mut facts = Vec::new();
    let ends = [(w.since, &history.since), (w.until, &history.until)];
    for (word, version) in ends {
        if let Some(version) = version {
            let anchor = escaped(&address::version(version));
            let href = format!("{}{}#{anchor}", scope.home, address::VERSIONS);
            let text = Html(format!("<a href=\"{href}\">V{}</a>", escaped(version)));
            facts.push(Fact { word, text });
        }
    }
    if let Some(undecided) = &history.undecided {
        let text = scope.prose(undecided);
        facts.push(Fact {
            word: w.undecided,
            text,
        });
    }
    facts
}
