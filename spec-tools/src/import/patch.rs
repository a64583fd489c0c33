//! What the document says of one item of the spec: keys of its row in the TOML, and what a person must decide of them.

use std::fmt;

use signed_xml_codegen::model::History;
use toml_edit::Value;

/// Keys of a row and what they become; without a value the key goes.
pub(super) type Keys = Vec<(&'static str, Option<Value>)>;

/// An item of the spec, and what it becomes.
#[derive(Clone, Debug)]
pub(super) struct Patch {
    pub(super) item: Item,
    /// Line of the document; `None` for what it does not print.
    pub(super) line: Option<u32>,
    pub(super) keys: Keys,
    pub(super) questions: Vec<Question>,
    /// How a row that is not where it belongs gets there.
    pub(super) place: Place,
    /// The row follows another patch: the document prints it as the spec has it.
    pub(super) follows: bool,
}

/// What a person must decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// In one sentence.
    pub text: String,
    /// What is printed, in a few words; the spec keeps it beside the answer, so that it is asked once.
    pub printed: String,
}

/// Where an item stands in the TOML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Item {
    /// `document` of `spec.toml`.
    Document,
    Signature,
    Version(String),
    Interface(String),
    /// A new file with its text, listed behind one of these interfaces.
    NewInterface {
        name: String,
        text: String,
        behind: Vec<String>,
    },
    Message {
        interface: String,
        message: String,
    },
    /// With its text.
    NewMessage {
        interface: String,
        message: String,
        text: String,
    },
    Part {
        interface: String,
        message: String,
        part: usize,
    },
    Field {
        interface: String,
        message: String,
        part: PartAt,
        name: String,
    },
    Value {
        of: String,
        value: String,
    },
    Code(String),
    Column(String),
    Layout(String),
}

/// A part of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PartAt {
    /// One that the spec has, by its place.
    Known(usize),
    /// The table on this line of the document, under its condition.
    New { line: u32, when: String },
}

/// Where a row belongs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Place {
    /// Where it is.
    #[default]
    Stays,
    /// It is new: behind the first of these rows that is there; beside the row of this name, which it takes over from.
    New {
        behind: Vec<String>,
        from: Option<String>,
    },
    /// It goes to another part, behind the first of these rows that is there.
    Moves { to: PartAt, behind: Vec<String> },
    /// It is called otherwise, and so is what speaks of it.
    Renamed { to: String },
}

impl Patch {
    pub(super) fn new(item: Item, line: impl Into<Option<u32>>) -> Self {
        Self {
            item,
            line: line.into(),
            keys: Keys::new(),
            questions: Vec::new(),
            place: Place::default(),
            follows: false,
        }
    }

    pub(super) fn set(&mut self, key: &'static str, value: impl Into<Value>) {
        self.keys.push((key, Some(value.into())));
    }

    pub(super) fn unset(&mut self, key: &'static str) {
        self.keys.push((key, None));
    }

    /// Asks, unless the history of the item says that a person was asked about the same text and has decided.
    /// False if so: what is printed is settled then.
    pub(super) fn ask(
        &mut self,
        history: &History,
        printed: impl Into<String>,
        text: impl Into<String>,
    ) -> bool {
        let printed = printed.into();
        if is_settled(history, &printed) {
            return false;
        }
        let text = text.into();
        self.questions.push(Question { text, printed });
        true
    }

    /// True if it changes nothing and asks nothing.
    pub(super) fn is_empty(&self) -> bool {
        let is_new = matches!(
            self.item,
            Item::NewInterface { .. } | Item::NewMessage { .. }
        );
        !is_new && self.keys.is_empty() && self.questions.is_empty() && self.place == Place::Stays
    }
}

/// True if a person was asked about this text and has decided.
pub(super) fn is_settled(history: &History, printed: &str) -> bool {
    let mut asked = history.asked.iter();
    history.undecided.is_none() && asked.any(|asked| asked.text == printed)
}

impl Item {
    /// How `diff` calls the place of the item: interface, message, field.
    pub(super) fn address(&self) -> [Option<&str>; 3] {
        match self {
            Self::Document | Self::Signature | Self::Version(_) => [None, Some("document"), None],
            Self::Interface(name) | Self::NewInterface { name, .. } => [Some(name), None, None],
            Self::Message { interface, message }
            | Self::NewMessage {
                interface, message, ..
            }
            | Self::Part {
                interface, message, ..
            } => [Some(interface), Some(message), None],
            Self::Field {
                interface,
                message,
                name,
                ..
            } => [Some(interface), Some(message), Some(name)],
            Self::Value { of, value } => [None, Some(of), Some(value)],
            Self::Code(code) => [None, Some("error codes"), Some(code)],
            Self::Column(name) => [None, Some("bill columns"), Some(name)],
            Self::Layout(name) => [None, Some(name), None],
        }
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = match self {
            Self::Signature => return f.write_str("signature"),
            Self::Version(version) => return write!(f, "version {version}"),
            Self::Layout(name) => return write!(f, "bill {name}"),
            _ => self.address(),
        };
        let words: Vec<&str> = words.into_iter().flatten().collect();
        f.write_str(&words.join(" "))
    }
}
