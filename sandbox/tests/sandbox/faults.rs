//! Faults on demand over HTTP: each is asked for, seen at the hospital, and used up.

use std::time::Duration;

use payinsurance::enums::{BillType, CashRefundStatus, MedRefundState, MedTradeState};
use payinsurance::{getbalancebill, queryorder, unifiedorder};
use payinsurance_sandbox::{Act, FaultKind};
use serde_json::{Value, json};
use signed_xml::bill::{BillError, BillReader};
use signed_xml::{BillDate, Call, ReplyError};

use crate::hospital::Hospital;
use crate::receiver::Receiver;
use crate::requests::{bill, cash_order, order, query, query_refund, refund, signed};

const NOWHERE: &str = "http://127.0.0.1:9/notify";

async fn ask(hospital: &Hospital, rule: Value) -> u64 {
    let (status, answer) = hospital.control("/sandbox/faults", rule).await;
    assert_eq!(status, 200, "{answer}");
    answer["number"].as_u64().unwrap()
}

/// A call as HTTP sees it: status and body, or how it failed.
async fn raw<C: Call>(hospital: &Hospital, request: C) -> Result<(u16, String), reqwest::Error> {
    let url = format!(
        "{}{}?access_token={}",
        hospital.sandbox.origin(),
        C::ENDPOINT.path,
        hospital.token
    );
    let body = signed(&hospital.merchant, request);
    let wait = Duration::from_millis(500);
    let reply = hospital.http.post(url).timeout(wait).body(body);
    let reply = reply.send().await?;
    Ok((reply.status().as_u16(), reply.text().await?))
}

async fn placed(hospital: &Hospital, number: &str) -> bool {
    hospital.call(query(number)).await.is_ok()
}

#[tokio::test]
async fn the_gateway_refuses_in_json_and_the_call_has_no_effect() {
    let hospital = Hospital::start().await;
    for errcode in [-1, 40_001, 42_001, 45_009] {
        let rule = json!({ "fault": "errcode", "errcode": errcode, "interface": "unifiedorder" });
        ask(&hospital, rule).await;
        let (status, body) = raw(&hospital, order("T1", NOWHERE)).await.unwrap();
        let reply: Value = serde_json::from_str(&body).unwrap();
        assert_eq!((status, &reply["errcode"]), (200, &json!(errcode)));
    }
    assert!(!placed(&hospital, "T1").await);
    hospital.call(order("T1", NOWHERE)).await.unwrap();
}

#[tokio::test]
async fn nothing_answers_before_or_after_the_effect() {
    let hospital = Hospital::start().await;
    for (fault, number, took_effect) in [
        ("timeout_before", "T1", false),
        ("timeout_after", "T2", true),
    ] {
        ask(
            &hospital,
            json!({ "fault": fault, "interface": "unifiedorder" }),
        )
        .await;
        let error = raw(&hospital, order(number, NOWHERE)).await.unwrap_err();
        assert!(error.is_timeout(), "{error}");
        assert_eq!(placed(&hospital, number).await, took_effect, "{fault}");
    }
}

#[tokio::test]
async fn a_connection_is_cut_within_the_reply() {
    let hospital = Hospital::start().await;
    ask(
        &hospital,
        json!({ "fault": "cut", "interface": "unifiedorder" }),
    )
    .await;
    let error = raw(&hospital, order("T1", NOWHERE)).await.unwrap_err();
    assert!(!error.is_timeout(), "{error:?}");
    assert!(placed(&hospital, "T1").await);
}

#[tokio::test]
async fn http_500_and_html_come_instead_of_a_reply() {
    let hospital = Hospital::start().await;
    for (rule, number, status, took_effect) in [
        (json!({ "fault": "http_500" }), "T1", 500, false),
        (
            json!({ "fault": "http_500", "takes_effect": true }),
            "T2",
            500,
            true,
        ),
        (json!({ "fault": "html" }), "T3", 200, false),
    ] {
        ask(&hospital, rule).await;
        let (found, body) = raw(&hospital, order(number, NOWHERE)).await.unwrap();
        assert_eq!(found, status);
        assert!(body.starts_with("<html>"), "{body}");
        assert_eq!(placed(&hospital, number).await, took_effect, "{number}");
    }
    let traffic = hospital.look("/sandbox/traffic?exchange=2").await;
    assert_eq!(traffic[0]["fault"], "http_500");
    assert_eq!(traffic[0]["status"], 500);
}

#[tokio::test]
async fn a_reply_is_signed_with_another_key_or_has_a_field_that_no_document_names() {
    let hospital = Hospital::start().await;
    hospital.call(order("T1", NOWHERE)).await.unwrap();
    ask(&hospital, json!({ "fault": "wrong_signature" })).await;
    let error = hospital.call(query("T1")).await.err().unwrap();
    assert!(matches!(error, ReplyError::Signature(_)), "{error}");
    ask(&hospital, json!({ "fault": "unknown_fields" })).await;
    let reply = hospital.call(query("T1")).await.unwrap();
    let unknown = reply
        .unknown
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    assert_eq!(
        unknown.collect::<Vec<_>>(),
        [("sandbox_unknown_field", "1")]
    );
}

#[tokio::test]
async fn a_reply_can_be_late() {
    let hospital = Hospital::start().await;
    ask(
        &hospital,
        json!({ "fault": "slow", "seconds": 1, "interface": "queryorder" }),
    )
    .await;
    let error = raw(&hospital, query("T1")).await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert!(raw(&hospital, query("T1")).await.is_ok());
}

#[tokio::test]
async fn the_bureau_refuses_and_fees_differ() {
    let hospital = Hospital::start().await;
    for (fault, code) in [("bureau_refuses", "533"), ("fee_differs", "532")] {
        ask(&hospital, json!({ "fault": fault })).await;
        assert_eq!(
            hospital.refused(query("T1")).await,
            "541",
            "another interface"
        );
        assert_eq!(hospital.refused(order("T1", NOWHERE)).await, code);
    }
    // The bureau has no part in cash.
    ask(&hospital, json!({ "fault": "bureau_refuses" })).await;
    hospital.call(cash_order("T0", NOWHERE)).await.unwrap();
    assert_eq!(hospital.refused(order("T1", NOWHERE)).await, "533");
    let rule = json!({ "fault": "err_code", "err_code": "514", "interface": "unifiedorder", "takes_effect": true });
    ask(&hospital, rule).await;
    assert_eq!(hospital.refused(order("T1", NOWHERE)).await, "514");
    assert!(placed(&hospital, "T1").await);
}

#[tokio::test]
async fn a_payment_is_sys_refunding_for_a_while() {
    let hospital = Hospital::start().await;
    hospital.call(order("T1", NOWHERE)).await.unwrap();
    ask(
        &hospital,
        json!({ "fault": "sys_refunding", "seconds": 600 }),
    )
    .await;
    hospital.sandbox.pay("T1", Act::Pay).unwrap();
    let state = async || hospital.call(query("T1")).await.unwrap().med_trade_state;
    hospital.sandbox.advance(Duration::from_secs(590)).await;
    assert_eq!(state().await, MedTradeState::SysRefunding);
    hospital.sandbox.advance(Duration::from_secs(10)).await;
    assert_eq!(state().await, MedTradeState::SysRefunded);
}

#[tokio::test]
async fn a_refund_ends_as_change_or_fail() {
    let hospital = Hospital::start().await;
    for (fault, number, state, cash) in [
        (
            "refund_change",
            "T1",
            MedRefundState::Refunding,
            CashRefundStatus::Change,
        ),
        (
            "refund_fail",
            "T2",
            MedRefundState::Fail,
            CashRefundStatus::Fail,
        ),
    ] {
        hospital.call(order(number, NOWHERE)).await.unwrap();
        hospital.sandbox.pay(number, Act::Pay).unwrap();
        ask(&hospital, json!({ "fault": fault, "order": number })).await;
        hospital.call(refund(number)).await.unwrap();
        hospital.sandbox.advance(Duration::from_secs(60)).await;
        let reply = hospital.call(query_refund(number)).await.unwrap();
        assert_eq!(reply.med_refund_state, state);
        assert_eq!(reply.cash_refund_status, Some(cash));
        assert_eq!(reply.refund_end_time, None);
    }
}

/// What the hospital received of an order that was paid under a fault, and the attempts that the platform counts.
async fn notified(rule: Value, wait: u64) -> (Vec<Value>, Value) {
    let hospital = Hospital::start().await;
    let receiver = Receiver::start(hospital.key(), []).await;
    hospital.call(order("T1", &receiver.url)).await.unwrap();
    ask(&hospital, rule).await;
    hospital.sandbox.pay("T1", Act::Pay).unwrap();
    hospital.sandbox.advance(Duration::from_secs(wait)).await;
    let traffic = hospital.look("/sandbox/traffic").await;
    let traffic = traffic.as_array().unwrap().iter();
    let received = traffic.filter(|call| call["interface"] == "notification");
    let orders = hospital.look("/sandbox/orders").await;
    (
        received.cloned().collect(),
        orders[0]["notification"].clone(),
    )
}

#[tokio::test]
async fn a_notification_is_lost_and_the_next_attempt_follows() {
    let (received, view) = notified(json!({ "fault": "notification_lost" }), 0).await;
    assert!(received.is_empty(), "{received:?}");
    assert_eq!(
        (&view["attempts"], &view["accepted"]),
        (&json!(1), &json!(false))
    );
    let (received, view) = notified(json!({ "fault": "notification_lost" }), 16).await;
    assert_eq!(received.len(), 1);
    assert_eq!(received[0]["attempt"], 2);
    assert_eq!(view["accepted"], true);
}

#[tokio::test]
async fn a_notification_is_late() {
    let rule = || json!({ "fault": "notification_late", "seconds": 100 });
    let (received, _) = notified(rule(), 99).await;
    assert!(received.is_empty(), "{received:?}");
    let (received, view) = notified(rule(), 101).await;
    assert_eq!(received.len(), 1);
    assert_eq!(
        (&view["attempts"], &view["accepted"]),
        (&json!(1), &json!(true))
    );
}

#[tokio::test]
async fn a_notification_is_repeated() {
    let (received, view) = notified(json!({ "fault": "notification_repeated" }), 0).await;
    assert_eq!(received.len(), 2);
    assert_eq!(received[0]["request"], received[1]["request"]);
    assert_eq!(
        (&view["attempts"], &view["ended"]),
        (&json!(1), &json!(true))
    );
}

#[tokio::test]
async fn a_notification_is_forged_unsigned_or_of_another_amount() {
    for (fault, forgery, total, is_signed) in [
        ("notification_forged", "wrong_key", "250", true),
        ("notification_unsigned", "unsigned", "250", false),
        ("notification_wrong_amount", "wrong_amount", "251", true),
    ] {
        let (received, _) = notified(json!({ "fault": fault }), 0).await;
        assert_eq!(received.len(), 1, "{fault}");
        assert_eq!(received[0]["forged"], forgery);
        assert_eq!(received[0]["fault"], fault);
        assert_eq!(received[0]["request"]["total_fee"], total);
        assert_eq!(received[0]["request"].get("sign").is_some(), is_signed);
    }
}

#[tokio::test]
async fn a_notification_comes_after_that_of_the_next_order() {
    let hospital = Hospital::start().await;
    let receiver = Receiver::start(hospital.key(), []).await;
    for number in ["T1", "T2", "T3"] {
        hospital.call(order(number, &receiver.url)).await.unwrap();
    }
    let rule = json!({ "fault": "notification_reordered", "order": "T1" });
    ask(&hospital, rule).await;
    for number in ["T1", "T2"] {
        hospital.sandbox.pay(number, Act::Pay).unwrap();
        hospital.sandbox.advance(Duration::ZERO).await;
    }
    let numbers = async || -> Vec<String> {
        let traffic = hospital.look("/sandbox/traffic").await;
        let traffic = traffic.as_array().unwrap().iter();
        let received = traffic.filter(|call| call["interface"] == "notification");
        let number = |call: &Value| {
            call["request"]["hosp_out_trade_no"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        received.map(number).collect()
    };
    assert_eq!(numbers().await, ["T2", "T1"]);
    let rule = json!({ "fault": "notification_reordered", "order": "T3" });
    ask(&hospital, rule).await;
    hospital.sandbox.pay("T3", Act::Pay).unwrap();
    hospital.sandbox.advance(Duration::from_secs(59)).await;
    assert_eq!(numbers().await.len(), 2);
    hospital.sandbox.advance(Duration::from_secs(1)).await;
    assert_eq!(
        numbers().await,
        ["T2", "T1", "T3"],
        "at the latest after a minute"
    );
}

#[tokio::test]
async fn a_bill_is_ragged_empty_compressed_or_late() {
    let mut hospital = Hospital::start().await;
    hospital.sleep_until_morning().await;
    hospital.call(order("T1", NOWHERE)).await.unwrap();
    hospital.sandbox.pay("T1", Act::Pay).unwrap();
    let day: BillDate = signed_xml::BeijingTime::at(hospital.sandbox.now()).date();
    hospital.sleep_until_morning().await;
    let fetch = async || {
        let mut request = bill(day);
        request.bill_type = Some(BillType::All);
        let body = signed(&hospital.merchant, request);
        hospital.post::<getbalancebill::Request>(body).await
    };
    let whole = fetch().await;
    type Reader<'a> = BillReader<&'a [u8], payinsurance::bill::Row<'static>>;
    ask(&hospital, json!({ "fault": "bill_ragged" })).await;
    let ragged = fetch().await;
    let error = Reader::new(&ragged)
        .unwrap()
        .next_row()
        .unwrap()
        .err()
        .unwrap();
    let width = BillError::Width {
        line: 2,
        expected: 55,
        found: 53,
    };
    assert_eq!(error, width);
    ask(&hospital, json!({ "fault": "bill_empty" })).await;
    assert!(fetch().await.is_empty());
    ask(&hospital, json!({ "fault": "bill_gzipped" })).await;
    let gzipped = fetch().await;
    assert!(gzipped.starts_with(&[0x1f, 0x8b]));
    let (plain, inflated) = (Reader::new(&whole).unwrap(), Reader::new(&gzipped).unwrap());
    let rows = |reader: Reader<'_>| reader.map(Result::unwrap).collect::<Vec<_>>();
    assert!(rows(plain) == rows(inflated));
    ask(&hospital, json!({ "fault": "bill_late" })).await;
    let late = String::from_utf8(fetch().await).unwrap();
    assert!(late.contains("该日期订单未生成"), "{late}");
    assert!(fetch().await == whole, "each strikes once");
}

#[tokio::test]
async fn a_rule_is_about_one_order_by_any_of_its_numbers() {
    let hospital = Hospital::start().await;
    hospital.call(order("T1", NOWHERE)).await.unwrap();
    let second = hospital.call(order("T2", NOWHERE)).await.unwrap();
    let rule = json!({ "fault": "errcode", "errcode": -1, "order": "T2" });
    ask(&hospital, rule).await;
    assert!(hospital.call(query("T1")).await.is_ok());
    let mut by_id = query("T2");
    by_id.hosp_out_trade_no = None;
    by_id.med_trans_id = Some(second.med_trans_id);
    assert!(hospital.call::<queryorder::Request>(by_id).await.is_err());
    assert!(hospital.call(query("T2")).await.is_ok(), "used up");
}

#[tokio::test]
async fn a_rule_strikes_the_next_n_or_by_chance_with_a_seed() {
    let hospital = Hospital::start().await;
    hospital.call(order("T1", NOWHERE)).await.unwrap();
    let fails = async |times: usize| {
        let mut failed = Vec::new();
        for _ in 0..times {
            failed.push(hospital.call(query("T1")).await.is_err());
        }
        failed
    };
    ask(
        &hospital,
        json!({ "fault": "html", "interface": "queryorder", "next": 2 }),
    )
    .await;
    assert_eq!(fails(3).await, [true, true, false]);
    let by_chance = |seed: u64| json!({ "fault": "html", "interface": "queryorder", "probability": 0.5, "seed": seed });
    let mut runs = Vec::new();
    for seed in [7, 7, 8] {
        let number = ask(&hospital, by_chance(seed)).await;
        runs.push(fails(24).await);
        let url = format!(
            "{}/sandbox/faults?number={number}",
            hospital.sandbox.origin()
        );
        assert_eq!(
            hospital.http.delete(url).send().await.unwrap().status(),
            200
        );
    }
    assert_eq!(runs[0], runs[1], "the same seed");
    assert_ne!(runs[0], runs[2], "another seed");
    let struck = runs[0].iter().filter(|failed| **failed).count();
    assert!((4..=20).contains(&struck), "{struck} of 24");
    assert_eq!(fails(3).await, [false; 3], "removed");
}

#[tokio::test]
async fn rules_are_listed_with_what_became_of_them_and_removed() {
    let hospital = Hospital::start().await;
    let number = ask(
        &hospital,
        json!({ "fault": "slow", "seconds": 1, "next": 3 }),
    )
    .await;
    let listed = hospital.look("/sandbox/faults").await;
    assert_eq!(
        listed,
        json!([{ "number": number, "fault": "slow", "seconds": 1, "interface": null, "order": null,
            "next": 3, "probability": 1.0, "seed": 0, "struck": 0 }])
    );
    hospital.call(query("T1")).await.err().unwrap();
    let listed = hospital.look("/sandbox/faults").await;
    assert_eq!(
        (&listed[0]["next"], &listed[0]["struck"]),
        (&json!(2), &json!(1))
    );
    let origin = hospital.sandbox.origin();
    let delete = async |path: &str| {
        let reply = hospital
            .http
            .delete(format!("{origin}{path}"))
            .send()
            .await
            .unwrap();
        (reply.status().as_u16(), reply.text().await.unwrap())
    };
    let (status, words) = delete("/sandbox/faults?number=99").await;
    assert_eq!(status, 404);
    assert!(words.contains("GET /sandbox/faults lists them"), "{words}");
    assert_eq!(delete("/sandbox/faults").await.0, 200);
    assert_eq!(hospital.look("/sandbox/faults").await, json!([]));
}

#[tokio::test]
async fn a_rule_that_cannot_be_meant_is_refused_with_what_can() {
    let hospital = Hospital::start().await;
    for (rule, status, words) in [
        (
            json!({}),
            400,
            "`fault` is absent, there is err_code, bureau_refuses",
        ),
        (json!({ "fault": "fire" }), 400, "notification_wrong_amount"),
        (json!({ "fault": 1 }), 400, "`fault` is 1"),
        (json!({ "fault": "errcode" }), 400, "errcode"),
        (
            json!({ "fault": "html", "sed": 1 }),
            400,
            "html takes no `sed`: it takes fault, interface",
        ),
        (
            json!({ "fault": "err_code", "err_code": "5l4" }),
            400,
            "514",
        ),
        (
            json!({ "fault": "html", "interface": "refnd" }),
            404,
            "there is gettoken, token, unifiedorder",
        ),
        (
            json!({ "fault": "bill_empty", "interface": "refund" }),
            400,
            "takes no `interface`",
        ),
        (
            json!({ "fault": "html", "probability": 2 }),
            400,
            "allowed is 0 to 1",
        ),
        (
            json!({ "fault": "html", "next": 0 }),
            400,
            "allowed is 1 or more",
        ),
        (json!({ "fault": "html", "next": -1 }), 400, "u32"),
    ] {
        let (found, answer) = hospital.control("/sandbox/faults", rule.clone()).await;
        let error = answer["error"].as_str().unwrap_or_default();
        assert_eq!(found, status, "{rule}: {error}");
        assert!(error.contains(words), "{rule}: {error}");
    }
    assert_eq!(hospital.look("/sandbox/faults").await, json!([]));
}

#[test]
fn every_fault_has_its_name() {
    for name in FaultKind::NAMES {
        let fault = json!({ "fault": name, "errcode": -1, "err_code": "514", "seconds": 1 });
        let mut fault = fault.as_object().unwrap().clone();
        // A fault takes its own values only.
        fault.retain(|key, _| match key.as_str() {
            "errcode" => name == "errcode",
            "err_code" => name == "err_code",
            "seconds" => ["slow", "sys_refunding", "notification_late"].contains(&name),
            _ => true,
        });
        let kind: FaultKind = serde_json::from_value(fault.into()).unwrap();
        assert_eq!(kind.name(), name);
    }
}

#[tokio::test]
async fn a_call_that_is_refused_uses_up_no_code_of_chapter_5() {
    let hospital = Hospital::start().await;
    ask(&hospital, json!({ "fault": "bureau_refuses" })).await;
    let unsigned = "<xml><hosp_out_trade_no>T1</hosp_out_trade_no></xml>";
    hospital.return_msg::<unifiedorder::Request>(unsigned).await;
    assert_eq!(hospital.refused(order("T1", NOWHERE)).await, "533");
}
