//! A wrong signature is refused, and the sandbox says why.

use payinsurance::{queryorder, unifiedorder, verifyname};
use payinsurance_sandbox::{Config, Examination, Mode};
use signed_xml::{Fields, Key, Limits, SIGN, SignType};
use signed_xml_doctor::{Kind, Language, Verdict};

use crate::hospital::Hospital;
use crate::requests::{order, query, signed, verify_name};

const NOWHERE: &str = "http://127.0.0.1:9/notify";

/// The request with the signature of another canonical string, in which the test has made its mistake.
fn signed_like(request: &[u8], canonical: &str, key: &Key) -> Vec<u8> {
    // One field whose value is the rest of the string: nothing is sorted.
    let (name, rest) = canonical.split_once('=').unwrap();
    let sign = Fields::from_pairs([(name, rest)])
        .unwrap()
        .signature(key, SignType::Md5);
    with_sign(request, sign.as_str())
}

fn with_sign(request: &[u8], sign: &str) -> Vec<u8> {
    let fields = Fields::parse(request, &Limits::default()).unwrap();
    let pairs = fields
        .iter()
        .filter(|(name, _)| *name != SIGN)
        .chain([(SIGN, sign)]);
    Fields::from_pairs(pairs).unwrap().to_xml()
}

fn canonical(request: &[u8]) -> String {
    Fields::parse(request, &Limits::default())
        .unwrap()
        .canonical_string()
}

/// Sends a body with a wrong signature; what was said to the caller and what the traffic log holds.
async fn refused(hospital: &Hospital, body: Vec<u8>) -> (String, Examination) {
    let said = hospital.return_msg::<unifiedorder::Request>(body).await;
    let trouble = hospital.sandbox.traffic().pop().unwrap().trouble.unwrap();
    (said, trouble.signature.unwrap())
}

#[tokio::test]
async fn a_zero_that_was_not_signed_is_found() {
    let hospital = Hospital::start().await;
    let mut request = order("T1", NOWHERE);
    request.cash_add_fee = Some(signed_xml::Fen(0));
    let body = signed(&hospital.merchant, request);
    let wrong = canonical(&body)
        .replace("&cash_add_fee=0", "")
        .replace("allow_fee_change=0&", "");
    let (said, why) = refused(&hospital, signed_like(&body, &wrong, &hospital.key())).await;
    assert!(
        said.starts_with("签名失败: fields with the value 0"),
        "{said}"
    );
    assert!(said.contains("GET /sandbox/traffic?exchange="), "{said}");
    let difference = why.difference.unwrap();
    assert_eq!(
        difference.field.as_deref(),
        Some("allow_fee_change"),
        "the first of two zeros"
    );
    assert!(why.canonical.unwrap().contains("&cash_add_fee=0&"));
    assert!(!why.sender.unwrap().contains("cash_add_fee"));
    assert!(hospital.sandbox.orders().is_empty());
}

#[tokio::test]
async fn each_usual_mistake_is_named() {
    let hospital = Hospital::start().await;
    let mut request = order("T1", NOWHERE);
    request.unknown.push("Zeta", "1");
    request.body = " 挂号费 ".into();
    let body = signed(&hospital.merchant, request);
    let right = canonical(&body);
    let mut caseless: Vec<&str> = right.split('&').collect();
    caseless.sort_by_key(|pair| pair.to_ascii_lowercase());
    let fields = Fields::parse(&with_sign(&body, "0"), &Limits::default()).unwrap();
    let mut reversed: Vec<(&str, &str)> = fields.iter().collect();
    reversed.reverse();
    let unsorted_body = Fields::from_pairs(reversed.iter().copied())
        .unwrap()
        .to_xml();
    let unsorted: Vec<String> = reversed
        .iter()
        .filter(|(name, _)| *name != SIGN)
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    for (mistake, body, wrong) in [
        ("without regard to case", &body, caseless.join("&")),
        ("not sorted", &unsorted_body, unsorted.join("&")),
        ("blanks around", &body, right.replace(" 挂号费 ", "挂号费")),
        ("does not name", &body, right.replacen("Zeta=1&", "", 1)),
        (
            "`org_no` was left out",
            &body,
            right.replace("&org_no=440100001", ""),
        ),
    ] {
        let (said, why) = refused(&hospital, signed_like(body, &wrong, &hospital.key())).await;
        let named = why.summary(Language::English);
        assert!(named.contains(mistake), "{mistake}: {said}");
        assert!(why.difference.is_some(), "{mistake}");
    }
}

#[tokio::test]
async fn the_wrong_secret_is_named_and_never_shown() {
    let hospital = Hospital::start().await;
    let body = signed(&hospital.merchant, order("T1", NOWHERE));
    let (secret, other) = (
        hospital.merchant.app_secret.clone(),
        hospital.sandbox.merchants()[1].key.clone(),
    );
    for (key, said) in [
        (&secret, "the app secret instead of"),
        (&other, "the key of wx61f0a3d9c7e25b84"),
    ] {
        let wrong = signed_like(&body, &canonical(&body), &Key::new(key.as_str()).unwrap());
        let (_, why) = refused(&hospital, wrong).await;
        let named = why.summary(Language::English);
        assert!(named.contains(said), "{named}");
        assert_eq!(why.difference, None);
        let log = serde_json::to_string(&hospital.sandbox.traffic()).unwrap();
        assert!(!log.contains(key.as_str()));
    }
    let wrong = signed_like(
        &body,
        &canonical(&body),
        &Key::of_any_length("nobody-has-this-key").unwrap(),
    );
    let (_, why) = refused(&hospital, wrong).await;
    assert_eq!(why.verdict, Verdict::NoneOfTheKnown);
    assert!(why.tried.signatures > 1_000 && why.right.is_none());
}

#[tokio::test]
async fn a_missing_signature_and_small_digits_are_named() {
    let hospital = Hospital::start().await;
    let body = signed(&hospital.merchant, order("T1", NOWHERE));
    let (_, why) = refused(&hospital, with_sign(&body, "")).await;
    let named = why.summary(Language::English);
    assert!(named.contains("no `sign`"), "{named}");
    let fields = Fields::parse(&body, &Limits::default()).unwrap();
    let small = fields.get(SIGN).unwrap().to_lowercase();
    let (_, why) = refused(&hospital, with_sign(&body, &small)).await;
    let named = why.summary(Language::English);
    assert!(named.contains("upper-case"), "{named}");
    let sha = fields.signature(&hospital.key(), SignType::HmacSha256);
    let (_, why) = refused(&hospital, with_sign(&body, sha.as_str())).await;
    let named = why.summary(Language::English);
    assert!(named.contains("HMAC-SHA256"), "{named}");
}

#[tokio::test]
async fn a_signature_by_the_algorithm_that_the_message_names_is_right() {
    let hospital = Hospital::start().await;
    let mut request = query("T1");
    request.unknown.push("sign_type", "HMAC-SHA256");
    let fields = Fields::parse(&signed(&hospital.merchant, request), &Limits::default()).unwrap();
    let body = fields.to_signed_xml(&hospital.key(), SignType::HmacSha256);
    let reply = hospital.post::<queryorder::Request>(body).await;
    let reply = String::from_utf8(reply).unwrap();
    assert!(reply.contains("541"), "{reply}");
}

#[tokio::test]
async fn a_wrong_signature_on_verifyname_is_the_code_80002() {
    let hospital = Hospital::start().await;
    let body = with_sign(&signed(&hospital.merchant, verify_name()), "0");
    let reply = hospital.post::<verifyname::Request>(body).await;
    let fields = Fields::parse(&reply, &Limits::default()).unwrap();
    assert_eq!(fields.get("result_code"), Some("FAIL"));
    assert_eq!(fields.get("err_code"), Some("80002"));
}

#[tokio::test]
async fn personal_values_are_masked_unless_the_configuration_reveals_them() {
    let openid = payinsurance_sandbox::samples::OPENID;
    for reveal in [false, true] {
        let mut config = Config::default();
        config.reveal = reveal;
        let hospital = Hospital::with(config, Mode::ServiceProvider).await;
        let body = signed(&hospital.merchant, order("T1", NOWHERE));
        let wrong = canonical(&body).replace(&format!("&openid={openid}"), "");
        refused(&hospital, signed_like(&body, &wrong, &hospital.key())).await;
        hospital.call(order("T2", NOWHERE)).await.unwrap();
        let log = serde_json::to_string(&hospital.sandbox.traffic()).unwrap();
        assert_eq!(log.contains(openid), reveal);
        assert_eq!(log.contains("张三"), reveal);
        assert!(!log.contains(&hospital.token) && !log.contains(&hospital.merchant.app_secret));
    }
}

#[tokio::test]
async fn a_body_in_gbk_is_refused_with_its_charset() {
    let hospital = Hospital::start().await;
    let body = signed(&hospital.merchant, order("T1", NOWHERE));
    let (bytes, _, _) = encoding_rs::GBK.encode(std::str::from_utf8(&body).unwrap());
    let said = hospital
        .return_msg::<unifiedorder::Request>(bytes.to_vec())
        .await;
    assert!(
        said.contains("not UTF-8") && said.contains("sent in GBK"),
        "{said}"
    );
}

#[tokio::test]
async fn two_mistakes_are_both_in_the_traffic_log() {
    let hospital = Hospital::start().await;
    let body = signed(&hospital.merchant, order("T1", NOWHERE));
    let secret = Key::new(hospital.merchant.app_secret.as_str()).unwrap();
    let wrong = canonical(&body).replace("allow_fee_change=0&", "");
    let (_, why) = refused(&hospital, signed_like(&body, &wrong, &secret)).await;
    let kinds: Vec<Kind> = why.mistakes().iter().map(|mistake| mistake.kind).collect();
    assert_eq!(kinds, [Kind::ZeroLeftOut, Kind::OtherSecret]);
}
