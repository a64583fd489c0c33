//! `cargo codegen coverage`: is every row of the document in the spec, or explained by an erratum?

use std::io::{self, IsTerminal};

use signed_xml_spec_tools::diff;
use signed_xml_spec_tools::import::report;

use super::import::Source;
use super::{DIFFERS, FINE, Outcome, Spec, print};

/// Hold the spec against the vendor's document
#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    source: Source,
}

impl Arguments {
    pub(crate) fn run(&self, spec: &Spec) -> Outcome {
        let import = self.source.import(&spec.model()?)?;
        if self.source.json {
            print(&report::json(&import));
        } else {
            print(&report::rows(&import));
            print(&report::human(&import));
            let changes = &import.proposal.changes;
            if !changes.is_empty() {
                print("\nin the document and not in the spec:\n");
                print(&diff::report::human(changes, io::stdout().is_terminal()));
            }
        }
        Ok(match import.is_covered() && import.is_complete() {
            true => FINE,
            false => DIFFERS,
        })
    }
}
