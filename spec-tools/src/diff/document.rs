//! Compares what concerns the spec as a whole: its name, the document's version, notes, errata.

use signed_xml_codegen::model::{Erratum, Model, Signature};

use super::change::{Finding, Record, Spot};
use super::explanations::{self, Explained};
use super::pairing::Pairs;
use super::rules::whole as rules;

/// What stands for the message of a fact of the whole.
const DOCUMENT: &str = "document";
const ERRATA: &str = "errata";

pub(super) fn compare(record: &mut Record<'_>) {
    let (old, new) = (record.old, record.new);
    let spot = Spot {
        message: Some(DOCUMENT),
        ..Spot::default()
    };
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
    if let Some((before, after)) = signature(old).zip(signature(new)) {
        let (before, after) = (&before.algorithm, &after.algorithm);
        if before != after {
            let text = format!("messages are signed with {after} instead of {before}");
            let finding = Finding::new(&rules::DOCUMENT_SIGNATURE_CHANGED, text);
            record.add(spot, finding.values(before, after));
        }
    }
    let [before, after] = [history(old, new), history(new, old)];
    let chinese = [translations(old, new), translations(new, old)];
    let mut said = [explained(old, &before), explained(new, &after)];
    for (said, translations) in said.iter_mut().zip(&chinese) {
        said.texts("translations", translations);
    }
    explanations::compare(
        record,
        spot,
        &rules::DOCUMENT_DOC_CHANGED,
        &said[0],
        &said[1],
    );
    errata(record);
}

/// How messages are signed, where the spec says it.
fn signature(model: &Model) -> Option<&Signature> {
    let signature = model.signature.as_ref();
    signature.filter(|signature| model.lives(&signature.history))
}

/// What is told of each version, without those that only a newer document can have; that is a version change.
fn history(model: &Model, other: &Model) -> Vec<String> {
    let known = |version: &str| other.versions.iter().any(|known| known.version == version);
    let told = |version: &str| model.document == other.document || known(version);
    let versions = model
        .versions
        .iter()
        .filter(|version| told(&version.version));
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
    explained.texts("notes", &model.notes);
    explained.texts("errata", &model.errata_of_spec);
    explained.texts("versions", history);
    // To name the algorithm for the first time does not change it.
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
    for erratum in &pairs.gone {
        let text = format!("erratum {} was dropped", erratum.id);
        let finding = Finding::new(&rules::DOCUMENT_ERRATUM_REMOVED, text).old(&erratum.ruling);
        record.add(spot(erratum), finding.was_at(erratum.span));
    }
    for (old, new) in &pairs.both {
        let (before, after) = (said(old), said(new));
        explanations::compare(
            record,
            spot(new),
            &rules::DOCUMENT_ERRATUM_CHANGED,
            &before,
            &after,
        );
    }
    for erratum in &pairs.come {
        let text = format!("erratum {}: {}", erratum.id, erratum.ruling);
        let finding = Finding::new(&rules::DOCUMENT_ERRATUM_ADDED, text).new_value(&erratum.ruling);
        record.add(spot(erratum), finding.at(erratum.span));
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
    Spot {
        message: Some(ERRATA),
        field: Some(&erratum.id),
        ..Spot::default()
    }
}
