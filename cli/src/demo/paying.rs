//! Steps around a payment: the patient pays, and the hospital learns of it: by a notification, by the return page, by its own workers.

use std::time::Duration;

use bytes::Bytes;
use payinsurance::enums::MedTradeState;
use payinsurance_orders::store::ReceivedFilter;
use payinsurance_orders::{Order, Policy, State};
use payinsurance_sandbox::Forgery;
use serde_json::json;
use signed_xml::{BeijingTime, Method};
use signed_xml_client::{HttpRequest, HttpResponse, HttpTransport, Transport};

use super::hospital::{Loss, MERCHANT};
use super::orders::Claim;
use super::timeline::Report;
use super::{Failure, World, ensure};

/// The patient's act is a call of the sandbox's own interface.
pub(super) async fn pay(world: &World, claim: &Claim) -> Result<Report, Failure> {
    let url = format!("{}/sandbox/pay", world.sandbox.origin());
    let act = json!({ "hosp_out_trade_no": claim.hosp_out_trade_no, "act": "pay" }).to_string();
    let response = ask(Method::Post, &url, act).await?;
    ensure(response.status == 200, "the platform takes the payment")?;
    Ok(Report::default()
        .say("cash and insurance in one payment")
        .money("total", "total_fee", claim.total_fee))
}

pub(super) async fn notified(world: &World, claim: &Claim) -> Result<Report, Failure> {
    world.sandbox.advance(Duration::ZERO).await;
    let order = world.at_hospital(claim).await?;
    ensure(order.state == State::Paid, "an order that is paid")?;
    let by = world.hospital.paid_by(&claim.hosp_out_trade_no).await?;
    ensure(by == "notification", "reported by the notification")?;
    let news = world.at_platform(claim)?.notification;
    ensure(
        news.is_some_and(|news| news.accepted && news.attempts == 1),
        "the platform accepts the signed answer to its first notification",
    )?;
    let paid_at = paid_at(&order)?.to_string();
    // To the minute: the seconds that the demo took until here do not count.
    let minute = paid_at.get(.."yyyy-MM-dd HH:mm".len()).unwrap_or(&paid_at);
    Ok(Report::default()
        .say(format!("verified and answered, paid at {minute}"))
        .with("paid_at", paid_at.as_str()))
}

/// What the platform itself says of the order, beside what the desk has stored.
pub(super) async fn query(world: &World, claim: &Claim) -> Result<Report, Failure> {
    let request = payinsurance::queryorder::Request::builder()
        .hosp_out_trade_no(claim.hosp_out_trade_no.as_str())
        .build()?;
    let client = world.hospital.desk.client(MERCHANT)?;
    let reply = client.queryorder(&request).await?;
    let order = world.at_hospital(claim).await?;
    ensure(
        reply.med_trade_state == MedTradeState::Success,
        "med_trade_state SUCCESS",
    )?;
    ensure(
        reply.time_end == Some(paid_at(&order)?),
        "the time of the notification",
    )?;
    let stored = &order.amounts;
    ensure(
        (reply.total_fee, reply.cash_fee, reply.insurance_fee)
            == (
                stored.total_fee,
                stored.cash_fee,
                Some(stored.insurance_fee),
            ),
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

/// The notification does not arrive: the platform has the money, and the desk does not know.
pub(super) async fn lost(world: &World, claim: &Claim) -> Result<Report, Failure> {
    world.sandbox.advance(Duration::ZERO).await;
    let platform = world.at_platform(claim)?;
    ensure(
        platform.med_trade_state == MedTradeState::Success,
        "an order that is paid at the platform",
    )?;
    ensure(
        platform
            .notification
            .is_some_and(|news| news.attempts > 0 && !news.accepted),
        "a notification that was posted and not accepted",
    )?;
    let order = world.at_hospital(claim).await?;
    ensure(
        order.state == State::Placed,
        "an order that the desk says is placed",
    )?;
    Ok(Report::default()
        .say("lost on the way: paid there, still placed here")
        .with("platform", platform.med_trade_state.as_str())
        .with("hospital", order.state.as_str()))
}

/// The patient's browser comes back to the `return_url`.
pub(super) async fn come_back(world: &World, claim: &Claim) -> Result<Report, Failure> {
    let asked = world.calls("queryorder");
    let url = world.hospital.return_url(&claim.hosp_out_trade_no)?;
    let before = world.at_hospital(claim).await?.state;
    let page = ask(Method::Get, &url, "").await?;
    ensure(
        page.status == 200 && String::from_utf8_lossy(&page.body).contains("支付成功"),
        "a page that says that it is paid",
    )?;
    ensure(
        world.calls("queryorder") == asked + 1,
        "one question to the platform",
    )?;
    healed(world, claim, before, "return page", "the desk asks once").await
}

/// No notification and no patient comes back: the workers ask when the order falls due.
pub(super) async fn poll(world: &World, claim: &Claim) -> Result<Report, Failure> {
    let before = world.at_hospital(claim).await?.state;
    let wait = Policy::default().poll.first;
    world.sandbox.advance(wait).await;
    world.hospital.work().await?;
    let words = format!("{} s later the workers ask", wait.as_secs());
    healed(world, claim, before, "poller", &words).await
}

async fn healed(
    world: &World,
    claim: &Claim,
    before: State,
    by: &str,
    words: &str,
) -> Result<Report, Failure> {
    ensure(before == State::Placed, "an order that was placed before")?;
    let after = world.at_hospital(claim).await?.state;
    ensure(after == State::Paid, "an order that is paid after")?;
    let source = world.hospital.paid_by(&claim.hosp_out_trade_no).await?;
    ensure(source == by, "a history that says by whom it is known")?;
    Ok(Report::default()
        .say(format!(
            "{words}: {} before, {} after, by the {source}",
            before.as_str(),
            after.as_str()
        ))
        .with("before", before.as_str())
        .with("after", after.as_str())
        .with("by", source))
}

/// The platform comes again, and again since the first answers do not reach it.
pub(super) async fn repeated(world: &World, claim: &Claim) -> Result<Report, Failure> {
    world.hospital.lose(Loss::Answers);
    world.sandbox.advance(Duration::from_secs(30)).await;
    let known = world.at_hospital(claim).await?;
    let accepted = ReceivedFilter {
        order: Some(known.key.clone()),
        ..ReceivedFilter::default()
    };
    ensure(
        world.hospital.desk.received(&accepted).await?.len() == 1,
        "a notification that is stored",
    )?;
    world.hospital.lose(Loss::Nothing);
    world.sandbox.advance(Duration::from_secs(600)).await;
    let news = world.at_platform(claim)?.notification;
    let news = news.ok_or("no notification at the platform")?;
    ensure(news.accepted, "an answer that the platform accepts")?;
    ensure(
        world.at_hospital(claim).await? == known
            && world.hospital.desk.received(&accepted).await?.len() == 1,
        "nothing that a repeated notification changes",
    )?;
    let number = &claim.hosp_out_trade_no;
    world.hospital.paid_by(number).await?;
    world.hospital.work().await?;
    ensure(
        world.hospital.events_received("order.paid", number) == 1,
        "one event of one payment",
    )?;
    Ok(Report::default()
        .say("comes again until its answer arrives: stored once, one move, one event")
        .with("attempts", news.attempts))
}

pub(super) async fn forged(world: &World, claim: &Claim) -> Result<Report, Failure> {
    let quarantine = ReceivedFilter {
        quarantined: true,
        ..ReceivedFilter::default()
    };
    let desk = &world.hospital.desk;
    let before = world.at_hospital(claim).await?;
    let earlier = desk.received(&quarantine).await?.len();
    let report = world
        .sandbox
        .forge_notification(&claim.hosp_out_trade_no, Forgery::WrongKey)
        .await?;
    ensure(!report.accepted, "the hospital does not answer SUCCESS")?;
    ensure(
        world.at_hospital(claim).await? == before,
        "the order is as it was",
    )?;
    let received = desk.received(&quarantine).await?;
    ensure(received.len() == earlier + 1, "one more in quarantine")?;
    let reason = received
        .first()
        .and_then(|newest| newest.reason.as_deref())
        .ok_or("expected: the hospital says why it refused")?;
    let short = reason.split(':').next().unwrap_or(reason);
    Ok(Report::default()
        .say(format!("refused: {short}"))
        .with("reason", reason))
}

/// When the desk says that an order was paid.
pub(super) fn paid_at(order: &Order) -> Result<BeijingTime, Failure> {
    let time = order.times.paid_at.ok_or("the order was never paid")?;
    Ok(BeijingTime::at(time))
}

/// One request, as a browser would send it.
async fn ask(method: Method, url: &str, body: impl Into<Bytes>) -> Result<HttpResponse, Failure> {
    let mut request = HttpRequest::new(method, url::Url::parse(url)?);
    request.body = body.into();
    // The sandbox takes no other type; the hospital's pages do not look at it.
    request.headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    Ok(HttpTransport::new()?.send(request).await?)
}
