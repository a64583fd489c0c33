//! The vendor's document, read into the spec.
//!
//! Steps: a file to numbered [`Line`]s of cells; lines to a [`Document`], mended with what the spec knows; tables and rows to messages and fields
//! (`matching`); what each item of the spec becomes (`overlay`, as `patch`es of its keys); the patched TOML, compiled, and what [`diff`](crate::diff)
//! says of it (`proposal`). Beside that, what must be in the document and is not ([`Account`]), and which errata have lost their reason (`errata`).

use std::collections::BTreeSet;

use signed_xml_codegen::Diagnostics;
use signed_xml_codegen::model::Model;

pub use account::{Account, Scope};
pub use document::{
    Document, Note, Printed, PrintedBill, PrintedCode, PrintedCondition, PrintedVersion, Row,
    Section, Table,
};
pub use errata::{Judgement, Verdict};
pub use file::lines;
pub use lines::{Form, Line, MOST_BYTES, ReadError};
pub use patch::Question;
pub use proposal::{OpenQuestion, Proposal};

mod account;
mod bills;
mod document;
mod docx;
mod draft;
mod errata;
mod file;
mod known;
mod lines;
mod matching;
mod overlay;
mod patch;
mod plain;
mod printed;
mod proposal;
mod reader;
mod remark;
pub mod report;
mod rows;
mod sections;
mod table;

/// Reads a document, text with tabs, Markdown or .docx, with the help of the present spec.
///
/// # Errors
///
/// [`ReadError`], if the bytes cannot be read as a document.
pub fn read(bytes: &[u8], model: &Model) -> Result<Document, ReadError> {
    reader::read(&lines(bytes)?, model)
}

/// A document held against the spec.
#[derive(Clone, Debug)]
pub struct Import {
    /// Per section, what must be there and what was read.
    pub accounts: Vec<Account>,
    /// Rows of field tables in the document.
    pub found: usize,
    /// Rows that are as the spec says, and the spec does as they say.
    pub matched: usize,
    /// Rows that the spec departs from, each with its reason.
    pub explained: Vec<Explained>,
    /// For each erratum, whether it still has its reason.
    pub errata: Vec<Judgement>,
    /// Where the reader was unsure.
    pub notes: Vec<Note>,
    /// The spec as the document asks for it, and the changes that this makes.
    pub proposal: Proposal,
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

impl Import {
    /// Rows that neither the spec nor an erratum explains.
    pub fn unexplained(&self) -> usize {
        self.found - self.matched - self.explained.len()
    }

    /// True if everything that is expected was read, and nothing could not be read.
    pub fn is_complete(&self) -> bool {
        let whole = |account: &Account| account.missing.is_empty() && account.unreadable.is_empty();
        self.accounts.iter().all(whole)
    }

    /// True if the document asks for no change and no decision.
    pub fn is_covered(&self) -> bool {
        self.proposal.changes.is_empty() && self.proposal.open.is_empty()
    }
}

/// Holds `document` against `model`; `version` is that of the document, if its history does not say.
///
/// # Errors
///
/// The findings, if the spec does not compile even with every edit left out: the present spec is wrong then.
pub fn import(
    model: &Model,
    document: &Document,
    version: Option<&str>,
    scope: &Scope,
) -> Result<Import, Diagnostics> {
    let (messages, pairs) = matching::matched(known::Known { model }, document);
    let version = overlay::Version::of(model, document, version);
    let mut notes = document.notes.clone();
    if scope.is_whole() {
        notes.extend(sections::gaps(&document.sections));
    }
    let matched = (messages.as_slice(), pairs.as_slice());
    let patches = overlay::overlay(model, document, matched, &version, scope, &mut notes);
    notes.sort_by_key(|note| note.line);
    let lines: BTreeSet<u32> = patches
        .iter()
        .filter(|patch| !patch.follows)
        .filter_map(|patch| patch.line)
        .collect();
    let mut import = Import {
        accounts: account::accounts(model, document, &messages, scope),
        found: document.row_count(),
        matched: 0,
        explained: Vec::new(),
        errata: errata::judge(model, document, &messages, &pairs),
        notes,
        proposal: proposal::propose(model, &patches)?,
    };
    for pair in pairs.iter().filter(|pair| !lines.contains(&pair.row.line)) {
        let errata = errata::explaining(pair, model);
        match errata.is_empty() {
            true => import.matched += 1,
            false => import.explained.push(Explained {
                line: pair.row.line,
                place: pair.place().join(" "),
                errata,
            }),
        }
    }
    Ok(import)
}

/// Why a document did not become a spec.
#[derive(Debug)]
#[non_exhaustive]
pub enum ImportError {
    /// It cannot be read.
    Read(ReadError),
    /// The edited spec does not compile.
    Spec(Diagnostics),
}

/// Reads a document and gives the spec that it asks for, compiled: what `model` becomes with what the document says.
///
/// # Errors
///
/// [`ImportError`], if the bytes are not a document or the spec cannot be edited.
pub fn spec_of(
    bytes: &[u8],
    model: &Model,
    version: Option<&str>,
) -> Result<Proposal, ImportError> {
    let document = read(bytes, model).map_err(ImportError::Read)?;
    let import = import(model, &document, version, &Scope::default());
    import
        .map(|import| import.proposal)
        .map_err(ImportError::Spec)
}

impl std::fmt::Display for ImportError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Read(error) => error.fmt(f),
            Self::Spec(diagnostics) => write!(f, "the edited spec does not compile\n{diagnostics}"),
        }
    }
}

impl std::error::Error for ImportError {}

/// A vocabulary for tests: that of the clean spec.
#[cfg(test)]
fn vocabulary() -> signed_xml_codegen::model::Vocabulary {
    let spec = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clean/spec");
    signed_xml_codegen::load(spec.as_ref())
        .expect("the clean spec compiles")
        .vocabulary
}
