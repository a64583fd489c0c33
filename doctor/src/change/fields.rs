//! Changes of which fields are signed, and under which names.

use std::collections::BTreeMap;

use crate::draft::{Draft, Pair, Text};
use crate::mistake::Mistake;
use crate::read::Entry;
use crate::words::Kind;

use super::{Change, Context, Stage};

/// What programs print for something that is not there.
const WORDS: [&str; 9] = [
    "null",
    "None",
    "undefined",
    "",
    "0",
    "nil",
    "NULL",
    "(null)",
    "false",
];
/// So many absent fields of a table are looked at.
const MOST_ABSENT: usize = 60;

/// The changes of groups of fields.
pub(super) fn usual(context: &Context<'_>, list: &mut Vec<Change>) {
    let keep = |mistake, keep: fn(&Pair) -> bool| {
        Change::new(mistake, Stage::Fields, move |draft| kept(draft, keep))
    };
    let zero = |pair: &Pair| !matches!(&*pair.value, "0" | "0.0" | "0.00");
    list.push(keep(Mistake::new(Kind::ZeroLeftOut), zero));
    empties(context, list);
    sign(context, list);
    if !context.table.is_empty() {
        let entries = context.message.entries.iter();
        let unknown: Vec<String> = entries
            .filter(|entry| !context.table.knows(&entry.name))
            .map(|entry| entry.name.clone())
            .collect();
        list.push(Change::new(
            Mistake::new(Kind::UnknownLeftOut),
            Stage::Fields,
            move |draft| {
                kept(draft, |pair| {
                    !unknown.iter().any(|name| **name == *pair.field)
                })
            },
        ));
    }
    for (prefix, _) in families(context) {
        let own = prefix.clone();
        list.push(Change::new(
            Mistake::of(Kind::FamilyLeftOut, prefix.clone()),
            Stage::Fields,
            move |draft| kept(draft, |pair| !pair.name.starts_with(&own)),
        ));
    }
    key(context, list);
}

fn kept(draft: &Draft, keep: impl Fn(&Pair) -> bool) -> Option<Draft> {
    if draft.pairs.iter().all(&keep) {
        return None;
    }
    let mut draft = draft.clone();
    draft.pairs.retain(keep);
    Some(draft)
}

fn with(draft: &Draft, pairs: impl IntoIterator<Item = Pair>) -> Option<Draft> {
    let new: Vec<Pair> = pairs
        .into_iter()
        .filter(|pair| draft.pairs.iter().all(|other| other.name != pair.name))
        .collect();
    if new.is_empty() {
        return None;
    }
    let mut draft = draft.clone();
    draft.pairs.extend(new);
    Some(draft)
}

fn pair(context: &Context<'_>, name: &str, value: &str) -> Pair {
    let entries = &context.message.entries;
    let received = entries.iter().position(|entry| entry.name == name);
    Pair {
        name: name.into(),
        value: value.into(),
        field: name.into(),
        received: received.unwrap_or(usize::MAX),
        listed: context.table.place(name),
    }
}

/// Fields without a value that were signed, as nothing or as a word.
fn empties(context: &Context<'_>, list: &mut Vec<Change>) {
    let empty = |entry: &&Entry| entry.is_empty();
    let names: Vec<&str> = context
        .message
        .entries
        .iter()
        .filter(empty)
        .map(|entry| entry.name.as_str())
        .collect();
    if names.is_empty() {
        return;
    }
    for word in WORDS {
        let pairs: Vec<Pair> = names.iter().map(|name| pair(context, name, word)).collect();
        let mistake = signed_as(word);
        let change = Change::new(mistake, Stage::Fields, move |draft| {
            with(draft, pairs.clone())
        });
        list.push(change.in_family("empty"));
    }
}

fn signed_as(word: &str) -> Mistake {
    match word {
        "" => Mistake::new(Kind::EmptySigned),
        word => Mistake::of(Kind::AbsentSigned, word),
    }
}

/// `sign` among the fields.
fn sign(context: &Context<'_>, list: &mut Vec<Change>) {
    for (value, detail) in [
        ("", "without a value"),
        (
            context.right,
            "with a signature: the message was signed twice",
        ),
        ("null", "as `null`"),
        ("sign", "as `sign`"),
    ] {
        let pairs = [pair(context, signed_xml::SIGN, value)];
        let mistake = Mistake::of(Kind::SignSigned, detail);
        let change = Change::new(mistake, Stage::Fields, move |draft| {
            with(draft, pairs.clone())
        });
        list.push(change.in_family("sign"));
    }
}

/// The beginnings up to `_` that some names share, but not all.
fn families(context: &Context<'_>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    let entries = context
        .message
        .entries
        .iter()
        .filter(|entry| !entry.is_empty());
    let all = entries.clone().count();
    for entry in entries {
        if let Some(at) = entry.name.find('_') {
            *counts.entry(entry.name[..=at].to_owned()).or_insert(0) += 1;
        }
    }
    counts.retain(|_, count| *count > 1 && *count < all);
    counts
}

/// All names in another spelling.
fn spellings(list: &mut Vec<Change>) {
    let camel = |name: &str| {
        let mut upper = false;
        let one = |c: char| match (c, std::mem::replace(&mut upper, c == '_')) {
            ('_', _) => None,
            (c, true) => Some(c.to_ascii_uppercase()),
            (c, false) => Some(c),
        };
        name.chars().filter_map(one).collect::<String>()
    };
    let snake = |name: &str| {
        let mut text = String::new();
        for c in name.chars() {
            if c.is_ascii_uppercase() && !text.is_empty() && !text.ends_with('_') {
                text.push('_');
            }
            text.push(c.to_ascii_lowercase());
        }
        text
    };
    let capital = |name: &str| {
        let mut name = name.to_owned();
        if let Some(first) = name.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        name
    };
    type Spelling = Box<dyn Fn(&str) -> String>;
    let spellings: [(&str, Spelling); 7] = [
        ("camelCase", Box::new(camel)),
        ("lower case", Box::new(|name| name.to_ascii_lowercase())),
        ("UPPER CASE", Box::new(|name| name.to_ascii_uppercase())),
        ("PascalCase", Box::new(move |name| capital(&camel(name)))),
        ("snake_case", Box::new(snake)),
        (
            "lower case without `_`",
            Box::new(|name| name.replace('_', "").to_ascii_lowercase()),
        ),
        ("kebab-case", Box::new(|name| name.replace('_', "-"))),
    ];
    for (detail, spelling) in spellings {
        let act = move |draft: &Draft| {
            let mut new = draft.clone();
            let mut changed = false;
            for pair in &mut new.pairs {
                let name: Text = spelling(&pair.name).into();
                changed |= name != pair.name;
                pair.name = name;
            }
            changed.then_some(new)
        };
        let mistake = Mistake::of(Kind::NamesRespelled, detail);
        list.push(Change::new(mistake, Stage::Fields, act).in_family("spelling"));
    }
}

/// The key, sorted among the fields.
fn key(context: &Context<'_>, list: &mut Vec<Change>) {
    if let Some(key) = context.key {
        let key = pair(context, "key", key);
        let act = move |draft: &Draft| {
            let mut draft = with(draft, [key.clone()])?;
            draft.has_key = true;
            Some(draft)
        };
        list.push(Change::new(
            Mistake::new(Kind::KeySorted),
            Stage::Fields,
            act,
        ));
    }
}

/// The changes of single fields: left out, or under another name.
pub(super) fn each(context: &Context<'_>, list: &mut Vec<Change>) {
    let entries = context
        .message
        .entries
        .iter()
        .filter(|entry| !entry.is_empty());
    for entry in entries.clone() {
        let own: Text = entry.name.as_str().into();
        list.push(Change::new(
            Mistake::new(Kind::FieldLeftOut).about(entry.name.as_str()),
            Stage::Fields,
            move |draft| kept(draft, |pair| pair.field != own),
        ));
    }
    for entry in entries {
        let lower = entry.name.to_ascii_lowercase();
        let mut names: Vec<String> = context
            .table
            .other_names(&entry.name)
            .map(str::to_owned)
            .collect();
        if lower != entry.name && !names.contains(&lower) {
            names.push(lower);
        }
        let trimmed = entry.name.trim_start_matches("sub_").to_owned();
        if trimmed != entry.name {
            names.push(trimmed);
        }
        for name in names {
            let (own, new): (Text, Text) = (entry.name.as_str().into(), name.as_str().into());
            let act = move |draft: &Draft| {
                let at = draft.pairs.iter().position(|pair| pair.name == own)?;
                let mut draft = draft.clone();
                draft.pairs[at].name = new.clone();
                Some(draft)
            };
            let mistake = Mistake::of(Kind::Renamed, name).about(entry.name.as_str());
            list.push(Change::new(mistake, Stage::Fields, act));
        }
    }
    spellings(list);
    let absent = |name: &str| {
        context
            .message
            .entries
            .iter()
            .all(|entry| entry.name != name)
    };
    let sign_types = [
        (signed_xml::SIGN_TYPE, "MD5"),
        (signed_xml::SIGN_TYPE, "HMAC-SHA256"),
    ];
    let known = context
        .known
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    for (name, value) in sign_types
        .into_iter()
        .chain(known)
        .filter(|(name, _)| absent(name))
    {
        let pairs = [pair(context, name, value)];
        let mistake = Mistake::new(Kind::FieldAdded).about(name);
        let change = Change::new(mistake, Stage::Fields, move |draft| {
            with(draft, pairs.clone())
        });
        list.push(change.in_family(name));
    }
}

/// Fields of the table that the message does not have, signed as a word.
pub(super) fn absent(context: &Context<'_>, list: &mut Vec<Change>) {
    let entries = &context.message.entries;
    let absent = |name: &&str| {
        let has = |name: &str| entries.iter().any(|entry| entry.name == name);
        *name != signed_xml::SIGN
            && !name.contains('$')
            && !has(name)
            && !context.table.other_names(name).any(has)
    };
    let names: Vec<&str> = context
        .table
        .names()
        .filter(absent)
        .take(MOST_ABSENT)
        .collect();
    for word in WORDS {
        let pairs: Vec<Pair> = names.iter().map(|name| pair(context, name, word)).collect();
        let change = Change::new(signed_as(word), Stage::Fields, move |draft| {
            with(draft, pairs.clone())
        });
        list.push(change.in_family("absent"));
    }
    for (at, word) in WORDS.into_iter().enumerate() {
        for name in &names {
            let pairs = [pair(context, name, word)];
            let mistake = signed_as(word).about(*name);
            let change = Change::new(mistake, Stage::Fields, move |draft| {
                with(draft, pairs.clone())
            });
            let change = change.in_family("absent");
            list.push(if at < 2 { change } else { change.alone() });
        }
    }
}
