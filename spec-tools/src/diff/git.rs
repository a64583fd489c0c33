//! The files of a spec as a git revision has them, asked of the `git` command.

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::process::Command;

/// Name and text of each file of the spec in `argument`: a revision, or `REVISION:path/of/spec`.
///
/// Without a path, the spec stands where `present` stands in the working tree. The error is a sentence.
pub(super) fn spec_files(argument: &str, present: &Path) -> Result<Vec<(String, String)>, String> {
    let (revision, path) = match argument.split_once(':') {
        Some((revision, path)) => (revision, Some(path.trim_end_matches('/').to_owned())),
        None => (argument, None),
    };
    let folder = match present.is_dir() {
        true => present,
        false => Path::new("."),
    };
    let commit = format!("{revision}^{{commit}}");
    let asked = [
        "rev-parse",
        "--verify",
        "--quiet",
        "--end-of-options",
        &commit,
    ];
    let commit = git(folder, asked).map_err(|why| match why.as_str() {
        "" => format!("git does not know the revision `{revision}`"),
        _ => why,
    })?;
    let commit = commit.trim();
    let path = match path {
        Some(path) => path,
        None => {
            let inside = git(folder, ["rev-parse", "--show-prefix"])?;
            inside.trim().trim_end_matches('/').to_owned()
        }
    };
    let prefix = match path.as_str() {
        "" => String::new(),
        path => format!("{path}/"),
    };
    let listed = git(
        folder,
        ["ls-tree", "-r", "-z", "--name-only", "--full-tree", commit],
    )?;
    let names = listed
        .split('\0')
        .filter_map(|name| name.strip_prefix(&prefix));
    let mut files = Vec::new();
    for name in names.filter(|name| is_of_spec(name)) {
        let text = git(folder, ["show", &format!("{commit}:{prefix}{name}")])?;
        files.push((name.to_owned(), text));
    }
    match files.iter().any(|(name, _)| name == "spec.toml") {
        true => Ok(files),
        false => Err(format!(
            "`{revision}` has no `{prefix}spec.toml`; name the folder with `{revision}:path/of/spec`"
        )),
    }
}

/// True for what a spec folder is read for: its own TOML files and those of `interfaces/`.
fn is_of_spec(name: &str) -> bool {
    let file = name.strip_prefix("interfaces/").unwrap_or(name);
    !file.contains('/') && file.ends_with(".toml")
}

/// What git answers, or what it complains of.
fn git<S: AsRef<OsStr>>(
    folder: &Path,
    arguments: impl IntoIterator<Item = S>,
) -> Result<String, String> {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .output();
    let output = output.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => "the command `git` was not found".to_owned(),
        _ => format!("git could not be run: {error}"),
    })?;
    match output.status.success() {
        true => String::from_utf8(output.stdout)
            .map_err(|_| "git gave a text that is not UTF-8".to_owned()),
        false => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
    }
}
