//! Requests with values of the document's kind. A test changes the field that it is about.

use payinsurance::enums::PayType;
use payinsurance::{closeorder, getbalancebill, queryorder, queryrefund, unifiedorder, verifyname};
use payinsurance_sandbox::{MerchantConfig, samples};
use signed_xml::{Call, Fen, Field, Key, Supplied, Supply, Text, encode};

pub(crate) use samples::refund;

/// A mixed payment of 250: 150 cash, 50 of them extra, and 100 insurance (the example of 3.3), under the own account.
pub(crate) fn order(number: &str, notify_url: &str) -> unifiedorder::Request {
    let mut order = samples::order(number);
    order.openid = order.sub_openid.take();
    order.cash_add_fee = Some(Fen(50));
    order.notify_url = notify_url.into();
    order.attach = Some("自定义,`参数".into());
    order
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

pub(crate) fn query_refund(number: &str) -> queryrefund::Request {
    queryrefund::Request::builder()
        .hosp_out_refund_no(format!("R{number}"))
        .build()
        .unwrap()
}

pub(crate) fn verify_name() -> verifyname::Request {
    verifyname::Request::builder()
        .openid(samples::OPENID)
        .name(samples::PATIENT)
        .idcard_md5(samples::id_digest())
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
