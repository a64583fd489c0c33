//! The files of a spec as a git revision has them, asked of the `git` command.

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::process::Command;

use signed_xml_codegen::Sources;

use super::advice::version;

/// Name and text of each file of the spec in `argument`: a revision, or `REVISION:path/of/spec`.
///
/// Without a path, the spec is looked for where the folder `present` is in the working tree. The
/// error is a sentence.
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
    for name in names.filter(|name| Sources::is_part(name)) {
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

/// The tag `v*` of the newest version; `None` if there is no such tag. The error is a sentence.
pub(super) fn newest_release(present: &Path) -> Result<Option<String>, String> {
    let tags = git(present, ["tag", "--list", "v*"])?;
    let versions = tags
        .lines()
        .filter_map(|tag| Some((version(tag).ok()?, tag)));
    let newest = versions.max_by(|(a, _), (b, _)| a.cmp(b));
    Ok(newest.map(|(_, tag)| tag.to_owned()))
}

/// True if the folder is inside a working tree of git.
pub(super) fn is_in_repository(folder: &Path) -> bool {
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let mut above = folder.ancestors();
    above.any(|folder| folder.join(".git").exists())
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
