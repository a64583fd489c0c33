//! What a condition needs to know of a field of the message.

/// A field that conditions may name.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field {
    /// Its name as conditions write it: the wire name in a spec, the Rust name in a derive.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// Whether it is there.
    pub presence: Presence,
}

/// What a field holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A text: compared with texts in quotes.
    Text,
    /// A whole number without a sign: added up, and compared with numbers.
    Number,
    /// One of a list of texts.
    Enum {
        /// The name of the enum.
        name: String,
        /// Its values on the wire.
        values: Vec<String>,
    },
    /// The caller does not know; everything is allowed.
    Unknown,
}

/// Whether a field is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// In every message.
    Always,
    /// In some messages. As a number it has no value then.
    Optional,
    /// In some messages. As a number it counts as its default then.
    Defaulted,
    /// Any number of times: no condition can name it.
    Repeated,
    /// It holds the signature, which is computed last: no condition can name it.
    Signature,
}

impl Field {
    /// A field that is always there.
    ///
    /// # Examples
    ///
    /// ```
    /// use signed_xml_condition::{Field, Kind, Presence};
    ///
    /// assert_eq!(Field::new("fee", Kind::Number).presence, Presence::Always);
    /// assert_eq!(Field::new("fee", Kind::Number).optional().presence, Presence::Optional);
    /// ```
    pub fn new(name: impl Into<String>, kind: Kind) -> Self {
        Self {
            name: name.into(),
            kind,
            presence: Presence::Always,
        }
    }

    /// The field, absent from some messages.
    #[must_use]
    pub fn optional(self) -> Self {
        self.with_presence(Presence::Optional)
    }

    /// The field with that presence.
    #[must_use]
    pub fn with_presence(mut self, presence: Presence) -> Self {
        self.presence = presence;
        self
    }
}
