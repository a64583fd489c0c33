//! The tables of a message: its fields in the document's order and its names in the order of bytes.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::model::{Field, Message, Supplied};
use crate::parse::field::{Format, Length};
use crate::parse::message::SignType;

/// `NAMES`, `FIELDS` and `TABLE`, as constants: where they are used, the length of each tag is
/// known and its copy is a few stores.
pub(crate) fn schema(message: &Message) -> TokenStream {
    let names = sorted_names(message);
    let name_rows = names.iter().map(|(name, field)| {
        let (field, pair) = (Literal::usize_unsuffixed(*field), format!("&{name}="));
        quote!(::signed_xml::Name { text: #name, field: #field, pair: #pair })
    });
    let field_rows = message
        .fields
        .iter()
        .enumerate()
        .map(|(at, field)| row(field, at, &names, message));
    let indexed = message.fields.iter().enumerate();
    let indexed = indexed
        .filter(|(_, field)| field.is_indexed())
        .map(|(at, _)| Literal::usize_unsuffixed(at));
    let (title, section, signed) = (&message.name, &message.section, message.signed);
    let sign_type = match message.sign_type {
        SignType::Md5 => quote!(Md5),
        SignType::HmacSha256 => quote!(HmacSha256),
    };
    quote! {
        const NAMES: &[::signed_xml::Name] = &[#(#name_rows),*];
        const FIELDS: &[::signed_xml::Field] = &[#(#field_rows),*];
        const TABLE: &::signed_xml::Schema = &::signed_xml::Schema {
            message: #title,
            section: #section,
            signed: #signed,
            sign_type: ::signed_xml::SignType::#sign_type,
            fields: FIELDS,
            names: NAMES,
            indexed: &[#(#indexed),*],
            index: &::signed_xml::NameIndex::new(NAMES),
        };
    }
}

/// All names and aliases with the position of their field, sorted by bytes; the elements of a field
/// with an index have no place among them.
fn sorted_names(message: &Message) -> Vec<(String, usize)> {
    let mut names = Vec::new();
    let fields = message.fields.iter().enumerate();
    for (at, field) in fields.filter(|(_, field)| !field.is_indexed()) {
        names.push((field.name.clone(), at));
        names.extend(field.aliases.iter().map(|alias| (alias.value(), at)));
    }
    names.sort();
    names
}

fn row(field: &Field, at: usize, names: &[(String, usize)], message: &Message) -> TokenStream {
    let (name, label, section) = (&field.name, &field.label, &message.section);
    let slots = slots(field, at, names)
        .into_iter()
        .map(Literal::usize_unsuffixed);
    let open = format!("<{name}><![CDATA[");
    let close = format!("]]></{name}>");
    let pair = format!("&{name}=");
    let mut rest = TokenStream::new();
    if let Some(max) = field.max {
        let (max, too_long) = (
            Literal::u32_unsuffixed(max.value),
            too_long(field, max.value, section),
        );
        rest.extend(quote!(max: ::core::option::Option::Some(#max), too_long: #too_long,));
    }
    if field.length == Length::Bytes {
        rest.extend(quote!(length: ::signed_xml::Length::Bytes,));
    }
    if let Some(min) = field.min {
        let min = Literal::u64_unsuffixed(min.value);
        rest.extend(quote!(min: ::core::option::Option::Some(#min),));
    }
    match field.format.map(|format| format.value) {
        Some(Format::Url) => {
            rest.extend(quote!(format: ::core::option::Option::Some(::signed_xml::Format::Url),))
        }
        Some(Format::Md5) => {
            rest.extend(quote!(format: ::core::option::Option::Some(::signed_xml::Format::Md5),))
        }
        None => {}
    }
    if field.is_demanded() {
        rest.extend(quote!(demanded: true,));
    }
    if field.secret {
        rest.extend(quote!(secret: true,));
    }
    if field.personal {
        rest.extend(quote!(personal: true,));
    }
    match &field.supplied {
        Supplied::Caller => {}
        Supplied::Merchant(key) => {
            rest.extend(quote!(supplied: ::signed_xml::Supplied::Merchant(#key),))
        }
        Supplied::Client => rest.extend(quote!(supplied: ::signed_xml::Supplied::Client,)),
        Supplied::Constant(text) => {
            rest.extend(quote!(supplied: ::signed_xml::Supplied::Constant(#text),))
        }
    }
    quote! {
        ::signed_xml::Field {
            name: #name, label: #label, section: #section, slots: &[#(#slots),*],
            open: #open, close: #close, pair: #pair, #rest
            ..::signed_xml::Field::BASE
        }
    }
}

/// Where the field's names stand among the sorted ones: its own, then its aliases.
fn slots(field: &Field, at: usize, names: &[(String, usize)]) -> Vec<usize> {
    let own = std::iter::once(field.name.clone());
    own.chain(field.aliases.iter().map(syn::LitStr::value))
        .filter_map(|name| {
            names
                .iter()
                .position(|(known, of)| *known == name && *of == at)
        })
        .collect()
}

fn too_long(field: &Field, max: u32, section: &str) -> String {
    let unit = match field.length {
        Length::Chars => "characters",
        Length::Bytes => "bytes",
    };
    format!(
        "`{}` ({}, section {section}) holds at most {max} {unit}",
        field.name, field.label
    )
}
