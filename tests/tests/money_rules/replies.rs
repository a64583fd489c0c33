//! What is read from replies and notifications: tolerantly, and never without a signature where there must be one.

use payinsurance::enums::{MedTradeState, ResultCode};
use payinsurance::{
    closeorder, gettoken, notification, queryorder, refund, unifiedorder, verifyname,
};
use signed_xml::{
    Effect, Fen, Fields, IdDigest, Limits, Message, ReplyError, SignType, SignatureError,
    read_notification,
};

use crate::platform::{TOKEN, provider};
use crate::{key, reply, signed};

const FOUND: [(&str, &str); 7] = [
    ("return_code", "SUCCESS"),
    ("result_code", "SUCCESS"),
    ("med_trade_state", "NOTPAY"),
    ("med_trans_id", "M1"),
    ("hosp_out_trade_no", "T1"),
    ("total_fee", "7750"),
    ("cash_fee", "0"),
];

const PAID: [(&str, &str); 7] = [
    ("return_code", "SUCCESS"),
    ("result_code", "SUCCESS"),
    ("med_trans_id", "M1"),
    ("hosp_out_trade_no", "T1"),
    ("total_fee", "7750"),
    ("cash_fee", "3333"),
    ("insurance_fee", "4417"),
];

fn query(more: &[(&str, &str)]) -> queryorder::Response {
    reply(&[&FOUND[..], more].concat()).unwrap()
}

fn notified(more: &[(&str, &str)]) -> Result<notification::Notification, ReplyError> {
    let body = signed(&[&PAID[..], more].concat());
    read_notification(&body, &key(), &Limits::default())
}

#[test]
fn e8_an_unpaid_order_has_no_time_of_payment() {
    let unpaid = query(&[("time_end", "")]);
    assert_eq!(
        (unpaid.med_trade_state, unpaid.time_end),
        (MedTradeState::NotPay, None)
    );
    assert_eq!(query(&[]).time_end, None);
    let paid = query(&[("time_end", "20181204080234")]);
    assert_eq!(paid.time_end.unwrap().to_string(), "2018-12-04 08:02:34");
}

#[test]
fn e9_what_only_repeats_the_request_may_be_absent_or_of_another_form() {
    let bare = query(&[]);
    assert_eq!(
        (bare.appid, bare.openid, bare.notify_url),
        (None, None, None)
    );
    let odd = query(&[
        ("spbill_create_ip", "::1"),
        ("gmt_out_create", "yesterday"),
        ("request_content", "not JSON"),
        ("notify_url", "x"),
    ]);
    assert_eq!(odd.spbill_create_ip.as_deref(), Some("::1"));
    assert!(notified(&[]).is_ok());
}

#[test]
fn e9_a_verified_reply_that_cannot_be_read_hands_over_its_fields() {
    let error = reply::<queryorder::Response>(&[
        ("return_code", "SUCCESS"),
        ("result_code", "SUCCESS"),
        ("med_trans_id", "M1"),
        ("total_fee", "many"),
    ]);
    let Err(ReplyError::Unreadable { errors, fields }) = error else {
        panic!("{error:?}");
    };
    assert_eq!(fields.get("med_trans_id"), Some("M1"));
    let message = errors.to_string();
    for part in [
        "`med_trade_state` (交易状态, section 3.4) is missing",
        "`hosp_out_trade_no`",
        "`total_fee` (总共需要支付金额, section 3.4) must be a whole number of fen, found \"many\"",
    ] {
        assert!(message.contains(part), "{part} in {message}");
    }
}

#[test]
fn e10_the_words_of_a_failure_are_read_under_all_three_names() {
    fn words<M: Message>(name: &str) -> String {
        let failed = [
            ("return_code", "SUCCESS"),
            ("result_code", "FAIL"),
            ("err_code", "530"),
            (name, "重复"),
        ];
        match reply::<M>(&failed) {
            Err(ReplyError::Business {
                err_code,
                err_code_des,
                ..
            }) => format!("{err_code} {err_code_des}"),
            _ => panic!("{name} is not a failure"),
        }
    }
    for name in ["err_code_des", "err_code_desc", "err_code_descs"] {
        for words in [
            words::<unifiedorder::Response>,
            words::<refund::Response>,
            words::<closeorder::Response>,
            words::<queryorder::Response>,
        ] {
            assert_eq!(words(name), "530 重复");
        }
    }
}

#[test]
fn e12_the_share_of_the_own_account_is_read_in_either_case_and_signed_as_it_came() {
    for name in ["Insurance_self_fee", "insurance_self_fee"] {
        assert_eq!(query(&[(name, "4000")]).insurance_self_fee, Some(Fen(4000)));
        let paid = notified(&[(name, "0")]).unwrap();
        assert_eq!(paid.insurance_self_fee, Some(Fen(0)));
    }
    assert!(notified(&[("Insurance_self_fee", "1"), ("insurance_self_fee", "1")]).is_ok());
    assert!(notified(&[("Insurance_self_fee", "1"), ("insurance_self_fee", "2")]).is_err());
}

#[test]
fn e13_a_success_with_error_code_0_is_a_success() {
    for code in ["0", ""] {
        assert!(notified(&[("err_code", code), ("err_code_des", "ok")]).is_ok());
        assert_eq!(
            query(&[("err_code", code)]).med_trade_state,
            MedTradeState::NotPay
        );
    }
}

#[test]
fn a_notification_of_a_payment_that_failed_is_a_notification() {
    let fields: Vec<(&str, &str)> = PAID
        .iter()
        .copied()
        .filter(|(name, _)| *name != "result_code")
        .collect();
    let body = signed(&[&fields[..], &[("result_code", "FAIL"), ("err_code", "531")]].concat());
    let failed: notification::Notification =
        read_notification(&body, &key(), &Limits::default()).unwrap();
    assert_eq!(failed.result_code, ResultCode::Fail);
    assert_eq!(failed.err_code.as_deref(), Some("531"));
}

#[test]
fn e22_no_received_value_is_refused_for_its_length() {
    let long = "T".repeat(2000);
    let fields = Fields::from_pairs([("access_token", long.as_str()), ("expires_in", "7200")]);
    let token: gettoken::Response = fields.unwrap().read().unwrap();
    assert_eq!(token.access_token.len(), 2000);
    assert_eq!(query(&[("attach", &long)]).attach.unwrap().len(), 2000);
}

#[tokio::test]
async fn e15_the_reply_to_verifyname_carries_no_signature_and_needs_none() {
    let (client, received) = provider(
        TOKEN,
        "<xml><return_code>SUCCESS</return_code><result_code>SUCCESS</result_code></xml>",
    );
    let request = verifyname::Request::builder()
        .openid("oUpF8uMuAJO_M2pxb1Q9zNjWeS6o")
        .name("张三")
        .idcard_md5(IdDigest::of("44030019000101123x").unwrap())
        .build()
        .unwrap();
    client.verifyname(&request).await.unwrap();
    let sent = received.last();
    sent.verify(&key()).unwrap();
    // E16: the token alone says whose account it is.
    let mut names: Vec<&str> = sent.iter().map(|(name, _)| name).collect();
    names.sort_unstable();
    assert_eq!(names, ["idcard_md5", "name", "nonce_str", "openid", "sign"]);
    let unsigned =
        [verifyname::Response::SCHEMA, gettoken::Response::SCHEMA].map(|schema| schema.signed);
    assert_eq!(unsigned, [false, false]);
}

#[tokio::test]
async fn e15_the_reply_to_gettoken_may_be_xml_or_json() {
    const XML: &str = "<xml><return_code>SUCCESS</return_code><result_code>SUCCESS</result_code><access_token>T</access_token><expires_in>7200</expires_in></xml>";
    for token in [TOKEN, XML, r#"{"access_token":"T","expires_in":"7200"}"#] {
        let (client, received) = provider(token, signed(&FOUND));
        let query = queryorder::Request::builder()
            .hosp_out_trade_no("T1")
            .build()
            .unwrap();
        client.queryorder(&query).await.unwrap();
        assert_eq!(
            received.paths(),
            ["/payinsurance/gettoken", "/payinsurance/queryorder"]
        );
    }
}

#[tokio::test]
async fn a_return_code_of_fail_proves_nothing_and_carries_no_signature() {
    let (client, _) = provider(
        TOKEN,
        "<xml><return_code>FAIL</return_code><return_msg>签名错误</return_msg></xml>",
    );
    let query = queryorder::Request::builder()
        .hosp_out_trade_no("T1")
        .build()
        .unwrap();
    let error = client.queryorder(&query).await.unwrap_err();
    assert!(
        matches!(error.reply_error(), Some(ReplyError::Protocol { .. })),
        "{error}"
    );
    assert!(error.to_string().contains("proves nothing"), "{error}");
}

#[tokio::test]
async fn the_order_of_judgement_is_protocol_signature_business() {
    let failed = [
        ("return_code", "SUCCESS"),
        ("result_code", "FAIL"),
        ("err_code", "541"),
    ];
    let query = queryorder::Request::builder()
        .hosp_out_trade_no("T1")
        .build()
        .unwrap();
    let (client, _) = provider(TOKEN, Fields::from_pairs(failed).unwrap().to_xml());
    let error = client.queryorder(&query).await.unwrap_err();
    assert!(
        matches!(
            error.reply_error(),
            Some(ReplyError::UnsignedFailure { .. })
        ) && error.effect() == Effect::Unknown,
        "an unsigned failure is not accepted as a failure: {error}"
    );
    let (client, _) = provider(TOKEN, signed(&failed));
    let error = client.queryorder(&query).await.unwrap_err();
    assert_eq!(
        (error.err_code(), error.effect()),
        (Some("541"), Effect::Refused)
    );
}

#[test]
fn x5_a_cdata_section_without_its_brackets_is_not_taken_for_one() {
    let genuine = Fields::from_pairs([("appid", "wx1"), ("return_code", "SUCCESS")]).unwrap();
    let sign = genuine.signature(&key(), SignType::Md5);
    let body = format!(
        "<xml><appid>![CDATA[wx1]]></appid><return_code>SUCCESS</return_code><sign>{}</sign></xml>",
        sign.as_str()
    );
    if let Ok(fields) = Fields::parse(body.as_bytes(), &Limits::default()) {
        assert_ne!(fields.get("appid"), Some("wx1"));
        assert_eq!(fields.verify(&key()), Err(SignatureError::Wrong));
    }
}

#[test]
fn the_link_to_pay_comes_typed_for_each_way_of_opening_it() {
    let ordered = [
        ("return_code", "SUCCESS"),
        ("result_code", "SUCCESS"),
        ("med_trans_id", "M1"),
        ("pay_url", "https://pay.example/1"),
    ];
    let link: unifiedorder::Response = reply(&ordered).unwrap();
    assert_eq!(
        link.official_account().unwrap().url,
        "https://pay.example/1"
    );
    assert_eq!(link.app().unwrap().url, "https://pay.example/1");
    assert_eq!(link.mini_program(), None);
    let program: unifiedorder::Response =
        reply(&[&ordered[..], &[("pay_appid", "wx2")]].concat()).unwrap();
    assert_eq!(
        program
            .mini_program()
            .map(|program| (program.appid, program.path)),
        Some(("wx2", "https://pay.example/1"))
    );
    assert_eq!((program.official_account(), program.app()), (None, None));
}
