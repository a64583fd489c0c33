//! Values that are JSON, written anew as the libraries of the usual languages write it, or signed
//! as something else.
//!
//! Numbers keep their digits unless the change is about them.

use std::fmt::Write as _;

use serde::Deserialize as _;
use serde_json::value::RawValue;

use crate::draft::{Draft, Pair};
use crate::mistake::Mistake;
use crate::words::Kind;

use super::{Change, Stage};

/// What is nested deeper stays text.
const DEEPEST: usize = 16;
/// Longer values are not taken apart.
const LONGEST: usize = 64 * 1024;

/// A JSON value.
enum Json {
    /// A number, `true`, `false` or `null`, as its text.
    Word(String),
    Text(String),
    List(Vec<Self>),
    Object(Vec<(String, Self)>),
}

/// The object or list that a value is, if it is one.
fn structured(value: &str) -> Option<Json> {
    if value.len() > LONGEST || !value.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let raw: Box<RawValue> = serde_json::from_str(value).ok()?;
    parsed(&raw, 0)
}

fn parsed(raw: &RawValue, depth: usize) -> Option<Json> {
    let text = raw.get();
    Some(match text.as_bytes().first()? {
        b'"' => Json::Text(serde_json::from_str(text).ok()?),
        b'{' if depth < DEEPEST => {
            let mut members = Vec::new();
            for (name, value) in object(text)? {
                members.push((name, parsed(&value, depth + 1)?));
            }
            Json::Object(members)
        }
        b'[' if depth < DEEPEST => {
            let items: Vec<Box<RawValue>> = serde_json::from_str(text).ok()?;
            let items = items.iter().map(|item| parsed(item, depth + 1));
            Json::List(items.collect::<Option<_>>()?)
        }
        _ => Json::Word(text.to_owned()),
    })
}

/// The members in their order.
fn object(text: &str) -> Option<Vec<(String, Box<RawValue>)>> {
    struct Members(Vec<(String, Box<RawValue>)>);
    impl<'de> serde::Deserialize<'de> for Members {
        fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            struct Visitor;
            impl<'de> serde::de::Visitor<'de> for Visitor {
                type Value = Members;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<A: serde::de::MapAccess<'de>>(
                    self,
                    mut map: A,
                ) -> Result<Members, A::Error> {
                    let mut members = Vec::new();
                    while let Some(member) = map.next_entry()? {
                        members.push(member);
                    }
                    Ok(Members(members))
                }
            }
            from.deserialize_map(Visitor)
        }
    }
    let mut json = serde_json::Deserializer::from_str(text);
    Members::deserialize(&mut json)
        .ok()
        .map(|members| members.0)
}

/// How JSON is written.
#[derive(Debug, Clone, Copy)]
struct Style {
    detail: &'static str,
    colon: &'static str,
    comma: &'static str,
    /// What each level is indented with.
    indent: Option<&'static str>,
    sorted: bool,
    /// `\u....` beyond ASCII.
    ascii: bool,
    /// `\/`.
    slash: bool,
    /// `\u003c` and its like.
    html: bool,
    /// Numbers that went through floating point.
    floats: bool,
}

const COMPACT: Style = Style {
    detail: "compact",
    colon: ":",
    comma: ",",
    indent: None,
    sorted: false,
    ascii: false,
    slash: false,
    html: false,
    floats: false,
};
const SPACED: Style = Style {
    detail: "blanks behind `:` and `,`",
    colon: ": ",
    comma: ", ",
    ..COMPACT
};

const STYLES: [Style; 15] = [
    COMPACT,
    SPACED,
    Style {
        detail: "blanks behind `:` and `,`, `\\u....` beyond ASCII, as Python",
        ascii: true,
        ..SPACED
    },
    Style {
        detail: "`\\/` and `\\u....`, as PHP",
        ascii: true,
        slash: true,
        ..COMPACT
    },
    Style {
        detail: "`\\/`",
        slash: true,
        ..COMPACT
    },
    Style {
        detail: "`\\u....` beyond ASCII",
        ascii: true,
        ..COMPACT
    },
    Style {
        detail: "`\\u003c`, `\\u003e`, `\\u0026`, as Go",
        html: true,
        ..COMPACT
    },
    Style {
        detail: "members sorted",
        sorted: true,
        ..COMPACT
    },
    Style {
        detail: "members sorted, blanks behind `:` and `,`",
        sorted: true,
        ..SPACED
    },
    Style {
        detail: "numbers as floating point",
        floats: true,
        ..COMPACT
    },
    Style {
        detail: "indented by 2",
        colon: ": ",
        indent: Some("  "),
        ..COMPACT
    },
    Style {
        detail: "indented by 4",
        colon: ": ",
        indent: Some("    "),
        ..COMPACT
    },
    Style {
        detail: "indented by tabs",
        colon: ": ",
        indent: Some("\t"),
        ..COMPACT
    },
    Style {
        detail: "a blank behind `:`",
        colon: ": ",
        ..COMPACT
    },
    Style {
        detail: "members sorted, `\\u....` beyond ASCII",
        sorted: true,
        ascii: true,
        ..COMPACT
    },
];

impl Json {
    fn written(&self, style: &Style) -> String {
        let mut text = String::new();
        self.write(style, 0, &mut text);
        text
    }

    fn write(&self, style: &Style, depth: usize, text: &mut String) {
        let line = |depth: usize, text: &mut String| {
            if let Some(indent) = style.indent {
                text.push('\n');
                text.push_str(&indent.repeat(depth));
            }
        };
        match self {
            Self::Word(word) => {
                let number = word.parse().ok().filter(|_| style.floats);
                text.push_str(
                    &number.map_or_else(|| word.clone(), |number: f64| number.to_string()),
                );
            }
            Self::Text(value) => quoted(value, style, text),
            Self::List(items) => {
                text.push('[');
                for (i, item) in items.iter().enumerate() {
                    text.push_str(if i > 0 { style.comma } else { "" });
                    line(depth + 1, text);
                    item.write(style, depth + 1, text);
                }
                if !items.is_empty() {
                    line(depth, text);
                }
                text.push(']');
            }
            Self::Object(members) => {
                let mut members: Vec<&(String, Self)> = members.iter().collect();
                if style.sorted {
                    members.sort_by(|a, b| a.0.cmp(&b.0));
                }
                text.push('{');
                for (i, (name, value)) in members.iter().enumerate() {
                    text.push_str(if i > 0 { style.comma } else { "" });
                    line(depth + 1, text);
                    quoted(name, style, text);
                    text.push_str(style.colon);
                    value.write(style, depth + 1, text);
                }
                if !members.is_empty() {
                    line(depth, text);
                }
                text.push('}');
            }
        }
    }

    /// The text of a value without quotes.
    fn plain(&self) -> String {
        match self {
            Self::Word(text) | Self::Text(text) => text.clone(),
            inner => inner.written(&COMPACT),
        }
    }
}

fn quoted(value: &str, style: &Style, text: &mut String) {
    text.push('"');
    for c in value.chars() {
        let escape = c.is_ascii_control()
            || (style.ascii && !c.is_ascii())
            || (style.html && matches!(c, '<' | '>' | '&' | '\u{2028}' | '\u{2029}'));
        match c {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '/' if style.slash => text.push_str("\\/"),
            c if escape => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(text, "\\u{unit:04x}");
                }
            }
            c => text.push(c),
        }
    }
    text.push('"');
}

/// JSON as a library prints it that does not write JSON.
type JsonText = fn(&Json) -> String;

/// The name of a member that is a field of its own, from the names of field and member.
type MemberName = fn(&str, &str) -> String;

/// The changes of values that are JSON.
pub(super) fn all(list: &mut Vec<Change>) {
    for style in &STYLES {
        let mistake = Mistake::of(Kind::JsonRewritten, style.detail);
        let form = move |value: &str| Some(structured(value)?.written(style));
        list.push(Change::of_values(mistake, Stage::Json, form).in_family("json"));
    }
    let texts: [(&str, JsonText); 5] = [
        ("as `[object Object]`", |_| "[object Object]".into()),
        ("as `Array`", |_| "Array".into()),
        ("as `{name=value, …}`, as Java prints a map", |json| {
            listed(json, "{", "=", ", ", "}")
        }),
        ("as `name=value&…`, its members sorted", |json| {
            listed(json, "", "=", "&", "")
        }),
        ("as `map[name:value …]`, as Go prints a map", |json| {
            listed(json, "map[", ":", " ", "]")
        }),
    ];
    for (detail, form) in texts {
        let mistake = Mistake::of(Kind::Flattened, detail);
        let form = move |value: &str| structured(value).map(|json| form(&json));
        list.push(Change::of_values(mistake, Stage::Json, form).in_family("json"));
    }
    let names: [(&str, MemberName); 5] = [
        ("with its members as fields of their own", |_, member| {
            member.into()
        }),
        ("with its members as `field.member`", |field, member| {
            format!("{field}.{member}")
        }),
        ("with its members as `field[member]`", |field, member| {
            format!("{field}[{member}]")
        }),
        ("with its members as `field_member`", |field, member| {
            format!("{field}_{member}")
        }),
        (
            "with its members as `field[\"member\"]`",
            |field, member| format!("{field}[\"{member}\"]"),
        ),
    ];
    for (detail, name) in names {
        let mistake = Mistake::of(Kind::Flattened, detail);
        let act = move |draft: &Draft| flattened(draft, name);
        list.push(Change::new(mistake, Stage::Fields, act).in_family("json"));
    }
}

fn listed(json: &Json, open: &str, equals: &str, comma: &str, close: &str) -> String {
    let mut members: Vec<(&str, String)> = match json {
        Json::Object(members) => members
            .iter()
            .map(|(name, value)| (name.as_str(), value.plain()))
            .collect(),
        _ => Vec::new(),
    };
    // A map of Java that keeps an order keeps that of the text; the others are sorted.
    if open != "{" {
        members.sort();
    }
    let members: Vec<String> = members
        .iter()
        .map(|(name, value)| format!("{name}{equals}{value}"))
        .collect();
    [open, &members.join(comma), close].concat()
}

/// The draft with the members of its JSON values as pairs.
fn flattened(draft: &Draft, name: fn(&str, &str) -> String) -> Option<Draft> {
    let mut pairs = Vec::new();
    let mut changed = false;
    for pair in &draft.pairs {
        let found = structured(&pair.value).or_else(|| elements(&pair.value));
        let Some(members @ (Json::Object(_) | Json::List(_))) = found else {
            pairs.push(pair.clone());
            continue;
        };
        changed = true;
        spread(&members, &pair.name, name, &mut |name, value| {
            pairs.push(Pair {
                name: name.into(),
                value: value.into(),
                ..pair.clone()
            });
        });
    }
    changed.then(|| Draft {
        pairs,
        ..draft.without_pairs()
    })
}

/// Elements inside a field, as members.
fn elements(value: &str) -> Option<Json> {
    if !value.trim_start().starts_with('<') {
        return None;
    }
    let message =
        crate::read::message(&format!("<x>{value}</x>"), crate::read::Format::Xml, 200).ok()?;
    let members = message
        .entries
        .into_iter()
        .map(|entry| (entry.name, Json::Text(entry.value)));
    Some(Json::Object(members.collect()))
}

fn spread(
    json: &Json,
    prefix: &str,
    name: fn(&str, &str) -> String,
    push: &mut impl FnMut(String, String),
) {
    let mut one = |member: &str, value: &Json| {
        let name_here = name(prefix, member);
        match value {
            Json::Object(_) | Json::List(_) => spread(value, &name_here, name, push),
            value => {
                let text = value.plain();
                if !text.is_empty() && text != "null" {
                    push(name_here, text);
                }
            }
        }
    };
    match json {
        Json::Object(members) => members
            .iter()
            .for_each(|(member, value)| one(member, value)),
        Json::List(items) => {
            for (at, value) in items.iter().enumerate() {
                one(&at.to_string(), value);
            }
        }
        Json::Word(_) | Json::Text(_) => {}
    }
}
