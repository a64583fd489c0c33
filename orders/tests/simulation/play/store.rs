//! A store whose processes die and whose answers get lost at every point, and which watches that states move forward only.

use std::future::pending;

use jiff::Timestamp;
use payinsurance::signed_xml_client::TokenStore;
use payinsurance_orders::store::{
    Change, Claim, ClaimedEvents, ClaimedOrders, Committed, Delivery, Event, EventFilter, History,
    Line, ListedEvents, ListedOrders, MemoryStore, OrderFilter, QuarantineLimits, Received,
    ReceivedFilter, ReceivedRecord, Store, StoreError, StoreFuture, UnreadableEvent,
    UnreadableOrder,
};
use payinsurance_orders::{Order, OrderKey};

use super::executor::{at_once, wait};
use super::hospitals::shown;
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

    fn is_unreadable(&self, key: &OrderKey) -> bool {
        self.shared.inner().unreadable.contains(key)
    }

    /// A desk claims only what it can do something with.
    fn watch_claim<'a>(&self, what: &str, keys: impl Iterator<Item = &'a OrderKey>) {
        let standing = self.shared.inner().processes[self.process];
        for key in keys.filter(|key| !standing.knows(&key.merchant)) {
            let (process, key) = (self.process, shown(key));
            self.shared.violated(format!(
                "{process} does not know the hospital of {key} and claimed its {what}"
            ));
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
            let mut inner = self.shared.inner();
            *inner.model.refused_refunds.entry(key.clone()).or_default() += 1;
        }
        let (from, to) = (before.state, after.state);
        if from != to && !from.allows(to) {
            let (from, to) = (from.as_str(), to.as_str());
            let number = shown(key);
            self.shared
                .violated(format!("{number} moved from {from} to {to}"));
        }
        if before.digest != after.digest {
            self.shared
                .violated(format!("{} became another order", shown(key)));
        }
        if after.revision < before.revision {
            self.shared
                .violated(format!("{} was forgotten and begun anew", shown(key)));
        }
    }
}

/// Why a row cannot be read.
const NEWER: &str = "a newer version wrote it";

fn unreadable() -> StoreError {
    StoreError::Unreadable {
        what: "an order".to_owned(),
        reason: NEWER.to_owned(),
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
            if self.is_unreadable(&order.key) {
                return Err(unreadable());
            }
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
            if self.is_unreadable(&change.order.key) {
                // The newer version wrote it meanwhile.
                return answer;
            }
            self.watch(&change.order.key, || {
                answer = at_once(self.inner.commit(change))
            });
            if let (Ok(committed), Some(line)) = (&answer, &change.line) {
                let number = shown(&change.order.key);
                let (by, what, evidence) = (&line.by, &line.what, &line.evidence);
                self.shared.tell(format!(
                    "{}: {number} {} by {by}, {what} ({evidence}): {committed:?}",
                    self.process,
                    change.order.state.as_str()
                ));
            }
            answer
        });
        Box::pin(self.point("commit", call))
    }

    fn order<'a>(&'a self, key: &'a OrderKey) -> StoreFuture<'a, Option<Order>> {
        let call = Box::pin(async move {
            match self.is_unreadable(key) {
                true => Err(unreadable()),
                false => self.inner.order(key).await,
            }
        });
        Box::pin(self.point("order", call))
    }

    fn orders<'a>(&'a self, filter: &'a OrderFilter) -> StoreFuture<'a, ListedOrders> {
        Box::pin(self.point("orders", self.inner.orders(filter)))
    }

    fn history<'a>(&'a self, key: &'a OrderKey) -> StoreFuture<'a, History> {
        Box::pin(self.point("history", self.inner.history(key)))
    }

    fn claim_orders<'a>(&'a self, claim: &'a Claim) -> StoreFuture<'a, ClaimedOrders> {
        let call = Box::pin(async move {
            let mut claimed = self.inner.claim_orders(claim).await?;
            self.watch_claim("look", claimed.orders.iter().map(|order| &order.key));
            let (unread, orders) = claimed
                .orders
                .into_iter()
                .partition(|order| self.is_unreadable(&order.key));
            claimed.orders = orders;
            let unread: Vec<Order> = unread;
            claimed
                .unreadable
                .extend(unread.into_iter().map(|order| UnreadableOrder {
                    key: order.key,
                    reason: NEWER.to_owned(),
                }));
            Ok(claimed)
        });
        Box::pin(self.point("claim_orders", call))
    }

    fn claim_events<'a>(&'a self, claim: &'a Claim) -> StoreFuture<'a, ClaimedEvents> {
        let call = Box::pin(async move {
            let mut claimed = self.inner.claim_events(claim).await?;
            self.watch_claim("events", claimed.events.iter().map(|event| &event.order));
            let (unread, events) = claimed
                .events
                .into_iter()
                .partition(|event| self.is_unreadable(&event.order));
            claimed.events = events;
            let unread: Vec<Event> = unread;
            claimed
                .unreadable
                .extend(unread.into_iter().map(|event| UnreadableEvent {
                    id: event.event.id,
                    order: event.order,
                    reason: NEWER.to_owned(),
                }));
            Ok(claimed)
        });
        Box::pin(self.point("claim_events", call))
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

    fn received<'a>(&'a self, filter: &'a ReceivedFilter) -> StoreFuture<'a, Vec<ReceivedRecord>> {
        Box::pin(self.point("received", self.inner.received(filter)))
    }

    fn prune_quarantine<'a>(&'a self, limits: &'a QuarantineLimits) -> StoreFuture<'a, u64> {
        Box::pin(self.point("prune_quarantine", self.inner.prune_quarantine(limits)))
    }

    fn tokens(&self, merchant: &str) -> Box<dyn TokenStore> {
        self.inner.tokens(merchant)
    }
}
