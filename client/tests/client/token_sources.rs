//! Tokens that another program fetches, stable ones, and clients that do not renew at the same second.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use signed_xml::Effect;
use signed_xml_client::{
    Client, ClientBuilder, Error, MemoryTokenStore, Nonce, SetupError, Token, TokenError,
    TokenSourceError,
};

use crate::messages::{AskStable, builder, paid, pay, provider};
use crate::server::{Answer, Server};

/// A platform that takes the tokens from number `revoked` + 1 on.
async fn platform(revoked: Arc<AtomicUsize>) -> Server {
    Server::start(move |request| {
        let number = request.query.strip_prefix("access_token=CENTRAL-");
        let number: usize = number.and_then(|number| number.parse().ok()).unwrap();
        match number <= revoked.load(Ordering::SeqCst) {
            true => r#"{"errcode":40001,"errmsg":"invalid credential"}"#.into(),
            false => paid().into(),
        }
    })
    .await
}

type Asked = Arc<Mutex<Vec<Option<String>>>>;

/// A client whose source gives `CENTRAL-1`, and the next number whenever a token was refused.
fn with_source(server: &Server, asked: &Asked) -> Client {
    let asked = Arc::clone(asked);
    let given = Arc::new(AtomicUsize::new(1));
    builder(&server.origin)
        .token_source(move |refused: Option<Token>| {
            asked
                .lock()
                .unwrap()
                .push(refused.as_ref().map(|token| token.value().to_owned()));
            if refused.is_some() {
                given.fetch_add(1, Ordering::SeqCst);
            }
            let number = given.load(Ordering::SeqCst);
            let token = Token::new(
                format!("CENTRAL-{number}"),
                Timestamp::now(),
                Duration::from_secs(600),
            );
            async move { token.map_err(TokenSourceError::new) }
        })
        .build()
        .unwrap()
}

#[tokio::test]
async fn a_token_of_a_source_is_used_and_the_platform_is_never_asked_for_one() {
    let server = platform(Arc::default()).await;
    let asked = Asked::default();
    let client = with_source(&server, &asked);
    client.call(&pay()).await.unwrap();
    client.call(&pay()).await.unwrap();
    assert_eq!(*asked.lock().unwrap(), [None], "it is asked once");
    assert_eq!(server.count("/family/token"), 0);
    assert_eq!(
        client.stored_token().await.unwrap().unwrap().value(),
        "CENTRAL-1"
    );
}

#[tokio::test]
async fn a_source_learns_which_token_the_platform_has_refused() {
    let revoked = Arc::new(AtomicUsize::new(0));
    let server = platform(Arc::clone(&revoked)).await;
    let asked = Asked::default();
    let client = with_source(&server, &asked);
    client.call(&pay()).await.unwrap();
    revoked.store(1, Ordering::SeqCst);
    client.call(&pay()).await.unwrap();
    assert_eq!(*asked.lock().unwrap(), [None, Some("CENTRAL-1".to_owned())]);
    assert_eq!(
        server.received().last().unwrap().query,
        "access_token=CENTRAL-2"
    );
}

#[tokio::test]
async fn a_source_that_gives_the_refused_token_again_is_named() {
    let server = platform(Arc::new(AtomicUsize::new(1))).await;
    let client: Client = builder(&server.origin)
        .token_source(|_: Option<Token>| async {
            Token::new("CENTRAL-1", Timestamp::now(), Duration::from_secs(600))
                .map_err(TokenSourceError::new)
        })
        .build()
        .unwrap();
    let error = client.call(&pay()).await.map(|_| ()).unwrap_err();
    assert!(
        matches!(error, Error::BadToken(TokenError::RefusedBefore)),
        "{error}"
    );
    assert_eq!(
        server.count("/family/pay"),
        1,
        "the same token is not sent again"
    );
}

#[tokio::test]
async fn a_source_without_a_token_leaves_the_call_unsent() {
    let server = platform(Arc::default()).await;
    let client: Client = builder(&server.origin)
        .token_source(|_: Option<Token>| async {
            Err(TokenSourceError::new("the central server is down"))
        })
        .build()
        .unwrap();
    let error = client.call(&pay()).await.map(|_| ()).unwrap_err();
    assert_eq!(error.effect(), Effect::NotSent);
    assert!(
        error.to_string().contains("the central server is down"),
        "{error}"
    );
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn a_stable_token_is_asked_for_by_post_with_the_fields_as_json() {
    let server = Server::start(|request| match request.path.as_str() {
        "/family/stable" => r#"{"access_token":"STABLE-1","expires_in":7200}"#.into(),
        _ => paid().into(),
    })
    .await;
    let client: Client = builder(&server.origin)
        .token_request::<AskStable>()
        .stable_token()
        .build()
        .unwrap();
    client.call(&pay()).await.unwrap();
    let received = server.received();
    assert_eq!(
        received[0].body,
        r#"{"appid":"wx0000000000000001","grant_type":"client_credential","secret":"the-app-secret-of-the-tests"}"#
    );
    assert!(received[0].query.is_empty(), "the secret is in no address");
    assert!(
        received[0].head.starts_with("POST "),
        "{}",
        received[0].head
    );
    assert!(
        received[0].head.contains("content-type: application/json"),
        "{}",
        received[0].head
    );
    assert_eq!(received[1].query, "access_token=STABLE-1");
}

#[test]
fn a_stable_token_that_the_platform_does_not_give_is_refused_when_the_client_is_made() {
    let error = builder("http://127.0.0.1:1")
        .stable_token()
        .build()
        .map(|_: Client| ())
        .unwrap_err();
    assert_eq!(error, SetupError::NoStableToken { interface: "token" });
}

struct Fixed(&'static str);

impl Nonce for Fixed {
    fn nonce(&self) -> Option<String> {
        Some(self.0.to_owned())
    }
}

#[tokio::test]
async fn clients_that_share_a_token_renew_it_at_times_of_their_own() {
    let server = Server::start(|request| match request.path.as_str() {
        "/family/token" => r#"{"access_token":"TOKEN","expires_in":7200}"#.into(),
        _ => Answer::from(paid()),
    })
    .await;
    let begun: Timestamp = "2020-07-13T08:00:00Z".parse().unwrap();
    let mut renewed_at = Vec::new();
    for nonce in ["a", "b", "c", "d"] {
        let clock = Arc::new(Mutex::new(begun));
        let hand = Arc::clone(&clock);
        let client: Client = ClientBuilder::new(provider())
            .origin(&server.origin)
            .token_request::<crate::messages::AskToken>()
            .token_store(MemoryTokenStore::default())
            .nonce(Fixed(nonce))
            .clock(move || *hand.lock().unwrap())
            .build()
            .unwrap();
        let before = server.count("/family/token");
        let mut seconds = 0;
        while server.count("/family/token") < before + 2 {
            *clock.lock().unwrap() = begun + SignedDuration::from_secs(seconds);
            client.call(&pay()).await.unwrap();
            seconds += if seconds < 6_700 { 6_700 } else { 5 };
        }
        renewed_at.push(seconds - 5);
    }
    // Renewal is due after 6,900 of 7,200 seconds, and at most half of the rest earlier.
    assert!(
        renewed_at.iter().all(|at| (6_750..=6_900).contains(at)),
        "{renewed_at:?}"
    );
    renewed_at.sort_unstable();
    renewed_at.dedup();
    assert!(renewed_at.len() > 2, "{renewed_at:?}");
}
