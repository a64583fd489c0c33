//! The resolved spec: what every back end reads, and the only thing that it reads.
//!
//! Plain owned data in the order of the document. Names are looked up, conditions are typed trees,
//! Rust names and types are decided; a back end only writes. Items keep their [`Span`], so that a
//! later check (lint, diff) can point at the row that it speaks of.
//! The parts: [`interface`](Interface) and messages, [`Field`]s, [`Condition`]s, and here what
//! stands beside the interfaces.

use crate::diagnostic::Diagnostics;
use crate::source::{Sources, Span, Spanned};

pub use bill::{BillPart, BillSummary, BillSums, BillUnpaid};
pub use field::{
    Field, FieldType, Format, INDEX, IndexedName, LengthUnit, SECOND_INDEX, SuppliedBy, Supplier,
    WireType,
};
pub use interface::{
    Auth, Group, GroupKind, Interface, Message, MessageKind, Method, Part, ReplyForm, Rule,
    TokenFor, View, ViewValue,
};
pub use signed_xml_condition::{Comparison, Condition, Facts, Order, Term};
pub use vocabulary::{DocumentWords, FieldWords, RemarkWords, SampleWord, Vocabulary, Words};

mod bill;
mod field;
mod history;
mod interface;
mod vocabulary;

/// A whole spec.
#[derive(Clone, Debug)]
pub struct Model {
    /// Short name: `shop`.
    pub name: String,
    /// What the spec describes, in words.
    pub title: String,
    /// What a newcomer reads first, as Markdown: the head of the crate's page.
    pub landing: String,
    /// The version of the document that the spec describes.
    pub document: String,
    /// All versions of the document, oldest first.
    pub versions: Vec<Version>,
    /// How messages are signed, where the document says it.
    pub signature: Option<Signature>,
    /// What concerns every interface.
    pub notes: Vec<String>,
    /// Errata that concern the spec as a whole.
    pub errata_of_spec: Vec<String>,
    /// All errata.
    pub errata: Vec<Erratum>,
    /// All enums.
    pub enums: Vec<Enum>,
    /// All interfaces, in the order of the document.
    pub interfaces: Vec<Interface>,
    /// What is said of the error codes as a whole.
    pub error_codes_doc: String,
    /// All error codes.
    pub error_codes: Vec<ErrorCode>,
    /// All bill columns of all layouts.
    pub bill_columns: Vec<BillColumn>,
    /// The layouts, one per bill type.
    pub bill_layouts: Vec<BillLayout>,
    /// What the rows of a bill are and add up to, where the spec says it.
    pub bill_sums: Option<BillSums>,
    /// Words by which the tools understand the document and the spec.
    pub vocabulary: Vocabulary,
    /// The Chinese of the spec's texts, in the order of `zh.toml`; empty for a spec in one language.
    pub translations: Vec<Translation>,
    /// The files that the model was read from.
    pub sources: Sources,
    /// Findings that are no errors.
    pub warnings: Diagnostics,
}

/// A text of the spec in Chinese.
#[derive(Clone, Debug)]
pub struct Translation {
    /// The text as the spec has it.
    pub english: Spanned<String>,
    /// The same in Chinese.
    pub chinese: Spanned<String>,
}

impl Translation {
    /// True if a text has words to translate: letters outside of the code in backticks.
    ///
    /// # Examples
    ///
    /// ```
    /// use signed_xml_codegen::model::Translation;
    ///
    /// assert!(Translation::is_due("`sign` over all fields"));
    /// assert!(!Translation::is_due("3.3, 3.4"));
    /// assert!(!Translation::is_due("`sign`"));
    /// ```
    pub fn is_due(text: &str) -> bool {
        let mut outside = text.split('`').step_by(2);
        outside.any(|part| part.contains(|c: char| c.is_ascii_alphabetic()))
    }
}

/// A version of the document.
#[derive(Clone, Debug)]
pub struct Version {
    /// `2.4`.
    pub version: String,
    /// When it appeared.
    pub date: String,
    /// What it changed.
    pub changes: Vec<String>,
    /// What a person must decide about it; set by an import, refused by `lint`.
    pub undecided: Option<String>,
    /// What a person was asked about, as [`History::asked`].
    pub asked: Vec<Asked>,
    /// Where the spec states it.
    pub span: Span,
}

/// How messages are signed.
#[derive(Clone, Debug)]
pub struct Signature {
    /// The algorithm, as the document calls it: `MD5`.
    pub algorithm: String,
    /// Which versions have it, and what is left to say of it.
    pub history: History,
    /// Where the spec states it.
    pub span: Span,
}

/// Which versions of the document have an item, and what is left to say of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// Version that brought it.
    pub since: Option<String>,
    /// Last version that had it.
    pub until: Option<String>,
    /// Line of the document's text that it was read from, in the version that brought it.
    pub line: Option<u32>,
    /// What a person must decide about it; set by an import, refused by `lint`.
    pub undecided: Option<String>,
    /// What a person was asked about. Without [`undecided`](Self::undecided) the question is
    /// answered, and an import asks again only where the document prints something else.
    pub asked: Vec<Asked>,
}

/// A text of the document that a person was asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Line of the document's text, where it prints one.
    pub line: Option<u32>,
    /// What is printed, in a few words: `mark 二选一`.
    pub text: String,
}

/// A ruling on a place where the document is wrong or contradicts itself.
#[derive(Clone, Debug)]
pub struct Erratum {
    /// `E1`.
    pub id: String,
    /// Where in the document.
    pub section: String,
    /// What the document prints.
    pub printed: String,
    /// What we do.
    pub ruling: String,
    /// Why.
    pub why: String,
    /// Where the spec states it.
    pub span: Span,
}

/// A set of wire values that have names.
#[derive(Clone, Debug)]
pub struct Enum {
    /// Rust name: `OrderKind`.
    pub name: String,
    /// The type that the document prints.
    pub wire_type: WireType,
    /// What it stands for.
    pub doc: String,
    /// Errata by id.
    pub errata: Vec<String>,
    /// The values, in the order of the document.
    pub values: Vec<EnumValue>,
    /// For an enum of states: how one becomes another. Empty for every other enum.
    pub moves: Vec<Move>,
    /// Where the spec states it.
    pub span: Span,
}

/// How one value of an [`Enum`] of states becomes another.
#[derive(Clone, Debug)]
pub struct Move {
    /// Wire value before.
    pub from: String,
    /// Wire value after.
    pub to: String,
    /// What brings it about.
    pub doc: String,
    /// Where the spec states it.
    pub span: Span,
}

/// One value of an [`Enum`].
#[derive(Clone, Debug)]
pub struct EnumValue {
    /// What is written on the wire.
    pub value: String,
    /// Rust name: `Cash`.
    pub name: String,
    /// The document's word.
    pub label: String,
    /// Which versions have it, and what is left to say of it.
    pub history: History,
    /// Explanation.
    pub doc: String,
    /// Errata by id.
    pub errata: Vec<String>,
    /// Where the spec states it.
    pub span: Span,
}

/// An error code of the document.
#[derive(Clone, Debug)]
pub struct ErrorCode {
    /// What is written on the wire.
    pub code: String,
    /// Rust name: `BadParameter`.
    pub name: String,
    /// The document's meaning.
    pub meaning: String,
    /// Interfaces that answer it; `*` for all.
    pub interfaces: Vec<String>,
    /// Whether the call may have taken effect.
    pub effect: Effect,
    /// What to do next.
    pub advice: String,
    /// Which versions have it, and what is left to say of it.
    pub history: History,
    /// Errata by id.
    pub errata: Vec<String>,
    /// Where the spec states it.
    pub span: Span,
}

/// Whether a call that was answered with an error may have taken effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It has not.
    Refused,
    /// Unknown: query before anything else.
    Unknown,
}

/// A column of a bill.
#[derive(Clone, Debug)]
pub struct BillColumn {
    /// The header, without stray spaces.
    pub name: String,
    /// Rust name of the row's field.
    pub field: String,
    /// What a cell holds.
    pub column_type: ColumnType,
    /// Other headers that bills have for it.
    pub aliases: Vec<String>,
    /// True if a bill without it is refused.
    pub required: bool,
    /// Header of a column that serves as well where this one is required and absent.
    pub replaced_by: Option<String>,
    /// True if a cell tells of a person.
    pub personal: bool,
    /// True if some bills print the amount with a minus, because it went back.
    pub minus: bool,
    /// Which versions have it, and what is left to say of it.
    pub history: History,
    /// Explanation.
    pub doc: String,
    /// Errata by id.
    pub errata: Vec<String>,
    /// Where the spec states it.
    pub span: Span,
}

/// What a bill cell holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// Text as it is.
    Text,
    /// An amount in yuan with two decimals.
    Yuan,
    /// A decimal number of any precision.
    Decimal,
    /// A percentage.
    Rate,
    /// A moment.
    Time,
    /// A value of the enum of this Rust name.
    Enum(String),
}

/// The columns of one bill type, in order.
#[derive(Clone, Debug)]
pub struct BillLayout {
    /// Wire value of the bill type: `ALL`.
    pub bill_type: String,
    /// Rust name of the bill type in the enum `BillType`; the wire value where there is none.
    pub variant: String,
    /// The document's title.
    pub title: String,
    /// Explanation.
    pub doc: String,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// Errata by id.
    pub errata: Vec<String>,
    /// Where the spec states it.
    pub span: Span,
}

impl Model {
    /// The algorithm that messages are signed with where neither they nor the parties name another:
    /// `MD5` or `HMAC-SHA256`.
    pub fn algorithm(&self) -> &str {
        let signature = self.signature.as_ref();
        signature.map_or("MD5", |signature| &signature.algorithm)
    }

    /// The enum of this Rust name.
    pub fn enum_named(&self, name: &str) -> Option<&Enum> {
        self.enums.iter().find(|found| found.name == name)
    }

    /// The erratum of this id.
    pub fn erratum(&self, id: &str) -> Option<&Erratum> {
        self.errata.iter().find(|erratum| erratum.id == id)
    }

    /// The Chinese of a text of the spec; `None` where the spec has none.
    ///
    /// # Examples
    ///
    /// ```
    /// let model = signed_xml_codegen::load("tests/goldens/spec".as_ref())?;
    /// assert_eq!(model.chinese("Places an order."), Some("下单。"));
    /// # Ok::<(), signed_xml_codegen::Error>(())
    /// ```
    pub fn chinese(&self, english: &str) -> Option<&str> {
        let mut translations = self.translations.iter();
        let found = translations.find(|found| found.english.value == english)?;
        Some(&found.chinese.value)
    }

    /// The bill column of this header.
    pub fn bill_column(&self, name: &str) -> Option<&BillColumn> {
        self.bill_columns.iter().find(|column| column.name == name)
    }

    /// The spec file that an item stands in: `interfaces/order.toml`.
    pub fn file_of(&self, span: Span) -> &str {
        let files = self.sources.files();
        files.get(span.file).map_or("", |file| &file.name)
    }
}
