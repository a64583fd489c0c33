//! Fields that stand any number of times in a message, told apart by a number at the end of their
//! name.
//!
//! The table prints one row for all of them, with `$n` for the number: `item_fee_$n` stands for
//! `item_fee_0`, `item_fee_1`, … Where a list stands within a list, an element has two numbers:
//! `part_fee_$n_$m` stands for `part_fee_0_0`, `part_fee_0_1`, …
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

/// What stands for the second number, where an element has two.
const SECOND_INDEX: &str = "$m";

/// The number in the name of an element, or both of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ElementIndex {
    /// `item_fee_0`.
    One(u32),
    /// `part_fee_0_0`.
    Two(u32, u32),
}

/// What tells the elements of an [`Indexed`] apart: `u32`, or `(u32, u32)`.
pub trait Index: Copy + Ord + Into<ElementIndex> {
    /// Takes the numbers of a name, if there are as many.
    fn of(index: ElementIndex) -> Option<Self>;
}

impl Index for u32 {
    fn of(index: ElementIndex) -> Option<Self> {
        match index {
            ElementIndex::One(number) => Some(number),
            ElementIndex::Two(..) => None,
        }
    }
}

impl Index for (u32, u32) {
    fn of(index: ElementIndex) -> Option<Self> {
        match index {
            ElementIndex::Two(first, second) => Some((first, second)),
            ElementIndex::One(_) => None,
        }
    }
}

impl From<u32> for ElementIndex {
    fn from(number: u32) -> Self {
        Self::One(number)
    }
}

impl From<(u32, u32)> for ElementIndex {
    fn from((first, second): (u32, u32)) -> Self {
        Self::Two(first, second)
    }
}

/// The values of a field with an index, each with its number, ordered by number.
///
/// `Indexed<V>` is for names with one number, `Indexed<V, (u32, u32)>` for names with two.
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
pub struct Indexed<V, I = u32>(BTreeMap<I, V>);

impl<V, I: Index> Indexed<V, I> {
    /// None.
    #[must_use]
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Puts a value under a number, and gives the one that stood there.
    pub fn insert(&mut self, index: I, value: V) -> Option<V> {
        self.0.insert(index, value)
    }

    /// The value under that number.
    #[must_use]
    pub fn get(&self, index: I) -> Option<&V> {
        self.0.get(&index)
    }

    /// Numbers and values, by number.
    pub fn iter(&self) -> impl Iterator<Item = (I, &V)> {
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

impl<V: Value, I: Index> Indexed<V, I> {
    #[doc(hidden)]
    pub fn show<S: Sink>(&self, sink: &mut S, field: &'static Field) {
        for (index, value) in self.iter() {
            sink.element(field, index.into(), value);
        }
    }
}

impl<V, I: Index> Default for Indexed<V, I> {
    fn default() -> Self {
        Self::new()
    }
}

impl<V, I: Index> FromIterator<(I, V)> for Indexed<V, I> {
    fn from_iter<T: IntoIterator<Item = (I, V)>>(values: T) -> Self {
        Self(values.into_iter().collect())
    }
}

impl<V, I> IntoIterator for Indexed<V, I> {
    type Item = (I, V);
    type IntoIter = btree_map::IntoIter<I, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl Field {
    /// The name on the wire of the element of that number, or those numbers; of a field without an
    /// index, its name.
    #[must_use]
    pub fn element_name(&self, index: impl Into<ElementIndex>) -> String {
        let (first, second) = match index.into() {
            ElementIndex::One(number) => (number, None),
            ElementIndex::Two(first, second) => (first, Some(second)),
        };
        let name = self.name.replace(INDEX, &first.to_string());
        match second {
            Some(second) => name.replace(SECOND_INDEX, &second.to_string()),
            None => name,
        }
    }

    /// The name that an error shows: that of the field, or of one of its elements.
    pub(crate) fn shown_name(&self, index: Option<ElementIndex>) -> Cow<'static, str> {
        index.map_or(self.name.into(), |index| self.element_name(index).into())
    }

    /// The number in the name of an element of this field, or both of them.
    pub(crate) fn index_in(&self, name: &str) -> Option<ElementIndex> {
        let (prefix, rest) = self.name.split_once(INDEX)?;
        let numbers = name.strip_prefix(prefix)?;
        let Some(between) = rest.strip_suffix(SECOND_INDEX) else {
            return number(numbers).map(ElementIndex::One);
        };
        let (first, second) = numbers.split_once(between)?;
        Some(ElementIndex::Two(number(first)?, number(second)?))
    }
}

/// A number as one would print it.
fn number(text: &str) -> Option<u32> {
    let printed = text == "0" || text.starts_with(|c: char| matches!(c, '1'..='9'));
    // `u32` reads a sign too, which the first character excludes.
    printed.then(|| text.parse().ok())?
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
            let found = field.index_in(&field.element_name(index));
            assert_eq!(found, Some(ElementIndex::One(index)));
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
    fn two_numbers_are_an_index_only_as_they_are_printed() {
        let field = Field {
            name: "part_fee_$n_$m",
            ..Field::BASE
        };
        for index in [(0, 0), (7, 10), (u32::MAX, 1)] {
            let found = field.index_in(&field.element_name(index));
            assert_eq!(found, Some(index.into()));
        }
        for name in [
            "part_fee_1",
            "part_fee_1_",
            "part_fee__1",
            "part_fee_1_2_3",
            "part_fee_01_2",
            "part_fee_1_02",
            "part_fee_1-2",
            "part_fee_$n_$m",
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
