//! The `codegen` command: what it writes, what `--check` says, exit codes.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../../codegen/tests/golden/mod.rs"]
mod golden;

use std::path::Path;
use std::process::{Command, Output};

use golden::{GOLDEN, folder, texts};

fn codegen(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_codegen"));
    command
        .current_dir(folder)
        .args(arguments)
        .output()
        .unwrap()
}

/// A folder that holds the golden spec and what is generated from it.
fn workspace() -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for (name, text) in texts() {
        let path = root.path().join("spec").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let output = codegen(root.path(), &[]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    root
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn replace(path: &Path, find: &str, replacement: &str) {
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.contains(find));
    std::fs::write(path, text.replace(find, replacement)).unwrap();
}

#[test]
fn a_fresh_folder_passes_the_check() {
    let root = workspace();
    let output = codegen(root.path(), &["--check"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(output.stdout.is_empty() && output.stderr.is_empty());
}

#[test]
fn the_spec_is_found_from_a_folder_below() {
    let root = workspace();
    let below = root.path().join("generated/src");
    assert_eq!(codegen(&below, &["--check"]).status.code(), Some(0));
}

#[test]
fn an_edit_of_the_spec_makes_the_check_name_the_stale_file() {
    let root = workspace();
    let file = root.path().join("spec/interfaces/notice.toml");
    replace(&file, "支付时间", "支付完成时间");
    let output = codegen(root.path(), &["--check"]);
    assert_eq!(output.status.code(), Some(1));
    let text = stderr(&output);
    let named: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("stale: "))
        .collect();
    // `lib.rs` carries the fingerprint of the whole spec.
    assert!(
        matches!(named[..], [lib, name] if lib.ends_with("src/lib.rs") && name.ends_with("src/notice.rs")),
        "{text}"
    );
}

#[test]
fn no_edit_of_the_spec_goes_unnoticed_not_even_of_a_comment() {
    let root = workspace();
    let file = root.path().join("spec/interfaces/notice.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("# A remark.\n{text}")).unwrap();
    let output = codegen(root.path(), &["--check"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
}

#[test]
fn the_check_names_missing_and_stray_files_also_in_folders() {
    let root = workspace();
    let source = root.path().join("generated/src");
    std::fs::remove_file(source.join("pay.rs")).unwrap();
    std::fs::create_dir(source.join("old")).unwrap();
    std::fs::write(source.join("old/left.rs"), "//! left over\n").unwrap();
    let output = codegen(root.path(), &["--check"]);
    assert_eq!(output.status.code(), Some(1));
    let text = stderr(&output);
    for (word, name) in [("missing: ", "src/pay.rs"), ("stray: ", "old/left.rs")] {
        let named = text
            .lines()
            .any(|line| line.starts_with(word) && line.ends_with(name));
        assert!(named, "{word}{name} in {text}");
    }
}

#[test]
fn a_file_whose_bytes_stay_is_not_written_again() {
    let root = workspace();
    let file = root.path().join("generated/src/pay.rs");
    let before = std::fs::metadata(&file).unwrap().modified().unwrap();
    let output = codegen(root.path(), &[]);
    assert_eq!(output.status.code(), Some(0));
    let after = std::fs::metadata(&file).unwrap().modified().unwrap();
    assert_eq!(before, after);
    assert!(output.stderr.is_empty(), "{}", stderr(&output));
}

#[test]
fn a_wrong_spec_exits_with_2_and_writes_nothing() {
    let root = workspace();
    let file = root.path().join("spec/interfaces/pay.toml");
    replace(&file, "enum = \"PayType\"", "enum = \"PayTyp\"");
    std::fs::remove_file(root.path().join("generated/src/pay.rs")).unwrap();
    let output = codegen(root.path(), &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let text = stderr(&output);
    assert!(
        text.contains("error[S202]") && text.contains("did you mean `PayType`?"),
        "{text}"
    );
    assert!(text.contains("spec/interfaces/pay.toml:"), "{text}");
    assert!(!root.path().join("generated/src/pay.rs").exists());
}

#[test]
fn a_folder_without_a_spec_has_another_exit_code_than_a_stale_one() {
    let empty = tempfile::tempdir().unwrap();
    let output = codegen(empty.path(), &["--check"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--spec DIR"));
}

#[test]
fn the_reference_is_written_beside_the_spec_and_an_old_page_is_named() {
    let root = workspace();
    let output = codegen(root.path(), &["docs"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let first = String::from_utf8(output.stdout).unwrap();
    assert!(
        first.trim_end().ends_with("target/reference/index.html"),
        "{first}"
    );
    let folder = root.path().join("target/reference");
    assert!(folder.join("zh/interfaces/pay.html").is_file());
    std::fs::write(folder.join("en/interfaces/gone.html"), "").unwrap();
    let output = codegen(root.path(), &["docs"]);
    assert_eq!(output.status.code(), Some(0));
    let text = stderr(&output);
    assert!(
        text.starts_with("stray: ") && text.contains("en/interfaces/gone.html"),
        "{text}"
    );
    assert_eq!(text.lines().count(), 1, "{text}");
}

#[test]
fn the_model_goes_to_stdout_one_object_per_line() {
    let spec = folder(GOLDEN);
    let spec = spec.to_str().unwrap();
    let output = codegen(Path::new("."), &["model", "--json", "--spec", spec]);
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8(output.stdout).unwrap();
    for line in text.lines() {
        let object: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(object.is_object());
    }
    let keys = "\"interface\",\"message\",\"field\",\"label\",\"type\",\"max\",\"required\",\"condition\",\"supplied_by\",\"aliases\",\"since\",\"errata\",\"section\"";
    let first: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(text.lines().next().unwrap()).unwrap();
    let found: Vec<String> = first.keys().map(|key| format!("\"{key}\"")).collect();
    assert_eq!(found.join(","), keys);
}

#[test]
fn schemas_are_printed_one_per_line_or_written_to_a_folder() {
    let root = workspace();
    let output = codegen(root.path(), &["schema"]);
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8(output.stdout).unwrap();
    for line in text.lines() {
        let schema: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(schema["type"], "object");
    }
    let written = codegen(root.path(), &["schema", "--out", "schemas"]);
    assert_eq!(written.status.code(), Some(0));
    assert!(written.stdout.is_empty());
    let files = std::fs::read_dir(root.path().join("schemas")).unwrap();
    assert_eq!(files.count(), text.lines().count());
    let again = codegen(root.path(), &["schema", "--out", "schemas"]);
    assert!(again.stderr.is_empty(), "{}", stderr(&again));
}
