//! The vendor's document, read: what it prints, how that differs from the spec, and the edits of the spec that a new version asks for.
//!
//! Steps: a file to numbered [`lines`] of cells; lines to a [`Document`], mended with what the spec knows.

use signed_xml_codegen::model::Model;

pub use compare::{Comparison, Explained, Judgement, Verdict, compare};
pub use document::{
    Document, Note, Printed, PrintedBill, PrintedCode, PrintedCondition, PrintedVersion, Row,
    Section, Table,
};
pub use edit::{Edit, EditKind};
pub use file::lines;
pub use lines::{Line, MOST_BYTES, ReadError};
pub use propose::{Proposal, propose};

mod bills;
mod compare;
mod document;
mod docx;
mod edit;
mod file;
mod known;
mod lines;
mod printed;
mod propose;
mod reader;
mod remark;
pub mod report;
mod rows;
mod sections;

/// Reads a document, text with tabs, Markdown or .docx, with the help of the present spec.
///
/// # Errors
///
/// [`ReadError`], if the bytes cannot be read as a document.
pub fn read(bytes: &[u8], model: &Model) -> Result<Document, ReadError> {
    reader::read(&lines(bytes)?, model)
}

/// Why a document did not become a spec.
#[derive(Debug)]
#[non_exhaustive]
pub enum ImportError {
    /// It cannot be read.
    Read(ReadError),
    /// The edited spec does not compile.
    Spec(signed_xml_codegen::Diagnostics),
}

/// Reads a document and gives the spec that it asks for, compiled: what `model` becomes with the edits of the document.
///
/// # Errors
///
/// [`ImportError`], if the bytes are no document or the spec cannot be edited.
pub fn spec_of(
    bytes: &[u8],
    model: &Model,
    version: Option<&str>,
) -> Result<Proposal, ImportError> {
    let document = read(bytes, model).map_err(ImportError::Read)?;
    let comparison = compare(model, &document, version);
    propose(model, &document, &comparison, version).map_err(ImportError::Spec)
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
