//! What the platform reports of an order: the reply of queryorder, a notification, or the verified
//! fields of one that cannot be given its type.
//!
//! A message is evidence only of what it is about. Each number in it is held against every number
//! known of the order: one that differs is a contradiction, an absent one proves nothing. A payment
//! needs at least one number that matches, and its amounts must be those of the order. A number
//! counts wherever it is, in fields that the document does not list for the message too.
//! Source: interface document, 3.4 and 3.5; `allow_fee_change` in 3.3.

use std::fmt;

use jiff::Timestamp;
use payinsurance::enums::{CashTradeStatus, InsuranceTradeStatus, MedTradeState, ResultCode};
use payinsurance::notification::Notification;
use payinsurance::queryorder;
use signed_xml::{BeijingTime, Fen, Field, Fields, Message, Sink, UnknownFields, Value};

use crate::planted::{self, Fault};
use crate::{Order, Policy};

/// Which fields of a payment are stored for the hospital's own books.
const FACTS: [&str; 10] = [
    "time_end",
    "pay_type",
    "cash_order_id",
    "insurance_order_id",
    "Insurance_self_fee",
    "insurance_fund_fee",
    "insurance_other_fee",
    "medical_card_id",
    "response_content",
    "attach",
];

/// An amount as a message reports it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Amount {
    /// The message does not have the field, or it is empty.
    #[default]
    Absent,
    /// A whole number of fen.
    Fen(Fen),
    /// Something else: never an absence, always a contradiction.
    Unreadable,
}

impl Amount {
    /// The amount in a field of a message that has no type, or that its type does not know.
    pub(crate) fn named(text: Option<&str>) -> Self {
        match text.unwrap_or_default() {
            "" => Self::Absent,
            // `parse` alone would accept a leading `+`.
            digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits
                .parse()
                .map_or(Self::Unreadable, |fen| Self::Fen(Fen(fen))),
            _ => Self::Unreadable,
        }
    }

    /// The amount, if the message reports one.
    pub(crate) fn fen(&self) -> Option<Fen> {
        match self {
            Self::Fen(fen) => Some(*fen),
            Self::Absent | Self::Unreadable => None,
        }
    }
}

impl From<Option<Fen>> for Amount {
    fn from(fen: Option<Fen>) -> Self {
        fen.map_or(Self::Absent, Self::Fen)
    }
}

/// The numbers that a message names: of the order and of its refund. Empty ones are absent.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Numbers {
    pub(crate) hosp_out_trade_no: Option<String>,
    pub(crate) med_trans_id: Option<String>,
    pub(crate) serial_no: Option<String>,
    pub(crate) bill_no: Option<String>,
    pub(crate) hosp_out_refund_no: Option<String>,
    pub(crate) med_refund_id: Option<String>,
}

impl Numbers {
    /// The numbers in a message that has no type.
    pub(crate) fn of(fields: &Fields) -> Self {
        Self::named(|name| fields.get(name))
    }

    /// The numbers in the fields that the type of a message does not know.
    pub(crate) fn in_unknown(fields: &UnknownFields) -> Self {
        Self::named(|name| fields.get(name))
    }

    fn named<'a>(value: impl Fn(&str) -> Option<&'a str>) -> Self {
        let number = |name| text(value(name));
        Self {
            hosp_out_trade_no: number("hosp_out_trade_no"),
            med_trans_id: number("med_trans_id"),
            serial_no: number("serial_no"),
            bill_no: number("bill_no"),
            hosp_out_refund_no: number("hosp_out_refund_no"),
            med_refund_id: number("med_refund_id"),
        }
    }

    /// Name, reported number and our number, of each that both sides know.
    fn known_to_both<'a>(
        &'a self,
        order: &'a Order,
    ) -> impl Iterator<Item = (&'static str, &'a str, &'a str)> {
        let refund = order.refund.as_ref();
        let pairs = [
            (
                "hosp_out_trade_no",
                &self.hosp_out_trade_no,
                Some(&*order.key.hosp_out_trade_no),
            ),
            (
                "med_trans_id",
                &self.med_trans_id,
                order.placed.as_ref().map(|placed| &*placed.med_trans_id),
            ),
            ("serial_no", &self.serial_no, order.field("serial_no")),
            ("bill_no", &self.bill_no, order.field("bill_no")),
            (
                "hosp_out_refund_no",
                &self.hosp_out_refund_no,
                refund.map(|refund| &*refund.hosp_out_refund_no),
            ),
            (
                "med_refund_id",
                &self.med_refund_id,
                refund.and_then(|refund| refund.med_refund_id.as_deref()),
            ),
        ];
        pairs.into_iter().filter_map(|(name, reported, ours)| {
            let ours = ours.filter(|ours| !ours.is_empty())?;
            Some((name, reported.as_deref()?, ours))
        })
    }

    /// The first number that is not ours, as the reason of a contradiction.
    pub(crate) fn contradict(&self, order: &Order) -> Option<String> {
        let mut known = self.known_to_both(order);
        let (name, reported, ours) = known.find(|(_, reported, ours)| reported != ours)?;
        Some(format!("{name} is {reported}, ours is {ours}"))
    }

    /// True if a number of the message is that of the order's refund.
    pub(crate) fn name_refund(&self, order: &Order) -> bool {
        self.known_to_both(order).any(|(name, reported, ours)| {
            matches!(name, "hosp_out_refund_no" | "med_refund_id") && reported == ours
        })
    }

    /// True if at least one number of the message is the order's or its refund's.
    pub(crate) fn name(&self, order: &Order) -> bool {
        self.known_to_both(order)
            .any(|(_, reported, ours)| reported == ours)
    }
}

/// What the platform reports of an order. Not every message has all of it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct PlatformState {
    /// The state, `None` if the message says only that something failed.
    pub(crate) state: Option<MedTradeState>,
    pub(crate) numbers: Numbers,
    pub(crate) total_fee: Amount,
    pub(crate) cash_fee: Amount,
    pub(crate) insurance_fee: Amount,
    /// Money of one part was taken, whatever the state of the whole order is.
    pub(crate) part_is_paid: bool,
    pub(crate) time_end: Option<Timestamp>,
    pub(crate) facts: Vec<(String, String)>,
}

impl PlatformState {
    /// Reads the verified fields of a queryorder reply that cannot be given its type.
    pub(crate) fn of_untyped_reply(fields: &Fields) -> Self {
        Self::untyped(fields, med_trade_state(fields.get("med_trade_state")))
    }

    /// Reads the verified fields of a notification that cannot be given its type.
    pub(crate) fn of_untyped_notification(fields: &Fields) -> Self {
        let success = fields.get("result_code") == Some(ResultCode::Success.as_str());
        Self::untyped(
            fields,
            notified_state(success, fields.get("med_trade_state")),
        )
    }

    fn untyped(fields: &Fields, state: Option<MedTradeState>) -> Self {
        let part = |name, paid| fields.get(name) == Some(paid);
        let time = text(fields.get("time_end"));
        let time = time.and_then(|time| BeijingTime::from_wire(&time).ok());
        Self {
            state,
            numbers: Numbers::of(fields),
            total_fee: Amount::named(fields.get("total_fee")),
            cash_fee: Amount::named(fields.get("cash_fee")),
            insurance_fee: Amount::named(fields.get("insurance_fee")),
            part_is_paid: part("cash_trade_status", CashTradeStatus::Success.as_str())
                || part(
                    "insurance_trade_status",
                    InsuranceTradeStatus::Payed.as_str(),
                ),
            time_end: time.map(BeijingTime::timestamp),
            facts: FACTS
                .iter()
                .filter_map(|name| Some(((*name).to_owned(), text(fields.get(name))?)))
                .collect(),
        }
    }

    /// The state as the history shows it: `SUCCESS`.
    pub(crate) fn as_str(&self) -> &str {
        self.state
            .as_ref()
            .map_or("no success", MedTradeState::as_str)
    }

    /// What of it cannot be true of this order, if anything.
    ///
    /// `total_fee` is the order's, whatever `allow_fee_change` says, unless the policy allows another one. With `allow_fee_change` 1 the bureau
    /// may settle on other parts, once, and cash and insurance together never exceed the total. Settled amounts stay as they are.
    pub(crate) fn contradicts(&self, order: &Order, policy: &Policy) -> Option<String> {
        if let Some(reason) = self.numbers.contradict(order) {
            return Some(reason);
        }
        let ours = &order.amounts;
        if planted::fault(Fault::AmountsUnchecked) && ours.may_change {
            return None;
        }
        let parts_may_change = ours.may_change && !ours.settled;
        let total_may_change = parts_may_change && policy.total_may_change;
        let amounts = [
            (
                "total_fee",
                &self.total_fee,
                ours.total_fee,
                total_may_change,
            ),
            ("cash_fee", &self.cash_fee, ours.cash_fee, parts_may_change),
            (
                "insurance_fee",
                &self.insurance_fee,
                ours.insurance_fee,
                parts_may_change,
            ),
        ];
        for (name, reported, ours, may_change) in amounts {
            match reported {
                Amount::Unreadable => return Some(format!("{name} is not an amount in fen")),
                Amount::Fen(reported) if *reported != ours && !may_change => {
                    return Some(format!(
                        "{name} is {} fen, ours is {} fen",
                        reported.0, ours.0
                    ));
                }
                Amount::Fen(_) | Amount::Absent => {}
            }
        }
        let settled = self.settled(order);
        let parts = settled.cash_fee.0.checked_add(settled.insurance_fee.0);
        if parts.is_none_or(|parts| parts > settled.total_fee.0) {
            return Some(format!(
                "cash_fee {} and insurance_fee {} are more than total_fee {}",
                settled.cash_fee.0, settled.insurance_fee.0, settled.total_fee.0
            ));
        }
        None
    }

    /// The amounts of the order as this message reports them; what it does not report stays as it was.
    pub(crate) fn settled(&self, order: &Order) -> crate::Amounts {
        let ours = order.amounts;
        crate::Amounts {
            total_fee: self.total_fee.fen().unwrap_or(ours.total_fee),
            cash_fee: self.cash_fee.fen().unwrap_or(ours.cash_fee),
            insurance_fee: self.insurance_fee.fen().unwrap_or(ours.insurance_fee),
            settled: true,
            ..ours
        }
    }

    /// What the message lacks to prove a payment of this order, if anything.
    pub(crate) fn lacks(&self, order: &Order) -> Option<&'static str> {
        if !self.numbers.name(order) {
            return Some("it says SUCCESS and has no number of the order");
        }
        if self.total_fee == Amount::Absent {
            return Some("it says SUCCESS and has no total_fee");
        }
        None
    }
}

impl From<&Notification> for PlatformState {
    fn from(notification: &Notification) -> Self {
        let success = notification.result_code == ResultCode::Success;
        let unknown = &notification.unknown;
        Self {
            state: notified_state(success, unknown.get("med_trade_state")),
            numbers: Numbers {
                hosp_out_trade_no: Some(notification.hosp_out_trade_no.to_string()),
                med_trans_id: Some(notification.med_trans_id.to_string()),
                serial_no: notification.serial_no.as_ref().map(ToString::to_string),
                bill_no: notification.bill_no.as_ref().map(ToString::to_string),
                ..Numbers::in_unknown(unknown)
            },
            total_fee: Amount::Fen(notification.total_fee),
            cash_fee: Amount::Fen(notification.cash_fee),
            insurance_fee: Amount::Fen(notification.insurance_fee),
            // Only queryorder reports the parts of an order that is not paid.
            part_is_paid: false,
            time_end: notification.time_end.map(BeijingTime::timestamp),
            facts: Facts::of(notification),
        }
    }
}

impl From<&queryorder::Response> for PlatformState {
    fn from(reply: &queryorder::Response) -> Self {
        Self {
            state: Some(reply.med_trade_state.clone()),
            numbers: Numbers {
                hosp_out_trade_no: Some(reply.hosp_out_trade_no.to_string()),
                med_trans_id: Some(reply.med_trans_id.to_string()),
                serial_no: reply.serial_no.as_ref().map(ToString::to_string),
                bill_no: reply.bill_no.as_ref().map(ToString::to_string),
                ..Numbers::in_unknown(&reply.unknown)
            },
            total_fee: Amount::Fen(reply.total_fee),
            cash_fee: Amount::Fen(reply.cash_fee),
            insurance_fee: reply.insurance_fee.into(),
            part_is_paid: reply.cash_trade_status == Some(CashTradeStatus::Success)
                || reply.insurance_trade_status == Some(InsuranceTradeStatus::Payed),
            time_end: reply.time_end.map(BeijingTime::timestamp),
            facts: Facts::of(reply),
        }
    }
}

/// Without amounts' parts and facts, which may be personal.
impl fmt::Debug for PlatformState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlatformState")
            .field("state", &self.state)
            .field("total_fee", &self.total_fee)
            .finish_non_exhaustive()
    }
}

/// The state that a notification reports: success says that the order is paid, failure says nothing
/// final.
///
/// The protocol signs no kind of message, so that a signed reply of queryorder verifies as a
/// notification too. It is taken as what it is: a `med_trade_state` that it has decides, and only
/// SUCCESS says that the order is paid.
fn notified_state(success: bool, queried: Option<&str>) -> Option<MedTradeState> {
    match med_trade_state(queried) {
        Some(state) if !planted::fault(Fault::AnyMessagePays) => Some(state).filter(|_| success),
        _ => success.then_some(MedTradeState::Success),
    }
}

fn med_trade_state(value: Option<&str>) -> Option<MedTradeState> {
    text(value).map(|value| MedTradeState::from_wire(&value))
}

/// A value that is there and not empty.
fn text(value: Option<&str>) -> Option<String> {
    value.filter(|value| !value.is_empty()).map(str::to_owned)
}

/// Collects the fields of a typed message that are stored for the hospital's own books.
#[derive(Default)]
struct Facts(Vec<(String, String)>);

impl Facts {
    fn of<M: Message>(message: &M) -> Vec<(String, String)> {
        let mut facts = Self::default();
        message.visit(&mut facts);
        facts.0
    }
}

impl Sink for Facts {
    fn field<V: Value>(&mut self, field: &'static Field, value: &V) {
        if FACTS.contains(&field.name) {
            let mut text = Vec::new();
            value.write(&mut text);
            let text = String::from_utf8_lossy(&text).into_owned();
            self.0.push((field.name.to_owned(), text));
        }
    }
}
