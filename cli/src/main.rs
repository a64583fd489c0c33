//! The `payinsurance` command.
//!
//! Data goes to stdout, everything else to stderr. Exit codes: 0 done, 1 something that was to hold did not, 2 wrong arguments. The help of `bill`, `orders`,
//! `reconcile` and `sign` says what 3 and 4 mean.

mod bill;
mod demo;
mod harmless;
mod orders;
mod output;
mod profile;
mod reconcile;
mod sandbox;
mod sign;
mod table;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// WeChat medical-insurance payment (微信医保支付), for hospitals and their integrators.
#[derive(Parser)]
#[command(name = "payinsurance", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Fetches bills of the platform, shows them and checks them
    Bill(bill::Arguments),
    /// Plays one hospital's day through the whole document, against a sandbox, over real HTTP
    Demo(demo::Arguments),
    /// Looks into the store of an order desk; replays events, makes backups
    Orders(orders::Arguments),
    /// Compares bills with the orders of a desk: every difference with its next step
    Reconcile(Box<reconcile::Arguments>),
    /// Runs the platform, imitated, until it is interrupted
    Sandbox(sandbox::Arguments),
    /// Says why a signature is wrong (签名错误); makes and verifies signatures
    Sign(sign::Arguments),
}

#[tokio::main]
async fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Bill(arguments) => bill::run(&arguments).await,
        Command::Demo(arguments) => demo::run(&arguments).await,
        Command::Orders(arguments) => orders::run(&arguments).await,
        Command::Reconcile(arguments) => reconcile::run(&arguments).await,
        Command::Sandbox(arguments) => sandbox::run(arguments).await,
        Command::Sign(arguments) => sign::run(&arguments),
    }
}
