//! The sandbox under 10,000 orders: `cargo bench -p conformance --bench sandbox -- --json`.
//!
//! Each order is placed over HTTP by the client, paid, and notified over HTTP to a hospital that
//! answers with a signed SUCCESS. The floor is as many bare exchanges of HTTP on loopback, with the
//! same client library, against a server that answers at once. Then the console searches them, and
//! a day of one order's retries is advanced.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot run must stop")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::any;
use conformance::bench::Rows;
use conformance::sandbox::client;
use futures_util::{StreamExt, stream};
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::body::Bytes;
use hyper_util::client::legacy::Client as Http;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use payinsurance::enums::{ResultCode, ReturnCode};
use payinsurance::notification;
use payinsurance_sandbox::{Act, Sandbox, samples};
use signed_xml::{Key, encode};
use tokio::net::TcpListener;

const ORDERS: usize = 10_000;
/// So many are placed at the same time.
const IN_FLIGHT: usize = 32;
/// The console is asked so often; the fastest time counts.
const LOOKS: usize = 20;

#[tokio::main]
async fn main() {
    let rows = Rows::from_args();
    let sandbox = Sandbox::builder().seed(1).start().await.unwrap();
    let hospital = &sandbox.merchants()[0];
    let key = Key::new(hospital.key.as_str()).unwrap();
    let client = client(&sandbox);
    let accepted = Arc::new(AtomicUsize::new(0));
    let answer = encode(&success(), &key).unwrap();
    let notify_url = serve(Arc::clone(&accepted), StatusCode::OK, answer).await;

    let search = format!("{}/?lang=en&q=T9999", sandbox.origin());
    let http: Http<HttpConnector, Full<Bytes>> = Http::builder(TokioExecutor::new()).build_http();
    let empty = fastest(&http, &search).await;
    let memory = resident();
    let begun = Instant::now();
    stream::iter(0..ORDERS)
        .for_each_concurrent(IN_FLIGHT, |number| {
            let (client, sandbox, notify_url) = (&client, &sandbox, &notify_url);
            async move {
                let number = format!("T{number}");
                let mut order = samples::order(&number);
                order.notify_url = notify_url.as_str().into();
                client.unifiedorder(&order).await.unwrap();
                sandbox.pay(&number, Act::Pay).unwrap();
            }
        })
        .await;
    while accepted.load(Ordering::SeqCst) < ORDERS {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let took = begun.elapsed();
    let grown = resident() - memory;
    let per_second = |took: Duration| ORDERS as f64 / took.as_secs_f64();
    let floor = bare(&http).await;
    rows.row(
        "sandbox: orders placed, paid and notified, share of bare exchanges",
        per_second(took),
        "orders/s",
        per_second(floor),
    );
    let mut order = samples::order("T1");
    order.notify_url = notify_url.as_str().into();
    let request = signed_xml::Fields::of(&order).unwrap().to_xml().len();
    rows.row(
        "sandbox: memory of an order, times its request",
        grown as f64 / ORDERS as f64,
        "bytes",
        request as f64,
    );
    let full = fastest(&http, &search).await;
    rows.row(
        "sandbox: console search in 10,000 orders, times that without orders",
        full.as_secs_f64() * 1e3,
        "ms",
        empty.as_secs_f64() * 1e3,
    );
    retries(&rows).await;
}

/// A hospital that never accepts, for a day.
async fn retries(rows: &Rows) {
    let sandbox = Sandbox::builder().seed(1).start().await.unwrap();
    let asked = Arc::new(AtomicUsize::new(0));
    let notify_url = serve(Arc::clone(&asked), StatusCode::BAD_GATEWAY, Vec::new()).await;
    let mut order = samples::order("T1");
    order.notify_url = notify_url.as_str().into();
    client(&sandbox).unifiedorder(&order).await.unwrap();
    sandbox.pay("T1", Act::Pay).unwrap();
    let begun = Instant::now();
    sandbox.advance(Duration::from_secs(86_400 + 3_600)).await;
    let took = begun.elapsed().as_secs_f64() * 1e3;
    let attempts = asked.load(Ordering::SeqCst);
    assert_eq!(attempts, 16, "one delivery and the whole schedule");
    rows.row(
        "sandbox: a day's retries of one order, share of a second",
        took,
        "ms",
        1e3,
    );
}

fn success() -> notification::Reply {
    let reply = notification::Reply::builder()
        .return_code(ReturnCode::Success)
        .result_code(ResultCode::Success);
    let mut reply = reply.build().unwrap();
    reply.nonce_str = Some("5K8264ILTKCH16CQ2502SI8ZNMTM67VS".into());
    reply
}

/// A server that counts and gives the same answer to everything.
async fn serve(count: Arc<AtomicUsize>, status: StatusCode, answer: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/notify", listener.local_addr().unwrap());
    let answer = Bytes::from(answer);
    let handler = any(move |_body: Bytes| {
        let (count, answer) = (Arc::clone(&count), answer.clone());
        async move {
            count.fetch_add(1, Ordering::SeqCst);
            (status, answer).into_response()
        }
    });
    let router = Router::new().route("/notify", handler);
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// As many exchanges as the orders need, placing and notifying, with a server that answers at once.
async fn bare(http: &Http<HttpConnector, Full<Bytes>>) -> Duration {
    let count = Arc::new(AtomicUsize::new(0));
    let address = serve(count, StatusCode::OK, vec![b'x'; 800]).await;
    let body = Bytes::from(vec![b'x'; 2_000]);
    let begun = Instant::now();
    stream::iter(0..2 * ORDERS)
        .for_each_concurrent(IN_FLIGHT, |_| {
            let request = Request::post(&address).body(Full::new(body.clone()));
            async move {
                let reply = http.request(request.unwrap()).await.unwrap();
                reply.into_body().collect().await.unwrap();
            }
        })
        .await;
    begun.elapsed()
}

async fn fastest(http: &Http<HttpConnector, Full<Bytes>>, address: &str) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..LOOKS {
        let request = Request::get(address).body(Full::default()).unwrap();
        let begun = Instant::now();
        let reply = http.request(request).await.unwrap();
        assert_eq!(reply.status(), StatusCode::OK);
        reply.into_body().collect().await.unwrap();
        best = best.min(begun.elapsed());
    }
    best
}

/// Bytes of this process in memory.
///
/// Source: `statm` of Linux, second number, in pages of 4 KiB.
fn resident() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = statm.split(' ').nth(1).and_then(|pages| pages.parse().ok());
    pages.unwrap_or(0_u64) * 4_096
}
