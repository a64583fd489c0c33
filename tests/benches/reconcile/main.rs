//! Reconciling a day of a million orders: `cargo bench -p conformance --bench reconcile -- --json`; `--orders 100000` for a quick run.
//!
//! The orders are in SQLite, the bill is a file with the 55 columns of ALL; one order in ten was refunded, so that the bill has a row more for each
//! of these. Eleven kinds of difference are planted, each into one order of a thousand. The run must find every one of them with its class, and
//! invent none: else the benchmark fails. One process fills the store and writes the bill; another one reconciles, and is timed and measured.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot run must stop")]

mod books;
mod fill;

use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use conformance::bench::Rows;
use payinsurance::bill::Bill;
use payinsurance_orders::store::{OrderFilter, SqliteStore, Store};
use payinsurance_reconcile::{Days, Outcome, Run};
use serde::{Deserialize, Serialize};

use books::{CLINIC, DAY, EACH, PLANTS, Plant, order_no};

/// Orders, unless `--orders` says another number.
const ORDERS: usize = 1_000_000;
/// As far back as `payinsurance reconcile` looks, in days.
const LOOKBACK: u32 = 31;

/// What the process that reconciles reports.
#[derive(Serialize, Deserialize)]
struct Measured {
    bill_rows: u64,
    seconds: f64,
    /// Both sides read and dropped.
    floor_seconds: f64,
    /// The most memory that the process had while it reconciled.
    peak_bytes: u64,
}

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let value = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        Some(arguments[at + 1].as_str())
    };
    let orders = value("--orders").map_or(ORDERS, |orders| orders.parse().unwrap());
    if let Some(folder) = value("--fill") {
        fill::fill(Path::new(folder), orders).await;
    } else if let Some(folder) = value("--measure") {
        measure(Path::new(folder), orders).await;
    } else {
        report(&Rows::from_args(), orders);
    }
}

fn report(rows: &Rows, orders: usize) {
    let small = in_other_processes(orders / 10);
    let all = in_other_processes(orders);
    let differences = orders / EACH * PLANTS.len();
    rows.row(
        &format!(
            "reconciling {orders} stored orders with {} bill rows, {differences} differences, times reading both sides",
            all.bill_rows
        ),
        all.seconds,
        "s",
        all.floor_seconds,
    );
    rows.row(
        "reconciling: peak memory of the process, times that of a tenth of the orders",
        all.peak_bytes as f64 / 1e6,
        "MB",
        small.peak_bytes as f64 / 1e6,
    );
}

/// Fills a store and reconciles it, each in a process of its own.
fn in_other_processes(orders: usize) -> Measured {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let run = |what: &str| {
        let mut command = Command::new(std::env::current_exe().unwrap());
        let command = command.arg(what).arg(folder.path());
        let command = command.args(["--orders", &orders.to_string()]);
        let output = command.stderr(std::process::Stdio::inherit()).output();
        let output = output.unwrap();
        assert!(output.status.success(), "{what}: {}", output.status);
        output.stdout
    };
    run("--fill");
    serde_json::from_slice(&run("--measure")).unwrap()
}

#[expect(clippy::print_stdout, reason = "the other process reads it")]
async fn measure(folder: &Path, orders: usize) {
    let store = SqliteStore::open(folder.join("orders.db")).await.unwrap();
    let bill = || BufReader::new(File::open(folder.join("bill.csv")).unwrap());
    let begun = Instant::now();
    let mut outcome = reconcile(&store, bill()).await;
    let seconds = begun.elapsed().as_secs_f64();
    let peak_bytes = peak_bytes();
    assert_planted_and_no_more(&mut outcome, orders);
    let begun = Instant::now();
    read_both_sides(&store, bill()).await;
    let measured = Measured {
        bill_rows: outcome.rows(),
        seconds,
        floor_seconds: begun.elapsed().as_secs_f64(),
        peak_bytes,
    };
    store.close().await;
    println!("{}", serde_json::to_string(&measured).unwrap());
}

async fn reconcile(store: &SqliteStore, bill: BufReader<File>) -> Outcome {
    let mut run = Run::new(Days {
        first: DAY,
        last: DAY,
    })
    .unwrap();
    run.add_bill(CLINIC, DAY, bill).unwrap();
    run.add_orders(store, CLINIC, LOOKBACK).await.unwrap();
    run.finish(Some(store)).await.unwrap()
}

/// The differences come by order number, and so do the plants.
fn assert_planted_and_no_more(outcome: &mut Outcome, orders: usize) {
    assert!(outcome.totals().prove_themselves());
    assert_eq!(outcome.unreadable().1, 0);
    let planted = (0..orders).filter_map(|number| Some((number, Plant::of(number)?)));
    let mut planted = planted.flat_map(|(number, plant)| {
        let classes = plant.classes().iter();
        classes.map(move |class| (order_no(number), *class))
    });
    for found in outcome.differences().unwrap() {
        let found = found.unwrap();
        let found = (found.key.hosp_out_trade_no, found.class);
        assert_eq!(Some(found), planted.next(), "found, and planted");
    }
    assert_eq!(planted.next(), None, "planted, and not found");
}

/// What a run cannot do without: every row typed, every order read.
async fn read_both_sides(store: &SqliteStore, bill: BufReader<File>) {
    Bill::new(bill).unwrap().into_totals().unwrap();
    let mut filter = OrderFilter {
        merchant: Some(CLINIC.to_owned()),
        limit: 1_000,
        ..OrderFilter::default()
    };
    loop {
        let page = store.orders(&filter).await.unwrap();
        if page.last.is_none() {
            return;
        }
        filter.after = page.last;
    }
}

/// Source: `VmHWM` of Linux, proc_pid_status(5).
fn peak_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes: u64 = line.unwrap().trim_end_matches("kB").trim().parse().unwrap();
    kilobytes * 1_024
}
