//! The `payinsurance` command.
//!
//! Data goes to stdout, everything else to stderr. Exit codes: 0 done, 1 something that was to hold did not, 2 wrong arguments. The help of `bill`, `orders`,
//! `reconcile` and `sign` says what 3 and 4 mean.

mod bill;
mod config;
mod context;
mod demo;
mod desk;
mod doctor;
mod failure;
mod fields;
mod harmless;
mod help;
mod language;
mod notify;
mod order;
mod orders;
mod output;
mod reconcile;
mod refund;
mod sandbox;
mod shell;
mod sign;
mod spec;
mod table;
mod token;
mod verify_name;
mod words;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use context::Context;
use language::language;

/// What stands below the help.
const EXIT_STATUS: &str = "\
Exit status: 0 done, 1 something that was to hold did not, 2 wrong arguments or configuration; the help of each command says what 3 and 4 mean.

Configuration: option > environment > payinsurance.toml of this folder or above > the user's file > default. `payinsurance init` writes one, \
`payinsurance config show --origin` says where each value stands. Secrets are never options.";

/// WeChat medical-insurance payment (微信医保支付), for hospitals and their integrators.
#[derive(Parser)]
#[command(name = "payinsurance", version, arg_required_else_help = true, after_help = EXIT_STATUS)]
struct Arguments {
    #[command(flatten)]
    context: Context,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Fetches bills of the platform, shows them and checks them
    Bill(bill::Arguments),
    /// Prints the completions of a shell
    Completions(shell::Completions),
    /// Shows the configuration, and where each value stands
    Config(config::Arguments),
    /// Plays one hospital's day through the whole document, against a sandbox, over real HTTP
    Demo(demo::Arguments),
    /// Checks configuration, key, address, token, signatures, clock and store: each line is ok or says what to do
    Doctor(doctor::Arguments),
    /// Writes a commented configuration; asks for its values at a terminal
    Init(config::InitArguments),
    /// Prints the manual page, or writes one for each command
    Man(shell::Man),
    /// Verifies a notification of the platform, and explains it
    Notify(notify::Arguments),
    /// Places orders, shows, queries, closes and lists them
    Order(order::Arguments),
    /// Looks into the store of an order desk; replays events, makes backups
    Orders(orders::Arguments),
    /// Compares bills with the orders of a desk: every difference with its next step
    Reconcile(Box<reconcile::Arguments>),
    /// Refunds orders, shows refunds and queries them
    Refund(refund::Arguments),
    /// Runs the platform, imitated, until it is interrupted
    Sandbox(sandbox::Arguments),
    /// Says why a signature is wrong (签名错误); makes and verifies signatures
    Sign(sign::Arguments),
    /// Shows the tables of the interface document: an interface, a field, an error code
    Spec(spec::Arguments),
    /// Shows the access token of the desk, or renews it
    Token(token::Arguments),
    /// Checks a name and an ID number against the bound insurance card (验证实名)
    VerifyName(verify_name::Arguments),
}

#[tokio::main]
async fn main() -> ExitCode {
    let line: Vec<OsString> = std::env::args_os().collect();
    Context::early(&line).choose_language();
    let mut command = localized();
    let parsed = command
        .try_get_matches_from_mut(line)
        .and_then(|mut matches| Arguments::from_arg_matches_mut(&mut matches));
    let Arguments { context, command } = match parsed {
        Ok(arguments) => arguments,
        Err(error) => return help::refused(&error.format(&mut command), language()).into(),
    };
    let context = &context;
    match command {
        Command::Bill(arguments) => bill::run(&arguments, context).await,
        Command::Completions(arguments) => shell::completions(&arguments, localized(), context),
        Command::Config(arguments) => config::run(&arguments, context),
        Command::Demo(arguments) => demo::run(&arguments, context).await,
        Command::Doctor(arguments) => doctor::run(&arguments, context).await,
        Command::Init(arguments) => config::init(&arguments, context),
        Command::Man(arguments) => shell::man(&arguments, localized(), context),
        Command::Notify(arguments) => notify::run(&arguments, context),
        Command::Order(arguments) => order::run(&arguments, context).await,
        Command::Orders(arguments) => orders::run(&arguments, context).await,
        Command::Reconcile(arguments) => reconcile::run(&arguments, context).await,
        Command::Refund(arguments) => refund::run(&arguments, context).await,
        Command::Sandbox(arguments) => sandbox::run(arguments, context).await,
        Command::Sign(arguments) => sign::run(&arguments, context),
        Command::Spec(arguments) => spec::run(&arguments, context),
        Command::Token(arguments) => token::run(&arguments, context).await,
        Command::VerifyName(arguments) => verify_name::run(&arguments, context).await,
    }
}

/// The command with its help in the language of this run.
fn localized() -> clap::Command {
    help::localized(Arguments::command(), language())
}
