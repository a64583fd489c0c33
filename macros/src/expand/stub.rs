//! Impls in place of those of a wrong item, so that its own errors are the only ones.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::model::Message;

/// A message without fields that reads nothing.
pub(crate) fn message(input: &DeriveInput, message: &Message) -> TokenStream {
    let ident = &input.ident;
    let (generics, arguments, bounds) = input.generics.split_for_impl();
    let call = message.call.as_ref().map(|call| {
        let reply = call
            .reply
            .as_ref()
            .map_or_else(|| quote!(Self), |reply| quote!(#reply));
        quote! {
            impl #generics ::signed_xml::Call for #ident #arguments #bounds {
                type Reply = #reply;
                const ENDPOINT: ::signed_xml::Endpoint = ::signed_xml::Endpoint {
                    method: ::signed_xml::Method::Post,
                    origin: "",
                    path: "",
                    auth: ::signed_xml::Auth::None,
                    form: ::signed_xml::ReplyForm::Xml,
                    repeatable: false,
                };
            }
        }
    });
    quote! {
        const _: () = {
            static TABLE: ::signed_xml::Schema = ::signed_xml::Schema {
                message: "",
                section: "",
                signed: false,
                sign_type: ::signed_xml::SignType::Md5,
                fields: &[],
                names: &[],
                indexed: &[],
                index: &::signed_xml::NameIndex::new(&[]),
            };
            impl #generics ::signed_xml::Message for #ident #arguments #bounds {
                const SCHEMA: &'static ::signed_xml::Schema = &TABLE;
                fn visit<Sink: ::signed_xml::Sink>(&self, _: &mut Sink) {}
                fn read(_: &::signed_xml::Slots<'_>, _: &mut ::signed_xml::ReadErrors) -> ::core::option::Option<Self> {
                    ::core::option::Option::None
                }
            }
            impl #generics ::core::fmt::Debug for #ident #arguments #bounds {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    f.write_str(::core::stringify!(#ident))
                }
            }
            #call
        };
    }
}
