//! An expression as the user wrote it, for reports: parentheses only where they change something.

use std::fmt;

use syn::ext::IdentExt;

use crate::expression::{Comparison, Expression, Sum, Term};

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::And(a, b) => write!(f, "{} && {}", Operand(a, "&&"), Operand(b, "&&")),
            Self::Or(a, b) => write!(f, "{} || {}", Operand(a, "||"), Operand(b, "||")),
            Self::Not(a) => write!(f, "!{}", Operand(a, "!")),
            Self::Implies(a, b) => write!(f, "implies({a}, {b})"),
            Self::Present(field) => write!(f, "present({})", field.unraw()),
            Self::Absent(field) => write!(f, "absent({})", field.unraw()),
            Self::Is {
                field,
                values,
                negated,
            } => match values.as_slice() {
                [value] => {
                    let sign = if *negated { "!=" } else { "==" };
                    write!(f, "{} {sign} \"{}\"", field.unraw(), value.value())
                }
                values => {
                    write!(f, "one_of({}", field.unraw())?;
                    values
                        .iter()
                        .try_for_each(|value| write!(f, ", \"{}\"", value.value()))?;
                    f.write_str(")")
                }
            },
            Self::Compare {
                left,
                comparison,
                right,
            } => write!(f, "{left} {} {right}", comparison.sign()),
        }
    }
}

/// A part of an expression, in parentheses where the operator around it needs them.
struct Operand<'a>(&'a Expression, &'static str);

impl fmt::Display for Operand<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(expression, around) = self;
        let bare = match expression {
            Expression::And(..) => *around == "&&",
            Expression::Or(..) => *around == "||",
            Expression::Is { values, .. } => *around != "!" || values.len() > 1,
            Expression::Compare { .. } => *around != "!",
            _ => true,
        };
        if bare {
            write!(f, "{expression}")
        } else {
            write!(f, "({expression})")
        }
    }
}

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, term) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str(" + ")?;
            }
            match term {
                Term::Field(field) => write!(f, "{}", field.unraw())?,
                Term::Number(number) => f.write_str(number.base10_digits())?,
            }
        }
        Ok(())
    }
}

impl Comparison {
    fn sign(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Equal => "==",
            Self::NotEqual => "!=",
        }
    }
}
