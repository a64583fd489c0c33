//! Compares the bills: which kinds there are, which columns each has and in which order, what a column holds.
//!
//! A column is a fact of its own (what it holds) and a member of layouts (where it stands). What comes and goes is told per layout; Rust notices
//! only where the column comes into, or leaves, the row as a whole.

use signed_xml_codegen::model::{BillColumn, BillLayout, ColumnType, Model};

use super::change::{Finding, Record, Spot};
use super::explanations::{self, Explained};
use super::order::moved;
use super::pairing::Pairs;
use super::rules::whole as rules;

/// What stands for the message of a column that is told once for all layouts.
const COLUMNS: &str = "bill columns";

pub(super) fn compare(record: &mut Record<'_>) {
    let (old, new) = (record.old, record.new);
    let columns = paired(old, new);
    for (before, after) in &columns.both {
        column(record, before, after);
    }
    let pairs = Pairs::new(&old.bill_layouts, &new.bill_layouts, |a, b| {
        a.bill_type == b.bill_type
    });
    for layout in &pairs.gone {
        let text = format!("the bill {} ({}) is gone", layout.bill_type, layout.title);
        let finding = Finding::new(&rules::BILL_LAYOUT_REMOVED, text);
        let finding = finding.old(layout.columns.join(", ")).was_at(layout.span);
        record.add(spot(&name(layout)), finding);
    }
    for (before, after) in &pairs.both {
        layout(record, &columns, before, after);
    }
    for layout in &pairs.come {
        let text = format!("the bill {} ({}) is new", layout.bill_type, layout.title);
        let finding = Finding::new(&rules::BILL_LAYOUT_ADDED, text);
        let finding = finding.new_value(layout.columns.join(", ")).at(layout.span);
        record.add(spot(&name(layout)), finding);
    }
}

/// A column is found again by its header, then by its name in Rust, then by what it holds where that points at one only.
fn paired<'a>(old: &'a Model, new: &'a Model) -> Pairs<'a, BillColumn> {
    Pairs::new(&old.bill_columns, &new.bill_columns, |a, b| {
        a.name == b.name
    })
    .or(|a, b| a.field == b.field)
}

fn column(record: &mut Record<'_>, old: &BillColumn, new: &BillColumn) {
    let on_wire = old.name != new.name;
    let spot = Spot {
        message: Some(COLUMNS),
        field: Some(&new.name),
        ..Spot::default()
    };
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
    if old.column_type != new.column_type {
        let (before, after) = (held(&old.column_type), held(&new.column_type));
        let text = format!(
            "the column `{}` holds {after} instead of {before}",
            new.name
        );
        let finding = Finding::new(&rules::BILL_COLUMN_TYPE_CHANGED, text).values(before, after);
        if !is_renamed_enum(record, old, new) {
            record.add(spot, finding.at(new.span));
        }
    }
    if old.personal != new.personal {
        let (rule, what) = match new.personal {
            true => (&rules::BILL_REDACTION_ADDED, "tells of a person"),
            false => (
                &rules::BILL_REDACTION_REMOVED,
                "no longer tells of a person",
            ),
        };
        let text = format!("the column `{}` {what}", new.name);
        let word = |personal: bool| if personal { "personal" } else { "not personal" };
        let finding = Finding::new(rule, text).values(word(old.personal), word(new.personal));
        record.add(spot, finding.at(new.span));
    }
    let (before, after) = (explained(old), explained(new));
    explanations::compare(record, spot, &rules::BILL_DOC_CHANGED, &before, &after);
}

fn layout(
    record: &mut Record<'_>,
    columns: &Pairs<'_, BillColumn>,
    old: &BillLayout,
    new: &BillLayout,
) {
    let name = name(new);
    // The layouts in terms of the new headers, with what is there at all by the document's version.
    let before = listed(record.old, old, columns);
    let after = listed(record.new, new, columns);
    for (place, header) in before.iter().enumerate() {
        if after.contains(header) {
            continue;
        }
        let text = format!("the bill {} loses the column `{header}`", new.bill_type);
        let finding = Finding::new(&rules::BILL_COLUMN_REMOVED, text)
            .old((place + 1).to_string())
            .was_at(old.span)
            .api(columns.gone.iter().any(|column| column.name == **header));
        record.add(at(&name, header), finding);
    }
    for (place, header) in after.iter().enumerate() {
        if before.contains(header) {
            continue;
        }
        let text = format!("the bill {} gains the column `{header}`", new.bill_type);
        let finding = Finding::new(&rules::BILL_COLUMN_ADDED, text)
            .new_value((place + 1).to_string())
            .at(new.span)
            .api(columns.come.iter().any(|column| column.name == **header));
        record.add(at(&name, header), finding);
    }
    let kept: Vec<&&str> = after
        .iter()
        .filter(|header| before.contains(header))
        .collect();
    let places: Vec<usize> = kept
        .iter()
        .filter_map(|header| before.iter().position(|other| other == *header))
        .collect();
    for index in moved(&places) {
        let header = kept[index];
        let behind = |list: &[&str]| {
            let place = list.iter().position(|other| other == header);
            let before = place.and_then(|place| place.checked_sub(1));
            before.map_or("first".to_owned(), |before| {
                format!("behind `{}`", list[before])
            })
        };
        let (from, to) = (behind(&before), behind(&after));
        let text = format!(
            "in the bill {} the column `{header}` stands {to}",
            new.bill_type
        );
        let finding = Finding::new(&rules::BILL_COLUMN_MOVED, text).values(from, to);
        record.add(at(&name, header), finding.at(new.span));
    }
    let (before, after) = (explained_layout(old), explained_layout(new));
    explanations::compare(
        record,
        spot(&name),
        &rules::BILL_DOC_CHANGED,
        &before,
        &after,
    );
}

fn explained(column: &BillColumn) -> Explained<'_> {
    let mut explained = Explained::new(format!("the column `{}`", column.name), column.span);
    explained.text("explanation", &column.doc);
    explained.marks(&column.history);
    explained.texts("errata", &column.errata);
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

fn name(layout: &BillLayout) -> String {
    format!("bill {}", layout.bill_type)
}

fn spot(name: &str) -> Spot<'_> {
    Spot {
        message: Some(name),
        ..Spot::default()
    }
}

fn at<'a>(name: &'a str, header: &'a str) -> Spot<'a> {
    Spot {
        field: Some(header),
        ..spot(name)
    }
}
