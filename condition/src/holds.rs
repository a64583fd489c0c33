//! What a condition says of a message, or of what is known of one.

use crate::{Comparison, Condition, Term};

/// What is known of a message; `None` for what is not.
pub trait Facts<F> {
    /// Whether the field is there.
    fn present(&self, field: &F) -> Option<bool>;

    /// Whether the field is there and has one of these values on the wire.
    fn is(&self, field: &F, values: &[String]) -> Option<bool>;

    /// Whether the two sums compare so.
    fn compare(&self, left: &[Term<F>], comparison: Comparison, right: &[Term<F>]) -> Option<bool>;
}

impl<F: Clone + PartialEq> Condition<F> {
    /// Whether the condition holds; `false` too where the facts do not decide it.
    ///
    /// # Examples
    ///
    /// ```
    /// use signed_xml_condition::{Comparison, Condition, Facts, Field, Kind, Term};
    ///
    /// /// A message that has one field, a text.
    /// struct Only(&'static str, &'static str);
    ///
    /// impl Facts<String> for Only {
    ///     fn present(&self, field: &String) -> Option<bool> {
    ///         Some(field == self.0)
    ///     }
    ///     fn is(&self, field: &String, values: &[String]) -> Option<bool> {
    ///         Some(field == self.0 && values.iter().any(|value| value == self.1))
    ///     }
    ///     fn compare(&self, _: &[Term], _: Comparison, _: &[Term]) -> Option<bool> {
    ///         None
    ///     }
    /// }
    ///
    /// let fields = ["kind", "note"].map(|name| Field::new(name, Kind::Text).optional());
    /// let condition = Condition::parse_str(r#"kind == "CARD" && absent(note)"#, &fields)?;
    /// let condition = condition.map(&mut ToString::to_string);
    /// assert!(condition.holds(&Only("kind", "CARD")));
    /// assert!(!condition.holds(&Only("note", "CARD")));
    /// # Ok::<(), Vec<signed_xml_condition::Problem>>(())
    /// ```
    pub fn holds(&self, facts: &impl Facts<F>) -> bool {
        self.given(facts) == Self::ALWAYS
    }

    /// What remains of the condition when the facts are known: [`ALWAYS`](Self::ALWAYS),
    /// [`NEVER`](Self::NEVER), or a condition over the rest.
    pub(crate) fn given(&self, facts: &impl Facts<F>) -> Self {
        let answered = match self {
            Self::All(parts) => return Self::joined(parts, facts, Self::All, &Self::NEVER),
            Self::Any(parts) => return Self::joined(parts, facts, Self::Any, &Self::ALWAYS),
            Self::Not(inner) => return Self::negated(inner.given(facts)),
            Self::Implies(first, second) => {
                let either = [Self::negated(first.given(facts)), second.given(facts)];
                return Self::joined(&either, facts, Self::Any, &Self::ALWAYS);
            }
            Self::Present(field) => facts.present(field),
            Self::Is { field, values } => facts.is(field, values),
            Self::Compare {
                left,
                comparison,
                right,
            } => facts.compare(left, *comparison, right),
        };
        match answered {
            None => self.clone(),
            Some(true) => Self::ALWAYS,
            Some(false) => Self::NEVER,
        }
    }

    /// The parts that are still open, joined; `decisive` alone if one of them is that.
    fn joined(
        parts: &[Self],
        facts: &impl Facts<F>,
        join: fn(Vec<Self>) -> Self,
        decisive: &Self,
    ) -> Self {
        let neutral = join(Vec::new());
        let mut open = Vec::new();
        for part in parts {
            let part = part.given(facts);
            if part == *decisive {
                return part;
            }
            if part != neutral {
                open.push(part);
            }
        }
        match open.len() {
            1 => open.remove(0),
            _ => join(open),
        }
    }

    fn negated(condition: Self) -> Self {
        match condition {
            Self::Not(inner) => *inner,
            known if known == Self::ALWAYS => Self::NEVER,
            known if known == Self::NEVER => Self::ALWAYS,
            open => Self::Not(Box::new(open)),
        }
    }
}
