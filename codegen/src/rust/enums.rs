//! `enums.rs`: every enum of the spec, open.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::{Enum, EnumValue, Model};

use super::{docs, header, ident};

pub(super) fn file(model: &Model) -> TokenStream {
    let header = header(
        "The values that fields may have. Every enum is open: an unknown value is kept and readable.",
        "`spec/enums.toml`",
        &[],
    );
    let imports = (!model.enums.is_empty()).then(|| {
        quote!(
            use signed_xml::{OpenEnum, UnknownValue};
        )
    });
    let enums = model.enums.iter().map(|item| tokens(item, model));
    quote! {
        #header
        #imports
        #(#enums)*
    }
}

fn tokens(item: &Enum, model: &Model) -> TokenStream {
    let mut lines = vec![match item.doc.as_str() {
        "" => format!("`{}` of the document.", item.name),
        doc => doc.to_owned(),
    }];
    lines.extend(docs::chinese(&item.doc, model));
    let rulings = docs::rulings(&item.errata, model);
    if !rulings.is_empty() {
        lines.push(String::new());
        lines.extend(rulings);
    }
    let doc = docs::comment(&lines);
    let name = ident(&item.name);
    let values = item.values.iter().map(|value| variant(value, model));
    let open = open(&doc, &name, values);
    let moves = (!item.moves.is_empty()).then(|| moves(item, model));
    quote!(#open #moves)
}

/// The moves of an enum of states, as a table that code and tests can hold themselves against.
fn moves(item: &Enum, model: &Model) -> TokenStream {
    let mut lines = vec![
        "How one state becomes another. Who asks now and then may see several moves as one."
            .to_owned(),
        String::new(),
    ];
    lines.extend(item.moves.iter().map(|step| match step.doc.as_str() {
        "" => format!("- `{}` to `{}`.", step.from, step.to),
        doc => {
            let doc = docs::in_line(doc, model);
            format!("- `{}` to `{}`: {doc}", step.from, step.to)
        }
    }));
    let doc = docs::comment(&lines);
    let name = ident(&item.name);
    let state = |wire: &str| {
        let found = item.values.iter().find(|value| value.value == wire);
        found.map(|found| ident(&found.name))
    };
    let pairs = item.moves.iter().map(|step| {
        let (from, to) = (state(&step.from), state(&step.to));
        quote!((Self::#from, Self::#to))
    });
    quote! {
        impl #name {
            #doc
            pub const MOVES: &'static [(Self, Self)] = &[#(#pairs),*];
        }
    }
}

/// An open enum around its variants.
pub(super) fn open(
    doc: &TokenStream,
    name: &syn::Ident,
    variants: impl Iterator<Item = TokenStream>,
) -> TokenStream {
    quote! {
        #doc
        #[derive(Clone, Debug, PartialEq, Eq, Hash, OpenEnum)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants)*
            /// A value that this version does not know.
            #[unknown]
            Unknown(UnknownValue),
        }

        /// Empty: what a message holds before it is filled in.
        impl Default for #name {
            fn default() -> Self {
                Self::from_wire("")
            }
        }
    }
}

fn variant(value: &EnumValue, model: &Model) -> TokenStream {
    let (wire, label) = (&value.value, &value.label);
    let head = match label.as_str() {
        "" => format!("`{wire}`"),
        label => format!("`{wire}` {label}"),
    };
    let mut lines = vec![match value.doc.as_str() {
        "" => format!("{head}."),
        doc => format!("{head}: {doc}"),
    }];
    lines.extend(docs::chinese(&value.doc, model));
    let mut items = Vec::new();
    items.extend(docs::versions(&value.history));
    items.extend(docs::rulings(&value.errata, model));
    if !items.is_empty() {
        lines.push(String::new());
        lines.extend(items);
    }
    let doc = docs::comment(&lines);
    let name = ident(&value.name);
    let label = (!label.is_empty()).then(|| quote!(, label = #label));
    quote! {
        #doc
        #[value(#wire #label)]
        #name,
    }
}
