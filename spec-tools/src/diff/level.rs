//! The words of a change: which way it travels, how bad it is on an axis, which version step it
//! asks for.

use std::fmt;

use serde::Deserialize;
use signed_xml_codegen::model::MessageKind;

/// How bad a change is on one axis, least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The axis does not notice: `none`.
    #[serde(rename = "none")]
    NoEffect,
    /// What worked goes on working: `compatible`.
    Compatible,
    /// Some programs may have to be looked at: `warning`.
    Warning,
    /// Programs stop working (wire) or compiling (API): `breaking`.
    Breaking,
}

/// The version step that a change asks for, least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Bump {
    /// No new version: `none`.
    #[serde(rename = "none")]
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
    /// As reports and settings write it: `breaking`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoEffect => "none",
            Self::Compatible => "compatible",
            Self::Warning => "warning",
            Self::Breaking => "breaking",
        }
    }
}

impl Bump {
    /// As reports and settings write it: `minor`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "none",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }
}

impl Direction {
    /// How the ids of its rules begin: `request`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Response => "response",
            Self::Notification => "notification",
            Self::Bill => "bill",
            Self::ErrorCode => "error-code",
            Self::Enum => "enum",
            Self::Interface => "interface",
            Self::Document => "document",
        }
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
