//! What the rows of a bill are, and what they add up to.

use crate::source::Span;

/// Which rows are refunds, what is summed over payments and refunds, and what a summary says.
#[derive(Clone, Debug)]
pub struct BillSums {
    /// Column that has a value in the rows of refunds, and in no other.
    pub refund: String,
    /// What is summed, in order.
    pub parts: Vec<BillPart>,
    /// The names of a bill's summary that the rows can be compared with.
    pub summary: Vec<BillSummary>,
    /// The states in which a row moved no money: it is in no sum.
    pub unpaid: Vec<BillUnpaid>,
    /// Where the spec states it.
    pub span: Span,
}

/// A share of the money in a bill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillPart {
    /// Rust name: `cash`.
    pub name: String,
    /// Column of what was paid, in the row of a payment.
    pub paid: String,
    /// Columns of what went back, in the row of a refund; the first one that has a value counts.
    pub refunded: Vec<String>,
    /// Part that this one is a share of. It goes back with that part, and whole.
    pub share_of: Option<String>,
    /// Explanation.
    pub doc: String,
    /// Where the spec states it.
    pub span: Span,
}

/// One name of a summary: the sum of a column over some rows, or the number of all rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillSummary {
    /// Name in the summary.
    pub name: String,
    /// Column that is summed over the payments.
    pub payments: Option<String>,
    /// Column that is summed over the refunds.
    pub refunds: Option<String>,
}

/// Values of a column that say that no money moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillUnpaid {
    /// Column of an enum.
    pub column: String,
    /// Its values.
    pub values: Vec<String>,
}
