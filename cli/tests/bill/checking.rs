//! `payinsurance bill check`: bills with and without mistakes.

use serde_json::json;

use crate::command::Folder;
use crate::orders::{bill, refund_row, row};

fn checked(content: impl AsRef<[u8]>, arguments: &str) -> crate::command::Output {
    let folder = Folder::new();
    folder.write("bill.txt", content);
    folder.run(&format!("bill check bill.txt {arguments}"))
}

#[test]
fn a_bill_without_mistakes_ends_with_0_and_its_totals() {
    let told = checked(bill(&[row("A"), row("B"), refund_row("B")]), "--lang en");
    let out = told.ended(0);
    let summary = "bill.txt: 3 rows of 12 columns; could not be read: 0, contradict themselves: 0; no summary";
    assert!(out.contains(summary), "{out}");
    assert!(out.contains("155.00"), "{out}");
    let out = checked(bill(&[row("A")]), "--lang zh").ended(0);
    assert!(
        out.contains("bill.txt：1 行，12 列；无法读取 0 行，金额自相矛盾 0 行；无汇总行"),
        "{out}"
    );
}

#[test]
fn a_row_that_contradicts_itself_is_named_with_its_line_and_ends_with_4() {
    let rows = [row("A"), row("B").replace("`77.50", "`77.49"), row("C")];
    let told = checked(bill(&rows), "--lang en");
    let out = told.ended(4);
    assert!(
        out.contains("bill.txt  line 3  B  payment  订单自费金额 and 订单医保金额"),
        "{out}"
    );
    let objects = checked(bill(&rows), "--json").objects(4);
    assert_eq!(
        objects[0]["fault"],
        json!({
            "file": "bill.txt", "line": 3, "hosp_out_trade_no": "B", "kind": "payment",
            "fault": "parts_over_total",
        })
    );
    assert_eq!(objects[1]["summary"]["faults"], 1);
}

#[test]
fn rows_that_cannot_be_read_are_named_with_their_lines_and_end_with_3() {
    let rows = [
        row("A"),
        "`short,`row".to_owned(),
        row("B").replace("`77.50", "`many"),
        row("C"),
    ];
    let objects = checked(bill(&rows), "--json").objects(3);
    let lines: Vec<_> = objects
        .iter()
        .map(|line| &line["unreadable"]["line"])
        .collect();
    assert_eq!(lines[..2], [&json!(3), &json!(4)]);
    let reason = objects[0]["unreadable"]["reason"].as_str().unwrap();
    assert!(reason.contains("2 cells under a header of 12"), "{reason}");
    let summary = &objects[2]["summary"];
    assert_eq!(summary["unreadable"], 2);
    assert_eq!(summary["totals"]["payments"], 2);
}

#[test]
fn a_contradiction_counts_more_than_a_row_that_cannot_be_read() {
    let rows = [row("B").replace("`77.50", "`77.49"), "`short".to_owned()];
    checked(bill(&rows), "").ended(4);
}

#[test]
fn the_summary_is_held_against_the_rows() {
    let block = |count: u32, back: &str| {
        let rows = bill(&[row("A"), refund_row("A")]);
        format!("{rows}总交易单数,总退款金额\n`{count},`{back}\n")
    };
    let objects = checked(block(2, "33.33"), "--json").objects(0);
    assert_eq!(objects[0]["summary"]["summary_block"], "agrees");
    assert_eq!(
        objects[0]["summary"]["stated"],
        json!([["总交易单数", "2"], ["总退款金额", "33.33"]])
    );
    let objects = checked(block(2, "33.34"), "--json").objects(4);
    let reason = objects[0]["summary_block"]["reason"].as_str().unwrap();
    assert!(
        reason.contains("33.34") && reason.contains("33.33"),
        "{reason}"
    );
    assert_eq!(objects[1]["summary"]["summary_block"], "contradicts");
    let out = checked(block(3, "33.33"), "--lang zh").ended(4);
    assert!(out.contains("汇总与明细不一致"), "{out}");
    let ragged = block(2, "33.33").replace("总交易单数", "`ragged\n总交易单数");
    let objects = checked(ragged, "--json").objects(3);
    let summary = &objects.last().unwrap()["summary"];
    assert_eq!(summary["summary_block"], "not_compared");
}

#[test]
fn several_bills_are_checked_one_after_the_other() {
    let folder = Folder::new();
    folder.write("1.txt", bill(&[row("A")]));
    folder.write("2.txt", bill(&[row("B").replace("`77.50", "`77.49")]));
    let objects = folder.run("bill check 1.txt 2.txt --json").objects(4);
    let files: Vec<_> = objects
        .iter()
        .filter_map(|line| line["summary"]["file"].as_str())
        .collect();
    assert_eq!(files, ["1.txt", "2.txt"]);
}

#[test]
fn what_cannot_be_checked_at_all_ends_with_1() {
    let lost = bill(&[row("A"), row("B")]).replace('\n', "");
    let gbk = b"\xbd\xbb\xd2\xd7\xca\xb1\xbc\xe4,\xb6\xa9\xb5\xa5\xba\xc5\n`1,`2\n".to_vec();
    for (content, words) in [
        (lost.into_bytes(), "line ends were lost"),
        (gbk, "looks like GBK"),
        (
            b"{\"errcode\":45009}".to_vec(),
            "JSON came instead of a bill",
        ),
    ] {
        let told = checked(content, "");
        assert!(told.err.contains(words), "{}", told.err);
        told.ended(1);
    }
    let told = Folder::new().run("bill check");
    assert_eq!(told.code, Some(2));
}

#[test]
fn the_help_says_what_the_exit_codes_mean() {
    for command in [
        "bill --help",
        "bill fetch --help",
        "bill show --help",
        "bill check --help",
    ] {
        let help = Folder::new().run(command).ended(0);
        assert!(
            help.contains("4 rows or the summary contradict themselves"),
            "{help}"
        );
    }
}
