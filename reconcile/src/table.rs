//! Our side from a table: CSV or Excel of a hospital information system, whose columns a mapping names.
//!
//! CSV is read row by row. An Excel sheet is in memory while it is read, which is the form of the file.

use std::collections::BTreeMap;
use std::io::{Read, Seek};

use calamine::{Data, Reader, Xlsx};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use payinsurance_orders::{RefundState, State};
use signed_xml::Fen;

use crate::money::{Part, Parts};
use crate::record::{Key, OurRefund, Ours};

/// What a column of a table can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Field {
    /// The order number that the platform knows as 订单号. Needed.
    Order,
    /// The whole amount. Needed, unless cash and insurance are there.
    Total,
    /// The cash part.
    Cash,
    /// The insurance part.
    Insurance,
    /// The patient's own account.
    OwnAccount,
    /// The pooled fund.
    Fund,
    /// Other sources of insurance.
    Other,
    /// 订单支付方式: 1, 2 or 3.
    PayType,
    /// 微信医保支付总单号.
    MedTransId,
    /// How the order stands; without the column each row is paid.
    State,
    /// The day of the payment.
    Day,
    /// 退款订单号.
    RefundNo,
    /// All that went back; empty or 0 if nothing did.
    RefundTotal,
    /// The cash that went back.
    RefundCash,
    /// The insurance that went back.
    RefundInsurance,
    /// The day of the refund.
    RefundDay,
}

/// Which column holds what, and how its values are to be read.
///
/// # Examples
///
/// ```
/// use payinsurance_reconcile::{Columns, Field, Part, read_csv};
/// use signed_xml::Fen;
///
/// let table = "单号,总额,自费,医保\nYD1,\"1,077.50\",1033.33,44.17\n";
/// let columns = Columns::new([
///     (Field::Order, "单号"),
///     (Field::Total, "总额"),
///     (Field::Cash, "自费"),
///     (Field::Insurance, "医保"),
/// ]);
/// let mut orders = read_csv(table.as_bytes(), "clinic", columns)?;
/// let ours = orders.next().unwrap()?;
/// assert_eq!(ours.key.hosp_out_trade_no, "YD1");
/// assert_eq!(ours.amounts.get(Part::Total), Some(Fen(107_750)));
/// # Ok::<(), payinsurance_reconcile::TableError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Columns {
    heads: BTreeMap<Field, String>,
    states: BTreeMap<String, State>,
    fen: bool,
}

/// A table, or a row of it, cannot be read. Values are not shown: they may be personal.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// A column that the mapping names is not there, or none is mapped that is needed.
    #[error("the table has no column {wanted:?}; its columns are {found}")]
    Column {
        /// The column looked for.
        wanted: String,
        /// The columns that there are.
        found: String,
    },
    /// The mapping lacks a field.
    #[error("the mapping must name the column of {field}")]
    Unmapped {
        /// The field.
        field: &'static str,
    },
    /// A value cannot be read.
    #[error("row {row}, column {column:?}: expected {expected}")]
    Value {
        /// The number of the row, the head being 1.
        row: u64,
        /// The head of the column.
        column: String,
        /// What it must be.
        expected: String,
    },
    /// The file is not CSV in UTF-8, or not an Excel file.
    #[error("the table cannot be read: {0}")]
    File(String),
}

impl Field {
    /// Every field.
    pub const ALL: [Self; 16] = [
        Self::Order,
        Self::Total,
        Self::Cash,
        Self::Insurance,
        Self::OwnAccount,
        Self::Fund,
        Self::Other,
        Self::PayType,
        Self::MedTransId,
        Self::State,
        Self::Day,
        Self::RefundNo,
        Self::RefundTotal,
        Self::RefundCash,
        Self::RefundInsurance,
        Self::RefundDay,
    ];

    /// The name on the command line: `own_account`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Total => "total",
            Self::Cash => "cash",
            Self::Insurance => "insurance",
            Self::OwnAccount => "own_account",
            Self::Fund => "fund",
            Self::Other => "other",
            Self::PayType => "pay_type",
            Self::MedTransId => "med_trans_id",
            Self::State => "state",
            Self::Day => "day",
            Self::RefundNo => "refund_no",
            Self::RefundTotal => "refund_total",
            Self::RefundCash => "refund_cash",
            Self::RefundInsurance => "refund_insurance",
            Self::RefundDay => "refund_day",
        }
    }
}

impl Columns {
    /// Columns by their heads; amounts are yuan.
    ///
    /// A state is one of [`State::as_str`], 已支付, 已退款, 未支付 or 已关闭; [`Columns::with_state`] adds words.
    pub fn new<S: Into<String>>(heads: impl IntoIterator<Item = (Field, S)>) -> Self {
        let words = [
            ("已支付", State::Paid),
            ("已退款", State::Refunded),
            ("未支付", State::Placed),
            ("已关闭", State::Closed),
        ];
        let known = State::ALL.iter().map(|state| (state.as_str(), *state));
        let states = known.chain(words);
        Self {
            heads: heads
                .into_iter()
                .map(|(field, head)| (field, head.into()))
                .collect(),
            states: states
                .map(|(word, state)| (word.to_owned(), state))
                .collect(),
            fen: false,
        }
    }

    /// With one more word for a state.
    #[must_use]
    pub fn with_state(mut self, word: impl Into<String>, state: State) -> Self {
        self.states.insert(word.into(), state);
        self
    }

    /// With amounts in fen instead of yuan.
    #[must_use]
    pub fn in_fen(mut self) -> Self {
        self.fen = true;
        self
    }

    /// Finds the columns under these heads.
    fn places(&self, heads: &[String]) -> Result<Places, TableError> {
        let has = |field| self.heads.contains_key(&field);
        if !has(Field::Order) {
            return Err(TableError::Unmapped { field: "order" });
        }
        let has_parts = has(Field::Cash) && has(Field::Insurance);
        if !has(Field::Total) && !has_parts {
            return Err(TableError::Unmapped { field: "total" });
        }
        let place = |(field, wanted): (&Field, &String)| {
            let found = heads.iter().position(|head| head.trim() == wanted);
            let at = found.ok_or_else(|| TableError::Column {
                wanted: wanted.clone(),
                found: heads.join(", "),
            })?;
            Ok((*field, at))
        };
        self.heads.iter().map(place).collect()
    }
}

type Places = BTreeMap<Field, usize>;

/// The orders of a CSV table in UTF-8, row by row. A row that cannot be read is one error, and the next one goes on.
///
/// # Errors
///
/// [`TableError`] if the head lacks a column.
pub fn read_csv<R: Read>(
    input: R,
    merchant: &str,
    columns: Columns,
) -> Result<impl Iterator<Item = Result<Ours, TableError>>, TableError> {
    let broken = |error: csv::Error| TableError::File(error.to_string());
    let mut table = csv::Reader::from_reader(input);
    let heads = table.headers().map_err(broken)?;
    let heads: Vec<String> = heads
        .iter()
        .map(|head| head.trim_start_matches('\u{FEFF}').to_owned())
        .collect();
    let places = columns.places(&heads)?;
    let merchant = merchant.to_owned();
    Ok(table.into_records().map(move |record| {
        let record = record.map_err(broken)?;
        let number = record.position().map_or(0, csv::Position::line);
        let cells: Vec<&str> = record.iter().collect();
        let row = TableRow {
            number,
            cells: &cells,
            columns: &columns,
            places: &places,
        };
        row.ours(&merchant)
    }))
}

/// The orders of the first sheet of an Excel file (`.xlsx`).
///
/// # Errors
///
/// [`TableError`] if it is not such a file, or its first row lacks a column.
pub fn read_xlsx<R: Read + Seek>(
    input: R,
    merchant: &str,
    columns: Columns,
) -> Result<impl Iterator<Item = Result<Ours, TableError>>, TableError> {
    let broken = |error: calamine::XlsxError| TableError::File(error.to_string());
    let mut file: Xlsx<R> = Xlsx::new(input).map_err(broken)?;
    let sheet = file.worksheet_range_at(0);
    let sheet = sheet.ok_or_else(|| TableError::File("it has no sheet".to_owned()))?;
    let sheet = sheet.map_err(broken)?;
    let heads: Vec<String> = sheet
        .rows()
        .next()
        .into_iter()
        .flatten()
        .map(shown)
        .collect();
    let places = columns.places(&heads)?;
    let merchant = merchant.to_owned();
    let rows: Vec<Vec<String>> = sheet
        .rows()
        .skip(1)
        .map(|row| row.iter().map(shown).collect())
        .collect();
    Ok((2..).zip(rows).map(move |(number, cells)| {
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        let row = TableRow {
            number,
            cells: &cells,
            columns: &columns,
            places: &places,
        };
        row.ours(&merchant)
    }))
}

/// A number of which Excel has lost digits.
const LOST: &str = "\u{FFFD}";

/// The text of a cell. Excel stores every number as binary; its shortest decimal is what was typed, up to 15 digits.
fn shown(cell: &Data) -> String {
    match cell {
        Data::Float(number) if number.abs() >= 1e15 => LOST.to_owned(),
        Data::Float(number) => number.to_string(),
        Data::DateTime(time) => {
            // Excel counts days from 1899-12-30, for every day after February 1900.
            let days = time.as_f64() as i64;
            date(1899, 12, 30)
                .saturating_add(days.clamp(0, 1_000_000).days())
                .to_string()
        }
        Data::Empty => String::new(),
        other => other.to_string(),
    }
}

struct TableRow<'a> {
    number: u64,
    cells: &'a [&'a str],
    columns: &'a Columns,
    places: &'a Places,
}

impl TableRow<'_> {
    fn ours(&self, merchant: &str) -> Result<Ours, TableError> {
        let order = self.text(Field::Order)?;
        let order = order.ok_or_else(|| self.wrong(Field::Order, "an order number"))?;
        let cash = self.fen(Field::Cash)?;
        let insurance = self.fen(Field::Insurance)?;
        let total = match self.fen(Field::Total)? {
            Some(total) => total,
            None => sum(cash, insurance).ok_or_else(|| self.wrong(Field::Total, "an amount"))?,
        };
        let refund = self.refund()?;
        let state = match self.text(Field::State)? {
            None if refund.is_some() => State::Refunded,
            None => State::Paid,
            Some(word) => *self.columns.states.get(word).ok_or_else(|| {
                let words: Vec<&str> = self.columns.states.keys().map(String::as_str).collect();
                self.wrong(Field::State, &format!("one of {}", words.join(", ")))
            })?,
        };
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Ok(Ours {
            key: Key {
                merchant: merchant.to_owned(),
                hosp_out_trade_no: order.to_owned(),
            },
            med_trans_id: owned(self.text(Field::MedTransId)?),
            pay_type: owned(self.text(Field::PayType)?),
            state,
            amounts: Parts::default()
                .with(Part::Total, Some(total))
                .with(Part::Cash, cash)
                .with(Part::Insurance, insurance)
                .with(Part::OwnAccount, self.fen(Field::OwnAccount)?)
                .with(Part::Fund, self.fen(Field::Fund)?)
                .with(Part::Other, self.fen(Field::Other)?),
            day: self.day(Field::Day)?,
            refund,
        })
    }

    fn refund(&self) -> Result<Option<OurRefund>, TableError> {
        let cash = self.fen(Field::RefundCash)?;
        let insurance = self.fen(Field::RefundInsurance)?;
        let total = match self.fen(Field::RefundTotal)? {
            Some(total) => Some(total),
            None => sum(cash, insurance).or(cash).or(insurance),
        };
        let Some(total) = total.filter(|total| *total > Fen::ZERO) else {
            return Ok(None);
        };
        Ok(Some(OurRefund {
            hosp_out_refund_no: self.text(Field::RefundNo)?.map(str::to_owned),
            state: RefundState::Succeeded,
            amounts: Parts::default()
                .with(Part::Total, Some(total))
                .with(Part::Cash, cash)
                .with(Part::Insurance, insurance),
            day: self.day(Field::RefundDay)?,
        }))
    }

    /// The value of a field; `None` if it is empty or not mapped.
    fn text(&self, field: Field) -> Result<Option<&str>, TableError> {
        let Some(at) = self.places.get(&field) else {
            return Ok(None);
        };
        match self.cells.get(*at).map(|cell| cell.trim()) {
            Some(LOST) => Err(self.wrong(
                field,
                "text: Excel has lost digits of a number this long; format the column as text",
            )),
            cell => Ok(cell.filter(|cell| !cell.is_empty())),
        }
    }

    fn fen(&self, field: Field) -> Result<Option<Fen>, TableError> {
        let Some(text) = self.text(field)? else {
            return Ok(None);
        };
        let text = text.replace(',', "");
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let fen = match self.columns.fen {
            true if digits => text.parse().ok().map(Fen),
            true => None,
            false => Fen::from_yuan(&text).ok(),
        };
        let unit = if self.columns.fen { "fen" } else { "yuan" };
        fen.map(Some)
            .ok_or_else(|| self.wrong(field, &format!("an amount in {unit}")))
    }

    fn day(&self, field: Field) -> Result<Option<Date>, TableError> {
        let Some(text) = self.text(field)? else {
            return Ok(None);
        };
        let day = text
            .split([' ', 'T'])
            .next()
            .unwrap_or(text)
            .replace('/', "-");
        day.parse()
            .map(Some)
            .map_err(|_| self.wrong(field, "a day like 2018-12-04"))
    }

    fn wrong(&self, field: Field, expected: &str) -> TableError {
        let head = self.columns.heads.get(&field);
        TableError::Value {
            row: self.number,
            column: head.map_or(field.as_str(), String::as_str).to_owned(),
            expected: expected.to_owned(),
        }
    }
}

fn sum(cash: Option<Fen>, insurance: Option<Fen>) -> Option<Fen> {
    let (Fen(cash), Fen(insurance)) = (cash?, insurance?);
    cash.checked_add(insurance).map(Fen)
}
