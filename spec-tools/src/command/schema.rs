//! `cargo codegen schema`: JSON Schemas of the messages.

use std::path::PathBuf;

use signed_xml_codegen::output::{self, Difference};
use signed_xml_spec_tools::schema;

use super::{FINE, Outcome, Spec, print, say};

/// Write JSON Schemas (draft 2020-12) of the messages
///
/// A message is an object from names to values as they travel: all are strings. What we send is judged strictly, what we receive as
/// tolerantly as the reader does. What JSON Schema cannot say stands in `$comment`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Folder to write into, a file per message, `<interface>.<message>.schema.json` [default: print one schema per line]
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
        let differences = output::write(folder, &schema::emit(&model))
            .map_err(|error| format!("error: {}: {error}", folder.display()))?;
        for difference in &differences {
            match difference {
                Difference::Stray(_) => say(&difference.to_string()),
                written => say(&format!("wrote {}", written.path().display())),
            }
        }
        Ok(FINE)
    }
}
