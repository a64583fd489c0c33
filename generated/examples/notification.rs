//! Receives a notification: verify, store, answer:
//! `cargo run -p payinsurance --example notification`.
//!
//! The program also plays the platform: it signs what that would send, and alters it.

#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use std::collections::BTreeMap;
use std::error::Error;

use payinsurance::enums::{ResultCode, ReturnCode};
use payinsurance::notification::Reply;
use payinsurance::{Client, Fen, Fields, Key, Merchant, SignType};

// ANCHOR: answer
/// The orders of the hospital: number and total, and whether it is paid. In truth a database.
struct Orders(BTreeMap<String, (Fen, bool)>);

/// The body that was posted to `notify_url` goes in, the body of the answer comes out.
fn answer(
    client: &Client,
    orders: &mut Orders,
    body: &[u8],
) -> Result<Vec<u8>, payinsurance::Error> {
    let accepted = match client.open_notification(body) {
        Ok(paid) => match orders.0.get_mut(paid.hosp_out_trade_no.as_str()) {
            Some((total, is_paid)) if *total == paid.total_fee => {
                // Here the transaction commits. A repeat changes nothing and gets the same answer.
                *is_paid = true;
                true
            }
            _ => false,
        },
        Err(refused) => {
            println!("refused: {refused}");
            false
        }
    };
    let reply = match accepted {
        true => Reply::builder()
            .return_code(ReturnCode::Success)
            .result_code(ResultCode::Success),
        false => Reply::builder()
            .return_code(ReturnCode::Fail)
            .result_code(ResultCode::Fail),
    };
    client.sign_reply(&reply.build()?)
}
// ANCHOR_END: answer

fn main() -> Result<(), Box<dyn Error>> {
    let key = Key::new("a3f1c27e9b4d58606e1d7c9025b8f4a3")?;
    let merchant = Merchant::service_provider(
        "wx2d7a0f3c5b8e4a91",
        "1900000101",
        "1900000102",
        key.clone(),
    )?;
    let client = Client::builder(merchant).build()?;
    let mut orders = Orders(BTreeMap::from([(
        "YD20181204075841".to_owned(),
        (Fen(7750), false),
    )]));

    let sent = Fields::from_pairs([
        ("return_code", "SUCCESS"),
        ("result_code", "SUCCESS"),
        ("appid", "wx2d7a0f3c5b8e4a91"),
        ("mch_id", "1900000101"),
        ("sub_mch_id", "1900000102"),
        ("med_trans_id", "M20181204075841"),
        ("hosp_out_trade_no", "YD20181204075841"),
        ("total_fee", "7750"),
        ("cash_fee", "3333"),
        ("insurance_fee", "4417"),
        ("a_field_of_next_year", "is verified too"),
    ])?
    .to_signed_xml(&key, SignType::Md5);

    let forged = String::from_utf8(sent.clone())?.replace("7750", "1");
    let reply = String::from_utf8(answer(&client, &mut orders, forged.as_bytes())?)?;
    assert!(reply.contains("FAIL"));
    // The platform repeats what was not answered with SUCCESS, and at times what was.
    for _ in 0..2 {
        let reply = String::from_utf8(answer(&client, &mut orders, &sent)?)?;
        assert!(reply.contains("SUCCESS"));
    }
    println!("paid: {}", orders.0["YD20181204075841"].1);
    Ok(())
}
