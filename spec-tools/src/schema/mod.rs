//! JSON Schemas (draft 2020-12) of the messages, for programs in other languages.
//!
//! A message is a flat object from names to values as they travel: every value is a string, also a number; only a reply in JSON may
//! have whole numbers. One file per message, `<interface>.<message>.schema.json`, its `$id` being its name, so that references
//! between them hold wherever the folder stands.
//!
//! What we send is judged strictly: lengths, enums as the document lists them, no unknown field, nothing empty, groups, conditions
//! and rules. What we receive is judged as the reader of this project does: an empty value counts as absent, lengths are no reason to
//! refuse, enums are open, unknown fields are kept, and only what the flow cannot do without is required. What JSON Schema cannot
//! say, such as sums and signatures, stands in `$comment`.

use serde_json::Value;

use signed_xml_codegen::model::{Interface, Message, MessageKind, Model, ReplyForm};
use signed_xml_codegen::rust::GeneratedFile;

mod condition;
mod message;
mod property;

/// The schemas of all messages, in the order of the spec.
///
/// # Examples
///
/// ```
/// let model = signed_xml_codegen::load("../codegen/tests/goldens/spec".as_ref())?;
/// let files = signed_xml_spec_tools::schema::emit(&model);
/// assert_eq!(files[0].name, "token.request.schema.json");
/// assert!(files[0].text.contains("\"additionalProperties\": false"));
/// # Ok::<(), signed_xml_codegen::Error>(())
/// ```
#[must_use]
pub fn emit(model: &Model) -> Vec<GeneratedFile> {
    let files = schemas(model)
        .into_iter()
        .map(|(name, schema)| GeneratedFile {
            name,
            text: format!("{schema:#}\n"),
        });
    files.collect()
}

/// The same as one line each.
#[must_use]
pub fn json_lines(model: &Model) -> String {
    let lines = schemas(model)
        .into_iter()
        .map(|(_, schema)| format!("{schema}\n"));
    lines.collect()
}

/// A message and what its schema depends on.
struct Place<'a> {
    model: &'a Model,
    interface: &'a Interface,
    message: &'a Message,
}

impl Place<'_> {
    /// True if we write it, so that it is judged strictly.
    fn is_sent(&self) -> bool {
        self.message.kind.is_sent()
    }

    /// A text of the spec, and behind it its Chinese.
    fn both(&self, text: &str) -> Value {
        match self.model.chinese(text) {
            Some(chinese) => format!("{text}\n{chinese}").into(),
            None => text.into(),
        }
    }

    /// True if it may come as JSON, where a number can be one.
    fn is_json(&self) -> bool {
        let form = self.interface.form;
        self.message.kind == MessageKind::Response
            && matches!(form, ReplyForm::Json | ReplyForm::XmlOrJson)
    }

    /// True if the version that the spec describes no longer has what `until` ends.
    fn is_past(&self, until: Option<&str>) -> bool {
        let index = |version: &str| {
            let mut versions = self.model.versions.iter();
            versions.position(|known| known.version == version)
        };
        until.is_some_and(|until| index(until) < index(&self.model.document))
    }
}

fn schemas(model: &Model) -> Vec<(String, Value)> {
    let mut schemas = Vec::new();
    for interface in &model.interfaces {
        for message in &interface.messages {
            let place = Place {
                model,
                interface,
                message,
            };
            let name = file_name(interface, &message.name);
            schemas.push((name.clone(), message::schema(&name, &place)));
        }
    }
    schemas
}

fn file_name(interface: &Interface, message: &str) -> String {
    format!("{}.{message}.schema.json", interface.name)
}
