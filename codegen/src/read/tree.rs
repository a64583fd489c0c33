//! The spec as written: the rows of every file, typed, each value with its place.
//!
//! Nothing here has been looked up yet; `resolve` does that.

use crate::model::{
    Asked, Auth, Effect, GroupKind, LengthUnit, Method, ReplyForm, SuppliedBy, TokenFor,
    Translation, Version, Vocabulary,
};
use crate::source::{Span, Spanned};

/// All files.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    /// True if a file or a table of the spec could not be read.
    pub(crate) incomplete: bool,
    pub(crate) header: Header,
    pub(crate) errata: Vec<ErratumRow>,
    pub(crate) enums: Vec<EnumTable>,
    pub(crate) errors_doc: String,
    pub(crate) errors: Vec<ErrorRow>,
    pub(crate) columns: Vec<ColumnRow>,
    pub(crate) layouts: Vec<LayoutTable>,
    pub(crate) sums: Option<SumsTable>,
    pub(crate) vocabulary: Vocabulary,
    pub(crate) translations: Vec<Translation>,
    /// In the order of `spec.toml`.
    pub(crate) interfaces: Vec<InterfaceFile>,
}

/// `spec.toml`.
#[derive(Debug, Default)]
pub(crate) struct Header {
    pub(crate) name: Option<Spanned<String>>,
    pub(crate) title: String,
    pub(crate) landing: String,
    pub(crate) document: Option<Spanned<String>>,
    pub(crate) versions: Vec<Version>,
    pub(crate) signature: Option<SignatureRow>,
    /// `None` if the key is not there.
    pub(crate) interfaces: Option<Vec<Spanned<String>>>,
    pub(crate) languages: Vec<Spanned<Language>>,
    pub(crate) errata: Vec<Spanned<String>>,
    pub(crate) notes: Vec<String>,
}

/// A language that the texts of a spec stand in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    Chinese,
}

/// How messages are signed.
#[derive(Debug)]
pub(crate) struct SignatureRow {
    pub(crate) algorithm: String,
    pub(crate) history: HistoryKeys,
    pub(crate) span: Span,
}

/// Which versions have an item, and what is left to say of it.
#[derive(Debug)]
pub(crate) struct HistoryKeys {
    pub(crate) since: Option<Spanned<String>>,
    pub(crate) until: Option<Spanned<String>>,
    pub(crate) line: Option<u32>,
    pub(crate) undecided: Option<String>,
    pub(crate) asked: Vec<Asked>,
}

#[derive(Debug)]
pub(crate) struct ErratumRow {
    pub(crate) id: Spanned<String>,
    pub(crate) section: String,
    pub(crate) printed: String,
    pub(crate) ruling: String,
    pub(crate) why: String,
}

#[derive(Debug)]
pub(crate) struct EnumTable {
    pub(crate) name: Spanned<String>,
    pub(crate) wire_type: Option<Spanned<String>>,
    pub(crate) doc: String,
    pub(crate) errata: Vec<Spanned<String>>,
    pub(crate) values: Vec<EnumRow>,
    pub(crate) moves: Vec<MoveRow>,
}

#[derive(Debug)]
pub(crate) struct MoveRow {
    pub(crate) from: Spanned<String>,
    pub(crate) to: Spanned<String>,
    pub(crate) doc: String,
}

#[derive(Debug)]
pub(crate) struct EnumRow {
    pub(crate) value: Spanned<String>,
    pub(crate) name: Spanned<String>,
    pub(crate) label: String,
    pub(crate) history: HistoryKeys,
    pub(crate) doc: String,
    pub(crate) errata: Vec<Spanned<String>>,
}

#[derive(Debug)]
pub(crate) struct ErrorRow {
    pub(crate) code: Spanned<String>,
    pub(crate) name: Spanned<String>,
    pub(crate) meaning: String,
    pub(crate) interfaces: Vec<Spanned<String>>,
    pub(crate) effect: Option<Effect>,
    pub(crate) advice: String,
    pub(crate) history: HistoryKeys,
    pub(crate) errata: Vec<Spanned<String>>,
}

#[derive(Debug)]
pub(crate) struct ColumnRow {
    pub(crate) name: Spanned<String>,
    pub(crate) field: Spanned<String>,
    pub(crate) history: HistoryKeys,
    pub(crate) column_type: Spanned<String>,
    pub(crate) aliases: Vec<Spanned<String>>,
    pub(crate) required: bool,
    pub(crate) replaced_by: Option<Spanned<String>>,
    pub(crate) personal: bool,
    pub(crate) minus: bool,
    pub(crate) doc: String,
    pub(crate) errata: Vec<Spanned<String>>,
}

#[derive(Debug)]
pub(crate) struct SumsTable {
    pub(crate) span: Span,
    pub(crate) refund: Option<Spanned<String>>,
    pub(crate) parts: Vec<PartRow>,
    pub(crate) summary: Vec<SummaryRow>,
    pub(crate) unpaid: Vec<UnpaidRow>,
}

#[derive(Debug)]
pub(crate) struct UnpaidRow {
    pub(crate) column: Spanned<String>,
    pub(crate) values: Vec<Spanned<String>>,
}

#[derive(Debug)]
pub(crate) struct PartRow {
    pub(crate) name: Spanned<String>,
    pub(crate) paid: Spanned<String>,
    pub(crate) refunded: Vec<Spanned<String>>,
    pub(crate) share_of: Option<Spanned<String>>,
    pub(crate) doc: String,
}

#[derive(Debug)]
pub(crate) struct SummaryRow {
    pub(crate) name: Spanned<String>,
    pub(crate) payments: Option<Spanned<String>>,
    pub(crate) refunds: Option<Spanned<String>>,
}

#[derive(Debug)]
pub(crate) struct LayoutTable {
    pub(crate) bill_type: Spanned<String>,
    pub(crate) title: String,
    pub(crate) doc: String,
    pub(crate) columns: Vec<Spanned<String>>,
    pub(crate) errata: Vec<Spanned<String>>,
}

#[derive(Debug)]
pub(crate) struct InterfaceFile {
    pub(crate) span: Span,
    pub(crate) name: Spanned<String>,
    pub(crate) section: String,
    pub(crate) title: String,
    pub(crate) doc: String,
    pub(crate) method: Option<Spanned<Method>>,
    pub(crate) url: Option<Spanned<String>>,
    pub(crate) auth: Auth,
    pub(crate) form: Option<Spanned<ReplyForm>>,
    pub(crate) token_for: Option<TokenFor>,
    pub(crate) stable_url: Option<Spanned<String>>,
    pub(crate) repeatable: bool,
    pub(crate) rust: Option<Spanned<String>>,
    pub(crate) origin: Option<String>,
    pub(crate) history: HistoryKeys,
    pub(crate) errata: Vec<Spanned<String>>,
    pub(crate) notes: Vec<String>,
    pub(crate) request: Option<MessageTable>,
    pub(crate) response: Option<MessageTable>,
    pub(crate) notification: Option<MessageTable>,
    pub(crate) reply: Option<MessageTable>,
    pub(crate) structures: Vec<(Spanned<String>, MessageTable)>,
}

#[derive(Debug)]
pub(crate) struct MessageTable {
    pub(crate) span: Span,
    pub(crate) section: Option<String>,
    pub(crate) signed: Option<Spanned<bool>>,
    pub(crate) doc: String,
    pub(crate) errata: Vec<Spanned<String>>,
    pub(crate) parts: Vec<PartTable>,
    pub(crate) groups: Vec<GroupRow>,
    pub(crate) rules: Vec<RuleRow>,
    pub(crate) views: Vec<ViewTable>,
}

#[derive(Debug)]
pub(crate) struct PartTable {
    pub(crate) when: Option<Spanned<String>>,
    pub(crate) doc: String,
    pub(crate) errata: Vec<Spanned<String>>,
    pub(crate) fields: Vec<FieldRow>,
}

#[derive(Debug)]
pub(crate) struct FieldRow {
    pub(crate) span: Span,
    pub(crate) name: Spanned<String>,
    pub(crate) label: String,
    pub(crate) field_type: Option<Spanned<String>>,
    pub(crate) max: Option<Spanned<u64>>,
    pub(crate) length_unit: Option<Spanned<LengthUnit>>,
    pub(crate) required: bool,
    pub(crate) mark: Option<String>,
    pub(crate) demand: Option<Spanned<bool>>,
    pub(crate) enum_name: Option<Spanned<String>>,
    pub(crate) listed: Vec<Spanned<String>>,
    pub(crate) format: Option<Spanned<String>>,
    pub(crate) structure: Option<Spanned<String>>,
    pub(crate) unit: Option<Spanned<Unit>>,
    pub(crate) min: Option<Spanned<u64>>,
    pub(crate) default: Option<Spanned<u64>>,
    pub(crate) required_when: Option<Spanned<String>>,
    pub(crate) forbidden_when: Option<Spanned<String>>,
    pub(crate) present_when: Option<Spanned<String>>,
    pub(crate) supplied_by: Option<Spanned<SuppliedBy>>,
    pub(crate) from: Option<Spanned<String>>,
    pub(crate) value: Option<Spanned<String>>,
    pub(crate) secret: bool,
    pub(crate) personal: bool,
    pub(crate) repeated: bool,
    pub(crate) aliases: Vec<Spanned<String>>,
    pub(crate) rust: Option<Spanned<String>>,
    pub(crate) history: HistoryKeys,
    pub(crate) errata: Vec<Spanned<String>>,
    pub(crate) doc: String,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Unit {
    Fen,
    Seconds,
}

#[derive(Debug)]
pub(crate) struct GroupRow {
    pub(crate) span: Span,
    pub(crate) name: Spanned<String>,
    pub(crate) kind: Option<GroupKind>,
    pub(crate) members: Vec<Spanned<String>>,
    pub(crate) doc: String,
    pub(crate) errata: Vec<Spanned<String>>,
}

#[derive(Debug)]
pub(crate) struct RuleRow {
    pub(crate) name: Spanned<String>,
    pub(crate) check: Option<Spanned<String>>,
    pub(crate) doc: String,
    pub(crate) errata: Vec<Spanned<String>>,
}

#[derive(Debug)]
pub(crate) struct ViewTable {
    pub(crate) name: Spanned<String>,
    pub(crate) section: String,
    pub(crate) doc: String,
    pub(crate) present: Vec<Spanned<String>>,
    pub(crate) absent: Vec<Spanned<String>>,
    pub(crate) values: Vec<(Spanned<String>, Spanned<String>)>,
    pub(crate) errata: Vec<Spanned<String>>,
}
