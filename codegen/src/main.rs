//! The `codegen` command: arguments in, library calls, text out.
//!
//! Data goes to stdout, everything else to stderr. Exit codes: 0 fine, 1 the folder is not what
//! would be generated, 2 a wrong spec or wrong arguments.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use signed_xml_codegen::output::{self, Difference};
use signed_xml_codegen::{Diagnostics, Error, Model, listing, load, rust};

/// Compiles the spec: field tables in TOML to typed Rust.
#[derive(Parser)]
#[command(name = "cargo codegen", version)]
struct Arguments {
    /// Folder of the spec [default: the nearest `spec` upward from here]
    #[arg(long, global = true, value_name = "DIR")]
    spec: Option<PathBuf>,
    /// Crate to write into [default: `generated` beside the spec]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Write nothing; name each stale, missing or stray file and exit with 1 if there is one
    #[arg(long)]
    check: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Print the resolved model: fields, error codes, bill columns
    Model {
        /// One JSON object per line
        #[arg(long)]
        json: bool,
    },
}

const FINE: u8 = 0;
const DIFFERS: u8 = 1;
const WRONG: u8 = 2;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            say(&error);
            ExitCode::from(WRONG)
        }
    }
}

fn run(arguments: &Arguments) -> Result<u8, String> {
    let spec = match &arguments.spec {
        Some(folder) => folder.clone(),
        None => nearest_spec()?,
    };
    let model = load(&spec).map_err(|error| told(&error))?;
    if !model.warnings.is_empty() {
        say(&model.warnings.render(io::stderr().is_terminal()));
    }
    match arguments.command {
        Some(Command::Model { json: true }) => print(&listing::json_lines(&model)),
        Some(Command::Model { json: false }) => print(&listing::table(&model)),
        None => {
            let out = match &arguments.out {
                Some(folder) => folder.clone(),
                None => spec.parent().unwrap_or(Path::new("")).join("generated"),
            };
            return generate(&model, &out.join("src"), arguments.check);
        }
    }
    Ok(FINE)
}

fn generate(model: &Model, folder: &Path, check: bool) -> Result<u8, String> {
    let files = rust::emit(model);
    let differences = match check {
        true => output::compare(folder, &files),
        false => output::write(folder, &files),
    }
    .map_err(|error| format!("error: {}: {error}", folder.display()))?;
    for difference in &differences {
        match (check, difference) {
            (true, _) | (false, Difference::Stray(_)) => say(&difference.to_string()),
            (false, written) => say(&format!("wrote {}", written.path().display())),
        }
    }
    if check && !differences.is_empty() {
        say("help: run `cargo codegen` and commit what it writes; remove stray files");
        return Ok(DIFFERS);
    }
    Ok(FINE)
}

fn nearest_spec() -> Result<PathBuf, String> {
    let here = std::env::current_dir().map_err(|error| format!("error: {error}"))?;
    let folders = here.ancestors().map(|folder| folder.join("spec"));
    let found = folders
        .into_iter()
        .find(|folder| folder.join("spec.toml").is_file());
    found.ok_or_else(|| {
        format!(
            "error: no `spec/spec.toml` in {} or above it; name the folder with `--spec DIR`",
            here.display()
        )
    })
}

fn told(error: &Error) -> String {
    match error {
        Error::Spec(diagnostics) => {
            let text = diagnostics.render(io::stderr().is_terminal());
            format!("{text}\n\n{}", count(diagnostics))
        }
        other => format!("error: {other}"),
    }
}

fn count(diagnostics: &Diagnostics) -> String {
    match diagnostics.len() {
        1 => "error: 1 finding; nothing was written".to_owned(),
        more => format!("error: {more} findings; nothing was written"),
    }
}

fn print(text: &str) {
    // A closed pipe (`| head`) is the reader's wish, not an error.
    let _ = io::stdout().write_all(text.as_bytes());
}

fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}
