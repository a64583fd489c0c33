//! The spec compiler: field tables in TOML to typed Rust.
//!
//! Three stages: *read* (TOML to rows that know their place), *resolve* (rows to one [`Model`]: names
//! looked up, conditions type-checked, Rust names decided), *emit* ([`rust`], [`listing`]; every
//! back end reads the model and nothing else). All that is wrong with a spec is reported in one
//! run, as [`Diagnostics`] that read like rustc's.
//!
//! # Examples
//!
//! In a `build.rs`, for a spec of your own,
//!
//! ```no_run
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let out = std::env::var("OUT_DIR")?;
//!     signed_xml_codegen::build("spec".as_ref(), out.as_ref())?;
//!     Ok(())
//! }
//! ```
//!
//! and in the crate, at its root or in a module, for a spec with `name = "shop"`:
//!
//! ```ignore
//! /// The shop's interfaces.
//! pub mod shop {
//!     include!(concat!(env!("OUT_DIR"), "/shop.rs"));
//! }
//! ```
//!
//! The crate depends on `signed-xml`, and has a feature `client`, which brings `signed-xml-client` and the typed client.
//! What a person does with a spec (import, diff, lint, reference site) is in `signed-xml-spec-tools`.
//!
//! From texts, without a file system:
//!
//! ```
//! use signed_xml_codegen::{Sources, compile, rust};
//!
//! let sources = Sources::from_texts(
//!     "spec",
//!     [
//!         (
//!             "spec.toml",
//!             r#"
//!             name = "shop"
//!             title = "A shop"
//!             document = "1"
//!             versions = [{ version = "1", date = "2020" }]
//!             interfaces = ["order"]
//!             "#,
//!         ),
//!         (
//!             "interfaces/order.toml",
//!             r#"
//!             [interface]
//!             name = "order"
//!             section = "1"
//!             method = "POST"
//!             url = "https://shop.example/order"
//!
//!             [request]
//!             signed = false
//!             fields = [{ name = "body", label = "描述", type = "string", max = 16, required = true }]
//!
//!             [response]
//!             signed = false
//!             fields = [{ name = "order_id", label = "订单号", type = "string", required = true }]
//!             "#,
//!         ),
//!     ],
//! );
//! let model = compile(sources)?;
//! assert_eq!(model.interfaces[0].messages[0].fields[0].rust_name, "body");
//! assert!(rust::emit(&model).iter().any(|file| file.text.contains("pub body: Text")));
//! # Ok::<(), signed_xml_codegen::Diagnostics>(())
//! ```

use std::io;
use std::path::Path;

pub use diagnostic::{Code, Diagnostic, Diagnostics, Findings, Level, Place, did_you_mean};
pub use model::Model;
pub use resolve::rust_name;
pub use source::{Source, Sources, Span, Spanned};

mod diagnostic;
mod read;
mod resolve;
mod source;

pub mod listing;
pub mod model;
pub mod output;
pub mod rust;

/// Why a spec did not compile.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The spec is wrong.
    #[error("the spec is wrong\n{0}")]
    Spec(Diagnostics),
    /// A file could not be read or written.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Compiles texts: read, then resolve. Warnings end up in [`Model::warnings`].
///
/// # Errors
///
/// All findings, if one of them is an error.
pub fn compile(sources: Sources) -> Result<Model, Diagnostics> {
    let mut findings = Vec::new();
    let tree = read::read(&sources, &mut findings);
    let mut model = resolve::resolve(&sources, &tree, &mut findings);
    if tree.incomplete {
        // What stands in a part that cannot be read is missed everywhere: that follows from it.
        findings.retain(|found| !found.code.needs_all_files());
    }
    let diagnostics = Diagnostics::new(sources, findings);
    if diagnostics.has_errors() {
        return Err(diagnostics);
    }
    model.warnings = diagnostics;
    Ok(model)
}

/// Compiles the spec in a folder.
///
/// # Errors
///
/// [`Error::Io`] if a file cannot be read, [`Error::Spec`] with all findings if the spec is wrong.
///
/// # Examples
///
/// ```
/// let model = signed_xml_codegen::load("tests/goldens/spec".as_ref())?;
/// assert_eq!(model.name, "clinic");
/// # Ok::<(), signed_xml_codegen::Error>(())
/// ```
pub fn load(folder: &Path) -> Result<Model, Error> {
    let sources = Sources::read(folder)?;
    compile(sources).map_err(Error::Spec)
}

/// For a build script: compiles the spec in `folder` into one file in `out`, called as the spec is,
/// and tells cargo when to do it again.
///
/// # Errors
///
/// As [`load`], and [`Error::Io`] if the file cannot be written.
///
/// # Examples
///
/// ```
/// # let out = tempfile::tempdir()?;
/// # let out = out.path();
/// signed_xml_codegen::build("tests/goldens/spec".as_ref(), out)?;
/// assert!(out.join("clinic.rs").is_file());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[allow(
    clippy::print_stdout,
    reason = "a build script speaks to cargo on stdout"
)]
pub fn build(folder: &Path, out: &Path) -> Result<Model, Error> {
    println!("cargo:rerun-if-changed={}", folder.display());
    let model = load(folder)?;
    for warning in model.warnings.iter() {
        println!("cargo:warning={}: {}", warning.code.id(), warning.title);
    }
    output::write(out, &[rust::emit_module(&model)])?;
    Ok(model)
}
