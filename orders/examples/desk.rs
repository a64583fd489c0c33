//! The order desk in an axum server, from the order to the refund:
//! `cargo run -p payinsurance-orders --example desk`.
//!
//! It starts a sandbox of its own, and the notification comes to it over HTTP.

#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use std::error::Error;
use std::time::Duration;

use axum::{Router, routing::get};
use payinsurance::{Client, Fen, Key, Merchant, Text};
use payinsurance_orders::store::{Event, SqliteStore};
use payinsurance_orders::{Desk, RefundRequest, Routes, Server};
use payinsurance_sandbox::{Act, Sandbox, samples};
use tokio::sync::{mpsc, oneshot};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    let clock = sandbox.clock();
    let folder = std::env::temp_dir().join(format!("payinsurance-desk-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let merchant = Merchant::service_provider(
        "wx2d7a0f3c5b8e4a91",
        "1900000101",
        "1900000102",
        Key::new("a3f1c27e9b4d58606e1d7c9025b8f4a3")?,
    )?
    .with_sub_appid("wx8e1c6b4d2f9a7053")?
    .with_app_secret("5f0c9d1e7a3b48266e1f8d0b9c7a2e34")?;

    // ANCHOR: build
    let (to_his, mut his) = mpsc::unbounded_channel();
    let desk = Desk::builder(SqliteStore::open(folder.join("orders.db")).await?)
        .merchant("clinic", Client::builder(merchant).origin(sandbox.origin()))
        .events(move |event: Event| {
            // `HttpSink` posts it to the hospital's own system instead. An `Err` comes again later.
            let taken = to_his.send(event).map_err(|gone| gone.to_string());
            async move { taken }
        })
        // The sandbox's time, which the program below advances. A hospital leaves this line out.
        .clock(move || clock.now())
        .build()?;
    // ANCHOR_END: build

    // ANCHOR: check
    for check in desk.check().await? {
        println!("{check}");
    }
    // ANCHOR_END: check

    // ANCHOR: serve
    let workers = desk.workers(2);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let own = format!("http://{}", listener.local_addr()?);
    let app = Router::new()
        .route("/", get(|| async { "the hospital's own pages" }))
        .merge(Routes::new(desk.clone()).router());
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(Server::new(app).serve(listener, async { drop(stopped.await) }));
    // ANCHOR_END: serve

    // ANCHOR: place
    let number = "YD20181204075841";
    let mut request = samples::order(number);
    request.notify_url = Text::from(format!("{own}/notify"));
    request.return_url = Text::from(desk.return_url(&format!("{own}/return"), "clinic", number)?);
    let order = desk.place("clinic", &request).await?;
    println!("{number} is {}", order.state.as_str());
    // ANCHOR_END: place

    // The patient's part. The sandbox then posts the notification to /notify.
    sandbox.pay(number, Act::Pay)?;
    until(&mut his, "order.paid").await?;

    // ANCHOR: refund
    // 0.50 yuan of the cash. `RefundRequest::whole` gives everything back.
    let refund = RefundRequest::cash(Fen(50), samples::refund_content());
    let order = desk.refund("clinic", number, &refund).await?;
    println!("{number} is {}", order.state.as_str());
    // ANCHOR_END: refund
    sandbox.advance(Duration::from_secs(120)).await;
    until(&mut his, "refund.succeeded").await?;

    // ANCHOR: stop
    drop(stop);
    server.await?;
    workers.stop().await;
    desk.close_store().await;
    // ANCHOR_END: stop
    std::fs::remove_dir_all(folder)?;
    Ok(())
}

/// Prints the events that come, up to the one of this kind.
async fn until(his: &mut mpsc::UnboundedReceiver<Event>, kind: &str) -> Result<(), Box<dyn Error>> {
    loop {
        let next = tokio::time::timeout(Duration::from_secs(60), his.recv()).await?;
        let event = next.ok_or("the desk has stopped")?;
        println!("{} of {}", event.event.kind, event.order.hosp_out_trade_no);
        if event.event.kind == kind {
            return Ok(());
        }
    }
}
