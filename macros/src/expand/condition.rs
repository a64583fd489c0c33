//! Conditions over `self`.

use proc_macro2::{Literal, Span, TokenStream};
use quote::{quote, quote_spanned};
use signed_xml_condition::Ask;

use crate::expand::at;
use crate::model::{Condition, Field, Message, Reference};

impl Ask<Reference> for Message {
    fn present(&self, reference: &Reference) -> TokenStream {
        is_present(&self.fields[reference.field], reference.span)
    }

    fn is(&self, reference: &Reference, values: &[String]) -> TokenStream {
        let field = &self.fields[reference.field];
        let (name, span) = (&field.ident, at(reference.span));
        if field.is_optional() {
            quote_spanned! {span=>
                match &self.#name {
                    ::core::option::Option::Some(value) => #(::signed_xml::is(value, #values))||*,
                    ::core::option::Option::None => false
                }
            }
        } else {
            quote_spanned!(span=> #(::signed_xml::is(&self.#name, #values))||*)
        }
    }

    fn number(&self, reference: &Reference) -> TokenStream {
        let field = &self.fields[reference.field];
        let (name, span) = (&field.ident, at(reference.span));
        if field.is_optional() {
            let default = field.default.map_or(0, |default| u128::from(default.value));
            let default = Literal::u128_suffixed(default);
            quote_spanned!(span=> ::signed_xml::number_or(&self.#name, #default))
        } else {
            quote_spanned!(span=> ::signed_xml::number(&self.#name))
        }
    }
}

/// Whether the condition looks at a field that is filled in only before sending.
pub(crate) fn needs_complete(condition: &Condition, message: &Message) -> bool {
    let mut fields = condition.fields().into_iter();
    fields.any(|reference| !message.fields[reference.field].is_callers())
}

/// Whether `self` has the field.
pub(crate) fn is_present(field: &Field, place: Span) -> TokenStream {
    let name = &field.ident;
    if field.is_optional() {
        quote_spanned!(at(place)=> ::signed_xml::present(&self.#name))
    } else {
        quote!(true)
    }
}
