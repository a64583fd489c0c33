//! Bills (3.8): the day's payments and refunds of one hospital, in the layouts of the spec.
//!
//! A bill has a row for every order that was paid that day and a row for every refund that was asked for that day, in the order of their
//! times: `ALL` both, `SUCCESS` the payments, `REFUND` the refunds. A row shows the order as it stood after that event, a refund as it
//! stood at the end of the day, so that the bill of a day never changes. An order that was never paid, or whose failed payment was given
//! back, is in no bill. The bill of a day exists from the next day on. Differences can be planted into it ([`super::planting`]).

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use jiff::civil::Date;
use payinsurance::bill::{self, Kind, Row};
use payinsurance::enums::{BillType, CashRefundStatus, CashTradeStatus, MedTradeState, Reconciled};
use payinsurance::{ErrorCode, Interface, getbalancebill};
use serde::Serialize;
use signed_xml::bill::BillWriter;
use signed_xml::{BeijingTime, BillDate, Decimal, Fen, Rate};

use super::answer::{Answer, Refusal};
use super::faults::{FaultKind, Stage};
use super::gate::Sent;
use super::merchants::{Merchant, ids};
use super::planting::{Planted, Planting, plant};
use super::store::{Order, Payment, Refund};
use super::{Moment, Platform};

/// `return_msg` of a day whose bill does not exist, as the document prints it.
const NO_BILL_YET: &str = "该日期订单未生成";

/// The fee of WeChat Pay on the cash, in thousandths.
const FEE_PER_THOUSAND: u128 = 3;

impl Platform {
    /// 3.8.
    pub(super) fn getbalancebill(
        &mut self,
        Sent { merchant, .. }: Sent<'_>,
        request: getbalancebill::Request,
        at: &mut Moment<'_>,
    ) -> Result<Answer, Refusal> {
        self.merchants[merchant].admits(ids!(request), &ErrorCode::InvalidArgument)?;
        let bill_type = request.bill_type.unwrap_or(BillType::All);
        if bill_type.label().is_none() {
            let detail = format!("bill_type has no value {}", bill_type.as_str());
            return Err(Refusal::business(ErrorCode::InvalidArgument, detail));
        }
        let (day, today) = (request.bill_date, BeijingTime::at(at.now).date());
        if day >= today {
            let words = format!(
                "{NO_BILL_YET}: the bill of {day} is made on the next day, and it is {today} here"
            );
            return Err(Refusal::Call(words));
        }
        let interface = Some(Interface::Getbalancebill);
        let fault = self.faults.strike(Stage::Bill, interface, &[]);
        if fault == Some(FaultKind::BillLate) {
            return Err(Refusal::Call(NO_BILL_YET.to_owned()));
        }
        let bill = self.bill(merchant, day, &bill_type);
        let bill = bill.ok_or_else(|| Refusal::business(ErrorCode::SystemFailure, ""))?;
        Ok(Answer::Text(match fault {
            Some(FaultKind::BillEmpty) => Vec::new(),
            Some(FaultKind::BillRagged) => ragged(&bill).into_bytes(),
            Some(FaultKind::BillGzipped) => gzipped(&bill),
            _ => bill.into_bytes(),
        }))
    }

    /// What is planted into bills from now on.
    pub fn plant(&mut self, planting: Planting) {
        self.plantings.push(planting);
    }

    /// Forgets what was planted: bills agree with the orders again.
    pub fn clear_plantings(&mut self) {
        self.plantings.clear();
    }

    /// The differences that stand in the bill of a day, one list for each hospital of the configuration. A payment that was moved to the next
    /// day stands in the list of the day that it is missing from.
    #[must_use]
    pub fn planted(&self, day: Date) -> Vec<Vec<Planted>> {
        let hospitals = 0..self.merchants.len();
        let of_day = |merchant| self.entries(merchant, BillDate::new(day)).planted;
        hospitals.map(of_day).collect()
    }

    /// The days on which something happened that bills have, the last one first.
    #[must_use]
    pub fn bill_days(&self) -> Vec<BillDay> {
        let mut days: BTreeMap<Date, BillDay> = BTreeMap::new();
        let mut at = |time: Timestamp, refund: bool| {
            let day = BeijingTime::at(time).date().date();
            let known = days.entry(day).or_insert(BillDay {
                day,
                payments: 0,
                refunds: 0,
            });
            match refund {
                true => known.refunds += 1,
                false => known.payments += 1,
            }
        };
        for order in self.orders.iter() {
            let Some(payment) = &order.payment else {
                continue;
            };
            at(payment.at, false);
            if let Some(refund) = &order.refund {
                at(refund.requested, true);
            }
        }
        days.into_values().rev().collect()
    }

    /// The bill of a day for the hospital at that place of the configuration, as `getbalancebill` gives it once the day is over; until
    /// then what it has so far.
    #[must_use]
    pub fn bill_of(&self, hospital: usize, day: Date) -> Option<String> {
        self.merchants.get(hospital)?;
        self.bill(hospital, BillDate::new(day), &BillType::All)
    }

    /// The rows of that bill.
    pub(crate) fn bill_rows(&self, merchant: usize, day: Date) -> Vec<Row<'_>> {
        let entries = self.entries_of_bill(merchant, BillDate::new(day), &BillType::All);
        entries.into_iter().map(|entry| entry.row).collect()
    }

    fn entries_of_bill(
        &self,
        merchant: usize,
        day: BillDate,
        bill_type: &BillType,
    ) -> Vec<Entry<'_>> {
        let mut entries = self.entries(merchant, day).rows;
        if let Ok(before) = day.date().yesterday() {
            entries.extend(self.entries(merchant, BillDate::new(before)).moved);
        }
        entries.sort_by_key(|entry| entry.time);
        entries.retain(|entry| match bill_type {
            BillType::Success => entry.row.kind() == Kind::Payment,
            BillType::Refund => entry.row.kind() == Kind::Refund,
            _ => true,
        });
        entries
    }

    fn bill(&self, merchant: usize, day: BillDate, bill_type: &BillType) -> Option<String> {
        let entries = self.entries_of_bill(merchant, day, bill_type);
        // Writing into a vector cannot fail.
        let mut bill = BillWriter::new(Vec::new(), bill::layout(bill_type)).ok()?;
        for entry in &entries {
            bill.row(&entry.row).ok()?;
        }
        String::from_utf8(bill.into_inner()).ok()
    }

    /// What happened on a day, with what is planted into it.
    fn entries(&self, merchant: usize, day: BillDate) -> DayOfBill<'_> {
        let own = &self.merchants[merchant];
        let on_day = |time: Timestamp| BeijingTime::at(time).date() == day;
        let mut rows = Vec::new();
        for order in self
            .orders
            .iter()
            .filter(|order| order.merchant == merchant)
        {
            let Some(payment) = &order.payment else {
                continue;
            };
            let refund = order.refund.as_ref();
            let entry = |time, row| Entry {
                time,
                number: order.trade_no().to_owned(),
                refunded: refund
                    .is_some_and(|refund| BeijingTime::at(refund.requested).date() <= day),
                row,
            };
            if on_day(payment.at) {
                rows.push(entry(payment.at, payment_row(order, payment, own)));
            }
            if let Some(refund) = refund.filter(|refund| on_day(refund.requested)) {
                let row = refund_row(order, payment, refund, day, own);
                rows.push(entry(refund.requested, row));
            }
        }
        rows.sort_by_key(|entry| entry.time);
        let hospital = own.config.hospital();
        let plantings = self.plantings.iter().filter(|planting| {
            let named = planting.hospital.as_deref();
            planting.day == day && named.is_none_or(|named| named == hospital)
        });
        let (moved, planted) = plant(plantings, &mut rows);
        DayOfBill {
            rows,
            moved,
            planted,
        }
    }
}

/// The first row without its last two cells; of a bill without rows, a row of one cell.
fn ragged(bill: &str) -> String {
    let (header, rows) = bill.split_once('\n').unwrap_or((bill, ""));
    let (first, rest) = rows.split_once('\n').unwrap_or(("", rows));
    let mut cells: Vec<&str> = first.split(",`").collect();
    cells.truncate(cells.len().saturating_sub(2).max(1));
    let first = match cells.join(",`") {
        first if first.is_empty() => "`".to_owned(),
        first => first,
    };
    format!("{header}\n{first}\n{rest}")
}

fn gzipped(bill: &str) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::default());
    // Writing into a vector cannot fail.
    let written = out.write_all(bill.as_bytes());
    debug_assert!(written.is_ok());
    out.finish().unwrap_or_default()
}

/// A day that has a bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct BillDay {
    /// The day in Beijing.
    pub day: Date,
    /// Payments of all hospitals.
    pub payments: usize,
    /// Refunds of all hospitals.
    pub refunds: usize,
}

/// A row of a bill, and what it is about.
#[derive(Clone)]
pub(super) struct Entry<'a> {
    pub(super) time: Timestamp,
    pub(super) number: String,
    /// A refund of the order was asked for up to the end of the day.
    pub(super) refunded: bool,
    pub(super) row: Row<'a>,
}

/// A day of one hospital.
struct DayOfBill<'a> {
    rows: Vec<Entry<'a>>,
    /// Rows that stand in the bill of the next day.
    moved: Vec<Entry<'a>>,
    planted: Vec<Planted>,
}

fn payment_row<'a>(order: &'a Order, payment: &'a Payment, merchant: &'a Merchant) -> Row<'a> {
    let placed = &order.request;
    let mut row = Row::default();
    row.trade_time = Some(BeijingTime::at(payment.at));
    row.appid = Some(Cow::from(&merchant.config.appid));
    row.mch_id = Some(Cow::from(&merchant.config.mch_id));
    row.sub_mch_id = merchant.config.sub_mch_id.as_deref().map(Cow::from);
    row.openid = placed
        .openid
        .as_deref()
        .or(placed.sub_openid.as_deref())
        .map(Cow::from);
    if !order.parts.cash_fee.is_zero() {
        row.wxpay_transaction_id = payment.cash_order_id.as_deref().map(Cow::from);
        row.wxpay_out_trade_no = payment.cash_out_trade_no.as_deref().map(Cow::from);
        row.wxpay_trade_type = Some("JSAPI".into());
        row.wxpay_trade_state = Some(CashTradeStatus::Success);
        row.wxpay_bank_type = Some("OTHERS".into());
        row.wxpay_fee_type = Some("CNY".into());
        row.wxpay_total_fee = Some(order.parts.cash_fee);
        row.wxpay_coupon_fee = Some(Fen::ZERO);
        row.wxpay_body = Some(Cow::from(&*placed.body));
        row.wxpay_service_fee = Some(service_fee(order.parts.cash_fee));
        row.wxpay_rate = Some(rate());
    }
    if let Some(insurance) = &payment.insurance {
        row.insurance_pay_no = Some(Cow::from(&insurance.order_id));
        row.insurance_settled_time = Some(BeijingTime::at(payment.at));
        row.insurance_paid_fee = Some(order.parts.insurance_fee);
        row.insurance_cash_fee = Some(order.parts.cash_fee);
        row.insurance_total_fee = Some(placed.total_fee);
        row.insurance_self_fee = Some(insurance.own_account);
        row.insurance_fund_fee = Some(insurance.fund);
        row.insurance_other_fee = Some(insurance.other);
    }
    row.insurance_hosp_order_no = Some(Cow::from(&*placed.hosp_out_trade_no));
    row.serial_no = Some(Cow::from(&*placed.serial_no));
    row.bill_no = Some(Cow::from(&*placed.bill_no));
    row.org_no = Some(Cow::from(&*placed.org_no));
    row.hospital_name = Some(Cow::from(&*placed.hospital_name));
    row.order_type = Some(placed.order_type.clone());
    row.allow_fee_change = Some(placed.allow_fee_change.clone());
    row.pay_type = Some(order.parts.pay_type.clone());
    row.hosp_out_trade_no = Some(Cow::from(&*placed.hosp_out_trade_no));
    row.order_time = Some(BeijingTime::at(order.placed));
    row.med_trade_state = Some(MedTradeState::Success);
    row.cash_fee = Some(order.parts.cash_fee);
    row.insurance_fee = Some(order.parts.insurance_fee);
    row.total_fee = Some(placed.total_fee);
    row.med_trans_id = Some(Cow::from(&order.med_trans_id));
    // The sandbox's bureau has compared everything by the next day.
    row.reconciled = Some(if payment.insurance.is_some() {
        Reconciled::Yes
    } else {
        Reconciled::NotApplicable
    });
    row
}

fn refund_row<'a>(
    order: &'a Order,
    payment: &'a Payment,
    refund: &'a Refund,
    day: BillDate,
    merchant: &'a Merchant,
) -> Row<'a> {
    let mut row = payment_row(order, payment, merchant);
    let done = refund
        .done
        .map(BeijingTime::at)
        .filter(|done| done.date() <= day);
    row.med_trade_state = Some(MedTradeState::Refund);
    row.hosp_out_refund_no = Some(Cow::from(&refund.hosp_out_refund_no));
    row.med_refund_id = Some(Cow::from(&refund.med_refund_id));
    row.insurance_hosp_refund_no = Some(Cow::from(&refund.hosp_out_refund_no));
    row.cancel_serial_no = Some(Cow::from(&refund.cancel_serial_no));
    row.cancel_bill_no = Some(Cow::from(&refund.cancel_bill_no));
    if refund.cash_refund_id.is_some() {
        row.wxpay_trade_state = Some(CashTradeStatus::Refund);
        row.wxpay_refund_apply_time = Some(BeijingTime::at(refund.requested));
        row.wxpay_refund_success_time = done;
        row.wxpay_refund_id = refund.cash_refund_id.as_deref().map(Cow::from);
        row.wxpay_out_refund_no = refund.cash_out_refund_no.as_deref().map(Cow::from);
        row.wxpay_refund_fee = Some(refund.cash_fee);
        row.wxpay_coupon_refund_fee = Some(Fen::ZERO);
        row.wxpay_refund_type = Some("ORIGINAL".into());
        let status = if done.is_some() {
            CashRefundStatus::Success
        } else {
            CashRefundStatus::Refunding
        };
        row.wxpay_refund_status = Some(status);
        // The fee of what goes back goes back too.
        row.wxpay_service_fee = Some(-service_fee(refund.cash_fee));
    }
    if refund.insurance_refund_id.is_some() {
        row.cancelled_fee = Some(refund.insurance_fee);
        row.insurance_cancelled_fee = Some(refund.insurance_fee);
        row.insurance_cancelled_time = done;
    }
    row
}

/// The fee is rounded to whole fen and written with five decimals, as in the document's sample: 33.33 yuan at 0.30% cost 0.10000.
fn service_fee(Fen(cash): Fen) -> Decimal {
    let fen = (u128::from(cash) * FEE_PER_THOUSAND + 500) / 1_000;
    Decimal::from_i128_with_scale(i128::try_from(fen * 1_000).unwrap_or(i128::MAX), 5)
}

fn rate() -> Rate {
    Rate::new(Decimal::from_i128_with_scale(
        FEE_PER_THOUSAND as i128 * 10,
        2,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fee_of_the_documents_sample_row_is_the_documents() {
        assert_eq!(service_fee(Fen(3_333)).to_string(), "0.10000");
        assert_eq!(rate().to_string(), "0.30%");
    }

    #[test]
    fn the_fee_of_the_greatest_amount_does_not_panic() {
        assert!(service_fee(Fen(u64::MAX)) > Decimal::ZERO);
    }
}
