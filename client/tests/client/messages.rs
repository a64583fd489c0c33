//! A small family of interfaces, written by hand as a user would: a payment, a bill, and the token
//! that both need.

use std::time::Duration;

use signed_xml::{Builder, Effect, ErrorCodes, Fen, Fields, Key, Message, SignType, Text};
use signed_xml_client::{Client, ClientBuilder, Merchant, TokenRequest};

pub(crate) const KEY: &str = "192006250b4c09247ec02edce69f6a2d";
pub(crate) const APP_SECRET: &str = "the-app-secret-of-the-tests";

#[derive(Clone, PartialEq, Message, Builder)]
#[message(name = "pay request", section = "1.1")]
#[call(method = "POST", url = "https://api.example.com/family/pay", auth = access_token, form = xml, reply = PayResponse, errors = Codes)]
pub(crate) struct Pay {
    #[field(label = "公众帐号id", max = 32, supplied = merchant, required)]
    pub(crate) appid: Option<Text>,
    #[field(label = "商户号", max = 32, supplied = merchant, required)]
    pub(crate) mch_id: Option<Text>,
    #[field(label = "子公众账号id", max = 32, supplied = merchant, required_when(present(sub_openid)))]
    pub(crate) sub_appid: Option<Text>,
    #[field(label = "子商户号", max = 32, supplied = merchant)]
    pub(crate) sub_mch_id: Option<Text>,
    #[field(label = "用户标识", max = 128, personal, exactly_one = payer)]
    pub(crate) openid: Option<Text>,
    #[field(label = "用户子标识", max = 128, personal, exactly_one = payer)]
    pub(crate) sub_openid: Option<Text>,
    #[field(label = "商户订单号", max = 32)]
    pub(crate) out_trade_no: Text,
    #[field(label = "总金额", min = 1)]
    pub(crate) total_fee: Fen,
    #[field(label = "随机字符串", max = 32, supplied = client, required)]
    pub(crate) nonce_str: Option<Text>,
    #[field(label = "签名", max = 32, supplied = client, required)]
    pub(crate) sign: Option<Text>,
}

#[derive(Clone, PartialEq, Message)]
#[message(name = "pay response", section = "1.1")]
pub(crate) struct PayResponse {
    #[field(label = "返回状态码")]
    pub(crate) return_code: Text,
    #[field(label = "返回信息")]
    pub(crate) return_msg: Option<Text>,
    #[field(label = "业务结果")]
    pub(crate) result_code: Option<Text>,
    #[field(label = "错误代码")]
    pub(crate) err_code: Option<Text>,
    #[field(label = "错误代码描述")]
    pub(crate) err_code_des: Option<Text>,
    #[field(label = "交易号")]
    pub(crate) trade_no: Text,
    #[field(label = "总金额")]
    pub(crate) total_fee: Fen,
    #[field(label = "签名")]
    pub(crate) sign: Option<Text>,
}

/// `514` is a failure inside the platform.
pub(crate) struct Codes;

impl ErrorCodes for Codes {
    fn effect(code: &str) -> Effect {
        if code == "514" {
            Effect::Unknown
        } else {
            Effect::Refused
        }
    }
}

/// Asks how a payment stands.
#[derive(Clone, PartialEq, Message, Builder)]
#[message(name = "query request", section = "1.5")]
#[call(method = "POST", url = "https://api.example.com/family/query", auth = access_token, form = xml, reply = PayResponse, errors = Codes, repeatable)]
pub(crate) struct Query {
    #[field(label = "商户号", max = 32, supplied = merchant, required)]
    pub(crate) mch_id: Option<Text>,
    #[field(label = "商户订单号", max = 32)]
    pub(crate) out_trade_no: Text,
    #[field(label = "用户标识", max = 128, personal)]
    pub(crate) openid: Option<Text>,
    #[field(label = "随机字符串", max = 32, supplied = client, required)]
    pub(crate) nonce_str: Option<Text>,
    #[field(label = "签名", max = 32, supplied = client, required)]
    pub(crate) sign: Option<Text>,
}

#[derive(Clone, PartialEq, Message, Builder)]
#[message(name = "bill request", section = "1.2")]
#[call(method = "POST", url = "https://api.example.com/family/bill", auth = access_token, form = text, reply = PayResponse)]
pub(crate) struct Bill {
    #[field(label = "商户号", max = 32, supplied = merchant, required)]
    pub(crate) mch_id: Option<Text>,
    #[field(label = "签名", max = 32, supplied = client, required)]
    pub(crate) sign: Option<Text>,
}

#[derive(Clone, Default, PartialEq, Message)]
#[message(name = "token request", section = "1.3", unsigned)]
#[call(method = "GET", url = "https://api.example.com/family/token", auth = none, form = xml_or_json, reply = TokenResponse)]
pub(crate) struct AskToken {
    #[field(label = "授予类型", supplied = client, value = "client_credential", required)]
    pub(crate) grant_type: Option<Text>,
    #[field(label = "公众帐号id", supplied = merchant, required)]
    pub(crate) appid: Option<Text>,
    #[field(label = "公众帐号appsecret", supplied = merchant, from = "app_secret", secret, required)]
    pub(crate) secret: Option<Text>,
}

/// The same for a platform that also gives stable tokens.
#[derive(Clone, Default, PartialEq, Message)]
#[message(name = "stable token request", section = "1.3", unsigned)]
#[call(method = "GET", url = "https://api.example.com/family/token", auth = none, form = json, reply = TokenResponse, repeatable)]
pub(crate) struct AskStable {
    #[field(label = "授予类型", supplied = client, value = "client_credential", required)]
    pub(crate) grant_type: Option<Text>,
    #[field(label = "公众帐号id", supplied = merchant, required)]
    pub(crate) appid: Option<Text>,
    #[field(label = "公众帐号appsecret", supplied = merchant, from = "app_secret", secret, required)]
    pub(crate) secret: Option<Text>,
}

impl TokenRequest for AskStable {
    const STABLE_URL: Option<&'static str> = Some("https://api.example.com/family/stable");

    fn token(reply: &TokenResponse) -> (Text, Duration) {
        (reply.access_token.clone(), reply.expires_in)
    }
}

#[derive(Clone, PartialEq, Message)]
#[message(name = "token response", section = "1.3", unsigned)]
pub(crate) struct TokenResponse {
    #[field(label = "获取到的凭证", secret)]
    pub(crate) access_token: Text,
    #[field(label = "凭证有效时间")]
    pub(crate) expires_in: Duration,
}

impl TokenRequest for AskToken {
    fn token(reply: &TokenResponse) -> (Text, Duration) {
        (reply.access_token.clone(), reply.expires_in)
    }
}

#[derive(Clone, PartialEq, Message)]
#[message(name = "paid notification", section = "1.4")]
pub(crate) struct Paid {
    #[field(label = "返回状态码")]
    pub(crate) return_code: Text,
    #[field(label = "公众帐号id")]
    pub(crate) appid: Option<Text>,
    #[field(label = "商户号")]
    pub(crate) mch_id: Option<Text>,
    #[field(label = "子商户号")]
    pub(crate) sub_mch_id: Option<Text>,
    #[field(label = "交易号")]
    pub(crate) trade_no: Text,
    #[field(label = "签名")]
    pub(crate) sign: Option<Text>,
}

pub(crate) fn key() -> Key {
    Key::new(KEY).unwrap()
}

pub(crate) fn provider() -> Merchant {
    Merchant::service_provider("wx0000000000000001", "1900000100", "1900000109", key())
        .unwrap()
        .with_app_secret(APP_SECRET)
        .unwrap()
}

pub(crate) fn builder(origin: &str) -> ClientBuilder {
    Client::builder(provider())
        .origin(origin)
        .token_request::<AskToken>()
}

pub(crate) fn pay() -> Pay {
    Pay::builder()
        .out_trade_no("order-number-of-the-tests")
        .total_fee(Fen(250))
        .openid("openid-of-a-patient")
        .build()
        .unwrap()
}

pub(crate) fn query(number: &str) -> Query {
    Query::builder()
        .out_trade_no(number)
        .openid("openid-of-a-patient")
        .build()
        .unwrap()
}

/// Fields as the platform would sign and send them.
pub(crate) fn signed(fields: &[(&str, &str)]) -> Vec<u8> {
    Fields::from_pairs(fields.iter().copied())
        .unwrap()
        .to_signed_xml(&key(), SignType::Md5)
}

pub(crate) fn paid() -> Vec<u8> {
    signed(&[
        ("return_code", "SUCCESS"),
        ("result_code", "SUCCESS"),
        ("trade_no", "T1"),
        ("total_fee", "250"),
    ])
}
