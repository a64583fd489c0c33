//! What a parsed part means, held against the fields: names, types, values.

use proc_macro2::{Ident, Span};
use syn::LitStr;
use syn::ext::IdentExt;

use crate::{Comparison, Condition, Fault, Field, Kind, Presence, Problem, Term};

/// A part of a sum as written.
pub(crate) enum Part {
    Field(Ident),
    Number(u64, Span),
    Text(LitStr),
}

/// The fields of the message, and what is wrong so far.
pub(crate) struct Checker<'f> {
    fields: &'f [Field],
    pub(crate) problems: Vec<Problem>,
}

impl<'f> Checker<'f> {
    pub(crate) fn new(fields: &'f [Field]) -> Self {
        Self {
            fields,
            problems: Vec::new(),
        }
    }

    pub(crate) fn fail<T>(&mut self, fault: Fault, span: Option<Span>) -> Option<T> {
        self.problems.push(Problem { fault, span });
        None
    }

    /// A field that is asked for its presence.
    pub(crate) fn presence(&mut self, ident: Ident) -> Option<Ident> {
        let field = self.field(&ident)?;
        if field.presence == Presence::Always {
            let fault = Fault::AlwaysPresent {
                field: field.name.clone(),
            };
            return self.fail(fault, Some(ident.span()));
        }
        Some(ident)
    }

    pub(crate) fn one_of(&mut self, ident: Ident, values: Vec<Part>) -> Option<Condition<Ident>> {
        let field = self.field(&ident)?;
        if field.kind == Kind::Number {
            let fault = Fault::NotAText {
                field: field.name.clone(),
            };
            return self.fail(fault, Some(ident.span()));
        }
        // All are checked before one can fail, so that all are reported.
        let values: Vec<Option<String>> = values
            .iter()
            .map(|value| self.value(field, std::slice::from_ref(value)))
            .collect();
        Some(Condition::Is {
            field: ident,
            values: values.into_iter().collect::<Option<_>>()?,
        })
    }

    pub(crate) fn comparison(
        &mut self,
        left: Vec<Part>,
        comparison: Comparison,
        place: Span,
        right: Vec<Part>,
    ) -> Option<Condition<Ident>> {
        let [Part::Field(ident)] = left.as_slice() else {
            return self.numbers(left, comparison, right);
        };
        let known = self.fields.iter().find(|field| ident.unraw() == field.name);
        let of_text = match (known.map(|field| &field.kind), right.as_slice()) {
            (Some(Kind::Number), [Part::Text(text)]) => {
                let fault = Fault::Quoted {
                    field: ident.unraw().to_string(),
                };
                return self.fail(fault, Some(text.span()));
            }
            (Some(Kind::Number), _) => false,
            (Some(Kind::Text | Kind::Enum { .. }), _) => true,
            (Some(Kind::Unknown) | None, [Part::Text(_)]) => true,
            (Some(Kind::Unknown) | None, _) => false,
        };
        if !of_text {
            return self.numbers(left, comparison, right);
        }
        let field = self.field(ident)?;
        if !matches!(comparison, Comparison::Equal | Comparison::NotEqual) {
            let fault = Fault::NoOrder {
                field: field.name.clone(),
            };
            return self.fail(fault, Some(place));
        }
        let is = Condition::Is {
            field: ident.clone(),
            values: vec![self.value(field, &right)?],
        };
        Some(match comparison {
            Comparison::Equal => is,
            _ => Condition::Not(Box::new(is)),
        })
    }

    fn numbers(
        &mut self,
        left: Vec<Part>,
        comparison: Comparison,
        right: Vec<Part>,
    ) -> Option<Condition<Ident>> {
        let (left, right) = (self.sum(left), self.sum(right));
        Some(Condition::Compare {
            left: left?,
            comparison,
            right: right?,
        })
    }

    fn sum(&mut self, parts: Vec<Part>) -> Option<Vec<Term<Ident>>> {
        let terms: Vec<_> = parts.into_iter().map(|part| self.term(part)).collect();
        terms.into_iter().collect()
    }

    fn term(&mut self, part: Part) -> Option<Term<Ident>> {
        let ident = match part {
            Part::Number(number, _) => return Some(Term::Number(number)),
            Part::Text(text) => {
                return self.fail(Fault::NotANumber { field: None }, Some(text.span()));
            }
            Part::Field(ident) => ident,
        };
        let field = self.field(&ident)?;
        let fault = match (&field.kind, field.presence) {
            (Kind::Text | Kind::Enum { .. }, _) => Fault::NotANumber {
                field: Some(Box::new(field.clone())),
            },
            (_, Presence::Optional) => Fault::MayBeAbsent {
                field: field.name.clone(),
            },
            _ => return Some(Term::Field(ident)),
        };
        self.fail(fault, Some(ident.span()))
    }

    /// The value that a field is compared with.
    fn value(&mut self, field: &Field, parts: &[Part]) -> Option<String> {
        let (found, span) = match parts {
            [Part::Text(text)] => return self.known_value(field, text),
            [Part::Field(ident)] => (Some(ident.unraw().to_string()), Some(ident.span())),
            [Part::Number(number, span)] => (Some(number.to_string()), Some(*span)),
            [Part::Field(ident), ..] => (None, Some(ident.span())),
            [Part::Number(_, span), ..] => (None, Some(*span)),
            [Part::Text(text), ..] => (None, Some(text.span())),
            [] => (None, None),
        };
        let fault = Fault::NotQuoted {
            field: field.name.clone(),
            found,
        };
        self.fail(fault, span)
    }

    fn known_value(&mut self, field: &Field, text: &LitStr) -> Option<String> {
        let value = text.value();
        match &field.kind {
            Kind::Enum { name, values } if !values.contains(&value) => {
                let fault = Fault::UnknownValue {
                    name: name.clone(),
                    field: field.name.clone(),
                    value,
                    known: values.clone(),
                };
                self.fail(fault, Some(text.span()))
            }
            _ => Some(value),
        }
    }

    /// Looks up a field that a condition may name.
    fn field(&mut self, ident: &Ident) -> Option<&'f Field> {
        let name = ident.unraw().to_string();
        let fault = match self.fields.iter().find(|field| field.name == name) {
            Some(field) => match field.presence {
                Presence::Repeated => Fault::Repeated { field: name },
                Presence::Signature => Fault::Signature { field: name },
                _ => return Some(field),
            },
            None => Fault::UnknownField {
                name,
                known: self.known(),
            },
        };
        self.fail(fault, Some(ident.span()))
    }

    /// The names of the fields that a condition may name.
    fn known(&self) -> Vec<String> {
        let may =
            |field: &&Field| !matches!(field.presence, Presence::Repeated | Presence::Signature);
        self.fields
            .iter()
            .filter(may)
            .map(|field| field.name.clone())
            .collect()
    }
}
