//! `cargo codegen diff`: what changed between two specs, what that breaks for whom, which version
//! it asks for.
//!
//! Steps: find and compile both sides, compare, set levels and approvals, report, judge
//! (`--fail-on`, `--against-crate`).

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use semver::Version;
use signed_xml_codegen::{Model, Sources};
use signed_xml_spec_tools::diff::{
    Advice, Approval, Changes, Level, Origin, OriginError, Override, compare, crate_version, report,
};

use super::{DIFFERS, FINE, Outcome, Spec, print, say};

/// Show what changed between two specs and what it breaks
///
/// OLD and NEW are each a spec folder, a git revision (`v0.1.0`, `HEAD~3`, `main:path/of/spec`) or
/// a document of the vendor.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// What was [default: the newest git tag `v*`; without one there is nothing to compare]
    #[arg(value_name = "OLD")]
    old: Option<String>,
    /// What is [default: the spec folder]
    #[arg(value_name = "NEW")]
    new: Option<String>,
    /// Compare two versions of the document's own history instead, as the spec marks it with
    /// `since` and `until`
    #[arg(long, num_args = 2, value_names = ["OLD", "NEW"], conflicts_with_all = ["old", "against_crate"])]
    document: Option<Vec<String>>,
    /// List every rule with its levels instead
    #[arg(long, conflicts_with_all = ["old", "document", "changelog", "against_crate"])]
    rules: bool,
    /// One JSON object per line
    #[arg(long)]
    json: bool,
    /// Write a section of a changelog, in Markdown
    #[arg(long, conflicts_with = "json")]
    changelog: bool,
    /// Changes that are let through, each with its reason (TOML) [default without OLD:
    /// `approvals.toml` in the spec folder]
    #[arg(long, value_name = "FILE")]
    approvals: Option<PathBuf>,
    /// Levels of rules instead of those of the table (TOML)
    #[arg(long, value_name = "FILE")]
    levels: Option<PathBuf>,
    /// Exit with 1 if a change of at least this level, on either axis, is not approved [default:
    /// breaking; none with --document]
    #[arg(long, value_name = "LEVEL")]
    fail_on: Option<FailOn>,
    /// Exit with 1 if the version of this crate is below the advised one; OLD must be a tag named
    /// after its version
    #[arg(long, value_name = "CARGO_TOML")]
    against_crate: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum FailOn {
    Breaking,
    Warning,
    None,
}

impl Arguments {
    pub(crate) fn run(&self, spec: &Spec) -> Outcome {
        if self.rules {
            return Ok(list_rules(self.json));
        }
        let (mut changes, old) = match (&self.document, &self.old) {
            (Some(versions), _) => (of_history(versions, spec)?, None),
            (None, Some(old)) => self.of_sides(old, spec)?,
            (None, None) => match since_release(spec)? {
                Ok(compared) => compared,
                Err(why) => {
                    say(&format!("note: nothing to compare: {why}"));
                    return Ok(FINE);
                }
            },
        };
        self.judge(&mut changes, spec)?;
        let advice = self.advice(old.as_ref(), &changes)?;
        print(&match (self.json, self.changelog) {
            (true, _) => report::json_lines(&changes),
            (false, true) => {
                let version = advice.as_ref().map(|(_, version)| version.to_string());
                report::changelog(&changes, version.as_deref())
            }
            (false, false) => report::human(&changes, io::stdout().is_terminal()),
        });
        let open = self.say_open(&changes);
        let behind = advice.is_some_and(|(advice, version)| say_behind(&advice, &version));
        Ok(if open || behind { DIFFERS } else { FINE })
    }

    /// The changes between OLD and NEW, and what OLD is.
    fn of_sides(&self, old: &str, spec: &Spec) -> Result<(Changes, Option<Origin>), String> {
        // A revision has the spec where the working tree has it; two folders can do without it.
        let present = spec.folder();
        let folder = present.clone().unwrap_or_else(|_| PathBuf::from("spec"));
        let new = match &self.new {
            Some(new) => Origin::find(new, &folder).map_err(message)?,
            None => Origin::Folder(present?),
        };
        let old = Origin::find(old, &folder).map_err(message)?;
        let [before, after] = [&old, &new].map(|side| side.model(&folder).map_err(message));
        Ok((compare(&before?, &after?), Some(old)))
    }

    /// Sets levels, then approvals.
    fn judge(&self, changes: &mut Changes, spec: &Spec) -> Result<(), String> {
        if let Some(path) = &self.levels {
            let overrides = Override::read(&path.display().to_string(), &read(path)?);
            changes.set_levels(&overrides.map_err(|error| format!("error: {error}"))?);
        }
        if let Some(path) = self.approvals(spec)? {
            let approvals = Approval::read(&path.display().to_string(), &read(&path)?);
            for idle in changes.approve(&approvals.map_err(|error| format!("error: {error}"))?) {
                say(&format!(
                    "warning: {}: `{}` approves no change of these two specs ({}); remove it",
                    path.display(),
                    idle.fingerprint,
                    idle.reason
                ));
            }
        }
        Ok(())
    }

    /// The file of approvals: as given, or beside the spec when that is compared with its release.
    fn approvals(&self, spec: &Spec) -> Result<Option<PathBuf>, String> {
        if self.approvals.is_some() || self.old.is_some() || self.document.is_some() {
            return Ok(self.approvals.clone());
        }
        let beside = spec.folder()?.join(Sources::APPROVALS);
        Ok(beside.is_file().then_some(beside))
    }

    /// What the changes ask for, and the version of the crate.
    fn advice(
        &self,
        old: Option<&Origin>,
        changes: &Changes,
    ) -> Result<Option<(Advice, Version)>, String> {
        let Some(manifest) = &self.against_crate else {
            return Ok(None);
        };
        let released = old.and_then(Origin::released).ok_or_else(|| {
            "error: `--against-crate` counts from the version of a release, and OLD is not one; \
             name a tag like `v0.1.0`"
                .to_owned()
        })?;
        let found = crate_version(manifest).map_err(|error| format!("error: {error}"))?;
        Ok(Some((Advice::new(&released, changes.bump()), found)))
    }

    /// Says how many changes are not approved; true if there is one.
    fn say_open(&self, changes: &Changes) -> bool {
        let level = match (self.fail_on, &self.document) {
            (Some(FailOn::Breaking), _) | (None, None) => Level::Breaking,
            (Some(FailOn::Warning), _) => Level::Warning,
            // The past cannot be approved.
            (Some(FailOn::None), _) | (None, Some(_)) => return false,
        };
        let open = changes.unapproved(level).count();
        if open > 0 {
            let noun = if open == 1 { "change" } else { "changes" };
            say(&format!(
                "{open} {noun} of level {level} or worse without approval"
            ));
            say(
                "help: approve each by its fingerprint and a reason in `approvals.toml` of the spec, or in a file for `--approvals`",
            );
        }
        open > 0
    }
}

/// Says whether the crate's version is too small; true if it is.
fn say_behind(advice: &Advice, found: &Version) -> bool {
    let allowed = advice.allows(found);
    say(&format!(
        "advised version: {advice}; the crate is at {found}"
    ));
    if !allowed {
        say(&format!(
            "help: the crate's version must be at least {}",
            advice.least
        ));
    }
    !allowed
}

fn list_rules(json: bool) -> u8 {
    match json {
        true => print(&report::rules_json()),
        false => print(&report::rules_table()),
    }
    FINE
}

/// The changes since the newest release, and that release; or why nothing can be compared.
fn since_release(spec: &Spec) -> Result<Result<(Changes, Option<Origin>), String>, String> {
    let folder = spec.folder()?;
    let old = match Origin::newest_release(&folder) {
        Err(OriginError::NoRelease(why)) => return Ok(Err(why)),
        found => found.map_err(message)?,
    };
    let new = Origin::Folder(folder.clone());
    let [before, after] = [&old, &new].map(|side| side.model(&folder).map_err(message));
    Ok(Ok((compare(&before?, &after?), Some(old))))
}

/// The changes between two versions of the document, as the spec marks them.
fn of_history(versions: &[String], spec: &Spec) -> Result<Changes, String> {
    let model = spec.model()?;
    let known: Vec<&str> = model
        .versions
        .iter()
        .map(|version| version.version.as_str())
        .collect();
    let at = |version: &String| -> Result<Model, String> {
        model.at(version).ok_or_else(|| {
            format!(
                "error: the document has no version `{version}`; it has {}",
                known.join(", ")
            )
        })
    };
    match versions {
        [old, new] => Ok(compare(&at(old)?, &at(new)?)),
        _ => Err("error: `--document` takes two versions".to_owned()),
    }
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("error: {}: {error}", path.display()))
}

fn message(error: OriginError) -> String {
    match error {
        OriginError::Spec(diagnostics) => diagnostics.render(io::stderr().is_terminal()),
        other => format!("error: {other}"),
    }
}
