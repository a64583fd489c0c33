//! Conditions over the fields of a message: what each field is to them, and the fields that they
//! name, found.

use proc_macro2::{Ident, Span};
use signed_xml_condition::{self as language, Presence as Stands};
use syn::ext::IdentExt;

use super::{Field, Kind, Message, Presence};
use crate::parse::entries::Written;
use crate::problems::Problems;

/// A condition of a checked message.
pub(crate) type Condition = language::Condition<Reference>;

/// A field that a condition names.
#[derive(Clone, Copy)]
pub(crate) struct Reference {
    /// Index into [`Message::fields`].
    pub(crate) field: usize,
    /// Where the condition names it.
    pub(crate) span: Span,
}

impl PartialEq for Reference {
    fn eq(&self, other: &Self) -> bool {
        self.field == other.field
    }
}

/// The condition that is written in an attribute of `message`; what is wrong with it is reported.
pub(super) fn resolve(
    written: Written,
    message: &Message,
    problems: &mut Problems,
) -> Option<Condition> {
    let end = written.tokens.clone().into_iter().last();
    let end = end.map_or(written.key, |tree| tree.span());
    let fields: Vec<language::Field> = message.fields.iter().map(field).collect();
    match language::Condition::parse(written.tokens, &fields) {
        Ok(condition) => Some(condition.map(&mut |ident: &Ident| Reference {
            // Invariant: the parser lets only names of fields through.
            field: message.position(ident).unwrap_or_default(),
            span: ident.span(),
        })),
        Err(found) => {
            for problem in found {
                problems.report_at(problem.span.unwrap_or(end), problem);
            }
            None
        }
    }
}

/// The condition as the user wrote it, but for parentheses that change nothing.
pub(crate) fn text(condition: &Condition, message: &Message) -> String {
    let name = |reference: &Reference| message.fields[reference.field].ident.unraw().to_string();
    condition.map(&mut { name }).to_string()
}

fn field(field: &Field) -> language::Field {
    let kind = match field.kind {
        Kind::Text => language::Kind::Text,
        Kind::Integer | Kind::Quantity => language::Kind::Number,
        Kind::Other => language::Kind::Unknown,
    };
    let presence = match field.presence {
        _ if field.signature => Stands::Signature,
        Presence::Demanded => Stands::Always,
        Presence::Optional if field.default.is_some() => Stands::Defaulted,
        Presence::Optional => Stands::Optional,
        Presence::Indexed => Stands::Repeated,
    };
    language::Field::new(field.ident.unraw().to_string(), kind).with_presence(presence)
}
