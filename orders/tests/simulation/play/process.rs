//! One process of the desk: its clock, its randomness, its way to the platform, and the hospital's own system that it tells of events.

use std::future::Ready;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use payinsurance::signed_xml_client::{Clock, Nonce};
use payinsurance_orders::store::{Event, MemoryStore};
use payinsurance_orders::{Desk, Policy};
use payinsurance_sandbox::Mode;

use super::network::Network;
use super::shared::Shared;
use super::store::FaultyStore;
use super::world::{Outside, profile};

pub(crate) const HOSPITAL: &str = "first";

/// A desk as a process starts it: nothing of an earlier one is left but the store.
pub(crate) fn start(
    process: usize,
    outside: &Outside,
    network: &Network,
    shared: &Shared,
    store: &MemoryStore,
) -> Desk {
    let config = outside
        .parts()
        .platform
        .config()
        .merchant(Mode::ServiceProvider)
        .unwrap()
        .clone();
    let client = payinsurance::Client::builder(profile(&config)).transport(network.clone());
    let mut policy = Policy::default();
    policy.expires_after = Some(Duration::from_secs(900));
    Desk::builder(FaultyStore {
        inner: store.clone(),
        process,
        shared: shared.clone(),
    })
    .merchant(HOSPITAL, client)
    .clock(OwnClock {
        process,
        outside: outside.clone(),
        shared: shared.clone(),
    })
    .nonce(OwnNonce(shared.clone()))
    .policy(policy)
    .events(receiver(shared))
    .build()
    .unwrap()
}

/// The hospital's own system: it may be down, and it may take an event without saying so.
fn receiver(shared: &Shared) -> impl Fn(Event) -> Ready<Result<(), String>> + use<> {
    let shared = shared.clone();
    move |event| {
        let down = shared.trouble(200);
        let silent = shared.trouble(100);
        if !down {
            let told = (
                event.order.hosp_out_trade_no,
                event.event.kind,
                event.event.id,
            );
            shared.inner().model.told.push(told);
        }
        std::future::ready(match down || silent {
            true => Err("no answer".to_owned()),
            false => Ok(()),
        })
    }
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
