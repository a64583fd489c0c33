//! Bills as they come: each rule of the module's table on a bill of its own, and what holds for any bill.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

use std::borrow::Cow;
use std::io::{self, Read, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use signed_xml::bill::{BillError, BillReader, BillWriter, Header};
use signed_xml::{BeijingTime, BillRow, Decimal, Fen, Rate};

/// A row with a column of each kind.
#[derive(Clone, Default, PartialEq, BillRow)]
struct Row<'a> {
    #[column("时间")]
    time: Option<BeijingTime>,
    #[column("单号", required)]
    number: Option<Cow<'a, str>>,
    #[column("金额", alias = "应收金额", required, yuan)]
    total: Option<Fen>,
    #[column("退款", yuan, minus)]
    back: Option<Fen>,
    #[column("手续费")]
    fee: Option<Decimal>,
    #[column("费率")]
    rate: Option<Rate>,
    #[column("姓名", personal)]
    person: Option<Cow<'a, str>>,
    #[column("备注")]
    note: Option<Cow<'a, str>>,
    #[column(unknown)]
    unknown: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

const COLUMNS: [&str; 8] = [
    "时间",
    "单号",
    "金额",
    "退款",
    "手续费",
    "费率",
    "姓名",
    "备注",
];
const HEADER: &str = "时间,单号,金额,退款,手续费,费率,姓名,备注";
const VALUES: [&str; 8] = [
    "2026-07-01 09:30:00",
    "A1",
    "12.30",
    "",
    "0.03690",
    "0.30%",
    "王五",
    "挂号",
];

type Rows = Vec<Result<Row<'static>, BillError>>;

fn rows(bill: impl AsRef<[u8]>) -> Rows {
    BillReader::<_, Row>::new(bill.as_ref()).unwrap().collect()
}

fn refused(bill: impl AsRef<[u8]>) -> BillError {
    BillReader::<_, Row>::new(bill.as_ref()).unwrap_err()
}

/// The plain row with other values under these names.
fn line(other: &[(&str, &str)]) -> String {
    let value = |(name, value): (&&str, &&str)| {
        let found = other.iter().find(|(other, _)| other == name);
        format!("`{}", found.map_or(*value, |(_, value)| *value))
    };
    let cells: Vec<String> = COLUMNS.iter().zip(&VALUES).map(value).collect();
    cells.join(",")
}

fn plain() -> Row<'static> {
    let mut rows = rows(format!("{HEADER}\n{}\n", line(&[])));
    assert_eq!(rows.len(), 1);
    rows.remove(0).unwrap()
}

fn number<'a>(row: &'a Result<Row<'static>, BillError>) -> &'a str {
    row.as_ref().unwrap().number.as_deref().unwrap()
}

#[test]
fn a_plain_bill_is_read_into_types() {
    let row = plain();
    assert_eq!(row.time.unwrap().to_string(), "2026-07-01 09:30:00");
    assert_eq!(row.number.as_deref(), Some("A1"));
    assert_eq!((row.total, row.back), (Some(Fen(1230)), None));
    assert_eq!(row.fee.unwrap().to_string(), "0.03690");
    assert_eq!(row.rate.unwrap().to_string(), "0.30%");
    assert_eq!(row.note.as_deref(), Some("挂号"));
}

#[test]
fn marks_around_lines_and_values_do_no_harm() {
    let (row, closed) = (line(&[]), line(&[]).replace(",`", "`,`") + "`");
    let quoted = HEADER.replace(',', "`,`");
    for (what, bill) in [
        ("a byte order mark", format!("\u{FEFF}{HEADER}\n{row}\n")),
        ("CRLF", format!("{HEADER}\r\n{row}\r\n")),
        ("CR", format!("{HEADER}\r{row}\r")),
        ("no last line end", format!("{HEADER}\n{row}")),
        ("blank lines", format!("\n{HEADER}\n\n{row}\n\n\n")),
        ("closed values", format!("{HEADER}\n{closed}\n")),
        ("a quoted header", format!("`{quoted}`\n{row}\n")),
        (
            "full-width commas",
            format!("{}\n{row}\n", HEADER.replace(',', "，")),
        ),
        (
            "blanks in the header",
            format!("{}\n{row}\n", HEADER.replace(',', " , ")),
        ),
        (
            "an alias",
            format!("{}\n{row}\n", HEADER.replace("金额", "应收金额")),
        ),
    ] {
        let found = rows(&bill);
        assert!(found == [Ok(plain())], "{what}: {found:?}");
    }
}

#[test]
fn text_keeps_commas_quotes_backticks_and_line_ends() {
    for note in [
        "a,b",
        "他说\"好\"",
        "a`b",
        "`a",
        "一\n二",
        "一\r\n二",
        "１２：３０",
        "-",
    ] {
        let bill = format!("{HEADER}\n{}`\n", line(&[("备注", note)]));
        let found = rows(&bill);
        assert_eq!(found.len(), 1, "{note:?}: {found:?}");
        assert_eq!(found[0].as_ref().unwrap().note.as_deref(), Some(note));
        // The same in a column that is not the last.
        let found = rows(format!("{HEADER}\n{}\n", line(&[("姓名", note)])));
        assert_eq!(
            found[0].as_ref().unwrap().person.as_deref(),
            Some(note),
            "{found:?}"
        );
    }
}

#[test]
fn numbers_are_read_with_full_width_signs_and_blanks_and_a_minus_only_where_money_went_back() {
    let found = rows(format!(
        "{HEADER}\n{}\n{}\n",
        line(&[
            ("金额", "１２．３０"),
            ("时间", "２０２６-０７-０１ ０９：３０：００")
        ]),
        line(&[
            ("金额", " 12.30\t"),
            ("退款", "-5.00"),
            ("手续费", "－0.01")
        ]),
    ));
    let (wide, minus) = (found[0].as_ref().unwrap(), found[1].as_ref().unwrap());
    assert_eq!((wide.total, wide.time), (Some(Fen(1230)), plain().time));
    assert_eq!((minus.total, minus.back), (Some(Fen(1230)), Some(Fen(500))));
    assert_eq!(minus.fee.unwrap().to_string(), "-0.01");
    for dash in ["-", "－", " "] {
        assert_eq!(
            rows(format!("{HEADER}\n{}", line(&[("金额", dash)])))[0]
                .as_ref()
                .unwrap()
                .total,
            None
        );
    }
    for (column, value) in [
        ("金额", "-12.30"),
        ("金额", "1,230.00"),
        ("金额", "12.305"),
        ("费率", "0.3"),
        ("时间", "2026-02-30 00:00:00"),
    ] {
        let error = rows(format!("{HEADER}\n{}", line(&[(column, value)])))
            .remove(0)
            .unwrap_err();
        assert!(
            matches!(&error, BillError::Cell { line: 2, column: found, .. } if *found == column),
            "{error}"
        );
        assert!(error.to_string().contains(value), "{error}");
    }
}

#[test]
fn a_ragged_row_is_refused_with_its_line_and_the_rest_is_read() {
    let (one, short, long) = (line(&[]), "`1,`2,`3", line(&[]) + ",`9");
    let found = rows(format!("{HEADER}\n{one}\n{short}\n{long}\n{one}\n"));
    assert_eq!(
        found[1],
        Err(BillError::Width {
            line: 3,
            expected: 8,
            found: 3
        })
    );
    assert_eq!(
        found[2],
        Err(BillError::Width {
            line: 4,
            expected: 8,
            found: 9
        })
    );
    assert_eq!((number(&found[0]), number(&found[3])), ("A1", "A1"));
    // A value with a line end makes a row of two lines: the line numbers behind it still agree.
    let broken = line(&[("姓名", "a\nb")]);
    let found = rows(format!("{HEADER}\n{broken}\n{short}\n"));
    assert_eq!(
        found[1],
        Err(BillError::Width {
            line: 4,
            expected: 8,
            found: 3
        })
    );
}

#[test]
fn a_line_that_is_not_a_row_is_an_error_and_harms_no_row() {
    let row = line(&[]);
    for words in [
        "system busy",
        "系统繁忙",
        HEADER,
        "2026-07-01,`A2,`1.00,`,`,`,`,`",
    ] {
        let found = rows(format!("{HEADER}\n{row}\n{words}\n{row}\n"));
        assert_eq!(found.len(), 3, "{found:?}");
        assert_eq!(found[1], Err(BillError::NotARow { line: 3 }));
        assert_eq!((number(&found[0]), number(&found[2])), ("A1", "A1"));
    }
}

#[test]
fn lost_line_ends_are_an_error_wherever_they_were_lost() {
    let (row, closed) = (line(&[]), line(&[]).replace(",`", "`,`") + "`");
    for bill in [
        format!("{HEADER}{row}{row}"),
        format!("{HEADER} {closed} {closed}"),
        format!("`{}`{closed}", HEADER.replace(',', "`,`")),
        format!("{HEADER},{row}"),
        format!("{HEADER}{}", row.repeat(2_000)),
    ] {
        assert_eq!(refused(bill), BillError::LostLineEnds { line: 1 });
    }
    let found = rows(format!("{HEADER}\n{row}\n{row}{row}\n{row}\n"));
    assert_eq!(found[1], Err(BillError::LostLineEnds { line: 3 }));
    assert_eq!(found.len(), 3, "the rest is read: {found:?}");
}

#[test]
fn what_is_not_a_bill_is_named() {
    assert_eq!(refused(""), BillError::Empty);
    assert_eq!(refused("\u{FEFF}\r\n \n"), BillError::Empty);
    for (text, form) in [
        ("<xml><return_code>FAIL</return_code></xml>", "XML or HTML"),
        ("<!doctype html>", "XML or HTML"),
        ("{\"errcode\":40001}", "JSON"),
    ] {
        let error = refused(text);
        assert!(
            matches!(&error, BillError::Message { form: found, .. } if *found == form),
            "{error}"
        );
    }
    let error = refused("system busy, try again");
    assert!(
        error.to_string().contains("system busy, try again"),
        "{error}"
    );
    // A row without a header may hold personal data.
    let error = refused(format!("{}\n", line(&[])));
    assert_eq!(error, BillError::NotABill { found: None });
    assert!(rows(HEADER).is_empty(), "a day without orders");
}

#[test]
fn columns_are_matched_by_name_and_an_ambiguous_or_missing_one_is_named() {
    let found = rows("新,金额,单号\n`x,`1.00,`A1\n");
    let row = found[0].as_ref().unwrap();
    assert_eq!(
        (row.total, row.unknown.as_slice()),
        (Some(Fen(100)), [("新".into(), "x".into())].as_slice())
    );
    let twice = |first: &str, second: &str| BillError::ColumnTwice {
        first: first.into(),
        second: second.into(),
    };
    assert_eq!(refused("单号,金额,应收金额\n"), twice("金额", "应收金额"));
    assert_eq!(refused("单号,金额,金额\n"), twice("金额", "金额"));
    let error = refused("单号,备注\n").to_string();
    for name in ["金额", "应收金额", "备注"] {
        assert!(error.contains(name), "{error}");
    }
}

#[test]
fn another_encoding_is_named_and_one_bad_row_spoils_no_other() {
    // 单号,金额 in GBK.
    let gbk = [0xb5, 0xa5, 0xba, 0xc5, b',', 0xbd, 0xf0, 0xb6, 0xee, b'\n'];
    assert_eq!(
        refused(gbk),
        BillError::NotUtf8 {
            line: 1,
            encoding: Some("GBK")
        }
    );
    let utf16: Vec<u8> = "\u{FEFF}单号\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(
        refused(utf16),
        BillError::NotUtf8 {
            line: 1,
            encoding: Some("UTF-16")
        }
    );
    let bill = [
        format!("{HEADER}\n").as_bytes(),
        b"`\xff\xff\n",
        line(&[]).as_bytes(),
    ]
    .concat();
    let found = rows(bill);
    assert_eq!(
        found[0],
        Err(BillError::NotUtf8 {
            line: 2,
            encoding: None
        })
    );
    assert_eq!(number(&found[1]), "A1");
}

#[test]
fn a_personal_value_is_in_no_error_and_in_no_log() {
    #[derive(Clone, Default, PartialEq, BillRow)]
    struct Age {
        #[column("出生", personal)]
        born: Option<BeijingTime>,
    }
    let mut rows = BillReader::<_, Age>::new("出生\n`19990101x\n".as_bytes()).unwrap();
    let error = rows.next().unwrap().unwrap_err();
    assert!(!format!("{error} {error:?}").contains("1999"), "{error}");
    assert!(!format!("{:?}", plain()).contains("王五"));
}

fn gzipped(text: &[u8]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::default());
    out.write_all(text).unwrap();
    out.finish().unwrap()
}

#[test]
fn gzip_is_inflated_up_to_the_limit() {
    let bill = format!("{HEADER}\n{}\n", (line(&[]) + "\n").repeat(5_000));
    let small = gzipped(bill.as_bytes());
    assert!(small.len() * 10 < bill.len());
    assert_eq!(rows(&small).len(), 5_000);
    let read = |max| -> Result<usize, BillError> {
        let reader = BillReader::<_, Row>::with_limit(small.as_slice(), max)?;
        reader.map(|row| row.map(|_| 1)).sum()
    };
    assert_eq!(read(bill.len() as u64), Ok(5_000));
    assert_eq!(
        read(bill.len() as u64 - 1),
        Err(BillError::TooLarge {
            max: bill.len() as u64 - 1
        })
    );
    let cut = &small[..small.len() / 2];
    let last = BillReader::<_, Row>::new(cut).and_then(|rows| rows.last().unwrap());
    assert!(matches!(last, Err(BillError::Io(_))), "{last:?}");
}

#[test]
fn a_row_that_is_too_long_is_refused_and_the_next_one_is_read() {
    for length in [70_000, 300_000, 1_000_000] {
        let long = line(&[("姓名", &"x".repeat(length))]);
        let found = rows(format!("{HEADER}\n{}\n{long}\n{}\n", line(&[]), line(&[])));
        assert!(
            matches!(found[1], Err(BillError::LongRow { line: 3, .. })),
            "{length}"
        );
        assert_eq!((found.len(), number(&found[2])), (3, "A1"));
    }
}

#[test]
fn a_summary_is_kept_apart_and_nothing_may_stand_behind_it() {
    let bill = format!("{HEADER}\n{}\n总交易单数,总交易额\n`1,`12.30\n", line(&[]));
    for bill in [
        bill.clone(),
        bill.replace("总交易单数,总交易额", "`总交易单数`,`总交易额`"),
    ] {
        let mut reader = BillReader::<_, Row>::new(bill.as_bytes()).unwrap();
        assert_eq!(reader.by_ref().map(Result::unwrap).count(), 1);
        assert_eq!(
            reader.summary(),
            [
                ("总交易单数".into(), "1".into()),
                ("总交易额".into(), "12.30".into())
            ]
        );
    }
    assert_eq!(
        rows(format!("{bill}{}\n", line(&[]))).pop(),
        Some(Err(BillError::NotARow { line: 5 }))
    );
    let short = bill.replace("`1,", "");
    assert_eq!(
        rows(short).pop(),
        Some(Err(BillError::Width {
            line: 4,
            expected: 2,
            found: 1
        }))
    );
}

/// Gives its bytes in pieces of these sizes, again and again.
struct Pieces<'a>(&'a [u8], Vec<usize>, usize);

impl Read for Pieces<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.2 += 1;
        let size = self.1[self.2 % self.1.len()]
            .min(out.len())
            .min(self.0.len());
        let (now, rest) = self.0.split_at(size);
        out[..size].copy_from_slice(now);
        self.0 = rest;
        Ok(size)
    }
}

fn text() -> impl Strategy<Value = Option<Cow<'static, str>>> {
    let plain = "[a-z0-9王 ,\"'`\\n\\r总：-]{1,12}";
    prop_oneof![Just(None), plain.prop_map(|text| Some(Cow::Owned(text)))]
}

prop_compose! {
    fn any_row()(
        seconds in prop::option::of(946_684_800_i64..4_102_444_800),
        number in text(), person in text(), note in text(),
        total in prop::option::of(any::<u64>()), back in prop::option::of(any::<u64>()),
        fee in prop::option::of(any::<i32>()), rate in prop::option::of(0_i64..100_000),
    ) -> Row<'static> {
        let time = seconds.map(|at| BeijingTime::at(jiff::Timestamp::from_second(at).unwrap()));
        Row {
            time, number, person, note,
            total: total.map(Fen), back: back.map(Fen),
            fee: fee.map(|fee| Decimal::new(fee.into(), 5)),
            rate: rate.map(|rate| Rate::new(Decimal::new(rate, 2))),
            unknown: Vec::new(),
        }
    }
}

proptest! {
    #[test]
    fn any_row_that_can_be_written_is_read_as_the_same_row(
        written in prop::collection::vec(any_row(), 0..20),
        sizes in prop::collection::vec(1_usize..400, 1..5),
    ) {
        let mut bill = BillWriter::new(Vec::new(), &COLUMNS).unwrap();
        // A value that the form cannot carry is refused, and nothing of its row is written.
        let written: Vec<_> = written.into_iter().filter(|row| bill.row(row).is_ok()).collect();
        let text = bill.into_inner();
        let read: Vec<_> = rows(&text).into_iter().map(Result::unwrap).collect();
        prop_assert_eq!(&read, &written);
        let pieces = Pieces(&text, sizes, 0);
        let read: Vec<Row> = BillReader::<_, Row>::new(pieces).unwrap().map(Result::unwrap).collect();
        prop_assert_eq!(&read, &written);
    }

    #[test]
    fn the_reader_agrees_with_the_csv_crate_on_bills_that_both_can_read(
        cells in prop::collection::vec(prop::collection::vec("[a-z,\"王总\\n]{0,9}[a-z]", 8), 0..12),
    ) {
        #[derive(Clone, Default, PartialEq, BillRow)]
        struct Texts<'a> {
            #[column("单号")]
            number: Option<Cow<'a, str>>,
            #[column("金额")]
            total: Option<Cow<'a, str>>,
            #[column(unknown)]
            unknown: Vec<(Cow<'a, str>, Cow<'a, str>)>,
        }
        let mut bill = format!("{HEADER}\n");
        for row in &cells {
            bill += &format!("`{}`\n", row.join("`,`"));
        }
        let ours: Vec<Texts> = BillReader::<_, Texts>::new(bill.as_bytes()).unwrap().map(Result::unwrap).collect();
        let mut theirs = csv::ReaderBuilder::new().quote(b'`').from_reader(bill.as_bytes());
        let header = Header::new::<Texts>(theirs.headers().unwrap()).unwrap();
        let mut count = 0;
        for (row, record) in ours.iter().zip(theirs.records()) {
            let record = record.unwrap();
            let span = |i| record.range(i).map(|range| (range.start as u32, range.end as u32)).unwrap();
            let spans: Vec<_> = (0..record.len()).map(span).collect();
            let peer = header.row::<Texts>(2, record.as_slice(), &spans).unwrap();
            prop_assert!(*row == peer, "{:?} {:?}", row, peer);
            count += 1;
        }
        prop_assert_eq!((ours.len(), count), (cells.len(), cells.len()));
    }

    #[test]
    fn any_bytes_are_rows_or_errors_and_the_reader_ends(bytes in prop::collection::vec(any::<u8>(), 0..400), tail in "[`,\\n\\r总a1]{0,200}") {
        let bill = [HEADER.as_bytes(), b"\n", &bytes, tail.as_bytes()].concat();
        let count = BillReader::<_, Row>::new(bill.as_slice()).map_or(0, Iterator::count);
        prop_assert!(count <= bill.len());
    }
}
