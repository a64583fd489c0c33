//! Reads `vocabulary.toml`: words by which the tools understand a document and a spec.

use crate::diagnostic::Findings;
use crate::model::{DocumentWords, FieldWords, RemarkWords, SampleWord, Vocabulary, Words};

use super::keys::Keys;
use super::syntax::Node;

pub(super) fn vocabulary(node: &Node, findings: &mut Findings) -> Vocabulary {
    let mut vocabulary = Vocabulary::default();
    let Some(mut keys) = Keys::open(node, "`vocabulary.toml`", findings) else {
        return vocabulary;
    };
    if let Some(mut table) = open(&mut keys, "fields") {
        vocabulary.fields = FieldWords {
            personal: words(&mut table, "personal"),
            secret: words(&mut table, "secret"),
            money: words(&mut table, "money"),
            duration: words(&mut table, "duration"),
            moment: words(&mut table, "moment"),
        };
        table.finish();
    }
    if let Some(mut table) = open(&mut keys, "remarks") {
        vocabulary.remarks = remarks(&mut table);
        table.finish();
    }
    if let Some(mut table) = open(&mut keys, "document") {
        vocabulary.document = document(&mut table);
        table.finish();
    }
    for row in keys.nodes("samples") {
        let Some(mut row) = Keys::open(row, "a sample", keys.findings()) else {
            continue;
        };
        let number = |found: Option<crate::source::Spanned<u64>>| {
            found.map_or(0, |number| usize::try_from(number.value).unwrap_or(0))
        };
        vocabulary.samples.push(SampleWord {
            name_ends: list(&mut row, "name_ends"),
            label_ends: list(&mut row, "label_ends"),
            text: row.prose("text"),
            hex: number(row.number("hex", 32)),
            digits: number(row.number("digits", 32)),
            rest: row.flag("rest").is_some_and(|flag| flag.value),
        });
        row.finish();
    }
    keys.finish();
    vocabulary
}

fn open<'a, 'f>(keys: &'f mut Keys<'a, '_>, key: &'static str) -> Option<Keys<'a, 'f>> {
    let node = keys.node(key)?;
    Keys::open(node, format!("`{key}`"), keys.findings())
}

fn words(keys: &mut Keys<'_, '_>, key: &'static str) -> Words {
    let Some(mut table) = open(keys, key) else {
        return Words::default();
    };
    let words = Words {
        names: list(&mut table, "names"),
        last_words: list(&mut table, "last_words"),
        word_ends: list(&mut table, "word_ends"),
        whole_names: list(&mut table, "whole_names"),
        labels: list(&mut table, "labels"),
        weak_labels: list(&mut table, "weak_labels"),
        unless: list(&mut table, "unless"),
    };
    table.finish();
    words
}

fn remarks(table: &mut Keys<'_, '_>) -> RemarkWords {
    RemarkWords {
        condition: list(table, "condition"),
        perhaps_condition: list(table, "perhaps_condition"),
        choice: list(table, "choice"),
        counts: list(table, "counts"),
        units: pairs(table, "units"),
        unit: list(table, "unit"),
        in_unit: pairs(table, "in_unit"),
        is: list(table, "is"),
        not_values: list(table, "not_values"),
    }
}

fn document(table: &mut Keys<'_, '_>) -> DocumentWords {
    DocumentWords {
        name: list(table, "name"),
        structure_name: list(table, "structure_name"),
        label: list(table, "label"),
        wire_type: list(table, "type"),
        length: list(table, "length"),
        mark: list(table, "mark"),
        remark: list(table, "remark"),
        error_code: list(table, "error_code"),
        error_meaning: list(table, "error_meaning"),
        version: list(table, "version"),
        date: list(table, "date"),
        signature: list(table, "signature"),
        rule: list(table, "rule"),
        rule_value: list(table, "rule_value"),
        text_type: list(table, "text_type"),
        yes: list(table, "yes"),
        no: list(table, "no"),
        request: list(table, "request"),
        response: list(table, "response"),
        notification: list(table, "notification"),
        structure: list(table, "structure"),
        condition: list(table, "condition"),
        page: list(table, "page"),
    }
}

fn list(keys: &mut Keys<'_, '_>, key: &'static str) -> Vec<String> {
    let texts = keys.texts(key).into_iter();
    texts.map(|text| text.value).collect()
}

fn pairs(keys: &mut Keys<'_, '_>, key: &'static str) -> Vec<(String, String)> {
    let pairs = keys.pairs(key).into_iter();
    pairs.map(|(name, text)| (name.value, text.value)).collect()
}
