//! What a message is made of, as constants that the derive macros write.
//!
//! A [`Schema`] is the run-time shadow of one table of an interface document: its fields in the
//! document's order, and all their wire names in the order of the canonical string.

use crate::indexed::ElementIndex;
use crate::name_index::{Name, NameIndex};
use crate::sign::SignType;

/// One message: a table of an interface document.
#[derive(Debug)]
pub struct Schema {
    /// The message in words, such as `order request`.
    pub message: &'static str,
    /// The section of the document that it stands in.
    pub section: &'static str,
    /// Whether it carries a signature. A signed message without one is refused.
    pub signed: bool,
    /// The algorithm of the signature where neither the message nor its parties name another.
    pub sign_type: SignType,
    /// The fields in the document's order, `sign` included.
    pub fields: &'static [Field],
    /// Every name a field goes by on the wire, aliases included, sorted by bytes.
    pub names: &'static [Name],
    /// The fields with an index, as indexes into [`Schema::fields`]: their elements have no place
    /// among the names.
    pub indexed: &'static [u16],
    /// Finds a received name among [`Schema::names`] without comparing it to each.
    pub index: &'static NameIndex,
}

impl Schema {
    /// The field of that wire name or alias.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        let slot = self.index.find(self.names, name.as_bytes())?;
        self.fields.get(usize::from(self.names[slot].field))
    }

    /// The field with an index that `name` is an element of, and its number, or both of them.
    #[must_use]
    pub fn element(&self, name: &str) -> Option<(&'static Field, ElementIndex)> {
        self.indexed.iter().find_map(|at| {
            let field = self.fields.get(usize::from(*at))?;
            field.index_in(name).map(|index| (field, index))
        })
    }
}

/// One field: a row of a table.
#[derive(Debug)]
pub struct Field {
    /// The wire name, exact in case; with an index, its row's name, such as `item_fee_$n`.
    pub name: &'static str,
    /// The document's label.
    pub label: &'static str,
    /// The section of the document that the row stands in.
    pub section: &'static str,
    /// The indexes of its names in [`Schema::names`]: its own, then its aliases.
    pub slots: &'static [u16],
    /// The greatest length of what we send, in units of [`Field::length`].
    pub max: Option<u32>,
    /// What [`Field::max`] counts.
    pub length: Length,
    /// The least number allowed in what we send.
    pub min: Option<u64>,
    /// The form of a text without a Rust type for it.
    pub format: Option<Format>,
    /// Whether a message without it cannot be read.
    pub demanded: bool,
    /// A credential: never shown.
    pub secret: bool,
    /// Says something about a person: never shown in a log or an error.
    pub personal: bool,
    /// Who puts the value in.
    pub supplied: Supplied,
    /// `<name><![CDATA[`.
    pub open: &'static str,
    /// `]]></name>`.
    pub close: &'static str,
    /// `&name=`.
    pub pair: &'static str,
    /// What a literal that is too long is answered with, at compile time; empty without a length.
    pub too_long: &'static str,
}

impl Field {
    /// What a field is when nothing is said about it.
    pub const BASE: Self = Self {
        name: "",
        label: "",
        section: "",
        slots: &[],
        max: None,
        length: Length::Chars,
        min: None,
        format: None,
        demanded: false,
        secret: false,
        personal: false,
        supplied: Supplied::Caller,
        open: "",
        close: "",
        pair: "",
        too_long: "",
    };

    /// Whether its value must stay out of logs and errors.
    #[must_use]
    pub const fn is_confidential(&self) -> bool {
        self.secret || self.personal
    }
}

/// What a length counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// Unicode characters.
    Chars,
    /// Bytes of UTF-8.
    Bytes,
}

/// The form of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// An absolute `http` or `https` address.
    Url,
    /// 32 hexadecimal digits.
    Md5,
}

/// Who puts a value into a message that we send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Supplied {
    /// The caller, through the builder.
    Caller,
    /// The merchant profile, under this key.
    Merchant(&'static str),
    /// The client: a fresh random string, the signature.
    Client,
    /// The client, always with this text.
    Constant(&'static str),
}
