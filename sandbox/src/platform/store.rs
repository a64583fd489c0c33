//! The orders and the numbers that they are found by.

use std::collections::BTreeMap;

use jiff::Timestamp;
use payinsurance::enums::{CashTradeStatus, InsuranceTradeStatus, MedTradeState, PayType};
use payinsurance::unifiedorder;
use serde::{Deserialize, Serialize};
use signed_xml::{BeijingTime, Fen, Text};

use super::marks::Marks;
use super::saved;
use super::story::Story;

/// An order as the platform has it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Order {
    pub(super) merchant: usize,
    /// As it was placed.
    #[serde(with = "saved::message")]
    pub(super) request: unifiedorder::Request,
    /// As it was sent, byte for byte.
    #[serde(with = "saved::value")]
    pub(super) request_content: Text,
    pub(super) med_trans_id: String,
    pub(super) pay_key: String,
    pub(super) placed: Timestamp,
    /// The parts that are paid: as they were sent, or as the bureau settled them.
    pub(super) parts: Parts,
    #[serde(with = "saved::value")]
    pub(super) state: MedTradeState,
    /// Of the cash part, if cash takes part.
    #[serde(with = "saved::option")]
    pub(super) cash_status: Option<CashTradeStatus>,
    /// Of the insurance part, if insurance takes part.
    #[serde(with = "saved::option")]
    pub(super) insurance_status: Option<InsuranceTradeStatus>,
    pub(super) payment: Option<Payment>,
    pub(super) refund: Option<Refund>,
    pub(super) notification: Option<u64>,
    /// Saved apart: its lines are only ever added to.
    #[serde(skip)]
    pub(super) story: Story,
}

/// What cash and insurance bear of an order.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Parts {
    pub(super) cash_fee: Fen,
    pub(super) insurance_fee: Fen,
    #[serde(with = "saved::value")]
    pub(super) pay_type: PayType,
}

/// A payment that succeeded.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Payment {
    pub(super) at: Timestamp,
    /// WeChat Pay's number of the cash part.
    pub(super) cash_order_id: Option<String>,
    /// The number under which the platform asked WeChat Pay for the cash.
    pub(super) cash_out_trade_no: Option<String>,
    pub(super) insurance: Option<InsurancePayment>,
}

/// The insurance part of a payment.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InsurancePayment {
    pub(super) order_id: String,
    /// The share of the patient's own account.
    pub(super) own_account: Fen,
    /// The share of the pooled fund.
    pub(super) fund: Fen,
    /// The share of other sources.
    pub(super) other: Fen,
    pub(super) medical_card_id: Option<String>,
}

/// The one refund that an order may have.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Refund {
    pub(super) hosp_out_refund_no: String,
    pub(super) med_refund_id: String,
    pub(super) requested: Timestamp,
    /// When all of it had gone back.
    pub(super) done: Option<Timestamp>,
    pub(super) cash_fee: Fen,
    pub(super) insurance_fee: Fen,
    pub(super) cash_refund_id: Option<String>,
    /// The number under which the platform asked WeChat Pay to give the cash back.
    pub(super) cash_out_refund_no: Option<String>,
    pub(super) insurance_refund_id: Option<String>,
    pub(super) cancel_serial_no: String,
    pub(super) cancel_bill_no: String,
    /// What became of it, if it did not succeed.
    pub(super) mishap: Option<RefundMishap>,
}

/// How a refund can end without success.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum RefundMishap {
    /// The cash did not go back to where it came from.
    Change,
    /// It failed.
    Fail,
}

impl Order {
    pub(super) fn trade_no(&self) -> &str {
        &self.request.hosp_out_trade_no
    }

    pub(super) fn without_story(&self) -> Self {
        Self {
            merchant: self.merchant,
            request: self.request.clone(),
            request_content: self.request_content.clone(),
            med_trans_id: self.med_trans_id.clone(),
            pay_key: self.pay_key.clone(),
            placed: self.placed,
            parts: self.parts.clone(),
            state: self.state.clone(),
            cash_status: self.cash_status.clone(),
            insurance_status: self.insurance_status.clone(),
            payment: self.payment.clone(),
            refund: self.refund.clone(),
            notification: self.notification,
            story: Story::default(),
        }
    }
}

/// All orders.
#[derive(Debug, Default)]
pub(super) struct Orders {
    list: Vec<Order>,
    /// Each merchant counts for itself, so several may have the same number.
    by_trade_no: BTreeMap<String, Vec<usize>>,
    by_trans_id: BTreeMap<String, usize>,
    by_pay_key: BTreeMap<String, usize>,
    by_refund_no: BTreeMap<(usize, String), usize>,
    by_refund_id: BTreeMap<String, usize>,
    pub(super) changed: Marks<usize>,
}

impl Orders {
    pub(super) fn add(&mut self, order: Order) {
        let place = self.list.len();
        self.list.push(order);
        self.index_order(place);
        self.changed.mark(place);
    }

    /// Gives an order its refund.
    pub(super) fn add_refund(&mut self, order: usize, refund: Refund) {
        self[order].refund = Some(refund);
        self.index_refund(order);
    }

    fn index_order(&mut self, place: usize) {
        let order = &self.list[place];
        let of_number = self.by_trade_no.entry(order.trade_no().to_owned());
        of_number.or_default().push(place);
        self.by_trans_id.insert(order.med_trans_id.clone(), place);
        self.by_pay_key.insert(order.pay_key.clone(), place);
    }

    fn index_refund(&mut self, place: usize) {
        let order = &self.list[place];
        if let Some(refund) = &order.refund {
            let number = (order.merchant, refund.hosp_out_refund_no.clone());
            self.by_refund_no.insert(number, place);
            self.by_refund_id
                .insert(refund.med_refund_id.clone(), place);
        }
    }

    /// Puts a saved order in its place, without an index; false if one before it is missing.
    pub(super) fn put(&mut self, place: usize, mut order: Order) -> bool {
        if place == self.list.len() {
            self.list.push(order);
            return true;
        }
        let Some(known) = self.list.get_mut(place) else {
            return false;
        };
        order.story = std::mem::take(&mut known.story);
        *known = order;
        true
    }

    /// Indexes all orders, once they are in their places.
    pub(super) fn index(&mut self) {
        for place in 0..self.list.len() {
            self.index_order(place);
            self.index_refund(place);
        }
    }

    /// The orders, to change what is not saved with them.
    pub(super) fn iter_unmarked(&mut self) -> std::slice::IterMut<'_, Order> {
        self.list.iter_mut()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Order> {
        self.list.iter()
    }

    pub(super) fn newest_first(&self) -> impl Iterator<Item = &Order> {
        self.list.iter().rev()
    }

    pub(super) fn by_trade_no(&self, merchant: usize, number: &str) -> Option<usize> {
        let mut of_number = self.of_trade_no(number);
        of_number.find(|order| self[*order].merchant == merchant)
    }

    fn of_trade_no(&self, number: &str) -> impl Iterator<Item = usize> {
        self.by_trade_no.get(number).into_iter().flatten().copied()
    }

    /// Only the merchant's own.
    pub(super) fn by_trans_id(&self, merchant: usize, id: &str) -> Option<usize> {
        self.by_trans_id
            .get(id)
            .copied()
            .filter(|order| self[*order].merchant == merchant)
    }

    pub(super) fn by_refund_no(&self, merchant: usize, number: &str) -> Option<usize> {
        self.by_refund_no
            .get(&(merchant, number.to_owned()))
            .copied()
    }

    /// Only the merchant's own.
    pub(super) fn by_refund_id(&self, merchant: usize, id: &str) -> Option<usize> {
        self.by_refund_id
            .get(id)
            .copied()
            .filter(|order| self[*order].merchant == merchant)
    }

    /// The orders that a number of a message can mean, of any merchant.
    pub(super) fn numbered<'a>(&'a self, number: &'a str) -> impl Iterator<Item = usize> + 'a {
        let by_refund_no = self.by_refund_no.iter();
        let refunds = by_refund_no.filter(move |((_, known), _)| known == number);
        let by_id = self.by_trans_id.get(number).into_iter();
        (self.of_trade_no(number))
            .chain(by_id.chain(self.by_refund_id.get(number)).copied())
            .chain(refunds.map(|(_, order)| *order))
    }

    pub(super) fn by_pay_key(&self, pay_key: &str) -> Option<usize> {
        self.by_pay_key.get(pay_key).copied()
    }

    /// Every order of that pay key, platform's number or trade number, of any merchant.
    pub(super) fn known_as<'a>(&'a self, text: &'a str) -> impl Iterator<Item = usize> + 'a {
        let exact = self
            .by_pay_key
            .get(text)
            .or_else(|| self.by_trans_id.get(text))
            .copied();
        let named = self.of_trade_no(text).filter(move |_| exact.is_none());
        exact.into_iter().chain(named)
    }
}

impl std::ops::Index<usize> for Orders {
    type Output = Order;

    fn index(&self, place: usize) -> &Order {
        &self.list[place]
    }
}

impl std::ops::IndexMut<usize> for Orders {
    fn index_mut(&mut self, place: usize) -> &mut Order {
        self.changed.mark(place);
        &mut self.list[place]
    }
}

/// `M17091140641875036` and its like: a letter, the day, eleven digits.
pub(super) fn platform_number(letter: &str, now: Timestamp, serial: u64) -> String {
    format!("{letter}{}{serial:011}", &day(now)[2..])
}

/// A number of WeChat Pay: 28 digits with the day inside.
pub(super) fn wechat_pay_number(prefix: &str, now: Timestamp, serial: u64) -> String {
    let width = 20 - prefix.len();
    format!("{prefix}{}{serial:0width$}", day(now))
}

/// `yyyyMMdd` in Beijing.
fn day(now: Timestamp) -> String {
    BeijingTime::at(now).date().to_string().replace('-', "")
}
