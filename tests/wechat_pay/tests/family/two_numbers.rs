//! Fields with two indices, such as the coupons of each refund: received in any order, signed in the order of bytes, sent back the same.

use proptest::prelude::*;
use signed_xml::{
    ElementIndex, Fen, Fields, Indexed, Limits, Message, ReadProblem, ReplyError, SIGN, SignType,
    encode, read_reply, validate,
};
use wechat_pay_v2::enums::{CouponType, RefundStatus};
use wechat_pay_v2::refundquery::Response;

use crate::key;

const DONE: [(&str, &str); 7] = [
    ("return_code", "SUCCESS"),
    ("result_code", "SUCCESS"),
    ("transaction_id", "4200"),
    ("out_trade_no", "1415757673"),
    ("total_fee", "100"),
    ("cash_fee", "60"),
    ("refund_count", "2"),
];

fn fields(more: &[(&str, &str)]) -> Fields {
    Fields::from_pairs(DONE.iter().chain(more).copied()).unwrap()
}

fn received(more: &[(&str, &str)]) -> Result<Response, ReplyError> {
    let body = fields(more).to_signed_xml(&key(), SignType::Md5);
    read_reply(&body, &key(), &Limits::default())
}

/// The reply, typed and sent again, must carry the signature that it came with.
fn comes_back(more: &[(&str, &str)]) {
    let original = fields(more);
    let sent = encode(&received(more).unwrap(), &key()).unwrap();
    let sent = Fields::parse(&sent, &Limits::default()).unwrap();
    let signature = original.signature(&key(), SignType::Md5);
    assert_eq!(sent.get(SIGN), Some(signature.as_str()));
    assert_eq!(sent.canonical_string(), original.canonical_string());
}

#[test]
fn the_coupons_of_each_refund_stand_by_both_numbers() {
    let more = [
        ("coupon_refund_id_1_0", "30"),
        ("coupon_refund_id_0_1", "20"),
        ("coupon_refund_id_0_0", "10"),
        ("coupon_type_0_1", "NO_CASH"),
        ("coupon_refund_fee_0", "30"),
        ("coupon_refund_fee_0_0", "12"),
        ("coupon_refund_fee_0_1", "18"),
        ("refund_status_1", "PROCESSING"),
    ];
    let reply = received(&more).unwrap();
    let ids: Vec<_> = reply.coupon_refund_id_n_m.iter().collect();
    let ids: Vec<_> = ids.iter().map(|(at, id)| (*at, id.as_str())).collect();
    assert_eq!(ids, [((0, 0), "10"), ((0, 1), "20"), ((1, 0), "30")]);
    assert_eq!(reply.coupon_type_n_m.get((0, 1)), Some(&CouponType::NoCash));
    assert_eq!(reply.coupon_refund_fee_n.get(0), Some(&Fen(30)));
    assert_eq!(reply.coupon_refund_fee_n_m.get((0, 1)), Some(&Fen(18)));
    assert_eq!(
        reply.refund_status_n.get(1),
        Some(&RefundStatus::Processing)
    );
    assert!(reply.unknown.is_empty());
    comes_back(&more);
}

#[test]
fn the_signature_has_them_in_the_order_of_bytes_and_not_of_numbers() {
    let names: Vec<String> = (0..12)
        .flat_map(|n| (0..12).map(move |m| format!("coupon_refund_fee_{n}_{m}")))
        .collect();
    let more: Vec<(&str, &str)> = names.iter().map(|name| (&**name, "1")).collect();
    let canonical = fields(&more).canonical_string();
    let place = |name: &str| canonical.find(&format!("{name}=")).unwrap();
    assert!(place("coupon_refund_fee_10_0") < place("coupon_refund_fee_1_0"));
    assert!(place("coupon_refund_fee_1_10") < place("coupon_refund_fee_1_2"));
    assert_eq!(received(&more).unwrap().coupon_refund_fee_n_m.len(), 144);
    comes_back(&more);
}

#[test]
fn names_without_two_numbers_stay_unknown_fields() {
    let more = [
        ("coupon_type_0", "CASH"),
        ("coupon_type_0_", "CASH"),
        ("coupon_type_0_01", "CASH"),
        ("coupon_type_0_1_2", "CASH"),
        ("coupon_type_0_4294967296", "CASH"),
    ];
    let reply = received(&more).unwrap();
    assert!(reply.coupon_type_n_m.is_empty());
    assert_eq!(reply.unknown.len(), more.len());
    comes_back(&more);
}

#[test]
fn an_unreadable_element_is_named_with_both_numbers() {
    let Err(ReplyError::Unreadable { errors, .. }) = received(&[("coupon_refund_fee_2_7", "x")])
    else {
        panic!("a fee in words was read");
    };
    assert_eq!(errors[0].index, Some(ElementIndex::Two(2, 7)));
    assert!(matches!(errors[0].problem, ReadProblem::Unreadable { .. }));
    let text = errors.to_string();
    assert!(text.contains("`coupon_refund_fee_2_7` ("), "{text}");
}

#[test]
fn an_element_that_is_too_long_is_reported_with_both_numbers() {
    let mut reply = received(&[]).unwrap();
    reply.coupon_refund_id_n_m = Indexed::from_iter([((3, 4), "1".repeat(21).into())]);
    let text = validate(&reply).unwrap_err().to_string();
    let expected = "`coupon_refund_id_3_4` (退款代金券ID, section 9.5) holds at most 20";
    assert!(text.contains(expected), "{text}");
    let table = Response::SCHEMA;
    let (field, index) = table.element("coupon_refund_id_3_4").unwrap();
    assert_eq!(
        (field.name, index),
        ("coupon_refund_id_$n_$m", (3, 4).into())
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_elements_come_back_with_the_signature_that_they_came_with(
        coupons in proptest::collection::btree_map((0..30_u32, any::<u32>()), 1..1000_u32, 0..20),
    ) {
        let more: Vec<(String, String)> = coupons
            .iter()
            .map(|((n, m), fee)| (format!("coupon_refund_fee_{n}_{m}"), fee.to_string()))
            .collect();
        let more: Vec<(&str, &str)> = more.iter().map(|(name, fee)| (&**name, &**fee)).collect();
        comes_back(&more);
        prop_assert_eq!(received(&more).unwrap().coupon_refund_fee_n_m.len(), coupons.len());
    }
}
