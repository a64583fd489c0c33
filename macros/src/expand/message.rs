//! `derive(Message)`: the tables, the codec hooks, the checks, a `Debug` without secrets, and the
//! address of a call.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{quote, quote_spanned};
use syn::DeriveInput;
use syn::spanned::Spanned;

use crate::expand::condition::{is_present, needs_complete};
use crate::expand::schema::schema;
use crate::expand::{at, own, stub};
use crate::library::relocated;
use crate::model::{Field, Message, text};
use crate::parse::field::GroupKind;
use crate::problems::Problems;

/// Expands the derive; for a wrong item, its errors and impls in place of the right ones.
pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut problems = Problems::default();
    let message = Message::of(input, &mut problems);
    let expanded = match problems.is_empty() {
        true => expand(&message),
        false => {
            let errors = problems.into_tokens();
            let stub = stub::message(input, &message);
            quote!(#errors #stub)
        }
    };
    relocated(expanded, message.library.as_ref())
}

fn expand(message: &Message) -> TokenStream {
    let ident = &message.ident;
    let schema = schema(message);
    let optional_fields = optional_fields(message);
    let (visit, read, check, fill) = (visit(message), read(message), check(message), fill(message));
    let unknown = message.unknown.as_ref().map(|unknown| {
        let name = &unknown.ident;
        quote!(fn unknown(&self) -> &[(::signed_xml::Text, ::signed_xml::Text)] { &self.#name })
    });
    let call = call(message);
    quote! {
        const _: () = {
            #schema
            #optional_fields
            #[automatically_derived]
            impl ::signed_xml::Message for #ident {
                const SCHEMA: &'static ::signed_xml::Schema = TABLE;
                #visit
                #read
                #check
                #fill
                #unknown
            }
            #[automatically_derived]
            impl ::core::fmt::Debug for #ident {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    ::signed_xml::debug_message(self, f)
                }
            }
            #call
        };
    }
}

/// Two functions for the fields that may be absent: calls of them make the bodies below short and
/// quick to compile.
fn optional_fields(message: &Message) -> Option<TokenStream> {
    let option = quote!(::core::option::Option);
    message
        .fields
        .iter()
        .any(|field| field.is_optional())
        .then(|| {
            quote! {
                #[inline(always)]
                fn show<S: ::signed_xml::Sink, V: ::signed_xml::Value>(
                    sink: &mut S,
                    field: &'static ::signed_xml::Field,
                    value: &#option<V>,
                ) {
                    if let #option::Some(value) = value {
                        S::field(sink, field, value);
                    }
                }
                fn option<V: ::signed_xml::Value>(
                    slots: &::signed_xml::Slots<'_>,
                    field: &'static ::signed_xml::Field,
                    errors: &mut ::signed_xml::ReadErrors,
                    readable: &mut bool,
                ) -> #option<V> {
                    match ::signed_xml::Slots::option(slots, field, errors) {
                        #option::Some(value) => value,
                        #option::None => {
                            *readable = false;
                            #option::None
                        }
                    }
                }
            }
        })
}

/// Shows the present fields in the order of the canonical string.
fn visit(message: &Message) -> TokenStream {
    let sink = own("sink");
    let mut order: Vec<(usize, &Field)> = message
        .fields
        .iter()
        .enumerate()
        .filter(|(_, field)| !field.signature)
        .collect();
    order.sort_by(|(_, a), (_, b)| a.name.as_bytes().cmp(b.name.as_bytes()));
    let steps = order.into_iter().map(|(i, field)| {
        let (name, row, span) = (&field.ident, row(i), at(field.ty.span()));
        if field.is_indexed() {
            quote_spanned!(span=> ::signed_xml::Indexed::show(&self.#name, #sink, #row);)
        } else if field.is_optional() {
            quote_spanned!(span=> show(#sink, #row, &self.#name);)
        } else {
            quote_spanned!(span=> S::field(#sink, #row, &self.#name);)
        }
    });
    quote! {
        #[allow(unused_variables, reason = "a message can be without fields")]
        fn visit<S: ::signed_xml::Sink>(&self, #sink: &mut S) { #(#steps)* }
    }
}

/// Reads every field before it gives up on one, so that all errors are known.
fn read(message: &Message) -> TokenStream {
    let (slots, errors, readable) = (own("slots"), own("errors"), own("readable"));
    let locals: Vec<Ident> = (0..message.fields.len())
        .map(|i| own(&format!("v{i}")))
        .collect();
    let reads = message.fields.iter().enumerate().map(|(i, field)| {
        let (local, row, ty, span) = (&locals[i], row(i), &field.ty, at(field.ty.span()));
        if field.is_indexed() {
            let index = field.index_type();
            quote_spanned! {span=>
                let #local = match ::signed_xml::Slots::indexed::<#ty, #index>(#slots, #row, #errors) {
                    ::core::option::Option::Some(elements) => elements,
                    ::core::option::Option::None => {
                        #readable = false;
                        ::signed_xml::Indexed::new()
                    }
                };
            }
        } else if field.is_optional() {
            quote_spanned!(span=> let #local = option::<#ty>(#slots, #row, #errors, &mut #readable);)
        } else {
            quote_spanned!(span=> let #local = ::signed_xml::Slots::demand::<#ty>(#slots, #row, #errors);)
        }
    });
    let demanded = message
        .fields
        .iter()
        .zip(&locals)
        .filter(|(field, _)| field.is_demanded());
    let demanded: Vec<&Ident> = demanded.map(|(_, local)| local).collect();
    let names = message.fields.iter().map(|field| &field.ident);
    let unknown = message.unknown.as_ref().map(|unknown| {
        let name = &unknown.ident;
        quote!(#name: ::signed_xml::Slots::unknown(#slots),)
    });
    let option = quote!(::core::option::Option);
    quote! {
        #[allow(unused_variables, unused_mut, reason = "a message can be without fields")]
        fn read(#slots: &::signed_xml::Slots<'_>, #errors: &mut ::signed_xml::ReadErrors) -> #option<Self> {
            let mut #readable = true;
            #(#reads)*
            // One pattern over all: an early return for each would have to drop all those before it.
            match (#readable, #(#demanded,)*) {
                (true, #(#option::Some(#demanded),)*) => #option::Some(Self { #(#names: #locals,)* #unknown }),
                _ => #option::None,
            }
        }
    }
}

/// Groups, conditions, rules, and what must have been supplied.
fn check(message: &Message) -> Option<TokenStream> {
    let report = own("report");
    let mut steps = Vec::new();
    for group in &message.groups {
        let name = group.name.to_string();
        let kind = match group.kind {
            GroupKind::ExactlyOne => quote!(exactly_one),
            GroupKind::AtLeastOne => quote!(at_least_one),
        };
        let members = group.members.iter().map(|&i| {
            let (row, field) = (row(i), &message.fields[i]);
            let present = is_present(field, field.ident.span());
            quote!((#row, #present))
        });
        steps.push(quote!(#report.#kind(#name, &[#(#members),*]);));
    }
    for (i, field) in message.fields.iter().enumerate() {
        for (when, how) in [
            (&field.required_when, quote!(required_when)),
            (&field.forbidden_when, quote!(forbidden_when)),
        ] {
            if let Some(when) = when {
                let (row, text, applies) = (row(i), text(when, message), when.evaluate(message));
                let present = is_present(field, field.ident.span());
                let step = quote!(#report.#how(#row, #text, #applies, #present););
                steps.push(guarded(
                    step,
                    !field.is_callers() || needs_complete(when, message),
                    &report,
                ));
            }
        }
        if !field.is_callers() && field.required && !field.signature {
            let (row, present) = (row(i), is_present(field, field.ident.span()));
            steps.push(quote!(#report.supplied(#row, #present);));
        }
    }
    for rule in &message.rules {
        let (name, doc, doc_zh) = (rule.name.to_string(), &rule.doc, &rule.doc_zh);
        let (text, holds) = (text(&rule.check, message), rule.check.evaluate(message));
        let rule_of =
            quote!(::signed_xml::Rule { name: #name, doc: #doc, doc_zh: #doc_zh, check: #text });
        let step = quote!(#report.rule(#rule_of, #holds););
        steps.push(guarded(step, needs_complete(&rule.check, message), &report));
    }
    (!steps.is_empty()).then(|| {
        quote! {
            #[allow(
                unused_comparisons,
                clippy::absurd_extreme_comparisons,
                clippy::int_plus_one,
                clippy::nonminimal_bool,
                reason = "a rule stands as the document gives it"
            )]
            fn check(&self, #report: &mut ::signed_xml::Report) { #(#steps)* }
        }
    })
}

/// A step that makes sense only once the supplied fields are filled in.
fn guarded(step: TokenStream, complete: bool, report: &Ident) -> TokenStream {
    if complete {
        quote!(if #report.complete() { #step })
    } else {
        step
    }
}

fn fill(message: &Message) -> Option<TokenStream> {
    let supply = own("supply");
    let supplied = |field: &Field| !field.is_callers() && field.is_optional() && !field.signature;
    let steps: Vec<TokenStream> = message
        .fields
        .iter()
        .enumerate()
        .filter(|(_, field)| supplied(field))
        .map(|(i, field)| {
            let (name, row) = (&field.ident, row(i));
            quote!(::signed_xml::fill_field(&mut self.#name, #row, #supply);)
        })
        .collect();
    (!steps.is_empty())
        .then(|| quote!(fn fill(&mut self, #supply: &dyn ::signed_xml::Supply) { #(#steps)* }))
}

fn call(message: &Message) -> Option<TokenStream> {
    let call = message.call.as_ref()?;
    let (ident, reply, address) = (&message.ident, call.reply.as_ref()?, call.address.as_ref()?);
    let (origin, path) = (&address.origin, &address.path);
    let method = if call.get { quote!(Get) } else { quote!(Post) };
    let auth = if call.access_token {
        quote!(AccessToken)
    } else {
        quote!(None)
    };
    let form = own(call.form);
    let repeatable = call.repeatable;
    let effect = call.errors.as_ref().map(|errors| {
        quote! {
            fn effect_of(code: &str) -> ::signed_xml::Effect { <#errors as ::signed_xml::ErrorCodes>::effect(code) }
        }
    });
    Some(quote! {
        #[automatically_derived]
        impl ::signed_xml::Call for #ident {
            type Reply = #reply;
            const ENDPOINT: ::signed_xml::Endpoint = ::signed_xml::Endpoint {
                method: ::signed_xml::Method::#method,
                origin: #origin,
                path: #path,
                auth: ::signed_xml::Auth::#auth,
                form: ::signed_xml::ReplyForm::#form,
                repeatable: #repeatable,
            };
            #effect
        }
    })
}

fn row(i: usize) -> TokenStream {
    let i = Literal::usize_unsuffixed(i);
    quote!(&FIELDS[#i])
}
