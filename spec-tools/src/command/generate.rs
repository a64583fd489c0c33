//! `cargo codegen`: writes the crate, or with `--check` says where it is stale.

use std::path::{Path, PathBuf};

use signed_xml_codegen::output::{self, Difference};
use signed_xml_codegen::rust;

use super::{DIFFERS, FINE, Outcome, Spec, say};

#[derive(clap::Args)]
#[group(skip)]
pub(crate) struct Arguments {
    /// Crate to write into [default: `generated` beside the spec]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Write nothing; name each stale, missing or stray file and exit with 1 if there is one
    #[arg(long)]
    check: bool,
}

impl Arguments {
    pub(crate) fn run(&self, spec: &Spec) -> Outcome {
        let spec_folder = spec.folder()?;
        let out = match &self.out {
            Some(folder) => folder.clone(),
            None => spec_folder
                .parent()
                .unwrap_or(Path::new(""))
                .join("generated"),
        };
        let (folder, files) = (out.join("src"), rust::emit(&spec.model()?));
        let differences = match self.check {
            true => output::compare(&folder, &files),
            false => output::write(&folder, &files),
        }
        .map_err(|error| format!("error: {}: {error}", folder.display()))?;
        for difference in &differences {
            match (self.check, difference) {
                (true, _) | (false, Difference::Stray(_)) => say(&difference.to_string()),
                (false, written) => say(&format!("wrote {}", written.path().display())),
            }
        }
        if self.check && !differences.is_empty() {
            say("help: run `cargo codegen` and commit what it writes; remove stray files");
            return Ok(DIFFERS);
        }
        Ok(FINE)
    }
}
