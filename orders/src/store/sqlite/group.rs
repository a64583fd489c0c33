//! Works that share a transaction.
//!
//! New orders, changes and quarantined bytes are most of the work. They are decided together: one look at the orders and keys that they name,
//! then, in the order in which they came, which of them are refused; what is left is written with one statement for each table. The transaction
//! holds the write lock, so what was looked at stays true. All other works follow one by one.

use std::collections::{HashMap, HashSet};

use sqlx::QueryBuilder;
use sqlx::sqlite::{Sqlite, SqliteConnection};

use super::bodies::{self, Bodies, Flushing};
use super::single;
use crate::OrderKey;
use crate::store::crash_point::{CrashPoint, Probe};
use crate::store::row::{
    ChangeRows, EventColumns, EventRow, LineRow, OrderColumns, OrderRow, ReceivedRow,
};
use crate::store::sql_error::unavailable;
use crate::store::{Committed, Delivery, StoreError};

/// What the writer is asked to do. Times are microseconds.
pub(super) enum Work {
    Keep(Box<Keep>),
    ClaimOrders {
        now: i64,
        until: i64,
        limit: u32,
    },
    ClaimEvents {
        now: i64,
        until: i64,
        limit: u32,
    },
    SettleEvent {
        id: String,
        delivery: Delivery,
    },
    ReplayEvents {
        ids: Vec<String>,
        now: i64,
    },
    LeaseToken {
        merchant: String,
        holder: String,
        now: i64,
        until: i64,
    },
    KeepToken {
        merchant: String,
        holder: String,
        value: String,
        renew_at: i64,
        expires_at: i64,
    },
    ReleaseToken {
        merchant: String,
        holder: String,
    },
}

/// What is decided together.
pub(super) enum Keep {
    /// With what it was placed with, as JSON.
    Insert(OrderRow, String, LineRow),
    Change(ChangeRows),
    Quarantine(ReceivedRow),
}

/// What came of a work.
pub(super) enum Answer {
    /// The order that was there before.
    Inserted(Option<OrderColumns>),
    Committed(Committed),
    Orders(Vec<OrderColumns>),
    Events(Vec<EventColumns>),
    /// The token that is kept, if the lease is to be had.
    Leased(Option<TokenColumns>),
    Count(u64),
    Done,
}

/// `value, renew_at, expires_at`.
pub(super) type TokenColumns = (Option<String>, Option<i64>, Option<i64>);

impl Answer {
    /// The answer belongs to another question: a fault of this program.
    pub(super) fn unexpected(&self) -> StoreError {
        StoreError::Unavailable {
            doing: "write",
            reason: "the writer gave the answer to another question".to_owned(),
        }
    }
}

/// Keeps all that is not refused, and says what must be flushed before anybody is told. An error means that nothing may be kept.
pub(super) async fn keep_all(
    connection: &mut SqliteConnection,
    works: &[Work],
    bodies: &Bodies,
    probe: &Probe,
) -> Result<(Vec<Answer>, Flushing), StoreError> {
    let keeps = works.iter().filter_map(|work| match work {
        Work::Keep(keep) => Some(&**keep),
        _ => None,
    });
    let keeps: Vec<&Keep> = keeps.collect();
    let mut kept = Vec::new();
    let mut flushing = Flushing::default();
    if !keeps.is_empty() {
        let mut plan = Plan::look(connection, &keeps).await?;
        kept = plan.decide(&keeps);
        // The disk is slower than the statements: it begins before them. The bodies are in their file before any row of them is seen.
        flushing = bodies
            .write(plan.position, std::mem::take(&mut plan.records))
            .await?;
        if flushing.is_under_way() {
            probe.reach(CrashPoint::BodiesWritten);
        }
        plan.write(connection).await?;
        for (answer, keep) in kept.iter_mut().zip(&keeps) {
            if let (Answer::Inserted(Some(found)), Keep::Insert(order, ..)) = (&mut *answer, keep)
                && found.0.is_empty()
            {
                *found = single::order(connection, &order.key).await?;
            }
        }
    }
    let mut kept = kept.into_iter();
    let mut answers = Vec::with_capacity(works.len());
    for work in works {
        let answer = match work {
            Work::Keep(_) => kept.next().unwrap_or(Answer::Done),
            other => single::keep(connection, other).await?,
        };
        answers.push(answer);
    }
    Ok((answers, flushing))
}

/// Rows that one statement writes at most.
const ROWS: usize = 64;

/// An order as the group finds it.
struct Known {
    id: i64,
    revision: i64,
}

/// What is to be written.
struct Plan<'a> {
    known: HashMap<OrderKey, Known>,
    /// Orders that somebody of this group has made or changed.
    touched: HashSet<&'a OrderKey>,
    /// Whether it was believed, and its key.
    received_keys: HashSet<(bool, String)>,
    inserts: Vec<(&'a OrderRow, &'a str)>,
    updates: Vec<(i64, &'a OrderRow)>,
    lines: Vec<(&'a OrderKey, &'a LineRow)>,
    received: Vec<(i64, &'a ReceivedRow)>,
    events: Vec<(&'a OrderKey, &'a EventRow)>,
    /// Where the bodies go in their file, and their records.
    position: u64,
    records: Vec<u8>,
}

impl<'a> Plan<'a> {
    /// Reads what the decisions need.
    async fn look(
        connection: &mut SqliteConnection,
        keeps: &[&'a Keep],
    ) -> Result<Self, StoreError> {
        let mut plan = Self {
            known: HashMap::new(),
            touched: HashSet::new(),
            received_keys: HashSet::new(),
            inserts: Vec::new(),
            updates: Vec::new(),
            lines: Vec::new(),
            received: Vec::new(),
            events: Vec::new(),
            position: 0,
            records: Vec::new(),
        };
        let keys: Vec<&OrderKey> = keeps.iter().filter_map(|keep| keep.order()).collect();
        for keys in keys.chunks(ROWS) {
            // CROSS JOIN: the list first, then the index, whatever the planner thinks of the table's size.
            let mut sql = QueryBuilder::new(
                "SELECT o.merchant, o.hosp_out_trade_no, o.id, o.revision FROM (",
            );
            sql.push_values(keys, |mut row, key| {
                row.push_bind(&key.merchant)
                    .push_bind(&key.hosp_out_trade_no);
            });
            sql.push(") AS v CROSS JOIN orders o ON o.merchant = v.column1 AND o.hosp_out_trade_no = v.column2");
            let rows: Vec<(String, String, i64, i64)> = sql
                .build_query_as()
                .fetch_all(&mut *connection)
                .await
                .map_err(unavailable("look at orders"))?;
            for (merchant, hosp_out_trade_no, id, revision) in rows {
                let key = OrderKey {
                    merchant,
                    hosp_out_trade_no,
                };
                plan.known.insert(key, Known { id, revision });
            }
        }
        let received: Vec<&ReceivedRow> = keeps.iter().filter_map(|keep| keep.received()).collect();
        for received in received.chunks(ROWS) {
            let mut sql = QueryBuilder::new("SELECT r.reason IS NULL, r.key FROM (");
            sql.push_values(received, |mut row, received| {
                row.push_bind(&received.key);
            });
            // Each half of the index is asked by itself, since each is an index of its own.
            sql.push(") AS v CROSS JOIN received r ON r.key = v.column1 AND r.reason IS NULL");
            let believed = sql.build_query_as().fetch_all(&mut *connection).await;
            plan.received_keys
                .extend(believed.map_err(unavailable("look at what was received"))?);
        }
        if received.iter().any(|received| received.reason.is_some()) {
            plan.look_at_quarantine(connection, &received).await?;
        }
        if !received.is_empty() {
            plan.position = bodies::end(connection).await?;
        }
        Ok(plan)
    }

    async fn look_at_quarantine(
        &mut self,
        connection: &mut SqliteConnection,
        received: &[&ReceivedRow],
    ) -> Result<(), StoreError> {
        for received in received.iter().filter(|received| received.reason.is_some()) {
            let sql = "SELECT false, key FROM received WHERE key = ?1 AND reason IS NOT NULL";
            let found = sqlx::query_as(sql)
                .bind(&received.key)
                .fetch_optional(&mut *connection)
                .await
                .map_err(unavailable("look at what was received"))?;
            self.received_keys.extend(found);
        }
        Ok(())
    }

    /// One answer for each, in their order. An order that is in the database is left empty.
    fn decide(&mut self, keeps: &[&'a Keep]) -> Vec<Answer> {
        keeps
            .iter()
            .map(|keep| match keep {
                Keep::Insert(order, request, line) => {
                    Answer::Inserted(self.insert(order, request, line))
                }
                Keep::Change(change) => Answer::Committed(self.change(change)),
                Keep::Quarantine(received) => {
                    let key = (false, received.key.clone());
                    if self.received_keys.insert(key) {
                        self.receive(received);
                    }
                    Answer::Done
                }
            })
            .collect()
    }

    fn insert(
        &mut self,
        order: &'a OrderRow,
        request: &'a str,
        line: &'a LineRow,
    ) -> Option<OrderColumns> {
        if self.known.contains_key(&order.key) {
            return Some(OrderColumns::default());
        }
        if !self.touched.insert(&order.key) {
            let mut inserts = self.inserts.iter();
            let earlier = inserts.find(|(row, _)| row.key == order.key);
            let columns = earlier.map(|(row, request)| (row.record.clone(), (*request).to_owned()));
            return Some(columns.unwrap_or_default());
        }
        self.inserts.push((order, request));
        self.lines.push((&order.key, line));
        None
    }

    fn change(&mut self, change: &'a ChangeRows) -> Committed {
        let key = &change.order.key;
        let received_key = change
            .received
            .as_ref()
            .map(|received| (true, received.key.clone()));
        if let Some(received_key) = &received_key
            && self.received_keys.contains(received_key)
        {
            return Committed::Repeated;
        }
        let Some(known) = self.known.get(key) else {
            return Committed::Stale;
        };
        // Whoever shares the group with another change of the same order has not seen it.
        if known.revision + 1 != change.order.revision || !self.touched.insert(key) {
            return Committed::Stale;
        }
        self.updates.push((known.id, &change.order));
        self.lines
            .extend(change.line.iter().map(|line| (key, line)));
        self.events
            .extend(change.events.iter().map(|event| (key, event)));
        self.received_keys.extend(received_key);
        if let Some(received) = &change.received {
            self.receive(received);
        }
        Committed::Kept
    }

    fn receive(&mut self, received: &'a ReceivedRow) {
        let position = self.position + self.records.len() as u64;
        bodies::put(&mut self.records, &received.body);
        self.received.push((position.cast_signed(), received));
    }

    async fn write(&mut self, connection: &mut SqliteConnection) -> Result<(), StoreError> {
        self.write_orders(connection).await?;
        let id = |key: &OrderKey| self.known.get(key).map(|known| known.id);
        for lines in self.lines.chunks(ROWS) {
            let mut sql = QueryBuilder::new(
                "INSERT INTO history (order_id, at, who, what, evidence, from_state, to_state) ",
            );
            sql.push_values(lines, |mut row, (key, line)| {
                row.push_bind(id(key))
                    .push_bind(line.at)
                    .push_bind(&line.who)
                    .push_bind(&line.what)
                    .push_bind(&line.evidence)
                    .push_bind(line.from_state)
                    .push_bind(line.to_state);
            });
            execute(&mut *connection, sql, "write history").await?;
        }
        for received in self.received.chunks(ROWS) {
            let mut sql = QueryBuilder::new(
                "INSERT INTO received (key, merchant, hosp_out_trade_no, at, reason, position, length) ",
            );
            sql.push_values(received, |mut row, (position, received)| {
                let order = received.order.as_ref();
                row.push_bind(&received.key)
                    .push_bind(order.map(|key| &key.merchant))
                    .push_bind(order.map(|key| &key.hosp_out_trade_no))
                    .push_bind(received.at)
                    .push_bind(&received.reason)
                    .push_bind(position)
                    .push_bind(received.body.len() as i64);
            });
            execute(&mut *connection, sql, "write what was received").await?;
        }
        for events in self.events.chunks(ROWS) {
            let mut sql = QueryBuilder::new(
                "INSERT INTO events (id, order_id, kind, payload, created_at, due_at, attempts, standing) ",
            );
            sql.push_values(events, |mut row, (key, new)| {
                row.push_bind(&new.event.id)
                    .push_bind(id(key))
                    .push_bind(&new.event.kind)
                    .push_bind(&new.event.payload)
                    .push_bind(new.created_at)
                    .push_bind(new.created_at)
                    .push("0, 'waiting'");
            });
            sql.push(" ON CONFLICT (id) DO NOTHING");
            execute(&mut *connection, sql, "write events").await?;
        }
        Ok(())
    }

    /// Afterwards each order that was made is known.
    async fn write_orders(&mut self, connection: &mut SqliteConnection) -> Result<(), StoreError> {
        for orders in self.inserts.chunks(ROWS) {
            let mut sql = QueryBuilder::new(
                "INSERT INTO orders (merchant, hosp_out_trade_no, revision, state, med_trans_id, created_at, due_at, record) ",
            );
            sql.push_values(orders, |mut row, (order, _)| {
                row.push_bind(&order.key.merchant)
                    .push_bind(&order.key.hosp_out_trade_no)
                    .push_bind(order.revision)
                    .push_bind(order.state)
                    .push_bind(&order.med_trans_id)
                    .push_bind(order.created_at)
                    .push_bind(order.due_at)
                    .push_bind(&order.record);
            });
            sql.push(" RETURNING merchant, hosp_out_trade_no, id, revision");
            let rows: Vec<(String, String, i64, i64)> = sql
                .build_query_as()
                .fetch_all(&mut *connection)
                .await
                .map_err(unavailable("write orders"))?;
            for (merchant, hosp_out_trade_no, id, revision) in rows {
                let key = OrderKey {
                    merchant,
                    hosp_out_trade_no,
                };
                self.known.insert(key, Known { id, revision });
            }
            let mut sql = QueryBuilder::new("INSERT INTO requests (order_id, request) ");
            sql.push_values(orders, |mut row, (order, request)| {
                row.push_bind(self.known.get(&order.key).map(|known| known.id))
                    .push_bind(request);
            });
            execute(&mut *connection, sql, "write orders").await?;
        }
        for orders in self.updates.chunks(ROWS) {
            let mut sql = QueryBuilder::new(
                "UPDATE orders SET revision = v.column2, state = v.column3, med_trans_id = v.column4, due_at = v.column5, record = v.column6 FROM (",
            );
            sql.push_values(orders, |mut row, (id, order)| {
                row.push_bind(*id)
                    .push_bind(order.revision)
                    .push_bind(order.state)
                    .push_bind(&order.med_trans_id)
                    .push_bind(order.due_at)
                    .push_bind(&order.record);
            });
            sql.push(") AS v WHERE orders.id = v.column1");
            execute(&mut *connection, sql, "write orders").await?;
        }
        Ok(())
    }
}

impl Keep {
    fn order(&self) -> Option<&OrderKey> {
        match self {
            Self::Insert(order, ..) => Some(&order.key),
            Self::Change(change) => Some(&change.order.key),
            Self::Quarantine(_) => None,
        }
    }

    fn received(&self) -> Option<&ReceivedRow> {
        match self {
            Self::Insert(..) => None,
            Self::Change(change) => change.received.as_ref(),
            Self::Quarantine(received) => Some(received),
        }
    }
}

async fn execute(
    connection: &mut SqliteConnection,
    mut sql: QueryBuilder<Sqlite>,
    doing: &'static str,
) -> Result<(), StoreError> {
    let done = sql.build().execute(connection).await;
    done.map(|_| ()).map_err(unavailable(doing))
}
