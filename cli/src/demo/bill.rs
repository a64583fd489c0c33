//! The day's bill, fetched and reconciled with the desk's orders: a payment that the hospital never learnt of is found, explained and settled.

use std::io::Read;

use payinsurance::enums::BillType;
use payinsurance::getbalancebill;
use payinsurance_orders::State;
use payinsurance_reconcile::{Class, Days, Difference, Movement, Outcome, Part, Run};
use signed_xml::BillDate;

use super::hospital::MERCHANT;
use super::orders::Claim;
use super::timeline::Report;
use super::{Failure, World, ensure};

/// The bill of `day`.
pub(super) async fn fetch(world: &World, day: BillDate) -> Result<Vec<u8>, Failure> {
    let request = getbalancebill::Request::builder()
        .bill_date(day)
        .bill_type(BillType::All)
        .build()?;
    let desk = &world.hospital.desk;
    let bill = desk.client(MERCHANT)?.getbalancebill(&request).await?;
    let mut text = Vec::new();
    bill.reader().read_to_end(&mut text)?;
    Ok(text)
}

/// The bill has one payment more than the hospital, and the totals differ by just that.
pub(super) async fn reconcile(
    world: &World,
    day: BillDate,
    claim: &Claim,
) -> Result<(Report, Difference), Failure> {
    let (outcome, mut found) = compare(world, day).await?;
    ensure(found.len() == 1, "one difference")?;
    let difference = found.remove(0);
    ensure(
        difference.class == Class::State
            && difference.key.hosp_out_trade_no == claim.hosp_out_trade_no,
        "the order that is paid there and open here",
    )?;
    let report = Report::default()
        .say(format!(
            "{} rows, one difference: {} is paid there and placed here, {} yuan",
            outcome.rows(),
            claim.hosp_out_trade_no,
            difference.effect[Part::Total as usize]
        ))
        .with("class", difference.class.as_str())
        .with("next_step", difference.next_step().as_str())
        .with("fingerprint", difference.fingerprint());
    Ok((report, difference))
}

/// The desk asks the platform, as the next step says, and then both sides agree.
pub(super) async fn settle(
    world: &World,
    day: BillDate,
    difference: &Difference,
) -> Result<Report, Failure> {
    let evidence = difference
        .evidence("demo", "the bill shows it as paid")
        .ok_or("expected: a row that proves a payment")?;
    let number = &difference.key.hosp_out_trade_no;
    let order = world.hospital.desk.take_bill(MERCHANT, number, &evidence);
    ensure(order.await?.state == State::Paid, "an order that is paid")?;
    let (outcome, found) = compare(world, day).await?;
    ensure(found.is_empty(), "no difference any more")?;
    let total = |movement| {
        let lines = outcome.totals().lines();
        let lines = lines.filter(|(bucket, _)| bucket.movement == movement);
        let totals = lines.map(|(_, line)| line.ours[Part::Total as usize].0);
        i64::try_from(totals.sum::<i128>()).unwrap_or(i64::MAX)
    };
    Ok(Report::default()
        .say(format!(
            "{number} is paid, and the books agree with the bill"
        ))
        .with("rows", outcome.rows())
        .with("paid", total(Movement::Payment))
        .with("refunded", total(Movement::Refund)))
}

/// What differs.
async fn compare(world: &World, day: BillDate) -> Result<(Outcome, Vec<Difference>), Failure> {
    let bill = fetch(world, day).await?;
    let days = Days {
        first: day.date(),
        last: day.date(),
    };
    let store = world.hospital.desk.store();
    let mut run = Run::new(days)?;
    run.add_bill(MERCHANT, day.date(), bill.as_slice())?;
    run.add_orders(&**store, MERCHANT, 1).await?;
    let mut outcome = run.finish(Some(&**store)).await?;
    ensure(
        outcome.totals().prove_themselves(),
        "totals that prove the differences",
    )?;
    let found = outcome.differences()?.collect::<Result<_, _>>()?;
    Ok((outcome, found))
}
