//! The programs of the documents, built as a reader builds them.
//!
//! Steps, for each document: take its `toml` blocks as the reader's `Cargo.toml`; put each `rust`
//! block into the file that the text above it names (`src/main.rs`, `tests/….rs`), or else into a
//! separate file; build all of it, run its tests and each program that ends by itself. Only the
//! paths of our crates are set to this repository.
//!
//! The packages share the target folder and the lock file of the workspace, so that dependencies are
//! built once and not downloaded. A package stays in its folder between runs, and a file is written
//! only if it has changed: cargo then builds nothing again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::examples::started_by;
use crate::guide;
use crate::guide_commands::assert_prints;
use crate::markdown::{Block, blocks_of, read, root};

/// Every document that may hold a program. A README that is added must be added here.
const DOCUMENTS: [&str; 4] = [
    "README.md",
    "README.zh-CN.md",
    "orders/README.md",
    "reconcile/README.md",
];

/// The clone of the repository in the documents, seen from the reader's package.
const CLONE: &str = "\"../payinsurance/";

#[test]
fn the_programs_of_the_documents_build_and_run_as_a_reader_would_do_it() {
    for document in DOCUMENTS {
        // The Chinese README has the programs of the English one: see below.
        if document != "README.zh-CN.md" && !blocks_of(document, "rust").is_empty() {
            build_and_run(document, Package::of(document));
        }
    }
}

#[test]
fn the_programs_of_the_chinese_readme_are_those_of_the_english_one() {
    // Their code is equal (`both_readmes_hold_the_same_blocks`), so that building one of them is enough, if they go into the same files.
    let [english, chinese] = ["README.md", "README.zh-CN.md"].map(|document| {
        let package = Package::of(document);
        (
            package.manifest,
            package.files.into_keys().collect::<Vec<_>>(),
        )
    });
    assert_eq!(english, chinese);
}

#[test]
fn the_programs_of_the_guide_build_and_run_as_a_reader_would_do_it() {
    // One package for all chapters: that of a reader who goes through them in order.
    let package = Package::of_guide();
    assert!(package.files.len() >= 8, "{} files", package.files.len());
    let printed = build_and_run("guide", package);
    let mut shown = 0;
    for chapter in guide::all_chapters() {
        for block in blocks_of(&chapter, "console") {
            for example in block.commands().iter().filter_map(|it| started_by(it)) {
                let name = example.rsplit('/').next().unwrap();
                let printed = &printed[&format!("src/bin/{name}")];
                assert_prints(&block, printed);
                shown += 1;
            }
        }
    }
    assert!(shown >= 6, "{shown} programs whose output is shown");
}

#[test]
fn every_readme_with_a_program_is_built_here() {
    let mut folders = vec![PathBuf::new()];
    folders.extend(crate::member_folders().map(PathBuf::from));
    for folder in folders {
        for entry in std::fs::read_dir(root().join(&folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let document = folder.join(&name).to_str().unwrap().to_owned();
            if name.starts_with("README") && !blocks_of(&document, "rust").is_empty() {
                assert!(
                    DOCUMENTS.contains(&document.as_str()),
                    "{document} holds Rust that nothing builds: add it to DOCUMENTS and give it a test"
                );
            }
        }
    }
}

/// Files that a reader makes, so that they need not be in the repository.
pub(crate) fn files_of_readers() -> BTreeSet<String> {
    let blocks = DOCUMENTS
        .into_iter()
        .flat_map(|document| blocks_of(document, "rust"));
    blocks.filter_map(|block| named_file(&block)).collect()
}

/// What a reader of a document has in the end.
struct Package {
    /// `Cargo.toml`.
    manifest: String,
    /// Rust files by path.
    files: BTreeMap<String, String>,
}

impl Package {
    fn of(document: &str) -> Self {
        let mut files = BTreeMap::new();
        let mut modules = String::new();
        for (number, block) in blocks_of(document, "rust").into_iter().enumerate() {
            let is_program = block.text.contains("fn main()");
            let path = named_file(&block).unwrap_or_else(|| match is_program {
                true => format!("src/bin/program_{number}.rs"),
                false => {
                    modules.push_str(&format!("pub mod excerpt_{number};\n"));
                    format!("src/excerpt_{number}.rs")
                }
            });
            let before = files.insert(path.clone(), block.text.clone());
            assert!(before.is_none(), "{}: {path} is named twice", block.place());
        }
        if !modules.is_empty() {
            files.insert("src/lib.rs".to_owned(), modules);
        }
        Self {
            manifest: manifest(blocks_of(document, "toml")),
            files,
        }
    }

    /// What is included from an example is a program of the reader's as a whole.
    fn of_guide() -> Self {
        let chapters = guide::chapters("en");
        let mut files = BTreeMap::new();
        let mut manifests = Vec::new();
        for chapter in &chapters {
            for block in blocks_of(chapter, "rust") {
                let Some((path, _)) = &block.source else {
                    panic!(
                        "{}: include a program, so that its code stands once",
                        block.place()
                    );
                };
                let name = path.rsplit('/').next().unwrap();
                let file = match path.as_str() {
                    _ if path.contains("/examples/") => format!("src/bin/{name}"),
                    _ if path.starts_with("guide/programs/") => format!("tests/{name}"),
                    // A package of the workspace, which is built and tested as one.
                    "tests/wechat_pay/build.rs" => continue,
                    _ => panic!(
                        "{}: {path} is neither an example nor a program of the guide",
                        block.place()
                    ),
                };
                files.insert(file, read(path));
            }
            let toml = blocks_of(chapter, "toml").into_iter();
            manifests
                .extend(toml.filter(|block| guide::named(block).as_deref() == Some("Cargo.toml")));
        }
        Self {
            manifest: manifest(manifests),
            files,
        }
    }
}

/// The file that the paragraph above a block names, if it names one.
fn named_file(block: &Block) -> Option<String> {
    let text = read(&block.document);
    let above: Vec<&str> = text.lines().take(block.line - 1).collect();
    let paragraph = above.iter().rev().skip_while(|line| line.is_empty());
    let paragraph: Vec<&str> = paragraph
        .take_while(|line| !line.is_empty())
        .copied()
        .collect();
    let named = paragraph.into_iter().rev().flat_map(|line| {
        let spans = line.split('`').skip(1).step_by(2);
        spans.filter(|span| {
            ["src/", "tests/"]
                .iter()
                .any(|folder| span.starts_with(folder))
                && span.ends_with(".rs")
        })
    });
    named.last().map(str::to_owned)
}

/// Blocks of `toml` as one: a section that comes again goes on.
fn manifest(blocks: Vec<Block>) -> String {
    let mut sections: Vec<(String, Vec<String>)> = Vec::new();
    for block in blocks {
        let mut at = None;
        for line in block.text.lines().filter(|line| !line.is_empty()) {
            if line.starts_with('[') {
                let known = sections.iter().position(|(header, _)| header == line);
                at = Some(known.unwrap_or_else(|| {
                    sections.push((line.to_owned(), Vec::new()));
                    sections.len() - 1
                }));
                continue;
            }
            let at = at.unwrap_or_else(|| panic!("{}: `{line}` is in no section", block.place()));
            if !sections[at].1.contains(&line.to_owned()) {
                sections[at].1.push(line.to_owned());
            }
        }
    }
    sections
        .into_iter()
        .map(|(header, lines)| format!("{header}\n{}\n\n", lines.join("\n")))
        .collect()
}

/// What each program printed that ends by itself, by its file.
fn build_and_run(document: &str, package: Package) -> BTreeMap<String, String> {
    assert!(!package.files.is_empty(), "{document} holds no Rust");
    assert!(
        !package.manifest.is_empty(),
        "{document} holds no dependencies"
    );
    let name = document.replace(['/', '.'], "_");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("reader")
        .join(name);
    let clone = format!("\"{}/", root().to_str().unwrap());
    // A document that leaves the package's own section out means what `cargo new` writes.
    let section = match package.manifest.contains("[package]") {
        true => "",
        false => "[package]\nname = \"reader\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n",
    };
    let manifest = format!(
        "{section}{}\n[workspace]\n\n{}",
        package.manifest.replace(CLONE, &clone),
        profiles(),
    );
    let mut files = package.files;
    files.insert("Cargo.toml".to_owned(), manifest.clone());
    files.insert("Cargo.lock".to_owned(), read("Cargo.lock"));
    update(&folder, &files);
    // Builds all programs, also those that are not run below.
    cargo(&folder, document, &["test"]);
    let mut printed = BTreeMap::new();
    for (path, text) in &files {
        if !text.contains("fn main()") || !ends_by_itself(text) {
            continue;
        }
        let name = match path.strip_prefix("src/bin/") {
            Some(name) => name.trim_end_matches(".rs").to_owned(),
            None => package_name(&manifest),
        };
        let said = cargo(&folder, document, &["run", "--bin", &name]);
        printed.insert(path.clone(), said);
    }
    printed
}

/// A server runs until it is interrupted, so it is built only.
fn ends_by_itself(program: &str) -> bool {
    !program.contains("ctrl_c")
}

fn package_name(manifest: &str) -> String {
    let name = manifest
        .lines()
        .find_map(|line| line.strip_prefix("name = "));
    name.unwrap().trim_matches('"').to_owned()
}

/// The workspace's profiles: with them, what the workspace has built need not be built again.
fn profiles() -> String {
    let manifest = read("Cargo.toml");
    let start = manifest.find("[profile.dev]").unwrap();
    manifest[start..].to_owned()
}

/// Makes the folder hold these files and no others. A file that is right already is not touched.
fn update(folder: &Path, files: &BTreeMap<String, String>) {
    for path in ["src", "tests"]
        .iter()
        .flat_map(|part| files_below(&folder.join(part)))
    {
        let name = path.strip_prefix(folder).unwrap().to_str().unwrap();
        if !files.contains_key(name) {
            std::fs::remove_file(&path).unwrap();
        }
    }
    for (path, text) in files {
        let path = folder.join(path);
        if std::fs::read_to_string(&path).is_ok_and(|found| found == *text) {
            continue;
        }
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| match path.is_dir() {
            true => files_below(&path),
            false => vec![path],
        })
        .collect()
}

/// Runs cargo in the reader's package; what it and the program printed to stdout.
fn cargo(folder: &Path, document: &str, arguments: &[&str]) -> String {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root().join("target"), |target| root().join(target));
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(arguments)
        .arg("--offline")
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", target)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{document}: a reader who copies its programs sees this at `cargo {}`:\n{}{}",
        arguments.join(" "),
        String::from_utf8_lossy(&output.stderr),
        String::from_utf8_lossy(&output.stdout),
    );
    String::from_utf8(output.stdout).unwrap()
}
