//! Resolves what the rows of a bill add up to: every column that is named is one of amounts, and a
//! share names a part that stands before it.

use std::collections::BTreeMap;

use crate::diagnostic::Code;
use crate::model::{BillColumn, BillPart, BillSummary, BillSums, BillUnpaid, ColumnType};
use crate::read::tree::{PartRow, SumsTable, UnpaidRow};
use crate::source::Spanned;

use super::catalog::unique;
use super::context::Context;
use super::problem;

pub(super) fn sums(
    table: Option<&SumsTable>,
    columns: &[BillColumn],
    context: &mut Context<'_>,
) -> Option<BillSums> {
    let table = table?;
    let refund = table.refund.as_ref()?;
    let known = columns.iter().map(|column| column.name.as_str());
    known_column("column", refund, known, context);
    let mut seen = BTreeMap::new();
    for row in &table.parts {
        context.snake_name(&row.name, "the name of a part");
        unique(&row.name, &mut seen, Code::COLUMN_REPEATED, "part", context);
    }
    let mut seen = BTreeMap::new();
    for row in &table.summary {
        unique(&row.name, &mut seen, Code::COLUMN_REPEATED, "name", context);
        for column in row.payments.iter().chain(&row.refunds) {
            amount(column, columns, context);
        }
    }
    let value = |text: &Option<Spanned<String>>| text.as_ref().map(|text| text.value.clone());
    Some(BillSums {
        refund: refund.value.clone(),
        parts: parts(&table.parts, columns, context),
        summary: table
            .summary
            .iter()
            .map(|row| BillSummary {
                name: row.name.value.clone(),
                payments: value(&row.payments),
                refunds: value(&row.refunds),
            })
            .collect(),
        unpaid: unpaid(&table.unpaid, columns, context),
        span: table.span,
    })
}

fn parts(rows: &[PartRow], columns: &[BillColumn], context: &mut Context<'_>) -> Vec<BillPart> {
    let mut parts: Vec<BillPart> = Vec::new();
    for row in rows {
        for column in std::iter::once(&row.paid).chain(&row.refunded) {
            amount(column, columns, context);
        }
        if let Some(whole) = &row.share_of
            && !parts.iter().any(|part| part.name == whole.value)
        {
            let known = parts.iter().map(|part| part.name.as_str());
            context.report(problem::unknown::in_sums("earlier part", whole, known));
        }
        parts.push(BillPart {
            name: row.name.value.clone(),
            paid: row.paid.value.clone(),
            refunded: row.refunded.iter().map(|name| name.value.clone()).collect(),
            share_of: row.share_of.as_ref().map(|whole| whole.value.clone()),
            doc: row.doc.clone(),
            span: row.name.span,
        });
    }
    parts
}

fn unpaid(
    rows: &[UnpaidRow],
    columns: &[BillColumn],
    context: &mut Context<'_>,
) -> Vec<BillUnpaid> {
    let mut unpaid = Vec::new();
    for row in rows {
        let of_enums = columns
            .iter()
            .filter_map(|column| match &column.column_type {
                ColumnType::Enum(name) => Some((column.name.as_str(), name)),
                _ => None,
            });
        let names = of_enums.clone().map(|(column, _)| column);
        known_column("column of an enum", &row.column, names, context);
        let found = of_enums
            .clone()
            .find(|(column, _)| *column == row.column.value);
        let found = found.and_then(|(_, name)| {
            let mut enums = context.enums.iter();
            enums.find(|item| item.name == *name)
        });
        let known: Option<Vec<String>> = found.map(|found| {
            let values = found.values.iter();
            values.map(|value| value.value.clone()).collect()
        });
        for value in &row.values {
            if let Some(known) = &known {
                let known = known.iter().map(String::as_str);
                known_column("state", value, known, context);
            }
        }
        unpaid.push(BillUnpaid {
            column: row.column.value.clone(),
            values: row.values.iter().map(|value| value.value.clone()).collect(),
        });
    }
    unpaid
}

/// Reports a column that is not declared as one of amounts.
fn amount(name: &Spanned<String>, columns: &[BillColumn], context: &mut Context<'_>) {
    let amounts = columns
        .iter()
        .filter(|column| column.column_type == ColumnType::Yuan)
        .map(|column| column.name.as_str());
    known_column("column of yuan", name, amounts, context);
}

/// Reports a column that is not among those that are known.
pub(super) fn known_column<'a>(
    what: &str,
    name: &Spanned<String>,
    known: impl Iterator<Item = &'a str> + Clone,
    context: &mut Context<'_>,
) {
    if !known.clone().any(|known| known == name.value) {
        context.report(problem::unknown::in_sums(what, name, known));
    }
}
