//! `payinsurance sandbox`: the platform, imitated, and what is asked of one that runs.

mod ask;
mod snapshot;
mod start;
mod verbs;

use std::process::ExitCode;

use crate::context::Context;

/// Arguments of `payinsurance sandbox`.
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    verb: Option<verbs::Verb>,
    #[command(flatten)]
    start: start::Start,
}

/// Runs it.
pub(crate) async fn run(arguments: Arguments, context: &Context) -> ExitCode {
    match arguments.verb {
        Some(verb) => verbs::run(&verb, context).await,
        None => start::run(arguments.start, context).await,
    }
}
