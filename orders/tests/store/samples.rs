//! Orders, changes and notifications for the cases.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use payinsurance_orders::store::{
    Body, Change, Claim, Committed, Line, NewEvent, Received, ReceivedRecord, Store,
};
use payinsurance_orders::{
    Amounts, Order, OrderKey, Placed, Refund, RefundState, State, Timestamps,
};
use signed_xml::Fen;

/// So many seconds after the beginning of the story.
pub(crate) fn second(count: i64) -> Timestamp {
    let start: Timestamp = "2024-05-06T07:08:09.123456Z".parse().unwrap();
    start + SignedDuration::from_secs(count)
}

pub(crate) fn key(number: &str) -> OrderKey {
    OrderKey {
        merchant: "hospital".to_owned(),
        hosp_out_trade_no: number.to_owned(),
    }
}

/// An order that was stored at second 0 and is due at second 10.
pub(crate) fn order(number: &str) -> Order {
    Order {
        key: key(number),
        revision: 0,
        state: State::Placing,
        digest: "5e88".to_owned(),
        request: [("body".to_owned(), "挂号".to_owned())].into(),
        amounts: Amounts {
            total_fee: Fen(1500),
            cash_fee: Fen(500),
            insurance_fee: Fen(1000),
            may_change: false,
            settled: false,
        },
        placed: None,
        refund: None,
        close_wanted: false,
        replace_wanted: false,
        replaced_by: None,
        replaces: None,
        facts: Vec::new(),
        reported: String::new(),
        sent_at: None,
        missing: 0,
        notification: None,
        times: Timestamps {
            created_at: second(0),
            updated_at: second(0),
            expires_at: Some(second(900)),
            paid_at: None,
            ended_at: None,
        },
        due_at: Some(second(10)),
        attempts: 0,
        contradiction: None,
        contradictions: 0,
        last_error: None,
        urgent_until: None,
    }
}

/// The same with everything that an order can hold.
pub(crate) fn full_order(number: &str) -> Order {
    Order {
        revision: 7,
        state: State::Refunding,
        placed: Some(Placed {
            med_trans_id: "M7".to_owned(),
            pay_url: Some("https://example.com/pay?a=1&b=2".to_owned()),
            pay_appid: Some("wx1".to_owned()),
        }),
        refund: Some(Refund {
            hosp_out_refund_no: "R7".to_owned(),
            med_refund_id: Some("MR7".to_owned()),
            cash_only: Some(Fen(5)),
            request_content: r#"{"a":"b"}"#.to_owned(),
            tries: 2,
            attempt: 2,
            state: RefundState::Accepted,
            cash_refund_fee: Some(Fen(5)),
            insurance_refund_fee: None,
        }),
        close_wanted: true,
        replace_wanted: true,
        replaced_by: Some("8".to_owned()),
        replaces: Some("6".to_owned()),
        facts: vec![("time_end".to_owned(), "20240506150809".to_owned())],
        reported: "REFUND".to_owned(),
        missing: 3,
        notification: Some("k".to_owned()),
        attempts: 4,
        ..order(number)
    }
}

pub(crate) fn line(what: &str) -> Line {
    Line {
        at: second(1),
        by: "caller".to_owned(),
        what: what.to_owned(),
        evidence: "nothing yet".to_owned(),
        from: None,
        to: State::Placing,
    }
}

/// What a worker of the hospital asks for that waits an hour at most.
pub(crate) fn claim(now: i64, until: i64, limit: u32) -> Claim {
    Claim {
        merchants: vec!["hospital".to_owned()],
        now: second(now),
        until: second(until),
        longest_wait: Duration::from_secs(3600),
        limit,
    }
}

/// Stores a new order.
pub(crate) async fn insert(store: &dyn Store, order: &Order) {
    let found = store.insert(order, &line("placed")).await.unwrap();
    assert!(found.is_none());
}

/// A payment of the order that a notification of this key reports.
pub(crate) fn paid(order: &Order, received_key: &str) -> Change {
    let mut next = order.clone();
    next.state = State::Paid;
    next.times.updated_at = second(5);
    next.due_at = None;
    Change {
        line: Some(Line {
            at: second(5),
            by: "notification".to_owned(),
            what: "reported".to_owned(),
            evidence: "SUCCESS".to_owned(),
            from: Some(order.state),
            to: State::Paid,
        }),
        received: Some(received(received_key, Some(&order.key))),
        events: vec![event(&format!("{}:paid", order.key.hosp_out_trade_no))],
        replacement: None,
        order: next,
    }
}

/// A change that only adds these events.
pub(crate) fn tells(order: &Order, events: &[&str]) -> Change {
    let mut next = order.clone();
    next.times.updated_at = second(5);
    Change {
        order: next,
        line: None,
        received: None,
        events: events.iter().map(|id| event(id)).collect(),
        replacement: None,
    }
}

/// Stores the order and a change of it that adds these events.
pub(crate) async fn insert_with_events(store: &dyn Store, number: &str, events: &[&str]) -> Order {
    let order = order(number);
    insert(store, &order).await;
    let committed = store.commit(&tells(&order, events)).await.unwrap();
    assert_eq!(committed, Committed::Stored);
    store.order(&order.key).await.unwrap().unwrap()
}

pub(crate) fn event(id: &str) -> NewEvent {
    NewEvent {
        id: id.to_owned(),
        kind: "order.paid".to_owned(),
        payload: format!(r#"{{"id":"{id}"}}"#),
    }
}

/// Received bytes as they are to be stored.
pub(crate) fn stored(received: &Received, reason: Option<&str>) -> ReceivedRecord {
    ReceivedRecord {
        key: received.key.clone(),
        order: received.order.clone(),
        at: received.at,
        body: Body::Whole(received.body.clone()),
        reason: reason.map(str::to_owned),
    }
}

pub(crate) fn received(key: &str, order: Option<&OrderKey>) -> Received {
    Received {
        key: key.to_owned(),
        order: order.cloned(),
        at: second(5),
        body: format!("<xml>{key}</xml>").into_bytes(),
    }
}
