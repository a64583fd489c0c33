//! What of a message may be shown.

use crate::draft::{Draft, Pair, Text, Whole};
use crate::secret::Scrubber;
use crate::table::Table;

/// How much of the values is shown. Secrets are never shown, whatever this says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Show {
    /// The length of a value; of one that the table says is not confidential, its first and last
    /// characters as well.
    #[default]
    Masked,
    /// Values that the table says are not confidential; the length of every other.
    Public,
    /// All values.
    All,
}

/// Shows names and values of one message.
pub(crate) struct Shower<'a> {
    pub(crate) show: Show,
    pub(crate) table: &'a Table,
    pub(crate) scrubber: &'a Scrubber,
}

impl Shower<'_> {
    pub(crate) fn name(&self, name: &str) -> String {
        self.scrubber.clean(name.to_owned())
    }

    /// A value of the field of that name.
    pub(crate) fn value(&self, field: &str, value: &str) -> String {
        let confidential = self.table.is_confidential(field);
        let characters = value.chars().count();
        let mut ends = value.chars();
        let shown = match (self.show, confidential, ends.next(), ends.next_back()) {
            (Show::All, ..) | (Show::Public, false, ..) => value.to_owned(),
            (Show::Masked, false, Some(first), Some(last)) if characters > 2 => {
                format!("{first}…{last} [{characters} characters]")
            }
            (Show::Masked, false, ..) => value.to_owned(),
            _ => format!("[{characters} characters, {} bytes]", value.len()),
        };
        self.scrubber.clean(shown)
    }

    fn pair_value(&self, pair: &Pair) -> String {
        match &*pair.field {
            signed_xml::SIGN => "[signature]".to_owned(),
            "key" => "[key]".to_owned(),
            field => self.value(field, &pair.value),
        }
    }

    /// `name=value`.
    pub(crate) fn pair(&self, pair: &Pair) -> String {
        format!("{}={}", self.name(&pair.name), self.pair_value(pair))
    }

    /// A string to sign, in front of its key.
    pub(crate) fn text(&self, draft: &Draft) -> String {
        if draft.instead.is_some() {
            return "[the body]".to_owned();
        }
        let pair = |pair: &&Pair| Pair {
            name: self.name(&pair.name).into(),
            value: Text::from(self.pair_value(pair)),
            ..(*pair).clone()
        };
        // Ordered before the values are masked, since some orders look at them.
        let mut pairs: Vec<Pair> = draft.ordered().iter().map(pair).collect();
        for (at, pair) in pairs.iter_mut().enumerate() {
            pair.received = at;
        }
        let shown = Draft {
            pairs,
            order: crate::draft::Order::Received,
            whole: match draft.whole {
                Whole::Between(front, back) => Whole::Between(front, back),
                _ => Whole::AsIs,
            },
            ..draft.without_pairs()
        };
        self.scrubber.clean(shown.text())
    }
}
