//! `cargo codegen`: writes the crate, or with `--check` says where it is stale.

use std::path::PathBuf;

use signed_xml_codegen::output;
use signed_xml_codegen::rust;

use super::{DIFFERS, FINE, Outcome, Spec, error_at, say, write};

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
        let folder = spec.beside(&self.out, "generated")?.join("src");
        let files = rust::emit(&spec.model()?);
        if !self.check {
            write(&folder, &files)?;
            return Ok(FINE);
        }
        let differences =
            output::compare(&folder, &files).map_err(|error| error_at(&folder, error))?;
        for difference in &differences {
            say(&difference.to_string());
        }
        if !differences.is_empty() {
            say("help: run `cargo codegen` and commit what it writes; remove stray files");
            return Ok(DIFFERS);
        }
        Ok(FINE)
    }
}
