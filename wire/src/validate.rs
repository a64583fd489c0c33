//! Everything that is wrong with a message that is to be sent, at once.
//!
//! [`validate`] looks at what the caller gave; [`validate_complete`] looks again when the merchant
//! profile and the client have filled in theirs. A problem shows what was found, unless the field
//! is confidential.

use crate::indexed::ElementIndex;
use crate::message::Message;
use crate::report::{Report, Violations};
use crate::schema::Field;
use crate::value::{Sink, Value, is_xml_character};
use crate::xml::is_name;

/// Checks what the caller supplied.
///
/// # Errors
///
/// All [`Violations`], not only the first.
pub fn validate<M: Message>(message: &M) -> Result<(), Violations> {
    report(message, false)
}

/// Checks a message that is complete, with what the merchant profile and the client supplied.
///
/// # Errors
///
/// All [`Violations`], not only the first.
pub fn validate_complete<M: Message>(message: &M) -> Result<(), Violations> {
    report(message, true)
}

fn report<M: Message>(message: &M, complete: bool) -> Result<(), Violations> {
    let mut report = Report::new(M::SCHEMA.message, complete);
    message.visit(&mut Values(&mut report));
    message.check(&mut report);
    check_unknown_fields(message, &mut report);
    report.end()
}

struct Values<'a>(&'a mut Report);

impl Sink for Values<'_> {
    fn field<V: Value>(&mut self, field: &'static Field, value: &V) {
        value.check(field, self.0);
    }

    fn element<V: Value>(&mut self, field: &'static Field, index: ElementIndex, value: &V) {
        self.0.look_at(Some(index));
        value.check(field, self.0);
        self.0.look_at(None);
    }
}

/// What the caller added by name must be an XML name, and not one that the table has.
fn check_unknown_fields<M: Message>(message: &M, report: &mut Report) {
    let (schema, unknown) = (M::SCHEMA, message.unknown());
    for (i, (name, value)) in unknown.iter().enumerate() {
        let problem = if !is_name(name.as_bytes()) {
            "is not an XML name of letters, digits, `_`, `-` and `.`"
        } else if schema.field(name).is_some() || schema.element(name).is_some() {
            "is a field of this message: set it through the builder"
        } else if unknown[..i].iter().any(|(earlier, _)| earlier == name) {
            "is given twice"
        } else if value.chars().any(|c| !is_xml_character(c)) {
            "holds a character that XML cannot carry"
        } else {
            continue;
        };
        report.extra(name, problem);
    }
}
