//! The course of one call: how much time it has, and the span that says what became of it.
//!
//! Names of the span's fields are those of OpenTelemetry's conventions for HTTP clients, so that a
//! collector shows these calls beside all others; what the conventions have no name for begins with
//! `signed_xml`. Source: <https://opentelemetry.io/docs/specs/semconv/http/http-spans/>.

use std::future::Future;
use std::time::Duration;

use signed_xml::{Endpoint, Method};
use tokio::time::Instant;
use tracing::field::Empty;
use tracing::{Instrument, Span};
use url::Url;

use crate::error::Error;

/// The time and the span of one call, with all that belongs to it.
pub(crate) struct Course {
    deadline: Option<Deadline>,
    span: Span,
}

#[derive(Clone, Copy)]
struct Deadline {
    end: Instant,
    allowed: Duration,
}

impl Course {
    /// A call of that interface begins.
    pub(crate) fn begin(endpoint: &Endpoint, allowed: Option<Duration>) -> Self {
        // A duration beyond the range of the clock limits nothing.
        let deadline = allowed.and_then(|allowed| {
            let end = Instant::now().checked_add(allowed)?;
            Some(Deadline { end, allowed })
        });
        Self::with(endpoint, deadline)
    }

    /// A request for an access token begins, as a part of this call.
    pub(crate) fn part(&self, endpoint: &Endpoint) -> Self {
        Self::with(endpoint, self.deadline)
    }

    fn with(endpoint: &Endpoint, deadline: Option<Deadline>) -> Self {
        let method = match endpoint.method {
            Method::Get => "GET",
            Method::Post => "POST",
        };
        let span = tracing::info_span!(
            "signed_xml_call",
            otel.name = format_args!("{method} {}", endpoint.path),
            otel.kind = "client",
            otel.status_code = Empty,
            http.request.method = method,
            http.request.resend_count = Empty,
            http.response.status_code = Empty,
            server.address = Empty,
            server.port = Empty,
            url.scheme = Empty,
            error.type = Empty,
            signed_xml.interface = endpoint.name(),
            signed_xml.effect = Empty,
            signed_xml.code = Empty,
        );
        Self { deadline, span }
    }

    /// Runs the call inside its span, and records how it ended.
    pub(crate) async fn run<T>(
        &self,
        call: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let outcome = call.instrument(self.span.clone()).await;
        if let Err(error) = &outcome {
            self.span.record("otel.status_code", "ERROR");
            self.span.record("error.type", &*error.kind());
            self.span
                .record("signed_xml.effect", error.effect().as_str());
            if let Some(errcode) = error.errcode() {
                self.span.record("signed_xml.code", errcode);
            } else if let Some(err_code) = error.err_code() {
                self.span.record("signed_xml.code", err_code);
            }
        }
        outcome
    }

    /// A request goes to that address.
    pub(crate) fn sends_to(&self, url: &Url) {
        self.span.record("url.scheme", url.scheme());
        self.span
            .record("server.address", url.host_str().unwrap_or_default());
        if let Some(port) = url.port_or_known_default() {
            self.span.record("server.port", port);
        }
    }

    /// A response came.
    pub(crate) fn received(&self, status: u16) {
        self.span.record("http.response.status_code", status);
    }

    /// The call is sent again for this reason; `times` counts the repetitions from 1.
    pub(crate) fn repeats(&self, times: u32, error: &Error) {
        self.span.record("http.request.resend_count", times);
        tracing::debug!(parent: &self.span, times, %error, "the call is sent again");
    }

    /// The time that is left for something that takes no longer than `most`.
    pub(crate) fn left(&self, most: Duration) -> Result<Duration, Error> {
        let Some(deadline) = self.deadline else {
            return Ok(most);
        };
        match deadline.end.saturating_duration_since(Instant::now()) {
            Duration::ZERO => Err(deadline.over()),
            left => Ok(left.min(most)),
        }
    }

    /// Whether time is left after a wait.
    pub(crate) fn has_room_for(&self, wait: Duration) -> bool {
        self.deadline
            .is_none_or(|deadline| deadline.end.saturating_duration_since(Instant::now()) > wait)
    }

    /// Waits for something that has no time limit of its own.
    pub(crate) async fn bound<T>(
        &self,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        match self.deadline {
            None => work.await,
            Some(deadline) => match tokio::time::timeout_at(deadline.end, work).await {
                Ok(outcome) => outcome,
                Err(_) => Err(deadline.over()),
            },
        }
    }
}

impl Deadline {
    fn over(&self) -> Error {
        Error::OutOfTime {
            allowed: self.allowed,
        }
    }
}
