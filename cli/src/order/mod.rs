//! `payinsurance order`: orders are placed, looked at, queried and closed, through the desk of the
//! hospital.
//!
//! What is about to be asked of the platform is stored first, so that an order is never placed
//! twice, however often the command is repeated.

mod place;
mod query;

use std::process::ExitCode;

use clap::Subcommand;
use payinsurance_orders::store::Access;
use payinsurance_orders::{Order, State};
use serde_json::json;

use crate::context::Context;
use crate::desk::{self, advice, of_desk};
use crate::failure::Failure;
use crate::language::language;
use crate::orders::{find, list, show, shown};

use crate::output::{note, object};
pub(crate) use query::show as show_reply;

/// What stands below the help of the command.
const EXIT_STATUS: &str = "Exit status: 0 done, 1 not done or refused by the platform, 2 wrong arguments or configuration, 3 the outcome is open: ask with `payinsurance order query` before anything else";

/// Arguments of `payinsurance order`.
#[derive(clap::Args)]
#[command(after_help = EXIT_STATUS)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Places an order (unifiedorder) and prints where the patient pays; the same order again is
    /// the same order
    #[command(after_help = EXIT_STATUS)]
    Place(place::Arguments),
    /// Shows an order as the store has it, without a call
    #[command(after_help = EXIT_STATUS)]
    Show(Numbered),
    /// Asks the platform how an order stands (queryorder), and stores the answer
    #[command(after_help = EXIT_STATUS)]
    Query(Numbered),
    /// Closes an order that is not paid (closeorder)
    #[command(after_help = EXIT_STATUS)]
    Close(Numbered),
    /// Lists orders of the store, newest first
    #[command(after_help = EXIT_STATUS)]
    List(Box<Listed>),
}

/// An order by its number.
#[derive(clap::Args)]
pub(crate) struct Numbered {
    /// The hospital side's number of the order
    pub(crate) hosp_out_trade_no: String,
    #[command(flatten)]
    pub(crate) desk: desk::Arguments,
}

#[derive(clap::Args)]
struct Listed {
    #[command(flatten)]
    list: list::Arguments,
    /// The store of the desk: the path of a SQLite file, `sqlite:PATH`, or `postgres://…` [env:
    /// PAYINSURANCE_STORE]
    #[arg(long)]
    store: Option<String>,
}

/// Runs it.
pub(crate) async fn run(arguments: &Arguments, context: &Context) -> ExitCode {
    let done = match &arguments.command {
        Command::Place(place) => Box::pin(place::run(place, context)).await,
        Command::Show(numbered) => show_stored(numbered, context).await,
        Command::Query(numbered) => Box::pin(query::run(numbered, context)).await,
        Command::Close(numbered) => Box::pin(close(numbered, context)).await,
        Command::List(listed) => list_stored(listed, context).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

/// The order as the store has it.
pub(crate) async fn stored(numbered: &Numbered, context: &Context) -> Result<Order, Failure> {
    let place = numbered.desk.needed_place(context)?;
    let config = context.config()?;
    let hospital = config.hospital()?;
    let opened = place.open(Access::ReadOnly).await?;
    let number = &numbered.hosp_out_trade_no;
    let found = find::one(opened.store(), number, hospital.name()).await;
    opened.close().await;
    found
}

async fn show_stored(numbered: &Numbered, context: &Context) -> Result<(), Failure> {
    let place = numbered.desk.needed_place(context)?;
    let config = context.config()?;
    let hospital = config.hospital()?;
    let opened = place.open(Access::ReadOnly).await?;
    let number = &numbered.hosp_out_trade_no;
    let shown = show::one(opened.store(), number, hospital.name(), context.json).await;
    opened.close().await;
    shown
}

async fn list_stored(listed: &Listed, context: &Context) -> Result<(), Failure> {
    let place = context.store(listed.store.as_deref())?;
    let opened = place.open(Access::ReadOnly).await?;
    let done = list::run(&listed.list, opened.store(), context.json).await;
    opened.close().await;
    done
}

async fn close(numbered: &Numbered, context: &Context) -> Result<(), Failure> {
    let one = numbered.desk.open(context).await?;
    let number = &numbered.hosp_out_trade_no;
    let closed = one.desk.close(&one.hospital, number).await;
    one.close().await;
    let order = closed.map_err(of_desk)?;
    print(&order, context);
    match order.state.is_at_rest() {
        true => Ok(()),
        false => Err(open(&order)),
    }
}

/// Prints an order, with where it is paid.
fn print(order: &Order, context: &Context) {
    let placed = order.placed.as_ref();
    let pay_url = placed.and_then(|placed| placed.pay_url.as_deref());
    let pay_url = pay_url.filter(|_| order.state == State::Placed);
    if context.json {
        let mut row = shown::order(order);
        row["pay_url"] = json!(pay_url);
        row["pay_appid"] = json!(placed.and_then(|placed| placed.pay_appid.as_ref()));
        row["facts"] = shown::object(order.shown_facts());
        object(&row);
        return;
    }
    show::table(order, pay_url).print();
}

/// What is said of an order whose outcome is open.
fn open(order: &Order) -> Failure {
    let number = &order.key.hosp_out_trade_no;
    let error = order.last_error.as_ref();
    let error = error.map(|error| format!("; {error}")).unwrap_or_default();
    Failure::Open(language().pick(
        format!("结果未知{error}。先执行 payinsurance order query {number}，不要换单号重试"),
        format!("the outcome is open{error}: run `payinsurance order query {number}`, and take no other number before"),
    ))
}

/// What is said of an order that the platform refused.
fn refused(order: &Order) -> Failure {
    let fact = |name: &str| {
        let found = order.facts.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let (code, words) = (fact("err_code"), fact("err_code_des"));
    let known = advice(&code)
        .map(|words| format!("\n{words}"))
        .unwrap_or_default();
    Failure::NotDone(language().pick(
        format!("平台拒绝了该订单：{code} {words}{known}"),
        format!("the platform refused the order: {code} {words}{known}"),
    ))
}

/// Says that a store lacks an order.
pub(crate) fn not_stored(number: &str) {
    note(language().pick(
        format!("存储中没有订单 {number}：只询问平台，不保存"),
        format!("the store has no order {number}: the platform is asked, and nothing is stored"),
    ));
}
