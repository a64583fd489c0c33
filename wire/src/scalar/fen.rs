//! Money: whole fen on the wire, yuan with two decimals in bills and for people.

use std::fmt;
use std::iter::Sum;

use serde::{Deserialize, Serialize};

use super::digits::{ZEROS, are_digits, eight_digits};
use crate::report::Report;
use crate::schema::Field;
use crate::value::{Expected, Number, Raw, Value, check_min, read_digits, write_digits};

/// An amount in fen (分), a hundredth of a yuan; 0 to 2⁶⁴ − 1.
///
/// Amounts never pass through floating point: they are read and printed digit by digit.
/// [`Display`](fmt::Display) prints yuan, serde writes fen as an integer.
///
/// # Examples
///
/// ```
/// use signed_xml::Fen;
///
/// let total = Fen(250);
/// assert_eq!(total.to_string(), "2.50");
/// assert_eq!(Fen::from_yuan("2.50"), Ok(total));
/// assert_eq!(total.checked_sub(Fen(50)), Some(Fen(200)));
/// ```
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Fen(pub u64);

impl Fen {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// Reads yuan: digits, and at most two decimals.
    ///
    /// # Errors
    ///
    /// [`YuanError`] if the text is not such an amount, has a sign or more decimals, or is over 2⁶⁴
    /// − 1 fen.
    #[inline]
    pub fn from_yuan(yuan: &str) -> Result<Self, YuanError> {
        Self::with_two_decimals(yuan).map_or_else(|| Self::from_any_yuan(yuan), Ok)
    }

    /// The form in which bills print amounts, at most 5 digits before the point: eight bytes are
    /// read at once.
    #[inline]
    pub(crate) fn with_two_decimals(yuan: &str) -> Option<Self> {
        const POINT: u32 = 40;
        let yuan = yuan.as_bytes();
        if !(4..=8).contains(&yuan.len()) {
            return None;
        }
        let (first, last) = (yuan.first_chunk()?, yuan.last_chunk()?);
        // The bytes that both hold are the same.
        let missing = 8 * (8 - yuan.len() as u32);
        let text = u64::from(u32::from_le_bytes(*last)) << 32
            | u64::from(u32::from_le_bytes(*first)) << missing
            | ZEROS & ((1 << missing) - 1);
        let behind_point = !0 << (POINT + 8);
        let whole = (text << 8) & !behind_point | u64::from(b'0');
        let digits = whole | text & behind_point;
        ((text >> POINT) as u8 == b'.' && are_digits(digits)).then(|| Self(eight_digits(digits)))
    }

    fn from_any_yuan(yuan: &str) -> Result<Self, YuanError> {
        let (mut number, mut whole, mut decimals) = (0_u64, 0, None);
        for byte in yuan.bytes() {
            let digit = byte.wrapping_sub(b'0');
            match decimals.as_mut() {
                _ if digit > 9 => match (byte, decimals) {
                    (b'.', None) => {
                        decimals = Some(0);
                        continue;
                    }
                    _ => return Err(YuanError),
                },
                None => whole += 1,
                Some(decimals) => *decimals += 1,
            }
            number = number
                .checked_mul(10)
                .and_then(|number| number.checked_add(u64::from(digit)))
                .ok_or(YuanError)?;
        }
        let fen_of_unit = match (whole, decimals) {
            (0, _) => return Err(YuanError),
            (_, None) => 100,
            (_, Some(1)) => 10,
            (_, Some(2)) => 1,
            (_, Some(_)) => return Err(YuanError),
        };
        let fen = number.checked_mul(fen_of_unit).ok_or(YuanError)?;
        Ok(Self(fen))
    }

    /// The sum, unless it is too large.
    #[must_use]
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(sum) => Some(Self(sum)),
            None => None,
        }
    }

    /// The sum, or the greatest amount if it is too large.
    #[must_use]
    pub const fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The difference, unless it is below zero.
    #[must_use]
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(difference) => Some(Self(difference)),
            None => None,
        }
    }

    /// Whether it is nothing.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }
}

impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}.{:02}", self.0 / 100, self.0 % 100))
    }
}

impl Sum for Fen {
    /// Saturates: a sum of real orders is far from 2⁶⁴ fen, and a saturated one agrees with
    /// nothing.
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        Self(amounts.fold(0, |sum, amount| sum.saturating_add(amount.0)))
    }
}

impl Value for Fen {
    const PLAIN: bool = true;

    #[inline]
    fn write(&self, out: &mut Vec<u8>) {
        write_digits(self.0, out);
    }

    #[inline]
    fn read(raw: Raw<'_>) -> Result<Self, Expected> {
        read_digits(raw.as_str())
            .map(Self)
            .ok_or(Expected("a whole number of fen"))
    }

    fn is(&self, text: &str) -> bool {
        read_digits(text) == Some(self.0)
    }

    fn check(&self, field: &'static Field, report: &mut Report) {
        check_min(self.0, field, report);
    }
}

impl Number for Fen {
    fn number(&self) -> u128 {
        u128::from(self.0)
    }
}

/// A text is not an amount in yuan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected yuan with at most two decimals, such as 33.33")]
pub struct YuanError;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_cents_stay_three_cents() {
        assert_eq!(Fen::from_yuan("0.03"), Ok(Fen(3)));
        assert_eq!(Fen::from_yuan("0.3"), Ok(Fen(30)));
        assert_eq!(Fen::from_yuan("1234567.89"), Ok(Fen(123_456_789)));
    }

    #[test]
    fn the_greatest_amount_survives_both_ways() {
        assert_eq!(Fen(u64::MAX).to_string(), "184467440737095516.15");
        assert_eq!(Fen::from_yuan("184467440737095516.15"), Ok(Fen(u64::MAX)));
        assert_eq!(Fen::from_yuan("184467440737095516.16"), Err(YuanError));
    }

    #[test]
    fn the_usual_form_is_read_as_any_form_is() {
        let signs = ['0', '7', '9', '.', '-', ' ', '/', ':', 'é'];
        for length in 0..=4_u32 {
            for number in 0..signs.len().pow(length) {
                let sign = |at: u32| signs[number / signs.len().pow(at) % signs.len()];
                let start: String = (0..length).map(sign).collect();
                for end in ["", ".12", "4.5", "16.12", "2345.67"] {
                    let text = format!("{start}{end}");
                    let any = Fen::from_any_yuan(&text).ok();
                    let usual = Fen::with_two_decimals(&text);
                    assert!(usual.is_none() || usual == any, "{text}");
                    assert_eq!(Fen::from_yuan(&text).ok(), any, "{text}");
                }
            }
        }
        assert_eq!(Fen::with_two_decimals("12345.67"), Some(Fen(1_234_567)));
        assert_eq!(Fen::with_two_decimals("0.01"), Some(Fen(1)));
    }

    #[test]
    fn refuses_what_is_no_amount() {
        for text in [
            "", ".", "1.", ".5", "-1.00", "+1", "1.000", "1,00", "1e3", " 1.00", "１.00",
        ] {
            assert_eq!(Fen::from_yuan(text), Err(YuanError), "{text}");
        }
    }
}
