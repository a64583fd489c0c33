//! One row of a table of the document.

use crate::source::Span;

use super::{Condition, History};

pub use signed_xml_condition::{INDEX, IndexedName, SECOND_INDEX};

/// A field, resolved.
#[derive(Clone, Debug)]
pub struct Field {
    /// Name on the wire, exact case; of a field with an index, with [`INDEX`] in the number's place
    /// and [`SECOND_INDEX`] in that of a second one.
    pub name: String,
    /// Name in Rust.
    pub rust_name: String,
    /// The document's label.
    pub label: String,
    /// Type as the document prints it.
    pub wire_type: WireType,
    /// Greatest length as printed.
    pub max: Option<u32>,
    /// What [`max`](Self::max) counts.
    pub length_unit: LengthUnit,
    /// True if the document prints Y.
    pub required: bool,
    /// What the document prints when it is neither Y nor N.
    pub mark: Option<String>,
    /// True if a message without it is wrong: our ruling.
    pub demanded: bool,
    /// What it holds.
    pub field_type: FieldType,
    /// Values of the enum that the document lists in this row; empty if it lists them all.
    pub listed: Vec<String>,
    /// A form that the type alone does not hold.
    pub format: Option<Format>,
    /// Least number allowed.
    pub min: Option<u64>,
    /// Number assumed when it is absent.
    pub default: Option<u64>,
    /// It must be there when this holds.
    pub required_when: Option<Condition>,
    /// It must not be there when this holds.
    pub forbidden_when: Option<Condition>,
    /// It is there when this holds; told, not checked.
    pub present_when: Option<Condition>,
    /// Who gives it.
    pub supplier: Supplier,
    /// Name of the group that it is a member of.
    pub group: Option<String>,
    /// Index of the part that it stands in.
    pub part: usize,
    /// True for a second row of the same field: counted, not emitted again.
    pub repeated: bool,
    /// True if it must never be shown.
    pub secret: bool,
    /// True if it tells of a person.
    pub personal: bool,
    /// Other names accepted on input.
    pub aliases: Vec<String>,
    /// Which versions have it, and what is left to say of it.
    pub history: History,
    /// Errata by id.
    pub errata: Vec<String>,
    /// Explanation.
    pub doc: String,
    /// Where the spec states it.
    pub span: Span,
}

/// A type that the document prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WireType {
    /// `String`.
    Text,
    /// `Uint8`.
    U8,
    /// `Uint32`.
    U32,
    /// `Uint64`.
    U64,
}

/// What a field holds, as a type of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// Any text.
    Text,
    /// A number of the wire type.
    Number,
    /// A value of the enum of this Rust name.
    Enum(String),
    /// Money, in fen.
    Fen,
    /// A length of time, in seconds.
    Seconds,
    /// An IPv4 address.
    Ipv4,
    /// A moment: `yyyyMMddHHmmss`, Beijing time.
    Time,
    /// A day: `yyyyMMdd`.
    Date,
    /// MD5 of an ID number.
    IdDigest,
    /// The JSON structure of this wire name.
    Structure(String),
}

/// A form that a text must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `http` or `https` address.
    Url,
    /// 32 hex digits.
    Md5,
    /// JSON of no declared structure.
    Json,
}

/// What a length counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LengthUnit {
    /// Characters.
    Chars,
    /// UTF-8 bytes.
    Bytes,
}

/// Who gives a field that we send: the word of the spec.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SuppliedBy {
    /// The calling program.
    Caller,
    /// The merchant profile.
    Merchant,
    /// The client.
    Client,
}

/// Who gives a field that we send, with where from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Supplier {
    /// The calling program.
    Caller,
    /// The merchant profile, under this key.
    Merchant(String),
    /// The client.
    Client,
    /// The client: always this value.
    Constant(String),
}

impl Field {
    /// True if a Rust struct holds it as an `Option`.
    pub fn is_option(&self) -> bool {
        !self.is_indexed() && (!self.demanded || self.supplier != Supplier::Caller)
    }

    /// True if it stands any number of times, each time with other numbers in its name.
    pub fn is_indexed(&self) -> bool {
        self.name.contains(INDEX)
    }

    /// True if two numbers tell its elements apart.
    pub fn has_two_indices(&self) -> bool {
        self.name.contains(SECOND_INDEX)
    }

    /// True if it is compared as a number.
    pub fn is_number(&self) -> bool {
        matches!(
            self.field_type,
            FieldType::Number | FieldType::Fen | FieldType::Seconds
        )
    }

    /// Its own name, then the aliases: every name under which a value may arrive.
    pub fn slots(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.name.as_str()).chain(self.aliases.iter().map(String::as_str))
    }

    /// Type and length as the document prints them: `String32`.
    pub fn printed_type(&self) -> String {
        match self.max {
            Some(max) => format!("{}{max}", self.wire_type.printed()),
            None => self.wire_type.printed().to_owned(),
        }
    }

    /// The unit of its number.
    pub fn unit(&self) -> Option<&'static str> {
        match self.field_type {
            FieldType::Fen => Some("fen"),
            FieldType::Seconds => Some("seconds"),
            _ => None,
        }
    }
}

impl WireType {
    /// The words of the spec.
    pub const WORDS: &'static [(&'static str, Self)] = &[
        ("string", Self::Text),
        ("u8", Self::U8),
        ("u32", Self::U32),
        ("u64", Self::U64),
    ];

    /// The word of the spec: `u64`.
    pub fn as_str(self) -> &'static str {
        let found = Self::WORDS.iter().find(|(_, kind)| *kind == self);
        found.map_or("", |(word, _)| word)
    }

    /// As the document prints it: `Uint64`.
    pub fn printed(self) -> &'static str {
        match self {
            Self::Text => "String",
            Self::U8 => "Uint8",
            Self::U32 => "Uint32",
            Self::U64 => "Uint64",
        }
    }
}

impl Supplier {
    /// The word of the spec.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Caller => "caller",
            Self::Merchant(_) => "merchant",
            Self::Client | Self::Constant(_) => "client",
        }
    }
}
