//! What HTTP can do wrong, and whether the call may have taken effect then.

use std::time::Duration;

use signed_xml::{Effect, Limits};
use signed_xml_client::{Blame, ClientBuilder, Error, TransportError};
use tokio::io::AsyncWriteExt;

use crate::messages::{builder, paid, pay};
use crate::server::{Answer, Server};

async fn fault(builder: ClientBuilder) -> TransportError {
    let error = builder
        .build()
        .unwrap()
        .call(&pay())
        .await
        .map(|_| "a success")
        .unwrap_err();
    assert_eq!(error.blame(), Blame::Transport, "{error:?}");
    match error {
        Error::Transport(fault) => fault,
        other => panic!("expected a transport error, found {other:?}"),
    }
}

#[tokio::test]
async fn the_date_of_a_response_is_held_against_the_clock_of_the_client() {
    let paid = paid();
    let own: jiff::Timestamp = "2026-05-01T08:36:02Z".parse().unwrap();
    for (date, ahead) in [
        ("Date: Fri, 01 May 2026 08:31:02 GMT\r\n", Some(300)),
        ("date: Fri, 01 May 2026 09:00:00 GMT\r\n", Some(-1438)),
        ("", None),
        ("Date: yesterday\r\n", None),
        ("Date: \u{4e00}\r\n", None),
        ("Date: Fri, 99 May 2026 08:31:02 GMT\r\n", None),
    ] {
        let head = format!(
            "HTTP/1.1 200 OK\r\n{date}Content-Length: {}\r\n\r\n",
            paid.len()
        );
        let response = [head.as_bytes(), &paid].concat();
        let server = Server::with_token(move |_| Answer::Raw(response.clone())).await;
        let client = builder(&server.origin).clock(move || own).build().unwrap();
        assert_eq!(client.peer_clock(), None);
        client.call(&pay()).await.unwrap();
        let found = client
            .peer_clock()
            .map(|reading| reading.own_is_ahead().as_secs());
        assert_eq!(found, ahead, "{date:?}");
    }
}

async fn answered(raw: String) -> TransportError {
    let server = Server::with_token(move |_| Answer::Raw(raw.clone().into_bytes())).await;
    fault(builder(&server.origin)).await
}

#[tokio::test]
async fn a_redirect_is_refused_and_never_followed() {
    let server = Server::with_token(|request| match request.path.as_str() {
        "/family/pay" => Answer::Raw(
            b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n".into(),
        ),
        _ => paid().into(),
    })
    .await;
    let fault = fault(builder(&server.origin)).await;
    assert_eq!(fault, TransportError::Redirected { status: 302 });
    assert_eq!(fault.effect(), Effect::Unknown);
    assert_eq!(server.count("/elsewhere"), 0);
}

#[tokio::test]
async fn a_status_other_than_success_is_not_the_interfaces_answer() {
    for (status, effect) in [
        (403, Effect::Refused),
        (408, Effect::Unknown),
        (502, Effect::Unknown),
    ] {
        let body = String::from_utf8(paid()).unwrap();
        let fault = answered(format!(
            "HTTP/1.1 {status} X\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        ))
        .await;
        assert_eq!(
            (fault.clone(), fault.effect()),
            (TransportError::Status { status }, effect)
        );
    }
}

#[tokio::test]
async fn too_large_a_reply_is_refused_whether_or_not_it_says_so() {
    let zeros = "0".repeat(5_000);
    let announced = format!("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{zeros}");
    let chunked = format!(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1388\r\n{zeros}\r\n0\r\n\r\n"
    );
    let endless = format!("HTTP/1.1 200 OK\r\n\r\n{zeros}");
    for raw in [announced, chunked, endless] {
        let server = Server::with_token(move |_| Answer::Raw(raw.clone().into_bytes())).await;
        let fault = fault(builder(&server.origin).limits(Limits {
            bytes: 1_000,
            ..Limits::default()
        }))
        .await;
        assert_eq!(
            (fault.clone(), fault.effect()),
            (TransportError::TooLarge { max: 1_000 }, Effect::Unknown)
        );
    }
}

#[tokio::test]
async fn silence_ends_with_the_time_allowed_and_the_effect_is_unknown() {
    let server = Server::with_token(|_| Answer::Silence).await;
    let after = Duration::from_millis(300);
    let fault = fault(builder(&server.origin).timeout(after)).await;
    assert_eq!(
        (fault.clone(), fault.effect()),
        (TransportError::Timeout { after }, Effect::Unknown)
    );
    assert_eq!(server.count("/family/pay"), 1);
}

#[tokio::test]
async fn a_connection_that_breaks_leaves_the_effect_unknown_and_is_not_tried_again() {
    for raw in ["", "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n<xml>"] {
        let server = Server::with_token(move |_| Answer::Raw(raw.into())).await;
        let fault = fault(builder(&server.origin)).await;
        assert!(matches!(fault, TransportError::Broken { .. }), "{fault:?}");
        assert_eq!(fault.effect(), Effect::Unknown);
        assert_eq!(server.count("/family/pay"), 1);
    }
}

#[tokio::test]
async fn a_refused_connection_means_that_nothing_was_sent() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let error = builder(&format!("http://{address}"))
        .build()
        .unwrap()
        .call(&pay())
        .await
        .map(|_| ())
        .unwrap_err();
    assert_eq!(
        (error.effect(), error.blame()),
        (Effect::NotSent, Blame::Transport)
    );
    let Error::Token {
        interface: "token",
        cause,
    } = &error
    else {
        panic!("{error:?}")
    };
    assert!(
        matches!(&**cause, Error::Transport(TransportError::Connect { host, .. }) if *host == address.to_string()),
        "{cause:?}"
    );
}

#[tokio::test]
async fn an_http_address_of_a_port_for_tls_is_named_as_the_fault() {
    // What an OpenSSL and what a rustls server answers: an alert of TLS instead of HTTP.
    for alert in [
        b"\x15\x03\x01\x00\x02\x02\x16",
        b"\x15\x03\x03\x00\x02\x02\x46",
    ] {
        let server = Server::with_token(move |_| Answer::Raw(alert.to_vec())).await;
        let fault = fault(builder(&server.origin)).await;
        assert!(matches!(fault, TransportError::NotHttp { .. }), "{fault:?}");
        assert!(
            fault.to_string().contains("use an https:// address"),
            "{fault}"
        );
        assert_eq!(fault.effect(), Effect::Unknown);
        assert_eq!(server.count("/family/pay"), 1);
    }
    // What nginx answers.
    let refused = "The plain HTTP request was sent to HTTPS port";
    let answer = format!(
        "HTTP/1.1 400 Bad Request\r\nContent-Length: {}\r\n\r\n{refused}",
        refused.len()
    );
    let fault = answered(answer).await;
    assert_eq!(fault, TransportError::Status { status: 400 });
    assert!(
        fault
            .to_string()
            .contains("an http:// address whose port is one for TLS"),
        "{fault}"
    );
}

#[tokio::test]
async fn a_peer_that_speaks_no_tls_is_not_trusted() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream
            .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            .await
            .unwrap();
        std::future::pending::<()>().await;
    });
    let error = builder(&origin)
        .build()
        .unwrap()
        .call(&pay())
        .await
        .map(|_| ())
        .unwrap_err();
    let Error::Token { cause, .. } = &error else {
        panic!("{error:?}")
    };
    assert!(
        matches!(&**cause, Error::Transport(TransportError::NotTls { .. })),
        "{cause:?}"
    );
    assert!(
        error.to_string().contains("use an http:// address")
            && !error.to_string().contains("certificates"),
        "{error}"
    );
    assert_eq!(error.effect(), Effect::NotSent);
}
