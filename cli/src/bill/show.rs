//! `payinsurance bill show`: the rows of a bill, and what they add up to.

use std::path::PathBuf;

use payinsurance::bill::{Kind, Row, Totals};
use serde_json::json;

use super::rows::{row_json, totals_json, totals_table};
use super::{Findings, open};
use crate::failure::Failure;
use crate::language::{Language, language};
use crate::output::{self, note, object};
use crate::table::Table;

/// So many rows stand in a table unless `--limit` says otherwise.
const TABLE_ROWS: u64 = 100;

/// Arguments of `payinsurance bill show`.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The bill; `-` reads the standard input
    file: PathBuf,
    /// Only rows with this number: of the order or the refund, the hospital's or the platform's; may be repeated
    #[arg(long = "order", value_name = "NUMBER")]
    orders: Vec<String>,
    /// Only rows of this kind
    #[arg(long, value_enum)]
    kind: Option<OfKind>,
    /// Shows at most so many rows; all are added up. Without it 100 in a table, and all as JSON
    #[arg(long, value_name = "ROWS")]
    limit: Option<u64>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum OfKind {
    Payment,
    Refund,
}

pub(super) fn run(arguments: &Arguments, json: bool) -> Result<Findings, Failure> {
    let language = language();
    let shown = arguments.file.display();
    let mut bill = open(&arguments.file)?;
    let limit = match (arguments.limit, json) {
        (Some(limit), _) => limit,
        (None, true) => u64::MAX,
        (None, false) => TABLE_ROWS,
    };
    let (mut totals, mut table) = (Totals::default(), heading(language));
    let (mut count, mut found) = (0_u64, Findings::default());
    loop {
        let line = match bill.next_row() {
            None => break,
            Some(Err(error)) => {
                if error.is_final() {
                    return Err(Failure::NotDone(format!("{shown}: {error}")));
                }
                found.unreadable += 1;
                note(format_args!("{shown}: {error}"));
                continue;
            }
            Some(Ok(row)) => match arguments.wants(&row) {
                false => continue,
                true => {
                    totals.add(&row);
                    count += 1;
                    (count <= limit).then(|| match json {
                        true => Shown::Object(row_json(&row, 0)),
                        false => Shown::Cells(cells(&row, language)),
                    })
                }
            },
        };
        match line {
            Some(Shown::Object(mut value)) => {
                value["line"] = json!(bill.row_line());
                object(&json!({ "row": value }));
            }
            Some(Shown::Cells(cells)) => table = table.row(cells),
            None => {}
        }
    }
    if json {
        object(&json!({ "totals": totals_json(&totals) }));
        return Ok(found);
    }
    if count == 0 {
        note(language.pick("没有符合条件的行", "no row matches"));
    } else {
        table.print();
        output::line("");
    }
    totals_table(&totals, language).print();
    if count > limit {
        note(format_args!(
            "shown: {limit} of {count} rows; --limit shows more"
        ));
    }
    Ok(found)
}

/// A row, on its way out.
enum Shown {
    Object(serde_json::Value),
    Cells(Vec<String>),
}

impl Arguments {
    fn wants(&self, row: &Row<'_>) -> bool {
        let kind = match self.kind {
            None => true,
            Some(OfKind::Payment) => row.kind() == Kind::Payment,
            Some(OfKind::Refund) => row.kind() == Kind::Refund,
        };
        let numbers = [
            &row.hosp_out_trade_no,
            &row.med_trans_id,
            &row.hosp_out_refund_no,
            &row.med_refund_id,
        ];
        let named = |wanted: &String| {
            let mut numbers = numbers.iter();
            numbers.any(|number| number.as_deref() == Some(wanted.as_str()))
        };
        kind && (self.orders.is_empty() || self.orders.iter().any(named))
    }
}

fn heading(language: Language) -> Table {
    Table::new(&[
        language.pick("交易时间", "time (Beijing)"),
        language.pick("订单号", "order number"),
        language.pick("类型", "kind"),
        language.pick("订单状态", "state"),
        language.pick("总金额", "total"),
        language.pick("自费", "cash"),
        language.pick("医保", "insurance"),
        language.pick("退款订单号", "refund number"),
        language.pick("医保对账", "checked by the bureau"),
    ])
}

fn cells(row: &Row<'_>, language: Language) -> Vec<String> {
    let amounts = row.amounts();
    let text = |text: &Option<std::borrow::Cow<'_, str>>| text.as_deref().unwrap_or("").to_owned();
    let time = row.trade_time.or(row.insurance_settled_time);
    let time = match row.kind() {
        Kind::Payment => time,
        Kind::Refund => row.wxpay_refund_apply_time.or(time),
    };
    vec![
        time.map_or(String::new(), |time| time.to_string()),
        text(&row.hosp_out_trade_no),
        language.kind(row.kind()).to_owned(),
        (row.med_trade_state.as_ref())
            .map_or("", |state| language.state(state))
            .to_owned(),
        amounts.total().to_string(),
        amounts.cash.to_string(),
        amounts.insurance.to_string(),
        text(&row.hosp_out_refund_no),
        (row.reconciled.as_ref())
            .map_or("", |mark| mark.as_str())
            .to_owned(),
    ]
}
