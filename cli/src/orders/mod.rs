//! `payinsurance orders`: an operator's look into the store of an order desk, replays and backups.
//!
//! A store is opened as it is: no database is made and no schema changed, since a desk of another version may be running over it. All commands but
//! `replay`, `settle` and `replace` open it for reading only. What the spec marks as secret or personal is never printed, nor is where the patient pays.

mod backup;
mod events;
pub(crate) mod find;
pub(crate) mod list;
mod received;
mod replace;
mod replay;
mod settle;
pub(crate) mod show;
pub(crate) mod shown;
mod store;
pub(crate) mod time;
mod unreadable;

use std::process::ExitCode;

use clap::Subcommand;
use payinsurance_orders::store::Access;

use crate::context::Context;
pub(crate) use crate::failure::Failure;
use crate::output::{note, object};
pub(crate) use store::{Opened, Place};

/// What stands below the help of the command.
const EXIT_STATUS: &str = "Exit status: 0 done, 1 not done, 2 wrong arguments, 3 done without rows that this version cannot read: each is named on stderr, and with --json as {\"unreadable\": …}";

/// Arguments of `payinsurance orders`.
#[derive(clap::Args)]
#[command(after_help = EXIT_STATUS)]
pub(crate) struct Arguments {
    /// Where the desk keeps its orders: the path of a SQLite file, `sqlite:PATH`, or `postgres://…`. Put an address with a password into the
    /// environment or the configuration: everybody on the machine sees a command line [env: PAYINSURANCE_STORE]
    #[arg(long, global = true)]
    store: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Lists orders, newest first
    List(list::Arguments),
    /// Shows one order: amounts, numbers, refund, history and events
    Show(show::Arguments),
    /// Lists the events for the hospital's own system, oldest first
    Events(events::Arguments),
    /// Makes events due again, so that a desk delivers them once more, under the same ids
    Replay(replay::Arguments),
    /// Settles an order that the platform contradicts: who, why and the evidence stand in its history
    Settle(settle::Arguments),
    /// Has an order closed, and placed again under another number: for one whose link to pay was lost
    Replace(replace::Arguments),
    /// Lists the notifications that were received, newest first, without what is personal
    Received(received::Arguments),
    /// Copies a SQLite store to a new file while it is in use
    Backup(backup::Arguments),
}

/// Runs it.
pub(crate) async fn run(arguments: &Arguments, context: &Context) -> ExitCode {
    match answer(arguments, context).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

async fn answer(arguments: &Arguments, context: &Context) -> Result<(), Failure> {
    let json = context.json;
    let place = context.store(arguments.store.as_deref())?;
    let access = match &arguments.command {
        Command::Replay(replay) if replay.writes() => Access::Existing,
        Command::Settle(settle) if settle.writes() => Access::Existing,
        Command::Replace(replace) if replace.writes() => Access::Existing,
        _ => Access::ReadOnly,
    };
    if let Command::Backup(backup) = &arguments.command {
        place.must_be_database()?;
        return backup::run(backup, &place, json).await;
    }
    let opened = place.open(access).await?;
    let store = opened.store();
    let outcome = match &arguments.command {
        Command::List(list) => list::run(list, store, json).await,
        Command::Show(show) => show::run(show, store, json).await,
        Command::Events(events) => events::run(events, store, json).await,
        Command::Replay(replay) => replay::run(replay, store, json).await,
        Command::Settle(settle) => settle::run(settle, store, json).await,
        Command::Replace(replace) => replace::run(replace, store, json).await,
        Command::Received(received) => received::run(received, store, json).await,
        // Done above.
        Command::Backup(_) => Ok(()),
    };
    opened.close().await;
    outcome
}
