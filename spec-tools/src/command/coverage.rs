//! `cargo codegen coverage`: is every row of the document in the spec, or explained by an erratum?

use std::path::PathBuf;

use signed_xml_spec_tools::import::{self, report};

use super::{DIFFERS, FINE, Outcome, Spec, import::document, print};

/// Hold the spec against the vendor's document
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The document: text with tabs between cells, Markdown, or .docx
    #[arg(value_name = "DOC")]
    document: PathBuf,
    /// One JSON object per line
    #[arg(long)]
    json: bool,
}

impl Arguments {
    pub(crate) fn run(&self, spec: &Spec) -> Outcome {
        let model = spec.model()?;
        let document = document(&self.document, &model)?;
        let comparison = import::compare(&model, &document, None);
        match self.json {
            true => print(&report::coverage_json(&comparison)),
            false => print(&report::coverage(&document, &comparison)),
        }
        Ok(match comparison.edits.is_empty() {
            true => FINE,
            false => DIFFERS,
        })
    }
}
