//! Reports of a run, for people and programs: a table, JSON lines, CSV, an Excel file, a page.
//!
//! No report holds anything personal: neither an openid nor a name is ever read from a row.

mod csv;
mod html;
mod json;
mod table;
mod words;
mod xlsx;

use std::collections::BTreeMap;
use std::io;

use crate::difference::Difference;
use crate::ledger::{Decision, Since};
use crate::run::Outcome;

pub use words::Language;

/// A run with what the ledger knows of it.
pub struct Report {
    outcome: Outcome,
    decisions: BTreeMap<String, Decision>,
    since: Since,
}

/// How many differences there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Those that a person has to look at.
    pub open: u64,
    /// Those that somebody has decided.
    pub decided: u64,
}

/// A difference of a report.
pub(crate) struct Item<'a> {
    pub(crate) difference: Difference,
    pub(crate) fingerprint: String,
    pub(crate) decision: Option<&'a Decision>,
    pub(crate) is_new: bool,
}

/// A report cannot be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// Where it is written to, or the temporary files.
    #[error("the report could not be written: {0}")]
    Disk(#[from] io::Error),
    /// The Excel file.
    #[error("the Excel file could not be written: {0}")]
    Excel(#[from] rust_xlsxwriter::XlsxError),
}

impl Report {
    /// A report of a run. Without a ledger every difference is open, and none is new.
    #[must_use]
    pub fn new(outcome: Outcome, decisions: BTreeMap<String, Decision>, since: Since) -> Self {
        Self {
            outcome,
            decisions,
            since,
        }
    }

    /// The run.
    #[must_use]
    pub fn outcome(&mut self) -> &mut Outcome {
        &mut self.outcome
    }

    /// What changed since the run before.
    #[must_use]
    pub fn since(&self) -> &Since {
        &self.since
    }

    /// How many differences are open and decided.
    ///
    /// # Errors
    ///
    /// Those of the temporary files.
    pub fn standing(&mut self) -> io::Result<Standing> {
        let mut standing = Standing::default();
        self.each(|item| {
            match item.decision {
                Some(_) => standing.decided += 1,
                None => standing.open += 1,
            }
            Ok::<_, io::Error>(())
        })?;
        Ok(standing)
    }

    /// Hands over each difference with what is known of it.
    pub(crate) fn each<E: From<io::Error>>(
        &mut self,
        mut take: impl FnMut(Item<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        for difference in self.outcome.differences()? {
            let difference = difference?;
            let fingerprint = difference.fingerprint();
            take(Item {
                decision: self.decisions.get(&fingerprint),
                is_new: self.since.new.contains(&fingerprint),
                difference,
                fingerprint,
            })?;
        }
        Ok(())
    }
}
