//! `cargo codegen import`: a version of the vendor's document, read into the spec.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use signed_xml_codegen::Model;
use signed_xml_spec_tools::diff;
use signed_xml_spec_tools::import::{self, Document, Proposal, report};

use super::{FINE, Outcome, Spec, print, say};

/// Read a version of the vendor's document into the spec
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The document: text with tabs between cells, Markdown, or .docx
    #[arg(value_name = "DOC")]
    document: PathBuf,
    /// Version of the document [default: the last of its version history]
    #[arg(long = "version", value_name = "X")]
    version: Option<String>,
    /// Write the edits into the spec
    #[arg(long)]
    apply: bool,
    /// One JSON object per line
    #[arg(long)]
    json: bool,
}

impl Arguments {
    pub(crate) fn run(&self, spec: &Spec) -> Outcome {
        let model = spec.model()?;
        let document = document(&self.document, &model)?;
        let version = self.version.as_deref();
        let mut comparison = import::compare(&model, &document, version);
        let proposal = import::propose(&model, &document, &comparison, version)
            .map_err(|error| format!("error: the edited spec does not compile\n{error}"))?;
        comparison.notes.extend(proposal.notes.iter().cloned());
        let changes = diff::compare(&model, &proposal.model);
        match self.json {
            true => {
                print(&diff::report::json_lines(&changes));
                print(&report::edits_json(&comparison));
            }
            false => {
                let colours = io::stdout().is_terminal();
                print(&diff::report::human(&changes, colours));
                print(&format!("\n{}", report::edits(&comparison)));
            }
        }
        let undecided = comparison
            .edits
            .iter()
            .filter(|edit| edit.undecided.is_some())
            .count();
        say(&format!(
            "{} edits, {undecided} with something to decide, in {} files",
            comparison.edits.len(),
            proposal.changed.len()
        ));
        if self.apply {
            write(&spec.folder()?, &proposal)?;
        } else if !proposal.changed.is_empty() {
            say("nothing was written; `--apply` writes the edits");
        }
        Ok(FINE)
    }
}

fn write(folder: &Path, proposal: &Proposal) -> Result<(), String> {
    for name in &proposal.changed {
        let path = folder.join(name);
        let text = proposal
            .sources
            .files()
            .iter()
            .find(|file| file.name == *name);
        let text = text.map_or("", |file| &file.text);
        std::fs::write(&path, text)
            .map_err(|error| format!("error: {}: {error}", path.display()))?;
        say(&format!("wrote {}", path.display()));
    }
    Ok(())
}

/// Reads the document of a command line.
pub(crate) fn document(path: &Path, model: &Model) -> Result<Document, String> {
    let told = |error: &dyn std::fmt::Display| format!("error: {}: {error}", path.display());
    let bytes = std::fs::read(path).map_err(|error| told(&error))?;
    import::read(&bytes, model).map_err(|error| told(&error))
}
