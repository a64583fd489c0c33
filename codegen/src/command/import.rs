//! `cargo codegen import`.

use super::{Outcome, Spec};

/// Read a version of the vendor's document into the spec
#[derive(clap::Args)]
pub(crate) struct Arguments {}

impl Arguments {
    pub(crate) fn run(&self, _spec: &Spec) -> Outcome {
        Err("error: not built yet".to_owned())
    }
}
