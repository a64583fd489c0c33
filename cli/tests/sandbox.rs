//! `payinsurance sandbox` and its verbs, run as a user runs them.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use conformance::sandbox::{client, client_at};
use payinsurance_sandbox::{Sandbox, samples};
use serde_json::{Value, json};

struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

async fn run(url: &str, arguments: &str) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_payinsurance"));
    command.arg("sandbox").args(arguments.split(' '));
    command.args(["--url", url]).env_clear();
    let output = tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap();
    Ran {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs a verb that must do what it says, with `--json`.
async fn json(sandbox: &Sandbox, arguments: &str) -> Value {
    let ran = run(sandbox.origin(), &format!("{arguments} --json")).await;
    assert_eq!(ran.code, Some(0), "{arguments}: {}", ran.err);
    assert_eq!(ran.err, "", "{arguments}");
    serde_json::from_str(&ran.out).unwrap()
}

/// A sandbox with the order T1.
async fn sandbox() -> Sandbox {
    let sandbox = Sandbox::start().await.unwrap();
    let mut order = samples::order("T1");
    // Nothing listens there.
    order.notify_url = "http://127.0.0.1:9/notify".into();
    client(&sandbox).unifiedorder(&order).await.unwrap();
    sandbox
}

#[tokio::test(flavor = "multi_thread")]
async fn every_verb_does_what_it_says() {
    let sandbox = sandbox().await;
    let orders = json(&sandbox, "orders").await;
    assert_eq!(orders[0]["hosp_out_trade_no"], "T1");
    let paid = json(&sandbox, "pay T1").await;
    assert_eq!(paid["med_trade_state"], "SUCCESS");
    let before = json(&sandbox, "clock").await;
    let after = json(&sandbox, "clock --advance 86400").await;
    assert!(after["now"].as_str() > before["now"].as_str(), "{after}");
    let again = json(&sandbox, "notify T1").await;
    assert_eq!(again["accepted"], false);
    assert!(
        again["reason"].as_str().unwrap().contains("refused"),
        "{again}"
    );
    let composed = json(&sandbox, "notify T1 --field total_fee=1 --signature none").await;
    assert_eq!(composed["status"], Value::Null);

    let rule = "fault add err_code --interface refund --set err_code=514 --next 3 --seed 9";
    assert_eq!(json(&sandbox, rule).await["number"], 1);
    json(&sandbox, "fault add slow --set seconds=2").await;
    let faults = json(&sandbox, "fault list").await;
    assert_eq!(faults[0]["next"], 3);
    assert_eq!(faults[0]["err_code"], "514");
    assert_eq!(faults[1]["seconds"], 2);
    assert_eq!(json(&sandbox, "fault remove 1").await["removed"], 1);
    assert_eq!(json(&sandbox, "fault remove").await["removed"], 1);

    json(&sandbox, "bill plant amount_cash --seed 3").await;
    let planted = json(&sandbox, "bill planted").await;
    assert!(planted["day"].is_string(), "{planted}");
    json(&sandbox, "bill clear").await;
    let traffic = json(&sandbox, "traffic 2").await;
    assert_eq!(traffic[0]["interface"], "unifiedorder");
    json(&sandbox, "reset").await;
    assert_eq!(json(&sandbox, "orders").await, json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn people_get_tables_and_lines() {
    let sandbox = sandbox().await;
    for (arguments, words) in [
        ("orders", "1.00"),
        ("fault add cut", "number"),
        ("fault list", "cut"),
        ("pay T1 --act cash_fails", "SYS_REFUNDING"),
        ("traffic", "unifiedorder"),
        ("clock", "20"),
        ("bill planted", "\"day\""),
        ("reset", "done"),
    ] {
        let ran = run(sandbox.origin(), arguments).await;
        assert_eq!(ran.code, Some(0), "{arguments}: {}", ran.err);
        assert!(ran.out.contains(words), "{arguments}: {}", ran.out);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_says_what_is_allowed() {
    let sandbox = sandbox().await;
    for (arguments, code, words) in [
        ("pay T9", 1, "order"),
        ("pay T1 --act laugh", 1, "walk_away"),
        ("fault add no_such", 1, "timeout_after"),
        ("fault add slow --set minutes=2", 1, "seconds"),
        ("fault remove 7", 1, "GET /sandbox/faults"),
        ("bill plant no_such", 1, "amount_cash"),
        ("notify T1", 1, "notification"),
        ("notify T1 --field x", 2, "`=`"),
        ("clock --advance soon", 2, "invalid value"),
    ] {
        let ran = run(sandbox.origin(), arguments).await;
        assert_eq!(ran.code, Some(code), "{arguments}: {}{}", ran.out, ran.err);
        assert!(ran.err.contains(words), "{arguments}: {}", ran.err);
        assert_eq!(ran.out, "", "{arguments}");
    }
    let silent = run("http://127.0.0.1:9", "orders").await;
    assert_eq!(silent.code, Some(1));
    assert!(
        silent.err.contains("payinsurance sandbox"),
        "{}",
        silent.err
    );
}

/// A sandbox in a process of its own, with a file for its state, and its address.
fn process(file: &Path) -> (Child, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_payinsurance"));
    command.args(["sandbox", "--port", "0", "--seed", "1", "--json", "--state"]);
    command.arg(file).env_clear().stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    let out = child.stdout.as_mut().unwrap();
    BufReader::new(out).read_line(&mut line).unwrap();
    let said: Value = serde_json::from_str(&line).unwrap();
    (child, said["origin"].as_str().unwrap().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_was_killed_goes_on_with_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state");
    // Takes the notification and never answers.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (mut child, origin) = process(&file);
    let defaults = Sandbox::start().await.unwrap();
    let mut order = samples::order("T1");
    order.notify_url = format!("http://{}/notify", silent.local_addr().unwrap()).into();
    let first = client_at(&defaults.merchants()[0], &origin);
    first.unifiedorder(&order).await.unwrap();
    let say = async |origin: &str, arguments: &str| -> Value {
        let ran = run(origin, &format!("{arguments} --json")).await;
        assert_eq!(ran.code, Some(0), "{arguments}: {}", ran.err);
        serde_json::from_str(&ran.out).unwrap()
    };
    say(&origin, "fault add html --interface refund").await;
    let paid = say(&origin, "pay T1").await;
    let (_under_way, _) = silent.accept().await.unwrap();
    // SIGKILL.
    child.kill().unwrap();
    child.wait().unwrap();

    let (mut child, origin) = process(&file);
    let (_again, _) = silent.accept().await.unwrap();
    let orders = say(&origin, "orders").await;
    assert_eq!(orders[0]["med_trans_id"], paid["med_trans_id"]);
    assert_eq!(orders[0]["med_trade_state"], "SUCCESS");
    let faults = say(&origin, "fault list").await;
    assert_eq!(faults[0]["fault"], "html");

    let snapshot = folder.path().join("snapshot");
    let name = snapshot.to_str().unwrap();
    let ran = run(&origin, &format!("snapshot {name}")).await;
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""), "{}", ran.err);
    assert_eq!(
        run(&origin, &format!("snapshot {name}")).await.code,
        Some(1)
    );
    say(&origin, "reset").await;
    assert_eq!(say(&origin, "orders").await, json!([]));
    say(&origin, &format!("restore {name}")).await;
    assert_eq!(say(&origin, "orders").await[0]["hosp_out_trade_no"], "T1");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reference_site_is_served_under_a_strict_policy() {
    let folder = tempfile::tempdir().unwrap();
    let (mut child, origin) = process(&folder.path().join("state"));
    let _again = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let get = async |path: &str| {
        let reply = http.get(format!("{origin}{path}")).send().await.unwrap();
        let header = |name: &str| {
            let value = reply.headers().get(name);
            value.map_or("", |value| value.to_str().unwrap()).to_owned()
        };
        let headers = (header("content-type"), header("content-security-policy"));
        (
            reply.status().as_u16(),
            headers,
            reply.text().await.unwrap(),
        )
    };
    for (path, media_type, words) in [
        ("/reference", "text/html", "reference.css"),
        ("/reference/zh/index.html", "text/html", "unifiedorder"),
        (
            "/reference/en/interfaces/refund.html",
            "text/html",
            "hosp_out_refund_no",
        ),
        ("/reference/reference.css", "text/css", "{"),
        ("/reference/en/search.js", "text/javascript", "refund"),
    ] {
        let (status, (kind, policy), text) = get(path).await;
        assert_eq!(status, 200, "{path}");
        assert!(kind.starts_with(media_type), "{path}: {kind}");
        assert!(text.contains(words), "{path}: {text}");
        if media_type == "text/html" {
            assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
            assert!(
                !text.contains(" style=") && !text.contains("<style"),
                "{path}"
            );
            assert!(!text.contains(" onclick="), "{path}");
        }
    }
    let (status, _, text) = get("/reference/en/no_such.html").await;
    assert_eq!(status, 404, "{text}");
    let (_, _, console) = get("/?lang=en").await;
    assert!(console.contains("/reference/en/index.html"), "{console}");
    child.kill().unwrap();
    child.wait().unwrap();
}
