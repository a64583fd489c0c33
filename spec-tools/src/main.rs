//! The `codegen` command: arguments in, library calls, text out. One file per command in `command/`.
//!
//! Data goes to stdout, everything else to stderr. Exit codes: 0 fine; 1 what was asked for does not hold (a stale
//! file, an unexplained row, a finding of `lint`, a change that was not approved); 2 a wrong spec or wrong arguments.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod command;

use command::{Spec, coverage, diff, explain, generate, import, lint, model, schema, site};

/// Compiles the spec: field tables in TOML to typed Rust.
#[derive(Parser)]
#[command(
    name = "cargo codegen",
    version,
    args_conflicts_with_subcommands = true
)]
struct Arguments {
    #[command(flatten)]
    spec: Spec,
    #[command(flatten)]
    generate: generate::Arguments,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    Model(model::Arguments),
    Import(import::Arguments),
    Coverage(coverage::Arguments),
    Diff(diff::Arguments),
    Lint(lint::Arguments),
    Explain(explain::Arguments),
    Docs(site::Arguments),
    Schema(schema::Arguments),
}

fn main() -> ExitCode {
    let Arguments {
        spec,
        generate,
        command,
    } = Arguments::parse();
    let done = match command {
        None => generate.run(&spec),
        Some(Command::Model(arguments)) => arguments.run(&spec),
        Some(Command::Import(arguments)) => arguments.run(&spec),
        Some(Command::Coverage(arguments)) => arguments.run(&spec),
        Some(Command::Diff(arguments)) => arguments.run(&spec),
        Some(Command::Lint(arguments)) => arguments.run(&spec),
        Some(Command::Explain(arguments)) => arguments.run(&spec),
        Some(Command::Docs(arguments)) => arguments.run(&spec),
        Some(Command::Schema(arguments)) => arguments.run(&spec),
    };
    match done {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            command::say(&error);
            ExitCode::from(command::WRONG)
        }
    }
}
