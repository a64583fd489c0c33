//! Arguments of `payinsurance reconcile`, and what is wrong with them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use jiff::civil::Date;
use payinsurance_orders::State;
use payinsurance_reconcile::{Class, Columns, Days, Field};

/// What stands below the help of the command.
const EXIT_STATUS: &str = "Exit status: 0 no open differences, 1 not done, 2 wrong arguments, 3 rows or orders could not be read, 4 open differences";

/// The most days of one run.
const MAX_DAYS: i32 = 366;

/// Arguments of `payinsurance reconcile`.
#[derive(clap::Args)]
#[command(after_help = EXIT_STATUS)]
pub(crate) struct Arguments {
    /// Where the desk keeps its orders: the path of a SQLite file, `sqlite:PATH`, or `postgres://…` [env: PAYINSURANCE_STORE]
    #[arg(long)]
    pub(super) store: Option<String>,
    /// A hospital, by the name under which the desk knows it; may be repeated
    #[arg(long, required = true)]
    merchant: Vec<String>,
    /// The first day in Beijing: 2018-12-04
    #[arg(long)]
    since: Date,
    /// The last day; without it only the first one
    #[arg(long)]
    until: Option<Date>,
    /// The bill of a day, of type ALL, as DAY=FILE, or MERCHANT:DAY=FILE where several hospitals are named; may be repeated. A day without one counts
    /// as a day without rows
    #[arg(long, value_name = "[MERCHANT:]DAY=FILE")]
    bill: Vec<String>,
    /// Orders of a hospital information system instead of a desk's: a table in CSV (UTF-8) or .xlsx, as FILE, or MERCHANT=FILE where several hospitals
    /// are named; may be repeated
    #[arg(long, value_name = "[MERCHANT=]FILE", conflicts_with_all = ["take_bill", "lookback"])]
    table: Vec<String>,
    /// Which column of the tables holds what: order, total, cash, insurance, own_account, fund, other, pay_type, med_trans_id, state, day, refund_no,
    /// refund_total, refund_cash, refund_insurance, refund_day; repeated for each, as order=订单号
    #[arg(long, value_name = "FIELD=HEAD", requires = "table")]
    column: Vec<String>,
    /// What a word in the state column of the tables means, as 交费成功=paid; may be repeated
    #[arg(long, value_name = "WORD=STATE", requires = "table")]
    state: Vec<String>,
    /// The amounts of the tables are fen, not yuan
    #[arg(long, requires = "table")]
    fen: bool,
    /// So many days before the first day orders may have been placed; older ones are found by their rows
    #[arg(long, default_value_t = 31, value_name = "DAYS")]
    pub(super) lookback: u32,
    /// Where runs and decisions are kept; without it beside the SQLite file of the orders, or in their PostgreSQL database [env:
    /// PAYINSURANCE_LEDGER]
    #[arg(long)]
    pub(super) ledger: Option<String>,
    /// Writes the differences as CSV
    #[arg(long, value_name = "FILE")]
    pub(super) csv: Option<PathBuf>,
    /// Writes an Excel file
    #[arg(long, value_name = "FILE")]
    pub(super) xlsx: Option<PathBuf>,
    /// Writes a page that needs nothing else
    #[arg(long, value_name = "FILE")]
    pub(super) html: Option<PathBuf>,
    /// Records the run, and what --accept, --accept-class and --take-bill ask for; without it nothing is changed
    #[arg(long, requires = "who")]
    pub(super) apply: bool,
    /// Who applies it
    #[arg(long)]
    pub(super) who: Option<String>,
    /// Why; with --accept, --accept-class and --take-bill
    #[arg(long)]
    pub(super) why: Option<String>,
    /// Accepts the difference of this fingerprint: it is not reported as open again; may be repeated
    #[arg(long, value_name = "FINGERPRINT", requires = "why")]
    pub(super) accept: Vec<String>,
    /// Accepts every difference of this class; may be repeated
    #[arg(long, value_name = "CLASS", requires = "why", value_parser = class)]
    pub(super) accept_class: Vec<Class>,
    /// Takes the row of the bill of this fingerprint as evidence that the order is paid; for a payment that queryorder does not report; may be repeated
    #[arg(long, value_name = "FINGERPRINT", requires = "why")]
    pub(super) take_bill: Vec<String>,
}

/// A bill to be read.
pub(super) struct Bill {
    pub(super) merchant: String,
    pub(super) day: Date,
    pub(super) path: PathBuf,
}

impl Arguments {
    pub(super) fn merchants(&self) -> BTreeSet<String> {
        self.merchant.iter().cloned().collect()
    }

    /// The days, or what is wrong with them.
    pub(super) fn days(&self) -> Result<Days, String> {
        let (first, last) = (self.since, self.until.unwrap_or(self.since));
        let count = (last - first).get_days() + 1;
        if count < 1 {
            return Err(format!(
                "the days go from {first} to {last}: give --until a day that is not before --since"
            ));
        }
        if count > MAX_DAYS {
            return Err(format!(
                "the days go from {first} to {last}: give at most {MAX_DAYS} days"
            ));
        }
        Ok(Days { first, last })
    }

    /// The tables with their hospitals, or what is wrong with one.
    pub(super) fn tables(&self) -> Result<Vec<(String, PathBuf)>, String> {
        let merchants = self.merchants();
        let table = |text: &String| match text.split_once('=') {
            Some((merchant, path)) if merchants.contains(merchant) => {
                Ok((merchant.to_owned(), path.into()))
            }
            _ if merchants.len() == 1 => Ok((merchants.iter().cloned().collect(), text.into())),
            _ => Err(format!(
                "the table {text:?} does not say which hospital it is of: give MERCHANT=FILE with a MERCHANT that --merchant names"
            )),
        };
        self.table.iter().map(table).collect()
    }

    /// How the tables are read, or what is wrong with the mapping.
    pub(super) fn columns(&self) -> Result<Columns, String> {
        let column = |text: &String| {
            let (field, head) = text.split_once('=').ok_or_else(|| {
                format!("the column {text:?} must be FIELD=HEAD, for example order=订单号")
            })?;
            let mut fields = Field::ALL.into_iter();
            let found = fields.find(|known| known.as_str() == field);
            let fields: Vec<&str> = Field::ALL.iter().map(|field| field.as_str()).collect();
            let found = found.ok_or_else(|| {
                format!(
                    "the column {text:?} names no field: expected one of {}",
                    fields.join(", ")
                )
            })?;
            Ok::<_, String>((found, head.to_owned()))
        };
        let heads: Vec<_> = self.column.iter().map(column).collect::<Result<_, _>>()?;
        let mut columns = Columns::new(heads);
        for text in &self.state {
            let (word, state) = text.split_once('=').ok_or_else(|| {
                format!("the state {text:?} must be WORD=STATE, for example 交费成功=paid")
            })?;
            let state: State = state
                .parse()
                .map_err(|error| format!("{text:?}: {error}"))?;
            columns = columns.with_state(word, state);
        }
        Ok(if self.fen { columns.in_fen() } else { columns })
    }

    /// The bills, or what is wrong with one.
    pub(super) fn bills(&self) -> Result<Vec<Bill>, String> {
        let merchants = self.merchants();
        let bills = self.bill.iter().map(|text| bill(text, &merchants));
        let bills: Vec<Bill> = bills.collect::<Result<_, _>>()?;
        let mut seen = BTreeMap::new();
        for bill in &bills {
            let place = (&bill.merchant, bill.day, &bill.path);
            if seen.insert(place, ()).is_some() {
                return Err(format!(
                    "the bill {} is given twice for {}",
                    bill.path.display(),
                    bill.day
                ));
            }
        }
        Ok(bills)
    }
}

fn bill(text: &str, merchants: &BTreeSet<String>) -> Result<Bill, String> {
    let wrong = || {
        format!(
            "the bill {text:?} must be DAY=FILE or MERCHANT:DAY=FILE, for example 2018-12-04=bill.txt"
        )
    };
    let (place, path) = text.split_once('=').ok_or_else(wrong)?;
    let (merchant, day) = match place.rsplit_once(':') {
        Some((merchant, day)) => (merchant.to_owned(), day),
        None if merchants.len() == 1 => (merchants.iter().cloned().collect(), place),
        None => {
            return Err(format!(
                "the bill {text:?} does not say which hospital it is of: give MERCHANT:DAY=FILE"
            ));
        }
    };
    if !merchants.contains(&merchant) {
        return Err(format!(
            "the bill {text:?} is of {merchant:?}, which no --merchant names"
        ));
    }
    Ok(Bill {
        merchant,
        day: day.parse().map_err(|_| wrong())?,
        path: path.into(),
    })
}

fn class(text: &str) -> Result<Class, String> {
    let found = Class::ALL.into_iter().find(|class| class.as_str() == text);
    found.ok_or_else(|| {
        let all: Vec<&str> = Class::ALL.iter().map(|class| class.as_str()).collect();
        format!("expected one of {}", all.join(", "))
    })
}
