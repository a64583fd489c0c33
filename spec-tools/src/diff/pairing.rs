//! Which items of two lists are the same one: by one criterion, then by a weaker one among the rest.

use signed_xml_codegen::model::{Enum, Model};

/// The items of two lists, paired.
pub(super) struct Pairs<'a, T> {
    /// In both; in the order of the new list.
    pub(super) both: Vec<(&'a T, &'a T)>,
    /// Only in the old list.
    pub(super) gone: Vec<&'a T>,
    /// Only in the new list.
    pub(super) come: Vec<&'a T>,
}

impl<'a, T> Pairs<'a, T> {
    pub(super) fn new(
        old: impl IntoIterator<Item = &'a T>,
        new: impl IntoIterator<Item = &'a T>,
        same: impl Fn(&T, &T) -> bool,
    ) -> Self {
        let rest = Self {
            both: Vec::new(),
            gone: old.into_iter().collect(),
            come: new.into_iter().collect(),
        };
        rest.or(same)
    }

    /// Pairs what is left by another criterion.
    pub(super) fn or(mut self, same: impl Fn(&T, &T) -> bool) -> Self {
        let mut come = Vec::new();
        for new in std::mem::take(&mut self.come) {
            match self.gone.iter().position(|old| same(old, new)) {
                Some(at) => self.both.push((self.gone.remove(at), new)),
                None => come.push(new),
            }
        }
        self.come = come;
        self
    }

    /// Pairs what is left by a criterion that must point at one item only on either side.
    pub(super) fn or_only(self, same: impl Fn(&T, &T) -> bool) -> Self {
        let (gone, come) = (self.gone.clone(), self.come.clone());
        self.or(|old, new| {
            let olds = gone.iter().filter(|other| same(other, new));
            let news = come.iter().filter(|other| same(old, other));
            same(old, new) && olds.count() == 1 && news.count() == 1
        })
    }
}

/// Enums that go on under another name: the old one, the new one.
pub(super) fn renamed_enums<'a>(old: &'a Model, new: &'a Model) -> Vec<(&'a str, &'a str)> {
    let both = enums(old, new).both.into_iter();
    both.map(|(old, new)| (old.name.as_str(), new.name.as_str()))
        .filter(|(old, new)| old != new)
        .collect()
}

/// The enums of both models.
pub(super) fn enums<'a>(old: &'a Model, new: &'a Model) -> Pairs<'a, Enum> {
    Pairs::new(&old.enums, &new.enums, |a, b| a.name == b.name)
        .or_only(|a, b| values_of(a) == values_of(b))
}

pub(super) fn values_of(item: &Enum) -> String {
    let values: Vec<&str> = item
        .values
        .iter()
        .map(|value| value.value.as_str())
        .collect();
    values.join(", ")
}

#[cfg(test)]
mod tests {
    use super::Pairs;

    #[test]
    fn the_first_criterion_wins_over_the_second() {
        let (old, new) = (["fee", "Sum"], ["sum", "SUM", "fee"]);
        let pairs = Pairs::new(&old, &new, |a, b| a == b).or(|a, b| a.eq_ignore_ascii_case(b));
        assert_eq!(pairs.both, [(&"fee", &"fee"), (&"Sum", &"sum")]);
        assert_eq!(pairs.come, [&"SUM"]);
    }

    #[test]
    fn what_could_be_either_of_two_is_neither() {
        let (old, new) = (["Sum"], ["sum", "SUM"]);
        let same = |a: &&str, b: &&str| a.eq_ignore_ascii_case(b);
        let pairs = Pairs::new(&old, &new, |_, _| false).or_only(same);
        assert!(pairs.both.is_empty());
    }
}
