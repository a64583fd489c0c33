//! Why a signature is wrong.
//!
//! Steps, in order: take the canonical string that the platform signs; sign what a sender with a usual mistake would have signed, until
//! one gives the signature that arrived; put both strings side by side and point at the first place where they differ. If no mistake
//! fits, the sender used another key or changed a value after signing.

use std::fmt::Write as _;

use serde::Serialize;
use signed_xml::{Fields, Key, SIGN, Schema, SignType};

/// Both sides of a signature that does not agree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Diagnosis {
    /// What went wrong, as far as it is known.
    pub cause: String,
    /// The string that the platform signs, without the key. Personal values are masked unless the configuration reveals them.
    pub platform: String,
    /// The string that the sender signed, if a usual mistake explains the signature; masked alike.
    pub sender: Option<String>,
    /// The first place where the two differ.
    pub difference: Option<Difference>,
}

/// The first place where two canonical strings differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Difference {
    /// The place, counted in characters from 0, in the strings without masks.
    pub at: usize,
    /// The field of the platform's string that stands there; nothing behind its end.
    pub field: Option<String>,
    /// The platform's side from there on, a few characters; masked if the value is confidential.
    pub platform: String,
    /// The sender's side from there on.
    pub sender: String,
}

/// What is known about the sender when a signature is explained.
pub(crate) struct Suspects<'a> {
    /// The table of the message.
    pub(crate) schema: &'static Schema,
    /// The key that it should have been signed with.
    pub(crate) key: &'a Key,
    /// Other secrets that it may have been signed with, each with a name.
    pub(crate) others: Vec<(String, Key)>,
    /// Whether personal values may be shown.
    pub(crate) reveal: bool,
}

impl Diagnosis {
    /// Explains why `fields` do not carry the signature that they should.
    pub(crate) fn of(fields: &Fields, suspects: &Suspects<'_>) -> Self {
        let own = signed_pairs(fields);
        let show = |pairs: &[Pair<'_>]| shown(pairs, suspects);
        let Some(received) = fields.get(SIGN).filter(|sign| !sign.is_empty()) else {
            let cause = "the message has no `sign`, and a missing signature is a failed one".into();
            return Self {
                cause,
                platform: show(&own),
                sender: None,
                difference: None,
            };
        };
        for guess in guesses(fields, suspects.schema) {
            if let Some(with) = signer(&guess.pairs, received, suspects) {
                let same = join(&guess.pairs) == join(&own);
                let cause = match (guess.mistake, with) {
                    (None, with) => {
                        with.unwrap_or_else(|| "the digits of `sign` must be upper-case".into())
                    }
                    (Some(mistake), None) => mistake,
                    (Some(mistake), Some(with)) => format!("{mistake}; {with}"),
                };
                let difference = (!same).then(|| difference(&own, &guess.pairs, suspects));
                let sender = Some(show(&guess.pairs));
                return Self {
                    cause,
                    platform: show(&own),
                    sender,
                    difference,
                };
            }
        }
        let cause =
            "no usual mistake explains the signature: the sender used another key, or a value \
                     changed between signing and sending"
                .into();
        Self {
            cause,
            platform: show(&own),
            sender: None,
            difference: None,
        }
    }

    /// One line for a `return_msg`.
    pub(crate) fn summary(&self) -> String {
        match &self.difference {
            Some(Difference {
                field: Some(field), ..
            }) => {
                format!("{}; first difference at `{field}`", self.cause)
            }
            _ => self.cause.clone(),
        }
    }
}

type Pair<'a> = (&'a str, String);

/// What a sender with one mistake would have signed.
struct Guess<'a> {
    /// The mistake in words; `None` for the right string, signed with something else.
    mistake: Option<String>,
    pairs: Vec<Pair<'a>>,
}

fn guesses<'a>(fields: &'a Fields, schema: &'static Schema) -> Vec<Guess<'a>> {
    let own = signed_pairs(fields);
    let mut guesses = vec![Guess {
        mistake: None,
        pairs: own.clone(),
    }];
    let mut add = |mistake: &str, pairs: Vec<Pair<'a>>| {
        if !pairs.is_empty() && join(&pairs) != join(&own) {
            guesses.push(Guess {
                mistake: Some(mistake.into()),
                pairs,
            });
        }
    };
    let own_that = |keep: &dyn Fn(&Pair<'a>) -> bool| -> Vec<Pair<'a>> {
        own.iter().filter(|pair| keep(pair)).cloned().collect()
    };
    let own_with = |change: &dyn Fn(&str) -> String| -> Vec<Pair<'a>> {
        own.iter()
            .map(|(name, value)| (*name, change(value)))
            .collect()
    };
    add(
        "fields with the value 0 were left out of the signature: 0 is a value",
        own_that(&|pair| pair.1 != "0"),
    );
    let mut caseless = own.clone();
    caseless.sort_by_key(|pair| pair.0.to_ascii_lowercase());
    add(
        "names were sorted without regard to case: capital letters sort before all small ones",
        caseless,
    );
    let received: Vec<Pair<'a>> = fields
        .iter()
        .map(|(name, value)| (name, value.to_owned()))
        .collect();
    let unsorted = received
        .iter()
        .filter(|(name, value)| *name != SIGN && !value.is_empty())
        .cloned();
    add(
        "the fields were signed in the order sent, not sorted by name",
        unsorted.collect(),
    );
    let mut with_empty: Vec<Pair<'a>> = received
        .iter()
        .filter(|(name, _)| *name != SIGN)
        .cloned()
        .collect();
    with_empty.sort_by_key(|pair| pair.0);
    add(
        "fields with an empty value were signed: they are left out",
        with_empty,
    );
    add(
        "values were trimmed before signing: they are signed as sent",
        own_with(&|value| value.trim().to_owned()),
    );
    add(
        "values were percent-encoded before signing: they are signed as they are",
        own_with(&|value| percent_encoded(value)),
    );
    add(
        "fields that the table does not name were left out: all that is sent is signed",
        own_that(&|pair| schema.field(pair.0).is_some()),
    );
    for (left_out, _) in &own {
        let rest = own_that(&|pair| pair.0 != *left_out);
        add(&format!("`{left_out}` was left out of the signature"), rest);
    }
    guesses
}

/// With what the string was signed, if it was: `Some(None)` for the right key and algorithm.
fn signer(pairs: &[Pair<'_>], received: &str, suspects: &Suspects<'_>) -> Option<Option<String>> {
    let own = std::iter::once((None, suspects.key));
    let others = suspects
        .others
        .iter()
        .map(|(name, key)| (Some(name.as_str()), key));
    for (name, key) in own.chain(others) {
        for sign_type in [SignType::Md5, SignType::HmacSha256] {
            if !signature(pairs, key, sign_type).eq_ignore_ascii_case(received) {
                continue;
            }
            let named = pairs.iter().any(|(name, value)| {
                *name == signed_xml::SIGN_TYPE && *value == sign_type.to_string()
            });
            let odd = (sign_type != suspects.schema.sign_type && !named)
                .then(|| format!("the algorithm was {sign_type}, which no `sign_type` says"));
            let with = name.map(|name| {
                format!("it was signed with {name} instead of this platform's key (4.2)")
            });
            return Some(match (with, odd) {
                (Some(with), Some(odd)) => Some(format!("{with}; {odd}")),
                (with, odd) => with.or(odd),
            });
        }
    }
    None
}

/// The signature of pairs in the order given.
///
/// [`Fields`] sorts, so the whole string goes in as one field: the first name, with everything behind its `=` as the value.
fn signature(pairs: &[Pair<'_>], key: &Key, sign_type: SignType) -> String {
    let text = join(pairs);
    let (name, rest) = text.split_once('=').unwrap_or((&text, ""));
    match Fields::from_pairs([(name, rest)]) {
        Ok(one) => one.signature(key, sign_type).as_str().to_owned(),
        Err(_) => String::new(),
    }
}

fn difference(own: &[Pair<'_>], sender: &[Pair<'_>], suspects: &Suspects<'_>) -> Difference {
    let (left, right) = (join(own), join(sender));
    let at = left
        .chars()
        .zip(right.chars())
        .take_while(|(a, b)| a == b)
        .count();
    let mut end = 0;
    let pair = own.iter().find(|(name, value)| {
        end += name.chars().count() + value.chars().count() + 2;
        at < end
    });
    let excerpt = |text: &str| -> String { text.chars().skip(at).take(24).collect() };
    let hidden = !suspects.reveal
        && [
            pair,
            sender
                .iter()
                .find(|(name, _)| pair.is_some_and(|own| own.0 == *name)),
        ]
        .into_iter()
        .flatten()
        .any(|(name, _)| is_confidential(name, suspects));
    let mask = |text: String| {
        if hidden {
            "[not shown]".to_owned()
        } else {
            text
        }
    };
    Difference {
        at,
        field: pair.map(|(name, _)| (*name).to_owned()),
        platform: mask(excerpt(&left)),
        sender: mask(excerpt(&right)),
    }
}

fn signed_pairs(fields: &Fields) -> Vec<Pair<'_>> {
    let mut pairs: Vec<Pair<'_>> = fields
        .iter()
        .filter(|(name, value)| *name != SIGN && !value.is_empty())
        .map(|(name, value)| (name, value.to_owned()))
        .collect();
    pairs.sort_by_key(|pair| pair.0);
    pairs
}

fn join(pairs: &[Pair<'_>]) -> String {
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    pairs.join("&")
}

/// The string with confidential values masked by their length.
fn shown(pairs: &[Pair<'_>], suspects: &Suspects<'_>) -> String {
    let mask = |(name, value): &Pair<'_>| match is_confidential(name, suspects) && !suspects.reveal
    {
        true => format!(
            "{name}=[{} characters, {} bytes]",
            value.chars().count(),
            value.len()
        ),
        false => format!("{name}={value}"),
    };
    let pairs: Vec<String> = pairs.iter().map(mask).collect();
    pairs.join("&")
}

/// An unknown field may be personal.
fn is_confidential(name: &str, suspects: &Suspects<'_>) -> bool {
    suspects
        .schema
        .field(name)
        .is_none_or(signed_xml::Field::is_confidential)
}

fn percent_encoded(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                text.push(char::from(byte))
            }
            _ => {
                let _ = write!(text, "%{byte:02X}");
            }
        }
    }
    text
}
