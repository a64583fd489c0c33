//! What the platform says of an order, by whichever way it came: the reply of queryorder, a notification, or the bare fields of either.
//!
//! A genuine message that lacks a field is still read here: what it says of the state must not be lost to a strict parser.
//! Source: interface document, 3.4 and 3.5.

use jiff::Timestamp;
use payinsurance::enums::{MedTradeState, ResultCode};
use payinsurance::notification::Notification;
use signed_xml::{BeijingTime, Fen, Fields, Message};

use crate::Order;

/// Which fields are kept of a paid order, for the hospital's own books.
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

/// What the platform says of an order. Not every message says all of it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Told {
    /// The state, `None` if the message says only that something failed.
    pub(crate) state: Option<MedTradeState>,
    pub(crate) hosp_out_trade_no: String,
    pub(crate) med_trans_id: Option<String>,
    pub(crate) total_fee: Option<Fen>,
    pub(crate) cash_fee: Option<Fen>,
    pub(crate) insurance_fee: Option<Fen>,
    pub(crate) serial_no: Option<String>,
    pub(crate) bill_no: Option<String>,
    pub(crate) time_end: Option<Timestamp>,
    pub(crate) facts: Vec<(String, String)>,
}

impl Told {
    /// Reads the verified reply of queryorder, typed or not.
    pub(crate) fn by_query(fields: &Fields) -> Self {
        let state = text(fields, "med_trade_state").map(|word| MedTradeState::from_wire(&word));
        Self::read(fields, state)
    }

    /// Reads a verified notification: success says that the order is paid, failure says nothing final.
    pub(crate) fn by_notification(message: &Notification) -> Option<Self> {
        let fields = Fields::of(message).ok()?;
        let paid = message.result_code == ResultCode::Success;
        Some(Self::read(&fields, paid.then_some(MedTradeState::Success)))
    }

    fn read(fields: &Fields, state: Option<MedTradeState>) -> Self {
        let fen = |name| text(fields, name)?.parse().ok().map(Fen);
        let time = text(fields, "time_end").and_then(|time| time.parse::<BeijingTime>().ok());
        Self {
            state,
            hosp_out_trade_no: text(fields, "hosp_out_trade_no").unwrap_or_default(),
            med_trans_id: text(fields, "med_trans_id"),
            total_fee: fen("total_fee"),
            cash_fee: fen("cash_fee"),
            insurance_fee: fen("insurance_fee"),
            serial_no: text(fields, "serial_no"),
            bill_no: text(fields, "bill_no"),
            time_end: time.map(BeijingTime::timestamp),
            facts: FACTS
                .iter()
                .filter_map(|name| Some(((*name).to_owned(), text(fields, name)?)))
                .collect(),
        }
    }

    /// The state as the history shows it: `SUCCESS`.
    pub(crate) fn word(&self) -> &str {
        self.state
            .as_ref()
            .map_or("no success", MedTradeState::as_str)
    }

    /// What of it cannot be true of this order, if anything.
    ///
    /// Amounts may differ if the order lets the bureau settle on others (`allow_fee_change` 1).
    pub(crate) fn contradicts(&self, order: &Order) -> Option<String> {
        let key = &order.key;
        if self.hosp_out_trade_no != key.hosp_out_trade_no {
            return Some("it is told of another hosp_out_trade_no".to_owned());
        }
        let known = order.placed.as_ref().map(|placed| &*placed.med_trans_id);
        let numbers = [
            ("med_trans_id", self.med_trans_id.as_deref(), known),
            (
                "serial_no",
                self.serial_no.as_deref(),
                order.field("serial_no"),
            ),
            ("bill_no", self.bill_no.as_deref(), order.field("bill_no")),
        ];
        for (name, told, ours) in numbers {
            if let (Some(told), Some(ours)) = (told, ours)
                && told != ours
            {
                return Some(format!("{name} is {told}, ours is {ours}"));
            }
        }
        if order.amounts.may_change {
            return None;
        }
        let amounts = [
            ("total_fee", self.total_fee, order.amounts.total_fee),
            ("cash_fee", self.cash_fee, order.amounts.cash_fee),
            (
                "insurance_fee",
                self.insurance_fee,
                order.amounts.insurance_fee,
            ),
        ];
        let wrong = amounts.into_iter().find_map(|(name, told, ours)| {
            Some((name, told?, ours)).filter(|(_, told, ours)| told != ours)
        });
        wrong.map(|(name, told, ours)| format!("{name} is {} fen, ours is {} fen", told.0, ours.0))
    }

    /// Why it does not suffice to believe a payment, if so: a message of success without its total proves nothing about the amount.
    pub(crate) fn lacks(&self) -> Option<&'static str> {
        self.total_fee
            .is_none()
            .then_some("it says SUCCESS and no total_fee")
    }
}

/// The fields of a typed message; they were read from fields, so they are some.
pub(crate) fn fields_of<M: Message>(message: &M) -> Option<Fields> {
    Fields::of(message).ok()
}

/// A value that is there and not empty.
fn text(fields: &Fields, name: &str) -> Option<String> {
    fields
        .get(name)
        .filter(|value| !value.is_empty())
        .map(str::to_owned)
}
