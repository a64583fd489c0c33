//! Works that share a transaction.
//!
//! New orders, changes and quarantined bytes are most of the work. They are decided together: one look at the orders and keys that they name,
//! then, in the order in which they came, which of them are refused; what is left is written at once. The transaction holds the write lock, so
//! what was looked at stays true. All other works follow one by one.
//!
//! Lists go to SQLite as JSON: a statement stays the same however long they are. A group needs two calls, since each is a walk to the connection's
//! thread and back: one begins the transaction and looks, the other writes and commits.

use std::collections::{HashMap, HashSet};

use serde::Serialize;
use sqlx::sqlite::SqliteConnection;

use super::bodies::{self, Bodies, Flushing};
use super::schema::is_busy;
use super::single;
use super::work::{Grouped, Work};
use crate::OrderKey;
use crate::store::row::{
    ChangeRows, EventRow, LineRow, NewOrderRows, OrderColumns, OrderRow, ReceivedRow, json,
};
use crate::store::sql_error::{newer_schema, unavailable};
use crate::store::step::Step;
use crate::store::{Committed, StoreError};

/// What a group is written with.
pub(super) struct With<'a> {
    pub(super) bodies: &'a Bodies,
    /// The newest version of the schema that this program knows.
    pub(super) newest: i64,
    /// Where the parts of the file of bodies begin that this process has flushed since its last transaction.
    pub(super) flushed: &'a [u64],
}

/// Stores all that is not refused in one transaction, and sets the answers. Says how many transactions
/// there were, and what else must be flushed before any caller gets its answer.
///
/// After an error nothing is stored, and the transaction may have to be ended.
pub(super) async fn store_all(
    connection: &mut SqliteConnection,
    works: &mut [Work],
    with: &With<'_>,
) -> Result<(i64, Flushing), StoreError> {
    let With { bodies, .. } = with;
    let (mut group, mut others) = (Vec::new(), Vec::new());
    for work in works {
        match work {
            Work::Insert(new, reply) => group.push(Grouped::Insert(new, reply)),
            Work::Change(change, reply) => group.push(Grouped::Change(change, reply)),
            Work::Quarantine(received, reply) => group.push(Grouped::Quarantine(received, reply)),
            other => others.push(other),
        }
    }
    let mut plan = Plan::look(connection, &group, with).await?;
    plan.decide(&mut group);
    plan.store_bodies_again(bodies);
    // The disk is slower than the statements: it begins first.
    let flushing = bodies.write(plan.position, &plan.records)?;
    if flushing.is_under_way() {
        Step::BodiesWritten.reached();
    }
    for work in &mut group {
        if let Grouped::Insert(new, reply) = work
            && matches!(reply.answer(), Some(Some((record, _))) if record.is_empty())
        {
            reply.set(Some(single::order(connection, &new.order.key).await?));
        }
    }
    let only_grouped = others.is_empty();
    for work in others {
        single::store(connection, work).await?;
    }
    Step::BeforeCommit.reached();
    if only_grouped && plan.is_empty() && with.flushed.is_empty() {
        let ended = sqlx::query("COMMIT").execute(connection).await;
        ended.map_err(unavailable("end a transaction"))?;
    } else {
        plan.write(connection, with.flushed).await?;
        plan.commits += 1;
    }
    Ok((plan.commits, flushing))
}

/// Begins the transaction and finds what the decisions need: the orders of the first list, which keys of the second were accepted, which of the
/// third are in quarantine, where the next body and the next order go, the version of the schema, which parts of the file of bodies may not have
/// reached the disk, and which orders have the refund numbers of the fourth. In each row a kind and a place in its list come first.
// CROSS JOIN: the list first, then the index, whatever the planner thinks of the table's size.
const LOOK: &str = "BEGIN IMMEDIATE;
    SELECT 0, v.key, o.id, o.revision, o.contradicted, o.med_trans_id, o.hosp_out_refund_no FROM jsonb_each(?) AS v
        CROSS JOIN orders o ON o.merchant = v.value ->> 0 AND o.hosp_out_trade_no = v.value ->> 1
    UNION ALL SELECT 1, v.key, r.id, r.position, r.length, NULL, NULL FROM jsonb_each(?) AS v CROSS JOIN received r ON r.key = v.value AND r.reason IS NULL
    UNION ALL SELECT 2, v.key, 0, 0, 0, NULL, NULL FROM jsonb_each(?) AS v CROSS JOIN received r ON r.key = v.value AND r.reason IS NOT NULL
    UNION ALL SELECT 3, 0, coalesce((SELECT max(id) FROM orders), 0), (SELECT bodies_end FROM store), (SELECT commits FROM store), NULL, NULL
    UNION ALL SELECT 4, 0, max(version), 0, 0, NULL, NULL FROM _sqlx_migrations
    UNION ALL SELECT 5, 0, position, end, 0, NULL, NULL FROM unflushed
    UNION ALL SELECT 6, v.key, 0, 0, 0, o.hosp_out_trade_no, NULL FROM jsonb_each(?) AS v
        CROSS JOIN orders o ON o.merchant = v.value ->> 0 AND o.hosp_out_refund_no = v.value ->> 1";

/// Writes the lists of [`Plan`], one after the other, and ends the transaction.
const WRITE: &str = "
    INSERT INTO orders (id, merchant, hosp_out_trade_no, revision, state, med_trans_id, created_at, due_at, record, urgent, contradicted)
        SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7, value ->> 8, value ->> 9, value ->> 10 FROM jsonb_each(?);
    INSERT INTO requests (order_id, request) SELECT value ->> 0, value ->> 1 FROM jsonb_each(?);
    UPDATE orders SET revision = value ->> 1, state = value ->> 2, due_at = value ->> 3, record = value ->> 4, urgent = value ->> 5 FROM jsonb_each(?) AS v
        WHERE orders.id = v.value ->> 0;
    UPDATE orders SET med_trans_id = value ->> 1, hosp_out_refund_no = value ->> 2, contradicted = value ->> 3 FROM jsonb_each(?) AS v WHERE orders.id = v.value ->> 0;
    INSERT INTO history (order_id, at, who, what, evidence, from_state, to_state)
        SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6 FROM jsonb_each(?);
    INSERT INTO received (key, merchant, hosp_out_trade_no, at, reason, position, length, body)
        SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, unhex(value ->> 7) FROM jsonb_each(?);
    UPDATE received SET position = value ->> 1, length = value ->> 2 FROM jsonb_each(?) AS v WHERE received.id = v.value ->> 0;
    DELETE FROM unflushed WHERE position IN (SELECT value FROM jsonb_each(?));
    INSERT OR REPLACE INTO unflushed SELECT value ->> 0, value ->> 1 FROM jsonb_each(?);
    INSERT INTO events (order_id, id, kind, payload, created_at, due_at, attempts, standing, merchant, blocked)
        SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 4, 0, 'waiting', value ->> 5,
            row_number() OVER (PARTITION BY value ->> 0 ORDER BY v.key) > 1
                OR EXISTS (SELECT 1 FROM events e WHERE e.order_id = value ->> 0 AND e.due_at IS NOT NULL)
        FROM jsonb_each(?) AS v WHERE NOT EXISTS (SELECT 1 FROM events e WHERE e.id = value ->> 1) ORDER BY v.key
        ON CONFLICT (id) DO NOTHING;
    UPDATE store SET commits = commits + 1, bodies_end = ?;
    COMMIT";

/// What cannot be done while somebody else writes.
pub(super) const BEGIN: &str = "begin a transaction";

/// A row of what [`LOOK`] finds.
type Found = (i64, i64, i64, i64, i64, Option<String>, Option<String>);

/// An order as the group finds it.
struct Known {
    id: i64,
    revision: i64,
    med_trans_id: Option<String>,
    hosp_out_refund_no: Option<String>,
    contradicted: bool,
}

/// A body that was stored before: the row, and where it is in the file.
#[derive(Clone, Copy)]
struct Stored {
    id: i64,
    position: i64,
    length: i64,
}

/// What is to be written.
#[derive(Default)]
struct Plan<'a> {
    known: HashMap<&'a OrderKey, Known>,
    /// Orders that somebody of this group has made or changed.
    touched: HashSet<&'a OrderKey>,
    /// Whether it was accepted, and its key.
    received_keys: HashSet<(bool, &'a str)>,
    /// Verified notifications that were stored before this group, by key.
    stored: HashMap<&'a str, Stored>,
    /// Notifications that came again.
    repeats: Vec<(Stored, &'a ReceivedRow)>,
    /// Parts of the file, from and to, of which it is not known that they have reached the disk.
    unflushed: Vec<(i64, i64)>,
    inserts: Vec<(i64, &'a OrderRow, &'a str)>,
    updates: Vec<(i64, &'a OrderRow)>,
    /// Orders that have got another `med_trans_id` or `hosp_out_refund_no`, or are contradicted and were not, or the other way round.
    searched: Vec<(i64, Option<&'a str>, Option<&'a str>, bool)>,
    /// Which order has a refund number, by hospital and number.
    refund_numbers: HashMap<(&'a str, &'a str), OrderKey>,
    lines: Vec<(i64, &'a LineRow)>,
    /// Each with the place of its body in the file; a body in quarantine goes into its row.
    received: Vec<(Option<u64>, &'a ReceivedRow)>,
    /// Each with its order and the order's hospital.
    events: Vec<(i64, &'a str, &'a EventRow)>,
    /// Rows whose body is stored again at another place.
    moved: Vec<(i64, u64, usize)>,
    /// Transactions that have written something.
    commits: i64,
    /// The order that was made last.
    last_order: i64,
    /// Where the bodies go in their file, and their records.
    position: u64,
    records: Vec<u8>,
}

impl<'a> Plan<'a> {
    /// Reads what the decisions need.
    async fn look(
        connection: &mut SqliteConnection,
        group: &[Grouped<'a>],
        with: &With<'_>,
    ) -> Result<Self, StoreError> {
        let keys: Vec<&OrderKey> = group.iter().flat_map(Grouped::orders).collect();
        let received = group.iter().filter_map(Grouped::received);
        let (verified, quarantined): (Vec<&ReceivedRow>, Vec<_>) =
            received.partition(|received| received.reason.is_none());
        let refunds: Vec<(&str, &str)> = group.iter().filter_map(Grouped::refund_number).collect();
        let found: Vec<Found> = sqlx::query_as(LOOK)
            .bind(list(
                keys.iter()
                    .map(|key| (&key.merchant, &key.hosp_out_trade_no)),
            )?)
            .bind(list(verified.iter().map(|received| &received.key))?)
            .bind(list(quarantined.iter().map(|received| &received.key))?)
            .bind(list(&refunds)?)
            .fetch_all(connection)
            .await
            .map_err(|error| match is_busy(&error) {
                true => unavailable(BEGIN)(error),
                false => unavailable("look at orders")(error),
            })?;
        let mut plan = Self::default();
        for (kind, place, first, second, third, number, refund_number) in found {
            let place = usize::try_from(place).unwrap_or(usize::MAX);
            match kind {
                0 => plan.known.extend(keys.get(place).map(|key| {
                    let known = Known {
                        id: first,
                        revision: second,
                        med_trans_id: number,
                        hosp_out_refund_no: refund_number,
                        contradicted: third != 0,
                    };
                    (*key, known)
                })),
                1 | 2 => {
                    let asked = if kind == 1 { &verified } else { &quarantined };
                    let key = asked.get(place).map(|row| row.key.as_str());
                    plan.received_keys.extend(key.map(|key| (kind == 1, key)));
                    let stored = Stored {
                        id: first,
                        position: second,
                        length: third,
                    };
                    let verified = key.filter(|_| kind == 1);
                    plan.stored.extend(verified.map(|key| (key, stored)));
                }
                4 if first > with.newest => return Err(newer_schema(first, with.newest)),
                4 => {}
                5 if with.flushed.contains(&first.cast_unsigned()) => {}
                5 => plan.unflushed.push((first, second)),
                6 => plan
                    .refund_numbers
                    .extend(refunds.get(place).zip(number).map(|(asked, number)| {
                        let holder = OrderKey {
                            merchant: asked.0.to_owned(),
                            hosp_out_trade_no: number,
                        };
                        (*asked, holder)
                    })),
                _ => {
                    plan.last_order = first;
                    plan.position = second.cast_unsigned();
                    plan.commits = third;
                }
            }
        }
        Ok(plan)
    }

    /// Sets the answer of each, in their order. An order that is in the database is left empty.
    fn decide(&mut self, group: &mut [Grouped<'a>]) {
        for work in group {
            match work {
                Grouped::Insert(new, reply) => reply.set(self.insert(new)),
                Grouped::Change(change, reply) => reply.set(self.change(change)),
                Grouped::Quarantine(received, reply) => {
                    let received: &'a ReceivedRow = received;
                    if self.received_keys.insert((false, received.key.as_str())) {
                        self.received.push((None, received));
                    }
                    reply.set(());
                }
            }
        }
    }

    fn insert(&mut self, new: &'a NewOrderRows) -> Option<OrderColumns<Vec<u8>>> {
        let order = &new.order;
        if self.known.contains_key(&order.key) {
            return Some(OrderColumns::default());
        }
        if self.touched.contains(&order.key) {
            let mut inserts = self.inserts.iter();
            let earlier = inserts.find(|(_, row, _)| row.key == order.key);
            let columns = earlier.map(|(_, row, request)| {
                let record = row.record.clone().into_bytes();
                (record, (*request).to_owned().into_bytes())
            });
            return Some(columns.unwrap_or_default());
        }
        self.add(new);
        None
    }

    /// Adds an order of a key that there is not.
    fn add(&mut self, new: &'a NewOrderRows) {
        self.touched.insert(&new.order.key);
        // The number that SQLite would give it: no other connection makes one meanwhile.
        self.last_order += 1;
        self.inserts
            .push((self.last_order, &new.order, &new.request));
        self.lines.push((self.last_order, &new.line));
    }

    fn change(&mut self, change: &'a ChangeRows) -> Committed {
        let key = &change.order.key;
        let received_key = change
            .received
            .as_ref()
            .map(|received| (true, received.key.as_str()));
        if received_key.is_some_and(|key| self.received_keys.contains(&key)) {
            let repeats = change.received.iter().filter_map(|row| {
                let stored = self.stored.get(row.key.as_str())?;
                Some((*stored, row))
            });
            self.repeats.extend(repeats);
            return Committed::Repeated;
        }
        let Some(known) = self.known.get(key) else {
            return Committed::Stale;
        };
        // A change in the same group as another change of its order was decided without it.
        if known.revision + 1 != change.order.revision || self.touched.contains(key) {
            return Committed::Stale;
        }
        let refund_number = change.order.refund_number();
        let holder = refund_number.and_then(|number| self.refund_numbers.get(&number));
        if let Some(holder) = holder.filter(|holder| *holder != key) {
            return Committed::RefundNumberTaken {
                order: holder.clone(),
            };
        }
        let exists = |new: &NewOrderRows| {
            let key = &new.order.key;
            self.known.contains_key(key) || self.touched.contains(key)
        };
        if change.replacement.as_deref().is_some_and(exists) {
            return Committed::ReplacementExists;
        }
        self.refund_numbers
            .extend(refund_number.map(|number| (number, key.clone())));
        self.touched.insert(key);
        let id = known.id;
        self.updates.push((id, &change.order));
        // They hardly ever change, and each write of them writes their indexes.
        let row = &change.order;
        if known.med_trans_id != row.med_trans_id
            || known.hosp_out_refund_no != row.hosp_out_refund_no
            || known.contradicted != row.contradicted
        {
            let refund_number = row.hosp_out_refund_no.as_deref();
            let med_trans_id = row.med_trans_id.as_deref();
            self.searched
                .push((id, med_trans_id, refund_number, row.contradicted));
        }
        self.lines.extend(change.line.iter().map(|line| (id, line)));
        let events = change.events.iter();
        self.events
            .extend(events.map(|event| (id, key.merchant.as_str(), event)));
        self.received_keys.extend(received_key);
        if let Some(received) = &change.received {
            self.receive(received);
        }
        if let Some(new) = &change.replacement {
            self.add(new);
        }
        Committed::Stored
    }

    fn receive(&mut self, received: &'a ReceivedRow) {
        let position = self.put(&received.body);
        self.received.push((Some(position), received));
    }

    /// Adds a record; where it will be in the file.
    fn put(&mut self, body: &[u8]) -> u64 {
        let position = self.end();
        bodies::put(&mut self.records, body);
        position
    }

    /// Where the file of bodies ends once the records are in it.
    fn end(&self) -> u64 {
        self.position + self.records.len() as u64
    }

    /// A notification that comes again is answered with SUCCESS, so its body must be on the disk. Where that is not certain, because another
    /// process has not said so, or a flush has failed, or the body is damaged, it is written again elsewhere: after a flush that failed, a later
    /// one of the same pages proves nothing.
    fn store_bodies_again(&mut self, bodies: &Bodies) {
        let mut done = HashSet::new();
        for (stored, row) in std::mem::take(&mut self.repeats) {
            let is_unflushed = |(from, to): &(i64, i64)| (*from..*to).contains(&stored.position);
            let is_safe = !self.unflushed.iter().any(is_unflushed)
                && bodies.is_whole(stored.position, stored.length);
            if !is_safe && done.insert(stored.id) {
                let position = self.put(&row.body);
                self.moved.push((stored.id, position, row.body.len()));
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.inserts.is_empty()
            && self.updates.is_empty()
            && self.received.is_empty()
            && self.moved.is_empty()
    }

    async fn write(
        &self,
        connection: &mut SqliteConnection,
        flushed: &[u64],
    ) -> Result<(), StoreError> {
        let unflushed = (!self.records.is_empty()).then(|| (self.position, self.end()));
        let inserts = self.inserts.iter().map(|(id, row, _)| {
            (
                id,
                &row.key.merchant,
                &row.key.hosp_out_trade_no,
                row.revision,
                row.state,
                &row.med_trans_id,
                row.created_at,
                row.due_at,
                &row.record,
                row.urgent,
                row.contradicted,
            )
        });
        let requests = self.inserts.iter().map(|(id, _, request)| (id, request));
        let updates = self.updates.iter().map(|(id, row)| {
            (
                id,
                row.revision,
                row.state,
                row.due_at,
                &row.record,
                row.urgent,
            )
        });
        let lines = self.lines.iter().map(|(id, line)| {
            (
                id,
                line.at,
                &line.who,
                &line.what,
                &line.evidence,
                line.from_state,
                line.to_state,
            )
        });
        let received = self.received.iter().map(|(position, row)| {
            let order = row.order.as_ref();
            (
                &row.key,
                order.map(|key| &key.merchant),
                order.map(|key| &key.hosp_out_trade_no),
                row.at,
                &row.reason,
                position.unwrap_or_default(),
                row.body.len(),
                position.is_none().then(|| hex(&row.body)),
            )
        });
        let events = self.events.iter().map(|(id, merchant, row)| {
            let event = &row.event;
            (
                id,
                &event.id,
                &event.kind,
                &event.payload,
                row.created_at,
                merchant,
            )
        });
        sqlx::query(WRITE)
            .bind(list(inserts)?)
            .bind(list(requests)?)
            .bind(list(updates)?)
            .bind(list(&self.searched)?)
            .bind(list(lines)?)
            .bind(list(received)?)
            .bind(list(&self.moved)?)
            .bind(list(flushed)?)
            .bind(list(unflushed)?)
            .bind(list(events)?)
            .bind(self.end().cast_signed())
            .execute(connection)
            .await
            .map_err(unavailable("write orders"))?;
        Ok(())
    }
}

/// Bytes as digits: JSON has no bytes.
fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from(b"0123456789abcdef"[usize::from(half & 15)]);
    let digits = bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(*byte)]);
    digits.collect()
}

/// Rows as a list for a statement.
fn list<T: Serialize>(rows: impl IntoIterator<Item = T>) -> Result<String, StoreError> {
    json(&rows.into_iter().collect::<Vec<_>>())
}
