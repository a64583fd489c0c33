//! `payinsurance bill`: bills of the platform are fetched, shown and checked.
//!
//! Nothing personal is printed. Amounts are fen in JSON and yuan for people.

mod check;
mod fetch;
mod rows;
mod show;
mod words;

use std::fmt;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use std::process::ExitCode;

use clap::Subcommand;
use payinsurance::bill::Bill;

use crate::context::Context;
use crate::failure::Failure;

/// What stands below the help of the command.
const EXIT_STATUS: &str = "Exit status: 0 done, 1 not done, 2 wrong arguments, 3 rows could not be read: each is named with its line; \
4 rows or the summary contradict themselves (bill check)";

/// Arguments of `payinsurance bill`.
#[derive(clap::Args)]
#[command(after_help = EXIT_STATUS)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Fetches the bills of a range of days, each into a file of its own
    #[command(after_help = EXIT_STATUS)]
    Fetch(Box<fetch::Arguments>),
    /// Shows the rows of a bill and what they add up to
    #[command(after_help = EXIT_STATUS)]
    Show(show::Arguments),
    /// Checks bills: each row's arithmetic, rows that cannot be read, the summary
    #[command(after_help = EXIT_STATUS)]
    Check(check::Arguments),
}

/// How a command ended that did what it was asked.
#[derive(Clone, Copy, Default)]
struct Findings {
    unreadable: u64,
    contradictions: u64,
}

/// Runs it.
pub(crate) async fn run(arguments: &Arguments, context: &Context) -> ExitCode {
    let json = context.json;
    let found = match &arguments.command {
        Command::Fetch(fetch) => fetch::run(fetch, context).await,
        Command::Show(show) => show::run(show, json),
        Command::Check(check) => check::run(check, json),
    };
    match found {
        Ok(found) if found.contradictions > 0 => ExitCode::from(4),
        Ok(found) if found.unreadable > 0 => ExitCode::from(3),
        Ok(_) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

/// Opens a bill; `-` is the standard input.
fn open(path: &Path) -> Result<Bill<Box<dyn Read>>, Failure> {
    let named = |error: &dyn fmt::Display| Failure::NotDone(format!("{}: {error}", path.display()));
    let input: Box<dyn Read> = match path.as_os_str() == "-" {
        true => Box::new(std::io::stdin().lock()),
        false => Box::new(BufReader::new(
            File::open(path).map_err(|error| named(&error))?,
        )),
    };
    Bill::new(input).map_err(|error| named(&error))
}
