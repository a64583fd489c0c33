//! Conditions as they stand in attributes: Rust field names, wire values as string literals.
//!
//! Written as text, not as tokens: prettyplease spaces the tokens of an attribute without knowing
//! that they are an expression (`= =`). `print` puts the text in place.

use crate::model::{Condition, Term};
use crate::resolve::rust_name;

/// The condition as Rust source.
pub(super) fn text(condition: &Condition) -> String {
    write(condition, Strength::Outer)
}

/// How tightly what stands around a condition binds; a looser one inside gets parentheses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Strength {
    Outer,
    Or,
    And,
    Not,
}

fn write(condition: &Condition, around: Strength) -> String {
    let wrap = |limit: Strength, text: String| match around > limit {
        true => format!("({text})"),
        false => text,
    };
    match condition {
        Condition::Or(left, right) => {
            let sides = (write(left, Strength::Or), write(right, Strength::Or));
            wrap(Strength::Or, format!("{} || {}", sides.0, sides.1))
        }
        Condition::And(left, right) => {
            let sides = (write(left, Strength::And), write(right, Strength::And));
            wrap(Strength::And, format!("{} && {}", sides.0, sides.1))
        }
        Condition::Not(inner) => format!("!{}", write(inner, Strength::Not)),
        Condition::Implies(if_this, then_that) => {
            format!("implies({}, {})", text(if_this), text(then_that))
        }
        Condition::Present(field) => format!("present({})", rust_name(field)),
        Condition::Absent(field) => format!("absent({})", rust_name(field)),
        Condition::Is { field, value } => {
            wrap(Strength::And, format!("{} == {value:?}", rust_name(field)))
        }
        Condition::IsNot { field, value } => {
            wrap(Strength::And, format!("{} != {value:?}", rust_name(field)))
        }
        Condition::OneOf { field, values } => {
            let values: Vec<String> = values.iter().map(|value| format!("{value:?}")).collect();
            format!("one_of({}, {})", rust_name(field), values.join(", "))
        }
        Condition::Compare {
            left,
            comparison,
            right,
        } => {
            let comparison = comparison.operator();
            wrap(
                Strength::And,
                format!("{} {comparison} {}", sum(left), sum(right)),
            )
        }
    }
}

fn sum(terms: &[Term]) -> String {
    let terms = terms.iter().map(|term| match term {
        Term::Field(name) => rust_name(name),
        Term::Number(number) => number.to_string(),
    });
    terms.collect::<Vec<_>>().join(" + ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn present(name: &str) -> Box<Condition> {
        Box::new(Condition::Present(name.to_owned()))
    }

    #[test]
    fn an_or_inside_an_and_keeps_its_parentheses() {
        let or = Condition::Or(present("a"), present("b"));
        let and = Condition::And(Box::new(or), present("c"));
        assert_eq!(text(&and), "(present(a) || present(b)) && present(c)");
    }

    #[test]
    fn a_comparison_behind_a_not_gets_parentheses() {
        let is = Condition::Is {
            field: "Order_kind".to_owned(),
            value: "2".to_owned(),
        };
        assert_eq!(
            text(&Condition::Not(Box::new(is))),
            "!(order_kind == \"2\")"
        );
    }
}
