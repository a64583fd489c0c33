//! Changes of values: markup, blanks, case, characters.

use unicode_normalization::UnicodeNormalization as _;

use crate::charset::{Garbler, garbled, ungarbled};
use crate::draft::{Draft, Pair, Text};
use crate::mistake::Mistake;
use crate::words::Kind;

use super::{Change, Context, Stage};

pub(super) fn in_cdata(value: &str) -> String {
    format!("<![CDATA[{value}]]>")
}

/// The more usual changes of all values.
pub(super) fn usual(context: &Context<'_>, list: &mut Vec<Change>) {
    markup(context, list);
    list.push(
        Change::of_values(Mistake::new(Kind::CdataSigned), Stage::Marks, |value| {
            Some(in_cdata(value))
        })
        .in_family("marks"),
    );
    list.push(
        Change::of_values(Mistake::new(Kind::CdataSigned), Stage::Marks, |value| {
            let number = value.bytes().all(|b| b.is_ascii_digit());
            (!number).then(|| in_cdata(value))
        })
        .in_family("marks"),
    );
    list.push(blanks(Kind::PrettyPrinted, "", |value| {
        let trimmed = value.trim();
        let breaks = value.len() - trimmed.len() > 0
            && (value.trim_start_matches(' ').starts_with(['\n', '\r'])
                || value.trim_end_matches([' ', '\t']).ends_with(['\n', '\r']));
        breaks.then(|| trimmed.to_owned())
    }));
    list.push(blanks(Kind::Trimmed, "", |value| {
        Some(value.trim().to_owned())
    }));
    list.push(blanks(Kind::Trimmed, "", |value| {
        Some(value.trim_ascii().to_owned())
    }));
    for by in Garbler::ALL {
        let mistake = Mistake::of(Kind::MojibakeSent, by.name());
        let form = move |value: &str| ungarbled(value, by);
        list.push(Change::of_values(mistake, Stage::Undo, form).in_family("garbled"));
        let mistake = Mistake::of(Kind::MojibakeSigned, by.name());
        let form = move |value: &str| garbled(value, by);
        list.push(Change::of_values(mistake, Stage::Garbling, form).in_family("garbled"));
    }
    list.push(blanks(Kind::InvisibleDropped, "", visible));
}

fn blanks(kind: Kind, detail: &str, form: fn(&str) -> Option<String>) -> Change {
    Change::of_values(Mistake::of(kind, detail), Stage::Blanks, form)
}

fn visible(value: &str) -> Option<String> {
    let invisible = |c: char| {
        matches!(
            c,
            '\u{FEFF}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{AD}' | '\u{A0}'
        )
    };
    value
        .contains(invisible)
        .then(|| value.chars().filter(|c| !invisible(*c)).collect())
}

/// What stood between the tags, or in the encoded form, signed as it was there.
fn markup(context: &Context<'_>, list: &mut Vec<Change>) {
    let entries = &context.message.entries;
    let raw: Vec<(Text, Text)> = entries
        .iter()
        .filter(|entry| !entry.is_empty())
        .filter_map(|entry| Some((entry.name.as_str().into(), entry.raw.as_deref()?.into())))
        .collect();
    let holds = |part: &str| raw.iter().any(|(_, raw)| raw.contains(part));
    let mistake = match () {
        () if holds("<![CDATA[") => Mistake::new(Kind::CdataSigned),
        () if holds("%") || holds("+") => Mistake::of(Kind::PercentSigned, "as in the body"),
        () if holds("\\") => Mistake::of(Kind::QuotesSigned, "the escapes of JSON"),
        () => Mistake::of(Kind::EscapesSigned, "as in the body"),
    };
    let act = move |draft: &Draft| {
        let mut changed = false;
        let one = |pair: &Pair| {
            let entry = raw.iter().find(|(name, _)| *name == pair.field);
            let value = entry.map_or_else(|| pair.value.clone(), |(_, raw)| raw.clone());
            changed |= value != pair.value;
            Pair {
                value,
                ..pair.clone()
            }
        };
        let pairs = draft.pairs.iter().map(one).collect();
        changed.then(|| Draft {
            pairs,
            ..draft.without_pairs()
        })
    };
    // It takes the value's place, so it comes before what changes values.
    list.push(Change::new(mistake, Stage::Fields, act).in_family("marks"));
}

/// The rarer changes of all values.
pub(super) fn others(list: &mut Vec<Change>) {
    for (detail, form) in [
        (
            "`\\r\\n` became `\\n`",
            (|value| Some(value.replace("\r\n", "\n"))) as fn(&str) -> Option<String>,
        ),
        ("`\\n` became `\\r\\n`", |value| {
            Some(value.replace("\r\n", "\n").replace('\n', "\r\n"))
        }),
        ("line ends were removed", |value| {
            Some(value.replace(['\r', '\n'], ""))
        }),
        ("line ends became blanks", |value| {
            Some(value.replace("\r\n", " ").replace(['\r', '\n'], " "))
        }),
        ("all blanks were removed", |value| {
            Some(value.split_whitespace().collect())
        }),
        ("runs of blanks became one", |value| {
            Some(value.split_whitespace().collect::<Vec<_>>().join(" "))
        }),
        ("no-break blanks became blanks", |value| {
            Some(value.replace('\u{A0}', " "))
        }),
    ] {
        list.push(blanks(Kind::BlanksChanged, detail, form).in_family("blanks"));
    }
    for (detail, form) in [
        (
            "in `\"`",
            (|value| Some(format!("\"{value}\""))) as fn(&str) -> Option<String>,
        ),
        ("in `'`", |value| Some(format!("'{value}'"))),
        ("`\\` before quotes", |value| {
            Some(
                value
                    .replace('\\', "\\\\")
                    .replace('"', "\\\"")
                    .replace('\'', "\\'"),
            )
        }),
        ("`\\` before `\"`", |value| Some(value.replace('"', "\\\""))),
        ("texts as JSON, numbers plain", |value| {
            let number = value.bytes().all(|b| b.is_ascii_digit());
            (!number).then(|| serde_json::Value::from(value).to_string())
        }),
        ("without `\\` before quotes, as sent", |value| {
            Some(value.replace("\\\"", "\"").replace("\\'", "'"))
        }),
        ("without `\\`, as sent", |value| {
            Some(value.replace('\\', ""))
        }),
    ] {
        let change = Change::of_values(Mistake::of(Kind::QuotesSigned, detail), Stage::Marks, form);
        list.push(change.in_family("marks"));
    }
    for (detail, form) in [
        (
            "lower case",
            (|value| Some(value.to_lowercase())) as fn(&str) -> Option<String>,
        ),
        ("upper case", |value| Some(value.to_uppercase())),
    ] {
        let change = Change::of_values(Mistake::of(Kind::ValueCase, detail), Stage::Blanks, form);
        list.push(change.in_family("case"));
    }
    for (detail, form) in [
        (
            "NFC",
            (|value| Some(value.nfc().collect())) as fn(&str) -> Option<String>,
        ),
        ("NFD", |value| Some(value.nfd().collect())),
        ("NFKC, full width to half width", |value| {
            Some(value.nfkc().collect())
        }),
        ("full width to half width", |value| {
            Some(value.chars().map(half_width).collect())
        }),
    ] {
        let change = Change::of_values(Mistake::of(Kind::Normalized, detail), Stage::Blanks, form);
        list.push(change.in_family("normal"));
    }
    for (detail, by) in [
        ("removed", ""),
        ("as `?`", "?"),
        ("as `??`", "??"),
        ("as `????`", "????"),
        ("as U+FFFD", "\u{FFFD}"),
    ] {
        let form = move |value: &str| {
            let astral = |c: char| u32::from(c) > 0xFFFF;
            value.contains(astral).then(|| value.replace(astral, by))
        };
        let change =
            Change::of_values(Mistake::of(Kind::AstralLost, detail), Stage::Garbling, form);
        list.push(change.in_family("astral"));
    }
}

/// The half-width form of full-width ASCII.
fn half_width(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        c => c,
    }
}
