//! The small language of conditions and rules, in Rust's expression syntax over the message's own fields.
//!
//! Steps: `syn` parses the tokens, [`Expression::parse`] keeps what the language has and reports the rest, the model
//! checks the fields (`model/check.rs`), `expand/condition.rs` turns it into Rust.
//!
//! ```text
//! a && b   a || b   !a   (a)   implies(a, b)
//! present(field)   absent(field)
//! field == "VALUE"   field != "VALUE"   one_of(field, "A", "B")
//! a + b + 3 <= c     and < > >= == !=
//! ```

mod print;

use proc_macro2::{Ident, Span, TokenStream};
use syn::{BinOp, Expr, ExprBinary, ExprCall, Lit, LitInt, LitStr, UnOp};

use crate::problems::Problems;

/// A condition or a rule: true or false for a message.
pub(crate) enum Expression {
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
    Not(Box<Self>),
    Implies(Box<Self>, Box<Self>),
    Present(Ident),
    Absent(Ident),
    /// The field's wire value is one of these; `negated`: none of these.
    Is {
        field: Ident,
        values: Vec<LitStr>,
        negated: bool,
    },
    Compare {
        left: Sum,
        comparison: Comparison,
        right: Sum,
    },
}

/// A sum of fields and numbers.
pub(crate) struct Sum(pub(crate) Vec<Term>);

/// One part of a sum.
pub(crate) enum Term {
    Field(Ident),
    Number(LitInt),
}

/// How two sums are compared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
}

/// What an expression needs to know of a field.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    Presence,
    Value,
    Number,
}

impl Expression {
    /// Reads an expression; what the language does not have is reported.
    pub(crate) fn parse(tokens: TokenStream, key: Span, problems: &mut Problems) -> Option<Self> {
        if tokens.is_empty() {
            problems.report_at(
                key,
                "the condition is empty: write one such as `present(other_field)`",
            );
            return None;
        }
        match syn::parse2::<Expr>(tokens) {
            Ok(expression) => Self::of(&expression, problems),
            Err(error) => {
                problems.syntax(error);
                None
            }
        }
    }

    /// Shows every field that the expression names, and what for.
    pub(crate) fn fields<'a>(&'a self, see: &mut dyn FnMut(&'a Ident, Use)) {
        match self {
            Self::And(a, b) | Self::Or(a, b) | Self::Implies(a, b) => {
                a.fields(see);
                b.fields(see);
            }
            Self::Not(a) => a.fields(see),
            Self::Present(field) | Self::Absent(field) => see(field, Use::Presence),
            Self::Is { field, .. } => see(field, Use::Value),
            Self::Compare { left, right, .. } => {
                for term in left.0.iter().chain(&right.0) {
                    if let Term::Field(field) = term {
                        see(field, Use::Number);
                    }
                }
            }
        }
    }

    fn of(expression: &Expr, problems: &mut Problems) -> Option<Self> {
        match expression {
            Expr::Paren(inner) => Self::of(&inner.expr, problems),
            Expr::Group(inner) => Self::of(&inner.expr, problems),
            Expr::Unary(unary) if matches!(unary.op, UnOp::Not(_)) => {
                Some(Self::Not(Box::new(Self::of(&unary.expr, problems)?)))
            }
            Expr::Binary(binary) => Self::of_binary(binary, problems),
            Expr::Call(call) => Self::of_call(call, problems),
            other => {
                problems.report(
                    other,
                    "expected a condition: `present(field)`, `absent(field)`, `field == \"VALUE\"`, `one_of(field, \"A\", \"B\")`, \
                     `a + b <= c`, joined by `&&`, `||`, `!` and `implies(a, b)`",
                );
                None
            }
        }
    }

    fn of_binary(binary: &ExprBinary, problems: &mut Problems) -> Option<Self> {
        let comparison = match binary.op {
            BinOp::And(_) | BinOp::Or(_) => {
                let join = if matches!(binary.op, BinOp::And(_)) {
                    Self::And
                } else {
                    Self::Or
                };
                return both(
                    Self::of(&binary.left, problems),
                    Self::of(&binary.right, problems),
                    join,
                );
            }
            BinOp::Lt(_) => Comparison::Less,
            BinOp::Le(_) => Comparison::LessOrEqual,
            BinOp::Gt(_) => Comparison::Greater,
            BinOp::Ge(_) => Comparison::GreaterOrEqual,
            BinOp::Eq(_) => Comparison::Equal,
            BinOp::Ne(_) => Comparison::NotEqual,
            other => {
                problems.report(
                    other,
                    "a condition knows `&& || == != < <= > >=`, and `+` between numbers",
                );
                return None;
            }
        };
        if let Some(value) = text(&binary.right) {
            let field = field(&binary.left, problems)?;
            return match comparison {
                Comparison::Equal | Comparison::NotEqual => Some(Self::Is {
                    field,
                    values: vec![value.clone()],
                    negated: comparison == Comparison::NotEqual,
                }),
                _ => {
                    problems.report(
                        binary.op,
                        "a text is compared with `==` or `!=` only: compare numbers with numbers",
                    );
                    None
                }
            };
        }
        let (left, right) = (
            Sum::of(&binary.left, problems),
            Sum::of(&binary.right, problems),
        );
        Some(Self::Compare {
            left: left?,
            comparison,
            right: right?,
        })
    }

    fn of_call(call: &ExprCall, problems: &mut Problems) -> Option<Self> {
        let name = match &*call.func {
            Expr::Path(path) => path
                .path
                .get_ident()
                .map(ToString::to_string)
                .unwrap_or_default(),
            _ => String::new(),
        };
        let arguments: Vec<&Expr> = call.args.iter().collect();
        match (name.as_str(), arguments.as_slice()) {
            ("present", [one]) => field(one, problems).map(Self::Present),
            ("absent", [one]) => field(one, problems).map(Self::Absent),
            ("implies", [condition, consequence]) => both(
                Self::of(condition, problems),
                Self::of(consequence, problems),
                Self::Implies,
            ),
            ("one_of", [of, values @ ..]) if !values.is_empty() => {
                let field = field(of, problems);
                let mut texts = Vec::new();
                for value in values {
                    match text(value) {
                        Some(text) => texts.push(text.clone()),
                        None => problems.report(value, "`one_of` takes a field and then wire values: `one_of(field, \"A\", \"B\")`"),
                    }
                }
                Some(Self::Is {
                    field: field?,
                    values: texts,
                    negated: false,
                })
            }
            _ => {
                problems.report(
                    call,
                    "the functions of a condition are `present(field)`, `absent(field)`, `implies(a, b)` and `one_of(field, \"A\", \"B\")`",
                );
                None
            }
        }
    }
}

/// Joins two parts. Where one was given up, the other goes on alone, so that its fields are checked too.
fn both(
    a: Option<Expression>,
    b: Option<Expression>,
    join: fn(Box<Expression>, Box<Expression>) -> Expression,
) -> Option<Expression> {
    match (a, b) {
        (Some(a), Some(b)) => Some(join(Box::new(a), Box::new(b))),
        (one, other) => one.or(other),
    }
}

impl Sum {
    fn of(expression: &Expr, problems: &mut Problems) -> Option<Self> {
        match expression {
            Expr::Paren(inner) => Self::of(&inner.expr, problems),
            Expr::Group(inner) => Self::of(&inner.expr, problems),
            Expr::Binary(binary) if matches!(binary.op, BinOp::Add(_)) => {
                let (left, right) = (
                    Self::of(&binary.left, problems),
                    Self::of(&binary.right, problems),
                );
                let mut terms = left?.0;
                terms.extend(right?.0);
                Some(Self(terms))
            }
            Expr::Lit(literal) => {
                if let Lit::Int(number) = &literal.lit
                    && number.suffix().is_empty()
                    && number.base10_parse::<u64>().is_ok()
                {
                    return Some(Self(vec![Term::Number(number.clone())]));
                }
                problems.report(literal, "expected a field or a whole number without a suffix, such as `total_fee` or `1`");
                None
            }
            other => field(other, problems).map(|field| Self(vec![Term::Field(field)])),
        }
    }
}

fn field(expression: &Expr, problems: &mut Problems) -> Option<Ident> {
    if let Expr::Path(path) = expression
        && let Some(ident) = path.path.get_ident()
    {
        return Some(ident.clone());
    }
    problems.report(
        expression,
        "expected the Rust name of a field of this struct",
    );
    None
}

fn text(expression: &Expr) -> Option<&LitStr> {
    match expression {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text),
            _ => None,
        },
        Expr::Paren(inner) => text(&inner.expr),
        Expr::Group(inner) => text(&inner.expr),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use super::*;

    fn parse(text: &str) -> Result<String, Vec<String>> {
        let mut problems = Problems::default();
        let parsed = Expression::parse(
            TokenStream::from_str(text).unwrap(),
            Span::call_site(),
            &mut problems,
        );
        if problems.is_empty() {
            Ok(parsed.unwrap().to_string())
        } else {
            Err(problems.texts())
        }
    }

    #[test]
    fn prints_an_expression_as_it_was_written() {
        for text in [
            "present(sub_openid)",
            "cash_fee + extra_fee + 3 <= total_fee",
            "implies(purse == \"2\", cash_fee == 0 && point_fee > 0)",
            "present(kind) && kind != \"CASH_ONLY\"",
            "(absent(a) || present(b)) && !(c == \"X\")",
            "!one_of(state, \"A\", \"B\")",
        ] {
            assert_eq!(parse(text).as_deref(), Ok(text));
        }
    }

    #[test]
    fn drops_parentheses_that_change_nothing() {
        assert_eq!(parse("((a) + (b)) <= c").as_deref(), Ok("a + b <= c"));
    }

    #[test]
    fn reports_both_sides_of_a_wrong_expression() {
        let problems = parse("a * b && present(1)").unwrap_err();
        assert_eq!(problems.len(), 2, "{problems:?}");
    }

    #[test]
    fn refuses_what_the_language_has_not() {
        for text in [
            "true",
            "a",
            "a < \"X\"",
            "present(a, b)",
            "one_of(a)",
            "a + 1.5 > 2",
            "total(a) > 1",
            "a - b > 1",
            "1u8 < a",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
