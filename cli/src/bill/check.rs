//! `payinsurance bill check`: what a bill can be held against without the books of the hospital.
//!
//! Steps for each bill, in order: each row is read, and one that cannot be read is named with its line; the amounts of a row are held against one
//! another, by the rules of `payinsurance reconcile`; the summary at the end, if there is one, is held against the rows.

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use payinsurance_reconcile::{Movement, Theirs};
use serde_json::json;
use signed_xml::bill::BillError;

use super::rows::{totals_json, totals_table};
use super::{Findings, open};
use crate::failure::Failure;
use crate::language::{Language, language};
use crate::output::{self, object, progress};
use crate::table::Table;

/// Arguments of `payinsurance bill check`.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The bills; `-` reads the standard input
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, json: bool) -> Result<Findings, Failure> {
    let mut all = Findings::default();
    for file in &arguments.files {
        progress(format_args!("checking {}", file.display()));
        let found = check(file, language(), json)?;
        all.unreadable += found.unreadable;
        all.contradictions += found.contradictions;
    }
    Ok(all)
}

/// What the summary block says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    Absent,
    Agrees,
    Contradicts,
    /// A row could not be read, so that there is nothing to compare it with.
    NotCompared,
}

impl Block {
    fn as_str(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Agrees => "agrees",
            Self::Contradicts => "contradicts",
            Self::NotCompared => "not_compared",
        }
    }

    fn words(self, language: Language) -> &'static str {
        match self {
            Self::Absent => language.pick("无汇总行", "no summary"),
            Self::Agrees => language.pick("汇总与明细一致", "the summary agrees with the rows"),
            Self::Contradicts => {
                language.pick("汇总与明细不一致", "the summary contradicts the rows")
            }
            Self::NotCompared => language.pick(
                "有无法读取的行，汇总未核对",
                "rows could not be read, so the summary was not compared",
            ),
        }
    }
}

fn check(file: &Path, language: Language, json: bool) -> Result<Findings, Failure> {
    let shown = file.display().to_string();
    let mut bill = open(file)?;
    let (mut found, mut contradicts) = (Findings::default(), false);
    loop {
        let fault = match bill.next_row() {
            None => break,
            Some(Ok(row)) => {
                // Hospital and day do not matter to the amounts of a row.
                let row = Theirs::new("", Date::ZERO, &row, 0);
                row.fault.map(|fault| (fault, row.key, row.movement))
            }
            Some(Err(error)) if error.is_final() => {
                return Err(Failure::NotDone(format!("{shown}: {error}")));
            }
            Some(Err(error)) => {
                let is_summary = matches!(error, BillError::Summary { .. });
                match is_summary {
                    true => contradicts = true,
                    false => found.unreadable += 1,
                }
                match json {
                    true => {
                        let name = if is_summary {
                            "summary_block"
                        } else {
                            "unreadable"
                        };
                        object(&json!({ name: {
                            "file": shown, "line": line_of(&error), "reason": error.to_string(),
                        }}));
                    }
                    false => print([shown.clone(), error.to_string()]),
                }
                None
            }
        };
        let Some((fault, key, movement)) = fault else {
            continue;
        };
        found.contradictions += 1;
        let (line, number) = (bill.row_line(), key.hosp_out_trade_no);
        match json {
            true => object(&json!({ "fault": {
                "file": shown, "line": line, "hosp_out_trade_no": number,
                "kind": movement.as_str(), "fault": fault.as_str(),
            }})),
            false => print([
                shown.clone(),
                match language {
                    Language::Zh => format!("第 {line} 行"),
                    Language::En => format!("line {line}"),
                },
                number,
                match movement {
                    Movement::Payment => language.pick("支付", "payment").to_owned(),
                    Movement::Refund => language.pick("退款", "refund").to_owned(),
                },
                payinsurance_reconcile::Language::from(language)
                    .fault(fault)
                    .to_owned(),
            ]),
        }
    }
    let block = match (bill.summary().is_empty(), contradicts, found.unreadable) {
        (true, ..) => Block::Absent,
        (_, true, _) => Block::Contradicts,
        (_, _, 0) => Block::Agrees,
        _ => Block::NotCompared,
    };
    report(&shown, &bill, found, block, language, json);
    found.contradictions += u64::from(contradicts);
    Ok(found)
}

fn report<I: std::io::Read>(
    shown: &str,
    bill: &payinsurance::bill::Bill<I>,
    found: Findings,
    block: Block,
    language: Language,
    json: bool,
) {
    let totals = bill.totals();
    if json {
        let stated: Vec<_> = bill.summary().iter().collect();
        object(&json!({ "summary": {
            "file": shown, "columns": bill.headers().len(), "unreadable": found.unreadable,
            "faults": found.contradictions, "summary_block": block.as_str(), "stated": stated,
            "totals": totals_json(totals),
        }}));
        return;
    }
    let rows = totals.payments + totals.refunds + totals.without_money;
    let columns = bill.headers().len();
    let (unreadable, faults) = (found.unreadable, found.contradictions);
    let block = block.words(language);
    output::line(match language {
        Language::Zh => format!(
            "{shown}：{rows} 行，{columns} 列；无法读取 {unreadable} 行，金额自相矛盾 {faults} 行；{block}"
        ),
        Language::En => format!(
            "{shown}: {rows} rows of {columns} columns; could not be read: {unreadable}, contradict themselves: {faults}; {block}"
        ),
    });
    totals_table(totals, language).print();
}

fn print<const N: usize>(cells: [String; N]) {
    Table::plain(0).row(cells).print();
}

/// The line that an error names.
fn line_of(error: &BillError) -> Option<u64> {
    match error {
        BillError::LostLineEnds { line }
        | BillError::NotARow { line }
        | BillError::Width { line, .. }
        | BillError::Cell { line, .. }
        | BillError::LongRow { line, .. }
        | BillError::NotUtf8 { line, .. } => Some(*line),
        _ => None,
    }
}
