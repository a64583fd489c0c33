//! A page that needs nothing else: it reads on a phone and a desk, in light and dark, and prints on A4.
//!
//! Steps, in order: what is open; what differs; the totals, which prove it; each difference under its class and next step.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use askama::Template;

use super::csv::{amounts, day};
use super::{Item, Language, Report, ReportError};
use crate::class::{Class, NextStep};
use crate::difference::Statement;
use crate::money::{Balance, Part};
use crate::totals::{Bucket, Line as Sums};

/// At most so many differences stand on the page; all are counted.
const MAX_ROWS: u64 = 2_000;

#[derive(Template)]
#[template(path = "report.html")]
struct Page {
    language: Language,
    first: String,
    last: String,
    merchants: Vec<String>,
    /// Several hospitals: each line names its own.
    many: bool,
    orders: u64,
    rows: u64,
    unreadable: u64,
    proved: bool,
    buckets: Vec<BucketCard>,
    classes: Vec<ClassBar>,
    groups: Vec<Group>,
    open: u64,
    decided: u64,
    since: Option<(usize, usize)>,
    left_out: u64,
}

/// What is summed together.
struct BucketCard {
    name: String,
    counts: String,
    parts: Vec<PartLine>,
}

struct PartLine {
    name: &'static str,
    /// A share of the insurance above it.
    within: bool,
    ours: String,
    theirs: String,
    difference: String,
    differs: bool,
}

struct ClassBar {
    name: &'static str,
    anchor: &'static str,
    count: u64,
    /// Of the most frequent class, in per cent.
    share: u64,
}

/// The differences of a class for which the next step is the same.
struct Group {
    class: &'static str,
    /// The class, for the first of its groups.
    anchor: String,
    step: &'static str,
    lines: Vec<Line>,
}

struct Line {
    day: String,
    merchant: String,
    number: String,
    movement: &'static str,
    our_state: String,
    their_state: String,
    ours: String,
    theirs: String,
    effect: String,
    fault: &'static str,
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
        let mut listed: BTreeMap<(Class, NextStep), Vec<Line>> = BTreeMap::new();
        let (mut count, mut open) = (0, 0);
        self.each(|item| {
            count += 1;
            open += u64::from(item.decision.is_none());
            if count <= MAX_ROWS {
                let difference = &item.difference;
                let place = (difference.class, difference.next_step());
                listed.entry(place).or_default().push(line(&item, language));
            }
            Ok::<_, ReportError>(())
        })?;
        let outcome = &self.outcome;
        let merchants: BTreeSet<&String> = (outcome.totals().lines())
            .map(|(bucket, _)| &bucket.merchant)
            .collect();
        let page = Page {
            language,
            first: outcome.days().first.to_string(),
            last: outcome.days().last.to_string(),
            many: merchants.len() > 1,
            merchants: merchants.into_iter().cloned().collect(),
            orders: outcome.orders(),
            rows: outcome.rows(),
            unreadable: outcome.unreadable().1,
            proved: outcome.totals().prove_themselves(),
            buckets: buckets(self, language),
            classes: classes(self, language),
            groups: groups(listed, language),
            open,
            decided: count - open,
            since: (self.since.at).map(|_| (self.since.new.len(), self.since.gone.len())),
            left_out: count.saturating_sub(MAX_ROWS),
        };
        page.write_into(out)?;
        Ok(())
    }
}

fn line(item: &Item<'_>, language: Language) -> Line {
    let difference = &item.difference;
    let part = match difference.class {
        Class::Amount(part) => part as usize,
        _ => Part::Total as usize,
    };
    let amounts = amounts(item);
    let yuan = |at: usize| amounts[at].map_or(String::new(), |fen| grouped(&fen.to_string()));
    let state = |said: &Option<Statement>| {
        said.as_ref()
            .map_or(String::new(), |said| said.state.clone())
    };
    let effect = difference.effect[part];
    let fault = difference.theirs.as_ref().and_then(|said| said.fault);
    Line {
        day: day(item).map_or(String::new(), |day| day.to_string()),
        merchant: difference.key.merchant.clone(),
        number: difference.key.hosp_out_trade_no.clone(),
        movement: language.movement(difference.movement),
        our_state: state(&difference.ours),
        their_state: state(&difference.theirs),
        ours: yuan(2 * part),
        theirs: yuan(2 * part + 1),
        effect: match effect == Balance::ZERO {
            true => String::new(),
            false => signed(effect),
        },
        fault: match (difference.class, fault) {
            (Class::Arithmetic, Some(fault)) => language.fault(fault),
            _ => "",
        },
        decision: item.decision.map_or(String::new(), |decision| {
            format!("{}: {}", decision.who, decision.why)
        }),
        is_new: item.is_new,
        fingerprint: item.fingerprint.clone(),
    }
}

/// In the order of [`Class::ALL`].
fn groups(mut listed: BTreeMap<(Class, NextStep), Vec<Line>>, language: Language) -> Vec<Group> {
    let mut groups = Vec::new();
    for class in Class::ALL {
        let steps: Vec<_> = listed
            .keys()
            .filter(|place| place.0 == class)
            .copied()
            .collect();
        for (at, place) in steps.into_iter().enumerate() {
            let anchor = match at {
                0 => class.as_str().to_owned(),
                _ => format!("{}-{at}", class.as_str()),
            };
            groups.push(Group {
                class: language.class(class),
                anchor,
                step: language.step(place.1),
                lines: listed.remove(&place).unwrap_or_default(),
            });
        }
    }
    groups
}

fn classes(report: &Report, language: Language) -> Vec<ClassBar> {
    let counts = report.outcome.counts();
    let most = counts.values().copied().max().unwrap_or_default().max(1);
    let known = Class::ALL.into_iter().filter_map(|class| {
        let count = *counts.get(&class)?;
        Some(ClassBar {
            name: language.class(class),
            anchor: class.as_str(),
            count,
            share: count.saturating_mul(100).div_ceil(most),
        })
    });
    known.filter(|class| class.count > 0).collect()
}

fn buckets(report: &Report, language: Language) -> Vec<BucketCard> {
    let lines = report.outcome.totals().lines();
    let card = |(bucket, line): (&Bucket, &Sums)| {
        let pay_type = language.pay_type(&bucket.pay_type);
        let movement = language.movement(bucket.movement);
        let parts = Part::ALL.into_iter().map(|part| {
            let at = part as usize;
            PartLine {
                name: language.part(part),
                within: matches!(part, Part::OwnAccount | Part::Fund | Part::Other),
                ours: grouped(&line.ours[at].to_string()),
                theirs: grouped(&line.theirs[at].to_string()),
                difference: signed(line.differences[at]),
                differs: line.differences[at] != Balance::ZERO,
            }
        });
        BucketCard {
            name: format!("{} · {pay_type} · {movement}", bucket.merchant),
            counts: match language {
                Language::Zh => {
                    format!("医院 {} 笔，对账单 {} 笔", line.our_count, line.their_count)
                }
                Language::En => format!("ours {}, bill {}", line.our_count, line.their_count),
            },
            parts: parts.collect(),
        }
    };
    lines.map(card).collect()
}

/// With its sign: `+0.01`.
fn signed(balance: Balance) -> String {
    let text = grouped(&balance.to_string());
    match balance > Balance::ZERO {
        true => format!("+{text}"),
        false => text,
    }
}

/// Yuan with a comma after every three digits: `12,345.67`.
fn grouped(yuan: &str) -> String {
    let (sign, digits) = match yuan.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", yuan),
    };
    let (whole, fen) = digits.split_once('.').unwrap_or((digits, ""));
    let mut text = sign.to_owned();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    format!("{text}.{fen}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_a_comma_after_every_three_digits() {
        for (balance, text) in [
            (1, "+0.01"),
            (-100, "-1.00"),
            (99_999, "+999.99"),
            (100_000, "+1,000.00"),
            (-123_456_789_012, "-1,234,567,890.12"),
        ] {
            assert_eq!(signed(Balance(balance)), text);
        }
        assert_eq!(grouped("0.00"), "0.00");
    }
}
