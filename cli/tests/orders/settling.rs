//! A contradicted order is settled by a person.

use std::process::Command;

use payinsurance_orders::store::{Change, SqliteStore, Store};
use payinsurance_orders::{Contradiction, OrderKey};

use crate::command::orders;
use crate::hospital::Hospitals;

fn settle(store: &str, number: &str, rest: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_payinsurance"));
    command.args([
        "orders",
        "--store",
        store,
        "settle",
        "--merchant",
        "first",
        number,
    ]);
    command.args([
        "--to",
        "closed",
        "--who",
        "li",
        "--why",
        "the platform has no payment of it",
    ]);
    let output = command
        .args(["--evidence", "letter of 2026-05-03"])
        .args(rest)
        .output()
        .unwrap();
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

#[tokio::test]
async fn a_contradicted_order_is_listed_and_settled_with_who_why_and_evidence() {
    let folder = tempfile::tempdir().unwrap();
    let (_hospitals, place) = Hospitals::in_file(&folder).await;
    let (code, _, error) = settle(&place, "T1", &["--yes"]);
    assert_eq!(code, 1);
    assert!(error.contains("nothing contradicts it"), "{error}");
    contradict(&place, "T1").await;
    let contradicted = orders(&place, "list --contradicted --json").rows();
    assert_eq!(contradicted.len(), 1);
    assert_eq!(contradicted[0]["hosp_out_trade_no"], "T1");
    let listed = orders(&place, "list").done();
    assert!(listed.contains("placed, contradicted"), "{listed}");
    assert!(listed.contains("succeeded, 0.50 of 2.50"), "{listed}");
    let (code, out, error) = settle(&place, "T1", &[]);
    assert_eq!((code, &*out), (2, ""));
    assert!(error.contains("--yes"), "{error}");
    let (code, out, error) = settle(&place, "T1", &["--yes", "--json"]);
    assert_eq!(code, 0, "{error}");
    let row: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (&row["state"], &row["contradiction"]),
        (&"closed".into(), &serde_json::Value::Null)
    );
    let shown = orders(&place, "show T1 --merchant first").done();
    for words in [
        "clerk:li",
        "the platform has no payment of it",
        "letter of 2026-05-03",
    ] {
        assert!(shown.contains(words), "{words} in {shown}");
    }
}

async fn contradict(place: &str, number: &str) {
    let path = place.strip_prefix("sqlite:").unwrap_or(place);
    let store = SqliteStore::open(path).await.unwrap();
    let key = OrderKey {
        merchant: "first".to_owned(),
        hosp_out_trade_no: number.to_owned(),
    };
    let mut order = store.order(&key).await.unwrap().unwrap();
    order.contradiction = Some(Contradiction {
        source: "query".to_owned(),
        reason: "total_fee is 251 fen, ours is 250 fen".to_owned(),
        since: order.times.updated_at,
    });
    let change = Change {
        order,
        line: None,
        received: None,
        events: Vec::new(),
        replacement: None,
    };
    store.commit(&change).await.unwrap();
    store.close().await;
}

#[tokio::test]
async fn a_wish_to_replace_is_stored_with_who_wants_it_and_shown() {
    let folder = tempfile::tempdir().unwrap();
    let (_hospitals, place) = Hospitals::in_file(&folder).await;
    let output = orders(&place, "replace T1 --merchant first --who li").refused(2);
    assert!(output.contains("--yes"), "{output}");
    let output = orders(&place, "replace T2 --who li --yes").refused(1);
    assert!(output.contains("the order is refunded"), "{output}");
    for _ in 0..2 {
        let row = orders(&place, "replace T1 --merchant first --who li --yes --json").object();
        assert_eq!(row["replacement"], "T1X2");
        assert_eq!(row["replace_wanted"], true);
        assert_eq!(row["replaced_by"], serde_json::Value::Null);
    }
    let output = orders(&place, "replace T1 --merchant first --who li --yes").done();
    assert!(output.contains("places it again as T1X2"), "{output}");
    let shown = orders(&place, "show T1 --merchant first").done();
    for words in ["clerk:li", "replacement wanted", "by T1X2"] {
        assert!(shown.contains(words), "{words} in {shown}");
    }
    let shown = orders(&place, "show T1 --merchant first --json").object();
    assert_eq!(shown["replace_wanted"], true);
}
