//! Labels, docs and remarks: L101 to L105.

use signed_xml_codegen::Span;
use signed_xml_codegen::model::{ColumnType, Field, FieldType, Model};
use signed_xml_codegen::{Diagnostic, Findings};

use super::{codes, fields, messages};

/// What stands between a value and its word in a remark: `A=甲`, `A—甲`, `1: 甲`.
const SIGNS: [&str; 7] = ["——", "--", "—", "–", "=", "＝", "："];

pub(super) fn check(model: &Model, findings: &mut Findings) {
    labels(model, findings);
    docs(model, findings);
    remarks(model, findings);
    for (_, field) in fields(model) {
        spaces(&field.label, "field", field.span, model, findings);
        condition(field, model, findings);
    }
    for value in model.enums.iter().flat_map(|found| &found.values) {
        spaces(&value.label, "value", value.span, model, findings);
    }
}

/// L101.
fn labels(model: &Model, findings: &mut Findings) {
    let mut lacks = |text: &str, what: String, key: &str, span: Span| {
        if text.trim().is_empty() {
            let title = format!("{what} has no {key}");
            let at = model.span_of_key(span, &[key]);
            let found = Diagnostic::new(
                codes::LABEL_MISSING,
                at,
                title,
                "the document's word is missing",
            )
            .help(format!("copy it from the document: `{key} = \"…\"`"));
            findings.push(found);
        }
    };
    for interface in &model.interfaces {
        let what = format!("interface `{}`", interface.name);
        lacks(&interface.title, what, "title", interface.span);
    }
    for (_, field) in fields(model) {
        lacks(
            &field.label,
            format!("field `{}`", field.name),
            "label",
            field.span,
        );
    }
    for found in &model.enums {
        for value in &found.values {
            let what = format!("value `{}` of enum `{}`", value.value, found.name);
            lacks(&value.label, what, "label", value.span);
        }
    }
    for code in &model.error_codes {
        let what = format!("error code {}", code.code);
        lacks(&code.meaning, what, "meaning", code.span);
    }
    for layout in &model.bill_layouts {
        let what = format!("the layout of bill type `{}`", layout.bill_type);
        lacks(&layout.title, what, "title", layout.span);
    }
}

/// L102.
fn docs(model: &Model, findings: &mut Findings) {
    let mut lacks = |doc: &str, label: &str, what: String, span: Span| {
        let (said, word) = (bare(doc), bare(label));
        let repeats = !said.is_empty() && said == word;
        if !said.is_empty() && !repeats {
            return;
        }
        let (title, mark) = match repeats {
            true => (
                format!("the doc of {what} repeats its label"),
                "says nothing new",
            ),
            false => (
                format!("{what} has no doc"),
                "the spec does not say what it is for",
            ),
        };
        let at = model.span_of_key(span, &["doc", "name", "value"]);
        let found = Diagnostic::new(codes::DOC_MISSING, at, title, mark)
            .help("say in your own words what it is for and what to mind: `doc = \"…\"`");
        findings.push(found);
    };
    for interface in &model.interfaces {
        let what = format!("interface `{}`", interface.name);
        lacks(&interface.doc, &interface.title, what, interface.span);
        for message in &interface.messages {
            let what = format!("`{}` of interface `{}`", message.name, interface.name);
            lacks(&message.doc, "", what, message.span);
        }
    }
    for message in messages(model) {
        for group in &message.groups {
            lacks(
                &group.doc,
                "",
                format!("group `{}`", group.name),
                group.span,
            );
        }
    }
    for (_, field) in fields(model) {
        let what = format!("field `{}`", field.name);
        lacks(&field.doc, &field.label, what, field.span);
    }
    for found in &model.enums {
        lacks(&found.doc, "", format!("enum `{}`", found.name), found.span);
        for value in &found.values {
            let what = format!("value `{}` of enum `{}`", value.value, found.name);
            lacks(&value.doc, &value.label, what, value.span);
        }
    }
    for column in &model.bill_columns {
        let what = format!("column `{}`", column.name);
        lacks(&column.doc, &column.name, what, column.span);
    }
}

/// L103.
fn remarks(model: &Model, findings: &mut Findings) {
    let mut look = |texts: [(&str, &str); 2], name: &str, span: Span| {
        for (key, text) in texts {
            let values = listed(text);
            if let [first, .., last] = values.as_slice() {
                let title = format!("the {key} of `{name}` lists values, and no enum has them");
                let at = model.span_of_key(span, &[key]);
                let mark = format!("`{first}` to `{last}`");
                let found = Diagnostic::new(codes::UNDECLARED_ENUM, at, title, mark)
                    .help("declare an enum in `enums.toml` and name it on the row: `enum = \"…\"`");
                findings.push(found);
            }
        }
    };
    for (_, field) in fields(model) {
        let plain = matches!(field.field_type, FieldType::Text | FieldType::Number);
        if plain && field.format.is_none() {
            look(
                [("label", &field.label), ("doc", &field.doc)],
                &field.name,
                field.span,
            );
        }
    }
    for column in &model.bill_columns {
        if column.column_type == ColumnType::Text {
            look(
                [("name", &column.name), ("doc", &column.doc)],
                &column.name,
                column.span,
            );
        }
    }
}

/// The values that a remark gives a word each, in their order.
fn listed(text: &str) -> Vec<&str> {
    let mut values: Vec<&str> = Vec::new();
    let signs = SIGNS.iter().copied().chain([":"]);
    let mut places: Vec<(usize, &str)> = signs.flat_map(|sign| text.match_indices(sign)).collect();
    places.sort_by_key(|(at, sign)| (*at, std::cmp::Reverse(sign.len())));
    for (at, sign) in places {
        let before = text[..at].trim_end();
        let start = before.trim_end_matches(is_value).len();
        let value = &before[start..];
        let word = text[at + sign.len()..].trim_start().chars().next();
        let coded = value
            .chars()
            .all(|c| c.is_ascii_digit() || c.is_ascii_uppercase() || c == '_');
        let told =
            word.is_some_and(|c| is_chinese(c) || (sign == "=" && coded && c.is_alphabetic()));
        if !value.is_empty() && told && !values.contains(&value) {
            values.push(value);
        }
    }
    values
}

/// L104.
fn spaces(label: &str, what: &str, span: Span, model: &Model, findings: &mut Findings) {
    let characters: Vec<char> = label.chars().collect();
    let beside = characters.windows(2).any(|pair| {
        let [a, b] = [pair[0], pair[1]];
        (a.is_whitespace() && is_chinese(b)) || (is_chinese(a) && b.is_whitespace())
    });
    if label.trim().is_empty() || (!beside && label.trim() == label) {
        return;
    }
    let title = format!("the label of this {what} is broken by a space");
    let whole: String = characters.iter().filter(|c| !c.is_whitespace()).collect();
    let at = model.span_of_key(span, &["label"]);
    let found = Diagnostic::new(
        codes::LABEL_SPACED,
        at,
        title,
        "the document means one word",
    )
    .help(format!(
        "an extraction from PDF puts spaces in where a cell is broken: `{whole}`?"
    ));
    findings.push(found);
}

/// L105.
fn condition(field: &Field, model: &Model, findings: &mut Findings) {
    let conditions = [
        &field.required_when,
        &field.forbidden_when,
        &field.present_when,
    ];
    let said = field.group.is_some() || conditions.iter().any(|found| found.is_some());
    if said || !field.errata.is_empty() {
        return;
    }
    let words = &model.vocabulary.remarks;
    let mark = field.mark.as_deref().unwrap_or("");
    let in_mark = (!mark.trim().is_empty()).then_some(("mark", mark));
    let texts = [("label", field.label.as_str()), ("doc", field.doc.as_str())];
    let in_text = texts.into_iter().find(|(_, text)| words.is_condition(text));
    let Some((key, text)) = in_mark.or(in_text) else {
        return;
    };
    let title = format!(
        "the document makes `{}` depend on something, in words: {text}",
        field.name
    );
    let at = model.span_of_key(field.span, &[key]);
    let found = Diagnostic::new(codes::CONDITION_IN_PROSE, at, title, "only a person can read this")
        .help("say it as a group or with `required_when`, `forbidden_when` or `present_when`; where the document contradicts itself, name an erratum");
    findings.push(found);
}

/// A text without what surrounds its words.
fn bare(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '.' | '。'))
}

fn is_value(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

pub(super) fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remark_that_lists_values_is_read_in_each_of_the_documents_ways() {
        for text in [
            "1=现金 2=医保",
            "SUCCESS—成功，FAIL—失败",
            "no_credit--不可, all--可",
            "1：现金；2：医保",
            "1: 现金 2: 医保",
            "0 = no, 1 = yes",
        ] {
            assert_eq!(listed(text).len(), 2, "{text}");
        }
    }

    #[test]
    fn prose_with_a_colon_lists_nothing() {
        for text in [
            "When it was paid: Beijing time. Mind: no zone.",
            "如 https://a.example/b=c&d=e",
            "时间：20160501 格式：yyyy",
            "a == b and c == d",
            "一个：值",
        ] {
            assert!(listed(text).len() < 2, "{text}: {:?}", listed(text));
        }
    }
}
