//! How much of something the desk does in a minute: bytes that it stores for unverified callers, lines that it logs, questions that it asks for the return page.
//!
//! A budget counts in windows of one minute by the desk's clock. Each process has its own.

use std::time::Duration;

use jiff::Timestamp;

use crate::policy::later;

const MINUTE: Duration = Duration::from_secs(60);

/// What was spent of a budget in the present minute.
#[derive(Debug, Default)]
pub(crate) struct MinuteBudget {
    since: Option<Timestamp>,
    spent: u64,
    refused: u64,
}

/// Whether an amount fitted into the budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spending {
    pub(crate) allowed: bool,
    /// How many amounts were refused in the last minute, logged once when a new one begins.
    pub(crate) refused_before: u64,
}

impl MinuteBudget {
    /// Spends `amount` if no more than `most` is spent in this minute.
    pub(crate) fn spend(&mut self, amount: u64, most: u64, now: Timestamp) -> Spending {
        let refused_before = self.begin(now);
        let spent = self.spent.saturating_add(amount);
        let allowed = spent <= most;
        match allowed {
            true => self.spent = spent,
            false => self.refused = self.refused.saturating_add(1),
        }
        Spending {
            allowed,
            refused_before,
        }
    }

    /// Begins a new minute when the present one is over, or when the clock was set back; says what the last one refused.
    fn begin(&mut self, now: Timestamp) -> u64 {
        let runs = |since: Timestamp| since <= now && now < later(since, MINUTE);
        if self.since.is_some_and(runs) {
            return 0;
        }
        let refused = self.refused;
        *self = Self {
            since: Some(now),
            ..Self::default()
        };
        refused
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).expect("a time of this century")
    }

    fn allowed(budget: &mut MinuteBudget, amount: u64, at: i64) -> bool {
        budget.spend(amount, 100, second(at)).allowed
    }

    #[test]
    fn what_does_not_fit_is_refused_and_spends_nothing() {
        let mut budget = MinuteBudget::default();
        assert!(allowed(&mut budget, 60, 0));
        assert!(!allowed(&mut budget, 50, 59));
        assert!(allowed(&mut budget, 40, 59));
        assert!(!allowed(&mut budget, u64::MAX, 59));
    }

    #[test]
    fn a_new_minute_begins_with_the_whole_budget_and_tells_what_was_refused() {
        let mut budget = MinuteBudget::default();
        allowed(&mut budget, 100, 0);
        allowed(&mut budget, 1, 1);
        allowed(&mut budget, 1, 2);
        let next = budget.spend(100, 100, second(60));
        assert_eq!((next.allowed, next.refused_before), (true, 2));
        assert_eq!(budget.spend(0, 100, second(61)).refused_before, 0);
    }

    #[test]
    fn a_clock_that_is_set_back_does_not_close_the_budget() {
        let mut budget = MinuteBudget::default();
        allowed(&mut budget, 100, 86_400);
        assert!(allowed(&mut budget, 100, 0));
    }
}
