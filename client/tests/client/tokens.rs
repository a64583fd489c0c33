//! One access token for many callers: fetched once, renewed once, and used on while renewing fails.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use signed_xml::Effect;
use signed_xml_client::{Blame, Client, Clock, Error, MemoryTokenStore, Merchant};

use crate::messages::{AskToken, builder, key, paid, pay};
use crate::server::{Answer, Received, Server};

/// A platform that gives `TOKEN-1`, `TOKEN-2`, … and takes the newest only.
#[derive(Default)]
struct Platform {
    given: AtomicUsize,
    revoked: AtomicUsize,
    broken: AtomicUsize,
}

impl Platform {
    fn answer(&self, request: &Received) -> Answer {
        if request.path == "/family/token" {
            if self.broken.load(Ordering::SeqCst) > 0 {
                return r#"{"errcode":-1,"errmsg":"busy"}"#.into();
            }
            let number = self.given.fetch_add(1, Ordering::SeqCst) + 1;
            return format!("<xml><access_token>TOKEN-{number}</access_token><expires_in>7200</expires_in></xml>").into_bytes().into();
        }
        let number: usize = request
            .query
            .strip_prefix("access_token=TOKEN-")
            .and_then(|number| number.parse().ok())
            .unwrap();
        if number <= self.revoked.load(Ordering::SeqCst) {
            return r#"{"errcode":40001,"errmsg":"invalid credential"}"#.into();
        }
        paid().into()
    }
}

#[derive(Clone)]
struct Hand(Arc<Mutex<Timestamp>>);

impl Hand {
    fn forward(&self, minutes: i64) {
        *self.0.lock().unwrap() += SignedDuration::from_mins(minutes);
    }
}

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

async fn start() -> (Arc<Platform>, Server, Client, Hand) {
    let platform = Arc::new(Platform::default());
    let answers = platform.clone();
    let server = Server::start(move |request| answers.answer(request)).await;
    let clock = Hand(Arc::new(Mutex::new(
        "2020-07-13T08:00:00Z".parse().unwrap(),
    )));
    let client = builder(&server.origin)
        .clock(clock.clone())
        .build()
        .unwrap();
    (platform, server, client, clock)
}

async fn by_64(client: &Client) -> Vec<Result<(), Error>> {
    let calls: Vec<_> = (0..64)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.call(&pay()).await.map(|_| ()) })
        })
        .collect();
    let mut outcomes = Vec::new();
    for call in calls {
        outcomes.push(call.await.unwrap());
    }
    outcomes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_token_is_fetched_once_for_64_callers() {
    let (_, server, client, _) = start().await;
    assert!(by_64(&client).await.iter().all(Result::is_ok));
    assert_eq!(
        (server.count("/family/token"), server.count("/family/pay")),
        (1, 64)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_dead_token_is_renewed_once_for_64_callers() {
    let (platform, server, client, _) = start().await;
    client.call(&pay()).await.unwrap();
    platform.revoked.store(1, Ordering::SeqCst);
    assert!(by_64(&client).await.iter().all(Result::is_ok));
    assert_eq!(server.count("/family/token"), 2);
}

#[tokio::test]
async fn a_call_is_repeated_once_and_no_more() {
    let (platform, server, client, _) = start().await;
    platform.revoked.store(usize::MAX, Ordering::SeqCst);
    let error = client.call(&pay()).await.map(|_| ()).unwrap_err();
    assert_eq!(
        (error.errcode(), error.effect()),
        (Some(40001), Effect::Refused)
    );
    assert_eq!(
        (server.count("/family/token"), server.count("/family/pay")),
        (2, 2)
    );
    let nonces: Vec<_> = server
        .received()
        .iter()
        .filter_map(|request| Some(request.body.split_once("<nonce_str>")?.1[..50].to_owned()))
        .collect();
    assert!(nonces.len() == 2 && nonces[0] != nonces[1], "{nonces:?}");
}

#[tokio::test]
async fn a_token_is_renewed_before_it_ends() {
    let (_, server, client, clock) = start().await;
    client.call(&pay()).await.unwrap();
    clock.forward(112);
    client.call(&pay()).await.unwrap();
    assert_eq!(server.count("/family/token"), 1);
    clock.forward(3);
    client.call(&pay()).await.unwrap();
    client.call(&pay()).await.unwrap();
    assert_eq!(server.count("/family/token"), 2);
    assert_eq!(
        server.received().last().unwrap().query,
        "access_token=TOKEN-2"
    );
}

#[tokio::test]
async fn a_token_that_cannot_be_renewed_is_used_while_it_lives() {
    let (platform, server, client, clock) = start().await;
    client.call(&pay()).await.unwrap();
    platform.broken.store(1, Ordering::SeqCst);
    clock.forward(116);
    client.call(&pay()).await.unwrap();
    client.call(&pay()).await.unwrap();
    assert_eq!(
        server.count("/family/token"),
        2,
        "the second call must not ask again at once"
    );
    clock.forward(1);
    client.call(&pay()).await.unwrap();
    assert_eq!(server.count("/family/token"), 3);
    clock.forward(10);
    let error = client.call(&pay()).await.map(|_| ()).unwrap_err();
    assert!(
        matches!(
            error,
            Error::Token {
                interface: "token",
                ..
            }
        ),
        "{error}"
    );
    assert_eq!(
        (error.effect(), error.errcode()),
        (Effect::NotSent, Some(-1))
    );
}

#[tokio::test]
async fn callers_who_wait_for_a_failing_renewal_share_its_failure() {
    let (platform, server, client, _) = start().await;
    platform.broken.store(1, Ordering::SeqCst);
    let outcomes = by_64(&client).await;
    assert!(
        outcomes
            .iter()
            .all(|outcome| matches!(outcome, Err(Error::Token { .. })))
    );
    assert_eq!(
        (server.count("/family/token"), server.count("/family/pay")),
        (1, 0)
    );
    platform.broken.store(0, Ordering::SeqCst);
    client.call(&pay()).await.unwrap();
}

#[tokio::test]
async fn clients_that_share_a_store_share_its_token() {
    let (_, server, _, clock) = start().await;
    let store = Arc::new(MemoryTokenStore::default());
    for _ in 0..2 {
        let client = builder(&server.origin)
            .clock(clock.clone())
            .token_store(store.clone())
            .build()
            .unwrap();
        client.call(&pay()).await.unwrap();
    }
    assert_eq!(server.count("/family/token"), 1);
}

#[tokio::test]
async fn a_merchant_without_an_app_secret_is_refused_before_anything_is_sent() {
    let (_, server, ..) = start().await;
    let merchant = Merchant::independent("wx0000000000000001", "1900000100", key()).unwrap();
    let client: Client = Client::builder(merchant)
        .origin(&server.origin)
        .token_request::<AskToken>()
        .build()
        .unwrap();
    let error = client.call(&pay()).await.map(|_| ()).unwrap_err();
    assert_eq!(
        (error.effect(), error.blame()),
        (Effect::NotSent, Blame::Caller)
    );
    assert!(
        error
            .to_string()
            .contains("comes from the merchant profile, whose `app_secret` is not set"),
        "{error}"
    );
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn a_token_is_renewed_on_request_and_looked_at_without_a_call() {
    let (platform, _server, client, _clock) = start().await;
    assert!(client.stored_token().await.unwrap().is_none());
    assert_eq!(platform.given.load(Ordering::SeqCst), 0);
    for expected in ["TOKEN-1", "TOKEN-2"] {
        assert_eq!(client.renew_token().await.unwrap().value(), expected);
        let stored = client.stored_token().await.unwrap();
        assert_eq!(stored.unwrap().value(), expected);
    }
    client.call(&pay()).await.unwrap();
    assert_eq!(platform.given.load(Ordering::SeqCst), 2, "the call uses it");
}

#[tokio::test]
async fn a_token_that_is_not_given_leaves_the_one_at_hand() {
    let (platform, _server, client, _clock) = start().await;
    client.renew_token().await.unwrap();
    platform.broken.store(1, Ordering::SeqCst);
    let error = client.renew_token().await.unwrap_err();
    assert_eq!(error.effect(), Effect::NotSent);
    assert!(matches!(error, Error::Token { .. }), "{error}");
    client.call(&pay()).await.unwrap();
}
