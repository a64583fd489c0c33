//! Compares the error codes: which there are, what each means, whether the call may have taken effect.

use signed_xml_codegen::model::{Effect, ErrorCode};

use super::change::{Finding, Record, Spot};
use super::explanations::{self, Explained};
use super::lifetime::{Fate, fates};
use super::pairing::Pairs;
use super::rules::whole as rules;

/// What stands for the message of an error code.
const TABLE: &str = "error codes";

pub(super) fn compare(record: &mut Record<'_>) {
    let (old, new) = (record.old, record.new);
    let pairs = Pairs::new(&old.error_codes, &new.error_codes, |a, b| a.code == b.code);
    for fate in fates(record, pairs, |code| &code.history) {
        match fate {
            Fate::Gone(old, finished) => {
                record.add(spot(old), removed(old).was_at(old.span).wire(!finished));
            }
            Fate::Ended(old, new) => record.add(spot(new), removed(old).at(new.span).api(false)),
            Fate::Stays(old, new) => pair(record, old, new),
            Fate::Returned(new) => record.add(spot(new), added(new).at(new.span).api(false)),
            Fate::Come(new, finished) => {
                record.add(spot(new), added(new).at(new.span).wire(!finished));
            }
        }
    }
    let said = |doc| {
        let mut explained = Explained::new("the error codes as a whole", None);
        explained.text("explanation", doc);
        explained
    };
    let (before, after) = (said(&old.error_codes_doc), said(&new.error_codes_doc));
    let whole = Spot {
        message: Some(TABLE),
        ..Spot::default()
    };
    explanations::compare(
        record,
        whole,
        &rules::ERROR_CODE_DOC_CHANGED,
        &before,
        &after,
    );
}

fn removed(code: &ErrorCode) -> Finding {
    let text = format!("the error code {} ({}) is gone", code.code, code.meaning);
    Finding::new(&rules::ERROR_CODE_REMOVED, text).old(&code.meaning)
}

fn added(code: &ErrorCode) -> Finding {
    let text = format!("the error code {} ({}) is new", code.code, code.meaning);
    Finding::new(&rules::ERROR_CODE_ADDED, text).new_value(&code.meaning)
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
