//! What the server's tasks share: the platform behind one lock, the clock, the traffic.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, Semaphore, watch};

use crate::pages::reference::Reference;
use crate::platform::{
    Act, ActError, MAX_COUNT, Moment, OrderView, PaymentPage, Platform, SeededRandom,
};

use super::SandboxError;
use super::hosts::Hosts;
use super::live::MAX_FOLLOWERS;
use super::receivers::Receivers;
use super::state::{Snapshot, StateError, StateFile};
use super::traffic::Traffic;

/// Everything that changes.
pub(crate) struct Core {
    pub(crate) platform: Platform,
    random: SeededRandom,
    /// How far the clock is ahead of real time.
    ahead: Duration,
    pub(crate) traffic: Traffic,
    /// Where all of it is saved, if it is.
    file: Option<StateFile>,
}

/// What is saved beside the platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Beside {
    /// How far the clock is ahead of real time.
    ahead: Duration,
    random: SeededRandom,
    /// The number of the last exchange.
    exchange: u64,
}

impl Beside {
    /// Whether the numbers of exchanges can still grow.
    pub(super) fn is_possible(&self) -> bool {
        self.exchange < MAX_COUNT
    }
}

/// The core, locked. What was changed is saved when it is let go, and so before anything is answered.
pub(crate) struct Locked<'a>(MutexGuard<'a, Core>);

impl Deref for Locked<'_> {
    type Target = Core;

    fn deref(&self) -> &Core {
        &self.0
    }
}

impl DerefMut for Locked<'_> {
    fn deref_mut(&mut self) -> &mut Core {
        &mut self.0
    }
}

impl Drop for Locked<'_> {
    fn drop(&mut self) {
        // After a panic a change may be half made.
        if !std::thread::panicking() {
            self.0.save();
        }
    }
}

/// The core and what surrounds it.
pub(crate) struct Shared {
    core: Mutex<Core>,
    pub(crate) origin: String,
    pub(crate) reference: Option<Reference>,
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
            file: None,
        }
    }

    /// Goes on with what stood beside a platform.
    pub(super) fn resume(&mut self, beside: Beside) {
        self.ahead = beside.ahead;
        self.random = beside.random;
        self.traffic = Traffic::from(self.platform.config().traffic, beside.exchange);
    }

    /// From now on everything is saved there.
    pub(super) fn save_in(&mut self, mut file: StateFile) -> Result<(), StateError> {
        file.write_anew(self)?;
        self.file = Some(file);
        Ok(())
    }

    /// Saves for the last time: connections that last longer than the sandbox change its file no more.
    pub(super) fn leave_file(&mut self) {
        self.save();
        self.file = None;
    }

    fn save(&mut self) {
        if let Some(mut file) = self.file.take() {
            file.save(self);
            self.file = Some(file);
        }
    }

    /// Another platform takes the place of this one.
    fn replace(&mut self, platform: Platform) {
        self.platform = platform;
        if let Some(file) = &mut self.file {
            file.replaced();
        }
    }

    /// The file of the state, and why it cannot be written, if it cannot.
    pub(crate) fn saved_in(&self) -> Option<(PathBuf, Option<String>)> {
        let file = self.file.as_ref()?;
        Some((file.path().to_owned(), file.problem()))
    }

    pub(super) fn beside(&self) -> Beside {
        Beside {
            ahead: self.ahead,
            random: self.random.clone(),
            exchange: self.traffic.last(),
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
        reference: Option<Reference>,
        hosts: Hosts,
        http: reqwest::Client,
        receivers: Receivers,
        stopped: watch::Receiver<bool>,
    ) -> Self {
        Self {
            core: Mutex::new(core),
            origin,
            reference,
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
    pub(crate) fn core(&self) -> Locked<'_> {
        Locked(self.core.lock().unwrap_or_else(PoisonError::into_inner))
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
        let platform = Platform::new(config, self.origin.as_str()).map_err(SandboxError::Config)?;
        core.replace(platform);
        core.ahead = Duration::ZERO;
        core.traffic = Traffic::new(traffic);
        drop(core);
        self.changed();
        Ok(())
    }

    /// Goes back to a snapshot. Posts that are under way end first, so that none is taken for another.
    pub(super) async fn restore(&self, snapshot: Snapshot) -> Result<(), StateError> {
        let _clock = self.advancing.lock().await;
        let _none_under_way = self.posting.lock().await;
        let mut core = self.core();
        let config = core.platform.config().clone();
        let (platform, beside) = snapshot.open(config, &self.origin)?;
        core.replace(platform);
        core.resume(beside);
        drop(core);
        self.wake.notify_one();
        self.changed();
        Ok(())
    }
}
