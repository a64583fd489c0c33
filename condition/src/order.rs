//! Which of two conditions demands more.
//!
//! Both are asked one question after the other: is a field absent, does it have a value that they
//! name, or another one; does a sum lie below, at or above a number that it is compared with. Each
//! answer leaves two smaller conditions, and a pair that was met before is not followed again, so
//! the work grows with the pairs that differ and not with the messages that are possible.
//!
//! Exact for presence and values. Different sums are taken as independent, so that a pair may be
//! called incomparable that is not.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::{Comparison, Condition, Facts, Term};

/// How a condition relates to an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Both hold of the same messages.
    Same,
    /// It holds of more messages.
    Weaker,
    /// It holds of fewer messages.
    Stronger,
    /// Each holds of messages of which the other does not, or that is unknown.
    Incomparable,
}

/// Parts that are looked at before the order counts as unknown: less than a second. Two conditions
/// of a real document need some hundred.
const MAX_PARTS: usize = 1_000_000;

/// What is known of a message after one question.
enum Answer<'a> {
    Nothing,
    Field(&'a str, State<'a>),
    Sum(Sum<'a>, i128),
}

#[derive(Clone, Copy, PartialEq)]
enum State<'a> {
    Absent,
    Value(&'a str),
    OtherValue,
}

/// Fields and how many times each is added; the first one is added more often than taken away.
type Sum<'a> = BTreeMap<&'a str, i128>;

impl Condition {
    /// How this condition relates to `earlier`.
    ///
    /// # Examples
    ///
    /// ```
    /// use signed_xml_condition::{Condition, Field, Kind, Order};
    ///
    /// let fields = [Field::new("fee", Kind::Number), Field::new("note", Kind::Text).optional()];
    /// let [paid, noted] = ["fee > 0", "!(fee == 0) && present(note)"]
    ///     .map(|text| Condition::parse_str(text, &fields));
    /// let [paid, noted] = [paid?, noted?].map(|parsed| parsed.map(&mut ToString::to_string));
    /// assert_eq!(noted.order(&paid), Order::Stronger);
    /// # Ok::<(), Vec<signed_xml_condition::Problem>>(())
    /// ```
    pub fn order(&self, earlier: &Self) -> Order {
        let (mut only_earlier, mut only_later) = (false, false);
        let mut pending = vec![[earlier, self].map(|one| one.given(&Answer::Nothing))];
        let mut seen = HashSet::new();
        let mut looked_at = 0;
        while let Some(pair) = pending.pop() {
            let [earlier, later] = &pair;
            if earlier == later || seen.contains(&pair) {
                continue;
            }
            let mut parts = Vec::new();
            for condition in &pair {
                condition.visit(&mut |part| parts.push(part));
            }
            looked_at += parts.len();
            if looked_at > MAX_PARTS || only_earlier && only_later {
                return Order::Incomparable;
            }
            let answers = answers(&parts);
            if answers.is_empty() {
                // Both are decided.
                only_earlier |= *earlier == Self::ALWAYS;
                only_later |= *later == Self::ALWAYS;
            }
            let left = answers
                .iter()
                .map(|answer| pair.each_ref().map(|one| one.given(answer)));
            pending.extend(left);
            seen.insert(pair);
        }
        match (only_earlier, only_later) {
            (false, false) => Order::Same,
            (false, true) => Order::Weaker,
            (true, false) => Order::Stronger,
            (true, true) => Order::Incomparable,
        }
    }
}

/// The answers to the question of the first part, as far as the parts can tell them apart.
fn answers<'a>(parts: &[&'a Condition]) -> Vec<Answer<'a>> {
    match parts.first() {
        Some(Condition::Present(field) | Condition::Is { field, .. }) => {
            let values = parts.iter().flat_map(|part| match part {
                Condition::Is {
                    field: other,
                    values,
                } if other == field => values.as_slice(),
                _ => &[],
            });
            let values: BTreeSet<&str> = values.map(String::as_str).collect();
            let states = values.into_iter().map(State::Value);
            let states = states.chain([State::Absent, State::OtherValue]);
            states.map(|state| Answer::Field(field, state)).collect()
        }
        Some(Condition::Compare { left, right, .. }) => {
            let (sum, ..) = difference(left, right);
            let numbers = parts.iter().filter_map(|part| match part {
                Condition::Compare { left, right, .. } => {
                    let (other, number, _) = difference(left, right);
                    (other == sum).then_some(number)
                }
                _ => None,
            });
            let numbers = samples(&sum, numbers);
            numbers
                .into_iter()
                .map(|number| Answer::Sum(sum.clone(), number))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// A number in each stretch that the named ones leave, and those themselves. Amounts have no sign,
/// so a sum that takes nothing away has none.
fn samples(sum: &Sum<'_>, named: impl Iterator<Item = i128>) -> BTreeSet<i128> {
    if sum.is_empty() {
        return BTreeSet::from([0]);
    }
    let signed = sum.values().any(|times| *times < 0);
    let around = named.flat_map(|number| [number - 1, number, number + 1]);
    // 0 is possible for every sum.
    let samples = around.filter(|number| signed || *number >= 0);
    samples.chain([0]).collect()
}

impl Facts<String> for Answer<'_> {
    fn present(&self, field: &String) -> Option<bool> {
        match self {
            Self::Field(name, state) if name == field => Some(*state != State::Absent),
            _ => None,
        }
    }

    fn is(&self, field: &String, values: &[String]) -> Option<bool> {
        match self {
            Self::Field(name, state) if name == field => {
                Some(values.iter().any(|value| *state == State::Value(value)))
            }
            _ => None,
        }
    }

    fn compare(&self, left: &[Term], comparison: Comparison, right: &[Term]) -> Option<bool> {
        let Self::Sum(sum, found) = self else {
            return None;
        };
        let (asked, number, turned) = difference(left, right);
        (asked == *sum).then(|| match turned {
            true => comparison.holds(number, *found),
            false => comparison.holds(*found, number),
        })
    }
}

/// All fields on the left and all numbers on the right; true if the sides changed places, so that
/// a sum has one form only.
fn difference<'a>(left: &'a [Term], right: &'a [Term]) -> (Sum<'a>, i128, bool) {
    let mut sum = Sum::new();
    let mut number = 0;
    for (terms, sign) in [(left, 1), (right, -1)] {
        for term in terms {
            match term {
                Term::Field(field) => *sum.entry(field).or_default() += sign,
                Term::Number(value) => number -= sign * i128::from(*value),
            }
        }
    }
    sum.retain(|_, times| *times != 0);
    let turned = sum.values().next().is_some_and(|times| *times < 0);
    if turned {
        sum.values_mut().for_each(|times| *times = -*times);
        number = -number;
    }
    (sum, number, turned)
}
