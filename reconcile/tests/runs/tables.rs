//! Books that are a table of a hospital information system.

use std::io::Cursor;

use payinsurance_orders::State;
use payinsurance_reconcile::{
    Class, Columns, Field, Ours, Part, Run, TableError, read_csv, read_xlsx,
};
use rust_xlsxwriter::{Format, Workbook};
use signed_xml::Fen;

use crate::orders::{CLINIC, DAY, DAYS, bill, classes, refund_row, row};

fn columns() -> Columns {
    Columns::new([
        (Field::Order, "单号"),
        (Field::Total, "总额"),
        (Field::Cash, "自费"),
        (Field::Insurance, "医保"),
        (Field::State, "状态"),
        (Field::Day, "日期"),
        (Field::RefundTotal, "退款"),
    ])
}

const HEADS: [&str; 7] = ["单号", "总额", "自费", "医保", "状态", "日期", "退款"];

fn csv(rows: &str, columns: Columns) -> Vec<Result<Ours, TableError>> {
    let table = format!("\u{FEFF}{}\r\n{rows}", HEADS.join(","));
    read_csv(table.as_bytes(), CLINIC, columns)
        .unwrap()
        .collect()
}

#[tokio::test]
async fn a_table_agrees_with_the_bill_like_a_store_does() {
    let rows = "A,77.50,33.33,44.17,已支付,2018/12/04 12:00,\nB,77.5,33.33,44.17,refunded,20181204,77.50\nC,77.50,33.33,44.17,,2018-12-04,\n";
    let mut run = Run::new(DAYS).unwrap();
    run.add_table(CLINIC, csv(rows, columns()).into_iter())
        .unwrap();
    let rows = [row("A"), row("B"), refund_row("B")];
    run.add_bill(CLINIC, DAY, bill(&rows).as_bytes()).unwrap();
    let mut outcome = run.finish(None).await.unwrap();
    assert_eq!(classes(&mut outcome), [(Class::OnlyOurs, "C".to_owned())]);
    assert!(outcome.totals().prove_themselves());
}

#[test]
fn words_for_states_and_amounts_in_fen_are_the_tables_own() {
    let columns = columns().with_state("交费成功", State::Paid).in_fen();
    let rows = csv("A,7750,3333,4417,交费成功,,\n", columns);
    let ours = rows[0].as_ref().unwrap();
    assert_eq!(ours.state, State::Paid);
    assert_eq!(ours.amounts.get(Part::Total), Some(Fen(7750)));
    assert_eq!(ours.day, None);
}

#[test]
fn a_row_that_cannot_be_read_says_where_and_does_not_show_its_value() {
    for (row, column) in [
        ("A,7.750,1,1,,,", "总额"),
        ("A,-7.75,1,1,,,", "总额"),
        ("A,7.75,1,secret,,,", "医保"),
        (",7.75,1,1,,,", "单号"),
        ("A,7.75,1,1,secret,,", "状态"),
        ("A,7.75,1,1,,secret,", "日期"),
    ] {
        let rows = csv(
            &format!("ok,1.00,1,0,,,\n{row}\nok,1.00,1,0,,,\n"),
            columns(),
        );
        assert!(rows[0].is_ok() && rows[2].is_ok(), "{row}");
        let error = rows[1].as_ref().unwrap_err().to_string();
        assert!(
            error.starts_with(&format!("row 3, column \"{column}\"")),
            "{error}"
        );
        assert!(!error.contains("secret"), "{error}");
    }
}

#[test]
fn a_column_that_is_not_there_is_named_with_those_that_are() {
    let columns = Columns::new([(Field::Order, "单号"), (Field::Total, "金额")]);
    let Err(error) = read_csv("单号,总额\n".as_bytes(), CLINIC, columns) else {
        panic!("the table has no such column");
    };
    assert_eq!(
        error.to_string(),
        "the table has no column \"金额\"; its columns are 单号, 总额"
    );
}

#[test]
fn an_excel_sheet_is_read_to_the_fen_and_long_numbers_must_be_text() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (at, head) in (0..).zip(HEADS) {
        sheet.write(0, at, head).unwrap();
    }
    let date = Format::new().set_num_format("yyyy-mm-dd");
    for (at, order) in (1..).zip(["A", "20181204123456789012"]) {
        sheet.write(at, 0, order).unwrap();
        sheet.write(at, 1, 1077.29).unwrap();
        sheet.write(at, 2, 1033.12).unwrap();
        sheet.write(at, 3, 44.17).unwrap();
        sheet.write(at, 4, "已支付").unwrap();
        // 2018-12-04
        sheet.write_with_format(at, 5, 43_438.5, &date).unwrap();
    }
    sheet.write(3, 0, 2.018_120_412_345_679e19).unwrap();
    sheet.write(3, 1, 1).unwrap();
    let file = Cursor::new(workbook.save_to_buffer().unwrap());
    let rows: Vec<_> = read_xlsx(file, CLINIC, columns()).unwrap().collect();
    for (row, order) in rows.iter().zip(["A", "20181204123456789012"]) {
        let ours = row.as_ref().unwrap();
        assert_eq!(ours.key.hosp_out_trade_no, order);
        assert_eq!(
            ours.amounts,
            payinsurance_reconcile::Parts::new(Fen(107_729), Fen(103_312), Fen(4417))
        );
        assert_eq!(ours.day, Some(DAY));
    }
    let error = rows[2].as_ref().unwrap_err().to_string();
    assert!(error.contains("format the column as text"), "{error}");
}
