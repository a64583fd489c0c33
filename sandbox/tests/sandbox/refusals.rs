//! What is turned away, in the order in which the platform looks: token, address, body, fields, ids, state.

use payinsurance::enums::{PayType, UserCardType};
use payinsurance::{closeorder, getbalancebill, queryorder, refund, unifiedorder, verifyname};
use payinsurance_sandbox::{Act, Config, Mode};
use signed_xml::{Fen, Fields, Limits, SignType};

use crate::hospital::Hospital;
use crate::requests::{bill, cash_order, close, order, query, refund, signed, verify_name};

const NOWHERE: &str = "http://127.0.0.1:9/notify";

#[tokio::test]
async fn a_caller_whose_address_is_not_listed_gets_no_refund_and_a_json_answer() {
    let mut config = Config::default();
    config.merchants[0].ip_list.clear();
    let hospital = Hospital::with(config, Mode::ServiceProvider).await;
    let body = hospital.post::<refund::Request>("whatever").await;
    let reply: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(reply["errcode"], 61_004);
    hospital.call(order("T1", NOWHERE)).await.unwrap();
}

#[tokio::test]
async fn a_get_where_a_post_is_expected_is_refused() {
    let hospital = Hospital::start().await;
    let path = format!("/payinsurance/queryorder?access_token={}", hospital.token);
    assert_eq!(hospital.look(&path).await["errcode"], 43_002);
}

#[tokio::test]
async fn a_body_that_is_not_flat_xml_is_refused_whatever_its_signature() {
    let hospital = Hospital::start().await;
    let bomb = "<!DOCTYPE xml [<!ENTITY a \"b\">]><xml><appid>&a;</appid></xml>";
    let large = format!("<xml><attach>{}</attach></xml>", "x".repeat(1 << 20));
    for (body, said) in [
        (bomb.to_owned(), "DOCTYPE"),
        ("<xml><a>1</a><a>2</a></xml>".to_owned(), "twice"),
        ("<xml><a><b>1</b></a></xml>".to_owned(), "element inside"),
        (large, "bytes"),
        (String::new(), "XML"),
    ] {
        let found = hospital.return_msg::<queryorder::Request>(body).await;
        assert!(
            found.starts_with("参数格式校验错误") && found.contains(said),
            "{found}"
        );
        assert!(found.chars().count() <= 128, "{found}");
    }
}

#[tokio::test]
async fn each_broken_rule_of_an_order_is_a_format_error_that_names_it() {
    let hospital = Hospital::start().await;
    type Change = fn(&mut unifiedorder::Request);
    let changes: [(&str, Change); 8] = [
        ("serial_no", |request| {
            request.serial_no = "123456789012345678901".into()
        }),
        ("total_fee", |request| request.total_fee = Fen(0)),
        ("notify_url", |request| {
            request.notify_url = "hospital.example".into()
        }),
        ("extra_cash_within_cash", |request| {
            request.cash_add_fee = Some(Fen(151))
        }),
        ("shares_within_total", |request| {
            request.insurance_fee = Fen(101)
        }),
        ("insurance_alone_takes_no_cash", |request| {
            request.pay_type = PayType::Insurance
        }),
        ("openid", |request| {
            request.sub_openid = Some("oBoth".into())
        }),
        ("hosp_out_trade_no", |request| {
            request.hosp_out_trade_no = "".into()
        }),
    ];
    for (said, change) in changes {
        let mut request = order("T1", NOWHERE);
        change(&mut request);
        let body = signed(&hospital.merchant, request);
        let found = hospital.return_msg::<unifiedorder::Request>(body).await;
        assert!(
            found.starts_with("参数格式校验错误") && found.contains(said),
            "{said}: {found}"
        );
    }
    assert!(hospital.sandbox.orders().is_empty());
}

#[tokio::test]
async fn personal_values_stay_out_of_refusals() {
    let hospital = Hospital::start().await;
    let body = signed(&hospital.merchant, order("T1", NOWHERE));
    let fields = Fields::parse(&body, &Limits::default()).unwrap();
    let digest = "00000000000000000000000000UPPER0";
    let pairs = fields.iter().map(|(name, value)| {
        if name == "user_card_no" {
            (name, digest)
        } else {
            (name, value)
        }
    });
    let altered = Fields::from_pairs(pairs)
        .unwrap()
        .to_signed_xml(&hospital.key(), SignType::Md5);
    let found = hospital.return_msg::<unifiedorder::Request>(altered).await;
    assert!(
        found.contains("user_card_no") && !found.contains(digest),
        "{found}"
    );
}

#[tokio::test]
async fn ids_of_somebody_else_are_refused() {
    let hospital = Hospital::start().await;
    type Change = fn(&mut queryorder::Request);
    let changes: [(&str, Change); 4] = [
        ("appid", |request| {
            request.appid = Some("wx0000000000000000".into())
        }),
        ("mch_id", |request| request.mch_id = Some("1".into())),
        ("sub_appid", |request| {
            request.sub_appid = Some("wx0000000000000000".into())
        }),
        ("sub_mch_id", |request| {
            request.sub_mch_id = Some("1".into())
        }),
    ];
    for (name, change) in changes {
        let mut request = query("T1");
        change(&mut request);
        let found = hospital.refused(request).await;
        assert_eq!(found, "513", "{name}");
    }
    let mut request = close("T1");
    request.mch_id = Some("1".into());
    assert_eq!(hospital.refused(request).await, "80001");
    let alone = Hospital::with(Config::default(), Mode::Independent).await;
    let mut request = query("T1");
    request.sub_mch_id = Some("1900000102".into());
    assert_eq!(alone.refused(request).await, "513");
}

#[tokio::test]
async fn an_order_number_is_used_once_whatever_became_of_the_order() {
    let hospital = Hospital::start().await;
    hospital.call(order("T1", NOWHERE)).await.unwrap();
    assert_eq!(hospital.refused(order("T1", NOWHERE)).await, "530");
    hospital.call(close("T1")).await.unwrap();
    assert_eq!(hospital.refused(order("T1", NOWHERE)).await, "530");
    assert_eq!(hospital.sandbox.orders().len(), 1);
}

#[tokio::test]
async fn a_name_or_number_that_is_not_the_bound_cards_is_refused() {
    let hospital = Hospital::start().await;
    let other = signed_xml::IdDigest::of("110105491231002").unwrap();
    let mut named = order("T1", NOWHERE);
    named.user_name = "李四".into();
    assert_eq!(hospital.refused(named).await, "534");
    let mut numbered = order("T1", NOWHERE);
    numbered.user_card_no = other.clone();
    assert_eq!(hospital.refused(numbered).await, "534");
    let mut named = verify_name();
    named.name = "李四".into();
    assert_eq!(hospital.refused(named).await, "80005");
    let mut numbered = verify_name();
    numbered.idcard_md5 = other;
    assert_eq!(hospital.refused(numbered).await, "80006");
}

#[tokio::test]
async fn values_that_the_document_does_not_know_are_refused() {
    let hospital = Hospital::start().await;
    let mut typed = order("T1", NOWHERE);
    typed.order_type = payinsurance::enums::OrderType::from_wire("OtherPay");
    assert_eq!(hospital.refused(typed).await, "513");
    let mut passport = order("T1", NOWHERE);
    passport.user_card_type = UserCardType::ForeignPassport;
    assert_eq!(hospital.refused(passport).await, "513");
}

#[tokio::test]
async fn a_missing_order_is_not_found_by_any_number() {
    let hospital = Hospital::start().await;
    assert_eq!(hospital.refused(query("T1")).await, "541");
    assert_eq!(hospital.refused(close("T1")).await, "80001");
    assert_eq!(hospital.refused(refund("T1")).await, "513");
}

#[tokio::test]
async fn what_is_paid_cannot_be_closed() {
    let hospital = Hospital::start().await;
    hospital.call(order("T1", NOWHERE)).await.unwrap();
    hospital.sandbox.pay("T1", Act::Pay).unwrap();
    assert_eq!(hospital.refused(close("T1")).await, "80001");
}

#[tokio::test]
async fn what_is_closed_cannot_be_paid() {
    let hospital = Hospital::start().await;
    hospital.call(order("T1", NOWHERE)).await.unwrap();
    hospital.call(close("T1")).await.unwrap();
    let error = hospital.sandbox.pay("T1", Act::Pay).unwrap_err();
    assert_eq!(error.to_string(), "the order is CLOSED and cannot be paid");
}

#[tokio::test]
async fn a_part_that_takes_no_part_cannot_fail() {
    let hospital = Hospital::start().await;
    hospital.call(cash_order("T1", NOWHERE)).await.unwrap();
    assert!(hospital.sandbox.pay("T1", Act::InsuranceFails).is_err());
    hospital.sandbox.pay("T1", Act::CashFails).unwrap();
    let state = &hospital.sandbox.orders()[0].med_trade_state;
    assert_eq!(
        state.as_str(),
        "SYS_REFUNDED",
        "nothing was taken, so nothing is on its way back"
    );
}

#[tokio::test]
async fn a_format_error_of_verifyname_is_a_code_of_chapter_5() {
    let hospital = Hospital::start().await;
    let mut request = verify_name();
    request.name = "长".repeat(33).into();
    assert_eq!(hospital.refused(request).await, "80001");
    let body = hospital.post::<verifyname::Request>("no xml").await;
    assert!(String::from_utf8(body).unwrap().contains("80001"));
}

#[tokio::test]
async fn the_bill_of_today_is_not_made_yet() {
    let hospital = Hospital::start().await;
    let today = signed_xml::BeijingTime::at(hospital.sandbox.now()).date();
    let body = signed(&hospital.merchant, bill(today));
    let found = hospital.return_msg::<getbalancebill::Request>(body).await;
    assert!(found.starts_with("该日期订单未生成"), "{found}");
    let mut odd = bill("20260101".parse().unwrap());
    odd.bill_type = Some(payinsurance::enums::BillType::from_wire("OTHER"));
    let found = hospital
        .return_msg::<getbalancebill::Request>(signed(&hospital.merchant, odd))
        .await;
    assert!(found.contains("OTHER"), "{found}");
}

#[tokio::test]
async fn one_hospital_does_not_see_the_orders_of_another() {
    let mut hospital = Hospital::start().await;
    let placed = hospital.call(order("T1", NOWHERE)).await.unwrap();
    hospital.merchant = hospital.sandbox.merchants()[1].clone();
    hospital.token = hospital.fresh_token().await;
    assert_eq!(hospital.refused(query("T1")).await, "541");
    let by_id = queryorder::Request::builder()
        .med_trans_id(placed.med_trans_id.clone())
        .build()
        .unwrap();
    assert_eq!(hospital.refused(by_id).await, "541");
    let by_id = closeorder::Request::builder()
        .med_trans_id(placed.med_trans_id)
        .build()
        .unwrap();
    assert_eq!(hospital.refused(by_id).await, "80001");
    hospital.call(order("T1", NOWHERE)).await.unwrap();
    let error = hospital.sandbox.pay("T1", Act::Pay).unwrap_err();
    assert!(error.to_string().contains("two merchants"), "{error}");
}
