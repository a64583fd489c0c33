//! Signatures against answers that this project did not compute.
//!
//! Sources: the platform's page on signatures (4.3), which publishes one message by both algorithms; an older example of its pages, kept in the tests of
//! the Ruby library `wx_pay`; the vectors of `tests/data/`, computed apart from this project. A message that lacks what its table demands is still
//! judged by its signature first, so that each published message can go through a table of this spec.

use std::collections::BTreeMap;

use serde::Deserialize;
use signed_xml::{
    Fields, Key, Limits, Message, ReplyError, SIGN, SignType, SignatureError, Verifier, encode,
};
use wechat_pay_v2::{closeorder, orderquery, unifiedorder};

use crate::key;

/// Reads a message that carries `sign`, and says how its signature was judged.
fn judged<M: Message>(
    fields: &[(&str, &str)],
    sign: &str,
    key: &Key,
    request: SignType,
) -> Result<(), SignatureError> {
    let fields = fields.iter().copied().chain([(SIGN, sign)]);
    let body = Fields::from_pairs(fields).unwrap().to_xml();
    let limits = Limits::default();
    let verifier = Verifier {
        sign_type: Some(request),
        ..Verifier::new(key, &limits)
    };
    match verifier.reply::<M>(&body) {
        Ok(_) | Err(ReplyError::Unreadable { .. }) => Ok(()),
        Err(ReplyError::Signature(error)) => Err(error),
        Err(other) => panic!("not judged: {other}"),
    }
}

const PUBLISHED: [(&str, &str); 5] = [
    ("appid", "wxd930ea5d5a258f4f"),
    ("body", "test"),
    ("device_info", "1000"),
    ("mch_id", "10000100"),
    ("nonce_str", "ibuaiVcKdpRxkhJA"),
];
const PUBLISHED_MD5: &str = "9A0A8659F005D6984697E2CA0A9CF3B7";
const PUBLISHED_HMAC_SHA256: &str =
    "6A9AE1657590FD6257D693A078E1C3E4BB6BA4DC30B23E0EE2496E54170DACD6";

#[test]
fn the_published_message_verifies_by_both_algorithms() {
    let judge = judged::<unifiedorder::Request>;
    assert_eq!(
        judge(&PUBLISHED, PUBLISHED_MD5, &key(), SignType::Md5),
        Ok(())
    );
    assert_eq!(
        judge(
            &PUBLISHED,
            PUBLISHED_HMAC_SHA256,
            &key(),
            SignType::HmacSha256
        ),
        Ok(())
    );
}

#[test]
fn a_signature_by_the_other_algorithm_is_wrong() {
    let judge = judged::<unifiedorder::Request>;
    let wrong = Err(SignatureError::Wrong);
    assert_eq!(
        judge(&PUBLISHED, PUBLISHED_MD5, &key(), SignType::HmacSha256),
        wrong
    );
    assert_eq!(
        judge(&PUBLISHED, PUBLISHED_HMAC_SHA256, &key(), SignType::Md5),
        wrong
    );
    assert_eq!(
        judge(&PUBLISHED, "", &key(), SignType::Md5),
        Err(SignatureError::Missing)
    );
}

#[test]
fn the_older_published_message_verifies() {
    let fields = [
        ("appid", "wxd930ea5d5a258f4f"),
        ("auth_code", "123456"),
        ("body", "test"),
        ("device_info", "123"),
        ("mch_id", "1900000109"),
        ("nonce_str", "960f228109051b9969f76c82bde183ac"),
        ("out_trade_no", "1400755861"),
        ("spbill_create_ip", "127.0.0.1"),
        ("total_fee", "1"),
    ];
    let key = Key::new("8934e7d15453e97507ef794cf7b0519d").unwrap();
    let sign = "729A68AC3DE268DBD9ADE442382E7B24";
    let judge = judged::<unifiedorder::Request>;
    assert_eq!(judge(&fields, sign, &key, SignType::Md5), Ok(()));
}

#[derive(Deserialize)]
struct Vector {
    title: String,
    fields: BTreeMap<String, String>,
    key: String,
    md5: String,
    hmac_sha256: String,
}

#[test]
fn every_vector_verifies_through_a_table_of_this_spec() {
    let vectors: Vec<Vector> =
        serde_json::from_str(include_str!("../../../data/signature-vectors.json")).unwrap();
    for vector in &vectors {
        let fields = vector.fields.iter().filter(|(name, _)| *name != SIGN);
        let fields: Vec<(&str, &str)> = fields.map(|(name, value)| (&**name, &**value)).collect();
        let key = Key::new(&*vector.key).unwrap();
        for (sign, sign_type) in [
            (&vector.md5, SignType::Md5),
            (&vector.hmac_sha256, SignType::HmacSha256),
        ] {
            let judge = judged::<closeorder::Request>;
            assert_eq!(
                judge(&fields, sign, &key, sign_type),
                Ok(()),
                "{}",
                vector.title
            );
        }
    }
}

/// A paid order with coupons; its signatures were computed with Python's `hashlib` and `hmac`.
const WITH_COUPONS: &str = "appid=wx2421b1c4370ec43b&cash_fee=85&coupon_count=3&coupon_fee=15&coupon_fee_0=1&coupon_fee_10=4&\
    coupon_fee_2=10&coupon_id_0=10000&coupon_id_10=10002&coupon_id_2=10001&coupon_type_0=CASH&coupon_type_10=NO_CASH&coupon_type_2=CASH&\
    mch_id=10000100&nonce_str=TN55wO9Pba5yENl8&out_trade_no=1415757673&result_code=SUCCESS&return_code=SUCCESS&total_fee=100&\
    trade_state=SUCCESS";

#[test]
fn elements_are_signed_in_the_order_of_bytes_where_ten_comes_before_two() {
    let fields: Vec<(&str, &str)> = WITH_COUPONS
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .collect();
    let judge = judged::<orderquery::Response>;
    let (md5, hmac_sha256) = (
        "5F05AAAEEA22B60B84DB2ABC38B3CB98",
        "2FF52C6A10EF444E708D997BE78B557523042060586DA645B39905E718F8B8E5",
    );
    assert_eq!(judge(&fields, md5, &key(), SignType::Md5), Ok(()));
    assert_eq!(
        judge(&fields, hmac_sha256, &key(), SignType::HmacSha256),
        Ok(())
    );

    let order: orderquery::Response = Fields::from_pairs(fields).unwrap().read().unwrap();
    let sent = Fields::parse(&encode(&order, &key()).unwrap(), &Limits::default()).unwrap();
    assert_eq!(sent.canonical_string(), WITH_COUPONS);
    assert_eq!(sent.get(SIGN), Some(md5));
}
