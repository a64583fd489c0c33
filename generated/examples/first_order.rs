//! Places an order, has it paid, asks how it stands:
//! `cargo run -p payinsurance --example first_order`.
//!
//! It starts a sandbox of its own, so it needs neither an account nor a key.

#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use std::error::Error;
use std::net::Ipv4Addr;

use payinsurance::enums::{AllowFeeChange, MedTradeState, OrderType, PayType, UserCardType};
use payinsurance::{
    BeijingTime, Client, Effect, Fen, IdDigest, Key, Merchant, queryorder, unifiedorder,
};
use payinsurance_sandbox::{Act, Sandbox};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    // ANCHOR: client
    // A hospital reads these values from its configuration; they are those of the test hospital.
    let key = Key::new("a3f1c27e9b4d58606e1d7c9025b8f4a3")?;
    let merchant =
        Merchant::service_provider("wx2d7a0f3c5b8e4a91", "1900000101", "1900000102", key)?
            .with_sub_appid("wx8e1c6b4d2f9a7053")?
            .with_app_secret("5f0c9d1e7a3b48266e1f8d0b9c7a2e34")?;
    // Without `.origin(…)` the calls go to the platform.
    let client = Client::builder(merchant).origin(sandbox.origin()).build()?;
    // ANCHOR_END: client

    // ANCHOR: place
    let number = "YD20181204075841";
    let order = order(number)?;
    match client.unifiedorder(&order).await {
        Ok(placed) => println!("send the patient to {}", placed.pay_url),
        Err(error) => match error.effect() {
            Effect::NotSent | Effect::Refused => println!("no order was placed: {error}"),
            Effect::Unknown => println!("query {number} before anything else: {error}"),
        },
    }
    // ANCHOR_END: place

    // The patient's part, which no interface of the platform offers.
    sandbox.pay(number, Act::Pay)?;

    // ANCHOR: query
    let question = queryorder::Request::builder()
        .hosp_out_trade_no(number)
        .build()?;
    let answer = client.queryorder(&question).await?;
    println!("{number} is {}", answer.med_trade_state);
    // ANCHOR_END: query
    assert_eq!(answer.med_trade_state, MedTradeState::Success);
    Ok(())
}

// ANCHOR: order
/// 77.50 yuan, of which insurance pays 44.17.
fn order(number: &str) -> Result<unifiedorder::Request, Box<dyn Error>> {
    let content = unifiedorder::RequestContent::builder()
        .session_id("2f20f7ae-7bd0-4ea1-9722-89182b1817f8")
        .aae011("sys")
        .bka015("系统管理员")
        .bka001("1")
        .bka964("广州市天河区")
        .build()?;
    let order = unifiedorder::Request::builder()
        .order_type(OrderType::RegPay)
        .sub_openid("oSandboxPatientOfTheProvider")
        .hosp_out_trade_no(number)
        .hospital_name("沙箱第一人民医院")
        .total_fee(Fen(7750))
        .cash_fee(Fen(3333))
        .insurance_fee(Fen(4417))
        .pay_type(PayType::CashAndInsurance)
        .allow_fee_change(AllowFeeChange::Refuse)
        .spbill_create_ip(Ipv4Addr::new(10, 193, 0, 1))
        .notify_url("https://hospital.example/notify")
        .return_url("https://hospital.example/return")
        .body("挂号费")
        .user_card_type(UserCardType::IdCard)
        .user_card_no(IdDigest::of("44030019000101123x")?)
        .user_name("张三")
        .serial_no("HIS20181204075841")
        .bill_no("AAZ20181204075841")
        .org_no("440100001")
        .gmt_out_create("20181204075841".parse::<BeijingTime>()?)
        .request_content(content)
        .build()?;
    Ok(order)
}
// ANCHOR_END: order
