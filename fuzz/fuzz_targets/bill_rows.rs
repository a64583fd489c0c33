//! Rows that borrow from the bill: lent one by one they are the owned ones, in whatever pieces the bytes come, and a row that can be written again is
//! read as the same row.

#![no_main]

use std::borrow::Cow;
use std::io::{self, Read};

use libfuzzer_sys::fuzz_target;
use signed_xml::bill::{BillError, BillReader, BillRow, BillWriter};
use signed_xml::{BeijingTime, BillRow, Decimal, Fen, Rate};

#[derive(Clone, Default, PartialEq, BillRow)]
struct Row<'a> {
    #[column("交易时间")]
    time: Option<BeijingTime>,
    #[column("订单号")]
    number: Option<Cow<'a, str>>,
    #[column("总金额", alias = "应结订单金额")]
    total: Option<Fen>,
    #[column("退款金额", minus)]
    back: Option<Fen>,
    #[column("手续费")]
    fee: Option<Decimal>,
    #[column("费率")]
    rate: Option<Rate>,
    #[column("用户标识", personal)]
    openid: Option<Cow<'a, str>>,
    #[column(unknown)]
    unknown: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

const COLUMNS: [&str; 7] = [
    "交易时间",
    "订单号",
    "总金额",
    "退款金额",
    "手续费",
    "费率",
    "用户标识",
];

fuzz_target!(|input: &[u8]| {
    let Some((size, bill)) = input.split_first() else {
        return;
    };
    // A header in front reaches the rows.
    let header = COLUMNS.join(",") + ",新列\n";
    let whole = [header.as_bytes(), bill].concat();
    for text in [bill, &whole] {
        let lent = lent(text);
        let pieces = Pieces(text, usize::from(*size) + 1);
        let owned = BillReader::<_, Row>::new(pieces).map(|rows| rows.collect::<Vec<_>>());
        assert!(lent == owned);
        for row in lent.iter().flatten().flatten() {
            assert_is_read_as_written(row);
        }
    }
});

type Rows = Vec<Result<Row<'static>, BillError>>;

/// The rows as they are lent, whose lines never go back.
fn lent(text: &[u8]) -> Result<Rows, BillError> {
    let mut rows = BillReader::<_, Row>::new(text)?;
    let (mut all, mut line) = (Vec::new(), 1);
    while let Some(row) = rows.next_row() {
        let row = row.map(Row::into_owned);
        let is_row = row.is_ok();
        all.push(row);
        // A line that ends otherwise than the header is not counted.
        assert!(!is_row || rows.row_line() >= line);
        line = rows.row_line();
    }
    Ok(all)
}

fn assert_is_read_as_written(row: &Row) {
    let mut bill = BillWriter::new(Vec::new(), &COLUMNS).expect("a vector takes all");
    // What the form cannot carry is refused.
    if bill.row(row).is_err() {
        return;
    }
    let known = Row {
        unknown: Vec::new(),
        ..row.clone()
    };
    assert!(lent(&bill.into_inner()) == Ok(vec![Ok(known)]));
}

/// Gives its bytes in pieces of one size.
struct Pieces<'a>(&'a [u8], usize);

impl Read for Pieces<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let size = self.1.min(out.len()).min(self.0.len());
        let (now, rest) = self.0.split_at(size);
        out[..size].copy_from_slice(now);
        self.0 = rest;
        Ok(size)
    }
}
