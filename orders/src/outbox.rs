//! Events for the hospital's own system: they wait in the store and are delivered at least once, in the order of each order's events.
//!
//! To a Rust function, or by HTTP POST signed as Standard Webhooks has it (`webhook-id`, `webhook-timestamp`, `webhook-signature`), so that a
//! receiver in any language finds a library that checks it. The id is the event's own and the same at each try: a receiver stores it and takes
//! each event once. Source: <https://www.standardwebhooks.com>.

use std::fmt;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use payinsurance::signed_xml_client::{
    BoxFuture, Clock, HttpRequest, HttpTransport, SystemClock, Transport, TransportError,
};
use sha2::Sha256;
use signed_xml::Method;
use url::Url;

use crate::store::Event;

/// Where events are delivered. Every function of an [`Event`] that gives a future is one.
///
/// Events of different orders are delivered at the same time (`Policy::deliveries_in_flight`), those of one order one after the other.
///
/// # Examples
///
/// ```
/// use payinsurance_orders::{EventSink, store::Event};
///
/// fn sink() -> impl EventSink {
///     |event: Event| async move {
///         println!("{}: {}", event.event.kind, event.event.payload);
///         Ok(())
///     }
/// }
/// # sink();
/// ```
pub trait EventSink: Send + Sync + 'static {
    /// Delivers an event once. `Err` says why it was not taken; it comes again later.
    fn deliver<'a>(&'a self, event: &'a Event) -> BoxFuture<'a, Result<(), String>>;
}

impl<F, Taken> EventSink for F
where
    F: Fn(Event) -> Taken + Send + Sync + 'static,
    Taken: Future<Output = Result<(), String>> + Send + 'static,
{
    fn deliver<'a>(&'a self, event: &'a Event) -> BoxFuture<'a, Result<(), String>> {
        Box::pin(self(event.clone()))
    }
}

/// Posts each event as JSON to one address, signed.
pub struct HttpSink {
    url: Url,
    secret: WebhookSecret,
    transport: Box<dyn Transport>,
    clock: Box<dyn Clock>,
    timeout: Duration,
}

impl HttpSink {
    /// Posts to this address, signed with this secret, and waits ten seconds for an answer of 200 to 299.
    ///
    /// # Errors
    ///
    /// [`SinkError`] if the address is invalid.
    pub fn new(url: &str, secret: WebhookSecret) -> Result<Self, SinkError> {
        let address = Url::parse(url).ok();
        let url = address
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
            .ok_or(SinkError::Url)?;
        Ok(Self {
            url,
            secret,
            transport: Box::new(HttpTransport::new().map_err(SinkError::Transport)?),
            clock: Box::new(SystemClock),
            timeout: Duration::from_secs(10),
        })
    }

    /// Sends through this transport.
    #[must_use]
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Box::new(transport);
        self
    }

    /// Takes the time from this clock.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Box::new(clock);
        self
    }
}

impl EventSink for HttpSink {
    fn deliver<'a>(&'a self, event: &'a Event) -> BoxFuture<'a, Result<(), String>> {
        Box::pin(async move {
            let body = event.event.payload.as_bytes();
            let at = self.clock.now();
            let mut request = HttpRequest::new(Method::Post, self.url.clone());
            request.body = Bytes::copy_from_slice(body);
            request.timeout = self.timeout;
            let signature = self.secret.sign(&event.event.id, at, body);
            request.headers = [
                ("content-type", "application/json".to_owned()),
                ("webhook-id", event.event.id.clone()),
                ("webhook-timestamp", at.as_second().to_string()),
                ("webhook-signature", signature),
            ]
            .map(|(name, value)| (name.to_owned(), value))
            .to_vec();
            match self.transport.send(request).await {
                Ok(response) if (200..300).contains(&response.status) => Ok(()),
                Ok(response) => Err(format!("answered with HTTP {}", response.status)),
                Err(error) => Err(error.to_string()),
            }
        })
    }
}

impl fmt::Debug for HttpSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpSink")
            .field("host", &self.url.host_str())
            .finish_non_exhaustive()
    }
}

/// The secret that deliveries are signed with. Never printed.
#[derive(Clone)]
pub struct WebhookSecret(Vec<u8>);

/// Shorter secrets can be guessed.
const SHORTEST_SECRET: usize = 24;
/// What a secret in text form begins with.
const PREFIX: &str = "whsec_";

impl WebhookSecret {
    /// Reads `whsec_` and base64, as libraries for receivers take it.
    ///
    /// # Errors
    ///
    /// [`SinkError::Secret`] if it is not that, or of fewer than 24 bytes.
    pub fn new(text: &str) -> Result<Self, SinkError> {
        let bytes = text
            .strip_prefix(PREFIX)
            .and_then(|encoded| STANDARD.decode(encoded).ok());
        bytes
            .filter(|bytes| bytes.len() >= SHORTEST_SECRET)
            .map(Self)
            .ok_or(SinkError::Secret)
    }

    /// The value of `webhook-signature`.
    #[must_use]
    pub fn sign(&self, id: &str, at: Timestamp, body: &[u8]) -> String {
        let tag = self.mac(id, at.as_second(), body).finalize().into_bytes();
        format!("v1,{}", STANDARD.encode(tag))
    }

    /// Whether a delivery is genuine and not older or newer than `tolerance`, for receivers in Rust.
    #[must_use]
    pub fn verify(
        &self,
        id: &str,
        timestamp: &str,
        signature: &str,
        body: &[u8],
        now: Timestamp,
        tolerance: Duration,
    ) -> bool {
        let Ok(second) = timestamp.parse::<i64>() else {
            return false;
        };
        let fresh = now.as_second().abs_diff(second) <= tolerance.as_secs();
        fresh
            && signature
                .split(' ')
                .filter_map(|one| STANDARD.decode(one.strip_prefix("v1,")?).ok())
                // Compares in constant time.
                .any(|tag| self.mac(id, second, body).verify_slice(&tag).is_ok())
    }

    fn mac(&self, id: &str, second: i64, body: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0)
            .expect("invariant: HMAC takes a key of any length");
        mac.update(format!("{id}.{second}.").as_bytes());
        mac.update(body);
        mac
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret([redacted])")
    }
}

/// A sink cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SinkError {
    /// Invalid address.
    #[error(
        "events need an address to be posted to: give it as https://host/path or http://host/path"
    )]
    Url,
    /// Invalid secret.
    #[error(
        "a webhook secret is {PREFIX} and at least {SHORTEST_SECRET} bytes in base64: make one with `openssl rand -base64 32`"
    )]
    Secret,
    /// The transport cannot be made.
    #[error(transparent)]
    Transport(TransportError),
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

    use super::*;

    /// The example of the standard's own page.
    #[test]
    fn signs_as_the_standard_does() {
        let secret = WebhookSecret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let at = Timestamp::from_second(1_614_265_330).unwrap();
        let signature = secret.sign(
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            at,
            br#"{"test": 2432232314}"#,
        );
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_receiver_refuses_what_was_altered_is_old_or_is_signed_otherwise() {
        let secret = WebhookSecret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let now = Timestamp::from_second(1_614_265_330).unwrap();
        let (sign, minute) = (secret.sign("evt_1", now, b"{}"), Duration::from_secs(60));
        let verify = |id, time: &str, sign: &str, body: &[u8]| {
            secret.verify(id, time, sign, body, now, minute)
        };
        assert!(verify("evt_1", "1614265330", &sign, b"{}"));
        assert!(verify(
            "evt_1",
            "1614265330",
            &format!("v1,AAAA {sign}"),
            b"{}"
        ));
        assert!(!verify("evt_2", "1614265330", &sign, b"{}"));
        assert!(!verify("evt_1", "1614265330", &sign, b"{ }"));
        assert!(!verify("evt_1", "1614265331", &sign, b"{}"));
        assert!(!verify("evt_1", "never", &sign, b"{}"));
        let old = secret.sign("evt_1", now - Duration::from_secs(61), b"{}");
        assert!(!verify("evt_1", "1614265269", &old, b"{}"));
    }

    #[test]
    fn a_secret_is_never_short_and_never_printed() {
        assert_eq!(
            WebhookSecret::new("whsec_c2hvcnQ=").unwrap_err(),
            SinkError::Secret
        );
        assert_eq!(WebhookSecret::new("secret").unwrap_err(), SinkError::Secret);
        let secret = WebhookSecret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        assert!(!format!("{secret:?}").contains("Mf"));
    }
}
