//! Every example of the workspace is a program of the guide, which is built and run as a reader
//! would do it, or says why it is not.

use crate::guide::{LANGUAGES, chapters};
use crate::markdown::{blocks, blocks_of, root};

/// The packages that have examples, by their folders.
const PACKAGES: [(&str, &str); 3] = [
    ("generated", "payinsurance"),
    ("orders", "payinsurance-orders"),
    ("reconcile", "payinsurance-reconcile"),
];

/// Examples that are not run, and why.
const NOT_RUN: [(&str, &str); 2] = [
    (
        "orders/examples/hospital.rs",
        "it serves until it is interrupted",
    ),
    (
        "orders/examples/simulate.rs",
        "the simulation is a unit test, and takes as long as one asks for",
    ),
];

/// The file of an example, if a command starts one.
pub(crate) fn started_by(command: &str) -> Option<String> {
    let words: Vec<&str> = command.split(' ').collect();
    let ["cargo", "run", "-p", package, "--example", example] = words[..] else {
        return None;
    };
    let (folder, _) = PACKAGES.iter().find(|row| row.1 == package)?;
    let file = format!("{folder}/examples/{example}.rs");
    root().join(&file).is_file().then_some(file)
}

#[test]
fn every_example_is_a_program_of_the_guide() {
    let mut run: Vec<String> = chapters("en")
        .iter()
        .flat_map(|chapter| blocks_of(chapter, "rust"))
        .filter_map(|block| block.source.map(|(path, _)| path))
        .collect();
    run.extend(NOT_RUN.map(|row| row.0.to_owned()));
    for (folder, _) in PACKAGES {
        for entry in std::fs::read_dir(root().join(folder).join("examples")).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let example = format!("{folder}/examples/{name}");
            assert!(
                run.contains(&example),
                "{example}: include it in a chapter of the guide, so that it is run"
            );
        }
    }
}

#[test]
fn every_example_of_the_guide_says_how_it_is_started() {
    for language in LANGUAGES {
        for chapter in chapters(language) {
            let blocks = blocks(&chapter);
            let commands: Vec<String> = blocks.iter().flat_map(|block| block.commands()).collect();
            let started: Vec<String> = commands.iter().filter_map(|it| started_by(it)).collect();
            for block in &blocks {
                let Some((path, _)) = &block.source else {
                    continue;
                };
                assert!(
                    !path.contains("/examples/") || started.contains(path),
                    "{}: the chapter does not say how to start {path}",
                    block.place()
                );
            }
        }
    }
}
