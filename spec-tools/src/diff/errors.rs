//! Compares the error codes: which there are, what each means, whether the call may have taken
//! effect.

use signed_xml_codegen::model::{Effect, ErrorCode};

use super::change::{Record, Spot};
use super::explanations::{self, Explained};
use super::lists::{self, Item};
use super::pairing::Pairs;
use super::rules::whole as rules;

/// The message of a change of an error code.
const TABLE: &str = "error codes";

pub(super) fn compare(record: &mut Record<'_>) {
    let (old, new) = (record.old, record.new);
    let pairs = Pairs::new(&old.error_codes, &new.error_codes, |a, b| a.code == b.code);
    lists::compare(record, pairs, item, pair);
    let said = |doc| {
        let mut explained = Explained::new("the error codes as a whole", None);
        explained.text("explanation", doc);
        explained
    };
    let (before, after) = (said(&old.error_codes_doc), said(&new.error_codes_doc));
    let rule = &rules::ERROR_CODE_DOC_CHANGED;
    explanations::compare(record, Spot::beside(TABLE), rule, &before, &after);
}

fn item(code: &ErrorCode) -> Item<'_> {
    Item {
        spot: spot(code),
        span: code.span,
        what: format!("the error code {} ({})", code.code, code.meaning),
        more: String::new(),
        value: code.meaning.clone(),
        history: Some(&code.history),
        removed: &rules::ERROR_CODE_REMOVED,
        added: &rules::ERROR_CODE_ADDED,
    }
}

fn pair(record: &mut Record<'_>, old: &ErrorCode, new: &ErrorCode) {
    let effect = |code: &ErrorCode| match code.effect {
        Effect::Refused => "no effect",
        Effect::Unknown => "an unknown effect",
    };
    let from = |code: &ErrorCode| {
        let mut names = code.interfaces.clone();
        names.sort();
        names.join(", ")
    };
    let (name, meaning) = ([&old.name, &new.name], [&old.meaning, &new.meaning]);
    let (effect, from) = ([old, new].map(effect), [old, new].map(from));
    let what = |verb: &str| format!("the error code {} {verb}", new.code);
    let mut differs = |rule, verb: &str, values: [&str; 2]| {
        record.differs(spot(new), new.span, rule, &what(verb), values);
    };
    differs(
        &rules::ERROR_CODE_RENAMED,
        "is called",
        name.map(String::as_str),
    );
    differs(
        &rules::ERROR_CODE_MEANING_CHANGED,
        "means",
        meaning.map(String::as_str),
    );
    differs(&rules::ERROR_CODE_EFFECT_CHANGED, "has", effect);
    differs(
        &rules::ERROR_CODE_INTERFACES_CHANGED,
        "comes from",
        from.each_ref().map(String::as_str),
    );
    let (before, after) = (explained(old), explained(new));
    explanations::compare(
        record,
        spot(new),
        &rules::ERROR_CODE_DOC_CHANGED,
        &before,
        &after,
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
    Spot::beside(TABLE).field(&code.code)
}
