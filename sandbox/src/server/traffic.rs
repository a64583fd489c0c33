//! The last exchanges, for the developer in front of the sandbox.
//!
//! Secrets are never stored; personal values and those of unknown fields only if the configuration reveals them.

use std::collections::VecDeque;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};
use signed_xml::{BeijingTime, Fields, Limits, Schema};

use crate::platform::{Event, Forgery, Trouble};

/// A call, or a notification, with its answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Exchange {
    /// Its number, from 1.
    pub exchange: u64,
    /// When it ended, in the sandbox's time (Beijing).
    pub time: String,
    /// `med_trans_id` of the order that it is about, if it is about one.
    pub order: Option<String>,
    /// The interface, or `notification`.
    pub interface: String,
    /// Who called, or who was notified.
    pub peer: String,
    /// Of a notification, the number of the delivery.
    pub attempt: Option<usize>,
    /// Of a forged notification, how it was forged.
    pub forged: Option<Forgery>,
    /// The fault that struck it, by its name.
    pub fault: Option<&'static str>,
    /// The fields sent, as far as they may be shown.
    pub request: Value,
    /// The HTTP status of the answer, if there was one.
    pub status: Option<u16>,
    /// The fields of the answer, as far as they may be shown.
    pub reply: Value,
    /// Why it is not a success.
    pub trouble: Option<Trouble>,
    /// What changed.
    pub events: Vec<Event>,
}

impl Exchange {
    pub(super) fn new(interface: &str) -> Self {
        Self {
            exchange: 0,
            time: String::new(),
            order: None,
            interface: interface.to_owned(),
            peer: String::new(),
            attempt: None,
            forged: None,
            fault: None,
            request: Value::Null,
            status: None,
            reply: Value::Null,
            trouble: None,
            events: Vec::new(),
        }
    }
}

impl Exchange {
    /// The fields of both messages that are texts.
    pub(super) fn named(&self) -> impl Iterator<Item = (&str, &str)> {
        let fields = [&self.request, &self.reply].into_iter();
        let fields = fields.filter_map(Value::as_object).flatten();
        fields.filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)))
    }
}

/// The log.
pub(crate) struct Traffic {
    list: VecDeque<Exchange>,
    limit: usize,
    last: u64,
}

impl Traffic {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            list: VecDeque::new(),
            limit,
            last: 0,
        }
    }

    /// An empty log, whose numbers go on after that one.
    pub(super) fn from(limit: usize, last: u64) -> Self {
        Self {
            last,
            ..Self::new(limit)
        }
    }

    /// The last number that was given.
    pub(super) fn last(&self) -> u64 {
        self.last
    }

    /// A number for an exchange that is under way.
    pub(super) fn number(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    /// Keeps an exchange, and forgets the oldest one if there are too many.
    pub(super) fn keep(&mut self, mut exchange: Exchange, now: Timestamp) {
        if exchange.exchange == 0 {
            exchange.exchange = self.number();
        }
        exchange.time = BeijingTime::at(now).to_string();
        let code = exchange
            .trouble
            .as_ref()
            .map(|trouble| trouble.code.as_str());
        tracing::info!(
            exchange = exchange.exchange,
            interface = exchange.interface,
            code,
            "exchange"
        );
        self.list.push_back(exchange);
        while self.list.len() > self.limit {
            self.list.pop_front();
        }
    }

    /// The exchanges, newest first.
    pub(crate) fn newest_first(&self) -> impl Iterator<Item = &Exchange> {
        self.list.iter().rev()
    }

    /// The exchange of that number, if the log still has it.
    pub(crate) fn get(&self, number: u64) -> Option<Exchange> {
        // Numbers grow, but an exchange may end before an earlier one.
        self.newest_first()
            .find(|exchange| exchange.exchange == number)
            .cloned()
    }

    /// All that is stored, oldest first, or the one of that number.
    pub(crate) fn list(&self, number: Option<u64>) -> Vec<Exchange> {
        let wanted = |exchange: &&Exchange| number.is_none_or(|number| exchange.exchange == number);
        self.list.iter().filter(wanted).cloned().collect()
    }
}

/// The fields of a body, as far as they may be shown.
pub(super) fn shown(body: &[u8], schema: &'static Schema, reveal: bool) -> Value {
    let limits = Limits::default();
    let fields = match body.first() {
        Some(b'{') => Fields::parse_json(body, &limits),
        _ => Fields::parse(body, &limits),
    };
    match fields {
        Ok(fields) => shown_pairs(fields.iter(), schema, reveal),
        Err(_) => Value::String(format!("{} bytes", body.len())),
    }
}

/// Names and values, as far as they may be shown.
pub(super) fn shown_pairs<'a>(
    pairs: impl Iterator<Item = (&'a str, &'a str)>,
    schema: &'static Schema,
    reveal: bool,
) -> Value {
    let show = |(name, value): (&'a str, &'a str)| {
        let text = match schema.field(name) {
            Some(field) if field.secret || (field.personal && !reveal) => "[redacted]",
            Some(_) => value,
            // The open platform's own error reply.
            None if reveal || matches!(name, "errcode" | "errmsg") => value,
            None => "[unknown field]",
        };
        (name.to_owned(), Value::String(text.to_owned()))
    };
    Value::Object(pairs.map(show).collect::<Map<_, _>>())
}
