//! The setters of a builder, one or two for each field that the caller gives.
//!
//! A required field and a member of a group move the builder to another state; an optional field
//! has a second setter, `maybe_…`, which takes an `Option`; that of a field with an index takes the
//! number too. The bounds point at the field's label, so that the compiler's notes show it.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;

use crate::expand::typestate::{Builder, Of, State};
use crate::model::{Field, Kind, Message, Supplied};
use crate::parse::field::{GroupKind, Length};

/// All setters, in the order of declaration.
pub(crate) fn setters(builder: &Builder<'_>) -> Vec<TokenStream> {
    let clashes = clashes(builder.message);
    let mut setters = Vec::new();
    for (i, field) in builder.message.fields.iter().enumerate() {
        if !is_asked(field) || clashes.iter().any(|(clash, _)| clash.ident == field.ident) {
            continue;
        }
        let group = field.group.map(Of::Group);
        let state = builder
            .states
            .iter()
            .find(|state| state.of == Of::Field(i) || Some(state.of) == group);
        setters.push(match state {
            Some(state) => step(builder, field, state),
            None if field.is_indexed() => element_setter(builder, field),
            None => setter(builder, field),
        });
        if has_maybe(field) {
            setters.push(maybe_setter(builder, field));
        }
    }
    setters.extend(extra_field(builder.message));
    setters
}

/// The fields whose setters would have the name of another method.
pub(crate) fn clashes(message: &Message) -> Vec<(&Field, String)> {
    let mut methods = vec!["build".to_owned()];
    if message.unknown.is_some() {
        methods.push("extra_field".to_owned());
    }
    methods.extend(
        message
            .fields
            .iter()
            .filter(|field| has_maybe(field))
            .map(maybe_name),
    );
    let asked = message.fields.iter().filter(|field| is_asked(field));
    asked
        .map(|field| (field, field.ident.unraw().to_string()))
        .filter(|(_, name)| methods.contains(name))
        .collect()
}

/// Whether the builder has a setter for the field: a required one has, even if a wrong item says
/// that it is supplied.
pub(crate) fn is_asked(field: &Field) -> bool {
    field.is_demanded() || (matches!(field.supplied, Supplied::Caller) && !field.signature)
}

fn has_maybe(field: &Field) -> bool {
    is_asked(field) && field.is_optional() && field.group.is_none()
}

fn maybe_name(field: &Field) -> String {
    format!("maybe_{}", field.ident.unraw())
}

/// A setter that leaves the state as it is.
fn setter(builder: &Builder<'_>, field: &Field) -> TokenStream {
    let (docs, visibility, ident) = (
        docs(field, builder.message),
        &builder.message.visibility,
        &field.ident,
    );
    let (parameter, converted) = (parameter(field), converted(field));
    quote! {
        #docs
        #visibility fn #ident(mut self, value: #parameter) -> Self {
            self.draft.#ident = ::core::option::Option::Some(#converted);
            self
        }
    }
}

/// A setter of one element, which leaves the state as it is.
fn element_setter(builder: &Builder<'_>, field: &Field) -> TokenStream {
    let (docs, visibility, ident) = (
        docs(field, builder.message),
        &builder.message.visibility,
        &field.ident,
    );
    let (parameter, converted) = (parameter(field), converted(field));
    let index = field.index_type();
    quote! {
        #docs
        #visibility fn #ident(mut self, index: #index, value: #parameter) -> Self {
            self.draft.#ident.insert(index, #converted);
            self
        }
    }
}

/// A setter after which `state` is given.
fn step(builder: &Builder<'_>, field: &Field, state: &State) -> TokenStream {
    let (docs, visibility, ident) = (
        docs(field, builder.message),
        &builder.message.visibility,
        &field.ident,
    );
    let (name, parameter, converted) = (&builder.name, parameter(field), converted(field));
    let after = builder.after(state.of);
    let vacant = state.vacant.as_ref().map(|vacant| {
        let (parameter, bound) = (&state.parameter, builder.bound(vacant, field.label_span));
        quote!(where #parameter: #bound)
    });
    quote! {
        #docs
        #visibility fn #ident(mut self, value: #parameter) -> #name<#(#after),*> #vacant {
            self.draft.#ident = ::core::option::Option::Some(#converted);
            #name { draft: self.draft, state: ::core::marker::PhantomData }
        }
    }
}

fn maybe_setter(builder: &Builder<'_>, field: &Field) -> TokenStream {
    let (visibility, ident) = (&builder.message.visibility, &field.ident);
    let method = Ident::new(&maybe_name(field), ident.span());
    let doc = format!(
        "Sets or clears `{}` ({}): see [`Self::{}`].",
        field.name,
        field.label,
        ident.unraw()
    );
    let (parameter, converted) = (parameter(field), converted(field));
    let set = if field.kind == Kind::Integer {
        quote!(value)
    } else {
        quote! {
            match value {
                ::core::option::Option::Some(value) => ::core::option::Option::Some(#converted),
                ::core::option::Option::None => ::core::option::Option::None,
            }
        }
    };
    quote! {
        #[doc = #doc]
        #visibility fn #method(mut self, value: ::core::option::Option<#parameter>) -> Self {
            self.draft.#ident = #set;
            self
        }
    }
}

fn extra_field(message: &Message) -> Option<TokenStream> {
    let (visibility, unknown) = (&message.visibility, &message.unknown.as_ref()?.ident);
    let text = quote!(impl ::core::convert::Into<::signed_xml::Text>);
    Some(quote! {
        /// Adds a field that the table does not name. It is sent and signed as it is given.
        #visibility fn extra_field(mut self, name: #text, value: #text) -> Self {
            self.draft.#unknown.push(name, value);
            self
        }
    })
}

/// What a setter takes: anything that converts, but a plain integer as it is, so that a literal
/// needs no suffix.
fn parameter(field: &Field) -> TokenStream {
    let ty = &field.ty;
    if field.kind == Kind::Integer {
        return quote!(#ty);
    }
    let bound = quote_spanned!(field.label_span=> ::signed_xml::FieldValue<#ty>);
    quote!(impl #bound)
}

fn converted(field: &Field) -> TokenStream {
    if field.kind == Kind::Integer {
        quote!(value)
    } else {
        quote!(::signed_xml::FieldValue::into_field(value))
    }
}

/// The field's own documentation, under a line of its table row where it does not say as much
/// itself.
fn docs(field: &Field, message: &Message) -> TokenStream {
    let own = &field.docs;
    let says_label = own.iter().any(|attribute| {
        attribute
            .meta
            .require_name_value()
            .is_ok_and(|doc| quote!(#doc).to_string().contains(&field.label))
    });
    if says_label {
        return quote!(#(#own)*);
    }
    let mut row = format!("`{}`: {}", field.name, field.label);
    if let Some(max) = field.max {
        let unit = if field.length == Length::Bytes {
            "bytes"
        } else {
            "characters"
        };
        row.push_str(&format!(", at most {} {unit}", max.value));
    }
    if let Some(min) = field.min {
        row.push_str(&format!(", at least {}", min.value));
    }
    if let Some(group) = field.group.and_then(|group| message.groups.get(group)) {
        row.push_str(match group.kind {
            GroupKind::ExactlyOne => ", excludes the others of its group",
            GroupKind::AtLeastOne => ", one of its group is enough",
        });
    } else if field.is_demanded() {
        row.push_str(", required");
    } else if field.is_indexed() {
        row.push_str(", one for each number");
    }
    row.push_str(&format!(" (section {}).", message.section));
    if own.is_empty() {
        quote!(#[doc = #row])
    } else {
        quote!(#[doc = #row] #[doc = ""] #(#own)*)
    }
}
