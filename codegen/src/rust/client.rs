//! `client.rs`: a typed method per interface around the generic client.

use heck::ToUpperCamelCase;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::model::{FieldType, Interface, MessageKind, Method, Model, ReplyForm, TokenFor};

use super::{docs, header, ident};

pub(super) fn file(model: &Model) -> TokenStream {
    let header = header(
        "The interfaces as methods of a client.",
        "the files of `spec/interfaces/`",
        &[],
    );
    let calls: Vec<&Interface> = model
        .interfaces
        .iter()
        .filter(|interface| interface.method != Method::Callback)
        .collect();
    let callbacks: Vec<&Interface> = model
        .interfaces
        .iter()
        .filter(|interface| interface.method == Method::Callback)
        .collect();
    let modules = model
        .interfaces
        .iter()
        .map(|interface| ident(&interface.rust_name));
    let text = calls
        .iter()
        .any(|interface| interface.form == ReplyForm::Text);
    let token = calls.iter().any(|interface| interface.token_for.is_some());
    let mut names = vec!["ClientBuilder", "Error", "Merchant"];
    names.extend(token.then_some("AccessMode"));
    names.extend((!callbacks.is_empty()).then_some("ReplyError"));
    names.extend(text.then_some("TextFile"));
    names.extend(text.then_some("TextReply"));
    names.extend(token.then_some("TokenRequest"));
    names.sort_unstable();
    let names = names.into_iter().map(ident);
    let path = text.then(|| {
        quote!(
            use std::io::Write;
            use std::path::Path;
        )
    });
    let builder = builder(&calls);
    let methods = calls.iter().map(|interface| call(interface, model));
    let callback_methods = callbacks.iter().map(|interface| callback(interface));
    let tokens = calls
        .iter()
        .filter_map(|interface| token_request(interface));
    let doc = docs::comment(&[format!("A client for {}.", model.title)]);
    quote! {
        #header
        #path
        use signed_xml_client::{#(#names),*};
        use super::{#(#modules),*};

        #doc
        #[derive(Clone, Debug)]
        pub struct Client {
            generic: signed_xml_client::Client,
        }

        impl Client {
            #builder

            /// The generic client, for messages of your own.
            pub fn generic(&self) -> &signed_xml_client::Client {
                &self.generic
            }

            /// The same client, whose calls end after this time, each with all that belongs to it: access token, repetitions, waits.
            #[must_use]
            pub fn within(&self, deadline: std::time::Duration) -> Self {
                Self { generic: self.generic.within(deadline) }
            }

            #(#methods)*
            #(#callback_methods)*
        }

        impl From<signed_xml_client::Client> for Client {
            fn from(generic: signed_xml_client::Client) -> Self {
                Self { generic }
            }
        }

        #(#tokens)*
    }
}

/// The settings, with the token request of the merchant's access mode.
fn builder(calls: &[&Interface]) -> TokenStream {
    let request = |mode: TokenFor| {
        let found = calls
            .iter()
            .find(|interface| interface.token_for == Some(mode));
        let name = ident(&found?.rust_name);
        Some(quote!(.token_request::<#name::Request>()))
    };
    let service_provider = request(TokenFor::ServiceProvider);
    let independent = request(TokenFor::Independent);
    let (doc, body) = match (&service_provider, &independent) {
        (None, None) => (
            "Settings for a client of this merchant.",
            quote!(ClientBuilder::new(merchant)),
        ),
        _ => (
            "Settings for a client of this merchant; access tokens are asked for as its mode needs.",
            quote! {
                match merchant.mode() {
                    AccessMode::ServiceProvider => ClientBuilder::new(merchant) #service_provider,
                    AccessMode::Independent => ClientBuilder::new(merchant) #independent,
                }
            },
        ),
    };
    let doc = docs::comment(&[doc]);
    quote! {
        #doc
        pub fn builder(merchant: Merchant) -> ClientBuilder<Self> {
            #body
        }
    }
}

const TOKEN_WARNING: &str = "Seldom needed: the client asks for the access token by itself and keeps it. A token that is asked for here \
    makes the kept one invalid, and the client then renews it at the next call.";

fn call(interface: &Interface, model: &Model) -> TokenStream {
    let name = ident(&interface.rust_name);
    let head = format!("{} ({})", interface.title, interface.section);
    let mut errors = "Each error says whether the call may have taken effect.".to_owned();
    if interface.form == ReplyForm::Text {
        errors.push_str(" A bill of a day that is not made yet is not asked for.");
    }
    let mut lines = docs::paragraphs(&head, &interface.doc, model);
    lines.push(String::new());
    if interface.token_for.is_some() {
        lines.extend([TOKEN_WARNING.to_owned(), String::new()]);
    }
    lines.extend(["# Errors".to_owned(), String::new(), errors]);
    let doc = docs::comment(&lines);
    let (reply, send) = match interface.form {
        ReplyForm::Text => {
            let day = day(interface);
            (quote!(TextReply), quote!(call_text(request, #day)))
        }
        _ => (quote!(#name::Response), quote!(call(request))),
    };
    let to_file = (interface.form == ReplyForm::Text).then(|| to_file(interface));
    quote! {
        #doc
        pub async fn #name(&self, request: &#name::Request) -> Result<#reply, Error> {
            self.generic.#send.await
        }
        #to_file
    }
}

/// The day of the bill that is asked for: the field that is a date.
fn day(interface: &Interface) -> TokenStream {
    let request = interface.message(MessageKind::Request);
    let mut fields = request.iter().flat_map(|message| message.distinct_fields());
    let date = fields.find(|field| field.field_type == FieldType::Date);
    date.map_or(quote!(None), |field| {
        let field_name = ident(&field.rust_name);
        match field.required {
            true => quote!(Some(request.#field_name)),
            false => quote!(request.#field_name),
        }
    })
}

/// The same call into a file, and into a writer.
fn to_file(interface: &Interface) -> TokenStream {
    let (name, method) = (
        ident(&interface.name),
        format_ident!("{}_to_file", interface.name),
    );
    let day = day(interface);
    let doc = docs::comment(&[
        format!(
            "As `{}`, into a file: written beside the path, synced and renamed, whatever its size.",
            interface.name
        ),
        String::new(),
        "# Errors".to_owned(),
        String::new(),
        "As without a file; that the file cannot be written.".to_owned(),
    ]);
    let to_writer = format_ident!("{}_to_writer", interface.name);
    let writer_doc = docs::comment(&[
        format!(
            "As `{}`, written piece by piece in constant memory. Returns the size in bytes; what was written is a whole text only then.",
            interface.name
        ),
        String::new(),
        "With `std::io::pipe` it is read while it comes.".to_owned(),
        String::new(),
        "# Errors".to_owned(),
        String::new(),
        "As without a writer; that the writer fails.".to_owned(),
    ]);
    quote! {
        #doc
        pub async fn #method(&self, request: &#name::Request, path: impl AsRef<Path>) -> Result<TextFile, Error> {
            self.generic.call_text_to_file(request, #day, path).await
        }
        #writer_doc
        pub async fn #to_writer(&self, request: &#name::Request, writer: impl Write + Send + 'static) -> Result<u64, Error> {
            self.generic.call_text_to_writer(request, #day, writer).await
        }
    }
}

/// Opens what the platform sends and signs what we answer.
fn callback(interface: &Interface) -> TokenStream {
    let name = ident(&interface.rust_name);
    let open = format_ident!("open_{}", interface.rust_name);
    let sign = match interface.rust_name.as_str() {
        "notification" => ident("sign_reply"),
        other => format_ident!("sign_{other}_reply"),
    };
    let open_doc = docs::comment(&[
        format!(
            "{} ({}): verifies and reads what the platform sent.",
            interface.title, interface.section
        ),
        String::new(),
        "# Errors".to_owned(),
        String::new(),
        "What is wrong with it; a message without a valid signature is never read.".to_owned(),
    ]);
    let sign_doc = docs::comment(&[
        format!(
            "The signed answer to `{}` ({}), as it goes into the body.",
            interface.name, interface.section
        ),
        String::new(),
        "# Errors".to_owned(),
        String::new(),
        "What the answer lacks.".to_owned(),
    ]);
    let reply = interface.message(MessageKind::Reply).map(|reply| {
        let reply = ident(&reply.rust_name.to_upper_camel_case());
        quote! {
            #sign_doc
            pub fn #sign(&self, reply: &#name::#reply) -> Result<Vec<u8>, Error> {
                self.generic.sign(reply)
            }
        }
    });
    quote! {
        #open_doc
        pub fn #open(&self, body: &[u8]) -> Result<#name::Notification, ReplyError> {
            self.generic.open_notification(body)
        }
        #reply
    }
}

fn token_request(interface: &Interface) -> Option<TokenStream> {
    interface.token_for?;
    let name = ident(&interface.rust_name);
    let stable = interface
        .stable_url
        .as_ref()
        .map(|url| quote!(const STABLE_URL: Option<&'static str> = Some(#url);));
    Some(quote! {
        impl TokenRequest for #name::Request {
            #stable

            fn token(reply: &#name::Response) -> (signed_xml::Text, std::time::Duration) {
                (reply.access_token.clone(), reply.expires_in)
            }
        }
    })
}
