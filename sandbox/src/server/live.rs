//! Server-sent events for pages that follow what happens: `GET /sandbox/events`.
//!
//! An event says that something has changed and not what: a page asks again for what it shows.
//! Every two seconds an event brings the sandbox's time, so that a page can see that the sandbox
//! lives. Source: HTML Standard, "Server-sent events".

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, Stream};
use serde_json::json;
use signed_xml::BeijingTime;
use tokio::sync::OwnedSemaphorePermit;

use super::control::problem;
use super::core::Shared;

/// Pages that may follow at the same time. A browser tab needs one.
pub(super) const MAX_FOLLOWERS: usize = 64;

/// The time between two signs of life.
const SIGN_OF_LIFE: Duration = Duration::from_secs(2);

/// After a change, this long nothing more is said, so that a burst of calls is one event.
const QUIET: Duration = Duration::from_millis(100);

/// Events until the page is closed or the sandbox stops.
pub(super) async fn events(State(shared): State<Arc<Shared>>) -> Response {
    match Arc::clone(&shared.followers).try_acquire_owned() {
        Ok(place) => Sse::new(follow(shared, place)).into_response(),
        Err(_) => {
            let words = format!("{MAX_FOLLOWERS} pages follow already: close one of them");
            problem(StatusCode::TOO_MANY_REQUESTS, &words)
        }
    }
}

fn follow(
    shared: Arc<Shared>,
    place: OwnedSemaphorePermit,
) -> impl Stream<Item = Result<Event, Infallible>> {
    let (changes, stopped) = (shared.changes(), shared.stopped.clone());
    let start = (shared, changes, stopped, place, true);
    stream::unfold(
        start,
        async |(shared, mut changes, mut stopped, place, first)| {
            let mut changed = first;
            if !first {
                tokio::select! {
                    // The only change is the stop.
                _ = stopped.changed() => return None,
                    found = changes.changed() => {
                        changed = found.is_ok();
                        tokio::time::sleep(QUIET).await;
                    }
                    () = tokio::time::sleep(SIGN_OF_LIFE) => {}
                }
            }
            let number = *changes.borrow_and_update();
            let now = BeijingTime::at(shared.core().now()).to_string();
            let name = if changed { "change" } else { "alive" };
            let data = json!({ "number": number, "now": now }).to_string();
            let event = Event::default().event(name).data(data);
            Some((Ok(event), (shared, changes, stopped, place, false)))
        },
    )
}
