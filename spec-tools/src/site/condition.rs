//! Conditions in words, with their fields linked.

use signed_xml_codegen::model::{Condition, FieldType, Term, WireType};

use super::prose::{Html, Scope, escaped};
use super::words::Language;

/// A condition as a reader says it.
pub(super) fn words(condition: &Condition, language: Language, scope: Scope<'_>) -> Html {
    Html(Wording { language, scope }.of(condition))
}

struct Wording<'a> {
    language: Language,
    scope: Scope<'a>,
}

impl Wording<'_> {
    fn of(&self, condition: &Condition) -> String {
        let pick = |english, chinese| self.language.pick(english, chinese);
        match condition {
            Condition::All(parts) => self.joined(parts, pick(" and ", " 且 ")),
            Condition::Any(parts) => self.joined(parts, pick(" or ", " 或 ")),
            Condition::Not(inner) => match (&**inner, self.language) {
                (Condition::Present(field), _) => self.field(field) + pick(" is absent", " 无值"),
                (Condition::Is { field, values }, _) if values.len() == 1 => {
                    let not = pick(" is not ", " 不为 ");
                    format!("{}{not}{}", self.field(field), self.values(field, values))
                }
                (inner, Language::English) => format!("not ({})", self.of(inner)),
                (inner, Language::Chinese) => format!("并非（{}）", self.of(inner)),
            },
            Condition::Implies(a, b) => match self.language {
                Language::English => format!("if {}, then {}", self.of(a), self.of(b)),
                Language::Chinese => format!("若 {}，则 {}", self.of(a), self.of(b)),
            },
            Condition::Present(field) => self.field(field) + pick(" is given", " 有值"),
            Condition::Is { field, values } => {
                let is = pick(" is ", " 为 ");
                format!("{}{is}{}", self.field(field), self.values(field, values))
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
            Condition::Any(_) | Condition::Implies(..) => format!("({text})"),
            _ => text,
        }
    }

    fn joined(&self, parts: &[Condition], word: &str) -> String {
        let parts: Vec<String> = parts.iter().map(|part| self.operand(part)).collect();
        parts.join(word)
    }

    fn field(&self, name: &str) -> String {
        self.scope.code(name).0
    }

    fn values(&self, field: &str, values: &[String]) -> String {
        let values: Vec<String> = values
            .iter()
            .map(|value| self.value(field, value))
            .collect();
        values.join(self.language.pick(" or ", " 或 "))
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
