//! Encoding and decoding against a floor and a peer, in one run: `cargo bench -p conformance --bench signing -- --json`.
//!
//! The floor is the bare MD5 of the same canonical bytes, which no implementation can be below. The peer is what a Rust user
//! would write without this crate: serde structs, quick-xml, a `BTreeMap` for the order. Both halves include all that a caller needs:
//! encoding ends with the signed body, decoding ends with a verified, typed reply.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot run must stop")]

mod peer;

use std::net::Ipv4Addr;

use conformance::bench::{Candidate, Rows, allocations, race};
use md5::{Digest, Md5};
use payinsurance::enums::{AllowFeeChange, MedTradeState, OrderType, PayType, UserCardType};
use payinsurance::{queryorder, unifiedorder};
use signed_xml::{Fen, Fields, IdDigest, Key, Limits, SignType, Supply, Text, encode, read_reply};

const KEY: &str = "192006250b4c09247ec02edce69f6a2d";

fn main() {
    let key = Key::new(KEY).unwrap();
    let rows = Rows::from_args();
    encoding(&key, &rows);
    decoding(&key, &rows);
}

fn encoding(key: &Key, rows: &Rows) {
    let order = order();
    let canonical = Fields::of(&order).unwrap().canonical_string() + "&key=" + KEY;
    let ours = encode(&order, key).unwrap();
    let theirs = peer::Order::from_xml(&ours);
    assert_eq!(
        sign_of(&ours),
        sign_of(theirs.encode(KEY).as_bytes()),
        "ours and the peer's sign alike"
    );

    let mut floor = Candidate::new(|| Md5::digest(canonical.as_bytes()));
    let mut encode_ours = Candidate::new(|| encode(&order, key));
    let mut encode_peer = Candidate::new(|| theirs.encode(KEY));
    race(&mut [&mut floor, &mut encode_ours, &mut encode_peer]);
    let (floor, ours, peer) = (
        floor.nanoseconds(),
        encode_ours.nanoseconds(),
        encode_peer.nanoseconds(),
    );
    rows.row(
        "unifiedorder: encode + sign, times bare MD5",
        ours,
        "ns",
        floor,
    );
    rows.row(
        "unifiedorder: encode + sign, share of serde + quick-xml + BTreeMap",
        ours,
        "ns",
        peer,
    );
    rows.row(
        "unifiedorder: peer's encode + sign, times bare MD5",
        peer,
        "ns",
        floor,
    );
    let count = |count: u64| count as f64;
    let theirs_allocated = allocations(|| theirs.encode(KEY));
    let ours_allocated = allocations(|| encode(&order, key));
    rows.row(
        "unifiedorder: allocations, share of the peer's",
        count(ours_allocated),
        "allocations",
        count(theirs_allocated),
    );
}

fn decoding(key: &Key, rows: &Rows) {
    let body = paid().to_signed_xml(key, SignType::Md5);
    let text = String::from_utf8(body.clone()).unwrap();
    let canonical = Fields::parse(&body, &Limits::default())
        .unwrap()
        .canonical_string()
        + "&key="
        + KEY;
    let decode_ours =
        || read_reply::<queryorder::Response>(&body, key, &Limits::default()).unwrap();
    let decode_peer = || peer::Paid::decode(&text, KEY).unwrap();
    assert_eq!(decode_ours().med_trade_state, MedTradeState::Success);
    assert_eq!(decode_ours().total_fee, Fen(decode_peer().total_fee));

    let mut floor = Candidate::new(|| Md5::digest(canonical.as_bytes()));
    let mut ours = Candidate::new(decode_ours);
    let mut peer = Candidate::new(decode_peer);
    race(&mut [&mut floor, &mut ours, &mut peer]);
    let (floor, ours, peer) = (floor.nanoseconds(), ours.nanoseconds(), peer.nanoseconds());
    rows.row(
        "queryorder: decode + verify + typed, times bare MD5",
        ours,
        "ns",
        floor,
    );
    rows.row(
        "queryorder: decode + verify + typed, share of serde + quick-xml + BTreeMap",
        ours,
        "ns",
        peer,
    );
    rows.row(
        "queryorder: peer's decode + verify + typed, times bare MD5",
        peer,
        "ns",
        floor,
    );
    let count = |count: u64| count as f64;
    let (ours, peer) = (allocations(decode_ours), allocations(decode_peer));
    rows.row(
        "queryorder: allocations, share of the peer's",
        count(ours),
        "allocations",
        count(peer),
    );
}

fn sign_of(body: &[u8]) -> String {
    Fields::parse(body, &Limits::default())
        .unwrap()
        .get("sign")
        .unwrap()
        .to_owned()
}

struct Profile;

impl Supply for Profile {
    fn supply(&self, field: &signed_xml::Field) -> Option<Text> {
        let text = match field.name {
            "appid" => "wxd930ea5d5a258f4f",
            "mch_id" => "1900000109",
            "sub_appid" => "wx8888888888888888",
            "sub_mch_id" => "1900000110",
            "nonce_str" => "5K8264ILTKCH16CQ2502SI8ZNMTM67VS",
            _ => return None,
        };
        Some(text.into())
    }
}

/// An order with every field that a caller can give.
fn order() -> unifiedorder::Request {
    let content = unifiedorder::RequestContent::builder()
        .session_id("2f20f7ae-7bd0-4ea1-9722-89182b1817f8")
        .aae011("sys")
        .bka015("系统管理员")
        .bka001("1")
        .bka964("广州市天河区某某路某某楼")
        .build()
        .unwrap();
    let mut order = unifiedorder::Request::builder()
        .order_type(OrderType::RegPay)
        .sub_openid("oAlp5jrjMfwqpVdZhQs4kaP0iOgk")
        .hosp_out_trade_no("T201811230000000000001")
        .hospital_name("某市第一人民医院")
        .total_fee(Fen(25_000))
        .cash_fee(Fen(15_000))
        .cash_add_fee(Fen(5_000))
        .cash_add_wording("快递费")
        .cash_reduced_fee(Fen(0))
        .allow_fee_change(AllowFeeChange::from_wire("0"))
        .spbill_create_ip(Ipv4Addr::new(10, 193, 0, 1))
        .notify_url("https://hospital.example/payinsurance/notify")
        .limit_pay(payinsurance::enums::LimitPay::from_wire("no_credit"))
        .body("某市第一人民医院-挂号费")
        .return_url("https://hospital.example/return?trade_no=T201811230000000000001")
        .pay_type(PayType::CashAndInsurance)
        .city_id("440100")
        .insurance_fee(Fen(10_000))
        .user_card_type(UserCardType::from_wire("1"))
        .user_card_no(IdDigest::of("44030019000101123x").unwrap())
        .user_name("张三")
        .serial_no("HIS2018112300001")
        .org_no("440100001")
        .gmt_out_create("20181123163102".parse::<signed_xml::BeijingTime>().unwrap())
        .request_content(content)
        .bill_no("BILL2018112300001")
        .extends("{\"window\":\"3\"}")
        .is_dept(payinsurance::enums::IsDept::from_wire("5"))
        .attach("outpatient")
        .channel_no("AAFxTxPDyNg")
        .build()
        .unwrap();
    signed_xml::Message::fill(&mut order, &Profile);
    signed_xml::validate_complete(&order).unwrap();
    order
}

/// The reply to a query for a paid order, with every field of the document, in its order.
fn paid() -> Fields {
    let content =
        "{\"aaz217\":\"201812040805480193548\",\"aae240\":\"44.17\",\"akb020\":\"440100001\"}";
    Fields::from_pairs([
        ("return_code", "SUCCESS"),
        ("return_msg", "OK"),
        ("appid", "wxd930ea5d5a258f4f"),
        ("mch_id", "1900000109"),
        ("sub_mch_id", "1900000110"),
        ("nonce_str", "5K8264ILTKCH16CQ2502SI8ZNMTM67VS"),
        ("sub_appid", "wx8888888888888888"),
        ("result_code", "SUCCESS"),
        ("err_code", "0"),
        ("err_code_des", "ok"),
        ("med_trade_state", "SUCCESS"),
        ("cash_trade_status", "SUCCESS"),
        ("insurance_trade_status", "PAYED"),
        ("trade_status_desc", "支付成功"),
        ("time_end", "20181204080234"),
        ("order_type", "RegPay"),
        ("pay_type", "3"),
        ("openid", "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"),
        ("sub_openid", "oAlp5jrjMfwqpVdZhQs4kaP0iOgk"),
        ("total_fee", "7750"),
        ("cash_fee", "3333"),
        ("allow_fee_change", "1"),
        ("spbill_create_ip", "10.193.0.1"),
        ("notify_url", "https://hospital.example/payinsurance/notify"),
        ("insurance_fee", "4417"),
        ("Insurance_self_fee", "4000"),
        ("insurance_fund_fee", "417"),
        ("insurance_other_fee", "0"),
        ("hosp_out_trade_no", "YD20181204075841"),
        ("serial_no", "YD20181204075841"),
        ("org_no", "440100001"),
        ("gmt_out_create", "20181204080117"),
        ("request_content", "{\"session_id\":\"2f20f7ae-7bd0-4ea1-9722-89182b1817f8\",\"aae011\":\"sys\",\"bka015\":\"系统管理员\",\"bka001\":\"1\",\"bka964\":\"广州市天河区某某路某某楼\"}"),
        ("bill_no", "201812040805480193548"),
        ("limit_pay", "no_credit"),
        ("medical_card_id", "44010000000000000001"),
        ("hospital_name", "某市第一人民医院"),
        ("return_url", "https://hospital.example/return?trade_no=YD20181204075841"),
        ("response_content", content),
        ("body", "某市第一人民医院-挂号费"),
        ("extends", "{\"window\":\"3\"}"),
        ("med_trans_id", "M18120498560684284"),
        ("insurance_order_id", "118120498560684285"),
        ("cash_order_id", "4200000208201812043690782592"),
        ("attach", "outpatient"),
    ])
    .unwrap()
}
