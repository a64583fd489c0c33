//! Words that a table does not have: each with the nearest one that it has.

use crate::diagnostic::{Code, Diagnostic, did_you_mean};
use crate::model::Version;

use super::Text;

/// A word that is not among the known ones.
fn unknown<'a>(
    code: Code,
    word: &Text,
    title: String,
    label: &str,
    known: impl IntoIterator<Item = &'a str> + Clone,
) -> Diagnostic {
    let help = did_you_mean(&word.value, known);
    Diagnostic::new(code, word.span, title, label).help(help)
}

pub(in crate::resolve) fn erratum<'a>(
    id: &Text,
    known: impl IntoIterator<Item = &'a str> + Clone,
) -> Diagnostic {
    let title = format!("unknown erratum `{}`", id.value);
    unknown(
        Code::UNKNOWN_ERRATUM,
        id,
        title,
        "not in `errata.toml`",
        known,
    )
}

pub(in crate::resolve) fn version(version: &Text, known: &[Version]) -> Diagnostic {
    let title = format!("the document has no version `{}`", version.value);
    let label = "not among `versions` of `spec.toml`";
    let known = known.iter().map(|known| known.version.as_str());
    unknown(Code::UNKNOWN_VERSION, version, title, label, known)
}

pub(in crate::resolve) fn field_type<'a>(
    word: &Text,
    known: impl IntoIterator<Item = &'a str> + Clone,
) -> Diagnostic {
    let title = format!("unknown type `{}`", word.value);
    unknown(
        Code::UNKNOWN_TYPE,
        word,
        title,
        "not a type of the spec language",
        known,
    )
}

pub(in crate::resolve) fn column_type<'a>(
    word: &Text,
    known: impl IntoIterator<Item = &'a str> + Clone,
) -> Diagnostic {
    let title = format!("unknown column type `{}`", word.value);
    let label = "neither a column type nor an enum";
    unknown(Code::UNKNOWN_TYPE, word, title, label, known)
}

pub(in crate::resolve) fn enum_of_type(word: &Text) -> Diagnostic {
    let title = format!("an enum cannot be of type `{}`", word.value);
    Diagnostic::new(Code::UNKNOWN_TYPE, word.span, title, "`string` or `u8`")
}

pub(in crate::resolve) fn open_enum<'a>(
    name: &Text,
    known: impl IntoIterator<Item = &'a str> + Clone,
) -> Diagnostic {
    let title = format!("unknown enum `{}`", name.value);
    unknown(
        Code::UNKNOWN_ENUM,
        name,
        title,
        "not in `enums.toml`",
        known,
    )
}

pub(in crate::resolve) fn format<'a>(
    format: &Text,
    known: impl IntoIterator<Item = &'a str> + Clone,
) -> Diagnostic {
    let title = format!("unknown format `{}`", format.value);
    unknown(
        Code::UNKNOWN_FORMAT,
        format,
        title,
        "not a format of the spec language",
        known,
    )
}

pub(in crate::resolve) fn structure(name: &Text, known: &[String]) -> Diagnostic {
    let title = format!("the interface has no structure `{}`", name.value);
    let label = format!("no `[structure.{}]` in this file", name.value);
    let known = known.iter().map(String::as_str);
    unknown(Code::UNKNOWN_STRUCTURE, name, title, &label, known)
}

pub(in crate::resolve) fn interface<'a>(
    code: &str,
    name: &Text,
    known: impl IntoIterator<Item = &'a str> + Clone,
) -> Diagnostic {
    let title = format!(
        "error code {code} names the unknown interface `{}`",
        name.value
    );
    unknown(
        Code::UNKNOWN_INTERFACE,
        name,
        title,
        "not in `spec.toml`",
        known,
    )
}

pub(in crate::resolve) fn column<'a>(
    name: &Text,
    known: impl IntoIterator<Item = &'a str> + Clone,
) -> Diagnostic {
    let title = format!(
        "the layout has a column `{}`, which is not declared",
        name.value
    );
    unknown(
        Code::UNKNOWN_COLUMN,
        name,
        title,
        "not among `columns`",
        known,
    )
}

/// A column, or a part of the totals, that is named where it is not declared.
pub(in crate::resolve) fn in_sums<'a>(
    what: &str,
    name: &Text,
    known: impl IntoIterator<Item = &'a str> + Clone,
) -> Diagnostic {
    let title = format!("the bill has no {what} `{}`", name.value);
    unknown(Code::UNKNOWN_COLUMN, name, title, "not declared", known)
}

pub(in crate::resolve) fn bill_type<'a>(
    bill_types: &str,
    value: &Text,
    known: impl IntoIterator<Item = &'a str> + Clone,
) -> Diagnostic {
    let title = format!("`{bill_types}` has no value `{}`", value.value);
    let label = "not in the enum of bill types";
    unknown(Code::UNKNOWN_BILL_TYPE, value, title, label, known)
}

pub(in crate::resolve) fn profile_key(key: &Text, known: &[&str]) -> Diagnostic {
    let title = format!("a merchant profile has no `{}`", key.value);
    let known = known.iter().copied();
    unknown(Code::UNKNOWN_PROFILE_KEY, key, title, "unknown key", known)
}

pub(in crate::resolve) fn member<'a>(
    group: &str,
    member: &Text,
    known: impl IntoIterator<Item = &'a str> + Clone,
) -> Diagnostic {
    let title = format!(
        "group `{group}` has a member `{}`, which is not a field",
        member.value
    );
    let label = "not a field of this message";
    unknown(Code::UNKNOWN_GROUP_MEMBER, member, title, label, known)
}

pub(in crate::resolve) fn view_field<'a>(
    name: &Text,
    known: impl IntoIterator<Item = &'a str> + Clone,
) -> Diagnostic {
    let title = format!("the view names `{}`, which is not a field", name.value);
    let label = "not a field of this message";
    unknown(Code::UNKNOWN_VIEW_FIELD, name, title, label, known)
}

pub(in crate::resolve) fn move_end<'a>(
    item: &str,
    end: &Text,
    known: impl IntoIterator<Item = &'a str> + Clone,
) -> Diagnostic {
    let title = format!("`{item}` has no value `{}`", end.value);
    unknown(Code::WRONG_MOVE, end, title, "not among its values", known)
}

pub(in crate::resolve) fn listed_value(item: &str, value: &Text, known: &[String]) -> Diagnostic {
    let title = format!("`{item}` has no value `{}`", value.value);
    let label = "the document lists it, so the enum must have it";
    let known = known.iter().map(String::as_str);
    unknown(Code::WORD_NOT_ALLOWED, value, title, label, known)
}
