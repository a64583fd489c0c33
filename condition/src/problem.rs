//! What can be wrong with a condition: the facts, their words, and where.

use std::fmt;

use proc_macro2::Span;

use crate::nearest::did_you_mean;
use crate::nesting::MAX_NESTING;
use crate::{Field, Kind};

/// A fault and its place.
#[derive(Clone, Debug)]
pub struct Problem {
    /// What is wrong.
    pub fault: Fault,
    /// The token at fault; `None` for the end of the condition.
    pub span: Option<Span>,
}

/// What is wrong with a condition. Displayed, it is one line that says what was found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// Nothing is written.
    #[error("the condition is empty")]
    Empty,
    /// Not even tokens: a quote or a parenthesis without its partner, or a character that Rust does
    /// not know.
    #[error("the condition is not Rust")]
    NotRust,
    /// A character that only looks like one of Rust's, such as a full-width `＝`.
    #[error("`{found}` is not the character `{meant}`")]
    Lookalike {
        /// The character.
        found: char,
        /// What it is meant to be.
        meant: &'static str,
    },
    /// Something must stand here, and something else does.
    #[error("{expected} is expected here")]
    Expected {
        /// What could stand here.
        expected: &'static str,
        /// The operator that does; `None` where something ends.
        found: Option<String>,
    },
    /// `a < b < c`.
    #[error("comparisons cannot be chained")]
    Chained,
    /// A number that is too large or has a suffix.
    #[error("this number cannot be used")]
    BadNumber,
    /// More levels than [`MAX_NESTING`].
    #[error("the condition is nested more than {MAX_NESTING} levels deep")]
    TooDeep,
    /// Rust, but not of this language.
    #[error("this is not in the condition language")]
    NotInTheLanguage {
        /// The token.
        token: String,
    },
    /// A call of another function.
    #[error("`{name}` is not a function of the condition language")]
    UnknownFunction {
        /// Its name.
        name: String,
    },
    /// A call of a known function with too few or too many arguments.
    #[error("`{function}` has the wrong number of arguments")]
    WrongArguments {
        /// The function.
        function: &'static str,
    },
    /// A value where something must hold or not.
    #[error("a condition is expected here")]
    NotACondition,
    /// Something else where a field must be named.
    #[error("the name of a field is expected here")]
    NotAField,
    /// A name that is not a field of the message.
    #[error("the message has no field `{name}`")]
    UnknownField {
        /// The name.
        name: String,
        /// The fields that a condition may name.
        known: Vec<String>,
    },
    /// A field of which a message holds many.
    #[error("`{field}` stands any number of times")]
    Repeated {
        /// The field.
        field: String,
    },
    /// A field that is asked for its presence and never absent.
    #[error("`{field}` is always there")]
    AlwaysPresent {
        /// The field.
        field: String,
    },
    /// The field that holds the signature.
    #[error("`{field}` is the signature, which is computed last")]
    Signature {
        /// The field.
        field: String,
    },
    /// A field that is not a number in a sum or a comparison of numbers.
    #[error("a number is expected here")]
    NotANumber {
        /// The field; `None` for a text in quotes.
        field: Option<Box<Field>>,
    },
    /// A number in `one_of`.
    #[error("a field that holds a text is expected here")]
    NotAText {
        /// The field.
        field: String,
    },
    /// A text or an enum compared by order.
    #[error("`{field}` is not a number, so it has no order")]
    NoOrder {
        /// The field.
        field: String,
    },
    /// A value without quotes.
    #[error("a value of `{field}` needs quotes")]
    NotQuoted {
        /// The field.
        field: String,
        /// What stands there, if it is one word or number.
        found: Option<String>,
    },
    /// A number in quotes.
    #[error("`{field}` is a number")]
    Quoted {
        /// The field.
        field: String,
    },
    /// A value that the enum does not have.
    #[error("enum `{name}` of `{field}` has no value `{value}`")]
    UnknownValue {
        /// The enum.
        name: String,
        /// The field.
        field: String,
        /// The value.
        value: String,
        /// Those that it has.
        known: Vec<String>,
    },
    /// A number that may be absent, without a default.
    #[error("`{field}` may be absent")]
    MayBeAbsent {
        /// The field.
        field: String,
    },
}

impl Fault {
    /// What to say under the caret.
    pub fn label(&self) -> String {
        match self {
            Self::Empty => "nothing is written".to_owned(),
            Self::Lookalike { meant, .. } => format!("only looks like `{meant}`"),
            Self::NotRust => "not closed, or not a character of Rust".to_owned(),
            Self::Expected { found: None, .. } => "the condition ends here".to_owned(),
            Self::Expected {
                found: Some(found), ..
            } => format!("found `{found}`"),
            Self::Chained => "the second comparison".to_owned(),
            Self::BadNumber => "has a suffix or is too large".to_owned(),
            Self::TooDeep => "one level too many".to_owned(),
            Self::NotInTheLanguage { .. } => "not understood".to_owned(),
            Self::UnknownFunction { .. } => "unknown function".to_owned(),
            Self::WrongArguments { function } => match *function {
                "implies" => "takes two conditions: `implies(a, b)`".to_owned(),
                "one_of" => "takes a field and values: `one_of(field, \"A\", \"B\")`".to_owned(),
                function => format!("takes one field: `{function}(field)`"),
            },
            Self::NotACondition => "this is a value".to_owned(),
            Self::NotAField => "not a name".to_owned(),
            Self::UnknownField { .. } => "not a field of this message".to_owned(),
            Self::Repeated { .. } => "not one value".to_owned(),
            Self::AlwaysPresent { .. } => "never absent".to_owned(),
            Self::Signature { .. } => "nothing can depend on it".to_owned(),
            Self::NotANumber { field: Some(field) } => match &field.kind {
                Kind::Enum { name, .. } => format!("`{}` is the enum `{name}`", field.name),
                _ => format!("`{}` is a text", field.name),
            },
            Self::NotANumber { field: None } => "a text".to_owned(),
            Self::NotAText { field } => format!("`{field}` is a number"),
            Self::NoOrder { .. } => "not between a field and a text".to_owned(),
            Self::NotQuoted { .. } => "not in quotes".to_owned(),
            Self::Quoted { .. } => "a text".to_owned(),
            Self::UnknownValue { .. } => "never the case".to_owned(),
            Self::MayBeAbsent { .. } => "has no number then".to_owned(),
        }
    }

    /// What to do, where the [label](Self::label) does not say it.
    pub fn help(&self) -> Option<String> {
        Some(match self {
            Self::Lookalike { meant, .. } => {
                format!("write `{meant}`, as a keyboard for English has it")
            }
            Self::Empty => "write one, such as `present(other_field)`".to_owned(),
            Self::Chained => "join two comparisons with `&&`".to_owned(),
            Self::BadNumber => "write digits alone, at most 18446744073709551615".to_owned(),
            Self::TooDeep => "remove parentheses that change nothing, or state several rules".to_owned(),
            Self::NotInTheLanguage { token } => match token.as_str() {
                "=" => "write `==`".to_owned(),
                "&" | "and" => "write `&&`".to_owned(),
                "|" | "or" => "write `||`".to_owned(),
                "not" => "write `!` in front of what must not hold".to_owned(),
                "is" | "equals" => "write `==`".to_owned(),
                "in" => "write `one_of(field, \"A\", \"B\")`".to_owned(),
                "-" => "bring it to the other side: instead of `a - b > 0` write `a > b`".to_owned(),
                _ => "the language has `&&`, `||`, `!`, comparisons, `+`, `present(f)`, `absent(f)`, `implies(a, b)` and \
                      `one_of(f, \"A\", \"B\")`"
                    .to_owned(),
            },
            Self::UnknownFunction { name } => {
                did_you_mean(name, ["present", "absent", "implies", "one_of"])
            }
            Self::NotACondition => "compare it, or ask `present(…)`".to_owned(),
            Self::UnknownField { name, known } => {
                did_you_mean(name, known.iter().map(String::as_str))
            }
            Self::Repeated { .. } => "a condition names fields that stand once".to_owned(),
            Self::AlwaysPresent { .. } => {
                "remove the question, or ask for a field that may be absent".to_owned()
            }
            Self::Signature { .. } => "remove it from the condition".to_owned(),
            Self::NotANumber { field: Some(field) } => {
                format!("compare it with a value in quotes: `{} == \"…\"`", field.name)
            }
            Self::NotANumber { field: None } => {
                "write the field first: `field == \"VALUE\"`".to_owned()
            }
            Self::NotAText { field } => format!("compare numbers: `{field} == 1 || {field} == 2`"),
            Self::NoOrder { .. } => "use `==`, `!=` or `one_of(…)`".to_owned(),
            Self::NotQuoted { found, .. } => match found {
                Some(found) => format!("write `{found:?}`"),
                None => "write `\"VALUE\"`".to_owned(),
            },
            Self::Quoted { .. } => "write the number without quotes".to_owned(),
            Self::UnknownValue { value, known, .. } => {
                did_you_mean(value, known.iter().map(String::as_str))
            }
            Self::MayBeAbsent { field } => format!("give `{field}` a `default`"),
            Self::NotRust | Self::Expected { .. } | Self::WrongArguments { .. } | Self::NotAField => {
                return None;
            }
        })
    }
}

/// One line: what was found and what to do.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let todo = self.fault.help().unwrap_or_else(|| self.fault.label());
        write!(f, "{}: {todo}", self.fault)
    }
}

impl std::error::Error for Problem {}
