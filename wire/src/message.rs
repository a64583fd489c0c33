//! What a message can do: show its fields, be read, be checked, be filled in, be printed.
//!
//! `#[derive(Message)]` writes these impls, for generated and hand-written structs.

use std::fmt;

use crate::indexed::ElementIndex;
use crate::read::{ReadErrors, Slots};
use crate::report::Report;
use crate::schema::{Field, Schema, Supplied};
use crate::text::Text;
use crate::value::{Raw, Sink, Value};

/// A message of flat, named fields. Derive it: see [`derive@crate::Message`].
pub trait Message: Sized {
    /// Its table.
    const SCHEMA: &'static Schema;

    /// Shows every present field to `sink` in the order of the canonical string.
    ///
    /// The elements of a field with an index come together and by number, which is not that order.
    /// Left out are `sign`, which is computed, and the unknown fields.
    fn visit<S: Sink>(&self, sink: &mut S);

    /// Makes the message from what arrived, or says in `errors` why that cannot be done.
    fn read(slots: &Slots<'_>, errors: &mut ReadErrors) -> Option<Self>;

    /// Reports broken groups, conditions and rules, those that need more than one field.
    fn check(&self, report: &mut Report) {
        let _ = report;
    }

    /// Puts in what the caller is not asked for.
    fn fill(&mut self, supply: &dyn Supply) {
        let _ = supply;
    }

    /// The fields that the table does not name.
    fn unknown(&self) -> &[(Text, Text)] {
        &[]
    }
}

/// Where the fields come from that the caller is not asked for.
pub trait Supply {
    /// The text for a field, if there is one.
    fn supply(&self, field: &Field) -> Option<Text>;
}

/// Fills one supplied field that is still empty.
pub fn fill_field<V: Value>(slot: &mut Option<V>, field: &Field, supply: &dyn Supply) {
    if slot.is_some() {
        return;
    }
    let text = match field.supplied {
        Supplied::Constant(text) => Some(Text::from(text)),
        Supplied::Caller => None,
        Supplied::Merchant(_) | Supplied::Client => supply.supply(field),
    };
    *slot = text.and_then(|text| V::read(Raw::from(&text)).ok());
}

/// Prints a message for a log: field by field, secrets and personal data left out.
///
/// # Errors
///
/// Those of the formatter.
pub fn debug_message<M: Message>(message: &M, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut lines = Lines {
        out: f.debug_struct(M::SCHEMA.message),
        text: Vec::new(),
    };
    message.visit(&mut lines);
    let mut out = lines.out;
    for (name, _) in message.unknown() {
        // An unknown field may be personal, so its value is not shown.
        out.field(name, &format_args!("[unknown field]"));
    }
    out.finish()
}

struct Lines<'a, 'f> {
    out: fmt::DebugStruct<'a, 'f>,
    text: Vec<u8>,
}

impl Sink for Lines<'_, '_> {
    fn field<V: Value>(&mut self, field: &'static Field, value: &V) {
        self.line(field, field.name, value);
    }

    fn element<V: Value>(&mut self, field: &'static Field, index: ElementIndex, value: &V) {
        self.line(field, &field.element_name(index), value);
    }
}

impl Lines<'_, '_> {
    fn line<V: Value>(&mut self, field: &Field, name: &str, value: &V) {
        if field.is_confidential() {
            self.out.field(name, &format_args!("[redacted]"));
            return;
        }
        self.text.clear();
        value.write(&mut self.text);
        self.out.field(name, &String::from_utf8_lossy(&self.text));
    }
}
