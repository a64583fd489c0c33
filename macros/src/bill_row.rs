//! `derive(BillRow)`: a row of a bill, its fields found by the header.
//!
//! Steps: the fields with `#[column("…")]`, the one with `#[column(unknown)]`, then the columns,
//! both directions and a `Debug` without personal data.

use std::collections::BTreeMap;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{DeriveInput, LitStr, Type};

use crate::expand::{at, own};
use crate::model::{inside_option, named_fields, refuse_generics};
use crate::parse::entries::{Key, entries_after_text};
use crate::problems::Problems;

const KEYS: &[Key] = &[
    ("personal", "personal"),
    ("yuan", "yuan"),
    ("unknown", "unknown"),
];
const EXAMPLE: &str = "#[column(\"商户订单号\")]";

/// Expands the derive; for a wrong item, its errors and impls in place of the right ones.
pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut problems = Problems::default();
    let row = Row::of(input, &mut problems);
    if problems.is_empty() {
        return expand(&input.ident, &row);
    }
    let (errors, stub) = (problems.into_tokens(), stub(input));
    quote!(#errors #stub)
}

#[derive(Default)]
struct Row {
    columns: Vec<Column>,
    unknown: Option<Ident>,
}

struct Column {
    ident: Ident,
    ty: Type,
    header: LitStr,
    personal: bool,
}

impl Row {
    fn of(input: &DeriveInput, problems: &mut Problems) -> Self {
        let mut row = Self::default();
        refuse_generics(input, problems);
        for field in named_fields(input, "a row of a bill", problems) {
            row.add(field, problems);
        }
        let mut seen = BTreeMap::new();
        for column in &row.columns {
            let header = column.header.value();
            if let Some(earlier) = seen.insert(header.clone(), &column.ident) {
                problems.report(&column.header, format_args!("the column `{header}` is read into `{earlier}` already: a column has one field"));
            }
        }
        row
    }

    fn add(&mut self, field: &syn::Field, problems: &mut Problems) {
        let Some(ident) = field.ident.clone() else {
            return;
        };
        let attributes: Vec<_> = field
            .attrs
            .iter()
            .filter(|attribute| attribute.path().is_ident("column"))
            .collect();
        for extra in attributes.iter().skip(1) {
            problems.report(
                extra,
                format_args!("`{ident}` has its `#[column(…)]` already: a field is one column"),
            );
        }
        let Some(attribute) = attributes.first() else {
            problems.report(
                &ident,
                format_args!(
                    "`{ident}` has no column: write `{EXAMPLE}` above it, or `#[column(unknown)]`"
                ),
            );
            return;
        };
        let before = problems.count();
        let (header, entries) = entries_after_text(attribute, KEYS, EXAMPLE, problems);
        let mut personal = false;
        for entry in &entries {
            let flag = entry.flag(problems);
            match entry.name.as_str() {
                "personal" => personal = flag,
                "yuan" => amounts_are_fen(&entry.key, field, problems),
                _ => {
                    self.unknown(&ident, header.as_ref(), entries.len(), problems);
                    return;
                }
            }
        }
        let Some(header) = header else {
            if problems.count() == before {
                problems.report(
                    attribute,
                    format_args!("the header of the column comes first: write `{EXAMPLE}`"),
                );
            }
            return;
        };
        let text = header.value();
        if text.is_empty()
            || text.contains(|c: char| c.is_whitespace() || matches!(c, ',' | '，' | '`'))
        {
            problems.report(&header, format_args!("headers are compared with blanks dropped and end at a comma: write the name without them, found \"{text}\""));
        }
        match inside_option(&field.ty) {
            Some(ty) => self.columns.push(Column {
                ident,
                ty: ty.clone(),
                header,
                personal,
            }),
            None => problems.report(
                &field.ty,
                format_args!(
                    "a bill can lack a column and a cell can be empty: make `{ident}` an `Option`"
                ),
            ),
        }
    }

    fn unknown(
        &mut self,
        ident: &Ident,
        header: Option<&LitStr>,
        keys: usize,
        problems: &mut Problems,
    ) {
        if header.is_some() || keys > 1 {
            problems.report(
                ident,
                "`unknown` stands alone: the field takes the columns that no other field names",
            );
        }
        if let Some(earlier) = self.unknown.replace(ident.clone()) {
            problems.report(
                ident,
                format_args!("`{earlier}` takes the unknown columns already: remove one of them"),
            );
        }
    }
}

/// `yuan` says what the bill prints; in memory it is an amount of fen.
fn amounts_are_fen(key: &Ident, field: &syn::Field, problems: &mut Problems) {
    let is_fen = match inside_option(&field.ty) {
        Some(Type::Path(path)) => path
            .path
            .segments
            .last()
            .is_some_and(|segment| segment.ident == "Fen"),
        _ => false,
    };
    if !is_fen {
        problems.report(key, "a column of yuan is read into `Option<Fen>`, exactly: change the type, or remove `yuan`");
    }
}

fn expand(ident: &Ident, row: &Row) -> TokenStream {
    let (cells, error, column, out) = (own("cells"), own("error"), own("column"), own("out"));
    let columns = row.columns.iter().map(
        |Column {
             header, personal, ..
         }| { quote!(::signed_xml::bill::Column { name: #header, personal: #personal }) },
    );
    let reads = row
        .columns
        .iter()
        .enumerate()
        .map(|(i, Column { ident, ty, .. })| {
            let i = Literal::usize_unsuffixed(i);
            quote_spanned!(at(ty.span())=> #ident: read::<#ty>(#cells, #i, &mut #error),)
        });
    let unknown = row
        .unknown
        .as_ref()
        .map(|ident| quote!(#ident: ::signed_xml::bill::Cells::unknown(#cells),));
    let writes = row
        .columns
        .iter()
        .enumerate()
        .map(|(i, Column { ident, .. })| {
            let i = Literal::usize_unsuffixed(i);
            quote!(#i => write(&self.#ident, #out),)
        });
    let helpers = (!row.columns.is_empty()).then(cells_of_any_type);
    quote! {
        const _: () = {
            #helpers
            #[automatically_derived]
            impl ::signed_xml::bill::BillRow for #ident {
                const COLUMNS: &'static [::signed_xml::bill::Column] = &[#(#columns),*];
                #[allow(unused_variables, unused_mut, reason = "a row can be without columns")]
                fn read(#cells: &::signed_xml::bill::Cells<'_>) -> ::core::result::Result<Self, ::signed_xml::bill::BillError> {
                    let mut #error = ::core::option::Option::None;
                    let row = Self { #(#reads)* #unknown };
                    match #error {
                        ::core::option::Option::None => ::core::result::Result::Ok(row),
                        ::core::option::Option::Some(error) => ::core::result::Result::Err(error),
                    }
                }
                #[allow(unused_variables, reason = "a row can be without columns")]
                fn cell(&self, #column: usize, #out: &mut ::std::string::String) {
                    match #column {
                        #(#writes)*
                        _ => {}
                    }
                }
            }
            #[automatically_derived]
            impl ::core::fmt::Debug for #ident {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    ::signed_xml::bill::debug_row(self, f)
                }
            }
        };
    }
}

/// The functions that `read` and `cell` call for each column, which keeps those quick to compile.
fn cells_of_any_type() -> TokenStream {
    let option = quote!(::core::option::Option);
    quote! {
        fn read<C: ::signed_xml::bill::Cell>(
            cells: &::signed_xml::bill::Cells<'_>,
            column: usize,
            error: &mut #option<::signed_xml::bill::BillError>,
        ) -> #option<C> {
            if error.is_some() {
                return #option::None;
            }
            match ::signed_xml::bill::Cells::read(cells, column) {
                ::core::result::Result::Ok(value) => value,
                ::core::result::Result::Err(found) => {
                    *error = #option::Some(found);
                    #option::None
                }
            }
        }
        fn write<C: ::signed_xml::bill::Cell>(value: &#option<C>, out: &mut ::std::string::String) {
            if let #option::Some(value) = value {
                C::write(value, out);
            }
        }
    }
}

/// A row that reads nothing.
fn stub(input: &DeriveInput) -> TokenStream {
    let ident = &input.ident;
    let (generics, arguments, bounds) = input.generics.split_for_impl();
    quote! {
        const _: () = {
            impl #generics ::signed_xml::bill::BillRow for #ident #arguments #bounds {
                const COLUMNS: &'static [::signed_xml::bill::Column] = &[];
                fn read(_: &::signed_xml::bill::Cells<'_>) -> ::core::result::Result<Self, ::signed_xml::bill::BillError> {
                    loop {}
                }
                fn cell(&self, _: usize, _: &mut ::std::string::String) {}
            }
            impl #generics ::core::fmt::Debug for #ident #arguments #bounds {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    f.write_str(::core::stringify!(#ident))
                }
            }
        };
    }
}
