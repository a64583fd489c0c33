//! The golden Rust of the spec compiler, compiled and exercised.
//!
//! `codegen` compares these files with what it emits; here they prove to be Rust that works: every derive, every kind of field, a group, rules,
//! a payload, views, aliases, open enums, error codes, bill rows, and the typed client.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

/// The golden files as the crate that they would be: they reach each other through `super`.
#[path = "../../codegen/tests/goldens/src"]
#[allow(
    clippy::question_mark,
    dead_code,
    missing_docs,
    unused_imports,
    unreachable_pub,
    reason = "compiled as it was emitted, and not all of it is called"
)]
mod clinic {
    pub use error_code::ErrorCode;

    pub mod agenttoken;
    pub mod bill;
    pub mod client;
    pub mod enums;
    pub mod error_code;
    pub mod getbill;
    pub mod interface;
    pub mod notice;
    pub mod pay;
    pub mod token;
}

use std::net::Ipv4Addr;
use std::time::Duration;

use clinic::enums::{BillType, PayType, RefundPart, ReturnCode};
use clinic::interface::Interface;
use clinic::{ErrorCode, bill, client, getbill, notice, pay, token};
use signed_xml::bill::{BillReader, BillWriter};
use signed_xml::{
    Auth, BeijingTime, Call, Decimal, Effect, Fen, Fields, IdDigest, Key, Limits, Message, Method,
    ReplyForm, SIGN, SignType, Supplied, Supply, Text, encode, read_notification, read_reply,
    validate, validate_complete,
};
use signed_xml_client::{AccessMode, Merchant, TokenRequest};

fn key() -> Key {
    Key::new("192006250b4c09247ec02edce69f6a2d").unwrap()
}

struct Profile;

impl Supply for Profile {
    fn supply(&self, field: &signed_xml::Field) -> Option<Text> {
        matches!(field.supplied, Supplied::Merchant(_) | Supplied::Client)
            .then(|| format!("the {}", field.name).into())
    }
}

fn content() -> pay::PayContent {
    pay::PayContent::builder()
        .session_id("2f20f7ae")
        .remark("初诊")
        .build()
        .unwrap()
}

/// An order with every field that a caller can give.
fn order() -> pay::Request {
    pay::Request::builder()
        .openid("oUpF8uMuAJO_M2pxb1Q9zNjWeS6o")
        .phone("13800000000")
        .email("patient@clinic.example")
        .order_no("YD20181204075841")
        .body("挂号费 ]]> &")
        .total_fee(Fen(250))
        .cash_fee(Fen(150))
        .cash_add_fee(Fen(50))
        .insurance_self_fee(Fen(100))
        .pay_type(PayType::Both)
        .refund_part(RefundPart::CashOnly)
        .refund_fee(Fen(1))
        .lifetime(Duration::from_secs(7200))
        .count(3_u32)
        .ip(Ipv4Addr::new(10, 193, 0, 1))
        .created("20181204080117".parse::<BeijingTime>().unwrap())
        .day("20181204".parse::<signed_xml::BillDate>().unwrap())
        .file_md5("09EB26E839FF3A2E3980352AE45EF09E")
        .id_no(IdDigest::of("44030019000101123x").unwrap())
        .notify_url("https://clinic.example/notify")
        .extra("")
        .content(content())
        .kind("registration")
        .item_fee_n(0, Fen(100))
        .item_fee_n(10, Fen(50))
        .item_name_n(0, "挂号")
        .extra_field("visit_no", "7")
        .build()
        .unwrap()
}

fn message(order: &pay::Request) -> String {
    validate(order).unwrap_err().to_string()
}

#[test]
fn a_message_is_built_completed_signed_and_read_back() {
    let mut order = order();
    order.fill(&Profile);
    validate_complete(&order).unwrap();
    let sent = Fields::parse(&encode(&order, &key()).unwrap(), &Limits::default()).unwrap();
    sent.verify(&key()).unwrap();
    assert_eq!(
        sent.get("type"),
        Some("registration"),
        "`kind` is called `type` on the wire"
    );
    assert_eq!(sent.get("lifetime"), Some("7200"));
    assert_eq!(sent.get("extra"), None, "an empty value is not sent");
    assert_eq!(sent.get("item_fee_10"), Some("50"));
    assert!(
        !format!("{order:?}").contains("挂号\""),
        "a name is personal"
    );
    assert_eq!(
        sent.get("content"),
        Some(r#"{"remark":"初诊","session_id":"2f20f7ae"}"#)
    );
    assert!(
        sent.canonical_string()
            .starts_with("Insurance_self_fee=100&appid=")
    );

    let unsigned = Fields::from_pairs(sent.iter().filter(|(name, _)| *name != SIGN)).unwrap();
    let received: pay::Request = unsigned.read().unwrap();
    order.extra = None;
    assert_eq!(received, order);
}

#[test]
fn the_address_of_a_call_is_part_of_its_type() {
    let pay = pay::Request::ENDPOINT;
    assert_eq!((pay.origin, pay.path), ("https://clinic.example", "/pay"));
    assert_eq!(
        (pay.method, pay.auth, pay.form),
        (Method::Post, Auth::AccessToken, ReplyForm::Xml)
    );
    assert_eq!(getbill::Request::ENDPOINT.form, ReplyForm::Text);
    let token = token::Request::ENDPOINT;
    assert_eq!(
        (token.method, token.auth, token.form),
        (Method::Get, Auth::None, ReplyForm::Json)
    );
}

#[test]
fn a_group_takes_the_number_of_members_that_it_says() {
    let mut order = order();
    order.sub_openid = Some("o2".into());
    assert!(message(&order).contains("exactly one of `openid`, `sub_openid` must be set, found 2"));
    order.openid = None;
    assert_eq!(
        validate(&order),
        Ok(()),
        "`sub_appid` is asked for once the profile is in"
    );
    let complete = validate_complete(&order).unwrap_err().to_string();
    assert!(
        complete
            .contains("`sub_appid` (子公众账号ID, section 2) is required when present(sub_openid)"),
        "{complete}"
    );
    order.phone = None;
    assert_eq!(validate(&order), Ok(()), "one of two contacts is enough");
    order.email = None;
    assert!(message(&order).contains("at least one of `phone`, `email` must be set, found 0"));
}

#[test]
fn every_rule_is_held() {
    let spoiled = |spoil: fn(&mut pay::Request)| {
        let mut order = order();
        spoil(&mut order);
        message(&order)
    };
    let message = spoiled(|order| order.cash_add_fee = Some(Fen(151)));
    assert!(message.contains("rule extra_within_cash"), "{message}");
    let message = spoiled(|order| order.cash_fee = Fen(251));
    assert!(message.contains("rule cash_within_total"), "{message}");
    let message = spoiled(|order| (order.pay_type, order.count) = (PayType::Insurance, 0));
    assert!(message.contains("rule no_cash_by_insurance"), "{message}");
    let message = spoiled(|order| order.refund_part = Some(RefundPart::All));
    assert!(
        message.contains("`refund_fee` (退款金额, section 2) must be left out when"),
        "{message}"
    );
    let message = spoiled(|order| order.body = "汉".repeat(43).into());
    assert!(
        message.contains("holds at most 128 bytes, found 129"),
        "{message}"
    );
    let message = spoiled(|order| order.file_md5 = Some("no digest".into()));
    assert!(
        message.contains("`file_md5` (附件摘要, section 2) must be"),
        "{message}"
    );
}

#[test]
fn a_reply_is_read_by_its_aliases_and_shown_through_its_views() {
    let reply = |more: &[(&str, &str)]| -> pay::Response {
        let fields = [
            ("return_code", "SUCCESS"),
            ("trans_id", "M1"),
            ("pay_url", "pages/pay"),
        ];
        let fields = Fields::from_pairs(fields.into_iter().chain(more.iter().copied())).unwrap();
        let body = fields.to_signed_xml(&key(), SignType::Md5);
        read_reply(&body, &key(), &Limits::default()).unwrap()
    };
    let plain = reply(&[]);
    assert_eq!(plain.link().map(|link| link.url), Some("pages/pay"));
    assert_eq!(plain.mini_program(), None);
    let with_app = reply(&[("pay_appid", "wx1"), ("Err_msg", "ok")]);
    assert_eq!(with_app.err_msg.as_deref(), Some("ok"));
    assert_eq!(with_app.link(), None);
    let program = with_app.mini_program().unwrap();
    assert_eq!((program.appid, program.path), ("wx1", "pages/pay"));
}

#[test]
fn a_value_that_no_version_knows_is_preserved() {
    let fields = Fields::from_pairs([
        ("return_code", "LATER"),
        ("order_no", "1"),
        ("time_end", "20181204080234"),
    ]);
    let notice: notice::Notification = fields.unwrap().read().unwrap();
    assert_eq!(notice.return_code.as_str(), "LATER");
    assert_eq!(notice.return_code.label(), None);
    assert_eq!(ReturnCode::from_wire("SUCCESS"), ReturnCode::Success);
    assert_eq!(PayType::WIRE_VALUES, ["1", "2", "3"]);
    assert_eq!(PayType::Both.label(), Some("混合"));
}

#[test]
fn a_notification_is_opened_and_answered() {
    let fields = [
        ("return_code", "SUCCESS"),
        ("order_no", "1"),
        ("time_end", "20181204080234"),
    ];
    let body = Fields::from_pairs(fields)
        .unwrap()
        .to_signed_xml(&key(), SignType::Md5);
    let notice: notice::Notification =
        read_notification(&body, &key(), &Limits::default()).unwrap();
    assert_eq!(notice.time_end.to_string(), "2018-12-04 08:02:34");

    let merchant = Merchant::independent("wx1", "10000100", key()).unwrap();
    let client: client::Client = client::Client::builder(merchant).build().unwrap();
    assert_eq!(client.open_notice(&body).unwrap(), notice);
    let reply = notice::Reply::builder()
        .return_code(ReturnCode::Success)
        .build()
        .unwrap();
    let answer = client.sign_notice_reply(&reply).unwrap();
    let answer = Fields::parse(&answer, &Limits::default()).unwrap();
    answer.verify(&key()).unwrap();
    assert_eq!(answer.get("nonce_str").map(str::len), Some(32));
}

#[test]
fn an_error_code_says_what_it_means_where_and_what_it_leaves_open() {
    let code = ErrorCode::from_wire("102");
    assert_eq!(code, ErrorCode::NoBill);
    assert_eq!(code.meaning(), Some("账单不存在"));
    assert_eq!(code.interfaces(), ["getbill", "pay"]);
    assert_eq!((code.effect(), code.advice()), (Effect::Refused, None));
    let unknown = ErrorCode::from_wire("999");
    assert_eq!(
        (unknown.effect(), unknown.meaning()),
        (Effect::Unknown, None)
    );
    assert_eq!(pay::Request::effect_of("SYSTEMERROR"), Effect::Unknown);
}

#[test]
fn a_token_is_taken_out_of_its_reply() {
    let fields = Fields::from_pairs([("access_token", "T"), ("expires_in", "7200")]).unwrap();
    let expected = (Text::from("T"), Duration::from_secs(7200));
    assert_eq!(
        <token::Request as TokenRequest>::token(&fields.read().unwrap()),
        expected
    );
    let request = token::Request::SCHEMA;
    assert!(
        request
            .fields
            .iter()
            .any(|field| field.supplied == Supplied::Merchant("app_secret"))
    );
    let merchant = Merchant::service_provider("wx1", "1", "2", key()).unwrap();
    assert_eq!(merchant.mode(), AccessMode::ServiceProvider);
    let client: client::Client = client::Client::builder(merchant).build().unwrap();
    assert_eq!(
        client.generic().merchant().mode(),
        AccessMode::ServiceProvider
    );
}

#[test]
fn a_bill_row_is_written_and_read_by_its_header() {
    let row = bill::Row {
        trade_time: Some("2018-12-04 08:02:34".parse().unwrap()),
        order_no: Some("YD20181204075841".into()),
        openid: Some("oUpF8uMuAJO".into()),
        pay_type: Some(PayType::Both),
        total: Some(Fen(3333)),
        fee: Some(Decimal::new(10_000, 5)),
        rate: Some("0.30%".parse().unwrap()),
        unknown: Vec::new(),
    };
    let mut bill = BillWriter::new(Vec::new(), bill::layout(&BillType::All)).unwrap();
    bill.row(&row).unwrap();
    let text = bill.into_inner();
    let expected =
        "`2018-12-04 08:02:34,`YD20181204075841,`oUpF8uMuAJO,`3,`33.33,`0.10000,`0.30%\n";
    assert!(String::from_utf8_lossy(&text).ends_with(expected));
    let mut rows = BillReader::<_, bill::Row>::new(&text[..]).unwrap();
    assert_eq!(rows.next().unwrap().unwrap(), row);
    assert!(!format!("{row:?}").contains("oUpF8uMuAJO"));
    assert_eq!(bill::LAYOUTS.len(), 2);
    assert!(bill::layout(&BillType::from_wire("NEW")).is_empty());
}

#[test]
fn the_folder_of_the_goldens_holds_no_file_that_is_not_compiled_here() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../codegen/tests/goldens/src");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let compiled = [
        "agenttoken.rs",
        "bill.rs",
        "client.rs",
        "enums.rs",
        "error_code.rs",
        "getbill.rs",
        "interface.rs",
        "lib.rs",
        "notice.rs",
        "pay.rs",
        "token.rs",
    ];
    assert_eq!(names, compiled, "lib.rs only names the others");
}

#[test]
fn the_list_of_interfaces_leaves_out_what_the_peer_calls() {
    let names: Vec<&str> = Interface::ALL.iter().map(|call| call.name()).collect();
    assert!(
        names.contains(&"pay") && !names.contains(&"notice"),
        "{names:?}"
    );
    for interface in Interface::ALL {
        assert_eq!(Interface::named(interface.name()), Some(*interface));
        assert_eq!(Interface::at(interface.endpoint().path), Some(*interface));
        assert!(!interface.request().fields.is_empty(), "{interface:?}");
    }
    assert_eq!(Interface::named("notice"), None);
}
