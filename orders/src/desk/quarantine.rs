//! The quarantine: what was received and not accepted, for people to look at.
//!
//! Anybody can send an unsigned notification, so each process stores only so many bytes of them in a minute
//! ([`Policy::unverified_bytes_per_minute`](crate::Policy::unverified_bytes_per_minute)), the beginning of a body and a short reason each. A signed
//! notification that contradicts its order has its own budget. Both are answered with FAIL, stored or not, and logged up to a limit.

use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use super::budget::{MinuteBudget, Spending};
use super::outcome::Outcome;
use super::{Desk, DeskError};
use crate::policy::{earlier, later};
use crate::store::{QuarantineLimits, Received};
use crate::{OrderKey, digest};

/// The most bytes that are stored of a body that is not verified.
const MAX_UNVERIFIED_BODY: usize = 4 << 10;
/// The most bytes of a reason: it may quote what was received.
const MAX_REASON: usize = 512;
/// Lines about refused notifications that are logged in a minute.
const LOG_LINES_PER_MINUTE: u64 = 60;

/// How often the quarantine is pruned while notifications are refused.
const PRUNED_WHEN_STORED: Duration = Duration::from_secs(60);
/// How often the workers of a process prune it.
const PRUNED_BY_WORKERS: Duration = Duration::from_secs(3_600);

/// What was spent on notifications that are not accepted.
#[derive(Debug, Default)]
pub(crate) struct QuarantineBudgets {
    unverified: MinuteBudget,
    contradicting: MinuteBudget,
    log: MinuteBudget,
    pruned_at: Option<Timestamp>,
}

impl Desk {
    /// Refuses a notification that is not verified; stores its beginning if the budget allows.
    pub(super) async fn quarantine_unverified(
        &self,
        body: &[u8],
        reason: &str,
    ) -> Result<Outcome, DeskError> {
        let reason = shortened(reason);
        let body = &body[..body.len().min(MAX_UNVERIFIED_BODY)];
        let most = self.inner().policy.unverified_bytes_per_minute;
        let size = size(body, &reason);
        if self.spend(|budgets, now| budgets.unverified.spend(size, most, now)) {
            let key = digest::of_bytes(body);
            self.quarantine(key, None, body, &reason).await?;
        }
        Ok(Outcome::Refused { reason })
    }

    /// Stores a verified notification that contradicts its order, once for each order and reason, if the budget allows; false if not.
    pub(super) async fn quarantine_contradicting(
        &self,
        order: &OrderKey,
        body: &[u8],
        reason: &str,
    ) -> Result<bool, DeskError> {
        let most = self.inner().policy.contradicting_bytes_per_minute;
        let size = size(body, reason);
        let allowed = self.spend(|budgets, now| budgets.contradicting.spend(size, most, now));
        if allowed {
            let key = digest::of([&order.merchant, &order.hosp_out_trade_no, reason]);
            self.quarantine(key, Some(order.clone()), body, reason)
                .await?;
        }
        Ok(allowed)
    }

    async fn quarantine(
        &self,
        key: String,
        order: Option<OrderKey>,
        body: &[u8],
        reason: &str,
    ) -> Result<(), DeskError> {
        let received = Received {
            key,
            order: order.filter(OrderKey::can_be_kept),
            at: self.now(),
            body: body.to_vec(),
        };
        let stored = self.inner().store.quarantine(&received, reason).await;
        stored.map_err(|error| self.store_error(error))?;
        self.prune_quarantine(PRUNED_WHEN_STORED).await;
        Ok(())
    }

    /// Forgets what is too old or too much, if the last time was so long ago. Workers do it although nothing comes.
    pub(crate) async fn tend_quarantine(&self) {
        self.prune_quarantine(PRUNED_BY_WORKERS).await;
    }

    async fn prune_quarantine(&self, interval: Duration) {
        let now = self.now();
        let is_due = {
            let mut budgets = self.quarantine_budgets();
            let is_recent = |at: Timestamp| at <= now && now < later(at, interval);
            let is_due = !budgets.pruned_at.is_some_and(is_recent);
            if is_due {
                budgets.pruned_at = Some(now);
            }
            is_due
        };
        if !is_due {
            return;
        }
        let policy = &self.inner().policy;
        let limits = QuarantineLimits {
            before: earlier(now, policy.quarantine_age),
            bytes: policy.quarantine_bytes,
        };
        match self.inner().store.prune_quarantine(&limits).await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "old notifications in quarantine were forgotten"),
            // It is tried again next time; the notification that is being judged does not depend on it.
            Err(error) => {
                self.inner().metrics.store_failed();
                tracing::warn!(%error, "the quarantine could not be pruned");
            }
        }
    }

    /// Logs that a notification was refused. A flood fills no disk: what is beyond the limit is counted and logged in the next minute.
    pub(super) fn log_refused(&self, reason: &str) {
        let mut refused_before = 0;
        let allowed = self.spend(|budgets, now| {
            let spending = budgets.log.spend(1, LOG_LINES_PER_MINUTE, now);
            refused_before = spending.refused_before;
            spending
        });
        if refused_before > 0 {
            tracing::warn!(
                count = refused_before,
                "more notifications were refused in the last minute than were logged"
            );
        }
        if allowed {
            tracing::warn!(%reason, "notification refused");
        }
    }

    fn spend(&self, spend: impl FnOnce(&mut QuarantineBudgets, Timestamp) -> Spending) -> bool {
        let now = self.now();
        spend(&mut self.quarantine_budgets(), now).allowed
    }

    /// Invariant: the lock is held for plain assignments only.
    fn quarantine_budgets(&self) -> MutexGuard<'_, QuarantineBudgets> {
        let budgets = self.inner().quarantine.lock();
        budgets.unwrap_or_else(PoisonError::into_inner)
    }
}

/// A reason of bounded length on one line, cut between two characters.
pub(super) fn shortened(reason: &str) -> String {
    const CUT: &str = "…";
    let end = match reason.len() <= MAX_REASON {
        true => reason.len(),
        false => reason.floor_char_boundary(MAX_REASON - CUT.len()),
    };
    let mut short = reason[..end].replace(char::is_control, " ");
    if end < reason.len() {
        short.push_str(CUT);
    }
    short
}

/// What a row takes, in bytes.
fn size(body: &[u8], reason: &str) -> u64 {
    QuarantineLimits::PER_ROW + body.len() as u64 + reason.len() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_reason_is_cut_between_two_characters() {
        let long = "签名错误".repeat(1_000);
        let short = shortened(&long);
        assert!(short.len() <= MAX_REASON && short.len() > MAX_REASON - 4);
        assert!(short.ends_with('…') && long.starts_with(short.trim_end_matches('…')));
        assert_eq!(shortened("line one\nline two"), "line one line two");
        assert_eq!(shortened(&"x".repeat(MAX_REASON)), "x".repeat(MAX_REASON));
    }
}
