//! One process of the desk: its clock, its randomness, its way to the platform, and the hospital's own system that receives its events.

use std::panic::resume_unwind;
use std::pin::Pin;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use payinsurance::Client;
use payinsurance::signed_xml_client::{Clock, Nonce};
use payinsurance_orders::store::{Event, MemoryStore};
use payinsurance_orders::{Desk, Policy};

use super::hospitals::{NAMES, config_of};
use super::network::Network;
use super::shared::Shared;
use super::store::FaultyStore;
use super::world::{Outside, profile};

/// A desk as a process starts it: nothing of an earlier one is left but the store.
pub(crate) fn start(
    process: usize,
    outside: &Outside,
    network: &Network,
    shared: &Shared,
    store: &MemoryStore,
) -> Desk {
    let mut policy = Policy::default();
    policy.expires_after = Some(Duration::from_secs(900));
    let mut desk = Desk::builder(FaultyStore {
        inner: store.clone(),
        process,
        shared: shared.clone(),
    })
    .clock(OwnClock {
        process,
        outside: outside.clone(),
        shared: shared.clone(),
    })
    .nonce(OwnNonce(shared.clone()))
    .policy(policy)
    .events(receiver(shared));
    let standing = shared.inner().processes[process];
    for name in NAMES.into_iter().filter(|name| standing.knows(name)) {
        let profile = profile(&config_of(outside, name));
        desk = desk.merchant(name, Client::builder(profile).transport(network.clone()));
    }
    desk.build().unwrap()
}

/// The hospital's own system: it may be down, it may take an event without saying so, and its code may panic, before or after it takes the event.
fn receiver(shared: &Shared) -> impl Fn(Event) -> Delivered + use<> {
    let shared = shared.clone();
    move |event| {
        let down = shared.trouble(200);
        let silent = shared.trouble(100);
        if shared.trouble(20) {
            panics(&shared);
        }
        if !down {
            let event = (event.order, event.event.kind, event.event.id);
            shared.inner().model.delivered.push(event);
        }
        let shared = shared.clone();
        Box::pin(async move {
            if shared.trouble(20) {
                panics(&shared);
            }
            match down || silent {
                true => Err("no answer".to_owned()),
                false => Ok(()),
            }
        })
    }
}

/// What a receiver returns.
type Delivered = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

/// A panic without the message that a panic hook would print.
fn panics(shared: &Shared) {
    shared.tell("the sink panics");
    shared.inner().summary.panics += 1;
    resume_unwind(Box::new("the sink panics"));
}

struct OwnClock {
    process: usize,
    outside: Outside,
    shared: Shared,
}

impl Clock for OwnClock {
    fn now(&self) -> Timestamp {
        let skew = self.shared.inner().processes[self.process].skew;
        self.outside.parts().now + SignedDuration::from_secs(skew)
    }
}

struct OwnNonce(Shared);

impl Nonce for OwnNonce {
    fn nonce(&self) -> Option<String> {
        let number = || self.0.below(u64::MAX);
        Some(format!("{:016x}{:016x}", number(), number()))
    }
}
