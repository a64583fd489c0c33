//! Compares what concerns the spec as a whole: its name, the document's version, notes, errata.

use crate::model::Erratum;

use super::change::{Finding, Record, Spot};
use super::explanations::joined;
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
        let text = format!("document {} instead of {}", new.document, old.document);
        let finding = Finding::new(&rules::DOCUMENT_VERSION_CHANGED, text);
        record.add(spot, finding.values(&old.document, &new.document));
    }
    let parts = [
        ("title", old.title != new.title),
        ("notes", old.notes != new.notes),
        ("errata", old.errata_of_spec != new.errata_of_spec),
        ("history", history_differs(record)),
    ];
    let names: Vec<&str> = parts
        .iter()
        .filter(|(_, differs)| *differs)
        .map(|(name, _)| *name)
        .collect();
    if !names.is_empty() {
        let text = format!("the spec has another {}", joined(&names));
        let finding = Finding::new(&rules::DOCUMENT_DOC_CHANGED, text);
        let said = |title: &str, notes: &[String]| format!("{title}; {}", notes.join("; "));
        record.add(
            spot,
            finding.values(said(&old.title, &old.notes), said(&new.title, &new.notes)),
        );
    }
    errata(record);
}

/// True if a version that both know is told otherwise; a version more is a version change.
fn history_differs(record: &Record<'_>) -> bool {
    let pairs = Pairs::new(&record.old.versions, &record.new.versions, |a, b| {
        a.version == b.version
    });
    let mut both = pairs.both.iter();
    let told_otherwise = both.any(|(a, b)| a.date != b.date || a.changes != b.changes);
    told_otherwise
        || record.old.document == record.new.document && pairs.gone.len() + pairs.come.len() > 0
}

fn errata(record: &mut Record<'_>) {
    let pairs = Pairs::new(&record.old.errata, &record.new.errata, |a, b| a.id == b.id);
    for erratum in &pairs.gone {
        let text = format!("erratum {} was dropped", erratum.id);
        let finding = Finding::new(&rules::DOCUMENT_ERRATUM_REMOVED, text).old(&erratum.ruling);
        record.add(spot(erratum), finding.was_at(erratum.span));
    }
    for (old, new) in &pairs.both {
        let said = |erratum: &Erratum| {
            let Erratum {
                section,
                printed,
                ruling,
                why,
                ..
            } = erratum;
            [section, printed, ruling, why]
                .map(String::as_str)
                .join(" / ")
        };
        if said(old) != said(new) {
            let text = format!("erratum {} has other words", new.id);
            let finding = Finding::new(&rules::DOCUMENT_ERRATUM_CHANGED, text);
            record.add(spot(new), finding.values(said(old), said(new)).at(new.span));
        }
    }
    for erratum in &pairs.come {
        let text = format!("erratum {}: {}", erratum.id, erratum.ruling);
        let finding = Finding::new(&rules::DOCUMENT_ERRATUM_ADDED, text).new_value(&erratum.ruling);
        record.add(spot(erratum), finding.at(erratum.span));
    }
}

fn spot(erratum: &Erratum) -> Spot<'_> {
    Spot {
        message: Some(ERRATA),
        field: Some(&erratum.id),
        ..Spot::default()
    }
}
