//! `derive(Builder)`: a builder whose `build` exists only once every required field and group is
//! given.
//!
//! Steps: the parameters (`expand/typestate.rs`), the draft that holds what was given, a setter for
//! each field (`expand/setters.rs`), `build`.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Data, DeriveInput, Fields};

use crate::expand::own;
use crate::expand::setters::{clashes, is_asked, setters};
use crate::expand::typestate::{Builder, markers, traits};
use crate::library::relocated;
use crate::model::Message;
use crate::problems::Problems;

/// Expands the derive; for a wrong item, its errors and the builder as far as the fields are known.
pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut problems = Problems::default();
    let message = Message::of(input, &mut problems);
    for (field, method) in clashes(&message) {
        problems.report(
            &field.ident,
            format_args!(
                "the builder already has a method `{method}`: rename the field and keep the wire name with `name = \"{}\"`",
                field.name
            ),
        );
    }
    let is_struct =
        matches!(&input.data, Data::Struct(data) if matches!(data.fields, Fields::Named(_)));
    let builder = if is_struct && input.generics.params.is_empty() {
        Builder::of(&message).expand()
    } else {
        TokenStream::new()
    };
    let errors = problems.into_tokens();
    relocated(quote!(#errors #builder), message.library.as_ref())
}

impl Builder<'_> {
    fn expand(&self) -> TokenStream {
        let (types, traits) = (self.types(), traits(&self.states, self.message));
        let markers = markers(self);
        let (entry, setters, build) = (self.entry(), setters(self), self.build());
        let (name, parameters) = (&self.name, self.parameters());
        quote! {
            #types
            #traits
            #markers
            #entry
            #[automatically_derived]
            #[allow(
                dead_code,
                clippy::should_implement_trait,
                clippy::type_complexity,
                clippy::wrong_self_convention,
                reason = "the methods are named after the fields, and few programs need all of them"
            )]
            impl<#(#parameters),*> #name<#(#parameters),*> {
                #(#setters)*
                #build
            }
        }
    }

    fn parameters(&self) -> Vec<&Ident> {
        self.states.iter().map(|state| &state.parameter).collect()
    }

    /// The builder and the draft.
    fn types(&self) -> TokenStream {
        let (ident, visibility) = (&self.message.ident, &self.message.visibility);
        let (name, draft, parameters) = (&self.name, &self.draft, self.parameters());
        let asked = self.message.fields.iter().filter(|field| is_asked(field));
        let fields = asked.map(|field| {
            let (ident, ty) = (&field.ident, &field.ty);
            if field.is_indexed() {
                let index = field.index_type();
                return quote!(#ident: ::signed_xml::Indexed<#ty, #index>);
            }
            quote!(#ident: ::core::option::Option<#ty>)
        });
        let unknown = self.message.unknown.iter().map(|unknown| {
            let (ident, ty) = (&unknown.ident, &unknown.ty);
            quote!(#ident: #ty)
        });
        let members = fields.chain(unknown);
        let asked = self.message.fields.iter().filter(|field| is_asked(field));
        let cloned = asked.map(|field| &field.ident);
        let cloned = cloned.chain(self.message.unknown.iter().map(|unknown| &unknown.ident));
        let doc = format!("Builds [`{ident}`]. `build` exists once everything required is given.");
        quote! {
            #[doc = #doc]
            #[must_use = "a builder makes nothing before `.build()`"]
            #visibility struct #name<#(#parameters = ::signed_xml::builder::Missing),*> {
                draft: ::std::boxed::Box<#draft>,
                state: ::core::marker::PhantomData<(#(#parameters,)*)>,
            }
            struct #draft { #(#members,)* }
            #[automatically_derived]
            impl<#(#parameters),*> ::core::clone::Clone for #name<#(#parameters),*> {
                fn clone(&self) -> Self {
                    let draft = #draft {
                        #(#cloned: ::core::clone::Clone::clone(&self.draft.#cloned),)*
                    };
                    Self { draft: ::std::boxed::Box::new(draft), state: ::core::marker::PhantomData }
                }
            }
        }
    }

    /// `Request::builder()`.
    fn entry(&self) -> TokenStream {
        let (ident, visibility) = (&self.message.ident, &self.message.visibility);
        let (name, draft) = (&self.name, &self.draft);
        let asked = self.message.fields.iter().filter(|field| is_asked(field));
        let (indexed, asked): (Vec<_>, Vec<_>) = asked.partition(|field| field.is_indexed());
        let asked = asked.into_iter().map(|field| &field.ident);
        let unknown = self.message.unknown.iter().map(|unknown| &unknown.ident);
        let empty = indexed.into_iter().map(|field| &field.ident).chain(unknown);
        let doc = format!(
            "Starts a builder: [`{name}`] has a method for every field that the caller gives."
        );
        quote! {
            #[automatically_derived]
            #[allow(dead_code, reason = "a message may be built by other means")]
            impl #ident {
                #[doc = #doc]
                #visibility fn builder() -> #name {
                    #name {
                        draft: ::std::boxed::Box::new(#draft {
                            #(#asked: ::core::option::Option::None,)*
                            #(#empty: ::core::default::Default::default(),)*
                        }),
                        state: ::core::marker::PhantomData,
                    }
                }
            }
        }
    }

    fn build(&self) -> TokenStream {
        let Message {
            ident,
            visibility,
            fields,
            ..
        } = self.message;
        let (draft, title) = (&self.draft, &self.message.name);
        let bounds = self.states.iter().map(|state| {
            let (parameter, bound) = (&state.parameter, self.bound(&state.given, state.span));
            quote!(#parameter: #bound)
        });
        let method = Ident::new("build", ident.span());
        let required: Vec<&Ident> = fields
            .iter()
            .filter(|field| field.is_demanded())
            .map(|field| &field.ident)
            .collect();
        let others = fields
            .iter()
            .filter(|field| !field.is_demanded() && is_asked(field))
            .map(|field| &field.ident);
        let others: Vec<&Ident> = others
            .chain(self.message.unknown.iter().map(|unknown| &unknown.ident))
            .collect();
        let supplied = fields
            .iter()
            .filter(|field| !is_asked(field))
            .map(|field| &field.ident);
        let locals: Vec<Ident> = (0..required.len() + others.len())
            .map(|i| own(&format!("v{i}")))
            .collect();
        let (of_required, of_others) = locals.split_at(required.len());
        let option = quote!(::core::option::Option);
        // One pattern over all required fields compiles faster than an early return for each.
        let absent = (!required.is_empty()).then(|| {
            quote! {
                else {
                    // The bounds leave nothing to report here, and a panic is not worth relying on that.
                    loop {
                        let mut report = ::signed_xml::Report::begin(#title);
                        for field in <#ident as ::signed_xml::Message>::SCHEMA.fields {
                            if field.demanded {
                                report.missing(field);
                            }
                        }
                        if let ::core::result::Result::Err(violations) = report.end() {
                            return ::core::result::Result::Err(violations);
                        }
                    }
                }
            }
        });
        quote! {
            /// Makes the message, if every value is allowed.
            ///
            /// # Errors
            ///
            /// All that is wrong with it, at once: lengths, ranges, forms, conditions between fields.
            #visibility fn #method(self) -> ::core::result::Result<#ident, ::signed_xml::Violations>
            where
                #(#bounds,)*
            {
                let #draft {
                    #(#required: #option::Some(#of_required),)*
                    #(#others: #of_others,)*
                } = *self.draft #absent;
                let message = #ident {
                    #(#required: #of_required,)*
                    #(#others: #of_others,)*
                    #(#supplied: #option::None,)*
                };
                match ::signed_xml::validate(&message) {
                    ::core::result::Result::Ok(()) => ::core::result::Result::Ok(message),
                    ::core::result::Result::Err(violations) => ::core::result::Result::Err(violations),
                }
            }
        }
    }
}
