//! Conditions: parsed over the fields of one message; what is wrong with them becomes a finding.

use proc_macro2::Ident;
use signed_xml_condition::{self as language, Fault, Kind, Order, Presence};
use syn::ext::IdentExt;

use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Condition, Field, FieldType};
use crate::source::Spanned;

use super::context::Context;
use super::problem;

/// What conditions may say of the fields of a message.
pub(super) fn fields(
    fields: &[Field],
    signed: bool,
    context: &Context<'_>,
) -> Vec<language::Field> {
    let fields = fields.iter().map(|field| {
        let presence = match field {
            _ if field.is_indexed() => Presence::Repeated,
            _ if signed && field.name == "sign" => Presence::Signature,
            _ if field.default.is_some() => Presence::Defaulted,
            _ if field.is_option() => Presence::Optional,
            _ => Presence::Always,
        };
        language::Field::new(&field.name, kind(field, context)).with_presence(presence)
    });
    fields.collect()
}

fn kind(field: &Field, context: &Context<'_>) -> Kind {
    if context.unsure.contains(&field.name) {
        return Kind::Unknown;
    }
    match &field.field_type {
        FieldType::Enum(name) => {
            let found = context.enums.iter().find(|item| item.name == *name);
            found.map_or(Kind::Unknown, |item| Kind::Enum {
                name: name.clone(),
                values: item
                    .values
                    .iter()
                    .map(|value| value.value.clone())
                    .collect(),
            })
        }
        _ if field.is_number() => Kind::Number,
        _ => Kind::Text,
    }
}

/// Parses a condition; what is wrong is reported and gives `None`.
pub(super) fn resolve(
    text: &Spanned<String>,
    fields: &[language::Field],
    context: &mut Context<'_>,
) -> Option<Condition> {
    let problems = match Condition::parse_str(&text.value, fields) {
        Ok(condition) => {
            let condition = condition.map(&mut |name: &Ident| name.unraw().to_string());
            for (constant, holds) in [(Condition::ALWAYS, true), (Condition::NEVER, false)] {
                if condition.order(&constant) == Order::Same {
                    context.report(problem::condition_constant(text, holds));
                }
            }
            return Some(condition);
        }
        Err(problems) => problems,
    };
    for problem in problems {
        let end = text.value.len()..text.value.len();
        let range = problem.span.map_or(end, |span| span.byte_range());
        let fault = problem.fault;
        let mut found = Diagnostic::new(
            code(&fault),
            context.sources.inside_string(text.span, range),
            fault.to_string(),
            fault.label(),
        );
        found.help = fault.help();
        context.report(found);
    }
    None
}

fn code(fault: &Fault) -> Code {
    match fault {
        Fault::Empty
        | Fault::NotRust
        | Fault::Lookalike { .. }
        | Fault::Expected { .. }
        | Fault::Chained
        | Fault::BadNumber
        | Fault::TooDeep => Code::CONDITION_SYNTAX,
        Fault::UnknownField { .. } => Code::UNKNOWN_FIELD_IN_CONDITION,
        Fault::UnknownValue { .. } => Code::UNKNOWN_VALUE_IN_CONDITION,
        Fault::MayBeAbsent { .. } => Code::OPTIONAL_NUMBER,
        Fault::AlwaysPresent { .. } => Code::CONDITION_CONSTANT,
        Fault::NotInTheLanguage { .. }
        | Fault::UnknownFunction { .. }
        | Fault::WrongArguments { .. }
        | Fault::NotAField => Code::NOT_IN_THE_LANGUAGE,
        _ => Code::CONDITION_TYPE,
    }
}
