//! Differences that are planted into bills on demand, so that a hospital can see what its reconciliation makes of them.
//!
//! A planting names a kind of difference, a day and a seed. The rows that it changes follow from these and from the orders of the day, so
//! that a bill is the same each time it is fetched. An order carries one planted difference at most: what reconciliation finds is then exactly
//! what was planted. Each change leaves the rest of its row free of contradictions.

use std::borrow::Cow;
use std::collections::BTreeSet;

use jiff::civil::Date;
use payinsurance::bill::Kind;
use payinsurance::enums::{CashRefundStatus, MedTradeState, Reconciled};
use serde::{Deserialize, Serialize};
use signed_xml::{BeijingTime, BillDate, Fen};

use super::bills::Entry;
use super::random::{Random, SeededRandom};
use super::saved;

/// How a bill can differ from the orders. The names are those of the classes of `payinsurance reconcile`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum BillDifference {
    /// A payment is not in the bill.
    OnlyOurs,
    /// The bill has a payment of an order that nobody placed.
    OnlyTheirs,
    /// A payment is PAYING in the bill.
    State,
    /// 订单总金额 is a fen more.
    AmountTotal,
    /// 订单自费金额 is a fen less.
    AmountCash,
    /// 订单医保金额 is a fen less.
    AmountInsurance,
    /// 医保个账金额 is a fen more.
    AmountOwnAccount,
    /// 医保统筹金额 is a fen more.
    AmountFund,
    /// 医保其他金额 is a fen more.
    AmountOther,
    /// A refund is not in the bill.
    RefundMissing,
    /// A fen of a refund did not go back.
    RefundPartial,
    /// The bill has a refund that nobody asked for.
    RefundOnlyTheirs,
    /// A row stands twice.
    Repeated,
    /// 是否已进行医保对账 is 否.
    Unchecked,
    /// A row contradicts itself: the halves of WeChat Pay or of the bureau are not those of the order.
    Arithmetic,
    /// A payment stands in the bill of the next day.
    AnotherDay,
}

/// What is to be planted into the bill of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Planting {
    /// What is to differ.
    pub difference: BillDifference,
    /// The day of the bill.
    #[serde(with = "saved::value")]
    pub day: BillDate,
    /// How many rows; fewer are planted if the bill has fewer that can differ so.
    pub count: usize,
    /// Decides which rows.
    pub seed: u64,
    /// `sub_mch_id` of the hospital, or `mch_id` of one on its own; without it the bill of every hospital.
    pub hospital: Option<String>,
    /// The order; without it any.
    pub hosp_out_trade_no: Option<String>,
}

/// A difference that stands in a bill.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[non_exhaustive]
pub struct Planted {
    /// What differs.
    pub difference: BillDifference,
    /// The order of the row, which nobody placed if the difference is `only_theirs`.
    pub hosp_out_trade_no: String,
    /// Whether the row is a refund.
    pub refund: bool,
}

impl Planting {
    /// One difference of that kind in the bill of that day of every hospital, of any order, with the seed 0.
    #[must_use]
    pub const fn new(difference: BillDifference, day: Date) -> Self {
        Self {
            difference,
            day: BillDate::new(day),
            count: 1,
            seed: 0,
            hospital: None,
            hosp_out_trade_no: None,
        }
    }
}

impl BillDifference {
    /// Every difference, in the order of a report.
    pub const ALL: [Self; 16] = [
        Self::OnlyOurs,
        Self::OnlyTheirs,
        Self::State,
        Self::AmountTotal,
        Self::AmountCash,
        Self::AmountInsurance,
        Self::AmountOwnAccount,
        Self::AmountFund,
        Self::AmountOther,
        Self::RefundMissing,
        Self::RefundPartial,
        Self::RefundOnlyTheirs,
        Self::Repeated,
        Self::Unchecked,
        Self::Arithmetic,
        Self::AnotherDay,
    ];

    /// Whether the row of an entry can differ so.
    fn fits(self, entry: &Entry<'_>) -> bool {
        let row = &entry.row;
        let payment = row.kind() == Kind::Payment;
        let insured = row.insurance_paid_fee.is_some();
        match self {
            Self::OnlyOurs | Self::OnlyTheirs | Self::State | Self::AmountTotal => payment,
            Self::AnotherDay | Self::Arithmetic => payment,
            // What is left stays an amount of this way of payment.
            Self::AmountCash => payment && row.cash_fee > Some(Fen(1)),
            Self::AmountInsurance => payment && row.insurance_fee > Some(Fen(1)),
            Self::AmountOwnAccount | Self::AmountFund | Self::AmountOther => payment && insured,
            Self::RefundMissing => !payment,
            Self::RefundPartial => !payment && row.wxpay_refund_fee > Some(Fen(1)),
            Self::RefundOnlyTheirs => payment && !entry.refunded,
            Self::Repeated => true,
            Self::Unchecked => row.reconciled == Some(Reconciled::Yes),
        }
    }

    /// Changes the entry at that place.
    fn plant<'a>(
        self,
        entries: &mut Vec<Entry<'a>>,
        moved: &mut Vec<Entry<'a>>,
        place: usize,
        random: &mut SeededRandom,
    ) -> Planted {
        let mut planted = Planted {
            difference: self,
            hosp_out_trade_no: entries[place].number.clone(),
            refund: entries[place].row.kind() == Kind::Refund,
        };
        let row = &mut entries[place].row;
        match self {
            Self::OnlyOurs | Self::RefundMissing => {
                entries.remove(place);
            }
            Self::AnotherDay => moved.push(entries.remove(place)),
            Self::OnlyTheirs => {
                let unknown = unknown(&entries[place], random);
                planted.hosp_out_trade_no.clone_from(&unknown.number);
                entries.insert(place + 1, unknown);
            }
            Self::Repeated => entries.insert(place + 1, entries[place].clone()),
            Self::RefundOnlyTheirs => {
                planted.refund = true;
                entries.insert(place + 1, unasked(&entries[place], random));
            }
            Self::State => row.med_trade_state = Some(MedTradeState::Paying),
            Self::AmountTotal => {
                more(&mut row.total_fee);
                if row.insurance_total_fee.is_some() {
                    row.insurance_total_fee = row.total_fee;
                }
            }
            Self::AmountCash => {
                less(&mut row.cash_fee);
                row.wxpay_total_fee = row.cash_fee;
                if row.insurance_cash_fee.is_some() {
                    row.insurance_cash_fee = row.cash_fee;
                }
            }
            Self::AmountInsurance => {
                less(&mut row.insurance_fee);
                row.insurance_paid_fee = row.insurance_fee;
                row.insurance_other_fee = None;
            }
            // Without one of the three parts they are not held against the whole.
            Self::AmountOwnAccount => {
                more(&mut row.insurance_self_fee);
                row.insurance_other_fee = None;
            }
            Self::AmountFund => {
                more(&mut row.insurance_fund_fee);
                row.insurance_other_fee = None;
            }
            Self::AmountOther => {
                more(&mut row.insurance_other_fee);
                row.insurance_self_fee = None;
            }
            Self::RefundPartial => less(&mut row.wxpay_refund_fee),
            Self::Unchecked => row.reconciled = Some(Reconciled::No),
            Self::Arithmetic => match row.insurance_paid_fee.is_some() {
                true => more(&mut row.insurance_paid_fee),
                false => more(&mut row.wxpay_total_fee),
            },
        }
        planted
    }
}

/// Plants into the rows of a day. What is moved to the next day is taken out and handed over.
pub(super) fn plant<'a, 'p>(
    plantings: impl Iterator<Item = &'p Planting>,
    entries: &mut Vec<Entry<'a>>,
) -> (Vec<Entry<'a>>, Vec<Planted>) {
    let (mut moved, mut planted) = (Vec::new(), Vec::new());
    let mut taken = BTreeSet::new();
    for planting in plantings {
        let mut random = SeededRandom::new(planting.seed);
        for _ in 0..planting.count {
            let named = |number: &str| match &planting.hosp_out_trade_no {
                Some(wanted) => wanted == number,
                None => true,
            };
            let fitting: Vec<usize> = (0..entries.len())
                .filter(|place| {
                    let entry = &entries[*place];
                    named(&entry.number)
                        && !taken.contains(&entry.number)
                        && planting.difference.fits(entry)
                })
                .collect();
            if fitting.is_empty() {
                break;
            }
            let place = fitting[(random.next_number() % fitting.len() as u64) as usize];
            taken.insert(entries[place].number.clone());
            let done = planting
                .difference
                .plant(entries, &mut moved, place, &mut random);
            taken.insert(done.hosp_out_trade_no.clone());
            planted.push(done);
        }
    }
    (moved, planted)
}

/// A payment like this one, of an order that nobody placed.
fn unknown<'a>(entry: &Entry<'a>, random: &mut SeededRandom) -> Entry<'a> {
    let mut unknown = entry.clone();
    unknown.number = format!("PLANTED{:016x}", random.next_number());
    let row = &mut unknown.row;
    row.hosp_out_trade_no = Some(Cow::from(unknown.number.clone()));
    row.insurance_hosp_order_no = row.hosp_out_trade_no.clone();
    row.med_trans_id = Some(Cow::from(number("M", random)));
    for part in [
        &mut row.wxpay_transaction_id,
        &mut row.wxpay_out_trade_no,
        &mut row.insurance_pay_no,
    ] {
        if part.is_some() {
            *part = Some(Cow::from(number("P", random)));
        }
    }
    unknown
}

/// A whole refund of this payment, which nobody asked for.
fn unasked<'a>(entry: &Entry<'a>, random: &mut SeededRandom) -> Entry<'a> {
    let mut refund = entry.clone();
    let row = &mut refund.row;
    let time = Some(BeijingTime::at(entry.time));
    row.med_trade_state = Some(MedTradeState::Refund);
    row.hosp_out_refund_no = Some(Cow::from(number("RP", random)));
    row.insurance_hosp_refund_no = row.hosp_out_refund_no.clone();
    row.med_refund_id = Some(Cow::from(number("MR", random)));
    if row.wxpay_total_fee.is_some() {
        row.wxpay_refund_apply_time = time;
        row.wxpay_refund_success_time = time;
        row.wxpay_refund_id = Some(Cow::from(number("5", random)));
        row.wxpay_refund_fee = row.cash_fee;
        row.wxpay_coupon_refund_fee = Some(Fen::ZERO);
        row.wxpay_refund_status = Some(CashRefundStatus::Success);
    }
    if row.insurance_paid_fee.is_some() {
        row.cancelled_fee = row.insurance_fee;
        row.insurance_cancelled_fee = row.insurance_fee;
        row.insurance_cancelled_time = time;
    }
    refund.refunded = true;
    refund
}

/// A number as the platform's are long.
fn number(letters: &str, random: &mut SeededRandom) -> String {
    format!("{letters}{:017}", random.next_number() % 10_u64.pow(17))
}

fn more(amount: &mut Option<Fen>) {
    let Fen(fen) = amount.unwrap_or_default();
    *amount = Some(Fen(fen.saturating_add(1)));
}

fn less(amount: &mut Option<Fen>) {
    let Fen(fen) = amount.unwrap_or_default();
    *amount = Some(Fen(fen.saturating_sub(1)));
}
