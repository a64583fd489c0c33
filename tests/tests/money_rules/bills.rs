//! Bills (3.8): yuan instead of fen, rows by the names of the header, nothing shifted.

use payinsurance::bill::{
    ALL_COLUMNS, Bill, Kind, LAYOUTS, REFUND_COLUMNS, Row, SUCCESS_COLUMNS, layout,
};
use payinsurance::enums::{BillType, MedTradeState, Reconciled};
use payinsurance::getbalancebill;
use signed_xml::bill::{BillError, BillReader, BillRow, BillWriter};
use signed_xml::{Effect, Fen, NetFen};
use signed_xml_client::ReplyError;

use proptest::prelude::*;
use proptest::sample::select;

use crate::platform::{TOKEN, provider};

/// The cells of a row in the manner of the document's sample, by the names of their columns; all others are empty.
const CELLS: [(&str, &str); 12] = [
    ("交易时间", "2018-12-04 08:02:34"),
    ("公众账号ID", "wx5aacc29d531e538"),
    ("总金额", "33.33"),
    ("代金券或立减优惠金额", "0.00"),
    ("商品名称", "药品, 感冒灵"),
    ("手续费", "0.10000"),
    ("费率", "0.30%"),
    ("订单号", "YD20181204075841"),
    ("订单状态", "SUCCESS"),
    ("订单医保金额", "44.17"),
    ("订单总金额", "77.50"),
    ("是否已进行医保对账", "否"),
];

/// The line of a row under these columns; each value behind a backtick, and with one behind it where `closing` says so.
fn line(columns: &[&str], closing: impl Fn(usize) -> bool) -> String {
    let cell = |name: &str| {
        CELLS
            .iter()
            .find(|(column, _)| *column == name)
            .map_or("", |(_, value)| value)
    };
    let cells: Vec<String> = columns
        .iter()
        .enumerate()
        .map(|(at, name)| format!("`{}{}", cell(name), if closing(at) { "`" } else { "" }))
        .collect();
    cells.join(",")
}

fn rows(text: &str) -> Vec<Result<Row<'static>, BillError>> {
    Bill::new(text.as_bytes()).unwrap().collect()
}

fn one(text: &str) -> Row<'static> {
    let mut rows = rows(text);
    assert_eq!(rows.len(), 1, "{rows:?}");
    rows.remove(0).unwrap()
}

/// A bill of one row, with these cells and all others empty.
fn bill_of(cells: &[(&str, &str)]) -> String {
    let cell = |name: &&str| {
        let found = cells.iter().find(|(column, _)| column == name);
        format!("`{}", found.map_or("", |(_, value)| value))
    };
    let row: Vec<String> = ALL_COLUMNS.iter().map(cell).collect();
    format!("{}\n{}\n", ALL_COLUMNS.join(","), row.join(","))
}

fn assert_is_the_sample(row: &Row) {
    assert_eq!(row.trade_time.unwrap().to_string(), "2018-12-04 08:02:34");
    assert_eq!(row.appid.as_deref(), Some("wx5aacc29d531e538"));
    assert_eq!(row.wxpay_total_fee, Some(Fen(3333)));
    assert_eq!(row.wxpay_body.as_deref(), Some("药品, 感冒灵"));
    assert_eq!(row.wxpay_service_fee.unwrap().to_string(), "0.10000");
    assert_eq!(row.wxpay_rate.unwrap().to_string(), "0.30%");
    assert_eq!(row.sub_mch_id, None);
}

#[test]
fn e23_values_may_have_a_backtick_behind_them_or_not() {
    let header = ALL_COLUMNS.join(",");
    let sample =
        |closing: fn(usize) -> bool| one(&format!("{header}\n{}\n", line(ALL_COLUMNS, closing)));
    let plain = sample(|_| false);
    assert_is_the_sample(&plain);
    assert_eq!(sample(|_| true), plain);
    // As the document prints it: none behind the first value.
    assert_eq!(sample(|at| at > 0), plain);
}

#[test]
fn e23_a_byte_order_mark_line_ends_of_either_kind_and_a_last_line_without_one_do_no_harm() {
    let (header, row) = (ALL_COLUMNS.join(","), line(ALL_COLUMNS, |_| true));
    let plain = one(&format!("{header}\n{row}\n"));
    for text in [
        format!("\u{FEFF}{header}\n{row}\n"),
        format!("{header}\r\n{row}\r\n"),
        format!("{header}\n{row}"),
        format!("{header}\n\n{row}\n\n"),
    ] {
        assert_eq!(one(&text), plain, "{text:?}");
    }
}

#[test]
fn e23_a_summary_at_the_end_is_separate_from_the_rows() {
    let (header, row) = (ALL_COLUMNS.join(","), line(ALL_COLUMNS, |_| false));
    let text = format!("{header}\n{row}\n{row}\n总交易单数,总交易额\n`2,`66.66\n");
    let mut bill = BillReader::<_, Row>::new(text.as_bytes()).unwrap();
    assert_eq!(bill.by_ref().filter_map(Result::ok).count(), 2);
    let summary: Vec<(&str, &str)> = bill
        .summary()
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(summary, [("总交易单数", "2"), ("总交易额", "66.66")]);
}

#[test]
fn a_bill_of_a_day_without_orders_has_no_rows() {
    assert!(rows(&ALL_COLUMNS.join(",")).is_empty());
}

#[test]
fn the_header_is_read_with_the_spaces_that_the_document_prints() {
    let printed = ALL_COLUMNS.join(", ").replace("公众账号ID", "公众账号 ID");
    let row = one(&format!("{printed}\n{}\n", line(ALL_COLUMNS, |_| true)));
    assert_is_the_sample(&row);
    assert!(row.unknown.is_empty(), "{:?}", row.unknown);
}

#[test]
fn columns_that_move_or_come_later_do_no_harm() {
    let mut columns: Vec<&str> = ALL_COLUMNS.to_vec();
    columns.reverse();
    columns.insert(3, "新增的列");
    let row = one(&format!(
        "{}\n{}\n",
        columns.join(","),
        line(&columns, |_| false)
    ));
    assert_is_the_sample(&row);
    assert_eq!(row.unknown.len(), 1);
}

#[test]
fn x7_the_document_s_sample_with_a_line_break_in_its_first_value_is_refused_and_nothing_is_shifted()
{
    let header = ALL_COLUMNS.join(",");
    let cells: Vec<String> = (0..40).map(|i| format!("`{i}`")).collect();
    let broken = format!(
        "{header}\n`2018-12-04\n08:02:34,{}\n{}\n",
        cells.join(","),
        line(ALL_COLUMNS, |_| true)
    );
    let found = rows(&broken);
    assert_eq!(
        found[0],
        Err(BillError::Width {
            line: 2,
            expected: ALL_COLUMNS.len(),
            found: 41
        })
    );
    assert_is_the_sample(found[1].as_ref().unwrap());
    assert_eq!(found.len(), 2);
}

#[test]
fn a_row_that_is_one_value_short_or_long_is_refused() {
    let header = ALL_COLUMNS.join(",");
    let row = line(ALL_COLUMNS, |_| true);
    let longer = format!("{row},`1`");
    let shorter = row.rsplit_once(",`").unwrap().0.to_owned();
    let width = ALL_COLUMNS.len();
    for (row, found_width) in [(longer, width + 1), (shorter, width - 1)] {
        let found = rows(&format!("{header}\n{row}\n"));
        assert_eq!(
            found,
            [Err(BillError::Width {
                line: 2,
                expected: width,
                found: found_width
            })]
        );
    }
}

#[test]
fn the_layouts_are_the_document_s_three() {
    let kinds: Vec<&str> = LAYOUTS.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(kinds, ["ALL", "SUCCESS", "REFUND"]);
    assert_eq!(layout(&BillType::Success), SUCCESS_COLUMNS);
    let of_refunds = one(&format!(
        "{}\n{}\n",
        REFUND_COLUMNS.join(","),
        line(REFUND_COLUMNS, |_| false)
    ));
    assert_is_the_sample(&of_refunds);
}

#[test]
fn an_amount_is_exact_and_never_rounded() {
    for (yuan, fen) in [
        ("0.03", 3),
        ("0.29", 29),
        ("1.15", 115),
        ("184467440737095516.15", u64::MAX),
    ] {
        let row = one(&bill_of(&[("总金额", yuan)]));
        assert_eq!(row.wxpay_total_fee, Some(Fen(fen)));
        let mut bill = BillWriter::new(Vec::new(), &["总金额"]).unwrap();
        bill.row(&row).unwrap();
        assert_eq!(
            String::from_utf8(bill.into_inner()).unwrap(),
            format!("总金额\n`{yuan}\n")
        );
    }
    let found = rows(&bill_of(&[("总金额", "0.005")]));
    assert!(matches!(
        &found[0],
        Err(BillError::Cell {
            line: 2,
            column: "总金额",
            ..
        })
    ));
}

/// Values of every kind of column.
const VALUES: [&str; 12] = [
    "",
    "0.03",
    "184467440737095516.15",
    "2018-12-04 08:02:34",
    "0.10000",
    "-1.5",
    "0.30%",
    "SUCCESS",
    "a value of a later version",
    "否",
    "药品, \"感冒灵`",
    "first line\nsecond line",
];

/// For each column those of [`VALUES`] that it can have.
fn fitting() -> Vec<Vec<&'static str>> {
    let fits = |column: &str, value: &str| rows(&bill_of(&[(column, value)]))[0].is_ok();
    let of_column = |column: &&str| {
        let fitting = VALUES.iter().filter(|value| fits(column, value));
        fitting.copied().collect()
    };
    ALL_COLUMNS.iter().map(of_column).collect()
}

proptest! {
    #[test]
    fn any_row_that_is_written_is_read_as_the_same_row(
        cells in fitting().into_iter().map(select).collect::<Vec<_>>(),
        layout in Just(ALL_COLUMNS.to_vec()).prop_shuffle(),
    ) {
        let cells: Vec<(&str, &str)> = ALL_COLUMNS.iter().copied().zip(cells).collect();
        let row = one(&bill_of(&cells));
        let mut bill = BillWriter::new(Vec::new(), &layout).unwrap();
        bill.row(&row).unwrap();
        let text = String::from_utf8(bill.into_inner()).unwrap();
        prop_assert_eq!(one(&text), row);
    }
}

#[test]
fn states_and_the_mark_of_reconciliation_are_typed() {
    for (mark, expected) in [
        ("是", Reconciled::WIRE_VALUES[0]),
        ("否", Reconciled::WIRE_VALUES[1]),
        ("-", Reconciled::WIRE_VALUES[2]),
    ] {
        let row = one(&bill_of(&[
            ("订单状态", "SUCCESS"),
            ("是否已进行医保对账", mark),
        ]));
        assert_eq!(row.med_trade_state, Some(MedTradeState::Success));
        assert_eq!(row.reconciled.unwrap().as_str(), expected);
    }
}

#[tokio::test]
async fn e15_a_bill_is_unsigned_text_and_a_failure_comes_as_a_message() {
    let request = getbalancebill::Request::builder()
        .bill_date("20181204".parse::<signed_xml::BillDate>().unwrap())
        .bill_type(BillType::All)
        .build()
        .unwrap();
    let text = format!(
        "\u{FEFF}{}\n{}\n",
        ALL_COLUMNS.join(","),
        line(ALL_COLUMNS, |_| true)
    );
    let (client, _) = provider(TOKEN, text);
    let bill = client.getbalancebill(&request).await.unwrap();
    let rows: Vec<Row> = Bill::new(bill.reader())
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(rows.len(), 1);
    assert!(
        !format!("{bill:?}").contains("YD2018"),
        "a bill is not for logs"
    );

    let (client, _) = provider(
        TOKEN,
        "<xml><return_code>FAIL</return_code><return_msg>账单不存在</return_msg></xml>",
    );
    let error = client.getbalancebill(&request).await.unwrap_err();
    assert!(
        matches!(error.reply_error(), Some(ReplyError::Protocol { .. })),
        "{error}"
    );
    assert_eq!(error.effect(), Effect::Refused);
}

/// A day with two orders, of which one was refunded: 77.50 paid by cash and insurance, all of it back.
fn day() -> String {
    let order = [
        ("订单自费金额", "33.33"),
        ("订单医保金额", "44.17"),
        ("订单总金额", "77.50"),
        ("总金额", "33.33"),
        ("医保个账金额", "4.17"),
        ("医保统筹金额", "40.00"),
        ("医保其他金额", "0.00"),
    ];
    let row = |more: &[(&str, &str)]| {
        let bill = bill_of(&[&order[..], more].concat());
        bill.lines().nth(1).unwrap().to_owned()
    };
    let paid = row(&[("订单号", "T1"), ("订单状态", "SUCCESS")]);
    let other = row(&[("订单号", "T2"), ("订单状态", "SUCCESS")]);
    let back = row(&[
        ("订单号", "T1"),
        ("订单状态", "REFUND"),
        ("退款订单号", "RT1"),
        ("退款金额", "-33.33"),
        ("撤销金额", "44.17"),
    ]);
    format!("{}\n{paid}\n{other}\n{back}\n", ALL_COLUMNS.join(","))
}

#[test]
fn a_refunded_order_has_two_rows_and_its_money_is_counted_once() {
    let text = day();
    let mut bill = Bill::new(text.as_bytes()).unwrap();
    let kinds: Vec<Kind> = bill.by_ref().map(|row| row.unwrap().kind()).collect();
    assert_eq!(kinds, [Kind::Payment, Kind::Payment, Kind::Refund]);
    let totals = bill.totals();
    assert_eq!((totals.payments, totals.refunds), (2, 1));
    assert_eq!(totals.paid.total(), Fen(15_500));
    assert_eq!(
        (totals.refunded.cash, totals.refunded.insurance),
        (Fen(3333), Fen(4417))
    );
    let net = totals.net();
    assert_eq!(net.total(), NetFen(7750));
    assert_eq!(
        [
            net.cash,
            net.insurance,
            net.personal_account,
            net.pooled_fund,
            net.other
        ],
        [3333, 4417, 417, 4000, 0].map(NetFen)
    );
}

#[test]
fn a_row_of_an_unpaid_order_or_of_a_refund_that_failed_is_in_no_sum() {
    let mut text = day();
    for (state, refund_state) in [("CLOSED", ""), ("NOTPAY", "SUCCESS"), ("REFUND", "FAIL")] {
        let row = bill_of(&[
            ("订单号", "T3"),
            ("订单状态", state),
            (
                "退款订单号",
                if refund_state.is_empty() { "" } else { "RT3" },
            ),
            ("退款状态", refund_state),
            ("退款金额", "1.00"),
            ("订单自费金额", "1.00"),
            ("订单总金额", "1.00"),
        ]);
        text.push_str(row.split_once('\n').unwrap().1);
    }
    let totals = Bill::new(text.as_bytes()).unwrap().into_totals().unwrap();
    let expected = Bill::new(day().as_bytes()).unwrap().into_totals().unwrap();
    assert_eq!(
        (totals.payments, totals.refunds, totals.without_money),
        (2, 1, 3)
    );
    assert_eq!(
        (totals.paid, totals.refunded),
        (expected.paid, expected.refunded)
    );
}

#[test]
fn a_summary_that_contradicts_the_rows_is_an_error_that_says_both() {
    let agrees = format!(
        "{}总交易单数,总交易额,总退款金额\n`3,`66.66,`33.33\n",
        day()
    );
    assert_eq!(rows(&agrees).len(), 3);
    let differs = format!(
        "{}总交易单数,总交易额,总退款金额\n`3,`99.99,`33.33\n",
        day()
    );
    let found = rows(&differs).pop().unwrap().unwrap_err().to_string();
    for part in ["总交易额", "99.99", "66.66"] {
        assert!(found.contains(part), "{found}");
    }
}

#[test]
fn every_column_that_is_required_is_named_where_it_is_missing() {
    for column in Row::COLUMNS.iter().filter(|column| column.required) {
        let names: Vec<&str> = ALL_COLUMNS
            .iter()
            .copied()
            .filter(|name| *name != column.name)
            .collect();
        let error = Bill::new(format!("{}\n", names.join(",")).as_bytes()).unwrap_err();
        assert!(
            matches!(&error, BillError::MissingColumn { column: missing, .. } if *missing == column.name),
            "{error}"
        );
    }
    for (_, layout) in LAYOUTS {
        Bill::new(layout.join(",").as_bytes()).unwrap();
    }
}

#[test]
fn headers_seen_in_the_field_stand_for_those_of_the_document() {
    let renamed = bill_of(&[("总金额", "33.33"), ("子商户号", "10000100")])
        .replacen(",总金额,", ",应结订单金额,", 1)
        .replacen("子商户号", "特约商户号", 1);
    let row = one(&renamed);
    assert_eq!(row.wxpay_total_fee, Some(Fen(3333)));
    assert_eq!(row.sub_mch_id.as_deref(), Some("10000100"));
    assert!(row.unknown.is_empty(), "{:?}", row.unknown);
    let both = format!("{},应结订单金额\n", ALL_COLUMNS.join(","));
    let error = Bill::new(both.as_bytes()).unwrap_err().to_string();
    assert!(
        error.contains("总金额") && error.contains("应结订单金额"),
        "{error}"
    );
}
