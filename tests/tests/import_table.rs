//! Who may import whom: the table of ARCHITECTURE.md, held against `cargo metadata`.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, MetadataCommand};

/// Package, folder, the workspace crates it may import. What tests and benchmarks of a package import is its own matter.
const TABLE: &[(&str, &str, &[&str])] = &[
    ("signed-xml-codegen", "codegen", &[]),
    ("signed-xml-macros", "macros", &[]),
    ("signed-xml", "wire", &["signed-xml-macros"]),
    ("signed-xml-client", "client", &["signed-xml"]),
    (
        "payinsurance",
        "generated",
        &["signed-xml", "signed-xml-client"],
    ),
    (
        "payinsurance-sandbox",
        "sandbox",
        &["payinsurance", "signed-xml"],
    ),
    (
        "payinsurance-orders",
        "orders",
        &["payinsurance", "signed-xml", "signed-xml-client"],
    ),
    (
        "payinsurance-cli",
        "cli",
        &[
            "payinsurance",
            "payinsurance-orders",
            "payinsurance-sandbox",
            "signed-xml",
            "signed-xml-client",
            "signed-xml-codegen",
        ],
    ),
    ("conformance", "tests", &[]),
];

#[test]
fn every_crate_imports_only_what_the_table_allows() {
    let metadata = MetadataCommand::new().no_deps().exec().unwrap();
    let members: BTreeSet<&str> = metadata
        .packages
        .iter()
        .map(|package| package.name.as_str())
        .collect();
    let table: BTreeMap<_, _> = TABLE
        .iter()
        .map(|(package, folder, imports)| (*package, (*folder, *imports)))
        .collect();
    assert_eq!(
        members,
        table.keys().copied().collect(),
        "every workspace package has a row, every row a package"
    );
    for package in &metadata.packages {
        let (folder, allowed) = table[package.name.as_str()];
        assert_eq!(
            package.manifest_path.parent().unwrap().file_name(),
            Some(folder)
        );
        for dependency in package
            .dependencies
            .iter()
            .filter(|dependency| dependency.kind != DependencyKind::Development)
        {
            let name = dependency.name.as_str();
            assert!(
                !members.contains(name) || allowed.contains(&name),
                "{} imports {name}, which the table does not allow",
                package.name
            );
        }
    }
}

#[test]
fn the_sandbox_never_imports_the_client_even_through_others() {
    let metadata = MetadataCommand::new().no_deps().exec().unwrap();
    let sandbox = metadata
        .packages
        .iter()
        .find(|package| package.name.as_str() == "payinsurance-sandbox")
        .unwrap();
    let payinsurance = sandbox
        .dependencies
        .iter()
        .find(|dependency| dependency.name == "payinsurance")
        .unwrap();
    assert!(
        !payinsurance.uses_default_features,
        "the default feature `client` would bring the client in"
    );
    assert!(
        payinsurance.features.is_empty(),
        "{:?}",
        payinsurance.features
    );
}

#[test]
fn the_table_here_is_the_table_in_architecture_md() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../ARCHITECTURE.md"))
        .unwrap();
    for (package, folder, _) in TABLE {
        let row = text
            .lines()
            .find(|line| line.starts_with(&format!("| `{folder}/` | `{package}` |")));
        assert!(
            row.is_some(),
            "ARCHITECTURE.md has no row for {folder}/ ({package})"
        );
    }
}

#[test]
fn the_generic_crates_do_not_know_medical_insurance() {
    const WORDS: [&str; 5] = [
        "payinsurance",
        "unifiedorder",
        "hosp_out_trade_no",
        "med_trans_id",
        "queryorder",
    ];
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    for folder in ["wire/src", "client/src", "macros/src", "codegen/src"] {
        for file in rust_files(&std::path::Path::new(root).join(folder)) {
            let text = std::fs::read_to_string(&file).unwrap();
            let code = text.lines().filter(|line| {
                let line = line.trim_start();
                !line.starts_with("//")
            });
            let code: Vec<_> = code
                .take_while(|line| !line.contains("#[cfg(test)]"))
                .collect();
            for word in WORDS {
                let found = code.iter().find(|line| line.contains(word));
                assert_eq!(found, None, "{} knows `{word}`", file.display());
            }
        }
    }
}

fn rust_files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}
