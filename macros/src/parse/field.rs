//! `#[field(…)]`: what is said about one field.

use proc_macro2::{Ident, Span};
use syn::{Attribute, LitStr};

use crate::parse::entries::{Entry, Key, Written, entries};
use crate::problems::Problems;

const KEYS: &[Key] = &[
    ("label", "label = \"…\""),
    ("name", "name = \"wire_name\""),
    ("max", "max = 32"),
    ("length", "length = bytes"),
    ("min", "min = 1"),
    ("default", "default = 0"),
    ("format", "format = url"),
    ("secret", "secret"),
    ("personal", "personal"),
    ("supplied", "supplied = merchant"),
    ("required", "required"),
    ("from", "from = \"profile_key\""),
    ("value", "value = \"constant\""),
    ("alias", "alias = \"other_name\""),
    ("exactly_one", "exactly_one = group"),
    ("at_least_one", "at_least_one = group"),
    ("required_when", "required_when(condition)"),
    ("forbidden_when", "forbidden_when(condition)"),
    ("unknown", "unknown"),
];

/// What the attributes of one field say.
#[derive(Default)]
pub(crate) struct FieldAttributes {
    pub(crate) label: Option<LitStr>,
    pub(crate) name: Option<LitStr>,
    pub(crate) max: Option<At<u32>>,
    pub(crate) length: Option<At<Length>>,
    pub(crate) min: Option<At<u64>>,
    pub(crate) default: Option<At<u64>>,
    pub(crate) format: Option<At<Format>>,
    pub(crate) secret: bool,
    pub(crate) personal: bool,
    pub(crate) supplied: Option<At<Supplier>>,
    pub(crate) required: Option<Span>,
    pub(crate) from: Option<LitStr>,
    pub(crate) value: Option<LitStr>,
    pub(crate) aliases: Vec<LitStr>,
    pub(crate) groups: Vec<GroupName>,
    pub(crate) required_when: Option<Written>,
    pub(crate) forbidden_when: Option<Written>,
    pub(crate) unknown: Option<Span>,
    /// Whether there is a `#[field(…)]` at all.
    pub(crate) written: bool,
    /// How many keys it has.
    pub(crate) keys: usize,
}

/// A value and the key that gave it.
#[derive(Clone, Copy)]
pub(crate) struct At<T> {
    pub(crate) value: T,
    pub(crate) span: Span,
}

/// What `max` counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Length {
    Chars,
    Bytes,
}

/// The form of a text that has no Rust type.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Url,
    Md5,
}

/// Who fills a field in the caller's stead.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Supplier {
    Merchant,
    Client,
}

/// `exactly_one = name` or `at_least_one = name`.
pub(crate) struct GroupName {
    pub(crate) kind: GroupKind,
    pub(crate) name: Ident,
}

/// How many members of a group must be there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum GroupKind {
    ExactlyOne,
    AtLeastOne,
}

impl GroupKind {
    /// The words for it.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::ExactlyOne => "exactly one",
            Self::AtLeastOne => "at least one",
        }
    }
}

impl FieldAttributes {
    /// Reads the `#[field(…)]` among the attributes of a field.
    pub(crate) fn parse(attributes: &[Attribute], problems: &mut Problems) -> Self {
        let mut field = Self::default();
        for attribute in attributes
            .iter()
            .filter(|attribute| attribute.path().is_ident("field"))
        {
            if field.written {
                problems.report(
                    attribute,
                    "a field has one `#[field(…)]`: put all keys into the first",
                );
                continue;
            }
            field.written = true;
            for entry in entries(
                attribute,
                KEYS,
                &["alias", "exactly_one", "at_least_one"],
                problems,
            ) {
                field.keys += 1;
                field.take(&entry, problems);
            }
        }
        field
    }

    fn take(&mut self, entry: &Entry, problems: &mut Problems) {
        let span = entry.span();
        match entry.name.as_str() {
            "label" => self.label = entry.text(problems),
            "name" => self.name = entry.text(problems),
            "max" => self.max = entry.number(problems).map(|value| At { value, span }),
            "length" => {
                self.length = entry.word(&["chars", "bytes"], problems).map(|word| {
                    let value = if word == "bytes" {
                        Length::Bytes
                    } else {
                        Length::Chars
                    };
                    At { value, span }
                });
            }
            "min" => self.min = entry.number(problems).map(|value| At { value, span }),
            "default" => self.default = entry.number(problems).map(|value| At { value, span }),
            "format" => {
                self.format = entry.word(&["url", "md5"], problems).map(|word| {
                    let value = if word == "url" {
                        Format::Url
                    } else {
                        Format::Md5
                    };
                    At { value, span }
                });
            }
            "secret" => self.secret = entry.flag(problems),
            "personal" => self.personal = entry.flag(problems),
            "supplied" => {
                self.supplied = entry.word(&["merchant", "client"], problems).map(|word| {
                    let value = if word == "merchant" {
                        Supplier::Merchant
                    } else {
                        Supplier::Client
                    };
                    At { value, span }
                });
            }
            "required" => self.required = entry.flag(problems).then_some(span),
            "from" => self.from = entry.text(problems),
            "value" => self.value = entry.text(problems),
            "alias" => self.aliases.extend(entry.text(problems)),
            "exactly_one" => self.group(GroupKind::ExactlyOne, entry, problems),
            "at_least_one" => self.group(GroupKind::AtLeastOne, entry, problems),
            "required_when" => self.required_when = condition(entry, problems),
            "forbidden_when" => self.forbidden_when = condition(entry, problems),
            _ => self.unknown = entry.flag(problems).then_some(span),
        }
    }

    fn group(&mut self, kind: GroupKind, entry: &Entry, problems: &mut Problems) {
        self.groups
            .extend(entry.name(problems).map(|name| GroupName { kind, name }));
    }
}

fn condition(entry: &Entry, problems: &mut Problems) -> Option<Written> {
    let wanted = format!("a condition: `{}(present(other_field))`", entry.name);
    entry.listed_tokens(&wanted, problems)
}
