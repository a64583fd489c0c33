//! Who may import whom: the table of ARCHITECTURE.md, held against `cargo metadata`; and that the generic crates know neither spec.

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
    (
        "conformance",
        "tests",
        &["payinsurance", "payinsurance-orders"],
    ),
    (
        "wechat-pay-v2",
        "tests/wechat_pay",
        &["signed-xml", "signed-xml-client", "signed-xml-codegen"],
    ),
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
        let parent = package.manifest_path.parent().unwrap();
        assert!(parent.ends_with(folder), "{parent} is not {folder}");
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

/// Names that one spec alone has, and that are the protocol's all the same: what signs, what is presented, how bills are laid out.
const OF_THE_PROTOCOL: &[&str] = &[
    "BillType",
    "SignType",
    "access_token",
    "bill_type",
    "expires_in",
    "notification",
    "sign_type",
    "token",
];

/// What no generic crate may say, whatever the specs hold.
const TELLING: &[&str] = &[
    "coupon",
    "hosp_",
    "insurance",
    "med_",
    "medical",
    "payinsurance",
    "unifiedorder",
    "wechat_pay",
    "weixin.qq.com",
];

#[test]
fn no_line_of_a_generic_crate_names_what_one_spec_alone_has() {
    let root = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let first = names_of(&root.join("spec"));
    let second = names_of(&root.join("tests/wechat_pay/spec"));
    let own: BTreeSet<&String> = first
        .symmetric_difference(&second)
        .filter(|name| !OF_THE_PROTOCOL.contains(&name.as_str()))
        .collect();
    assert!(own.len() > 100, "{own:?}");
    let mut found = Vec::new();
    for folder in ["wire/src", "client/src", "macros/src", "codegen/src"] {
        for file in rust_files(&root.join(folder)) {
            let text = std::fs::read_to_string(&file).unwrap();
            for (at, line) in text.lines().enumerate() {
                let is_word = |c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '$';
                let mut words = line.split(is_word);
                let named = words.find(|word| own.iter().any(|name| name == word));
                let told = TELLING.iter().copied().find(|word| begins_with(line, word));
                found.extend(
                    named
                        .or(told)
                        .map(|word| format!("{}:{}: `{word}`", file.display(), at + 1)),
                );
            }
        }
    }
    assert!(
        found.is_empty(),
        "use neutral names, also in docs and tests:\n{}",
        found.join("\n")
    );
}

/// Whether a word of the line begins so: `med_` is not meant by `named_fields`.
fn begins_with(line: &str, start: &str) -> bool {
    let mut found = line.match_indices(start);
    found.any(|(at, _)| !line[..at].ends_with(|c: char| c.is_ascii_alphanumeric()))
}

/// The names of a spec that are no words of a sentence: those with `_`, a digit or a capital, and the interfaces.
fn names_of(folder: &std::path::Path) -> BTreeSet<String> {
    let model = signed_xml_codegen::load(folder).unwrap();
    let messages = || {
        let interfaces = model.interfaces.iter();
        interfaces.flat_map(|interface| &interface.messages)
    };
    let fields = messages().flat_map(|message| &message.fields);
    let mut names: BTreeSet<String> = fields
        .flat_map(|field| [field.name.clone(), field.rust_name.clone()])
        .chain(messages().flat_map(|message| message.groups.iter().map(|group| group.name.clone())))
        .chain(messages().flat_map(|message| message.rules.iter().map(|rule| rule.name.clone())))
        .chain(model.enums.iter().map(|item| item.name.clone()))
        .chain([model.name.clone()])
        .collect();
    names.retain(|name| !name.bytes().all(|b| b.is_ascii_lowercase()));
    let interfaces = model.interfaces.iter();
    names.extend(interfaces.map(|interface| interface.name.clone()));
    names
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
