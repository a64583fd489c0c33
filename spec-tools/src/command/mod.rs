//! What the commands share: which spec, what is said and where, the exit codes.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use signed_xml_codegen::output::{self, Difference};
use signed_xml_codegen::rust::GeneratedFile;
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

/// Success.
pub(crate) const FINE: u8 = 0;
/// A check failed: something differs, or a finding is open.
pub(crate) const DIFFERS: u8 = 1;
/// A wrong spec or wrong arguments.
pub(crate) const WRONG: u8 = 2;

/// The exit code of a command, or the error to print before exit code 2.
pub(crate) type Outcome = Result<u8, String>;

/// The spec to work on.
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

    /// `given`, or else `name` in the folder that holds the spec.
    pub(crate) fn beside(&self, given: &Option<PathBuf>, name: &str) -> Result<PathBuf, String> {
        Ok(match given {
            Some(path) => path.clone(),
            None => self.folder()?.parent().unwrap_or(Path::new("")).join(name),
        })
    }

    /// The compiled spec; warnings go to stderr.
    pub(crate) fn model(&self) -> Result<Model, String> {
        compiled(&self.folder()?)
    }
}

/// The compiled spec of `folder`; warnings go to stderr.
pub(crate) fn compiled(folder: &Path) -> Result<Model, String> {
    let model = load(folder).map_err(|error| message(&error))?;
    if !model.warnings.is_empty() {
        say(&model.warnings.render(io::stderr().is_terminal()));
    }
    Ok(model)
}

/// An error of the file or folder `path`.
pub(crate) fn error_at(path: &Path, error: impl std::fmt::Display) -> String {
    format!("error: {}: {error}", path.display())
}

/// Writes `files` into `folder` and says which were new or differed, and which do not belong there.
pub(crate) fn write(folder: &Path, files: &[GeneratedFile]) -> Result<(), String> {
    let differences = output::write(folder, files).map_err(|error| error_at(folder, error))?;
    for difference in &differences {
        match difference {
            Difference::Stray(_) => say(&difference.to_string()),
            written => say(&format!("wrote {}", written.path().display())),
        }
    }
    Ok(())
}

/// Writes data to stdout.
pub(crate) fn print(text: &str) {
    // A reader may close the pipe (`| head`); that is not an error.
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

fn message(error: &Error) -> String {
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
        1 => "error: the spec has 1 finding; nothing was written".to_owned(),
        more => format!("error: the spec has {more} findings; nothing was written"),
    };
    let first = diagnostics
        .iter()
        .next()
        .map_or("CODE", |found| found.code.id());
    format!("{count}\nhelp: `cargo codegen explain {first}` explains the first")
}
