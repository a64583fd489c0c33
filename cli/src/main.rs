//! The `payinsurance` command.
//!
//! Data goes to stdout, everything else to stderr. Exit codes: 0 done, 1 something that was to hold did not, 2 wrong arguments.

mod demo;
mod orders;
mod output;
mod sandbox;

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
    /// Plays one hospital's day through the whole document, against a sandbox, over real HTTP
    Demo(demo::Arguments),
    /// Looks into the store of an order desk; replays events, makes backups
    Orders(orders::Arguments),
    /// Runs the platform, imitated, until it is interrupted
    Sandbox(sandbox::Arguments),
}

#[tokio::main]
async fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Demo(arguments) => demo::run(&arguments).await,
        Command::Orders(arguments) => orders::run(&arguments).await,
        Command::Sandbox(arguments) => sandbox::run(arguments).await,
    }
}
