//! What the platform takes literally: lengths, bytes as they were sent, names; and what a refusal says.

use payinsurance::{queryorder, unifiedorder};
use payinsurance_sandbox::{Act, Config, Mode};
use serde_json::{Value, json};
use signed_xml::{Fields, Limits, SignType};

use crate::hospital::Hospital;
use crate::requests::{close, order, query, signed};

const NOWHERE: &str = "http://127.0.0.1:9/notify";

/// An order with other values of these fields, signed.
fn altered(hospital: &Hospital, changes: &[(&str, &str)]) -> Vec<u8> {
    let body = signed(&hospital.merchant, order("T1", NOWHERE));
    let fields = Fields::parse(&body, &Limits::default()).unwrap();
    let pairs = fields.iter().map(|(name, value)| {
        let change = changes.iter().find(|(changed, _)| *changed == name);
        (name, change.map_or(value, |(_, value)| value))
    });
    Fields::from_pairs(pairs)
        .unwrap()
        .to_signed_xml(&hospital.key(), SignType::Md5)
}

async fn last_trouble(hospital: &Hospital) -> Value {
    let traffic = hospital.look("/sandbox/traffic").await;
    traffic.as_array().unwrap().last().unwrap()["trouble"].clone()
}

#[tokio::test]
async fn a_length_is_checked_before_a_value_is_read() {
    let hospital = Hospital::start().await;
    for (field, value, words) in [
        (
            "gmt_out_create",
            "2018-12-04 07:58:41",
            "holds at most 14 characters, found 19",
        ),
        (
            "spbill_create_ip",
            "2001:db8::8a2e:370:7334",
            "holds at most 16 characters, found 23",
        ),
        ("org_no", &"1".repeat(65), "found 65"),
    ] {
        let body = altered(&hospital, &[(field, value)]);
        hospital.return_msg::<unifiedorder::Request>(body).await;
        let violations = last_trouble(&hospital).await["violations"].clone();
        let [only] = &violations.as_array().unwrap()[..] else {
            panic!("{violations}")
        };
        let only = only.as_str().unwrap();
        assert!(only.contains(field) && only.contains(words), "{only}");
    }
    assert!(hospital.sandbox.orders().is_empty());
}

#[tokio::test]
async fn request_content_comes_back_byte_for_byte() {
    let hospital = Hospital::start().await;
    let sent = "{ \"session_id\":\"s\", \"aae011\":\"sys\",\"bka015\":\"\\u7cfb\\u7edf\",\"bka001\" : \"1.0\",\"bka964\":\"x\" }";
    let body = altered(&hospital, &[("request_content", sent)]);
    let reply = hospital.post::<unifiedorder::Request>(body).await;
    let reply = String::from_utf8(reply).unwrap();
    assert!(reply.contains("med_trans_id"), "{reply}");
    let reply = hospital.call(query("T1")).await.unwrap();
    assert_eq!(reply.request_content.as_deref(), Some(sent));
}

#[tokio::test]
async fn text_behind_a_json_object_is_refused() {
    let hospital = Hospital::start().await;
    let whole = "{\"session_id\":\"s\",\"aae011\":\"sys\",\"bka015\":\"x\",\"bka001\":\"1\",\"bka964\":\"x\"}";
    for behind in ["x", "{}", " null", "}"] {
        let sent = format!("{whole}{behind}");
        let body = altered(&hospital, &[("request_content", &sent)]);
        let found = hospital.return_msg::<unifiedorder::Request>(body).await;
        assert!(found.contains("request_content"), "{behind}: {found}");
    }
}

#[tokio::test]
async fn another_openid_or_name_of_a_known_patient_is_534() {
    let hospital = Hospital::start().await;
    let mut named = order("T1", NOWHERE);
    named.user_name = "李四".into();
    assert_eq!(hospital.refused(named).await, "534");
    let mut other = order("T1", NOWHERE);
    other.openid = Some("oSomebodyElse".into());
    assert_eq!(hospital.refused(other).await, "534");
    let trouble = last_trouble(&hospital).await;
    assert!(
        trouble["detail"].as_str().unwrap().contains("openid"),
        "{trouble}"
    );
}

#[tokio::test]
async fn a_refusal_keeps_128_characters_and_names_the_exchange_where_all_of_it_stands() {
    let hospital = Hospital::start().await;
    let body = altered(
        &hospital,
        &[
            ("org_no", &"1".repeat(65)),
            ("serial_no", &"2".repeat(70)),
            ("bill_no", &"3".repeat(70)),
            ("cash_fee", "151"),
        ],
    );
    let found = hospital.return_msg::<unifiedorder::Request>(body).await;
    assert!(found.chars().count() <= 128, "{found}");
    assert!(
        found.ends_with("(GET /sandbox/traffic?exchange=2)"),
        "{found}"
    );
    let trouble = last_trouble(&hospital).await;
    let violations: Vec<&str> = (trouble["violations"].as_array().unwrap().iter())
        .map(|words| words.as_str().unwrap())
        .collect();
    for words in [
        "`org_no`",
        "`serial_no`",
        "`bill_no`",
        "together do not exceed the total",
    ] {
        let found = violations.iter().any(|found| found.contains(words));
        assert!(found, "{words} is not in {violations:#?}");
    }
    assert_eq!(violations.len(), 4, "{violations:#?}");
}

#[tokio::test]
async fn every_kind_of_refusal_names_its_exchange() {
    let hospital = Hospital::start().await;
    let business = hospital.post::<queryorder::Request>(signed(&hospital.merchant, query("T0")));
    let format = hospital.post::<queryorder::Request>("no xml");
    let signature = hospital.post::<queryorder::Request>("<xml><appid>x</appid></xml>");
    let access = hospital.post_with_token::<queryorder::Request>("x", "x");
    let replies = [business.await, format.await, signature.await, access.await];
    for (reply, exchange) in replies.into_iter().zip(2..) {
        let reply = String::from_utf8(reply).unwrap();
        let pointer = format!("(GET /sandbox/traffic?exchange={exchange})");
        assert!(reply.contains(&pointer), "{reply}");
    }
}

#[tokio::test]
async fn what_is_unknown_is_answered_with_what_there_is() {
    let hospital = Hospital::start().await;
    let url = format!("{}/payinsurance/unifiedorders", hospital.sandbox.origin());
    let reply = hospital.http.post(url).send().await.unwrap();
    assert_eq!(reply.status(), 404);
    let words = reply.text().await.unwrap();
    assert!(
        words.contains("/payinsurance/unifiedorder,") && words.contains("/sandbox/faults"),
        "{words}"
    );
    let (status, answer) = hospital
        .control(
            "/sandbox/fail",
            json!({ "interface": "refnd", "err_code": "514" }),
        )
        .await;
    assert_eq!(status, 404);
    assert!(
        answer.to_string().contains("unifiedorder, queryorder"),
        "{answer}"
    );
    let asked = json!({ "hosp_out_trade_no": "T1", "forgery": "wrong" });
    let (status, answer) = hospital.control("/sandbox/forge", asked).await;
    assert_eq!(status, 400);
    assert!(
        answer.to_string().contains("`wrong_key`, `unsigned`"),
        "{answer}"
    );
}

#[tokio::test]
async fn a_payment_settles_after_the_close() {
    let hospital = Hospital::start().await;
    hospital.call(order("T1", NOWHERE)).await.unwrap();
    let settle = json!({ "hosp_out_trade_no": "T1" });
    let path = "/sandbox/settle_after_close";
    let (status, answer) = hospital.control(path, settle.clone()).await;
    assert_eq!(status, 409);
    assert!(answer.to_string().contains("only a closed one"), "{answer}");
    hospital.call(close("T1")).await.unwrap();
    let (status, answer) = hospital.control(path, settle).await;
    assert_eq!(
        (status, &answer["med_trade_state"]),
        (200, &json!("SUCCESS"))
    );
    let (status, _) = hospital
        .control(path, json!({ "hosp_out_trade_no": "T0" }))
        .await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn why_a_notification_cannot_be_delivered_is_named() {
    let hospital = Hospital::start().await;
    for (number, url, cause) in [
        ("T1", "http://127.0.0.1:9/notify", "connection refused"),
        ("T2", "http://hospital.invalid/notify", "unknown host"),
        ("T3", hospital.sandbox.origin(), "HTTP status 4"),
    ] {
        let url = match number {
            "T3" => format!("{url}/payinsurance/nowhere"),
            _ => url.to_owned(),
        };
        hospital.call(order(number, &url)).await.unwrap();
        hospital.sandbox.pay(number, Act::Pay).unwrap();
        hospital.sandbox.advance(std::time::Duration::ZERO).await;
        let orders = hospital.sandbox.orders();
        let view = orders.last().unwrap().notification.clone().unwrap();
        let refused = view.refused.unwrap();
        assert!(refused.contains(cause), "{number}: {refused}");
    }
}

#[tokio::test]
async fn a_wrong_digest_of_an_id_number_says_which_mistake_makes_it() {
    let number = "11010519491231002X";
    let right = signed_xml::IdDigest::of(number).unwrap();
    let config: Config = serde_json::from_value(json!({ "patients": [{
        "openids": ["oSandboxPatientOfTheProvider"], "name": "张三",
        "id_digest": right.as_str(), "id_number": number,
    }] }))
    .unwrap();
    let hospital = Hospital::with(config, Mode::ServiceProvider).await;
    // The MD5 of 11010519491231002x and of 110105491231002, by another program.
    for (sent, words) in [
        ("84488d6c78590d326627f5ecf902d3f9", "a capital X"),
        (
            "acd4af7cf10abc781b4659e6081e4ed4",
            "turn it into 18 characters",
        ),
        (number, "ID number itself"),
        ("110105491231002", "ID number itself"),
        (&right.as_str().to_uppercase(), "upper case"),
    ] {
        let body = altered(&hospital, &[("user_card_no", sent)]);
        let reply = hospital.post::<unifiedorder::Request>(body).await;
        let reply = String::from_utf8(reply).unwrap();
        assert!(reply.contains("FAIL") && !reply.contains(sent), "{reply}");
        let trouble = last_trouble(&hospital).await.to_string();
        assert!(trouble.contains(words), "{sent}: {trouble}");
        assert!(!trouble.contains(number), "{trouble}");
    }
}
