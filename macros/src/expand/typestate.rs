//! The states of a builder: one type parameter for each required field and each group.
//!
//! A required field's parameter is `Missing` or `Given`. `build` has a trait bound on each, which
//! only `Given` fulfils; the trait's diagnostic says in the document's words what is missing. The
//! traits are in a hidden module named after the struct. A user cannot implement them: they and
//! both states belong to other crates than the user's.

use std::collections::BTreeSet;

use heck::{ToSnakeCase, ToUpperCamelCase};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;

use crate::model::{Field, Group, Message};
use crate::parse::field::GroupKind;

/// The names that the parts of the expansion share.
pub(crate) struct Builder<'a> {
    pub(crate) message: &'a Message,
    pub(crate) states: Vec<State>,
    /// `RequestBuilder`.
    pub(crate) name: Ident,
    /// `RequestDraft`.
    pub(crate) draft: Ident,
}

impl<'a> Builder<'a> {
    pub(crate) fn of(message: &'a Message) -> Self {
        let (ident, span) = (message.ident.unraw(), message.ident.span());
        Self {
            message,
            states: states(message),
            name: format_ident!("{ident}Builder", span = span),
            draft: format_ident!("{ident}Draft", span = span),
        }
    }

    /// The parameters of the builder after a setter.
    pub(crate) fn after(&self, set: Of) -> impl Iterator<Item = TokenStream> {
        self.states.iter().map(move |state| {
            let parameter = &state.parameter;
            if state.of == set {
                quote!(::signed_xml::builder::Given)
            } else {
                quote!(#parameter)
            }
        })
    }

    /// A trait of the states as a bound, placed where the field is described: there the compiler's
    /// notes point.
    pub(crate) fn bound(&self, name: &Ident, place: Span) -> TokenStream {
        let (mut name, mut module) = (name.clone(), module(self.message));
        name.set_span(place);
        module.set_span(place);
        quote_spanned!(place=> #module::#name)
    }
}

/// One parameter of the builder.
pub(crate) struct State {
    /// Its name: that of the field or group.
    pub(crate) parameter: Ident,
    /// The trait that `build` asks for, at the place of the field's label.
    pub(crate) given: Ident,
    /// The name by which `Filled` knows it.
    pub(crate) marker: Ident,
    /// Where the field's label stands, or the name of the group.
    pub(crate) span: Span,
    /// The trait that the members of an exactly-one group ask for.
    pub(crate) vacant: Option<Ident>,
    pub(crate) of: Of,
}

/// What a parameter stands for, as an index.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Of {
    Field(usize),
    Group(usize),
}

/// The parameters: required fields in the order of declaration, then groups.
fn states(message: &Message) -> Vec<State> {
    let mut taken = names_in_types(message);
    let mut markers = BTreeSet::new();
    let fields = message
        .fields
        .iter()
        .enumerate()
        .filter(|(_, field)| field.is_demanded());
    let fields = fields.map(|(i, field)| (&field.ident, field.label_span, Of::Field(i)));
    let groups = message
        .groups
        .iter()
        .enumerate()
        .map(|(i, group)| (&group.name, group.name.span(), Of::Group(i)));
    fields
        .chain(groups)
        .map(|(ident, span, of)| {
            let exactly =
                matches!(of, Of::Group(i) if message.groups[i].kind == GroupKind::ExactlyOne);
            let name = ident.unraw().to_string().to_upper_camel_case();
            State {
                parameter: unused(name.clone(), &mut taken),
                marker: unused(format!("Set{name}"), &mut markers),
                given: unused(format!("Has{name}"), &mut taken),
                vacant: exactly.then(|| unused(format!("Vacant{name}"), &mut taken)),
                span,
                of,
            }
        })
        .collect()
}

/// The name of the module that holds the traits.
fn module(message: &Message) -> Ident {
    format_ident!(
        "{}_builder_state",
        message.ident.unraw().to_string().to_snake_case()
    )
}

/// What `Filled` reads: the module of names, and the builder that each of them leads to.
pub(crate) fn markers(builder: &Builder<'_>) -> TokenStream {
    let (message, name) = (builder.message, &builder.name);
    let (ident, visibility) = (&message.ident, &message.visibility);
    let module = format_ident!("{}_builder", ident.unraw().to_string().to_snake_case());
    let markers = builder.states.iter().map(|state| {
        let (marker, doc) = (&state.marker, named(state, message));
        quote! {
            #[doc = #doc]
            #[allow(missing_debug_implementations, reason = "it has no values")]
            pub enum #marker {}
        }
    });
    let parameters: Vec<&Ident> = builder
        .states
        .iter()
        .map(|state| &state.parameter)
        .collect();
    let steps = builder.states.iter().map(|state| {
        let marker = &state.marker;
        let after = builder.after(state.of);
        quote! {
            #[automatically_derived]
            impl<#(#parameters),*> ::signed_xml::builder::Set<#module::#marker> for #name<#(#parameters),*> {
                type Builder = #name<#(#after),*>;
            }
        }
    });
    let doc = format!("What can be set on a [`{name}`], as names for `Filled`.");
    quote! {
        #[doc = #doc]
        #[allow(dead_code, reason = "few programs need the names")]
        #visibility mod #module {
            #(#markers)*
        }
        #[automatically_derived]
        impl ::signed_xml::builder::WithBuilder for #ident {
            type Builder = #name;
        }
        #(#steps)*
    }
}

fn named(state: &State, message: &Message) -> String {
    match state.of {
        Of::Field(i) => {
            let field = &message.fields[i];
            format!("`{}`: {}.", field.name, field.label)
        }
        Of::Group(i) => format!("One of {}.", listed(&message.groups[i], message, ", ")),
    }
}

/// The module of the traits, each with the text of its error.
pub(crate) fn traits(states: &[State], message: &Message) -> TokenStream {
    let module = module(message);
    let traits = states.iter().flat_map(|state| {
        let (text, label) = match state.of {
            Of::Field(i) => missing(&message.fields[i], message),
            Of::Group(i) => none_of(&message.groups[i], message),
        };
        let plain = message.without_prelude;
        let given = state_trait(&state.given, (&text, &label), &quote!(Given), plain);
        let vacant = state
            .vacant
            .as_ref()
            .zip(group_of(state, message))
            .map(|(vacant, group)| {
                let (text, label) = both_of(group, message);
                state_trait(vacant, (&text, &label), &quote!(Missing), plain)
            });
        [Some(given), vacant]
    });
    let traits = traits.flatten();
    quote! {
        #[doc(hidden)]
        mod #module {
            #(#traits)*
        }
    }
}

/// A trait with the text of its error. Without a prelude the compiler finds no tool attributes, so
/// a `plain` trait has none.
fn state_trait(
    name: &Ident,
    (text, label): (&str, &str),
    of: &TokenStream,
    plain: bool,
) -> TokenStream {
    let message =
        (!plain).then(|| quote!(#[diagnostic::on_unimplemented(message = #text, label = #label)]));
    let no_other = (!plain).then(|| quote!(#[diagnostic::do_not_recommend]));
    quote! {
        #message
        pub trait #name {}
        #no_other
        impl #name for ::signed_xml::builder::#of {}
    }
}

fn missing(field: &Field, message: &Message) -> (String, String) {
    let text = format!(
        "`{}` ({}, section {}) is required and not set",
        field.name, field.label, message.section
    );
    (
        escaped(&text),
        escaped(&format!("call `.{}(…)` before `.build()`", field.ident)),
    )
}

fn none_of(group: &Group, message: &Message) -> (String, String) {
    let members = listed(group, message, ", ");
    let text = format!(
        "{} of {members} is required and none is set (section {})",
        group.kind.words(),
        message.section
    );
    let calls: Vec<String> = group
        .members
        .iter()
        .map(|&i| format!("`.{}(…)`", message.fields[i].ident))
        .collect();
    (
        escaped(&text),
        escaped(&format!("call {} before `.build()`", calls.join(" or "))),
    )
}

fn both_of(group: &Group, message: &Message) -> (String, String) {
    let members = listed(group, message, " and ");
    let text = format!(
        "{members} exclude each other (section {}): one of them is set already",
        message.section
    );
    (
        escaped(&text),
        "remove this call or the earlier one".to_owned(),
    )
}

fn listed(group: &Group, message: &Message, separator: &str) -> String {
    let name = |&i: &usize| format!("`{}` ({})", message.fields[i].name, message.fields[i].label);
    group
        .members
        .iter()
        .map(name)
        .collect::<Vec<_>>()
        .join(separator)
}

/// Braces in a diagnostic text stand for parameters of the trait.
fn escaped(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}

fn group_of<'a>(state: &State, message: &'a Message) -> Option<&'a Group> {
    match state.of {
        Of::Field(_) => None,
        Of::Group(i) => message.groups.get(i),
    }
}

/// Every name that the types of the fields mention: a parameter of the same name would hide it.
fn names_in_types(message: &Message) -> BTreeSet<String> {
    let mut names = BTreeSet::from([message.ident.to_string()]);
    for field in &message.fields {
        collect(field.ty.to_token_stream(), &mut names);
    }
    names
}

fn collect(tokens: TokenStream, names: &mut BTreeSet<String>) {
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => {
                names.insert(ident.to_string());
            }
            TokenTree::Group(group) => collect(group.stream(), names),
            _ => {}
        }
    }
}

fn unused(name: String, taken: &mut BTreeSet<String>) -> Ident {
    // `self_` would become `Self`, `_1st` would begin with a digit, and `_` would be empty.
    let mut free = match syn::parse_str::<Ident>(&name) {
        Ok(_) => name,
        Err(_) => format!("Field{name}"),
    };
    while !taken.insert(free.clone()) {
        free.push_str("State");
    }
    format_ident!("{free}")
}
