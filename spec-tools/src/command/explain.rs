//! `cargo codegen explain`: a page on a code that the compiler or the lint reports.

use signed_xml_spec_tools::explain;

use super::{FINE, Outcome, Spec, print};

/// Explain a code: what it means, a wrong and a right example, how to put it right
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Code such as S202 or L101; without it all are listed
    code: Option<String>,
    /// As JSON: one object, or one per line
    #[arg(long)]
    json: bool,
}

impl Arguments {
    pub(crate) fn run(&self, _spec: &Spec) -> Outcome {
        let text = match &self.code {
            None if self.json => explain::list_json(),
            None => explain::list(),
            Some(id) => {
                let code = explain::find(id).map_err(|error| format!("error: {error}"))?;
                match self.json {
                    true => explain::page_json(code),
                    false => explain::page(code).to_owned(),
                }
            }
        };
        print(&text);
        Ok(FINE)
    }
}
