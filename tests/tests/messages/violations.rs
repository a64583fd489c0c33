//! All violations of a request are reported at once, in the document's words, and without a confidential value.

use payinsurance::enums::{PartRefundType, PayType};
use payinsurance::{queryrefund, refund, unifiedorder};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use signed_xml::{Fen, Length, Problem, Text, Violations, validate, validate_complete};

use crate::valid;

/// Some valid request, to be spoiled.
fn one<T: std::fmt::Debug>(strategy: impl Strategy<Value = T>) -> T {
    strategy
        .new_tree(&mut TestRunner::deterministic())
        .unwrap()
        .current()
}

/// An order in cash that takes insurance, and more than its price.
fn spoiled_order() -> unifiedorder::Request {
    let mut order = one(valid::unifiedorder());
    order.total_fee = Fen(0);
    order.cash_fee = Fen(5);
    order.cash_add_fee = Some(Fen(6));
    order.insurance_fee = Fen(1);
    order.pay_type = PayType::Cash;
    order.serial_no = "医院HIS系统订单号一二三四五六七八九十一".into();
    order.notify_url = "hospital.example/notify".into();
    order.user_name = "张三\u{0}".into();
    order
}

fn problems_of<'a>(violations: &'a Violations, name: &str) -> Vec<&'a Problem> {
    violations
        .iter()
        .filter(|violation| violation.field.is_some_and(|field| field.name == name))
        .map(|violation| &violation.problem)
        .collect()
}

#[test]
fn all_violations_of_an_order_are_reported_at_once() {
    let violations = validate(&spoiled_order()).unwrap_err();
    assert_eq!(violations.message(), "unifiedorder request");
    assert_eq!(
        problems_of(&violations, "total_fee"),
        [&Problem::TooSmall { min: 1, found: 0 }]
    );
    assert_eq!(
        problems_of(&violations, "serial_no"),
        [&Problem::TooLong {
            max: 20,
            length: Length::Chars,
            found: 21
        }]
    );
    assert!(matches!(
        problems_of(&violations, "notify_url")[..],
        [Problem::Form { .. }]
    ));
    assert_eq!(
        problems_of(&violations, "user_name"),
        [&Problem::Character {
            position: 2,
            character: '\0'
        }]
    );
    let rules: Vec<&str> = violations
        .iter()
        .filter_map(|violation| match violation.problem {
            Problem::Rule { name, .. } => Some(name),
            _ => None,
        })
        .collect();
    assert_eq!(
        rules,
        [
            "extra_cash_within_cash",
            "shares_within_total",
            "cash_alone_leaves_insurance_out"
        ]
    );
    assert_eq!(violations.len(), 7, "{violations}");
}

#[test]
fn a_violation_names_field_label_section_limit_and_what_was_found() {
    let message = validate(&spoiled_order()).unwrap_err().to_string();
    for part in [
        "the unifiedorder request cannot be sent: ",
        "`total_fee` (总共需要支付现金金额, section 3.3) must be at least 1, found 0",
        "`serial_no` (医院HIS系统订单号, section 3.3) holds at most 20 characters, found 21",
        "`notify_url` (回调url, section 3.3) must be ",
        "`user_name` (真实姓名, section 3.3) holds U+0000 at character 2",
        "The extra cash is part of the cash (rule extra_cash_within_cash: cash_add_fee <= cash_fee)",
    ] {
        assert!(message.contains(part), "{part} in {message}");
    }
    assert!(
        !message.contains("张三") && !message.contains("hospital.example"),
        "{message}"
    );
}

#[test]
fn a_payload_is_checked_with_the_message_around_it() {
    let mut refund = one(valid::refund());
    refund.request_content.0.bka001 = "1234".into();
    refund.cancel_bill_no = "".into();
    refund.part_refund_type = Some(PartRefundType::from_wire("ALL"));
    refund.cash_refund_fee = Some(Fen(0));
    let violations = validate(&refund).unwrap_err();
    assert!(matches!(
        problems_of(&violations, "bka001")[..],
        [Problem::TooLong {
            max: 3,
            found: 4,
            ..
        }]
    ));
    assert!(matches!(
        problems_of(&violations, "cancel_bill_no")[..],
        [Problem::Empty]
    ));
    assert!(
        matches!(
            problems_of(&violations, "cash_refund_fee")[..],
            [
                Problem::TooSmall { min: 1, found: 0 },
                Problem::ForbiddenWhen { .. }
            ]
        ),
        "{violations}"
    );
    let message = violations.to_string();
    assert!(
        message.contains("`bka001` (业务批次号, section 3.6) holds at most 3 characters, found 4"),
        "{message}"
    );
}

#[test]
fn a_group_is_checked_also_where_no_builder_stood_in_the_way() {
    let mut order = one(valid::unifiedorder());
    (order.openid, order.sub_openid) = (Some("o1".into()), Some("o2".into()));
    let message = validate(&order).unwrap_err().to_string();
    assert!(
        message.contains("exactly one of `openid`, `sub_openid` must be set, found 2"),
        "{message}"
    );
    (order.openid, order.sub_openid) = (None, None);
    let message = validate(&order).unwrap_err().to_string();
    assert!(
        message.contains("exactly one of `openid`, `sub_openid` must be set, found 0"),
        "{message}"
    );

    let mut query = one(valid::queryrefund());
    (query.med_trans_id, query.med_refund_id) = (None, None);
    (query.hosp_out_trade_no, query.hosp_out_refund_no) = (None, None);
    let message = validate(&query).unwrap_err().to_string();
    assert!(
        message.contains("at least one of `med_trans_id`, `med_refund_id`, "),
        "{message}"
    );
}

#[test]
fn an_empty_text_does_not_count_in_a_group_because_it_is_not_sent() {
    let order = queryrefund::Request::builder().med_trans_id("").build();
    assert!(order.is_err(), "a query without any number would go out");
    let mut order = one(valid::unifiedorder());
    (order.openid, order.sub_openid) = (Some("".into()), None);
    assert!(
        validate(&order).is_err(),
        "an order without a payer would go out"
    );
}

#[test]
fn what_the_merchant_profile_lacks_is_reported_when_the_message_is_complete() {
    let order = one(valid::unifiedorder());
    assert_eq!(validate(&order), Ok(()), "the caller is not asked for it");
    let violations = validate_complete(&order).unwrap_err();
    for name in ["appid", "mch_id", "nonce_str"] {
        assert!(
            matches!(problems_of(&violations, name)[..], [Problem::NotSupplied]),
            "{name}: {violations}"
        );
    }
    let message = violations.to_string();
    assert!(message.contains("`mch_id` (商户号, section 3.3) comes from the merchant profile, whose `mch_id` is not set"), "{message}");
}

#[test]
fn an_extra_field_must_be_unknown_to_the_document_and_valid_on_the_wire() {
    let refund =
        |name: &str, value: &str| -> Vec<Problem> { spoil(one(valid::refund()), name, value) };
    for (name, value) in [
        ("cancel_bill_no", "1"),
        ("sign", "1"),
        ("1a", "1"),
        ("a b", "1"),
        ("<a>", "1"),
        ("", "1"),
        ("ok", "\u{1}"),
    ] {
        assert!(
            matches!(refund(name, value)[..], [Problem::Extra { .. }]),
            "{name:?} = {value:?}"
        );
    }
    assert!(refund("visit_no", "甲]]>\r\n").is_empty());
}

fn spoil(mut request: refund::Request, name: &str, value: &str) -> Vec<Problem> {
    request.unknown.push(Text::from(name), Text::from(value));
    let problems = validate(&request).err();
    problems.map_or_else(Vec::new, |found| {
        found
            .iter()
            .map(|violation| violation.problem.clone())
            .collect()
    })
}

#[test]
fn an_extra_field_carries_what_any_other_field_carries_and_no_more() {
    // XML has no U+FFFE; it has U+0085, which `char::is_control` counts among the control characters.
    assert!(matches!(
        spoil(one(valid::refund()), "visit_no", "\u{FFFE}")[..],
        [Problem::Extra { .. }]
    ));
    assert!(spoil(one(valid::refund()), "visit_no", "\u{85}").is_empty());
    let mut refund = one(valid::refund());
    refund.cancel_bill_no = "\u{85}".into();
    assert_eq!(validate(&refund), Ok(()), "as in a field of the table");
}
