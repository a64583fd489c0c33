//! The bill of a day against the orders of a desk:
//! `cargo run -p payinsurance-reconcile --example one_day`.
//!
//! Two orders are paid in a sandbox, and the desk learns of one of them.

#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use std::error::Error;
use std::time::Duration;

use payinsurance_orders::Desk;
use payinsurance_orders::store::MemoryStore;
use payinsurance_reconcile::payinsurance::getbalancebill::Request;
use payinsurance_reconcile::payinsurance::{BeijingTime, Client, Key, Merchant};
use payinsurance_reconcile::{Days, Language, Outcome, Report, Run, Since};
use payinsurance_sandbox::{Act, Sandbox, samples};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    let merchant = Merchant::service_provider(
        "wx2d7a0f3c5b8e4a91",
        "1900000101",
        "1900000102",
        Key::new("a3f1c27e9b4d58606e1d7c9025b8f4a3")?,
    )?
    .with_sub_appid("wx8e1c6b4d2f9a7053")?
    .with_app_secret("5f0c9d1e7a3b48266e1f8d0b9c7a2e34")?;
    let clock = sandbox.clock();
    let desk = Desk::builder(MemoryStore::default())
        .merchant("clinic", Client::builder(merchant).origin(sandbox.origin()))
        .clock(move || clock.now())
        .build()?;

    for number in ["YD1", "YD2"] {
        desk.place("clinic", &samples::order(number)).await?;
        sandbox.pay(number, Act::Pay)?;
    }
    desk.refresh("clinic", "YD1", "cashier").await?;
    let day = BeijingTime::at(sandbox.now()).date();
    sandbox.advance(Duration::from_secs(86_400)).await;

    // ANCHOR: bill
    let request = Request::builder().bill_date(day).build()?;
    let bill = desk.client("clinic")?.getbalancebill(&request).await?;
    // ANCHOR_END: bill

    let (first, outcome) = reconcile(&desk, bill.body(), day.date()).await?;
    assert!(outcome.totals().prove_themselves());
    assert_eq!(first, 1, "YD2 is paid there and placed here");

    // ANCHOR: look
    let mut report = Report::new(outcome, Default::default(), Since::default());
    report.table(&mut std::io::stdout(), Language::En)?;
    // ANCHOR_END: look

    // The next step of that difference is to query the order.
    desk.refresh("clinic", "YD2", "cashier").await?;
    let (second, _) = reconcile(&desk, bill.body(), day.date()).await?;
    assert_eq!(second, 0, "the books agree with the bill");
    Ok(())
}

// ANCHOR: run
/// Compares one day, and says how many differences there are.
async fn reconcile(
    desk: &Desk,
    bill: &[u8],
    day: jiff::civil::Date,
) -> Result<(usize, Outcome), Box<dyn Error>> {
    let store = desk.store().as_ref();
    let mut run = Run::new(Days {
        first: day,
        last: day,
    })?;
    run.add_bill("clinic", day, bill)?;
    run.add_orders(store, "clinic", 31).await?;
    let mut outcome = run.finish(Some(store)).await?;
    let mut count = 0;
    for difference in outcome.differences()? {
        let difference = difference?;
        println!(
            "{}: {}",
            difference.class.as_str(),
            difference.next_step().as_str()
        );
        count += 1;
    }
    Ok((count, outcome))
}
// ANCHOR_END: run
