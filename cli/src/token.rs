//! `payinsurance token`: the access token of the desk's store.
//!
//! A token that is asked for makes the one before invalid after five minutes, so the command stores
//! it where all processes of the hospital look.

use std::process::ExitCode;

use clap::Subcommand;
use jiff::Timestamp;
use serde_json::json;
use signed_xml_client::Token;

use crate::context::Context;
use crate::desk::{self, of_call};
use crate::failure::Failure;
use crate::language::language;
use crate::orders::time;
use crate::output::object;
use crate::table::Table;

/// What stands below the help of the command.
const EXIT_STATUS: &str = "Exit status: 0 done, 1 there is no token, or none was given, 2 wrong arguments or configuration";

/// Arguments of `payinsurance token`.
#[derive(clap::Args)]
#[command(after_help = EXIT_STATUS)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Shows the token that the store has, without a call
    #[command(after_help = EXIT_STATUS)]
    Show(Of),
    /// Asks the platform for a new token and stores it for all processes of the hospital
    #[command(after_help = EXIT_STATUS)]
    Renew(Of),
}

#[derive(clap::Args)]
struct Of {
    /// Prints the whole token: a credential
    #[arg(long)]
    reveal: bool,
    #[command(flatten)]
    desk: desk::Arguments,
}

/// Runs it.
pub(crate) async fn run(arguments: &Arguments, context: &Context) -> ExitCode {
    let done = match &arguments.command {
        Command::Show(of) => Box::pin(show(of, context)).await,
        Command::Renew(of) => Box::pin(renew(of, context)).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

async fn show(of: &Of, context: &Context) -> Result<(), Failure> {
    let one = of.desk.open(context).await?;
    let found = match one.client() {
        Ok(client) => client
            .generic()
            .stored_token()
            .await
            .map_err(|error| of_call(&error)),
        Err(failure) => Err(failure),
    };
    one.close().await;
    let Some(token) = found? else {
        return Err(Failure::NotDone(language().pick(
            "存储中没有可用的 access_token：首次调用时会自动获取，也可执行 payinsurance token renew",
            "the store has no access token that can be used: the first call asks for one, and so does `payinsurance token renew`",
        ).to_owned()));
    };
    print(&token, of.reveal, context);
    Ok(())
}

async fn renew(of: &Of, context: &Context) -> Result<(), Failure> {
    let one = of.desk.open(context).await?;
    let renewed = match one.client() {
        Ok(client) => client
            .generic()
            .renew_token()
            .await
            .map_err(|error| of_call(&error)),
        Err(failure) => Err(failure),
    };
    one.close().await;
    print(&renewed?, of.reveal, context);
    Ok(())
}

fn print(token: &Token, reveal: bool, context: &Context) {
    let value = match reveal {
        true => token.value().to_owned(),
        false => masked(token.value()),
    };
    let is_alive = Timestamp::now() < token.expires_at();
    if context.json {
        object(&json!({
            "access_token": value,
            "revealed": reveal,
            "alive": is_alive,
            "renew_at": token.renew_at(),
            "expires_at": token.expires_at(),
        }));
        return;
    }
    let words = language();
    Table::plain(0)
        .row(["access_token", &value])
        .row([
            words.pick("状态", "state"),
            match is_alive {
                true => words.pick("有效", "alive"),
                false => words.pick("已过期", "expired"),
            },
        ])
        .row([
            words.pick("更新时间（北京）", "renewed from (Beijing)"),
            &time::beijing(token.renew_at()),
        ])
        .row([
            words.pick("到期时间（北京）", "ends (Beijing)"),
            &time::beijing(token.expires_at()),
        ])
        .print();
}

/// Enough to tell two tokens apart: `42_…9f [138 characters]`.
fn masked(value: &str) -> String {
    let count = value.chars().count();
    let tail: String = value.chars().skip(count.saturating_sub(2)).collect();
    match count {
        0..20 => format!("[{count} characters]"),
        _ => format!("…{tail} [{count} characters]"),
    }
}
