//! TOML as a tree in which every key and value knows its place.
//!
//! `toml_edit` parses; this tree only drops what we do not read (decoration, kinds of table) and
//! turns its optional spans into certain ones.

use toml_edit::{Document, Item, TableLike, Value as TomlValue};

use crate::diagnostic::Findings;
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
            findings.push(problem::not_toml(&source.name, span, error.message()));
            None
        }
    }
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
