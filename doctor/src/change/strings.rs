//! Changes of the order, of how pairs are joined, and of the whole string.

use crate::draft::{Draft, Join, Order, Text, Whole};
use crate::mistake::Mistake;
use crate::words::Kind;

use super::{Change, Context, Stage, percent};

/// Other orders.
pub(super) fn orders(context: &Context<'_>, list: &mut Vec<Change>) {
    let mut orders = vec![
        (Kind::OrderReceived, "", Order::Received),
        (Kind::OrderCaseless, "", Order::LowerCase),
        (Kind::OrderCaseless, "", Order::UpperCase),
        (
            Kind::OrderLocale,
            "punctuation, digits, letters, case last, as ICU",
            Order::Collated,
        ),
        (
            Kind::OrderLocale,
            "punctuation not looked at, as glibc",
            Order::WithoutPunctuation,
        ),
        (Kind::OrderNatural, "", Order::Natural),
        (Kind::OrderOfPairs, "", Order::Pairs),
        (Kind::OrderDescending, "", Order::Descending),
        (Kind::OrderOfValues, "", Order::Values),
        (Kind::OrderOfLengths, "", Order::Lengths),
    ];
    if !context.table.is_empty() {
        orders.push((Kind::OrderOfTable, "", Order::Table));
    }
    for (kind, detail, order) in orders {
        let act = move |draft: &Draft| {
            let changed = Draft {
                order,
                ..draft.clone()
            };
            let same = draft
                .ordered()
                .iter()
                .zip(changed.ordered())
                .all(|(a, b)| a.name == b.name);
            (!same).then_some(changed)
        };
        list.push(Change::new(Mistake::of(kind, detail), Stage::Order, act).in_family("order"));
    }
}

/// Other ways to join, and changes of what comes of it.
pub(super) fn joins(context: &Context<'_>, list: &mut Vec<Change>) {
    for (kind, detail, join) in [
        (Kind::SeparatorsLeftOut, "no `&`", Join::With("=", "")),
        (
            Kind::SeparatorsLeftOut,
            "neither `=` nor `&`",
            Join::With("", ""),
        ),
        (Kind::SeparatorsLeftOut, "no `=`", Join::With("", "&")),
        (Kind::ValuesOnly, "one after the other", Join::Values("")),
        (Kind::ValuesOnly, "joined with `&`", Join::Values("&")),
        (Kind::ValuesOnly, "joined with `,`", Join::Values(",")),
        (Kind::ValuesOnly, "joined with `|`", Join::Values("|")),
        (Kind::ValuesOnly, "each on its line", Join::Values("\n")),
        (Kind::SeparatorsReplaced, "`,`", Join::With("=", ",")),
        (Kind::SeparatorsReplaced, "`;`", Join::With("=", ";")),
        (Kind::SeparatorsReplaced, "`|`", Join::With("=", "|")),
        (Kind::SeparatorsReplaced, "line ends", Join::With("=", "\n")),
        (
            Kind::SeparatorsReplaced,
            "`&amp;`",
            Join::With("=", "&amp;"),
        ),
        (
            Kind::SeparatorsReplaced,
            "`:` for `=`",
            Join::With(":", "&"),
        ),
        (
            Kind::SeparatorsReplaced,
            "`:` and `,`",
            Join::With(":", ","),
        ),
        (
            Kind::SeparatorsReplaced,
            "`, ` and blanks",
            Join::With(" = ", ", "),
        ),
        (Kind::QuotesSigned, "`name=\"value\"`", Join::Quoted),
        (
            Kind::BodySigned,
            "a JSON object of the sorted fields",
            Join::Json,
        ),
    ] {
        join_change(Mistake::of(kind, detail), list, move |draft| Draft {
            join,
            ..draft.clone()
        });
    }
    for (kind, detail, whole) in [
        (
            Kind::SeparatorsAdded,
            "`&` behind the last value",
            Whole::Between("", "&"),
        ),
        (
            Kind::SeparatorsAdded,
            "`&` in front",
            Whole::Between("&", ""),
        ),
        (
            Kind::SeparatorsAdded,
            "`?` in front",
            Whole::Between("?", ""),
        ),
        (
            Kind::SeparatorsAdded,
            "braces around",
            Whole::Between("{", "}"),
        ),
        (
            Kind::StringChanged,
            "a line end behind it",
            Whole::Between("", "\n"),
        ),
        (
            Kind::StringChanged,
            "a blank behind it",
            Whole::Between("", " "),
        ),
        (Kind::StringChanged, "lower case", Whole::LowerCase),
        (Kind::StringChanged, "upper case", Whole::UpperCase),
        (Kind::StringChanged, "without blanks", Whole::WithoutBlanks),
        (
            Kind::StringChanged,
            "URL-encoded as a whole",
            Whole::Percent(&percent::STYLES[0]),
        ),
        (
            Kind::StringChanged,
            "URL-encoded as a whole, form",
            Whole::Percent(&percent::STYLES[1]),
        ),
        (
            Kind::StringChanged,
            "`encodeURI` of the whole",
            Whole::Percent(&percent::STYLES[4]),
        ),
        (
            Kind::StringChanged,
            "URL-encoded as a whole, lower-case digits",
            Whole::Percent(&percent::STYLES[3]),
        ),
    ] {
        let act = move |draft: &Draft| {
            (draft.whole == Whole::AsIs).then(|| Draft {
                whole,
                ..draft.clone()
            })
        };
        list.push(Change::new(Mistake::of(kind, detail), Stage::Whole, act).in_family("whole"));
    }
    if let Some(body) = &context.message.unsigned_body {
        let body: Text = body.as_str().into();
        let mistake = Mistake::of(Kind::BodySigned, "without the element of `sign`");
        join_change(mistake, list, move |draft| Draft {
            instead: Some(body.clone()),
            ..draft.clone()
        });
    }
}

fn join_change(mistake: Mistake, list: &mut Vec<Change>, act: impl Fn(&Draft) -> Draft + 'static) {
    let act = move |draft: &Draft| {
        let first = draft.join == Join::With("=", "&") && draft.instead.is_none();
        first.then(|| act(draft))
    };
    list.push(Change::new(mistake, Stage::Join, act).in_family("join"));
}
