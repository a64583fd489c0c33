//! Compares the error codes: which there are, what each means, whether the call may have taken effect.

use crate::model::{Effect, ErrorCode};

use super::change::{Finding, Record, Spot};
use super::explanations::{self, Explained};
use super::pairing::Pairs;
use super::rules::whole as rules;

/// What stands for the message of an error code.
const TABLE: &str = "error codes";

pub(super) fn compare(record: &mut Record<'_>) {
    let (old, new) = (record.old, record.new);
    let pairs = Pairs::new(&old.error_codes, &new.error_codes, |a, b| a.code == b.code);
    for code in &pairs.gone {
        let on_wire = old.lives(&code.history);
        removed(record, code, on_wire, true);
    }
    for (before, after) in &pairs.both {
        match (old.lives(&before.history), new.lives(&after.history)) {
            (true, false) => removed(record, before, true, false),
            (false, true) => added(record, after, true, false),
            (false, false) => {}
            (true, true) => pair(record, before, after),
        }
    }
    for code in &pairs.come {
        let on_wire = new.lives(&code.history);
        added(record, code, on_wire, true);
    }
    if old.error_codes_doc != new.error_codes_doc {
        let spot = Spot {
            message: Some(TABLE),
            ..Spot::default()
        };
        let text = "the error codes as a whole have another explanation";
        let finding = Finding::new(&rules::ERROR_CODE_DOC_CHANGED, text);
        record.add(
            spot,
            finding.values(&old.error_codes_doc, &new.error_codes_doc),
        );
    }
}

fn removed(record: &mut Record<'_>, code: &ErrorCode, on_wire: bool, in_rust: bool) {
    let text = format!("the error code {} ({}) is gone", code.code, code.meaning);
    let finding = Finding::new(&rules::ERROR_CODE_REMOVED, text)
        .old(&code.meaning)
        .was_at(code.span)
        .wire(on_wire)
        .api(in_rust);
    record.add(spot(code), finding);
}

fn added(record: &mut Record<'_>, code: &ErrorCode, on_wire: bool, in_rust: bool) {
    let text = format!("the error code {} ({}) is new", code.code, code.meaning);
    let finding = Finding::new(&rules::ERROR_CODE_ADDED, text)
        .new_value(&code.meaning)
        .at(code.span)
        .wire(on_wire)
        .api(in_rust);
    record.add(spot(code), finding);
}

fn pair(record: &mut Record<'_>, old: &ErrorCode, new: &ErrorCode) {
    let mut tell = |rule, what: &str, before: &str, after: &str| {
        if before != after {
            let text = format!(
                "the error code {} {what} {after} instead of {before}",
                new.code
            );
            let finding = Finding::new(rule, text).values(before, after);
            record.add(spot(new), finding.at(new.span));
        }
    };
    tell(
        &rules::ERROR_CODE_RENAMED,
        "is called",
        &old.name,
        &new.name,
    );
    tell(
        &rules::ERROR_CODE_MEANING_CHANGED,
        "means",
        &old.meaning,
        &new.meaning,
    );
    let effect = |code: &ErrorCode| match code.effect {
        Effect::Refused => "no effect",
        Effect::Unknown => "an unknown effect",
    };
    tell(
        &rules::ERROR_CODE_EFFECT_CHANGED,
        "has",
        effect(old),
        effect(new),
    );
    let from = |code: &ErrorCode| {
        let mut names = code.interfaces.clone();
        names.sort();
        names.join(", ")
    };
    tell(
        &rules::ERROR_CODE_INTERFACES_CHANGED,
        "comes from",
        &from(old),
        &from(new),
    );
    explanations::compare(
        record,
        spot(new),
        &rules::ERROR_CODE_DOC_CHANGED,
        &explained(old),
        &explained(new),
    );
}

fn explained(code: &ErrorCode) -> Explained<'_> {
    let mut explained = Explained::new(format!("the error code {}", code.code), code.span);
    explained.text("advice", &code.advice);
    explained.marks(&code.history);
    explained.texts("errata", &code.errata);
    explained
}

fn spot(code: &ErrorCode) -> Spot<'_> {
    Spot {
        message: Some(TABLE),
        field: Some(&code.code),
        ..Spot::default()
    }
}
