//! The load: connections that stay open and deliver one notification behind the other.

use std::net::SocketAddr;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use memchr::memmem;
use payinsurance::enums::{ResultCode, ReturnCode};
use payinsurance::notification::Reply;
use signed_xml::{Limits, read_reply};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio::task::JoinSet;

use crate::paid_orders::PaidOrders;

/// Of so many replies one is verified; all of them are looked at.
const VERIFIED: usize = 100;

/// Open connections to one server.
pub(crate) struct Load {
    connections: Vec<Arc<Mutex<SendRequest<Full<Bytes>>>>>,
}

/// How deliveries went.
#[derive(Default)]
pub(crate) struct Outcome {
    took: Duration,
    each: Vec<Duration>,
}

impl Load {
    pub(crate) async fn connect(to: SocketAddr, count: usize) -> Self {
        let mut connections = Vec::new();
        for _ in 0..count {
            let stream = TcpStream::connect(to).await.unwrap();
            stream.set_nodelay(true).unwrap();
            let (send, connection) = handshake(TokioIo::new(stream)).await.unwrap();
            tokio::spawn(connection);
            connections.push(Arc::new(Mutex::new(send)));
        }
        Self { connections }
    }
}

impl Outcome {
    pub(crate) fn add(&mut self, other: Self) {
        self.took += other.took;
        self.each.extend(other.each);
    }

    pub(crate) fn a_second(&self) -> f64 {
        self.each.len() as f64 / self.took.as_secs_f64()
    }

    /// So many of a hundred took no longer.
    pub(crate) fn milliseconds(&self, of_a_hundred: usize) -> f64 {
        let mut each = self.each.clone();
        each.sort_unstable();
        let place = (each.len() * of_a_hundred / 100).min(each.len() - 1);
        each[place].as_secs_f64() * 1e3
    }
}

/// Delivers these notifications over all connections at once.
pub(crate) async fn deliver(load: &Load, paid: &PaidOrders, which: Range<usize>) -> Outcome {
    let next = Arc::new(AtomicUsize::new(which.start));
    let bodies: Arc<[Arc<[u8]>]> = paid.bodies.as_slice().into();
    let mut deliverers = JoinSet::new();
    let begun = Instant::now();
    for connection in &load.connections {
        let (connection, next, bodies) = (
            Arc::clone(connection),
            Arc::clone(&next),
            Arc::clone(&bodies),
        );
        let key = paid.key.clone();
        deliverers.spawn(async move {
            let mut connection = connection.lock().await;
            let mut each = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= which.end {
                    return each;
                }
                let body = Bytes::copy_from_slice(&bodies[number]);
                let sent = Instant::now();
                let reply = post(&mut connection, body).await;
                each.push(sent.elapsed());
                assert!(
                    memmem::find(&reply, b"SUCCESS").is_some(),
                    "a genuine notification is accepted"
                );
                if number % VERIFIED == 0 {
                    let reply: Reply = read_reply(&reply, &key, &Limits::default()).unwrap();
                    assert_eq!(reply.return_code, ReturnCode::Success);
                    assert_eq!(reply.result_code, ResultCode::Success);
                }
            }
        });
    }
    let each = deliverers.join_all().await.concat();
    Outcome {
        took: begun.elapsed(),
        each,
    }
}

async fn post(connection: &mut SendRequest<Full<Bytes>>, body: Bytes) -> Bytes {
    let request = Request::post("/notify")
        .header("host", "hospital.example")
        .header("content-type", "text/xml")
        .body(Full::new(body))
        .unwrap();
    connection.ready().await.unwrap();
    let response = connection.send_request(request).await.unwrap();
    assert_eq!(response.status(), 200);
    response.into_body().collect().await.unwrap().to_bytes()
}
