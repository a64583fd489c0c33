//! The page of the bills: every column once, with its place in each layout.

use askama::Template;

use signed_xml_codegen::model::{BillColumn, BillLayout, BillUnpaid, ColumnType};

use super::field::{Fact, versions};
use super::frame::Frame;
use super::prose::{Html, escaped};
use super::words::Words;
use super::{Ruling, Site, address, rulings};

#[derive(Template)]
#[template(path = "bills.html")]
pub(super) struct Page<'a> {
    f: Frame<'a>,
    layouts: Vec<LayoutRow<'a>>,
    /// The column that tells a refund from a payment.
    refund: Option<&'a str>,
    unpaid: &'a [BillUnpaid],
    columns: Vec<ColumnRow<'a>>,
}

pub(super) struct LayoutRow<'a> {
    layout: &'a BillLayout,
    doc: Html,
    rulings: Vec<Ruling>,
}

pub(super) struct ColumnRow<'a> {
    anchor: &'a str,
    name: &'a str,
    kind: Html,
    required: bool,
    personal: bool,
    doc: Html,
    /// Bill type and place, counted from 1; no place where the layout lacks it.
    places: Vec<(&'a str, Option<usize>)>,
    facts: Vec<Fact>,
    rulings: Vec<Ruling>,
}

impl<'a> Page<'a> {
    pub(super) fn of(site: Site<'a>) -> Self {
        let (model, scope, w) = (site.model, site.scope(), site.words());
        let layouts = model.bill_layouts.iter().map(|layout| LayoutRow {
            layout,
            doc: scope.prose(&layout.doc),
            rulings: rulings(&layout.errata, scope, &mut Vec::new()),
        });
        let columns = model.bill_columns.iter().map(|column| ColumnRow {
            anchor: &column.field,
            name: &column.name,
            kind: kind(&column.column_type, &w),
            required: column.required,
            personal: column.personal,
            doc: scope.prose(&column.doc),
            places: model
                .bill_layouts
                .iter()
                .map(|layout| {
                    let mut names = layout.columns.iter();
                    let place = names.position(|name| *name == column.name);
                    (layout.bill_type.as_str(), place.map(|place| place + 1))
                })
                .collect(),
            facts: names(column, &w)
                .into_iter()
                .chain(versions(&column.history, &w, scope))
                .collect(),
            rulings: rulings(&column.errata, scope, &mut Vec::new()),
        });
        Self {
            f: site.frame(address::BILLS, w.bills),
            layouts: layouts.collect(),
            unpaid: (model.bill_sums.as_ref()).map_or(&[], |sums| &sums.unpaid),
            refund: (model.bill_sums.as_ref()).map(|sums| sums.refund.as_str()),
            columns: columns.collect(),
        }
    }
}

/// The other names under which bills have the column, or the one that serves in its place.
fn names(column: &BillColumn, w: &Words) -> Vec<Fact> {
    let name = |name: &String| format!("<span lang=\"zh-CN\">{}</span>", escaped(name));
    let fact = |word, names: Vec<String>| Fact {
        word,
        text: Html(names.join(w.comma)),
    };
    let mut facts = Vec::new();
    if !column.aliases.is_empty() {
        facts.push(fact(w.aliases, column.aliases.iter().map(name).collect()));
    }
    if let Some(by) = &column.replaced_by {
        facts.push(fact(w.replaced_by, vec![name(by)]));
    }
    facts
}

fn kind(column_type: &ColumnType, w: &Words) -> Html {
    let word = match column_type {
        ColumnType::Text => w.text,
        ColumnType::Yuan => w.yuan,
        ColumnType::Decimal => w.decimal,
        ColumnType::Rate => w.rate,
        ColumnType::Time => w.moment,
        ColumnType::Enum(name) => {
            let href = address::enumeration(name);
            return Html(format!("<a href=\"{href}\">{}</a>", escaped(name)));
        }
    };
    Html(escaped(word))
}
