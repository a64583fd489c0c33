//! A difference of amounts, which can be below zero.

use std::fmt;
use std::iter::Sum;

use super::Fen;

/// What came in minus what went back, in fen. [`Display`](fmt::Display) prints yuan.
///
/// # Examples
///
/// ```
/// use signed_xml::{Fen, NetFen};
///
/// assert_eq!(NetFen::of(Fen(100), Fen(350)).to_string(), "-2.50");
/// assert_eq!(NetFen::of(Fen(350), Fen(100)), NetFen(250));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NetFen(pub i128);

impl NetFen {
    /// The difference of two amounts.
    #[must_use]
    pub fn of(came: Fen, went: Fen) -> Self {
        Self(i128::from(came.0) - i128::from(went.0))
    }
}

impl fmt::Display for NetFen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, fen) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        f.pad(&format!("{sign}{}.{:02}", fen / 100, fen % 100))
    }
}

impl Sum for NetFen {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        Self(amounts.fold(0, |sum, amount| sum.saturating_add(amount.0)))
    }
}
