//! Comparing what both sides have of one order.
//!
//! Steps, in order: payments and refunds apart; the row of the bill that agrees best is the partner of what we have; what is left on either side
//! is missing on the other, or repeated. Of a pair, the path from our amount to theirs is cut into steps, each the effect of one difference, so
//! that the effects always add up to ours less theirs.

use jiff::civil::Date;

use crate::class::Class;
use crate::difference::{Difference, Statement};
use crate::money::{Balance, Part, Parts};
use crate::record::{Key, Movement, Ours, Theirs, pay_type};
use crate::totals::{Bucket, Totals};

/// The days whose bills are compared, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    /// The first day in Beijing.
    pub first: Date,
    /// The last one.
    pub last: Date,
}

impl Days {
    /// True if the day is one of them.
    #[must_use]
    pub fn contain(&self, day: Date) -> bool {
        self.first <= day && day <= self.last
    }
}

/// What both sides have of one order.
#[derive(Clone, Debug, Default)]
pub struct Group {
    /// Our records; more than one if the books have it twice.
    pub ours: Vec<Ours>,
    /// The rows of the bills, in any order.
    pub theirs: Vec<Theirs>,
}

/// Compares both sides of one order, adds them to the totals, and hands each difference to `report`.
///
/// Rows and records of other days than `days` count nothing: they are there to be the partner of one that does, so that a bill of the day before
/// or after shows what was booked on another day.
///
/// Orders that are unpaid on our side and absent from the bill agree. The order of records and rows changes nothing.
///
/// # Examples
///
/// ```
/// use jiff::civil::date;
/// use payinsurance_orders::State;
/// use payinsurance_reconcile::{Class, Days, Group, Key, Ours, Parts, Totals, compare};
/// use signed_xml::Fen;
///
/// let day = date(2018, 12, 4);
/// let ours = Ours {
///     key: Key { merchant: "clinic".into(), hosp_out_trade_no: "YD1".into() },
///     med_trans_id: None,
///     pay_type: Some("3".into()),
///     state: State::Paid,
///     amounts: Parts::new(Fen(7750), Fen(3333), Fen(4417)),
///     day: Some(day),
///     refund: None,
/// };
/// let group = Group { ours: vec![ours], theirs: Vec::new() };
/// let (mut totals, mut found) = (Totals::default(), Vec::new());
/// compare(group, Days { first: day, last: day }, &mut totals, |difference| found.push(difference));
/// assert_eq!(found[0].class, Class::OnlyOurs);
/// assert_eq!(found[0].effect[0].to_string(), "77.50");
/// assert!(totals.prove_themselves());
/// ```
pub fn compare(group: Group, days: Days, totals: &mut Totals, mut report: impl FnMut(Difference)) {
    let Group { ours, mut theirs } = group;
    theirs.sort_by(Theirs::by_content);
    let Some(key) = (ours.iter().map(|ours| &ours.key))
        .chain(theirs.iter().map(|row| &row.key))
        .next()
    else {
        return;
    };
    let key = key.clone();
    let stated = (theirs.iter().map(|row| &row.pay_type))
        .chain(ours.iter().map(|ours| &ours.pay_type))
        .find_map(Clone::clone);
    let amounts = (ours.iter().map(|ours| &ours.amounts))
        .chain(theirs.iter().map(|row| &row.amounts))
        .next();
    let pay_type = stated
        .or_else(|| Some(pay_type(amounts?).to_owned()))
        .unwrap_or_default();
    for movement in [Movement::Payment, Movement::Refund] {
        let mut comparison = Comparison {
            key: &key,
            days,
            bucket: Bucket {
                merchant: key.merchant.clone(),
                pay_type: pay_type.clone(),
                movement,
            },
            totals,
            report: &mut report,
        };
        let ours = match movement {
            Movement::Payment => ours.iter().map(Entry::payment).collect(),
            Movement::Refund => ours.iter().filter_map(Entry::refund).collect(),
        };
        let rows = theirs.iter().filter(|row| row.movement == movement);
        comparison.run(ours, rows.map(Entry::row).collect());
    }
}

/// A payment or refund as one side has it.
#[derive(Clone)]
struct Entry {
    said: Statement,
    /// Counted as money that moved.
    booked: bool,
    /// Our side: nothing is left to happen to it.
    settled: bool,
    unchecked: bool,
}

impl Entry {
    fn payment(ours: &Ours) -> Self {
        Self {
            said: Statement {
                state: ours.state.as_str().to_owned(),
                amounts: ours.amounts,
                day: ours.day,
                med_trans_id: ours.med_trans_id.clone(),
                hosp_out_refund_no: None,
                reconciled: String::new(),
                fault: None,
                time: None,
                line: 0,
            },
            booked: ours.is_booked(),
            settled: true,
            unchecked: false,
        }
    }

    fn refund(ours: &Ours) -> Option<Self> {
        let refund = ours.refund.as_ref()?;
        let number = refund.hosp_out_refund_no.clone();
        Some(Self {
            said: Statement {
                state: refund.state.as_str().to_owned(),
                amounts: refund.amounts,
                day: refund.day,
                med_trans_id: ours.med_trans_id.clone(),
                hosp_out_refund_no: number.filter(|number| !number.is_empty()),
                reconciled: String::new(),
                fault: None,
                time: None,
                line: 0,
            },
            booked: refund.is_booked(),
            settled: refund.is_final(),
            unchecked: false,
        })
    }

    fn row(row: &Theirs) -> Self {
        Self {
            said: Statement {
                state: row.state.clone(),
                amounts: row.amounts,
                day: Some(row.day),
                med_trans_id: row.med_trans_id.clone(),
                hosp_out_refund_no: row.hosp_out_refund_no.clone(),
                reconciled: row.reconciled.clone(),
                fault: row.fault,
                time: row.time,
                line: row.line,
            },
            booked: row.is_booked(),
            settled: row.state != "REFUNDING",
            unchecked: row.is_unchecked(),
        }
    }

    /// False if a number that both name differs: then they are not of the same payment or refund.
    fn may_be(&self, other: &Self) -> bool {
        let same = |a: &Option<String>, b: &Option<String>| match (a, b) {
            (Some(a), Some(b)) => a == b,
            _ => true,
        };
        same(&self.said.med_trans_id, &other.said.med_trans_id)
            && same(
                &self.said.hosp_out_refund_no,
                &other.said.hosp_out_refund_no,
            )
    }

    /// True if both stand alike. What the bill shows as under way may have ended since; what it shows as ended cannot be under way.
    fn stands_as(&self, row: &Self) -> bool {
        let in_between = ["SUCCESS", "REFUND", "REFUNDING", ""].contains(&&*row.said.state);
        match self.booked && row.booked {
            true => in_between && (self.settled || !row.settled),
            false => self.booked == row.booked,
        }
    }

    fn same_amounts(&self, row: &Self) -> bool {
        Part::ALL.into_iter().all(|part| {
            let (a, b) = (self.said.amounts.get(part), row.said.amounts.get(part));
            a.is_none() || b.is_none() || a == b
        })
    }

    /// Equal in all that a fingerprint is made of.
    fn is_copy_of(&self, other: &Self) -> bool {
        let said = Statement {
            line: other.said.line,
            time: other.said.time,
            ..self.said.clone()
        };
        said == other.said
    }
}

struct Comparison<'a, F> {
    key: &'a Key,
    days: Days,
    bucket: Bucket,
    totals: &'a mut Totals,
    report: &'a mut F,
}

impl<F: FnMut(Difference)> Comparison<'_, F> {
    fn run(&mut self, mut ours: Vec<Entry>, mut theirs: Vec<Entry>) {
        // What is booked first: what is not booked matters only as the partner of a row.
        ours.sort_by_key(|entry| (!entry.booked, entry.said.amounts, entry.said.day));
        let mut partner: Option<Entry> = None;
        if let Some(first) = ours.first().cloned() {
            ours.remove(0);
            let best = (0..theirs.len())
                .filter(|at| first.may_be(&theirs[*at]))
                .min_by_key(|at| unlike(&first, &theirs[*at]));
            match best {
                Some(at) => {
                    let row = theirs.remove(at);
                    self.pair(&first, &row);
                    partner = Some(row);
                }
                None => self.alone(&first),
            }
            for again in ours.iter().filter(|entry| entry.booked) {
                self.repeated(again, true, 0);
            }
        }
        self.rest(partner, theirs);
    }

    /// The rows that have no record of ours as their partner.
    fn rest(&mut self, mut partner: Option<Entry>, mut theirs: Vec<Entry>) {
        while !theirs.is_empty() {
            let first = match partner.take() {
                Some(row) => row,
                None => {
                    let row = theirs.remove(0);
                    self.unknown(&row);
                    row
                }
            };
            let (again, others) = theirs.into_iter().partition(|row| first.may_be(row));
            self.again(again);
            theirs = others;
        }
    }

    fn again(&mut self, rows: Vec<Entry>) {
        let mut occurrence = 0;
        for (at, row) in rows.iter().enumerate() {
            let copy = at > 0 && row.is_copy_of(&rows[at - 1]);
            occurrence = if copy { occurrence + 1 } else { 0 };
            self.repeated(row, false, occurrence);
        }
    }

    /// What we have and the bill does not.
    fn alone(&mut self, ours: &Entry) {
        if !self.is_counted(ours) {
            return;
        }
        self.count_ours(&ours.said.amounts);
        let class = match self.bucket.movement {
            Movement::Payment => Class::OnlyOurs,
            Movement::Refund => Class::RefundMissing,
        };
        self.found(class, Some(ours), None, sign(&ours.said.amounts, true));
    }

    /// What the bill has and we do not.
    fn unknown(&mut self, row: &Entry) {
        if !self.is_of_days(row) {
            return;
        }
        let class = match self.bucket.movement {
            Movement::Payment => Class::OnlyTheirs,
            Movement::Refund => Class::RefundOnlyTheirs,
        };
        self.found(class, None, Some(row), self.theirs_alone(row));
        self.count_row(row);
        self.check_row(None, row);
    }

    fn repeated(&mut self, entry: &Entry, is_ours: bool, occurrence: u32) {
        let effect = match is_ours {
            true if self.is_counted(entry) => sign(&entry.said.amounts, true),
            false if self.is_of_days(entry) => self.theirs_alone(entry),
            _ => return,
        };
        match is_ours {
            true => self.count_ours(&entry.said.amounts),
            false => self.count_row(entry),
        }
        let (ours, theirs) = match is_ours {
            true => (Some(entry), None),
            false => (None, Some(entry)),
        };
        self.emit(Class::Repeated, ours, theirs, effect, occurrence);
    }

    fn pair(&mut self, ours: &Entry, row: &Entry) {
        let they = self.is_counted(row);
        // Without a day of ours, that of the row is taken.
        let we = match ours.said.day {
            Some(_) => self.is_counted(ours),
            None => ours.booked && self.is_of_days(row),
        };
        if !we && !self.is_of_days(row) {
            return;
        }
        let (a, b) = (&ours.said.amounts, &row.said.amounts);
        if we {
            self.count_ours(&stated(a, b, they));
        }
        if they {
            let counted = stated(b, a, we);
            self.totals.line(&self.bucket).count_theirs(&counted);
        }
        let moved = self.moved(a, b, we, they);
        let states_differ = !ours.stands_as(row);
        if states_differ {
            let effect = match ours.booked == row.booked {
                true => NONE,
                false => moved,
            };
            self.found(Class::State, Some(ours), Some(row), effect);
        }
        let days_differ = ours.said.day.is_some() && ours.said.day != row.said.day;
        if ours.booked && row.booked && days_differ {
            self.found(Class::AnotherDay, Some(ours), Some(row), moved);
        }
        if we || they {
            self.amounts(ours, row);
        }
        if self.is_of_days(row) {
            self.check_row(Some(ours), row);
        }
    }

    /// What the side that counts it has more, before the amounts themselves are compared.
    fn moved(&self, a: &Parts, b: &Parts, we: bool, they: bool) -> [Balance; 6] {
        if we == they {
            return NONE;
        }
        Part::ALL.map(|part| {
            let (a, b) = (a.get(part), b.get(part));
            match we {
                true => Balance::from(b.or(a)),
                false => -Balance::from(a.or(b)),
            }
        })
    }

    fn amounts(&mut self, ours: &Entry, row: &Entry) {
        let less = Part::ALL.map(|part| {
            let (a, b) = (ours.said.amounts.get(part), row.said.amounts.get(part));
            match a.is_some() && b.is_some() {
                true => Balance::from(a) - b.into(),
                false => Balance::ZERO,
            }
        });
        if self.bucket.movement == Movement::Refund && less[Part::Total as usize] > Balance::ZERO {
            self.found(Class::RefundPartial, Some(ours), Some(row), less);
            return;
        }
        for part in Part::ALL {
            let balance = less[part as usize];
            if balance != Balance::ZERO {
                let mut effect = NONE;
                effect[part as usize] = balance;
                self.found(Class::Amount(part), Some(ours), Some(row), effect);
            }
        }
    }

    /// What is wrong with a row by itself.
    fn check_row(&mut self, ours: Option<&Entry>, row: &Entry) {
        if row.said.fault.is_some() {
            self.found(Class::Arithmetic, ours, Some(row), NONE);
        }
        if row.unchecked {
            self.found(Class::Unchecked, ours, Some(row), NONE);
        }
    }

    /// True if its side counts it on one of the days. Without a day it is taken to be of one of them.
    fn is_counted(&self, entry: &Entry) -> bool {
        entry.booked && self.is_of_days(entry)
    }

    fn is_of_days(&self, entry: &Entry) -> bool {
        entry.said.day.is_none_or(|day| self.days.contain(day))
    }

    fn theirs_alone(&self, row: &Entry) -> [Balance; 6] {
        match row.booked {
            true => sign(&row.said.amounts, false),
            false => NONE,
        }
    }

    fn count_ours(&mut self, amounts: &Parts) {
        self.totals.line(&self.bucket).count_ours(amounts);
    }

    fn count_row(&mut self, row: &Entry) {
        if row.booked {
            let amounts = &row.said.amounts;
            self.totals.line(&self.bucket).count_theirs(amounts);
        }
    }

    fn found(
        &mut self,
        class: Class,
        ours: Option<&Entry>,
        theirs: Option<&Entry>,
        effect: [Balance; 6],
    ) {
        self.emit(class, ours, theirs, effect, 0);
    }

    fn emit(
        &mut self,
        class: Class,
        ours: Option<&Entry>,
        theirs: Option<&Entry>,
        effect: [Balance; 6],
        occurrence: u32,
    ) {
        let said = |entry: Option<&Entry>| entry.map(|entry| entry.said.clone());
        let difference = Difference {
            class,
            movement: self.bucket.movement,
            key: self.key.clone(),
            pay_type: self.bucket.pay_type.clone(),
            ours: said(ours),
            theirs: said(theirs),
            effect,
            occurrence,
        };
        self.totals.explain(&difference);
        (self.report)(difference);
    }
}

const NONE: [Balance; 6] = [Balance::ZERO; 6];

/// How much a row differs from ours: the least is its partner. Rows that differ alike are in the order of their contents.
fn unlike(ours: &Entry, row: &Entry) -> (bool, bool, bool) {
    let day_differs = ours.said.day.is_some() && ours.said.day != row.said.day;
    (!ours.same_amounts(row), day_differs, !ours.stands_as(row))
}

/// The parts of one side that are counted: what the other side counts as well and does not state has nothing to be compared with.
fn stated(parts: &Parts, others: &Parts, other_counts: bool) -> Parts {
    Part::ALL.into_iter().fold(Parts::default(), |kept, part| {
        let comparable = !other_counts || others.get(part).is_some();
        kept.with(part, parts.get(part).filter(|_| comparable))
    })
}

fn sign(parts: &Parts, is_ours: bool) -> [Balance; 6] {
    Part::ALL.map(|part| {
        let fen = Balance::from(parts.get(part));
        if is_ours { fen } else { -fen }
    })
}
