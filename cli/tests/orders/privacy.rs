//! Nothing personal and nothing secret in any output.

use crate::command::{Output, orders, run};
use crate::hospital::Hospitals;

const COMMANDS: [&str; 8] = [
    "list",
    "show T1 --merchant first",
    "show T2",
    "events",
    "received",
    "received --quarantined",
    "replay --dead --dry-run",
    "replay --dead",
];

/// What the orders, the calls and the notifications of the world hold.
const PERSONAL: [&str; 9] = [
    "张三",
    "oSandboxPatient",
    "oSomebody",
    "2f20f7ae-7bd0-4ea1-9722-89182b1817f8",
    "系统管理员",
    "广州市天河区",
    "10.193.0.1",
    "https://pay.example",
    "user_card_no",
];

fn assert_shows_no_secret(output: &Output, secrets: &[&str], arguments: &str) {
    assert_eq!(output.code, 0, "{}", output.err);
    for secret in PERSONAL.iter().chain(secrets) {
        for text in [&output.out, &output.err] {
            assert!(!text.contains(secret), "{arguments} tells {secret}: {text}");
        }
    }
}

#[tokio::test]
async fn no_command_tells_who_the_patient_is_or_what_is_signed_with() {
    let folder = tempfile::tempdir().unwrap();
    let (hospitals, store) = Hospitals::in_file(&folder).await;
    let digest = signed_xml::IdDigest::of("44030019000101123x").unwrap();
    let digest = digest.as_str();
    let secrets = hospitals.secrets();
    let secrets = [&*secrets.key, &*secrets.app_secret, digest];
    // What is looked for is what the file holds.
    let mut stored = std::fs::read(&store).unwrap();
    stored.extend(std::fs::read(format!("{store}-wal")).unwrap());
    let stored = String::from_utf8_lossy(&stored);
    for personal in ["张三", "oSandboxPatient", "https://pay.example", digest] {
        assert!(stored.contains(personal), "{personal}");
    }
    for command in COMMANDS {
        for json in ["", " --json"] {
            let arguments = format!("{command}{json}");
            let mut output = orders(&store, &arguments);
            if command == "replay --dead" && output.code == 1 {
                // The first of the two brought all of them back.
                output.code = 0;
            }
            assert_shows_no_secret(&output, &secrets, &arguments);
        }
    }
}

#[tokio::test]
async fn the_help_tells_the_commands_and_no_store() {
    let output = crate::command::with_environment("postgres://desk:hunter2@db/desk", "--help");
    let text = output.done();
    assert!(text.contains("PAYINSURANCE_STORE"), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
    for command in ["list", "show", "events", "replay", "received", "backup"] {
        assert!(text.contains(&format!("\n  {command} ")), "{text}");
        let help = run(&[], &format!("{command} --help")).done();
        assert!(help.contains("--json"), "{help}");
    }
}
