//! Who may import whom: the table of ARCHITECTURE.md, held against `cargo metadata`; and that the generic crates know neither spec.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, MetadataCommand};

/// A row of the table of ARCHITECTURE.md.
struct Row {
    folder: String,
    package: String,
    /// The workspace packages that it may import. Imports of its tests and benchmarks are free.
    imports: BTreeSet<String>,
}

#[test]
fn every_crate_imports_only_what_the_table_of_architecture_md_allows() {
    let metadata = MetadataCommand::new().no_deps().exec().unwrap();
    let members: BTreeSet<&str> = metadata
        .packages
        .iter()
        .map(|package| package.name.as_str())
        .collect();
    let rows = table();
    let table: BTreeMap<&str, &Row> = rows
        .iter()
        .map(|row| (row.package.as_str(), row))
        .filter(|(package, _)| *package != "signed-xml-fuzz")
        .collect();
    assert_eq!(
        members,
        table.keys().copied().collect(),
        "every workspace package has a row in ARCHITECTURE.md, every row a package"
    );
    for package in &metadata.packages {
        let row = table[package.name.as_str()];
        let parent = package.manifest_path.parent().unwrap();
        assert!(
            parent.ends_with(&row.folder),
            "{parent} is not {}",
            row.folder
        );
        for dependency in package
            .dependencies
            .iter()
            .filter(|dependency| dependency.kind != DependencyKind::Development)
        {
            let name = dependency.name.as_str();
            assert!(
                !members.contains(name) || row.imports.contains(name),
                "{} imports {name}, which the table of ARCHITECTURE.md does not allow",
                package.name
            );
        }
    }
}

/// The rows that name a package, with their last column read: folders in backticks, "all" for every package of the table,
/// "all above" for those of the rows before.
fn table() -> Vec<Row> {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../ARCHITECTURE.md"))
        .unwrap();
    let rows: Vec<Vec<&str>> = text
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .filter(|cells: &Vec<&str>| cells.len() == 4 && cells[1].starts_with('`'))
        .collect();
    let name = |cell: &str| cell.trim_matches('`').trim_end_matches('/').to_owned();
    let packages: Vec<(String, String)> = rows
        .iter()
        .map(|cells| (name(cells[0]), name(cells[1])))
        .collect();
    let mut read = Vec::new();
    for (at, cells) in rows.iter().enumerate() {
        let imports = match cells[3] {
            "all" => packages
                .iter()
                .map(|(_, package)| package.clone())
                .collect(),
            "all above" => packages[..at]
                .iter()
                .map(|(_, package)| package.clone())
                .collect(),
            "no workspace crate" => BTreeSet::new(),
            folders => folders
                .split(',')
                .map(|folder| {
                    let found = packages
                        .iter()
                        .find(|(known, _)| *known == name(folder.trim()));
                    found
                        .unwrap_or_else(|| panic!("the table names {folder}, which has no row"))
                        .1
                        .clone()
                })
                .collect(),
        };
        let (folder, package) = packages[at].clone();
        read.push(Row {
            folder,
            package,
            imports,
        });
    }
    read
}

#[test]
fn every_dependency_of_the_workspace_is_used_by_a_package() {
    let root = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let manifest = std::fs::read_to_string(root.join("Cargo.toml")).unwrap();
    let manifest: toml_edit::DocumentMut = manifest.parse().unwrap();
    let declared = manifest["workspace"]["dependencies"].as_table().unwrap();
    let metadata = MetadataCommand::new().no_deps().exec().unwrap();
    let used: BTreeSet<&str> = metadata
        .packages
        .iter()
        .flat_map(|package| &package.dependencies)
        .map(|dependency| dependency.name.as_str())
        .collect();
    let unused: Vec<&str> = declared
        .iter()
        .map(|(name, _)| name)
        .filter(|name| !used.contains(name))
        .collect();
    assert!(unused.is_empty(), "remove them from Cargo.toml: {unused:?}");
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

/// What a file would use to reach the disk, the network, the clock or chance.
const OUTSIDE: &[&str] = &[
    "std::fs",
    "std::io::std",
    "std::net::Tcp",
    "std::net::Udp",
    "std::process",
    "std::thread",
    "std::env::",
    "SystemTime::now",
    "Instant::now",
    "Timestamp::now",
    "getrandom",
    "rand::",
    "tokio",
    "reqwest",
];

#[test]
fn messages_and_the_platform_reach_nothing_outside() {
    let root = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    for folder in ["wire/src", "doctor/src", "sandbox/src/platform"] {
        for file in rust_files(&root.join(folder)) {
            let text = std::fs::read_to_string(&file).unwrap();
            let code = text
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"));
            for line in code {
                let found = OUTSIDE.iter().find(|word| line.contains(**word));
                assert!(found.is_none(), "{}: {line}", file.display());
            }
        }
    }
}

/// The sources of the crates that know neither spec.
const GENERIC: [&str; 7] = [
    "client/src",
    "codegen/src",
    "condition/src",
    "doctor/src",
    "macros/src",
    "spec-tools/src",
    "wire/src",
];

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
    for folder in GENERIC {
        for file in rust_files(&root.join(folder)) {
            let text = std::fs::read_to_string(&file).unwrap();
            for (at, line) in text.lines().enumerate() {
                let is_word = |c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '$';
                let mut words = line.split(is_word);
                let named = words.find(|word| own.iter().any(|name| name == word));
                let begins = TELLING.iter().copied().find(|word| begins_with(line, word));
                found.extend(
                    named
                        .or(begins)
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

/// Files of the generic crates whose code has Chinese text, each with the reason. Comments and tests are free.
const CHINESE: &[(&str, &str)] = &[
    ("client/src/error.rs", "what refusals of a signature say"),
    ("codegen/src/resolve/expression.rs", "a value in a help"),
    ("doctor/src/clue.rs", "a language of the answers"),
    ("doctor/src/mistake.rs", "a language of the answers"),
    ("doctor/src/report.rs", "a language of the answers"),
    ("doctor/src/words.rs", "a language of the answers"),
    ("macros/src/bill_row.rs", "an example in an error"),
    ("macros/src/model/check.rs", "an example in an error"),
    ("macros/src/open_enum.rs", "an example in an error"),
    ("spec-tools/src/site/condition.rs", "a language of the site"),
    ("spec-tools/src/site/diagram.rs", "a language of the site"),
    ("spec-tools/src/site/frame.rs", "a language of the site"),
    ("spec-tools/src/site/words.rs", "a language of the site"),
    ("wire/src/bill/error.rs", "how the summary of a bill begins"),
    (
        "wire/src/bill/reader.rs",
        "how the summary of a bill begins",
    ),
    ("wire/src/report/chinese.rs", "violations in Chinese"),
    (
        "wire/src/bill/writer.rs",
        "how the summary of a bill begins",
    ),
];

#[test]
fn the_generic_crates_know_no_words_of_a_document() {
    let root = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let mut found = BTreeSet::new();
    for folder in GENERIC {
        for file in rust_files(&root.join(folder)) {
            let name = file.strip_prefix(root).unwrap().display().to_string();
            let text = std::fs::read_to_string(&file).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            let mut lines = code.lines().map(str::trim_start);
            let is_chinese = |c: char| matches!(c, '\u{3400}'..='\u{9FFF}');
            let has_chinese =
                lines.any(|line| !line.starts_with("//") && line.contains(is_chinese));
            if has_chinese && !name.contains("/tests") {
                found.insert(name);
            }
        }
    }
    found.retain(|name| CHINESE.iter().all(|row| row.0 != name.as_str()));
    assert!(
        found.is_empty(),
        "words of a document are data of its spec, in `vocabulary.toml`: {found:?}"
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
