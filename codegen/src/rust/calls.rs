//! `interface.rs`: the list of the interfaces that can be called, each with its address and tables.

use heck::ToUpperCamelCase;
use proc_macro2::TokenStream;
use quote::quote;

use crate::model::{Interface, Method, Model};

use super::{docs, header, ident};

pub(super) fn file(model: &Model) -> TokenStream {
    let header = header(
        "The interfaces that can be called, as a list: for servers, tools and tests.",
        "the files of `spec/interfaces/`",
        &[],
    );
    let calls: Vec<&Interface> = calls(model).collect();
    let modules: Vec<syn::Ident> = calls.iter().map(|call| ident(&call.rust_name)).collect();
    let variants: Vec<syn::Ident> = calls
        .iter()
        .map(|call| ident(&call.rust_name.to_upper_camel_case()))
        .collect();
    let names = calls.iter().map(|call| &call.name);
    let docs = calls.iter().map(|call| {
        docs::comment(&[format!(
            "`{}` ({}) {}.",
            call.name, call.section, call.title
        )])
    });
    let doc = docs::comment(&[format!("An interface of {}.", model.title)]);
    quote! {
        #header
        use signed_xml::{Call, Endpoint, Message, Schema};
        use super::{#(#modules),*};

        #doc
        ///
        /// A later document can have more of them, so a `match` needs an arm for the rest.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Interface {
            #(#docs #variants,)*
        }

        impl Interface {
            /// All of them, in the order of the document.
            pub const ALL: &[Self] = &[#(Self::#variants),*];

            /// The interface at a path, which starts with a slash and has no query.
            pub fn at(path: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|interface| interface.endpoint().path == path)
            }

            /// The interface of that name.
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|interface| interface.name() == name)
            }

            /// Its name, as its module has it.
            pub fn name(self) -> &'static str {
                match self {
                    #(Self::#variants => #names,)*
                }
            }

            /// Its address and what a call must present.
            pub fn endpoint(self) -> Endpoint {
                self.tables().0
            }

            /// The table of its request.
            pub fn request(self) -> &'static Schema {
                self.tables().1
            }

            /// The table of its reply.
            pub fn reply(self) -> &'static Schema {
                self.tables().2
            }

            fn tables(self) -> (Endpoint, &'static Schema, &'static Schema) {
                match self {
                    #(Self::#variants => tables::<#modules::Request>(),)*
                }
            }
        }

        fn tables<C: Call>() -> (Endpoint, &'static Schema, &'static Schema) {
            (C::ENDPOINT, C::SCHEMA, C::Reply::SCHEMA)
        }
    }
}

/// The interfaces that the crate calls; the peer calls the others.
pub(super) fn calls(model: &Model) -> impl Iterator<Item = &Interface> {
    let interfaces = model.interfaces.iter();
    interfaces.filter(|interface| interface.method != Method::Callback)
}
