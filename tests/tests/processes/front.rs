//! The hospital's front door: the one address that the platform and the hospital's own system know, whichever process is behind it.
//!
//! Notifications are passed on to the process that runs, or lost on the way there or back. Events end here: each is written down as it came, its
//! signature checked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use payinsurance::signed_xml_client::{HttpRequest, HttpTransport, Transport};
use payinsurance_orders::WebhookSecret;
use signed_xml::Method;

/// The secret that hospital processes sign events with.
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// What becomes of a notification.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Passage {
    /// It is passed on, and its answer back.
    #[default]
    Open,
    /// It does not arrive.
    Shut,
    /// It arrives, and the platform never receives the answer.
    OneWay,
}

/// An event that was taken: its order, kind and id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Taken {
    pub(crate) number: String,
    pub(crate) kind: String,
    pub(crate) id: String,
}

/// The front door. It closes with the test's runtime.
#[derive(Clone)]
pub(crate) struct Front {
    pub(crate) origin: String,
    parts: Arc<Mutex<Parts>>,
    http: HttpTransport,
}

#[derive(Default)]
struct Parts {
    /// Where the process is, if one runs.
    process: Option<String>,
    passage: Passage,
    /// The bodies that the platform sent, by their order as they came.
    notifications: Vec<Vec<u8>>,
    /// How often each event was taken.
    taken: BTreeMap<Taken, u32>,
    /// Deliveries of events that are refused from now on, one after the other, then taken again.
    refusals: u32,
}

impl Front {
    pub(crate) async fn open() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let front = Self {
            origin: format!("http://{}", listener.local_addr().unwrap()),
            parts: Arc::default(),
            http: HttpTransport::new().unwrap(),
        };
        let routes = Router::new()
            .route("/notify", post(notify))
            .route("/events", post(event))
            .with_state(front.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        front
    }

    /// From now on this process is behind it.
    pub(crate) fn leads_to(&self, process: Option<String>) {
        self.parts().process = process;
    }

    pub(crate) fn set(&self, passage: Passage) {
        self.parts().passage = passage;
    }

    /// The hospital's own system takes none of the next events.
    pub(crate) fn refuse_events(&self, count: u32) {
        self.parts().refusals = count;
    }

    /// The last body that the platform sent.
    pub(crate) fn last_notification(&self) -> Option<Vec<u8>> {
        self.parts().notifications.last().cloned()
    }

    /// The events of an order that were taken, and how often each.
    pub(crate) fn taken(&self, number: &str) -> Vec<(Taken, u32)> {
        let parts = self.parts();
        let of = parts
            .taken
            .iter()
            .filter(|(taken, _)| taken.number == number);
        of.map(|(taken, count)| (taken.clone(), *count)).collect()
    }

    fn parts(&self) -> MutexGuard<'_, Parts> {
        self.parts.lock().unwrap()
    }
}

async fn notify(State(front): State<Front>, body: Bytes) -> (StatusCode, Bytes) {
    let (process, passage) = {
        let mut parts = front.parts();
        parts.notifications.push(body.to_vec());
        (parts.process.clone(), parts.passage)
    };
    let unreachable = (StatusCode::BAD_GATEWAY, Bytes::new());
    let Some(process) = process.filter(|_| passage != Passage::Shut) else {
        return unreachable;
    };
    match post_to(&front.http, &process, body).await {
        Ok((status, answer)) if passage == Passage::Open => {
            (StatusCode::from_u16(status).unwrap(), answer)
        }
        Ok(_) | Err(_) => unreachable,
    }
}

/// Posts a notification to the process at that address: status and body of the answer.
pub(crate) async fn post_to(
    http: &HttpTransport,
    address: &str,
    body: Bytes,
) -> Result<(u16, Bytes), String> {
    let url = format!("http://{address}/notify").parse().unwrap();
    let mut request = HttpRequest::new(Method::Post, url);
    request.body = body;
    request.timeout = Duration::from_secs(60);
    let response = http.send(request).await;
    let response = response.map_err(|error| error.to_string())?;
    Ok((response.status, response.body))
}

async fn event(State(front): State<Front>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let header = |name: &str| headers.get(name).unwrap().to_str().unwrap();
    let (id, at) = (header("webhook-id"), header("webhook-timestamp"));
    let secret = WebhookSecret::new(SECRET).unwrap();
    // How far the clocks are ahead is the tests' business: an event is as old as it says.
    let now = jiff::Timestamp::from_second(at.parse().unwrap()).unwrap();
    let signature = header("webhook-signature");
    if !secret.verify(id, at, signature, &body, now, Duration::ZERO) {
        return StatusCode::UNAUTHORIZED;
    }
    let payload: serde_json::Value = serde_json::from_slice(&body).unwrap();
    let text = |name: &str| payload[name].as_str().unwrap().to_owned();
    let taken = Taken {
        number: text("hosp_out_trade_no"),
        kind: text("kind"),
        id: id.to_owned(),
    };
    let mut parts = front.parts();
    if parts.refusals > 0 {
        parts.refusals -= 1;
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    *parts.taken.entry(taken).or_default() += 1;
    StatusCode::OK
}
