//! A store that stores nothing: it knows the orders that it was given and takes every change.
//!
//! With it a server does all that a notification needs but the keeping: HTTP, verification, decision, signed reply.

use std::collections::HashMap;

use jiff::Timestamp;
use payinsurance::signed_xml_client::{MemoryTokenStore, TokenStore};
use payinsurance_orders::store::{
    Change, Claim, ClaimedEvents, ClaimedOrders, Committed, Delivery, EventFilter, History, Line,
    ListedEvents, ListedOrders, OrderFilter, QuarantineLimits, Received, ReceivedFilter,
    ReceivedRecord, Store, StoreError, StoreFuture,
};
use payinsurance_orders::{Order, OrderKey};

use crate::paid_orders::PaidOrders;

pub(crate) struct Weightless {
    orders: HashMap<OrderKey, Order>,
}

impl Weightless {
    pub(crate) fn new(paid: &PaidOrders) -> Self {
        let orders = paid.orders.iter();
        Self {
            orders: orders
                .map(|order| (order.key.clone(), order.clone()))
                .collect(),
        }
    }
}

/// The bench asks it for nothing else.
fn not_asked<'a, T: 'a>() -> StoreFuture<'a, T> {
    Box::pin(async {
        Err(StoreError::Unavailable {
            doing: "do anything but take notifications",
            reason: "it stores nothing".to_owned(),
        })
    })
}

impl Store for Weightless {
    fn order<'a>(&'a self, key: &'a OrderKey) -> StoreFuture<'a, Option<Order>> {
        Box::pin(async move { Ok(self.orders.get(key).cloned()) })
    }

    fn commit<'a>(&'a self, _: &'a Change) -> StoreFuture<'a, Committed> {
        Box::pin(async { Ok(Committed::Stored) })
    }

    fn insert<'a>(&'a self, _: &'a Order, _: &'a Line) -> StoreFuture<'a, Option<Order>> {
        not_asked()
    }

    fn orders<'a>(&'a self, _: &'a OrderFilter) -> StoreFuture<'a, ListedOrders> {
        not_asked()
    }

    fn history<'a>(&'a self, _: &'a OrderKey) -> StoreFuture<'a, History> {
        not_asked()
    }

    fn claim_orders<'a>(&'a self, _: &'a Claim) -> StoreFuture<'a, ClaimedOrders> {
        not_asked()
    }

    fn claim_events<'a>(&'a self, _: &'a Claim) -> StoreFuture<'a, ClaimedEvents> {
        not_asked()
    }

    fn settle_event<'a>(&'a self, _: &'a str, _: &'a Delivery) -> StoreFuture<'a, ()> {
        not_asked()
    }

    fn events<'a>(&'a self, _: &'a EventFilter) -> StoreFuture<'a, ListedEvents> {
        not_asked()
    }

    fn replay_events<'a>(&'a self, _: &'a [String], _: Timestamp) -> StoreFuture<'a, u64> {
        not_asked()
    }

    fn quarantine<'a>(&'a self, _: &'a Received, _: &'a str) -> StoreFuture<'a, ()> {
        not_asked()
    }

    fn received<'a>(&'a self, _: &'a ReceivedFilter) -> StoreFuture<'a, Vec<ReceivedRecord>> {
        not_asked()
    }

    fn prune_quarantine<'a>(&'a self, _: &'a QuarantineLimits) -> StoreFuture<'a, u64> {
        not_asked()
    }

    fn tokens(&self, _: &str) -> Box<dyn TokenStore> {
        Box::new(MemoryTokenStore::default())
    }
}
