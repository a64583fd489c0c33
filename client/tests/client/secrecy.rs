//! Neither key, secret, token, order number nor person is ever shown: not by `Debug`, not by
//! `Display`, not in a log.

use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};

use signed_xml_client::{Client, Error};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::messages::{APP_SECRET, KEY, builder, paid, pay, signed};
use crate::server::{Answer, Server};

const NEVER_SHOWN: [&str; 5] = [
    KEY,
    APP_SECRET,
    "TOKEN-1",
    "order-number-of-the-tests",
    "openid-of-a-patient",
];

fn assert_discreet(shown: &str) {
    for secret in NEVER_SHOWN {
        assert!(!shown.contains(secret), "{secret} is shown in {shown}");
    }
}

/// Calls that end in every way, with peers that repeat what they received.
async fn outcomes() -> (Client, Vec<Error>) {
    let echo = |request: &crate::server::Received| {
        format!(
            r#"{{"errcode":48001,"errmsg":"refused {} {APP_SECRET}"}}"#,
            request.query
        )
    };
    let echo = Server::with_token(move |request| echo(request).into_bytes().into()).await;
    let answers: [Vec<u8>; 4] = [
        paid(),
        signed(&[
            ("return_code", "SUCCESS"),
            ("result_code", "FAIL"),
            ("err_code", "513"),
            ("err_code_des", "no TOKEN-1"),
        ]),
        signed(&[
            ("return_code", "SUCCESS"),
            ("result_code", "SUCCESS"),
            ("trade_no", "order-number-of-the-tests"),
        ]),
        b"<html>".into(),
    ];
    let mut errors = Vec::new();
    let mut clients = vec![builder(&echo.origin).build().unwrap()];
    for answer in answers {
        let server = Server::with_token(move |_| answer.clone().into()).await;
        clients.push(builder(&server.origin).build().unwrap());
    }
    let broken = Server::start(|_| Answer::Raw(Vec::new())).await;
    clients.push(builder(&broken.origin).build().unwrap());
    clients.push(builder("http://127.0.0.1:1").build().unwrap());
    clients.push(builder("http://no-such-host.invalid").build().unwrap());
    for client in &clients {
        errors.extend(client.call(&pay()).await.err());
    }
    (clients.remove(0), errors)
}

#[tokio::test]
async fn debug_and_display_show_no_secret() {
    let (client, errors) = outcomes().await;
    assert_discreet(&format!(
        "{client:?} {:?} {:?}",
        client.merchant(),
        builder("http://127.0.0.1:1")
    ));
    assert_eq!(errors.len(), 7);
    for error in errors {
        assert_discreet(&format!("{error} {error:?}"));
        let mut cause = std::error::Error::source(&error);
        while let Some(inner) = cause {
            assert_discreet(&format!("{inner} {inner:?}"));
            cause = inner.source();
        }
    }
}

#[tokio::test]
async fn traces_say_what_happened_and_show_no_secret() {
    // For the whole process, since a subscriber of one thread misses what other threads' tests came
    // upon first; so it hears all tests.
    let log = Log::default();
    tracing::subscriber::set_global_default(log.clone()).unwrap();
    tracing::callsite::rebuild_interest_cache();
    outcomes().await;
    let lines = log.0.lock().unwrap().join("\n");
    assert_discreet(&lines);
    for expected in [
        "otel.name=POST /family/pay",
        "otel.kind=\"client\"",
        "otel.status_code=\"ERROR\"",
        "http.request.method=\"GET\"",
        "http.response.status_code=200",
        "server.address=\"127.0.0.1\"",
        "server.port=",
        "error.type=\"business\"",
        "error.type=\"connect\"",
        "error.type=\"resolve\"",
        "signed_xml.interface=\"token\"",
        "signed_xml.code=\"513\"",
        "signed_xml.effect=\"unknown\"",
    ] {
        assert!(lines.contains(expected), "{expected} is missing in {lines}");
    }
}

/// Keeps every field of every span and event, those of other crates too.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, "{field}={value:?} ").unwrap();
    }
}

impl Log {
    fn add(&self, start: &str, fill: impl FnOnce(&mut Line)) {
        let mut line = Line(format!("{start} "));
        fill(&mut line);
        self.0.lock().unwrap().push(line.0);
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.add(span.metadata().name(), |line| span.record(line));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        self.add("record", |line| values.record(line));
    }

    fn event(&self, event: &Event<'_>) {
        self.add(event.metadata().target(), |line| event.record(line));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
