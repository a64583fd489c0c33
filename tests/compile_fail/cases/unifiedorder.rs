//! The mistakes in an order: without all that it needs, with a payer too many, with values of another type.

use std::net::Ipv4Addr;

use payinsurance::enums::{AllowFeeChange, OrderType, PayType, UserCardType};
use payinsurance::unifiedorder::{Request, RequestContent};
use signed_xml::{BeijingTime, Fen, IdDigest};

/// An order without `hosp_out_trade_no`.
fn one_field_missing(id_digest: IdDigest, placed: BeijingTime, content: RequestContent) {
    let _ = Request::builder()
        .order_type(OrderType::RegPay)
        .sub_openid("oAlp5jrjMfwqpVdZhQs4kaP0iOgk")
        .hospital_name("某市第一人民医院")
        .total_fee(Fen(250))
        .cash_fee(Fen(150))
        .allow_fee_change(AllowFeeChange::Refuse)
        .spbill_create_ip(Ipv4Addr::new(10, 193, 0, 1))
        .notify_url("https://hospital.example/notify")
        .body("挂号费")
        .return_url("https://hospital.example/return")
        .pay_type(PayType::CashAndInsurance)
        .insurance_fee(Fen(100))
        .user_card_type(UserCardType::IdCard)
        .user_card_no(id_digest)
        .user_name("张三")
        .serial_no("HIS0001")
        .org_no("4401001")
        .gmt_out_create(placed)
        .request_content(content)
        .bill_no("B0001")
        .build();
}

/// Every required field is named, and the payer.
fn everything_missing() {
    let _ = Request::builder().build();
}

/// `openid` and `sub_openid` exclude each other.
fn payer_twice() {
    let _ = Request::builder().sub_openid("oSub").openid("oUser");
}

/// A payment type is a `PayType`, not a text.
fn enum_as_text() {
    let _ = Request::builder().pay_type("3");
}

/// Money is `Fen`, never a bare number.
fn money_as_bare_number() {
    let _ = Request::builder().cash_fee(Fen(150)).total_fee(250);
}

/// `mch_id` comes from the merchant profile: the builder does not ask for it.
fn merchant_field_set_by_caller() {
    let _ = Request::builder().mch_id("1900000109");
}

fn main() {}
