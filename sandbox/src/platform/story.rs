//! What happened to each order, in the order of its times: for the person in front of the sandbox.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use signed_xml::BeijingTime;

use super::{Act, Forgery, Platform};

/// At most so many lines of one order. Later ones are counted only.
const MAX_LINES: usize = 1_000;

/// One thing that happened to an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct StoryLine {
    /// The time of the sandbox.
    #[serde(serialize_with = "shown")]
    pub time: BeijingTime,
    /// What happened.
    #[serde(flatten)]
    pub step: Step,
}

/// What happened to an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Step {
    /// The hospital called an interface about it.
    Called {
        /// The interface: `queryorder`.
        interface: String,
        /// The number of the call in the traffic log.
        exchange: u64,
        /// The code or word of the refusal; `None` if the call succeeded.
        code: Option<String>,
    },
    /// The patient did something.
    Acted {
        /// What.
        act: Act,
    },
    /// The order has another state.
    Moved {
        /// The state now.
        state: String,
    },
    /// The refund has another state.
    RefundMoved {
        /// The hospital's number of the refund.
        hosp_out_refund_no: String,
        /// The state now.
        state: String,
    },
    /// A notification was posted.
    Notified {
        /// The number of the delivery, from 1; 0 for one that the schedule does not know.
        attempt: usize,
        /// Its number in the traffic log.
        exchange: u64,
        /// How it was forged, if it was.
        forged: Option<Forgery>,
        /// Why the answer does not count as accepted; `None` if it does.
        refused: Option<String>,
    },
}

/// The lines of one order.
#[derive(Debug, Clone, Default)]
pub(super) struct Story {
    pub(super) lines: Vec<StoryLine>,
    pub(super) left_out: usize,
    /// So many lines are saved already.
    pub(super) saved: usize,
}

impl Story {
    fn add(&mut self, line: StoryLine) {
        match self.lines.len() < MAX_LINES {
            true => self.lines.push(line),
            false => self.left_out += 1,
        }
    }
}

impl Platform {
    /// Adds a line to the story of an order, at the time that the platform has come to.
    pub(super) fn tell(&mut self, order: usize, step: Step) {
        let time = BeijingTime::at(self.clock);
        self.orders[order].story.add(StoryLine { time, step });
    }

    /// Adds what the server knows: a call, or the delivery of a notification.
    pub(crate) fn note(&mut self, med_trans_id: &str, now: Timestamp, step: Step) {
        self.clock = self.clock.max(now);
        if let Ok(order) = self.the_order(med_trans_id) {
            self.tell(order, step);
        }
    }

    /// The story of an order, oldest line first, and how many lines were left out at its end. The
    /// order is named as in [`Platform::patient`].
    ///
    /// # Errors
    ///
    /// [`ActError`](super::ActError) if there is no such order.
    pub fn story(&self, order: &str) -> Result<(&[StoryLine], usize), super::ActError> {
        let story = &self.orders[self.the_order(order)?].story;
        Ok((&story.lines, story.left_out))
    }

    /// The order that a message is about, by the numbers in it: `(name, value)` of the fields that
    /// name an order, a refund or a merchant.
    pub(crate) fn named_in<'a>(
        &self,
        fields: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> Option<String> {
        let mut merchants: Vec<usize> = (0..self.merchants.len()).collect();
        let (mut trade_no, mut refund_no, mut refund_id) = (None, None, None);
        for (name, value) in fields {
            let config = |merchant: &usize| &self.merchants[*merchant].config;
            match name {
                "med_trans_id" if self.the_order(value).is_ok() => return Some(value.to_owned()),
                "hosp_out_trade_no" => trade_no = Some(value),
                "hosp_out_refund_no" => refund_no = Some(value),
                "med_refund_id" => refund_id = Some(value),
                "appid" => merchants.retain(|merchant| config(merchant).appid == value),
                "sub_mch_id" => {
                    merchants
                        .retain(|merchant| config(merchant).sub_mch_id.as_deref() == Some(value));
                }
                _ => {}
            }
        }
        let found = merchants.iter().find_map(|merchant| {
            let by = |find: fn(&super::Orders, usize, &str) -> Option<usize>,
                      number: Option<&str>| {
                number.and_then(|number| find(&self.orders, *merchant, number))
            };
            by(super::Orders::by_trade_no, trade_no)
                .or_else(|| by(super::Orders::by_refund_no, refund_no))
                .or_else(|| by(super::Orders::by_refund_id, refund_id))
        })?;
        Some(self.orders[found].med_trans_id.clone())
    }
}

fn shown<S: serde::Serializer>(time: &BeijingTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(time)
}
