//! An order with `openid` and `sub_openid`.

use std::net::Ipv4Addr;

use payinsurance::enums::{AllowFeeChange, OrderType, PayType, UserCardType};
use payinsurance::unifiedorder::{Request, RequestContent};
use signed_xml::{BeijingTime, Fen, IdDigest};

fn order(id_digest: IdDigest, placed: BeijingTime, content: RequestContent) {
    let _ = Request::builder()
        .order_type(OrderType::RegPay)
        .sub_openid("oAlp5jrjMfwqpVdZhQs4kaP0iOgk")
        .openid("oUser")
        .hosp_out_trade_no("T20161123000001")
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

fn main() {}
