//! `cargo codegen diff`.

use super::{Outcome, Spec};

/// Tell what changed between two specs and what it breaks
#[derive(clap::Args)]
pub(crate) struct Arguments {}

impl Arguments {
    pub(crate) fn run(&self, _spec: &Spec) -> Outcome {
        Err("error: not built yet".to_owned())
    }
}
