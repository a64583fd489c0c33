//! A rate of bills, such as `0.30%`.

use std::fmt;

use rust_decimal::Decimal;

/// A rate in per cent, exact.
///
/// # Examples
///
/// ```
/// use signed_xml::Rate;
///
/// let rate: Rate = "0.30%".parse()?;
/// assert_eq!(rate.to_string(), "0.30%");
/// assert_eq!(rate.percent().to_string(), "0.30");
/// # Ok::<(), signed_xml::RateError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(Decimal);

impl Rate {
    /// That many per cent.
    #[must_use]
    pub const fn new(percent: Decimal) -> Self {
        Self(percent)
    }

    /// The number before the per cent sign.
    #[must_use]
    pub const fn percent(self) -> Decimal {
        self.0
    }
}

impl std::str::FromStr for Rate {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, RateError> {
        let percent = text.strip_suffix('%').ok_or(RateError)?;
        Decimal::from_str_exact(percent)
            .map(Self)
            .map_err(|_| RateError)
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", self.0)
    }
}

/// A text is not a rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a rate such as 0.30%")]
pub struct RateError;
