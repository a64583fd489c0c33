//! A service provider with two hospitals, one desk and one `notify_url`:
//! `cargo run -p payinsurance-orders --example several_hospitals`.
//!
//! Both hospitals use the same order number, which is a number of theirs.

#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use std::error::Error;
use std::time::Duration;

use payinsurance::{Client, Key, Merchant, MerchantError, Text};
use payinsurance_orders::store::{Event, MemoryStore};
use payinsurance_orders::{Desk, Routes, Server};
use payinsurance_sandbox::{Act, Config, Sandbox, samples};
use tokio::sync::{mpsc, oneshot};

// ANCHOR: hospitals
/// Name at the desk, `sub_appid`, `sub_mch_id`.
const HOSPITALS: [(&str, &str, &str); 2] = [
    ("first", "wx8e1c6b4d2f9a7053", "1900000102"),
    ("second", "wx3b9a1f5e7c2d8046", "1900000103"),
];

/// The provider's account, key and app secret serve all its hospitals.
fn merchant(sub_appid: &str, sub_mch_id: &str) -> Result<Merchant, MerchantError> {
    let key = Key::new("a3f1c27e9b4d58606e1d7c9025b8f4a3")?;
    Merchant::service_provider("wx2d7a0f3c5b8e4a91", "1900000101", sub_mch_id, key)?
        .with_sub_appid(sub_appid)?
        .with_app_secret("5f0c9d1e7a3b48266e1f8d0b9c7a2e34")
}
// ANCHOR_END: hospitals

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::builder().config(two_hospitals()).start().await?;

    // ANCHOR: desk
    let (to_his, mut his) = mpsc::unbounded_channel();
    let mut desk = Desk::builder(MemoryStore::default()).events(move |event: Event| {
        let taken = to_his.send(event).map_err(|gone| gone.to_string());
        async move { taken }
    });
    for (name, sub_appid, sub_mch_id) in HOSPITALS {
        let client = Client::builder(merchant(sub_appid, sub_mch_id)?).origin(sandbox.origin());
        desk = desk.merchant(name, client);
    }
    let desk = desk.build()?;
    // ANCHOR_END: desk

    let workers = desk.workers(1);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let notify_url = format!("http://{}/notify", listener.local_addr()?);
    let app = Routes::new(desk.clone()).router();
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(Server::new(app).serve(listener, async { drop(stopped.await) }));

    // ANCHOR: place
    for (name, _, _) in HOSPITALS {
        let mut request = samples::order("YD20181204075841");
        request.notify_url = Text::from(&*notify_url);
        let order = desk.place(name, &request).await?;
        // Both orders have one number; the platform's own tells them apart.
        let med_trans_id = order.placed.ok_or("not placed")?.med_trans_id;
        sandbox.pay(&med_trans_id, Act::Pay)?;
    }
    // ANCHOR_END: place

    let mut paid = Vec::new();
    while paid.len() < HOSPITALS.len() {
        let next = tokio::time::timeout(Duration::from_secs(60), his.recv()).await?;
        let event = next.ok_or("the desk has stopped")?;
        println!(
            "{}: {} of {}",
            event.order.merchant, event.event.kind, event.order.hosp_out_trade_no
        );
        if event.event.kind == "order.paid" {
            paid.push(event.order.merchant);
        }
    }
    paid.sort();
    assert_eq!(paid, ["first", "second"]);

    drop(stop);
    server.await?;
    workers.stop().await;
    desk.close_store().await;
    Ok(())
}

/// The sandbox with a second hospital under the provider of its first one.
fn two_hospitals() -> Config {
    let mut config = Config::default();
    let mut second = config.merchants[0].clone();
    second.name = "沙箱第二人民医院".to_owned();
    second.sub_appid = Some(HOSPITALS[1].1.to_owned());
    second.sub_mch_id = Some(HOSPITALS[1].2.to_owned());
    config.merchants.push(second);
    config
}
