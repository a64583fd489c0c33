//! Placing an order: who pays, and the amounts (3.3; interface notes on the money rules).

use std::net::Ipv4Addr;

use payinsurance::enums::{AllowFeeChange, IsDept, OrderType, PayType, UserCardType};
use payinsurance::unifiedorder::{Request, RequestContent};
use signed_xml::{BeijingTime, Effect, Fen, Fields, IdDigest, Json, Problem, Violations, validate};
use signed_xml_client::{Error, Merchant};

use crate::platform::{TOKEN, client, provider};
use crate::{key, signed};

fn content() -> RequestContent {
    RequestContent::builder()
        .session_id("2f20f7ae-7bd0-4ea1-9722-89182b1817f8")
        .aae011("sys")
        .bka015("系统管理员")
        .bka001("1")
        .bka964("广州市天河区某某路")
        .build()
        .unwrap()
}

/// An order in cash, paid under the own account.
fn order() -> Request {
    Request::builder()
        .order_type(OrderType::RegPay)
        .openid("oUpF8uMuAJO_M2pxb1Q9zNjWeS6o")
        .hosp_out_trade_no("YD20181204075841")
        .hospital_name("某市第一人民医院")
        .total_fee(Fen(250))
        .cash_fee(Fen(250))
        .allow_fee_change(AllowFeeChange::Refuse)
        .spbill_create_ip(Ipv4Addr::new(10, 193, 0, 1))
        .notify_url("https://hospital.example/notify")
        .body("挂号费")
        .return_url("https://hospital.example/return")
        .pay_type(PayType::Cash)
        .insurance_fee(Fen(0))
        .user_card_type(UserCardType::IdCard)
        .user_card_no(IdDigest::of("44030019000101123x").unwrap())
        .user_name("张三")
        .serial_no("YD20181204075841")
        .org_no("440100001")
        .gmt_out_create("20181204080117".parse::<BeijingTime>().unwrap())
        .request_content(content())
        .bill_no("201812040805480193")
        .build()
        .unwrap()
}

/// The order with other amounts.
fn amounts(pay_type: u8, total: u64, cash: u64, insurance: u64) -> Request {
    let mut order = order();
    order.pay_type = PayType::from_wire(pay_type.to_string());
    (order.total_fee, order.cash_fee, order.insurance_fee) =
        (Fen(total), Fen(cash), Fen(insurance));
    order
}

/// The names of the rules that an order breaks.
fn broken(order: &Request) -> Vec<&'static str> {
    let rules = |found: &Violations| {
        let rule = |problem: &Problem| match problem {
            Problem::Rule { name, .. } => *name,
            other => panic!("{other:?}"),
        };
        found.iter().map(|found| rule(&found.problem)).collect()
    };
    validate(order).err().as_ref().map_or_else(Vec::new, rules)
}

fn fields(order: &Request) -> Fields {
    Fields::of(order).unwrap()
}

#[test]
fn extra_cash_is_part_of_the_cash_and_of_the_total() {
    // The remark's own numbers: total 250, cash 150, of it 50 extra, insurance 100.
    let mut order = amounts(3, 250, 150, 100);
    order.cash_add_fee = Some(Fen(50));
    assert_eq!(broken(&order), <[&str; 0]>::default());
    order.cash_add_fee = Some(Fen(150));
    assert_eq!(broken(&order), <[&str; 0]>::default());
    order.cash_add_fee = Some(Fen(151));
    assert_eq!(broken(&order), ["extra_cash_within_cash"]);
}

#[test]
fn reduced_cash_stays_in_the_total_and_leaves_the_cash() {
    // The remark's own numbers: total 200, cash 50, 50 reduced, insurance 100.
    let mut order = amounts(3, 200, 50, 100);
    order.cash_reduced_fee = Some(Fen(50));
    assert_eq!(broken(&order), <[&str; 0]>::default());
    order.cash_reduced_fee = Some(Fen(51));
    assert_eq!(broken(&order), ["shares_within_total"]);
}

#[test]
fn the_total_may_exceed_the_shares_because_the_bureau_grants_discounts() {
    assert_eq!(broken(&amounts(3, 1000, 1, 1)), <[&str; 0]>::default());
    assert_eq!(broken(&amounts(3, 1, 1, 1)), ["shares_within_total"]);
}

#[test]
fn a_sum_of_shares_that_does_not_fit_64_bits_is_too_large_and_not_small_again() {
    let order = amounts(3, 5, u64::MAX, u64::MAX);
    assert_eq!(broken(&order), ["shares_within_total"]);
}

#[test]
fn a_price_of_nothing_is_refused_and_everything_else_may_be_zero() {
    let violations = validate(&amounts(2, 0, 0, 0)).unwrap_err();
    let message = violations.to_string();
    assert!(
        message.contains("`total_fee`") && message.contains("at least 1, found 0"),
        "{message}"
    );
    let mut order = amounts(2, 1, 0, 0);
    (order.cash_add_fee, order.cash_reduced_fee) = (Some(Fen(0)), Some(Fen(0)));
    assert_eq!(broken(&order), <[&str; 0]>::default());
    let sent = fields(&order);
    for name in [
        "cash_fee",
        "cash_add_fee",
        "cash_reduced_fee",
        "insurance_fee",
    ] {
        assert_eq!(
            sent.get(name),
            Some("0"),
            "{name} is sent, and so is signed"
        );
    }
}

#[test]
fn the_way_of_paying_agrees_with_the_shares() {
    for (pay_type, cash, insurance, expected) in [
        (1, 9, 0, None),
        (1, 9, 1, Some("cash_alone_leaves_insurance_out")),
        (2, 0, 9, None),
        (2, 1, 9, Some("insurance_alone_takes_no_cash")),
        (3, 1, 9, None),
        (3, 0, 9, Some("both_takes_cash")),
    ] {
        let broken = broken(&amounts(pay_type, 10, cash, insurance));
        assert_eq!(
            broken,
            Vec::from_iter(expected),
            "{pay_type} {cash} {insurance}"
        );
    }
}

#[test]
fn a_way_of_paying_that_a_later_version_names_is_sent_and_judged_by_the_platform() {
    let order = amounts(9, 10, 5, 5);
    assert_eq!(broken(&order), <[&str; 0]>::default());
    assert_eq!(fields(&order).get("pay_type"), Some("9"));
}

#[test]
fn settling_in_advance_online_sends_no_cash_the_total_as_insurance_and_leaves_the_rest_to_the_bureau()
 {
    let mut order = amounts(2, 7750, 0, 7750);
    order.allow_fee_change = AllowFeeChange::Allow;
    assert_eq!(broken(&order), <[&str; 0]>::default());
    let sent = fields(&order);
    assert_eq!(sent.get("allow_fee_change"), Some("1"));
    assert_eq!(sent.get("insurance_fee"), Some("7750"));
}

#[tokio::test]
async fn e4_a_sub_openid_without_a_sub_appid_is_refused_before_anything_is_sent() {
    let merchant = Merchant::service_provider("wx1", "1900000109", "1900000110", key())
        .unwrap()
        .with_app_secret("s")
        .unwrap();
    let (client, received) = client(merchant, TOKEN, signed(&[("return_code", "SUCCESS")]));
    let mut order = order();
    (order.openid, order.sub_openid) = (None, Some("oAlp5jrjMfwqpVdZhQs4kaP0iOgk".into()));
    let error = client.unifiedorder(&order).await.unwrap_err();
    assert!(matches!(error, Error::Invalid(_)), "{error}");
    assert_eq!(error.effect(), Effect::NotSent);
    let message = error.to_string();
    assert!(
        message.contains("`sub_appid` (子商户公众账号ID, section 3.3) is required when"),
        "{message}"
    );
    assert_eq!(
        received.paths(),
        <[&str; 0]>::default(),
        "not even a token was asked for"
    );
}

#[tokio::test]
async fn e4_a_sub_openid_goes_out_with_the_sub_appid_of_the_profile() {
    let paid = [
        ("return_code", "SUCCESS"),
        ("result_code", "SUCCESS"),
        ("med_trans_id", "M1"),
        ("pay_url", "https://pay.example/1"),
    ];
    let (client, received) = provider(TOKEN, signed(&paid));
    let mut order = order();
    (order.openid, order.sub_openid) = (None, Some("oAlp5jrjMfwqpVdZhQs4kaP0iOgk".into()));
    client.unifiedorder(&order).await.unwrap();
    assert_eq!(
        received.paths(),
        ["/payinsurance/gettoken", "/payinsurance/unifiedorder"]
    );
    let sent = received.last();
    sent.verify(&key()).unwrap();
    assert_eq!(sent.get("sub_appid"), Some("wx8888888888888888"));
    assert_eq!(sent.get("sub_mch_id"), Some("1900000110"));
    assert_eq!(sent.get("openid"), None);
}

#[test]
fn e4_exactly_one_payer_is_named() {
    let mut order = order();
    order.sub_openid = Some("o2".into());
    assert!(
        validate(&order)
            .unwrap_err()
            .to_string()
            .contains("found 2")
    );
    (order.openid, order.sub_openid) = (None, None);
    assert!(
        validate(&order)
            .unwrap_err()
            .to_string()
            .contains("found 0")
    );
}

#[test]
fn e5_the_insurance_card_to_pay_with_may_be_left_open() {
    let mut order = order();
    assert_eq!(order.is_dept, None);
    assert_eq!(fields(&order).get("is_dept"), None);
    assert_eq!(IsDept::WIRE_VALUES, ["1", "4", "5"]);
    order.is_dept = Some(IsDept::CredentialPreferred);
    assert_eq!(fields(&order).get("is_dept"), Some("5"));
    assert_eq!(validate(&order), Ok(()));
}

#[test]
fn e6_an_order_is_for_registration_treatment_or_a_stay_or_what_comes_later() {
    assert_eq!(OrderType::WIRE_VALUES, ["RegPay", "DiagPay", "InHospPay"]);
    let mut order = order();
    for kind in ["DiagPay", "InHospPay", "DrugPay"] {
        order.order_type = OrderType::from_wire(kind);
        assert_eq!(validate(&order), Ok(()));
        assert_eq!(fields(&order).get("order_type"), Some(kind));
    }
}

#[test]
fn e7_paying_in_cash_alone_is_one_of_three_ways() {
    assert_eq!(PayType::WIRE_VALUES, ["1", "2", "3"]);
    assert_eq!(PayType::from_wire("1"), PayType::Cash);
}

#[test]
fn e18_the_id_number_goes_out_as_the_digest_of_the_document_s_sample() {
    assert_eq!(
        fields(&order()).get("user_card_no"),
        Some("09eb26e839ff3a2e3980352ae45ef09e")
    );
}

#[test]
fn e20_the_address_of_the_patient_is_ipv4_text() {
    assert_eq!(fields(&order()).get("spbill_create_ip"), Some("10.193.0.1"));
}

#[test]
fn x1_x6_names_are_sent_as_they_are_meant_and_not_as_the_page_breaks_them() {
    let sent = fields(&order());
    assert_eq!(sent.get("gmt_out_create"), Some("20181204080117"));
    let Json(content) = Json(content());
    let keys = Fields::of(&content).unwrap();
    let mut names: Vec<&str> = keys.iter().map(|(name, _)| name).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        ["aae011", "bka001", "bka015", "bka964", "session_id"]
    );
    let text = sent.get("request_content").unwrap();
    assert!(
        text.contains(r#""aae011":"sys""#) && !text.contains("\" "),
        "{text}"
    );
}
