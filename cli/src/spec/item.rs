//! What a name means: an interface, a field, an error code.

use signed_xml_codegen::did_you_mean;
use signed_xml_codegen::model::{ErrorCode, Field, Interface, Message, Model};

use crate::failure::Failure;
use crate::language::language;

/// What was found in the document.
pub(super) enum Item<'a> {
    /// Everything, in short.
    All,
    /// An interface, with all of its messages or one of them.
    Interface(&'a Interface, Vec<&'a Message>),
    /// The rows of a field, each in its message.
    Fields(Vec<Row<'a>>),
    Code(&'a ErrorCode),
}

/// A row of a table.
pub(super) struct Row<'a> {
    pub(super) interface: &'a Interface,
    pub(super) message: &'a Message,
    pub(super) field: &'a Field,
}

pub(super) fn find<'a>(
    model: &'a Model,
    name: Option<&str>,
    message: Option<&str>,
) -> Result<Item<'a>, Failure> {
    let Some(name) = name else {
        return Ok(Item::All);
    };
    let mut interfaces = model.interfaces.iter();
    if let Some(interface) = interfaces.find(|interface| interface.name == name) {
        return messages(interface, message);
    }
    if message.is_some() {
        return Err(Failure::Arguments(format!(
            "--message is for an interface, and {name:?} is not one"
        )));
    }
    let mut codes = model.error_codes.iter();
    if let Some(code) = codes.find(|code| code.code == name || code.name == name) {
        return Ok(Item::Code(code));
    }
    let rows: Vec<Row<'_>> = rows(model)
        .filter(|row| row.field.slots().any(|known| known == name))
        .collect();
    if !rows.is_empty() {
        return Ok(Item::Fields(rows));
    }
    let mut known: Vec<&str> = model
        .interfaces
        .iter()
        .map(|interface| &*interface.name)
        .chain(model.error_codes.iter().map(|code| &*code.code))
        .chain(self::rows(model).map(|row| &*row.field.name))
        .collect();
    known.sort_unstable();
    known.dedup();
    let near = did_you_mean(name, known);
    let near = if near.starts_with("known") {
        "`payinsurance spec show` lists interfaces and codes".to_owned()
    } else {
        near
    };
    Err(Failure::NotDone(language().pick(
        format!("文档中没有接口、字段或错误码 {name:?}：{near}"),
        format!("the document has no interface, field or error code {name:?}: {near}"),
    )))
}

fn messages<'a>(interface: &'a Interface, wanted: Option<&str>) -> Result<Item<'a>, Failure> {
    let is_wanted = |message: &&Message| wanted.is_none_or(|name| message.name == name);
    let found: Vec<&Message> = interface.messages.iter().filter(is_wanted).collect();
    if found.is_empty() {
        let known: Vec<&str> = interface
            .messages
            .iter()
            .map(|known| &*known.name)
            .collect();
        return Err(Failure::Arguments(format!(
            "{} has no message {:?}: expected one of {}",
            interface.name,
            wanted.unwrap_or_default(),
            known.join(", ")
        )));
    }
    Ok(Item::Interface(interface, found))
}

/// All rows, in the order of the document.
fn rows(model: &Model) -> impl Iterator<Item = Row<'_>> {
    model.interfaces.iter().flat_map(|interface| {
        interface.messages.iter().flat_map(move |message| {
            message.distinct_fields().map(move |field| Row {
                interface,
                message,
                field,
            })
        })
    })
}
