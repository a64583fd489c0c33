//! A string to sign, in the making: pairs, their order, how they are joined.
//!
//! The right one is that of [`Draft::right`]; every other comes from it by one or two changes.

use std::cmp::Ordering;
use std::rc::Rc;

use crate::change::percent::{self, Percent};
use crate::read::Entry;
use crate::table::Table;

/// Text that many drafts share.
pub(crate) type Text = Rc<str>;

/// A name and a value in a string to sign.
#[derive(Debug, Clone)]
pub(crate) struct Pair {
    pub(crate) name: Text,
    pub(crate) value: Text,
    /// The field that it comes from, by the name sent: it says whether the value may be shown.
    pub(crate) field: Text,
    /// The place in the order received; behind all others if it was not received.
    pub(crate) received: usize,
    /// The place in the table.
    pub(crate) listed: usize,
}

/// The order of the pairs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Order {
    /// By name as bytes, which is right.
    #[default]
    Bytes,
    Received,
    /// Without case: compared in lower case, `_` before letters.
    LowerCase,
    /// Without case: compared in upper case, `_` behind letters.
    UpperCase,
    /// Punctuation before digits before letters, case last: ICU, JavaScript's `localeCompare`.
    Collated,
    /// Punctuation is not looked at first: glibc's `en_US` and `zh_CN`.
    WithoutPunctuation,
    Descending,
    Pairs,
    Values,
    Natural,
    Table,
    Lengths,
}

/// How the pairs are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Join {
    /// Name, the first text, value; the second text between pairs.
    With(&'static str, &'static str),
    /// Values alone, with a text between them.
    Values(&'static str),
    /// `name="value"`, as Alipay has it.
    Quoted,
    /// A JSON object of texts.
    Json,
}

/// What is done with the whole string before the key comes behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Whole {
    #[default]
    AsIs,
    Percent(&'static Percent),
    LowerCase,
    UpperCase,
    WithoutBlanks,
    Between(&'static str, &'static str),
}

/// A string to sign.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) pairs: Vec<Pair>,
    pub(crate) order: Order,
    pub(crate) join: Join,
    pub(crate) whole: Whole,
    /// The key stands among the pairs already.
    pub(crate) has_key: bool,
    /// The text that was signed in place of the pairs.
    pub(crate) instead: Option<Text>,
}

impl Draft {
    /// The string that is to be signed.
    pub(crate) fn right(entries: &[Entry], table: &Table) -> Self {
        let pair = |(received, entry): (usize, &Entry)| Pair {
            name: entry.name.as_str().into(),
            value: entry.value.as_str().into(),
            field: entry.name.as_str().into(),
            received,
            listed: table.place(&entry.name),
        };
        let signed = entries
            .iter()
            .enumerate()
            .filter(|(_, entry)| !entry.is_empty());
        let mut draft = Self {
            pairs: signed.map(pair).collect(),
            order: Order::Bytes,
            join: Join::With("=", "&"),
            whole: Whole::AsIs,
            has_key: false,
            instead: None,
        };
        draft.pairs.sort_by(|a, b| a.name.cmp(&b.name));
        draft
    }

    /// All but the pairs.
    pub(crate) fn without_pairs(&self) -> Self {
        Self {
            pairs: Vec::new(),
            instead: self.instead.clone(),
            ..*self
        }
    }

    /// The pairs in the order in which they are signed.
    pub(crate) fn ordered(&self) -> Vec<&Pair> {
        let mut pairs: Vec<&Pair> = self.pairs.iter().collect();
        pairs.sort_by(|a, b| self.order.compare(a, b));
        pairs
    }

    /// The string in front of the key.
    pub(crate) fn text(&self) -> String {
        let mut text = String::with_capacity(1_024);
        match &self.instead {
            Some(instead) => text.push_str(instead),
            None => self.join.write(&self.ordered(), &mut text),
        }
        match self.whole {
            Whole::AsIs => text,
            Whole::Percent(style) => percent::encoded(&text, style),
            Whole::LowerCase => text.to_lowercase(),
            Whole::UpperCase => text.to_uppercase(),
            Whole::WithoutBlanks => text.split_whitespace().collect(),
            Whole::Between(front, back) => [front, &text, back].concat(),
        }
    }
}

impl Join {
    fn write(self, pairs: &[&Pair], text: &mut String) {
        if self == Self::Json {
            let object: serde_json::Map<String, serde_json::Value> = pairs
                .iter()
                .map(|pair| (pair.name.to_string(), pair.value.to_string().into()))
                .collect();
            text.push_str(&serde_json::Value::Object(object).to_string());
            return;
        }
        for (i, pair) in pairs.iter().enumerate() {
            let (equals, between) = match self {
                Self::With(equals, between) => (equals, between),
                Self::Values(between) => ("", between),
                Self::Quoted | Self::Json => ("=\"", "&"),
            };
            if i > 0 {
                text.push_str(between);
            }
            if !matches!(self, Self::Values(_)) {
                text.push_str(&pair.name);
                text.push_str(equals);
            }
            text.push_str(&pair.value);
            if self == Self::Quoted {
                text.push('"');
            }
        }
    }
}

impl Order {
    fn compare(self, a: &Pair, b: &Pair) -> Ordering {
        let by_name = || a.name.cmp(&b.name);
        let folded = |fold: fn(&u8) -> u8| {
            let key = |pair: &Pair| -> Vec<u8> { pair.name.as_bytes().iter().map(fold).collect() };
            key(a).cmp(&key(b)).then_with(by_name)
        };
        match self {
            Self::Bytes => by_name(),
            Self::Received => a.received.cmp(&b.received).then_with(by_name),
            Self::LowerCase => folded(u8::to_ascii_lowercase),
            Self::UpperCase => folded(u8::to_ascii_uppercase),
            Self::Collated => collated(&a.name, true)
                .cmp(&collated(&b.name, true))
                .then_with(|| b.name.cmp(&a.name)),
            Self::WithoutPunctuation => collated(&a.name, false)
                .cmp(&collated(&b.name, false))
                .then_with(|| b.name.cmp(&a.name)),
            Self::Descending => by_name().reverse(),
            Self::Pairs => {
                let whole = |pair: &'_ Pair| format!("{}={}", pair.name, pair.value);
                whole(a).cmp(&whole(b))
            }
            Self::Values => a.value.cmp(&b.value).then_with(by_name),
            Self::Natural => natural(&a.name).cmp(&natural(&b.name)),
            Self::Table => a.listed.cmp(&b.listed).then(a.received.cmp(&b.received)),
            Self::Lengths => a.name.len().cmp(&b.name.len()).then_with(by_name),
        }
    }
}

/// What a language's collation compares first: punctuation, digits, letters.
fn collated(name: &str, punctuation: bool) -> Vec<(u8, u8)> {
    let class = |byte: u8| match byte {
        b'0'..=b'9' => 1,
        byte if byte.is_ascii_alphabetic() => 2,
        _ => 0,
    };
    name.bytes()
        .map(|byte| (class(byte), byte.to_ascii_lowercase()))
        .filter(|(class, _)| punctuation || *class > 0)
        .collect()
}

/// The parts of a name, its numbers by size.
fn natural(name: &str) -> Vec<(u64, &str)> {
    let mut parts = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let end = match digits {
            0 => rest
                .find(|c: char| c.is_ascii_digit())
                .unwrap_or(rest.len()),
            digits => digits,
        };
        let (part, after) = rest.split_at(end);
        parts.push(match digits {
            0 => (u64::MAX, part),
            _ => (part.parse().unwrap_or(u64::MAX - 1), ""),
        });
        rest = after;
    }
    parts
}
