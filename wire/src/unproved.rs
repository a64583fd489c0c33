//! What a failure says that is not signed.
//!
//! The peer, or a machine in between, says that a call did not work, in fields of many names:
//! `return_msg`, `retmsg`, `retcode`, `error_code`, `err_code_des`. All of them are shown to
//! people, short and without what may be personal. Nothing of it is proved: it never ends an order.

use std::fmt;

use crate::fields::Fields;
use crate::names::{ERR_CODE, ERR_CODE_DES, RESULT_CODE, RETURN_CODE};
use crate::schema::Schema;
use crate::text::Text;

/// Characters of a value that are shown.
const MAX_VALUE: usize = 200;
/// Characters of a name that are shown.
const MAX_NAME: usize = 40;
/// Fields that are shown.
const MAX_FIELDS: usize = 20;

/// Names of codes, the more telling ones first.
const CODES: [&str; 10] = [
    ERR_CODE,
    "error_code",
    "errcode",
    "retcode",
    "ret_code",
    RETURN_CODE,
    RESULT_CODE,
    "error",
    "code",
    "ret",
];
/// What a code says that is not one of a failure.
const GOOD: [&str; 4] = ["", "0", "SUCCESS", "OK"];
/// Parts of the names of fields that say what went wrong.
const TELLING: [&str; 9] = [
    "ret", "err", "code", "msg", "mess", "desc", "result", "reason", "fail",
];

/// The fields of a failure that is not signed, for people: nothing of it is proved.
///
/// Shown with its value is what says something about the failure. Of every other field there is
/// only the name, since its value may be personal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnprovedFailure {
    shown: Vec<(Text, Text)>,
    names: Vec<Text>,
}

impl UnprovedFailure {
    /// The failure that the fields of a message speak of, if they do.
    #[must_use]
    pub fn of(fields: &Fields, schema: &Schema) -> Option<Self> {
        Self::in_pairs(fields.iter(), schema)
    }

    pub(crate) fn in_pairs<'a>(
        fields: impl Iterator<Item = (&'a str, &'a str)> + Clone,
        schema: &Schema,
    ) -> Option<Self> {
        let is_failure = fields.clone().any(|(name, value)| {
            (CODES.contains(&name) || name == ERR_CODE_DES) && !is_good(value)
        });
        is_failure.then(|| Self::all(fields, schema))
    }

    /// What the fields say, whether or not it is a failure.
    pub(crate) fn all<'a>(
        fields: impl Iterator<Item = (&'a str, &'a str)>,
        schema: &Schema,
    ) -> Self {
        let mut failure = Self::default();
        for (name, value) in fields
            .filter(|(_, value)| !value.is_empty())
            .take(MAX_FIELDS)
        {
            let is_shown = match schema.field(name) {
                Some(field) => !field.is_confidential(),
                None => TELLING
                    .iter()
                    .any(|part| name.to_ascii_lowercase().contains(part)),
            };
            let name = Text::from(start(name, MAX_NAME));
            match is_shown {
                true => failure.shown.push((name, start(value, MAX_VALUE).into())),
                false => failure.names.push(name),
            }
        }
        failure
    }

    /// The value of a field, its start if it is long. It is not proved.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.shown.iter().find(|(other, _)| other == name)?;
        Some(value)
    }

    /// The most telling code, such as `40125`. It is not proved.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        let mut codes = CODES.iter().filter_map(|name| self.get(name));
        codes.find(|code| !is_good(code) && *code != "FAIL")
    }

    /// Names and values that are shown, in the order received. They are not proved.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.shown
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The same, with each of the secrets replaced wherever it stands.
    #[must_use]
    pub fn without<'a>(&self, secrets: impl Iterator<Item = &'a str> + Clone) -> Self {
        let clean = |text: &Text| {
            let clean = secrets
                .clone()
                .filter(|secret| !secret.is_empty())
                .fold(text.to_string(), |text, secret| {
                    text.replace(secret, "[redacted]")
                });
            Text::from(clean)
        };
        Self {
            shown: self
                .shown
                .iter()
                .map(|(name, value)| (clean(name), clean(value)))
                .collect(),
            names: self.names.iter().map(clean).collect(),
        }
    }
}

impl fmt::Display for UnprovedFailure {
    /// Control characters and invisible ones are escaped.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (name, value)) in self.shown.iter().enumerate() {
            let comma = if i > 0 { ", " } else { "" };
            write!(f, "{comma}{} {:?}", name.escape_debug(), value.as_str())?;
        }
        if !self.names.is_empty() {
            let comma = if self.shown.is_empty() { "" } else { ", " };
            write!(f, "{comma}and without their values:")?;
            for name in &self.names {
                write!(f, " {}", name.escape_debug())?;
            }
        }
        Ok(())
    }
}

fn is_good(code: &str) -> bool {
    GOOD.iter().any(|good| code.eq_ignore_ascii_case(good))
}

fn start(text: &str, max: usize) -> String {
    match text.char_indices().nth(max) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
