//! The play: what happens, in order. What must hold after each step stands with the step (`placing`, `paying`, `refunding`, `bill`).

use std::time::Duration;

use signed_xml::{BillDate, Fen};

use super::hospital::Loss;
use super::orders::Claim;
use super::timeline::{Report, Step, Timeline, Way};
use super::{AccessMode, Failure, World, bill, ensure, paying, placing, refunding};

/// Plays all steps; ends at the first that does not hold.
pub(super) async fn play(world: &World, timeline: &mut Timeline) -> Result<(), Failure> {
    // The first call asks for the token by itself; the sandbox's traffic says which step it belongs to.
    let verified = placing::verify_name(world).await;
    timeline.record(token_step(world), placing::token(world))?;
    timeline.record(Step::call("verifyname", "verifyname", "3.9"), verified)?;

    let first = paid_and_refunded(world, timeline).await?;
    let second = closed(world, timeline).await?;
    healed_by_the_return_page(world, timeline).await?;
    healed_by_the_poller(world, timeline).await?;

    timeline.record(
        Step::new("invalid_order", Way::Hospital),
        placing::refuse_a_bad_order(world).await,
    )?;
    timeline.record(
        Step::new("forged_notification", Way::ForgerToHospital).about("notification", "3.5"),
        paying::forged(world, &second).await,
    )?;
    timeline.record(Step::new("events", Way::Hospital), events(world).await)?;
    reconciled(world, timeline, &first).await
}

/// A payment that the hospital never learns of but from the bill.
async fn reconciled(world: &World, timeline: &mut Timeline, first: &Claim) -> Result<(), Failure> {
    let claim = world.claim("5", Fen(900), Fen(1_100));
    timeline.record(
        Step::call("fifth_order", "unifiedorder", "3.3"),
        placing::place(world, &claim).await,
    )?;
    world.hospital.lose(Loss::Notifications);
    timeline.record(
        Step::new("fifth_payment", Way::PatientToPlatform),
        paying::pay(world, &claim).await,
    )?;
    timeline.record(
        Step::new("third_lost_notification", Way::PlatformToHospital).about("notification", "3.5"),
        paying::lost(world, &claim).await,
    )?;
    let day = paying::paid_at(&world.at_hospital(first).await?)?.date();
    timeline.record(
        Step::call("bill", "getbalancebill", "3.8"),
        fetch_bill(world, day).await,
    )?;
    world.hospital.lose(Loss::Nothing);
    let mut found = None;
    let outcome = bill::reconcile(world, day, &claim).await;
    let outcome = outcome.map(|(report, difference)| {
        found = Some(difference);
        report
    });
    timeline.record(Step::new("reconciliation", Way::Hospital), outcome)?;
    let difference = found.ok_or("expected: a difference")?;
    timeline.record(
        Step::call("settled", "queryorder", "3.4"),
        bill::settle(world, day, &difference).await,
    )
}

/// A day's ordinary order.
async fn paid_and_refunded(world: &World, timeline: &mut Timeline) -> Result<Claim, Failure> {
    let claim = world.claim("1", Fen(3_333), Fen(4_417));
    timeline.record(
        Step::call("unifiedorder", "unifiedorder", "3.3"),
        placing::place(world, &claim).await,
    )?;
    timeline.record(
        Step::new("placed_again", Way::Hospital),
        placing::place_again(world, &claim).await,
    )?;
    timeline.record(
        Step::new("pay", Way::PatientToPlatform),
        paying::pay(world, &claim).await,
    )?;
    timeline.record(
        Step::new("notification", Way::PlatformToHospital).about("notification", "3.5"),
        paying::notified(world, &claim).await,
    )?;
    timeline.record(
        Step::call("queryorder", "queryorder", "3.4"),
        paying::query(world, &claim).await,
    )?;
    timeline.record(
        Step::call("refund", "refund", "3.6"),
        refunding::refund(world, &claim).await,
    )?;
    timeline.record(
        Step::new("refund_again", Way::Hospital),
        refunding::refund_again(world, &claim).await,
    )?;
    timeline.record(
        Step::call("queryrefund", "queryrefund", "3.7"),
        refunding::follow(world, &claim).await,
    )?;
    Ok(claim)
}

/// An order that the hospital does not want paid any more.
async fn closed(world: &World, timeline: &mut Timeline) -> Result<Claim, Failure> {
    let claim = world.claim("2", Fen(500), Fen(1_500));
    timeline.record(
        Step::call("second_order", "unifiedorder", "3.3"),
        placing::place(world, &claim).await,
    )?;
    timeline.record(
        Step::call("closeorder", "closeorder", "3.10"),
        placing::close(world, &claim).await,
    )?;
    Ok(claim)
}

/// An order whose notification is lost, and whose patient comes back.
async fn healed_by_the_return_page(world: &World, timeline: &mut Timeline) -> Result<(), Failure> {
    let claim = world.claim("3", Fen(1_250), Fen(2_750));
    timeline.record(
        Step::call("third_order", "unifiedorder", "3.3"),
        placing::place(world, &claim).await,
    )?;
    world.hospital.lose(Loss::Notifications);
    timeline.record(
        Step::new("third_payment", Way::PatientToPlatform),
        paying::pay(world, &claim).await,
    )?;
    timeline.record(
        Step::new("lost_notification", Way::PlatformToHospital).about("notification", "3.5"),
        paying::lost(world, &claim).await,
    )?;
    timeline.record(
        Step::new("return_page", Way::PatientToHospital).about("return page", "1.4"),
        paying::come_back(world, &claim).await,
    )?;
    timeline.record(
        Step::new("repeated_notification", Way::PlatformToHospital).about("notification", "3.5"),
        paying::repeated(world, &claim).await,
    )
}

/// An order whose notification is lost, and whose patient never comes back.
async fn healed_by_the_poller(world: &World, timeline: &mut Timeline) -> Result<(), Failure> {
    let claim = world.claim("4", Fen(600), Fen(2_400));
    timeline.record(
        Step::call("fourth_order", "unifiedorder", "3.3"),
        placing::place(world, &claim).await,
    )?;
    world.hospital.lose(Loss::Notifications);
    timeline.record(
        Step::new("fourth_payment", Way::PatientToPlatform),
        paying::pay(world, &claim).await,
    )?;
    timeline.record(
        Step::new("second_lost_notification", Way::PlatformToHospital).about("notification", "3.5"),
        paying::lost(world, &claim).await,
    )?;
    timeline.record(
        Step::call("poller", "queryorder", "3.4"),
        paying::poll(world, &claim).await,
    )?;
    world.hospital.lose(Loss::Nothing);
    Ok(())
}

fn token_step(world: &World) -> Step {
    match world.mode {
        AccessMode::ServiceProvider => Step::call("token", "gettoken", "3.2.1"),
        AccessMode::Independent => Step::call("token", "token", "3.2.2"),
    }
}

/// The HIS received one event of each payment, however the desk learnt of it.
async fn events(world: &World) -> Result<Report, Failure> {
    world.hospital.work().await?;
    let orders = world.hospital.orders().await?;
    let mut paid = 0;
    for order in &orders {
        let number = &order.key.hosp_out_trade_no;
        let expected = usize::from(order.state.was_paid());
        let received = world.hospital.events_received("order.paid", number);
        if received != expected {
            return Err(format!(
                "the HIS received order.paid {received} times for order {number}, expected {expected}"
            )
            .into());
        }
        paid += expected;
    }
    ensure(paid == 3, "three orders that were paid")?;
    Ok(Report::default()
        .say(format!(
            "the HIS received order.paid once for each of {paid} paid orders"
        ))
        .with("order.paid", paid))
}

async fn fetch_bill(world: &World, day: BillDate) -> Result<Report, Failure> {
    // A bill exists from 10:00 of the next day on. By then the token has died, and the client asks for another by itself.
    world.sandbox.advance(Duration::from_secs(25 * 3600)).await;
    bill::fetch(world, day).await?;
    ensure(
        placing::tokens_asked(world) == 2,
        "the token that died overnight was renewed once",
    )?;
    Ok(Report::default()
        .say(format!("of {day}, one row for each payment and refund"))
        .with("bill_date", day.to_string())
        .with("tokens_asked", 2))
}
