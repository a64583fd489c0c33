//! "A new document version" of CONTRIBUTING.md, command by command, on a spec that is made up.
//!
//! The commands are taken from the page as they stand there; the document is `new_version/shop.txt` with the edits of a new version.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

#[path = "../../codegen/tests/golden/mod.rs"]
mod golden;

use std::path::Path;
use std::process::{Command, Output};

use golden::{CLEAN, folder, texts_of};

/// What the new version changes in the document.
const NEW: &[(&str, &str)] = &[
    ("phone\t手机号\tString16", "phone\t手机号\tString20"),
    (
        "pay_type\t支付方式",
        "gift_note\t赠言\tString64\tN\t\npay_type\t支付方式",
    ),
    ("2: 刷卡", "2: 刷卡 3: 转账"),
    (
        "101\t系统错误\t通用\n",
        "101\t系统错误\t通用\n102\t库存不足\t下单\n",
    ),
    ("V1.1\t2021.1\n", "V1.1\t2021.1\nV1.2\t2022.1\n"),
];

/// What a person decides afterwards: file, what the import wrote, what stands there then. The rest of a row stays.
const DECISIONS: &[(&str, &str, &str)] = &[
    (
        "interfaces/order.toml",
        "undecided = \"new row: write `doc`\"",
        "doc = \"What the card says that goes with a gift.\"",
    ),
    ("enums.toml", "name = \"Value3\"", "name = \"Transfer\""),
    (
        "enums.toml",
        "undecided = \"a new value: give it a name and a `doc`\"",
        "doc = \"From account to account.\"",
    ),
    ("errors.toml", "name = \"Code102\"", "name = \"OutOfStock\""),
    (
        "errors.toml",
        "effect = \"unknown\", since",
        "effect = \"refused\", since",
    ),
    (
        "errors.toml",
        "undecided = \"a new error code: name, `effect` and `advice`\"",
        "advice = \"Tell the buyer; nothing was ordered.\"",
    ),
];

/// The commands under the heading, in order.
fn commands() -> Vec<String> {
    let page = folder("../../CONTRIBUTING.md");
    let page = std::fs::read_to_string(page).unwrap();
    let (_, rest) = page.split_once("\n### A new document version\n").unwrap();
    let section = rest.split("\n### ").next().unwrap();
    let blocks = section.split("```sh\n").skip(1);
    blocks
        .flat_map(|block| block.split("```").next().unwrap().lines())
        .map(str::to_owned)
        .collect()
}

fn run(root: &Path, command: &str) -> Output {
    let words = command.strip_prefix("cargo codegen").unwrap();
    Command::new(env!("CARGO_BIN_EXE_codegen"))
        .current_dir(root)
        .args(words.split_whitespace())
        .output()
        .unwrap()
}

fn git(root: &Path, arguments: &[&str]) {
    let identity = [
        "user.name=Shop",
        "user.email=shop@example.com",
        "commit.gpgsign=false",
    ];
    let identity = identity.iter().flat_map(|setting| ["-c", setting]);
    let mut command = Command::new("git");
    let status = command
        .current_dir(root)
        .args(identity)
        .args(arguments)
        .status();
    assert!(status.unwrap().success(), "{arguments:?}");
}

/// A project with a released spec, a crate, and a document of its present version under the name that the page uses.
fn project() -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for (name, text) in texts_of(CLEAN) {
        let path = root.path().join("spec").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    git(root.path(), &["init", "--quiet"]);
    git(root.path(), &["add", "spec"]);
    git(
        root.path(),
        &["commit", "--quiet", "--message", "Released."],
    );
    git(root.path(), &["tag", "v1.0.0"]);
    write_document(root.path(), &[]);
    let manifest = "[package]\nname = \"shop\"\nversion = \"1.0.0\"\n";
    std::fs::create_dir(root.path().join("generated")).unwrap();
    std::fs::write(root.path().join("generated/Cargo.toml"), manifest).unwrap();
    root
}

fn write_document(root: &Path, edits: &[(&str, &str)]) {
    let mut text = std::fs::read_to_string(folder("new_version/shop.txt")).unwrap();
    for (find, replace) in edits {
        assert_eq!(text.matches(find).count(), 1, "{find}");
        text = text.replace(find, replace);
    }
    std::fs::write(root.join("new-document.txt"), text).unwrap();
}

fn decide(root: &Path) {
    for (file, find, replace) in DECISIONS {
        let path = root.join("spec").join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text.matches(find).count(), 1, "{find} in {file}");
        std::fs::write(path, text.replace(find, replace)).unwrap();
    }
}

#[test]
fn the_walk_through_leads_from_a_new_document_to_a_changelog() {
    let root = project();
    let root = root.path();
    let commands = commands();
    let expected = [
        ("cargo codegen coverage new-document.txt", 1, "gift_note"),
        (
            "cargo codegen import new-document.txt",
            0,
            "the optional field `gift_note`",
        ),
        (
            "cargo codegen import new-document.txt --apply",
            0,
            "spec/interfaces/order.toml",
        ),
        (
            "cargo codegen lint",
            1,
            "field `gift_note` is undecided: new row: write `doc`",
        ),
        ("cargo codegen", 0, "wrote "),
        ("cargo codegen diff", 0, "advised version step: minor"),
        (
            "cargo codegen diff --changelog --against-crate generated/Cargo.toml",
            1,
            "gift_note",
        ),
    ];
    assert_eq!(commands, expected.map(|(command, ..)| command));
    // The present version is covered; the new one is not yet.
    let before = run(root, &commands[0]);
    assert_eq!(before.status.code(), Some(0), "{}", said(&before));
    write_document(root, NEW);
    for (command, code, text) in expected {
        let output = run(root, command);
        let told = said(&output);
        assert_eq!(output.status.code(), Some(code), "{command}\n{told}");
        assert!(
            told.contains(text),
            "{command} does not say {text}:\n{told}"
        );
        if command == "cargo codegen lint" {
            decide(root);
            let clean = run(root, command);
            assert_eq!(clean.status.code(), Some(0), "{}", said(&clean));
        }
    }
    // The last command asked for another version of the crate; the document is covered now.
    let manifest = "[package]\nname = \"shop\"\nversion = \"1.1.0\"\n";
    std::fs::write(root.join("generated/Cargo.toml"), manifest).unwrap();
    for command in [&commands[6], &commands[0]] {
        let output = run(root, command);
        assert_eq!(
            output.status.code(),
            Some(0),
            "{command}\n{}",
            said(&output)
        );
    }
}

/// What a command printed, on both ways.
fn said(output: &Output) -> String {
    let [out, err] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    format!("{out}{err}")
}
