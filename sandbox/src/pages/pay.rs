//! The pay page: where `pay_url` leads, and the page of the mini program.
//!
//! A patient's phone shows it, so it is small, and it works without scripts: each button is a form.

use std::sync::Arc;

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use payinsurance::enums::MedTradeState;
use serde::Deserialize;

use super::money::yuan;
use super::{Language, html};
use crate::platform::{Act, ActError, PaymentPage};
use crate::server::{Shared, pay_detail, problem, query};

/// Where `pay_url` leads.
pub(crate) const PATH: &str = "/insurance/pay/detail";

/// The page that an order names which is paid in the payment mini program (`pay_appid`).
pub(crate) const MINI_PROGRAM_PATH: &str = "/pages/index/index";

/// What the address of the page holds.
#[derive(Deserialize)]
pub(crate) struct Address {
    pay_key: Option<String>,
    lang: Option<Language>,
    /// The patient walked away, so that nothing has changed.
    #[serde(default)]
    left: bool,
}

/// What a button of the page sends.
#[derive(Deserialize)]
pub(crate) struct Button {
    pay_key: String,
    act: Act,
    lang: Option<Language>,
}

#[derive(Template)]
#[template(path = "pay.html")]
struct Page<'a> {
    l: Language,
    style: &'static str,
    path: &'a str,
    pay_key: &'a str,
    order: &'a PaymentPage,
    /// How the page looks: to be paid, or how the order stands.
    standing: Standing,
    left: bool,
    notice: Option<String>,
}

#[derive(Template)]
#[template(path = "pay_unknown.html")]
struct Unknown {
    l: Language,
    style: &'static str,
}

/// How an order stands, as far as the patient needs to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Open,
    Paying,
    Paid,
    /// A part failed; the other part goes back or has gone back.
    Failed,
    Closed,
    Refunded,
}

impl PaymentPage {
    /// What is paid for: the kind of order and the hospital's words.
    fn purpose(&self, l: &Language) -> String {
        let kind = match l {
            Language::Zh => self.order_type.label().unwrap_or(self.order_type.as_str()),
            Language::En => self.order_type.as_str(),
        };
        match self.body.is_empty() {
            true => kind.to_owned(),
            false => format!("{kind} · {}", self.body),
        }
    }
}

impl Standing {
    fn of(state: &MedTradeState) -> Self {
        match state {
            MedTradeState::NotPay | MedTradeState::Initial => Self::Open,
            MedTradeState::Success => Self::Paid,
            MedTradeState::SysRefunding | MedTradeState::SysRefunded => Self::Failed,
            MedTradeState::Closed => Self::Closed,
            MedTradeState::Refund => Self::Refunded,
            _ => Self::Paying,
        }
    }

    fn is_open(self) -> bool {
        self == Self::Open
    }

    fn class(self) -> &'static str {
        match self {
            Self::Open | Self::Paying => "waiting",
            Self::Paid => "good",
            Self::Failed => "bad",
            Self::Closed | Self::Refunded => "quiet",
        }
    }

    fn sign(self) -> &'static str {
        match self {
            Self::Open | Self::Paying => "…",
            Self::Paid => "✓",
            Self::Failed => "!",
            Self::Closed => "–",
            Self::Refunded => "↩",
        }
    }

    fn headline(self, l: &Language) -> &'static str {
        match self {
            Self::Open => l.pick("待支付", "To be paid"),
            Self::Paying => l.pick("支付处理中", "Payment under way"),
            Self::Paid => l.pick("支付成功", "Paid"),
            Self::Failed => l.pick("支付失败", "Payment failed"),
            Self::Closed => l.pick("订单已关闭", "Order closed"),
            Self::Refunded => l.pick("已退款", "Refunded"),
        }
    }

    fn explanation(self, l: &Language) -> &'static str {
        match self {
            Self::Open => "",
            Self::Paying => l.pick(
                "请稍候，结果会通知医院。",
                "Please wait. The hospital is notified of the result.",
            ),
            Self::Paid => l.pick("医院会收到支付通知。", "The hospital is notified of it."),
            Self::Failed => l.pick(
                "已支付的部分会自动退回。",
                "The part that was paid goes back by itself.",
            ),
            Self::Closed => l.pick("该订单不能再支付。", "This order can no longer be paid."),
            Self::Refunded => l.pick("款项已退回或正在退回。", "The money is back or on its way."),
        }
    }
}

/// Shows the page, or describes the order in JSON to a program that does not ask for HTML.
pub(crate) async fn show(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let address: Address = match query(&uri) {
        Ok(address) => address,
        Err(response) => return *response,
    };
    let accepted = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    if !accepted.is_some_and(|accepted| accepted.contains("text/html")) {
        return pay_detail(&shared, address.pay_key);
    }
    let l = Language::of(address.lang, &headers);
    let pay_key = address.pay_key.unwrap_or_default();
    page(&shared, uri.path(), &pay_key, l, address.left, None)
}

/// Does what a button says, and leads back to the page, which then shows the result.
pub(crate) async fn act(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    uri: Uri,
    button: Result<Form<Button>, FormRejection>,
) -> Response {
    let Form(Button { pay_key, act, lang }) = match button {
        Ok(button) => button,
        Err(rejection) => return problem(rejection.status(), &rejection.body_text()),
    };
    let l = Language::of(lang, &headers);
    match shared.pay(&pay_key, act) {
        Ok(()) => {
            let left = if act == Act::WalkAway {
                "&left=true"
            } else {
                ""
            };
            let path = uri.path();
            // A pay key holds letters and digits only, or `pay` would not have found it.
            let to = format!("{path}?pay_key={pay_key}&lang={}{left}", l.name());
            Redirect::to(&to).into_response()
        }
        Err(error) => page(&shared, uri.path(), &pay_key, l, false, Some(&error)),
    }
}

fn page(
    shared: &Shared,
    path: &str,
    pay_key: &str,
    l: Language,
    left: bool,
    error: Option<&ActError>,
) -> Response {
    let Some(order) = shared.payment_page(pay_key) else {
        let style = super::STYLE_PATH;
        return html(StatusCode::NOT_FOUND, &Unknown { l, style });
    };
    let status = match error {
        Some(_) => StatusCode::CONFLICT,
        None => StatusCode::OK,
    };
    let notice = error.map(|error| match (l, error) {
        (Language::En, error) => error.to_string(),
        (Language::Zh, ActError::NotPayable { .. }) => "该订单当前不能支付。".to_owned(),
        (Language::Zh, ActError::NoSuchPart { .. }) => "该订单没有这一部分金额。".to_owned(),
        (Language::Zh, _) => "操作没有完成。".to_owned(),
    });
    let standing = Standing::of(&order.state);
    let page = Page {
        l,
        style: super::STYLE_PATH,
        path,
        pay_key,
        order: &order,
        standing,
        left: left && standing.is_open(),
        notice,
    };
    html(status, &page)
}
