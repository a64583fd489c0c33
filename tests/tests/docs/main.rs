//! The documents held true: commands, paths, excerpts, programs, walk-throughs, and the rules of the house.
//!
//! The programs of the READMEs are built and run as a reader would do it (`programs`).

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

mod api;
mod commands;
mod examples;
mod guide;
mod guide_commands;
mod house_rules;
mod links;
mod markdown;
mod programs;
mod sandbox;
mod walk_throughs;

use markdown::{DOCUMENTS, blocks, blocks_of, paths, prose, read, root};

const ENGLISH: &str = "README.md";
const CHINESE: &str = "README.zh-CN.md";

#[test]
fn every_path_in_the_documents_exists() {
    let made_by_readers = programs::files_of_readers();
    for document in DOCUMENTS {
        for path in paths(document) {
            // A walk-through may name the file that it makes.
            let is_made = blocks(document)
                .iter()
                .any(|block| block.text.starts_with(&format!("# {path}, new")));
            assert!(
                is_made || made_by_readers.contains(&path) || exists(document, &path),
                "{document} names `{path}`, which does not exist: correct the name, or the document"
            );
        }
    }
}

/// A path from the root of the repository, or, where it climbs, from the document's own folder.
fn exists(document: &str, path: &str) -> bool {
    let folder = match path.starts_with("../") {
        true => root().join(document).parent().unwrap().to_owned(),
        false => root(),
    };
    folder.join(path).exists()
}

#[test]
fn every_invariant_names_the_test_that_holds_it() {
    let text = read("ARCHITECTURE.md");
    let section = text.split("## Invariants").nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let invariants: Vec<String> =
        section
            .lines()
            .fold(Vec::new(), |mut found: Vec<String>, line| {
                match found.last_mut() {
                    Some(last) if !line.starts_with(|c: char| c.is_ascii_digit()) => {
                        last.push_str(line)
                    }
                    _ => found.push(line.to_owned()),
                }
                found
            });
    let invariants = &invariants[1..];
    assert!(invariants.len() >= 15, "{}", invariants.len());
    for invariant in invariants {
        let spans: Vec<&str> = invariant.split('`').skip(1).step_by(2).collect();
        let held = spans.windows(2).any(|pair| {
            let test = format!("fn {}(", pair[1]);
            let file = root().join(pair[0]);
            file.is_file() && std::fs::read_to_string(file).unwrap().contains(&test)
        });
        let in_ci = spans.contains(&".ci/run");
        assert!(held || in_ci, "no test that exists is named: {invariant}");
    }
}

#[test]
fn every_block_says_its_language() {
    let known = ["console", "rust", "sh", "text", "toml"];
    for block in DOCUMENTS.into_iter().flat_map(blocks) {
        assert!(
            known.contains(&block.language.as_str()),
            "{}: `{}` is not one of {known:?}",
            block.place(),
            block.language
        );
    }
}

#[test]
fn both_readmes_hold_the_same_blocks() {
    let (english, chinese) = (blocks(ENGLISH), blocks(CHINESE));
    assert_eq!(english.len(), chinese.len(), "number of blocks");
    for (english, chinese) in english.iter().zip(&chinese) {
        assert_eq!(
            english.language,
            chinese.language,
            "{} and {}",
            english.place(),
            chinese.place()
        );
        assert_eq!(
            without_comments(&english.text),
            without_comments(&chinese.text),
            "{} and {} differ in more than comments",
            english.place(),
            chinese.place()
        );
    }
}

#[test]
fn both_readmes_have_the_same_headings_and_rows() {
    let shape = |document| {
        let prose = prose(document);
        let headings = prose.lines().filter(|line| line.starts_with('#'));
        let levels: Vec<usize> = headings
            .map(|line| line.chars().take_while(|c| *c == '#').count())
            .collect();
        let rows = prose.lines().filter(|line| line.starts_with("| ")).count();
        (levels, rows)
    };
    assert_eq!(shape(ENGLISH), shape(CHINESE));
}

#[test]
fn what_the_compiler_is_said_to_say_it_says() {
    let golden = read("tests/compile_fail/cases/unifiedorder.stderr");
    let mut shown = 0;
    for block in blocks_of(ENGLISH, "text") {
        if !block.text.starts_with("error[") {
            continue;
        }
        for line in block.text.lines() {
            assert!(
                golden.lines().any(|golden| golden.trim_end() == line),
                "{}: the compiler does not say: {line}",
                block.place()
            );
        }
        shown += 1;
    }
    assert_eq!(shown, 1);
}

#[test]
fn the_dependencies_shown_are_crates_of_that_name() {
    let block = &blocks_of(ENGLISH, "toml")[0];
    let lines = block.text.lines();
    let ours: Vec<_> = lines
        .filter_map(|line| line.split_once(" = { path = \"../payinsurance/"))
        .collect();
    assert_eq!(ours.len(), 2, "the first block of dependencies");
    for (name, rest) in ours {
        let folder = rest.trim_end_matches("\" }");
        let manifest = read(&format!("{folder}/Cargo.toml"));
        assert!(
            manifest.contains(&format!("name = \"{name}\"")),
            "{folder} is not the crate {name}"
        );
    }
}

#[test]
fn the_licences_named_are_there_and_in_every_crate() {
    assert!(read("Cargo.toml").contains("license = \"MIT OR Apache-2.0\""));
    for member in member_folders() {
        let manifest = read(&format!("{member}/Cargo.toml"));
        assert!(manifest.contains("license.workspace = true"), "{member}");
    }
}

/// The folders of the workspace's crates.
fn member_folders() -> impl Iterator<Item = String> {
    let manifest = read("Cargo.toml");
    let members = manifest
        .lines()
        .find_map(|line| line.strip_prefix("members = ["));
    let members: Vec<String> = members
        .unwrap()
        .trim_end_matches(']')
        .split(", ")
        .map(|member| member.trim_matches('"').to_owned())
        .collect();
    assert!(members.len() >= 10, "{members:?}");
    members.into_iter()
}

/// A program without its comments, which each README has in its own language.
fn without_comments(text: &str) -> String {
    let lines = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    let code = lines.map(|line| line.split(" // ").next().unwrap_or(line).trim_end());
    code.collect::<Vec<_>>().join("\n")
}
