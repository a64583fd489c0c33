//! Packages of a copy, compiled by cargo against the other crates of this workspace. Nothing is fetched.

use std::path::PathBuf;
use std::process::{Command, Output};

use crate::copy::{Copy, workspace};

/// The workspace's manifest with these members; all other crates are found where they are.
pub(crate) fn manifest(members: &[&str]) -> String {
    let text = read("Cargo.toml");
    let (text, _profiles) = text.split_once("\n[profile.").unwrap();
    let here = workspace().canonicalize().unwrap();
    let elsewhere = |line: &str| match line.split_once("path = \"") {
        Some((before, rest)) => {
            let (folder, after) = rest.split_once('"').unwrap();
            let path = if members.contains(&folder) {
                PathBuf::from(folder)
            } else {
                here.join(folder)
            };
            format!("{before}path = {path:?}{after}")
        }
        None => line.to_owned(),
    };
    let lines = text.lines().filter_map(|line| match line {
        _ if line.starts_with("members = ") => Some(format!("members = {members:?}")),
        _ if line.starts_with("default-members = ") => None,
        _ => Some(elsewhere(line)),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A file of the workspace.
pub(crate) fn read(name: &str) -> String {
    std::fs::read_to_string(workspace().join(name)).unwrap()
}

/// Writes a file whose text is another; cargo looks at the time of the rest.
pub(crate) fn write(copy: &Copy, name: &str, text: &str) {
    let path = copy.path(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    if std::fs::read_to_string(&path).is_ok_and(|present| present == text) {
        return;
    }
    std::fs::write(path, text).unwrap();
}

/// `cargo check` of a package of the copy.
pub(crate) fn check(copy: &Copy, package: &str) -> (Option<i32>, String) {
    let Output { status, stderr, .. } = Command::new(env!("CARGO"))
        .args([
            "check",
            "--offline",
            "--color",
            "never",
            "--package",
            package,
        ])
        .current_dir(copy.path(""))
        .env("CARGO_TARGET_DIR", copy.path("target"))
        .output()
        .unwrap();
    (status.code(), String::from_utf8_lossy(&stderr).into_owned())
}
