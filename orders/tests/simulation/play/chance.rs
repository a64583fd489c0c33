//! Chance that follows from a seed.

use payinsurance_sandbox::{Random, SeededRandom};

pub(crate) struct Chance(SeededRandom);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        let mut random = SeededRandom::new(seed);
        random.next_number();
        Self(random)
    }

    /// A number below that one, which is not 0.
    pub(crate) fn below(&mut self, most: u64) -> u64 {
        self.0.next_number() % most
    }

    /// True so many times in a thousand.
    pub(crate) fn per_mille(&mut self, times: u64) -> bool {
        self.below(1_000) < times
    }
}
