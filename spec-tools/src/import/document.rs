//! What a version of the document prints: tables and rows with their lines, error codes, bill headers, the signature rule, versions.
//!
//! It holds facts of the spec only; a remark is text until `remark` reads values, units and forms in it.

use signed_xml_codegen::model::{MessageKind, WireType};

use super::printed::comes_after;

/// A version of the vendor's document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// Sections in their order, from the text, not from the table of contents.
    pub sections: Vec<Section>,
    /// Field tables in their order.
    pub tables: Vec<Table>,
    /// The error codes.
    pub error_codes: Vec<PrintedCode>,
    /// The headers of bills.
    pub bills: Vec<PrintedBill>,
    /// The signature algorithm.
    pub signature: Option<Printed>,
    /// The version history, as printed.
    pub versions: Vec<PrintedVersion>,
    /// Where the reader was unsure.
    pub notes: Vec<Note>,
    /// What looks like a part of a table and could not be read.
    pub unreadable: Vec<Note>,
}

/// A text and its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// The text.
    pub text: String,
    /// Line of the document, from 1.
    pub line: u32,
}

/// A numbered section.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// `3.4`; empty for what stands in front of the first number of an excerpt.
    pub number: String,
    /// Its title.
    pub title: String,
    /// Line of the document, from 1.
    pub line: u32,
    /// The first address in front of its tables, without the query.
    pub url: Option<Printed>,
    /// True if the address asks for an access token in its query.
    pub takes_token: bool,
    /// The interface of the spec that it describes.
    pub interface: Option<String>,
}

/// A field table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Index of its section in [`Document::sections`].
    pub section: usize,
    /// Which message.
    pub kind: MessageKind,
    /// Name of the structure, if it is one and the document names it.
    pub structure: Option<String>,
    /// The line "以下字段在 … 有返回" in front of it.
    pub condition: Option<PrintedCondition>,
    /// Line of its heading row.
    pub line: u32,
    /// Its rows.
    pub rows: Vec<Row>,
}

/// A condition line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrintedCondition {
    /// Field and value pairs that must all hold; empty if the line could not be read.
    pub requires: Vec<(String, String)>,
    /// Line of the document, from 1.
    pub line: u32,
}

/// A row of a field table, mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Line of the document that it begins on, from 1.
    pub line: u32,
    /// The name, mended.
    pub name: String,
    /// The name as the extraction left it.
    pub raw_name: String,
    /// The label as printed, without blanks.
    pub label: String,
    /// The type; `None` for one that the spec language does not know.
    pub wire_type: Option<WireType>,
    /// Type and length as printed.
    pub printed_type: String,
    /// The greatest length.
    pub max: Option<u32>,
    /// The mark: `Y`, `N`, another word or nothing.
    pub mark: String,
    /// The remark as printed, its pieces joined.
    pub remark: String,
}

/// A row of the error-code table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrintedCode {
    /// The code.
    pub code: String,
    /// Its meaning without blanks.
    pub meaning: String,
    /// The document's words for the interfaces that answer it.
    pub interfaces: Vec<String>,
    /// Line of the document, from 1.
    pub line: u32,
}

/// The header of a bill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrintedBill {
    /// The title in front of it.
    pub title: String,
    /// Its columns without blanks.
    pub columns: Vec<String>,
    /// Line of the document, from 1.
    pub line: u32,
}

/// A row of the version history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrintedVersion {
    /// `2.4`.
    pub version: String,
    /// The date, as far as it is given: `2020-07-13`.
    pub date: String,
    /// Line of the document, from 1.
    pub line: u32,
}

/// A place where the reader could not be sure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Line of the document, from 1; 0 for the document as a whole.
    pub line: u32,
    /// What was found and what was made of it.
    pub text: String,
}

impl Document {
    /// The section that a table stands in.
    pub fn section_of(&self, table: &Table) -> Option<&Section> {
        self.sections.get(table.section)
    }

    /// The number of rows of all field tables.
    pub fn row_count(&self) -> usize {
        self.tables.iter().map(|table| table.rows.len()).sum()
    }

    /// The greatest version that the history names, and its row.
    pub(super) fn last_version(&self) -> Option<&PrintedVersion> {
        let versions = self.versions.iter();
        versions.reduce(
            |last, next| match comes_after(&next.version, &last.version) {
                true => next,
                false => last,
            },
        )
    }

    /// The version of the document: the greatest that its history names.
    pub fn version(&self) -> Option<&str> {
        self.last_version().map(|last| last.version.as_str())
    }
}

impl Row {
    /// The mark that counts: required or not, and the word where it is neither Y nor N.
    pub fn demand(&self) -> (bool, Option<&str>) {
        match self.mark.as_str() {
            "Y" => (true, None),
            "N" => (false, None),
            other => (other.starts_with('Y'), Some(other)),
        }
    }
}
