//! Reconciliation: the platform's bill (3.8) against the hospital's own orders, every difference explained.
//!
//! Both sides become records of one order each ([`Ours`], [`Theirs`]). [`compare()`] takes what both sides have of one order and reports each
//! [`Difference`] with its [`Class`], its next step and its effect on the totals. The tolerance is zero: a [`Totals`] proves itself, since what
//! we booked less what they booked is the sum of the effects, to the fen.

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub use class::{Class, NextStep};
pub use compare::{Days, Group, compare};
pub use difference::{Difference, Statement};
pub use ledger::{Decision, Ledger, LedgerError, Scope, Since};
pub use money::{Balance, Part, Parts};
pub use payinsurance;
pub use payinsurance_orders;
pub use record::{Fault, Key, Movement, OurRefund, Ours, Theirs};
pub use report::{Language, Report, ReportError, Standing};
pub use run::{Outcome, Run, RunError, Unreadable};
pub use table::{Columns, Field, TableError, read_csv, read_xlsx};
pub use totals::{Bucket, Line, Totals};

mod books;
mod class;
mod compare;
mod difference;
mod evidence;
mod ledger;
mod money;
mod record;
mod report;
mod run;
mod sort;
mod table;
mod totals;
