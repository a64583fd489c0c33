//! `payinsurance refund`: refunds are asked for, shown and queried, through the desk of the
//! hospital.
//!
//! An order has one refund number for ever, so a refund that is asked for again is the same refund.

mod place;

use std::process::ExitCode;

use clap::Subcommand;
use payinsurance::queryrefund;
use payinsurance_orders::{Order, RefundState};
use serde_json::json;

use crate::context::Context;
use crate::desk::{of_call, of_desk};
use crate::failure::Failure;
use crate::language::language;
use crate::order::{Numbered, not_stored, show_reply};
use crate::orders::{show, shown};
use crate::output::object;

/// What stands below the help of the command.
const EXIT_STATUS: &str = "Exit status: 0 done: accepted or succeeded, 1 not done, 2 wrong arguments or configuration, or a refund that was not confirmed, 3 the outcome is open: ask with `payinsurance refund query` before anything else";

/// Arguments of `payinsurance refund`.
#[derive(clap::Args)]
#[command(after_help = EXIT_STATUS)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Refunds a paid order (refund); asks for confirmation at a terminal, and needs --yes
    /// otherwise
    #[command(after_help = EXIT_STATUS)]
    Place(Box<place::Arguments>),
    /// Shows the refund of an order as the store has it, without a call
    #[command(after_help = EXIT_STATUS)]
    Show(Numbered),
    /// Asks the platform how the refund of an order stands (queryrefund), and stores the answer
    #[command(after_help = EXIT_STATUS)]
    Query(Numbered),
}

/// Runs it.
pub(crate) async fn run(arguments: &Arguments, context: &Context) -> ExitCode {
    let done = match &arguments.command {
        Command::Place(place) => Box::pin(place::run(place, context)).await,
        Command::Show(numbered) => Box::pin(stored(numbered, context)).await,
        Command::Query(numbered) => Box::pin(query(numbered, context)).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

async fn stored(numbered: &Numbered, context: &Context) -> Result<(), Failure> {
    let order = crate::order::stored(numbered, context).await?;
    print(&order, context)
}

async fn query(numbered: &Numbered, context: &Context) -> Result<(), Failure> {
    let number = &numbered.hosp_out_trade_no;
    let calls = numbered.desk.client(context).await?;
    let asked = async {
        if let Some(one) = &calls.desk
            && one.find(number).await?.is_some()
        {
            let order = one
                .desk
                .refresh(&one.hospital, number, "command line")
                .await;
            return print(&order.map_err(of_desk)?, context);
        }
        not_stored(number);
        let request = queryrefund::Request::builder()
            .hosp_out_trade_no(number.as_str())
            .build()
            .map_err(|violations| of_call(&violations.into()))?;
        let reply = calls.client.queryrefund(&request).await;
        show_reply(&reply.map_err(|error| of_call(&error))?, context)
    };
    let asked = asked.await;
    calls.close().await;
    asked
}

/// Prints the refund of an order.
fn print(order: &Order, context: &Context) -> Result<(), Failure> {
    let number = &order.key.hosp_out_trade_no;
    let Some(refund) = &order.refund else {
        return Err(Failure::NotDone(language().pick(
            format!("订单 {number} 没有退款（状态 {}）", order.state.as_str()),
            format!(
                "the order {number} has no refund (it is {})",
                order.state.as_str()
            ),
        )));
    };
    if context.json {
        let mut row = shown::refund(refund);
        row["merchant"] = json!(order.key.merchant);
        row["hosp_out_trade_no"] = json!(number);
        row["last_error"] = json!(order.last_error.as_ref().map(shown::last_error));
        object(&row);
    } else {
        show::refund_table(order, refund).print();
    }
    let error = order.last_error.as_ref();
    let error = error.map(|error| format!("; {error}")).unwrap_or_default();
    match refund.state {
        RefundState::Asking => Err(Failure::Open(language().pick(
            format!("结果未知{error}。先执行 payinsurance refund query {number}"),
            format!("the outcome is open{error}: run `payinsurance refund query {number}`"),
        ))),
        RefundState::Failed => Err(Failure::NotDone(language().pick(
            format!("退款失败{error}。再次执行 payinsurance refund place {number} 会以同一退款单号重试"),
            format!("the refund failed{error}: `payinsurance refund place {number}` tries again under the same number"),
        ))),
        _ => Ok(()),
    }
}
