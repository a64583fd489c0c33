//! `payinsurance reconcile`: bills against the orders of a desk.
//!
//! Steps, in order: read the bills and the orders; compare; look up decisions and the run before; apply what was asked for; report.

mod arguments;

use std::fmt;
use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use jiff::{Timestamp, ToSpan};
use payinsurance_orders::store::{Access, Store};
use payinsurance_orders::{OrderKey, Policy, take_bill};
use payinsurance_reconcile::{
    Decision, Difference, Ledger, Outcome, Report, Run, Scope, Since, Standing, TableError,
    read_csv, read_xlsx,
};

pub(crate) use arguments::Arguments;

use crate::context::Context;
use crate::failure::Failure;
use crate::language::language;
use crate::orders::Place;
use crate::output::{note, progress};
use crate::words;

/// Runs it.
pub(crate) async fn run(arguments: &Arguments, context: &Context) -> ExitCode {
    match Box::pin(reconcile(arguments, context)).await {
        Ok((standing, _)) if standing.open > 0 => ExitCode::from(4),
        Ok((_, unreadable)) if unreadable > 0 => ExitCode::from(3),
        Ok(_) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

/// What is open, and how many rows and orders could not be read.
async fn reconcile(arguments: &Arguments, context: &Context) -> Result<(Standing, u64), Failure> {
    let scope = Scope {
        days: arguments.days().map_err(Failure::Arguments)?,
        merchants: arguments.merchants(),
    };
    let bills = arguments.bills().map_err(Failure::Arguments)?;
    let asks = !arguments.accept.is_empty()
        || !arguments.accept_class.is_empty()
        || !arguments.take_bill.is_empty();
    if asks && !arguments.apply {
        return Err(Failure::Arguments(
            "--accept, --accept-class and --take-bill change what is stored: add --apply --who NAME"
                .to_owned(),
        ));
    }
    let tables = arguments.tables().map_err(Failure::Arguments)?;
    if !tables.is_empty() {
        let mut run = Run::new(scope.days).map_err(not_done)?;
        read_tables(arguments, &tables, &mut run)?;
        return over(arguments, context, &scope, &bills, run, None).await;
    }
    let place = context.store(arguments.store.as_deref())?;
    let writes = arguments.apply && !arguments.take_bill.is_empty();
    let access = match writes {
        true => Access::Existing,
        false => Access::ReadOnly,
    };
    let opened = place.open(access).await?;
    let run = Run::new(scope.days).map_err(not_done)?;
    let done = over(
        arguments,
        context,
        &scope,
        &bills,
        run,
        Some((&place, opened.store())),
    )
    .await;
    opened.close().await;
    done
}

fn read_tables(
    arguments: &Arguments,
    tables: &[(String, PathBuf)],
    run: &mut Run,
) -> Result<(), Failure> {
    for (merchant, path) in tables {
        let columns = arguments.columns().map_err(Failure::Arguments)?;
        progress(format_args!("reading {}", path.display()));
        let file = BufReader::new(open(path)?);
        let of_table =
            |error: TableError| Failure::Arguments(format!("{}: {error}", path.display()));
        let is_excel = path
            .extension()
            .is_some_and(|ext| ext.eq_ignore_ascii_case("xlsx"));
        let added = match is_excel {
            true => run.add_table(
                merchant,
                read_xlsx(file, merchant, columns).map_err(of_table)?,
            ),
            false => run.add_table(
                merchant,
                read_csv(file, merchant, columns).map_err(of_table)?,
            ),
        };
        added.map_err(not_done)?;
    }
    Ok(())
}

fn open(path: &Path) -> Result<File, Failure> {
    File::open(path)
        .map_err(|error| Failure::NotDone(format!("{} cannot be opened: {error}", path.display())))
}

async fn over(
    arguments: &Arguments,
    context: &Context,
    scope: &Scope,
    bills: &[arguments::Bill],
    run: Run,
    desk: Option<(&Place, &dyn Store)>,
) -> Result<(Standing, u64), Failure> {
    let store = desk.map(|(_, store)| store);
    let mut outcome = compared(arguments, scope, bills, run, store).await?;
    let ledger = ledger(arguments, context, desk.map(|(place, _)| place)).await?;
    let (mut decisions, mut since) = (Default::default(), Since::default());
    if let Some(ledger) = &ledger {
        since = ledger.since(scope, &mut outcome).await.map_err(not_done)?;
        if arguments.apply {
            apply(arguments, scope, &mut outcome, ledger, store).await?;
        }
        decisions = ledger.decisions().await.map_err(not_done)?;
        ledger.close().await;
    }
    let mut report = Report::new(outcome, decisions, since);
    write(arguments, context, &mut report)?;
    let unreadable = report.outcome().unreadable().1;
    Ok((report.standing().map_err(not_done)?, unreadable))
}

async fn compared(
    arguments: &Arguments,
    scope: &Scope,
    bills: &[arguments::Bill],
    mut run: Run,
    store: Option<&dyn Store>,
) -> Result<Outcome, Failure> {
    for bill in bills {
        progress(format_args!("reading {}", bill.path.display()));
        let bill_rows = BufReader::new(open(&bill.path)?);
        run.add_bill(&bill.merchant, bill.day, bill_rows)
            .map_err(not_done)?;
    }
    for merchant in &scope.merchants {
        let mut day = scope.days.first;
        while day <= scope.days.last {
            let has = |bill: &arguments::Bill| bill.merchant == *merchant && bill.day == day;
            if !bills.iter().any(has) {
                note(language().pick(
                    format!("{merchant} 没有 {day} 的账单：按当天没有明细处理"),
                    format!("no bill of {day} for {merchant}: it counts as a day without rows"),
                ));
            }
            day = day.saturating_add(1.day());
        }
        progress(format_args!("reading the orders of {merchant}"));
        if let Some(store) = store {
            let added = run.add_orders(store, merchant, arguments.lookback).await;
            added.map_err(not_done)?;
        }
    }
    progress("comparing");
    let outcome = run.finish(store).await.map_err(not_done)?;
    let (unreadable, count) = outcome.unreadable();
    for row in unreadable {
        let day = row.day.map_or(String::new(), |day| format!(" of {day}"));
        let number = row.hosp_out_trade_no.as_deref().unwrap_or("the bill");
        let left_out = language().pick("未纳入", "left out");
        note(format_args!(
            "{left_out}, {}, {number}{day}: {}",
            row.merchant, row.reason
        ));
    }
    if count > unreadable.len() as u64 {
        note(language().pick(
            format!("共未纳入 {count} 条"),
            format!("left out in all: {count}"),
        ));
    }
    Ok(outcome)
}

/// Decisions, evidence, and the run itself.
async fn apply(
    arguments: &Arguments,
    scope: &Scope,
    outcome: &mut Outcome,
    ledger: &Ledger,
    store: Option<&dyn Store>,
) -> Result<(), Failure> {
    let now = Timestamp::now();
    let who = arguments.who.clone().unwrap_or_default();
    let why = arguments.why.clone().unwrap_or_default();
    let mut accepted = Vec::new();
    let mut evidence = Vec::new();
    let mut missing: Vec<&String> = arguments
        .accept
        .iter()
        .chain(&arguments.take_bill)
        .collect();
    for difference in outcome.differences().map_err(not_done)? {
        let difference: Difference = difference.map_err(not_done)?;
        let fingerprint = difference.fingerprint();
        missing.retain(|known| **known != fingerprint);
        if arguments.take_bill.contains(&fingerprint) {
            evidence.push(difference.clone());
        }
        if arguments.accept.contains(&fingerprint)
            || arguments.accept_class.contains(&difference.class)
        {
            accepted.push(fingerprint);
        }
    }
    if let Some(missing) = missing.first() {
        return Err(Failure::Arguments(format!(
            "this run has no difference {missing:?}: take a fingerprint from its report"
        )));
    }
    for difference in evidence {
        let Some(store) = store else { continue };
        take(&difference, &who, &why, store, now).await?;
    }
    ledger
        .record(scope, outcome, &who, now)
        .await
        .map_err(not_done)?;
    if !accepted.is_empty() {
        let decision = Decision { at: now, who, why };
        let count = ledger
            .decide(&accepted, &decision)
            .await
            .map_err(not_done)?;
        note(language().pick(format!("已接受 {count} 条"), format!("accepted: {count}")));
    }
    Ok(())
}

async fn take(
    difference: &Difference,
    who: &str,
    why: &str,
    store: &dyn Store,
    now: Timestamp,
) -> Result<(), Failure> {
    let key = &difference.key;
    let number = &key.hosp_out_trade_no;
    let Some(evidence) = difference.evidence(who, why) else {
        return Err(Failure::Arguments(format!(
            "the difference of {number} ({}) does not prove a payment: --take-bill is for a row that is paid of an order that is not",
            difference.class.as_str()
        )));
    };
    let key = OrderKey {
        merchant: key.merchant.clone(),
        hosp_out_trade_no: number.clone(),
    };
    let order = take_bill(store, &key, &evidence, now, &Policy::default()).await;
    let order = order.map_err(not_done)?;
    match &order.contradiction {
        Some(contradiction) => Err(Failure::NotDone(format!(
            "the row of the bill contradicts the order {number}: {}",
            contradiction.reason
        ))),
        None => {
            let state = words::state(order.state);
            note(language().pick(
                format!("{number} 为 {state}"),
                format!("{number} is {state}"),
            ));
            Ok(())
        }
    }
}

/// The ledger; `None` for a dry run where none is yet.
async fn ledger(
    arguments: &Arguments,
    context: &Context,
    place: Option<&Place>,
) -> Result<Option<Ledger>, Failure> {
    let named = match arguments.ledger.clone() {
        Some(named) => Some(named),
        None => context.config()?.ledger(),
    };
    let named = named.map(|text| Place::named(Some(&text))).transpose()?;
    let Some(at) = named.as_ref().or(place) else {
        return match arguments.apply {
            true => Err(Failure::Arguments(
                "--apply needs a place for runs and decisions: give --ledger".to_owned(),
            )),
            false => Ok(None),
        };
    };
    let opened = match (at, named.is_some()) {
        (Place::Sqlite(path), is_ledger) => {
            let path = if is_ledger {
                path.clone()
            } else {
                beside(path)
            };
            if !arguments.apply && !path.exists() {
                return Ok(None);
            }
            Ledger::sqlite(&path).await
        }
        (Place::Postgres(url), _) => match arguments.apply {
            true => Ledger::postgres(url).await,
            false => return Ledger::existing_postgres(url).await.map_err(not_done),
        },
    };
    opened.map(Some).map_err(not_done)
}

/// `orders.db` has its ledger in `orders.db-reconcile`.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-reconcile");
    name.into()
}

fn write(arguments: &Arguments, context: &Context, report: &mut Report) -> Result<(), Failure> {
    let language = language().into();
    let file = |path: &PathBuf| {
        let made = File::create(path);
        made.map(BufWriter::new).map_err(|error| {
            Failure::NotDone(format!("{} cannot be written: {error}", path.display()))
        })
    };
    if let Some(path) = &arguments.csv {
        let mut out = file(path)?;
        report.csv(&mut out, language).map_err(not_done)?;
        out.flush().map_err(not_done)?;
    }
    if let Some(path) = &arguments.html {
        let mut out = file(path)?;
        report.html(&mut out, language).map_err(not_done)?;
        out.flush().map_err(not_done)?;
    }
    if let Some(path) = &arguments.xlsx {
        report.xlsx(file(path)?, language).map_err(not_done)?;
    }
    let mut out = BufWriter::new(std::io::stdout().lock());
    let written = match context.json {
        true => report.json(&mut out),
        false => report.table(&mut out, language),
    };
    written.map_err(not_done)?;
    out.flush().map_err(not_done)
}

fn not_done(error: impl fmt::Display) -> Failure {
    Failure::NotDone(error.to_string())
}
