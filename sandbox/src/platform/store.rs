//! The orders and the numbers that they are found by.

use std::collections::BTreeMap;

use jiff::Timestamp;
use payinsurance::enums::{CashTradeStatus, InsuranceTradeStatus, MedTradeState};
use payinsurance::unifiedorder;
use signed_xml::{BeijingTime, Fen, Text};

use super::story::Story;

/// An order as the platform has it.
#[derive(Debug, Clone)]
pub(super) struct Order {
    pub(super) merchant: usize,
    /// As it was placed.
    pub(super) request: unifiedorder::Request,
    /// As it was sent, byte for byte.
    pub(super) request_content: Text,
    pub(super) med_trans_id: String,
    pub(super) pay_key: String,
    pub(super) placed: Timestamp,
    pub(super) state: MedTradeState,
    /// Of the cash part, if cash takes part.
    pub(super) cash_status: Option<CashTradeStatus>,
    /// Of the insurance part, if insurance takes part.
    pub(super) insurance_status: Option<InsuranceTradeStatus>,
    pub(super) payment: Option<Payment>,
    pub(super) refund: Option<Refund>,
    pub(super) notification: Option<u64>,
    pub(super) story: Story,
}

/// A payment that succeeded.
#[derive(Debug, Clone)]
pub(super) struct Payment {
    pub(super) at: Timestamp,
    /// WeChat Pay's number of the cash part.
    pub(super) cash_order_id: Option<String>,
    /// The number under which the platform asked WeChat Pay for the cash.
    pub(super) cash_out_trade_no: Option<String>,
    pub(super) insurance: Option<InsurancePayment>,
}

/// The insurance part of a payment.
#[derive(Debug, Clone)]
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
#[derive(Debug, Clone)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
}

impl Orders {
    pub(super) fn add(&mut self, order: Order) {
        let place = self.list.len();
        let of_number = self.by_trade_no.entry(order.trade_no().to_owned());
        of_number.or_default().push(place);
        self.by_trans_id.insert(order.med_trans_id.clone(), place);
        self.by_pay_key.insert(order.pay_key.clone(), place);
        self.list.push(order);
    }

    /// Gives an order its refund.
    pub(super) fn add_refund(&mut self, order: usize, refund: Refund) {
        let merchant = self.list[order].merchant;
        self.by_refund_no
            .insert((merchant, refund.hosp_out_refund_no.clone()), order);
        self.by_refund_id
            .insert(refund.med_refund_id.clone(), order);
        self.list[order].refund = Some(refund);
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
