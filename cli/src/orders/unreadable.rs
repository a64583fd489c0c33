//! Rows that this version cannot read: named on stderr, or as an object of their own with `--json`; the exit status says that there are some.

use std::fmt;

use payinsurance_orders::store::{History, ListedEvents, UnreadableEvent, UnreadableOrder};
use serde_json::json;

use super::{Failure, note, object, shown};
use crate::harmless;

/// Names orders of a list.
pub(super) fn orders(unreadable: &[UnreadableOrder], json: bool) -> Result<(), Failure> {
    for order in unreadable {
        if json {
            object(&json!({ "unreadable": shown::unreadable_order(order) }));
        }
        let key = &order.key;
        let what = format_args!("the order {}/{}", key.merchant, key.hosp_out_trade_no);
        tell(what, &order.reason);
    }
    counted(unreadable.len())
}

/// Names events of a list.
pub(super) fn events(unreadable: &[UnreadableEvent], json: bool) -> Result<(), Failure> {
    for event in unreadable {
        if json {
            object(&json!({ "unreadable": shown::unreadable_event(event) }));
        }
        tell(format_args!("the event {}", event.id), &event.reason);
    }
    counted(unreadable.len())
}

/// Names what belongs to one order.
pub(super) fn of_order(history: &History, events: &ListedEvents) -> Result<(), Failure> {
    for line in &history.unreadable {
        tell(
            format_args!("line {} of the history", line.number),
            &line.reason,
        );
    }
    for event in &events.unreadable {
        tell(format_args!("the event {}", event.id), &event.reason);
    }
    counted(history.unreadable.len() + events.unreadable.len())
}

fn tell(what: impl fmt::Display, reason: &str) {
    let words = format!("this version cannot read {what}: {reason}");
    note(harmless::text(&words));
}

fn counted(count: usize) -> Result<(), Failure> {
    match count {
        0 => Ok(()),
        count => Err(Failure::Unreadable(count)),
    }
}
