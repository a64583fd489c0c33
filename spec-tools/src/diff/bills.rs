//! Compares the bills: which kinds there are, which columns each has and in which order, what a
//! column holds.
//!
//! A column holds a type, and each layout lists columns at places. What comes and goes is a change
//! of a layout.

use std::collections::BTreeMap;

use signed_xml_codegen::model::{BillColumn, BillLayout, BillPart, BillSums, ColumnType, Model};

use super::change::{Finding, Record, Spot};
use super::explanations::{self, Explained};
use super::lists::{self, Item};
use super::order::{Moved, moved};
use super::pairing::Pairs;
use super::rules::whole as rules;

/// The message of a change of a column, which concerns all layouts.
const COLUMNS: &str = "bill columns";

/// The message of a change of the totals.
const SUMS: &str = "bill totals";

pub(super) fn compare(record: &mut Record<'_>) {
    let (old, new) = (record.old, record.new);
    let columns = paired(old, new);
    for (before, after) in &columns.both {
        column(record, before, after);
    }
    sums(record);
    let pairs = Pairs::new(&old.bill_layouts, &new.bill_layouts, |a, b| {
        a.bill_type == b.bill_type
    });
    let layouts = old.bill_layouts.iter().chain(&new.bill_layouts);
    let names = layouts.map(|layout| {
        (
            layout.bill_type.as_str(),
            format!("bill {}", layout.bill_type),
        )
    });
    let names: BTreeMap<&str, String> = names.collect();
    lists::compare(
        record,
        pairs,
        |layout| item(&names, layout),
        |record, before, after| {
            layout(record, item(&names, after).spot, &columns, before, after);
        },
    );
}

fn item<'a>(names: &'a BTreeMap<&str, String>, layout: &'a BillLayout) -> Item<'a> {
    Item {
        spot: Spot::beside(&names[layout.bill_type.as_str()]),
        span: layout.span,
        what: format!("the bill {} ({})", layout.bill_type, layout.title),
        more: String::new(),
        value: layout.columns.join(", "),
        history: None,
        removed: &rules::BILL_LAYOUT_REMOVED,
        added: &rules::BILL_LAYOUT_ADDED,
    }
}

/// A column is found again by its header, then by its name in Rust, then by what it holds where
/// that points at one only.
fn paired<'a>(old: &'a Model, new: &'a Model) -> Pairs<'a, BillColumn> {
    Pairs::new(&old.bill_columns, &new.bill_columns, |a, b| {
        a.name == b.name
    })
    .or(|a, b| a.field == b.field)
}

fn column(record: &mut Record<'_>, old: &BillColumn, new: &BillColumn) {
    let on_wire = old.name != new.name;
    let spot = Spot::beside(COLUMNS).field(&new.name);
    if on_wire || old.field != new.field {
        let (before, after) = match on_wire {
            true => (&old.name, &new.name),
            false => (&old.field, &new.field),
        };
        let text = format!("the column `{before}` is called `{after}` now");
        let finding = Finding::new(&rules::BILL_COLUMN_RENAMED, text).values(before, after);
        let finding = finding.wire(on_wire).api(old.field != new.field);
        record.add(spot, finding.at(new.span));
    }
    if !is_renamed_enum(record, old, new) {
        let what = format!("the column `{}` holds", new.name);
        let types = [&old.column_type, &new.column_type].map(held);
        let rule = &rules::BILL_COLUMN_TYPE_CHANGED;
        record.differs(
            spot,
            new.span,
            rule,
            &what,
            types.each_ref().map(String::as_str),
        );
    }
    let rule = match new.personal {
        true => &rules::BILL_REDACTION_ADDED,
        false => &rules::BILL_REDACTION_REMOVED,
    };
    let personal = |column: &BillColumn| {
        if column.personal {
            "personal"
        } else {
            "not personal"
        }
    };
    let what = format!("the column `{}` is marked", new.name);
    record.differs(spot, new.span, rule, &what, [old, new].map(personal));
    let (before, after) = (reading(old), reading(new));
    let what = format!("the column `{}` is read", new.name);
    let rule = &rules::BILL_COLUMN_READING_CHANGED;
    record.differs(spot, new.span, rule, &what, [&before, &after]);
    let (before, after) = (explained(old), explained(new));
    explanations::compare(record, spot, &rules::BILL_DOC_CHANGED, &before, &after);
}

/// How a column is found and read, in words.
fn reading(column: &BillColumn) -> String {
    let mut words = vec!["by its header".to_owned()];
    words.extend(column.aliases.iter().map(|alias| format!("as `{alias}`")));
    words.extend(column.required.then(|| "as required".to_owned()));
    let replaced_by = column.replaced_by.iter();
    words.extend(replaced_by.map(|by| format!("unless there is `{by}`")));
    words.extend(column.minus.then(|| "with or without a minus".to_owned()));
    words.join(", ")
}

fn sums(record: &mut Record<'_>) {
    let (old, new) = (record.old.bill_sums.as_ref(), record.new.bill_sums.as_ref());
    let parts = |sums: Option<&'_ BillSums>| -> Vec<BillPart> {
        sums.map_or_else(Vec::new, |sums| sums.parts.clone())
    };
    let (before, after) = (parts(old), parts(new));
    let pairs = Pairs::new(&before, &after, |a, b| a.name == b.name);
    for part in &pairs.gone {
        let text = format!("the totals of a bill lose `{}`", part.name);
        let finding = Finding::new(&rules::BILL_PART_REMOVED, text);
        record.add(
            Spot::beside(SUMS),
            finding.old(part.paid.clone()).was_at(part.span),
        );
    }
    for part in &pairs.come {
        let text = format!("the totals of a bill gain `{}`", part.name);
        let finding = Finding::new(&rules::BILL_PART_ADDED, text);
        record.add(
            Spot::beside(SUMS),
            finding.new_value(part.paid.clone()).at(part.span),
        );
    }
    for (old, new) in &pairs.both {
        let (before, after) = (summed(old), summed(new));
        if before != after {
            let text = format!(
                "`{}` of a bill adds up {after} instead of {before}",
                new.name
            );
            let finding = Finding::new(&rules::BILL_SUMS_CHANGED, text).values(before, after);
            record.add(Spot::beside(SUMS), finding.at(new.span));
        }
        let (before, after) = (explained_part(old), explained_part(new));
        explanations::compare(
            record,
            Spot::beside(SUMS),
            &rules::BILL_DOC_CHANGED,
            &before,
            &after,
        );
    }
    if let (Some(old), Some(new)) = (old, new)
        && (&old.refund, &old.summary, &old.unpaid) != (&new.refund, &new.summary, &new.unpaid)
    {
        let words =
            |sums: &BillSums| format!("{}; {:?}; {:?}", sums.refund, sums.summary, sums.unpaid);
        let text = "a refund or an unpaid order is told otherwise, or a summary compared otherwise";
        let finding = Finding::new(&rules::BILL_SUMS_CHANGED, text.to_owned());
        record.add(
            Spot::beside(SUMS),
            finding.values(words(old), words(new)).at(new.span),
        );
    }
}

/// The columns that a part adds up, in words.
fn summed(part: &BillPart) -> String {
    let mut words = vec![part.paid.clone()];
    words.extend(part.refunded.iter().map(|column| format!("back {column}")));
    words.extend(part.share_of.iter().map(|whole| format!("with {whole}")));
    words.join(", ")
}

fn layout(
    record: &mut Record<'_>,
    spot: Spot<'_>,
    columns: &Pairs<'_, BillColumn>,
    old: &BillLayout,
    new: &BillLayout,
) {
    let bill = format!("the bill {}", new.bill_type);
    // The layouts in terms of the new headers, with what is there at all by the document's version.
    let before = listed(record.old, old, columns);
    let after = listed(record.new, new, columns);
    // Rust notices only where the column leaves, or comes into, the row as a whole.
    let is_in = |list: &[&BillColumn], header| list.iter().any(|column| column.name == header);
    for (header, place) in only(&before, &after) {
        let text = format!("{bill} loses the column `{header}`");
        let finding = Finding::new(&rules::BILL_COLUMN_REMOVED, text).old(place);
        let finding = finding.was_at(old.span).api(is_in(&columns.gone, header));
        record.add(spot.field(header), finding);
    }
    for (header, place) in only(&after, &before) {
        let text = format!("{bill} gains the column `{header}`");
        let finding = Finding::new(&rules::BILL_COLUMN_ADDED, text).new_value(place);
        let finding = finding.at(new.span).api(is_in(&columns.come, header));
        record.add(spot.field(header), finding);
    }
    for Moved { name, from, to } in moved(&before, &after) {
        let text = format!("in {bill} the column `{name}` stands {to}");
        let finding = Finding::new(&rules::BILL_COLUMN_MOVED, text).values(from, to);
        record.add(spot.field(name), finding.at(new.span));
    }
    let (before, after) = (explained_layout(old), explained_layout(new));
    explanations::compare(record, spot, &rules::BILL_DOC_CHANGED, &before, &after);
}

/// What is in the first list only, with its place, counted from 1.
fn only<'a>(list: &[&'a str], other: &[&str]) -> Vec<(&'a str, String)> {
    let list = list.iter().enumerate();
    let only = list.filter(|(_, header)| !other.contains(header));
    only.map(|(place, header)| (*header, (place + 1).to_string()))
        .collect()
}

fn explained(column: &BillColumn) -> Explained<'_> {
    let mut explained = Explained::new(format!("the column `{}`", column.name), column.span);
    explained.text("explanation", &column.doc);
    explained.marks(&column.history);
    explained.texts("errata", &column.errata);
    explained
}

fn explained_part(part: &BillPart) -> Explained<'_> {
    let mut explained = Explained::new(format!("`{}` of a bill", part.name), part.span);
    explained.text("explanation", &part.doc);
    explained
}

fn explained_layout(layout: &BillLayout) -> Explained<'_> {
    let mut explained = Explained::new(format!("the bill {}", layout.bill_type), layout.span);
    explained.text("title", &layout.title);
    explained.text("explanation", &layout.doc);
    explained.texts("errata", &layout.errata);
    explained
}

/// The headers of a layout that the document's version has, an old one under its new name.
fn listed<'a>(
    model: &Model,
    layout: &'a BillLayout,
    columns: &Pairs<'a, BillColumn>,
) -> Vec<&'a str> {
    let there = |name: &&String| {
        let column = model.bill_column(name);
        column.is_none_or(|column| model.lives(&column.history))
    };
    let now = |name: &'a String| {
        let mut pairs = columns.both.iter();
        let found = pairs.find(|(old, new)| old.name == *name && new.name != *name);
        found.map_or(name.as_str(), |(_, new)| new.name.as_str())
    };
    layout.columns.iter().filter(there).map(now).collect()
}

fn is_renamed_enum(record: &Record<'_>, old: &BillColumn, new: &BillColumn) -> bool {
    let (ColumnType::Enum(before), ColumnType::Enum(after)) = (&old.column_type, &new.column_type)
    else {
        return false;
    };
    let mut renamed = record.renamed_enums.iter();
    renamed.any(|(old, new)| old == before && new == after)
}

fn held(column: &ColumnType) -> String {
    match column {
        ColumnType::Text => "text".to_owned(),
        ColumnType::Yuan => "yuan".to_owned(),
        ColumnType::Decimal => "a decimal number".to_owned(),
        ColumnType::Rate => "a rate".to_owned(),
        ColumnType::Time => "a time".to_owned(),
        ColumnType::Enum(name) => format!("a `{name}`"),
    }
}
