//! What the server's tasks share: the platform behind one lock, the clock, the traffic.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{Notify, Semaphore, watch};

use crate::platform::{Act, ActError, Moment, OrderView, PaymentPage, Platform, SeededRandom};

use super::SandboxError;
use super::hosts::Hosts;
use super::live::MAX_FOLLOWERS;
use super::receivers::Receivers;
use super::traffic::Traffic;

/// Everything that changes.
pub(crate) struct Core {
    pub(crate) platform: Platform,
    random: SeededRandom,
    /// How far the clock is ahead of real time.
    ahead: Duration,
    pub(crate) traffic: Traffic,
}

/// The core and what surrounds it.
pub(crate) struct Shared {
    core: Mutex<Core>,
    pub(crate) origin: String,
    /// The hosts that callers may name.
    pub(super) hosts: Hosts,
    pub(super) http: reqwest::Client,
    /// Where `http` may go.
    pub(super) receivers: Receivers,
    /// Held while notifications are posted: one batch at a time, so that its holder knows that none is under way.
    pub(super) posting: tokio::sync::Mutex<()>,
    /// Held while the clock is advanced.
    pub(super) advancing: tokio::sync::Mutex<()>,
    /// Wakes the courier: something may have fallen due.
    pub(super) wake: Notify,
    /// Counts changes, for the pages that follow them.
    changes: watch::Sender<u64>,
    /// Places for pages that follow.
    pub(super) followers: Arc<Semaphore>,
    /// True once the sandbox stops.
    pub(super) stopped: watch::Receiver<bool>,
}

/// The time in a sandbox, for programs that must agree with it, such as the desk of a test. Cheap to clone; clones are the same clock.
///
/// [`Sandbox::advance`](crate::Sandbox::advance) and [`Sandbox::reset`](crate::Sandbox::reset) move it. A client and a desk take it as
/// `.clock(move || clock.now())`.
#[derive(Clone)]
pub struct SandboxClock(Arc<Shared>);

impl SandboxClock {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self(shared)
    }

    /// The time in the sandbox now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.0.core().now()
    }
}

impl fmt::Debug for SandboxClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SandboxClock").field(&self.now()).finish()
    }
}

impl Core {
    pub(super) fn new(platform: Platform, random: SeededRandom, traffic: usize) -> Self {
        Self {
            platform,
            random,
            ahead: Duration::ZERO,
            traffic: Traffic::new(traffic),
        }
    }

    /// The time in the sandbox.
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::now()
            .saturating_add(self.ahead)
            .unwrap_or(Timestamp::MAX)
    }

    /// The platform, with the time and the random numbers that it is handed.
    pub(crate) fn with<T>(&mut self, act: impl FnOnce(&mut Platform, &mut Moment<'_>) -> T) -> T {
        let now = self.now();
        act(
            &mut self.platform,
            &mut Moment {
                now,
                random: &mut self.random,
            },
        )
    }

    /// Sets the clock forward to a time; never back.
    pub(super) fn reach(&mut self, time: Timestamp) {
        if let Ok(gap) = Duration::try_from(self.now().duration_until(time)) {
            self.ahead = self.ahead.saturating_add(gap);
        }
    }
}

impl Shared {
    pub(super) fn new(
        core: Core,
        origin: String,
        hosts: Hosts,
        http: reqwest::Client,
        receivers: Receivers,
        stopped: watch::Receiver<bool>,
    ) -> Self {
        Self {
            core: Mutex::new(core),
            origin,
            hosts,
            http,
            receivers,
            posting: tokio::sync::Mutex::default(),
            advancing: tokio::sync::Mutex::default(),
            wake: Notify::new(),
            changes: watch::Sender::new(0),
            followers: Arc::new(Semaphore::new(MAX_FOLLOWERS)),
            stopped,
        }
    }

    /// Says to the open pages that something has changed.
    pub(super) fn changed(&self) {
        self.changes.send_modify(|number| *number += 1);
    }

    /// The number of changes, to wait for the next one.
    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// The core. Never held across an `await`.
    pub(crate) fn core(&self) -> MutexGuard<'_, Core> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn orders(&self) -> Vec<OrderView> {
        self.core().with(|platform, at| {
            platform.pass(at);
            platform.orders()
        })
    }

    /// The order of a pay key, as its patient sees it.
    pub(crate) fn payment_page(&self, pay_key: &str) -> Option<PaymentPage> {
        self.core().with(|platform, at| {
            platform.pass(at);
            platform.payment_page(pay_key)
        })
    }

    pub(crate) fn pay(&self, order: &str, act: Act) -> Result<(), ActError> {
        let done = self
            .core()
            .with(|platform, at| platform.patient(order, act, at));
        self.wake.notify_one();
        self.changed();
        done
    }

    pub(super) fn settle_after_close(&self, order: &str) -> Result<(), ActError> {
        let done = self
            .core()
            .with(|platform, at| platform.settle_after_close(order, at));
        self.wake.notify_one();
        done
    }

    pub(super) async fn reset(&self) -> Result<(), SandboxError> {
        let _clock = self.advancing.lock().await;
        let _none_under_way = self.posting.lock().await;
        let mut core = self.core();
        let config = core.platform.config().clone();
        let traffic = config.traffic;
        core.platform =
            Platform::new(config, self.origin.as_str()).map_err(SandboxError::Config)?;
        core.ahead = Duration::ZERO;
        core.traffic = Traffic::new(traffic);
        drop(core);
        self.changed();
        Ok(())
    }
}
