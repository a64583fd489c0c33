//! The part of `bill.rs` that says what a row is and what rows add up to.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::model::{BillPart, BillSums, ColumnType, Model};

use super::{docs, ident};

/// `Kind`, `Amounts` and `Totals`; nothing for a spec without sums.
pub(super) fn items(model: &Model) -> Option<TokenStream> {
    let sums = model.bill_sums.as_ref()?;
    let names: Vec<_> = sums.parts.iter().map(|part| ident(&part.name)).collect();
    let fields = sums.parts.iter().map(|part| {
        let mut lines = vec![match part.doc.is_empty() {
            true => format!("The part `{}`.", part.name),
            false => part.doc.clone(),
        }];
        lines.extend(docs::chinese(&part.doc, model));
        let doc = docs::comment(&lines);
        let name = ident(&part.name);
        quote!(#doc pub #name: T,)
    });
    let wholes = sums.parts.iter().filter(|part| part.share_of.is_none());
    let wholes = wholes.map(|part| ident(&part.name));
    let kind = kind(sums, model);
    let (paid, refunded) = (
        sums.parts.iter().map(|part| paid(part, model)),
        sums.parts.iter().map(|part| refunded(part, model)),
    );
    let has_money = has_money(sums, model);
    let summary = summary(sums, model);
    let (count, adds, arms) = (summary.count, summary.adds, summary.arms);
    Some(quote! {
        #kind
        #has_money

        impl Row<'_> {
            /// What the row says was paid, or for a refund, what went back, however far the refund is.
            pub fn amounts(&self) -> Amounts {
                match self.kind() {
                    Kind::Payment => Amounts { #(#names: #paid),* },
                    Kind::Refund => {
                        #(let #names = #refunded;)*
                        Amounts { #(#names),* }
                    }
                }
            }
        }

        /// The shares of an amount.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct Amounts<T = Fen> {
            #(#fields)*
        }

        impl<T: Copy + std::iter::Sum> Amounts<T> {
            /// The whole: the shares that are not shares of another one.
            pub fn total(&self) -> T {
                [#(self.#wholes),*].into_iter().sum()
            }
        }

        /// What the rows of a bill add up to, payments and refunds apart.
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct Totals {
            /// Rows that are payments and moved money.
            pub payments: u64,
            /// Rows that are refunds and moved money.
            pub refunds: u64,
            /// Rows that moved none: they are in no sum.
            pub without_money: u64,
            /// What the payments say was paid.
            pub paid: Amounts,
            /// What the refunds say went back.
            pub refunded: Amounts,
            /// The columns that a summary speaks of.
            summary: [Fen; #count],
        }

        impl Totals {
            /// Adds a row.
            pub fn add(&mut self, row: &Row<'_>) {
                if !row.has_money() {
                    self.without_money += 1;
                    return;
                }
                let (kind, amounts) = (row.kind(), row.amounts());
                let sums = match kind {
                    Kind::Payment => {
                        self.payments += 1;
                        &mut self.paid
                    }
                    Kind::Refund => {
                        self.refunds += 1;
                        &mut self.refunded
                    }
                };
                #(sums.#names = sums.#names.saturating_add(amounts.#names);)*
                #(#adds)*
            }

            /// What was paid minus what went back; below zero where more went back than came in.
            pub fn net(&self) -> Amounts<NetFen> {
                Amounts { #(#names: NetFen::of(self.paid.#names, self.refunded.#names)),* }
            }
        }

        impl signed_xml::bill::Totals for Totals {
            fn of_summary(&self, name: &str) -> Option<Decimal> {
                let yuan = |fen: Fen| Decimal::from_i128_with_scale(i128::from(fen.0), 2);
                match name {
                    #(#arms)*
                    _ => None,
                }
            }
        }
    })
}

fn kind(sums: &BillSums, model: &Model) -> TokenStream {
    let doc = docs::comment(&[format!(
        "Whether the row is a payment or a refund: a refund has a value in {}.",
        sums.refund
    )]);
    let refund = field(&sums.refund, model);
    quote! {
        /// What a row of a bill is.
        ///
        /// An order that was refunded has a row of each kind, and both carry the amounts of the order: summing a column
        /// over all rows counts it twice.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Kind {
            /// An order was paid.
            Payment,
            /// Money went back, or is on its way.
            Refund,
        }

        impl Row<'_> {
            #doc
            pub fn kind(&self) -> Kind {
                match self.#refund {
                    Some(_) => Kind::Refund,
                    None => Kind::Payment,
                }
            }
        }
    }
}

/// Whether a row is in the sums.
fn has_money(sums: &BillSums, model: &Model) -> TokenStream {
    let unpaid = sums.unpaid.iter().filter(|row| !row.values.is_empty());
    let columns: Vec<&str> = unpaid.clone().map(|row| row.column.as_str()).collect();
    let doc = match columns.as_slice() {
        [] => "Whether money moved or is on its way: always, as far as the spec knows.".to_owned(),
        columns => format!(
            "Whether money moved or is on its way. An order that was not paid has moved none, and neither has a refund that failed: by {}.",
            columns.join(", ")
        ),
    };
    let doc = docs::comment(&[doc]);
    let states = unpaid.map(|row| {
        let column = field(&row.column, model);
        let values = row
            .values
            .iter()
            .filter_map(|value| variant(&row.column, value, model));
        quote!(matches!(self.#column, #(Some(#values))|*))
    });
    let body = match columns.is_empty() {
        true => quote!(true),
        false => quote!(!(#(#states)||*)),
    };
    quote! {
        impl Row<'_> {
            #doc
            pub fn has_money(&self) -> bool {
                #body
            }
        }
    }
}

/// The variant of an enum column's value.
fn variant(column: &str, value: &str, model: &Model) -> Option<TokenStream> {
    let column = model.bill_column(column)?;
    let ColumnType::Enum(name) = &column.column_type else {
        return None;
    };
    let values = &model.enum_named(name)?.values;
    let found = values.iter().find(|known| known.value == value)?;
    let (name, variant) = (ident(name), ident(&found.name));
    Some(quote!(#name::#variant))
}

fn paid(part: &BillPart, model: &Model) -> TokenStream {
    let paid = field(&part.paid, model);
    quote!(self.#paid.unwrap_or_default())
}

/// A share goes back with its whole: its columns stand in the row of the refund unchanged.
fn refunded(part: &BillPart, model: &Model) -> TokenStream {
    if let Some(whole) = &part.share_of {
        let (whole, share) = (ident(whole), paid(part, model));
        return quote!(if #whole.is_zero() { Fen::ZERO } else { #share });
    }
    let mut columns = part.refunded.iter().map(|name| field(name, model));
    match columns.next() {
        Some(first) => quote!(self.#first #(.or(self.#columns))*.unwrap_or_default()),
        None => quote!(Fen::ZERO),
    }
}

struct Summary {
    count: Literal,
    adds: Vec<TokenStream>,
    arms: Vec<TokenStream>,
}

fn summary(sums: &BillSums, model: &Model) -> Summary {
    let (mut adds, mut arms, mut count) = (Vec::new(), Vec::new(), 0);
    for row in &sums.summary {
        let name = &row.name;
        let at = Literal::usize_unsuffixed(count);
        let columns = [
            (&row.payments, quote!(Payment)),
            (&row.refunds, quote!(Refund)),
        ];
        let before = adds.len();
        for (column, kind) in columns {
            let Some(column) = column else { continue };
            let column = field(column, model);
            adds.push(quote! {
                if kind == Kind::#kind {
                    self.summary[#at] = self.summary[#at].saturating_add(row.#column.unwrap_or_default());
                }
            });
        }
        arms.push(match adds.len() == before {
            true => quote!(#name => Some(Decimal::from(self.payments + self.refunds + self.without_money)),),
            false => {
                count += 1;
                quote!(#name => Some(yuan(self.summary[#at])),)
            }
        });
    }
    Summary {
        count: Literal::usize_unsuffixed(count),
        adds,
        arms,
    }
}

/// The field of a row that holds a column.
fn field(column: &str, model: &Model) -> proc_macro2::Ident {
    let found = model.bill_column(column);
    ident(found.map_or(column, |column| &column.field))
}
