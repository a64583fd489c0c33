//! The server, against clients that send half, send nothing, read nothing, or are too many. Real sockets, short deadlines.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::routing::{get, post};
use payinsurance_orders::{Routes, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::hospital::Hospital;

const SHORT: Duration = Duration::from_millis(50);
const LONG: Duration = Duration::from_secs(3_600);

struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    server: JoinHandle<()>,
}

/// A server of these settings with pages that answer at once, read the body, never answer, and answer with 32 MiB.
async fn start(set: impl FnOnce(Server) -> Server) -> Running {
    let app = Router::new()
        .route("/", get(|| async { "here" }))
        .route(
            "/body",
            post(|body: Bytes| async move { body.len().to_string() }),
        )
        .route("/never", get(std::future::pending::<()>))
        .route("/large", get(|| async { vec![b'x'; 32 << 20] }));
    let server = Server::new(app)
        .head_deadline(LONG)
        .request_deadline(LONG)
        .connection_age(LONG);
    let server = set(server);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let server = tokio::spawn(server.serve(listener, async { drop(stopped.await) }));
    Running {
        address,
        stop,
        server,
    }
}

async fn open(address: SocketAddr, text: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    stream
}

/// All that the server still says until it closes the connection. A test would not end if it did not.
async fn rest(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer);
    let read = tokio::time::timeout(Duration::from_secs(20), read).await;
    // A reset is an end as well.
    let _ = read.expect("the server holds the connection");
    String::from_utf8_lossy(&answer).into_owned()
}

async fn is_answered(address: SocketAddr) {
    let stream = open(
        address,
        "GET / HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n",
    )
    .await;
    let answer = rest(stream).await;
    assert!(answer.ends_with("here"), "{answer}");
}

#[tokio::test]
async fn a_head_that_does_not_arrive_in_time_ends_the_connection() {
    let running = start(|server| server.head_deadline(SHORT)).await;
    for part in ["", "GET", "GET / HTTP/1.1\r\nhost: h\r\nx-slow: "] {
        let answer = rest(open(running.address, part).await).await;
        assert!(!answer.contains("here"), "{part:?}: {answer}");
    }
}

#[tokio::test]
async fn a_connection_that_is_idle_after_its_answer_ends() {
    let running = start(|server| server.head_deadline(SHORT)).await;
    let stream = open(running.address, "GET / HTTP/1.1\r\nhost: h\r\n\r\n").await;
    assert!(rest(stream).await.ends_with("here"));
}

#[tokio::test]
async fn a_body_that_does_not_arrive_in_time_is_answered_with_503() {
    let running = start(|server| server.request_deadline(SHORT).head_deadline(SHORT)).await;
    let half = "POST /body HTTP/1.1\r\nhost: h\r\ncontent-length: 100\r\n\r\nhalf";
    let answer = rest(open(running.address, half).await).await;
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    let never = "GET /never HTTP/1.1\r\nhost: h\r\n\r\n";
    let answer = rest(open(running.address, never).await).await;
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
}

#[tokio::test]
async fn half_sent_notifications_end_also_where_the_application_has_long_deadlines() {
    let hospital = Hospital::new();
    let routes = Routes::new(hospital.desk.clone()).body_deadline(SHORT);
    let server = Server::new(routes.router()).head_deadline(SHORT);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(server.serve(listener, std::future::pending()));
    let half = "POST /notify HTTP/1.1\r\nhost: h\r\ncontent-length: 100\r\n\r\n<xml>";
    let answer = rest(open(address, half).await).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
}

#[tokio::test]
async fn connections_beyond_the_cap_wait_until_one_ends() {
    let running = start(|server| server.connections(2).head_deadline(SHORT)).await;
    let mut slow = Vec::new();
    for _ in 0..20 {
        slow.push(open(running.address, "GET / HTTP").await);
    }
    is_answered(running.address).await;
}

#[tokio::test]
async fn without_deadlines_two_slow_clients_would_hold_a_server_of_two_connections() {
    let running = start(|server| server.connections(2)).await;
    let slow = [
        open(running.address, "GET / HTTP").await,
        open(running.address, "GET / HTTP").await,
    ];
    let waiting = tokio::time::timeout(SHORT, is_answered(running.address)).await;
    assert!(waiting.is_err(), "the cap holds");
    drop(slow);
    is_answered(running.address).await;
}

#[tokio::test]
async fn a_client_that_reads_nothing_loses_its_connection_when_it_is_too_old() {
    let set = |server: Server| {
        server
            .connections(1)
            .connection_age(SHORT)
            .request_deadline(SHORT)
    };
    let running = start(set).await;
    let _reads_nothing = open(running.address, "GET /large HTTP/1.1\r\nhost: h\r\n\r\n").await;
    is_answered(running.address).await;
}

#[tokio::test]
async fn a_server_that_stops_answers_requests_under_way_and_waits_for_no_other_connection() {
    let running = start(|server| server.request_deadline(Duration::from_millis(300))).await;
    let begun = "POST /body HTTP/1.1\r\nhost: h\r\ncontent-length: 4\r\n\r\n12";
    let mut begun = open(running.address, begun).await;
    let half = open(running.address, "GET / HTTP").await;
    is_answered(running.address).await;
    running.stop.send(()).unwrap();
    begun.write_all(b"34").await.unwrap();
    let answer = rest(begun).await;
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.ends_with('4'),
        "{answer}"
    );
    let stopped = tokio::time::timeout(Duration::from_secs(20), running.server).await;
    stopped.expect("the server waits for a connection").unwrap();
    drop(half);
    assert!(TcpStream::connect(running.address).await.is_err());
}
