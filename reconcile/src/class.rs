//! The classes of differences, and what a person does about each.

use serde::{Deserialize, Serialize};

use crate::money::Part;

/// What differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Class {
    /// We have a payment that the bill does not have.
    OnlyOurs,
    /// The bill has a payment of an order that we do not have.
    OnlyTheirs,
    /// The order is paid on one side and not on the other, or the refund stands otherwise.
    State,
    /// A part of the amount differs.
    Amount(Part),
    /// We have a refund that the bill does not have.
    RefundMissing,
    /// Less went back than our books say.
    RefundPartial,
    /// The bill has a refund that we do not have.
    RefundOnlyTheirs,
    /// The same payment or refund stands more than once on one side.
    Repeated,
    /// 是否已进行医保对账 is 否, or is - although insurance paid.
    Unchecked,
    /// A row of the bill contradicts itself.
    Arithmetic,
    /// Both sides have it, on different days.
    AnotherDay,
}

/// What to do about a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum NextStep {
    /// Ask queryorder: the platform's answer decides.
    AskForOrder,
    /// Ask queryrefund: the platform's answer decides.
    AskForRefund,
    /// Look in the bill of the next day, then ask queryorder.
    LookInNextBill,
    /// Find out who placed the order: enter it in the books, or refund it.
    FindOrder,
    /// Compare with the receipt and the bureau's settlement, and correct the side that is wrong.
    CompareReceipt,
    /// Ask the platform to correct its bill.
    AskPlatform,
    /// Fetch the bill again later: the bureau has not delivered its own yet.
    FetchAgain,
    /// Remove what our books have twice.
    CorrectBooks,
    /// Book it on the day of the bill.
    MoveDay,
}

impl Class {
    /// Every class, in the order of a report.
    pub const ALL: [Self; 16] = [
        Self::OnlyOurs,
        Self::OnlyTheirs,
        Self::State,
        Self::Amount(Part::Total),
        Self::Amount(Part::Cash),
        Self::Amount(Part::Insurance),
        Self::Amount(Part::OwnAccount),
        Self::Amount(Part::Fund),
        Self::Amount(Part::Other),
        Self::RefundMissing,
        Self::RefundPartial,
        Self::RefundOnlyTheirs,
        Self::Repeated,
        Self::Unchecked,
        Self::Arithmetic,
        Self::AnotherDay,
    ];

    /// The name in JSON, CSV and on the command line: `only_ours`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OnlyOurs => "only_ours",
            Self::OnlyTheirs => "only_theirs",
            Self::State => "state",
            Self::Amount(Part::Total) => "amount_total",
            Self::Amount(Part::Cash) => "amount_cash",
            Self::Amount(Part::Insurance) => "amount_insurance",
            Self::Amount(Part::OwnAccount) => "amount_own_account",
            Self::Amount(Part::Fund) => "amount_fund",
            Self::Amount(Part::Other) => "amount_other",
            Self::RefundMissing => "refund_missing",
            Self::RefundPartial => "refund_partial",
            Self::RefundOnlyTheirs => "refund_only_theirs",
            Self::Repeated => "repeated",
            Self::Unchecked => "unchecked",
            Self::Arithmetic => "arithmetic",
            Self::AnotherDay => "another_day",
        }
    }
}

impl NextStep {
    /// The name in JSON and CSV: `ask_for_order`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AskForOrder => "ask_for_order",
            Self::AskForRefund => "ask_for_refund",
            Self::LookInNextBill => "look_in_next_bill",
            Self::FindOrder => "find_order",
            Self::CompareReceipt => "compare_receipt",
            Self::AskPlatform => "ask_platform",
            Self::FetchAgain => "fetch_again",
            Self::CorrectBooks => "correct_books",
            Self::MoveDay => "move_day",
        }
    }
}
