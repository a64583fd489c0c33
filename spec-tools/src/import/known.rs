//! What the present spec knows, to decide with: which section is which interface, which names a table may print, which items the document has.

use std::collections::BTreeMap;

use signed_xml_codegen::model::{
    BillLayout, ErrorCode, Field, History, Interface, Message, MessageKind, Model,
};

use super::document::Document;

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
        self.model.is_current(history)
    }

    /// The fields of a message that the document prints.
    pub(super) fn fields(self, message: &'m Message) -> Vec<&'m Field> {
        let fields = message.fields.iter();
        fields
            .filter(|field| self.is_printed(&field.history))
            .collect()
    }

    /// The columns of a layout that the document prints.
    pub(super) fn columns(self, layout: &'m BillLayout) -> impl Iterator<Item = &'m String> {
        let is_printed = move |name: &&String| {
            let column = self.model.bill_column(name);
            column.is_none_or(|column| self.is_printed(&column.history))
        };
        layout.columns.iter().filter(is_printed)
    }

    /// All fields of a name in messages of the same direction.
    pub(super) fn namesakes(self, kind: MessageKind, name: &str) -> Vec<&'m Field> {
        let messages = self.interfaces().flat_map(|interface| &interface.messages);
        let messages = messages.filter(|message| message.kind.is_sent() == kind.is_sent());
        let fields = messages.flat_map(|message| message.distinct_fields());
        fields.filter(|field| field.name == name).collect()
    }

    /// The document's words for interfaces, learnt from the error codes that both sides know.
    pub(super) fn interface_words(self, document: &Document) -> BTreeMap<String, String> {
        let mut votes: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for printed in &document.error_codes {
            let mut codes = self.model.error_codes.iter();
            let code = codes.find(|code| code.code == printed.code);
            let same_count = |code: &&ErrorCode| code.interfaces.len() == printed.interfaces.len();
            let names = code
                .filter(same_count)
                .map_or(&[][..], |code| &code.interfaces);
            for (word, name) in printed.interfaces.iter().zip(names) {
                *votes.entry((word, name)).or_default() += 1;
            }
        }
        let mut words: BTreeMap<String, (String, usize)> = BTreeMap::new();
        for ((word, name), count) in votes {
            let best = words.entry(word.to_owned()).or_default();
            if count > best.1 {
                *best = (name.to_owned(), count);
            }
        }
        let words = words.into_iter();
        words.map(|(word, (name, _))| (word, name)).collect()
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
