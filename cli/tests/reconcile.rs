//! `payinsurance reconcile`, run as a user runs it, over a store of a desk and over a table.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

#[path = "../../reconcile/tests/runs/orders.rs"]
#[expect(dead_code, reason = "the tests of the crate use the rest")]
mod orders;

use std::path::{Path, PathBuf};
use std::process::Command;

use payinsurance_orders::store::SqliteStore;
use payinsurance_orders::{Order, State};
use serde_json::Value;
use tempfile::TempDir;

use orders::{bill, keep, paid, row};

/// A folder with a store of these orders and a bill of these rows.
struct Books(TempDir);

struct Told {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Books {
    async fn new(orders: &[Order], rows: &[String]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path().join("orders.db"));
        let store = store.await.unwrap();
        for order in orders {
            keep(&store, order).await;
        }
        store.close().await;
        std::fs::write(folder.path().join("bill.txt"), bill(rows)).unwrap();
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Runs it over the store and the bill, with these arguments divided by blanks.
    fn run(&self, arguments: &str) -> Told {
        self.bare(&format!(
            "--store orders.db --merchant clinic --since 2018-12-04 --bill 2018-12-04=bill.txt {arguments}"
        ))
    }

    fn bare(&self, arguments: &str) -> Told {
        told(self.0.path(), arguments)
    }

    /// The fingerprint of the only open difference.
    fn fingerprint(&self) -> String {
        let told = self.run("--json");
        let lines = told.out.lines();
        let lines: Vec<Value> = lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let mut prints = lines
            .iter()
            .filter_map(|line| line["difference"]["fingerprint"].as_str());
        let print = prints.next().unwrap().to_owned();
        assert_eq!(prints.next(), None, "{}", told.out);
        print
    }
}

fn told(folder: &Path, arguments: &str) -> Told {
    let mut command = Command::new(env!("CARGO_BIN_EXE_payinsurance"));
    command
        .arg("reconcile")
        .args(arguments.split_whitespace())
        .current_dir(folder)
        .env("XDG_CONFIG_HOME", folder.join("home"))
        .env("LC_ALL", "zh_CN.UTF-8")
        .env_remove("PAYINSURANCE_LANG")
        .env_remove("PAYINSURANCE_CONFIG_FILE")
        .env_remove("PAYINSURANCE_STORE")
        .env_remove("PAYINSURANCE_LEDGER");
    let output = command.output().unwrap();
    Told {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// An order that is placed and, as far as the desk knows, not paid.
fn placed(number: &str) -> Order {
    let mut order = paid(number);
    order.state = State::Placed;
    order.times.paid_at = None;
    order.amounts.settled = false;
    order
}

#[tokio::test]
async fn books_that_agree_end_with_0_and_a_dry_run_leaves_nothing_behind() {
    let books = Books::new(&[paid("A")], &[row("A")]).await;
    let told = books.run("");
    assert_eq!(told.code, Some(0), "{}", told.err);
    assert!(told.out.contains("待处理差异 0"), "{}", told.out);
    assert!(!books.path("orders.db-reconcile").exists());
}

#[tokio::test]
async fn an_accepted_difference_does_not_come_back() {
    let books = Books::new(&[paid("A"), paid("B")], &[row("A")]).await;
    assert_eq!(books.run("").code, Some(4));
    let print = books.fingerprint();
    let told = books.run(&format!("--apply --who Li --accept {print} --why counter"));
    assert_eq!(told.code, Some(0), "{}", told.err);
    let told = books.run("--lang en");
    assert_eq!(told.code, Some(0), "{}", told.err);
    assert!(
        told.out.contains("open differences: 0, decided: 1"),
        "{}",
        told.out
    );
    assert!(told.out.contains("new 0, gone 0"), "{}", told.out);
}

#[tokio::test]
async fn a_row_of_the_bill_is_taken_as_evidence_of_a_payment() {
    let books = Books::new(&[placed("A")], &[row("A")]).await;
    let print = books.fingerprint();
    let told = books.run(&format!("--apply --who Li --take-bill {print} --why lost"));
    assert!(told.err.contains("A 为 已支付（paid）"), "{}", told.err);
    let told = books.run("");
    assert_eq!(told.code, Some(0), "{}", told.out);
    assert!(told.out.contains("消失 1"), "{}", told.out);
}

#[tokio::test]
async fn what_changes_something_needs_apply_and_a_fingerprint_of_the_run() {
    let books = Books::new(&[paid("A")], &[row("A")]).await;
    for (arguments, code, words) in [
        ("--accept 00 --why x", 2, "add --apply --who NAME"),
        ("--until 2018-12-03", 2, "not before --since"),
        ("--until 2028-12-03", 2, "at most 366 days"),
        (
            "--bill branch:2018-12-04=bill.txt",
            2,
            "no --merchant names",
        ),
        ("--bill bill.txt", 2, "must be DAY=FILE"),
        ("--bill 2018-12-05=absent.txt", 1, "cannot be opened"),
        (
            "--apply --who Li --accept 00 --why x",
            2,
            "no difference \"00\"",
        ),
    ] {
        let told = books.run(arguments);
        assert_eq!(told.code, Some(code), "{arguments}: {}", told.err);
        assert!(told.err.contains(words), "{arguments}: {}", told.err);
        assert!(!books.path("orders.db-reconcile").exists() || arguments.contains("--apply"));
    }
}

#[tokio::test]
async fn a_day_without_a_bill_and_a_row_that_cannot_be_read_are_named() {
    let books = Books::new(&[paid("A")], &[row("A"), "`short".to_owned()]).await;
    let told = books.run("--until 2018-12-05");
    assert_eq!(told.code, Some(3), "{}", told.out);
    assert!(
        told.err.contains("clinic 没有 2018-12-05 的账单"),
        "{}",
        told.err
    );
    let english = books.run("--until 2018-12-05 --lang en");
    let words = "no bill of 2018-12-05 for clinic";
    assert!(english.err.contains(words), "{}", english.err);
    assert!(told.err.contains("line 3"), "{}", told.err);
}

#[tokio::test]
async fn reports_are_written_beside_the_table() {
    let books = Books::new(&[paid("A"), paid("B")], &[row("A")]).await;
    let told = books.run("--csv r.csv --xlsx r.xlsx --html r.html --lang en");
    assert_eq!(told.code, Some(4), "{}", told.err);
    let read = |name| std::fs::read(books.path(name)).unwrap();
    assert!(
        String::from_utf8(read("r.csv"))
            .unwrap()
            .contains("only in our books")
    );
    assert!(
        String::from_utf8(read("r.html"))
            .unwrap()
            .contains("only in our books")
    );
    assert!(read("r.xlsx").starts_with(b"PK"));
}

#[tokio::test]
async fn a_table_of_the_hospital_stands_for_the_store() {
    let books = Books::new(&[], &[row("A"), row("C")]).await;
    let table = "单号,总额,自费,医保,状态\nA,77.50,33.33,44.17,交费成功\nB,1.00,1.00,0,未支付\n";
    std::fs::write(books.path("his.csv"), table).unwrap();
    let over = "--merchant clinic --since 2018-12-04 --bill 2018-12-04=bill.txt --table his.csv --state 交费成功=paid --column order=单号 --column total=总额 --column cash=自费 --column insurance=医保";
    let told = books.bare(&format!("{over} --column state=状态 --json"));
    assert_eq!(told.code, Some(4), "{}", told.err);
    assert!(told.out.contains("\"only_theirs\":1"), "{}", told.out);
    for (arguments, words) in [
        (format!("{over} --column states=状态"), "names no field"),
        (format!("{over} --column day=日子"), "no column \"日子\""),
        (format!("{over} --apply --who Li"), "give --ledger"),
    ] {
        let told = books.bare(&arguments);
        assert_eq!(told.code, Some(2), "{}", told.err);
        assert!(told.err.contains(words), "{}", told.err);
    }
}
