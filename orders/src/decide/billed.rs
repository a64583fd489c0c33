//! A payment that the platform's bill proves (3.8), where its notification and its queries were lost.
//!
//! The row goes through the decisions of queryorder: numbers and amounts that are not the order's contradict it and move nothing, and what agrees
//! ends a contradiction of the same kind. The history says whose bill evidence it was, and why it was taken.

use jiff::Timestamp;
use jiff::civil::Date;
use payinsurance::enums::MedTradeState;
use signed_xml::Fen;

use super::settle::{MAX_WHO, MAX_WORDS, SettleError, check_words};
use super::{Context, Decision, Draft, query};
use crate::Order;
use crate::reported::{Amount, Numbers, PlatformState};

/// A row of the bill that says that an order was paid, and who has it taken as evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillEvidence {
    /// The day of the bill.
    pub day: Date,
    /// 微信医保支付总单号 of the row, if it has one.
    pub med_trans_id: Option<String>,
    /// 订单总金额.
    pub total_fee: Fen,
    /// 订单自费金额.
    pub cash_fee: Fen,
    /// 订单医保金额.
    pub insurance_fee: Fen,
    /// 交易时间, if the row has it.
    pub paid_at: Option<Timestamp>,
    /// Who has it taken: 1 to 64 characters.
    pub who: String,
    /// Why, for example that queryorder does not answer: 1 to 500 characters, nothing personal.
    pub why: String,
}

/// What the order is after its row of the bill was looked at.
pub(crate) fn billed(
    order: &Order,
    evidence: &BillEvidence,
    context: Context<'_>,
) -> Result<Decision, SettleError> {
    check_words(&[
        ("who", &evidence.who, MAX_WHO),
        ("why", &evidence.why, MAX_WORDS),
    ])?;
    let reported = PlatformState {
        state: Some(MedTradeState::Success),
        numbers: Numbers {
            hosp_out_trade_no: Some(order.key.hosp_out_trade_no.clone()),
            med_trans_id: evidence.med_trans_id.clone(),
            ..Numbers::default()
        },
        total_fee: Amount::Fen(evidence.total_fee),
        cash_fee: Amount::Fen(evidence.cash_fee),
        insurance_fee: Amount::Fen(evidence.insurance_fee),
        part_is_paid: true,
        time_end: evidence.paid_at,
        facts: Vec::new(),
    };
    let mut draft = Draft::of(order, context);
    query::stands(&mut draft, &reported, context);
    let BillEvidence { day, who, why, .. } = evidence;
    draft.remark(format!("from the bill of {day}, taken by {who}: {why}"));
    Ok(draft.finish())
}
