//! CSV: one row per difference, amounts in yuan.

use std::io::Write;

use super::{Item, Language, Report, ReportError};
use crate::difference::{Difference, Statement};
use crate::money::Part;

/// How many columns there are before those of the parts.
pub(super) const COLUMNS: usize = 10;

/// The heads of the columns before those of the parts.
pub(super) fn heads(language: Language) -> [&'static str; COLUMNS] {
    [
        language.pick("日期", "day"),
        language.pick("医院", "hospital"),
        language.pick("订单号", "order number"),
        language.pick("差异", "difference"),
        language.pick("类型", "kind"),
        language.pick("订单支付方式", "paid by"),
        language.pick("医院状态", "our state"),
        language.pick("对账单状态", "state in the bill"),
        language.pick("对账单行号", "line of the bill"),
        language.pick("下一步", "next step"),
    ]
}

/// What stands in the columns before those of the parts, but for the day.
pub(super) fn texts(item: &Item<'_>, language: Language) -> [String; COLUMNS - 1] {
    let difference = &item.difference;
    let state = |said: &Option<Statement>| {
        said.as_ref()
            .map_or(String::new(), |said| said.state.clone())
    };
    [
        difference.key.merchant.clone(),
        difference.key.hosp_out_trade_no.clone(),
        language.class(difference.class).to_owned(),
        language.movement(difference.movement).to_owned(),
        language.pay_type(&difference.pay_type),
        state(&difference.ours),
        state(&difference.theirs),
        line(difference),
        language.step(difference.next_step()).to_owned(),
    ]
}

/// Where the row stands in the bill.
fn line(difference: &Difference) -> String {
    let said = difference.theirs.as_ref();
    said.filter(|said| said.line > 0)
        .map_or(String::new(), |said| said.line.to_string())
}

/// The day of the bill, or ours.
pub(super) fn day(item: &Item<'_>) -> Option<jiff::civil::Date> {
    let said = [&item.difference.theirs, &item.difference.ours];
    said.into_iter().flatten().find_map(|said| said.day)
}

/// The heads of the amounts: ours and theirs for each part.
pub(super) fn amount_heads(language: Language) -> Vec<String> {
    Part::ALL
        .into_iter()
        .flat_map(|part| {
            let label = language.part(part);
            [
                format!("{}{label}", language.pick("医院", "ours: ")),
                format!("{}{label}", language.pick("对账单", "bill: ")),
            ]
        })
        .collect()
}

/// The amounts in the order of their heads.
pub(super) fn amounts(item: &Item<'_>) -> Vec<Option<signed_xml::Fen>> {
    let of = |said: &Option<Statement>, part| said.as_ref().and_then(|said| said.amounts.get(part));
    let difference = &item.difference;
    Part::ALL
        .into_iter()
        .flat_map(|part| [of(&difference.ours, part), of(&difference.theirs, part)])
        .collect()
}

impl Report {
    /// Writes CSV with a byte order mark, without which Excel takes UTF-8 for GBK.
    ///
    /// A text that a spreadsheet would calculate has a `'` in front.
    ///
    /// # Errors
    ///
    /// [`ReportError::Disk`].
    pub fn csv(&mut self, out: &mut impl Write, language: Language) -> Result<(), ReportError> {
        out.write_all("\u{FEFF}".as_bytes())?;
        let mut rows = csv::Writer::from_writer(out);
        let decided = language.pick("处理", "decided").to_owned();
        let heads = heads(language).into_iter().map(str::to_owned);
        let heads = heads
            .chain(amount_heads(language))
            .chain([decided, "fingerprint".to_owned()]);
        rows.write_record(heads).map_err(std::io::Error::from)?;
        self.each(|item| {
            let day = day(&item).map_or(String::new(), |day| day.to_string());
            let texts = texts(&item, language).into_iter().map(harmless);
            let yuan = amounts(&item).into_iter();
            let yuan = yuan.map(|fen| fen.map_or(String::new(), |fen| fen.to_string()));
            let decision = item.decision.map_or(String::new(), |decision| {
                harmless(format!("{}: {}", decision.who, decision.why))
            });
            let row = [day].into_iter().chain(texts).chain(yuan);
            let row = row.chain([decision, item.fingerprint.clone()]);
            rows.write_record(row).map_err(std::io::Error::from)?;
            Ok::<_, ReportError>(())
        })?;
        rows.flush()?;
        Ok(())
    }
}

/// Order numbers come from outside: none of them is a formula.
fn harmless(text: String) -> String {
    match text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{text}"),
        false => text,
    }
}
