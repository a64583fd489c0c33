//! `lib.rs`: what the crate is, its versions and its modules.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::Model;

use super::{docs, header, ident};

pub(super) fn file(model: &Model) -> TokenStream {
    let summary = format!(
        "{}: typed messages of document {}.",
        model.title, model.document
    );
    let about = about(model);
    let about = about.iter().map(|text| match text.starts_with("- [") {
        // A link of ours, not text of the spec.
        true => format!(" {text}"),
        false => docs::line(text),
    });
    let lines: Vec<String> = landing(model).chain(about).collect();
    let header = header(&summary, "`spec/spec.toml`", &lines);
    let items = items(model, |_| None);
    quote!(#header #items)
}

/// The modules, each with its body or in a file of its own, and what stands at the root.
pub(super) fn items(model: &Model, body: impl Fn(&str) -> Option<TokenStream>) -> TokenStream {
    let error_code = (!model.error_codes.is_empty()).then(|| {
        quote!(
            pub use error_code::ErrorCode;
        )
    });
    let interface = super::calls::calls(model).next().map(|_| {
        quote!(
            pub use interface::Interface;
        )
    });
    let names = super::modules(model).into_iter();
    let modules = names.map(|name| {
        let feature = (name == "client").then(|| quote!(#[cfg(feature = "client")]));
        let module = ident(name);
        match body(name) {
            Some(body) => quote!(#feature pub mod #module { #body }),
            None => quote!(#feature pub mod #module;),
        }
    });
    quote! {
        pub use signed_xml;
        pub use signed_xml::{
            Auth, BeijingTime, BillDate, BillRow, Builder, Call, Decimal, Effect, Endpoint, Fen,
            Fields, Filled, IdDigest, IdNumberError, Json, Key, KeyError, Limits, Message, Method,
            NetFen, OpenEnum, Problem, Rate, RateError, ReplyError, Rule, SignType, Signature,
            SignatureError, Text, TimeError, UnknownFields, UnprovedFailure, Violation, Violations,
            YuanError, encode, literal, read_json_reply, read_notification, read_reply,
        };
        #[cfg(feature = "client")]
        pub use signed_xml_client;
        #[cfg(feature = "client")]
        pub use signed_xml_client::{
            AccessMode, Blame, Clock, Error, HttpRequest, HttpResponse, HttpTransport,
            HttpTransportBuilder, MemoryTokenStore, Merchant, MerchantError, Nonce, RandomNonce,
            Recorder, Replay, ReplayError, Retries, SetupError, SystemClock, TextFile, TextReply,
            Token, TokenError, TokenLease, TokenRequest, TokenSource, TokenSourceError, TokenStore,
            TokenStoreError, Transport, TransportError,
        };
        #[cfg(feature = "client")]
        pub use client::Client;
        #error_code
        #interface

        #(#modules)*
    }
}

/// The landing page of the spec, as it stands there: it is Markdown already.
fn landing(model: &Model) -> impl Iterator<Item = String> {
    let start = (!model.landing.is_empty()).then(String::new);
    let lines = model.landing.trim_end().lines().map(|line| match line {
        "" => String::new(),
        line => format!(" {line}"),
    });
    start.into_iter().chain(lines)
}

fn about(model: &Model) -> Vec<String> {
    let mut lines = docs::chinese(&model.title, model);
    lines.extend([String::new(), "# Interfaces".to_owned(), String::new()]);
    for interface in &model.interfaces {
        let doc = docs::line(&docs::in_line(&interface.doc, model));
        let name = &interface.name;
        let (title, section) = (docs::line(&interface.title), &interface.section);
        lines.push(format!("- [`{name}`] ({section}){title}.{doc}"));
    }
    if let Some(signature) = &model.signature {
        let line = format!("Messages are signed with {}.", signature.algorithm);
        lines.extend([String::new(), docs::line(&line).trim_start().to_owned()]);
    }
    if !model.notes.is_empty() {
        lines.extend([String::new(), "# Good to know".to_owned(), String::new()]);
        let notes = model.notes.iter();
        lines.extend(notes.map(|note| format!("- {}", docs::in_line(note, model))));
    }
    lines.extend(docs::rulings(&model.errata_of_spec, model));
    if !model.versions.is_empty() {
        lines.extend([
            String::new(),
            "# Versions of the document".to_owned(),
            String::new(),
        ]);
    }
    for version in &model.versions {
        let changes = version.changes.iter();
        let changes: Vec<String> = changes.map(|change| docs::in_line(change, model)).collect();
        let changes = changes.join(" ");
        let head = format!("- {} ({})", version.version, version.date);
        lines.push(docs::sentences(&head, &changes));
    }
    // So that no edit of the spec, not even of a comment, goes without running the compiler.
    let fingerprint = model.sources.fingerprint();
    lines.extend([
        String::new(),
        format!("Fingerprint of the spec: `{fingerprint}`."),
    ]);
    lines
}
