//! The sandbox's own paths under `/sandbox/`, and how it starts and stops.

use std::time::Duration;

use payinsurance_sandbox::{Act, Config, Sandbox, StartError};
use serde_json::json;

use crate::hospital::{Hospital, http};
use crate::receiver::Receiver;
use crate::requests::{order, query};

#[tokio::test]
async fn a_patient_pays_by_the_pay_key_of_the_link() {
    let hospital = Hospital::start().await;
    let receiver = Receiver::start(hospital.key(), []).await;
    let placed = hospital.call(order("T1", &receiver.url)).await.unwrap();
    let path = placed
        .pay_url
        .strip_prefix(hospital.sandbox.origin())
        .unwrap()
        .split('#')
        .next()
        .unwrap();
    assert_eq!(
        hospital.look(path).await["order"]["hosp_out_trade_no"],
        "T1"
    );
    let pay_key = path.split_once("pay_key=").unwrap().1;
    let (status, order) = hospital
        .control("/sandbox/pay", json!({ "pay_key": pay_key, "act": "pay" }))
        .await;
    assert_eq!(
        (status, &order["med_trade_state"]),
        (200, &json!("SUCCESS"))
    );
    let (status, error) = hospital
        .control(
            "/sandbox/pay",
            json!({ "hosp_out_trade_no": "T1", "act": "pay" }),
        )
        .await;
    assert_eq!(
        (status, &error["error"]),
        (409, &json!("the order is SUCCESS and cannot be paid"))
    );
    let (status, _) = hospital
        .control(
            "/sandbox/pay",
            json!({ "hosp_out_trade_no": "T0", "act": "pay" }),
        )
        .await;
    assert_eq!(status, 404);
    let (status, _) = hospital
        .control(
            "/sandbox/pay",
            json!({ "hosp_out_trade_no": "T1", "act": "run" }),
        )
        .await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn orders_traffic_and_merchants_can_be_looked_at() {
    let hospital = Hospital::start().await;
    let receiver = Receiver::start(hospital.key(), []).await;
    hospital.call(order("T1", &receiver.url)).await.unwrap();
    hospital.sandbox.pay("T1", Act::Pay).unwrap();
    let (_, now) = hospital
        .control("/sandbox/advance", json!({ "seconds": 60 }))
        .await;
    assert_eq!(now["now"].as_str().unwrap().len(), 19);
    let orders = hospital.look("/sandbox/orders").await;
    assert_eq!(orders[0]["total_fee"], 250);
    assert_eq!(orders[0]["notification"]["accepted"], true);
    let traffic = hospital.look("/sandbox/traffic").await;
    let interfaces: Vec<_> = traffic
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["interface"].as_str().unwrap())
        .collect();
    assert_eq!(interfaces, ["gettoken", "unifiedorder", "notification"]);
    assert_eq!(traffic[0]["request"]["agentsecret"], "[redacted]");
    assert_eq!(traffic[0]["reply"]["access_token"], "[redacted]");
    assert_eq!(traffic[1]["request"]["total_fee"], "250");
    assert_eq!(traffic[1]["events"][0]["event"], "order_placed");
    let one = hospital.look("/sandbox/traffic?exchange=2").await;
    assert_eq!(one.as_array().unwrap().len(), 1);
    assert_eq!(one[0], traffic[1]);
    hospital.look("/sandbox").await;
}

#[tokio::test]
async fn keys_and_app_secrets_are_shown_only_if_they_are_named() {
    let hospital = Hospital::start().await;
    let all = hospital.look("/sandbox/merchants").await;
    assert_eq!(all[0]["appid"], hospital.merchant.appid.as_str());
    let (key, secret) = (&hospital.merchant.key, &hospital.merchant.app_secret);
    for path in ["/sandbox/merchants", "/sandbox/orders", "/sandbox/traffic"] {
        let shown = hospital.look(path).await.to_string();
        assert!(!shown.contains(key) && !shown.contains(secret), "{path}");
    }
    let keys = hospital.look("/sandbox/merchants?show=key").await;
    assert_eq!(keys[0]["key"], key.as_str());
    assert!(keys[0].get("app_secret").is_none());
    let both = hospital
        .look("/sandbox/merchants?show=key,app_secret")
        .await;
    assert_eq!(both[0]["app_secret"], secret.as_str());
    for (query, allowed) in [
        ("show=secrets", "`app_secret`"),
        ("shwo=key", "expected `show`"),
    ] {
        let url = format!("{}/sandbox/merchants?{query}", hospital.sandbox.origin());
        let reply = hospital.http.get(url).send().await.unwrap();
        assert_eq!(reply.status(), 400);
        let words = reply.text().await.unwrap();
        assert!(words.contains(allowed), "{words}");
    }
}

#[tokio::test]
async fn a_forged_notification_can_be_asked_for() {
    let hospital = Hospital::start().await;
    let receiver = Receiver::start(hospital.key(), []).await;
    hospital.call(order("T1", &receiver.url)).await.unwrap();
    let asked = json!({ "hosp_out_trade_no": "T1", "forgery": "wrong_key" });
    let (status, report) = hospital.control("/sandbox/forge", asked).await;
    assert_eq!(status, 200);
    assert_eq!(report["accepted"], true, "this receiver accepts everything");
}

#[tokio::test]
async fn a_reset_forgets_everything_but_the_configuration() {
    let mut hospital = Hospital::start().await;
    hospital
        .call(order("T1", "http://127.0.0.1:9/"))
        .await
        .unwrap();
    hospital
        .sandbox
        .advance(Duration::from_secs(1_000_000))
        .await;
    let (status, _) = hospital.control("/sandbox/reset", json!({})).await;
    assert_eq!(status, 200);
    assert!(hospital.sandbox.orders().is_empty());
    let ahead = hospital
        .sandbox
        .now()
        .duration_since(jiff::Timestamp::now());
    assert!(ahead.as_secs().abs() < 60, "{ahead}");
    hospital.token = hospital.fresh_token().await;
    assert_eq!(hospital.refused(query("T1")).await, "541");
}

#[tokio::test]
async fn an_unknown_path_is_refused_as_an_unknown_interface() {
    let hospital = Hospital::start().await;
    let url = format!("{}/payinsurance/getbindurl", hospital.sandbox.origin());
    let reply = hospital.http.post(url).send().await.unwrap();
    assert_eq!(reply.status(), 404);
}

#[tokio::test]
async fn listens_on_loopback_only() {
    let address = "0.0.0.0:0".parse().unwrap();
    let error = Sandbox::builder()
        .address(address)
        .start()
        .await
        .unwrap_err();
    assert_eq!(error, StartError::NotLoopback { address });
}

#[tokio::test]
async fn stops_listening_when_it_is_shut_down_or_dropped() {
    let first = http();
    let sandbox = Sandbox::start().await.unwrap();
    let url = format!("{}/sandbox", sandbox.origin());
    assert!(first.get(&url).send().await.is_ok());
    sandbox.shutdown().await;
    let fresh = http();
    assert!(fresh.get(&url).send().await.is_err());
}

#[test]
fn a_configuration_that_cannot_be_is_refused_with_a_reason() {
    type Change = fn(&mut Config);
    let changes: [(&str, Change); 5] = [
        ("signing key", |config| config.merchants[0].key.clear()),
        ("has no `sub_mch_id`", |config| {
            config.merchants[0].sub_mch_id = None
        }),
        ("has a `sub_appid`", |config| {
            config.merchants[1].sub_appid = Some("wx".into())
        }),
        ("patients[0].id_digest", |config| {
            config.patients[0].id_digest = "09EB".into()
        }),
        ("own_account_percent", |config| {
            config.own_account_percent = 101
        }),
    ];
    for (said, change) in changes {
        let mut config = Config::default();
        change(&mut config);
        let error = payinsurance_sandbox::Platform::new(config, "http://127.0.0.1").unwrap_err();
        assert!(error.to_string().contains(said), "{error}");
    }
}

#[test]
fn a_configuration_survives_being_written_and_read() {
    let config = Config::default();
    let text = serde_json::to_string(&config).unwrap();
    assert_eq!(serde_json::from_str::<Config>(&text).unwrap(), config);
    assert!(serde_json::from_str::<Config>("{\"refnd_time\":1}").is_err());
    assert!(!format!("{config:?}").contains(&config.merchants[0].key));
}

#[tokio::test]
async fn what_cannot_be_meant_is_refused_with_what_is_allowed() {
    let hospital = Hospital::start().await;
    for (path, body, allowed) in [
        (
            "/sandbox/advance",
            json!({ "seconds": u64::MAX }),
            "at most 316224000",
        ),
        (
            "/sandbox/fail",
            json!({ "interface": "refund", "err_code": "5l4" }),
            "514",
        ),
        (
            "/sandbox/pay",
            json!({ "act": "pay" }),
            "`hosp_out_trade_no`",
        ),
        (
            "/sandbox/forge",
            json!({ "forgery": "unsigned" }),
            "`med_trans_id`",
        ),
    ] {
        let (status, reply) = hospital.control(path, body).await;
        assert_eq!(status, 400, "{path}: {reply}");
        let words = reply["error"].as_str().unwrap_or_default();
        assert!(words.contains(allowed), "{path}: {words}");
    }
}
