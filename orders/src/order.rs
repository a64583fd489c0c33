//! An order as the desk stores it: one record, with its one refund inside.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use payinsurance::unifiedorder;
use serde::{Deserialize, Serialize};
use signed_xml::{Effect, Fen};

use crate::State;

/// Which order is meant: numbers are unique per hospital only.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct OrderKey {
    /// Name under which the desk knows the hospital.
    pub merchant: String,
    /// Number that the hospital side gave the order.
    pub hosp_out_trade_no: String,
}

/// An order.
///
/// `request`, `facts`, the refund's `request_content` and the link to pay hold personal data and secrets: `Debug` and `Serialize` leave them out.
/// [`Order::shown_request`] and [`Order::shown_facts`] give what may be shown of them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Hospital and number.
    pub key: OrderKey,
    /// Counts the changes; a change that was decided on an older revision is refused by the store.
    pub revision: u64,
    /// Its state.
    pub state: State,
    /// SHA-256 of what the caller asked for, in hex: distinguishes the same order from another one under the same number.
    pub digest: String,
    /// Name and value of each field that the caller gave to unifiedorder, by name; needed to send it again.
    #[serde(default, skip_serializing)]
    pub request: Arc<[(String, String)]>,
    /// What it costs, as asked for or, once it is paid, as it was settled.
    pub amounts: Amounts,
    /// What the platform answered when it took the order.
    pub placed: Option<Placed>,
    /// Its refund; there is never a second one.
    pub refund: Option<Refund>,
    /// True once closing was asked for.
    pub close_wanted: bool,
    /// True while the order is to be replaced: it is closed, and placed again under another number. False again once it is replaced or paid.
    #[serde(default)]
    pub replace_wanted: bool,
    /// The number of the order that was placed instead of this one, which is closed.
    #[serde(default)]
    pub replaced_by: Option<String>,
    /// The number of the order that this one was placed instead of.
    #[serde(default)]
    pub replaces: Option<String>,
    /// Facts that the platform reported: name and value of each, for the hospital's own books (`time_end`, `cash_order_id`, …; `err_code` of a refused
    /// order). Some are personal: [`Order::shown_facts`] leaves those out.
    #[serde(default, skip_serializing)]
    pub facts: Vec<(String, String)>,
    /// What the platform reported last, in short: a line of history is written when it reports something else.
    pub reported: String,
    /// When unifiedorder or refund was sent last, as long as the outcome is unknown: it may still be on its way.
    pub sent_at: Option<Timestamp>,
    /// How often in a row the platform said that it knows no such order.
    pub missing: u32,
    /// Key of the notification that was accepted last: the same one again needs no look at the inbox.
    pub notification: Option<String>,
    /// Times of what happened.
    pub times: Timestamps,
    /// When a worker looks at it next; `None` when there is nothing left to do.
    pub due_at: Option<Timestamp>,
    /// Attempts since something last changed, for backoff.
    pub attempts: u32,
    /// What the platform reported that cannot be true of the order, until later evidence agrees or a person settles it.
    #[serde(default)]
    pub contradiction: Option<Contradiction>,
    /// How many contradictions there have been: distinguishes the events of two of them.
    #[serde(default)]
    pub contradictions: u32,
    /// What went wrong with the last call about this order; `None` once a call was answered. `place`, `refund` and `close` return `Ok` while the
    /// outcome is open, so look here for a wrong key, a wrong app secret or a platform that cannot be reached.
    #[serde(default)]
    pub last_error: Option<LastError>,
    /// Until when workers look at it before other orders, since the patient has just come back and waits.
    #[serde(default)]
    pub urgent_until: Option<Timestamp>,
}

/// Why a call to the platform did not succeed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastError {
    /// When the call ended.
    pub at: Timestamp,
    /// The interface called: `unifiedorder`.
    pub interface: String,
    /// The text of [`payinsurance::Error`], at most 600 characters. Keys, tokens and the personal values of the order are redacted.
    pub text: String,
    /// Whether the call may have taken effect.
    #[serde(with = "effect_as_str")]
    pub effect: Effect,
}

/// What an order costs, in fen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amounts {
    /// Whole order.
    pub total_fee: Fen,
    /// Cash part.
    pub cash_fee: Fen,
    /// Insurance part.
    pub insurance_fee: Fen,
    /// True if the bureau may settle on other parts than were asked for (`allow_fee_change` 1).
    pub may_change: bool,
    /// True once the order is paid: from then on the amounts stay as they are.
    #[serde(default)]
    pub settled: bool,
}

/// What the platform reported that cannot be true of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contradiction {
    /// Where it was reported: `query`, `notified`, `placed`, `close`, `refund`, `queryrefund`.
    pub source: String,
    /// What was reported and what is known instead; nothing personal.
    pub reason: String,
    /// Since when.
    pub since: Timestamp,
}

/// What the platform answered when it took the order (3.3).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placed {
    /// The platform's number of the order.
    pub med_trans_id: String,
    /// Where the patient pays; unknown when the answer was lost and only a query reported the order.
    #[serde(default, skip_serializing)]
    pub pay_url: Option<String>,
    /// The mini program that pays, if that is how.
    pub pay_appid: Option<String>,
}

/// The refund of an order: one number, whatever happens (3.6).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// Number that the hospital side gave the refund.
    pub hosp_out_refund_no: String,
    /// The platform's number of it.
    pub med_refund_id: Option<String>,
    /// Cash to be given back alone; `None` refunds everything.
    pub cash_only: Option<Fen>,
    /// What is passed on to the bureau, as JSON: needed to send it again; personal. Empty if the refund was not asked for by this desk.
    #[serde(default, skip_serializing)]
    pub request_content: String,
    /// How often it was sent since it was last asked for; sent again by itself up to [`Policy::refund_tries`](crate::Policy::refund_tries).
    pub tries: u32,
    /// How often it was sent in all: distinguishes the events of two attempts.
    #[serde(default)]
    pub attempt: u32,
    /// Its state.
    pub state: RefundState,
    /// Cash that went back.
    pub cash_refund_fee: Option<Fen>,
    /// Insurance that went back.
    pub insurance_refund_fee: Option<Fen>,
}

/// How a refund stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RefundState {
    /// Stored; the platform may have it or not.
    Asking,
    /// Taken by the platform and under way.
    Accepted,
    /// The money went back.
    Succeeded,
    /// It did not go back by itself; repeated under the same number, or settled by people.
    Failed,
}

impl RefundState {
    /// The word that is stored and shown: `asking`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asking => "asking",
            Self::Accepted => "accepted",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
        }
    }
}

/// Times of what happened to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timestamps {
    /// Stored.
    pub created_at: Timestamp,
    /// Last changed.
    pub updated_at: Timestamp,
    /// When it is closed if it is not paid by then.
    pub expires_at: Option<Timestamp>,
    /// Paid, as the platform reports (`time_end`).
    pub paid_at: Option<Timestamp>,
    /// When the order ended unpaid: closed, failed or refused.
    #[serde(default)]
    pub ended_at: Option<Timestamp>,
}

impl fmt::Display for LastError {
    /// The interface and the text: ``unifiedorder: no connection to …``.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.interface, self.text)
    }
}

/// [`Effect`] as one word.
mod effect_as_str {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};
    use signed_xml::Effect;

    pub(super) fn serialize<S: Serializer>(effect: &Effect, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(effect.as_str())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Effect, D::Error> {
        let found = String::deserialize(from)?;
        let mut effects = Effect::ALL.into_iter();
        let effect = effects.find(|effect| effect.as_str() == found);
        effect.ok_or_else(|| D::Error::custom("expected not_sent, refused or unknown"))
    }
}

impl fmt::Debug for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Order")
            .field("key", &self.key)
            .field("revision", &self.revision)
            .field("state", &self.state)
            .field("amounts", &self.amounts)
            .field("refund", &self.refund)
            .field("times", &self.times)
            .field("due_at", &self.due_at)
            .field("last_error", &self.last_error)
            .finish_non_exhaustive()
    }
}

impl Placed {
    /// The reply of unifiedorder, as far as it is stored: its views say how the patient pays from an official account (1.5.1), a mini program
    /// (1.5.2) or an app (1.5.3). `None` if the link to pay was lost with the reply.
    ///
    /// # Examples
    ///
    /// ```
    /// use payinsurance_orders::Placed;
    ///
    /// let placed = Placed {
    ///     med_trans_id: "M1".to_owned(),
    ///     pay_url: Some("pages/pay?id=M1".to_owned()),
    ///     pay_appid: Some("wx0000000000000001".to_owned()),
    /// };
    /// let reply = placed.reply().unwrap();
    /// assert_eq!(reply.mini_program().unwrap().path, "pages/pay?id=M1");
    /// assert!(reply.app().is_none());
    /// ```
    #[must_use]
    pub fn reply(&self) -> Option<unifiedorder::Response> {
        let mut reply = unifiedorder::Response::default();
        reply.med_trans_id = self.med_trans_id.as_str().into();
        reply.pay_url = self.pay_url.as_deref()?.into();
        reply.pay_appid = self.pay_appid.as_deref().map(Into::into);
        Some(reply)
    }
}

impl fmt::Debug for Refund {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refund")
            .field("hosp_out_refund_no", &self.hosp_out_refund_no)
            .field("state", &self.state)
            .field("cash_only", &self.cash_only)
            .finish_non_exhaustive()
    }
}

impl OrderKey {
    /// False if a store may be unable to hold it: such an order does not exist.
    pub(crate) fn can_be_kept(&self) -> bool {
        control_character(&self.merchant).is_none()
            && control_character(&self.hosp_out_trade_no).is_none()
    }
}

/// Which character of a name or number is a control character, counted from 1. PostgreSQL refuses NUL, and screens do not show the others.
pub(crate) fn control_character(text: &str) -> Option<usize> {
    let at = text.chars().position(char::is_control);
    at.map(|at| at + 1)
}

impl Order {
    /// True if workers look at it before other orders: it may not have reached the platform yet, or its patient has just come back and waits.
    ///
    /// Stores write this beside the order: it ends with the change that clears `urgent_until`.
    #[must_use]
    pub fn is_urgent(&self) -> bool {
        self.state == State::Placing || self.urgent_until.is_some()
    }

    /// The number of its refund, which no other order of the hospital may have. `None` while it has no refund, or one whose number is not known.
    pub(crate) fn refund_number(&self) -> Option<&str> {
        let refund = self.refund.as_ref()?;
        Some(&*refund.hosp_out_refund_no).filter(|number| !number.is_empty())
    }

    /// The value of a field that the caller gave to unifiedorder.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.request
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.as_str())
    }
}
