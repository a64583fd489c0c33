//! A store in memory: for simulations and for trying the desk out.
//!
//! It does at once what the others do in a transaction, and always the same: ordered maps, no clock, no timer, no randomness. Clones share what
//! is stored, as several processes share a database.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound::{Excluded, Unbounded};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use signed_xml_client::{MemoryTokenStore, TokenStore};

use super::{
    Body, Change, Claim, ClaimedEvents, ClaimedOrders, Committed, Delivery, Event, EventFilter,
    EventStanding, History, Line, ListedEvents, ListedOrders, NewOrder, OrderFilter,
    QuarantineLimits, Received, ReceivedFilter, ReceivedRecord, Store, StoreError, StoreFuture,
    UnreadableOrder, page_size,
};
use crate::planted::{self, Fault};
use crate::policy::later;
use crate::{Order, OrderKey};

/// A [`Store`] that forgets everything with its last clone.
///
/// # Examples
///
/// ```
/// use payinsurance_orders::store::{MemoryStore, OrderFilter, Store};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let store = MemoryStore::default();
/// assert!(store.orders(&OrderFilter::default()).await?.rows.is_empty());
/// # Ok::<(), payinsurance_orders::store::StoreError>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
pub struct MemoryStore {
    tables: Arc<Mutex<Tables>>,
}

#[derive(Default)]
struct Tables {
    orders: BTreeMap<OrderKey, Row>,
    /// Of each hospital, the urgent ones and the others apart.
    due: BTreeMap<(String, bool), BTreeSet<(Timestamp, OrderKey)>>,
    /// In the order in which it came.
    received: Vec<ReceivedRecord>,
    /// Whether it was accepted, and its key.
    received_keys: BTreeSet<(bool, String)>,
    /// By number, in the order in which they were made.
    events: BTreeMap<u64, Event>,
    event_numbers: BTreeMap<String, u64>,
    /// Of each hospital, the first waiting event of each order.
    events_due: BTreeMap<String, BTreeSet<(Timestamp, u64)>>,
    /// Which order has a refund number, by hospital and number.
    refund_numbers: BTreeMap<(String, String), OrderKey>,
    tokens: BTreeMap<String, Arc<MemoryTokenStore>>,
}

struct Row {
    order: Order,
    /// When it may be claimed: the order's own time, or the end of a claim.
    due_at: Option<Timestamp>,
    /// As a newer version or damage would leave it.
    unreadable: bool,
    history: Vec<Line>,
    events: Vec<u64>,
}

/// Why a row cannot be read that [`MemoryStore::make_unreadable`] marked.
const UNREADABLE: &str = "a newer version wrote it";

impl Row {
    fn read(&self) -> Result<Order, StoreError> {
        if self.unreadable {
            return Err(StoreError::Unreadable {
                what: "an order".to_owned(),
                reason: UNREADABLE.to_owned(),
            });
        }
        Ok(self.order.clone())
    }
}

fn unreadable(key: &OrderKey) -> UnreadableOrder {
    UnreadableOrder {
        key: key.clone(),
        reason: UNREADABLE.to_owned(),
    }
}

/// Which list of due orders it belongs to.
fn place_of(order: &Order) -> (String, bool) {
    (order.key.merchant.clone(), order.is_urgent())
}

impl Store for MemoryStore {
    fn insert<'a>(&'a self, order: &'a Order, line: &'a Line) -> StoreFuture<'a, Option<Order>> {
        Box::pin(async move { self.tables().insert(order, line) })
    }

    fn order<'a>(&'a self, key: &'a OrderKey) -> StoreFuture<'a, Option<Order>> {
        Box::pin(async move { self.tables().order(key) })
    }

    fn orders<'a>(&'a self, filter: &'a OrderFilter) -> StoreFuture<'a, ListedOrders> {
        Box::pin(async move { Ok(self.tables().list_orders(filter)) })
    }

    fn history<'a>(&'a self, key: &'a OrderKey) -> StoreFuture<'a, History> {
        Box::pin(async move {
            let tables = self.tables();
            let lines = tables.orders.get(key).map(|row| row.history.clone());
            Ok(History {
                rows: lines.unwrap_or_default(),
                unreadable: Vec::new(),
            })
        })
    }

    fn commit<'a>(&'a self, change: &'a Change) -> StoreFuture<'a, Committed> {
        Box::pin(async move { Ok(self.tables().commit(change)) })
    }

    fn claim_orders<'a>(&'a self, claim: &'a Claim) -> StoreFuture<'a, ClaimedOrders> {
        Box::pin(async move { Ok(self.tables().claim_orders(claim)) })
    }

    fn claim_events<'a>(&'a self, claim: &'a Claim) -> StoreFuture<'a, ClaimedEvents> {
        Box::pin(async move { Ok(self.tables().claim_events(claim)) })
    }

    fn settle_event<'a>(&'a self, id: &'a str, delivery: &'a Delivery) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            self.tables().settle_event(id, delivery);
            Ok(())
        })
    }

    fn events<'a>(&'a self, filter: &'a EventFilter) -> StoreFuture<'a, ListedEvents> {
        Box::pin(async move { Ok(self.tables().list_events(filter)) })
    }

    fn replay_events<'a>(&'a self, ids: &'a [String], now: Timestamp) -> StoreFuture<'a, u64> {
        Box::pin(async move { Ok(self.tables().replay_events(ids, now)) })
    }

    fn quarantine<'a>(&'a self, received: &'a Received, reason: &'a str) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            self.tables().keep(received, Some(reason));
            Ok(())
        })
    }

    fn received<'a>(&'a self, filter: &'a ReceivedFilter) -> StoreFuture<'a, Vec<ReceivedRecord>> {
        Box::pin(async move {
            let tables = self.tables();
            let matching = tables.received.iter().rev().filter(|record| {
                (!filter.quarantined || record.reason.is_some())
                    && (filter.order.is_none() || record.order == filter.order)
            });
            Ok(matching.take(page_size(filter.limit)).cloned().collect())
        })
    }

    fn prune_quarantine<'a>(&'a self, limits: &'a QuarantineLimits) -> StoreFuture<'a, u64> {
        Box::pin(async move { Ok(self.tables().prune_quarantine(limits)) })
    }

    fn tokens(&self, merchant: &str) -> Box<dyn TokenStore> {
        let mut tables = self.tables();
        let of_merchant = tables.tokens.entry(merchant.to_owned()).or_default();
        Box::new(Arc::clone(of_merchant))
    }
}

impl MemoryStore {
    /// Makes the order of this key unreadable until it is written again, as if a newer version had written it: for tests.
    pub fn make_unreadable(&self, key: &OrderKey) {
        if let Some(row) = self.tables().orders.get_mut(key) {
            row.unreadable = true;
        }
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        // Invariant: nothing panics while the lock is held, so that even a poisoned one guards whole tables.
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tables {
    fn order(&self, key: &OrderKey) -> Result<Option<Order>, StoreError> {
        let row = self.orders.get(key);
        row.map(Row::read).transpose()
    }

    fn insert(&mut self, order: &Order, line: &Line) -> Result<Option<Order>, StoreError> {
        if let Some(row) = self.orders.get(&order.key)
            && !planted::fault(Fault::TwoOrdersOfOneKey)
        {
            return row.read().map(Some);
        }
        self.add(order, line);
        Ok(None)
    }

    fn add(&mut self, order: &Order, line: &Line) {
        let row = Row {
            order: order.clone(),
            due_at: None,
            unreadable: false,
            history: vec![line.clone()],
            events: Vec::new(),
        };
        self.orders.insert(order.key.clone(), row);
        self.put_off(&order.key, order.due_at);
    }

    fn commit(&mut self, change: &Change) -> Committed {
        let key = &change.order.key;
        if let Some(received) = &change.received
            && self.received_keys.contains(&(true, received.key.clone()))
        {
            return Committed::Repeated;
        }
        let replacement = change.replacement.as_deref();
        let replacement_exists =
            replacement.is_some_and(|new| self.orders.contains_key(&new.order.key));
        let Some(row) = self.orders.get_mut(key) else {
            return Committed::Stale;
        };
        if row.order.revision != change.order.revision {
            return Committed::Stale;
        }
        if replacement_exists {
            return Committed::ReplacementExists;
        }
        let refund_number = |order: &Order| {
            let number = order.refund_number()?.to_owned();
            Some((key.merchant.clone(), number))
        };
        let (before, after) = (refund_number(&row.order), refund_number(&change.order));
        let holder = after.as_ref().and_then(|it| self.refund_numbers.get(it));
        if let Some(holder) = holder.filter(|holder| *holder != key) {
            return Committed::RefundNumberTaken {
                order: holder.clone(),
            };
        }
        if let Some(before) = before
            && self.refund_numbers.get(&before) == Some(key)
        {
            self.refund_numbers.remove(&before);
        }
        self.refund_numbers
            .extend(after.map(|after| (after, key.clone())));
        if let Some(due_at) = row.due_at.take() {
            // It may be urgent now and not have been before.
            let due = self.due.get_mut(&place_of(&row.order));
            due.map(|due| due.remove(&(due_at, key.clone())));
        }
        row.order = change.order.clone();
        row.order.revision += 1;
        row.unreadable = false;
        row.history.extend(change.line.clone());
        self.put_off(key, change.order.due_at);
        if let Some(received) = &change.received {
            self.keep(received, None);
        }
        for event in &change.events {
            if self.event_numbers.contains_key(&event.id) {
                continue;
            }
            let number = self.events.len() as u64;
            let at = change.order.times.updated_at;
            let row = Event {
                event: event.clone(),
                order: key.clone(),
                created_at: at,
                due_at: None,
                attempts: 0,
                standing: EventStanding::Waiting,
                last_error: None,
            };
            self.events.insert(number, row);
            self.event_numbers.insert(event.id.clone(), number);
            if let Some(order) = self.orders.get_mut(key) {
                order.events.push(number);
            }
            self.stand(number, EventStanding::Waiting, Some(at));
        }
        if let Some(NewOrder { order, line }) = replacement {
            self.add(order, line);
        }
        Committed::Stored
    }

    fn list_orders(&self, filter: &OrderFilter) -> ListedOrders {
        let place = |order: &Order| (order.times.created_at, order.key.clone());
        let after = match &filter.after {
            None => None,
            Some(key) => match self.orders.get(key) {
                Some(row) => Some(place(&row.order)),
                None => return ListedOrders::default(),
            },
        };
        let matches = |order: &&Order| {
            let created_at = order.times.created_at;
            let med_trans_id = order.placed.as_ref().map(|placed| &placed.med_trans_id);
            filter
                .merchant
                .as_ref()
                .is_none_or(|merchant| order.key.merchant == *merchant)
                && filter
                    .hosp_out_trade_no
                    .as_ref()
                    .is_none_or(|number| order.key.hosp_out_trade_no == *number)
                && (filter.states.is_empty() || filter.states.contains(&order.state))
                && filter.since.is_none_or(|since| created_at >= since)
                && filter.before.is_none_or(|before| created_at < before)
                && (filter.med_trans_id.is_none() || med_trans_id == filter.med_trans_id.as_ref())
                && (!filter.contradicted || order.contradiction.is_some())
                && after.as_ref().is_none_or(|after| place(order) < *after)
        };
        let all = self.orders.values().map(|row| &row.order);
        let mut found: Vec<&Order> = all.filter(matches).collect();
        found.sort_by_cached_key(|order| std::cmp::Reverse(place(order)));
        let mut listed = ListedOrders::default();
        for order in found.into_iter().take(page_size(filter.limit)) {
            let key = &order.key;
            listed.last = Some(key.clone());
            match self.order(key) {
                Ok(order) => listed.rows.extend(order),
                Err(_) => listed.unreadable.push(unreadable(key)),
            }
        }
        listed
    }

    fn claim_orders(&mut self, claim: &Claim) -> ClaimedOrders {
        let far = later(claim.now, claim.longest_wait);
        let mut merchants: BTreeSet<&String> = claim.merchants.iter().collect();
        if planted::fault(Fault::UnknownHospitalsClaimed) {
            merchants.extend(self.due.keys().map(|(merchant, _)| merchant));
        }
        let mut found = Vec::new();
        for (merchant, urgent) in merchants
            .iter()
            .flat_map(|name| [(name, true), (name, false)])
        {
            let Some(due) = self.due.get(&((*merchant).clone(), urgent)) else {
                continue;
            };
            let is_far = |(due_at, _): &&(Timestamp, OrderKey)| *due_at > far;
            let is_due = |(due_at, _): &&(Timestamp, OrderKey)| *due_at <= claim.now;
            let beyond = due.iter().rev().take_while(is_far);
            let ready = due.iter().take_while(is_due).take(claim.limit as usize);
            found.extend(
                (beyond.chain(ready)).map(|entry| (!urgent, entry.0 <= far, entry.clone())),
            );
        }
        found.sort();
        found.truncate(claim.limit as usize);
        let mut claimed = ClaimedOrders::default();
        for (.., (_, key)) in found {
            self.put_off(&key, Some(claim.until));
            match self.order(&key) {
                Ok(order) => claimed.orders.extend(order),
                Err(_) => claimed.unreadable.push(unreadable(&key)),
            }
        }
        claimed
    }

    fn claim_events(&mut self, claim: &Claim) -> ClaimedEvents {
        let far = later(claim.now, claim.longest_wait);
        let merchants: BTreeSet<&String> = claim.merchants.iter().collect();
        let mut found = Vec::new();
        for due in merchants.iter().filter_map(|it| self.events_due.get(*it)) {
            let is_far = |(due_at, _): &&(Timestamp, u64)| *due_at > far;
            let is_due = |(due_at, _): &&(Timestamp, u64)| *due_at <= claim.now;
            let beyond = due.iter().rev().take_while(is_far);
            let ready = due.iter().take_while(is_due).take(claim.limit as usize);
            found.extend(
                (beyond.chain(ready)).map(|(due_at, number)| (*due_at <= far, *due_at, *number)),
            );
        }
        found.sort_unstable();
        found.truncate(claim.limit as usize);
        let mut claimed = ClaimedEvents::default();
        for (.., number) in found {
            self.stand(number, EventStanding::Waiting, Some(claim.until));
            claimed.events.extend(self.events.get(&number).cloned());
        }
        claimed
    }

    /// Of the events of an order, the first that waits.
    fn first_waiting(&self, key: &OrderKey) -> Option<u64> {
        let mut of_order = self.orders.get(key)?.events.iter();
        let event = |number: &&u64| self.events.get(number);
        let first = of_order.find(|it| event(it).is_some_and(|event| event.due_at.is_some()));
        first.copied()
    }

    fn settle_event(&mut self, id: &str, delivery: &Delivery) {
        let Some(number) = self.event_numbers.get(id).copied() else {
            return;
        };
        let Some(event) = self.events.get_mut(&number) else {
            return;
        };
        let (standing, due_at, error) = match delivery {
            Delivery::Taken => (EventStanding::Delivered, None, None),
            Delivery::Later { at, error } => (EventStanding::Waiting, Some(*at), Some(error)),
            Delivery::Dead { error } => (EventStanding::Dead, None, Some(error)),
        };
        // One that another process delivered or gave up is not brought back by a failure; a delivery is a fact in any case.
        let is_waiting = event.standing == EventStanding::Waiting;
        if event.standing == EventStanding::Delivered || (error.is_some() && !is_waiting) {
            return;
        }
        event.attempts += 1;
        event.last_error = error.cloned();
        self.stand(number, standing, due_at);
    }

    fn list_events(&self, filter: &EventFilter) -> ListedEvents {
        let after = match &filter.after {
            None => Unbounded,
            Some(id) => match self.event_numbers.get(id) {
                Some(number) => Excluded(*number),
                None => return ListedEvents::default(),
            },
        };
        let matching = self.events.range((after, Unbounded)).filter(|(_, event)| {
            (filter.ids.is_empty() || filter.ids.contains(&event.event.id))
                && filter.order.as_ref().is_none_or(|key| event.order == *key)
                && filter
                    .standing
                    .is_none_or(|standing| event.standing == standing)
        });
        let page = matching.take(page_size(filter.limit));
        let rows: Vec<Event> = page.map(|(_, event)| event.clone()).collect();
        ListedEvents {
            last: rows.last().map(|event| event.event.id.clone()),
            rows,
            unreadable: Vec::new(),
        }
    }

    fn replay_events(&mut self, ids: &[String], now: Timestamp) -> u64 {
        let numbers: BTreeSet<u64> = ids
            .iter()
            .filter_map(|id| self.event_numbers.get(id).copied())
            .collect();
        for number in &numbers {
            if let Some(event) = self.events.get_mut(number) {
                event.attempts = 0;
                event.last_error = None;
            }
            self.stand(*number, EventStanding::Waiting, Some(now));
        }
        numbers.len() as u64
    }

    /// Stores what was received, unless it is stored already.
    fn keep(&mut self, received: &Received, reason: Option<&str>) {
        let key = (reason.is_none(), received.key.clone());
        if self.received_keys.insert(key) {
            self.received.push(ReceivedRecord {
                key: received.key.clone(),
                order: received.order.clone(),
                at: received.at,
                body: Body::Whole(received.body.clone()),
                reason: reason.map(str::to_owned),
            });
        }
    }

    fn prune_quarantine(&mut self, limits: &QuarantineLimits) -> u64 {
        let mut total = 0_u64;
        let mut forgotten = BTreeSet::new();
        for record in self.received.iter().rev() {
            let Some(reason) = &record.reason else {
                continue;
            };
            let body = record.body.whole().unwrap_or_default();
            let bytes = (body.len() + reason.len() + record.key.len()) as u64;
            total += bytes + QuarantineLimits::PER_ROW;
            if record.at < limits.before || total > limits.bytes {
                forgotten.insert(record.key.clone());
            }
        }
        self.received
            .retain(|record| record.reason.is_none() || !forgotten.contains(&record.key));
        for key in &forgotten {
            self.received_keys.remove(&(false, key.clone()));
        }
        forgotten.len() as u64
    }

    fn put_off(&mut self, key: &OrderKey, due_at: Option<Timestamp>) {
        let Some(row) = self.orders.get_mut(key) else {
            return;
        };
        let due = self.due.entry(place_of(&row.order)).or_default();
        if let Some(before) = row.due_at {
            due.remove(&(before, key.clone()));
        }
        row.due_at = due_at;
        due.extend(due_at.map(|at| (at, key.clone())));
    }

    fn stand(&mut self, number: u64, standing: EventStanding, due_at: Option<Timestamp>) {
        let Some(key) = self.events.get(&number).map(|event| event.order.clone()) else {
            return;
        };
        let place = |tables: &Self| {
            let first = tables.first_waiting(&key)?;
            Some((tables.events.get(&first)?.due_at?, first))
        };
        // Another one may be the first afterwards.
        let before = place(self);
        if let Some(event) = self.events.get_mut(&number) {
            event.standing = standing;
            event.due_at = due_at;
        }
        let after = place(self);
        let due = self.events_due.entry(key.merchant).or_default();
        if let Some(before) = before {
            due.remove(&before);
        }
        due.extend(after);
    }
}
