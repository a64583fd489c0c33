//! Orders, lines, events and received bytes as rows, the same for every SQL database.
//!
//! Times are whole microseconds since 1970, rounded towards it; states are their words; an order is a record in JSON, with columns for what is
//! searched by.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;

use super::{
    Body, Change, Claim, ClaimedEvents, ClaimedOrders, Event, EventStanding, History, Line,
    ListedEvents, ListedOrders, NewEvent, Received, ReceivedRecord, StoreError,
    StoreError::Unreadable, UnreadableEvent, UnreadableLine, UnreadableOrder,
};
use crate::policy::later;
use crate::{Order, OrderKey, State};

/// A row of `orders`.
pub(super) struct OrderRow {
    pub(super) key: OrderKey,
    pub(super) revision: i64,
    pub(super) state: &'static str,
    pub(super) med_trans_id: Option<String>,
    /// Of one order of its hospital. Written by changes alone: a new order has no refund.
    pub(super) hosp_out_refund_no: Option<String>,
    pub(super) created_at: i64,
    pub(super) due_at: Option<i64>,
    pub(super) urgent: bool,
    pub(super) contradicted: bool,
    /// All of it but what it was placed with.
    pub(super) record: String,
}

/// A row of `history`, without its order.
pub(super) struct LineRow {
    pub(super) at: i64,
    pub(super) who: String,
    pub(super) what: String,
    pub(super) evidence: String,
    pub(super) from_state: Option<&'static str>,
    pub(super) to_state: &'static str,
}

/// A row of `received`, with its bytes.
pub(super) struct ReceivedRow {
    pub(super) key: String,
    pub(super) order: Option<OrderKey>,
    pub(super) at: i64,
    pub(super) reason: Option<String>,
    pub(super) body: Vec<u8>,
}

/// A row of `events`, without its order.
pub(super) struct EventRow {
    pub(super) event: NewEvent,
    pub(super) created_at: i64,
}

/// A [`Claim`] as values of statements.
pub(super) struct ClaimRow {
    /// Each once: a hospital that is named twice would be given its orders twice.
    pub(super) merchants: Vec<String>,
    pub(super) now: i64,
    pub(super) until: i64,
    /// What is due after this is due now.
    pub(super) far: i64,
    pub(super) limit: i64,
}

/// A [`Change`] as rows. `order` holds the revision that it is to have.
pub(super) struct ChangeRows {
    pub(super) order: OrderRow,
    pub(super) replacement: Option<Box<NewOrderRows>>,
    pub(super) line: Option<LineRow>,
    pub(super) received: Option<ReceivedRow>,
    pub(super) events: Vec<EventRow>,
}

/// A new order as rows.
pub(super) struct NewOrderRows {
    pub(super) order: OrderRow,
    /// What it was placed with, as JSON.
    pub(super) request: String,
    pub(super) line: LineRow,
}

/// `record, request`: as text, or as bytes where the database stores text that is not UTF-8 once its file is damaged.
pub(super) type OrderColumns<T = String> = (T, T);

/// `merchant, hosp_out_trade_no, record, request`.
pub(super) type OrderRowColumns<T = String> = (String, String, T, T);

/// `at, who, what, evidence, from_state, to_state`; the evidence as text or bytes.
pub(super) type LineColumns<T = String> = (i64, String, String, T, Option<String>, String);

/// `id, kind, payload, merchant, hosp_out_trade_no, created_at, due_at, attempts, standing, last_error`; the payload as text or bytes.
pub(super) type EventColumns<T = String> = (
    String,
    String,
    T,
    String,
    String,
    i64,
    Option<i64>,
    i64,
    String,
    Option<String>,
);

/// `key, merchant, hosp_out_trade_no, at, reason`.
pub(super) type ReceivedColumns = (String, Option<String>, Option<String>, i64, Option<String>);

impl OrderRow {
    pub(super) fn new(order: &Order) -> Result<Self, StoreError> {
        let record = record(order)?;
        Ok(Self {
            key: order.key.clone(),
            revision: i64::try_from(order.revision).unwrap_or(i64::MAX),
            state: order.state.as_str(),
            med_trans_id: order
                .placed
                .as_ref()
                .map(|reported| reported.med_trans_id.clone()),
            hosp_out_refund_no: order.refund_number().map(str::to_owned),
            created_at: microseconds(order.times.created_at),
            due_at: order.due_at.map(microseconds),
            urgent: order.is_urgent(),
            contradicted: order.contradiction.is_some(),
            record,
        })
    }

    /// The hospital and its refund number.
    #[cfg(feature = "sqlite")]
    pub(super) fn refund_number(&self) -> Option<(&str, &str)> {
        let number = self.hosp_out_refund_no.as_deref()?;
        Some((&self.key.merchant, number))
    }
}

/// All of an order but what it was placed with, as JSON. `Serialize` leaves out what is confidential, and a store needs it.
fn record(order: &Order) -> Result<String, StoreError> {
    let mut record = serde_json::to_value(order).map_err(|error| StoreError::Unavailable {
        doing: "write an order as JSON",
        reason: place_of(&error),
    })?;
    record["facts"] = json!(order.facts);
    if let Some(refund) = &order.refund {
        record["refund"]["request_content"] = json!(refund.request_content);
    }
    if let Some(placed) = &order.placed {
        record["placed"]["pay_url"] = json!(placed.pay_url);
    }
    json(&record)
}

impl LineRow {
    pub(super) fn new(line: &Line) -> Self {
        Self {
            at: microseconds(line.at),
            who: line.by.clone(),
            what: line.what.clone(),
            evidence: line.evidence.clone(),
            from_state: line.from.map(State::as_str),
            to_state: line.to.as_str(),
        }
    }
}

impl ReceivedRow {
    pub(super) fn new(received: &Received, reason: Option<&str>) -> Self {
        Self {
            key: received.key.clone(),
            order: received.order.clone(),
            at: microseconds(received.at),
            reason: reason.map(str::to_owned),
            body: received.body.clone(),
        }
    }
}

impl ClaimRow {
    pub(super) fn new(claim: &Claim) -> Self {
        let mut merchants = claim.merchants.clone();
        merchants.sort();
        merchants.dedup();
        Self {
            merchants,
            now: microseconds(claim.now),
            until: microseconds(claim.until),
            far: microseconds(later(claim.now, claim.longest_wait)),
            limit: i64::from(claim.limit),
        }
    }
}

impl NewOrderRows {
    pub(super) fn new(order: &Order, line: &Line) -> Result<Self, StoreError> {
        Ok(Self {
            order: OrderRow::new(order)?,
            request: json(&order.request)?,
            line: LineRow::new(line),
        })
    }
}

impl ChangeRows {
    pub(super) fn new(change: &Change) -> Result<Self, StoreError> {
        let mut next = change.order.clone();
        next.revision += 1;
        let created_at = microseconds(next.times.updated_at);
        let event = |event: &NewEvent| EventRow {
            event: event.clone(),
            created_at,
        };
        Ok(Self {
            order: OrderRow::new(&next)?,
            replacement: change
                .replacement
                .as_ref()
                .map(|new| NewOrderRows::new(&new.order, &new.line).map(Box::new))
                .transpose()?,
            line: change.line.as_ref().map(LineRow::new),
            received: change
                .received
                .as_ref()
                .map(|received| ReceivedRow::new(received, None)),
            events: change.events.iter().map(event).collect(),
        })
    }
}

pub(super) fn read_order<T: AsRef<[u8]>>(
    (record, request): &OrderColumns<T>,
) -> Result<Order, StoreError> {
    let unreadable = |error| Unreadable {
        what: "an order".to_owned(),
        reason: place_of(&error),
    };
    let mut order: Order = serde_json::from_slice(record.as_ref()).map_err(unreadable)?;
    order.request = serde_json::from_slice(request.as_ref()).map_err(unreadable)?;
    Ok(order)
}

/// The orders of a list; a row that cannot be read is named, so that it does not stop the others.
pub(super) fn read_orders<T: AsRef<[u8]>>(rows: Vec<OrderRowColumns<T>>) -> ListedOrders {
    let mut listed = ListedOrders::default();
    for (merchant, hosp_out_trade_no, record, request) in rows {
        let key = OrderKey {
            merchant,
            hosp_out_trade_no,
        };
        listed.last = Some(key.clone());
        match read_order(&(record, request)) {
            Ok(order) => listed.rows.push(order),
            Err(error) => listed.unreadable.push(UnreadableOrder {
                key,
                reason: error.reason(),
            }),
        }
    }
    listed
}

/// The orders of a claim, in the same way.
pub(super) fn read_claimed_orders<T: AsRef<[u8]>>(rows: Vec<OrderRowColumns<T>>) -> ClaimedOrders {
    let ListedOrders {
        rows, unreadable, ..
    } = read_orders(rows);
    ClaimedOrders {
        orders: rows,
        unreadable,
    }
}

/// The events of a list, in the same way.
pub(super) fn read_events<T: Into<Vec<u8>>>(rows: Vec<EventColumns<T>>) -> ListedEvents {
    let mut listed = ListedEvents::default();
    for row in rows {
        let (id, merchant, hosp_out_trade_no) = (row.0.clone(), row.3.clone(), row.4.clone());
        listed.last = Some(id.clone());
        match read_event(row) {
            Ok(event) => listed.rows.push(event),
            Err(error) => listed.unreadable.push(UnreadableEvent {
                id,
                order: OrderKey {
                    merchant,
                    hosp_out_trade_no,
                },
                reason: error.reason(),
            }),
        }
    }
    listed
}

/// The events of a claim, in the same way.
pub(super) fn read_claimed_events<T: Into<Vec<u8>>>(rows: Vec<EventColumns<T>>) -> ClaimedEvents {
    let ListedEvents {
        rows, unreadable, ..
    } = read_events(rows);
    ClaimedEvents {
        events: rows,
        unreadable,
    }
}

/// The history of an order, in the same way.
pub(super) fn read_history<T: Into<Vec<u8>>>(key: &OrderKey, rows: Vec<LineColumns<T>>) -> History {
    let mut history = History::default();
    for (number, row) in (1..).zip(rows) {
        match read_line(row) {
            Ok(line) => history.rows.push(line),
            Err(error) => history.unreadable.push(UnreadableLine {
                order: key.clone(),
                number,
                reason: error.reason(),
            }),
        }
    }
    history
}

fn read_line<T: Into<Vec<u8>>>(columns: LineColumns<T>) -> Result<Line, StoreError> {
    let (at, by, what, evidence, from, to) = columns;
    Ok(Line {
        at: timestamp(at)?,
        by,
        what,
        evidence: text("a line of history", evidence)?,
        from: from.as_deref().map(state).transpose()?,
        to: state(&to)?,
    })
}

fn read_event<T: Into<Vec<u8>>>(columns: EventColumns<T>) -> Result<Event, StoreError> {
    let (id, kind, payload, merchant, hosp_out_trade_no, created_at, due_at, attempts, word, error) =
        columns;
    let standing = word.parse::<EventStanding>();
    Ok(Event {
        event: NewEvent {
            id,
            kind,
            payload: text("an event", payload)?,
        },
        order: OrderKey {
            merchant,
            hosp_out_trade_no,
        },
        created_at: timestamp(created_at)?,
        due_at: due_at.map(timestamp).transpose()?,
        attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
        standing: standing.map_err(|_| unknown_word("an event", &word))?,
        last_error: error,
    })
}

pub(super) fn read_received(
    columns: ReceivedColumns,
    body: Body,
) -> Result<ReceivedRecord, StoreError> {
    let (key, merchant, hosp_out_trade_no, at, reason) = columns;
    let order = merchant
        .zip(hosp_out_trade_no)
        .map(|(merchant, hosp_out_trade_no)| OrderKey {
            merchant,
            hosp_out_trade_no,
        });
    Ok(ReceivedRecord {
        key,
        order,
        at: timestamp(at)?,
        body,
        reason,
    })
}

pub(super) fn microseconds(at: Timestamp) -> i64 {
    at.as_microsecond()
}

pub(super) fn timestamp(microseconds: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(microseconds).map_err(|_| Unreadable {
        what: "a time".to_owned(),
        reason: format!("{microseconds} microseconds since 1970 is out of range"),
    })
}

/// What was stored as text. Its bytes are not quoted: they are personal.
fn text(what: &str, bytes: impl Into<Vec<u8>>) -> Result<String, StoreError> {
    String::from_utf8(bytes.into()).map_err(|_| Unreadable {
        what: what.to_owned(),
        reason: "its text is damaged: it is not UTF-8".to_owned(),
    })
}

fn state(word: &str) -> Result<State, StoreError> {
    word.parse()
        .map_err(|_| unknown_word("a line of history", word))
}

fn unknown_word(what: &str, word: &str) -> StoreError {
    Unreadable {
        what: what.to_owned(),
        reason: format!("its state {word:?} is not known"),
    }
}

pub(super) fn json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Unavailable {
        doing: "write an order as JSON",
        reason: place_of(&error),
    })
}

/// Where a record is wrong. serde's own words may quote it, and it is personal.
fn place_of(error: &serde_json::Error) -> String {
    let kind = error.classify();
    format!("{kind:?} error at column {} of its JSON", error.column()).to_lowercase()
}
