//! Where things stand on the site: pages, relative to the folder of a language, and anchors.
//!
//! Anchors of a message start with its name and a full stop; no name of the spec holds a space, so
//! each is a valid `id`. A second row of a field has a mark behind its name.

use signed_xml_codegen::model::{Field, Message};

pub(super) const INDEX: &str = "index.html";
pub(super) const ERRORS: &str = "errors.html";
pub(super) const ENUMS: &str = "enums.html";
pub(super) const BILLS: &str = "bills.html";
pub(super) const ERRATA: &str = "errata.html";
pub(super) const VERSIONS: &str = "versions.html";
pub(super) const SIGNATURE: &str = "signature.html";

pub(super) fn interface(name: &str) -> String {
    format!("interfaces/{name}.html")
}

pub(super) fn enumeration(name: &str) -> String {
    format!("{ENUMS}#{name}")
}

/// Anchor of the first row of a field.
pub(super) fn field(message: &Message, name: &str) -> String {
    format!("{}.{name}", message.name)
}

/// Anchor of a row.
pub(super) fn row(message: &Message, row: &Field) -> String {
    let again = if row.repeated { ".again" } else { "" };
    format!("{}{again}", field(message, &row.name))
}

pub(super) fn group(message: &Message, name: &str) -> String {
    format!("{}.group.{name}", message.name)
}

/// Anchor of a value of an enum, by its Rust name, which holds no odd character.
pub(super) fn value(enumeration: &str, name: &str) -> String {
    format!("{enumeration}.{name}")
}

pub(super) fn code(code: &str) -> String {
    format!("code.{code}")
}

pub(super) fn version(version: &str) -> String {
    format!("v{version}")
}
