//! Views: small borrowed structs, each with a function on its message.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::{Field, Message, Model, View};

use super::{docs, ident};

/// The structs of all views of a message and the `impl` with their functions.
pub(super) fn tokens(message: &Message, model: &Model) -> TokenStream {
    if message.views.is_empty() {
        return TokenStream::new();
    }
    let name = ident(&message.rust_name);
    let structs = message
        .views
        .iter()
        .map(|view| view_struct(view, message, model));
    let functions = message
        .views
        .iter()
        .map(|view| function(view, message, model));
    quote! {
        #(#structs)*
        impl #name {
            #(#functions)*
        }
    }
}

fn view_struct(view: &View, message: &Message, model: &Model) -> TokenStream {
    let mut lines = docs::paragraphs(&format!("Section {}", view.section), &view.doc, model);
    let rulings = docs::rulings(&view.errata, model);
    if !rulings.is_empty() {
        lines.push(String::new());
        lines.extend(rulings);
    }
    let doc = docs::comment(&lines);
    let name = ident(&view.rust_name);
    let fields = view.values.iter().map(|value| {
        let label = message.field(&value.field).map_or("", |field| &field.label);
        let doc = docs::comment(&[format!("{label}: the field `{}`.", value.field)]);
        let name = ident(&value.name);
        quote!(#doc pub #name: &'a str,)
    });
    quote! {
        #doc
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct #name<'a> {
            #(#fields)*
        }
    }
}

fn function(view: &View, message: &Message, model: &Model) -> TokenStream {
    let mut words: Vec<String> = view
        .present
        .iter()
        .map(|name| format!("`{name}`"))
        .collect();
    words.extend(view.absent.iter().map(|name| format!("no `{name}`")));
    let head = match words.is_empty() {
        true => format!("Section {}, always given", view.section),
        false => format!(
            "Section {}, given when the reply has {}",
            view.section,
            words.join(" and ")
        ),
    };
    let doc = docs::comment(&docs::paragraphs(&head, &view.doc, model));
    let (name, result) = (ident(&view.name), ident(&view.rust_name));
    let present = view.present.iter().filter_map(|name| {
        let given = view.values.iter().any(|value| value.field == *name);
        let field = optional(message, name).filter(|_| !given)?;
        let field = ident(&field.rust_name);
        Some(quote!(self.#field.as_ref()?;))
    });
    let absent = view.absent.iter().filter_map(|name| {
        let field = ident(&optional(message, name)?.rust_name);
        Some(quote!(if self.#field.is_some() { return None; }))
    });
    let values = view.values.iter().map(|value| {
        let name = ident(&value.name);
        let field = message.field(&value.field);
        let (option, rust) =
            field.map_or((false, ""), |field| (field.is_option(), &field.rust_name));
        let rust = ident(rust);
        match option {
            true => quote!(#name: self.#rust.as_deref()?),
            false => quote!(#name: &self.#rust),
        }
    });
    quote! {
        #doc
        pub fn #name(&self) -> Option<#result<'_>> {
            #(#present)*
            #(#absent)*
            Some(#result { #(#values),* })
        }
    }
}

fn optional<'a>(message: &'a Message, name: &str) -> Option<&'a Field> {
    message.field(name).filter(|field| field.is_option())
}
