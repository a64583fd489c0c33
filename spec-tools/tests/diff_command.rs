//! `cargo codegen diff` as a maintainer calls it: what it prints, where it looks, when it fails.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

mod diff_cases;
#[path = "../../codegen/tests/golden/mod.rs"]
mod golden;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use diff_cases::{edited, fixtures, model, owned};
use expect_test::expect_file;
use golden::texts;
use serde_json::{Map, Value};
use signed_xml_spec_tools::diff::{compare, report};

const PAY: &str = "interfaces/pay.toml";

/// Edits of many kinds, some with Chinese text: a field that becomes required, a longer one, a lost value, another meaning, words.
#[rustfmt::skip]
const MANY: &[(&str, &str, &str)] = &[
    (PAY, "label = \"就诊日期\", type = \"string\", max = 8, required = false", "label = \"就诊日期\", type = \"string\", max = 8, required = true"),
    (PAY, "label = \"支付链接\", type = \"string\", max = 256", "label = \"支付链接（小程序）\", type = \"string\", max = 512"),
    (PAY, "check = \"cash_add_fee <= cash_fee\"", "check = \"cash_add_fee < cash_fee\""),
    ("enums.toml", "  { value = \"2\", name = \"Insurance\", label = \"医保\" },\n", "  { value = \"2\", name = \"Insurance\", label = \"医保\" },\n  { value = \"4\", name = \"Aid\", label = \"医疗救助\" },\n"),
    ("errors.toml", "meaning = \"账单不存在\"", "meaning = \"账单未生成\""),
    ("bills.toml", "columns = [\"交易时间\", \"订单号\", \"总金额\"]", "columns = [\"总金额\", \"交易时间\", \"订单号\"]"),
];

fn codegen(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_codegen"));
    command
        .current_dir(folder)
        .args(arguments)
        .output()
        .unwrap()
}

fn write(folder: &Path, files: &[(String, String)]) {
    for (name, text) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

fn many() -> Vec<(String, String)> {
    let edits: Vec<_> = MANY.iter().map(|edit| owned(*edit)).collect();
    edited(&edits)
}

/// A folder with the golden spec as `old`, and what `files` say as `spec`.
fn sides(files: &[(String, String)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    write(&root.path().join("old"), &texts());
    write(&root.path().join("spec"), files);
    root
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn objects(output: &Output) -> Vec<Map<String, Value>> {
    let text = stdout(output);
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The file of an approval per object.
fn approvals(objects: &[Map<String, Value>]) -> String {
    let one = |object: &Map<String, Value>| {
        let fingerprint = object["fingerprint"].as_str().unwrap();
        format!(
            "[[approval]]\nfingerprint = \"{fingerprint}\"\nreason = \"Agreed with the platform.\"\n"
        )
    };
    objects.iter().map(one).collect()
}

fn git(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    let identity = [
        "-c",
        "user.name=Clinic",
        "-c",
        "user.email=clinic@example.com",
        "-c",
        "commit.gpgsign=false",
    ];
    let output = command
        .current_dir(folder)
        .args(identity)
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
}

#[test]
fn the_command_reports_every_fixture_as_the_library_does() {
    for fixture in fixtures() {
        let subject = &fixture.rules[0];
        let root = tempfile::tempdir().unwrap();
        write(&root.path().join("old"), &fixture.old);
        write(&root.path().join("spec"), &fixture.new);
        let output = codegen(root.path(), &["diff", "old", "spec", "--json"]);
        let expected = report::json_lines(&compare(&model(&fixture.old), &model(&fixture.new)));
        // The place of what is gone is in the old folder.
        let found = stdout(&output).replace("\"where\":\"old/", "\"where\":\"spec/");
        assert_eq!(found, expected, "{subject}: {}", stderr(&output));
        let breaks =
            expected.contains("\"wire\":\"breaking\"") || expected.contains("\"api\":\"breaking\"");
        assert_eq!(output.status.code(), Some(i32::from(breaks)), "{subject}");
    }
}

#[test]
fn an_object_has_these_keys_in_this_order() {
    let output = codegen(sides(&many()).path(), &["diff", "old", "--json"]);
    for object in objects(&output) {
        let keys: Vec<&str> = object.keys().map(String::as_str).collect();
        assert_eq!(
            keys,
            [
                "rule",
                "interface",
                "message",
                "field",
                "change",
                "wire",
                "api",
                "bump",
                "old",
                "new",
                "where",
                "fingerprint",
                "approved"
            ]
        );
        assert!(object["approved"].is_null());
    }
}

#[test]
fn people_read_the_worst_first_and_the_counts_last() {
    let output = codegen(sides(&many()).path(), &["diff", "old", "spec"]);
    assert_eq!(output.status.code(), Some(1));
    expect_file!["diff/human.txt"].assert_eq(&stdout(&output));
    let text = stderr(&output);
    assert!(
        text.starts_with("2 changes of level breaking or worse without approval\n"),
        "{text}"
    );
}

#[test]
fn the_changelog_is_for_users() {
    let output = codegen(
        sides(&many()).path(),
        &["diff", "old", "spec", "--changelog"],
    );
    expect_file!["diff/changelog.txt"].assert_eq(&stdout(&output));
}

#[test]
fn two_specs_that_say_the_same_are_fine() {
    let output = codegen(sides(&texts()).path(), &["diff", "old", "spec"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(stdout(&output), "no change\nadvised version step: none\n");
}

#[test]
fn what_is_approved_lets_the_command_pass_and_an_idle_approval_is_named() {
    let root = sides(&many());
    let found = objects(&codegen(root.path(), &["diff", "old", "--json"]));
    let file = root.path().join("approvals.toml");
    let idle = "[[approval]]\nfingerprint = \"000000000000\"\nreason = \"Long ago.\"\n";
    std::fs::write(&file, approvals(&found) + idle).unwrap();
    let output = codegen(
        root.path(),
        &["diff", "old", "--json", "--approvals", "approvals.toml"],
    );
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = stderr(&output);
    assert!(
        text.contains(
            "`000000000000` approves no change of these two specs (Long ago.); remove it"
        ),
        "{text}"
    );
    for object in objects(&output) {
        assert_eq!(object["approved"], "Agreed with the platform.");
    }
    let shown = codegen(
        root.path(),
        &["diff", "old", "--approvals", "approvals.toml"],
    );
    assert!(stdout(&shown).contains("approved: Agreed with the platform."));
}

#[test]
fn an_approval_without_a_reason_is_an_error() {
    let root = sides(&many());
    std::fs::write(
        root.path().join("a.toml"),
        "[[approval]]\nfingerprint = \"0123\"\n",
    )
    .unwrap();
    let output = codegen(root.path(), &["diff", "old", "--approvals", "a.toml"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        stderr(&output),
        "error: a.toml:1: the approval of `0123` has no reason; say why in `reason`\n"
    );
    let output = codegen(root.path(), &["diff", "old", "--approvals", "nowhere.toml"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn levels_can_be_set_and_an_unknown_rule_is_an_error() {
    let root = sides(&edited(&[owned((
        PAY,
        "https://clinic.example/pay\"",
        "https://clinic.example/v2/pay\"",
    ))]));
    assert_eq!(
        codegen(root.path(), &["diff", "old"]).status.code(),
        Some(1)
    );
    let levels = root.path().join("levels.toml");
    std::fs::write(
        &levels,
        "interface-url-changed = { wire = \"warning\", bump = \"patch\" }\n",
    )
    .unwrap();
    let output = codegen(
        root.path(),
        &["diff", "old", "--json", "--levels", "levels.toml"],
    );
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let [object] = &objects(&output)[..] else {
        panic!("{}", stdout(&output));
    };
    assert_eq!(
        (&object["wire"], &object["bump"]),
        (&Value::from("warning"), &Value::from("patch"))
    );
    let strict = codegen(
        root.path(),
        &[
            "diff",
            "old",
            "--levels",
            "levels.toml",
            "--fail-on",
            "warning",
        ],
    );
    assert_eq!(strict.status.code(), Some(1));
    std::fs::write(&levels, "interface-ulr-changed = { wire = \"warning\" }\n").unwrap();
    let output = codegen(root.path(), &["diff", "old", "--levels", "levels.toml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains(
        "levels.toml:1: unknown rule `interface-ulr-changed`; did you mean `interface-url-changed`?"
    ));
}

#[test]
fn a_level_none_never_fails() {
    let output = codegen(sides(&many()).path(), &["diff", "old", "--fail-on", "none"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty(), "{}", stderr(&output));
}

/// A repository whose spec was released as these tags, each with its files, and stands there now as `now`.
fn repository(releases: &[(&str, Files)], now: &Files) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    git(root.path(), &["init", "--quiet"]);
    for (tag, files) in releases {
        write(&root.path().join("spec"), files);
        std::fs::write(root.path().join("tag"), tag).unwrap();
        git(root.path(), &["add", "."]);
        git(root.path(), &["commit", "--quiet", "--message", tag]);
        git(root.path(), &["tag", tag]);
    }
    write(&root.path().join("spec"), now);
    root
}

type Files = Vec<(String, String)>;

#[test]
fn the_newest_tag_counts_and_the_crate_must_have_the_advised_version() {
    let releases = [("v0.1.0", many()), ("v0.9.0", many()), ("v0.10.0", texts())];
    let root = repository(&releases, &many());
    git(root.path(), &["tag", "version-of-another-form"]);
    git(root.path(), &["tag", "vienna"]);
    let check = |version: &str| {
        let manifest = format!("[package]\nname = \"clinic\"\nversion = \"{version}\"\n");
        std::fs::write(root.path().join("Cargo.toml"), manifest).unwrap();
        let against = ["--fail-on", "none", "--against-crate", "Cargo.toml"];
        codegen(root.path(), &[&["diff"], &against[..]].concat())
    };
    let behind = check("0.10.1");
    assert_eq!(behind.status.code(), Some(1), "{}", stderr(&behind));
    let text = stderr(&behind);
    assert!(
        text.contains("advised version: major: 0.11.0 after 0.10.0; the crate is at 0.10.1"),
        "{text}"
    );
    assert!(
        text.contains("help: the crate's version must be at least 0.11.0"),
        "{text}"
    );
    assert_eq!(check("0.11.0").status.code(), Some(0));
    assert_eq!(check("1.0.0").status.code(), Some(0));
}

#[test]
fn approvals_stand_in_the_folder_of_the_spec_and_are_not_part_of_it() {
    let root = repository(&[("v0.1.0", texts())], &many());
    assert_eq!(codegen(root.path(), &["diff"]).status.code(), Some(1));
    let changes = objects(&codegen(root.path(), &["diff", "--json"]));
    let file = root.path().join("spec/approvals.toml");
    std::fs::write(&file, approvals(&changes)).unwrap();
    let output = codegen(root.path(), &["diff"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    // Named sides have no approvals but those that are named.
    let named = codegen(root.path(), &["diff", "v0.1.0"]);
    assert_eq!(named.status.code(), Some(1));
    let spec = root.path().join("spec");
    let with = signed_xml_codegen::Sources::read(&spec).unwrap();
    std::fs::remove_file(file).unwrap();
    let without = signed_xml_codegen::Sources::read(&spec).unwrap();
    assert_eq!(with.fingerprint(), without.fingerprint());
}

#[test]
fn without_a_release_there_is_nothing_to_compare_and_the_command_says_why() {
    let bare = sides(&texts());
    let manifest = "[package]\nversion = \"0.1.0\"\n";
    std::fs::write(bare.path().join("Cargo.toml"), manifest).unwrap();
    let arguments = ["diff", "--json", "--against-crate", "Cargo.toml"];
    let output = codegen(bare.path(), &arguments);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(output.stdout.is_empty());
    assert!(stderr(&output).contains("is not in a git repository"));
    let fresh = repository(&[], &texts());
    let output = codegen(fresh.path(), &["diff"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stderr(&output).starts_with("note: nothing to compare: no git tag `v*`"));
}

#[test]
fn a_crate_is_not_held_against_a_folder() {
    let root = sides(&many());
    let manifest = "[package]\nversion = \"0.1.0\"\n";
    std::fs::write(root.path().join("Cargo.toml"), manifest).unwrap();
    let output = codegen(
        root.path(),
        &["diff", "old", "--against-crate", "Cargo.toml"],
    );
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("name a tag like `v0.1.0`"));
}

#[test]
fn a_git_revision_is_a_side_also_when_the_spec_stands_deeper_and_from_a_folder_below() {
    let root = tempfile::tempdir().unwrap();
    let product = root.path().join("product");
    write(&product.join("spec"), &texts());
    git(root.path(), &["init", "--quiet"]);
    git(root.path(), &["add", "."]);
    git(
        root.path(),
        &["commit", "--quiet", "--message", "The first version."],
    );
    git(root.path(), &["tag", "v0.1.0"]);
    write(&product.join("spec"), &many());
    let of_folders = codegen(sides(&many()).path(), &["diff", "old", "--json"]);
    let strip = |output: &Output| -> Vec<String> {
        let fingerprints = objects(output).into_iter();
        fingerprints
            .map(|object| object["fingerprint"].to_string())
            .collect()
    };
    for (folder, old) in [
        (product.clone(), "v0.1.0"),
        (product.join("spec/interfaces"), "HEAD"),
        (product.clone(), "HEAD:product/spec"),
    ] {
        let output = codegen(&folder, &["diff", old, "--json"]);
        assert_eq!(
            strip(&output),
            strip(&of_folders),
            "{old}: {}",
            stderr(&output)
        );
    }
    git(root.path(), &["add", "."]);
    git(
        root.path(),
        &["commit", "--quiet", "--message", "The second version."],
    );
    let output = codegen(&product, &["diff", "v0.1.0", "HEAD", "--json"]);
    assert_eq!(strip(&output), strip(&of_folders), "{}", stderr(&output));
    let place = objects(&output)
        .into_iter()
        .find(|object| object["rule"] == "request-rule-tightened");
    let place = place.unwrap()["where"].as_str().unwrap().to_owned();
    assert!(place.starts_with("HEAD/interfaces/pay.toml:"), "{place}");
    std::fs::write(
        product.join("Cargo.toml"),
        "[package]\nversion = \"0.1.0\"\n",
    )
    .unwrap();
    let output = codegen(
        &product,
        &[
            "diff",
            "v0.1.0",
            "--against-crate",
            "Cargo.toml",
            "--fail-on",
            "none",
        ],
    );
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("at least 0.2.0"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn what_is_neither_folder_nor_document_nor_revision_is_an_error_that_says_so() {
    let root = sides(&texts());
    let refused = |arguments: &[&str]| {
        let output = codegen(root.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        stderr(&output)
    };
    let text = refused(&["diff", "nowhere"]);
    assert!(
        text.contains("`nowhere` is not a folder, a document or a git revision with a spec"),
        "{text}"
    );
    git(root.path(), &["init", "--quiet"]);
    git(root.path(), &["add", "old/errors.toml"]);
    git(root.path(), &["commit", "--quiet", "--message", "A part."]);
    let text = refused(&["diff", "v9"]);
    assert!(
        text.contains("git does not know the revision `v9`"),
        "{text}"
    );
    let text = refused(&["diff", "HEAD"]);
    assert!(
        text.contains("`HEAD` has no `spec/spec.toml`; name the folder with `HEAD:path/of/spec`"),
        "{text}"
    );
    std::fs::write(root.path().join("scan.txt"), [0xFF, 0xFE, 0x00]).unwrap();
    let text = refused(&["diff", "spec", "scan.txt"]);
    assert!(text.starts_with("error: scan.txt: "), "{text}");
    std::fs::create_dir(root.path().join("empty")).unwrap();
    let text = refused(&["diff", "empty"]);
    assert!(text.contains("`empty` has no `spec.toml`"), "{text}");
    let wrong = root.path().join("spec/interfaces/pay.toml");
    let text = std::fs::read_to_string(&wrong).unwrap();
    std::fs::write(
        &wrong,
        text.replace("enum = \"PayType\"", "enum = \"PayTyp\""),
    )
    .unwrap();
    let text = refused(&["diff", "old"]);
    assert!(text.contains("error[S202]"), "{text}");
}

#[test]
fn the_documents_own_history_is_read_from_its_marks() {
    let root = sides(&texts());
    let output = codegen(root.path(), &["diff", "--document", "1.0", "1.1", "--json"]);
    let rules: Vec<String> = objects(&output)
        .iter()
        .map(|object| format!("{} {}", object["rule"], object["field"]))
        .collect();
    assert_eq!(
        rules,
        [
            "\"document-version-changed\" null",
            "\"request-field-added-optional\" \"refund_part\"",
            "\"response-enum-value-added\" \"3\"",
        ]
    );
    let back = ["diff", "--document", "1.1", "1.0"];
    assert_eq!(codegen(root.path(), &back).status.code(), Some(0));
    let strict = [&back[..], &["--fail-on", "breaking"]].concat();
    assert_eq!(codegen(root.path(), &strict).status.code(), Some(1));
    let output = codegen(root.path(), &["diff", "--document", "1.0", "2.0"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("the document has no version `2.0`; it has 1.0, 1.1"));
}

#[test]
fn the_rules_are_listed_for_people_and_for_programs() {
    let here = PathBuf::from(".");
    let output = codegen(&here, &["diff", "--rules", "--json"]);
    let found = objects(&output);
    assert!(found.len() > 150, "{}", found.len());
    for object in &found {
        let keys: Vec<&str> = object.keys().map(String::as_str).collect();
        assert_eq!(
            keys,
            [
                "rule",
                "direction",
                "kind",
                "wire",
                "api",
                "bump",
                "explanation"
            ]
        );
    }
    let table = stdout(&codegen(&here, &["diff", "--rules"]));
    assert_eq!(table.lines().count(), found.len() + 1);
}
