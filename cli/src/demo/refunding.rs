//! Steps of a refund: asked for, asked for again, followed by the workers to its end.

use std::time::Duration;

use payinsurance::enums::MedRefundState;
use payinsurance_orders::{RefundState, State};
use payinsurance_sandbox::RefundView;
use signed_xml::Fen;

use super::hospital::{MERCHANT, refunded};
use super::orders::{self, Claim};
use super::timeline::Report;
use super::{Failure, World, ensure};

const REFUNDED: Fen = Fen(1_000);

pub(super) async fn refund(world: &World, claim: &Claim) -> Result<Report, Failure> {
    let (desk, number) = (&world.hospital.desk, &claim.hosp_out_trade_no);
    let order = desk
        .refund(MERCHANT, number, &orders::refund(REFUNDED)?)
        .await?;
    let refund = order.refund.ok_or("no refund in the order")?;
    ensure(
        refund.state == RefundState::Accepted && order.state == State::Refunding,
        "a refund that is accepted and not at its end",
    )?;
    let platform = at_platform(world, claim)?;
    ensure(
        platform.hosp_out_refund_no == format!("R{number}")
            && platform.hosp_out_refund_no == refund.hosp_out_refund_no,
        "the number that follows from that of the order",
    )?;
    ensure(
        platform.cash_refund_fee == REFUNDED,
        "the cash part that was asked for",
    )?;
    ensure(
        platform.insurance_refund_fee.is_zero(),
        "no insurance goes back",
    )?;
    let report = Report::default()
        .say("accepted, a part of the cash")
        .with("hosp_out_refund_no", refund.hosp_out_refund_no)
        .with("med_refund_id", platform.med_refund_id);
    Ok(report.money("cash", "cash_refund_fee", REFUNDED))
}

/// The hospital does not know whether it has asked, and asks once more.
pub(super) async fn refund_again(world: &World, claim: &Claim) -> Result<Report, Failure> {
    let known = world.at_hospital(claim).await?;
    let (desk, number) = (&world.hospital.desk, &claim.hosp_out_trade_no);
    let order = desk
        .refund(MERCHANT, number, &orders::refund(REFUNDED)?)
        .await?;
    ensure(order == known, "the refund that is known")?;
    ensure(world.calls("refund") == 1, "one refund that was sent")?;
    Ok(Report::default().say("the same refund is known, nothing was sent"))
}

/// Accepted is not refunded: the workers ask until it is.
pub(super) async fn follow(world: &World, claim: &Claim) -> Result<Report, Failure> {
    let before = world.at_hospital(claim).await?.state;
    ensure(
        before == State::Refunding,
        "an order that is refunding before",
    )?;
    world.sandbox.advance(Duration::from_secs(60)).await;
    world.hospital.work().await?;
    let order = world.at_hospital(claim).await?;
    ensure(
        order.state == State::Refunded,
        "an order that is refunded after",
    )?;
    let back = refunded(&order);
    ensure(back == REFUNDED, "the cash part that was asked for")?;
    let platform = at_platform(world, claim)?.med_refund_state;
    ensure(platform == MedRefundState::Success, "SUCCESS in the end")?;
    let number = &claim.hosp_out_trade_no;
    ensure(
        world.hospital.events_received("refund.succeeded", number) == 1,
        "one event of one refund",
    )?;
    let report = Report::default()
        .say("refunding, a minute later the workers find it refunded")
        .with("med_refund_state", platform.as_str());
    Ok(report.money("cash", "cash_refund_fee", back))
}

fn at_platform(world: &World, claim: &Claim) -> Result<RefundView, Failure> {
    let refund = world.at_platform(claim)?.refund;
    refund.ok_or_else(|| "the platform does not have the refund".into())
}
