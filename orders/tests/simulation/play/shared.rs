//! What all parts of a run share: chance, the story, what did not hold, who has died.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::{Arc, Mutex, MutexGuard};

use payinsurance_orders::OrderKey;

use super::Summary;
use super::chance::Chance;
use super::hospitals::shown;
use super::model::Model;

#[derive(Clone)]
pub(crate) struct Shared(Arc<Mutex<Inner>>);

pub(crate) struct Inner {
    pub(crate) chance: Chance,
    /// No more trouble.
    pub(crate) calm: bool,
    /// How many storage points in a thousand are the last thing that a process does.
    pub(crate) crash: u64,
    /// How many calls in a thousand go wrong.
    pub(crate) network: u64,
    /// How many genuine messages in a thousand are wrong.
    pub(crate) twist: u64,
    pub(crate) processes: Vec<Standing>,
    /// Orders that a newer version of the desk wrote: this one cannot read them.
    pub(crate) unreadable: BTreeSet<OrderKey>,
    pub(crate) model: Model,
    pub(crate) summary: Summary,
    pub(crate) violations: Vec<String>,
    story: Vec<String>,
}

/// How a process stands.
#[derive(Clone, Copy, Default)]
pub(crate) struct Standing {
    pub(crate) dead: bool,
    /// By how much its clock is wrong, in seconds.
    pub(crate) skew: i64,
    /// The hospital that it does not know.
    pub(crate) lacks: Option<&'static str>,
}

impl Standing {
    pub(crate) fn knows(&self, merchant: &str) -> bool {
        self.lacks != Some(merchant)
    }
}

impl Shared {
    pub(crate) fn new(seed: u64, processes: usize) -> Self {
        let mut chance = Chance::new(seed);
        let crash = chance.below(4) * 6;
        let network = chance.below(5) * 70;
        let twist = [0, 60, 250][chance.below(3) as usize];
        Self(Arc::new(Mutex::new(Inner {
            chance,
            calm: false,
            crash,
            network,
            twist,
            processes: vec![Standing::default(); processes],
            unreadable: BTreeSet::new(),
            model: Model::default(),
            summary: Summary::default(),
            violations: Vec::new(),
            story: Vec::new(),
        })))
    }

    pub(crate) fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap()
    }

    pub(crate) fn below(&self, most: u64) -> u64 {
        self.inner().chance.below(most)
    }

    /// True so many times in a thousand, never once it is calm.
    pub(crate) fn trouble(&self, times: u64) -> bool {
        let mut inner = self.inner();
        let hit = inner.chance.per_mille(times);
        hit && !inner.calm
    }

    pub(crate) fn tell(&self, what: impl Into<String>) {
        self.inner().tell(what.into());
    }

    /// A process dies: nothing that it has in hand is ever gone on with.
    pub(crate) fn dies(&self, process: usize) {
        let mut inner = self.inner();
        inner.processes[process].dead = true;
        inner.summary.crashes += 1;
    }

    /// A genuine message about an order reached the desk that is not true: from now on the desk may say that the order is contradicted.
    pub(crate) fn lied(&self, key: &OrderKey, what: impl Into<String>) {
        let what = what.into();
        let mut inner = self.inner();
        inner.tell(format!("{}: {what}", shown(key)));
        inner.summary.lies += 1;
        inner.model.lies.entry(key.clone()).or_default().push(what);
    }

    /// Something that must hold does not.
    pub(crate) fn violated(&self, what: impl Into<String>) {
        let mut inner = self.inner();
        let what = what.into();
        inner.tell(format!("VIOLATION {what}"));
        inner.violations.push(what);
    }

    pub(crate) fn story(&self) -> Vec<String> {
        self.inner().story.clone()
    }
}

impl Inner {
    fn tell(&mut self, what: String) {
        // FNV-1a, so that equal stories are seen to be equal without keeping them.
        for byte in what.bytes() {
            self.summary.trace =
                (self.summary.trace ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        let mut line = String::new();
        // Writing into a string cannot fail.
        let _ = write!(line, "{:5} {what}", self.summary.steps);
        self.story.push(line);
    }
}
