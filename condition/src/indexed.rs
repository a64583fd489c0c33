//! Names of rows that stand any number of times in a message: `item_fee_$n` for `item_fee_0`,
//! `item_fee_1`, …, and `part_fee_$n_$m` for `part_fee_0_0`, `part_fee_0_1`, …
//!
//! Specs and derives have the same names, so they are parsed here, once.

/// What stands for the number of an element.
pub const INDEX: &str = "$n";

/// What stands for the second number, where an element has two.
pub const SECOND_INDEX: &str = "$m";

/// The name of a row with an index, parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndexedName<'a> {
    /// What stands before the number.
    pub prefix: &'a str,
    /// What stands between the two numbers, where there are two.
    pub between: Option<&'a str>,
}

/// Why a name with an index cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IndexFault {
    /// The number stands elsewhere than at the end, or too often.
    Misplaced,
    /// A digit beside a number hides where the number begins or ends.
    BesideDigit,
}

impl<'a> IndexedName<'a> {
    /// Parses a name; `None` for one without an index.
    ///
    /// # Examples
    ///
    /// ```
    /// use signed_xml_condition::{IndexFault, IndexedName};
    ///
    /// assert_eq!(IndexedName::of("item_fee"), None);
    /// let name = IndexedName { prefix: "item_fee_", between: None };
    /// assert_eq!(IndexedName::of("item_fee_$n"), Some(Ok(name)));
    /// let name = IndexedName { prefix: "part_fee_", between: Some("_") };
    /// assert_eq!(IndexedName::of("part_fee_$n_$m"), Some(Ok(name)));
    /// assert_eq!(IndexedName::of("fee1$n"), Some(Err(IndexFault::BesideDigit)));
    /// assert_eq!(IndexedName::of("fee_$n_yuan"), Some(Err(IndexFault::Misplaced)));
    /// ```
    #[must_use]
    pub fn of(name: &'a str) -> Option<Result<Self, IndexFault>> {
        if !name.contains('$') {
            return None;
        }
        Some(
            Self::parse(name)
                .ok_or(IndexFault::Misplaced)
                .and_then(Self::apart),
        )
    }

    fn parse(name: &'a str) -> Option<Self> {
        let (prefix, rest) = name.split_once(INDEX)?;
        let between = match rest {
            "" => None,
            rest => Some(rest.strip_suffix(SECOND_INDEX)?),
        };
        let plain = |text: &str| {
            let mut characters = text.chars();
            characters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
        };
        let begins = prefix.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        let parted = between.is_none_or(|between| !between.is_empty() && plain(between));
        (begins && plain(prefix) && parted).then_some(Self { prefix, between })
    }

    /// A number must be told from what stands beside it: `fee1$n` would share `fee12` with `fee$n`.
    fn apart(self) -> Result<Self, IndexFault> {
        let digit = |c: char| c.is_ascii_digit();
        let between = self.between.unwrap_or_default();
        match self.prefix.ends_with(digit) || between.starts_with(digit) || between.ends_with(digit)
        {
            true => Err(IndexFault::BesideDigit),
            false => Ok(self),
        }
    }

    /// True if an element of the row has this name, or if `name` is a row with an index of which an
    /// element has.
    #[must_use]
    pub fn takes(self, name: &str) -> bool {
        let element = name.replace(INDEX, "0").replace(SECOND_INDEX, "0");
        let Some(numbers) = element.strip_prefix(self.prefix) else {
            return false;
        };
        let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        match self.between {
            None => number(numbers),
            Some(between) => numbers
                .split_once(between)
                .is_some_and(|(first, second)| number(first) && number(second)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(name: &str) -> Option<IndexedName<'_>> {
        IndexedName::of(name)?.ok()
    }

    #[test]
    fn a_name_that_cannot_be_read_says_why() {
        for (name, fault) in [
            ("$n", IndexFault::Misplaced),
            ("a_$m", IndexFault::Misplaced),
            ("a_$n$m", IndexFault::Misplaced),
            ("a_$m_$n", IndexFault::Misplaced),
            ("a_$n_$n", IndexFault::Misplaced),
            ("a_$n_$m_b", IndexFault::Misplaced),
            ("a b_$n", IndexFault::Misplaced),
            ("1_$n", IndexFault::Misplaced),
            ("a1$n_$m", IndexFault::BesideDigit),
            ("a_$n1_$m", IndexFault::BesideDigit),
            ("a_$n_1$m", IndexFault::BesideDigit),
        ] {
            assert_eq!(IndexedName::of(name), Some(Err(fault)), "{name}");
        }
    }

    #[test]
    fn a_row_takes_the_names_of_its_elements_and_rows_that_share_one() {
        for (row, other, taken) in [
            ("a_$n", "a_7", true),
            ("a_$n", "a_7_1", false),
            ("a_$n", "a_", false),
            ("a_$n_$m", "a_7_1", true),
            ("a_$n_$m", "a_7", false),
            ("a_$n_$m", "a_7_", false),
            ("a_$n_$m", "a_1_$n", true),
            ("a_$n", "a_$n_$m", false),
        ] {
            assert_eq!(
                name(row).map(|row| row.takes(other)),
                Some(taken),
                "{row} {other}"
            );
        }
    }
}
