//! The `use` lines of a module: only what its structs name, sorted.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::{Field, FieldType, Message, Supplier, WireType};

use super::ident;

/// Names that a module takes from elsewhere.
#[derive(Default)]
pub(super) struct Imports {
    pub(super) wire: BTreeSet<String>,
    pub(super) enums: BTreeSet<String>,
    seconds: bool,
    ipv4: bool,
}

impl Imports {
    /// What the struct of a message needs.
    pub(super) fn message(&mut self, message: &Message) {
        self.wire("Message");
        self.wire("UnknownFields");
        if message.kind.is_sent() {
            self.wire("Builder");
        }
        for field in message.distinct_fields() {
            self.field(field);
        }
    }

    fn field(&mut self, field: &Field) {
        if field.is_indexed() {
            self.wire("Indexed");
        }
        match &field.field_type {
            FieldType::Text => self.wire("Text"),
            FieldType::Fen => self.wire("Fen"),
            FieldType::Time => self.wire("BeijingTime"),
            FieldType::Date => self.wire("BillDate"),
            FieldType::IdDigest => self.wire("IdDigest"),
            FieldType::Structure(_) => self.wire("Json"),
            FieldType::Enum(name) => {
                self.enums.insert(name.clone());
            }
            FieldType::Seconds => self.seconds = true,
            FieldType::Ipv4 => self.ipv4 = true,
            FieldType::Number => {}
        }
    }

    pub(super) fn wire(&mut self, name: &str) {
        self.wire.insert(name.to_owned());
    }

    pub(super) fn tokens(&self) -> TokenStream {
        let wire = self.wire.iter().map(|name| ident(name));
        let enums = self.enums.iter().map(|name| ident(name));
        let ipv4 = self.ipv4.then(|| {
            quote!(
                use std::net::Ipv4Addr;
            )
        });
        let seconds = self.seconds.then(|| {
            quote!(
                use std::time::Duration;
            )
        });
        let wire = (!self.wire.is_empty()).then(|| quote!(use signed_xml::{#(#wire),*};));
        let enums = (!self.enums.is_empty()).then(|| quote!(use super::enums::{#(#enums),*};));
        quote!(#ipv4 #seconds #wire #enums)
    }
}

/// The Rust type of a field, without its `Option` or `Indexed`.
pub(super) fn value_type(field: &Field, structure: impl Fn(&str) -> String) -> TokenStream {
    match &field.field_type {
        FieldType::Text => quote!(Text),
        FieldType::Enum(name) => {
            let name = ident(name);
            quote!(#name)
        }
        FieldType::Fen => quote!(Fen),
        FieldType::Seconds => quote!(Duration),
        FieldType::Ipv4 => quote!(Ipv4Addr),
        FieldType::Time => quote!(BeijingTime),
        FieldType::Date => quote!(BillDate),
        FieldType::IdDigest => quote!(IdDigest),
        FieldType::Structure(name) => {
            let name = ident(&structure(name));
            quote!(Json<#name>)
        }
        FieldType::Number => match field.wire_type {
            WireType::Text => quote!(Text),
            WireType::U8 => quote!(u8),
            WireType::U32 => quote!(u32),
            WireType::U64 => quote!(u64),
        },
    }
}

/// True if the caller gives the field.
pub(super) fn is_callers(field: &Field) -> bool {
    field.supplier == Supplier::Caller
}
