//! Amounts as people read them.

use std::fmt;

use signed_xml::Fen;

/// An amount in yuan with two decimals and a comma every three digits: `¥1,234.50`.
pub(crate) struct Yuan(pub(crate) Fen);

/// An amount for a page, whose expressions are references.
pub(crate) fn yuan(amount: &Fen) -> Yuan {
    Yuan(*amount)
}

impl fmt::Display for Yuan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Fen(fen) = self.0;
        let yuan = (fen / 100).to_string();
        f.write_str("¥")?;
        for (place, digit) in yuan.chars().enumerate() {
            if place > 0 && (yuan.len() - place).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        write!(f, ".{:02}", fen % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_two_decimals_and_commas() {
        for (fen, text) in [
            (0, "¥0.00"),
            (7, "¥0.07"),
            (7_750, "¥77.50"),
            (123_456_789, "¥1,234,567.89"),
            (99_999, "¥999.99"),
        ] {
            assert_eq!(Yuan(Fen(fen)).to_string(), text);
        }
    }
}
