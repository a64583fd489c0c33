//! From a condition to a Rust expression.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::{Comparison, Condition, Term};

/// How generated code asks for what a condition needs to know of a field.
pub trait Ask<F> {
    /// A `bool`: whether the field is there.
    fn present(&self, field: &F) -> TokenStream;

    /// A `bool`: whether the field is there and has one of these values.
    fn is(&self, field: &F, values: &[String]) -> TokenStream;

    /// A `u128`: the field's number, or its default.
    fn number(&self, field: &F) -> TokenStream;
}

impl<F> Condition<F> {
    /// The Rust expression that is true when the condition holds. It is one operand: it needs no
    /// parentheses around it.
    ///
    /// # Examples
    ///
    /// ```
    /// use proc_macro2::TokenStream;
    /// use quote::{format_ident, quote};
    /// use signed_xml_condition::{Ask, Condition, Field, Kind};
    ///
    /// struct OfSelf;
    ///
    /// impl Ask<String> for OfSelf {
    ///     fn present(&self, field: &String) -> TokenStream {
    ///         let field = format_ident!("{field}");
    ///         quote!(self.#field.is_some())
    ///     }
    ///     fn is(&self, field: &String, values: &[String]) -> TokenStream {
    ///         let field = format_ident!("{field}");
    ///         quote!([#(#values),*].contains(&self.#field))
    ///     }
    ///     fn number(&self, field: &String) -> TokenStream {
    ///         let field = format_ident!("{field}");
    ///         quote!(u128::from(self.#field))
    ///     }
    /// }
    ///
    /// let fields = [Field::new("fee", Kind::Number), Field::new("note", Kind::Text).optional()];
    /// let condition = Condition::parse_str("fee > 0 || present(note)", &fields)?.map(&mut ToString::to_string);
    /// let expected = quote!(((u128::from(self.fee) > 0u128) || self.note.is_some()));
    /// assert_eq!(condition.evaluate(&OfSelf).to_string(), expected.to_string());
    /// # Ok::<(), Vec<signed_xml_condition::Problem>>(())
    /// ```
    pub fn evaluate(&self, ask: &impl Ask<F>) -> TokenStream {
        match self {
            Self::All(parts) => {
                let parts = parts.iter().map(|part| part.evaluate(ask));
                quote!((#(#parts)&&*))
            }
            Self::Any(parts) => {
                let parts = parts.iter().map(|part| part.evaluate(ask));
                quote!((#(#parts)||*))
            }
            Self::Not(inner) => {
                let inner = inner.evaluate(ask);
                quote!(!#inner)
            }
            Self::Implies(first, second) => {
                let (first, second) = (first.evaluate(ask), second.evaluate(ask));
                quote!((!#first || #second))
            }
            Self::Present(field) => ask.present(field),
            Self::Is { field, values } => {
                let is = ask.is(field, values);
                quote!((#is))
            }
            Self::Compare {
                left,
                comparison,
                right,
            } => {
                let (left, right) = (sum(left, ask), sum(right, ask));
                let operator = operator(*comparison);
                quote!((#left #operator #right))
            }
        }
    }
}

fn sum<F>(terms: &[Term<F>], ask: &impl Ask<F>) -> TokenStream {
    let terms = terms.iter().map(|term| match term {
        Term::Field(field) => ask.number(field),
        Term::Number(number) => {
            let number = Literal::u128_suffixed(u128::from(*number));
            quote!(#number)
        }
    });
    quote!(#(#terms)+*)
}

fn operator(comparison: Comparison) -> TokenStream {
    match comparison {
        Comparison::Less => quote!(<),
        Comparison::LessOrEqual => quote!(<=),
        Comparison::Greater => quote!(>),
        Comparison::GreaterOrEqual => quote!(>=),
        Comparison::Equal => quote!(==),
        Comparison::NotEqual => quote!(!=),
    }
}
