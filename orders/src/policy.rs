//! How long the desk waits for what: the numbers that a hospital may want to change.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// Waits that grow: each is twice the one before, up to a most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// The first wait.
    pub first: Duration,
    /// The longest wait.
    pub most: Duration,
}

impl Backoff {
    /// The wait after so many attempts in vain.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use payinsurance_orders::Backoff;
    ///
    /// let poll = Backoff { first: Duration::from_secs(15), most: Duration::from_secs(600) };
    /// assert_eq!(poll.after(0), Duration::from_secs(15));
    /// assert_eq!(poll.after(2), Duration::from_secs(60));
    /// assert_eq!(poll.after(200), Duration::from_secs(600));
    /// ```
    #[must_use]
    pub fn after(&self, attempts: u32) -> Duration {
        let factor = 1_u32.checked_shl(attempts.min(20)).unwrap_or(u32::MAX);
        self.first.saturating_mul(factor).min(self.most)
    }
}

/// How long the desk waits for what.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// An order is closed when it is so old and not paid; `None` leaves it open until a caller closes it. Two hours by default.
    pub expires_after: Option<Duration>,
    /// For so long a call may be under way before a worker asks for its outcome. Longer than a call may take: 90 seconds.
    pub grace: Duration,
    /// "There is no such order" is accepted when it was said twice, this far apart: a call that timed out may still arrive. 10 seconds.
    pub settle: Duration,
    /// When an order that may not have arrived is looked at again: 5 seconds to 1 minute, since the patient waits.
    pub place: Backoff,
    /// When an open order is asked for again: 15 seconds to 10 minutes.
    pub poll: Backoff,
    /// When a refund is asked for again: 30 seconds to 1 hour.
    pub refund_poll: Backoff,
    /// When an order that ended unpaid, or that the platform contradicts, is asked for again: 10 minutes to 12 hours.
    ///
    /// Closing and paying race at the platform, so that what ended unpaid may be paid all the same.
    pub recheck: Backoff,
    /// For so long after its end an order that ended unpaid is asked for again, and a refund after it was refused: 5 days.
    pub recheck_for: Duration,
    /// Whether `allow_fee_change` 1 lets the bureau settle on another `total_fee` too. The document does not say so: off, which makes another
    /// total a contradiction.
    pub total_may_change: bool,
    /// How often a refund that failed is sent again by itself, under its number, before it is left to people. 5.
    pub refund_tries: u32,
    /// When an event that was not taken is delivered again: 5 seconds to 30 minutes.
    pub deliver: Backoff,
    /// How often an event is tried before it is a dead letter. 40, which is most of a day.
    pub event_tries: u32,
    /// How many orders each loop of workers looks at at once: calls to the platform under way. 16.
    ///
    /// A call that is under way holds no connection of a database. A pass over all open orders takes their number, divided by this and by the number
    /// of loops, times as long as the platform takes to answer.
    pub calls_in_flight: u32,
    /// How many of them may be for one hospital, so that a hospital whose calls are slow leaves places to the others. 8.
    pub calls_in_flight_per_hospital: u32,
    /// How many events each loop of workers delivers at once, never two of one order. 16.
    pub deliveries_in_flight: u32,
    /// The largest notification that is read, in bytes: 64 KiB.
    pub largest_notification: usize,
    /// How many bytes of notifications that are not verified each process stores in a minute; the others are counted only. 64 KiB.
    pub unverified_bytes_per_minute: u64,
    /// How many bytes of verified notifications that contradict their orders each process stores in a minute. Those beyond are answered with FAIL
    /// as well, so that the platform sends them again. 256 KiB.
    pub contradicting_bytes_per_minute: u64,
    /// How long what is in quarantine stays there: 30 days.
    pub quarantine_age: Duration,
    /// How many bytes stay in quarantine, the newest: 64 MiB.
    pub quarantine_bytes: u64,
    /// How long the return page shows what the platform said before it asks for the same order again: 5 seconds.
    pub return_interval: Duration,
    /// How often each process asks the platform for the return page in a minute, for all orders together; beyond it the workers ask. 600.
    pub return_questions_per_minute: u32,
    /// How long an order that is open when the patient comes back is looked at before others: 5 minutes.
    pub urgent_after_return: Duration,
}

impl Policy {
    /// The longest time that an order or an event may wait for its next look, and as much again as clocks of several machines may differ (`grace`).
    ///
    /// A new wait of this policy belongs into this list. What is due later than this was written by a clock that was ahead: workers take it as due now.
    #[must_use]
    pub fn longest_wait(&self) -> Duration {
        let waits = [
            self.expires_after.unwrap_or_default(),
            self.grace,
            self.settle,
            self.place.most,
            self.poll.most,
            self.refund_poll.most,
            self.recheck.most,
            self.deliver.most,
        ];
        let longest = waits.into_iter().max().unwrap_or_default();
        longest.saturating_add(self.grace)
    }
}

impl Default for Policy {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            expires_after: Some(seconds(7_200)),
            grace: seconds(90),
            settle: seconds(10),
            place: Backoff {
                first: seconds(5),
                most: seconds(60),
            },
            poll: Backoff {
                first: seconds(15),
                most: seconds(600),
            },
            refund_poll: Backoff {
                first: seconds(30),
                most: seconds(3_600),
            },
            recheck: Backoff {
                first: seconds(600),
                most: seconds(43_200),
            },
            recheck_for: seconds(5 * 86_400),
            total_may_change: false,
            refund_tries: 5,
            deliver: Backoff {
                first: seconds(5),
                most: seconds(1_800),
            },
            event_tries: 40,
            calls_in_flight: 16,
            calls_in_flight_per_hospital: 8,
            deliveries_in_flight: 16,
            largest_notification: 64 << 10,
            unverified_bytes_per_minute: 64 << 10,
            contradicting_bytes_per_minute: 256 << 10,
            quarantine_age: seconds(30 * 86_400),
            quarantine_bytes: 64 << 20,
            return_interval: seconds(5),
            return_questions_per_minute: 600,
            urgent_after_return: seconds(300),
        }
    }
}

/// A time earlier by that much, at the earliest the first that a timestamp can hold.
pub(crate) fn earlier(at: Timestamp, by: Duration) -> Timestamp {
    let by = SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX);
    at.checked_sub(by).unwrap_or(Timestamp::MIN)
}

/// A time that is so much later; the end of time if it is later than that.
pub(crate) fn later(at: Timestamp, by: Duration) -> Timestamp {
    let by = SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX);
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}
