//! An interface that is not in the document, added by a user in a crate of their own.
//!
//! `getbindurl` was seen in the field: it gives the page on which a patient binds an insurance card. Two structs with the derives are all that it
//! takes; the client that calls the document's interfaces calls this one too. The platform is a small server on a loopback port that verifies what
//! arrives and signs what it answers.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::Uri;
use axum::routing::{get, post};
use payinsurance::Client;
use payinsurance::enums::{ResultCode, ReturnCode};
use signed_xml::{Builder, Effect, Fields, Key, Limits, Message, SignType, Text, UnknownFields};
use signed_xml_client::{Merchant, ReplyError};

/// Asks for the page on which a patient binds an insurance card.
#[derive(Clone, PartialEq, Message, Builder)]
#[message(name = "getbindurl request", section = "seen in the field")]
#[call(
    method = "POST",
    url = "https://api.weixin.qq.com/payinsurance/getbindurl",
    auth = access_token,
    form = xml,
    reply = BindUrl,
    errors = payinsurance::ErrorCode
)]
pub struct GetBindUrl {
    /// The patient.
    #[field(label = "用户标识", max = 128, personal)]
    pub openid: Text,
    /// Where the patient returns to.
    #[field(label = "回跳地址", max = 64, format = url)]
    pub url: Text,
    /// Random text.
    #[field(label = "随机字符串", max = 32, supplied = client, required)]
    pub nonce_str: Option<Text>,
    /// The signature.
    #[field(label = "签名", max = 32, supplied = client, required)]
    pub sign: Option<Text>,
}

/// The page on which a patient binds an insurance card.
#[derive(Clone, PartialEq, Message)]
#[message(name = "getbindurl response", section = "seen in the field")]
pub struct BindUrl {
    /// Whether the call worked.
    #[field(label = "返回状态码")]
    pub return_code: ReturnCode,
    /// Whether there is such a page.
    #[field(label = "业务结果")]
    pub result_code: Option<ResultCode>,
    /// Why not.
    #[field(label = "错误代码")]
    pub err_code: Option<Text>,
    /// The page.
    #[field(label = "绑卡链接")]
    pub bind_url: Text,
    /// The signature.
    #[field(label = "签名")]
    pub sign: Option<Text>,
    /// A value of a later version.
    #[field(unknown)]
    pub unknown: UnknownFields,
}

const SIGNING_KEY: &str = "192006250b4c09247ec02edce69f6a2d";

fn key() -> Key {
    Key::new(SIGNING_KEY).unwrap()
}

/// How the platform answers.
#[derive(Clone)]
struct Platform {
    key: Key,
    /// `access_token` of each call.
    calls: Arc<Mutex<Vec<String>>>,
    /// Tokens handed out.
    tokens: Arc<Mutex<u32>>,
    /// The token that works; any other is dead.
    alive: &'static str,
}

impl Platform {
    fn new() -> Self {
        Self {
            key: key(),
            calls: Arc::default(),
            tokens: Arc::default(),
            alive: "TOKEN-1",
        }
    }

    /// Serves on a free loopback port; the address is given back.
    async fn start(self) -> String {
        let router = Router::new()
            .route("/cgi-bin/token", get(token))
            .route("/payinsurance/getbindurl", post(bind_url))
            .with_state(self);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        format!("http://{address}")
    }
}

async fn token(State(platform): State<Platform>) -> String {
    let mut tokens = platform.tokens.lock().unwrap();
    *tokens += 1;
    format!(r#"{{"access_token":"TOKEN-{tokens}","expires_in":7200}}"#)
}

async fn bind_url(State(platform): State<Platform>, address: Uri, body: Bytes) -> Vec<u8> {
    let query = address.query().unwrap_or_default().to_owned();
    platform.calls.lock().unwrap().push(query.clone());
    if query != format!("access_token={}", platform.alive) {
        return br#"{"errcode":42001,"errmsg":"access_token expired"}"#.to_vec();
    }
    let refused = |why| {
        let fields = [("return_code", "FAIL"), ("return_msg", why)];
        Fields::from_pairs(fields).unwrap().to_xml()
    };
    let Ok(request) = Fields::parse(&body, &Limits::default()) else {
        return refused("请求参数错误");
    };
    if request.verify(&platform.key).is_err() {
        return refused("签名错误");
    }
    let page;
    let answer = match request.get("openid") {
        Some("a-stranger") => vec![("result_code", "FAIL"), ("err_code", "541")],
        _ => {
            page = format!(
                "https://bind.example/?back={}",
                request.get("url").unwrap_or_default()
            );
            vec![
                ("result_code", "SUCCESS"),
                ("bind_url", page.as_str()),
                ("valid_for", "300"),
            ]
        }
    };
    let fields = [("return_code", "SUCCESS")].into_iter().chain(answer);
    Fields::from_pairs(fields)
        .unwrap()
        .to_signed_xml(&platform.key, SignType::Md5)
}

fn merchant(key: Key) -> Merchant {
    Merchant::independent("wx2421b1c4370ec43b", "10000100", key)
        .unwrap()
        .with_app_secret("a-secret-of-the-app")
        .unwrap()
}

/// The client of the document's interfaces, at this platform.
fn client(origin: &str) -> Client {
    let builder = Client::builder(merchant(key()));
    builder.origin(origin).build().unwrap()
}

fn request() -> GetBindUrl {
    GetBindUrl::builder()
        .openid("oUpF8uMuAJO_M2pxb1Q9zNjWeS6o")
        .url("https://hospital.example/返回?a=1&b=]]>")
        .build()
        .unwrap()
}

#[tokio::test]
async fn an_interface_written_by_hand_is_called_like_those_of_the_document() {
    let platform = Platform::new();
    let (calls, origin) = (platform.calls.clone(), platform.start().await);
    let reply = client(&origin).generic().call(&request()).await.unwrap();
    assert_eq!(
        reply.bind_url,
        "https://bind.example/?back=https://hospital.example/返回?a=1&b=]]>"
    );
    assert_eq!(
        reply.unknown.len(),
        1,
        "a field of a later version is preserved"
    );
    assert_eq!(*calls.lock().unwrap(), ["access_token=TOKEN-1"]);
}

#[tokio::test]
async fn a_dead_token_is_renewed_and_the_call_sent_once_more() {
    let platform = Platform {
        alive: "TOKEN-2",
        ..Platform::new()
    };
    let (calls, origin) = (platform.calls.clone(), platform.start().await);
    client(&origin).generic().call(&request()).await.unwrap();
    assert_eq!(
        *calls.lock().unwrap(),
        ["access_token=TOKEN-1", "access_token=TOKEN-2"]
    );
}

#[tokio::test]
async fn the_platform_refuses_what_another_key_signed() {
    let origin = Platform::new().start().await;
    let other_key = Key::new("kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk").unwrap();
    let client: Client = Client::builder(merchant(other_key))
        .origin(&origin)
        .build()
        .unwrap();
    let error = client.generic().call(&request()).await.unwrap_err();
    assert!(
        matches!(error.reply_error(), Some(ReplyError::Protocol { return_msg, .. }) if *return_msg == "签名错误"),
        "{error}"
    );
    assert_eq!(error.effect(), Effect::Refused);
}

#[tokio::test]
async fn an_answer_that_another_key_signed_is_not_accepted() {
    let other_key = Key::new("kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk").unwrap();
    let forger = Router::new()
        .route("/cgi-bin/token", get(token))
        .route(
            "/payinsurance/getbindurl",
            post(async move || {
                let fields = [
                    ("return_code", "SUCCESS"),
                    ("result_code", "SUCCESS"),
                    ("bind_url", "https://evil.example"),
                ];
                Fields::from_pairs(fields)
                    .unwrap()
                    .to_signed_xml(&other_key, SignType::Md5)
            }),
        )
        .with_state(Platform::new());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, forger).await });
    let error = client(&origin)
        .generic()
        .call(&request())
        .await
        .unwrap_err();
    assert!(
        matches!(error.reply_error(), Some(ReplyError::Signature(_))),
        "{error}"
    );
    assert_eq!(error.effect(), Effect::Unknown);
}

#[tokio::test]
async fn a_failure_is_judged_by_the_error_codes_that_the_user_named() {
    let origin = Platform::new().start().await;
    let mut request = request();
    request.openid = "a-stranger".into();
    let error = client(&origin).generic().call(&request).await.unwrap_err();
    assert_eq!(
        (error.err_code(), error.effect()),
        (Some("541"), Effect::Refused)
    );
}

#[tokio::test]
async fn what_breaks_the_user_s_own_table_is_refused_before_anything_is_sent() {
    let platform = Platform::new();
    let (calls, tokens) = (platform.calls.clone(), platform.tokens.clone());
    let origin = platform.start().await;
    let mut request = request();
    request.url = format!("https://hospital.example/{}", "a".repeat(64)).into();
    request.openid = "".into();
    let error = client(&origin).generic().call(&request).await.unwrap_err();
    let message = error.to_string();
    for part in [
        "`url` (回跳地址, section seen in the field) holds at most 64 characters, found 89",
        "`openid` (用户标识, section seen in the field) is required and empty",
    ] {
        assert!(message.contains(part), "{part} in {message}");
    }
    assert_eq!(error.effect(), Effect::NotSent);
    assert!(calls.lock().unwrap().is_empty());
    assert_eq!(*tokens.lock().unwrap(), 0);
}

#[test]
fn the_patient_stays_out_of_logs_here_too() {
    let printed = format!("{:?}", request());
    assert!(
        printed.contains("[redacted]") && !printed.contains("oUpF8uMuAJO"),
        "{printed}"
    );
}
