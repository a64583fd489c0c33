//! What became of an item between two specs, by the history marks of both.

use signed_xml_codegen::model::History;

use super::change::Record;
use super::pairing::Pairs;

/// What became of an item, given that a spec keeps what has ended: gone on the wire, still there in Rust.
pub(super) enum Fate<'a, T> {
    /// It left the spec.
    Gone(&'a T, Finished),
    /// It stands in the spec and has ended.
    Ended(&'a T, &'a T),
    /// It stands in both and is there in both versions of the document.
    Stays(&'a T, &'a T),
    /// It stood in the spec, ended or not begun, and is there now.
    Returned(&'a T),
    /// It came into the spec.
    Come(&'a T, Finished),
}

/// True if the document's version does not have an item, so that the wire notices nothing of it.
pub(super) type Finished = bool;

/// The fates of paired items, by the history of each: what left, what stays or changed sides, what came.
pub(super) fn fates<'a, T>(
    record: &Record<'_>,
    pairs: Pairs<'a, T>,
    history: impl Fn(&T) -> &History,
) -> Vec<Fate<'a, T>> {
    let before = |item: &T| record.old.lives(history(item));
    let after = |item: &T| record.new.lives(history(item));
    let gone = pairs
        .gone
        .into_iter()
        .map(|item| Fate::Gone(item, !before(item)));
    let both = pairs
        .both
        .into_iter()
        .filter_map(|(old, new)| match (before(old), after(new)) {
            (true, true) => Some(Fate::Stays(old, new)),
            (true, false) => Some(Fate::Ended(old, new)),
            (false, true) => Some(Fate::Returned(new)),
            (false, false) => None,
        });
    let come = pairs
        .come
        .into_iter()
        .map(|item| Fate::Come(item, !after(item)));
    gone.chain(both).chain(come).collect()
}
