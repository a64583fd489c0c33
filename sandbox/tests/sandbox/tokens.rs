//! Access tokens: how they are had, how they die.

use std::time::Duration;

use payinsurance::queryorder;
use payinsurance_sandbox::{Config, GetTokenForm, Mode};
use serde_json::Value;
use signed_xml::{Fields, Limits};

use crate::hospital::{Hospital, http};

/// The `errcode` of a query with that token; 0 if it passes the gate.
async fn errcode(hospital: &Hospital, token: &str) -> i64 {
    let body = hospital
        .post_with_token::<queryorder::Request>(token, "<xml></xml>")
        .await;
    match serde_json::from_slice::<Value>(&body) {
        Ok(reply) => reply["errcode"].as_i64().unwrap(),
        Err(_) => 0,
    }
}

#[tokio::test]
async fn a_dead_token_is_answered_in_json_where_xml_is_expected() {
    let hospital = Hospital::start().await;
    assert_eq!(errcode(&hospital, "").await, 41_001);
    assert_eq!(errcode(&hospital, "nonsense").await, 40_014);
    let other_end = if hospital.token.ends_with('A') {
        'B'
    } else {
        'A'
    };
    let mut unknown = hospital.token.clone();
    unknown.pop();
    unknown.push(other_end);
    assert_eq!(errcode(&hospital, &unknown).await, 40_001);
    assert_eq!(errcode(&hospital, &hospital.token).await, 0);
}

#[tokio::test]
async fn a_token_lives_for_two_hours() {
    let hospital = Hospital::start().await;
    hospital.sandbox.advance(Duration::from_secs(7_190)).await;
    assert_eq!(errcode(&hospital, &hospital.token).await, 0);
    hospital.sandbox.advance(Duration::from_secs(10)).await;
    assert_eq!(errcode(&hospital, &hospital.token).await, 42_001);
}

#[tokio::test]
async fn a_new_token_ends_the_old_one_after_five_minutes() {
    let hospital = Hospital::start().await;
    let second = hospital.fresh_token().await;
    assert_eq!(errcode(&hospital, &hospital.token).await, 0);
    hospital.sandbox.advance(Duration::from_secs(240)).await;
    assert_eq!(errcode(&hospital, &hospital.token).await, 0);
    hospital.sandbox.advance(Duration::from_secs(60)).await;
    assert_eq!(errcode(&hospital, &hospital.token).await, 40_001);
    assert_eq!(errcode(&hospital, &second).await, 0);
}

#[tokio::test]
async fn wrong_credentials_give_no_token() {
    let hospital = Hospital::start().await;
    let path = hospital.token_path();
    for (from, to, code) in [
        ("client_credential", "password", "40002"),
        (
            hospital.merchant.appid.as_str(),
            "wx0000000000000000",
            "40013",
        ),
        (hospital.merchant.app_secret.as_str(), "0", "40125"),
    ] {
        let body = hospital.get(&path.replace(from, to)).await;
        let fields = Fields::parse(&body, &Limits::default()).unwrap();
        assert_eq!(fields.get("result_code"), Some("FAIL"));
        assert_eq!(fields.get("err_code"), Some(code));
        assert_eq!(fields.get("access_token"), None);
    }
    let alone = Hospital::with(Config::default(), Mode::Independent).await;
    let path = alone.token_path().replace(&alone.merchant.app_secret, "0");
    assert_eq!(alone.look(&path).await["errcode"], 40_125);
}

#[tokio::test]
async fn gettoken_can_be_set_to_answer_in_json() {
    let mut config = Config::default();
    config.gettoken_form = GetTokenForm::Json;
    let sandbox = payinsurance_sandbox::Sandbox::builder()
        .config(config)
        .start()
        .await
        .unwrap();
    let merchant = sandbox.merchants()[0].clone();
    let http = http();
    let hospital = Hospital {
        sandbox,
        merchant,
        token: String::new(),
        http,
    };
    let reply = hospital.look(&hospital.token_path()).await;
    assert_eq!(reply["expires_in"], 7_200);
    assert_eq!(
        errcode(&hospital, reply["access_token"].as_str().unwrap()).await,
        0
    );
}

/// Asks for a stable token; the reply.
async fn stable(hospital: &Hospital, secret: &str, more: Value) -> Value {
    let mut asked = serde_json::json!({
        "grant_type": "client_credential", "appid": hospital.merchant.appid, "secret": secret,
    });
    for (name, value) in more.as_object().unwrap() {
        asked[name] = value.clone();
    }
    let url = format!("{}/cgi-bin/stable_token", hospital.sandbox.origin());
    let reply = hospital.http.post(url).body(asked.to_string()).send().await;
    let reply = reply.unwrap().bytes().await.unwrap();
    serde_json::from_slice(&reply).unwrap()
}

#[tokio::test]
async fn a_stable_token_stays_the_same_and_no_other_caller_ends_it() {
    let hospital = Hospital::with(Config::default(), Mode::Independent).await;
    let secret = hospital.merchant.app_secret.clone();
    let plain = serde_json::json!({});
    let first = stable(&hospital, &secret, plain.clone()).await;
    let token = first["access_token"].as_str().unwrap().to_owned();
    assert_eq!(first["expires_in"], 7_200);
    assert_eq!(errcode(&hospital, &token).await, 0);
    hospital.sandbox.advance(Duration::from_secs(600)).await;
    let again = stable(&hospital, &secret, plain.clone()).await;
    assert_eq!(again["access_token"], first["access_token"]);
    assert!(again["expires_in"].as_u64().unwrap() <= 6_600, "{again}");
    // The old interface gives another token, and neither ends the other.
    hospital.fresh_token().await;
    hospital.fresh_token().await;
    hospital.sandbox.advance(Duration::from_secs(400)).await;
    assert_eq!(errcode(&hospital, &token).await, 0);
    // Asked for, a new one comes at once; the old one lives for five more minutes.
    let forced = stable(
        &hospital,
        &secret,
        serde_json::json!({ "force_refresh": true }),
    )
    .await;
    assert_ne!(forced["access_token"], first["access_token"]);
    assert_eq!(errcode(&hospital, &token).await, 0);
    hospital.sandbox.advance(Duration::from_secs(301)).await;
    assert_eq!(errcode(&hospital, &token).await, 40_001);
    // In the last five minutes the next one is given out.
    hospital.sandbox.advance(Duration::from_secs(6_700)).await;
    let next = stable(&hospital, &secret, plain.clone()).await;
    assert_ne!(next["access_token"], forced["access_token"]);

    let wrong = stable(&hospital, "x", plain.clone()).await;
    assert_eq!(wrong["errcode"], 40_125);
    let wrong = stable(&hospital, &secret, serde_json::json!({ "appid": "wx" })).await;
    assert_eq!(wrong["errcode"], 40_013);
    let wrong = stable(&hospital, &secret, serde_json::json!({ "grant_type": "x" })).await;
    assert_eq!(wrong["errcode"], 40_002);
    let traffic = hospital.look("/sandbox/traffic").await.to_string();
    assert!(!traffic.contains(&token) && !traffic.contains(&secret));
}
