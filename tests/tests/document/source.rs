//! Where the vendor's document is, and the spec that it is held against.

#![allow(dead_code, reason = "two test programs use a part each")]

use std::io::Write;
use std::path::{Path, PathBuf};

use signed_xml_codegen::model::Model;

/// The folder of the workspace.
pub(crate) fn workspace() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// The present spec.
pub(crate) fn model() -> Model {
    signed_xml_codegen::load(&workspace().join("spec"))
        .map_err(|error| error.to_string())
        .unwrap()
}

/// The path of the document, or a line that says how to name it.
#[expect(
    clippy::explicit_write,
    reason = "the test harness keeps `eprintln!` of a passing test to itself"
)]
pub(crate) fn path() -> Option<PathBuf> {
    let named = std::env::var_os("INTERFACE_DOC").filter(|path| !path.is_empty());
    let Some(path) = named.map(PathBuf::from) else {
        let line = "skipped: INTERFACE_DOC does not name the vendor's document (text of V2.4)";
        writeln!(std::io::stderr(), "{line}").unwrap();
        return None;
    };
    // Tests run in the folder of their package; a relative path is meant from the workspace's.
    Some(match path.is_file() {
        true => std::path::absolute(path).unwrap(),
        false => workspace().join(path),
    })
}

/// The document's text.
pub(crate) fn document() -> Option<String> {
    let path = path()?;
    let text = std::fs::read_to_string(&path);
    Some(text.unwrap_or_else(|error| panic!("INTERFACE_DOC names {}: {error}", path.display())))
}
