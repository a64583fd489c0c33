//! `bill.rs`: one row type for every layout, the layouts, and what a bill adds up to.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::model::{BillColumn, BillLayout, ColumnType, Model};

use super::imports::Imports;
use super::{bill_sums, docs, header, ident};

pub(super) fn file(model: &Model) -> TokenStream {
    let header = header(
        "Bills: a row with every column of every layout, and the columns of each bill type.",
        "`spec/bills.toml`",
        &[],
    );
    let imports = imports(model).tokens();
    let columns = model.bill_columns.iter().map(|item| column(item, model));
    let layouts = model.bill_layouts.iter().map(|item| layout(item, model));
    let arms = model.bill_layouts.iter().map(|item| {
        let (variant, name) = (ident(&item.variant), constant(item));
        quote!(BillType::#variant => #name,)
    });
    let pairs = model.bill_layouts.iter().map(|item| {
        let (wire, name) = (&item.bill_type, constant(item));
        quote!((#wire, #name))
    });
    let sums = bill_sums::items(model);
    let totals = sums.is_some().then(|| quote!(#[bill(totals = Totals)]));
    quote! {
        #header
        use std::borrow::Cow;
        #imports

        pub use signed_xml::bill::{BillError, BillReader, BillWriter, Cell, Header};

        /// A bill, read row by row: `next_row` lends each row, as an iterator it gives owned ones.
        pub type Bill<I> = BillReader<I, Row<'static>>;

        /// A row of a bill. A column that the layout of the bill lacks is `None`.
        ///
        /// Its text borrows from the bill; `Row<'static>` owns it.
        #[derive(Clone, PartialEq, Default, BillRow)]
        #totals
        #[non_exhaustive]
        pub struct Row<'a> {
            #(#columns)*
            /// Columns that the spec does not know, by header.
            #[column(unknown)]
            pub unknown: Vec<(Cow<'a, str>, Cow<'a, str>)>,
        }

        #sums

        #(#layouts)*

        /// The headers of every bill type, by its wire value.
        pub const LAYOUTS: &[(&str, &[&str])] = &[#(#pairs),*];

        /// The headers of a bill type, in order; none for one that this version does not know.
        pub fn layout(bill_type: &BillType) -> &'static [&'static str] {
            match bill_type {
                #(#arms)*
                _ => &[],
            }
        }
    }
}

fn imports(model: &Model) -> Imports {
    let mut imports = Imports::default();
    imports.wire("BillRow");
    if model.bill_sums.is_some() {
        imports.wire("Fen");
        imports.wire("Decimal");
        imports.wire("NetFen");
    }
    imports.enums.insert("BillType".to_owned());
    for column in &model.bill_columns {
        match &column.column_type {
            ColumnType::Text => {}
            ColumnType::Yuan => imports.wire("Fen"),
            ColumnType::Decimal => imports.wire("Decimal"),
            ColumnType::Rate => imports.wire("Rate"),
            ColumnType::Time => imports.wire("BeijingTime"),
            ColumnType::Enum(name) => {
                imports.enums.insert(name.clone());
            }
        }
    }
    imports
}

fn column(column: &BillColumn, model: &Model) -> TokenStream {
    let header = &column.name;
    let unit = match column.column_type {
        ColumnType::Yuan => " · yuan in the bill",
        ColumnType::Rate => " · rate",
        _ => "",
    };
    let required = if column.required { " · required" } else { "" };
    let personal = if column.personal { " · personal" } else { "" };
    let head = format!("{header}{unit}{required}{personal}");
    let mut lines = docs::paragraphs(&head, &column.doc, model);
    let mut items: Vec<String> = docs::versions(&column.history).collect();
    items.extend(docs::rulings(&column.errata, model));
    if !items.is_empty() {
        lines.push(String::new());
        lines.extend(items);
    }
    let doc = docs::comment(&lines);
    let yuan = (column.column_type == ColumnType::Yuan).then(|| quote!(, yuan));
    let personal = column.personal.then(|| quote!(, personal));
    let minus = column.minus.then(|| quote!(, minus));
    let required = column.required.then(|| quote!(, required));
    let replaced_by = column.replaced_by.iter();
    let aliases = &column.aliases;
    let value = match &column.column_type {
        ColumnType::Text => quote!(Cow<'a, str>),
        ColumnType::Yuan => quote!(Fen),
        ColumnType::Decimal => quote!(Decimal),
        ColumnType::Rate => quote!(Rate),
        ColumnType::Time => quote!(BeijingTime),
        ColumnType::Enum(name) => {
            let name = ident(name);
            quote!(#name)
        }
    };
    let name = ident(&column.field);
    quote! {
        #doc
        #[column(#header #(, alias = #aliases)* #required #(, replaced_by = #replaced_by)* #yuan #minus #personal)]
        pub #name: Option<#value>,
    }
}

fn layout(layout: &BillLayout, model: &Model) -> TokenStream {
    let head = format!(
        "{}: {} columns of `{}`",
        layout.title,
        layout.columns.len(),
        layout.bill_type
    );
    let mut lines = docs::paragraphs(&head, &layout.doc, model);
    let rulings = docs::rulings(&layout.errata, model);
    if !rulings.is_empty() {
        lines.push(String::new());
        lines.extend(rulings);
    }
    let doc = docs::comment(&lines);
    let (name, columns) = (constant(layout), &layout.columns);
    quote! {
        #doc
        pub const #name: &[&str] = &[#(#columns),*];
    }
}

fn constant(layout: &BillLayout) -> syn::Ident {
    use heck::ToShoutySnakeCase;
    format_ident!("{}_COLUMNS", layout.variant.to_shouty_snake_case())
}
