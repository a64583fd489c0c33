//! Fields with an index, received in every shape that a peer may give them, and sent back with the signature that they came with.

use signed_xml::{
    EncodeError, Fen, Fields, Indexed, Limits, Message, ReadProblem, ReplyError, SIGN, SignType,
    encode, read_reply, validate,
};
use wechat_pay_v2::enums::CouponType;
use wechat_pay_v2::{orderquery, refund};

use crate::key;

const PAID: [(&str, &str); 4] = [
    ("return_code", "SUCCESS"),
    ("result_code", "SUCCESS"),
    ("trade_state", "SUCCESS"),
    ("out_trade_no", "1415757673"),
];

/// A reply to `orderquery` about a paid order, with more fields.
fn body(more: &[(&str, &str)]) -> Vec<u8> {
    let fields = PAID.iter().chain(more).copied();
    Fields::from_pairs(fields)
        .unwrap()
        .to_signed_xml(&key(), SignType::Md5)
}

fn received(more: &[(&str, &str)]) -> orderquery::Response {
    read_reply(&body(more), &key(), &Limits::default()).unwrap()
}

/// The reply, typed and sent again, must carry the signature that it came with.
fn comes_back(more: &[(&str, &str)]) {
    let original = Fields::parse(&body(more), &Limits::default()).unwrap();
    let sent = encode(&received(more), &key()).unwrap();
    let sent = Fields::parse(&sent, &Limits::default()).unwrap();
    assert_eq!(sent.get(SIGN), original.get(SIGN));
    assert_eq!(sent.canonical_string(), original.canonical_string());
}

fn unknown(order: &orderquery::Response) -> Vec<(&str, &str)> {
    let fields = order.unknown.iter();
    fields
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

#[test]
fn elements_stand_by_number_with_gaps_and_in_any_order() {
    let more = [
        ("coupon_fee_7", "70"),
        ("coupon_fee_0", "5"),
        ("coupon_id_0", "10000"),
        ("coupon_type_0", "CASH"),
        ("coupon_type_7", "SOMETHING_NEW"),
        ("coupon_fee", "75"),
    ];
    let order = received(&more);
    assert_eq!(
        order.coupon_fee,
        Some(Fen(75)),
        "the total is another field"
    );
    let fees: Vec<_> = order.coupon_fee_n.iter().collect();
    assert_eq!(fees, [(0, &Fen(5)), (7, &Fen(70))]);
    assert_eq!(order.coupon_id_n.get(0).unwrap(), "10000");
    assert_eq!(order.coupon_id_n.get(7), None);
    assert_eq!(order.coupon_type_n.get(0), Some(&CouponType::Cash));
    assert_eq!(
        order.coupon_type_n.get(7).unwrap().as_str(),
        "SOMETHING_NEW"
    );
    assert!(unknown(&order).is_empty());
    comes_back(&more);
}

#[test]
fn more_than_ten_elements_are_signed_in_the_order_of_bytes() {
    let names: Vec<String> = (0..25).map(|n| format!("coupon_fee_{n}")).collect();
    let more: Vec<(&str, &str)> = names.iter().map(|name| (&**name, "1")).collect();
    let order = received(&more);
    assert_eq!(order.coupon_fee_n.len(), 25);
    assert_eq!(order.coupon_fee_n.values().copied().sum::<Fen>(), Fen(25));
    comes_back(&more);
}

#[test]
fn names_that_are_not_elements_stay_unknown_fields() {
    let more = [
        ("coupon_fee_00", "1"),
        ("coupon_fee_07", "2"),
        ("coupon_fee_4294967296", "3"),
        ("coupon_fee_99999999999999999999999", "4"),
        ("coupon_fee_", "5"),
        ("coupon_fee_1_0", "6"),
        ("coupon_fee_x", "7"),
        ("coupon_fees_1", "8"),
    ];
    let order = received(&more);
    assert!(order.coupon_fee_n.is_empty());
    assert_eq!(order.unknown.len(), more.len());
    comes_back(&more);
}

#[test]
fn the_greatest_number_is_an_element_and_takes_no_more_room_than_others() {
    let more = [("coupon_fee_4294967295", "9")];
    let order = received(&more);
    assert_eq!(order.coupon_fee_n.get(u32::MAX), Some(&Fen(9)));
    assert_eq!(order.coupon_fee_n.len(), 1);
    comes_back(&more);
}

#[test]
fn an_element_with_leading_zeros_stands_beside_the_plain_one() {
    let more = [("coupon_fee_7", "1"), ("coupon_fee_07", "2")];
    let order = received(&more);
    assert_eq!(order.coupon_fee_n.get(7), Some(&Fen(1)));
    assert_eq!(unknown(&order), [("coupon_fee_07", "2")]);
    comes_back(&more);
}

#[test]
fn an_empty_element_is_absent() {
    let more = [("coupon_fee_0", ""), ("coupon_fee_1", "1")];
    let order = received(&more);
    assert_eq!(
        order.coupon_fee_n.iter().collect::<Vec<_>>(),
        [(1, &Fen(1))]
    );
    assert!(unknown(&order).is_empty());
    comes_back(&more);
}

#[test]
fn an_unreadable_element_is_reported_like_any_other_field_and_the_reply_is_handed_over() {
    let more = [("coupon_fee_0", "1"), ("coupon_fee_3", "ten")];
    let found = read_reply::<orderquery::Response>(&body(&more), &key(), &Limits::default());
    let Err(ReplyError::Unreadable { errors, fields }) = found else {
        panic!("{found:?}");
    };
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].index, Some(3.into()));
    assert!(matches!(errors[0].problem, ReadProblem::Unreadable { .. }));
    let message = errors.to_string();
    let expected = "`coupon_fee_3` (单个代金券支付金额, section 9.2) must be a whole number of fen, found \"ten\"";
    assert!(message.contains(expected), "{message}");
    assert_eq!(fields.get("coupon_fee_3"), Some("ten"));
}

#[test]
fn an_element_that_stands_twice_is_refused_like_any_other_field() {
    let body = b"<xml><return_code>SUCCESS</return_code><coupon_fee_1>1</coupon_fee_1><coupon_fee_1>2</coupon_fee_1></xml>";
    let found = read_reply::<orderquery::Response>(body, &key(), &Limits::default());
    assert!(matches!(found, Err(ReplyError::Body(_))), "{found:?}");
}

#[test]
fn a_changed_element_breaks_the_signature() {
    let body = String::from_utf8(body(&[
        ("coupon_refund_fee_0", "1"),
        ("coupon_fee_12", "1"),
    ]))
    .unwrap();
    let changed = body.replace("<coupon_fee_12>1<", "<coupon_fee_12>2<");
    assert_ne!(body, changed);
    let found = read_reply::<orderquery::Response>(changed.as_bytes(), &key(), &Limits::default());
    assert!(matches!(found, Err(ReplyError::Signature(_))), "{found:?}");
}

#[test]
fn a_reply_is_put_together_and_shown_element_by_element() {
    let mut reply = refund::Response::default();
    reply.coupon_refund_fee_n = Indexed::from_iter([(10, Fen(4)), (2, Fen(10))]);
    reply.coupon_refund_id_n.insert(2, "10001".into());
    assert_eq!(
        reply.coupon_refund_id_n.insert(2, "10002".into()).unwrap(),
        "10001"
    );
    let fields = Fields::of(&reply).unwrap();
    assert_eq!(fields.get("coupon_refund_fee_10"), Some("4"));
    assert_eq!(fields.get("coupon_refund_id_2"), Some("10002"));
    let shown = format!("{reply:?}");
    assert!(shown.contains("coupon_refund_fee_10: \"4\""), "{shown}");
}

#[test]
fn an_unknown_field_cannot_stand_in_for_an_element() {
    let mut reply = received(&[("coupon_fee_1", "1")]);
    reply.unknown.push("coupon_fee_1", "2");
    assert!(matches!(
        encode(&reply, &key()),
        Err(EncodeError::Fields(_))
    ));
    let message = validate(&reply).unwrap_err().to_string();
    assert!(
        message.contains("`coupon_fee_1` is a field of this message"),
        "{message}"
    );
}

#[test]
fn an_element_that_is_too_long_is_reported_with_its_number() {
    let mut reply = received(&[]);
    reply.coupon_id_n.insert(4, "1".repeat(21).into());
    let violations = validate(&reply).unwrap_err();
    assert_eq!(violations[0].index, Some(4.into()));
    let message = violations.to_string();
    assert!(
        message.contains("`coupon_id_4` (代金券ID, section 9.2) holds at most 20"),
        "{message}"
    );
}

#[test]
fn the_table_knows_its_elements_by_name() {
    let table = orderquery::Response::SCHEMA;
    let (field, index) = table.element("coupon_id_12").unwrap();
    assert_eq!((field.name, index), ("coupon_id_$n", 12.into()));
    assert_eq!(field.element_name(3), "coupon_id_3");
    assert!(table.field("coupon_id_12").is_none());
    assert!(table.element("coupon_id").is_none());
}
