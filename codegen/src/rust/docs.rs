//! Documentation comments: the document's words as Markdown that rustdoc accepts.
//!
//! Text outside code spans is escaped, so that `<`, `[` and bare addresses in a label or a ruling
//! neither vanish nor make `cargo doc` warn.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::{Field, History, Message, Model};

/// One line for a `doc` attribute, escaped; the space after `///` included.
pub(super) fn line(text: &str) -> String {
    match text {
        "" => String::new(),
        text => format!(" {}", escape(text)),
    }
}

/// `///` lines, one per element; an element of several lines becomes several.
pub(super) fn comment<S: AsRef<str>>(lines: &[S]) -> TokenStream {
    let lines = lines.iter().flat_map(|text| {
        let text = text.as_ref();
        match text {
            "" => vec![String::new()],
            text => text.lines().map(|text| line(text.trim())).collect(),
        }
    });
    quote!(#(#[doc = #lines])*)
}

/// `head. doc`, and the Chinese of `doc` as a paragraph of its own.
pub(super) fn paragraphs(head: &str, doc: &str, model: &Model) -> Vec<String> {
    let mut lines = vec![sentences(head, doc)];
    lines.extend(chinese(doc, model));
    lines
}

/// The Chinese of a text as a paragraph behind it.
pub(super) fn chinese(text: &str, model: &Model) -> Vec<String> {
    let chinese = model.chinese(text);
    chinese.map_or_else(Vec::new, |chinese| vec![String::new(), chinese.to_owned()])
}

/// A text and its Chinese on one line, for an item of a list.
pub(super) fn in_line(text: &str, model: &Model) -> String {
    match model.chinese(text) {
        Some(chinese) => format!("{text} {chinese}"),
        None => text.to_owned(),
    }
}

/// The rulings of errata as list items.
pub(super) fn rulings(ids: &[String], model: &Model) -> Vec<String> {
    let errata = ids.iter().filter_map(|id| model.erratum(id));
    errata
        .map(|erratum| {
            let english = format!(
                "- Erratum {} ({}). Printed: {}. Here: {}.",
                erratum.id,
                erratum.section,
                without_stop(&erratum.printed),
                without_stop(&erratum.ruling),
            );
            let chinese = model.chinese(&erratum.printed);
            match chinese.zip(model.chinese(&erratum.ruling)) {
                Some((printed, ruling)) => {
                    let [printed, ruling] = [printed, ruling].map(without_stop);
                    format!("{english} {printed} → {ruling}")
                }
                None => english,
            }
        })
        .collect()
}

/// What is said of a field: the row of the document, our words, conditions, rulings.
pub(super) fn field(field: &Field, message: &Message, model: &Model) -> TokenStream {
    let mut row = vec![field.label.clone(), field.printed_type()];
    row.push(match &field.mark {
        Some(mark) if !mark.is_empty() => mark.clone(),
        _ if field.required => "required".to_owned(),
        _ => "optional".to_owned(),
    });
    row.push(message.section.clone());
    row.extend(field.unit().map(str::to_owned));
    row.extend(field.personal.then(|| "personal".to_owned()));
    row.extend(field.secret.then(|| "secret".to_owned()));
    let mut lines = paragraphs(&row.join(" · "), &field.doc, model);
    let items = facts(field, message);
    let rulings = rulings(&field.errata, model);
    if !items.is_empty() || !rulings.is_empty() {
        lines.push(String::new());
    }
    lines.extend(items);
    lines.extend(rulings);
    comment(&lines)
}

/// Conditions and history of a field, as list items.
fn facts(field: &Field, message: &Message) -> Vec<String> {
    let mut items = Vec::new();
    if field.is_indexed() {
        let numbers = match field.has_two_indices() {
            true => "`$n` and `$m` are numbers",
            false => "`$n` is a number",
        };
        items.push(format!("- Any number of times; {numbers}."));
    }
    let when = message
        .parts
        .get(field.part)
        .and_then(|part| part.when.as_ref());
    let group = field.group.as_ref().and_then(|name| message.group(name));
    if let Some(group) = group {
        let members: Vec<String> = group
            .members
            .iter()
            .map(|name| format!("`{name}`"))
            .collect();
        let kind = group.kind.as_str().replace('_', " ");
        items.push(format!("- {kind} of {}.", members.join(", ")));
        if let Some(first) = items[0].get(2..3) {
            let first = first.to_uppercase();
            items[0].replace_range(2..3, &first);
        }
    }
    let conditions = [
        ("Under", when),
        ("Required when", field.required_when.as_ref()),
        ("Not allowed when", field.forbidden_when.as_ref()),
        ("Present when", field.present_when.as_ref()),
    ];
    for (words, condition) in conditions {
        items.extend(condition.map(|condition| format!("- {words} `{condition}`.")));
    }
    if let Some(default) = field.default {
        items.push(format!("- {default} when absent."));
    }
    if let Some(least) = field.min {
        items.push(format!("- At least {least}."));
    }
    if !field.aliases.is_empty() {
        let aliases: Vec<String> = field
            .aliases
            .iter()
            .map(|alias| format!("`{alias}`"))
            .collect();
        items.push(format!("- Also read from {}.", aliases.join(", ")));
    }
    items.extend(versions(&field.history));
    items
}

/// Which versions of the document have an item.
pub(super) fn versions(history: &History) -> impl Iterator<Item = String> {
    let since = history.since.iter();
    let until = history.until.iter();
    since
        .map(|since| format!("- Since document {since}."))
        .chain(until.map(|until| format!("- Until document {until}.")))
}

/// `head. doc`, with one full stop between.
pub(super) fn sentences(head: &str, doc: &str) -> String {
    let head = without_stop(head);
    match doc {
        "" => format!("{head}."),
        doc => format!("{head}. {doc}"),
    }
}

fn without_stop(text: &str) -> &str {
    text.trim_end_matches(['.', '。', ' '])
}

/// Escapes what Markdown or rustdoc would read as more than text; code spans stay.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    let (mut code, mut rest) = (false, text);
    let ticks_match = text.matches('`').count().is_multiple_of(2);
    while let Some(c) = rest.chars().next() {
        let address = !code && (rest.starts_with("https://") || rest.starts_with("http://"));
        if address {
            let end = rest
                .find(|c: char| c.is_whitespace() || ")>`\"，。；".contains(c))
                .unwrap_or(rest.len());
            let (address, after) = rest.split_at(end);
            let trimmed = address.trim_end_matches(['.', ',', ';', ':']);
            escaped.push_str(&format!("<{trimmed}>{}", &address[trimmed.len()..]));
            rest = after;
            continue;
        }
        match c {
            '`' if ticks_match => code = !code,
            '`' | '<' | '>' | '[' | ']' | '*' | '\\' | '|' if !code => escaped.push('\\'),
            _ => {}
        }
        escaped.push(c);
        rest = &rest[c.len_utf8()..];
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_and_angles_are_escaped_outside_code_only() {
        assert_eq!(escape("a <b> [c] `<d>[e]`"), r"a \<b\> \[c\] `<d>[e]`");
    }

    #[test]
    fn a_bare_address_becomes_a_link() {
        assert_eq!(escape("see http://x.y/z."), "see <http://x.y/z>.");
    }

    #[test]
    fn a_lone_backtick_opens_no_code() {
        assert_eq!(escape("a ` b <c>"), r"a \` b \<c\>");
    }
}
