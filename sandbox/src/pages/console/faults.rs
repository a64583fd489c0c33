//! `/console/faults`: what is to go wrong, and what has.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use payinsurance::{ErrorCode, Interface};
use serde::de::IgnoredAny;

use super::{Frame, Here, Visit};
use crate::pages::Language;
use crate::pages::html;
use crate::platform::{FaultKind, FaultView};
use crate::server::Shared;

#[derive(Template)]
#[template(path = "console_faults.html")]
struct Page {
    f: Frame,
    groups: Vec<Group>,
    rules: Vec<FaultView>,
    codes: Vec<(&'static str, &'static str)>,
}

/// Faults that strike at the same kind of thing.
struct Group {
    title: &'static str,
    /// Name and words.
    faults: Vec<(&'static str, &'static str)>,
}

pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    Visit { f, .. }: Visit<IgnoredAny>,
) -> Response {
    let l = f.l;
    let rules = shared.core().platform.faults();
    let codes = ErrorCode::WIRE_VALUES.iter().map(|code| {
        let known = ErrorCode::from_wire(signed_xml::Text::from(*code));
        (*code, known.meaning().unwrap_or_default())
    });
    let codes = codes.filter(|(code, _)| *code != "0").collect();
    let groups = groups(l);
    let page = Page {
        f,
        groups,
        rules,
        codes,
    };
    html(StatusCode::OK, &page)
}

/// The faults in the order of [`FaultKind::NAMES`], by what they strike at.
fn groups(l: Language) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for name in FaultKind::NAMES {
        let title = match name {
            "sys_refunding" => l.pick("支付", "Payments"),
            "refund_change" | "refund_fail" => l.pick("退款", "Refunds"),
            name if name.starts_with("notification") => l.pick("通知", "Notifications"),
            name if name.starts_with("bill") => l.pick("账单", "Bills"),
            _ => l.pick("接口调用", "Calls"),
        };
        let fault = (name, words(name, l));
        match groups.last_mut().filter(|group| group.title == title) {
            Some(group) => group.faults.push(fault),
            None => groups.push(Group {
                title,
                faults: vec![fault],
            }),
        }
    }
    groups
}

/// What a fault does, in words.
fn words(name: &'static str, l: Language) -> &'static str {
    let (zh, en) = match name {
        "err_code" => ("返回错误码", "an error code is answered"),
        "bureau_refuses" => ("医保局拒绝预结算（533）", "the bureau refuses (533)"),
        "fee_differs" => (
            "预结算金额不一致（532；允许变化时以医保局为准）",
            "the bureau finds other amounts (532, or they hold where fees may change)",
        ),
        "errcode" => (
            "网关返回 JSON 错误",
            "the gateway refuses in JSON (errcode)",
        ),
        "timeout_before" => ("请求未到达，超时", "timeout, the call did not arrive"),
        "timeout_after" => ("请求已生效，但超时无应答", "timeout, the call took effect"),
        "cut" => (
            "已生效，应答传到一半断开",
            "the connection is cut within the reply",
        ),
        "http_500" => ("HTTP 500", "HTTP 500"),
        "html" => ("应答是网页而不是报文", "a page of HTML in place of a reply"),
        "wrong_signature" => ("应答签名错误", "the reply is signed with a wrong key"),
        "unknown_fields" => (
            "应答含文档没有的字段",
            "the reply has a field of no document",
        ),
        "slow" => ("应答变慢", "the reply is slow"),
        "sys_refunding" => (
            "部分成功后自动退款（SYS_REFUNDING）",
            "SYS_REFUNDING, later SYS_REFUNDED",
        ),
        "refund_change" => ("退款异常（CHANGE）", "CHANGE: the cash did not go back"),
        "refund_fail" => ("退款失败（FAIL）", "FAIL"),
        "notification_lost" => ("丢失一次", "one is lost"),
        "notification_late" => ("迟到", "it comes late"),
        "notification_repeated" => ("同时发两次", "it comes twice at once"),
        "notification_reordered" => (
            "排在另一订单的通知之后",
            "it comes after one of another order",
        ),
        "notification_forged" => ("换成错误密钥签名的", "one signed with a wrong key"),
        "notification_unsigned" => ("换成没有签名的", "one without a signature"),
        "notification_wrong_amount" => (
            "换成金额不同但签名正确的",
            "one with another total, signed right",
        ),
        "bill_ragged" => ("某一行缺列", "a row lacks its last cells"),
        "bill_empty" => ("空文件", "not one byte"),
        "bill_gzipped" => ("未要求也被压缩", "compressed, unasked"),
        "bill_late" => ("还没有生成", "not made yet"),
        other => (other, other),
    };
    l.pick(zh, en)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_has_words_in_both_languages_and_stands_in_one_group() {
        for l in [Language::Zh, Language::En] {
            let groups = groups(l);
            assert_eq!(groups.len(), 5);
            let faults = groups.iter().flat_map(|group| &group.faults);
            let named: Vec<&str> = faults.clone().map(|(name, _)| *name).collect();
            assert_eq!(named, FaultKind::NAMES);
            for (name, words) in faults {
                assert_ne!(name, words);
            }
        }
    }
}
