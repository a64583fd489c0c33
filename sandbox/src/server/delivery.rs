//! Posting notifications: the ones that are due, and forged ones on request.

use std::collections::BTreeMap;
use std::error::Error;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use payinsurance::notification::{Notification, Reply};
use reqwest::header::CONTENT_TYPE;
use reqwest::redirect::Policy;
use rustls::crypto::CryptoProvider;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;
use serde::Serialize;
use signed_xml::{Limits, Message};
use tokio::task::JoinSet;

use crate::platform::{
    ActError, ComposeError, Content, Delivery, Forgery, Moment, Platform, Refused, Signature, Step,
    Trouble,
};

use super::core::{Core, Shared};
use super::receivers::{Forbidden, Receivers};
use super::traffic::{Exchange, shown};

/// A hospital has five seconds to answer (interface notes on 3.5).
const TIMEOUT: Duration = Duration::from_secs(5);

/// When nothing is due, the courier looks again after this, should the clock of the machine have been set.
const IDLE: Duration = Duration::from_secs(60);

/// What a hospital answered to a notification that was sent by hand, forged or composed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct HospitalAnswer {
    /// The HTTP status of its answer, if there was one.
    pub status: Option<u16>,
    /// Whether it accepted it: a forgery it must not.
    pub accepted: bool,
    /// Why the answer does not count as accepted.
    pub reason: Option<String>,
}

/// The client that notifications are posted with. Proxies are left aside: the receivers are near.
pub(super) fn client(receivers: Receivers) -> Result<reqwest::Client, Box<dyn Error>> {
    let provider = CryptoProvider::get_default()
        .cloned()
        .unwrap_or_else(|| Arc::new(rustls::crypto::ring::default_provider()));
    let versions = || {
        ClientConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions()
    };
    let tls = match versions()?.with_platform_verifier() {
        Ok(tls) => tls.with_no_client_auth(),
        Err(error) => {
            tracing::warn!(%error, "no CA certificates: notifications reach http addresses only");
            versions()?
                .with_root_certificates(RootCertStore::empty())
                .with_no_client_auth()
        }
    };
    let http = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .timeout(TIMEOUT)
        .redirect(Policy::none())
        .dns_resolver(receivers)
        .retry(reqwest::retry::never())
        // A connection that the hospital closed while it idled would look like a hospital that does not answer.
        .pool_max_idle_per_host(0)
        .no_proxy();
    Ok(http.build()?)
}

/// Posts what is due as long as the sandbox runs.
pub(super) async fn run(shared: Arc<Shared>) {
    loop {
        deliver_due(&shared).await;
        let wait = {
            let core = shared.core();
            let due = core.platform.next_due();
            due.map_or(IDLE, |due| {
                Duration::try_from(core.now().duration_until(due))
                    .unwrap_or_default()
                    .min(IDLE)
            })
        };
        let _ = tokio::time::timeout(wait, shared.wake.notified()).await;
    }
}

/// Posts what is due now, and returns when nothing is left and nothing is under way.
pub(super) async fn deliver_due(shared: &Shared) {
    let _alone = shared.posting.lock().await;
    loop {
        let due = shared.core().with(|platform, at| platform.due(at));
        if due.is_empty() {
            return;
        }
        let mut posts = JoinSet::new();
        for delivery in due {
            let (http, receivers) = (shared.http.clone(), shared.receivers.clone());
            posts.spawn(async move {
                let answer = post(&http, &receivers, &delivery).await;
                (delivery, answer)
            });
        }
        while let Some(posted) = posts.join_next().await {
            if let Ok((delivery, answer)) = posted {
                report(shared, &delivery, answer);
            }
        }
    }
}

type Answer = Result<(u16, Vec<u8>), String>;

async fn post(http: &reqwest::Client, receivers: &Receivers, delivery: &Delivery) -> Answer {
    receivers.check(&delivery.url)?;
    let request = http
        .post(&delivery.url)
        .header(CONTENT_TYPE, Content::Xml.media_type())
        .body(delivery.body.clone());
    let words = |error: reqwest::Error| cause(&error.without_url());
    let mut response = request.send().await.map_err(words)?;
    let (status, max) = (response.status().as_u16(), Limits::default().bytes);
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(words)? {
        body.extend_from_slice(&chunk);
        if body.len() > max {
            return Err(format!("an answer of more than {max} bytes"));
        }
    }
    Ok((status, body))
}

/// Why a hospital could not be reached: what it is called, then the system's own words.
fn cause(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return format!("timeout: nothing within {} s", TIMEOUT.as_secs());
    }
    let (mut refused, mut tls, mut last) = (false, false, error.to_string());
    let mut next = error.source();
    while let Some(inner) = next {
        let io = inner.downcast_ref::<io::Error>();
        refused |= io.is_some_and(|io| io.kind() == io::ErrorKind::ConnectionRefused);
        tls |= inner.is::<rustls::Error>()
            || io
                .and_then(io::Error::get_ref)
                .is_some_and(|inner| inner.is::<rustls::Error>());
        if let Some(forbidden) = inner.downcast_ref::<Forbidden>() {
            return forbidden.to_string();
        }
        last = inner.to_string();
        next = inner.source();
    }
    let name = match last.as_str() {
        _ if refused => "connection refused: nothing listens at the notify_url",
        _ if tls => "TLS: the certificate or the handshake failed",
        words if words.contains("failed to lookup address") => {
            "unknown host: the name in the notify_url cannot be resolved"
        }
        _ => return format!("{error}: {last}"),
    };
    format!("{name} ({last})")
}

fn borrowed(answer: &Answer) -> Result<(u16, &[u8]), String> {
    answer
        .as_ref()
        .map(|(status, body)| (*status, body.as_slice()))
        .map_err(Clone::clone)
}

/// Tells the platform and the traffic log how a delivery went.
fn report(shared: &Shared, delivery: &Delivery, answer: Answer) {
    let mut core = shared.core();
    let verdict = match delivery.notification {
        // A copy: its answer moves nothing.
        0 => core
            .platform
            .judge_answer(&delivery.med_trans_id, borrowed(&answer)),
        notification => {
            core.with(|platform, at| platform.delivered(notification, borrowed(&answer), at))
        }
    };
    let reveal = core.platform.config().reveal;
    let mut exchange = described(delivery, &answer, verdict.err(), reveal);
    exchange.events = core.platform.take_events();
    log(&mut core, delivery, exchange);
    drop(core);
    shared.changed();
}

/// Logs a delivery, also in the story of its order.
fn log(core: &mut Core, delivery: &Delivery, mut exchange: Exchange) {
    let now = core.now();
    exchange.exchange = core.traffic.number();
    exchange.order = Some(delivery.med_trans_id.clone());
    let step = Step::Notified {
        attempt: delivery.attempt,
        exchange: exchange.exchange,
        forged: exchange.forged,
        refused: exchange
            .trouble
            .as_ref()
            .map(|trouble| trouble.detail.clone()),
    };
    core.platform.note(&delivery.med_trans_id, now, step);
    core.traffic.keep(exchange, now);
}

fn described(
    delivery: &Delivery,
    answer: &Answer,
    refused: Option<Refused>,
    reveal: bool,
) -> Exchange {
    let mut exchange = Exchange::new("notification");
    exchange.attempt = Some(delivery.attempt).filter(|attempt| *attempt > 0);
    exchange.forged = delivery.forged;
    exchange.fault = delivery.fault;
    // A query may hold what only the hospital may see.
    exchange.peer = delivery
        .url
        .split(['?', '#'])
        .next()
        .unwrap_or_default()
        .to_owned();
    exchange.request = shown(&delivery.body, Notification::SCHEMA, reveal);
    if let Ok((status, body)) = answer {
        exchange.status = Some(*status);
        exchange.reply = shown(body, Reply::SCHEMA, reveal);
    }
    exchange.trouble = refused.map(|refused| Trouble::refused(&refused));
    exchange
}

impl Shared {
    /// Steps from one thing that falls due to the next, so that each happens at its own time, then to the end.
    pub(super) async fn advance(&self, by: Duration) {
        let _alone = self.advancing.lock().await;
        let target = self
            .core()
            .now()
            .saturating_add(by)
            .unwrap_or(Timestamp::MAX);
        loop {
            deliver_due(self).await;
            let mut core = self.core();
            match core.platform.next_due().filter(|due| *due <= target) {
                Some(due) => core.reach(due),
                None => {
                    core.reach(target);
                    break;
                }
            }
        }
        deliver_due(self).await;
        // What falls due next is nearer than the courier thought.
        self.wake.notify_one();
        self.changed();
    }

    pub(super) async fn forge(
        &self,
        order: &str,
        forgery: Forgery,
    ) -> Result<HospitalAnswer, ActError> {
        let delivery = self
            .core()
            .with(|platform, at| platform.forge(order, forgery, at))?;
        Ok(self.send(&delivery).await)
    }

    /// Posts the last notification of an order again, as it was sent.
    pub(super) async fn resend(&self, order: &str) -> Result<HospitalAnswer, ComposeError> {
        let delivery = self.core().platform.resent(order)?;
        Ok(self.send(&delivery).await)
    }

    /// Posts a notification of these fields.
    pub(super) async fn compose(
        &self,
        order: &str,
        fields: &BTreeMap<String, String>,
        signature: Signature,
    ) -> Result<HospitalAnswer, ComposeError> {
        let compose = |platform: &mut Platform, at: &mut Moment<'_>| {
            platform.composed(order, fields, signature, at)
        };
        let delivery = self.core().with(compose)?;
        Ok(self.send(&delivery).await)
    }

    /// Posts a delivery that the schedule does not know.
    async fn send(&self, delivery: &Delivery) -> HospitalAnswer {
        let order = delivery.med_trans_id.as_str();
        let answer = post(&self.http, &self.receivers, delivery).await;
        let mut core = self.core();
        let refused = core.platform.judge_answer(order, borrowed(&answer)).err();
        let reveal = core.platform.config().reveal;
        let exchange = described(delivery, &answer, refused.clone(), reveal);
        log(&mut core, delivery, exchange);
        drop(core);
        self.changed();
        HospitalAnswer {
            status: answer.ok().map(|(status, _)| status),
            accepted: refused.is_none(),
            reason: refused.map(|refused| refused.to_string()),
        }
    }
}
