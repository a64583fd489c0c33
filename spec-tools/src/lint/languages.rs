//! The Chinese of the spec: L801 to L803. A spec that declares one language has no `zh.toml`, and
//! nothing is asked of it; the compiler holds the file against what is declared.

use std::collections::{BTreeMap, BTreeSet};

use signed_xml_codegen::model::{Model, Translation};
use signed_xml_codegen::{Diagnostic, Findings, Spanned};

use super::codes;
use super::words::is_chinese;

/// The file that holds the Chinese.
const CHINESE: &str = "zh.toml";

pub(super) fn check(model: &Model, findings: &mut Findings) {
    if model.sources.find(CHINESE).is_none() {
        return;
    }
    let mut texts: BTreeMap<String, Spanned<String>> = BTreeMap::new();
    for text in model.texts() {
        texts.entry(text.value.clone()).or_insert(text);
    }
    let translations = model.translations.iter();
    let known: BTreeSet<&str> = translations
        .map(|found| found.english.value.as_str())
        .collect();
    for text in texts.values() {
        if Translation::is_due(&text.value) && !known.contains(text.value.as_str()) {
            findings.push(missing(text));
        }
    }
    for translation in &model.translations {
        match texts.contains_key(&translation.english.value) {
            true => findings.extend(wrong(translation)),
            false => findings.push(unused(translation)),
        }
    }
}

fn missing(text: &Spanned<String>) -> Diagnostic {
    let title = "a text has no Chinese";
    let key = toml_edit::Value::from(text.value.as_str());
    let help = format!("add its Chinese to `{CHINESE}`: {key} = \"…\"");
    let found = Diagnostic::new(
        codes::TRANSLATION_MISSING,
        text.span,
        title,
        "in English only",
    );
    found.help(help)
}

fn unused(translation: &Translation) -> Diagnostic {
    let title = "a text is translated that the spec does not have";
    let (span, mark) = (translation.english.span, "not a text of the spec");
    Diagnostic::new(codes::TRANSLATION_UNUSED, span, title, mark).help(
        "where the English was reworded, reword both sides; where it is gone, delete the line",
    )
}

/// A translation that holds no Chinese, or other code than its text.
fn wrong(translation: &Translation) -> Option<Diagnostic> {
    let Translation { english, chinese } = translation;
    if Translation::is_due(&english.value) && !chinese.value.chars().any(is_chinese) {
        let title = "the Chinese of a text holds no Chinese";
        let mark = "no Chinese character";
        let found = Diagnostic::new(codes::TRANSLATION_MISSING, chinese.span, title, mark);
        return Some(found.help("write what the text says, in your own words"));
    }
    let [before, after] = [english, chinese].map(|text| code(&text.value));
    let differing: Vec<&str> = before.symmetric_difference(&after).copied().collect();
    if differing.is_empty() {
        return None;
    }
    let title = format!(
        "only one of the two languages has `{}`",
        differing.join("`, `")
    );
    let mark = "differs from its English in what stands in backticks";
    let found = Diagnostic::new(codes::TRANSLATION_NAMES_DIFFER, chinese.span, title, mark);
    Some(found.help("names of fields, values and interfaces are the same in every language"))
}

/// What stands in backticks.
fn code(text: &str) -> BTreeSet<&str> {
    text.split('`').skip(1).step_by(2).collect()
}
