//! What both sides have of each order, by its number: books that agree but for what is planted.

use std::borrow::Cow;

use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use payinsurance::bill::Row;
use payinsurance::enums::{
    AllowFeeChange, CashRefundStatus, CashTradeStatus, MedTradeState, OrderType, PayType,
    Reconciled,
};
use payinsurance_orders::store::Line;
use payinsurance_orders::{Order, State};
use payinsurance_reconcile::{Class, Part};
use serde_json::json;
use signed_xml::{BeijingTime, Decimal, Fen, Rate};

pub(crate) const CLINIC: &str = "clinic";
pub(crate) const DAY: Date = date(2026, 7, 1);

/// Each kind of difference is planted into one order of so many.
pub(crate) const EACH: usize = 1_000;
/// Planted orders are so many numbers apart.
const APART: usize = 90;

/// What is planted into an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plant {
    /// The bill lacks its rows.
    OnlyOurs,
    /// The store lacks it.
    OnlyTheirs,
    /// The store has it as not yet paid.
    Open,
    /// The bill has a fen more of cash.
    Amount,
    /// The bill lacks its refund.
    RefundMissing,
    /// The bill has a fen less of the refund.
    RefundPartial,
    /// The store lacks its refund.
    RefundOnlyTheirs,
    /// The bill has its payment twice.
    Repeated,
    /// The bureau has not checked it.
    Unchecked,
    /// The bill contradicts itself.
    Arithmetic,
    /// The store has it as paid the day before.
    AnotherDay,
}

pub(crate) const PLANTS: [Plant; 11] = [
    Plant::OnlyOurs,
    Plant::OnlyTheirs,
    Plant::Open,
    Plant::Amount,
    Plant::RefundMissing,
    Plant::RefundPartial,
    Plant::RefundOnlyTheirs,
    Plant::Repeated,
    Plant::Unchecked,
    Plant::Arithmetic,
    Plant::AnotherDay,
];

impl Plant {
    /// What is planted into the order of this number.
    pub(crate) fn of(number: usize) -> Option<Self> {
        let at = number % EACH;
        let plant = PLANTS.get(at / APART).copied();
        plant.filter(|_| at.is_multiple_of(APART))
    }

    /// What the run must report of such an order, in its order.
    pub(crate) fn classes(self) -> &'static [Class] {
        match self {
            Self::OnlyOurs => &[Class::OnlyOurs],
            Self::OnlyTheirs => &[Class::OnlyTheirs],
            Self::Open => &[Class::State],
            Self::Amount => &[Class::Amount(Part::Total), Class::Amount(Part::Cash)],
            Self::RefundMissing => &[Class::RefundMissing],
            Self::RefundPartial => &[Class::RefundPartial],
            Self::RefundOnlyTheirs => &[Class::RefundOnlyTheirs],
            Self::Repeated => &[Class::Repeated],
            Self::Unchecked => &[Class::Unchecked],
            Self::Arithmetic => &[Class::Arithmetic],
            Self::AnotherDay => &[Class::AnotherDay],
        }
    }
}

/// One order in ten is refunded, and those into whose refund something is planted.
fn is_refunded(number: usize) -> bool {
    number % 10 == 5
        || matches!(
            Plant::of(number),
            Some(Plant::RefundMissing | Plant::RefundPartial)
        )
}

/// 订单号: in the order of the numbers.
pub(crate) fn order_no(number: usize) -> String {
    format!("YD20260701{number:08}")
}

/// The day begins at eight in Beijing and ends ten hours later, whatever the number of orders.
fn placed_at(number: usize, orders: usize) -> Timestamp {
    let eight: Timestamp = "2026-07-01T00:00:00Z".parse().unwrap();
    let ten_hours = 36_000_000_000;
    eight + SignedDuration::from_micros((number * ten_hours / orders).try_into().unwrap())
}

/// Cash, the patient's own account and the pooled fund.
fn parts(number: usize) -> (Fen, Fen, Fen) {
    let fen = (100 + number % 90_000) as u64;
    let own = number as u64 % 100;
    (Fen(fen), Fen(own), Fen(2 * fen - own))
}

/// An order of the store, as all are but for what [`stored`] changes.
pub(crate) fn template() -> Order {
    let request: Vec<(&str, &str)> = vec![
        ("allow_fee_change", "0"),
        ("bill_no", "AAZ2026070100000001"),
        ("body", "门诊缴费"),
        ("channel_no", "AAGgXMhnPZyTaCZTwRr0"),
        ("gmt_out_create", "20260701080000"),
        ("hosp_out_trade_no", "YD2026070100000000"),
        ("hospital_name", "某市第一人民医院"),
        ("notify_url", "https://hospital.example/notify"),
        ("order_type", "DiagPay"),
        ("org_no", "440100001"),
        ("pay_type", "3"),
        (
            "request_content",
            r#"{"payAuthNo":"AUTH440100202607010000000","payOrdId":"ORD440100202607010000000","setlLatlnt":"118.096435,24.485407"}"#,
        ),
        (
            "return_url",
            "https://hospital.example/return?trade_no=YD2026070100000000",
        ),
        ("serial_no", "HIS2026070100000001"),
        ("spbill_create_ip", "10.193.0.1"),
        ("sub_openid", "oSandboxPatientOfTheProvider"),
        ("user_card_no", "b6d767d2f8ed5d21a44b0e5886680cb9"),
        ("user_card_type", "1"),
        ("user_name", "张三"),
    ];
    let order = json!({
        "key": {"merchant": CLINIC, "hosp_out_trade_no": ""},
        "revision": 0,
        "state": "paid",
        "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "request": request,
        "amounts": {"total_fee": 0, "cash_fee": 0, "insurance_fee": 0, "may_change": false, "settled": true},
        "placed": {"med_trans_id": "", "pay_url": "https://payment.example/pay", "pay_appid": null},
        "refund": null,
        "close_wanted": false,
        "facts": [],
        "reported": "SUCCESS",
        "sent_at": null,
        "missing": 0,
        "notification": null,
        "times": {
            "created_at": "2026-07-01T00:00:00Z", "updated_at": "2026-07-01T00:00:00Z",
            "expires_at": null, "paid_at": null,
        },
        "due_at": null,
        "attempts": 0,
    });
    serde_json::from_value(order).unwrap()
}

/// The order of this number as the store has it, with its first line of history; `None` if it lacks it.
pub(crate) fn stored(template: &Order, number: usize, orders: usize) -> Option<(Order, Line)> {
    let plant = Plant::of(number);
    if plant == Some(Plant::OnlyTheirs) {
        return None;
    }
    let mut order = template.clone();
    let (cash, own, fund) = parts(number);
    let insurance = Fen(own.0 + fund.0);
    let mut at = placed_at(number, orders);
    if plant == Some(Plant::AnotherDay) {
        at -= SignedDuration::from_hours(24);
    }
    order.key.hosp_out_trade_no = order_no(number);
    order.placed.as_mut().unwrap().med_trans_id = format!("M260701{number:011}");
    order.amounts.total_fee = Fen(cash.0 + insurance.0);
    (order.amounts.cash_fee, order.amounts.insurance_fee) = (cash, insurance);
    (order.times.created_at, order.times.updated_at) = (at, at);
    if plant == Some(Plant::Open) {
        order.state = State::Placed;
        order.amounts.settled = false;
    } else {
        order.times.paid_at = Some(at + SignedDuration::from_secs(60));
        let facts = [
            ("Insurance_self_fee", own.0.to_string()),
            ("insurance_fund_fee", fund.0.to_string()),
            ("insurance_other_fee", "0".to_owned()),
            ("cash_order_id", format!("42000002082026070{number:011}")),
            ("time_end", "20260701080100".to_owned()),
        ];
        order.facts = facts.map(|(name, value)| (name.to_owned(), value)).into();
    }
    if is_refunded(number) {
        order.state = State::Refunded;
        let refund = json!({
            "hosp_out_refund_no": format!("R{}", order_no(number)), "med_refund_id": format!("MR260701{number:011}"),
            "cash_only": null, "tries": 1, "state": "succeeded",
            "cash_refund_fee": cash, "insurance_refund_fee": insurance,
        });
        order.refund = Some(serde_json::from_value(refund).unwrap());
    }
    let line = Line {
        at,
        by: "caller".to_owned(),
        what: "placed".to_owned(),
        evidence: String::new(),
        from: None,
        // The run looks up when a refund was asked for.
        to: match order.refund {
            Some(_) => State::Refunding,
            None => order.state,
        },
    };
    Some((order, line))
}

/// The rows of this order in the bill.
pub(crate) fn billed(number: usize, orders: usize) -> Vec<Row<'static>> {
    let plant = Plant::of(number);
    if plant == Some(Plant::OnlyOurs) {
        return Vec::new();
    }
    let mut payment = payment(number, orders);
    let agreed = payment.clone();
    match plant {
        Some(Plant::Amount) => {
            let more = |fen: &mut Option<Fen>| *fen = fen.map(|fen| Fen(fen.0 + 1));
            more(&mut payment.wxpay_total_fee);
            more(&mut payment.insurance_cash_fee);
            more(&mut payment.insurance_total_fee);
            more(&mut payment.cash_fee);
            more(&mut payment.total_fee);
        }
        Some(Plant::Unchecked) => payment.reconciled = Some(Reconciled::No),
        Some(Plant::Arithmetic) => payment.wxpay_total_fee = Some(Fen(1)),
        _ => {}
    }
    let mut rows = vec![payment];
    if plant == Some(Plant::Repeated) {
        rows.push(agreed.clone());
    }
    let has_refund = is_refunded(number) || plant == Some(Plant::RefundOnlyTheirs);
    if has_refund && plant != Some(Plant::RefundMissing) {
        rows.push(refund(agreed, number, plant == Some(Plant::RefundPartial)));
    }
    rows
}

/// A payment in the manner of the document's sample.
fn payment(number: usize, orders: usize) -> Row<'static> {
    let text = |text: &'static str| Some(Cow::Borrowed(text));
    let owned = |text: String| Some(Cow::Owned(text));
    let time = Some(BeijingTime::at(placed_at(number, orders)));
    let (cash, own, fund) = parts(number);
    let insurance = Fen(own.0 + fund.0);
    let total = Some(Fen(cash.0 + insurance.0));
    let mut row = Row::default();
    row.trade_time = time;
    row.appid = text("wx2421b1c4370ec43b");
    row.mch_id = text("10000100");
    row.sub_mch_id = text("10000101");
    row.wxpay_transaction_id = owned(format!("42000002082026070{number:011}"));
    row.wxpay_out_trade_no = owned(format!("C260701{number:011}"));
    row.openid = owned(format!("oUpF8uMuAJO{number:017}"));
    row.wxpay_trade_type = text("JSAPI");
    row.wxpay_trade_state = Some(CashTradeStatus::Success);
    row.wxpay_bank_type = text("CMB_CREDIT");
    row.wxpay_fee_type = text("CNY");
    row.wxpay_total_fee = Some(cash);
    row.wxpay_coupon_fee = Some(Fen::ZERO);
    row.wxpay_refund_fee = Some(Fen::ZERO);
    row.wxpay_body = text("门诊缴费 - 药品");
    row.wxpay_attach = owned(format!("CgoxMDAwMDEwMBIeQ{number:040}"));
    row.wxpay_service_fee = Some(Decimal::new(cash.0 as i64 * 3, 5));
    row.wxpay_rate = Some(Rate::new(Decimal::new(30, 2)));
    row.insurance_pay_no = owned(format!("1260701985{number:08}"));
    row.insurance_hosp_order_no = owned(order_no(number));
    row.serial_no = owned(order_no(number));
    row.bill_no = owned(order_no(number));
    row.org_no = text("440100001");
    row.insurance_settled_time = time;
    row.insurance_paid_fee = Some(insurance);
    row.insurance_cash_fee = Some(cash);
    row.insurance_total_fee = total;
    row.hospital_name = text("某市第一人民医院");
    row.order_type = Some(OrderType::DiagPay);
    row.allow_fee_change = Some(AllowFeeChange::Refuse);
    row.pay_type = Some(PayType::CashAndInsurance);
    row.hosp_out_trade_no = owned(order_no(number));
    row.order_time = time;
    row.med_trade_state = Some(MedTradeState::Success);
    row.cash_fee = Some(cash);
    row.insurance_fee = Some(insurance);
    row.total_fee = total;
    row.med_trans_id = owned(format!("M260701{number:011}"));
    row.reconciled = Some(Reconciled::Yes);
    row.insurance_self_fee = Some(own);
    row.insurance_fund_fee = Some(fund);
    row.insurance_other_fee = Some(Fen::ZERO);
    row
}

/// The refund of all of it, or all but a fen of the cash.
fn refund(payment: Row<'static>, number: usize, partial: bool) -> Row<'static> {
    let mut row = payment;
    let cash = row.cash_fee.unwrap();
    row.med_trade_state = Some(MedTradeState::Refund);
    row.hosp_out_refund_no = Some(format!("R{}", order_no(number)).into());
    row.med_refund_id = Some(format!("MR260701{number:011}").into());
    row.wxpay_refund_fee = Some(Fen(cash.0 - u64::from(partial)));
    row.wxpay_refund_status = Some(CashRefundStatus::Success);
    row.cancelled_fee = row.insurance_fee;
    row.insurance_cancelled_time = row.trade_time;
    row
}
