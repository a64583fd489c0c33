//! Requests with values of the document's kind. A test changes the field that it is about.

use payinsurance::enums::{AllowFeeChange, OrderType, PayType, UserCardType};
use payinsurance::{
    closeorder, getbalancebill, queryorder, queryrefund, refund, unifiedorder, verifyname,
};
use payinsurance_sandbox::MerchantConfig;
use signed_xml::{BeijingTime, Call, Fen, Field, IdDigest, Key, Supplied, Supply, Text, encode};

/// The patient of the default configuration.
pub(crate) const OPENID: &str = "oSandboxPatientOfTheProvider";

/// The number of the document's sample.
pub(crate) fn id_digest() -> IdDigest {
    IdDigest::of("44030019000101123x").unwrap()
}

/// A mixed payment of 250: 150 cash, 50 of them extra, and 100 insurance (the example of 3.3).
pub(crate) fn order(number: &str, notify_url: &str) -> unifiedorder::Request {
    let content = unifiedorder::RequestContent::builder()
        .session_id("2f20f7ae-7bd0-4ea1-972289182b1817f8")
        .aae011("sys")
        .bka015("系统管理员")
        .bka001("1")
        .bka964("广州市某某区某某楼")
        .build()
        .unwrap();
    unifiedorder::Request::builder()
        .order_type(OrderType::RegPay)
        .openid(OPENID)
        .hosp_out_trade_no(number)
        .hospital_name("沙箱第一人民医院")
        .total_fee(Fen(250))
        .cash_fee(Fen(150))
        .cash_add_fee(Fen(50))
        .allow_fee_change(AllowFeeChange::Refuse)
        .spbill_create_ip([10, 193, 0, 1])
        .notify_url(notify_url)
        .body("挂号费")
        .return_url("https://hospital.example/return")
        .pay_type(PayType::CashAndInsurance)
        .insurance_fee(Fen(100))
        .user_card_type(UserCardType::IdCard)
        .user_card_no(id_digest())
        .user_name("张三")
        .serial_no("S1")
        .org_no("H44")
        .gmt_out_create("20260501163102".parse::<BeijingTime>().unwrap())
        .request_content(content)
        .bill_no("B1")
        .attach("自定义,`参数")
        .build()
        .unwrap()
}

pub(crate) fn cash_order(number: &str, notify_url: &str) -> unifiedorder::Request {
    let mut request = order(number, notify_url);
    request.pay_type = PayType::Cash;
    request.insurance_fee = Fen::ZERO;
    request.total_fee = Fen(150);
    request
}

pub(crate) fn query(number: &str) -> queryorder::Request {
    queryorder::Request::builder()
        .hosp_out_trade_no(number)
        .build()
        .unwrap()
}

pub(crate) fn close(number: &str) -> closeorder::Request {
    closeorder::Request::builder()
        .hosp_out_trade_no(number)
        .build()
        .unwrap()
}

/// A refund of all, under the document's usual number.
pub(crate) fn refund(number: &str) -> refund::Request {
    let content = refund::RequestContent::builder()
        .session_id("2f20f7ae-7bd0-4ea1-972289182b1817f8")
        .paytype(OrderType::RegPay)
        .aae011("sys")
        .bka015("系统管理员")
        .bka001("1")
        .bka964("广州市某某区某某楼")
        .build()
        .unwrap();
    refund::Request::builder()
        .hosp_out_trade_no(number)
        .hosp_out_refund_no(format!("R{number}"))
        .cancel_serial_no("S1")
        .cancel_bill_no("B1")
        .request_content(content)
        .build()
        .unwrap()
}

pub(crate) fn query_refund(number: &str) -> queryrefund::Request {
    queryrefund::Request::builder()
        .hosp_out_refund_no(format!("R{number}"))
        .build()
        .unwrap()
}

pub(crate) fn verify_name() -> verifyname::Request {
    verifyname::Request::builder()
        .openid(OPENID)
        .name("张三")
        .idcard_md5(id_digest())
        .build()
        .unwrap()
}

pub(crate) fn bill(day: signed_xml::BillDate) -> getbalancebill::Request {
    getbalancebill::Request::builder()
        .bill_date(day)
        .build()
        .unwrap()
}

/// What a hospital's profile and client put in.
pub(crate) struct Profile<'a>(pub(crate) &'a MerchantConfig);

impl Supply for Profile<'_> {
    fn supply(&self, field: &Field) -> Option<Text> {
        match field.supplied {
            Supplied::Merchant("appid") => Some(Text::from(&self.0.appid)),
            Supplied::Merchant("mch_id") => Some(Text::from(&self.0.mch_id)),
            Supplied::Merchant("sub_appid") => self.0.sub_appid.as_ref().map(Text::from),
            Supplied::Merchant("sub_mch_id") => self.0.sub_mch_id.as_ref().map(Text::from),
            Supplied::Merchant("app_secret") => Some(Text::from(&self.0.app_secret)),
            Supplied::Client if field.name == "nonce_str" => {
                Some("5K8264ILTKCH16CQ2502SI8ZNMTM67VS".into())
            }
            _ => None,
        }
    }
}

/// The request as the hospital sends it.
pub(crate) fn signed<C: Call>(merchant: &MerchantConfig, mut request: C) -> Vec<u8> {
    request.fill(&Profile(merchant));
    encode(&request, &Key::new(merchant.key.as_str()).unwrap()).unwrap()
}
