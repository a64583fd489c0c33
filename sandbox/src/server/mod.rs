//! The platform over real HTTP, on the loopback interface only.
//!
//! Thin: the server hands calls to [`Platform`], keeps the clock (real time, and what it was advanced by), posts due notifications and
//! remembers the last exchanges.

mod bills;
mod callers;
mod control;
mod core;
mod cut;
mod delivery;
mod faults;
mod hosts;
mod index;
mod live;
mod receivers;
mod routes;
mod signatures;
mod state;
mod traffic;

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::config::{Config, ConfigError, MerchantConfig, PatientConfig};
use crate::pages::reference::Reference;
use crate::platform::{
    Act, ActError, Fault, FaultRule, FaultView, Forgery, OrderView, Planted, Planting, Platform,
    SeededRandom,
};

pub(crate) use self::bills::day;
pub(crate) use self::control::{pay_detail, problem, query};
use self::core::Core;
pub(crate) use self::core::Shared;
use self::hosts::{AllowedHost, Hosts};
use self::receivers::Receivers;
use self::state::StateFile;

pub use self::core::SandboxClock;
pub use delivery::HospitalAnswer;
pub use state::{Snapshot, StateError};
pub use traffic::Exchange;

/// How long a shutdown waits for calls that are under way.
const LAST_CALLS: Duration = Duration::from_secs(2);

/// A running sandbox. Dropping it stops it.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use payinsurance_sandbox::{Act, ActError, Config, Sandbox};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut config = Config::default();
/// config.refund_time = Duration::from_secs(5);
/// let sandbox = Sandbox::builder().config(config).seed(1).start().await?;
/// // Point a client at `sandbox.origin()`, place an order, then let the patient pay:
/// assert_eq!(sandbox.pay("no such order", Act::Pay), Err(ActError::NoOrder));
/// // Let time pass: what falls due in it has happened when this returns.
/// sandbox.advance(Duration::from_secs(86_400)).await;
/// sandbox.shutdown().await;
/// # Ok(())
/// # }
/// ```
pub struct Sandbox {
    shared: Arc<Shared>,
    origin: String,
    /// What the platform was told at the start.
    config: Config,
    stop: watch::Sender<bool>,
    server: Option<JoinHandle<()>>,
    courier: JoinHandle<()>,
}

/// A sandbox that is about to start.
#[derive(Debug, Clone)]
#[must_use = "nothing runs before `start`"]
pub struct SandboxBuilder {
    config: Config,
    address: SocketAddr,
    allowed_hosts: Vec<String>,
    seed: Option<u64>,
    state: Option<PathBuf>,
    reference: Option<Reference>,
}

impl Sandbox {
    /// Starts with the default configuration on a free port.
    ///
    /// # Errors
    ///
    /// [`StartError`] if there is no port.
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start().await
    }

    /// A sandbox with a configuration, a port or a seed of one's own.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder {
            config: Config::default(),
            address: (Ipv4Addr::LOCALHOST, 0).into(),
            allowed_hosts: Vec::new(),
            seed: None,
            state: None,
            reference: None,
        }
    }

    /// Scheme, host and port, without a slash at the end: what a client is pointed at instead of the platform.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The hospitals that it knows, with their test keys.
    #[must_use]
    pub fn merchants(&self) -> &[MerchantConfig] {
        &self.config.merchants
    }

    /// The patients that it was started with.
    #[must_use]
    pub fn patients(&self) -> &[PatientConfig] {
        &self.config.patients
    }

    /// The sandbox's clock, to give to a client or a desk: one clock for both, which [`advance`](Self::advance) moves.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use payinsurance_sandbox::Sandbox;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start().await?;
    /// let clock = sandbox.clock();
    /// // A desk takes it so: `Desk::builder(store).clock(move || clock.now())`.
    /// let before = clock.now();
    /// sandbox.advance(Duration::from_secs(7_200)).await;
    /// assert!(clock.now().duration_since(before).as_secs() >= 7_200);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn clock(&self) -> SandboxClock {
        SandboxClock::new(Arc::clone(&self.shared))
    }

    /// The time in the sandbox.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.shared.core().now()
    }

    /// The patient acts on an order, named by the hospital's number, the platform's number or the pay key.
    ///
    /// The notification follows on its own; `advance(Duration::ZERO)` waits until it has been delivered once.
    ///
    /// # Errors
    ///
    /// [`ActError`] if there is no such order or it cannot be paid.
    pub fn pay(&self, order: &str, act: Act) -> Result<(), ActError> {
        self.shared.pay(order, act)
    }

    /// Lets time pass. Payments, refunds and notifications that fall due in it happen in the order of their times, and have happened
    /// when this returns.
    ///
    /// Only the sandbox's own [`clock`](Self::clock) moves. A client or a desk that has another clock stays where it is: give it this one.
    pub async fn advance(&self, by: Duration) {
        self.shared.advance(by).await;
    }

    /// All orders, in the order in which they were placed.
    #[must_use]
    pub fn orders(&self) -> Vec<OrderView> {
        self.shared.orders()
    }

    /// The last exchanges, oldest first, personal values redacted.
    #[must_use]
    pub fn traffic(&self) -> Vec<Exchange> {
        self.shared.core().traffic.list(None)
    }

    /// Lets the next call of an interface fail with an error code.
    pub fn fail_next(&self, fault: Fault) {
        self.shared.core().platform.fail_next(fault);
        self.shared.changed();
    }

    /// Lets something go wrong, as the rule says; the rule's number.
    ///
    /// # Examples
    ///
    /// ```
    /// use payinsurance_sandbox::{FaultKind, FaultRule, Interface, Sandbox};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start().await?;
    /// // One refund in ten takes effect, and its answer is lost.
    /// let rule = FaultRule::new(FaultKind::TimeoutAfter).of(Interface::Refund).likely(0.1, 7);
    /// let number = sandbox.add_fault(rule);
    /// assert_eq!(sandbox.faults()[0].number, number);
    /// sandbox.remove_faults(Some(number));
    /// # Ok(())
    /// # }
    /// ```
    pub fn add_fault(&self, rule: FaultRule) -> u64 {
        self.shared.core().platform.add_fault(rule)
    }

    /// The rules of what goes wrong, used up or not.
    #[must_use]
    pub fn faults(&self) -> Vec<FaultView> {
        self.shared.core().platform.faults()
    }

    /// Removes the rule of that number, or all; how many were removed.
    pub fn remove_faults(&self, number: Option<u64>) -> usize {
        self.shared.core().platform.remove_faults(number)
    }

    /// A payment that was under way when the order was closed settles all the same, and is notified: closing and paying race.
    ///
    /// # Errors
    ///
    /// [`ActError`] if there is no such order or it is not closed.
    pub fn settle_after_close(&self, order: &str) -> Result<(), ActError> {
        self.shared.settle_after_close(order)
    }

    /// Plants differences into a bill, for tests of reconciliation.
    ///
    /// # Examples
    ///
    /// ```
    /// use jiff::civil::date;
    /// use payinsurance_sandbox::{BillDifference, Planting, Sandbox};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start().await?;
    /// let mut planting = Planting::new(BillDifference::AmountTotal, date(2026, 5, 1));
    /// planting.seed = 7;
    /// sandbox.plant(planting);
    /// assert!(sandbox.planted(date(2026, 5, 1))[0].is_empty(), "there was no order that day");
    /// # Ok(())
    /// # }
    /// ```
    pub fn plant(&self, planting: Planting) {
        self.shared.core().platform.plant(planting);
    }

    /// Forgets what was planted: bills agree with the orders again.
    pub fn clear_plantings(&self) {
        self.shared.core().platform.clear_plantings();
    }

    /// The differences that stand in the bills of a day: a list for each of [`merchants`](Self::merchants).
    #[must_use]
    pub fn planted(&self, day: Date) -> Vec<Vec<Planted>> {
        self.shared.core().platform.planted(day)
    }

    /// Posts a notification that a hospital must refuse to the order's `notify_url`, whatever the order's state.
    ///
    /// # Errors
    ///
    /// [`ActError`] if there is no such order.
    pub async fn forge_notification(
        &self,
        order: &str,
        forgery: Forgery,
    ) -> Result<HospitalAnswer, ActError> {
        self.shared.forge(order, forgery).await
    }

    /// Forgets tokens, orders and traffic, and sets the clock to real time.
    ///
    /// # Errors
    ///
    /// [`SandboxError::Config`] if the configuration can no longer be; one that a sandbox started with can.
    pub async fn reset(&self) -> Result<(), SandboxError> {
        self.shared.reset().await
    }

    /// All that it knows now but its traffic, to go back to later or elsewhere.
    ///
    /// # Examples
    ///
    /// ```
    /// use payinsurance_sandbox::{FaultKind, FaultRule, Sandbox, Snapshot};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start().await?;
    /// sandbox.add_fault(FaultRule::new(FaultKind::Html));
    /// // It is JSON, so that a test can have it as a file.
    /// let text = serde_json::to_string(&sandbox.snapshot())?;
    /// sandbox.reset().await?;
    /// assert!(sandbox.faults().is_empty());
    /// sandbox.restore(serde_json::from_str::<Snapshot>(&text)?).await?;
    /// assert_eq!(sandbox.faults().len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        Snapshot::of(&self.shared.core())
    }

    /// Goes back to a snapshot of this sandbox or of another with the same hospitals. What fell due since then happens now; the traffic is
    /// forgotten, and the clock is as far ahead of real time as it was.
    ///
    /// # Errors
    ///
    /// [`StateError`] if the snapshot is of other hospitals, of another format, or contradicts itself; nothing has changed then.
    pub async fn restore(&self, snapshot: Snapshot) -> Result<(), StateError> {
        self.shared.restore(snapshot).await
    }

    /// Ends calls that are under way and stops.
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        self.courier.abort();
        if let Some(mut server) = self.server.take()
            && tokio::time::timeout(LAST_CALLS, &mut server).await.is_err()
        {
            server.abort();
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.shared.core().leave_file();
        self.stop.send_replace(true);
        self.courier.abort();
        if let Some(server) = &self.server {
            server.abort();
        }
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

impl SandboxBuilder {
    /// Whom the platform knows and how it behaves.
    pub fn config(mut self, config: Config) -> Self {
        self.config = config;
        self
    }

    /// The port; 0, the default, takes a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.address.set_port(port);
        self
    }

    /// The address, which must be a loopback one.
    pub fn address(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// Answers to one more host beside 127.0.0.1, `localhost` and `[::1]` with its own port: for callers that reach it under another name,
    /// through a proxy or from a container. `sandbox.test` allows every port, `sandbox.test:8080` that one.
    ///
    /// Without it a request with another `Host` is refused, so that no web page can reach the sandbox under a name of its own.
    pub fn allow_host(mut self, host: impl Into<String>) -> Self {
        self.allowed_hosts.push(host.into());
        self
    }

    /// The seed of nonces, tokens and pay keys: with the same seed and the same calls they come out the same.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Saves everything but the traffic in a file, before each call is answered, and goes on with what is in it. A file that does not exist yet
    /// is made, for its owner's eyes only: it holds personal values and access tokens. Its random numbers go on too, so a
    /// [`seed`](Self::seed) counts for a new file only.
    pub fn state(mut self, file: impl Into<PathBuf>) -> Self {
        self.state = Some(file.into());
        self
    }

    /// Serves a site at `/reference`: its files by their names, `index.html` the first page. They are asked for once, when the first page is
    /// opened. `payinsurance sandbox` hands over the reference site of the interfaces.
    pub fn reference(
        mut self,
        files: impl Fn() -> BTreeMap<String, String> + Send + Sync + 'static,
    ) -> Self {
        self.reference = Some(Reference::new(files));
        self
    }

    /// Starts.
    ///
    /// # Errors
    ///
    /// [`StartError`] if the configuration is invalid, the address is not a loopback one or is taken, an allowed host is invalid, or the file of
    /// the state is not one of this configuration.
    pub async fn start(self) -> Result<Sandbox, StartError> {
        if !self.address.ip().is_loopback() {
            return Err(StartError::NotLoopback {
                address: self.address,
            });
        }
        let allowed = self.allowed_hosts.iter().map(|host| {
            AllowedHost::parse(host).ok_or_else(|| StartError::AllowedHost {
                found: host.clone(),
            })
        });
        let allowed = allowed.collect::<Result<Vec<_>, _>>()?;
        let seed = match self.seed {
            Some(seed) => seed,
            None => getrandom::u64().map_err(|_| StartError::NoRandomness)?,
        };
        let bind = |error: io::Error| StartError::Bind {
            address: self.address,
            kind: error.kind(),
        };
        let listener = TcpListener::bind(self.address).await.map_err(bind)?;
        let address = listener.local_addr().map_err(bind)?;
        let origin = format!("http://{address}");
        let hosts = Hosts::new(address.port(), allowed);
        let core = self.core(seed, &origin)?;
        let receivers = Receivers::new(&self.config.notify_networks);
        let http = delivery::client(receivers.clone()).map_err(|_| StartError::NoClient)?;
        let (stop, mut stopped) = watch::channel(false);
        let shared = Shared::new(
            core,
            origin.clone(),
            self.reference,
            hosts,
            http,
            receivers,
            stopped.clone(),
        );
        let shared = Arc::new(shared);
        let service =
            routes::router(Arc::clone(&shared)).into_make_service_with_connect_info::<SocketAddr>();
        let server = tokio::spawn(async move {
            let stop = async move {
                let _ = stopped.wait_for(|stop| *stop).await;
            };
            if let Err(error) = axum::serve(listener, service)
                .with_graceful_shutdown(stop)
                .await
            {
                tracing::error!(%error, "the sandbox's server ended");
            }
        });
        let courier = tokio::spawn(delivery::run(Arc::clone(&shared)));
        tracing::info!(%origin, "sandbox started");
        Ok(Sandbox {
            shared,
            origin,
            config: self.config,
            stop,
            server: Some(server),
            courier,
        })
    }
}

impl SandboxBuilder {
    /// The platform with what surrounds it, new or as its file has it.
    fn core(&self, seed: u64, origin: &str) -> Result<Core, StartError> {
        let (config, random) = (self.config.clone(), SeededRandom::new(seed));
        let new = |platform| Core::new(platform, random, self.config.traffic);
        let Some(path) = &self.state else {
            let platform = Platform::new(config, origin).map_err(StartError::Config)?;
            return Ok(new(platform));
        };
        let open = || {
            let (file, saved) = StateFile::open(path)?;
            let mut core = match saved {
                Some(saved) => {
                    let (platform, beside) = saved.open(config, origin)?;
                    let mut core = new(platform);
                    core.resume(beside);
                    core
                }
                None => new(Platform::new(config, origin).map_err(StateError::Config)?),
            };
            core.save_in(file)?;
            Ok(core)
        };
        open().map_err(|error| match error {
            StateError::Config(error) => StartError::Config(error),
            error => StartError::State {
                file: path.clone(),
                error,
            },
        })
    }
}

/// The sandbox did not start.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The address can be reached from other machines.
    #[error(
        "the sandbox listens on loopback addresses only, found {address}: use 127.0.0.1 or ::1"
    )]
    NotLoopback {
        /// The address asked for.
        address: SocketAddr,
    },
    /// A host to be allowed is not a host.
    #[error(
        "invalid host to allow: {found:?}; expected a name or an address with or without a port, such as `sandbox.test` or `sandbox.test:8080`, without scheme, path or `*`"
    )]
    AllowedHost {
        /// The text found.
        found: String,
    },
    /// There is no listening on the address.
    #[error("cannot listen on {address}: {kind}; port 0 takes a free one")]
    Bind {
        /// The address asked for.
        address: SocketAddr,
        /// What the system said.
        kind: io::ErrorKind,
    },
    /// The configuration cannot be.
    #[error(transparent)]
    Config(ConfigError),
    /// The file of the state cannot be used.
    #[error("state file {}: {error}", file.display())]
    State {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        error: StateError,
    },
    /// The system gave no random seed.
    #[error("the system gave no random seed: give one")]
    NoRandomness,
    /// There is no posting of notifications: TLS could not be set up.
    #[error("the HTTP client for notifications could not be set up")]
    NoClient,
}

/// A running sandbox could not do something.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SandboxError {
    /// The configuration cannot be.
    #[error(transparent)]
    Config(ConfigError),
}
