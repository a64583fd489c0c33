//! Failures without a signature, and answers that are not one of the interface: what they say is
//! shown, and each error says one thing.

use signed_xml::{BodyError, Effect, Fields, Key, Message, Schema, SignType, SignatureError};
use signed_xml_client::{Blame, Client, Error, Merchant, ReplyError};

use crate::messages::{
    APP_SECRET, AskToken, Bill, KEY, Paid, PayResponse, builder, key, pay, provider, signed,
};
use crate::server::{Answer, Server};

async fn refused(body: &str) -> Error {
    let body = body.to_owned();
    let server = Server::with_token(move |_| body.clone().into_bytes().into()).await;
    let client = builder(&server.origin).build().unwrap();
    client.call(&pay()).await.map(|_| "a success").unwrap_err()
}

async fn refused_bill(body: impl Into<Vec<u8>>) -> Error {
    let body = body.into();
    let server = Server::with_token(move |_| body.clone().into()).await;
    let client = builder(&server.origin).build().unwrap();
    let request = Bill::builder().build().unwrap();
    client
        .call_text(&request, None)
        .await
        .map(|_| "a text")
        .unwrap_err()
}

/// The error of a call whose token was answered with `body`.
async fn without_token(body: &str) -> Error {
    let body = body.to_owned();
    let server = Server::start(move |_| body.clone().into_bytes().into()).await;
    let client = builder(&server.origin).build().unwrap();
    client.call(&pay()).await.map(|_| "a success").unwrap_err()
}

#[tokio::test]
async fn a_failure_of_any_field_names_keeps_its_words_and_is_marked_as_unproved() {
    for (body, words, effect) in [
        (
            "<xml><return_code>FAIL</return_code><retmsg>余额不足</retmsg></xml>",
            "retmsg \"余额不足\"",
            Effect::Refused,
        ),
        (
            "<xml><return_code>FAIL</return_code><retcode>88</retcode></xml>",
            "retcode \"88\"",
            Effect::Refused,
        ),
        (
            "<xml><return_code>FAIL</return_code><return_msg>a</return_msg><error_code>E7</error_code></xml>",
            "error_code \"E7\"",
            Effect::Refused,
        ),
        (
            "<xml><return_code>FAIL</return_code><err_code>9</err_code><err_code_des>why</err_code_des></xml>",
            "err_code_des \"why\"",
            Effect::Refused,
        ),
        (
            "<xml><return_code>SUCCESS</return_code><result_code>FAIL</result_code><err_code>541</err_code><err_code_des>订单不存在</err_code_des></xml>",
            "err_code \"541\", err_code_des \"订单不存在\"",
            Effect::Unknown,
        ),
        (
            "<xml><return_code>SUCCESS</return_code><return_msg>x</return_msg><error_code>E8</error_code></xml>",
            "return_code \"SUCCESS\", return_msg \"x\", error_code \"E8\"",
            Effect::Unknown,
        ),
        (
            "<xml><return_code>SUCCESS</return_code><err_code_des>稍后再试</err_code_des><sign></sign></xml>",
            "err_code_des \"稍后再试\"",
            Effect::Unknown,
        ),
        (
            r#"{"return_code":"SUCCESS","result_code":"FAIL","err_code_des":"busy"}"#,
            "err_code_des \"busy\"",
            Effect::Unknown,
        ),
        (
            "<xml><retcode>1</retcode><retmsg>busy</retmsg></xml>",
            "retmsg \"busy\"",
            Effect::Unknown,
        ),
        (
            r#"{"return_code":"FAIL","retmsg":"busy"}"#,
            "retmsg \"busy\"",
            Effect::Refused,
        ),
        (
            r#"{"retcode":-2,"retmsg":"busy"}"#,
            "retmsg \"busy\"",
            Effect::Unknown,
        ),
        (
            r#"{"errcode":"E1","errmsg":"busy"}"#,
            "errmsg \"busy\"",
            Effect::Unknown,
        ),
    ] {
        let error = refused(body).await;
        let shown = error.to_string();
        assert!(shown.contains(words), "{shown}");
        assert!(shown.contains("not signed and proves nothing"), "{shown}");
        assert_eq!(error.effect(), effect, "{shown}");
        assert!(error.fields().is_none() && error.err_code().is_none());
    }
}

#[tokio::test]
async fn an_unsigned_success_lacks_its_signature_and_reports_no_failure() {
    let body = "<xml><return_code>SUCCESS</return_code><return_msg>OK</return_msg><result_code>SUCCESS</result_code></xml>";
    let error = refused(body).await;
    assert!(
        matches!(
            error.reply_error(),
            Some(ReplyError::Signature(SignatureError::Missing))
        ),
        "{error}"
    );
}

#[tokio::test]
async fn a_genuine_reply_for_another_merchant_is_refused_even_if_its_type_has_no_field_for_that() {
    let names =
        |schema: &Schema| schema.field("mch_id").is_none() && schema.field("appid").is_none();
    assert!(names(<PayResponse as Message>::SCHEMA));
    for (name, value) in [
        ("appid", "wx0000000000000007"),
        ("mch_id", "1900000777"),
        ("sub_mch_id", "1900000778"),
    ] {
        for result_code in ["SUCCESS", "FAIL"] {
            let body = signed(&[
                ("return_code", "SUCCESS"),
                ("result_code", result_code),
                ("trade_no", "T1"),
                ("total_fee", "250"),
                (name, value),
            ]);
            let error = refused(&String::from_utf8(body).unwrap()).await;
            assert!(
                matches!(error.reply_error(), Some(ReplyError::ForAnotherMerchant { field }) if *field == name),
                "{error}"
            );
            assert_eq!(error.effect(), Effect::Unknown);
            assert!(!error.to_string().contains(value), "{error}");
        }
    }
}

#[tokio::test]
async fn words_of_a_failure_are_short_and_escaped_and_hold_neither_secrets_nor_what_may_be_personal()
 {
    let body = format!(
        "<xml><return_code>FAIL</return_code><retmsg>a\u{7}\u{202E}b {APP_SECRET} TOKEN-1 {}</retmsg><openid>oPATIENT</openid><name>Zhang</name></xml>",
        "x".repeat(5_000)
    );
    let shown = refused(&body).await.to_string();
    assert!(
        shown.contains("a\\u{7}\\u{202e}b [redacted] [redacted]"),
        "{shown}"
    );
    assert!(
        shown.contains("without their values: openid name"),
        "{shown}"
    );
    assert!(
        !shown.contains("oPATIENT") && !shown.contains("Zhang"),
        "{shown}"
    );
    assert!(shown.len() < 700, "{shown}");
}

#[tokio::test]
async fn a_bill_answered_with_anything_but_a_table_is_an_error_of_its_kind() {
    let json = refused_bill(r#"{"errcode":48001,"errmsg":"api unauthorized"}"#).await;
    assert_eq!(
        (json.errcode(), json.effect()),
        (Some(48001), Effect::Refused)
    );
    let retcode = refused_bill(r#"{"retcode":1,"retmsg":"busy"}"#).await;
    assert!(
        matches!(
            retcode.reply_error(),
            Some(ReplyError::UnsignedFailure { .. })
        ),
        "{retcode}"
    );
    assert!(matches!(
        refused_bill(r#"{"errcode":0}"#).await,
        Error::NoText
    ));
    assert!(matches!(
        refused_bill(r#"{"errcode":1}x"#).await.reply_error(),
        Some(ReplyError::Body(BodyError::NotJson { .. }))
    ));
    let xml = refused_bill("<xml><return_code>FAIL</return_code><retmsg>none</retmsg></xml>").await;
    assert!(
        matches!(xml.reply_error(), Some(ReplyError::Protocol { .. })),
        "{xml}"
    );
    for empty in ["", "\r\n", "\u{FEFF}"] {
        let error = refused_bill(empty).await;
        assert!(
            matches!(
                error.reply_error(),
                Some(ReplyError::Body(BodyError::Empty))
            ),
            "{error}"
        );
    }
    for page in [
        "<html><body>log in</body></html>",
        "<!DOCTYPE html><html></html>",
    ] {
        let error = refused_bill(page).await;
        assert!(
            matches!(error.reply_error(), Some(ReplyError::Body(BodyError::Page))),
            "{error}"
        );
    }
    for words in [
        "system busy",
        "系统繁忙，请稍后再试",
        "system busy, please try later\n",
        "null",
        "[1,2]",
    ] {
        let error = refused_bill(words).await;
        assert!(
            error.to_string().contains(&format!("{:?}", words.trim())),
            "{error}"
        );
        assert_eq!(
            (error.effect(), error.blame()),
            (Effect::Unknown, Blame::Peer)
        );
    }
    let gzip = refused_bill(vec![0x1f, 0x8b, 8, 0, b',', b'\n', b'`']).await;
    assert!(gzip.to_string().contains("gzip"), "{gzip}");
}

#[tokio::test]
async fn a_call_without_a_token_was_not_sent_and_says_only_that() {
    for body in [
        "<html><body>Please log in</body></html>",
        "",
        "system busy",
        r#"{"errcode":-1,"errmsg":"busy"}"#,
        r#"{"access_token":"T","expires_in":7200}<html></html>"#,
        r#"{"access_token":"T\u200bX","expires_in":7200}"#,
        r#"{"retcode":5,"retmsg":"busy"}"#,
        "<xml><return_code>FAIL</return_code></xml>",
        r#"{"access_token":"T"}"#,
    ] {
        let error = without_token(body).await;
        let shown = error.to_string();
        assert!(matches!(error, Error::Token { .. }), "{shown}");
        assert_eq!(error.effect(), Effect::NotSent);
        assert!(shown.contains("the call was not sent"), "{shown}");
        assert!(!shown.contains("effect"), "{shown}");
        assert!(!shown.contains("before repeating"), "{shown}");
    }
}

#[tokio::test]
async fn a_wrong_app_secret_has_its_code_and_is_the_callers() {
    for body in [
        r#"{"errcode":40125,"errmsg":"invalid appsecret"}"#,
        "<xml><return_code>FAIL</return_code><return_msg>invalid</return_msg><err_code>40125</err_code></xml>",
        "<xml><return_code>FAIL</return_code><err_code>40125</err_code><err_code_des>invalid appsecret</err_code_des></xml>",
        r#"{"retcode":"40125","retmsg":"invalid appsecret"}"#,
    ] {
        let error = without_token(body).await;
        assert_eq!(
            (error.errcode(), error.blame()),
            (Some(40125), Blame::Caller),
            "{error}"
        );
        assert!(
            error.to_string().contains("the app secret is wrong"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_missing_sub_appid_names_the_call_that_sets_it() {
    let client = builder("http://127.0.0.1:1").build().unwrap();
    let request = crate::messages::Pay::builder()
        .out_trade_no("1")
        .total_fee(signed_xml::Fen(1))
        .sub_openid("patient")
        .build()
        .unwrap();
    let error = client.call(&request).await.map(|_| ()).unwrap_err();
    assert!(
        error.to_string().contains("`Merchant::with_sub_appid`"),
        "{error}"
    );
}

#[tokio::test]
async fn an_answer_that_another_key_signed_is_the_callers_to_look_at() {
    let other = Key::new("192006250b4c09247ec02edce69f6a2e").unwrap();
    let body = Fields::from_pairs([("return_code", "SUCCESS"), ("trade_no", "T1")])
        .unwrap()
        .to_signed_xml(&other, SignType::Md5);
    let server = Server::with_token(move |_| Answer::Ok(body.clone())).await;
    let client = builder(&server.origin).build().unwrap();
    let error = client.call(&pay()).await.map(|_| ()).unwrap_err();
    assert_eq!(
        (error.effect(), error.blame()),
        (Effect::Unknown, Blame::Caller)
    );
    assert!(!error.to_string().contains(KEY));
}

#[test]
fn a_notification_that_names_no_algorithm_is_signed_by_the_merchants() {
    let client = |merchant: Merchant| -> Client {
        Client::builder(merchant)
            .token_request::<AskToken>()
            .build()
            .unwrap()
    };
    let (by_md5, by_hmac) = (
        client(provider()),
        client(provider().with_sign_type(SignType::HmacSha256)),
    );
    let body = |named: Option<&'static str>, sign_type| {
        let fields = [("return_code", "SUCCESS"), ("trade_no", "T1")];
        let named = named.map(|named| ("sign_type", named));
        Fields::from_pairs(fields.into_iter().chain(named))
            .unwrap()
            .to_signed_xml(&key(), sign_type)
    };
    let (md5, hmac) = (SignType::Md5, SignType::HmacSha256);
    for (client, named, sign_type, opens) in [
        (&by_md5, None, md5, true),
        (&by_md5, None, hmac, false),
        (&by_md5, Some("HMAC-SHA256"), hmac, true),
        (&by_hmac, None, hmac, true),
        (&by_hmac, None, md5, false),
        (&by_hmac, Some("MD5"), md5, true),
    ] {
        let opened = client.open_notification::<Paid>(&body(named, sign_type));
        assert_eq!(opened.is_ok(), opens, "{named:?} {sign_type}");
    }
    let answer = by_hmac.sign(&pay()).unwrap();
    let fields = Fields::parse(&answer, &signed_xml::Limits::default()).unwrap();
    assert_eq!(fields.get("sign").map(str::len), Some(64));
}
