//! TOML as a tree in which every key and value knows its place.
//!
//! `toml_edit` parses; this tree only drops what we do not read (decoration, kinds of table) and
//! turns its optional spans into certain ones.

use toml_edit::{Document, Item, TableLike, Value as TomlValue};

use crate::diagnostic::{Diagnostic, Findings};
use crate::source::{Source, Span};

use super::problem;

/// A value and its place.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) span: Span,
    pub(crate) value: Value,
}

/// What a TOML value can be to us.
#[derive(Debug)]
pub(crate) enum Value {
    Text(String),
    Integer(i64),
    Boolean(bool),
    Array(Vec<Node>),
    Table(Vec<Entry>),
    /// A float or a date, which no key of the language takes.
    Other(&'static str),
}

/// One key of a table.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_span: Span,
    pub(crate) node: Node,
}

/// Parses one file; a file that is not TOML is reported and gives `None`.
pub(crate) fn parse(file: usize, source: &Source, findings: &mut Findings) -> Option<Node> {
    match Document::parse(source.text.as_str()) {
        Ok(document) => {
            let span = Span {
                file,
                start: 0,
                end: 0,
            };
            Some(Node {
                span,
                value: table(file, span, document.as_table()),
            })
        }
        Err(error) => {
            let range = error.span().unwrap_or(0..0);
            let span = Span {
                file,
                start: range.start,
                end: range.end,
            };
            findings.push(why_not_toml(source, span, error.message()));
            None
        }
    }
}

/// Says what a writer of TOML most often did, where the parser says what it expected.
fn why_not_toml(source: &Source, span: Span, message: &str) -> Diagnostic {
    let (name, text) = (&source.name, &source.text);
    let start = text.floor_char_boundary(span.start);
    // An error at the end of a line may be put at the beginning of the next one.
    let at_end = text[start..].starts_with(['\r', '\n']) || start == text.len();
    let first = text[..start].trim_end_matches(['\r', '\n']);
    let begins_line = first.len() < start;
    let inside = if begins_line { first.len() } else { start };
    let from = text[..inside].rfind('\n').map_or(0, |at| at + 1);
    let to = text[inside..]
        .find(['\r', '\n'])
        .map_or(text.len(), |at| inside + at);
    let line = &text[from..to];
    let place = |start: usize, end: usize| Span {
        file: span.file,
        start: from + start,
        end: from + end,
    };
    let outside = outside_of_strings(line);
    if let Some((at, found, meant)) = lookalike(line.get(..outside.end).unwrap_or(line)) {
        return problem::lookalike(name, place(at, at + found.len_utf8()), found, meant);
    }
    match outside.open {
        Some(open) if at_end || begins_line => problem::not_closed(name, place(open, line.len())),
        Some(_) => problem::odd_quotes(name, span, message),
        None => problem::not_toml(name, span, message),
    }
}

/// How far a line can be told to be outside or inside of strings.
struct Quotes {
    /// End of what is surely read as written.
    end: usize,
    /// Where the last string opens, if it does not close on the line.
    open: Option<usize>,
}

fn outside_of_strings(line: &str) -> Quotes {
    let (mut open, mut escaped) = (None, false);
    for (at, c) in line.char_indices() {
        match (open, c) {
            (Some(_), _) if escaped => escaped = false,
            (Some((_, '"')), '\\') => escaped = true,
            (Some((_, quote)), c) if c == quote => open = None,
            (None, '"' | '\'') => open = Some((at, c)),
            (None, '#') => {
                return Quotes {
                    end: at,
                    open: None,
                };
            }
            _ => {}
        }
    }
    Quotes {
        end: open.map_or(line.len(), |(at, _)| at),
        open: open.map(|(at, _)| at),
    }
}

/// The first character outside of strings that looks like one of TOML's.
fn lookalike(line: &str) -> Option<(usize, char, &'static str)> {
    let mut quote = None;
    for (at, c) in line.char_indices() {
        match quote {
            Some(closing) if c == closing => quote = None,
            Some(_) => {}
            None if matches!(c, '"' | '\'') => quote = Some(c),
            None => {
                if let Some(meant) = signed_xml_condition::looks_like(c) {
                    return Some((at, c, meant));
                }
            }
        }
    }
    None
}

impl Value {
    /// What messages call a value of this kind.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a string",
            Self::Integer(_) => "an integer",
            Self::Boolean(_) => "a boolean",
            Self::Array(_) => "an array",
            Self::Table(_) => "a table",
            Self::Other(kind) => kind,
        }
    }
}

fn table(file: usize, whole: Span, table: &dyn TableLike) -> Value {
    let mut entries = Vec::with_capacity(table.len());
    for (name, item) in table.iter() {
        let key_span = table
            .key(name)
            .and_then(|key| key.span())
            .map_or(whole, |range| span(file, range));
        let node = item_node(file, key_span, item);
        entries.push(Entry {
            key: name.to_owned(),
            key_span,
            node,
        });
    }
    Value::Table(entries)
}

fn item_node(file: usize, key: Span, item: &Item) -> Node {
    match item {
        Item::None => Node {
            span: key,
            value: Value::Other("nothing"),
        },
        Item::Value(value) => value_node(file, key, value),
        Item::Table(inner) => {
            let span = inner.span().map_or(key, |range| span(file, range));
            Node {
                span,
                value: table(file, span, inner),
            }
        }
        Item::ArrayOfTables(tables) => {
            let nodes = tables.iter().map(|inner| {
                let span = inner.span().map_or(key, |range| span(file, range));
                Node {
                    span,
                    value: table(file, span, inner),
                }
            });
            Node {
                span: key,
                value: Value::Array(nodes.collect()),
            }
        }
    }
}

fn value_node(file: usize, key: Span, value: &TomlValue) -> Node {
    let place = value.span().map_or(key, |range| span(file, range));
    let value = match value {
        TomlValue::String(text) => Value::Text(text.value().clone()),
        TomlValue::Integer(number) => Value::Integer(*number.value()),
        TomlValue::Boolean(truth) => Value::Boolean(*truth.value()),
        TomlValue::Array(values) => Value::Array(
            values
                .iter()
                .map(|inner| value_node(file, place, inner))
                .collect(),
        ),
        TomlValue::InlineTable(inner) => table(file, place, inner),
        TomlValue::Float(_) => Value::Other("a float"),
        TomlValue::Datetime(_) => Value::Other("a date"),
    };
    Node { span: place, value }
}

fn span(file: usize, range: std::ops::Range<usize>) -> Span {
    Span {
        file,
        start: range.start,
        end: range.end,
    }
}
