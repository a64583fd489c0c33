//! A condition as text, parentheses only where they change something, and as the tokens of an
//! attribute.

use std::fmt::{self, Display, Formatter};

use proc_macro2::TokenStream;

use crate::{Condition, Term};

impl<F: Display> Display for Condition<F> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(parts) => joined(f, parts, " && ", Strength::All),
            Self::Any(parts) => joined(f, parts, " || ", Strength::Any),
            Self::Not(inner) => match &**inner {
                Self::Present(field) => write!(f, "absent({field})"),
                Self::Is { field, values } if values.len() == 1 => {
                    write!(f, "{field} != {:?}", values[0])
                }
                inner => {
                    f.write_str("!")?;
                    operand(f, inner, Strength::Not)
                }
            },
            Self::Implies(first, second) => write!(f, "implies({first}, {second})"),
            Self::Present(field) => write!(f, "present({field})"),
            Self::Is { field, values } => match values.as_slice() {
                [value] => write!(f, "{field} == {value:?}"),
                values => {
                    write!(f, "one_of({field}")?;
                    values
                        .iter()
                        .try_for_each(|value| write!(f, ", {value:?}"))?;
                    f.write_str(")")
                }
            },
            Self::Compare {
                left,
                comparison,
                right,
            } => {
                sum(f, left)?;
                write!(f, " {} ", comparison.operator())?;
                sum(f, right)
            }
        }
    }
}

impl<F: Display> Condition<F> {
    /// The condition as tokens, as an attribute of a derive has it.
    ///
    /// # Panics
    ///
    /// If a field is not displayed as an identifier.
    ///
    /// # Examples
    ///
    /// ```
    /// use signed_xml_condition::Condition;
    ///
    /// let condition = Condition::Present("order_no".to_owned());
    /// assert_eq!(condition.to_tokens().to_string(), "present (order_no)");
    /// ```
    pub fn to_tokens(&self) -> TokenStream {
        let tokens = self.to_string().parse();
        tokens.expect("invariant: what is printed is a field, a number, a literal or an operator")
    }
}

/// How tightly an operator binds; a looser one inside it gets parentheses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Strength {
    Any,
    All,
    Comparison,
    Not,
}

fn strength<F>(condition: &Condition<F>) -> Strength {
    match condition {
        Condition::Any(_) => Strength::Any,
        Condition::All(_) => Strength::All,
        Condition::Compare { .. } => Strength::Comparison,
        Condition::Is { values, .. } if values.len() == 1 => Strength::Comparison,
        Condition::Not(inner) => match &**inner {
            Condition::Is { values, .. } if values.len() == 1 => Strength::Comparison,
            _ => Strength::Not,
        },
        Condition::Implies(..) | Condition::Present(_) | Condition::Is { .. } => Strength::Not,
    }
}

fn joined<F: Display>(
    f: &mut Formatter<'_>,
    parts: &[Condition<F>],
    operator: &str,
    around: Strength,
) -> fmt::Result {
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            f.write_str(operator)?;
        }
        operand(f, part, around)?;
    }
    Ok(())
}

fn operand<F: Display>(
    f: &mut Formatter<'_>,
    condition: &Condition<F>,
    around: Strength,
) -> fmt::Result {
    match strength(condition) < around {
        true => write!(f, "({condition})"),
        false => write!(f, "{condition}"),
    }
}

fn sum<F: Display>(f: &mut Formatter<'_>, terms: &[Term<F>]) -> fmt::Result {
    for (at, term) in terms.iter().enumerate() {
        if at > 0 {
            f.write_str(" + ")?;
        }
        match term {
            Term::Field(field) => write!(f, "{field}")?,
            Term::Number(number) => write!(f, "{number}")?,
        }
    }
    Ok(())
}
