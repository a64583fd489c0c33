//! Rows and totals as JSON and as lines of a table.

use payinsurance::Fen;
use payinsurance::bill::{Amounts, Kind, Row, Totals};
use serde_json::{Value, json};
use signed_xml::{BeijingTime, NetFen};

use crate::language::Language;
use crate::table::Table;

/// A row without what is personal. `amounts` is what was paid, or what went back.
pub(super) fn row_json(row: &Row<'_>, line: u64) -> Value {
    let time = |time: Option<BeijingTime>| time.map(|time| time.timestamp().to_string());
    let fen = |fen: Option<Fen>| fen.map(|Fen(fen)| fen);
    json!({
        "line": line,
        "kind": kind(row.kind()),
        "amounts": amounts_json(&row.amounts()),
        "trade_time": time(row.trade_time),
        "order_time": time(row.order_time),
        "hosp_out_trade_no": row.hosp_out_trade_no,
        "med_trans_id": row.med_trans_id,
        "hosp_out_refund_no": row.hosp_out_refund_no,
        "med_refund_id": row.med_refund_id,
        "med_trade_state": row.med_trade_state.as_ref().map(|state| state.as_str()),
        "order_type": row.order_type.as_ref().map(|kind| kind.as_str()),
        "pay_type": row.pay_type.as_ref().map(|kind| kind.as_str()),
        "total_fee": fen(row.total_fee),
        "cash_fee": fen(row.cash_fee),
        "insurance_fee": fen(row.insurance_fee),
        "insurance_self_fee": fen(row.insurance_self_fee),
        "insurance_fund_fee": fen(row.insurance_fund_fee),
        "insurance_other_fee": fen(row.insurance_other_fee),
        "wxpay_transaction_id": row.wxpay_transaction_id,
        "wxpay_refund_id": row.wxpay_refund_id,
        "wxpay_refund_status": row.wxpay_refund_status.as_ref().map(|status| status.as_str()),
        "wxpay_service_fee": row.wxpay_service_fee.map(|fee| fee.to_string()),
        "insurance_pay_no": row.insurance_pay_no,
        "serial_no": row.serial_no,
        "bill_no": row.bill_no,
        "reconciled": row.reconciled.as_ref().map(|mark| mark.as_str()),
    })
}

pub(super) fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Payment => "payment",
        Kind::Refund => "refund",
    }
}

/// What rows add up to.
pub(super) fn totals_json(totals: &Totals) -> Value {
    let net = totals.net();
    json!({
        "payments": totals.payments,
        "refunds": totals.refunds,
        "without_money": totals.without_money,
        "paid": amounts_json(&totals.paid),
        "refunded": amounts_json(&totals.refunded),
        "net": {
            "total": net_fen(net.total()), "cash": net_fen(net.cash), "insurance": net_fen(net.insurance),
            "personal_account": net_fen(net.personal_account), "pooled_fund": net_fen(net.pooled_fund),
            "other": net_fen(net.other),
        },
    })
}

fn amounts_json(amounts: &Amounts) -> Value {
    json!({
        "total": amounts.total().0, "cash": amounts.cash.0, "insurance": amounts.insurance.0,
        "personal_account": amounts.personal_account.0, "pooled_fund": amounts.pooled_fund.0,
        "other": amounts.other.0,
    })
}

/// A table of what rows add up to.
pub(super) fn totals_table(totals: &Totals, language: Language) -> Table {
    let net = totals.net();
    let yuan = |amounts: &Amounts| {
        [
            amounts.total(),
            amounts.cash,
            amounts.insurance,
            amounts.personal_account,
            amounts.pooled_fund,
            amounts.other,
        ]
        .map(|fen| fen.to_string())
    };
    let difference = [
        net.total(),
        net.cash,
        net.insurance,
        net.personal_account,
        net.pooled_fund,
        net.other,
    ];
    let line = |label: &str, count: String, cells: [String; 6]| {
        [label.to_owned(), count].into_iter().chain(cells)
    };
    Table::new(&[
        language.pick("合计（元）", "totals (yuan)"),
        language.pick("笔数", "rows"),
        language.pick("总金额", "total"),
        language.pick("自费", "cash"),
        language.pick("医保", "insurance"),
        language.pick("个账", "personal account"),
        language.pick("统筹", "pooled fund"),
        language.pick("其他", "other"),
    ])
    .row(line(
        language.pick("支付", "paid"),
        totals.payments.to_string(),
        yuan(&totals.paid),
    ))
    .row(line(
        language.pick("退款", "refunded"),
        totals.refunds.to_string(),
        yuan(&totals.refunded),
    ))
    .row(line(
        language.pick("净额", "net"),
        String::new(),
        difference.map(|fen| fen.to_string()),
    ))
}

fn net_fen(NetFen(fen): NetFen) -> Value {
    // No sum of a real bill is beyond what JSON numbers hold exactly; one that is stays exact as text.
    i64::try_from(fen).map_or_else(|_| Value::from(fen.to_string()), Value::from)
}
