//! A run: bills and orders go in, in any order and number; differences and totals come out.
//!
//! Memory does not grow with the days: records are sorted on disk and compared one order at a time, and the differences go to disk as well.

use std::collections::BTreeMap;
use std::io::{self, BufRead};

use jiff::civil::Date;
use payinsurance::bill::Row;
use payinsurance_orders::store::{Store, StoreError};
use signed_xml::bill::{BillError, BillReader};

use crate::books::{self, Pages};
use crate::class::Class;
use crate::compare::{Days, Group, compare};
use crate::difference::Difference;
use crate::record::{Key, Movement, Ours, Theirs};
use crate::sort::{Record, Sorter, Spool};
use crate::table::TableError;
use crate::totals::Totals;

/// At most so many rows that cannot be read are named; all are counted.
const MAX_NAMED: usize = 1_000;

/// Collects both sides, then compares them.
///
/// # Examples
///
/// ```
/// use jiff::civil::date;
/// use payinsurance_orders::store::MemoryStore;
/// use payinsurance_reconcile::{Class, Days, Run};
///
/// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
/// # runtime.block_on(async {
/// let day = date(2018, 12, 4);
/// let bill = "订单号,退款订单号,订单状态,订单自费金额,订单医保金额,订单总金额,退款金额,撤销金额\n\
///             `YD1,`,`SUCCESS,`33.33,`44.17,`77.50,`0.00,`0.00\n";
/// let store = MemoryStore::default();
/// let mut run = Run::new(Days { first: day, last: day })?;
/// run.add_bill("clinic", day, bill.as_bytes())?;
/// run.add_orders(&store, "clinic", 31).await?;
/// let mut outcome = run.finish(Some(&store)).await?;
/// assert_eq!(outcome.counts()[&Class::OnlyTheirs], 1);
/// assert!(outcome.totals().prove_themselves());
/// let difference = outcome.differences()?.next().unwrap()?;
/// assert_eq!(difference.effect[0].to_string(), "-77.50");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Run {
    days: Days,
    sorter: Sorter,
    orders: u64,
    rows: u64,
    unreadable: Vec<Unreadable>,
    unreadable_count: u64,
}

/// A row of a bill, or an order, that could not be read. It is in no total.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Unreadable {
    /// The hospital.
    pub merchant: String,
    /// The day of the bill; `None` for an order or a row of a table.
    pub day: Option<Date>,
    /// 订单号 of an order, if that can be read; `None` for a row of a bill.
    pub hosp_out_trade_no: Option<String>,
    /// Which line, and what is wrong with it; nothing personal.
    pub reason: String,
}

/// What a run found.
pub struct Outcome {
    days: Days,
    totals: Totals,
    counts: BTreeMap<Class, u64>,
    differences: Spool<Difference>,
    orders: u64,
    rows: u64,
    unreadable: Vec<Unreadable>,
    unreadable_count: u64,
}

/// Why a run did not come to an end. Nothing was changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The bill cannot be read at all.
    #[error("the bill of {day} of {merchant} cannot be read: {error}")]
    Bill {
        /// The hospital.
        merchant: String,
        /// The day.
        day: Date,
        /// What is wrong with it.
        error: BillError,
    },
    /// The store of the desk.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The disk for temporary files.
    #[error("a temporary file could not be written or read: {0}; see that there is room for it")]
    Disk(#[from] io::Error),
}

impl Run {
    /// A run over the bills of these days.
    ///
    /// # Errors
    ///
    /// Those of the disk for temporary files.
    pub fn new(days: Days) -> io::Result<Self> {
        Ok(Self {
            days,
            sorter: Sorter::new(),
            orders: 0,
            rows: 0,
            unreadable: Vec::new(),
            unreadable_count: 0,
        })
    }

    /// Adds the bill of a day: one of type ALL, or those of SUCCESS and REFUND one after the other.
    ///
    /// A row that cannot be read is named in the outcome, and the rest goes on.
    ///
    /// # Errors
    ///
    /// [`RunError::Bill`] if it is not a bill or ends early; [`RunError::Disk`].
    pub fn add_bill(
        &mut self,
        merchant: &str,
        day: Date,
        bill: impl BufRead,
    ) -> Result<(), RunError> {
        let failed = |error| RunError::Bill {
            merchant: merchant.to_owned(),
            day,
            error,
        };
        let mut rows = BillReader::<_, Row>::new(bill).map_err(failed)?;
        while let Some(row) = rows.next_row() {
            match row {
                Ok(row) => {
                    self.rows += 1;
                    let mut row = Theirs::new(merchant, day, &row, 0);
                    row.line = rows.row_line();
                    self.sorter.push(Record::Theirs(row))?;
                }
                Err(error) if error.is_final() => return Err(failed(error)),
                Err(error) => self.leave_out(Unreadable {
                    merchant: merchant.to_owned(),
                    day: Some(day),
                    hosp_out_trade_no: None,
                    reason: error.to_string(),
                }),
            }
        }
        Ok(())
    }

    /// Adds an order of ours.
    ///
    /// # Errors
    ///
    /// Those of the disk for temporary files.
    pub fn add_order(&mut self, ours: Ours) -> io::Result<()> {
        self.orders += 1;
        self.sorter.push(Record::Ours(ours))
    }

    /// Adds the orders of a table, read by [`read_csv`](crate::read_csv) or [`read_xlsx`](crate::read_xlsx).
    ///
    /// A row that cannot be read is named in the outcome, and the rest goes on.
    ///
    /// # Errors
    ///
    /// Those of the disk for temporary files.
    pub fn add_table(
        &mut self,
        merchant: &str,
        orders: impl Iterator<Item = Result<Ours, TableError>>,
    ) -> io::Result<()> {
        for ours in orders {
            match ours {
                Ok(ours) => self.add_order(ours)?,
                Err(error) => self.leave_out(Unreadable {
                    merchant: merchant.to_owned(),
                    day: None,
                    hosp_out_trade_no: None,
                    reason: error.to_string(),
                }),
            }
        }
        Ok(())
    }

    /// Adds the orders of a hospital that may have been paid or refunded on the days, page by page.
    ///
    /// Orders that were stored more than `lookback` days before the first day are only found by a row of the bill.
    ///
    /// # Errors
    ///
    /// [`RunError::Store`], [`RunError::Disk`].
    pub async fn add_orders(
        &mut self,
        store: &dyn Store,
        merchant: &str,
        lookback: u32,
    ) -> Result<(), RunError> {
        let mut pages = Pages::new(store, merchant, self.days, lookback);
        while let Some(page) = pages.next().await? {
            for ours in page.orders {
                self.add_order(ours)?;
            }
            for (key, reason) in page.unreadable {
                self.leave_out(Unreadable {
                    merchant: key.merchant,
                    day: None,
                    hosp_out_trade_no: Some(key.hosp_out_trade_no),
                    reason,
                });
            }
        }
        Ok(())
    }

    /// Compares both sides. An order that only the bill has is looked up in the `store`, whenever it was placed.
    ///
    /// # Errors
    ///
    /// [`RunError::Store`], [`RunError::Disk`].
    pub async fn finish(self, store: Option<&dyn Store>) -> Result<Outcome, RunError> {
        let mut outcome = Outcome {
            days: self.days,
            totals: Totals::default(),
            counts: BTreeMap::new(),
            differences: Spool::new()?,
            orders: self.orders,
            rows: self.rows,
            unreadable: self.unreadable,
            unreadable_count: self.unreadable_count,
        };
        let mut sorted = self.sorter.sorted()?.peekable();
        while let Some(first) = sorted.next().transpose()? {
            let key = first.key().clone();
            let mut group = Group::default();
            group.add(first);
            // Rows without a number are of an order each.
            while !key.hosp_out_trade_no.is_empty()
                && let Some(Ok(next)) = sorted.peek()
                && *next.key() == key
            {
                if let Some(next) = sorted.next().transpose()? {
                    group.add(next);
                }
            }
            if let Some(store) = store {
                outcome.orders += group.complete(&key, store).await?;
            }
            outcome.take(group)?;
        }
        Ok(outcome)
    }

    fn leave_out(&mut self, unreadable: Unreadable) {
        self.unreadable_count += 1;
        if self.unreadable.len() < MAX_NAMED {
            self.unreadable.push(unreadable);
        }
    }
}

impl Group {
    fn add(&mut self, record: Record) {
        match record {
            Record::Ours(ours) => self.ours.push(ours),
            Record::Theirs(row) => self.theirs.push(row),
        }
    }

    /// Looks up what the days did not bring. Returns how many orders it found.
    async fn complete(&mut self, key: &Key, store: &dyn Store) -> Result<u64, StoreError> {
        let mut found = 0;
        if self.ours.is_empty() && !key.hosp_out_trade_no.is_empty() {
            self.ours.extend(books::look_up(store, key).await?);
            found = self.ours.len() as u64;
        }
        let has_row = self
            .theirs
            .iter()
            .any(|row| row.movement == Movement::Refund);
        for ours in &mut self.ours {
            let Some(refund) = &mut ours.refund else {
                continue;
            };
            if refund.day.is_none() && refund.is_booked() && !has_row {
                refund.day = books::refund_day(store, key).await?;
            }
        }
        Ok(found)
    }
}

impl Outcome {
    /// The days that were compared.
    #[must_use]
    pub fn days(&self) -> Days {
        self.days
    }

    /// What both sides booked; it proves itself.
    #[must_use]
    pub fn totals(&self) -> &Totals {
        &self.totals
    }

    /// How many differences of each class there are; classes without any are not in it.
    #[must_use]
    pub fn counts(&self) -> &BTreeMap<Class, u64> {
        &self.counts
    }

    /// The differences, by hospital and order number.
    ///
    /// # Errors
    ///
    /// Those of the disk for temporary files.
    pub fn differences(&mut self) -> io::Result<impl Iterator<Item = io::Result<Difference>> + '_> {
        self.differences.read()
    }

    /// How many orders of ours were compared.
    #[must_use]
    pub fn orders(&self) -> u64 {
        self.orders
    }

    /// How many rows of bills were compared.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Rows and orders that could not be read, at most a thousand of them, and how many there are in all.
    #[must_use]
    pub fn unreadable(&self) -> (&[Unreadable], u64) {
        (&self.unreadable, self.unreadable_count)
    }

    fn take(&mut self, group: Group) -> io::Result<()> {
        let (differences, counts) = (&mut self.differences, &mut self.counts);
        let mut written = Ok(());
        compare(group, self.days, &mut self.totals, |difference| {
            *counts.entry(difference.class).or_default() += 1;
            if written.is_ok() {
                written = differences.push(&difference);
            }
        });
        written
    }
}
