//! `payinsurance bill show`.

use serde_json::json;

use crate::command::Folder;
use crate::orders::{bill, refund_row, row};

/// Two payments of 77.50, one of which was refunded.
fn folder() -> Folder {
    let folder = Folder::new();
    let rows = [row("A"), row("B"), refund_row("B")];
    folder.write("bill.txt", bill(&rows));
    folder
}

#[test]
fn the_table_has_each_row_and_counts_payments_and_refunds_apart() {
    let table = folder().run("bill show bill.txt --lang en").ended(0);
    let lines: Vec<&str> = table.lines().collect();
    assert!(lines[0].starts_with("time (Beijing)"), "{table}");
    for words in [
        "2018-12-04 12:00:00  A             payment  SUCCESS  77.50  33.33  44.17",
        "2018-12-04 12:00:00  B             refund   REFUND   77.50  33.33  44.17      RB",
        "paid           2     155.00  66.66  88.34",
        "refunded       1     77.50   33.33  44.17",
        "net                  77.50   33.33  44.17",
    ] {
        assert!(table.contains(words), "{words} is not in\n{table}");
    }
    let table = folder().run("bill show bill.txt --lang zh").ended(0);
    assert!(table.contains("退款") && table.contains("净额"), "{table}");
}

#[test]
fn json_lines_have_amounts_in_fen_and_end_with_the_totals() {
    let rows = folder().run("bill show bill.txt --json").objects(0);
    assert_eq!(rows.len(), 4);
    assert_eq!(rows[0]["row"]["line"], 2);
    assert_eq!(rows[0]["row"]["hosp_out_trade_no"], "A");
    assert_eq!(rows[0]["row"]["total_fee"], 7750);
    assert_eq!(rows[0]["row"]["trade_time"], "2018-12-04T04:00:00Z");
    assert_eq!(rows[2]["row"]["kind"], "refund");
    assert_eq!(rows[2]["row"]["hosp_out_refund_no"], "RB");
    let totals = &rows[3]["totals"];
    assert_eq!(
        (&totals["payments"], &totals["refunds"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(totals["paid"]["total"], 15_500);
    assert_eq!(totals["net"]["insurance"], 4417);
}

#[test]
fn rows_are_chosen_by_number_and_kind_and_the_totals_are_theirs() {
    let folder = folder();
    let chosen = |arguments: &str| {
        let command = format!("bill show bill.txt --json {arguments}");
        let rows = folder.run(&command).objects(0);
        rows.last().unwrap()["totals"].clone()
    };
    for (arguments, payments, refunds) in [
        ("--order A", 1, 0),
        ("--order B", 1, 1),
        ("--order MB", 1, 1),
        ("--order RB", 0, 1),
        ("--order A --order RB", 1, 1),
        ("--kind refund", 0, 1),
        ("--kind payment --order B", 1, 0),
        ("--order C", 0, 0),
    ] {
        let totals = chosen(arguments);
        let found = (&totals["payments"], &totals["refunds"]);
        assert_eq!(found, (&json!(payments), &json!(refunds)), "{arguments}");
    }
    let none = folder.run("bill show bill.txt --order C");
    assert!(none.err.contains("no row matches"), "{}", none.err);
}

#[test]
fn a_limit_shortens_what_is_shown_and_not_what_is_added_up() {
    let shown = folder().run("bill show bill.txt --limit 1 --lang en");
    assert!(shown.err.contains("shown: 1 of 3 rows"), "{}", shown.err);
    assert!(!shown.out.contains("  B  "), "{}", shown.out);
    assert!(shown.out.contains("155.00"), "{}", shown.out);
}

#[test]
fn a_row_that_cannot_be_read_is_named_and_the_rest_is_shown() {
    let folder = Folder::new();
    folder.write("bill.txt", bill(&[row("A"), "`short".to_owned(), row("B")]));
    let shown = folder.run("bill show bill.txt --lang en");
    assert!(shown.err.contains("bill.txt: line 3"), "{}", shown.err);
    let table = shown.ended(3);
    assert!(
        table.contains("  A  ") && table.contains("  B  "),
        "{table}"
    );
}

#[test]
fn what_is_no_bill_is_refused_with_what_came() {
    let folder = Folder::new();
    folder.write("words.txt", "system busy");
    folder.write("xml.txt", "<xml><return_code>FAIL</return_code></xml>");
    folder.write("empty.txt", "");
    folder.write("columns.txt", "交易时间,订单号\n`2018-12-04 12:00:00,`A\n");
    for (file, words) in [
        ("words.txt", "system busy"),
        ("xml.txt", "XML or HTML came instead of a bill"),
        ("empty.txt", "the bill is empty"),
        ("columns.txt", "the bill lacks the column"),
        ("absent.txt", "absent.txt"),
    ] {
        let error = folder.run(&format!("bill show {file}")).refused(1);
        assert!(error.contains(words), "{file}: {error}");
    }
}

#[test]
fn nothing_personal_is_shown_and_no_text_moves_the_cursor() {
    let folder = Folder::new();
    let text = bill(&[row("A\u{1b}[2J")]);
    let text = text.replace("交易时间,", "交易时间,用户标识,");
    let text = text.replace("12:00:00,", "12:00:00,`oSomebody,");
    folder.write("bill.txt", text);
    for arguments in ["", "--json"] {
        let shown = folder
            .run(&format!("bill show bill.txt {arguments}"))
            .ended(0);
        assert!(!shown.contains("oSomebody"), "{shown}");
        assert!(!shown.contains('\u{1b}'), "{shown:?}");
    }
}
