//! All that the platform knows, as a list of records: for a file that outlives the process, and for
//! snapshots.
//!
//! A record replaces an earlier one of the same thing, except lines of a story, which are added. So
//! the same list serves for a whole state and for what has changed since. A notification that was
//! under way when the state was taken is due again: it may not have arrived.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use signed_xml::BeijingTime;

use crate::config::{Config, ConfigError, PatientConfig};

use super::Platform;
use super::agenda::Entry;
use super::faults::Faults;
use super::notifications::Notification;
use super::patients::Patient;
use super::planting::Planting;
use super::saved;
use super::store::Order;
use super::story::{Step, StoryLine};
use super::tokens::Issued;

/// Counters are below this, so that they can grow and every reader of JSON has them exact.
pub(crate) const MAX_COUNT: u64 = 1 << 53;

/// A part of a state.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Record {
    /// What is small enough to be written whole.
    General(General),
    /// An order without its story.
    Order { place: usize, order: Box<Order> },
    /// Lines that follow those of earlier records.
    Story {
        place: usize,
        lines: Vec<Line>,
        left_out: usize,
    },
    /// A notification.
    Notification {
        number: u64,
        notification: Notification,
    },
    /// Something that waits for its time; without an entry it waits no longer.
    Agenda {
        due: Timestamp,
        entered: u64,
        entry: Option<Entry>,
    },
    /// An access token; without what was issued it is forgotten.
    Token {
        token: String,
        issued: Option<Issued>,
    },
    /// A patient who bound a card.
    Patient(PatientConfig),
}

/// Counters, faults and what is planted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct General {
    serial: u64,
    notifications: u64,
    entered: u64,
    faults: Faults,
    plantings: Vec<Planting>,
}

/// A line of a story.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Line {
    #[serde(with = "saved::value")]
    time: BeijingTime,
    step: Step,
}

/// No platform can be made of records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RestoreError {
    Config(ConfigError),
    /// Records contradict one another.
    Inconsistent(&'static str),
}

impl Platform {
    /// From now on remembers what changes.
    pub(crate) fn track(&mut self) {
        self.orders.changed.start();
        self.outbox.changed.start();
        self.agenda.changed.start();
        self.tokens.changed.start();
        self.bound.start();
        for order in self.orders.iter_unmarked() {
            order.story.saved = order.story.lines.len();
        }
    }

    /// What has changed since it was asked last, without what [`general`](Self::general) has.
    pub(crate) fn changes(&mut self) -> Vec<Record> {
        let mut records = Vec::new();
        for place in self.orders.changed.take() {
            records.push(self.order_record(place));
            let from = self.orders[place].story.saved;
            records.extend(self.story_record(place, from));
            if let Some(order) = self.orders.iter_unmarked().nth(place) {
                order.story.saved = order.story.lines.len();
            }
        }
        for number in self.outbox.changed.take() {
            records.extend(self.notification_record(number));
        }
        for (due, entered) in self.agenda.changed.take() {
            let entry = self.agenda.entry(due, entered);
            records.push(Record::Agenda {
                due,
                entered,
                entry,
            });
        }
        for token in self.tokens.changed.take() {
            let issued = self.tokens.get(&token).cloned();
            records.push(Record::Token { token, issued });
        }
        let bound = self.bound.take().into_iter();
        let bound = bound.filter_map(|place| self.patients.get(place));
        records.extend(bound.map(|patient| Record::Patient(patient.saved())));
        records
    }

    /// Counters, faults and what is planted.
    pub(crate) fn general(&self) -> General {
        General {
            serial: self.serial,
            notifications: self.outbox.last,
            entered: self.agenda.entered,
            faults: self.faults.clone(),
            plantings: self.plantings.clone(),
        }
    }

    /// All of it.
    pub(crate) fn records(&self) -> Vec<Record> {
        let mut records = vec![Record::General(self.general())];
        for place in 0..self.orders.iter().count() {
            records.push(self.order_record(place));
            records.extend(self.story_record(place, 0));
        }
        let notifications = self.outbox.numbers();
        records.extend(notifications.filter_map(|number| self.notification_record(number)));
        let waiting = self.agenda.iter();
        records.extend(waiting.map(|(due, entered, entry)| Record::Agenda {
            due,
            entered,
            entry: Some(entry),
        }));
        let tokens = self.tokens.iter();
        records.extend(tokens.map(|(token, issued)| Record::Token {
            token: token.to_owned(),
            issued: Some(issued.clone()),
        }));
        let bound = self.patients.iter().filter(|patient| patient.bound_here);
        records.extend(bound.map(|patient| Record::Patient(patient.saved())));
        records
    }

    fn order_record(&self, place: usize) -> Record {
        let order = Box::new(self.orders[place].without_story());
        Record::Order { place, order }
    }

    fn story_record(&self, place: usize, from: usize) -> Option<Record> {
        let story = &self.orders[place].story;
        let lines = story.lines.get(from..).unwrap_or_default().iter();
        let lines: Vec<Line> = lines
            .map(|StoryLine { time, step }| Line {
                time: *time,
                step: step.clone(),
            })
            .collect();
        let left_out = story.left_out;
        (!lines.is_empty() || left_out > 0).then_some(Record::Story {
            place,
            lines,
            left_out,
        })
    }

    fn notification_record(&self, number: u64) -> Option<Record> {
        let notification = self.outbox.of(number)?.clone();
        Some(Record::Notification {
            number,
            notification,
        })
    }

    /// The platform that these records describe.
    pub(crate) fn restored(
        config: Config,
        pay_origin: impl Into<String>,
        records: Vec<Record>,
    ) -> Result<Self, RestoreError> {
        let mut platform = Self::new(config, pay_origin).map_err(RestoreError::Config)?;
        for record in records {
            platform.apply(record)?;
        }
        platform.check()?;
        platform.orders.index();
        platform.deliver_again();
        Ok(platform)
    }

    fn apply(&mut self, record: Record) -> Result<(), RestoreError> {
        match record {
            Record::General(general) => {
                self.serial = general.serial;
                self.outbox.last = general.notifications;
                self.agenda.entered = general.entered;
                self.faults = general.faults;
                self.plantings = general.plantings;
            }
            Record::Order { place, order } => {
                if !self.orders.put(place, *order) {
                    return Err(RestoreError::Inconsistent("an order is missing"));
                }
            }
            Record::Story {
                place,
                lines,
                left_out,
            } => {
                let order = self.orders.iter_unmarked().nth(place);
                let order = order.ok_or(RestoreError::Inconsistent("a story without its order"))?;
                let lines = lines.into_iter();
                let lines = lines.map(|Line { time, step }| StoryLine { time, step });
                order.story.lines.extend(lines);
                order.story.left_out = left_out;
            }
            Record::Notification {
                number,
                notification,
            } => self.outbox.put(number, notification),
            Record::Agenda {
                due,
                entered,
                entry,
            } => self.agenda.put(due, entered, entry),
            Record::Token { token, issued } => self.tokens.put(token, issued),
            Record::Patient(saved) => {
                let patient = Patient::bound(&saved);
                let patient =
                    patient.ok_or(RestoreError::Inconsistent("a patient's digest is invalid"))?;
                self.bind(patient);
            }
        }
        Ok(())
    }

    /// What an edited file could have wrong, so that nothing is looked for later that is not there.
    fn check(&self) -> Result<(), RestoreError> {
        let orders = self.orders.iter().count();
        let has = |order: usize| order < orders;
        let sent = |number: u64| self.outbox.of(number).is_some();
        let known = |entry: Entry| match entry {
            Entry::Settle(order, _) | Entry::Reversed(order) | Entry::Refunded(order) => has(order),
            Entry::Notify(number) | Entry::Release(number) => sent(number),
        };
        let merchants = self.merchants.len();
        let wrong = [
            (
                self.orders.iter().any(|order| order.merchant >= merchants),
                "an order of an unknown hospital",
            ),
            (
                (self.orders.iter()).any(|order| order.notification.is_some_and(|it| !sent(it))),
                "an order without its notification",
            ),
            (
                (self.outbox.numbers())
                    .filter_map(|number| self.outbox.of(number))
                    .any(|it| !has(it.order) || it.attempts as u64 >= MAX_COUNT),
                "a notification without its order",
            ),
            (
                self.agenda.iter().any(|(_, _, entry)| !known(entry)),
                "something waits that is not there",
            ),
            (
                self.tokens.iter().any(|(_, it)| it.merchant >= merchants),
                "a token of an unknown hospital",
            ),
            (
                [self.serial, self.outbox.last, self.agenda.entered]
                    .into_iter()
                    .chain(self.faults.counters())
                    .any(|count| count >= MAX_COUNT),
                "a counter is too large",
            ),
        ];
        match wrong.into_iter().find(|(is_wrong, _)| *is_wrong) {
            Some((_, words)) => Err(RestoreError::Inconsistent(words)),
            None => Ok(()),
        }
    }

    /// Notifications that neither have ended nor wait for their time were under way.
    fn deliver_again(&mut self) {
        let (mut waiting, mut held) = (Vec::new(), Vec::new());
        for (_, _, entry) in self.agenda.iter() {
            match entry {
                Entry::Notify(number) => waiting.push(number),
                Entry::Release(number) => held.push(number),
                Entry::Settle(..) | Entry::Reversed(_) | Entry::Refunded(_) => {}
            }
        }
        waiting.sort_unstable();
        held.sort_unstable();
        let under_way: Vec<u64> = (self.outbox.numbers())
            .filter(|number| self.outbox.of(*number).is_some_and(|it| !it.ended))
            .filter(|number| waiting.binary_search(number).is_err())
            .collect();
        for number in under_way {
            match held.binary_search(&number) {
                Ok(_) => self.outbox.hold(number),
                Err(_) => self.outbox.ready(number),
            }
        }
    }
}
