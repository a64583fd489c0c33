//! `cargo codegen model`: what the compiler understood.

use signed_xml_codegen::listing;

use super::{FINE, Outcome, Spec, print};

/// Print the resolved model: fields, error codes, bill columns
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// One JSON object per line
    #[arg(long)]
    json: bool,
}

impl Arguments {
    pub(crate) fn run(&self, spec: &Spec) -> Outcome {
        let model = spec.model()?;
        match self.json {
            true => print(&listing::json_lines(&model)),
            false => print(&listing::table(&model)),
        }
        Ok(FINE)
    }
}
