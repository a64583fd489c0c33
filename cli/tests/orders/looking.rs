//! Orders, events and what was received, looked up.

use serde_json::{Value, json};

use crate::command::orders;
use crate::hospital::Hospitals;

/// Number and hospital of each row.
fn keys(rows: &[Value]) -> Vec<String> {
    let key = |row: &Value| {
        let [merchant, number] = ["merchant", "hosp_out_trade_no"].map(|name| &row[name]);
        format!(
            "{}/{}",
            merchant.as_str().unwrap(),
            number.as_str().unwrap()
        )
    };
    rows.iter().map(key).collect()
}

#[tokio::test]
async fn orders_are_listed_newest_first_by_what_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let (_hospitals, store) = Hospitals::in_file(&folder).await;
    let cases = [
        ("", vec!["clinic/T1", "first/T2", "first/T1"]),
        ("--merchant first", vec!["first/T2", "first/T1"]),
        ("--state refunded --state paid", vec!["first/T2"]),
        ("--state placed", vec!["clinic/T1", "first/T1"]),
        ("--since 2026-05-02", vec![]),
        ("--since 2026-05-01T16:32:02", vec!["clinic/T1", "first/T2"]),
        ("--before 2026-05-01T08:32:02Z", vec!["first/T1"]),
        ("--after clinic/T1", vec!["first/T2", "first/T1"]),
        ("--after T2 --limit 1", vec!["first/T1"]),
        ("--merchant first --after T2", vec!["first/T1"]),
    ];
    for (arguments, expected) in cases {
        let rows = orders(&store, &format!("list --json {arguments}")).rows();
        assert_eq!(keys(&rows), expected, "{arguments}");
    }
    let rows = orders(&store, "list --json").rows();
    let number = rows[1]["med_trans_id"].as_str().unwrap();
    let found = orders(&store, &format!("list --json --med-trans-id {number}"));
    assert!(keys(&found.rows()).contains(&"first/T2".to_owned()));
}

#[tokio::test]
async fn a_row_in_json_has_fen_and_the_names_of_the_document() {
    let folder = tempfile::tempdir().unwrap();
    let (_hospitals, store) = Hospitals::in_file(&folder).await;
    let rows = orders(&store, "list --json --merchant first --limit 1").rows();
    let row = &rows[0];
    let amounts = ["total_fee", "cash_fee", "insurance_fee"].map(|name| &row[name]);
    assert_eq!(amounts, [&json!(250), &json!(150), &json!(100)]);
    assert_eq!(row["state"], "refunded");
    assert_eq!(row["created_at"], "2026-05-01T08:32:02Z");
    let refund = &row["refund"];
    assert_eq!(refund["hosp_out_refund_no"], "RT2");
    assert_eq!(refund["state"], "succeeded");
    assert_eq!(refund["cash_only"], 50);
    assert_eq!(refund["cash_refund_fee"], 50);
}

#[tokio::test]
async fn a_list_for_people_has_yuan_and_the_time_of_beijing_and_says_if_there_is_more() {
    let folder = tempfile::tempdir().unwrap();
    let (_hospitals, store) = Hospitals::in_file(&folder).await;
    let output = orders(&store, "list --limit 2");
    assert_eq!(output.err, "there may be more: --after \"first/T2\"\n");
    let lines: Vec<&str> = output.out.lines().collect();
    assert_eq!(lines.len(), 3);
    let words =
        |line: &str| -> Vec<String> { line.split_whitespace().map(str::to_owned).collect() };
    let expected = [
        "first",
        "T2",
        "refunded",
        "2.50",
        "1.50",
        "1.00",
        "succeeded,",
        "0.50",
        "of",
        "2.50",
    ];
    assert_eq!(words(lines[2])[..10], expected);
    assert!(lines[2].ends_with("2026-05-01 16:32:02"), "{}", lines[2]);
    let none = orders(&store, "list --state failed");
    assert_eq!((none.code, &*none.out), (0, ""));
    assert_eq!(none.err, "no order matches\n");
}

#[tokio::test]
async fn an_order_is_shown_with_its_refund_history_and_events() {
    let folder = tempfile::tempdir().unwrap();
    let (_hospitals, store) = Hospitals::in_file(&folder).await;
    let text = orders(&store, "show T2").done();
    for expected in [
        "2.50 yuan: cash 1.50, insurance 1.00",
        "0.70 yuan\n",
        "succeeded, 0.50 yuan of the cash alone, cash 0.50 yuan back",
        "serial_no",
        "history (times of Beijing)",
        "2026-05-01 16:32:02  notification",
        "placed → paid",
        "paid → refunding",
        "refunding → refunded",
        "refund.succeeded was not taken: connection refused",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
    let order = orders(&store, "show T2 --json").object();
    assert_eq!(order["request"]["serial_no"], "ST2");
    assert_eq!(order["pay_url_is_known"], true);
    let history = order["history"].as_array().unwrap();
    assert_eq!(history[0]["by"], "caller");
    assert_eq!(history[0]["from"], Value::Null);
    assert_eq!(history[0]["to"], "placing");
    assert!(history.iter().any(|line| line["by"] == "notification"));
    let events = order["events"].as_array().unwrap();
    let kinds: Vec<&Value> = events.iter().map(|event| &event["kind"]).collect();
    let expected = [
        "order.placed",
        "order.paid",
        "refund.begun",
        "refund.succeeded",
    ];
    assert_eq!(kinds, expected);
}

#[tokio::test]
async fn an_order_that_two_hospitals_have_needs_its_hospital() {
    let folder = tempfile::tempdir().unwrap();
    let (_hospitals, store) = Hospitals::in_file(&folder).await;
    for arguments in [
        "show T1",
        "events --order T1",
        "replay --order T1",
        "list --after T1",
    ] {
        let output = orders(&store, arguments).refused(1);
        assert!(output.contains(r#"["clinic", "first"]"#), "{output}");
        assert!(output.contains("--merchant"), "{output}");
    }
    let order = orders(&store, "show T1 --merchant clinic --json").object();
    assert_eq!(keys(&[order]), ["clinic/T1"]);
}

#[tokio::test]
async fn what_is_missing_is_reported_with_exit_code_1() {
    let folder = tempfile::tempdir().unwrap();
    let (_hospitals, store) = Hospitals::in_file(&folder).await;
    for (arguments, words) in [
        ("show T9", r#"there is no order "T9""#),
        (
            "show T2 --merchant clinic",
            r#"the hospital "clinic" has no order "T2""#,
        ),
        ("events --order T9", r#"there is no order "T9""#),
        ("events --after evt_0", r#"there is no event "evt_0""#),
        ("list --after T9", r#"there is no order "T9""#),
        ("received --order T9", r#"there is no order "T9""#),
    ] {
        let output = orders(&store, arguments).refused(1);
        assert!(output.contains(words), "{output}");
    }
}

#[tokio::test]
async fn wrong_arguments_exit_with_2() {
    let folder = tempfile::tempdir().unwrap();
    let (_hospitals, store) = Hospitals::in_file(&folder).await;
    for (arguments, words) in [
        ("list --state gone", "refunding"),
        ("list --since yesterday", "2026-05-01"),
        ("list --limit 0", "--limit"),
        ("events --standing lost", "delivered"),
        ("events --merchant first", "--order"),
        ("replay", "--dead"),
        ("replay evt_1 --dead", "--dead"),
        ("show", "HOSP_OUT_TRADE_NO"),
        ("forget", "forget"),
        ("", "show"),
    ] {
        let output = orders(&store, arguments).refused(2);
        assert!(output.contains(words), "{arguments}: {output}");
    }
}

#[tokio::test]
async fn events_are_listed_oldest_first_by_what_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let (_hospitals, store) = Hospitals::in_file(&folder).await;
    let kinds = |arguments: &str| {
        let output = orders(&store, &format!("events --json {arguments}"));
        output.column("kind")
    };
    let of_t2 = [
        "order.placed",
        "order.paid",
        "refund.begun",
        "refund.succeeded",
    ];
    assert_eq!(kinds("--order T2"), of_t2);
    assert_eq!(kinds("--standing waiting"), ["order.placed"]);
    assert_eq!(kinds("--standing dead").len(), 5);
    assert_eq!(kinds("--standing dead --order T2 --limit 2"), of_t2[..2]);
    let id = &orders(&store, "events --json --order T2").column("id")[1];
    assert_eq!(kinds(&format!("--order T2 --after {id}")), of_t2[2..]);

    let rows = orders(&store, "events --json --order T2 --limit 1").rows();
    assert_eq!(rows[0]["standing"], "dead");
    assert_eq!(rows[0]["attempts"], 1);
    assert_eq!(rows[0]["due_at"], Value::Null);
    assert_eq!(
        rows[0]["last_error"],
        "order.placed was not taken: connection refused"
    );
    assert_eq!(rows[0]["payload"]["total_fee"], 250);
    let text = orders(&store, "events --standing waiting").done();
    assert!(text.contains("clinic    T1 "), "{text}");
}

#[tokio::test]
async fn what_was_received_is_listed_newest_first_with_why_it_was_not_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let (_hospitals, store) = Hospitals::in_file(&folder).await;
    let rows = orders(&store, "received --json").rows();
    let accepted: Vec<&Value> = rows.iter().map(|row| &row["accepted"]).collect();
    assert_eq!(accepted, [false, false, true]);
    assert_eq!(rows[0]["fields"]["openid"], "[redacted]");
    assert_eq!(rows[2]["fields"]["total_fee"], "250");
    assert_eq!(rows[2]["fields"]["sub_openid"], "[redacted]");
    assert_eq!(keys(&rows[2..]), ["first/T2"]);
    let of_order = orders(&store, "received --json --order T2").rows();
    assert_eq!(of_order.len(), 1);
    let elsewhere = orders(&store, "received --json --order T7 --merchant first");
    assert!(elsewhere.rows().is_empty());
    let quarantined = orders(&store, "received --quarantined --json").rows();
    assert_eq!(quarantined.len(), 2);
    let reason = quarantined[1]["reason"].as_str().unwrap();
    assert!(reason.contains("signature"), "{reason}");
    let text = orders(&store, "received").done();
    assert!(text.contains("first T2  accepted\n"), "{text}");
    assert!(text.contains("of no known order  not accepted: "), "{text}");
}

#[tokio::test]
async fn an_unverified_body_cannot_write_on_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let (_hospitals, store) = Hospitals::in_file(&folder).await;
    let text = orders(&store, "received").done();
    assert!(text.contains("\\u{9b}2J\\u{202e}"), "{text}");
    assert!(!text.contains(['\u{9b}', '\u{202e}']));
    let text = orders(&store, "received --json").done();
    assert!(text.contains("\\u009b2J\\u202e"), "{text}");
    assert!(!text.contains(['\u{9b}', '\u{202e}']));
}
