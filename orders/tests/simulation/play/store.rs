//! A store whose processes die and whose answers get lost at every point, and which watches that states move forward only.

use std::future::pending;

use jiff::Timestamp;
use payinsurance::signed_xml_client::TokenStore;
use payinsurance_orders::store::{
    Change, Claim, ClaimedEvents, ClaimedOrders, Committed, Delivery, EventFilter, History, Kept,
    Line, ListedEvents, ListedOrders, MemoryStore, OrderFilter, QuarantineLimits, Received,
    ReceivedFilter, Store, StoreError, StoreFuture,
};
use payinsurance_orders::{Order, OrderKey};

use super::executor::{at_once, wait};
use super::shared::Shared;
use super::twist::refused_refund;

/// The store as one process sees it.
#[derive(Clone)]
pub(crate) struct FaultyStore {
    pub(crate) inner: MemoryStore,
    pub(crate) process: usize,
    pub(crate) shared: Shared,
}

impl FaultyStore {
    /// Lets others go first, then perhaps dies or fails, before and after the call.
    async fn point<T>(
        &self,
        doing: &'static str,
        call: StoreFuture<'_, T>,
    ) -> Result<T, StoreError> {
        wait(self.shared.below(3)).await;
        self.perhaps_dies("before", doing).await;
        if self.shared.trouble(3) {
            self.shared
                .tell(format!("{}: the store fails before {doing}", self.process));
            return Err(unavailable(doing));
        }
        let answer = call.await;
        self.perhaps_dies("after", doing).await;
        if self.shared.trouble(3) {
            self.shared.tell(format!(
                "{}: the store's answer to {doing} is lost",
                self.process
            ));
            return Err(unavailable(doing));
        }
        wait(self.shared.below(2)).await;
        answer
    }

    async fn perhaps_dies(&self, when: &str, doing: &str) {
        let crash = self.shared.inner().crash;
        if self.shared.trouble(crash) {
            self.shared
                .tell(format!("{}: dies {when} {doing}", self.process));
            self.shared.dies(self.process);
            pending::<()>().await;
        }
    }

    /// Watches a write from outside of the store: states only move along the edges.
    fn watch(&self, key: &OrderKey, write: impl FnOnce()) {
        let before = at_once(self.inner.order(key)).unwrap();
        write();
        let after = at_once(self.inner.order(key)).unwrap();
        let (Some(before), Some(after)) = (before, after) else {
            return;
        };
        if refused_refund(&before, &after) {
            let number = key.hosp_out_trade_no.clone();
            let mut inner = self.shared.inner();
            *inner.model.refused_refunds.entry(number).or_default() += 1;
        }
        let (from, to) = (before.state, after.state);
        if from != to && !from.allows(to) {
            let (from, to) = (from.word(), to.word());
            let number = &key.hosp_out_trade_no;
            self.shared
                .violated(format!("{number} moved from {from} to {to}"));
        }
        if before.digest != after.digest {
            self.shared
                .violated(format!("{} became another order", key.hosp_out_trade_no));
        }
        if after.revision < before.revision {
            self.shared.violated(format!(
                "{} was forgotten and begun anew",
                key.hosp_out_trade_no
            ));
        }
    }
}

fn unavailable(doing: &'static str) -> StoreError {
    StoreError::Unavailable {
        doing,
        reason: "trouble".to_owned(),
    }
}

impl Store for FaultyStore {
    fn insert<'a>(&'a self, order: &'a Order, line: &'a Line) -> StoreFuture<'a, Option<Order>> {
        let call = Box::pin(async move {
            let mut answer = Ok(None);
            self.watch(&order.key, || {
                answer = at_once(self.inner.insert(order, line))
            });
            answer
        });
        Box::pin(self.point("insert", call))
    }

    fn commit<'a>(&'a self, change: &'a Change) -> StoreFuture<'a, Committed> {
        let call = Box::pin(async move {
            let mut answer = Ok(Committed::Stale);
            self.watch(&change.order.key, || {
                answer = at_once(self.inner.commit(change))
            });
            if let (Ok(committed), Some(line)) = (&answer, &change.line) {
                let number = &change.order.key.hosp_out_trade_no;
                let (by, what, evidence) = (&line.by, &line.what, &line.evidence);
                self.shared.tell(format!(
                    "{}: {number} {} by {by}, {what} ({evidence}): {committed:?}",
                    self.process,
                    change.order.state.word()
                ));
            }
            answer
        });
        Box::pin(self.point("commit", call))
    }

    fn order<'a>(&'a self, key: &'a OrderKey) -> StoreFuture<'a, Option<Order>> {
        Box::pin(self.point("order", self.inner.order(key)))
    }

    fn orders<'a>(&'a self, filter: &'a OrderFilter) -> StoreFuture<'a, ListedOrders> {
        Box::pin(self.point("orders", self.inner.orders(filter)))
    }

    fn history<'a>(&'a self, key: &'a OrderKey) -> StoreFuture<'a, History> {
        Box::pin(self.point("history", self.inner.history(key)))
    }

    fn claim_orders<'a>(&'a self, claim: &'a Claim) -> StoreFuture<'a, ClaimedOrders> {
        Box::pin(self.point("claim_orders", self.inner.claim_orders(claim)))
    }

    fn claim_events<'a>(&'a self, claim: &'a Claim) -> StoreFuture<'a, ClaimedEvents> {
        Box::pin(self.point("claim_events", self.inner.claim_events(claim)))
    }

    fn settle_event<'a>(&'a self, id: &'a str, delivery: &'a Delivery) -> StoreFuture<'a, ()> {
        Box::pin(self.point("settle_event", self.inner.settle_event(id, delivery)))
    }

    fn events<'a>(&'a self, filter: &'a EventFilter) -> StoreFuture<'a, ListedEvents> {
        Box::pin(self.point("events", self.inner.events(filter)))
    }

    fn replay_events<'a>(&'a self, ids: &'a [String], now: Timestamp) -> StoreFuture<'a, u64> {
        Box::pin(self.point("replay_events", self.inner.replay_events(ids, now)))
    }

    fn quarantine<'a>(&'a self, received: &'a Received, reason: &'a str) -> StoreFuture<'a, ()> {
        Box::pin(self.point("quarantine", self.inner.quarantine(received, reason)))
    }

    fn received<'a>(&'a self, filter: &'a ReceivedFilter) -> StoreFuture<'a, Vec<Kept>> {
        Box::pin(self.point("received", self.inner.received(filter)))
    }

    fn prune_quarantine<'a>(&'a self, limits: &'a QuarantineLimits) -> StoreFuture<'a, u64> {
        Box::pin(self.point("prune_quarantine", self.inner.prune_quarantine(limits)))
    }

    fn tokens(&self, merchant: &str) -> Box<dyn TokenStore> {
        self.inner.tokens(merchant)
    }
}
