//! `payinsurance spec show`: the document's tables at the terminal.
//!
//! The spec is part of the command: it is compiled to the model that every other reader of it has,
//! so nothing is said twice.

mod embedded;
mod item;
mod shown;

use std::process::ExitCode;

use clap::Subcommand;

use crate::context::Context;
use crate::failure::Failure;

pub(crate) use embedded::model;

/// What stands below the help of the command.
const EXIT_STATUS: &str =
    "Exit status: 0 found, 1 the document has no such thing, 2 wrong arguments";

/// Arguments of `payinsurance spec`.
#[derive(clap::Args)]
#[command(after_help = EXIT_STATUS)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Shows an interface with its tables, a field wherever it stands, or an error code with what
    /// to do
    #[command(after_help = EXIT_STATUS)]
    Show(Show),
}

#[derive(clap::Args)]
struct Show {
    /// An interface (unifiedorder), a field (total_fee), or an error code (541); without it all
    /// interfaces and codes are listed
    #[arg(value_name = "INTERFACE|FIELD|CODE")]
    name: Option<String>,
    /// Only this message of an interface: request, response, notification, reply, or a structure
    /// such as request_content
    #[arg(long, value_name = "NAME", requires = "name")]
    message: Option<String>,
}

/// Runs it.
pub(crate) fn run(arguments: &Arguments, context: &Context) -> ExitCode {
    let Command::Show(show) = &arguments.command;
    match answer(show, context) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn answer(show: &Show, context: &Context) -> Result<(), Failure> {
    let model = model()?;
    let found = item::find(&model, show.name.as_deref(), show.message.as_deref())?;
    match context.json {
        true => shown::json(&model, &found),
        false => shown::tables(&model, &found),
    }
    Ok(())
}
