//! Which of two claims about a message says more.
//!
//! Both are judged in every world that they can tell apart: each field they speak of is absent, has one of the values they name, or another;
//! each sum they compare is below, at or above each number they compare it with. That is exact for conditions over presence and values. Sums of
//! different fields are taken as independent, so a pair may be called incomparable that is not; it is never ordered wrongly.

use std::collections::{BTreeMap, BTreeSet};

use signed_xml_codegen::model::{Condition, Term};

/// Worlds beyond which we give up and call the claims incomparable.
const MOST_WORLDS: usize = 100_000;

/// How a new claim relates to an old one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// They hold in the same worlds.
    Same,
    /// The new one holds in more worlds.
    Weaker,
    /// The new one holds in fewer worlds.
    Stronger,
    /// Each holds where the other does not, or it is unknown.
    Incomparable,
}

/// Something that holds or not; what a [`Condition`] cannot say is said here.
#[derive(Clone, Debug)]
pub(super) enum Claim<'a> {
    Always,
    Never,
    When(&'a Condition),
    Present(&'a str),
    Absent(&'a str),
    All(Vec<Claim<'a>>),
    Any(Vec<Claim<'a>>),
}

pub(super) fn order(old: &Claim<'_>, new: &Claim<'_>) -> Order {
    let mut space = Space::default();
    space.take_in(old);
    space.take_in(new);
    let Some(worlds) = space.worlds() else {
        return Order::Incomparable;
    };
    let (mut only_old, mut only_new) = (false, false);
    for world in worlds {
        match (holds(old, &world), holds(new, &world)) {
            (true, false) => only_old = true,
            (false, true) => only_new = true,
            _ => {}
        }
    }
    match (only_old, only_new) {
        (false, false) => Order::Same,
        (false, true) => Order::Weaker,
        (true, false) => Order::Stronger,
        (true, true) => Order::Incomparable,
    }
}

/// What the claims can tell apart.
#[derive(Default)]
struct Space<'a> {
    /// The values named of each field.
    fields: BTreeMap<&'a str, BTreeSet<&'a str>>,
    /// The numbers that each sum is compared with.
    sums: BTreeMap<Sum<'a>, BTreeSet<i128>>,
}

/// One state of affairs.
struct World<'a> {
    fields: BTreeMap<&'a str, State<'a>>,
    sums: BTreeMap<Sum<'a>, i128>,
}

#[derive(Clone, Copy, PartialEq)]
enum State<'a> {
    Absent,
    Value(&'a str),
    OtherValue,
}

/// Fields with the number of times that each is added; the first one is added more often than taken away.
type Sum<'a> = Vec<(&'a str, i128)>;

impl<'a> Space<'a> {
    fn take_in(&mut self, claim: &Claim<'a>) {
        match claim {
            Claim::Always | Claim::Never => {}
            Claim::When(condition) => self.take_in_condition(condition),
            Claim::Present(field) | Claim::Absent(field) => {
                self.fields.entry(field).or_default();
            }
            Claim::All(claims) | Claim::Any(claims) => {
                for claim in claims {
                    self.take_in(claim);
                }
            }
        }
    }

    fn take_in_condition(&mut self, condition: &'a Condition) {
        match condition {
            Condition::All(parts) | Condition::Any(parts) => {
                parts.iter().for_each(|part| self.take_in_condition(part));
            }
            Condition::Implies(a, b) => {
                self.take_in_condition(a);
                self.take_in_condition(b);
            }
            Condition::Not(inner) => self.take_in_condition(inner),
            Condition::Present(field) => {
                self.fields.entry(field).or_default();
            }
            Condition::Is { field, values } => {
                let known = self.fields.entry(field).or_default();
                known.extend(values.iter().map(String::as_str));
            }
            Condition::Compare { left, right, .. } => {
                let (sum, number, _) = difference(left, right);
                self.sums.entry(sum).or_default().insert(number);
            }
        }
    }

    /// Every world, or `None` if there are too many.
    fn worlds(&self) -> Option<Vec<World<'a>>> {
        let states = self.fields.values().map(|values| values.len() + 2);
        let places = self
            .sums
            .iter()
            .map(|(sum, numbers)| samples(sum, numbers).len());
        let mut count = 1usize;
        for more in states.chain(places) {
            count = count
                .checked_mul(more)
                .filter(|count| *count <= MOST_WORLDS)?;
        }
        let mut worlds = vec![World {
            fields: BTreeMap::new(),
            sums: BTreeMap::new(),
        }];
        for (field, values) in &self.fields {
            let named = values.iter().map(|value| State::Value(value));
            let states: Vec<State<'a>> = named.chain([State::Absent, State::OtherValue]).collect();
            worlds = multiplied(worlds, &states, |world, state| {
                world.fields.insert(field, state);
            });
        }
        for (sum, numbers) in &self.sums {
            worlds = multiplied(worlds, &samples(sum, numbers), |world, number| {
                world.sums.insert(sum.clone(), number);
            });
        }
        Some(worlds)
    }
}

/// A number in each stretch that the named ones leave, and those themselves; amounts have no sign, so neither has a sum of them.
fn samples(sum: &Sum<'_>, numbers: &BTreeSet<i128>) -> Vec<i128> {
    let around: BTreeSet<i128> = numbers
        .iter()
        .flat_map(|number| [number - 1, *number, number + 1])
        .collect();
    let least = match sum.iter().all(|(_, times)| *times >= 0) {
        true if sum.is_empty() => return vec![0],
        true => 0,
        false => i128::MIN,
    };
    let mut samples: Vec<i128> = around
        .into_iter()
        .filter(|number| *number >= least)
        .collect();
    if samples.is_empty() {
        samples.push(0);
    }
    samples
}

fn multiplied<'a, T: Copy>(
    worlds: Vec<World<'a>>,
    choices: &[T],
    set: impl Fn(&mut World<'a>, T),
) -> Vec<World<'a>> {
    let mut more = Vec::with_capacity(worlds.len() * choices.len());
    for world in worlds {
        for choice in choices {
            let mut next = World {
                fields: world.fields.clone(),
                sums: world.sums.clone(),
            };
            set(&mut next, *choice);
            more.push(next);
        }
    }
    more
}

fn holds(claim: &Claim<'_>, world: &World<'_>) -> bool {
    match claim {
        Claim::Always => true,
        Claim::Never => false,
        Claim::When(condition) => condition_holds(condition, world),
        Claim::Present(field) => world.state(field) != State::Absent,
        Claim::Absent(field) => world.state(field) == State::Absent,
        Claim::All(claims) => claims.iter().all(|claim| holds(claim, world)),
        Claim::Any(claims) => claims.iter().any(|claim| holds(claim, world)),
    }
}

fn condition_holds(condition: &Condition, world: &World<'_>) -> bool {
    match condition {
        Condition::All(parts) => parts.iter().all(|part| condition_holds(part, world)),
        Condition::Any(parts) => parts.iter().any(|part| condition_holds(part, world)),
        Condition::Implies(a, b) => !condition_holds(a, world) || condition_holds(b, world),
        Condition::Not(inner) => !condition_holds(inner, world),
        Condition::Present(field) => world.state(field) != State::Absent,
        Condition::Is { field, values } => {
            let state = world.state(field);
            values.iter().any(|value| state == State::Value(value))
        }
        Condition::Compare {
            left,
            comparison,
            right,
        } => {
            let (sum, number, turned) = difference(left, right);
            let found = world.sums.get(&sum).copied().unwrap_or_default();
            let (left, right) = if turned {
                (-found, -number)
            } else {
                (found, number)
            };
            comparison.holds(left, right)
        }
    }
}

/// All fields on the left and all numbers on the right; true if the sides were turned to give a sum one form only.
fn difference<'a>(left: &'a [Term], right: &'a [Term]) -> (Sum<'a>, i128, bool) {
    let mut times: BTreeMap<&str, i128> = BTreeMap::new();
    let mut number = 0;
    for (terms, sign) in [(left, 1), (right, -1)] {
        for term in terms {
            match term {
                Term::Field(field) => *times.entry(field).or_default() += sign,
                Term::Number(value) => number -= sign * i128::from(*value),
            }
        }
    }
    let mut sum: Sum<'a> = times.into_iter().filter(|(_, times)| *times != 0).collect();
    let turned = sum.first().is_some_and(|(_, times)| *times < 0);
    if turned {
        for (_, times) in &mut sum {
            *times = -*times;
        }
        number = -number;
    }
    (sum, number, turned)
}

impl<'a> World<'a> {
    fn state(&self, field: &str) -> State<'a> {
        self.fields.get(field).copied().unwrap_or(State::Absent)
    }
}

#[cfg(test)]
mod tests {
    use signed_xml_codegen::model::Comparison;

    use super::*;

    fn present(field: &str) -> Condition {
        Condition::Present(field.to_owned())
    }

    fn is(value: &str) -> Condition {
        Condition::Is {
            field: "kind".to_owned(),
            values: vec![value.to_owned()],
        }
    }

    fn and(a: Condition, b: Condition) -> Condition {
        Condition::All(vec![a, b])
    }

    fn or(a: Condition, b: Condition) -> Condition {
        Condition::Any(vec![a, b])
    }

    fn compare(field: &str, comparison: Comparison, number: u64) -> Condition {
        Condition::Compare {
            left: vec![Term::Field(field.to_owned())],
            comparison,
            right: vec![Term::Number(number)],
        }
    }

    fn between(old: &Condition, new: &Condition) -> Order {
        order(&Claim::When(old), &Claim::When(new))
    }

    #[test]
    fn another_way_to_say_the_same_is_the_same() {
        let (a, b) = (present("a"), present("b"));
        let not = |inner| Condition::Not(Box::new(inner));
        let de_morgan = not(and(not(a.clone()), not(b.clone())));
        assert_eq!(between(&or(a, b), &de_morgan), Order::Same);
        let one_of = Condition::Is {
            field: "kind".to_owned(),
            values: vec!["1".to_owned(), "2".to_owned()],
        };
        assert_eq!(between(&or(is("2"), is("1")), &one_of), Order::Same);
    }

    #[test]
    fn a_condition_more_is_stronger_and_a_case_more_is_weaker() {
        let (a, b) = (present("a"), present("b"));
        assert_eq!(between(&a, &and(a.clone(), b.clone())), Order::Stronger);
        assert_eq!(between(&a, &or(a.clone(), b.clone())), Order::Weaker);
        assert_eq!(between(&a, &b), Order::Incomparable);
    }

    #[test]
    fn a_value_implies_that_the_field_is_there_and_excludes_another_value() {
        assert_eq!(between(&is("1"), &present("kind")), Order::Weaker);
        let both = and(is("1"), is("2"));
        assert_eq!(order(&Claim::When(&both), &Claim::Never), Order::Same);
    }

    #[test]
    fn numbers_are_whole_and_have_no_sign() {
        let above = compare("fee", Comparison::Greater, 0);
        assert_eq!(
            between(&above, &compare("fee", Comparison::GreaterOrEqual, 1)),
            Order::Same
        );
        assert_eq!(
            between(&above, &compare("fee", Comparison::NotEqual, 0)),
            Order::Same
        );
        assert_eq!(
            between(&above, &compare("fee", Comparison::Greater, 5)),
            Order::Stronger
        );
    }

    #[test]
    fn a_comparison_that_is_turned_around_is_the_same() {
        let fields = |a: &str, comparison, b: &str| Condition::Compare {
            left: vec![Term::Field(a.to_owned())],
            comparison,
            right: vec![Term::Field(b.to_owned())],
        };
        let less = fields("cash", Comparison::LessOrEqual, "total");
        let more = fields("total", Comparison::GreaterOrEqual, "cash");
        assert_eq!(between(&less, &more), Order::Same);
        let strict = fields("cash", Comparison::Less, "total");
        assert_eq!(between(&less, &strict), Order::Stronger);
    }

    #[test]
    fn too_many_cases_are_called_incomparable_and_never_take_for_ever() {
        let names: Vec<String> = (0..40).map(|number| format!("f{number}")).collect();
        let all = Claim::All(names.iter().map(|name| Claim::Present(name)).collect());
        assert_eq!(order(&all, &Claim::Always), Order::Incomparable);
    }
}
