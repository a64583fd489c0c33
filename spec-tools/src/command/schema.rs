//! `cargo codegen schema`: JSON Schemas of the messages.

use std::path::PathBuf;

use signed_xml_spec_tools::schema;

use super::{FINE, Outcome, Spec, print, write};

/// Write JSON Schemas (draft 2020-12) of the messages
///
/// A message is an object from names to values as they travel: all are strings. What we send is
/// judged strictly, what we receive as tolerantly as by the reader. What JSON Schema cannot say is
/// in `$comment`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Folder to write into, a file per message, `<interface>.<message>.schema.json` [default:
    /// print one schema per line]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl Arguments {
    pub(crate) fn run(&self, spec: &Spec) -> Outcome {
        let model = spec.model()?;
        let Some(folder) = &self.out else {
            print(&schema::json_lines(&model));
            return Ok(FINE);
        };
        write(folder, &schema::emit(&model))?;
        Ok(FINE)
    }
}
