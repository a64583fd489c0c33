//! `cargo codegen import`: a version of the vendor's document, read into the spec.

use std::path::{Path, PathBuf};

use signed_xml_codegen::Model;
use signed_xml_codegen::import::{self, Document, report};

use super::{FINE, Outcome, Spec, print};

/// Read a version of the vendor's document into the spec
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The document: text with tabs between cells, Markdown, or .docx
    #[arg(value_name = "DOC")]
    document: PathBuf,
    /// Version of the document [default: the last of its version history]
    #[arg(long = "version", value_name = "X")]
    version: Option<String>,
    /// One JSON object per line
    #[arg(long)]
    json: bool,
}

impl Arguments {
    pub(crate) fn run(&self, spec: &Spec) -> Outcome {
        let model = spec.model()?;
        let document = document(&self.document, &model)?;
        let comparison = import::compare(&model, &document, self.version.as_deref());
        match self.json {
            true => print(&report::edits_json(&comparison)),
            false => print(&report::edits(&comparison)),
        }
        Ok(FINE)
    }
}

/// Reads the document of a command line.
pub(crate) fn document(path: &Path, model: &Model) -> Result<Document, String> {
    let told = |error: &dyn std::fmt::Display| format!("error: {}: {error}", path.display());
    let bytes = std::fs::read(path).map_err(|error| told(&error))?;
    import::read(&bytes, model).map_err(|error| told(&error))
}
