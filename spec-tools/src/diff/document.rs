//! Compares what concerns the spec as a whole: its name, the document's version, notes, errata.

use signed_xml_codegen::model::{Erratum, Model, Signature};

use super::change::{Finding, Record, Spot};
use super::explanations::{self, Explained};
use super::lists::{self, Item};
use super::pairing::Pairs;
use super::rules::whole as rules;

/// The message of a change of the spec as a whole.
const DOCUMENT: &str = "document";
const ERRATA: &str = "errata";

pub(super) fn compare(record: &mut Record<'_>) {
    let (old, new) = (record.old, record.new);
    let spot = Spot::beside(DOCUMENT);
    if old.name != new.name {
        let text = format!("the spec `{}` is called `{}` now", old.name, new.name);
        let finding = Finding::new(&rules::DOCUMENT_NAME_CHANGED, text);
        record.add(spot, finding.values(&old.name, &new.name));
    }
    if old.document != new.document {
        let text = format!(
            "the spec describes document {} instead of {}",
            new.document, old.document
        );
        let finding = Finding::new(&rules::DOCUMENT_VERSION_CHANGED, text);
        record.add(spot, finding.values(&old.document, &new.document));
    }
    let (before, after) = (old.algorithm(), new.algorithm());
    if before != after {
        let text = format!("messages are signed with {after} instead of {before}");
        let finding = Finding::new(&rules::DOCUMENT_SIGNATURE_CHANGED, text);
        record.add(spot, finding.values(before, after));
    }
    let [before, after] = [history(old, new), history(new, old)];
    let chinese = [translations(old, new), translations(new, old)];
    let mut said = [explained(old, &before), explained(new, &after)];
    for (said, translations) in said.iter_mut().zip(&chinese) {
        said.texts("translations", translations);
    }
    let [before, after] = said;
    explanations::compare(record, spot, &rules::DOCUMENT_DOC_CHANGED, &before, &after);
    errata(record);
}

/// How messages are signed, where the spec says it.
fn signature(model: &Model) -> Option<&Signature> {
    let signature = model.signature.as_ref();
    signature.filter(|signature| model.lives(&signature.history))
}

/// A line for each version, without those that only a newer document can have: that is a change of
/// version.
fn history(model: &Model, other: &Model) -> Vec<String> {
    let known = |version: &str| other.versions.iter().any(|known| known.version == version);
    let listed = |version: &str| model.document == other.document || known(version);
    let versions = model
        .versions
        .iter()
        .filter(|version| listed(&version.version));
    versions
        .map(|version| {
            format!(
                "{} ({}): {}",
                version.version,
                version.date,
                version.changes.join(" ")
            )
        })
        .collect()
}

/// The translations of `model` that `other` lacks or words otherwise.
fn translations(model: &Model, other: &Model) -> Vec<String> {
    let translations = model.translations.iter();
    translations
        .map(|found| (&found.english.value, &found.chinese.value))
        .filter(|(english, chinese)| other.chinese(english) != Some(chinese.as_str()))
        .map(|(english, chinese)| format!("{english} {chinese}"))
        .collect()
}

fn explained<'a>(model: &'a Model, history: &'a [String]) -> Explained<'a> {
    let mut explained = Explained::new("the spec", None);
    explained.text("title", &model.title);
    explained.text("landing", &model.landing);
    explained.texts("notes", &model.notes);
    explained.texts("errata", &model.errata_of_spec);
    explained.texts("versions", history);
    // To name MD5 for the first time does not change it.
    let named = if signature(model).is_some() {
        "named"
    } else {
        ""
    };
    explained.text("signature", named);
    explained
}

fn errata(record: &mut Record<'_>) {
    let pairs = Pairs::new(&record.old.errata, &record.new.errata, |a, b| a.id == b.id);
    lists::compare(record, pairs, item, |record, old, new| {
        let rule = &rules::DOCUMENT_ERRATUM_CHANGED;
        explanations::compare(record, spot(new), rule, &said(old), &said(new));
    });
}

fn item(erratum: &Erratum) -> Item<'_> {
    Item {
        spot: spot(erratum),
        span: erratum.span,
        what: format!("erratum {}", erratum.id),
        more: format!(": {}", erratum.ruling),
        value: erratum.ruling.clone(),
        history: None,
        removed: &rules::DOCUMENT_ERRATUM_REMOVED,
        added: &rules::DOCUMENT_ERRATUM_ADDED,
    }
}

fn said(erratum: &Erratum) -> Explained<'_> {
    let mut explained = Explained::new(format!("erratum {}", erratum.id), erratum.span);
    explained.text("section", &erratum.section);
    explained.text("what is printed", &erratum.printed);
    explained.text("ruling", &erratum.ruling);
    explained.text("reason", &erratum.why);
    explained
}

fn spot(erratum: &Erratum) -> Spot<'_> {
    Spot::beside(ERRATA).field(&erratum.id)
}
