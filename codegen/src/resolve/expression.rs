//! The expression language: Rust's syntax, a few functions, the fields of one message.
//!
//! syn parses the string; the walk below turns its tree into a [`Condition`] and checks every name
//! and type on the way. Places are kept as byte ranges of the decoded string, and only turned into
//! places of the file when something is reported.

use std::ops::Range;

use syn::ext::IdentExt;
use syn::spanned::Spanned as _;
use syn::{BinOp, Expr, ExprBinary, ExprCall, Lit, UnOp};

use crate::diagnostic::{Code, Diagnostic, did_you_mean};
use crate::model::{Comparison, Condition, Expression, Field, FieldType, Term};
use crate::source::Spanned;

use super::context::Context;

/// Reads `text` as a condition over `fields`; what is wrong is reported and gives `None`.
pub(super) fn resolve(
    text: &Spanned<String>,
    fields: &[Field],
    context: &mut Context<'_>,
) -> Option<Expression> {
    let mut walk = Walk {
        text,
        fields,
        context,
    };
    let condition = match syn::parse_str::<Expr>(&text.value) {
        Ok(expr) => walk.condition(&expr)?,
        Err(error) => {
            let range = error.span().byte_range();
            let range = match error.to_string().starts_with("unexpected end") {
                true => text.value.len()..text.value.len(),
                false => range,
            };
            return walk.fail(
                Code::ExpressionSyntax,
                range,
                "the expression does not parse",
                error.to_string(),
                None,
            );
        }
    };
    Some(Expression {
        text: text.value.clone(),
        condition,
    })
}

struct Walk<'w, 'c> {
    text: &'w Spanned<String>,
    fields: &'w [Field],
    context: &'w mut Context<'c>,
}

/// A name or literal on the right of `==`, as it would stand on the wire.
struct WireWord {
    text: String,
    range: Range<usize>,
}

impl Walk<'_, '_> {
    fn condition(&mut self, expr: &Expr) -> Option<Condition> {
        match expr {
            Expr::Paren(inner) => self.condition(&inner.expr),
            Expr::Unary(unary) if matches!(unary.op, UnOp::Not(_)) => {
                Some(Condition::Not(Box::new(self.condition(&unary.expr)?)))
            }
            Expr::Binary(binary) => self.binary(binary),
            Expr::Call(call) => self.call(call),
            Expr::Path(_) | Expr::Lit(_) => self.fail(
                Code::ExpressionType,
                range(expr),
                "a condition is asked for here",
                "this is a value, not a condition",
                Some("compare it, or ask `present(…)`".to_owned()),
            ),
            _ => self.foreign(expr),
        }
    }

    fn binary(&mut self, binary: &ExprBinary) -> Option<Condition> {
        let comparison = match binary.op {
            BinOp::And(_) | BinOp::Or(_) => {
                // Both sides are walked before either can fail, so that both report.
                let left = self.condition(&binary.left);
                let right = self.condition(&binary.right);
                let (left, right) = (Box::new(left?), Box::new(right?));
                return Some(match binary.op {
                    BinOp::And(_) => Condition::And(left, right),
                    _ => Condition::Or(left, right),
                });
            }
            BinOp::Lt(_) => Comparison::Less,
            BinOp::Le(_) => Comparison::LessOrEqual,
            BinOp::Gt(_) => Comparison::Greater,
            BinOp::Ge(_) => Comparison::GreaterOrEqual,
            BinOp::Eq(_) => Comparison::Equal,
            BinOp::Ne(_) => Comparison::NotEqual,
            _ => return self.foreign(&Expr::Binary(binary.clone())),
        };
        if let Some(field) = self.enum_field(&binary.left) {
            return self.enum_comparison(field, comparison, binary);
        }
        let left = self.sum(&binary.left);
        let right = self.sum(&binary.right);
        Some(Condition::Compare {
            left: left?,
            comparison,
            right: right?,
        })
    }

    fn enum_comparison(
        &mut self,
        field: Field,
        comparison: Comparison,
        binary: &ExprBinary,
    ) -> Option<Condition> {
        let value = self.wire_word(&binary.right)?;
        let value = self.enum_value(&field, value)?;
        let field = field.name;
        match comparison {
            Comparison::Equal => Some(Condition::Is { field, value }),
            Comparison::NotEqual => Some(Condition::IsNot { field, value }),
            _ => self.fail(
                Code::ExpressionType,
                binary.op.span().byte_range(),
                format!("`{field}` is an enum, which has no order"),
                "not between an enum and a value",
                Some("use `==`, `!=` or `one_of(…)`".to_owned()),
            ),
        }
    }

    fn call(&mut self, call: &ExprCall) -> Option<Condition> {
        let name = ident(&call.func).unwrap_or_default();
        let arguments: Vec<&Expr> = call.args.iter().collect();
        match (name.as_str(), arguments.as_slice()) {
            ("present", [field]) => Some(Condition::Present(self.field(field)?.name)),
            ("absent", [field]) => Some(Condition::Absent(self.field(field)?.name)),
            ("implies", [if_this, then_that]) => {
                let if_this = self.condition(if_this);
                let then_that = self.condition(then_that);
                Some(Condition::Implies(Box::new(if_this?), Box::new(then_that?)))
            }
            ("one_of", [field, values @ ..]) if !values.is_empty() => self.one_of(field, values),
            ("present" | "absent" | "implies" | "one_of", _) => self.fail(
                Code::NotInTheLanguage,
                range(&Expr::Call(call.clone())),
                format!("`{name}` has the wrong number of arguments"),
                match name.as_str() {
                    "implies" => "takes two conditions",
                    "one_of" => "takes a field and at least one value",
                    _ => "takes one field",
                },
                None,
            ),
            _ => self.fail(
                Code::NotInTheLanguage,
                range(&call.func),
                "this function is not in the language",
                "unknown function",
                Some(did_you_mean(
                    &name,
                    ["present", "absent", "implies", "one_of"],
                )),
            ),
        }
    }

    fn one_of(&mut self, field: &Expr, values: &[&Expr]) -> Option<Condition> {
        let range = range(field);
        let field = self.field(field)?;
        if !matches!(field.field_type, FieldType::Enum(_)) {
            return self.wrong_operand(&field, range, "an enum");
        }
        let values: Vec<Option<String>> = values
            .iter()
            .map(|value| {
                let word = self.wire_word(value)?;
                self.enum_value(&field, word)
            })
            .collect();
        Some(Condition::OneOf {
            field: field.name,
            values: values.into_iter().collect::<Option<_>>()?,
        })
    }

    /// The terms of a sum of number fields and literals.
    fn sum(&mut self, expr: &Expr) -> Option<Vec<Term>> {
        match expr {
            Expr::Paren(inner) => self.sum(&inner.expr),
            Expr::Binary(binary) if matches!(binary.op, BinOp::Add(_)) => {
                let left = self.sum(&binary.left);
                let right = self.sum(&binary.right);
                let mut terms = left?;
                terms.extend(right?);
                Some(terms)
            }
            Expr::Lit(literal) => match &literal.lit {
                Lit::Int(number) => match number.base10_parse() {
                    Ok(number) => Some(vec![Term::Number(number)]),
                    Err(error) => self.fail(
                        Code::ExpressionSyntax,
                        range(expr),
                        "this number cannot be used",
                        error.to_string(),
                        None,
                    ),
                },
                _ => self.fail(
                    Code::ExpressionType,
                    range(expr),
                    "a number is asked for here",
                    "not a number",
                    None,
                ),
            },
            Expr::Path(_) => {
                let field = self.field(expr)?;
                if !field.is_number() {
                    return self.wrong_operand(&field, range(expr), "a number");
                }
                if !field.demanded && field.default.is_none() {
                    return self.fail(
                        Code::OptionalNumber,
                        range(expr),
                        format!("`{}` may be absent", field.name),
                        "has no number then",
                        Some(format!("give `{}` a `default`", field.name)),
                    );
                }
                Some(vec![Term::Field(field.name)])
            }
            _ => self.foreign(expr),
        }
    }

    fn field(&mut self, expr: &Expr) -> Option<Field> {
        let Some(name) = ident(expr) else {
            return self.foreign(expr);
        };
        if let Some(field) = self.fields.iter().find(|field| field.name == name) {
            return Some(field.clone());
        }
        let names: Vec<&str> = self
            .fields
            .iter()
            .filter(|field| !field.is_indexed())
            .map(|field| field.name.as_str())
            .collect();
        self.fail(
            Code::UnknownFieldInExpression,
            range(expr),
            format!("the message has no field `{name}`"),
            "not a field of this message",
            Some(did_you_mean(&name, names)),
        )
    }

    /// The field that `expr` names, if it is there and an enum.
    fn enum_field(&self, expr: &Expr) -> Option<Field> {
        let name = ident(expr)?;
        let field = self.fields.iter().find(|field| field.name == name)?;
        matches!(field.field_type, FieldType::Enum(_)).then(|| field.clone())
    }

    /// The wire value that stands on the right of `==`.
    fn wire_word(&mut self, expr: &Expr) -> Option<WireWord> {
        let text = match expr {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => Some(text.value()),
                Lit::Int(number) => Some(number.base10_digits().to_owned()),
                _ => None,
            },
            _ => ident(expr),
        };
        let range = range(expr);
        match text {
            Some(text) => Some(WireWord { text, range }),
            None => self.fail(
                Code::ExpressionType,
                range,
                "an enum is compared with one of its values",
                "not a value",
                Some("write the wire value: `SUCCESS`, `2` or `\"是\"`".to_owned()),
            ),
        }
    }

    /// Checks that the enum of `field` has the value.
    fn enum_value(&mut self, field: &Field, word: WireWord) -> Option<String> {
        let FieldType::Enum(name) = &field.field_type else {
            return None;
        };
        let item = self.context.enums.iter().find(|item| item.name == *name)?;
        let values: Vec<String> = item
            .values
            .iter()
            .map(|value| value.value.clone())
            .collect();
        if values.contains(&word.text) {
            return Some(word.text);
        }
        self.fail(
            Code::UnknownValueInExpression,
            word.range,
            format!(
                "enum `{name}` of `{}` has no value `{}`",
                field.name, word.text
            ),
            "never the case",
            Some(did_you_mean(&word.text, values.iter().map(String::as_str))),
        )
    }

    fn wrong_operand<T>(&mut self, field: &Field, range: Range<usize>, asked: &str) -> Option<T> {
        if self.context.unsure.contains(&field.name) {
            return None;
        }
        let found = match &field.field_type {
            FieldType::Enum(name) => format!("is the enum `{name}`"),
            _ if field.is_number() => "is a number".to_owned(),
            _ => "is a text".to_owned(),
        };
        self.fail(
            Code::ExpressionType,
            range,
            format!("{asked} is asked for here"),
            format!("`{}` {found}", field.name),
            None,
        )
    }

    fn foreign<T>(&mut self, expr: &Expr) -> Option<T> {
        self.fail(
            Code::NotInTheLanguage,
            range(expr),
            "this is not in the expression language",
            "not understood",
            Some(
                "the language has `&&`, `||`, `!`, comparisons, `+`, `present(f)`, `absent(f)`, \
                 `implies(a, b)` and `one_of(f, A, B)`"
                    .to_owned(),
            ),
        )
    }

    fn fail<T>(
        &mut self,
        code: Code,
        range: Range<usize>,
        title: impl Into<String>,
        label: impl Into<String>,
        help: Option<String>,
    ) -> Option<T> {
        let span = self.context.sources.inside_string(self.text.span, range);
        let mut found = Diagnostic::new(code, span, title, label);
        found.help = help;
        self.context.report(found);
        None
    }
}

/// The single name that `expr` is, `r#` taken off.
fn ident(expr: &Expr) -> Option<String> {
    let Expr::Path(path) = expr else {
        return None;
    };
    Some(path.path.get_ident()?.unraw().to_string())
}

fn range(expr: &Expr) -> Range<usize> {
    expr.span().byte_range()
}
