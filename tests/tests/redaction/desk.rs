//! A hospital's day at an order desk on SQLite: orders, notifications right and forged, refunds, events, metrics.

use std::time::Duration;

use axum::Router;
use payinsurance::Text;
use payinsurance_orders::store::{EventFilter, OrderFilter, ReceivedFilter, SqliteStore};
use payinsurance_orders::{Desk, HttpSink, RefundRequest, Routes, Server, WebhookSecret};
use payinsurance_sandbox::{Act, FaultKind, FaultRule, Forgery, Interface, Mode};

use crate::people::{People, order, refund_content};
use crate::shown::Shown;

const HOSPITAL: &str = "first";
/// `whsec_` and base64 of the 32 bytes of [`WEBHOOK_BYTES`].
const WEBHOOK: &str = "whsec_Y2FuYXJ5LW9mLXRoZS13ZWJob29rLTMyLWJ5dGVzLTc=";
const WEBHOOK_BYTES: &str = "canary-of-the-webhook-32-bytes-7";

pub(crate) async fn day(people: &People, shown: &mut Shown) {
    people.canaries.add("webhook secret", WEBHOOK_BYTES);
    let sandbox = people.platform().await;
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("orders.db"))
        .await
        .unwrap();
    // No program listens there: deliveries fail, and say so.
    let secret = WebhookSecret::new(WEBHOOK).unwrap();
    let sink = HttpSink::new(
        "http://127.0.0.1:1/events?key=canary-of-the-webhook-32-bytes-7",
        secret,
    )
    .unwrap();
    shown.value(&sink);
    let clock = sandbox.clock();
    let desk = Desk::builder(store)
        .merchant(HOSPITAL, people.client(&sandbox, Mode::ServiceProvider))
        .clock(move || clock.now())
        .events(sink)
        .build()
        .unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let own = format!("http://{}", listener.local_addr().unwrap());
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let app = Router::new().merge(Routes::new(desk.clone()).router());
    let serving =
        tokio::spawn(Server::new(app).serve(listener, async move { drop(stopped.await) }));

    let placing = |number: &str| {
        let mut request = order(number);
        request.notify_url = format!("{own}/notify").into();
        request.return_url = desk
            .return_url(&format!("{own}/return"), HOSPITAL, number)
            .unwrap()
            .into();
        request
    };
    shown.done("place", desk.place(HOSPITAL, &placing("CANARY1")).await);
    for forgery in [
        Forgery::WrongKey,
        Forgery::Unsigned,
        Forgery::AlteredAmount,
        Forgery::WrongAmount,
    ] {
        let answer = sandbox
            .forge_notification("CANARY1", forgery)
            .await
            .unwrap();
        shown.value(&answer);
    }
    sandbox.pay("CANARY1", Act::Pay).unwrap();
    sandbox.advance(Duration::from_secs(1)).await;
    let paid = shown.done("the order", desk.order(HOSPITAL, "CANARY1").await);
    assert!(paid.state.was_paid(), "{:?}", paid.state);
    shown.failed(
        "the number again for another order",
        desk.place(HOSPITAL, &{
            let mut other = placing("CANARY1");
            other.user_name = Text::from("司马第三位病人");
            people.canaries.add("name", "司马第三位病人");
            other
        })
        .await,
    );

    for (number, fault) in [
        ("CANARY2", FaultKind::TimeoutBefore),
        ("CANARY3", FaultKind::Errcode { errcode: 45009 }),
        (
            "CANARY4",
            FaultKind::ErrCode {
                err_code: "514".into(),
                takes_effect: true,
            },
        ),
        ("CANARY5", FaultKind::BureauRefuses),
        ("CANARY6", FaultKind::WrongSignature),
        ("CANARY7", FaultKind::UnknownFields),
    ] {
        sandbox.add_fault(
            FaultRule::new(fault)
                .of(Interface::Unifiedorder)
                .with_order(number),
        );
        match desk.place(HOSPITAL, &placing(number)).await {
            Ok(order) => shown.value(&order),
            Err(error) => drop(shown.failed(number, Err::<(), _>(error))),
        }
    }
    sandbox.pay("CANARY7", Act::InsuranceFails).unwrap();
    shown.done("the return page", desk.returned(HOSPITAL, "CANARY7").await);
    let refund = RefundRequest::whole(refund_content());
    shown.done("refund", desk.refund(HOSPITAL, "CANARY1", &refund).await);
    shown.failed(
        "the refund of an unpaid order",
        desk.refund(HOSPITAL, "CANARY7", &refund).await,
    );
    for _ in 0..4 {
        sandbox.advance(Duration::from_secs(120)).await;
        shown.done("workers", desk.work_once(desk.now()).await);
    }
    let refunded = shown.done(
        "the refunded order",
        desk.refresh(HOSPITAL, "CANARY1", "clerk").await,
    );
    shown.value(&refunded.refund);
    shown.done("close", desk.close(HOSPITAL, "CANARY7").await);

    shown.done("check", desk.check().await);
    shown.done("orders", desk.orders(&OrderFilter::default()).await);
    shown.done("events", desk.events(&EventFilter::default()).await);
    let received = shown.done("received", desk.received(&ReceivedFilter::default()).await);
    assert!(received.len() >= 4, "{received:?}");
    for number in ["CANARY1", "CANARY5", "CANARY7"] {
        shown.done("history", desk.history(HOSPITAL, number).await);
    }
    let metrics = desk.metrics();
    assert!(
        metrics.contains("payinsurance_client_call_duration"),
        "{metrics}"
    );
    shown.text(metrics);
    shown.value(&desk);

    drop(stop);
    serving.await.unwrap();
    desk.close_store().await;
    sandbox.shutdown().await;
}
