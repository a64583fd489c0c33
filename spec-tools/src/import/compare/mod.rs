//! A document held against the spec: every row is matched, explained by an erratum, or an edit.
//!
//! Steps: which section is which interface ([`interfaces`](self)); rows to fields, by table, name, alias and case (`rows`); what a row and its field
//! say (`fields`); lists of values over all rows (`values`); error codes, bills, versions (`catalog`); which errata still have a reason (`errata`).

use std::collections::BTreeSet;

use signed_xml_codegen::model::{Field, Interface, Message, Model, RemarkWords};

use super::document::{Document, Note, Row, Section, Table};
use super::edit::{Edit, EditKind};
use super::known::Known;
use super::printed::without_blanks;

pub use errata::{Judgement, Verdict};

pub(super) use catalog::{interface_words, printed_interfaces};
pub(super) use questions::of_new_row;
pub(super) use rows::{expression, kind_name, printed_requires};

mod catalog;
mod errata;
mod fields;
mod questions;
mod rows;
mod values;

/// What came of holding a document against the spec.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    /// Rows of field tables in the document.
    pub found: usize,
    /// Rows that are as the spec says, and the spec does as they say.
    pub matched: usize,
    /// Rows that the spec departs from, each with its reason.
    pub explained: Vec<Explained>,
    /// Rows with at least one edit.
    pub unexplained: usize,
    /// What no erratum explains, in the order of the document.
    pub edits: Vec<Edit>,
    /// For each erratum, whether it still has its reason.
    pub errata: Vec<Judgement>,
    /// Rows whose list of values changes with the edits.
    pub(super) lists: Vec<ListChange>,
    /// Where the comparison was unsure.
    pub notes: Vec<Note>,
}

/// A row that the spec departs from by an erratum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// Line of the document.
    pub line: u32,
    /// Interface, message, field.
    pub place: String,
    /// The errata.
    pub errata: Vec<String>,
}

/// A row whose `listed` is to be written anew; empty if it lists the whole enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ListChange {
    pub(super) interface: String,
    pub(super) message: String,
    pub(super) part: usize,
    pub(super) field: String,
    pub(super) values: Vec<String>,
}

/// A row of the document and the field of the spec that it is, with where both stand.
pub(super) struct Pair<'a> {
    pub(super) interface: &'a Interface,
    pub(super) message: &'a Message,
    pub(super) row: &'a Row,
    pub(super) field: &'a Field,
    /// Part of the spec that the row's table is; `None` for a new one.
    pub(super) part: Option<usize>,
    pub(super) words: &'a RemarkWords,
}

impl Pair<'_> {
    /// The word of a choice in a text of the row, and out of how many it is.
    pub(super) fn choice_in<'t>(&self, text: &'t str) -> Option<(&'t str, usize)> {
        self.words.choice_in(text)
    }
}

/// A message of the document: its tables in order, each with the part of the spec that it is.
pub(super) struct PrintedMessage<'a> {
    pub(super) interface: &'a Interface,
    pub(super) section: &'a Section,
    pub(super) message: Option<&'a Message>,
    pub(super) tables: Vec<(&'a Table, Option<usize>)>,
}

/// Holds `document` against `model`; `version` is that of the document, if its history does not say.
pub fn compare(model: &Model, document: &Document, version: Option<&str>) -> Comparison {
    let known = Known { model };
    let mut comparison = Comparison {
        found: document.row_count(),
        notes: document.notes.clone(),
        ..Comparison::default()
    };
    catalog::versions(model, document, version, &mut comparison);
    catalog::signature(model, document, &mut comparison);
    let messages = interfaces(known, document, &mut comparison);
    let mut pairs = Vec::new();
    for message in &messages {
        rows::compare(known, message, &mut pairs, &mut comparison);
    }
    for pair in &pairs {
        fields::compare(pair, model, &mut comparison);
    }
    fields::choices(&pairs, &mut comparison);
    values::compare(known, &pairs, &mut comparison);
    catalog::error_codes(known, document, &mut comparison);
    catalog::bills(known, document, &mut comparison);
    comparison.errata = errata::judge(model, document, &messages, &pairs);
    comparison.edits.sort_by_key(|edit| edit.line);
    count(model, &pairs, &mut comparison);
    comparison
}

/// The messages of the document, and what differs in the interfaces themselves.
pub(super) fn interfaces<'a>(
    known: Known<'a>,
    document: &'a Document,
    comparison: &mut Comparison,
) -> Vec<PrintedMessage<'a>> {
    for interface in known.interfaces() {
        let printed = document
            .sections
            .iter()
            .any(|section| section.interface.as_ref() == Some(&interface.name));
        if !printed {
            let edit = Edit::new(
                EditKind::InterfaceRemoved,
                [&interface.name, "", ""],
                &interface.section,
                "",
            );
            comparison.edits.push(edit.decide(
                "the document no longer describes it: keep it with `until`, or delete its file",
            ));
        }
    }
    let mut messages = Vec::new();
    for (at, section) in document.sections.iter().enumerate() {
        let tables: Vec<&Table> = document
            .tables
            .iter()
            .filter(|table| table.section == at)
            .collect();
        if tables.is_empty() {
            continue;
        }
        let Some(interface) = section
            .interface
            .as_deref()
            .and_then(|name| known.interface(name))
        else {
            let name = interface_name(section);
            let edit = Edit::new(
                EditKind::InterfaceAdded,
                [&name, "", ""],
                "",
                &section.number,
            )
            .at(section.line);
            comparison.edits.push(edit.decide(
                "a new interface: write `doc`, decide `method`, `auth`, `form` and what is signed",
            ));
            continue;
        };
        head(section, interface, comparison);
        split(known, interface, section, &tables, &mut messages);
    }
    messages.iter_mut().for_each(rows::align);
    messages
}

/// What a new interface would be called: after the last segment of its address.
pub(super) fn interface_name(section: &Section) -> String {
    let url = section.url.as_ref().map_or("", |url| url.text.as_str());
    let last = url
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or_default();
    let name: String = last
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '_')
        .collect();
    match name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        true => name.to_ascii_lowercase(),
        false => format!("section_{}", section.number.replace('.', "_")),
    }
}

fn head(section: &Section, interface: &Interface, comparison: &mut Comparison) {
    let place = [interface.name.as_str(), "", ""];
    // A structure may have a section of its own.
    if interface
        .structures()
        .any(|found| found.section == section.number && found.section != interface.section)
    {
        return;
    }
    if section.number != interface.section {
        comparison.edits.push(
            Edit::new(
                EditKind::Section,
                place,
                &interface.section,
                &section.number,
            )
            .at(section.line),
        );
    }
    let (known, printed) = (
        without_blanks(&interface.title),
        without_blanks(&section.title),
    );
    if !known.is_empty() && !printed.contains(&known) {
        comparison.edits.push(
            Edit::new(EditKind::Title, place, &interface.title, &section.title).at(section.line),
        );
    }
    match (&interface.url, &section.url) {
        (Some(known), Some(printed)) if *known != printed.text => {
            comparison
                .edits
                .push(Edit::new(EditKind::Url, place, known, &printed.text).at(printed.line));
        }
        (Some(_), None) => {
            let text = format!(
                "section {} prints no address for `{}`",
                section.number, interface.name
            );
            comparison.notes.push(Note {
                line: section.line,
                text,
            });
        }
        _ => {}
    }
}

/// Puts the tables of a section to their messages; a message may go on in a section below that of its interface.
fn split<'a>(
    known: Known<'a>,
    interface: &'a Interface,
    section: &'a Section,
    tables: &[&'a Table],
    messages: &mut Vec<PrintedMessage<'a>>,
) {
    for table in tables {
        let same = |message: &&mut PrintedMessage<'_>| {
            let mut tables = message.tables.iter();
            let alike = tables
                .any(|(other, _)| other.kind == table.kind && other.structure == table.structure);
            alike && message.interface.name == interface.name
        };
        match messages.iter_mut().find(same) {
            Some(message) => message.tables.push((table, None)),
            None => messages.push(PrintedMessage {
                interface,
                section,
                message: known.message(
                    Some(&interface.name),
                    table.kind,
                    table.structure.as_deref(),
                ),
                tables: vec![(table, None)],
            }),
        }
    }
}

/// Counts rows: with an edit, explained, matched.
fn count(model: &Model, pairs: &[Pair<'_>], comparison: &mut Comparison) {
    let lines: BTreeSet<u32> = comparison
        .edits
        .iter()
        .filter_map(|edit| edit.line)
        .collect();
    for pair in pairs.iter().filter(|pair| !lines.contains(&pair.row.line)) {
        let errata = errata::explaining(pair, model);
        match errata.is_empty() {
            true => comparison.matched += 1,
            false => comparison.explained.push(Explained {
                line: pair.row.line,
                place: pair.place().join(" "),
                errata,
            }),
        }
    }
    comparison.unexplained = comparison.found - comparison.matched - comparison.explained.len();
}

impl<'a> Pair<'a> {
    /// Interface, message and field.
    pub(super) fn place(&self) -> [&'a str; 3] {
        [&self.interface.name, &self.message.name, &self.field.name]
    }

    /// An edit of this row.
    pub(super) fn edit(
        &self,
        kind: EditKind,
        old: impl Into<String>,
        new: impl Into<String>,
    ) -> Edit {
        Edit::new(kind, self.place(), old, new)
            .at(self.row.line)
            .part(Some(self.field.part))
    }
}
