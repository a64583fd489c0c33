//! `cargo codegen lint`: what the compiler and the rules of style have to say of a spec.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use signed_xml_codegen::{Diagnostics, Error, load};
use signed_xml_spec_tools::lint::{self, Tests};

use super::{DIFFERS, FINE, Outcome, Spec, WRONG, print, say};

/// Hold the spec against the rules of style
///
/// Exits with 1 if there is a finding, with 2 if the spec does not compile. `cargo codegen explain
/// CODE` explains a finding.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// For people, one JSON object per finding, or annotations of a GitHub workflow
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "human")]
    format: Format,
    /// Folder of tests in which every member of a group must be named (L701); may be given several
    /// times [default: `tests` beside the spec]
    #[arg(long, value_name = "DIR")]
    tests: Vec<PathBuf>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Format {
    Human,
    Json,
    Github,
}

impl Arguments {
    pub(crate) fn run(&self, spec: &Spec) -> Outcome {
        let folder = spec.folder()?;
        let model = match load(&folder) {
            Ok(model) => model,
            Err(Error::Spec(findings)) => {
                self.print(&findings);
                say(&format!(
                    "error: {}; the spec does not compile",
                    counted(&findings)
                ));
                return Ok(WRONG);
            }
            Err(other) => return Err(format!("error: {other}")),
        };
        let tests = self.read_tests(&folder)?;
        let findings = lint::report(&model, tests.as_ref());
        self.print(&findings);
        if findings.is_empty() {
            return Ok(FINE);
        }
        let codes = "`cargo codegen explain CODE` explains a finding";
        say(&format!("{}; {codes}", counted(&findings)));
        Ok(DIFFERS)
    }

    /// The tests that were named, or those beside the spec.
    fn read_tests(&self, spec: &Path) -> Result<Option<Tests>, String> {
        let beside = spec.parent().unwrap_or(Path::new("")).join("tests");
        let folders = match self.tests.as_slice() {
            [] if beside.is_dir() => vec![beside],
            [] => {
                say(
                    "note: L701 was not checked: no folder `tests` beside the spec; name one with `--tests DIR`",
                );
                return Ok(None);
            }
            named => named.to_vec(),
        };
        let tests = Tests::read(folders).map_err(|error| format!("error: {error}"))?;
        Ok(Some(tests))
    }

    fn print(&self, findings: &Diagnostics) {
        match self.format {
            Format::Human if findings.is_empty() => {}
            Format::Human => print(&format!(
                "{}\n",
                findings.render(io::stdout().is_terminal())
            )),
            Format::Json => print(&findings.json_lines()),
            Format::Github => print(&findings.github()),
        }
    }
}

fn counted(findings: &Diagnostics) -> String {
    match findings.len() {
        1 => "1 finding".to_owned(),
        more => format!("{more} findings"),
    }
}
