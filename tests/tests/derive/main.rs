//! The derives as a user writes them: an interface of their own by hand, and every shape of struct, field and condition.
//!
//! `getbindurl` is not part of the spec: it was seen in the field, and is here what a user adds in their own crate.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

use std::time::Duration;

use signed_xml::{
    Auth, Builder, Call, Effect, ErrorCodes, Fen, Field, Fields, Json, Key, Limits, Message,
    Method, OpenEnum, Problem, ReplyForm, Sink, Supplied, Supply, Text, UnknownFields,
    UnknownValue, Value, Violations, encode, read_notification, read_reply, validate,
    validate_complete,
};

mod rows;
mod shapes;

/// Asks where a patient links their insurance card.
#[derive(Clone, PartialEq, Message, Builder)]
#[message(name = "getbindurl request", section = "getbindurl")]
#[call(
    method = "POST",
    url = "https://api.weixin.qq.com/payinsurance/getbindurl",
    auth = access_token,
    form = xml,
    reply = BindUrl,
    errors = BindErrors
)]
pub struct GetBindUrl {
    /// The patient.
    #[field(label = "用户标识", max = 128, personal)]
    pub openid: Text,
    /// Where the patient comes back to.
    #[field(label = "回跳地址", max = 256, format = url)]
    pub url: Text,
    /// Random text.
    #[field(label = "随机字符串", max = 32, supplied = client, required)]
    pub nonce_str: Option<Text>,
    /// The signature.
    #[field(label = "签名", max = 32, supplied = client, required)]
    pub sign: Option<Text>,
}

/// Where a patient links their insurance card.
#[derive(Clone, PartialEq, Default, Message)]
#[message(name = "getbindurl reply", section = "getbindurl")]
pub struct BindUrl {
    /// Whether the call worked.
    #[field(label = "返回状态码")]
    pub return_code: Text,
    /// The page.
    #[field(label = "绑卡地址")]
    pub bind_url: Text,
    /// The signature.
    #[field(label = "签名")]
    pub sign: Option<Text>,
}

/// Codes of `getbindurl`.
pub struct BindErrors;

impl ErrorCodes for BindErrors {
    fn effect(code: &str) -> Effect {
        if code == "520" {
            Effect::Unknown
        } else {
            Effect::Refused
        }
    }
}

struct Client;

impl Supply for Client {
    fn supply(&self, field: &Field) -> Option<Text> {
        match field.supplied {
            Supplied::Client => Some("5K8264ILTKCH16CQ2502SI8ZNMTM67VS".into()),
            Supplied::Merchant(key) => Some(format!("the {key}").into()),
            Supplied::Caller | Supplied::Constant(_) => None,
        }
    }
}

fn key() -> Key {
    Key::new("192006250b4c09247ec02edce69f6a2d").unwrap()
}

fn bind_url_request() -> GetBindUrl {
    GetBindUrl::builder()
        .openid("oUpF8uMuAJO_M2pxb1Q9zNjWeS6o")
        .url("https://hospital.example/back")
        .build()
        .unwrap()
}

fn problems(violations: Result<(), Violations>) -> Vec<String> {
    violations
        .err()
        .map(|all| all.iter().map(ToString::to_string).collect())
        .unwrap_or_default()
}

#[test]
fn an_interface_written_by_hand_is_built_filled_signed_and_answered() {
    let mut request = bind_url_request();
    assert_eq!(request.nonce_str, None);
    request.fill(&Client);
    assert_eq!(
        request.nonce_str.as_deref(),
        Some("5K8264ILTKCH16CQ2502SI8ZNMTM67VS")
    );
    assert_eq!(
        request.sign, None,
        "the signature is computed, not supplied"
    );
    validate_complete(&request).unwrap();
    let sent = Fields::parse(&encode(&request, &key()).unwrap(), &Limits::default()).unwrap();
    sent.verify(&key()).unwrap();
    assert_eq!(sent.get("url"), Some("https://hospital.example/back"));
    let reply = Fields::from_pairs([
        ("return_code", "SUCCESS"),
        ("bind_url", "https://weixin.example/bind"),
    ])
    .unwrap();
    let reply: BindUrl = read_reply(
        &reply.to_signed_xml(&key(), signed_xml::SignType::Md5),
        &key(),
        &Limits::default(),
    )
    .unwrap();
    assert_eq!(reply.bind_url, "https://weixin.example/bind");
    assert!(reply.sign.is_some());
}

#[test]
fn a_call_knows_its_address_reply_and_effects() {
    let endpoint = GetBindUrl::ENDPOINT;
    assert_eq!(
        (endpoint.origin, endpoint.path),
        ("https://api.weixin.qq.com", "/payinsurance/getbindurl")
    );
    assert_eq!(
        (endpoint.method, endpoint.auth, endpoint.form),
        (Method::Post, Auth::AccessToken, ReplyForm::Xml)
    );
    assert_eq!(
        (GetBindUrl::effect_of("520"), GetBindUrl::effect_of("513")),
        (Effect::Unknown, Effect::Refused)
    );
}

#[test]
fn debug_shows_no_personal_data() {
    let text = format!("{:?}", bind_url_request());
    assert!(!text.contains("oUpF8uMuAJO"), "{text}");
    assert!(
        text.contains("hospital.example") && text.contains("openid"),
        "{text}"
    );
}

#[test]
fn the_table_keeps_the_documents_order_and_the_names_those_of_bytes() {
    let schema = GetBindUrl::SCHEMA;
    let fields: Vec<&str> = schema.fields.iter().map(|field| field.name).collect();
    let names: Vec<&str> = schema.names.iter().map(|name| name.text).collect();
    assert_eq!(fields, ["openid", "url", "nonce_str", "sign"]);
    assert_eq!(names, ["nonce_str", "openid", "sign", "url"]);
    for field in schema.fields {
        assert_eq!(
            schema.field(field.name).map(|found| found.name),
            Some(field.name)
        );
        assert_eq!(schema.names[usize::from(field.slots[0])].text, field.name);
    }
}

/// How an order is paid.
#[derive(Clone, Debug, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum Refund {
    /// Everything.
    #[value("ALL", label = "全部")]
    All,
    /// The cash part.
    #[value("CASH_ONLY")]
    CashOnly,
    /// Not known here.
    #[unknown]
    Unknown(UnknownValue),
}

/// A message with one of everything.
#[derive(Clone, PartialEq, Message, Builder)]
#[message(name = "order", section = "3.3")]
#[rule(name = extra_within_cash, doc = "The extra cash is part of the cash.", check = cash_add_fee <= cash_fee)]
#[rule(name = parts_within_total, doc = "The parts are no more than the total.", check = cash_fee + insurance_self_fee + 1 <= total_fee + 1)]
#[rule(name = not_both_kinds, doc = "A kind goes with cash.", check = implies(one_of(kind, "CASH_ONLY", "NO_CASH"), !(cash_fee == 0)))]
#[non_exhaustive]
pub struct Order {
    /// The total.
    #[field(label = "总金额", min = 1)]
    pub total_fee: Fen,
    /// The cash.
    #[field(label = "现金")]
    pub cash_fee: Fen,
    /// The extra cash.
    #[field(label = "额外现金", default = 0)]
    pub cash_add_fee: Option<Fen>,
    /// The personal account.
    #[field(
        name = "Insurance_self_fee",
        label = "医保个人账户部分",
        alias = "insurance_self_fee",
        default = 0
    )]
    pub insurance_self_fee: Option<Fen>,
    /// The kind.
    #[field(label = "退款类型")]
    pub kind: Option<Refund>,
    /// The cash to refund.
    #[field(label = "现金退款金额", min = 1, forbidden_when(present(kind) && kind != "CASH_ONLY"))]
    pub cash_refund_fee: Option<Fen>,
    /// The patient.
    #[field(label = "用户标识", personal, exactly_one = payer)]
    pub openid: Option<Text>,
    /// The patient, elsewhere.
    #[field(label = "用户子标识", personal, exactly_one = payer)]
    pub sub_openid: Option<Text>,
    /// One number.
    #[field(label = "医院退款单号", at_least_one = number)]
    pub hosp_out_refund_no: Option<Text>,
    /// Another number.
    #[field(label = "医院订单号", at_least_one = number)]
    pub hosp_out_trade_no: Option<Text>,
    /// The account.
    #[field(label = "公众账号", supplied = merchant, required)]
    pub appid: Option<Text>,
    /// The account of the hospital.
    #[field(label = "子公众账号", supplied = merchant, from = "sub_account", required_when(present(sub_openid)))]
    pub sub_appid: Option<Text>,
    /// A constant.
    #[field(label = "授权类型", supplied = client, value = "client_credential")]
    pub grant_type: Option<Text>,
    /// How long it is good for.
    #[field(label = "有效期")]
    pub expires_in: Option<Duration>,
    /// A keyword as a name.
    #[field(label = "类别", max = 4, length = bytes)]
    pub r#type: Option<Text>,
    /// A payload.
    #[field(label = "操作信息")]
    pub request_content: Option<Json<Operator>>,
    /// The signature.
    #[field(label = "签名", max = 32, supplied = client, required)]
    pub sign: Option<Text>,
    /// The rest.
    #[field(unknown)]
    pub unknown: UnknownFields,
}

/// Who did it.
#[derive(Clone, PartialEq, Message, Builder)]
#[message(name = "order request_content", section = "3.3", unsigned)]
pub struct Operator {
    /// The number.
    #[field(label = "操作员工号", max = 3)]
    pub aae011: Text,
}

fn order(
    kind: Option<Refund>,
) -> OrderBuilder<
    signed_xml::builder::Given,
    signed_xml::builder::Given,
    signed_xml::builder::Given,
    signed_xml::builder::Given,
> {
    Order::builder()
        .total_fee(Fen(200))
        .cash_fee(Fen(150))
        .openid("o")
        .hosp_out_trade_no("H1")
        .maybe_kind(kind)
}

#[test]
fn a_builder_makes_what_it_was_given() {
    let made = order(Some(Refund::CashOnly))
        .r#type("a")
        .expires_in(Duration::from_secs(7200))
        .extra_field("new", "x")
        .build()
        .unwrap();
    assert_eq!(
        (made.total_fee, made.openid.as_deref(), made.kind),
        (Fen(200), Some("o"), Some(Refund::CashOnly))
    );
    assert_eq!((made.appid, made.r#type.as_deref()), (None, Some("a")));
    assert_eq!(made.unknown.len(), 1);
}

#[test]
fn a_second_value_replaces_the_first_and_maybe_clears_it() {
    let made = order(None)
        .r#type("a")
        .maybe_type(None::<Text>)
        .total_fee(Fen(201))
        .build()
        .unwrap();
    assert_eq!((made.r#type, made.total_fee), (None, Fen(201)));
}

#[test]
fn build_reports_everything_that_is_wrong_at_once() {
    let found = order(Some(Refund::All))
        .total_fee(Fen(0))
        .cash_add_fee(Fen(151))
        .cash_refund_fee(Fen(0))
        .r#type("挂号")
        .build()
        .unwrap_err();
    let names: Vec<&str> = found
        .iter()
        .filter_map(|one| one.field.map(|field| field.name))
        .collect();
    assert_eq!(
        names,
        ["cash_refund_fee", "total_fee", "type", "cash_refund_fee"],
        "{found}"
    );
    let rules: Vec<&str> = found
        .iter()
        .filter_map(|one| {
            if let Problem::Rule { name, .. } = one.problem {
                Some(name)
            } else {
                None
            }
        })
        .collect();
    assert_eq!(
        rules,
        ["extra_within_cash", "parts_within_total"],
        "{found}"
    );
}

#[test]
fn a_default_counts_only_where_the_field_is_absent() {
    assert!(order(None).build().is_ok());
    assert!(order(None).cash_add_fee(Fen(150)).build().is_ok());
    assert!(order(None).cash_add_fee(Fen(151)).build().is_err());
}

#[test]
fn an_implication_holds_where_its_condition_does_not() {
    assert!(
        order(Some(Refund::CashOnly))
            .cash_fee(Fen(0))
            .build()
            .is_err()
    );
    assert!(order(Some(Refund::All)).cash_fee(Fen(0)).build().is_ok());
    assert!(order(None).cash_fee(Fen(0)).build().is_ok());
}

#[test]
fn a_field_is_forbidden_only_under_its_condition() {
    let condition = |kind| problems(order(kind).cash_refund_fee(Fen(1)).build().map(|_| ()));
    assert_eq!(condition(None), [""; 0]);
    assert_eq!(condition(Some(Refund::CashOnly)), [""; 0]);
    assert_eq!(
        condition(Some(Refund::All)),
        [
            "`cash_refund_fee` (现金退款金额, section 3.3) must be left out when present(kind) && kind != \"CASH_ONLY\""
        ]
    );
}

#[test]
fn groups_are_judged_too_where_a_message_was_not_made_by_its_builder() {
    let mut made = order(None).build().unwrap();
    made.sub_openid = Some("s".into());
    made.hosp_out_trade_no = None;
    assert_eq!(
        problems(validate(&made)),
        [
            "exactly one of `openid`, `sub_openid` must be set, found 2",
            "at least one of `hosp_out_refund_no`, `hosp_out_trade_no` must be set, found 0",
        ]
    );
}

#[test]
fn supplied_fields_are_judged_only_in_a_complete_message() {
    let by_sub = Order::builder()
        .total_fee(Fen(2))
        .cash_fee(Fen(1))
        .sub_openid("s")
        .hosp_out_refund_no("R")
        .build();
    let mut made = by_sub.unwrap();
    assert_eq!(
        problems(validate_complete(&made)),
        [
            "`appid` (公众账号, section 3.3) comes from the merchant profile, whose `appid` is not set",
            "`sub_appid` (子公众账号, section 3.3) is required when present(sub_openid)",
        ]
    );
    made.fill(&Client);
    assert_eq!(problems(validate_complete(&made)), [""; 0]);
    assert_eq!(made.sub_appid.as_deref(), Some("the sub_account"));
    assert_eq!(made.grant_type.as_deref(), Some("client_credential"));
}

#[test]
fn problems_of_a_payload_are_reported_with_the_message() {
    let payload = Operator {
        aae011: "too long".into(),
    };
    let found = problems(order(None).request_content(payload).build().map(|_| ()));
    assert_eq!(found.len(), 1);
    assert!(found[0].contains("操作员工号"), "{found:?}");
}

#[test]
fn visits_the_fields_in_the_order_of_bytes_capitals_first() {
    struct Names(Vec<&'static str>);
    impl Sink for Names {
        fn field<V: Value>(&mut self, field: &'static Field, _: &V) {
            self.0.push(field.name);
        }
    }
    let mut names = Names(Vec::new());
    order(Some(Refund::All))
        .insurance_self_fee(Fen(0))
        .build()
        .unwrap()
        .visit(&mut names);
    assert_eq!(
        names.0,
        [
            "Insurance_self_fee",
            "cash_fee",
            "hosp_out_trade_no",
            "kind",
            "openid",
            "total_fee"
        ]
    );
}

#[test]
fn reads_aliases_and_keeps_unknown_fields_and_values() {
    let pairs = [
        ("total_fee", "2"),
        ("cash_fee", "1"),
        ("insurance_self_fee", "1"),
        ("kind", "HALF"),
        ("new_field", "x"),
    ];
    let body = Fields::from_pairs(pairs)
        .unwrap()
        .to_signed_xml(&key(), signed_xml::SignType::Md5);
    let read: Order = read_notification(&body, &key(), &Limits::default()).unwrap();
    assert_eq!(read.insurance_self_fee, Some(Fen(1)));
    assert_eq!(
        read.kind.map(|kind| kind.to_string()).as_deref(),
        Some("HALF")
    );
    assert_eq!(
        read.unknown
            .iter()
            .map(|(name, value)| (&**name, &**value))
            .collect::<Vec<_>>(),
        [("new_field", "x")]
    );
}

#[test]
fn reports_every_field_that_cannot_be_read() {
    let fields = Fields::from_pairs([("total_fee", "2.5"), ("kind", "ALL")]).unwrap();
    let errors = fields.read::<Order>().unwrap_err().to_string();
    assert!(
        errors.contains("total_fee") && errors.contains("cash_fee"),
        "{errors}"
    );
}

#[test]
fn an_open_enum_goes_to_text_and_back_known_or_not() {
    assert_eq!(Refund::WIRE_VALUES, ["ALL", "CASH_ONLY"]);
    assert_eq!(Refund::from_wire("ALL"), Refund::All);
    assert_eq!(
        (Refund::All.as_str(), Refund::All.label()),
        ("ALL", Some("全部"))
    );
    assert_eq!(
        (Refund::CashOnly.label(), Refund::from_wire("x").label()),
        (None, None)
    );
    assert_eq!(Refund::from_wire("HALF").to_string(), "HALF");
}

#[test]
fn several_structs_of_one_module_have_builders() {
    let one = shapes::One::builder()
        .slots("x")
        .errors(4)
        .sink(Duration::ZERO)
        .value([127, 0, 0, 1])
        .report(Fen(1));
    assert_eq!(one.build().unwrap().errors, Some(4));
    assert_eq!(
        shapes::Two::builder().slots("x").build().unwrap().slots,
        "x"
    );
    assert!(shapes::builds_what_is_private());
}

macro_rules! message {
    ($name:ident, $field:ident: $ty:ty) => {
        #[derive(Message, Builder)]
        #[message(name = "made", section = "1", unsigned)]
        #[rule(name = fee_within_limit, doc = "The fee is limited.", check = fee <= $field)]
        struct $name {
            #[field(label = "a")]
            $field: $ty,
            #[field(label = "b", default = 3)]
            fee: Option<u64>,
        }
    };
}

#[test]
fn a_struct_inside_a_function_or_a_macro_is_a_message_too() {
    #[derive(Clone, PartialEq, Message, Builder)]
    #[message(name = "local", section = "1", unsigned)]
    struct Local {
        #[field(label = "a")]
        refund: Refund,
    }
    message!(Made, limit: Fen);
    assert_eq!(
        Local::builder().refund(Refund::All).build().unwrap().refund,
        Refund::All
    );
    let made = Made::builder().limit(Fen(4)).build().unwrap();
    assert_eq!((made.limit, made.fee), (Fen(4), None));
    assert!(
        Made::builder().limit(Fen(2)).build().is_err(),
        "an absent fee counts as 3"
    );
}
