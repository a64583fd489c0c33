//! `/console/order/…`: one order's whole story in one timeline.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::de::IgnoredAny;

use super::super::money::yuan;
use super::exchange::Message;
use super::{Frame, Here, Visit, tone};
use crate::pages::html;
use crate::platform::{Act, OrderView, Step, StoryLine};
use crate::server::{Exchange, Shared};

#[derive(Template)]
#[template(path = "console_order.html")]
struct Page {
    f: Frame,
    order: OrderView,
    pay_link: String,
    lines: Vec<Line>,
    left_out: usize,
}

#[derive(Template)]
#[template(path = "console_missing.html")]
struct Missing {
    f: Frame,
    number: String,
}

/// A line of the timeline.
struct Line {
    time: String,
    /// `call`, `patient`, `move`, `notification`: how it is drawn.
    kind: &'static str,
    title: String,
    /// `good`, `bad`, or nothing.
    tone: &'static str,
    detail: String,
    exchange: Option<Exchange>,
    number: Option<u64>,
}

pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    Path(number): Path<String>,
    Visit { f, .. }: Visit<IgnoredAny>,
) -> Response {
    let mut core = shared.core();
    core.with(|platform, at| platform.pass(at));
    let Ok(order) = core.platform.order(&number) else {
        drop(core);
        return html(StatusCode::NOT_FOUND, &Missing { f, number });
    };
    let (story, left_out) = match core.platform.story(&order.med_trans_id) {
        Ok((lines, left_out)) => (lines.to_vec(), left_out),
        Err(_) => (Vec::new(), 0),
    };
    let lines = story.into_iter().map(|line| {
        let number = match &line.step {
            Step::Called { exchange, .. } | Step::Notified { exchange, .. } => Some(*exchange),
            _ => None,
        };
        let exchange = number.and_then(|number| core.traffic.get(number));
        described(line, number, exchange, f.l)
    });
    let lines = lines.collect();
    drop(core);
    let pay_link = format!("{}?pay_key={}", super::super::pay::PATH, order.pay_key);
    let page = Page {
        pay_link: f.link(&pay_link),
        f,
        order,
        lines,
        left_out,
    };
    html(StatusCode::OK, &page)
}

fn described(
    line: StoryLine,
    number: Option<u64>,
    exchange: Option<Exchange>,
    l: crate::pages::Language,
) -> Line {
    let (kind, title, tone, detail) = match line.step {
        Step::Called {
            interface, code, ..
        } => {
            let trouble = exchange
                .as_ref()
                .and_then(|exchange| exchange.trouble.as_ref());
            let detail = trouble
                .map(|trouble| trouble.detail.clone())
                .unwrap_or_default();
            match code {
                Some(code) => ("call", format!("{interface} → {code}"), "bad", detail),
                None => ("call", interface, "", detail),
            }
        }
        Step::Acted { act } => {
            let words = match act {
                Act::Pay => l.pick("患者支付", "The patient pays"),
                Act::InsuranceFails => l.pick(
                    "患者支付，医保部分失败",
                    "The patient pays, insurance fails",
                ),
                Act::CashFails => l.pick("患者支付，自费部分失败", "The patient pays, cash fails"),
                Act::WalkAway => l.pick("患者离开", "The patient walks away"),
            };
            ("patient", words.to_owned(), "", String::new())
        }
        Step::Moved { state } => ("move", state.clone(), tone(&state), String::new()),
        Step::RefundMoved {
            hosp_out_refund_no,
            state,
        } => {
            let words = l.pick("退款", "Refund");
            (
                "move",
                format!("{words} {hosp_out_refund_no}: {state}"),
                tone(&state),
                String::new(),
            )
        }
        Step::Notified {
            attempt,
            forged,
            refused,
            ..
        } => {
            let words = match (forged, attempt) {
                (Some(_), _) => l.pick("伪造的通知", "Forged notification").to_owned(),
                (None, 0) => l
                    .pick("手工发送的通知", "Notification sent by hand")
                    .to_owned(),
                (None, attempt) => match l {
                    crate::pages::Language::Zh => format!("第 {attempt} 次通知"),
                    crate::pages::Language::En => format!("Notification, delivery {attempt}"),
                },
            };
            // A hospital that refuses a forgery is right.
            let (tone, end) = match (&refused, forged) {
                (None, None) => ("good", l.pick("已接受", "accepted")),
                (Some(_), None) => ("bad", l.pick("未接受", "not accepted")),
                (None, Some(_)) => (
                    "bad",
                    l.pick("医院接受了伪造通知", "the hospital accepted a forgery"),
                ),
                (Some(_), Some(_)) => ("good", l.pick("医院已拒绝", "the hospital refused it")),
            };
            (
                "notification",
                format!("{words} → {end}"),
                tone,
                refused.unwrap_or_default(),
            )
        }
    };
    Line {
        time: line.time.to_string(),
        kind,
        title,
        tone,
        detail,
        exchange,
        number,
    }
}

impl Page {
    /// A form of the page names the order so.
    fn name(&self) -> &str {
        &self.order.med_trans_id
    }

    /// What the patient may do, as `act` of `POST /sandbox/pay`.
    fn acts(&self) -> [(&'static str, &'static str); 4] {
        let l = self.f.l;
        [
            ("pay", l.pick("支付", "Pay")),
            ("insurance_fails", l.pick("医保失败", "Insurance fails")),
            ("cash_fails", l.pick("自费失败", "Cash fails")),
            ("walk_away", l.pick("离开", "Walk away")),
        ]
    }

    /// As `forgery` of `POST /sandbox/forge`.
    fn forgeries(&self) -> [(&'static str, &'static str); 3] {
        let l = self.f.l;
        [
            (
                "wrong_key",
                l.pick("错误密钥的通知", "Notification, wrong key"),
            ),
            ("unsigned", l.pick("未签名的通知", "Notification, unsigned")),
            (
                "altered_amount",
                l.pick("改动金额的通知", "Notification, altered amount"),
            ),
        ]
    }

    fn can_be_paid(&self) -> bool {
        ["NOTPAY", "INITIAL"].contains(&self.order.med_trade_state.as_str())
    }
}
