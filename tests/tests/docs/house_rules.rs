//! The rules of CONTRIBUTING.md that a machine can hold, over every file of the repository.

use std::path::{Path, PathBuf};

use crate::markdown::root;

/// Folders that hold nothing of ours.
const LEFT_OUT: [&str; 3] = ["target", ".git", "wip"];
const MAX_LINES: usize = 600;
const NAMES_OF_BAGS: [&str; 6] = ["utils", "util", "common", "helpers", "helper", "misc"];
/// Written in two pieces, since this file is searched too.
const UNFINISHED: [&str; 7] = [
    concat!("todo", "!("),
    concat!("unimplemented", "!("),
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
    concat!("place", "holder"),
    concat!("lorem", " ipsum"),
];
const UNSAFE: [&str; 3] = [
    concat!("unsafe", " {"),
    concat!("unsafe", " fn"),
    concat!("unsafe", " impl"),
];
/// A text that holds both is the vendor's document.
const OF_THE_DOCUMENT: [&str; 2] = [
    concat!("对接移动", "医疗平台"),
    concat!("VERSION", " HISTORY"),
];
const SIZE_OF_A_DOCUMENT: usize = 20_000;

#[test]
fn every_rust_file_opens_with_what_it_holds() {
    let wrong = files("rs").filter(|(_, text)| !text.starts_with("//! "));
    assert_none(
        wrong,
        "begin it with `//! `, a sentence that says what it holds",
    );
}

#[test]
fn no_rust_file_that_a_hand_wrote_is_too_long() {
    let by_hand = files("rs").filter(|(path, _)| !is_generated(path));
    let wrong = by_hand.filter(|(_, text)| text.lines().count() > MAX_LINES);
    assert_none(wrong, "split it by concept");
}

#[test]
fn no_file_is_a_bag() {
    let wrong = files("rs").filter(|(path, _)| {
        let stem = path.file_stem().unwrap().to_str().unwrap();
        let folder = path.parent().and_then(Path::file_name).unwrap();
        NAMES_OF_BAGS.contains(&stem) || NAMES_OF_BAGS.iter().any(|name| folder == *name)
    });
    assert_none(wrong, "call it after the concept that it holds");
}

#[test]
fn nothing_is_left_unfinished() {
    for extension in ["rs", "toml", "md"] {
        for (path, text) in files(extension) {
            assert_lacks(&path, &text, &UNFINISHED, "finish it");
        }
    }
}

#[test]
fn no_crate_has_unsafe_code() {
    for (path, text) in files("rs") {
        assert_lacks(&path, &text, &UNSAFE, "do it in safe Rust");
    }
    let manifests = files("toml").filter(|(path, _)| path.ends_with("Cargo.toml"));
    for (path, text) in manifests {
        // What has a workspace of its own is no part of the product; the words above are looked for there too.
        let is_apart = text.contains("[workspace]") && !text.contains("[workspace.lints");
        let is_root = text.contains("unsafe_code = \"forbid\"");
        let inherits = text.contains("[lints]\nworkspace = true");
        assert!(
            is_apart || is_root || inherits,
            "{}: `[lints]` must be the workspace's",
            shown(&path)
        );
    }
}

#[test]
fn every_lint_that_is_silenced_has_a_reason() {
    for (path, text) in files("rs") {
        for start in ["#[allow(", "#![allow(", "#[expect(", "#![expect("] {
            for (at, _) in text.match_indices(start) {
                let before = text[..at].rsplit('\n').next().unwrap_or_default();
                let attribute = text[at..].split(")]").next().unwrap_or_default();
                // In the middle of a line it is a text that speaks of the attribute.
                assert!(
                    !before.trim().is_empty() || attribute.contains("reason ="),
                    "{}: `{attribute}` has no reason",
                    shown(&path)
                );
            }
        }
    }
}

#[test]
fn the_vendors_document_is_not_here() {
    let all = every_file().into_iter().filter_map(|path| {
        let bytes = std::fs::read(&path).ok()?;
        (bytes.len() > SIZE_OF_A_DOCUMENT).then_some((path, bytes))
    });
    for (path, bytes) in all {
        let text = String::from_utf8_lossy(&bytes);
        let is_document = OF_THE_DOCUMENT.iter().all(|words| text.contains(words));
        assert!(
            !is_document,
            "{} is the vendor's document, which is not ours to publish: name it with INTERFACE_DOC instead",
            shown(&path)
        );
    }
}

fn assert_none(wrong: impl Iterator<Item = (PathBuf, String)>, advice: &str) {
    let wrong: Vec<String> = wrong.map(|(path, _)| shown(&path)).collect();
    assert!(wrong.is_empty(), "{}: {advice}", wrong.join(", "));
}

fn assert_lacks(path: &Path, text: &str, words: &[&str], advice: &str) {
    for (number, line) in text.lines().enumerate() {
        for word in words {
            assert!(
                !line.contains(word),
                "{}:{} holds `{word}`: {advice}",
                shown(path),
                number + 1
            );
        }
    }
}

/// Files whose names end so, each with its text.
fn files(extension: &str) -> impl Iterator<Item = (PathBuf, String)> {
    let all = every_file().into_iter();
    let named: Vec<PathBuf> = all
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect();
    assert!(
        !named.is_empty() || !["rs", "toml", "md"].contains(&extension),
        "no .{extension} file was found"
    );
    // A file that is gone by now was never part of the project.
    named.into_iter().filter_map(|path| {
        let text = std::fs::read_to_string(&path).ok()?;
        Some((path, text))
    })
}

fn every_file() -> Vec<PathBuf> {
    let mut folders = vec![root()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries.filter_map(Result::ok) {
            let kind = entry.file_type().unwrap();
            let left_out = LEFT_OUT.iter().any(|name| entry.file_name() == *name);
            if kind.is_dir() && !left_out {
                folders.push(entry.path());
            } else if kind.is_file() {
                files.push(entry.path());
            }
        }
    }
    files.sort();
    files
}

fn is_generated(path: &Path) -> bool {
    ["generated/src", "codegen/tests/goldens"]
        .iter()
        .any(|folder| path.starts_with(root().join(folder)))
}

/// The path as the repository has it.
fn shown(path: &Path) -> String {
    let inside = path.strip_prefix(root()).unwrap_or(path);
    inside.display().to_string()
}
