//! Our side: orders as a desk's store has them.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use payinsurance_orders::store::{OrderFilter, Store, StoreError};
use payinsurance_orders::{Order, OrderKey, State};
use signed_xml::{BeijingTime, Fen};

use crate::compare::Days;
use crate::money::{Part, Parts};
use crate::record::{Key, OurRefund, Ours};

/// How many orders a page has.
const PAGE: u32 = 1_000;

impl Ours {
    /// An order of a desk.
    ///
    /// The day of its refund is not part of it: [`crate::Run::finish`] looks it up in the history where it matters.
    #[must_use]
    pub fn of_desk(order: &Order) -> Self {
        let fact = |name: &str| value(&order.facts, name).or_else(|| value(&order.request, name));
        let fen = |name: &str| value(&order.facts, name)?.parse().ok().map(Fen);
        let asked = order.amounts;
        let mut amounts = Parts::new(asked.total_fee, asked.cash_fee, asked.insurance_fee);
        if asked.may_change && !asked.settled {
            // The bureau decides on the parts.
            amounts = amounts.with(Part::Cash, None).with(Part::Insurance, None);
        }
        let amounts = amounts
            .with(Part::OwnAccount, fen("Insurance_self_fee"))
            .with(Part::Fund, fen("insurance_fund_fee"))
            .with(Part::Other, fen("insurance_other_fee"));
        Self {
            key: Key {
                merchant: order.key.merchant.clone(),
                hosp_out_trade_no: order.key.hosp_out_trade_no.clone(),
            },
            med_trans_id: order
                .placed
                .as_ref()
                .map(|placed| placed.med_trans_id.clone()),
            pay_type: fact("pay_type").map(str::to_owned),
            state: order.state,
            amounts,
            day: order.times.paid_at.map(day_of),
            refund: refund(order),
        }
    }
}

fn refund(order: &Order) -> Option<OurRefund> {
    let refund = order.refund.as_ref()?;
    let paid = order.amounts;
    let asked = match refund.cash_only {
        Some(cash) => (cash, Fen::ZERO),
        None => (paid.cash_fee, paid.insurance_fee),
    };
    let cash = refund.cash_refund_fee.unwrap_or(asked.0);
    let insurance = refund.insurance_refund_fee.unwrap_or(asked.1);
    Some(OurRefund {
        hosp_out_refund_no: Some(refund.hosp_out_refund_no.clone()).filter(|no| !no.is_empty()),
        state: refund.state,
        amounts: Parts::new(Fen(cash.0.saturating_add(insurance.0)), cash, insurance),
        day: None,
    })
}

/// A value by its name.
fn value<'a>(fields: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let found = fields.iter().find(|(known, _)| known == name)?;
    Some(found.1.as_str()).filter(|value| !value.is_empty())
}

/// The day in Beijing.
pub(crate) fn day_of(time: Timestamp) -> Date {
    BeijingTime::at(time).date().date()
}

/// The orders of a store that may have been paid or refunded on `days`, page by page.
pub(crate) struct Pages<'a> {
    store: &'a dyn Store,
    days: Days,
    filter: OrderFilter,
    ended: bool,
}

/// A page of orders.
pub(crate) struct Page {
    pub(crate) orders: Vec<Ours>,
    /// Orders that this version cannot read: which, and why.
    pub(crate) unreadable: Vec<(Key, String)>,
}

impl<'a> Pages<'a> {
    /// Orders that were stored up to `lookback` days before the first day.
    pub(crate) fn new(store: &'a dyn Store, merchant: &str, days: Days, lookback: u32) -> Self {
        let first = days.first.saturating_sub(i64::from(lookback).days());
        let filter = OrderFilter {
            merchant: Some(merchant.to_owned()),
            since: Some(start(first)),
            before: Some(start(days.last.saturating_add(1.day()))),
            limit: PAGE,
            ..OrderFilter::default()
        };
        Self {
            store,
            days,
            filter,
            ended: false,
        }
    }

    pub(crate) async fn next(&mut self) -> Result<Option<Page>, StoreError> {
        if self.ended {
            return Ok(None);
        }
        let listed = self.store.orders(&self.filter).await?;
        self.ended = listed.count() < PAGE as usize || listed.last.is_none();
        self.filter.after.clone_from(&listed.last);
        let matters = listed.rows.iter().filter(|order| matters(order, self.days));
        Ok(Some(Page {
            orders: matters.map(Ours::of_desk).collect(),
            unreadable: listed
                .unreadable
                .into_iter()
                .map(|row| (key_of(row.key), row.reason))
                .collect(),
        }))
    }
}

/// The start of a day in Beijing.
fn start(day: Date) -> Timestamp {
    let text = day.strftime("%Y%m%d000000").to_string();
    text.parse().map_or(Timestamp::MIN, BeijingTime::timestamp)
}

/// False if the order cannot have a row on these days: then it is looked up if the bill has one all the same.
fn matters(order: &Order, days: Days) -> bool {
    let wide = Days {
        first: days.first.saturating_sub(1.day()),
        last: days.last.saturating_add(1.day()),
    };
    let times = &order.times;
    let happened = times.paid_at.unwrap_or(times.created_at);
    let changed = day_of(times.updated_at) >= days.first;
    wide.contain(day_of(happened)) || (order.refund.is_some() && changed)
}

fn key_of(key: OrderKey) -> Key {
    Key {
        merchant: key.merchant,
        hosp_out_trade_no: key.hosp_out_trade_no,
    }
}

fn key_for(key: &Key) -> OrderKey {
    OrderKey {
        merchant: key.merchant.clone(),
        hosp_out_trade_no: key.hosp_out_trade_no.clone(),
    }
}

/// An order that the bill has and that was not among those of the days.
pub(crate) async fn look_up(store: &dyn Store, key: &Key) -> Result<Option<Ours>, StoreError> {
    // No store holds a control character, and some fail on one.
    if key.hosp_out_trade_no.chars().any(char::is_control) {
        return Ok(None);
    }
    let order = store.order(&key_for(key)).await?;
    Ok(order.as_ref().map(Ours::of_desk))
}

/// The day on which the refund of an order was asked for, as its history has it.
pub(crate) async fn refund_day(store: &dyn Store, key: &Key) -> Result<Option<Date>, StoreError> {
    let history = store.history(&key_for(key)).await?;
    let begun = history
        .rows
        .iter()
        .find(|line| line.to == State::Refunding && line.from != Some(State::Refunding));
    Ok(begun.map(|line| day_of(line.at)))
}
