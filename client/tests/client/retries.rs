//! What is sent again and what never is, within which time, and where to.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use signed_xml::Effect;
use signed_xml_client::{Client, Error, Retries, TransportError};

use crate::messages::{builder, paid, pay, query};
use crate::server::{Answer, Received, Server};

/// Without waits, so that a test takes no time.
fn twice() -> Retries {
    Retries::new(2).first_wait(Duration::ZERO)
}

fn status(status: u16) -> Answer {
    Answer::Raw(
        format!("HTTP/1.1 {status} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            .into_bytes(),
    )
}

/// Answers the first calls as said, and those after them with a success.
async fn fails(times: usize, answer: impl Fn() -> Answer + Send + Sync + 'static) -> Server {
    let calls = AtomicUsize::new(0);
    Server::with_token(
        move |_| match calls.fetch_add(1, Ordering::SeqCst) < times {
            true => answer(),
            false => paid().into(),
        },
    )
    .await
}

fn client(server: &Server) -> Client {
    builder(&server.origin).retries(twice()).build().unwrap()
}

#[tokio::test]
async fn a_query_is_sent_again_after_a_failure_on_the_way() {
    let failures: [fn() -> Answer; 4] = [
        || status(503),
        || status(429),
        || Answer::Raw(Vec::new()),
        || r#"{"errcode":-1,"errmsg":"busy"}"#.into(),
    ];
    for failure in failures {
        let server = fails(2, failure).await;
        client(&server).call(&query("Q1")).await.unwrap();
        assert_eq!(server.count("/family/query"), 3);
        let nonces: Vec<String> = server.received().iter().filter_map(nonce).collect();
        assert!(
            nonces[0] != nonces[1] && nonces[1] != nonces[2],
            "each is signed anew: {nonces:?}"
        );
        assert_eq!(server.count("/family/token"), 1);
    }
}

fn nonce(request: &Received) -> Option<String> {
    Some(request.body.split_once("<nonce_str>")?.1[..50].to_owned())
}

#[tokio::test]
async fn a_payment_is_never_sent_again() {
    let failures: [fn() -> Answer; 3] = [
        || status(503),
        || Answer::Raw(Vec::new()),
        || r#"{"errcode":-1,"errmsg":"busy"}"#.into(),
    ];
    for failure in failures {
        let server = fails(9, failure).await;
        let error = client(&server).call(&pay()).await.map(|_| ()).unwrap_err();
        assert_eq!(error.effect(), Effect::Unknown);
        assert_eq!(server.count("/family/pay"), 1);
    }
}

#[tokio::test]
async fn no_call_is_sent_again_unless_the_program_asks_for_it() {
    let server = fails(1, || status(503)).await;
    let client: Client = builder(&server.origin).build().unwrap();
    client.call(&query("Q1")).await.map(|_| ()).unwrap_err();
    assert_eq!(server.count("/family/query"), 1);
}

#[tokio::test]
async fn what_will_not_pass_is_not_sent_again() {
    let failures: [fn() -> Answer; 3] = [
        || status(404),
        || r#"{"errcode":45009,"errmsg":"limit"}"#.into(),
        || "<html>".into(),
    ];
    for failure in failures {
        let server = fails(9, failure).await;
        client(&server)
            .call(&query("Q1"))
            .await
            .map(|_| ())
            .unwrap_err();
        assert_eq!(server.count("/family/query"), 1);
    }
}

#[tokio::test]
async fn a_platform_in_trouble_gets_few_more_calls_than_usual() {
    let server = fails(usize::MAX, || status(503)).await;
    let client = client(&server);
    for _ in 0..100 {
        client.call(&query("Q1")).await.map(|_| ()).unwrap_err();
    }
    let calls = server.count("/family/query");
    assert!((100..=121).contains(&calls), "100 calls became {calls}");
}

#[tokio::test]
async fn a_request_for_a_token_is_sent_again_if_it_may_be() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let server = Server::start(move |request| match request.path.as_str() {
        "/family/token" if counted.fetch_add(1, Ordering::SeqCst) == 0 => status(503),
        "/family/token" => r#"{"access_token":"TOKEN-1","expires_in":7200}"#.into(),
        _ => paid().into(),
    })
    .await;
    let client: Client = builder(&server.origin)
        .token_request::<crate::messages::AskStable>()
        .retries(twice())
        .build()
        .unwrap();
    client.call(&pay()).await.unwrap();
    assert_eq!(
        (asked.load(Ordering::SeqCst), server.count("/family/pay")),
        (2, 1)
    );
}

#[tokio::test]
async fn a_second_origin_takes_what_may_be_repeated() {
    let first = fails(usize::MAX, || status(502)).await;
    let second = fails(0, || status(500)).await;
    let client: Client = builder(&first.origin)
        .second_origin(&second.origin)
        .build()
        .unwrap();
    client.call(&query("Q1")).await.unwrap();
    assert_eq!(
        (first.count("/family/query"), second.count("/family/query")),
        (1, 1)
    );
    client.call(&pay()).await.map(|_| ()).unwrap_err();
    assert_eq!(
        (first.count("/family/pay"), second.count("/family/pay")),
        (1, 0)
    );
}

#[tokio::test]
async fn a_call_ends_with_its_deadline_and_says_whether_it_was_sent() {
    let server = Server::with_token(|_| Answer::Silence).await;
    let client: Client = builder(&server.origin)
        .retries(Retries::new(9))
        .deadline(Duration::from_millis(300))
        .build()
        .unwrap();
    let error = client.call(&query("Q1")).await.map(|_| ()).unwrap_err();
    assert!(
        matches!(error, Error::Transport(TransportError::Timeout { .. })),
        "{error}"
    );
    assert_eq!(
        server.count("/family/query"),
        1,
        "no time is left for another attempt"
    );

    let silent = Server::start(|_| Answer::Silence).await;
    let client: Client = builder(&silent.origin).build().unwrap();
    let error = client
        .within(Duration::from_millis(200))
        .call(&pay())
        .await
        .map(|_| ())
        .unwrap_err();
    assert_eq!(error.effect(), Effect::NotSent, "{error}");
    let error = client
        .within(Duration::ZERO)
        .call(&pay())
        .await
        .map(|_| ())
        .unwrap_err();
    assert!(
        matches!(
            error,
            Error::OutOfTime {
                allowed: Duration::ZERO
            }
        ),
        "{error}"
    );
    assert_eq!(silent.count("/family/pay"), 0);
}
