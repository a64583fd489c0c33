//! Whether, when and how often a call is sent again.
//!
//! Steps, in order: the interface must be one whose call may be repeated; the error must be one of
//! the way or of a busy platform; attempts, budget and deadline must have room; then the client
//! waits, longer each time, by chance between half of the wait and all of it.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::error::Error;
use crate::outside::Nonce;
use crate::transport::TransportError;

/// How often a client sends a call again that failed on its way.
///
/// Only what the spec marks as repeatable is sent again: queries, bills, and requests for access
/// tokens. An order, a refund or a close never is, since its outcome may be unknown.
///
/// All clones of a client share one budget, so that a platform in trouble does not get a multiple of
/// its usual load: ten calls earn one repetition, and no more than ten repetitions are saved up.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use signed_xml::Key;
/// use signed_xml_client::{Client, Merchant, Retries};
///
/// let merchant = Merchant::independent("wx2421b1c4370ec43b", "10000100", Key::new("192006250b4c09247ec02edce69f6a2d")?)?;
/// let client = Client::builder(merchant)
///     .retries(Retries::new(2).first_wait(Duration::from_millis(100)))
///     .deadline(Duration::from_secs(15))
///     .build()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct Retries {
    attempts: u32,
    first_wait: Duration,
    longest_wait: Duration,
    percent: u32,
}

impl Retries {
    /// No call is sent again: the default of a client.
    pub const fn none() -> Self {
        Self::new(0)
    }

    /// A call is sent again at most so many times; after 200 ms first, then after twice as long each
    /// time, up to 2 s, and 10 more calls for each 100.
    pub const fn new(times: u32) -> Self {
        Self {
            attempts: times,
            first_wait: Duration::from_millis(200),
            longest_wait: Duration::from_secs(2),
            percent: 10,
        }
    }

    /// The longest that the client waits before the first repetition.
    pub const fn first_wait(mut self, wait: Duration) -> Self {
        self.first_wait = wait;
        self
    }

    /// The longest that the client waits before any repetition.
    pub const fn longest_wait(mut self, wait: Duration) -> Self {
        self.longest_wait = wait;
        self
    }

    /// How many repetitions 100 calls earn; at most 100.
    pub const fn percent(mut self, percent: u32) -> Self {
        self.percent = if percent > 100 { 100 } else { percent };
        self
    }

    /// The same with at least one attempt, for a client that has another origin to go to.
    pub(crate) const fn at_least_one(mut self) -> Self {
        if self.attempts == 0 {
            self.attempts = 1;
            self.first_wait = Duration::ZERO;
        }
        self
    }

    /// How long to wait before repetition number `repetition`, from 0; `chance` is from 0 to 1.
    fn wait(&self, repetition: u32, chance: f64) -> Duration {
        let factor = 2_u32.saturating_pow(repetition);
        let most = self
            .first_wait
            .saturating_mul(factor)
            .min(self.longest_wait);
        most.mul_f64(0.5 + chance.clamp(0.0, 1.0) / 2.0)
    }
}

impl Default for Retries {
    fn default() -> Self {
        Self::none()
    }
}

/// One repetition, in hundredths of one.
const ONE: u32 = 100;
/// The most that is saved up.
const MOST: u32 = 10 * ONE;

/// The rules and what is left of the budget.
#[derive(Debug)]
pub(crate) struct RetryBudget {
    rules: Retries,
    saved: Mutex<u32>,
}

impl RetryBudget {
    pub(crate) fn new(rules: Retries) -> Self {
        Self {
            rules,
            saved: Mutex::new(MOST),
        }
    }

    /// A call begins, which earns a part of a repetition.
    pub(crate) fn earn(&self) {
        self.change(|saved| Some((saved + self.rules.percent).min(MOST)));
    }

    /// How long to wait before sending a repeatable call again; nothing if it is not sent again.
    /// `repetition` counts from 0.
    pub(crate) fn spend(
        &self,
        error: &Error,
        repetition: u32,
        nonce: &dyn Nonce,
    ) -> Option<Duration> {
        let permitted = repetition < self.rules.attempts
            && is_passing(error)
            && self.change(|saved| saved.checked_sub(ONE));
        permitted.then(|| self.rules.wait(repetition, chance(nonce)))
    }

    fn change(&self, change: impl FnOnce(u32) -> Option<u32>) -> bool {
        // Invariant: the lock is held for plain arithmetic only.
        let mut saved = self.saved.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = change(*saved);
        *saved = changed.unwrap_or(*saved);
        changed.is_some()
    }
}

/// Whether the next attempt may meet with another outcome.
fn is_passing(error: &Error) -> bool {
    match error {
        Error::Transport(error) => matches!(
            error,
            TransportError::Resolve { .. }
                | TransportError::Connect { .. }
                | TransportError::Timeout { .. }
                | TransportError::Broken { .. }
                | TransportError::Status {
                    status: 408 | 429 | 500..=599
                }
        ),
        Error::Platform { errcode, .. } => *errcode == -1,
        _ => false,
    }
}

/// A number from 0 to 1, below 1, by the randomness of the client; one half if that fails.
pub(crate) fn chance(nonce: &dyn Nonce) -> f64 {
    let Some(text) = nonce.nonce() else {
        return 0.5;
    };
    // FNV-1a: all characters count, whatever the source is made of.
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    // The last step of MurmurHash3: the last characters reach the high bits too.
    let hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let high = u32::try_from((hash ^ (hash >> 33)) >> 32).unwrap_or(0);
    f64::from(high) / (f64::from(u32::MAX) + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken() -> Error {
        Error::Transport(TransportError::Timeout {
            after: Duration::ZERO,
        })
    }

    fn fixed() -> impl Nonce {
        struct Fixed;
        impl Nonce for Fixed {
            fn nonce(&self) -> Option<String> {
                Some("ibuaiVcKdpRxkhJA".to_owned())
            }
        }
        Fixed
    }

    #[test]
    fn waits_grow_to_their_limit_and_are_spread_over_their_upper_half() {
        let rules = Retries::new(9);
        let millis = |repetition, chance| rules.wait(repetition, chance).as_millis();
        assert_eq!([millis(0, 0.0), millis(0, 1.0)], [100, 200]);
        assert_eq!([millis(2, 0.0), millis(2, 0.5)], [400, 600]);
        assert_eq!([millis(8, 1.0), millis(40, 1.0)], [2_000, 2_000]);
    }

    #[test]
    fn the_budget_lets_one_call_in_ten_be_repeated() {
        let budget = RetryBudget::new(Retries::new(1));
        let mut repeated = 0;
        for _ in 0..1_000 {
            budget.earn();
            repeated += u32::from(budget.spend(&broken(), 0, &fixed()).is_some());
        }
        // What was saved up before, and a tenth.
        assert_eq!(repeated, 109);
    }

    #[test]
    fn attempts_end_and_only_what_may_pass_is_tried_again() {
        let budget = RetryBudget::new(Retries::new(2));
        assert!(budget.spend(&broken(), 1, &fixed()).is_some());
        assert!(budget.spend(&broken(), 2, &fixed()).is_none());
        for final_error in [
            Error::NoText,
            Error::Transport(TransportError::Status { status: 404 }),
            Error::Transport(TransportError::TooLarge { max: 1 }),
            Error::Platform {
                errcode: 45009,
                errmsg: "".into(),
            },
        ] {
            assert!(
                budget.spend(&final_error, 0, &fixed()).is_none(),
                "{final_error}"
            );
        }
    }

    #[test]
    fn chance_is_below_one_and_depends_on_every_character() {
        struct Of(&'static str);
        impl Nonce for Of {
            fn nonce(&self) -> Option<String> {
                Some(self.0.to_owned())
            }
        }
        let (one, other) = (chance(&Of("aaaa")), chance(&Of("aaab")));
        assert!((0.0..1.0).contains(&one) && (0.0..1.0).contains(&other));
        assert!((one - other).abs() > f64::EPSILON);
    }
}
