//! The document laid over the spec: what each item of the spec becomes, and what a person must decide of it.
//!
//! Kinds of changes are not listed here: a patch sets the keys that the document prints, the compiler reads the result, and `diff` names
//! what changed.

use signed_xml_codegen::model::{History, Model};
use toml_edit::Array;

use super::account::Scope;
use super::document::{Document, Note};
use super::known::Known;
use super::matching::{Pair, PrintedMessage};
use super::patch::Patch;

mod catalog;
mod fields;
mod interfaces;
mod new_row;
mod values;

pub(super) use values::is_numeric;

/// The version of the document, and the one that the spec describes.
pub(super) struct Version {
    pub(super) new: String,
    old: String,
}

impl Version {
    /// The version that is given, else the last of the document's history, else that of the spec.
    pub(super) fn of(model: &Model, document: &Document, given: Option<&str>) -> Self {
        let new = given.or(document.version()).unwrap_or(&model.document);
        Self {
            new: new.to_owned(),
            old: model.document.clone(),
        }
    }

    /// Says since when an item is there, and the line that it was read from.
    fn began(&self, patch: &mut Patch) {
        patch.set("since", self.new.as_str());
        if let Some(line) = patch.line {
            patch.set("line", i64::from(line));
        }
    }

    /// Takes back that an item has ended, since the document of a later version prints it.
    fn go_on(&self, patch: &mut Patch, history: &History) {
        if self.new != self.old && history.until.is_some() {
            patch.unset("until");
        }
    }

    /// Ends an item that the document does not print. Under the version that the spec describes already nothing can end.
    fn end(&self, patch: &mut Patch, history: &History, what: &str) {
        let same = self.new == self.old;
        let question = match same {
            true => format!(
                "{what}, and the document calls itself {}, as the spec does: is the document whole? a later version is named with `--version`",
                self.old
            ),
            false => format!("{what}: keep it with `until`, or delete it"),
        };
        if patch.ask(history, "gone", question) && !same {
            patch.set("until", self.old.as_str());
        }
    }
}

/// What the whole document changes.
pub(super) fn overlay(
    model: &Model,
    document: &Document,
    (messages, pairs): (&[PrintedMessage<'_>], &[Pair<'_>]),
    version: &Version,
    scope: &Scope,
    notes: &mut Vec<Note>,
) -> Vec<Patch> {
    let known = Known { model };
    let mut patches = catalog::versions(known, document, version);
    patches.extend(catalog::signature(known, document, version));
    patches.extend(interfaces::heads(known, document, version, scope));
    for message in messages {
        patches.extend(interfaces::message(known, message, version));
    }
    for pair in pairs {
        patches.extend(fields::overlay(pair, model, version));
    }
    patches.extend(fields::choices(pairs));
    patches.extend(values::overlay(known, pairs, version));
    let may_end = scope.names("errors");
    patches.extend(catalog::error_codes(
        known, document, version, may_end, notes,
    ));
    patches.extend(catalog::bills(known, document, version));
    patches.retain(|patch| !patch.is_empty());
    patches
}

/// A list of words as a TOML array.
fn words<'w>(words: impl IntoIterator<Item = &'w str>) -> Array {
    words.into_iter().collect()
}
