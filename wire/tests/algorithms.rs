//! The algorithm of a message's table: what it is signed and verified with.
//!
//! Source of the values: the example of WeChat Pay v2's page on signatures (4.3), which the platform
//! publishes by both algorithms.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

use signed_xml::{
    Builder, Fields, Key, Limits, Message, ReplyError, SignType, SignatureError, Text, encode,
    read_notification,
};

macro_rules! published {
    ($name:ident, $sign_type:literal) => {
        #[derive(Clone, PartialEq, Message, Builder)]
        #[message(name = "published example", section = "4.3", sign_type = $sign_type)]
        struct $name {
            #[field(label = "公众账号ID")]
            appid: Text,
            #[field(label = "商品描述")]
            body: Text,
            #[field(label = "设备号")]
            device_info: Text,
            #[field(label = "商户号")]
            mch_id: Text,
            #[field(label = "随机字符串")]
            nonce_str: Text,
            #[field(label = "签名类型")]
            sign_type: Option<Text>,
            #[field(label = "签名", supplied = client)]
            sign: Option<Text>,
        }

        impl $name {
            fn example() -> Self {
                Self::builder()
                    .appid("wxd930ea5d5a258f4f")
                    .body("test")
                    .device_info("1000")
                    .mch_id("10000100")
                    .nonce_str("ibuaiVcKdpRxkhJA")
                    .build()
                    .unwrap()
            }
        }
    };
}

published!(ByMd5, "MD5");
published!(ByHmac, "HMAC-SHA256");

const MD5: &str = "9A0A8659F005D6984697E2CA0A9CF3B7";
const HMAC_SHA256: &str = "6A9AE1657590FD6257D693A078E1C3E4BB6BA4DC30B23E0EE2496E54170DACD6";

fn key() -> Key {
    Key::new("192006250b4c09247ec02edce69f6a2d").unwrap()
}

fn sign_of(body: &[u8]) -> String {
    let fields = Fields::parse(body, &Limits::default()).unwrap();
    fields.get("sign").unwrap().to_owned()
}

#[test]
fn a_message_carries_the_published_signature_of_its_algorithm() {
    assert_eq!(sign_of(&encode(&ByMd5::example(), &key()).unwrap()), MD5);
    let body = encode(&ByHmac::example(), &key()).unwrap();
    assert_eq!(sign_of(&body), HMAC_SHA256);
}

#[test]
fn a_received_message_is_verified_by_its_algorithm_and_no_other() {
    let (md5, hmac) = (
        encode(&ByMd5::example(), &key()).unwrap(),
        encode(&ByHmac::example(), &key()).unwrap(),
    );
    let limits = Limits::default();
    assert!(read_notification::<ByMd5>(&md5, &key(), &limits).is_ok());
    assert!(read_notification::<ByHmac>(&hmac, &key(), &limits).is_ok());
    let crossed = [
        read_notification::<ByMd5>(&hmac, &key(), &limits).unwrap_err(),
        read_notification::<ByHmac>(&md5, &key(), &limits).unwrap_err(),
    ];
    for error in crossed {
        let wrong = matches!(error, ReplyError::Signature(SignatureError::Wrong));
        assert!(wrong, "{error:?}");
    }
}

#[test]
fn the_field_sign_type_of_a_message_names_another_algorithm() {
    let mut message = ByHmac::example();
    message.sign_type = Some("MD5".into());
    let body = encode(&message, &key()).unwrap();
    let fields = Fields::parse(&body, &Limits::default()).unwrap();
    let by_md5 = fields.signature(&key(), SignType::Md5);
    assert_eq!(fields.get("sign").unwrap(), by_md5.as_str());
    assert!(read_notification::<ByHmac>(&body, &key(), &Limits::default()).is_ok());
}

#[test]
fn the_fields_of_a_message_are_verified_by_the_algorithm_of_its_table() {
    let body = encode(&ByHmac::example(), &key()).unwrap();
    let fields = Fields::parse(&body, &Limits::default()).unwrap();
    let by_table = ByHmac::SCHEMA.sign_type;
    assert_eq!(fields.verify_by(&key(), by_table), Ok(()));
    assert_eq!(fields.verify(&key()), Err(SignatureError::Wrong));
}
