//! What we send: whatever a caller can build is valid, and what breaks the document is not.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use signed_xml::{Fields, Limits, Message, Supplied, Supply, Text, encode, encode_unsigned};
use signed_xml_codegen::model::{FieldType, Model};

use super::{Schemas, model, object};
use crate::by_schema::hold;
use crate::{key, valid};

/// What the merchant profile and the client supply.
struct Profile;

impl Supply for Profile {
    fn supply(&self, field: &signed_xml::Field) -> Option<Text> {
        match field.supplied {
            Supplied::Merchant(key) => Some(format!("the-{key}").into()),
            Supplied::Client => Some("5K8264ILTKCH16CQ2502SI8ZNMTM67VS".into()),
            Supplied::Caller | Supplied::Constant(_) => None,
        }
    }
}

/// The message as it goes out, completed and signed.
fn written<M: Message>(message: &mut M) -> Map<String, Value> {
    message.fill(&Profile);
    let body = match M::SCHEMA.signed {
        true => encode(message, &key()).unwrap(),
        false => encode_unsigned(message).unwrap(),
    };
    object(&Fields::parse(&body, &Limits::default()).unwrap())
}

/// True if the message keeps to the values and fields that the document has, which a caller may leave.
fn is_by_the_document(instance: &Map<String, Value>, message: &str, model: &Model) -> bool {
    let (interface, message) = message.split_once(' ').unwrap();
    let interface = model
        .interfaces
        .iter()
        .find(|found| found.name == interface)
        .unwrap();
    let message = interface
        .messages
        .iter()
        .find(|found| found.name == message)
        .unwrap();
    instance.iter().all(|(name, value)| {
        let Some(field) = message.field(name) else {
            return false;
        };
        match &field.field_type {
            FieldType::Enum(name) => {
                let values = &model.enum_named(name).unwrap().values;
                values.iter().any(|known| *value == known.value)
            }
            _ => true,
        }
    })
}

/// One test for each request: valid as built, unless the caller left the document.
macro_rules! sent {
    ($($test:ident: $strategy:path;)*) => {$(
        #[test]
        fn $test() {
            let (schemas, model) = (Schemas::of_the_spec(), model());
            hold(stringify!($strategy), 128, $strategy(), |mut request| {
                let name = name_of(&request);
                let instance = written(&mut request);
                let problems = schemas.problems(name, &instance);
                prop_assert_eq!(
                    problems.is_empty(), is_by_the_document(&instance, name, &model), "{:?}", problems
                );
                Ok(())
            });
        }
    )*};
}

sent! {
    a_closeorder_is_valid: valid::closeorder;
    a_getbalancebill_is_valid: valid::getbalancebill;
    a_gettoken_is_valid: valid::gettoken;
    a_notification_reply_is_valid: valid::notification_reply;
    a_queryorder_is_valid: valid::queryorder;
    a_queryrefund_is_valid: valid::queryrefund;
    a_refund_is_valid: valid::refund;
    a_token_is_valid: valid::token;
    a_unifiedorder_is_valid: valid::unifiedorder;
    a_verifyname_is_valid: valid::verifyname;
}

fn name_of<M: Message>(_: &M) -> &'static str {
    M::SCHEMA.message
}

#[test]
fn the_payload_of_an_order_and_of_a_refund_is_valid_by_its_own_schema() {
    let (schemas, model) = (Schemas::of_the_spec(), model());
    let payload = |instance: &Map<String, Value>| -> Map<String, Value> {
        serde_json::from_str(instance["request_content"].as_str().unwrap()).unwrap()
    };
    hold("orders", 32, valid::unifiedorder(), |mut order| {
        let content = payload(&written(&mut order));
        prop_assert_eq!(
            schemas.problems("unifiedorder request_content", &content),
            Vec::<String>::new()
        );
        Ok(())
    });
    hold("refunds", 32, valid::refund(), |mut refund| {
        let (name, content) = ("refund request_content", payload(&written(&mut refund)));
        let problems = schemas.problems(name, &content);
        prop_assert_eq!(
            problems.is_empty(),
            is_by_the_document(&content, name, &model),
            "{:?}",
            problems
        );
        Ok(())
    });
}

/// An order as the document's example has it: 250, of them 150 cash and 100 insurance.
fn order() -> Map<String, Value> {
    let order = json!({
        "order_type": "RegPay", "appid": "wxd930ea5d5a258f4f", "mch_id": "1900000109", "sub_appid": "wx8888888888888888",
        "sub_mch_id": "1900000110", "sub_openid": "oSub", "hosp_out_trade_no": "T1", "hospital_name": "某市第一人民医院",
        "nonce_str": "5K8264ILTKCH16CQ2502SI8ZNMTM67VS", "total_fee": "250", "cash_fee": "150", "allow_fee_change": "0",
        "spbill_create_ip": "10.193.0.1", "notify_url": "https://hospital.example/notify", "body": "挂号费",
        "return_url": "https://hospital.example/return", "pay_type": "3", "insurance_fee": "100", "user_card_type": "1",
        "user_card_no": "09eb26e839ff3a2e3980352ae45ef09e", "user_name": "张三", "serial_no": "S1", "org_no": "H44",
        "gmt_out_create": "20260501163102", "request_content": "{}", "bill_no": "B1", "sign": "0CB01533B8C1EF103065174F50BCA001",
    });
    order.as_object().unwrap().clone()
}

#[test]
fn an_order_that_breaks_the_document_is_refused() {
    let schemas = Schemas::of_the_spec();
    let problems = |order: &Map<String, Value>| schemas.problems("unifiedorder request", order);
    assert_eq!(problems(&order()), Vec::<String>::new());
    let edits: &[(&str, &str, Value)] = &[
        ("an empty value", "body", json!("")),
        ("a text too long", "user_name", json!("张".repeat(33))),
        (
            "a number that is not an integer",
            "total_fee",
            json!("2.50"),
        ),
        ("a number as JSON", "total_fee", json!(250)),
        ("a number with a zero in front", "total_fee", json!("0250")),
        ("a total of nothing", "total_fee", json!("0")),
        (
            "an address of another kind",
            "spbill_create_ip",
            json!("::1"),
        ),
        (
            "an address out of range",
            "spbill_create_ip",
            json!("10.193.0.256"),
        ),
        (
            "a time with separators",
            "gmt_out_create",
            json!("2026-05-01 16:31:02"),
        ),
        (
            "a thirteenth month",
            "gmt_out_create",
            json!("20261301163102"),
        ),
        (
            "a number in place of its digest",
            "user_card_no",
            json!("44030019000101123X"),
        ),
        (
            "an address that is not a URL",
            "notify_url",
            json!("hospital.example/notify"),
        ),
        (
            "a value that the enum does not have",
            "order_type",
            json!("PhysicalPay"),
        ),
        (
            "a field that the document does not have",
            "cash_feee",
            json!("1"),
        ),
        ("two payers", "openid", json!("oMain")),
        ("cash alone, and insurance pays", "pay_type", json!("1")),
        ("insurance alone, and cash is paid", "pay_type", json!("2")),
        ("both, and no cash is paid", "cash_fee", json!("0")),
    ];
    for (what, name, value) in edits {
        let mut order = order();
        order.insert((*name).to_owned(), value.clone());
        assert!(!problems(&order).is_empty(), "{what}");
    }
    for (what, name) in [
        ("no payer", "sub_openid"),
        ("a payer under an account that is not named", "sub_appid"),
        ("no signature", "sign"),
    ] {
        let mut order = order();
        order.remove(name);
        assert!(!problems(&order).is_empty(), "{what}");
    }
}

#[test]
fn an_order_without_a_field_that_it_must_have_is_refused() {
    let schemas = Schemas::of_the_spec();
    let (_, schema) = super::schemas()
        .into_iter()
        .find(|(name, _)| name == "unifiedorder.request.schema.json")
        .unwrap();
    let required = schema["required"].as_array().unwrap();
    assert!(required.len() >= 20, "{required:?}");
    for field in required {
        let mut order = order();
        order.remove(field.as_str().unwrap());
        let problems = schemas.problems("unifiedorder request", &order);
        assert!(!problems.is_empty(), "{field}");
    }
}

#[test]
fn a_part_of_a_refund_is_of_cash_only() {
    let schemas = Schemas::of_the_spec();
    let refund = json!({
        "appid": "a", "mch_id": "m", "nonce_str": "n", "hosp_out_trade_no": "T1", "hosp_out_refund_no": "RT1", "cancel_serial_no": "S1",
        "cancel_bill_no": "B1", "request_content": "{}", "cash_refund_fee": "50", "part_refund_type": "CASH_ONLY", "sign": "s",
    });
    let mut refund = refund.as_object().unwrap().clone();
    let problems = |refund: &Map<String, Value>| schemas.problems("refund request", refund);
    assert_eq!(problems(&refund), Vec::<String>::new());
    refund.insert("cash_refund_fee".to_owned(), json!("0"));
    assert!(!problems(&refund).is_empty(), "never 0");
    refund.remove("cash_refund_fee");
    refund.remove("hosp_out_trade_no");
    assert!(!problems(&refund).is_empty(), "of no order");
}
