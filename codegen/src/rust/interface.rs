//! The module of one interface.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::{Auth, Interface, Model};

use super::imports::Imports;
use super::{docs, header, message, view};

pub(super) fn file(interface: &Interface, model: &Model) -> TokenStream {
    let mut imports = Imports::default();
    for message in &interface.messages {
        imports.message(message);
    }
    let imports = imports.tokens();
    let summary = format!(
        "`{}` ({}): {}. {}",
        interface.name, interface.section, interface.title, interface.doc
    );
    let source = format!("`spec/{}`", model.file_of(interface.span));
    let mut more = docs::chinese(&interface.doc, model);
    more.extend(remarks(interface, model));
    let remarks: Vec<String> = more.iter().map(|text| docs::line(text)).collect();
    let header = header(&summary, &source, &remarks);
    let messages = interface.messages.iter().map(|item| {
        let item_struct = message::tokens(item, interface, model);
        let views = view::tokens(item, model);
        quote!(#item_struct #views)
    });
    quote! {
        #header
        #imports
        #(#messages)*
    }
}

/// Address, notes and rulings of the interface.
fn remarks(interface: &Interface, model: &Model) -> Vec<String> {
    let mut items = Vec::new();
    if let Some(url) = &interface.url {
        items.push(format!("- `{} {url}`", interface.method.as_str()));
    }
    if interface.auth == Auth::IpList {
        items.push("- The caller's address must be on the platform's list.".to_owned());
    }
    items.extend(docs::versions(&interface.history));
    let notes = interface.notes.iter();
    items.extend(notes.map(|note| format!("- {}", docs::in_line(note, model))));
    items.extend(docs::rulings(&interface.errata, model));
    if !items.is_empty() {
        items.insert(0, String::new());
    }
    items
}
