//! Amounts by part, and sums that may be below zero.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};

use serde::{Deserialize, Serialize};
use signed_xml::Fen;

/// A part of an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// 订单总金额: the whole order, or all that went back.
    Total,
    /// 订单自费金额: cash.
    Cash,
    /// 订单医保金额: insurance.
    Insurance,
    /// 医保个账金额: the patient's own account, within insurance.
    OwnAccount,
    /// 医保统筹金额: the pooled fund, within insurance.
    Fund,
    /// 医保其他金额: other sources, within insurance.
    Other,
}

impl Part {
    /// Every part, in the order of a report.
    pub const ALL: [Self; 6] = [
        Self::Total,
        Self::Cash,
        Self::Insurance,
        Self::OwnAccount,
        Self::Fund,
        Self::Other,
    ];

    /// The name in JSON, CSV and on the command line: `own_account`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Total => "total",
            Self::Cash => "cash",
            Self::Insurance => "insurance",
            Self::OwnAccount => "own_account",
            Self::Fund => "fund",
            Self::Other => "other",
        }
    }
}

/// An amount by part. A part that a side does not state is `None`, and is not compared.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
pub struct Parts([Option<Fen>; 6]);

impl Parts {
    /// Total, cash and insurance; what insurance consists of is not stated.
    #[must_use]
    pub fn new(total: Fen, cash: Fen, insurance: Fen) -> Self {
        Self([Some(total), Some(cash), Some(insurance), None, None, None])
    }

    /// The amount of a part.
    #[must_use]
    pub fn get(&self, part: Part) -> Option<Fen> {
        self.0[part as usize]
    }

    /// The same with another amount of this part.
    #[must_use]
    pub fn with(mut self, part: Part, fen: Option<Fen>) -> Self {
        self.0[part as usize] = fen;
        self
    }
}

/// A sum of money in fen that may be below zero. It cannot overflow: 2⁶³ amounts of the greatest size fit.
///
/// `Display` prints yuan, serde writes fen.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Balance(pub i128);

impl Balance {
    /// Nothing.
    pub const ZERO: Self = Self(0);
}

impl From<Fen> for Balance {
    fn from(fen: Fen) -> Self {
        Self(i128::from(fen.0))
    }
}

impl From<Option<Fen>> for Balance {
    fn from(fen: Option<Fen>) -> Self {
        fen.unwrap_or_default().into()
    }
}

impl Add for Balance {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for Balance {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sub for Balance {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Neg for Balance {
    type Output = Self;

    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl Sum for Balance {
    fn sum<I: Iterator<Item = Self>>(balances: I) -> Self {
        balances.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for Balance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fen = self.0.unsigned_abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{}.{:02}", fen / 100, fen % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_balance_below_one_yuan_keeps_its_sign() {
        assert_eq!(Balance(-5).to_string(), "-0.05");
        assert_eq!(Balance(12_345).to_string(), "123.45");
        assert_eq!(Balance::ZERO.to_string(), "0.00");
    }
}
