//! What both sides booked, and the proof that the differences explain all of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::difference::Difference;
use crate::money::{Balance, Part, Parts};
use crate::record::Movement;

/// What is summed together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Bucket {
    /// The hospital.
    pub merchant: String,
    /// 订单支付方式: `1`, `2` or `3`.
    pub pay_type: String,
    /// Payments or refunds.
    pub movement: Movement,
}

/// The sums of a bucket, by part in the order of [`Part::ALL`].
///
/// A part of a payment that both sides have and only one side states is in neither sum: there is nothing to compare it with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// How many payments or refunds our books count.
    pub our_count: u64,
    /// How many the bill counts.
    pub their_count: u64,
    /// What our books count.
    pub ours: [Balance; 6],
    /// What the bill counts.
    pub theirs: [Balance; 6],
    /// The sum of the effects of the differences.
    pub differences: [Balance; 6],
}

/// The totals of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals(BTreeMap<Bucket, Line>);

impl Totals {
    /// The buckets with their sums.
    pub fn lines(&self) -> impl Iterator<Item = (&Bucket, &Line)> {
        self.0.iter()
    }

    /// True if in every bucket and part ours less theirs is the sum of the differences, to the fen.
    #[must_use]
    pub fn prove_themselves(&self) -> bool {
        self.0.values().all(Line::proves_itself)
    }

    pub(crate) fn line(&mut self, bucket: &Bucket) -> &mut Line {
        if !self.0.contains_key(bucket) {
            self.0.insert(bucket.clone(), Line::default());
        }
        self.0.get_mut(bucket).expect("invariant: inserted above")
    }

    pub(crate) fn explain(&mut self, difference: &Difference) {
        let bucket = Bucket {
            merchant: difference.key.merchant.clone(),
            pay_type: difference.pay_type.clone(),
            movement: difference.movement,
        };
        let line = self.line(&bucket);
        for (sum, effect) in line.differences.iter_mut().zip(difference.effect) {
            *sum += effect;
        }
    }
}

impl Line {
    /// True if ours less theirs is the sum of the differences in every part.
    #[must_use]
    pub fn proves_itself(&self) -> bool {
        Part::ALL.into_iter().all(|part| {
            let at = part as usize;
            self.ours[at] - self.theirs[at] == self.differences[at]
        })
    }

    pub(crate) fn count_ours(&mut self, amounts: &Parts) {
        self.our_count += 1;
        add(&mut self.ours, amounts);
    }

    pub(crate) fn count_theirs(&mut self, amounts: &Parts) {
        self.their_count += 1;
        add(&mut self.theirs, amounts);
    }
}

fn add(sums: &mut [Balance; 6], amounts: &Parts) {
    for part in Part::ALL {
        sums[part as usize] += amounts.get(part).into();
    }
}
