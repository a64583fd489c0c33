//! A table for a terminal.

use std::io::Write;

use unicode_width::UnicodeWidthStr;

use super::{Language, Report, ReportError};
use crate::money::Part;

/// At most so many differences stand in the table; all are counted.
const MAX_ROWS: u64 = 200;

impl Report {
    /// Writes totals, counts and the first two hundred open differences.
    ///
    /// # Errors
    ///
    /// [`ReportError::Disk`].
    pub fn table(&mut self, out: &mut impl Write, language: Language) -> Result<(), ReportError> {
        let pick = |zh, en| language.pick(zh, en).to_owned();
        let mut rows = vec![vec![
            pick("医院", "hospital"),
            pick("订单支付方式", "paid by"),
            pick("类型", "kind"),
            pick("金额", "part"),
            pick("医院合计", "ours"),
            pick("对账单合计", "bill"),
            pick("差异合计", "differences"),
            String::new(),
        ]];
        for (bucket, line) in self.outcome.totals().lines() {
            for part in [Part::Total, Part::Cash, Part::Insurance] {
                let at = part as usize;
                let proved = line.ours[at] - line.theirs[at] == line.differences[at];
                rows.push(vec![
                    harmless(&bucket.merchant),
                    language.pay_type(&bucket.pay_type),
                    language.movement(bucket.movement).to_owned(),
                    language.part(part).to_owned(),
                    line.ours[at].to_string(),
                    line.theirs[at].to_string(),
                    line.differences[at].to_string(),
                    if proved { "✓" } else { "✗" }.to_owned(),
                ]);
            }
        }
        align(out, &rows)?;
        writeln!(out)?;
        let mut rows = vec![vec![
            "fingerprint".to_owned(),
            pick("医院", "hospital"),
            pick("订单号", "order number"),
            pick("差异", "difference"),
            pick("医院金额", "ours"),
            pick("对账单金额", "bill"),
            pick("下一步", "next step"),
        ]];
        let (mut open, mut decided) = (0, 0);
        self.each(|item| {
            if item.decision.is_some() {
                decided += 1;
                return Ok(());
            }
            open += 1;
            if open <= MAX_ROWS {
                let difference = &item.difference;
                let part = match difference.class {
                    crate::Class::Amount(part) => part,
                    _ => Part::Total,
                };
                let yuan = |said: &Option<crate::Statement>| {
                    let fen = said.as_ref().and_then(|said| said.amounts.get(part));
                    fen.map_or("-".to_owned(), |fen| fen.to_string())
                };
                rows.push(vec![
                    item.fingerprint.clone(),
                    harmless(&difference.key.merchant),
                    harmless(&difference.key.hosp_out_trade_no),
                    language.class(difference.class).to_owned(),
                    yuan(&difference.ours),
                    yuan(&difference.theirs),
                    language.step(difference.next_step()).to_owned(),
                ]);
            }
            Ok::<_, ReportError>(())
        })?;
        if rows.len() > 1 {
            align(out, &rows)?;
            writeln!(out)?;
        }
        let (orders, bill_rows) = (self.outcome.orders(), self.outcome.rows());
        let counted = match language {
            Language::Zh => format!(
                "医院订单 {orders}，对账单 {bill_rows} 行；待处理差异 {open}，已处理 {decided}"
            ),
            Language::En => format!(
                "our orders: {orders}; rows of the bill: {bill_rows}; open differences: {open}, decided: {decided}"
            ),
        };
        writeln!(out, "{counted}")?;
        if open > MAX_ROWS {
            let more = pick(
                "其余差异见其他格式的报告",
                "the others stand in the other reports",
            );
            writeln!(out, "{more}")?;
        }
        if self.since.at.is_some() {
            let (new, gone) = (self.since.new.len(), self.since.gone.len());
            let changed = match language {
                Language::Zh => format!("较上次：新增 {new}，消失 {gone}"),
                Language::En => format!("since the run before: new {new}, gone {gone}"),
            };
            writeln!(out, "{changed}")?;
        }
        Ok(())
    }
}

/// What comes from outside moves no cursor and colours nothing.
fn harmless(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { '\u{FFFD}' } else { c })
        .collect()
}

fn align(out: &mut impl Write, rows: &[Vec<String>]) -> std::io::Result<()> {
    let columns = rows.first().map_or(0, Vec::len);
    let widths: Vec<usize> = (0..columns)
        .map(|at| rows.iter().map(|row| row[at].width()).max().unwrap_or(0))
        .collect();
    for row in rows {
        let cells = row.iter().zip(&widths);
        let line: String = cells
            .map(|(cell, width)| format!("{cell}{}  ", " ".repeat(width - cell.width())))
            .collect();
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}
