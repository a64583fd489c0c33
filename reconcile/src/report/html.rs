//! A page that needs nothing else: it reads in light and dark, and prints on A4.

use std::io::Write;

use askama::Template;

use super::csv::{amounts, day};
use super::{Language, Report, ReportError};
use crate::money::Part;

/// At most so many differences stand on the page; all are counted.
const MAX_ROWS: u64 = 2_000;

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    language: Language,
    first: String,
    last: String,
    orders: u64,
    rows: u64,
    unreadable: u64,
    proved: bool,
    totals: Vec<Total>,
    classes: Vec<(&'a str, u64)>,
    items: Vec<Line>,
    open: u64,
    decided: u64,
    since: Option<(usize, usize)>,
    left_out: u64,
}

struct Total {
    merchant: String,
    pay_type: String,
    movement: &'static str,
    part: &'static str,
    ours: String,
    theirs: String,
    differences: String,
}

struct Line {
    day: String,
    merchant: String,
    number: String,
    class: &'static str,
    movement: &'static str,
    our_state: String,
    their_state: String,
    ours: String,
    theirs: String,
    step: &'static str,
    decision: String,
    is_new: bool,
    fingerprint: String,
}

impl Report {
    /// Writes the page.
    ///
    /// # Errors
    ///
    /// [`ReportError::Disk`].
    pub fn html(&mut self, out: &mut impl Write, language: Language) -> Result<(), ReportError> {
        let mut items = Vec::new();
        let (mut count, mut open) = (0, 0);
        self.each(|item| {
            count += 1;
            open += u64::from(item.decision.is_none());
            if count > MAX_ROWS {
                return Ok(());
            }
            let difference = &item.difference;
            let part = match difference.class {
                crate::Class::Amount(part) => part as usize,
                _ => Part::Total as usize,
            };
            let amounts = amounts(&item);
            let yuan = |at: usize| amounts[at].map_or(String::new(), |fen| fen.to_string());
            let state = |said: &Option<crate::Statement>| {
                said.as_ref()
                    .map_or(String::new(), |said| said.state.clone())
            };
            items.push(Line {
                day: day(&item).map_or(String::new(), |day| day.to_string()),
                merchant: difference.key.merchant.clone(),
                number: difference.key.hosp_out_trade_no.clone(),
                class: language.class(difference.class),
                movement: language.movement(difference.movement),
                our_state: state(&difference.ours),
                their_state: state(&difference.theirs),
                ours: yuan(2 * part),
                theirs: yuan(2 * part + 1),
                step: language.step(difference.next_step()),
                decision: item.decision.map_or(String::new(), |decision| {
                    format!("{}: {}", decision.who, decision.why)
                }),
                is_new: item.is_new,
                fingerprint: item.fingerprint.clone(),
            });
            Ok::<_, ReportError>(())
        })?;
        let outcome = &self.outcome;
        let page = Page {
            language,
            first: outcome.days().first.to_string(),
            last: outcome.days().last.to_string(),
            orders: outcome.orders(),
            rows: outcome.rows(),
            unreadable: outcome.unreadable().1,
            proved: outcome.totals().prove_themselves(),
            totals: totals(self, language),
            classes: (outcome.counts().iter())
                .map(|(class, count)| (language.class(*class), *count))
                .collect(),
            items,
            open,
            decided: count - open,
            since: (self.since.at).map(|_| (self.since.new.len(), self.since.gone.len())),
            left_out: count.saturating_sub(MAX_ROWS),
        };
        page.write_into(out)?;
        Ok(())
    }
}

fn totals(report: &Report, language: Language) -> Vec<Total> {
    let lines = report.outcome.totals().lines();
    lines
        .flat_map(|(bucket, line)| {
            Part::ALL.into_iter().map(move |part| Total {
                merchant: bucket.merchant.clone(),
                pay_type: language.pay_type(&bucket.pay_type),
                movement: language.movement(bucket.movement),
                part: language.part(part),
                ours: line.ours[part as usize].to_string(),
                theirs: line.theirs[part as usize].to_string(),
                differences: line.differences[part as usize].to_string(),
            })
        })
        .collect()
}
