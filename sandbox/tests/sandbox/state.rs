//! A sandbox goes on where it was: from its file, and from a snapshot.

use std::fs;
use std::path::Path;
use std::time::Duration;

use payinsurance_sandbox::{
    Act, Config, FaultKind, FaultRule, Sandbox, Snapshot, StartError, StateError,
};
use serde_json::{Value, json};

use crate::hospital::Hospital;
use crate::receiver::{Answer, Receiver};
use crate::requests::{cash_order, order, query, refund};

async fn started(file: &Path) -> Result<Sandbox, StartError> {
    Sandbox::builder().seed(7).state(file).start().await
}

/// A hospital whose sandbox has that file.
async fn hospital(file: &Path) -> Hospital {
    let mut hospital = Hospital::start().await;
    hospital.sandbox = started(file).await.unwrap();
    hospital.token = hospital.fresh_token().await;
    hospital
}

fn orders(sandbox: &Sandbox) -> Value {
    json!(sandbox.orders())
}

#[tokio::test]
async fn the_next_start_goes_on_with_what_is_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state");
    let mut hospital = hospital(&file).await;
    let receiver = Receiver::start(hospital.key(), [Answer::Nonsense]).await;
    hospital.call(order("T1", &receiver.url)).await.unwrap();
    hospital
        .call(cash_order("T2", "http://127.0.0.1:9/"))
        .await
        .unwrap();
    hospital.call(order("T3", &receiver.url)).await.unwrap();
    hospital.sandbox.advance(Duration::from_secs(3_600)).await;
    hospital.sandbox.pay("T1", Act::Pay).unwrap();
    hospital.sandbox.advance(Duration::ZERO).await;
    assert_eq!(receiver.bodies().len(), 1);
    hospital.sandbox.pay("T3", Act::Pay).unwrap();
    hospital.sandbox.advance(Duration::ZERO).await;
    hospital.call(refund("T3")).await.unwrap();
    let rule = FaultRule::new(FaultKind::TimeoutAfter).likely(0.25, 9);
    hospital.sandbox.add_fault(rule.with_order("T2"));

    let (known, now) = (orders(&hospital.sandbox), hospital.sandbox.now());
    let faults = hospital.sandbox.faults();
    let story = hospital.look("/sandbox/story?hosp_out_trade_no=T1").await;
    hospital.sandbox = {
        let other = Sandbox::start().await.unwrap();
        std::mem::replace(&mut hospital.sandbox, other)
            .shutdown()
            .await;
        started(&file).await.unwrap()
    };
    assert_eq!(orders(&hospital.sandbox), known);
    assert_eq!(hospital.sandbox.faults(), faults);
    assert!(hospital.sandbox.now() >= now);
    assert!(hospital.sandbox.now().duration_since(now).as_secs() < 600);
    assert_eq!(
        hospital.look("/sandbox/story?hosp_out_trade_no=T1").await,
        story
    );
    // The old token, the old numbers, and the retry that was due after 15 s.
    let before = receiver.bodies().len();
    let found = hospital.call(query("T1")).await.unwrap();
    assert_eq!(found.med_trade_state.as_str(), "SUCCESS");
    hospital.sandbox.advance(Duration::from_secs(60)).await;
    assert_eq!(receiver.bodies().len(), before + 1);
    let now = orders(&hospital.sandbox);
    assert_eq!(now[0]["notification"]["accepted"], true);
    assert_eq!(now[2]["refund"]["med_refund_state"], "SUCCESS");
    assert_eq!(hospital.refused(order("T1", &receiver.url)).await, "530");
}

#[tokio::test]
async fn a_notification_that_was_under_way_is_sent_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state");
    let hospital = hospital(&file).await;
    // Takes connections and never answers.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/notify", silent.local_addr().unwrap());
    hospital.call(order("T1", &url)).await.unwrap();
    hospital.sandbox.pay("T1", Act::Pay).unwrap();
    let (_under_way, _) = silent.accept().await.unwrap();
    hospital.sandbox.shutdown().await;
    let again = started(&file).await.unwrap();
    let (_again, _) = silent.accept().await.unwrap();
    assert_eq!(json!(again.orders())[0]["notification"]["attempts"], 2);
}

#[tokio::test]
async fn a_file_that_was_cut_off_loses_the_last_change_only() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state");
    let hospital = hospital(&file).await;
    for number in ["T1", "T2"] {
        hospital
            .call(order(number, "http://127.0.0.1:9/"))
            .await
            .unwrap();
    }
    hospital.sandbox.shutdown().await;
    let whole = fs::read(&file).unwrap();
    let lines: Vec<usize> = (whole.iter().enumerate())
        .filter(|(_, byte)| **byte == b'\n')
        .map(|(place, _)| place)
        .collect();
    let last = lines[lines.len() - 2] + 1;
    for length in [last + 1, last + 9, last + 40, whole.len() - 1] {
        fs::write(&file, &whole[..length]).unwrap();
        let again = started(&file).await.unwrap();
        assert_eq!(again.orders().len(), 1, "{length} bytes");
        again.shutdown().await;
    }
    fs::write(&file, &whole).unwrap();
    assert_eq!(started(&file).await.unwrap().orders().len(), 2);
}

#[tokio::test]
async fn a_file_that_cannot_be_used_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state");
    let hospital = hospital(&file).await;
    let refused = |error: Result<Sandbox, StartError>| match error {
        Err(StartError::State { error, .. }) => error,
        other => panic!("{other:?}"),
    };
    let in_use = refused(started(&file).await);
    assert_eq!(in_use, StateError::InUse);
    hospital
        .call(order("T1", "http://127.0.0.1:9/"))
        .await
        .unwrap();
    hospital.sandbox.shutdown().await;
    let whole = fs::read_to_string(&file).unwrap();

    let mut other = Config::default();
    other.merchants.reverse();
    let builder = Sandbox::builder().config(other).state(&file);
    let error = refused(builder.start().await).to_string();
    assert!(error.contains("the configuration has"), "{error}");

    let second = whole.lines().nth(1).unwrap();
    let spoiled = whole.replacen(second, &second.replace("serial", "serjal"), 1);
    for (content, wanted) in [
        (
            whole.replacen("sandbox_state\":1", "sandbox_state\":2", 1),
            "format 2",
        ),
        (spoiled, "line 2 is damaged"),
        ("name,amount\n".to_owned(), "not the state of a sandbox"),
    ] {
        fs::write(&file, &content).unwrap();
        let error = refused(started(&file).await).to_string();
        assert!(error.contains(wanted), "{wanted}: {error}");
        assert_eq!(fs::read_to_string(&file).unwrap(), content, "{wanted}");
    }
    let nowhere = folder.path().join("no/such/folder");
    let error = refused(started(&nowhere).await).to_string();
    assert!(error.contains("cannot be read or written"), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn the_file_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state");
    fs::write(&file, "").unwrap();
    fs::set_permissions(&file, PermissionsExt::from_mode(0o644)).unwrap();
    let hospital = hospital(&file).await;
    let mode = fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let text = fs::read_to_string(&file).unwrap();
    for secret in [&hospital.merchant.key, &hospital.merchant.app_secret] {
        assert!(!text.contains(secret), "a secret of the configuration");
    }
}

#[tokio::test]
async fn a_snapshot_brings_back_what_was() {
    let hospital = Hospital::start().await;
    let receiver = Receiver::start(hospital.key(), []).await;
    hospital.call(order("T1", &receiver.url)).await.unwrap();
    let (status, snapshot) = hospital.control("/sandbox/snapshot", json!({})).await;
    assert_eq!(status, 200);
    let (library, before) = (hospital.sandbox.snapshot(), orders(&hospital.sandbox));
    assert!(!format!("{library:?}").contains("T1"));

    hospital.sandbox.pay("T1", Act::Pay).unwrap();
    hospital.call(order("T2", &receiver.url)).await.unwrap();
    let (status, answer) = hospital.control("/sandbox/restore", snapshot).await;
    assert_eq!((status, answer), (200, json!({})));
    assert_eq!(orders(&hospital.sandbox), before);
    // It can be paid once more, and the number of the other order is free again.
    hospital.sandbox.pay("T1", Act::Pay).unwrap();
    hospital.call(order("T2", &receiver.url)).await.unwrap();

    let text = serde_json::to_string(&library).unwrap();
    let read: Snapshot = serde_json::from_str(&text).unwrap();
    hospital.sandbox.restore(read).await.unwrap();
    assert_eq!(orders(&hospital.sandbox), before);
}

#[tokio::test]
async fn a_snapshot_that_was_edited_or_is_of_others_changes_nothing() {
    let hospital = Hospital::start().await;
    let receiver = Receiver::start(hospital.key(), []).await;
    hospital.call(order("T1", &receiver.url)).await.unwrap();
    hospital.sandbox.pay("T1", Act::Pay).unwrap();
    hospital.sandbox.advance(Duration::ZERO).await;
    let snapshot = json!(hospital.sandbox.snapshot());
    let before = orders(&hospital.sandbox);
    let place = |record: &str| {
        let records = snapshot["platform"].as_array().unwrap();
        let is = |known: &Value| known["record"] == record;
        let place = records.iter().position(is).unwrap();
        format!("/platform/{place}")
    };
    for (pointer, value, status) in [
        (
            "/header/payinsurance_sandbox_state".to_owned(),
            json!(9),
            400,
        ),
        ("/header/hospitals/0/mch_id".to_owned(), json!("1"), 409),
        ("/sandbox/exchange".to_owned(), json!(u64::MAX), 409),
        ("/platform/0/serial".to_owned(), json!(u64::MAX), 409),
        (place("order") + "/place", json!(7), 409),
        (place("order") + "/order/merchant", json!(7), 409),
        (place("order") + "/order/notification", json!(7), 409),
        (place("order") + "/order/request", json!([]), 400),
        (place("story") + "/place", json!(7), 409),
        (place("notification") + "/notification/order", json!(7), 409),
        (place("token") + "/issued/merchant", json!(7), 409),
    ] {
        let mut edited = snapshot.clone();
        *edited.pointer_mut(&pointer).unwrap() = value;
        let (found, answer) = hospital.control("/sandbox/restore", edited).await;
        assert_eq!(found, status, "{pointer}: {answer}");
        assert!(answer["error"].is_string(), "{pointer}: {answer}");
        assert_eq!(orders(&hospital.sandbox), before, "{pointer}");
    }
    let (status, _) = hospital.control("/sandbox/restore", json!([])).await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn the_same_seed_and_the_same_calls_give_the_same_numbers() {
    let run = async || {
        let hospital = Hospital::start().await;
        let mut seen = vec![hospital.token.clone()];
        for number in ["T1", "T2"] {
            let placed = hospital
                .call(order(number, "http://127.0.0.1:9/"))
                .await
                .unwrap();
            let pay_key = placed.pay_url.split_once("pay_key=").unwrap().1;
            // The rest of the number is the day.
            seen.push(placed.med_trans_id[7..].to_owned());
            seen.push(pay_key.to_owned());
            seen.push(placed.nonce_str.unwrap_or_default().to_string());
        }
        seen.push(hospital.fresh_token().await);
        seen
    };
    let first = run().await;
    assert_eq!(first, run().await);
    assert_ne!(first[0], first[first.len() - 1]);
}
