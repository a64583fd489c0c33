//! A hospital with an order desk, beside a running sandbox: `cargo run -p payinsurance-orders --example hospital`.
//!
//! The program of orders/README.md stands word for word below the attribute.

#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use std::error::Error;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::{Router, routing::get};
use payinsurance::enums::{AllowFeeChange, OrderType, PayType, UserCardType};
use payinsurance::unifiedorder::{Request, RequestContent};
use payinsurance::{BeijingTime, Client, Fen, IdDigest, Key, Merchant};
use payinsurance_orders::{Desk, Routes, Server, store::Event, store::MemoryStore};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // Merchant, key and address of the sandbox. A hospital reads its own from its configuration, leaves `.origin(…)` out,
    // and stores its orders in SqliteStore or PostgresStore.
    let key = Key::new("a3f1c27e9b4d58606e1d7c9025b8f4a3")?;
    let merchant =
        Merchant::service_provider("wx2d7a0f3c5b8e4a91", "1900000101", "1900000102", key)?
            .with_sub_appid("wx8e1c6b4d2f9a7053")?
            .with_app_secret("5f0c9d1e7a3b48266e1f8d0b9c7a2e34")?;
    let client = Client::builder(merchant).origin("http://127.0.0.1:8080");
    let desk = Desk::builder(MemoryStore::default())
        .merchant("first", client)
        // What the hospital's own system (HIS) receives. HttpSink posts it instead.
        .events(|event: Event| async move {
            println!("{}: {}", event.event.kind, event.order.hosp_out_trade_no);
            Ok(())
        })
        .build()?;
    let workers = desk.workers(2);

    // The address that the platform sends notifications to: /notify and /return beside the hospital's own pages.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8090").await?;
    let own = format!("http://{}", listener.local_addr()?);
    let app = Router::new()
        .route("/", get(|| async { "the hospital's own pages" }))
        .merge(Routes::new(desk.clone()).router());
    let stop = async { drop(tokio::signal::ctrl_c().await) };
    let server = tokio::spawn(Server::new(app).serve(listener, stop));

    let seconds = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let number = format!("YD{seconds}");
    let return_url = desk.return_url(&format!("{own}/return"), "first", &number)?;
    let request = order(&number, &format!("{own}/notify"), &return_url)?;
    let order = desk.place("first", &request).await?;
    if let Some(pay_url) = order.placed.and_then(|placed| placed.pay_url) {
        println!("send the patient to {pay_url}");
    }
    // The patient's part, which no interface of the platform offers.
    let act = format!(r#"{{"hosp_out_trade_no": "{number}", "act": "pay"}}"#);
    println!(
        "pay with: curl -H 'Content-Type: application/json' -d '{act}' http://127.0.0.1:8080/sandbox/pay"
    );
    println!("the patient comes back to {return_url}");

    server.await?;
    workers.stop().await;
    desk.close_store().await;
    Ok(())
}

/// 77.50 yuan, 44.17 of it by insurance.
fn order(number: &str, notify_url: &str, return_url: &str) -> Result<Request, Box<dyn Error>> {
    let content = RequestContent::builder()
        .session_id("2f20f7ae-7bd0-4ea1-9722-89182b1817f8")
        .aae011("sys")
        .bka015("系统管理员")
        .bka001("1")
        .bka964("广州市天河区")
        .build()?;
    let request = Request::builder()
        .order_type(OrderType::RegPay)
        .sub_openid("oSandboxPatientOfTheProvider")
        .hosp_out_trade_no(number)
        .hospital_name("沙箱第一人民医院")
        .total_fee(Fen(7750))
        .cash_fee(Fen(3333))
        .insurance_fee(Fen(4417))
        .pay_type(PayType::CashAndInsurance)
        .allow_fee_change(AllowFeeChange::Refuse)
        .spbill_create_ip([10, 193, 0, 1])
        .notify_url(notify_url)
        .return_url(return_url)
        .body("挂号费")
        .user_card_type(UserCardType::IdCard)
        .user_card_no(IdDigest::of("44030019000101123x")?)
        .user_name("张三")
        .serial_no(format!("HIS{number}"))
        .bill_no(format!("AAZ{number}"))
        .org_no("440100001")
        .gmt_out_create("20181204075841".parse::<BeijingTime>()?)
        .request_content(content)
        .build()?;
    Ok(request)
}
