//! `derive(OpenEnum)`: an enum of wire values that holds unknown values too.
//!
//! Steps: the variants with `#[value("…")]`, the one with `#[unknown]`, then the text both ways and
//! the `Value` impl.

use std::collections::BTreeMap;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Data, DeriveInput, Fields, LitStr, Path, Variant, parse_quote};

use crate::library::relocated;
use crate::parse::entries::{Key, entries, entries_after_text};
use crate::parse::message::{LIBRARY_KEY, library};
use crate::problems::Problems;

const KEYS: &[Key] = &[("label", "label = \"…\"")];
const EXAMPLE: &str = "#[value(\"1\", label = \"现金\")]";

/// Expands the derive; for a wrong item, its errors and impls in place of the right ones.
pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut problems = Problems::default();
    let model = OpenEnum::of(input, &mut problems);
    let expanded = match &model.unknown {
        Some(unknown) if problems.is_empty() => expand(&input.ident, &model.known, unknown),
        _ => {
            let (errors, stub) = (problems.into_tokens(), stub(input));
            quote!(#errors #stub)
        }
    };
    relocated(expanded, model.library.as_ref())
}

struct OpenEnum {
    known: Vec<Known>,
    unknown: Option<Ident>,
    library: Option<Path>,
}

struct Known {
    ident: Ident,
    value: LitStr,
    label: Option<LitStr>,
}

impl OpenEnum {
    fn of(input: &DeriveInput, problems: &mut Problems) -> Self {
        let mut model = Self {
            known: Vec::new(),
            unknown: None,
            library: None,
        };
        for attribute in &input.attrs {
            if attribute.path().is_ident("open_enum") {
                for entry in entries(attribute, &[LIBRARY_KEY], &[], problems) {
                    model.library = library(&entry, problems);
                }
            }
        }
        if !input.generics.params.is_empty() {
            problems.report(&input.generics, "an open enum is a list of wire values and takes no generic parameters: remove them");
        }
        let Data::Enum(data) = &input.data else {
            problems.report(
                &input.ident,
                format_args!(
                    "an open enum is an `enum`: write `enum {} {{ … }}`",
                    input.ident
                ),
            );
            return model;
        };
        for variant in &data.variants {
            model.add(variant, problems);
        }
        if model.unknown.is_none() && problems.is_empty() {
            problems.report(&input.ident, "an open enum needs a variant for unknown values: add `#[unknown] Unknown(UnknownValue)`");
        }
        let mut seen = BTreeMap::new();
        for known in &model.known {
            if let Some(earlier) = seen.insert(known.value.value(), &known.ident) {
                let value = known.value.value();
                problems.report(&known.value, format_args!("the wire value \"{value}\" stands for `{earlier}` already: a value has one variant"));
            }
        }
        model
    }

    fn add(&mut self, variant: &Variant, problems: &mut Problems) {
        let of = |name: &str| {
            variant
                .attrs
                .iter()
                .filter(|attribute| attribute.path().is_ident(name))
                .collect::<Vec<_>>()
        };
        let (values, unknown) = (of("value"), of("unknown"));
        for extra in values.iter().chain(&unknown).skip(1) {
            problems.report(
                extra,
                format_args!(
                    "`{}` has its attribute already: one wire value, or `#[unknown]`",
                    variant.ident
                ),
            );
        }
        if !unknown.is_empty() {
            let payload =
                matches!(&variant.fields, Fields::Unnamed(fields) if fields.unnamed.len() == 1);
            if !payload {
                problems.report(
                    variant,
                    "the unknown variant holds the value: write `Unknown(UnknownValue)`",
                );
            }
            if let Some(earlier) = self.unknown.replace(variant.ident.clone()) {
                problems.report(
                    &variant.ident,
                    format_args!(
                        "`{earlier}` holds the unknown values already: an enum has one such variant"
                    ),
                );
            }
            return;
        }
        let Some(attribute) = values.first() else {
            let ident = &variant.ident;
            problems.report(
                ident,
                format_args!(
                    "`{ident}` has no wire value: write `{EXAMPLE}` above it, or `#[unknown]`"
                ),
            );
            return;
        };
        if !matches!(variant.fields, Fields::Unit) {
            problems.report(
                &variant.fields,
                format_args!(
                    "`{}` stands for one wire value and holds nothing: remove its fields",
                    variant.ident
                ),
            );
        }
        let before = problems.count();
        let (value, entries) = entries_after_text(attribute, KEYS, &[], EXAMPLE, problems);
        let label = entries.iter().find_map(|entry| entry.text(problems));
        match value {
            Some(value) if value.value().is_empty() => {
                problems.report(
                    &value,
                    "an empty value is an absent field: write the wire value",
                );
            }
            Some(value) => self.known.push(Known {
                ident: variant.ident.clone(),
                value,
                label,
            }),
            None if problems.count() == before => {
                problems.report(
                    attribute,
                    format_args!("the wire value comes first: write `{EXAMPLE}`"),
                );
            }
            None => {}
        }
    }
}

fn expand(ident: &Ident, known: &[Known], unknown: &Ident) -> TokenStream {
    let idents: Vec<&Ident> = known.iter().map(|known| &known.ident).collect();
    let values: Vec<&LitStr> = known.iter().map(|known| &known.value).collect();
    let labels = known.iter().map(|known| match &known.label {
        Some(label) => quote!(::core::option::Option::Some(#label)),
        None => quote!(::core::option::Option::None),
    });
    quote! {
        const _: () = {
            #[allow(unreachable_code, reason = "an enum can be without values")]
            fn known(text: &str) -> ::core::option::Option<#ident> {
                ::core::option::Option::Some(match text {
                    #(#values => #ident::#idents,)*
                    _ => return ::core::option::Option::None,
                })
            }
            #[automatically_derived]
            #[allow(dead_code, reason = "not every enum is used in every way")]
            impl #ident {
                /// The wire values that this version knows, in the document's order.
                pub const WIRE_VALUES: &'static [&'static str] = &[#(#values),*];

                /// The wire value.
                #[must_use]
                pub fn as_str(&self) -> &str {
                    match self {
                        #(Self::#idents => #values,)*
                        Self::#unknown(value) => value.as_str(),
                    }
                }

                /// The document's label, if the value is known and has one.
                #[must_use]
                pub fn label(&self) -> ::core::option::Option<&'static str> {
                    match self {
                        #(Self::#idents => #labels,)*
                        Self::#unknown(_) => ::core::option::Option::None,
                    }
                }

                /// The variant of a wire value; an unknown value is held as it is.
                #[must_use]
                pub fn from_wire(text: impl ::core::convert::Into<::signed_xml::Text>) -> Self {
                    let text = ::core::convert::Into::into(text);
                    match known(&text) {
                        ::core::option::Option::Some(value) => value,
                        ::core::option::Option::None => Self::#unknown(::signed_xml::UnknownValue::new(text)),
                    }
                }
            }
            #[automatically_derived]
            impl ::core::fmt::Display for #ident {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    f.pad(self.as_str())
                }
            }
            #[automatically_derived]
            impl ::signed_xml::Value for #ident {
                fn write(&self, out: &mut ::std::vec::Vec<u8>) {
                    out.extend_from_slice(self.as_str().as_bytes());
                }
                fn read(raw: ::signed_xml::Raw<'_>) -> ::core::result::Result<Self, ::signed_xml::Expected> {
                    ::core::result::Result::Ok(match known(raw.as_str()) {
                        ::core::option::Option::Some(value) => value,
                        ::core::option::Option::None => Self::#unknown(::signed_xml::UnknownValue::new(raw.to_text())),
                    })
                }
                fn is(&self, text: &str) -> bool {
                    self.as_str() == text
                }
                fn is_empty(&self) -> bool {
                    self.as_str().is_empty()
                }
                fn check(&self, field: &'static ::signed_xml::Field, report: &mut ::signed_xml::Report) {
                    if let Self::#unknown(value) = self {
                        ::signed_xml::check_unknown(value, field, report);
                    }
                }
            }
            #[automatically_derived]
            impl<'a> ::signed_xml::bill::Cell<'a> for #ident {
                type Owned = Self;
                #[inline]
                fn read(text: &'a str) -> ::core::result::Result<Self, ::signed_xml::Expected> {
                    // A known value is not copied.
                    ::core::result::Result::Ok(match known(text) {
                        ::core::option::Option::Some(value) => value,
                        ::core::option::Option::None => Self::from_wire(text),
                    })
                }
                fn write(&self, out: &mut ::std::string::String) {
                    out.push_str(self.as_str());
                }
                fn into_owned(self) -> Self {
                    self
                }
            }
        };
    }
}

/// What the user's other code may call, for an enum that is wrong.
fn stub(input: &DeriveInput) -> TokenStream {
    let ident = &input.ident;
    let (generics, arguments, bounds) = input.generics.split_for_impl();
    let mut with_life = input.generics.clone();
    with_life.params.insert(0, parse_quote!('life));
    let (with_life, _, _) = with_life.split_for_impl();
    quote! {
        #[allow(dead_code, reason = "replaces what could not be derived")]
        impl #generics #ident #arguments #bounds {
            #[doc(hidden)]
            pub const WIRE_VALUES: &'static [&'static str] = &[];
            #[doc(hidden)]
            pub fn as_str(&self) -> &str { "" }
            #[doc(hidden)]
            pub fn label(&self) -> ::core::option::Option<&'static str> { ::core::option::Option::None }
            #[doc(hidden)]
            pub fn from_wire(_: impl ::core::convert::Into<::signed_xml::Text>) -> Self { loop {} }
        }
        impl #generics ::core::fmt::Display for #ident #arguments #bounds {
            fn fmt(&self, _: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result { ::core::result::Result::Ok(()) }
        }
        impl #generics ::signed_xml::Value for #ident #arguments #bounds {
            fn write(&self, _: &mut ::std::vec::Vec<u8>) {}
            fn read(_: ::signed_xml::Raw<'_>) -> ::core::result::Result<Self, ::signed_xml::Expected> {
                ::core::result::Result::Err(::signed_xml::Expected(""))
            }
        }
        impl #with_life ::signed_xml::bill::Cell<'life> for #ident #arguments #bounds {
            type Owned = Self;
            fn read(_: &'life str) -> ::core::result::Result<Self, ::signed_xml::Expected> {
                ::core::result::Result::Err(::signed_xml::Expected(""))
            }
            fn write(&self, _: &mut ::std::string::String) {}
            fn into_owned(self) -> Self {
                self
            }
        }
    }
}
