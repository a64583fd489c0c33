//! A difference: what either side says, and what it does to the totals.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::class::{Class, NextStep};
use crate::money::{Balance, Part, Parts};
use crate::record::{Fault, Key, Movement};

/// A difference between the books and the bill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// What differs.
    pub class: Class,
    /// In a payment or in a refund.
    pub movement: Movement,
    /// Of which order.
    pub key: Key,
    /// 订单支付方式, under which the totals count it.
    pub pay_type: String,
    /// What our books say.
    pub ours: Option<Statement>,
    /// What the bill says.
    pub theirs: Option<Statement>,
    /// What it adds to ours less theirs, by part in the order of [`Part::ALL`].
    pub effect: [Balance; 6],
    /// Tells one of several equal rows from the others: 0 for the first.
    pub occurrence: u32,
}

/// What one side says of a payment or refund.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// The state, in the words of that side.
    pub state: String,
    /// The amounts.
    pub amounts: Parts,
    /// The day, if known.
    pub day: Option<Date>,
    /// 微信医保支付总单号, if known.
    pub med_trans_id: Option<String>,
    /// 退款订单号, if known.
    pub hosp_out_refund_no: Option<String>,
    /// 是否已进行医保对账.
    pub reconciled: String,
    /// What of the row contradicts itself.
    pub fault: Option<Fault>,
    /// 交易时间 of a row of the bill.
    pub time: Option<Timestamp>,
    /// The line of the bill, from 1; 0 if not known.
    pub line: u64,
}

impl Difference {
    /// What a person does about it.
    #[must_use]
    pub fn next_step(&self) -> NextStep {
        match (self.class, self.movement) {
            (Class::OnlyOurs, _) => NextStep::LookInNextBill,
            (Class::OnlyTheirs, _) => NextStep::FindOrder,
            (Class::State, Movement::Payment) => NextStep::AskForOrder,
            (Class::State, Movement::Refund)
            | (Class::RefundMissing | Class::RefundPartial | Class::RefundOnlyTheirs, _) => {
                NextStep::AskForRefund
            }
            (Class::Amount(_), _) => NextStep::CompareReceipt,
            (Class::Repeated, _) if self.theirs.is_none() => NextStep::CorrectBooks,
            (Class::Repeated | Class::Arithmetic, _) => NextStep::AskPlatform,
            (Class::Unchecked, _) => NextStep::FetchAgain,
            (Class::AnotherDay, _) => NextStep::MoveDay,
        }
    }

    /// The same for the same difference in every run, and another one once either side says something else: 32 hex digits.
    ///
    /// Where in the bill a row stands is not part of it.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mut digest = Sha256::new();
        let mut add = |text: &str| {
            // Each text with its length, so that two texts cannot run into each other.
            digest.update((text.len() as u64).to_le_bytes());
            digest.update(text.as_bytes());
        };
        add(self.class.as_str());
        add(self.movement.as_str());
        add(&self.key.merchant);
        add(&self.key.hosp_out_trade_no);
        add(&self.occurrence.to_string());
        for statement in [&self.ours, &self.theirs] {
            let Some(said) = statement else {
                add("");
                continue;
            };
            add(&said.state);
            for part in Part::ALL {
                add(&said
                    .amounts
                    .get(part)
                    .map_or(String::new(), |fen| fen.0.to_string()));
            }
            add(&said.day.map_or(String::new(), |day| day.to_string()));
            add(said.med_trans_id.as_deref().unwrap_or_default());
            add(said.hosp_out_refund_no.as_deref().unwrap_or_default());
            add(&said.reconciled);
            add(said.fault.map_or("", Fault::as_str));
        }
        let digest = digest.finalize();
        digest[..16]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}
