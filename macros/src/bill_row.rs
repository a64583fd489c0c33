//! `derive(BillRow)`: a row of a bill, its fields found by the header.
//!
//! Steps: the fields with `#[column("…")]`, the one with `#[column(unknown)]`, then the columns,
//! both directions, the end of the borrow and a `Debug` without personal data.

use std::collections::BTreeMap;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{DeriveInput, LitStr, Path, Type};

use crate::expand::{at, own};
use crate::library::relocated;
use crate::model::{inside_option, named_fields};
use crate::parse::entries::{Key, entries, entries_after_text};
use crate::parse::message::{LIBRARY_KEY, library};
use crate::problems::Problems;

const KEYS: &[Key] = &[
    ("alias", "alias = \"…\""),
    ("required", "required"),
    ("replaced_by", "replaced_by = \"…\""),
    ("personal", "personal"),
    ("yuan", "yuan"),
    ("minus", "minus"),
    ("unknown", "unknown"),
];
const ROW_KEYS: &[Key] = &[("totals", "totals = SomeType"), LIBRARY_KEY];
const EXAMPLE: &str = "#[column(\"商户订单号\")]";

/// Expands the derive; for a wrong item, its errors and impls in place of the right ones.
pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut problems = Problems::default();
    let row = Row::of(input, &mut problems);
    let expanded = match problems.is_empty() {
        true => expand(input, &row),
        false => {
            let (errors, stub) = (problems.into_tokens(), stub(input));
            quote!(#errors #stub)
        }
    };
    relocated(expanded, row.library.as_ref())
}

#[derive(Default)]
struct Row {
    columns: Vec<Column>,
    unknown: Option<Ident>,
    totals: Option<Type>,
    library: Option<Path>,
}

struct Column {
    ident: Ident,
    ty: Type,
    header: LitStr,
    aliases: Vec<LitStr>,
    required: bool,
    replaced_by: Option<LitStr>,
    personal: bool,
    minus: bool,
}

impl Row {
    fn of(input: &DeriveInput, problems: &mut Problems) -> Self {
        let mut row = Self::default();
        let generics = &input.generics;
        if generics.params.len() > 1 || generics.lifetimes().count() != generics.params.len() {
            problems.report(generics, format_args!("`{}` has generic parameters: a row takes one lifetime at most, that of the text it borrows", input.ident));
        }
        for attribute in &input.attrs {
            if attribute.path().is_ident("bill") {
                for entry in entries(attribute, ROW_KEYS, &[], problems) {
                    match entry.name.as_str() {
                        "crate" => row.library = library(&entry, problems),
                        _ => row.totals = entry.assigned("a type: `totals = SomeType`", problems),
                    }
                }
            }
        }
        for field in named_fields(input, "a row of a bill", problems) {
            row.add(field, problems);
        }
        let mut seen = BTreeMap::new();
        for column in &row.columns {
            for name in column.names() {
                let header = name.value();
                if let Some(earlier) = seen.insert(header.clone(), &column.ident) {
                    problems.report(name, format_args!("the column `{header}` is read into `{earlier}` already: a column has one field"));
                }
            }
        }
        for by in row
            .columns
            .iter()
            .filter_map(|column| column.replaced_by.as_ref())
        {
            let known = |column: &Column| column.header.value() == by.value();
            if !row.columns.iter().any(known) {
                problems.report(
                    by,
                    format_args!(
                        "`replaced_by` names the column of another field, found \"{}\"",
                        by.value()
                    ),
                );
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
        let (header, entries) = entries_after_text(attribute, KEYS, &["alias"], EXAMPLE, problems);
        let (mut required, mut personal, mut minus) = (false, false, false);
        let (mut aliases, mut replaced_by) = (Vec::new(), None);
        for entry in &entries {
            match entry.name.as_str() {
                "alias" => aliases.extend(entry.text(problems)),
                "replaced_by" => replaced_by = entry.text(problems),
                "required" => required = entry.flag(problems),
                "personal" => personal = entry.flag(problems),
                "minus" => minus = entry.flag(problems),
                "yuan" => {
                    entry.flag(problems);
                    amounts_are_fen(&entry.key, field, problems);
                }
                _ => {
                    entry.flag(problems);
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
        let Some(ty) = inside_option(&field.ty).cloned() else {
            problems.report(
                &field.ty,
                format_args!(
                    "a bill can lack a column and a cell can be empty: make `{ident}` an `Option`"
                ),
            );
            return;
        };
        let column = Column {
            ident,
            ty,
            header,
            aliases,
            required,
            replaced_by,
            personal,
            minus,
        };
        for name in column.names() {
            let text = name.value();
            if text.is_empty()
                || text.contains(|c: char| c.is_whitespace() || matches!(c, ',' | '，' | '`'))
            {
                problems.report(name, format_args!("headers are compared with blanks dropped and end at a comma: write the name without them, found \"{text}\""));
            }
        }
        if let Some(by) = column.replaced_by.as_ref().filter(|_| !column.required) {
            problems.report(
                by,
                "`replaced_by` says what serves where a required column is absent: add `required`",
            );
        }
        self.columns.push(column);
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

impl Column {
    /// The header and its aliases.
    fn names(&self) -> impl Iterator<Item = &LitStr> {
        std::iter::once(&self.header).chain(&self.aliases)
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

fn expand(input: &DeriveInput, row: &Row) -> TokenStream {
    let ident = &input.ident;
    let (generics, arguments, bounds) = input.generics.split_for_impl();
    let (cells, error, column, out) = (own("cells"), own("error"), own("column"), own("out"));
    let (given, totals, filled) = (own("given"), own("totals"), own("filled"));
    let columns = row.columns.iter().map(constant);
    let fields: Vec<_> = row.columns.iter().map(|column| &column.ident).collect();
    let reads = row.columns.iter().enumerate().map(|(i, column)| {
        let (field, i) = (&column.ident, Literal::usize_unsuffixed(i));
        quote_spanned!(at(column.ty.span())=> #filled.#field = read(#cells, #i, &mut #error);)
    });
    let unknown: Vec<_> = row.unknown.iter().collect();
    let writes = row.columns.iter().enumerate().map(|(i, column)| {
        let (field, i) = (&column.ident, Literal::usize_unsuffixed(i));
        quote!(#i => write(&self.#field, #out),)
    });
    let helpers = (!row.columns.is_empty()).then(cells_of_any_type);
    let owned_unknown = row.unknown.is_some().then(owned_pairs);
    let unknown_owned = row
        .unknown
        .iter()
        .map(|field| quote!(#field: pairs(#given.#field),));
    let total_type = row.totals.as_ref().map_or(quote!(()), |ty| quote!(#ty));
    let add = row.totals.is_some().then(|| quote!(#totals.add(#given);));
    let row_in = row_in(input);
    let (row_for_life, row_for_ever) = (row_in(quote!('life)), row_in(quote!('static)));
    let any_row = row_in(quote!('_));
    quote! {
        const _: () = {
            #helpers
            #owned_unknown
            #[automatically_derived]
            impl #generics ::signed_xml::bill::BillRow for #ident #arguments #bounds {
                type In<'life> = #row_for_life;
                type Totals = #total_type;
                const COLUMNS: &'static [::signed_xml::bill::Column] = &[#(#columns),*];
                #[inline]
                fn empty<'life>() -> Self::In<'life> {
                    #ident {
                        #(#fields: ::core::option::Option::None,)*
                        #(#unknown: ::std::vec::Vec::new(),)*
                    }
                }
                // Where it is inlined, the row is made on the stack and moved.
                #[inline(never)]
                #[allow(unused_mut, reason = "a row can be without columns")]
                fn fill<'life>(
                    #filled: &mut #row_for_life,
                    #cells: &::signed_xml::bill::Cells<'life>,
                ) -> ::core::result::Result<(), ::signed_xml::bill::BillError> {
                    let mut #error = ::core::option::Option::None;
                    #(#reads)*
                    #(#filled.#unknown = ::signed_xml::bill::Cells::unknown(#cells);)*
                    match #error {
                        ::core::option::Option::None => ::core::result::Result::Ok(()),
                        ::core::option::Option::Some(error) => ::core::result::Result::Err(error),
                    }
                }
                fn into_owned(#given: #any_row) -> #row_for_ever {
                    #ident { #(#fields: owned(#given.#fields),)* #(#unknown_owned)* }
                }
                #[inline]
                #[allow(unused_variables, reason = "a row can be without totals")]
                fn add(#given: &#any_row, #totals: &mut Self::Totals) {
                    #add
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
            impl #generics ::core::fmt::Debug for #ident #arguments #bounds {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    ::signed_xml::bill::debug_row(self, f)
                }
            }
        };
    }
}

/// The row type with another lifetime, if it has one.
fn row_in(input: &DeriveInput) -> impl Fn(TokenStream) -> TokenStream {
    let (ident, borrows) = (input.ident.clone(), !input.generics.params.is_empty());
    move |lifetime| match borrows {
        true => quote!(#ident<#lifetime>),
        false => quote!(#ident),
    }
}

fn constant(column: &Column) -> TokenStream {
    let Column {
        header,
        aliases,
        required,
        replaced_by,
        personal,
        minus,
        ..
    } = column;
    let replaced_by = match replaced_by {
        Some(name) => quote!(::core::option::Option::Some(#name)),
        None => quote!(::core::option::Option::None),
    };
    quote! {
        ::signed_xml::bill::Column {
            name: #header,
            aliases: &[#(#aliases),*],
            required: #required,
            replaced_by: #replaced_by,
            personal: #personal,
            minus: #minus,
        }
    }
}

/// The functions that are called for each column, so that the impl compiles quickly.
fn cells_of_any_type() -> TokenStream {
    let option = quote!(::core::option::Option);
    quote! {
        #[inline]
        fn read<'life, C: ::signed_xml::bill::Cell<'life>>(
            cells: &::signed_xml::bill::Cells<'life>,
            column: usize,
            error: &mut #option<::signed_xml::bill::BillError>,
        ) -> #option<C> {
            ::signed_xml::bill::Cells::value(cells, column, error)
        }
        fn write<'life, C: ::signed_xml::bill::Cell<'life>>(value: &#option<C>, out: &mut ::std::string::String) {
            if let #option::Some(value) = value {
                C::write(value, out);
            }
        }
        fn owned<'life, C: ::signed_xml::bill::Cell<'life>>(value: #option<C>) -> #option<C::Owned> {
            match value {
                #option::Some(value) => #option::Some(C::into_owned(value)),
                #option::None => #option::None,
            }
        }
    }
}

/// The function that ends the borrow of unknown columns.
fn owned_pairs() -> TokenStream {
    quote! {
        fn pairs<'life, C: ::signed_xml::bill::Cell<'life>>(pairs: ::std::vec::Vec<(C, C)>) -> ::std::vec::Vec<(C::Owned, C::Owned)> {
            let mut owned = ::std::vec::Vec::with_capacity(pairs.len());
            for (name, value) in pairs {
                owned.push((C::into_owned(name), C::into_owned(value)));
            }
            owned
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
                type In<'life> = ();
                type Totals = ();
                const COLUMNS: &'static [::signed_xml::bill::Column] = &[];
                fn empty<'life>() -> Self::In<'life> {}
                fn fill<'life>(
                    _: &mut (),
                    _: &::signed_xml::bill::Cells<'life>,
                ) -> ::core::result::Result<(), ::signed_xml::bill::BillError> {
                    ::core::result::Result::Ok(())
                }
                fn into_owned(_: ()) {}
                fn add(_: &(), _: &mut ()) {}
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
