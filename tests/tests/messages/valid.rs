//! Valid requests of every interface, built as a caller builds them, with arbitrary values inside the rules.

use std::net::Ipv4Addr;

use payinsurance::enums::{
    AllowFeeChange, BillType, IsDept, LimitPay, OrderType, PartRefundType, PayType, ResultCode,
    ReturnCode, UserCardType,
};
use payinsurance::{
    closeorder, getbalancebill, gettoken, notification, queryorder, queryrefund, refund, token,
    unifiedorder, verifyname,
};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use signed_xml::{BeijingTime, BillDate, Fen, IdDigest, Text};

use crate::by_schema;

/// A text of at most `max` characters, never empty.
fn text(max: usize) -> impl Strategy<Value = String> {
    by_schema::text().prop_map(move |text| text.chars().take(max).collect())
}

fn url() -> impl Strategy<Value = String> {
    "https?://[a-z0-9.]{1,20}(/[a-zA-Z0-9&=?%]{0,30}){0,2}"
}

/// One of the values that the spec names, or one that it does not.
fn value(known: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop_oneof![9 => select(known).prop_map(str::to_owned), 1 => "[A-Z]{1,8}"]
}

/// 0, 1, or anything up to `max`, which is the rest of a sum.
fn part(max: u64) -> impl Strategy<Value = u64> {
    prop_oneof![Just(0), Just(1.min(max)), Just(max), 0..=max]
}

/// Amounts that keep the rules of 3.3.
#[derive(Debug, Clone, Copy)]
struct Amounts {
    pay_type: u8,
    cash: u64,
    extra: Option<u64>,
    reduced: Option<u64>,
    insurance: u64,
    total: u64,
}

fn amounts() -> impl Strategy<Value = Amounts> {
    let parts = (
        1..=3_u8,
        part(u64::MAX / 3),
        part(u64::MAX / 3),
        option::of(part(u64::MAX / 3)),
        part(u64::MAX),
    );
    parts.prop_flat_map(|(pay_type, cash, insurance, reduced, rest)| {
        let (cash, insurance) = match pay_type {
            1 => (cash, 0),
            2 => (0, insurance),
            _ => (cash.max(1), insurance),
        };
        let sum = cash + insurance + reduced.unwrap_or(0);
        let total = sum.saturating_add(rest).max(1);
        let amounts = Amounts {
            pay_type,
            cash,
            extra: None,
            reduced,
            insurance,
            total,
        };
        option::of(part(cash)).prop_map(move |extra| Amounts { extra, ..amounts })
    })
}

fn order_content() -> impl Strategy<Value = unifiedorder::RequestContent> {
    (text(50), text(20), text(50), text(3), text(200)).prop_map(
        |(session, number, name, batch, place)| {
            unifiedorder::RequestContent::builder()
                .session_id(session)
                .aae011(number)
                .bka015(name)
                .bka001(batch)
                .bka964(place)
                .build()
                .unwrap()
        },
    )
}

fn refund_content() -> impl Strategy<Value = refund::RequestContent> {
    let kind = value(OrderType::WIRE_VALUES);
    (text(50), kind, text(20), text(50), text(3), text(200)).prop_map(
        |(session, kind, number, name, batch, place)| {
            refund::RequestContent::builder()
                .session_id(session)
                .paytype(OrderType::from_wire(kind))
                .aae011(number)
                .bka015(name)
                .bka001(batch)
                .bka964(place)
                .build()
                .unwrap()
        },
    )
}

fn digest() -> impl Strategy<Value = IdDigest> {
    "[1-9][0-9]{16}[0-9xX]".prop_map(|number| IdDigest::of(&number).unwrap())
}

fn time() -> impl Strategy<Value = BeijingTime> {
    (2019..=2099_u16, 1..=12_u8, 1..=28_u8, 0..=23_u8, 0..=59_u8).prop_map(
        |(year, month, day, hour, minute)| {
            format!("{year}{month:02}{day:02}{hour:02}{minute:02}07")
                .parse()
                .unwrap()
        },
    )
}

/// Fields of the caller's own, which the spec does not name.
fn extra() -> impl Strategy<Value = Option<(String, String)>> {
    option::of(("zz_[a-z]{1,8}", by_schema::text()))
}

pub(crate) fn unifiedorder() -> impl Strategy<Value = unifiedorder::Request> {
    let kinds = (
        value(OrderType::WIRE_VALUES),
        value(AllowFeeChange::WIRE_VALUES),
        value(UserCardType::WIRE_VALUES),
    );
    let numbers = (text(64), text(20), text(20), text(32), time());
    let people = (
        any::<bool>(),
        text(128),
        digest(),
        text(32),
        any::<[u8; 4]>(),
    );
    let shown = (text(128), text(128), url(), url());
    let optional = (
        option::of(text(16)),
        option::of(value(LimitPay::WIRE_VALUES)),
        option::of(text(32)),
        option::of(text(512)),
        option::of(value(IsDept::WIRE_VALUES)),
        option::of(text(128)),
        extra(),
    );
    (
        kinds,
        numbers,
        people,
        shown,
        amounts(),
        order_content(),
        optional,
    )
        .prop_map(
            |(kinds, numbers, people, shown, amounts, content, optional)| {
                let (order_type, fee_change, card_type) = kinds;
                let (trade_no, serial_no, bill_no, org_no, created) = numbers;
                let (under_sub_appid, openid, digest, name, address) = people;
                let (hospital, body, notify_url, return_url) = shown;
                let (wording, limit_pay, city, extends, is_dept, attach, extra) = optional;
                let order = unifiedorder::Request::builder()
                    .order_type(OrderType::from_wire(order_type))
                    .hosp_out_trade_no(trade_no)
                    .hospital_name(hospital)
                    .total_fee(Fen(amounts.total))
                    .cash_fee(Fen(amounts.cash))
                    .maybe_cash_add_fee(amounts.extra.map(Fen))
                    .maybe_cash_add_wording(wording)
                    .maybe_cash_reduced_fee(amounts.reduced.map(Fen))
                    .allow_fee_change(AllowFeeChange::from_wire(fee_change))
                    .spbill_create_ip(Ipv4Addr::from(address))
                    .notify_url(notify_url)
                    .maybe_limit_pay(limit_pay.map(LimitPay::from_wire))
                    .body(body)
                    .return_url(return_url)
                    .pay_type(PayType::from_wire(amounts.pay_type.to_string()))
                    .maybe_city_id(city)
                    .insurance_fee(Fen(amounts.insurance))
                    .user_card_type(UserCardType::from_wire(card_type))
                    .user_card_no(digest)
                    .user_name(name)
                    .serial_no(serial_no)
                    .org_no(org_no)
                    .gmt_out_create(created)
                    .request_content(content)
                    .bill_no(bill_no)
                    .maybe_extends(extends)
                    .maybe_is_dept(is_dept.map(IsDept::from_wire))
                    .maybe_attach(attach);
                let order = match extra {
                    Some((name, value)) => order.extra_field(name, value),
                    None => order,
                };
                match under_sub_appid {
                    true => order.sub_openid(openid).build(),
                    false => order.openid(openid).build(),
                }
                .unwrap()
            },
        )
}

pub(crate) fn refund() -> impl Strategy<Value = refund::Request> {
    let part = prop_oneof![
        Just((None, None)),
        (1..=u64::MAX).prop_map(|fee| (None, Some(fee))),
        (1..=u64::MAX).prop_map(|fee| (Some("CASH_ONLY".to_owned()), Some(fee))),
        value(PartRefundType::WIRE_VALUES).prop_map(|part| (Some(part), None)),
    ];
    (
        any::<bool>(),
        text(32),
        text(64),
        text(20),
        text(20),
        part,
        refund_content(),
    )
        .prop_map(
            |(by_our_number, order, refund_no, serial_no, bill_no, (part, fee), content)| {
                let refund = refund::Request::builder()
                    .hosp_out_refund_no(refund_no)
                    .cancel_serial_no(serial_no)
                    .cancel_bill_no(bill_no)
                    .maybe_part_refund_type(part.map(PartRefundType::from_wire))
                    .maybe_cash_refund_fee(fee.map(Fen))
                    .request_content(content);
                match by_our_number {
                    true => refund.hosp_out_trade_no(order).build(),
                    false => refund.med_trans_id(order).build(),
                }
                .unwrap()
            },
        )
}

pub(crate) fn queryorder() -> impl Strategy<Value = queryorder::Request> {
    (any::<bool>(), text(32), extra()).prop_map(|(by_our_number, order, extra)| {
        let query = queryorder::Request::builder();
        let query = match extra {
            Some((name, value)) => query.extra_field(name, value),
            None => query,
        };
        match by_our_number {
            true => query.hosp_out_trade_no(order).build(),
            false => query.med_trans_id(order).build(),
        }
        .unwrap()
    })
}

pub(crate) fn queryrefund() -> impl Strategy<Value = queryrefund::Request> {
    (
        text(32),
        option::of(text(32)),
        option::of(text(64)),
        option::of(text(64)),
    )
        .prop_map(|(order, refund, trade_no, refund_no)| {
            let mut query = queryrefund::Request::builder()
                .med_trans_id(order)
                .build()
                .unwrap();
            query.med_refund_id = refund.map(Text::from);
            query.hosp_out_trade_no = trade_no.map(Text::from);
            query.hosp_out_refund_no = refund_no.map(Text::from);
            query
        })
}

pub(crate) fn closeorder() -> impl Strategy<Value = closeorder::Request> {
    (any::<bool>(), text(32)).prop_map(|(by_our_number, order)| {
        let close = closeorder::Request::builder();
        match by_our_number {
            true => close.hosp_out_trade_no(order).build(),
            false => close.med_trans_id(order).build(),
        }
        .unwrap()
    })
}

pub(crate) fn getbalancebill() -> impl Strategy<Value = getbalancebill::Request> {
    (time(), option::of(value(BillType::WIRE_VALUES))).prop_map(|(day, bill_type)| {
        let day: BillDate = day.date();
        let bill_type = bill_type.map(BillType::from_wire);
        getbalancebill::Request::builder()
            .bill_date(day)
            .maybe_bill_type(bill_type)
            .build()
            .unwrap()
    })
}

pub(crate) fn verifyname() -> impl Strategy<Value = verifyname::Request> {
    (text(32), text(32), digest()).prop_map(|(openid, name, digest)| {
        verifyname::Request::builder()
            .openid(openid)
            .name(name)
            .idcard_md5(digest)
            .build()
            .unwrap()
    })
}

pub(crate) fn notification_reply() -> impl Strategy<Value = notification::Reply> {
    let codes = (
        value(ReturnCode::WIRE_VALUES),
        value(ResultCode::WIRE_VALUES),
    );
    (codes, option::of(text(128))).prop_map(|((return_code, result_code), return_msg)| {
        notification::Reply::builder()
            .return_code(ReturnCode::from_wire(return_code))
            .result_code(ResultCode::from_wire(result_code))
            .maybe_return_msg(return_msg)
            .build()
            .unwrap()
    })
}

pub(crate) fn gettoken() -> impl Strategy<Value = gettoken::Request> {
    extra().prop_map(|extra| {
        let request = gettoken::Request::builder();
        match extra {
            Some((name, value)) => request.extra_field(name, value).build(),
            None => request.build(),
        }
        .unwrap()
    })
}

pub(crate) fn token() -> impl Strategy<Value = token::Request> {
    Just(token::Request::builder().build().unwrap())
}
