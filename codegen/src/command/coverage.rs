//! `cargo codegen coverage`.

use super::{Outcome, Spec};

/// Hold the spec against the vendor's document
#[derive(clap::Args)]
pub(crate) struct Arguments {}

impl Arguments {
    pub(crate) fn run(&self, _spec: &Spec) -> Outcome {
        Err("error: not built yet".to_owned())
    }
}
