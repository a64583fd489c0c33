//! What either side has of one order: our books, and rows of the bill.

use std::borrow::Cow;
use std::cmp::Ordering;

use jiff::Timestamp;
use jiff::civil::Date;
use payinsurance::bill::{Kind, Row};
use payinsurance::enums::{CashRefundStatus, MedTradeState, PayType, Reconciled};
use payinsurance_orders::{RefundState, State};
use serde::{Deserialize, Serialize};
use signed_xml::{BeijingTime, Fen};

use crate::money::{Part, Parts};

/// Which order: a number is unique per hospital only.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Key {
    /// The name of the hospital.
    pub merchant: String,
    /// 订单号: the number that the hospital side gave the order.
    pub hosp_out_trade_no: String,
}

/// A payment, or a refund of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Movement {
    /// Money came in.
    Payment,
    /// Money went back.
    Refund,
}

impl Movement {
    /// The name in JSON and CSV: `payment`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Payment => "payment",
            Self::Refund => "refund",
        }
    }
}

/// One order as our books have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ours {
    /// Which one.
    pub key: Key,
    /// 微信医保支付总单号, once known.
    pub med_trans_id: Option<String>,
    /// 订单支付方式: `1`, `2` or `3`. `None` if the books do not say.
    pub pay_type: Option<String>,
    /// How it stands.
    pub state: State,
    /// What it costs, or what was paid.
    pub amounts: Parts,
    /// The day in Beijing on which it was paid. `None` if the books do not say: then every day is right.
    pub day: Option<Date>,
    /// Its refund.
    pub refund: Option<OurRefund>,
}

/// The refund of an order as our books have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OurRefund {
    /// 退款订单号. `None` if the books do not say.
    pub hosp_out_refund_no: Option<String>,
    /// How it stands.
    pub state: RefundState,
    /// What goes back.
    pub amounts: Parts,
    /// The day in Beijing on which it was asked for, if the books say.
    pub day: Option<Date>,
}

/// A row of the bill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Theirs {
    /// Which order.
    pub key: Key,
    /// What the row is.
    pub movement: Movement,
    /// 微信医保支付总单号.
    pub med_trans_id: Option<String>,
    /// 退款订单号.
    pub hosp_out_refund_no: Option<String>,
    /// 订单支付方式.
    pub pay_type: Option<String>,
    /// 订单状态; of a refund its own, `SUCCESS`, `REFUNDING`, `CHANGE` or `FAIL`, unless the order was never paid.
    pub state: String,
    /// What was paid or went back.
    pub amounts: Parts,
    /// The day of the bill.
    pub day: Date,
    /// 是否已进行医保对账: `是`, `否`, `-`, or empty if the bill does not say.
    pub reconciled: String,
    /// What of the row cannot be true by its own numbers.
    pub fault: Option<Fault>,
    /// 交易时间 of the payment, or when the bureau settled it.
    pub time: Option<Timestamp>,
    /// The line of the bill, from 1; 0 if not known.
    pub line: u64,
}

/// A row of the bill contradicts itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Fault {
    /// 订单总金额 is empty.
    NoTotal,
    /// 订单自费金额 and 订单医保金额 are together more than 订单总金额.
    PartsOverTotal,
    /// 医保个账金额, 医保统筹金额 and 医保其他金额 are together not 订单医保金额.
    InsuranceParts,
    /// 总金额, with 代金券或立减优惠金额 or without, is not 订单自费金额.
    CashHalf,
    /// 医保支付资金 is not 订单医保金额.
    InsuranceHalf,
    /// 医保总交易金额 is not 订单总金额.
    InsuranceTotal,
    /// 退款金额 is more than 订单自费金额.
    RefundOverCash,
    /// 医保撤销金额 is neither zero nor 订单医保金额: insurance is refunded whole (3.6).
    RefundOfInsurance,
}

impl Fault {
    /// The name in JSON and CSV: `parts_over_total`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoTotal => "no_total",
            Self::PartsOverTotal => "parts_over_total",
            Self::InsuranceParts => "insurance_parts",
            Self::CashHalf => "cash_half",
            Self::InsuranceHalf => "insurance_half",
            Self::InsuranceTotal => "insurance_total",
            Self::RefundOverCash => "refund_over_cash",
            Self::RefundOfInsurance => "refund_of_insurance",
        }
    }
}

impl Ours {
    /// True if the books count the payment.
    pub(crate) fn is_booked(&self) -> bool {
        self.state.was_paid()
    }
}

impl OurRefund {
    /// True if the books count the refund: the platform has taken it.
    pub(crate) fn is_booked(&self) -> bool {
        matches!(self.state, RefundState::Accepted | RefundState::Succeeded)
    }

    /// True if nothing is left to happen to it.
    pub(crate) fn is_final(&self) -> bool {
        matches!(self.state, RefundState::Succeeded | RefundState::Failed)
    }
}

impl Theirs {
    /// A row of the bill of `day` of this hospital.
    ///
    /// # Examples
    ///
    /// ```
    /// use jiff::civil::date;
    /// use payinsurance::bill::Row;
    /// use payinsurance::enums::MedTradeState;
    /// use payinsurance_reconcile::{Movement, Part, Theirs};
    /// use signed_xml::Fen;
    ///
    /// let mut row = Row::default();
    /// row.hosp_out_trade_no = Some("YD1".into());
    /// row.med_trade_state = Some(MedTradeState::Success);
    /// row.total_fee = Some(Fen(7750));
    /// let theirs = Theirs::new("clinic", date(2018, 12, 4), &row, 2);
    /// assert_eq!(theirs.movement, Movement::Payment);
    /// assert_eq!(theirs.amounts.get(Part::Total), Some(Fen(7750)));
    /// ```
    #[must_use]
    pub fn new(merchant: &str, day: Date, row: &Row, line: u64) -> Self {
        let text = |text: &Option<Cow<'_, str>>| text.as_deref().map(str::to_owned);
        let movement = match row.kind() {
            Kind::Payment => Movement::Payment,
            Kind::Refund => Movement::Refund,
        };
        let reconciled = row.reconciled.as_ref();
        Self {
            key: Key {
                merchant: merchant.to_owned(),
                hosp_out_trade_no: text(&row.hosp_out_trade_no).unwrap_or_default(),
            },
            movement,
            med_trans_id: text(&row.med_trans_id),
            hosp_out_refund_no: text(&row.hosp_out_refund_no),
            pay_type: row.pay_type.as_ref().map(|kind| kind.as_str().to_owned()),
            state: match movement {
                Movement::Refund if was_paid(row) => refund_state(row).to_owned(),
                _ => order_state(row).to_owned(),
            },
            amounts: match movement {
                Movement::Refund => given_back(row),
                Movement::Payment => paid(row),
            },
            day,
            reconciled: reconciled.map_or(String::new(), |mark| mark.as_str().to_owned()),
            fault: fault(row, movement == Movement::Refund),
            time: (row.trade_time.or(row.insurance_settled_time)).map(BeijingTime::timestamp),
            line,
        }
    }

    /// True if the row reports money that moved or is on its way. An order that was not paid, such as one that is `CLOSED`, has moved none, and
    /// neither has a refund that failed.
    pub(crate) fn is_booked(&self) -> bool {
        let moves: &[&str] = match self.movement {
            Movement::Refund => &["SUCCESS", "REFUNDING", "CHANGE"],
            Movement::Payment => &PAID,
        };
        moves.contains(&&*self.state)
    }

    /// True if the bureau is said not to have checked money of insurance.
    pub(crate) fn is_unchecked(&self) -> bool {
        let insured = self.amounts.get(Part::Insurance).unwrap_or_default() > Fen::ZERO;
        self.reconciled == Reconciled::No.as_str()
            || (self.reconciled == Reconciled::NotApplicable.as_str() && insured)
    }

    /// An order of rows that does not depend on where in the bill they stand.
    pub(crate) fn by_content(&self, other: &Self) -> Ordering {
        let content = |row: &Self| {
            (
                row.movement,
                row.hosp_out_refund_no.clone(),
                row.day,
                row.amounts,
                row.state.clone(),
                row.med_trans_id.clone(),
                row.reconciled.clone(),
                row.fault,
            )
        };
        content(self).cmp(&content(other))
    }
}

/// 订单支付方式 as it follows from the amounts (3.3).
pub(crate) fn pay_type(amounts: &Parts) -> &'static str {
    let pays = |part| amounts.get(part).unwrap_or_default() > Fen::ZERO;
    let known = match (pays(Part::Cash), pays(Part::Insurance)) {
        (_, false) => PayType::Cash,
        (false, true) => PayType::Insurance,
        (true, true) => PayType::CashAndInsurance,
    };
    match known {
        PayType::Cash => "1",
        PayType::Insurance => "2",
        _ => "3",
    }
}

fn paid(row: &Row) -> Parts {
    let known = row.total_fee.is_some();
    let or_zero = |fen: Option<Fen>| fen.or(known.then_some(Fen::ZERO));
    Parts::default()
        .with(Part::Total, row.total_fee)
        .with(Part::Cash, or_zero(row.cash_fee))
        .with(Part::Insurance, or_zero(row.insurance_fee))
        .with(Part::OwnAccount, row.insurance_self_fee)
        .with(Part::Fund, row.insurance_fund_fee)
        .with(Part::Other, row.insurance_other_fee)
}

/// The layouts name what insurance took back 撤销金额 (ALL) or 医保撤销金额 (REFUND).
fn given_back(row: &Row) -> Parts {
    let cash = row.wxpay_refund_fee.unwrap_or_default();
    let insurance = taken_back(row).unwrap_or_default();
    Parts::new(Fen(cash.0.saturating_add(insurance.0)), cash, insurance)
}

fn taken_back(row: &Row) -> Option<Fen> {
    row.insurance_cancelled_fee.or(row.cancelled_fee)
}

/// 订单状态 of an order that was paid. Some bills leave it empty.
const PAID: [&str; 3] = ["SUCCESS", "REFUND", ""];

fn order_state<'a>(row: &'a Row<'_>) -> &'a str {
    row.med_trade_state
        .as_ref()
        .map_or("", MedTradeState::as_str)
}

fn was_paid(row: &Row) -> bool {
    PAID.contains(&order_state(row))
}

/// The state of a refund: that of its cash part, or whether the bureau has taken its part back.
fn refund_state<'a>(row: &'a Row<'_>) -> &'a str {
    let insurance_is_back =
        row.insurance_cancelled_time.is_some() || taken_back(row).unwrap_or_default() == Fen::ZERO;
    match &row.wxpay_refund_status {
        Some(CashRefundStatus::Success) if !insurance_is_back => "REFUNDING",
        Some(status) => status.as_str(),
        None if insurance_is_back => "SUCCESS",
        None => "REFUNDING",
    }
}

fn fault(row: &Row, is_refund: bool) -> Option<Fault> {
    let Some(total) = row.total_fee else {
        return Some(Fault::NoTotal);
    };
    let cash = row.cash_fee.unwrap_or_default();
    let insurance = row.insurance_fee.unwrap_or_default();
    let sum = |fens: &[Fen]| fens.iter().map(|fen| u128::from(fen.0)).sum::<u128>();
    let within = [
        row.insurance_self_fee,
        row.insurance_fund_fee,
        row.insurance_other_fee,
    ];
    let within: Vec<Fen> = within.into_iter().flatten().collect();
    let differs = |fen: Option<Fen>, right: Fen| fen.is_some_and(|fen| fen != right);
    if sum(&[cash, insurance]) > sum(&[total]) {
        return Some(Fault::PartsOverTotal);
    }
    if within.len() == 3 && sum(&within) != sum(&[insurance]) {
        return Some(Fault::InsuranceParts);
    }
    if let Some(half) = row.wxpay_total_fee
        && half != cash
        && sum(&[half, row.wxpay_coupon_fee.unwrap_or_default()]) != sum(&[cash])
    {
        return Some(Fault::CashHalf);
    }
    if differs(row.insurance_paid_fee, insurance) {
        return Some(Fault::InsuranceHalf);
    }
    if differs(row.insurance_total_fee, total) {
        return Some(Fault::InsuranceTotal);
    }
    if is_refund && row.wxpay_refund_fee.unwrap_or_default() > cash {
        return Some(Fault::RefundOverCash);
    }
    let back = taken_back(row).unwrap_or_default();
    if is_refund && back != Fen::ZERO && back != insurance {
        return Some(Fault::RefundOfInsurance);
    }
    None
}
