//! No secret and nothing personal is shown by any flow: not in a log at TRACE, not in an error or its causes, not in
//! `Debug`, not in a metric.
//!
//! Every flow runs against the sandbox with values that stand nowhere else; then all that was logged and printed is
//! searched for them, in each form in which a program could print them.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

mod canaries;
mod capture;
mod desk;
mod people;
mod platform;
mod shown;

use canaries::Canaries;
use people::People;
use shown::Shown;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_flow_shows_a_secret_or_anything_personal() {
    capture::listen();
    let people = People::new();
    let mut shown = Shown::default();
    Box::pin(platform::calls(&people, &mut shown)).await;
    Box::pin(platform::failures(&people, &mut shown)).await;
    Box::pin(desk::day(&people, &mut shown)).await;

    let lines = capture::lines();
    for target in [
        "span signed_xml_client",
        "span payinsurance_orders",
        "event sqlx",
        "log reqwest",
    ] {
        assert!(
            lines.iter().any(|line| line.starts_with(target)),
            "no line begins with {target:?}, so this test does not see what it is about"
        );
    }
    let names = people.canaries.names();
    for name in [
        "access token",
        "key",
        "app secret",
        "openid",
        "name",
        "ID digest",
        "card number",
        "session",
    ] {
        assert!(
            names.iter().any(|known| known == name),
            "{name} is not among {names:?}"
        );
    }
    assert_none(&people.canaries, &lines, "logged");
    assert_none(&people.canaries, &shown.texts, "printed");
}

fn assert_none(canaries: &Canaries, lines: &[String], how: &str) {
    let leaks = canaries.shown_in(lines);
    assert!(
        leaks.is_empty(),
        "{} values were {how}:\n{}",
        leaks.len(),
        leaks.join("\n")
    );
}

#[test]
fn a_leak_that_is_planted_is_found() {
    capture::listen();
    let value = "planted-秘密-4f1e99ab";
    let canaries = Canaries::default();
    canaries.add("planted", value);
    let found = |plant: &dyn Fn()| {
        let before = canaries.shown_in(&capture::lines()).len();
        plant();
        canaries.shown_in(&capture::lines()).len() - before
    };
    let places: [(&str, &dyn Fn()); 9] = [
        ("message", &|| tracing::trace!("before {value} behind")),
        ("field", &|| tracing::trace!(value, "an event")),
        (
            "debug field",
            &|| tracing::trace!(value = ?Some(value), "an event"),
        ),
        ("span", &|| drop(tracing::trace_span!("a span", value))),
        ("recorded", &|| {
            let span = tracing::trace_span!("a span", late = tracing::field::Empty);
            span.record("late", value);
        }),
        ("log", &|| log::trace!("before {value} behind")),
        ("bytes", &|| tracing::trace!("{:?}", value.as_bytes())),
        ("body", &|| {
            tracing::trace!("{}", value.as_bytes().escape_ascii())
        }),
        ("address", &|| {
            let address = "http://localhost/?t=planted-%E7%A7%98%E5%AF%86-4f1e99ab&u=1";
            tracing::trace!("GET {address}");
        }),
    ];
    for (place, plant) in places {
        assert_eq!(found(plant), 1, "what is planted as {place} is found");
    }
    let mut shown = Shown::default();
    shown.failed::<(), _>(
        "a call",
        Err(std::io::Error::other(format!("an error with {value}"))),
    );
    assert!(!canaries.shown_in(&shown.texts).is_empty());
}
