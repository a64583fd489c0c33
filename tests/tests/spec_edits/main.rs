//! What an edit of the spec sets off: the check names what is stale, and programs that miss a new required field stop compiling.
//!
//! Every test edits a copy of `spec/` and `generated/`. Most of them ask the compiler as a library; one runs `cargo codegen --check` itself, and one
//! lets cargo compile a program against the regenerated crate (`program`).

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

mod copy;
mod every_key;
mod packages;
mod program;

use std::path::Path;
use std::process::{Command, Output};

use copy::{Copy, workspace};

/// Runs `cargo codegen` in the workspace.
fn cargo_codegen(arguments: &[&str]) -> (Option<i32>, String) {
    let Output { status, stderr, .. } = Command::new(env!("CARGO"))
        .arg("codegen")
        .args(arguments)
        .current_dir(workspace())
        .env("CARGO_NET_OFFLINE", "true")
        .output()
        .unwrap();
    (status.code(), String::from_utf8_lossy(&stderr).into_owned())
}

#[test]
fn cargo_codegen_check_passes_here_and_names_the_stale_file_of_an_edited_copy() {
    assert_eq!(cargo_codegen(&["--check"]), (Some(0), String::new()));
    let copy = Copy::new();
    copy.edit(
        "spec/interfaces/verifyname.toml",
        "label = \"用户实名\"",
        "label = \"用户姓名\"",
    );
    let (code, output) = cargo_codegen(&["--check", "--spec", copy.path("spec").to_str().unwrap()]);
    assert_eq!(code, Some(1), "{output}");
    let named: Vec<&Path> = output
        .lines()
        .filter_map(|line| line.strip_prefix("stale: "))
        .map(Path::new)
        .collect();
    assert!(
        matches!(
            named[..],
            [fingerprint, edited]
                if fingerprint.ends_with("generated/src/lib.rs") && edited.ends_with("generated/src/verifyname.rs")
        ),
        "{output}"
    );
}

#[test]
fn a_copy_of_the_spec_and_of_what_is_generated_agree() {
    assert_eq!(Copy::new().differences(), Vec::<String>::new());
}

/// An edit, and the files of `generated/src` that are stale after it, besides `lib.rs`, which holds the fingerprint of the spec.
struct Edit {
    what: &'static str,
    file: &'static str,
    find: &'static str,
    replace: &'static str,
    stale: &'static [&'static str],
}

const EDITS: &[Edit] = &[
    Edit {
        what: "a label",
        file: "interfaces/refund.toml",
        find: "label = \"撤销流水号\"",
        replace: "label = \"撤销编号\"",
        stale: &["refund.rs"],
    },
    Edit {
        what: "a length",
        file: "interfaces/unifiedorder.toml",
        find: "name = \"serial_no\", label = \"医院HIS系统订单号\", type = \"string\", max = 20",
        replace: "name = \"serial_no\", label = \"医院HIS系统订单号\", type = \"string\", max = 24",
        stale: &["unifiedorder.rs"],
    },
    Edit {
        what: "a new field that may be left out",
        file: "interfaces/closeorder.toml",
        find: "  { name = \"hosp_out_trade_no\"",
        replace: "  { name = \"reason\", label = \"原因\", type = \"string\", required = false },\n  { name = \"hosp_out_trade_no\"",
        stale: &["closeorder.rs"],
    },
    Edit {
        what: "a remark for maintainers",
        file: "interfaces/closeorder.toml",
        find: "[request]\n",
        replace: "# A remark.\n[request]\n",
        stale: &[],
    },
    Edit {
        what: "a required mark",
        file: "interfaces/getbalancebill.toml",
        find: "name = \"bill_type\", label = \"帐单类型\", type = \"string\", max = 8, required = false",
        replace: "name = \"bill_type\", label = \"帐单类型\", type = \"string\", max = 8, required = true",
        stale: &["getbalancebill.rs"],
    },
    Edit {
        what: "a value that an enum no longer has",
        file: "enums.toml",
        find: "  { value = \"7\"",
        replace: "  # { value = \"7\"",
        stale: &["enums.rs"],
    },
    Edit {
        what: "a rule",
        file: "interfaces/unifiedorder.toml",
        find: "check = \"cash_add_fee <= cash_fee\"",
        replace: "check = \"cash_add_fee < cash_fee\"",
        stale: &["unifiedorder.rs"],
    },
    Edit {
        what: "the words of an erratum",
        file: "errata.toml",
        find: "ruling = \"always sent; 0 is allowed\"",
        replace: "ruling = \"always sent, 0 too\"",
        stale: &["unifiedorder.rs"],
    },
    Edit {
        what: "the meaning of an error code",
        file: "errors.toml",
        find: "meaning = \"订单信息不存在\"",
        replace: "meaning = \"没有这个订单\"",
        stale: &["error_code.rs"],
    },
    Edit {
        what: "the type of a bill column",
        file: "bills.toml",
        find: "name = \"设备号\", field = \"wxpay_device_info\", type = \"text\"",
        replace: "name = \"设备号\", field = \"wxpay_device_info\", type = \"decimal\"",
        stale: &["bill.rs"],
    },
    Edit {
        what: "the address of an interface",
        file: "interfaces/queryorder.toml",
        find: "payinsurance/queryorder\"",
        replace: "payinsurance/orderquery\"",
        stale: &["queryorder.rs"],
    },
];

#[test]
fn after_an_edit_the_check_names_the_stale_file_and_no_other() {
    for Edit {
        what,
        file,
        find,
        replace,
        stale,
    } in EDITS
    {
        let copy = Copy::new();
        copy.edit(&format!("spec/{file}"), find, replace);
        let mut expected: Vec<String> = stale
            .iter()
            .chain(&["lib.rs"])
            .map(|name| format!("stale: generated/src/{name}"))
            .collect();
        expected.sort();
        assert_eq!(copy.differences(), expected, "{what}");
    }
}

#[test]
fn a_deleted_file_is_missing_and_an_extra_one_is_stray() {
    let copy = Copy::new();
    std::fs::remove_file(copy.path("generated/src/refund.rs")).unwrap();
    std::fs::write(copy.path("generated/src/left_over.rs"), "//! left over\n").unwrap();
    assert_eq!(
        copy.differences(),
        [
            "stray: generated/src/left_over.rs",
            "missing: generated/src/refund.rs"
        ]
    );
}
