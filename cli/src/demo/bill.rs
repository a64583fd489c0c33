//! The day's bill, fetched, read row by row, and compared with the desk's orders.

use payinsurance::bill::Row;
use payinsurance::enums::BillType;
use payinsurance::getbalancebill;
use payinsurance_orders::Order;
use signed_xml::bill::BillReader;
use signed_xml::{BillDate, Fen};

use super::hospital::{MERCHANT, refunded};
use super::timeline::Report;
use super::{Failure, World};

/// Fetches the bill of `day` and compares it both ways.
pub(super) async fn agree(world: &World, day: BillDate) -> Result<Report, Failure> {
    let request = getbalancebill::Request::builder()
        .bill_date(day)
        .bill_type(BillType::All)
        .build()?;
    let desk = &world.hospital.desk;
    let text = desk.client(MERCHANT)?.getbalancebill(&request).await?;
    let rows: Vec<Row> = BillReader::new(text.reader())?.collect::<Result<_, _>>()?;
    let orders = world.hospital.orders().await?;
    for order in &orders {
        compare(order, &rows)?;
    }
    for row in &rows {
        let known = orders
            .iter()
            .any(|order| row.hosp_out_trade_no.as_deref() == Some(&order.key.hosp_out_trade_no));
        if !known {
            return Err("the bill has an order that the hospital does not know".into());
        }
    }
    let (paid, back) = (
        sum(&rows, payment),
        sum(&rows, |row| refund(row).unwrap_or_default()),
    );
    let report = Report::default()
        .say(format!(
            "{} rows of {day} agree with the orders",
            rows.len()
        ))
        .with("bill_date", day.to_string())
        .with("rows", rows.len());
    Ok(report
        .money("paid", "paid", paid)
        .money("refunded", "refunded", back))
}

/// A row without a refund number is a payment, one with it a refund.
fn compare(order: &Order, rows: &[Row]) -> Result<(), Failure> {
    let number = order.key.hosp_out_trade_no.as_str();
    let of_order: Vec<&Row> = rows
        .iter()
        .filter(|row| row.hosp_out_trade_no.as_deref() == Some(number))
        .collect();
    let payments: Vec<_> = of_order
        .iter()
        .filter(|row| row.hosp_out_refund_no.is_none())
        .collect();
    let expected = usize::from(order.state.was_paid());
    if payments.len() != expected {
        return Err(format!(
            "the bill has {} payments of order {number}, the hospital {expected}",
            payments.len()
        )
        .into());
    }
    let ours = &order.amounts;
    let ours = [ours.total_fee, ours.cash_fee, ours.insurance_fee].map(Some);
    for row in payments {
        if [row.total_fee, row.cash_fee, row.insurance_fee] != ours {
            return Err(
                format!("the bill has other amounts for order {number} than the hospital").into(),
            );
        }
    }
    let billed: Fen = of_order.iter().filter_map(|row| refund(row)).sum();
    if billed != refunded(order) {
        return Err(format!(
            "the bill has {billed} yuan refunded for order {number}, the hospital {}",
            refunded(order)
        )
        .into());
    }
    Ok(())
}

fn payment(row: &Row) -> Fen {
    match row.hosp_out_refund_no {
        Some(_) => Fen::ZERO,
        None => row.cash_fee.into_iter().chain(row.insurance_fee).sum(),
    }
}

/// What a row says went back, cash and insurance; `None` for a payment.
fn refund(row: &Row) -> Option<Fen> {
    row.hosp_out_refund_no.as_ref()?;
    Some(
        row.wxpay_refund_fee
            .into_iter()
            .chain(row.cancelled_fee)
            .sum(),
    )
}

fn sum(rows: &[Row], amount: impl Fn(&Row) -> Fen) -> Fen {
    rows.iter().map(amount).sum()
}
