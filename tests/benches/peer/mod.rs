//! The peer: serde structs, quick-xml, and a `BTreeMap` for the order of the canonical string.

use std::collections::BTreeMap;
use std::fmt::Write;

use md5::{Digest, Md5};
use serde::Deserialize;

/// An order as a map of its fields, which is how such clients hold one.
pub(crate) struct Order {
    fields: BTreeMap<String, String>,
}

impl Order {
    pub(crate) fn from_xml(body: &[u8]) -> Self {
        let mut fields: BTreeMap<String, String> = quick_xml::de::from_reader(body).unwrap();
        fields.remove("sign");
        Self { fields }
    }

    pub(crate) fn encode(&self, key: &str) -> String {
        let mut fields = self.fields.clone();
        fields.insert("sign".to_owned(), sign(&self.fields, key));
        quick_xml::se::to_string_with_root("xml", &fields).unwrap()
    }
}

fn sign(fields: &BTreeMap<String, String>, key: &str) -> String {
    let mut text = String::new();
    for (name, value) in fields {
        if name != "sign" && !value.is_empty() {
            write!(text, "{name}={value}&").unwrap();
        }
    }
    write!(text, "key={key}").unwrap();
    let mut sign = String::new();
    for byte in Md5::digest(text.as_bytes()) {
        write!(sign, "{byte:02X}").unwrap();
    }
    sign
}

macro_rules! paid {
    ($($field:ident: $kind:ty),* $(,)?) => {
        /// The reply to a query, typed by serde.
        #[derive(Deserialize)]
        #[expect(dead_code, reason = "decoded, as a caller would, and mostly not looked at here")]
        pub(crate) struct Paid {
            $(pub(crate) $field: $kind,)*
            #[serde(rename = "Insurance_self_fee")]
            pub(crate) insurance_self_fee: Option<u64>,
        }
    };
}

paid! {
    return_code: String, return_msg: Option<String>, appid: String, mch_id: String, sub_mch_id: Option<String>,
    nonce_str: String, sub_appid: Option<String>, sign: String, result_code: String, err_code: Option<String>,
    err_code_des: Option<String>, med_trade_state: String, cash_trade_status: Option<String>,
    insurance_trade_status: Option<String>, trade_status_desc: Option<String>, time_end: Option<String>,
    order_type: String, pay_type: u8, openid: Option<String>, sub_openid: Option<String>, total_fee: u64, cash_fee: u64,
    allow_fee_change: u8, spbill_create_ip: String, notify_url: String, insurance_fee: Option<u64>,
    insurance_fund_fee: Option<u64>, insurance_other_fee: Option<u64>, hosp_out_trade_no: String, serial_no: Option<String>,
    org_no: Option<String>, gmt_out_create: Option<String>, request_content: Option<String>, bill_no: Option<String>,
    limit_pay: Option<String>, medical_card_id: Option<String>, hospital_name: String, return_url: String,
    response_content: Option<String>, body: String, extends: Option<String>, med_trans_id: String,
    insurance_order_id: Option<String>, cash_order_id: Option<String>, attach: Option<String>,
}

impl Paid {
    pub(crate) fn decode(body: &str, key: &str) -> Option<Self> {
        let fields: BTreeMap<String, String> = quick_xml::de::from_str(body).ok()?;
        if *fields.get("sign")? != sign(&fields, key) {
            return None;
        }
        quick_xml::de::from_str(body).ok()
    }
}
