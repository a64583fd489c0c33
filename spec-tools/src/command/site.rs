//! `cargo codegen docs`: the reference site of the spec.

use std::path::PathBuf;

use signed_xml_codegen::output::{self, Difference};
use signed_xml_spec_tools::site;

use super::{FINE, Outcome, Spec, error_at, print, say};

/// Write the reference site: static pages of every interface, in English and Chinese
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Folder to write into [default: `target/reference` beside the spec]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl Arguments {
    /// Writes the pages and prints the path of the first one.
    pub(crate) fn run(&self, spec: &Spec) -> Outcome {
        let out = spec.beside(&self.out, "target/reference")?;
        let files = site::emit(&spec.model()?).map_err(|error| error_at(&out, error))?;
        let differences = output::write(&out, &files).map_err(|error| error_at(&out, error))?;
        for stray in differences
            .iter()
            .filter(|it| matches!(it, Difference::Stray(_)))
        {
            say(&format!(
                "{stray}: not a page of this spec; remove it if it is an old one"
            ));
        }
        print(&format!("{}\n", out.join("index.html").display()));
        Ok(FINE)
    }
}
