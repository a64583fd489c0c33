//! What a maintainer does with a spec: write it from the vendor's document, see what a new version changes, and show it.
//!
//! Everything here reads the [`Model`](signed_xml_codegen::Model) of the compiler, and nothing else of the spec: [`import`] proposes edits
//! of the TOML, [`diff`] compares two models, [`lint`] holds one against rules of style, [`explain`] has a page per code of both,
//! [`site`] and [`schema`] write the reference site and the JSON Schemas. The `codegen` command calls these functions.

pub mod diff;
pub mod explain;
pub mod import;
pub mod lint;
pub mod schema;
pub mod site;
