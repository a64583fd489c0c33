//! A platform on loopback that answers each query after the same time: the order is not paid.
//!
//! The sandbox answers once. What every other query is answered is that reply with the number that was asked for, signed again: what an answer costs
//! does not grow with the number of orders.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{Method, Uri};
use payinsurance::signed_xml_client::{HttpRequest, Transport};
use signed_xml::{Fields, Key, Limits, SIGN, SignType};
use tokio::net::TcpListener;

use crate::world::Outside;

/// How long the platform takes to answer.
pub(crate) const LATENCY: Duration = Duration::from_millis(50);

/// The platform as the benchmark sees it.
#[derive(Clone)]
pub(crate) struct Platform(Arc<Inner>);

struct Inner {
    /// A reply to a query, without its signature.
    reply: Vec<(String, String)>,
    key: Key,
    /// Answers all but queries.
    sandbox: Outside,
    asked: AtomicUsize,
    /// When an urgent order was asked for.
    awaited: Mutex<HashMap<String, Option<Instant>>>,
}

impl Platform {
    /// Starts it; `reply` is what the sandbox answers to a query.
    pub(crate) async fn start(sandbox: Outside, reply: &Fields, key: Key) -> (Self, SocketAddr) {
        let fields = reply.iter().filter(|(name, _)| *name != SIGN);
        let platform = Self(Arc::new(Inner {
            reply: fields
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            key,
            sandbox,
            asked: AtomicUsize::new(0),
            awaited: Mutex::default(),
        }));
        let routes = Router::new().fallback(answer).with_state(platform.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        (platform, address)
    }

    /// How many queries have come so far.
    pub(crate) fn asked(&self) -> usize {
        self.0.asked.load(Ordering::Relaxed)
    }

    /// Waits until so many more queries have come.
    pub(crate) async fn is_asked(&self, count: usize) {
        let end = self.asked() + count;
        while self.asked() < end {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Notes when that order is asked for.
    pub(crate) fn awaits(&self, number: &str) {
        let mut awaited = self.0.awaited.lock().unwrap();
        awaited.insert(number.to_owned(), None);
    }

    /// When that order was asked for, once it was.
    pub(crate) async fn asked_at(&self, number: &str) -> Instant {
        loop {
            let asked = self.0.awaited.lock().unwrap().get(number).copied();
            if let Some(Some(at)) = asked {
                return at;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

impl Inner {
    /// What the sandbox answers: the access token.
    async fn elsewhere(&self, method: &Method, uri: &Uri, body: Bytes) -> Vec<u8> {
        let method = match *method {
            Method::GET => signed_xml::Method::Get,
            _ => signed_xml::Method::Post,
        };
        let url = format!("https://pay.example{uri}").parse().unwrap();
        let mut request = HttpRequest::new(method, url);
        request.body = body;
        self.sandbox.send(request).await.unwrap().body.to_vec()
    }
}

async fn answer(
    State(Platform(platform)): State<Platform>,
    method: Method,
    uri: Uri,
    body: Bytes,
) -> Vec<u8> {
    if !uri.path().ends_with("/queryorder") {
        return platform.elsewhere(&method, &uri, body).await;
    }
    let asked = Fields::parse(&body, &Limits::default()).unwrap();
    let number = asked.get("hosp_out_trade_no").unwrap();
    platform.asked.fetch_add(1, Ordering::Relaxed);
    if let Some(at) = platform.awaited.lock().unwrap().get_mut(number) {
        at.get_or_insert_with(Instant::now);
    }
    let theirs = format!("M{number}");
    let reply = platform.reply.iter().map(|(name, value)| {
        let value: &str = match name.as_str() {
            "hosp_out_trade_no" => number,
            "med_trans_id" => &theirs,
            _ => value,
        };
        (name.as_str(), value)
    });
    let reply = Fields::from_pairs(reply).unwrap();
    let sign_type = SignType::of(reply.get("sign_type")).unwrap();
    let reply = reply.to_signed_xml(&platform.key, sign_type);
    tokio::time::sleep(LATENCY).await;
    reply
}
