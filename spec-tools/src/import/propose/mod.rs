//! The spec that a document asks for: every edit written into the TOML, comments and order kept, what a person must decide marked.
//!
//! Steps: one edit after the other (`fields`, `catalog`, `interface`); compile; if that fails, again one by one, and what the spec cannot carry is only
//! marked. Nothing is written to disk here.

use std::collections::BTreeMap;

use toml_edit::DocumentMut;

use signed_xml_codegen::Diagnostics;
use signed_xml_codegen::Sources;
use signed_xml_codegen::model::Model;

use super::compare::Comparison;
use super::document::{Document, Note};
use super::edit::{Edit, EditKind};

mod catalog;
mod draft;
mod fields;
mod interface;
mod table;

/// The spec with the edits of a document.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// All files of the spec, edited.
    pub sources: Sources,
    /// The compiled spec.
    pub model: Model,
    /// Files whose text is another, in their order.
    pub changed: Vec<String>,
    /// Edits that no file carries, only a mark or this note.
    pub notes: Vec<Note>,
}

/// The files while they are edited, and what an edit needs to know.
#[derive(Clone)]
pub(super) struct Draft<'a> {
    pub(super) model: &'a Model,
    pub(super) document: &'a Document,
    /// The version that brings what is new.
    pub(super) version: String,
    pub(super) files: BTreeMap<String, DocumentMut>,
    /// Parts that were added for tables, by the line of the table.
    pub(super) parts: BTreeMap<u32, usize>,
    /// Files that are new as text.
    pub(super) new_files: BTreeMap<String, String>,
}

/// Writes the edits of `comparison` into the spec that `model` was read from; `version` is that of the document, if its history does not say.
///
/// # Errors
///
/// The findings, if the edited spec does not compile even with edits left out: the present spec is wrong then.
pub fn propose(
    model: &Model,
    document: &Document,
    comparison: &Comparison,
    version: Option<&str>,
) -> Result<Proposal, Diagnostics> {
    let version = version
        .or(document.version())
        .unwrap_or(&model.document)
        .to_owned();
    let start = Draft {
        model,
        document,
        version,
        files: parsed(&model.sources),
        parts: BTreeMap::new(),
        new_files: BTreeMap::new(),
    };
    let mut notes = same_version(model, &start.version, comparison);
    let mut draft = start.clone();
    for edit in ordered(&comparison.edits) {
        draft.apply(edit, &mut notes);
    }
    draft.list_values(comparison);
    if let Ok(proposed) = signed_xml_codegen::compile(draft.sources()) {
        return Ok(finished(draft, proposed, notes));
    }
    // Which edit is it that the spec cannot carry?
    let mut notes = same_version(model, &start.version, comparison);
    let mut draft = start;
    for edit in ordered(&comparison.edits) {
        let mut next = draft.clone();
        let mut told = Vec::new();
        next.apply(edit, &mut told);
        match signed_xml_codegen::compile(next.sources()) {
            Ok(_) => {
                notes.append(&mut told);
                draft = next;
            }
            Err(_) => draft.mark(edit, &mut notes),
        }
    }
    let without_lists = draft.clone();
    draft.list_values(comparison);
    match signed_xml_codegen::compile(draft.sources()) {
        Ok(proposed) => Ok(finished(draft, proposed, notes)),
        Err(_) => signed_xml_codegen::compile(without_lists.sources())
            .map(|proposed| finished(without_lists, proposed, notes)),
    }
}

/// Edits under the version that the spec describes already: what is gone cannot be told from what is there.
fn same_version(model: &Model, version: &str, comparison: &Comparison) -> Vec<Note> {
    let told = format!(
        "the document calls itself {version}, as the spec does: name its own version with `--version`, so that what is gone ends with {version}"
    );
    let same = version == model.document && !comparison.edits.is_empty();
    same.then_some(Note {
        line: 0,
        text: told,
    })
    .into_iter()
    .collect()
}

fn finished(draft: Draft<'_>, model: Model, notes: Vec<Note>) -> Proposal {
    let sources = draft.sources();
    let before = |name: &str| {
        draft
            .model
            .sources
            .files()
            .iter()
            .find(|file| file.name == name)
    };
    let changed = sources
        .files()
        .iter()
        .filter(|file| before(&file.name).is_none_or(|old| old.text != file.text));
    let changed = changed.map(|file| file.name.clone()).collect();
    Proposal {
        sources,
        model,
        changed,
        notes,
    }
}

/// Versions first, because everything new names one; names last, because everything else looks rows up by them.
fn ordered(edits: &[Edit]) -> Vec<&Edit> {
    let rank = |edit: &&Edit| match edit.kind {
        EditKind::VersionAdded | EditKind::VersionDate => 0,
        EditKind::Document => 1,
        EditKind::FieldAdded | EditKind::FieldRenamed => 3,
        EditKind::FieldMoved => 4,
        EditKind::FieldCase => 5,
        _ => 2,
    };
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(rank);
    edits
}

fn parsed(sources: &Sources) -> BTreeMap<String, DocumentMut> {
    let files = sources.files().iter();
    // Invariant: the model was compiled from these texts, so they parse.
    files
        .filter_map(|file| Some((file.name.clone(), file.text.parse().ok()?)))
        .collect()
}

impl Draft<'_> {
    fn sources(&self) -> Sources {
        let edited = self
            .files
            .iter()
            .map(|(name, file)| (name.clone(), file.to_string()));
        let new = self
            .new_files
            .iter()
            .map(|(name, text)| (name.clone(), text.clone()));
        Sources::from_texts(self.model.sources.root(), edited.chain(new))
    }

    fn apply(&mut self, edit: &Edit, notes: &mut Vec<Note>) {
        use EditKind as Kind;
        let done = match edit.kind {
            Kind::Document | Kind::VersionAdded | Kind::VersionDate | Kind::Signature => {
                self.header(edit)
            }
            Kind::InterfaceAdded => self.add_interface(edit),
            Kind::InterfaceRemoved | Kind::Section | Kind::Title | Kind::Url => self.head(edit),
            Kind::MessageAdded => self.add_message(edit),
            Kind::Condition => self.condition(edit),
            Kind::FieldAdded | Kind::FieldRenamed => self.add_field(edit),
            Kind::FieldMoved => self.move_field(edit),
            Kind::FieldCase => self.respell(edit),
            Kind::ValueAdded | Kind::ValueRemoved | Kind::ValueLabel => self.value(edit),
            // The lists of all rows are written at the end.
            Kind::ValueListed | Kind::ValueUnlisted => Some(()),
            Kind::CodeAdded | Kind::CodeRemoved | Kind::CodeMeaning | Kind::CodeInterfaces => {
                self.code(edit)
            }
            Kind::ColumnAdded | Kind::ColumnRemoved | Kind::ColumnRenamed | Kind::ColumnMoved => {
                self.column(edit)
            }
            Kind::BillAdded | Kind::BillRemoved => None,
            Kind::FieldRemoved
            | Kind::FieldAlias
            | Kind::Label
            | Kind::Type
            | Kind::Max
            | Kind::Mark
            | Kind::Choice
            | Kind::Unit
            | Kind::Form
            | Kind::ValuesListed => self.field(edit),
        };
        if done.is_none() {
            self.mark(edit, notes);
        }
    }

    /// Leaves an edit that cannot be written as a mark on its row, or as a note where there is no row.
    fn mark(&mut self, edit: &Edit, notes: &mut Vec<Note>) {
        let told = edit.undecided.clone().unwrap_or_default();
        let what = format!(
            "{}: {} -> {}; {told}",
            edit.kind.as_str(),
            edit.old,
            edit.new
        );
        let what = what.trim_end_matches([';', ' ']);
        let marked = match (&edit.interface, edit.part) {
            (interface, Some(part)) if !interface.is_empty() => {
                self.with_row(edit, part, |row| table::set(row, "undecided", what))
            }
            _ => None,
        };
        if marked.is_none() {
            let text = format!("not written into the spec, do it by hand: {edit}");
            notes.push(Note {
                line: edit.line.unwrap_or(0),
                text,
            });
        }
    }
}
