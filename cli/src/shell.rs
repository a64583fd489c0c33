//! `payinsurance completions` and `payinsurance man`: what a shell and `man` want to know of the
//! command.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Command;
use clap_complete::Shell;

use crate::context::Context;
use crate::failure::Failure;
use crate::output;

/// Arguments of `payinsurance completions`.
#[derive(clap::Args)]
pub(crate) struct Completions {
    /// The shell; for bash: payinsurance completions bash >
    /// ~/.local/share/bash-completion/completions/payinsurance
    shell: Shell,
}

/// Arguments of `payinsurance man`.
#[derive(clap::Args)]
pub(crate) struct Man {
    /// Writes a page for each command into this folder instead of printing the first one
    #[arg(long, value_name = "FOLDER")]
    dir: Option<PathBuf>,
}

/// Prints the completions.
pub(crate) fn completions(
    arguments: &Completions,
    mut command: Command,
    context: &Context,
) -> ExitCode {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "payinsurance", &mut script);
    let script = String::from_utf8_lossy(&script);
    match context.json {
        true => output::object(&serde_json::json!({
            "shell": arguments.shell.to_string(), "script": script,
        })),
        false => output::line(script.trim_end()),
    }
    ExitCode::SUCCESS
}

/// Prints or writes the pages.
pub(crate) fn man(arguments: &Man, command: Command, context: &Context) -> ExitCode {
    match pages(arguments, command, context) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn pages(arguments: &Man, command: Command, context: &Context) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::NotDone(format!("no page was written: {error}"));
    if let Some(folder) = &arguments.dir {
        std::fs::create_dir_all(folder).map_err(failed)?;
        clap_mangen::generate_to(command, folder).map_err(failed)?;
        match context.json {
            true => output::object(&serde_json::json!({ "dir": folder })),
            false => output::line(folder.display()),
        }
        return Ok(());
    }
    let mut page = Vec::new();
    clap_mangen::Man::new(command)
        .render(&mut page)
        .map_err(failed)?;
    let page = String::from_utf8_lossy(&page);
    match context.json {
        true => output::object(&serde_json::json!({ "page": page })),
        false => output::line(page.trim_end()),
    }
    Ok(())
}
