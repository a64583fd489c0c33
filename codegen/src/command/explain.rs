//! `cargo codegen explain`.

use super::{Outcome, Spec};

/// Explain a code
#[derive(clap::Args)]
pub(crate) struct Arguments {}

impl Arguments {
    pub(crate) fn run(&self, _spec: &Spec) -> Outcome {
        Err("error: not built yet".to_owned())
    }
}
