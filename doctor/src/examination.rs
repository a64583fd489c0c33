//! What an examination found.

use serde::Serialize;

use crate::clue::Clue;
use crate::digest::Algorithm;
use crate::mistake::Mistake;
use crate::read::Format;
use crate::words::Kind;

/// What was found out about one message. Values are masked as the caller asked for; a secret is
/// never in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Examination {
    /// Whether the signature is right, and why not.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// Whether the message carries the right signature, as it must be written.
    pub matches: bool,
    /// The form of the message; nothing if it could not be read.
    pub format: Option<Format>,
    /// The string that must be signed, with `[key]` for the key.
    pub canonical: Option<String>,
    /// The string that the sender signed, as far as it is known.
    pub sender: Option<String>,
    /// The first place where the two differ.
    pub difference: Option<Difference>,
    /// All fields, in the order received.
    pub fields: Vec<FieldNote>,
    /// The signature of the message.
    pub given: Option<String>,
    /// The algorithm that the message must be signed by.
    pub algorithm: Algorithm,
    /// The right signature, if the caller asked for it.
    pub right: Option<String>,
    /// What a strict reader refuses in the message, whatever its signature is.
    pub problem: Option<String>,
    /// What else to look at.
    pub clues: Vec<Clue>,
    /// What was tried to explain the signature.
    pub tried: Tried,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Verdict {
    /// The signature is right.
    Right,
    /// These mistakes, made together, give the signature that the message carries.
    Explained {
        /// One or more.
        mistakes: Vec<Mistake>,
    },
    /// No mistake that the doctor knows gives this signature, nor do two of them: it was made with
    /// another key, or a value changed after it was made, or by something unheard of.
    NoneOfTheKnown,
    /// The body is not a message.
    Unreadable {
        /// What is wrong with it.
        reason: String,
    },
}

/// One field of the message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FieldNote {
    /// Its name.
    pub name: String,
    /// Its value, as far as it may be shown.
    pub value: String,
    /// Whether it is part of the string to sign.
    pub signed: bool,
    /// Why it is not.
    pub why: Option<Why>,
    /// Whether the table has it.
    pub known: bool,
}

/// Why a field is not signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Why {
    /// Its value is empty.
    Empty,
    /// Its value is `null`, which counts as absent.
    Null,
    /// It is the signature.
    Signature,
    /// A field of that name came before.
    Repeated,
}

/// The first place where what must be signed and what was signed differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Difference {
    /// The field.
    pub field: Option<String>,
    /// `name=value` as it must be signed; empty if nothing must be signed there.
    pub right: String,
    /// `name=value` as the sender signed it; empty if nothing was signed there.
    pub sender: String,
}

/// What was tried.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Tried {
    /// How many signatures were computed and compared.
    pub signatures: usize,
    /// The kinds of mistakes that would have changed something in this message, alone and in pairs.
    pub mistakes: Vec<Kind>,
    /// Whether all of it was tried. A very large message would take too long.
    pub complete: bool,
}

impl Examination {
    /// The mistakes; none if the signature is right or not explained.
    #[must_use]
    pub fn mistakes(&self) -> &[Mistake] {
        match &self.verdict {
            Verdict::Explained { mistakes } => mistakes,
            _ => &[],
        }
    }
}
