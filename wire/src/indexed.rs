//! Fields that stand any number of times in a message, told apart by a number at the end of their
//! name.
//!
//! The table prints one row for all of them, with `$n` for the number: `item_fee_$n` stands for
//! `item_fee_0`, `item_fee_1`, …
//!
//! A received name belongs to the row if what follows is a number as one would print it:
//! `item_fee_07` and a number of 2³² and more are fields that the table does not name. Gaps and any
//! order are allowed. A value is judged like that of any other field.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map;

use crate::schema::Field;
use crate::value::{Sink, Value};

/// What stands for the number in the name of a row.
const INDEX: &str = "$n";

/// The values of a field with an index, each with its number, ordered by number.
///
/// # Examples
///
/// ```
/// use signed_xml::{Builder, Fen, Fields, Indexed, Message};
///
/// #[derive(Clone, PartialEq, Message, Builder)]
/// #[message(name = "basket", section = "1", unsigned)]
/// pub struct Basket {
///     #[field(label = "单项金额", name = "item_fee_$n", min = 1)]
///     pub item_fee_n: Indexed<Fen>,
/// }
///
/// let basket = Basket::builder().item_fee_n(0, Fen(250)).item_fee_n(2, Fen(50)).build()?;
/// assert_eq!(Fields::of(&basket)?.get("item_fee_2"), Some("50"));
/// assert_eq!(basket.item_fee_n.get(1), None);
/// assert_eq!(basket.item_fee_n.values().copied().sum::<Fen>(), Fen(300));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Indexed<V>(BTreeMap<u32, V>);

impl<V> Indexed<V> {
    /// None.
    #[must_use]
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Puts a value under a number, and gives the one that stood there.
    pub fn insert(&mut self, index: u32, value: V) -> Option<V> {
        self.0.insert(index, value)
    }

    /// The value under that number.
    #[must_use]
    pub fn get(&self, index: u32) -> Option<&V> {
        self.0.get(&index)
    }

    /// Numbers and values, by number.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &V)> {
        self.0.iter().map(|(index, value)| (*index, value))
    }

    /// The values, by number.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.0.values()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the list is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<V: Value> Indexed<V> {
    #[doc(hidden)]
    pub fn show<S: Sink>(&self, sink: &mut S, field: &'static Field) {
        for (index, value) in self.iter() {
            sink.element(field, index, value);
        }
    }
}

impl<V> Default for Indexed<V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<V> FromIterator<(u32, V)> for Indexed<V> {
    fn from_iter<I: IntoIterator<Item = (u32, V)>>(values: I) -> Self {
        Self(values.into_iter().collect())
    }
}

impl<V> IntoIterator for Indexed<V> {
    type Item = (u32, V);
    type IntoIter = btree_map::IntoIter<u32, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl Field {
    /// The name on the wire of the element of that number; of a field without an index, its name.
    #[must_use]
    pub fn element_name(&self, index: u32) -> String {
        match self.name.strip_suffix(INDEX) {
            Some(prefix) => format!("{prefix}{index}"),
            None => self.name.to_owned(),
        }
    }

    /// The name that an error shows: that of the field, or of one of its elements.
    pub(crate) fn shown_name(&self, index: Option<u32>) -> Cow<'static, str> {
        index.map_or(self.name.into(), |index| self.element_name(index).into())
    }

    /// The number in the name of an element of this field.
    pub(crate) fn index_in(&self, name: &str) -> Option<u32> {
        let number = name.strip_prefix(self.name.strip_suffix(INDEX)?)?;
        let printed = number == "0" || number.starts_with(|c: char| matches!(c, '1'..='9'));
        // `u32` reads a sign too, which the first character excludes.
        printed.then(|| number.parse().ok())?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_an_index_only_as_it_is_printed() {
        let field = Field {
            name: "item_fee_$n",
            ..Field::BASE
        };
        for index in [0, 7, 10, u32::MAX] {
            assert_eq!(field.index_in(&field.element_name(index)), Some(index));
        }
        for name in [
            "item_fee_",
            "item_fee_07",
            "item_fee_00",
            "item_fee_+1",
            "item_fee_-1",
            "item_fee_4294967296",
            "item_fee_1x",
            "item_fee_1_2",
            "item_fee_１",
            "item_fee",
            "item_fees_1",
            "item_fee_$n",
        ] {
            assert_eq!(field.index_in(name), None, "{name}");
        }
    }

    #[test]
    fn a_field_without_an_index_has_no_elements() {
        let field = Field {
            name: "item_fee",
            ..Field::BASE
        };
        assert_eq!(field.index_in("item_fee"), None);
        assert_eq!(field.index_in("item_fee1"), None);
    }

    #[test]
    fn values_stand_by_number_whatever_order_they_came_in() {
        let fees: Indexed<u8> = [(10, 3), (2, 2), (0, 1)].into_iter().collect();
        assert_eq!(
            fees.iter().collect::<Vec<_>>(),
            [(0, &1), (2, &2), (10, &3)]
        );
        assert_eq!(fees.into_iter().next_back(), Some((10, 3)));
    }
}
