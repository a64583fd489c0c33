//! The vendor's document, read: what it prints, how that differs from the spec, and the edits of the spec that a new version asks for.
//!
//! Steps: a file to numbered [`lines`] of cells; lines to a [`Document`], mended with what the spec knows.

use crate::model::Model;

pub use compare::{Comparison, Explained, Judgement, Verdict, compare};
pub use document::{
    Document, Note, Printed, PrintedBill, PrintedCode, PrintedCondition, PrintedVersion, Row,
    Section, Table,
};
pub use edit::{Edit, EditKind};
pub use lines::{Line, MOST_BYTES, ReadError, lines};

mod bills;
mod compare;
mod document;
mod docx;
mod edit;
mod known;
mod lines;
mod printed;
mod reader;
mod remark;
pub mod report;
mod rows;
mod sections;

/// Reads a document, text with tabs, Markdown or .docx, with the help of the present spec.
///
/// # Errors
///
/// [`ReadError`], if the bytes are no document.
pub fn read(bytes: &[u8], model: &Model) -> Result<Document, ReadError> {
    reader::read(&lines(bytes)?, model)
}
