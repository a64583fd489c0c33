//! Valid requests of a hospital, for tests: a test changes the field that it is about.
//!
//! The order is a mixed payment of 250 fen, 150 in cash and 100 from insurance, of the patient in
//! [`Config::default`](crate::Config). The fields are public, so each test sets what it needs.
//!
//! # Examples
//!
//! ```
//! use payinsurance::Fen;
//! use payinsurance::enums::PayType;
//! use payinsurance_sandbox::samples;
//! use signed_xml::validate;
//!
//! let mut order = samples::order("T20260501000001");
//! order.pay_type = PayType::Cash;
//! order.cash_fee = Fen(250);
//! order.insurance_fee = Fen::ZERO;
//! validate(&order)?;
//!
//! // A hospital that connects on its own names the patient under its own account.
//! order.openid = order.sub_openid.take();
//! validate(&order)?;
//! # Ok::<(), payinsurance::Violations>(())
//! ```

use std::net::Ipv4Addr;

use payinsurance::enums::{AllowFeeChange, OrderType, PayType, UserCardType};
use payinsurance::{BeijingTime, Fen, IdDigest, Text, refund, unifiedorder};

/// The openid of the patient of [`Config::default`](crate::Config), under the hospital's account.
pub const OPENID: &str = "oSandboxPatientOfTheProvider";

/// The name of that patient.
pub const PATIENT: &str = "张三";

/// The digest of that patient's ID number, the sample number of the document.
#[must_use]
pub fn id_digest() -> IdDigest {
    IdDigest::of("44030019000101123x").expect("the sample is valid")
}

/// An order of a hospital under a service provider: 250 fen, of which 150 cash and 100 insurance
/// (3.3).
///
/// The numbers of HIS and bureau are made from `number`, so that two orders have different ones.
/// `number` is not checked here: [`validate`](signed_xml::validate) and the client do.
#[must_use]
pub fn order(number: &str) -> unifiedorder::Request {
    let mut order = unifiedorder::Request::builder()
        .order_type(OrderType::RegPay)
        .sub_openid(OPENID)
        .hosp_out_trade_no("T1")
        .hospital_name("沙箱第一人民医院")
        .total_fee(Fen(250))
        .cash_fee(Fen(150))
        .insurance_fee(Fen(100))
        .pay_type(PayType::CashAndInsurance)
        .allow_fee_change(AllowFeeChange::Refuse)
        .spbill_create_ip(Ipv4Addr::new(10, 193, 0, 1))
        .notify_url("https://hospital.example/notify")
        .return_url("https://hospital.example/return")
        .body("挂号费")
        .user_card_type(UserCardType::IdCard)
        .user_card_no(id_digest())
        .user_name(PATIENT)
        .serial_no("S1")
        .bill_no("B1")
        .org_no("440100001")
        .gmt_out_create(
            "20260501163102"
                .parse::<BeijingTime>()
                .expect("the sample is valid"),
        )
        .request_content(order_content())
        .build()
        .expect("the sample is valid");
    order.hosp_out_trade_no = Text::from(number);
    order.serial_no = Text::from(format!("S{}", end_of(number)));
    order.bill_no = Text::from(format!("B{}", end_of(number)));
    order
}

/// What goes along with an order (3.3, `request_content`).
#[must_use]
pub fn order_content() -> unifiedorder::RequestContent {
    unifiedorder::RequestContent::builder()
        .session_id("2f20f7ae-7bd0-4ea1-9722-89182b1817f8")
        .aae011("sys")
        .bka015("系统管理员")
        .bka001("1")
        .bka964("广州市天河区")
        .build()
        .expect("the sample is valid")
}

/// The refund of all of [`order`], under the number `R` and the order's (3.6).
#[must_use]
pub fn refund(number: &str) -> refund::Request {
    let mut refund = refund::Request::builder()
        .hosp_out_trade_no("T1")
        .hosp_out_refund_no("RT1")
        .cancel_serial_no("S1")
        .cancel_bill_no("B1")
        .request_content(refund_content())
        .build()
        .expect("the sample is valid");
    refund.hosp_out_trade_no = Some(Text::from(number));
    refund.hosp_out_refund_no = Text::from(format!("R{number}"));
    refund.cancel_serial_no = Text::from(format!("S{}", end_of(number)));
    refund.cancel_bill_no = Text::from(format!("B{}", end_of(number)));
    refund
}

/// What goes along with a refund (3.6, `request_content`).
#[must_use]
pub fn refund_content() -> refund::RequestContent {
    refund::RequestContent::builder()
        .session_id("2f20f7ae-7bd0-4ea1-9722-89182b1817f8")
        .paytype(OrderType::RegPay)
        .aae011("sys")
        .bka015("系统管理员")
        .bka001("1")
        .bka964("广州市天河区")
        .build()
        .expect("the sample is valid")
}

/// The last 19 characters: with a letter before them, as much as `serial_no` and `bill_no` hold.
fn end_of(number: &str) -> &str {
    let start = number.char_indices().rev().nth(18);
    start.map_or(number, |(at, _)| &number[at..])
}
