//! Conditions in words, with their fields linked.

use signed_xml_codegen::model::{Condition, Expression, FieldType, Term, WireType};

use super::prose::{Html, Scope, escaped};
use super::words::Language;

/// A condition as a reader says it.
pub(super) fn words(expression: &Expression, language: Language, scope: Scope<'_>) -> Html {
    Html(Wording { language, scope }.of(&expression.condition))
}

struct Wording<'a> {
    language: Language,
    scope: Scope<'a>,
}

impl Wording<'_> {
    fn of(&self, condition: &Condition) -> String {
        let pick = |english, chinese| self.language.pick(english, chinese);
        match condition {
            Condition::And(a, b) => {
                let and = pick(" and ", " 且 ");
                format!("{}{and}{}", self.operand(a), self.operand(b))
            }
            Condition::Or(a, b) => {
                let or = pick(" or ", " 或 ");
                format!("{}{or}{}", self.operand(a), self.operand(b))
            }
            Condition::Not(inner) => match self.language {
                Language::English => format!("not ({})", self.of(inner)),
                Language::Chinese => format!("并非（{}）", self.of(inner)),
            },
            Condition::Implies(a, b) => match self.language {
                Language::English => format!("if {}, then {}", self.of(a), self.of(b)),
                Language::Chinese => format!("若 {}，则 {}", self.of(a), self.of(b)),
            },
            Condition::Present(field) => self.field(field) + pick(" is given", " 有值"),
            Condition::Absent(field) => self.field(field) + pick(" is absent", " 无值"),
            Condition::Is { field, value } => {
                format!(
                    "{}{}{}",
                    self.field(field),
                    pick(" is ", " 为 "),
                    self.value(field, value)
                )
            }
            Condition::IsNot { field, value } => {
                let not = pick(" is not ", " 不为 ");
                format!("{}{not}{}", self.field(field), self.value(field, value))
            }
            Condition::OneOf { field, values } => {
                let values: Vec<String> = values
                    .iter()
                    .map(|value| self.value(field, value))
                    .collect();
                let values = values.join(pick(" or ", " 或 "));
                format!("{}{}{values}", self.field(field), pick(" is ", " 为 "))
            }
            Condition::Compare {
                left,
                comparison,
                right,
            } => {
                let sign = match comparison.operator() {
                    "<=" => "≤",
                    ">=" => "≥",
                    "==" => "=",
                    "!=" => "≠",
                    plain => plain,
                };
                format!("{} {} {}", self.sum(left), escaped(sign), self.sum(right))
            }
        }
    }

    /// A part of a longer condition, in brackets where it could be misread.
    fn operand(&self, condition: &Condition) -> String {
        let text = self.of(condition);
        match condition {
            Condition::Or(..) | Condition::Implies(..) => format!("({text})"),
            _ => text,
        }
    }

    fn field(&self, name: &str) -> String {
        self.scope.code(name).0
    }

    /// A value; one that is a bare number with the word that the document has for it.
    fn value(&self, field: &str, value: &str) -> String {
        let code = format!("<code>{}</code>", escaped(value));
        let field = self.scope.message.and_then(|message| message.field(field));
        let found = field.and_then(|field| match &field.field_type {
            FieldType::Enum(name) => self.scope.model.enum_named(name),
            _ => None,
        });
        let numbered = found.filter(|found| found.wire_type != WireType::Text);
        let label =
            numbered.and_then(|found| found.values.iter().find(|known| known.value == value));
        match label {
            Some(known) => format!(
                "{code} <span lang=\"zh-CN\">{}</span>",
                escaped(&known.label)
            ),
            None => code,
        }
    }

    fn sum(&self, terms: &[Term]) -> String {
        let terms = terms.iter().map(|term| match term {
            Term::Field(name) => self.field(name),
            Term::Number(number) => number.to_string(),
        });
        terms.collect::<Vec<_>>().join(" + ")
    }
}
