//! Steps before money moves: the token, the real name, placing an order, closing it, and what is never sent.

use payinsurance::enums::{MedTradeState, ResultCode};
use payinsurance_orders::{DeskError, State};
use signed_xml::{Fen, Violations};

use super::hospital::MERCHANT;
use super::orders::Claim;
use super::timeline::Report;
use super::{Failure, World, ensure};

pub(super) fn token(world: &World) -> Result<Report, Failure> {
    let asked = tokens_asked(world);
    ensure(
        asked == 1,
        "one request for an access token before the first call",
    )?;
    Ok(Report::default()
        .say("asked once, stored for all calls")
        .with("asked", asked))
}

pub(super) fn tokens_asked(world: &World) -> usize {
    world.calls("gettoken") + world.calls("token")
}

pub(super) async fn verify_name(world: &World) -> Result<Report, Failure> {
    let client = world.hospital.desk.client(MERCHANT)?;
    let reply = client.verifyname(&world.verifyname()?).await?;
    ensure(
        reply.result_code == Some(ResultCode::Success),
        "name and ID number are those of the bound card",
    )?;
    Ok(Report::default().say("name and ID digest are those of the bound card"))
}

pub(super) async fn place(world: &World, claim: &Claim) -> Result<Report, Failure> {
    let request = world.unifiedorder(claim)?;
    let order = world.hospital.desk.place(MERCHANT, &request).await?;
    ensure(order.state == State::Placed, "an order that is placed")?;
    let placed = order.placed.ok_or("no med_trans_id")?;
    ensure(
        placed.med_trans_id == world.at_platform(claim)?.med_trans_id,
        "the platform's number of the order",
    )?;
    ensure(
        placed.pay_url.is_some_and(|url| url.starts_with("http")),
        "a payment link that can be opened",
    )?;
    let report = Report::default()
        .say(claim.hosp_out_trade_no.as_str())
        .with("hosp_out_trade_no", claim.hosp_out_trade_no.as_str())
        .with("med_trans_id", placed.med_trans_id);
    Ok(report
        .money("total", "total_fee", claim.total_fee)
        .money("cash", "cash_fee", claim.cash_fee)
        .money("insurance", "insurance_fee", claim.insurance_fee))
}

/// The hospital does not know whether it has placed the order, and places it once more.
pub(super) async fn place_again(world: &World, claim: &Claim) -> Result<Report, Failure> {
    let (known, sent) = (
        world.at_hospital(claim).await?,
        world.sandbox.traffic().len(),
    );
    let request = world.unifiedorder(claim)?;
    let order = world.hospital.desk.place(MERCHANT, &request).await?;
    ensure(order == known, "the order that is known")?;
    ensure(world.sandbox.traffic().len() == sent, "nothing was sent")?;
    Ok(Report::default()
        .say("the same order is known and has its payment link, nothing was sent")
        .with("hosp_out_trade_no", claim.hosp_out_trade_no.as_str()))
}

pub(super) async fn close(world: &World, claim: &Claim) -> Result<Report, Failure> {
    let number = &claim.hosp_out_trade_no;
    let asked = world.calls("queryorder");
    let order = world.hospital.desk.close(MERCHANT, number).await?;
    ensure(order.state == State::Closed, "an order that is closed")?;
    ensure(
        world.calls("queryorder") == asked + 1,
        "one queryorder before: what is paid is not closed",
    )?;
    let platform = world.at_platform(claim)?.med_trade_state;
    ensure(platform == MedTradeState::Closed, "med_trade_state CLOSED")?;
    Ok(Report::default()
        .say("asked whether it is paid, then closed")
        .with("med_trade_state", platform.as_str()))
}

/// The numbers for the bureau come out longer than the document allows.
pub(super) async fn refuse_a_bad_order(world: &World) -> Result<Report, Failure> {
    let sent = world.sandbox.traffic().len();
    let bad = world.claim("3-second-try", Fen(60), Fen(40));
    let Err(refused) = world.unifiedorder(&bad) else {
        return Err("expected: the order is refused".into());
    };
    let violations = refused
        .downcast_ref::<Violations>()
        .ok_or("expected: a list of violations")?;
    ensure(world.sandbox.traffic().len() == sent, "nothing was sent")?;
    let known = world.hospital.desk.order(MERCHANT, &bad.hosp_out_trade_no);
    ensure(
        matches!(known.await, Err(DeskError::NoOrder { .. })),
        "nothing was stored",
    )?;
    let words: Vec<String> = violations.iter().map(ToString::to_string).collect();
    let report = Report::default().say(format!("refused before sending: {}", words.join("; ")));
    Ok(report.with("violations", words))
}
