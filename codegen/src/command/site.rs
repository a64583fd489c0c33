//! `cargo codegen docs`.

use super::{Outcome, Spec};

/// Write the reference site
#[derive(clap::Args)]
pub(crate) struct Arguments {}

impl Arguments {
    pub(crate) fn run(&self, _spec: &Spec) -> Outcome {
        Err("error: not built yet".to_owned())
    }
}
