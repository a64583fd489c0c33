//! Expressions over `self`.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{quote, quote_spanned};

use crate::expand::at;
use crate::expression::{Comparison, Expression, Sum, Term, Use};
use crate::model::{Field, Message};

/// The Rust expression that is true when `expression` holds of `self`.
pub(crate) fn condition(expression: &Expression, message: &Message) -> TokenStream {
    let of = |expression| condition(expression, message);
    match expression {
        Expression::And(a, b) => {
            let (a, b) = (of(a), of(b));
            quote!((#a && #b))
        }
        Expression::Or(a, b) => {
            let (a, b) = (of(a), of(b));
            quote!((#a || #b))
        }
        Expression::Not(a) => {
            let a = of(a);
            quote!(!#a)
        }
        Expression::Implies(a, b) => {
            let (a, b) = (of(a), of(b));
            quote!((!#a || #b))
        }
        Expression::Present(ident) => with_field(ident, message, |field| is_present(field, ident)),
        Expression::Absent(ident) => with_field(ident, message, |field| {
            let present = is_present(field, ident);
            quote!(!#present)
        }),
        Expression::Is {
            field: ident,
            values,
            negated,
        } => with_field(ident, message, |field| {
            let name = &field.ident;
            let span = at(ident.span());
            let is_any = values.iter().map(|value| {
                if field.is_optional() {
                    quote_spanned!(span=> ::signed_xml::is(value, #value))
                } else {
                    quote_spanned!(span=> ::signed_xml::is(&self.#name, #value))
                }
            });
            let matched = quote!(#(#is_any)||*);
            let matched = if field.is_optional() {
                quote!(match &self.#name { ::core::option::Option::Some(value) => #matched, ::core::option::Option::None => false })
            } else {
                quote!((#matched))
            };
            if *negated {
                quote!(!(#matched))
            } else {
                quote!((#matched))
            }
        }),
        Expression::Compare {
            left,
            comparison,
            right,
        } => {
            let (left, right) = (sum(left, message), sum(right, message));
            let sign = match comparison {
                Comparison::Less => quote!(<),
                Comparison::LessOrEqual => quote!(<=),
                Comparison::Greater => quote!(>),
                Comparison::GreaterOrEqual => quote!(>=),
                Comparison::Equal => quote!(==),
                Comparison::NotEqual => quote!(!=),
            };
            quote!((#left #sign #right))
        }
    }
}

/// Whether the expression looks at a field that is filled in only before sending.
pub(crate) fn needs_complete(expression: &Expression, message: &Message) -> bool {
    let mut found = false;
    expression.fields(&mut |ident, _: Use| {
        found |= message
            .position(ident)
            .is_some_and(|at| !message.fields[at].is_callers());
    });
    found
}

/// Whether `self` has the field.
pub(crate) fn is_present(field: &Field, place: &Ident) -> TokenStream {
    let name = &field.ident;
    if field.is_optional() {
        quote_spanned!(at(place.span())=> ::signed_xml::present(&self.#name))
    } else {
        quote!(true)
    }
}

fn sum(sum: &Sum, message: &Message) -> TokenStream {
    let terms = sum.0.iter().map(|term| match term {
        Term::Number(number) => {
            // Invariant: the parser let only numbers of 64 bits through.
            let number = Literal::u128_suffixed(number.base10_parse().unwrap_or_default());
            quote!(#number)
        }
        Term::Field(ident) => with_field(ident, message, |field| {
            let name = &field.ident;
            let span = at(ident.span());
            match (field.is_optional(), field.default) {
                (true, default) => {
                    let default = Literal::u128_suffixed(
                        default.map_or(0, |default| u128::from(default.value)),
                    );
                    quote_spanned!(span=> ::signed_xml::number_or(&self.#name, #default))
                }
                (false, _) => quote_spanned!(span=> ::signed_xml::number(&self.#name)),
            }
        }),
    });
    quote!(#(#terms)+*)
}

/// A field that does not exist was reported; nothing is said about it here.
fn with_field(
    ident: &Ident,
    message: &Message,
    then: impl FnOnce(&Field) -> TokenStream,
) -> TokenStream {
    message
        .position(ident)
        .map_or_else(|| quote!(false), |at| then(&message.fields[at]))
}
