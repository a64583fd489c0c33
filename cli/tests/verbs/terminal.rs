//! What only a person at a terminal is asked: `script` of util-linux gives the command one.

#![cfg(target_os = "linux")]

use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::command::Folder;
use crate::hospital::Hospital;

/// Runs a command at a terminal and answers its questions one after the other; what the terminal
/// shows. `None` where there is no `script`.
fn typed(folder: &Folder, arguments: &str, answers: &[&str]) -> Option<String> {
    let line = format!("{} {arguments}", env!("CARGO_BIN_EXE_payinsurance"));
    let mut child = Command::new("script")
        .args(["--quiet", "--command", &line, "/dev/null"])
        .current_dir(folder.path("."))
        .env("XDG_CONFIG_HOME", folder.path("home"))
        .env("LC_ALL", "C.UTF-8")
        .env("NO_COLOR", "1")
        .env("TERM", "xterm")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    let shown = Arc::new(Mutex::new(Vec::new()));
    let (mut stdout, writer) = (child.stdout.take().unwrap(), Arc::clone(&shown));
    let reader = std::thread::spawn(move || {
        let mut part = [0; 1_024];
        while let Ok(count @ 1..) = stdout.read(&mut part) {
            writer.lock().unwrap().extend(&part[..count]);
        }
    });
    let mut stdin = child.stdin.take().unwrap();
    let mut seen = 0;
    for answer in answers {
        // A question is there when something new is shown and nothing follows for a while.
        let begun = Instant::now();
        let mut quiet_since = Instant::now();
        let mut last = seen;
        while begun.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(50));
            let now = shown.lock().unwrap().len();
            if now != last {
                (last, quiet_since) = (now, Instant::now());
            }
            if now > seen && quiet_since.elapsed() > Duration::from_millis(400) {
                break;
            }
        }
        seen = last;
        stdin.write_all(answer.as_bytes()).unwrap();
        stdin.flush().unwrap();
    }
    child.wait().unwrap();
    reader.join().unwrap();
    let text = String::from_utf8_lossy(&shown.lock().unwrap()).into_owned();
    Some(text)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_is_done_only_if_the_person_says_yes() {
    let hospital = Hospital::start().await;
    hospital.paid("T1");
    let refunds = || {
        let calls = hospital.sandbox.traffic();
        calls
            .iter()
            .filter(|call| call.interface == "refund")
            .count()
    };
    let place = "refund place T1 --from refund.json";
    let Some(shown) = typed(&hospital.folder, place, &["n"]) else {
        return;
    };
    assert!(
        shown.contains("2.50 yuan go back, 1.50 in cash and 1.00"),
        "{shown}"
    );
    assert!(shown.contains("nothing was refunded"), "{shown}");
    assert_eq!(refunds(), 0);
    let shown = typed(&hospital.folder, place, &["y"]).unwrap();
    assert!(shown.contains("RT1"), "{shown}");
    assert_eq!(refunds(), 1);
}

#[test]
fn init_asks_for_its_values_and_shows_no_secret() {
    let folder = Folder::new();
    let answers = [
        "\r",
        "wx1\r",
        "1900000101\r",
        "\r",
        "a3f1c27e9b4d58606e1d7c9025b8f4a3\r",
        "hunter2\r",
        "\r",
    ];
    let Some(shown) = typed(&folder, "init", &answers) else {
        return;
    };
    assert!(shown.contains("appid"), "{shown}");
    assert!(
        !shown.contains("hunter2") && !shown.contains("a3f1c27e"),
        "{shown}"
    );
    let text = std::fs::read_to_string(folder.path("payinsurance.toml")).unwrap();
    for line in [
        "[clinic]",
        "appid = \"wx1\"",
        "mch_id = \"1900000101\"",
        "app_secret = \"hunter2\"",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    folder.run("config show").ended(0);
}

#[test]
fn a_key_that_is_not_configured_is_asked_for_and_not_shown() {
    let folder = Folder::new();
    folder.write(
        "payinsurance.toml",
        "[clinic]\nappid = \"wx1\"\nmch_id = \"1\"\napp_secret = \"s\"\n",
    );
    let answers = ["a3f1c27e9b4d58606e1d7c9025b8f4a3\r"];
    let doctor = "doctor --json --origin http://127.0.0.1:9";
    let Some(shown) = typed(&folder, doctor, &answers) else {
        return;
    };
    assert!(shown.contains("key of the interface (clinic)"), "{shown}");
    assert!(
        shown.contains("\"check\":\"key\",\"standing\":\"ok\""),
        "{shown}"
    );
    assert!(!shown.contains("a3f1c27e"), "{shown}");
}
