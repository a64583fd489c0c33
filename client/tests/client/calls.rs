//! What is sent, and what is made of each kind of answer.

use signed_xml::{Effect, Fields, Limits};
use signed_xml_client::{AccessMode, Blame, Client, ClientBuilder, Error, Merchant, ReplyError};

use crate::messages::{AskToken, Bill, Pay, builder, key, paid, pay, provider, signed};
use crate::server::{Answer, Server};

/// The error of a payment that is answered with `body`.
async fn refused(body: impl Into<Vec<u8>>) -> Error {
    let body = body.into();
    let server = Server::with_token(move |_| body.clone().into()).await;
    builder(&server.origin)
        .build()
        .unwrap()
        .call(&pay())
        .await
        .map(|_| "a success")
        .unwrap_err()
}

#[tokio::test]
async fn sends_a_complete_signed_message_with_the_token_and_reads_the_reply() {
    let server = Server::with_token(|_| paid().into()).await;
    let client = builder(&server.origin).build().unwrap();
    let response = client.call(&pay()).await.unwrap();
    assert_eq!(response.trade_no, "T1");

    let [token, call] = <[_; 2]>::try_from(server.received()).unwrap();
    assert_eq!(
        (token.path.as_str(), token.body.as_str()),
        ("/family/token", "")
    );
    let mut query: Vec<&str> = token.query.split('&').collect();
    query.sort_unstable();
    assert_eq!(
        query,
        [
            "appid=wx0000000000000001",
            "grant_type=client_credential",
            "secret=the-app-secret-of-the-tests"
        ]
    );
    assert_eq!(
        (call.path.as_str(), call.query.as_str()),
        ("/family/pay", "access_token=TOKEN-1")
    );
    assert!(
        call.head.contains("user-agent: signed-xml-client/"),
        "{}",
        call.head
    );
    let fields = Fields::parse(call.body.as_bytes(), &Limits::default()).unwrap();
    fields.verify(&key()).unwrap();
    assert_eq!(fields.get("sub_mch_id"), Some("1900000109"));
    assert_eq!(fields.get("nonce_str").map(str::len), Some(32));
}

#[tokio::test]
async fn an_independent_merchant_sends_no_sub_ids() {
    let server = Server::with_token(|_| paid().into()).await;
    let merchant = Merchant::independent("wx0000000000000002", "1900000109", key())
        .unwrap()
        .with_app_secret("s")
        .unwrap();
    let client: Client = Client::builder(merchant)
        .origin(&server.origin)
        .token_request::<AskToken>()
        .build()
        .unwrap();
    client.call(&pay()).await.unwrap();
    let body = &server.received()[1].body;
    assert!(
        body.contains("wx0000000000000002") && !body.contains("<sub_"),
        "{body}"
    );
}

#[tokio::test]
async fn a_sub_openid_without_the_merchants_sub_appid_is_refused_before_anything_is_sent() {
    let server = Server::with_token(|_| paid().into()).await;
    let client = builder(&server.origin).build().unwrap();
    let request = Pay::builder()
        .out_trade_no("1")
        .total_fee(signed_xml::Fen(1))
        .sub_openid("patient")
        .build()
        .unwrap();
    let error = client.call(&request).await.map(|_| ()).unwrap_err();
    assert!(
        matches!(&error, Error::Invalid(violations) if violations.len() == 1),
        "{error}"
    );
    assert_eq!(
        (error.effect(), error.blame()),
        (Effect::NotSent, Blame::Caller)
    );
    assert!(
        error
            .to_string()
            .contains("`sub_appid` (子公众账号id, section 1.1)"),
        "{error}"
    );
    assert!(server.received().is_empty());

    let merchant = provider().with_sub_appid("wx0000000000000003").unwrap();
    let client: Client = Client::builder(merchant)
        .origin(&server.origin)
        .token_request::<AskToken>()
        .build()
        .unwrap();
    client.call(&request).await.unwrap();
}

#[tokio::test]
async fn a_call_that_needs_a_token_says_when_the_client_cannot_ask_for_one() {
    let client: Client = Client::builder(provider())
        .origin("http://127.0.0.1:1")
        .build()
        .unwrap();
    let error = client.call(&pay()).await.map(|_| ()).unwrap_err();
    assert!(matches!(error, Error::Setup(_)), "{error}");
    assert_eq!(
        (error.effect(), error.blame()),
        (Effect::NotSent, Blame::Caller)
    );
}

#[tokio::test]
async fn a_json_error_where_xml_is_expected_is_the_gateways() {
    let error =
        refused(r#"{"errcode":40164,"errmsg":"invalid ip 10.0.0.1, not in whitelist"}"#).await;
    assert_eq!(error.errcode(), Some(40164));
    assert_eq!(
        (error.effect(), error.blame()),
        (Effect::Refused, Blame::Caller)
    );
    assert!(
        error
            .to_string()
            .contains("have the address that the message names added"),
        "{error}"
    );
}

#[tokio::test]
async fn a_busy_gateway_may_have_passed_the_call_on() {
    let error = refused(r#"{"errcode":-1,"errmsg":"system error"}"#).await;
    assert_eq!(error.effect(), Effect::Unknown);
}

#[tokio::test]
async fn a_json_answer_without_an_error_is_no_xml() {
    let error = refused(r#"{"errcode":0,"errmsg":"ok"}"#).await;
    assert!(
        matches!(error.reply_error(), Some(ReplyError::Body(_))),
        "{error}"
    );
    assert_eq!(error.effect(), Effect::Unknown);
}

#[tokio::test]
async fn a_protocol_failure_is_a_refusal() {
    let error =
        refused("<xml><return_code>FAIL</return_code><return_msg>签名错误</return_msg></xml>")
            .await;
    assert!(
        matches!(error.reply_error(), Some(ReplyError::Protocol { return_msg, .. }) if return_msg == "签名错误"),
        "{error}"
    );
    assert_eq!(
        (error.effect(), error.blame()),
        (Effect::Refused, Blame::Caller)
    );
    assert!(
        error.to_string().contains("has the key of this interface"),
        "{error}"
    );
    let error =
        refused("<xml><return_code>FAIL</return_code><return_msg>系统繁忙</return_msg></xml>")
            .await;
    assert_eq!(error.blame(), Blame::Peer);
}

#[tokio::test]
async fn a_business_failure_says_what_its_code_means_for_the_call() {
    let failure = |code| {
        signed(&[
            ("return_code", "SUCCESS"),
            ("result_code", "FAIL"),
            ("err_code", code),
            ("err_code_des", "why"),
        ])
    };
    for (code, effect) in [("513", Effect::Refused), ("514", Effect::Unknown)] {
        let error = refused(failure(code)).await;
        assert_eq!(
            (error.err_code(), error.effect(), error.blame()),
            (Some(code), effect, Blame::Peer)
        );
        assert_eq!(
            error.fields().and_then(|fields| fields.get("err_code_des")),
            Some("why")
        );
    }
    let nothing_said = refused(signed(&[("return_code", "SUCCESS"), ("total_fee", "1")])).await;
    assert_eq!(
        (nothing_said.err_code(), nothing_said.effect()),
        (None, Effect::Unknown)
    );
}

#[tokio::test]
async fn a_reply_that_nobody_signed_proves_nothing() {
    let unsigned = "<xml><return_code>SUCCESS</return_code><result_code>SUCCESS</result_code><trade_no>T1</trade_no></xml>";
    let forged = String::from_utf8(paid()).unwrap().replace(">250<", ">1<");
    for body in [unsigned.to_owned(), forged] {
        let error = refused(body).await;
        assert!(
            matches!(error.reply_error(), Some(ReplyError::Signature(_))),
            "{error}"
        );
        assert_eq!(error.effect(), Effect::Unknown);
    }
}

#[tokio::test]
async fn a_genuine_reply_that_cannot_be_read_hands_over_its_fields() {
    let error = refused(signed(&[
        ("return_code", "SUCCESS"),
        ("result_code", "SUCCESS"),
        ("trade_no", "T1"),
        ("total_fee", "2.50"),
    ]))
    .await;
    assert!(
        matches!(error.reply_error(), Some(ReplyError::Unreadable { .. })),
        "{error}"
    );
    assert_eq!(error.effect(), Effect::Unknown);
    assert_eq!(
        error.fields().and_then(|fields| fields.get("trade_no")),
        Some("T1")
    );
}

#[tokio::test]
async fn a_genuine_reply_for_another_merchant_says_nothing_about_the_call() {
    for (name, value) in [
        ("sub_mch_id", "1900000999"),
        ("mch_id", "1900000999"),
        ("appid", "wx0000000000000999"),
    ] {
        // Of a form that its type cannot hold, and a failure: both hand over their fields
        // otherwise.
        let unreadable = [
            ("return_code", "SUCCESS"),
            ("result_code", "SUCCESS"),
            ("trade_no", "T1"),
            ("total_fee", "2.50"),
            (name, value),
        ];
        let failed = [
            ("return_code", "SUCCESS"),
            ("result_code", "FAIL"),
            ("err_code", "NOT_FOUND"),
            (name, value),
        ];
        for reply in [&unreadable[..], &failed[..]] {
            let error = refused(signed(reply)).await;
            assert!(
                matches!(error.reply_error(), Some(ReplyError::ForAnotherMerchant { field }) if *field == name),
                "{error}"
            );
            assert_eq!(error.effect(), Effect::Unknown);
        }
    }
}

#[tokio::test]
async fn a_login_page_in_between_is_no_answer() {
    for body in ["<html><body>Please log in</body></html>", "", "not xml"] {
        let error = refused(body).await;
        assert!(
            matches!(
                error.reply_error(),
                Some(ReplyError::Body(_) | ReplyError::NoReturnCode)
            ),
            "{error:?}"
        );
        assert_eq!(error.effect(), Effect::Unknown);
    }
}

#[tokio::test]
async fn a_text_is_given_as_it_came_and_a_failure_instead_of_it_is_an_error() {
    use std::io::BufRead;

    let request = Bill::builder().build().unwrap();
    let server = Server::with_token(|_| "\u{feff}交易时间,金额\n`2020-07-13,`2.50\n".into()).await;
    let bill = builder(&server.origin)
        .build()
        .unwrap()
        .call_text(&request, None)
        .await
        .unwrap();
    assert_eq!(bill.reader().lines().count(), 2);

    let failures: [(Vec<u8>, &str); 3] = [
        (
            "<xml><return_code>FAIL</return_code><return_msg>No bill</return_msg></xml>".into(),
            "No bill",
        ),
        (
            signed(&[
                ("return_code", "SUCCESS"),
                ("result_code", "FAIL"),
                ("err_code", "531"),
            ]),
            "531",
        ),
        (paid(), "where a text was asked for"),
    ];
    for (body, words) in failures {
        let server = Server::with_token(move |_| body.clone().into()).await;
        let error = builder(&server.origin)
            .build()
            .unwrap()
            .call_text(&request, None)
            .await
            .unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
    }

    let server = Server::with_token(|_| Answer::Ok(vec![b'a'; 2_000])).await;
    let error = builder(&server.origin)
        .text_limit(1_000)
        .build()
        .unwrap()
        .call_text(&request, None)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("1000 bytes allowed"), "{error}");
}

/// A typed client as a generated crate has it.
struct Typed(Client);

impl From<Client> for Typed {
    fn from(client: Client) -> Self {
        Self(client)
    }
}

impl Typed {
    fn builder(merchant: Merchant) -> ClientBuilder<Self> {
        let builder = ClientBuilder::new(merchant);
        match builder.merchant().mode() {
            AccessMode::ServiceProvider => builder.token_request::<AskToken>(),
            AccessMode::Independent => builder,
        }
    }
}

#[tokio::test]
async fn the_builder_makes_a_typed_client_too() {
    let server = Server::with_token(|_| paid().into()).await;
    let typed = Typed::builder(provider())
        .origin(&server.origin)
        .build()
        .unwrap();
    assert_eq!(typed.0.call(&pay()).await.unwrap().trade_no, "T1");
}
