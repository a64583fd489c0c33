//! Every command that the documents show is run here, or the table says where it is run.

use std::collections::BTreeSet;
use std::process::Command;

use crate::guide;
use crate::guide_commands::runs_it;
use crate::markdown::{Block, DOCUMENTS, blocks, blocks_of, read, root};

/// Cheap enough to be run here, once each; it must succeed.
const RUN_HERE: [&str; 13] = [
    "cargo run -- demo",
    "cargo run -- demo --json --mode independent",
    "cargo codegen --check",
    "cargo codegen model",
    "cargo codegen model --json",
    "cargo codegen lint",
    "cargo codegen lint --format json",
    "cargo codegen explain S202",
    "cargo codegen diff",
    "cargo codegen diff --document 2.0 2.4",
    "cargo codegen diff --rules",
    "cargo codegen docs",
    "cargo codegen schema",
];

/// Does not end by itself: only its options are checked, against `--help`.
const OPTIONS_CHECKED: [&str; 1] = ["cargo run -- sandbox --port 8080"];

/// Command, file that runs it, what stands there.
const RUN_ELSEWHERE: &[(&str, &str, &str)] = &[
    (
        "cargo test --workspace",
        ".ci/run",
        "cargo test --workspace --locked",
    ),
    (
        "INTERFACE_DOC=path/to/the-document.txt cargo test --workspace",
        ".ci/run",
        "export INTERFACE_DOC=",
    ),
    (
        "bash .ci/run",
        ".ci/run",
        "Everything that must hold before a change lands.",
    ),
    ("cargo fmt --all", ".ci/run", "cargo fmt --all --check"),
    (
        "cargo clippy --workspace --all-targets -- -D warnings",
        ".ci/run",
        "cargo clippy --workspace --all-targets --locked -- -D warnings",
    ),
    // Writes into the repository, so it is run on a copy.
    (
        "cargo codegen",
        "spec-tools/tests/command.rs",
        "let output = codegen(root.path(), &[]);",
    ),
    // On a project that is made up, whose document changes.
    (
        "cargo codegen coverage new-document.txt",
        "spec-tools/tests/new_version.rs",
        "cargo codegen coverage new-document.txt",
    ),
    (
        "cargo codegen coverage excerpt.txt --partial 2,errors",
        "spec-tools/tests/new_version.rs",
        "cargo codegen coverage excerpt.txt --partial 2,errors",
    ),
    (
        "git tag v0.2.0",
        "spec-tools/tests/new_version.rs",
        "git tag v0.2.0",
    ),
    (
        "cargo codegen import new-document.txt",
        "spec-tools/tests/new_version.rs",
        "cargo codegen import new-document.txt",
    ),
    (
        "cargo codegen import new-document.txt --apply",
        "spec-tools/tests/new_version.rs",
        "cargo codegen import new-document.txt --apply",
    ),
    (
        "cargo codegen diff --changelog --against-crate generated/Cargo.toml",
        "spec-tools/tests/new_version.rs",
        "cargo codegen diff --changelog --against-crate generated/Cargo.toml",
    ),
    (
        "cargo test -p signed-xml-codegen -p signed-xml-spec-tools",
        ".ci/run",
        "cargo test --workspace --locked",
    ),
    // What refreshes the texts would hide a difference if a test ran it.
    (
        "UPDATE_EXPECT=1 cargo test --workspace",
        "codegen/tests/goldens.rs",
        "expect_file![",
    ),
    (
        "scripts/with-postgres cargo test -p payinsurance-orders",
        ".ci/run",
        "with_postgres=(scripts/with-postgres)",
    ),
    (
        "TRYBUILD=overwrite cargo test -p compile-fail",
        "tests/compile_fail/tests/cases.rs",
        "TRYBUILD=overwrite",
    ),
    (
        "cargo test -p conformance --test docs",
        ".ci/run",
        "cargo test --workspace --locked",
    ),
    // Needs the nightly compiler, which the checks do without.
    (
        "cargo +nightly fuzz run -s none xml -- -max_total_time=60",
        "fuzz/README.md",
        "cargo +nightly fuzz run -s none xml -- -max_total_time=60",
    ),
    // On stores that a desk has filled.
    (
        "payinsurance orders --store orders.db list --state paid",
        "cli/tests/orders/looking.rs",
        "list --state",
    ),
    (
        "payinsurance orders --store orders.db show YD20181204075841",
        "cli/tests/orders/looking.rs",
        "show T2",
    ),
    (
        "payinsurance orders --store orders.db events --standing dead",
        "cli/tests/orders/replaying.rs",
        "events --standing dead",
    ),
    (
        "payinsurance orders --store orders.db replay --dead --dry-run",
        "cli/tests/orders/replaying.rs",
        "replay --dead --dry-run",
    ),
    (
        "payinsurance orders --store orders.db received --quarantined",
        "cli/tests/orders/looking.rs",
        "received --quarantined",
    ),
    (
        "payinsurance orders --store orders.db backup copy.db",
        "cli/tests/orders/backing_up.rs",
        "backup",
    ),
    (
        "payinsurance bill fetch --profile clinic --since 2018-12-01 --until 2018-12-04",
        "cli/tests/bill/fetching.rs",
        "bill fetch --profile clinic --since",
    ),
    (
        "payinsurance bill show clinic-2018-12-04.txt --order YD20181204075841",
        "cli/tests/bill/showing.rs",
        "--order A",
    ),
    (
        "payinsurance bill check clinic-2018-12-04.txt",
        "cli/tests/bill/checking.rs",
        "bill check bill.txt",
    ),
    (
        "payinsurance reconcile --store orders.db --merchant clinic --since 2018-12-04 --bill 2018-12-04=clinic-2018-12-04.txt",
        "cli/tests/reconcile.rs",
        "--store orders.db --merchant clinic --since 2018-12-04 --bill 2018-12-04=bill.txt",
    ),
    // On messages that are signed in ways of all kinds.
    (
        "payinsurance sign explain message.xml",
        "cli/tests/sign.rs",
        "[\"sign\", \"explain\"]",
    ),
    (
        "payinsurance sign explain --json --lang zh message.xml",
        "cli/tests/sign.rs",
        "message.xml",
    ),
    (
        "payinsurance sign verify message.xml",
        "cli/tests/sign.rs",
        "[\"sign\", \"verify\"]",
    ),
    (
        "payinsurance sign make message.xml",
        "cli/tests/sign.rs",
        "[\"sign\", \"make\"]",
    ),
    // Against a sandbox, in a folder with a configuration.
    (
        "payinsurance init",
        "cli/tests/verbs/configuration.rs",
        "run(\"init\")",
    ),
    (
        "payinsurance config show --origin",
        "cli/tests/verbs/configuration.rs",
        "run(\"config show --origin\")",
    ),
    (
        "payinsurance order place --from order.toml hosp_out_trade_no=YD20181204075841 total_fee=250 cash_fee=150 insurance_fee=100",
        "cli/tests/verbs/hospital.rs",
        "order place --from order.toml",
    ),
    (
        "payinsurance order query YD20181204075841",
        "cli/tests/verbs/orders.rs",
        "order query T1",
    ),
    (
        "payinsurance order show YD20181204075841",
        "cli/tests/verbs/orders.rs",
        "order show T1",
    ),
    (
        "payinsurance order list --state paid",
        "cli/tests/verbs/orders.rs",
        "order list --json --state paid",
    ),
    (
        "payinsurance order close YD20181204075841",
        "cli/tests/verbs/orders.rs",
        "order close T1",
    ),
    (
        "payinsurance refund place YD20181204075841 --from refund.json",
        "cli/tests/verbs/refunds.rs",
        "refund place T1 --from refund.json",
    ),
    (
        "payinsurance refund query YD20181204075841",
        "cli/tests/verbs/refunds.rs",
        "refund query T1",
    ),
    (
        "payinsurance refund show YD20181204075841",
        "cli/tests/verbs/refunds.rs",
        "refund show T1",
    ),
    (
        "payinsurance verify-name --from person.toml",
        "cli/tests/verbs/names_and_tokens.rs",
        "verify-name --from right.toml",
    ),
    (
        "payinsurance token show",
        "cli/tests/verbs/names_and_tokens.rs",
        "token show",
    ),
    (
        "payinsurance token renew",
        "cli/tests/verbs/names_and_tokens.rs",
        "token renew",
    ),
    (
        "payinsurance notify verify notification.xml",
        "cli/tests/verbs/notifications.rs",
        "notify verify genuine.xml",
    ),
    (
        "payinsurance notify explain notification.xml",
        "cli/tests/verbs/notifications.rs",
        "notify explain genuine.xml",
    ),
    (
        "payinsurance spec show unifiedorder",
        "cli/tests/verbs/documents.rs",
        "spec show unifiedorder",
    ),
    (
        "payinsurance spec show total_fee --lang zh",
        "cli/tests/verbs/documents.rs",
        "spec show total_fee --lang zh",
    ),
    (
        "payinsurance spec show 541",
        "cli/tests/verbs/documents.rs",
        "spec show 541",
    ),
    (
        "payinsurance doctor",
        "cli/tests/verbs/doctor.rs",
        "doctor --json",
    ),
    (
        "payinsurance completions bash",
        "cli/tests/verbs/documents.rs",
        "completions {shell}",
    ),
    (
        "payinsurance man --dir man",
        "cli/tests/verbs/documents.rs",
        "man --dir pages",
    ),
    // In a folder of the test, where mdBook is installed.
    (
        "mdbook build guide/en",
        "tests/tests/docs/guide.rs",
        "fn mdbook_makes_a_book_of_each_language()",
    ),
    (
        "mdbook build guide/zh",
        "tests/tests/docs/guide.rs",
        "fn mdbook_makes_a_book_of_each_language()",
    ),
    // Puts a program into the user's own folder, so that what it names is what can be checked.
    (
        "cargo install --path cli",
        "cli/Cargo.toml",
        "name = \"payinsurance\"",
    ),
    // A measurement, which no test makes: that it exists is what can be checked.
    (
        "cargo bench -p conformance --bench signing",
        "tests/Cargo.toml",
        "name = \"signing\"",
    ),
    (
        "cargo bench -p conformance --bench notify",
        "tests/Cargo.toml",
        "name = \"notify\"",
    ),
    (
        "scripts/with-postgres cargo test -p conformance --test processes",
        ".ci/run",
        "with_postgres=(scripts/with-postgres)",
    ),
];

#[test]
fn every_command_is_run_here_or_says_where_it_is_run() {
    let mut shown = BTreeSet::new();
    for block in DOCUMENTS.into_iter().flat_map(blocks) {
        for command in block.commands() {
            // Calls of the sandbox are made by `sandbox.rs` beside this file.
            if !command.starts_with("curl ") {
                shown.insert((command, block.place()));
            }
        }
    }
    for block in guide::all_chapters()
        .iter()
        .flat_map(|chapter| blocks(chapter))
    {
        let others = block
            .commands()
            .into_iter()
            .filter(|command| !runs_it(command));
        shown.extend(others.map(|command| (command, block.place())));
    }
    let known = |command: &str| {
        RUN_HERE.contains(&command)
            || OPTIONS_CHECKED.contains(&command)
            || RUN_ELSEWHERE.iter().any(|row| row.0 == command)
    };
    for (command, place) in &shown {
        assert!(
            known(command),
            "{place} shows `{command}`, which nothing runs: add it to RUN_HERE if it is cheap, else to RUN_ELSEWHERE with the file that runs it"
        );
    }
    let rows = RUN_HERE
        .iter()
        .chain(&OPTIONS_CHECKED)
        .chain(RUN_ELSEWHERE.iter().map(|row| &row.0));
    for row in rows {
        assert!(
            shown.iter().any(|(command, _)| command == row),
            "no document shows `{row}`: remove its row"
        );
    }
    for (command, file, text) in RUN_ELSEWHERE {
        assert!(
            read(file).contains(text),
            "`{command}` is said to be run by {file}, which no longer holds `{text}`"
        );
    }
}

#[test]
fn the_cheap_commands_succeed_and_print_what_the_documents_show() {
    let shown: Vec<Block> = DOCUMENTS
        .into_iter()
        .flat_map(|document| blocks_of(document, "console"))
        .collect();
    for block in &shown {
        assert_eq!(
            block.commands().len(),
            1,
            "{}: one command, then its output",
            block.place()
        );
    }
    for command in RUN_HERE {
        let printed = run(command);
        for block in shown.iter().filter(|block| block.commands() == [command]) {
            let mut lines = printed.lines().map(without_days);
            for line in block.output() {
                assert!(
                    lines.any(|printed| printed == without_days(line)),
                    "{}: `{command}` does not print, at that place: {line}\nIt prints:\n{printed}",
                    block.place()
                );
            }
        }
    }
    for command in OPTIONS_CHECKED {
        let words: Vec<&str> = command.split(' ').collect();
        let options = words.iter().skip(3).filter(|word| word.starts_with("--"));
        let help = run(&format!("{} --help", words[..4].join(" ")));
        for option in options {
            assert!(
                help.contains(option),
                "`{command}`: unknown option {option}\n{help}"
            );
        }
    }
}

/// Runs a command of cargo in the root; what it printed to stdout.
fn run(command: &str) -> String {
    let words = command.strip_prefix("cargo ").unwrap().split(' ');
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(words)
        .current_dir(root())
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "`{command}` ended with {}:\n{stderr}",
        output.status
    );
    String::from_utf8(output.stdout).unwrap()
}

/// The demo plays on the day after today: every `2026-11-24` reads as `[day]`.
fn without_days(line: &str) -> String {
    let words = line.split(' ').map(|word| {
        let shape: String = word
            .chars()
            .map(|c| if c.is_ascii_digit() { '0' } else { c })
            .collect();
        if shape.trim_end_matches(',') == "0000-00-00" {
            "[day]"
        } else {
            word
        }
    });
    words.collect::<Vec<_>>().join(" ")
}
