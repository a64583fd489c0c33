//! What is known about the fields of a message: the table of its interface.

use signed_xml::Schema;

/// The fields of a table. Without one, every field is unknown, and what is unknown is confidential.
#[derive(Debug, Clone, Default)]
pub struct Table {
    fields: Vec<Row>,
}

#[derive(Debug, Clone)]
struct Row {
    name: String,
    aliases: Vec<String>,
    confidential: bool,
}

impl Table {
    /// A table without fields.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The table of a message.
    #[must_use]
    pub fn of(schema: &Schema) -> Self {
        let rows = schema.fields.iter().map(|field| Row {
            name: field.name.to_owned(),
            aliases: field
                .slots
                .iter()
                .filter_map(|slot| schema.names.get(usize::from(*slot)))
                .map(|name| name.text.to_owned())
                .filter(|name| name != field.name)
                .collect(),
            confidential: field.is_confidential(),
        });
        Self {
            fields: rows.collect(),
        }
    }

    /// Adds the fields of another message. What either holds to be confidential is.
    #[must_use]
    pub fn and(mut self, schema: &Schema) -> Self {
        for row in Self::of(schema).fields {
            match self.fields.iter_mut().find(|known| known.name == row.name) {
                Some(known) => {
                    known.confidential |= row.confidential;
                    let aliases = row.aliases.into_iter();
                    let new = aliases.filter(|alias| !known.aliases.contains(alias));
                    let new: Vec<String> = new.collect();
                    known.aliases.extend(new);
                }
                None => self.fields.push(row),
            }
        }
        self
    }

    /// Adds a field: its name, the other names that it goes by, and whether its values must not be
    /// shown. A name with `$n` stands for every number there.
    #[must_use]
    pub fn field(mut self, name: &str, aliases: &[&str], confidential: bool) -> Self {
        self.fields.push(Row {
            name: name.to_owned(),
            aliases: aliases.iter().map(|&alias| alias.to_owned()).collect(),
            confidential,
        });
        self
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    pub(crate) fn knows(&self, name: &str) -> bool {
        self.row(name).is_some()
    }

    /// Whether a value of that field must stay hidden; one of an unknown field must.
    pub(crate) fn is_confidential(&self, name: &str) -> bool {
        self.row(name).is_none_or(|row| row.confidential)
    }

    /// The other names of the field that has this name.
    pub(crate) fn other_names(&self, name: &str) -> impl Iterator<Item = &str> {
        let row = self.row(name);
        let names = row.into_iter().flat_map(|row| {
            std::iter::once(row.name.as_str()).chain(row.aliases.iter().map(String::as_str))
        });
        names.filter(move |other| *other != name && !other.contains('$'))
    }

    /// The names in the table's order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|row| row.name.as_str())
    }

    /// Where the field of that name stands in the table; behind all others if it does not.
    pub(crate) fn place(&self, name: &str) -> usize {
        let place = self.fields.iter().position(|row| row.is_called(name));
        place.unwrap_or(usize::MAX)
    }

    fn row(&self, name: &str) -> Option<&Row> {
        self.fields.iter().find(|row| row.is_called(name))
    }
}

impl Row {
    fn is_called(&self, name: &str) -> bool {
        self.name == name
            || self.aliases.iter().any(|alias| alias == name)
            || self.name.split_once("$n").is_some_and(|(before, after)| {
                name.strip_prefix(before)
                    .and_then(|rest| rest.strip_suffix(after))
                    .is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
            })
    }
}
