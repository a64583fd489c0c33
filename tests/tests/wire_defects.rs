//! Defects seen in clients of the same family of interfaces, each a test by name.
//!
//! The messages are written by hand, so that nothing here depends on one spec.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

use signed_xml::{
    BodyError, Builder, EncodeError, Fen, Fields, Key, Limits, Message, OpenEnum, ReplyError,
    SignType, SignatureError, Text, UnknownFields, UnknownValue, encode, read_notification,
    read_reply,
};

#[derive(Clone, Debug, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
enum ReturnCode {
    #[value("SUCCESS", label = "成功")]
    Success,
    #[value("FAIL", label = "失败")]
    Fail,
    #[unknown]
    Unknown(UnknownValue),
}

#[derive(Clone, PartialEq, Message, Builder)]
#[message(name = "notification", section = "3.5")]
struct Notification {
    #[field(label = "返回状态码", max = 16)]
    return_code: ReturnCode,
    #[field(label = "现金支付金额")]
    cash_fee: Fen,
    #[field(
        name = "Insurance_self_fee",
        label = "医保个人账户部分",
        alias = "insurance_self_fee"
    )]
    insurance_self_fee: Option<Fen>,
    #[field(label = "附加数据", max = 128)]
    attach: Option<Text>,
    #[field(label = "签名", max = 32, supplied = client, required)]
    sign: Option<Text>,
    #[field(unknown)]
    unknown: UnknownFields,
}

fn key() -> Key {
    Key::new("kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk").unwrap()
}

fn signed(fields: &[(&str, &str)]) -> Vec<u8> {
    Fields::from_pairs(fields.iter().copied())
        .unwrap()
        .to_signed_xml(&key(), SignType::Md5)
}

fn read(body: &[u8]) -> Result<Notification, ReplyError> {
    read_notification(body, &key(), &Limits::default())
}

const PAID: &[(&str, &str)] = &[("return_code", "SUCCESS"), ("cash_fee", "0")];

#[test]
fn a_zero_is_signed_and_sent() {
    let paid = Notification::builder()
        .return_code(ReturnCode::Success)
        .cash_fee(Fen(0))
        .build()
        .unwrap();
    let body = encode(&paid, &key()).unwrap();
    let fields = Fields::parse(&body, &Limits::default()).unwrap();
    assert_eq!(fields.get("cash_fee"), Some("0"));
    assert_eq!(fields.canonical_string(), "cash_fee=0&return_code=SUCCESS");
    assert_eq!(fields.verify(&key()), Ok(()));
    assert_eq!(read(&body).unwrap().cash_fee, Fen(0));
}

#[test]
fn the_order_is_of_bytes_so_that_insurance_self_fee_with_a_capital_comes_first() {
    let paid = Notification::builder()
        .return_code(ReturnCode::Success)
        .cash_fee(Fen(1))
        .insurance_self_fee(Fen(5))
        .build()
        .unwrap();
    let fields = Fields::parse(&encode(&paid, &key()).unwrap(), &Limits::default()).unwrap();
    assert_eq!(
        fields.canonical_string(),
        "Insurance_self_fee=5&cash_fee=1&return_code=SUCCESS"
    );
    assert_eq!(fields.verify(&key()), Ok(()));
}

#[test]
fn an_alias_is_understood_and_signed_under_the_name_it_came_by() {
    let body = signed(&[
        ("return_code", "SUCCESS"),
        ("cash_fee", "1"),
        ("insurance_self_fee", "5"),
    ]);
    assert_eq!(read(&body).unwrap().insurance_self_fee, Some(Fen(5)));
}

#[test]
fn a_field_under_two_names_with_two_values_is_refused() {
    let both = [
        ("return_code", "SUCCESS"),
        ("cash_fee", "1"),
        ("insurance_self_fee", "5"),
        ("Insurance_self_fee", "6"),
    ];
    assert!(matches!(
        read(&signed(&both)),
        Err(ReplyError::Unreadable { .. })
    ));
}

#[test]
fn refuses_a_notification_without_a_signature() {
    let body = Fields::from_pairs(PAID.iter().copied()).unwrap().to_xml();
    assert!(matches!(
        read(&body),
        Err(ReplyError::Signature(SignatureError::Missing))
    ));
}

#[test]
fn refuses_a_notification_with_an_empty_signature() {
    let body = b"<xml><return_code>SUCCESS</return_code><cash_fee>0</cash_fee><sign></sign></xml>";
    assert!(matches!(
        read(body),
        Err(ReplyError::Signature(SignatureError::Missing))
    ));
}

#[test]
fn refuses_a_return_code_that_is_not_exactly_success() {
    for code in ["success", "SUCCESS ", "OK", "FAIL", "SUCCESSFUL"] {
        let body = signed(&[("return_code", code), ("cash_fee", "0")]);
        assert!(
            matches!(read(&body), Err(ReplyError::Protocol { .. })),
            "{code:?}"
        );
    }
    assert!(matches!(
        read(&signed(&[("cash_fee", "0")])),
        Err(ReplyError::NoReturnCode)
    ));
}

#[test]
fn a_notification_with_unknown_fields_verifies_and_preserves_them() {
    let body = signed(&[
        ("zz_new", "1"),
        ("return_code", "SUCCESS"),
        ("AA_new", "二"),
        ("cash_fee", "0"),
        ("d_new", "3"),
    ]);
    let paid = read(&body).unwrap();
    let mut unknown: Vec<_> = paid
        .unknown
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    unknown.sort_unstable();
    assert_eq!(unknown, [("AA_new", "二"), ("d_new", "3"), ("zz_new", "1")]);
}

#[test]
fn a_changed_unknown_field_does_not_verify() {
    let body = String::from_utf8(signed(&[
        ("zz_new", "12345x"),
        ("return_code", "SUCCESS"),
        ("cash_fee", "0"),
    ]))
    .unwrap();
    let forged = body.replace("12345x", "12345y");
    assert_ne!(body, forged);
    assert!(matches!(
        read(forged.as_bytes()),
        Err(ReplyError::Signature(SignatureError::Wrong))
    ));
}

#[test]
fn blanks_around_a_value_are_part_of_it() {
    let body = signed(&[
        ("return_code", "SUCCESS"),
        ("cash_fee", "0"),
        ("attach", "  a b \n"),
    ]);
    assert_eq!(read(&body).unwrap().attach.as_deref(), Some("  a b \n"));
    let trimmed = String::from_utf8(body).unwrap().replace("  a b \n", "a b");
    assert!(matches!(
        read(trimmed.as_bytes()),
        Err(ReplyError::Signature(SignatureError::Wrong))
    ));
}

#[test]
fn an_amount_over_32_bits_is_read_exactly() {
    let body = signed(&[
        ("return_code", "SUCCESS"),
        ("cash_fee", "18446744073709551615"),
    ]);
    assert_eq!(read(&body).unwrap().cash_fee, Fen(u64::MAX));
    let over = signed(&[
        ("return_code", "SUCCESS"),
        ("cash_fee", "18446744073709551616"),
    ]);
    assert!(matches!(read(&over), Err(ReplyError::Unreadable { .. })));
}

#[test]
fn refuses_a_doctype_whatever_it_declares() {
    let declarations = [
        "<!DOCTYPE xml>",
        "<?xml version=\"1.0\"?>\n<!DOCTYPE xml [<!ENTITY file SYSTEM \"file:///etc/hostname\">]>",
        "<!DOCTYPE xml SYSTEM \"http://127.0.0.1/x.dtd\">",
        "<!DOCTYPE xml [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;\">]>",
        "  \n<!doctype xml>",
    ];
    for declaration in declarations {
        let body = format!(
            "{declaration}<xml><return_code>SUCCESS</return_code><cash_fee>0</cash_fee></xml>"
        );
        let refused = Fields::parse(body.as_bytes(), &Limits::default());
        assert!(
            matches!(refused, Err(BodyError::Doctype | BodyError::NotXml { .. })),
            "{declaration}"
        );
        assert!(
            matches!(read(body.as_bytes()), Err(ReplyError::Body(_))),
            "{declaration}"
        );
    }
}

#[test]
fn a_doctype_inside_a_value_is_only_text() {
    let body = signed(&[
        ("return_code", "SUCCESS"),
        ("cash_fee", "0"),
        ("attach", "<!DOCTYPE xml>"),
    ]);
    assert_eq!(
        read(&body).unwrap().attach.as_deref(),
        Some("<!DOCTYPE xml>")
    );
}

#[test]
fn refuses_an_entity_that_xml_does_not_define() {
    let body = b"<xml><attach>&file;</attach></xml>";
    assert!(matches!(
        Fields::parse(body, &Limits::default()),
        Err(BodyError::NotXml { .. })
    ));
}

#[test]
fn refuses_a_repeated_field_known_or_not() {
    for name in ["cash_fee", "zz_new"] {
        let body = String::from_utf8(signed(&[
            ("return_code", "SUCCESS"),
            ("cash_fee", "0"),
            ("zz_new", "1"),
        ]))
        .unwrap();
        let again = body.replace("</xml>", &format!("<{name}>0</{name}></xml>"));
        let refused = Fields::parse(again.as_bytes(), &Limits::default());
        assert_eq!(
            refused.unwrap_err(),
            BodyError::Repeated {
                name: name.to_owned()
            }
        );
        assert!(matches!(
            read(again.as_bytes()),
            Err(ReplyError::Body(BodyError::Repeated { .. }))
        ));
    }
}

#[test]
fn refuses_nesting_attributes_and_other_roots() {
    for body in [
        "<xml><a><b>1</b></a></xml>",
        "<xml><a b=\"1\">1</a></xml>",
        "<xml version=\"1\"><a>1</a></xml>",
        "<root><a>1</a></root>",
        "<xml><a>1</a></xml><xml></xml>",
        "<xml><a>1</b></xml>",
        "<xml><a>1</a>",
        "<xml>text<a>1</a></xml>",
        "<xml><a>![CDATA[1]]</a><b></xml>",
        "",
    ] {
        assert!(
            Fields::parse(body.as_bytes(), &Limits::default()).is_err(),
            "{body}"
        );
    }
}

#[test]
fn the_broken_cdata_of_one_sample_is_text_and_not_taken_for_cdata() {
    let fields = Fields::parse(
        b"<xml><appid>![CDATA[wx1]]</appid></xml>",
        &Limits::default(),
    )
    .unwrap();
    assert_eq!(fields.get("appid"), Some("![CDATA[wx1]]"));
}

#[test]
fn refuses_a_body_over_the_limit_before_reading_it() {
    let body = vec![b'x'; (1 << 20) + 1];
    let refused = Fields::parse(&body, &Limits::default());
    assert_eq!(
        refused.unwrap_err(),
        BodyError::TooLarge {
            max: 1 << 20,
            found: (1 << 20) + 1
        }
    );
}

#[test]
fn the_end_of_a_cdata_section_inside_a_value_survives() {
    for value in [
        "a]]>b",
        "]]>",
        "]]",
        "a]",
        "]]]>>",
        "\r\n]]>\r",
        "<b>&amp;</b>",
    ] {
        let paid = Notification::builder()
            .return_code(ReturnCode::Success)
            .cash_fee(Fen(0))
            .attach(value)
            .build()
            .unwrap();
        let body = encode(&paid, &key()).unwrap();
        assert_eq!(
            read(&body).unwrap().attach.as_deref(),
            Some(value),
            "{value:?}"
        );
    }
}

#[test]
fn numbers_arrive_with_or_without_cdata_and_elements_may_be_empty() {
    let fields = [("return_code", "SUCCESS"), ("cash_fee", "7")];
    let sign = Fields::from_pairs(fields)
        .unwrap()
        .signature(&key(), SignType::Md5);
    let sign = sign.as_str();
    for cash_fee in [
        "<cash_fee>7</cash_fee>",
        "<cash_fee><![CDATA[7]]></cash_fee>",
        "<cash_fee>&#55;</cash_fee>",
    ] {
        for attach in [
            "",
            "<attach></attach>",
            "<attach/>",
            "<attach><![CDATA[]]></attach>",
        ] {
            let body = format!(
                "<xml>\n<return_code>SUCCESS</return_code>\n{cash_fee}{attach}<sign>{sign}</sign>\n</xml>\n"
            );
            let paid: Notification =
                read_reply(body.as_bytes(), &key(), &Limits::default()).unwrap();
            assert_eq!((paid.cash_fee, paid.attach), (Fen(7), None), "{body}");
        }
    }
}

#[test]
fn hmac_sha256_is_checked_when_the_message_names_it() {
    let fields = [
        ("return_code", "SUCCESS"),
        ("cash_fee", "7"),
        ("sign_type", "HMAC-SHA256"),
    ];
    let body = Fields::from_pairs(fields)
        .unwrap()
        .to_signed_xml(&key(), SignType::HmacSha256);
    assert_eq!(read(&body).unwrap().cash_fee, Fen(7));
    let md5 = Fields::from_pairs(fields)
        .unwrap()
        .to_signed_xml(&key(), SignType::Md5);
    assert!(matches!(
        read(&md5),
        Err(ReplyError::Signature(SignatureError::Wrong))
    ));
}

#[test]
fn a_reply_that_cannot_be_read_after_its_signature_was_verified_hands_over_its_fields() {
    let body = signed(&[
        ("return_code", "SUCCESS"),
        ("cash_fee", "seven"),
        ("hosp_out_trade_no", "T1"),
    ]);
    let Err(ReplyError::Unreadable { errors, fields }) = read(&body) else {
        panic!("readable")
    };
    assert_eq!(fields.get("hosp_out_trade_no"), Some("T1"));
    let text = errors.to_string();
    assert!(
        text.contains(
            "`cash_fee` (现金支付金额, section 3.5) must be a whole number of fen, found \"seven\""
        ),
        "{text}"
    );
}

#[test]
fn an_extra_field_that_repeats_another_is_an_error_and_never_left_out() {
    let mut paid = Notification::builder()
        .return_code(ReturnCode::Success)
        .cash_fee(Fen(0))
        .build()
        .unwrap();
    paid.unknown.push("cash_fee", "1");
    let repeated = BodyError::Repeated {
        name: "cash_fee".to_owned(),
    };
    assert_eq!(encode(&paid, &key()), Err(EncodeError::Fields(repeated)));
}
