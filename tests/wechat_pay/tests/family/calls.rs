//! The generated client over real HTTP on loopback, by both algorithms.
//!
//! The server stands for the platform: it verifies what arrives with the untyped reader and signs its answers by the algorithm of the request, without
//! naming it, as the platform does.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request, State};
use axum::response::IntoResponse;
use signed_xml::{Effect, Fen, Fields, Limits, ReplyError, SIGN_TYPE, SignType};
use wechat_pay_v2::enums::{CouponType, ResultCode, TradeState, TradeType};
use wechat_pay_v2::{Client, ErrorCode, Merchant, closeorder, orderquery, refund, unifiedorder};

use crate::key;

/// What arrived: path and fields.
type Log = Arc<Mutex<Vec<(String, Fields)>>>;

/// Answers by path, with these pairs over the usual ones, signed by this algorithm or that of the request.
#[derive(Clone)]
struct Platform {
    log: Log,
    more: &'static [(&'static str, &'static str)],
    sign_type: Option<SignType>,
}

impl Platform {
    fn new() -> Self {
        Self {
            log: Log::default(),
            more: &[],
            sign_type: None,
        }
    }

    /// Starts on a free port of loopback and gives the origin.
    async fn start(self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(self);
        tokio::spawn(async move { axum::serve(listener, router).await });
        origin
    }

    fn reply(&self, path: &str, request: &Fields) -> Vec<u8> {
        let of_request = SignType::of(request.get(SIGN_TYPE)).unwrap();
        assert_eq!(request.verify(&key()), Ok(()), "{path}");
        let own: &[(&str, &str)] = match path {
            "/pay/unifiedorder" => &[
                ("trade_type", "JSAPI"),
                ("prepay_id", "wx201411101639507cbf6ffd8b"),
            ],
            "/pay/orderquery" => &[
                ("trade_state", "SUCCESS"),
                ("out_trade_no", "1415757673"),
                ("total_fee", "100"),
                ("coupon_fee", "15"),
                ("coupon_count", "2"),
                ("coupon_id_0", "10000"),
                ("coupon_fee_0", "5"),
                ("coupon_type_0", "CASH"),
                ("coupon_id_1", "10001"),
                ("coupon_fee_1", "10"),
                ("coupon_type_1", "NO_CASH"),
            ],
            "/pay/closeorder" => &[],
            "/secapi/pay/refund" => &[
                ("transaction_id", "4008450740201411110005820873"),
                ("out_trade_no", "1415757673"),
                ("out_refund_no", "1415701182"),
                ("refund_id", "2008450740201411110000174436"),
                ("refund_fee", "30"),
                ("total_fee", "100"),
                ("cash_fee", "85"),
                ("coupon_refund_fee_0", "5"),
            ],
            other => panic!("unexpected call of {other}"),
        };
        let usual = [("return_code", "SUCCESS"), ("result_code", "SUCCESS")];
        let usual = usual.iter().chain(own);
        let others = usual.filter(|(name, _)| self.more.iter().all(|(other, _)| other != name));
        let fields = Fields::from_pairs(others.chain(self.more).copied()).unwrap();
        fields.to_signed_xml(&key(), self.sign_type.unwrap_or(of_request))
    }
}

async fn answer(State(platform): State<Platform>, request: Request) -> impl IntoResponse {
    let path = request.uri().path().to_owned();
    let body = axum::body::to_bytes(request.into_body(), 1 << 20)
        .await
        .unwrap();
    let fields = Fields::parse(&body, &Limits::default()).unwrap();
    let reply = platform.reply(&path, &fields);
    platform.log.lock().unwrap().push((path, fields));
    reply
}

fn merchant() -> Merchant {
    Merchant::independent("wx2421b1c4370ec43b", "10000100", key()).unwrap()
}

fn client(origin: &str, merchant: Merchant) -> Client {
    Client::builder(merchant).origin(origin).build().unwrap()
}

fn order() -> unifiedorder::Request {
    unifiedorder::Request::builder()
        .body("JSAPI支付测试")
        .out_trade_no("1415659990")
        .total_fee(Fen(1))
        .spbill_create_ip("14.23.150.211")
        .notify_url("https://shop.example/notify")
        .trade_type(TradeType::Jsapi)
        .openid("oUpF8uMuAJO_M2pxb1Q9zNjWeS6o")
        .build()
        .unwrap()
}

fn query() -> orderquery::Request {
    let query = orderquery::Request::builder().out_trade_no("1415757673");
    query.build().unwrap()
}

fn refund_of(fee: Fen) -> Result<refund::Request, wechat_pay_v2::Violations> {
    refund::Request::builder()
        .out_trade_no("1415757673")
        .out_refund_no("1415701182")
        .total_fee(Fen(100))
        .refund_fee(fee)
        .build()
}

/// All four interfaces, once.
async fn calls_everything(client: &Client) {
    let placed = client.unifiedorder(&order()).await.unwrap();
    assert_eq!(placed.prepay_id, "wx201411101639507cbf6ffd8b");

    let order = client.orderquery(&query()).await.unwrap();
    assert_eq!(order.trade_state, TradeState::Success);
    assert_eq!(
        order.coupon_fee_n.values().copied().sum::<Fen>(),
        order.coupon_fee.unwrap()
    );
    let kinds: Vec<_> = order.coupon_type_n.values().cloned().collect();
    assert_eq!(kinds, [CouponType::Cash, CouponType::NoCash]);
    assert!(order.unknown.is_empty());

    let close = closeorder::Request::builder().out_trade_no("1415983244");
    let closed = client.closeorder(&close.build().unwrap()).await.unwrap();
    assert_eq!(closed.result_code, ResultCode::Success);

    let refunded = client.refund(&refund_of(Fen(30)).unwrap()).await.unwrap();
    assert_eq!(refunded.refund_fee, Fen(30));
    assert_eq!(refunded.coupon_refund_fee_n.get(0), Some(&Fen(5)));
}

#[tokio::test]
async fn calls_every_interface_with_hmac_sha256_in_both_directions() {
    let platform = Platform::new();
    let log = platform.log.clone();
    let origin = platform.start().await;
    calls_everything(&client(
        &origin,
        merchant().with_sign_type(SignType::HmacSha256),
    ))
    .await;

    let log = log.lock().unwrap();
    let paths: Vec<&str> = log.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "/pay/unifiedorder",
            "/pay/orderquery",
            "/pay/closeorder",
            "/secapi/pay/refund"
        ],
        "no access token is asked for"
    );
    for (path, fields) in log.iter() {
        assert_eq!(fields.get(SIGN_TYPE), Some("HMAC-SHA256"), "{path}");
        assert_eq!(fields.get("sign").map(str::len), Some(64), "{path}");
    }
}

#[tokio::test]
async fn calls_every_interface_with_md5_when_the_profile_names_nothing() {
    let platform = Platform::new();
    let log = platform.log.clone();
    let origin = platform.start().await;
    calls_everything(&client(&origin, merchant())).await;
    for (path, fields) in log.lock().unwrap().iter() {
        assert_eq!(fields.get(SIGN_TYPE), None, "{path}");
        assert_eq!(fields.get("sign").map(str::len), Some(32), "{path}");
    }
}

#[tokio::test]
async fn a_service_provider_sends_both_parties_ids() {
    let platform = Platform::new();
    let log = platform.log.clone();
    let origin = platform.start().await;
    let merchant =
        Merchant::service_provider("wx8888888888888888", "1900000100", "1900000109", key());
    client(&origin, merchant.unwrap())
        .orderquery(&query())
        .await
        .unwrap();
    let (_, fields) = &log.lock().unwrap()[0];
    assert_eq!(fields.get("mch_id"), Some("1900000100"));
    assert_eq!(fields.get("sub_mch_id"), Some("1900000109"));
}

#[tokio::test]
async fn a_reply_that_is_signed_by_another_algorithm_than_its_request_is_refused() {
    for (ours, theirs) in [
        (SignType::HmacSha256, SignType::Md5),
        (SignType::Md5, SignType::HmacSha256),
    ] {
        let platform = Platform {
            sign_type: Some(theirs),
            ..Platform::new()
        };
        let client = client(&platform.start().await, merchant().with_sign_type(ours));
        let error = client.orderquery(&query()).await.unwrap_err();
        assert!(
            matches!(error.reply_error(), Some(ReplyError::Signature(_))),
            "{error}"
        );
        assert_eq!(error.effect(), Effect::Unknown);
    }
}

#[tokio::test]
async fn a_reply_may_name_another_algorithm() {
    let platform = Platform {
        more: &[("sign_type", "HMAC-SHA256")],
        sign_type: Some(SignType::HmacSha256),
        ..Platform::new()
    };
    let client = client(&platform.start().await, merchant());
    client.orderquery(&query()).await.unwrap();
}

#[tokio::test]
async fn a_business_failure_says_whether_the_call_may_have_taken_effect() {
    for (more, effect) in [
        (
            &[("result_code", "FAIL"), ("err_code", "NOTENOUGH")],
            Effect::Refused,
        ),
        (
            &[("result_code", "FAIL"), ("err_code", "BIZERR_NEED_RETRY")],
            Effect::Unknown,
        ),
    ] as [(&'static [_], _); 2]
    {
        let platform = Platform {
            more,
            ..Platform::new()
        };
        let client = client(
            &platform.start().await,
            merchant().with_sign_type(SignType::HmacSha256),
        );
        let error = client
            .refund(&refund_of(Fen(30)).unwrap())
            .await
            .unwrap_err();
        assert_eq!(error.effect(), effect, "{error}");
        let code = error.err_code().map(ErrorCode::from_wire).unwrap();
        assert!(
            matches!(code, ErrorCode::NotEnough | ErrorCode::NeedRetry),
            "{code}"
        );
    }
}

#[tokio::test]
async fn what_breaks_a_rule_of_the_spec_is_never_sent() {
    let message = refund_of(Fen(101)).unwrap_err().to_string();
    assert!(message.contains("refund_fee <= total_fee"), "{message}");
    let native = unifiedorder::Request::builder()
        .body("扫码")
        .out_trade_no("1")
        .total_fee(Fen(0))
        .spbill_create_ip("::1")
        .notify_url("shop.example")
        .trade_type(TradeType::Native)
        .build();
    let message = native.unwrap_err();
    assert_eq!(message.len(), 3, "{message}");
    assert!(
        message
            .to_string()
            .contains("`product_id` (商品ID, section 9.1) is required when"),
        "{message}"
    );
}
