//! The play: what happens, in order, and what must hold after each step.

use std::time::Duration;

use bytes::Bytes;
use payinsurance::enums::{MedRefundState, MedTradeState, ResultCode};
use payinsurance_sandbox::{Forgery, OrderView};
use serde_json::json;
use signed_xml::{Fen, Method, Text, Violations};
use signed_xml_client::{HttpRequest, HttpTransport, Transport};

use super::hospital::Standing;
use super::orders::{Claim, closeorder, queryorder, queryrefund};
use super::timeline::{Report, Step, Timeline, Way};
use super::{AccessMode, Failure, World, bill};

const REFUNDED: Fen = Fen(1_000);

/// Plays all steps; ends at the first that does not hold.
pub(super) async fn play(world: &World, timeline: &mut Timeline) -> Result<(), Failure> {
    let mixed = claim("1", Fen(7_750), Fen(3_333), Fen(4_417));
    let second = claim("2", Fen(2_000), Fen(500), Fen(1_500));

    // The first call asks for the token by itself; which step it belongs to is told by the sandbox's traffic.
    let verified = verify_name(world).await;
    timeline.record(token_step(world), token(world))?;
    timeline.record(interface("verifyname", "verifyname", "3.9"), verified)?;
    timeline.record(
        interface("unifiedorder", "unifiedorder", "3.3"),
        place(world, &mixed).await,
    )?;
    timeline.record(
        step("pay", Way::PatientToPlatform),
        pay(world, &mixed).await,
    )?;
    let notified = Step {
        interface: Some(("notification", "3.5")),
        ..step("notification", Way::PlatformToHospital)
    };
    timeline.record(notified, notification(world, &mixed).await)?;
    timeline.record(
        interface("queryorder", "queryorder", "3.4"),
        query(world, &mixed).await,
    )?;
    timeline.record(
        interface("refund", "refund", "3.6"),
        refund(world, &mixed).await,
    )?;
    timeline.record(
        interface("queryrefund", "queryrefund", "3.7"),
        query_refund(world, &mixed).await,
    )?;
    timeline.record(
        interface("second_order", "unifiedorder", "3.3"),
        place(world, &second).await,
    )?;
    timeline.record(
        interface("closeorder", "closeorder", "3.10"),
        close(world, &second).await,
    )?;
    timeline.record(
        step("invalid_order", Way::Hospital),
        refuse_a_bad_order(world),
    )?;
    let forged = Step {
        interface: Some(("notification", "3.5")),
        ..step("forged_notification", Way::ForgerToHospital)
    };
    timeline.record(forged, forge(world, &second).await)?;
    timeline.record(
        interface("bill", "getbalancebill", "3.8"),
        fetch_bill(world, &mixed).await,
    )
}

const fn step(name: &'static str, way: Way) -> Step {
    Step {
        name,
        interface: None,
        way,
    }
}

const fn interface(name: &'static str, interface: &'static str, section: &'static str) -> Step {
    Step {
        name,
        interface: Some((interface, section)),
        way: Way::HospitalToPlatform,
    }
}

fn claim(number: &str, total_fee: Fen, cash_fee: Fen, insurance_fee: Fen) -> Claim {
    Claim {
        hosp_out_trade_no: Text::from(format!("YD2018120407584{number}")),
        total_fee,
        cash_fee,
        insurance_fee,
    }
}

/// An error that says what was expected, unless it holds.
fn ensure(holds: bool, expected: &str) -> Result<(), Failure> {
    if holds {
        Ok(())
    } else {
        Err(format!("expected: {expected}").into())
    }
}

fn token_step(world: &World) -> Step {
    match world.mode {
        AccessMode::ServiceProvider => interface("token", "gettoken", "3.2.1"),
        AccessMode::Independent => interface("token", "token", "3.2.2"),
    }
}

fn token(world: &World) -> Result<Report, Failure> {
    let asked = tokens_asked(world);
    ensure(
        asked == 1,
        "one request for an access token before the first call",
    )?;
    Ok(Report::default()
        .say("asked once, kept for all calls")
        .with("asked", asked))
}

fn tokens_asked(world: &World) -> usize {
    let traffic = world.sandbox.traffic();
    traffic
        .iter()
        .filter(|exchange| matches!(exchange.interface.as_str(), "gettoken" | "token"))
        .count()
}

async fn verify_name(world: &World) -> Result<Report, Failure> {
    let reply = world.client.verifyname(&world.verifyname()?).await?;
    ensure(
        reply.result_code == Some(ResultCode::Success),
        "name and ID number are those of the bound card",
    )?;
    Ok(Report::default().say("name and ID digest are those of the bound card"))
}

async fn place(world: &World, claim: &Claim) -> Result<Report, Failure> {
    let request = world.unifiedorder(claim)?;
    // Entered before it is sent: a notification may be faster than the reply.
    world.hospital.add(claim.entry());
    let reply = world.client.unifiedorder(&request).await?;
    let entry = reply
        .official_account()
        .ok_or("no payment link for an official account")?;
    ensure(
        entry.url.starts_with("http"),
        "a payment link that can be opened",
    )?;
    let report = Report::default()
        .say(claim.hosp_out_trade_no.as_str())
        .with("hosp_out_trade_no", claim.hosp_out_trade_no.as_str())
        .with("med_trans_id", reply.med_trans_id.as_str());
    Ok(report
        .money("total", "total_fee", claim.total_fee)
        .money("cash", "cash_fee", claim.cash_fee)
        .money("insurance", "insurance_fee", claim.insurance_fee))
}

/// The patient's act is a call of the sandbox's own interface.
async fn pay(world: &World, claim: &Claim) -> Result<Report, Failure> {
    let url = url::Url::parse(&format!("{}/sandbox/pay", world.sandbox.origin()))?;
    let mut request = HttpRequest::new(Method::Post, url);
    request.body = Bytes::from(
        json!({ "hosp_out_trade_no": claim.hosp_out_trade_no.as_str(), "act": "pay" }).to_string(),
    );
    let response = HttpTransport::new()?.send(request).await?;
    ensure(response.status == 200, "the platform takes the payment")?;
    Ok(Report::default()
        .say("cash and insurance in one payment")
        .money("total", "total_fee", claim.total_fee))
}

async fn notification(world: &World, claim: &Claim) -> Result<Report, Failure> {
    world.sandbox.advance(Duration::ZERO).await;
    let order = world.hospital.order(&claim.hosp_out_trade_no)?;
    ensure(
        order.state == Standing::Paid && order.notifications == 1,
        "one verified notification, and the order paid",
    )?;
    let platform = at_platform(world, claim)?;
    ensure(
        platform.notification.is_some_and(|news| news.accepted),
        "the platform accepts the signed answer",
    )?;
    let paid_at = order.paid_at.ok_or("no time_end in the notification")?;
    Ok(Report::default()
        .say(format!("verified and answered, paid at {paid_at}"))
        .with("paid_at", paid_at.to_string()))
}

fn at_platform(world: &World, claim: &Claim) -> Result<OrderView, Failure> {
    let mut orders = world.sandbox.orders().into_iter();
    let found = orders.find(|order| order.hosp_out_trade_no == claim.hosp_out_trade_no.as_str());
    found.ok_or_else(|| "the platform does not have the order".into())
}

async fn query(world: &World, claim: &Claim) -> Result<Report, Failure> {
    let reply = world
        .client
        .queryorder(&queryorder(&claim.hosp_out_trade_no)?)
        .await?;
    let order = world.hospital.order(&claim.hosp_out_trade_no)?;
    ensure(
        reply.med_trade_state == MedTradeState::Success,
        "med_trade_state SUCCESS",
    )?;
    ensure(
        reply.time_end == order.paid_at,
        "the time of the notification",
    )?;
    let amounts = (reply.total_fee, reply.cash_fee, reply.insurance_fee);
    ensure(
        amounts == (order.total_fee, order.cash_fee, Some(order.insurance_fee)),
        "the amounts of the order",
    )?;
    let report = Report::default()
        .say("SUCCESS, agrees with the notification")
        .with("med_trade_state", reply.med_trade_state.as_str());
    Ok(match reply.insurance_self_fee {
        Some(own) => report.money("own account", "Insurance_self_fee", own),
        None => report,
    })
}

async fn refund(world: &World, claim: &Claim) -> Result<Report, Failure> {
    let reply = world.client.refund(&world.refund(claim, REFUNDED)?).await?;
    ensure(
        reply.cash_refund_fee == Some(REFUNDED),
        "the cash part that was asked for",
    )?;
    ensure(
        reply.insurance_refund_fee == Some(Fen::ZERO),
        "no insurance goes back",
    )?;
    let report = Report::default()
        .say("accepted, a part of the cash")
        .with("med_refund_id", reply.med_refund_id.as_str());
    Ok(report.money("cash", "cash_refund_fee", REFUNDED))
}

async fn query_refund(world: &World, claim: &Claim) -> Result<Report, Failure> {
    let refund_no = format!("R{}", claim.hosp_out_trade_no);
    let request = queryrefund(&refund_no)?;
    let before = world.client.queryrefund(&request).await?;
    ensure(
        before.med_refund_state == MedRefundState::Refunding,
        "REFUNDING at first: accepted is not refunded",
    )?;
    world.sandbox.advance(Duration::from_secs(60)).await;
    let after = world.client.queryrefund(&request).await?;
    ensure(
        after.med_refund_state == MedRefundState::Success,
        "SUCCESS in the end",
    )?;
    let refunded = after.cash_refund_fee.unwrap_or_default();
    ensure(refunded == REFUNDED, "the cash part that was asked for")?;
    world
        .hospital
        .change(&claim.hosp_out_trade_no, |order| order.refunded = refunded);
    let report = Report::default()
        .say("REFUNDING, a minute later SUCCESS")
        .with("med_refund_state", after.med_refund_state.as_str());
    Ok(report.money("cash", "cash_refund_fee", refunded))
}

async fn close(world: &World, claim: &Claim) -> Result<Report, Failure> {
    world
        .client
        .closeorder(&closeorder(&claim.hosp_out_trade_no)?)
        .await?;
    let reply = world
        .client
        .queryorder(&queryorder(&claim.hosp_out_trade_no)?)
        .await?;
    ensure(
        reply.med_trade_state == MedTradeState::Closed,
        "med_trade_state CLOSED",
    )?;
    world.hospital.change(&claim.hosp_out_trade_no, |order| {
        order.state = Standing::Closed
    });
    Ok(Report::default()
        .say("closed, and queryorder says so")
        .with("med_trade_state", reply.med_trade_state.as_str()))
}

/// The numbers for the bureau come out longer than the document allows.
fn refuse_a_bad_order(world: &World) -> Result<Report, Failure> {
    let before = world.sandbox.traffic().len();
    let bad = claim("3-second-try", Fen(100), Fen(60), Fen(40));
    let Err(refused) = world.unifiedorder(&bad) else {
        return Err("expected: the order is refused".into());
    };
    let violations = refused
        .downcast_ref::<Violations>()
        .ok_or("expected: a list of violations")?;
    ensure(world.sandbox.traffic().len() == before, "nothing was sent")?;
    let words: Vec<String> = violations.iter().map(ToString::to_string).collect();
    let report = Report::default().say(format!("refused before sending: {}", words.join("; ")));
    Ok(report.with("violations", words))
}

async fn forge(world: &World, claim: &Claim) -> Result<Report, Failure> {
    let before = world.hospital.order(&claim.hosp_out_trade_no)?.state;
    let report = world
        .sandbox
        .forge_notification(&claim.hosp_out_trade_no, Forgery::WrongKey)
        .await?;
    ensure(!report.accepted, "the hospital does not answer SUCCESS")?;
    ensure(
        world.hospital.order(&claim.hosp_out_trade_no)?.state == before,
        "the order is as it was",
    )?;
    let refused = world.hospital.refused();
    let reason = refused
        .last()
        .ok_or("expected: the hospital says why it refused")?;
    let short = reason.split(':').next().unwrap_or(reason);
    Ok(Report::default()
        .say(format!("refused: {short}"))
        .with("reason", reason.as_str()))
}

async fn fetch_bill(world: &World, claim: &Claim) -> Result<Report, Failure> {
    let day = world
        .hospital
        .order(&claim.hosp_out_trade_no)?
        .paid_at
        .ok_or("the order was never paid")?
        .date();
    // A bill exists from the next day on. By then the token has died, and the client asks for another by itself.
    world.sandbox.advance(Duration::from_secs(24 * 3600)).await;
    let report = bill::agree(world, day).await?;
    ensure(
        tokens_asked(world) == 2,
        "the token that died overnight was renewed once",
    )?;
    Ok(report.with("tokens_asked", 2))
}
