//! Who acts in a run, and whose turn it is; processes that die, and time. What each does is in [`super::callers`], [`super::platform`] and
//! [`super::post`].

use std::time::Duration;

use payinsurance::Client;
use payinsurance_orders::store::{MemoryStore, Store};
use payinsurance_orders::{Desk, Order, OrderKey};
use payinsurance_sandbox::Config;

use super::executor::{Task, at_once};
use super::hospitals::{NAMES, add_hospitals, config_of, orders, shown};
use super::network::Network;
use super::post::Letter;
use super::process::start;
use super::shared::Shared;
use super::world::{Outside, profile};

const PROCESSES: usize = 3;
/// The process that may not know every hospital.
pub(super) const PARTIAL: usize = PROCESSES - 1;
/// How much happens before it is calm.
const STEPS: u64 = 2_500;
/// More tasks than this at once would only wait for each other.
pub(super) const MAX_TASKS: usize = 12;
const DAY: u64 = 86_400;

pub(crate) struct Actors {
    pub(super) seed: u64,
    pub(super) outside: Outside,
    pub(super) network: Network,
    pub(super) shared: Shared,
    pub(super) store: MemoryStore,
    pub(super) desks: Vec<Desk>,
    /// Others who call the platform for the hospitals, in the order of [`NAMES`].
    pub(super) others: Vec<Client>,
    pub(super) tasks: Vec<Task>,
    /// Notifications on their way.
    pub(super) post: Vec<Letter>,
    /// How many notifications in a thousand are lost.
    pub(super) loss: u64,
    pub(super) keys: Vec<OrderKey>,
}

impl Actors {
    pub(crate) fn new(seed: u64) -> Self {
        let shared = Shared::new(seed, PROCESSES);
        let mut config = Config::default();
        config.token_lifetime = Duration::from_secs(60 + shared.below(600));
        config.token_overlap = Duration::from_secs(shared.below(60));
        config.payment_time = Duration::from_secs(shared.below(30));
        config.refund_time = Duration::from_secs(shared.below(120));
        config.notify_failures = shared.below(2) == 0;
        config.patients[0].card_bound = shared.below(2) == 0;
        add_hospitals(&mut config, shared.below(2) == 0);
        let lacks = [None, Some(NAMES[0]), Some(NAMES[1]), Some(NAMES[2])];
        shared.inner().processes[PARTIAL].lacks = lacks[(seed % 4) as usize];
        let outside = Outside::new(config, seed);
        let store = MemoryStore::default();
        let network = Network::new(outside.clone(), shared.clone(), store.clone());
        let desks = (0..PROCESSES)
            .map(|process| start(process, &outside, &network, &shared, &store))
            .collect();
        let others = NAMES.map(|name| {
            let client = Client::builder(profile(&config_of(&outside, name)));
            let client = client.transport(outside.clone());
            let client = client.clock(outside.clone()).nonce(outside.clone());
            client.build().unwrap()
        });
        let loss = [0, 300, 1_000][shared.below(3) as usize];
        Self {
            seed,
            outside,
            network,
            shared,
            store,
            desks,
            others: others.into(),
            tasks: Vec::new(),
            post: Vec::new(),
            loss,
            keys: orders(),
        }
    }

    /// Everything happens, in an order that chance gives.
    pub(crate) fn trouble(&mut self) {
        for _ in 0..STEPS {
            if self.is_over() {
                return;
            }
            self.shared.inner().summary.steps += 1;
            match self.shared.below(200) {
                0..=119 => self.poll_one(),
                120..=147 => self.time_passes(),
                148..=169 => self.somebody_works(),
                170..=179 => self.a_caller_acts(),
                180..=185 => self.a_patient_acts(),
                186..=193 => self.the_post_moves(),
                194 => self.the_platform_fails_next(),
                195 => self.a_clock_jumps(),
                196 => self.a_row_changes_its_version(),
                197 => self.a_reply_goes_astray(),
                198 => self.somebody_else_refunds(),
                _ => self.somebody_forges(),
            }
            self.bury_the_dead();
        }
    }

    /// What does not hold once need not be looked at further.
    pub(super) fn is_over(&self) -> bool {
        !self.shared.inner().violations.is_empty()
    }

    /// Polls a task. True when it has ended.
    pub(super) fn poll(&mut self, place: usize) -> bool {
        match self.tasks[place].poll() {
            Ok(ended) => ended,
            Err(_) => {
                let name = &self.tasks[place].name;
                self.shared.violated(format!("{name:?} panicked"));
                true
            }
        }
    }

    fn poll_one(&mut self) {
        if self.tasks.is_empty() {
            return;
        }
        let place = self.shared.below(self.tasks.len() as u64) as usize;
        if self.poll(place) {
            self.tasks.swap_remove(place);
        }
    }

    fn time_passes(&mut self) {
        let seconds = self.shared.below(6);
        self.outside.advance(Duration::from_secs(seconds));
        self.network.late_arrivals();
    }

    /// A process that died is started anew; what it had in hand is gone.
    fn bury_the_dead(&mut self) {
        for process in 0..PROCESSES {
            if !self.shared.inner().processes[process].dead {
                continue;
            }
            self.tasks.retain(|task| task.process != process);
            let (outside, network) = (&self.outside, &self.network);
            self.desks[process] = start(process, outside, network, &self.shared, &self.store);
            self.shared.inner().processes[process].dead = false;
        }
    }

    /// Starts a task in a process.
    pub(super) fn begin(
        &mut self,
        process: usize,
        name: String,
        future: impl Future<Output = ()> + 'static,
    ) {
        if self.tasks.len() < MAX_TASKS || self.shared.inner().calm {
            self.tasks.push(Task::new(process, name, future));
        }
    }

    pub(super) fn any_process(&self) -> usize {
        self.shared.below(PROCESSES as u64) as usize
    }

    /// Whether a process knows the hospital of an order.
    pub(super) fn knows(&self, process: usize, key: &OrderKey) -> bool {
        self.shared.inner().processes[process].knows(&key.merchant)
    }

    pub(super) fn any_key(&self) -> OrderKey {
        self.keys[self.shared.below(self.keys.len() as u64) as usize].clone()
    }

    pub(super) fn stored(&self, key: &OrderKey) -> Option<Order> {
        at_once(self.store.order(key)).unwrap()
    }

    /// A clock is set wrong or right: by seconds, or by a day and more.
    fn a_clock_jumps(&mut self) {
        let process = self.any_process();
        let skew = match self.shared.below(6) {
            0 => self.shared.below(1_200) as i64,
            1 => -(self.shared.below(120) as i64),
            2 => (DAY + self.shared.below(7_200)) as i64,
            3 => -((DAY + self.shared.below(7_200)) as i64),
            _ => 0,
        };
        self.shared
            .tell(format!("{process}: its clock is wrong by {skew} s"));
        self.shared.inner().processes[process].skew = skew;
    }

    /// A newer version of the desk writes an order, which this one cannot read; or it is gone again, and the order is written as before.
    fn a_row_changes_its_version(&mut self) {
        let key = self.any_key();
        if self.stored(&key).is_none() {
            return;
        }
        let mut inner = self.shared.inner();
        let is_newer = !inner.unreadable.remove(&key);
        if is_newer {
            inner.unreadable.insert(key.clone());
            inner.summary.unreadable += 1;
        }
        drop(inner);
        let version = if is_newer { "a newer" } else { "this" };
        self.shared
            .tell(format!("{} is of {version} version", shown(&key)));
    }
}
