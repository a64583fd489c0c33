//! An Excel file: a sheet of totals with a chart, and a sheet for each class of difference.
//!
//! Excel has no exact decimals. An amount is written as the number that is nearest to it, which Excel shows to the fen up to 15 digits; a greater
//! one is written as text.

use std::collections::BTreeMap;
use std::io::{Seek, Write};

use rust_xlsxwriter::{Chart, ChartType, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::csv::{COLUMNS, amount_heads, amounts, day, heads, texts};
use super::{Item, Language, Report, ReportError};
use crate::class::Class;
use crate::money::{Balance, Part};

/// Excel's greatest number of rows.
const MAX_ROWS: u32 = 1_048_576;

/// The most fen that a number shows exactly: 15 digits.
const MAX_EXACT: i128 = 999_999_999_999_999;

struct Formats {
    head: Format,
    yuan: Format,
    date: Format,
}

impl Report {
    /// Writes an Excel file.
    ///
    /// # Errors
    ///
    /// [`ReportError::Excel`], [`ReportError::Disk`].
    pub fn xlsx(
        &mut self,
        out: impl Write + Seek + Send,
        language: Language,
    ) -> Result<(), ReportError> {
        let formats = Formats {
            head: Format::new().set_bold(),
            yuan: Format::new().set_num_format("#,##0.00"),
            date: Format::new().set_num_format("yyyy-mm-dd"),
        };
        let mut workbook = Workbook::new();
        self.summary(workbook.add_worksheet(), &formats, language)?;
        let mut sheets: BTreeMap<Class, (usize, u32)> = BTreeMap::new();
        for (at, class) in self.outcome.counts().keys().enumerate() {
            let sheet = workbook.add_worksheet_with_constant_memory()?;
            sheet.set_name(language.class(*class))?;
            list_heads(sheet, &formats, language)?;
            sheets.insert(*class, (at + 1, 1));
        }
        self.each(|item| {
            let Some((sheet, row)) = sheets.get_mut(&item.difference.class) else {
                return Ok(());
            };
            // Beyond that Excel opens no file; the counts of the first sheet have all of them.
            if *row < MAX_ROWS {
                list(
                    workbook.worksheet_from_index(*sheet)?,
                    *row,
                    &item,
                    &formats,
                    language,
                )?;
                *row += 1;
            }
            Ok::<_, ReportError>(())
        })?;
        for (sheet, rows) in sheets.values() {
            let last = u16::try_from(COLUMNS + 2 * Part::ALL.len() + 1).unwrap_or(u16::MAX);
            let sheet = workbook.worksheet_from_index(*sheet)?;
            sheet.autofilter(0, 0, rows - 1, last)?;
        }
        workbook.save_to_writer(out)?;
        Ok(())
    }

    fn summary(
        &self,
        sheet: &mut Worksheet,
        formats: &Formats,
        language: Language,
    ) -> Result<(), ReportError> {
        let name = language.pick("汇总", "Summary");
        sheet.set_name(name)?;
        let heads = [
            language.pick("医院", "hospital"),
            language.pick("订单支付方式", "paid by"),
            language.pick("类型", "kind"),
            language.pick("金额", "part"),
            language.pick("医院合计", "ours"),
            language.pick("对账单合计", "bill"),
            language.pick("差异合计", "differences"),
        ];
        for (at, head) in (0..).zip(heads) {
            sheet.write_with_format(0, at, head, &formats.head)?;
        }
        let mut row = 1;
        for (bucket, line) in self.outcome.totals().lines() {
            for part in Part::ALL {
                let at = part as usize;
                sheet.write(row, 0, &bucket.merchant)?;
                sheet.write(row, 1, language.pay_type(&bucket.pay_type))?;
                sheet.write(row, 2, language.movement(bucket.movement))?;
                sheet.write(row, 3, language.part(part))?;
                let sums = [line.ours[at], line.theirs[at], line.differences[at]];
                for (column, sum) in (4..).zip(sums) {
                    yuan(sheet, row, column, sum, formats)?;
                }
                row += 1;
            }
        }
        let last = row.saturating_sub(1).max(1);
        sheet.autofilter(0, 0, last, 6)?;
        sheet.set_freeze_panes(1, 0)?;
        row += 1;
        let first_class = row;
        for (class, count) in self.outcome.counts() {
            sheet.write(row, 0, language.class(*class))?;
            sheet.write(row, 1, *count)?;
            row += 1;
        }
        for (column, width) in [
            (0, 24),
            (1, 16),
            (2, 10),
            (3, 18),
            (4, 16),
            (5, 16),
            (6, 16),
        ] {
            sheet.set_column_width(column, width)?;
        }
        if row > first_class {
            let mut chart = Chart::new(ChartType::Bar);
            chart
                .add_series()
                .set_categories((name, first_class, 0, row - 1, 0))
                .set_values((name, first_class, 1, row - 1, 1));
            chart
                .title()
                .set_name(language.pick("各类差异笔数", "differences by class"));
            chart.legend().set_hidden();
            sheet.insert_chart(1, 8, &chart)?;
        }
        Ok(())
    }
}

fn list_heads(
    sheet: &mut Worksheet,
    formats: &Formats,
    language: Language,
) -> Result<(), XlsxError> {
    let heads = heads(language).into_iter().map(str::to_owned);
    let heads = heads.chain(amount_heads(language)).chain([
        language.pick("处理", "decided").to_owned(),
        "fingerprint".to_owned(),
    ]);
    sheet.set_freeze_panes(1, 0)?;
    for (at, head) in (0..).zip(heads) {
        sheet.set_column_width(at, 18)?;
        sheet.write_with_format(0, at, head, &formats.head)?;
    }
    Ok(())
}

fn list(
    sheet: &mut Worksheet,
    row: u32,
    item: &Item<'_>,
    formats: &Formats,
    language: Language,
) -> Result<(), XlsxError> {
    if let Some(day) = day(item) {
        let (year, month, day) = (day.year(), day.month(), day.day());
        let date = ExcelDateTime::from_ymd(
            u16::try_from(year).unwrap_or_default(),
            month.unsigned_abs(),
            day.unsigned_abs(),
        )?;
        sheet.write_with_format(row, 0, &date, &formats.date)?;
    }
    let mut column = 1;
    for text in texts(item, language) {
        // A string cell is never calculated, whatever it begins with.
        sheet.write_string(row, column, text)?;
        column += 1;
    }
    for fen in amounts(item) {
        if let Some(fen) = fen {
            yuan(sheet, row, column, fen.into(), formats)?;
        }
        column += 1;
    }
    if let Some(decision) = item.decision {
        let text = format!("{}: {}", decision.who, decision.why);
        sheet.write_string(row, column, text)?;
    }
    sheet.write_string(row, column + 1, &item.fingerprint)?;
    Ok(())
}

fn yuan(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    amount: Balance,
    formats: &Formats,
) -> Result<(), XlsxError> {
    if amount.0.abs() > MAX_EXACT {
        sheet.write_string(row, column, amount.to_string())?;
    } else {
        // The decimal text is read as the nearest number: nothing is calculated with it.
        let number: f64 = amount.to_string().parse().unwrap_or_default();
        sheet.write_with_format(row, column, number, &formats.yuan)?;
    }
    Ok(())
}
