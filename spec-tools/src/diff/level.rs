//! The words of a change: which way it travels, how bad it is on an axis, which version step it
//! asks for.

use std::fmt;

use signed_xml_codegen::model::MessageKind;

/// How bad a change is on one axis, least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The axis does not notice: `none`.
    NoEffect,
    /// What worked goes on working: `compatible`.
    Compatible,
    /// Some programs may have to be looked at: `warning`.
    Warning,
    /// Programs stop working (wire) or compiling (API): `breaking`.
    Breaking,
}

/// The version step that a change asks for, least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bump {
    /// No new version: `none`.
    Nothing,
    /// `patch`
    Patch,
    /// `minor`
    Minor,
    /// `major`
    Major,
}

/// What a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// What we send: a request, our reply to a notification, a structure inside of either.
    Request,
    /// What the platform answers; also its bills, where an enum is concerned.
    Response,
    /// What the platform sends unasked.
    Notification,
    /// A bill.
    Bill,
    /// An error code.
    ErrorCode,
    /// An enum as a whole.
    Enum,
    /// An interface as a whole.
    Interface,
    /// The spec as a whole.
    Document,
}

/// Which way a message travels; the directions that have the same kinds of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Way {
    Request,
    Response,
    Notification,
}

impl Level {
    /// The words, least first.
    pub const WORDS: &'static [(&'static str, Self)] = &[
        ("none", Self::NoEffect),
        ("compatible", Self::Compatible),
        ("warning", Self::Warning),
        ("breaking", Self::Breaking),
    ];

    /// The word: `breaking`.
    pub fn as_str(self) -> &'static str {
        word(Self::WORDS, self)
    }
}

impl Bump {
    /// The words, least first.
    pub const WORDS: &'static [(&'static str, Self)] = &[
        ("none", Self::Nothing),
        ("patch", Self::Patch),
        ("minor", Self::Minor),
        ("major", Self::Major),
    ];

    /// The word: `minor`.
    pub fn as_str(self) -> &'static str {
        word(Self::WORDS, self)
    }
}

impl Direction {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("request", Self::Request),
        ("response", Self::Response),
        ("notification", Self::Notification),
        ("bill", Self::Bill),
        ("error-code", Self::ErrorCode),
        ("enum", Self::Enum),
        ("interface", Self::Interface),
        ("document", Self::Document),
    ];

    /// The word, with which the ids of its rules begin: `request`.
    pub fn as_str(self) -> &'static str {
        word(Self::WORDS, self)
    }
}

impl Way {
    pub(super) fn of(kind: MessageKind) -> Self {
        match kind {
            MessageKind::Request | MessageKind::Reply | MessageKind::Structure => Self::Request,
            MessageKind::Response => Self::Response,
            MessageKind::Notification => Self::Notification,
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Display for Bump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

fn word<T: Copy + PartialEq>(words: &[(&'static str, T)], value: T) -> &'static str {
    let found = words.iter().find(|(_, known)| *known == value);
    found.map_or("", |(word, _)| word)
}
