//! What states are called for people: in Chinese with the word that options and JSON have.

use payinsurance_orders::store::EventStanding;
use payinsurance_orders::{RefundState, State};

use crate::language::{Language, language};

/// `paid`, or `已支付（paid）`.
pub(crate) fn state(state: State) -> String {
    let chinese = match state {
        State::Placing => "下单中",
        State::Placed => "待支付",
        State::Paying => "支付中",
        State::Reversing => "支付失败，撤销中",
        State::Paid => "已支付",
        State::Refunding => "退款中",
        State::Refunded => "已退款",
        State::Closed => "已关闭",
        State::Failed => "支付失败",
        State::Refused => "平台拒绝",
        _ => "",
    };
    both(chinese, state.as_str())
}

/// The same of a refund.
pub(crate) fn refund_state(state: RefundState) -> String {
    let chinese = match state {
        RefundState::Asking => "申请中",
        RefundState::Accepted => "已受理",
        RefundState::Succeeded => "已退回",
        RefundState::Failed => "退款失败",
        _ => "",
    };
    both(chinese, state.as_str())
}

/// The same of an event.
pub(crate) fn standing(standing: EventStanding) -> String {
    let chinese = match standing {
        EventStanding::Waiting => "等待投递",
        EventStanding::Delivered => "已投递",
        EventStanding::Dead => "已放弃",
    };
    both(chinese, standing.as_str())
}

fn both(chinese: &str, word: &str) -> String {
    match (language(), chinese) {
        (Language::Zh, chinese) if !chinese.is_empty() => format!("{chinese}（{word}）"),
        _ => word.to_owned(),
    }
}
