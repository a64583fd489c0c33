//! What the present spec knows, to decide with: which section is which interface, which names a table may print, which items the document has.

use signed_xml_codegen::model::{Field, History, Interface, Message, MessageKind, Model, WireType};

use super::document::Row;

/// The spec that a document is read with.
#[derive(Clone, Copy)]
pub(super) struct Known<'m> {
    pub(super) model: &'m Model,
}

impl<'m> Known<'m> {
    /// The interfaces that the document prints, as far as the spec knows.
    pub(super) fn interfaces(self) -> impl Iterator<Item = &'m Interface> {
        let interfaces = self.model.interfaces.iter();
        interfaces.filter(move |interface| {
            interface.origin.is_none() && self.is_printed(&interface.history)
        })
    }

    pub(super) fn interface(self, name: &str) -> Option<&'m Interface> {
        self.interfaces().find(|interface| interface.name == name)
    }

    /// The message that a table prints; a structure that is not named is the only one.
    pub(super) fn message(
        self,
        interface: Option<&str>,
        kind: MessageKind,
        structure: Option<&str>,
    ) -> Option<&'m Message> {
        let interface = self.interface(interface?)?;
        match (kind, structure) {
            (MessageKind::Structure, Some(name)) => {
                interface.structures().find(|message| message.name == name)
            }
            (MessageKind::Structure, None) => {
                let mut structures = interface.structures();
                structures.next().filter(|_| structures.next().is_none())
            }
            _ => interface.message(kind),
        }
    }

    /// True if the version of the document that the spec describes has the item.
    pub(super) fn is_printed(self, history: &History) -> bool {
        let at = |version: &str| {
            let mut versions = self.model.versions.iter();
            versions.position(|known| known.version == version)
        };
        match &history.until {
            None => true,
            Some(until) => at(until) >= at(&self.model.document),
        }
    }

    /// True if some message of the spec has a field of this name.
    pub(super) fn has_field(self, name: &str) -> bool {
        let mut messages = self
            .model
            .interfaces
            .iter()
            .flat_map(|found| &found.messages);
        messages.any(|message| field(message, name).is_some())
    }

    /// A name that a table may print: one of its message, or of any message if the spec does not know the table.
    pub(super) fn has_name(self, message: Option<&Message>, name: &str) -> bool {
        match message {
            Some(message) => field(message, name).is_some(),
            None => self.has_field(name),
        }
    }
}

/// The field under this name or alias.
pub(super) fn field<'m>(message: &'m Message, name: &str) -> Option<&'m Field> {
    let mut fields = message.fields.iter();
    message
        .field(name)
        .or_else(|| fields.find(|field| field.aliases.iter().any(|alias| alias == name)))
}

/// A field of the same name and type, best from a message of the same direction.
pub(super) fn of_same_name<'m>(
    model: &'m Model,
    kind: MessageKind,
    printed: &Row,
    wire_type: WireType,
) -> Option<&'m Field> {
    let messages = model
        .interfaces
        .iter()
        .filter(|interface| interface.origin.is_none())
        .flat_map(|interface| &interface.messages);
    let same = |field: &&Field| {
        field.name == printed.name && field.wire_type == wire_type && !field.repeated
    };
    let towards = |message: &&Message| message.kind.is_sent() == kind.is_sent();
    let messages = messages.filter(towards);
    let found: Vec<(bool, &Field)> = messages
        .flat_map(|message| {
            let near = message.kind == kind;
            message
                .fields
                .iter()
                .filter(same)
                .map(move |field| (near, field))
        })
        .collect();
    // One interface may be the odd one out: the ruling that most of them share counts.
    let shared = |field: &Field| {
        let alike = |other: &&(bool, &Field)| {
            other.1.demanded == field.demanded && other.1.errata == field.errata
        };
        found.iter().filter(alike).count()
    };
    let best = found
        .iter()
        .enumerate()
        .max_by_key(|(at, (near, field))| (*near, shared(field), usize::MAX - at));
    best.map(|(_, (_, field))| *field)
}
