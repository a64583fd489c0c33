//! `cargo codegen import`: a version of the vendor's document, read into the spec.

use std::fmt::Display;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use signed_xml_codegen::Model;
use signed_xml_spec_tools::diff;
use signed_xml_spec_tools::import::{self, Import, Proposal, Scope, report};

use super::{DIFFERS, FINE, Outcome, Spec, print, say};

/// Read a version of the vendor's document into the spec
#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    source: Source,
    /// Write the edits into the spec
    #[arg(long)]
    apply: bool,
}

/// A document and how it is read.
#[derive(clap::Args)]
pub(crate) struct Source {
    /// The document: text with tabs between cells, Markdown, or .docx
    #[arg(value_name = "DOC")]
    document: PathBuf,
    /// Version of the document [default: the last of its version history]
    #[arg(long = "version", value_name = "X")]
    version: Option<String>,
    /// The document is an excerpt of these sections, as `3.3,3.6,errors`: numbers, names of interfaces, errors, bills, versions, signature
    #[arg(long, value_name = "SECTIONS", value_delimiter = ',')]
    partial: Vec<String>,
    /// One JSON object per line
    #[arg(long)]
    pub(crate) json: bool,
}

impl Source {
    /// Reads the document and holds it against the spec.
    pub(crate) fn import(&self, model: &Model) -> Result<Import, String> {
        let path = self.document.display();
        let of_file = |error: &dyn Display| format!("error: {path}: {error}");
        let scope = match self.partial.is_empty() {
            true => Scope::default(),
            false => Scope::partial(model, &self.partial)
                .map_err(|error| format!("error: --partial: {error}"))?,
        };
        let bytes = std::fs::read(&self.document).map_err(|error| of_file(&error))?;
        let document = import::read(&bytes, model).map_err(|error| of_file(&error))?;
        import::import(model, &document, self.version.as_deref(), &scope)
            .map_err(|error| format!("error: the edited spec does not compile\n{error}"))
    }
}

impl Arguments {
    pub(crate) fn run(&self, spec: &Spec) -> Outcome {
        let import = self.source.import(&spec.model()?)?;
        let proposal = &import.proposal;
        match self.source.json {
            true => print(&report::json(&import)),
            false => {
                let colours = io::stdout().is_terminal();
                print(&diff::report::human(&proposal.changes, colours));
                print(&format!("\n{}", report::human(&import)));
            }
        }
        say(&format!(
            "{} changes, {} questions to decide, in {} files",
            proposal.changes.len(),
            proposal.open.len(),
            proposal.changed.len()
        ));
        if self.apply {
            write(&spec.folder()?, proposal)?;
        } else if !proposal.changed.is_empty() {
            say("nothing was written; `--apply` writes the edits");
        }
        if import.is_complete() {
            return Ok(FINE);
        }
        say(
            "the document was not read completely: see `missing` and `unreadable`; for an excerpt, name its sections with `--partial`",
        );
        Ok(DIFFERS)
    }
}

fn write(folder: &Path, proposal: &Proposal) -> Result<(), String> {
    for name in &proposal.changed {
        let path = folder.join(name);
        let mut files = proposal.sources.files().iter();
        let text = files.find(|file| file.name == *name);
        let text = text.map_or("", |file| &file.text);
        std::fs::write(&path, text)
            .map_err(|error| format!("error: {}: {error}", path.display()))?;
        say(&format!("wrote {}", path.display()));
    }
    Ok(())
}
