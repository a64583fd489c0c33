//! What the commands share: which spec, what is said and where, the exit codes.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use signed_xml_codegen::{Diagnostics, Error, Model, load};

pub(crate) mod coverage;
pub(crate) mod diff;
pub(crate) mod explain;
pub(crate) mod generate;
pub(crate) mod import;
pub(crate) mod lint;
pub(crate) mod model;
pub(crate) mod schema;
pub(crate) mod site;

/// All is well.
pub(crate) const FINE: u8 = 0;
/// What was asked for does not hold.
pub(crate) const DIFFERS: u8 = 1;
/// A wrong spec or wrong arguments.
pub(crate) const WRONG: u8 = 2;

/// What a command gives back: its exit code, or what went wrong, to be said before exit code 2.
pub(crate) type Outcome = Result<u8, String>;

/// Which spec is meant.
#[derive(clap::Args)]
#[group(skip)]
pub(crate) struct Spec {
    /// Folder of the spec [default: the nearest `spec` upward from here]
    #[arg(long = "spec", global = true, value_name = "DIR")]
    folder: Option<PathBuf>,
}

impl Spec {
    /// The folder of the spec.
    pub(crate) fn folder(&self) -> Result<PathBuf, String> {
        match &self.folder {
            Some(folder) => Ok(folder.clone()),
            None => nearest_spec(),
        }
    }

    /// The compiled spec; warnings are said.
    pub(crate) fn model(&self) -> Result<Model, String> {
        compiled(&self.folder()?)
    }
}

/// The compiled spec of `folder`; warnings are said.
pub(crate) fn compiled(folder: &Path) -> Result<Model, String> {
    let model = load(folder).map_err(|error| told(&error))?;
    if !model.warnings.is_empty() {
        say(&model.warnings.render(io::stderr().is_terminal()));
    }
    Ok(model)
}

/// Writes data to stdout.
pub(crate) fn print(text: &str) {
    // A closed pipe (`| head`) is the reader's wish, not an error.
    let _ = io::stdout().write_all(text.as_bytes());
}

/// Writes a line to stderr.
pub(crate) fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
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
    let count = match diagnostics.len() {
        1 => "error: 1 finding; nothing was written".to_owned(),
        more => format!("error: {more} findings; nothing was written"),
    };
    let first = diagnostics
        .iter()
        .next()
        .map_or("CODE", |found| found.code.id());
    format!("{count}\nhelp: `cargo codegen explain {first}` tells more")
}
