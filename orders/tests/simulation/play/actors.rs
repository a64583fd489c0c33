//! Who acts in a run, and whose turn it is; processes that die, and time. What each does stands in [`super::callers`], [`super::platform`] and
//! [`super::post`].

use std::time::Duration;

use payinsurance_orders::store::{MemoryStore, Store};
use payinsurance_orders::{Desk, Order};
use payinsurance_sandbox::{Config, Delivery};

use super::executor::{Task, at_once};
use super::network::Network;
use super::process::{HOSPITAL, start};
use super::shared::Shared;
use super::world::Outside;

const PROCESSES: usize = 3;
const ORDERS: u64 = 4;
/// How much happens before it is calm.
const STEPS: u64 = 2_500;
/// More tasks than this at once would only wait for each other.
pub(super) const MOST_TASKS: usize = 12;

pub(crate) struct Actors {
    pub(super) seed: u64,
    pub(super) outside: Outside,
    pub(super) network: Network,
    pub(super) shared: Shared,
    pub(super) store: MemoryStore,
    pub(super) desks: Vec<Desk>,
    pub(super) tasks: Vec<Task>,
    /// Notifications on their way, each with the number of the platform that it is to be answered under; 0 for copies.
    pub(super) post: Vec<Delivery>,
    /// How many notifications in a thousand are lost.
    pub(super) loss: u64,
    pub(super) numbers: Vec<String>,
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
        let outside = Outside::new(config, seed);
        let store = MemoryStore::default();
        let network = Network::new(outside.clone(), shared.clone(), store.clone());
        let desks = (0..PROCESSES)
            .map(|process| start(process, &outside, &network, &shared, &store))
            .collect();
        let loss = [0, 300, 1_000][shared.below(3) as usize];
        Self {
            seed,
            outside,
            network,
            shared,
            store,
            desks,
            tasks: Vec::new(),
            post: Vec::new(),
            loss,
            numbers: (1..=ORDERS).map(|number| format!("T{number}")).collect(),
        }
    }

    /// Everything happens, in an order that chance gives.
    pub(crate) fn trouble(&mut self) {
        for _ in 0..STEPS {
            if self.is_over() {
                return;
            }
            self.shared.inner().summary.steps += 1;
            match self.shared.below(100) {
                0..=59 => self.poll_one(),
                60..=73 => self.time_passes(),
                74..=84 => self.somebody_works(),
                85..=89 => self.a_caller_acts(),
                90..=92 => self.a_patient_acts(),
                93..=96 => self.the_post_moves(),
                97 => self.the_platform_fails_next(),
                98 => self.a_clock_jumps(),
                _ if self.shared.below(2) == 0 => self.a_reply_goes_astray(),
                _ => self.somebody_forges(),
            }
            self.bury_the_dead();
        }
    }

    /// What does not hold once need not be looked at further.
    pub(super) fn is_over(&self) -> bool {
        !self.shared.inner().violations.is_empty()
    }

    fn poll_one(&mut self) {
        if self.tasks.is_empty() {
            return;
        }
        let place = self.shared.below(self.tasks.len() as u64) as usize;
        if self.tasks[place].poll() {
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
        if self.tasks.len() < MOST_TASKS || self.shared.inner().calm {
            self.tasks.push(Task::new(process, name, future));
        }
    }

    pub(super) fn any_process(&self) -> usize {
        self.shared.below(PROCESSES as u64) as usize
    }

    pub(super) fn any_number(&self) -> String {
        self.numbers[self.shared.below(ORDERS) as usize].clone()
    }

    pub(super) fn stored(&self, number: &str) -> Option<Order> {
        let key = payinsurance_orders::OrderKey {
            merchant: HOSPITAL.to_owned(),
            hosp_out_trade_no: number.to_owned(),
        };
        at_once(self.store.order(&key)).unwrap()
    }

    fn a_clock_jumps(&mut self) {
        let process = self.any_process();
        let skew = match self.shared.below(4) {
            0 => self.shared.below(1_200) as i64,
            1 => -(self.shared.below(120) as i64),
            _ => 0,
        };
        self.shared
            .tell(format!("{process}: its clock is wrong by {skew} s"));
        self.shared.inner().processes[process].skew = skew;
    }
}
