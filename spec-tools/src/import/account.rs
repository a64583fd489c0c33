//! What must be in the document, and what was read of it.
//!
//! The spec says what to expect: a table per part of each message, error codes, headers of bills, versions, the signature rule. Whatever of it is
//! not there is named, and so is what looks like a part of a table and could not be read.

use std::collections::BTreeMap;

use signed_xml_codegen::model::{Interface, Message, Model};

use super::document::{Document, Note};
use super::known::Known;
use super::matching::{PrintedMessage, same_text};

/// What stands beside the interfaces, as `--partial` names it.
const BESIDE: [&str; 4] = ["errors", "bills", "versions", "signature"];

/// What one section of the document should hold, and what was read of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Section and interface, or `errors`, `bills`, `versions`, `signature`.
    pub section: String,
    /// What is counted: rows, codes, columns.
    pub unit: &'static str,
    /// How many the spec has; 0 in a section that is not expected.
    pub expected: usize,
    /// How many were read.
    pub read: usize,
    /// Tables, headers and addresses that are not there.
    pub missing: Vec<String>,
    /// Lines that look like a part of a table and were not read.
    pub unreadable: Vec<Note>,
}

/// Which sections of the document are expected: all, or those that an excerpt consists of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    sections: Option<Vec<String>>,
}

impl Scope {
    /// An excerpt of the sections that `words` names: numbers, names of interfaces, `errors`, `bills`, `versions`, `signature`.
    ///
    /// # Errors
    ///
    /// A word that names no section of the spec, with those that do.
    pub fn partial(model: &Model, words: &[String]) -> Result<Self, String> {
        let scope = Self {
            sections: Some(words.to_vec()),
        };
        let names = |word: &str, interface: &Interface| {
            word == interface.name || is_within(&interface.section, word)
        };
        for word in words {
            let mut interfaces = Known { model }.interfaces();
            if !BESIDE.contains(&word.as_str()) && !interfaces.any(|found| names(word, found)) {
                let all = Known { model }.interfaces();
                let all: Vec<&str> = all.map(|found| found.section.as_str()).collect();
                return Err(format!(
                    "`{word}` is not a section that the spec knows: expected {} or {}",
                    all.join(", "),
                    BESIDE.join(", ")
                ));
            }
        }
        Ok(scope)
    }

    /// True unless the document is an excerpt.
    pub(super) fn is_whole(&self) -> bool {
        self.sections.is_none()
    }

    /// True if this part of the document is expected.
    pub(super) fn names(&self, word: &str) -> bool {
        let sections = self.sections.as_ref();
        sections.is_none_or(|words| words.iter().any(|known| known == word))
    }

    /// True if the section of an interface is expected.
    pub(super) fn has(&self, interface: &Interface) -> bool {
        let words = self.sections.as_ref();
        words.is_none_or(|words| {
            let mut words = words.iter();
            words.any(|word| *word == interface.name || is_within(&interface.section, word))
        })
    }
}

/// True for a section or one below it.
fn is_within(section: &str, word: &str) -> bool {
    let rest = section.strip_prefix(word);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// The account of every section, in the order of the spec; what stands in no interface comes last.
pub(super) fn accounts(
    model: &Model,
    document: &Document,
    messages: &[PrintedMessage<'_>],
    scope: &Scope,
) -> Vec<Account> {
    let known = Known { model };
    let mut unreadable = unreadable(document);
    let mut accounts = Vec::new();
    for interface in known.interfaces() {
        let fields = interface.messages.iter();
        let fields = fields.map(|message| known.fields(message).len()).sum();
        let of_interface = |message: &&PrintedMessage<'_>| message.interface.name == interface.name;
        let tables = messages.iter().filter(of_interface);
        let tables = tables.flat_map(|message| &message.tables);
        let expected = scope.has(interface);
        accounts.push(Account {
            section: format!("{} {}", interface.section, interface.name),
            unit: "rows",
            expected: if expected { fields } else { 0 },
            read: tables.map(|(table, _)| table.rows.len()).sum(),
            missing: match expected {
                true => missing(known, document, messages, interface),
                false => Vec::new(),
            },
            unreadable: unreadable
                .remove(interface.name.as_str())
                .unwrap_or_default(),
        });
    }
    accounts.extend(beside(known, document, scope));
    let rest: Vec<Note> = unreadable.into_values().flatten().collect();
    if !rest.is_empty() {
        accounts.push(Account {
            section: "elsewhere".to_owned(),
            unit: "rows",
            expected: 0,
            read: 0,
            missing: Vec::new(),
            unreadable: rest,
        });
    }
    accounts
}

/// What could not be read, by the interface of its section.
fn unreadable(document: &Document) -> BTreeMap<&str, Vec<Note>> {
    let mut all: BTreeMap<&str, Vec<Note>> = BTreeMap::new();
    for note in &document.unreadable {
        let mut before = document
            .sections
            .iter()
            .filter(|section| section.line <= note.line);
        let section = before.next_back();
        let interface = section.and_then(|section| section.interface.as_deref());
        all.entry(interface.unwrap_or_default())
            .or_default()
            .push(note.clone());
    }
    all
}

/// Tables of an interface that are not there.
fn missing(
    known: Known<'_>,
    document: &Document,
    messages: &[PrintedMessage<'_>],
    interface: &Interface,
) -> Vec<String> {
    let mut sections = document.sections.iter();
    let mine = |name: &Option<String>| name.as_ref() == Some(&interface.name);
    let mut with_url = sections.clone().filter(|section| mine(&section.interface));
    if !sections.any(|section| mine(&section.interface)) {
        return vec![format!(
            "section {} ({}) with its tables; if the document no longer has it, say `until` in `interfaces/{}.toml`",
            interface.section, interface.title, interface.name
        )];
    }
    let mut missing = Vec::new();
    if interface.url.is_some() && with_url.all(|section| section.url.is_none()) {
        missing.push("the address in front of its tables".to_owned());
    }
    for message in &interface.messages {
        let mut printed = messages.iter();
        let printed = printed.find(|found| {
            found
                .message
                .is_some_and(|found| std::ptr::eq(found, message))
        });
        if known.fields(message).is_empty() {
            continue;
        }
        match printed {
            None => missing.push(format!("every table of `{}`", message.name)),
            Some(printed) => {
                let parts = printed.missing.iter();
                missing.extend(parts.map(|part| table_of(message, *part)));
            }
        }
    }
    missing
}

fn table_of(message: &Message, part: usize) -> String {
    let when = message.parts.get(part).and_then(|part| part.when.as_ref());
    match when {
        Some(when) => format!("the table of `{}` when `{when}`", message.name),
        None => format!("the table of `{}` without a condition", message.name),
    }
}

/// Error codes, bills, versions, signature.
fn beside(known: Known<'_>, document: &Document, scope: &Scope) -> Vec<Account> {
    let model = known.model;
    let account = |section: &str, unit, expected: usize, read, missing: Vec<String>| Account {
        section: section.to_owned(),
        unit,
        expected: if scope.names(section) { expected } else { 0 },
        read,
        missing: if scope.names(section) {
            missing
        } else {
            Vec::new()
        },
        unreadable: Vec::new(),
    };
    let codes = model.error_codes.iter();
    let codes = codes.filter(|code| known.is_printed(&code.history)).count();
    let lost = codes > 0 && document.error_codes.is_empty();
    let errors = lost.then(|| "the table of error codes".to_owned());
    let layouts = model.bill_layouts.iter();
    let columns = layouts
        .clone()
        .map(|layout| known.columns(layout).count())
        .sum();
    let lost = layouts.filter(|layout| {
        let mut bills = document.bills.iter();
        !bills.any(|bill| same_text(&bill.title, &layout.title))
    });
    let bills = lost.map(|layout| format!("the header of {} ({})", layout.bill_type, layout.title));
    let described = model
        .versions
        .iter()
        .position(|known| known.version == model.document);
    let known_versions = described.map_or(0, |at| at + 1);
    let versions = model.versions.iter().take(known_versions);
    let versions = versions.filter(|version| {
        let mut printed = document.versions.iter();
        !printed.any(|printed| printed.version == version.version)
    });
    let versions = versions.map(|version| format!("version {}", version.version));
    let algorithm = usize::from(model.signature.is_some());
    let lost = model.signature.is_some() && document.signature.is_none();
    let signature = lost.then(|| "the rule that names the algorithm of the signature".to_owned());
    vec![
        account(
            "errors",
            "codes",
            codes,
            document.error_codes.len(),
            errors.into_iter().collect(),
        ),
        account(
            "bills",
            "columns",
            columns,
            document.bills.iter().map(|bill| bill.columns.len()).sum(),
            bills.collect(),
        ),
        account(
            "versions",
            "versions",
            known_versions,
            document.versions.len(),
            versions.collect(),
        ),
        account(
            "signature",
            "algorithms",
            algorithm,
            usize::from(document.signature.is_some()),
            signature.into_iter().collect(),
        ),
    ]
}
