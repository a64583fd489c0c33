//! A look at the platform from outside: orders without personal data.

use payinsurance::enums::{CashTradeStatus, InsuranceTradeStatus, MedRefundState, MedTradeState};
use serde::{Serialize, Serializer};
use signed_xml::{BeijingTime, Fen};

use super::Platform;
use super::payments::ActError;
use super::refunds::state;
use super::store::Order;

/// An order as the platform has it. Amounts are fen in JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct OrderView {
    /// The hospital's name.
    pub hospital: String,
    /// App ID of the account that placed it.
    pub appid: String,
    /// Merchant number that belongs to it.
    pub mch_id: String,
    /// App ID of the hospital under a service provider.
    pub sub_appid: Option<String>,
    /// Merchant number of the hospital under a service provider.
    pub sub_mch_id: Option<String>,
    /// The hospital's number.
    pub hosp_out_trade_no: String,
    /// The platform's number.
    pub med_trans_id: String,
    /// What its payment link holds.
    pub pay_key: String,
    /// Its state.
    #[serde(serialize_with = "shown")]
    pub med_trade_state: MedTradeState,
    /// The state of the cash part, if there is one.
    #[serde(serialize_with = "shown_option")]
    pub cash_trade_status: Option<CashTradeStatus>,
    /// The state of the insurance part, if there is one.
    #[serde(serialize_with = "shown_option")]
    pub insurance_trade_status: Option<InsuranceTradeStatus>,
    /// The whole.
    #[serde(serialize_with = "fen")]
    pub total_fee: Fen,
    /// The cash part.
    #[serde(serialize_with = "fen")]
    pub cash_fee: Fen,
    /// The insurance part.
    #[serde(serialize_with = "fen")]
    pub insurance_fee: Fen,
    /// When it was placed.
    #[serde(serialize_with = "shown")]
    pub placed: BeijingTime,
    /// When it was paid.
    #[serde(serialize_with = "shown_option")]
    pub time_end: Option<BeijingTime>,
    /// Its refund.
    pub refund: Option<RefundView>,
    /// What became of the news of its payment.
    pub notification: Option<NotificationView>,
}

/// Which orders to find. The default finds none: `limit` is 0.
#[derive(Debug, Clone, Default)]
pub struct OrderSearch {
    /// Part of a number of the order or its refund, or of the hospital's name; empty matches all.
    pub text: String,
    /// The value of `med_trade_state`; empty matches all.
    pub state: String,
    /// So many matching orders are left out.
    pub skip: usize,
    /// At most so many are returned.
    pub limit: usize,
}

/// A refund as the platform has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RefundView {
    /// The hospital's number.
    pub hosp_out_refund_no: String,
    /// The platform's number.
    pub med_refund_id: String,
    /// Its state.
    #[serde(serialize_with = "shown")]
    pub med_refund_state: MedRefundState,
    /// The cash that goes back.
    #[serde(serialize_with = "fen")]
    pub cash_refund_fee: Fen,
    /// The insurance that goes back.
    #[serde(serialize_with = "fen")]
    pub insurance_refund_fee: Fen,
}

/// A notification as the platform has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct NotificationView {
    /// How often it was delivered.
    pub attempts: usize,
    /// Whether the hospital accepted it.
    pub accepted: bool,
    /// Why the last delivery was no success.
    pub refused: Option<String>,
    /// Whether there will be no more deliveries.
    pub ended: bool,
}

impl Platform {
    /// All orders, in the order in which they were placed.
    #[must_use]
    pub fn orders(&self) -> Vec<OrderView> {
        self.orders.iter().map(|order| self.view(order)).collect()
    }

    /// The order of that pay key, platform's number or hospital's number.
    ///
    /// # Errors
    ///
    /// [`ActError`] if there is no such order, or more than one.
    pub fn order(&self, name: &str) -> Result<OrderView, ActError> {
        Ok(self.view(&self.orders[self.the_order(name)?]))
    }

    /// A page of the orders that match, newest first, and how many match in all.
    #[must_use]
    pub fn find_orders(&self, search: &OrderSearch) -> (Vec<OrderView>, usize) {
        let text = search.text.trim();
        let matches = |order: &&Order| {
            let numbers = [
                order.trade_no(),
                &order.med_trans_id,
                order
                    .refund
                    .as_ref()
                    .map_or("", |refund| &refund.hosp_out_refund_no),
                &self.merchants[order.merchant].config.name,
            ];
            (text.is_empty() || numbers.iter().any(|number| number.contains(text)))
                && (search.state.is_empty() || order.state.as_str() == search.state)
        };
        let total = self.orders.iter().filter(matches).count();
        let page = self.orders.newest_first().filter(matches);
        let page = page.skip(search.skip).take(search.limit);
        (page.map(|order| self.view(order)).collect(), total)
    }

    fn view(&self, order: &Order) -> OrderView {
        let merchant = &self.merchants[order.merchant].config;
        OrderView {
            hospital: merchant.name.clone(),
            appid: merchant.appid.clone(),
            mch_id: merchant.mch_id.clone(),
            sub_appid: merchant.sub_appid.clone(),
            sub_mch_id: merchant.sub_mch_id.clone(),
            hosp_out_trade_no: order.trade_no().to_owned(),
            med_trans_id: order.med_trans_id.clone(),
            pay_key: order.pay_key.clone(),
            med_trade_state: order.state.clone(),
            cash_trade_status: order.cash_status.clone(),
            insurance_trade_status: order.insurance_status.clone(),
            total_fee: order.request.total_fee,
            cash_fee: order.parts.cash_fee,
            insurance_fee: order.parts.insurance_fee,
            placed: BeijingTime::at(order.placed),
            time_end: order
                .payment
                .as_ref()
                .map(|payment| BeijingTime::at(payment.at)),
            refund: order.refund.as_ref().map(|refund| RefundView {
                hosp_out_refund_no: refund.hosp_out_refund_no.clone(),
                med_refund_id: refund.med_refund_id.clone(),
                med_refund_state: state(refund),
                cash_refund_fee: refund.cash_fee,
                insurance_refund_fee: refund.insurance_fee,
            }),
            notification: order
                .notification
                .and_then(|number| self.outbox.of(number))
                .map(|known| NotificationView {
                    attempts: known.attempts,
                    accepted: known.accepted,
                    refused: known.refused.clone(),
                    ended: known.ended,
                }),
        }
    }
}

fn shown<T: ToString, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&value.to_string())
}

fn shown_option<T: ToString, S: Serializer>(
    value: &Option<T>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => serializer.serialize_some(&value.to_string()),
        None => serializer.serialize_none(),
    }
}

fn fen<S: Serializer>(amount: &Fen, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(amount.0)
}
