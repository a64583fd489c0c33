//! `payinsurance notify`: a notification that the platform sent, verified and explained.

mod explain;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;
use payinsurance::notification::Notification;
use payinsurance::{Client, ReplyError};
use serde_json::{Value, json};
use signed_xml::{Fields, Limits, Message as _};

use crate::context::Context;
use crate::failure::Failure;
use crate::harmless;
use crate::language::language;
use crate::orders::shown;
use crate::output::{self, object};
use crate::table::Table;

/// What stands below the help of the command.
const EXIT_STATUS: &str = "Exit status: 0 it is genuine, 1 it is not, or it cannot be accepted, 2 wrong arguments or no key, 3 its signature is wrong and no known mistake explains it (explain), 4 the input is not a message

The hospital is that of --profile, or else the one whose numbers stand in the message.";

/// Arguments of `payinsurance notify`.
#[derive(clap::Args)]
#[command(after_help = EXIT_STATUS)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Says whether a notification is genuine, and shows it without what is personal
    #[command(after_help = EXIT_STATUS)]
    Verify(Body),
    /// Says field by field what a notification means, and why its signature is wrong
    #[command(after_help = EXIT_STATUS)]
    Explain(Body),
}

#[derive(clap::Args)]
struct Body {
    /// A file with the body of the notification; `-` reads stdin
    #[arg(default_value = "-")]
    file: PathBuf,
    /// Shows what is personal as well
    #[arg(long)]
    reveal: bool,
}

/// Runs it.
pub(crate) fn run(arguments: &Arguments, context: &Context) -> ExitCode {
    let answer = match &arguments.command {
        Command::Verify(body) => verify(body, context),
        Command::Explain(body) => explain::run(body, context),
    };
    answer.unwrap_or_else(|failure| failure.report())
}

impl Body {
    fn read(&self) -> Result<Vec<u8>, Failure> {
        crate::sign::read(&self.file)
    }

    /// What is shown of a field.
    fn value(&self, field: Option<&signed_xml::Field>, value: &str) -> String {
        match field {
            Some(field) if self.reveal || !field.is_confidential() => value.to_owned(),
            None if self.reveal => value.to_owned(),
            _ => language().pick("（不显示）", "[not shown]").to_owned(),
        }
    }
}

/// The notification as the hospital would accept it.
fn open(body: &[u8], context: &Context) -> Result<Result<Notification, ReplyError>, Failure> {
    let config = context.config()?;
    let merchant = config.hospital_of(body)?.merchant()?;
    let client: Client = Client::builder(merchant)
        .build()
        .map_err(|error| Failure::NotDone(error.to_string()))?;
    Ok(client.open_notification(body))
}

fn verify(of: &Body, context: &Context) -> Result<ExitCode, Failure> {
    let body = of.read()?;
    let opened = open(&body, context)?;
    if let Err(ReplyError::Body(error)) = &opened {
        return Err(Failure::NoMessage(error.to_string()));
    }
    let fields = Fields::parse(&body, &Limits::default())
        .map_err(|error| Failure::NoMessage(error.to_string()))?;
    let known = |name: &str| Notification::SCHEMA.field(name);
    let shown = fields
        .iter()
        .map(|(name, value)| (name.to_owned(), of.value(known(name), value)));
    let shown: Vec<(String, String)> = shown.collect();
    let problem = opened.as_ref().err();
    let problem = problem.map(|error| harmless::lines(&error.to_string()));
    if context.json {
        // What is not genuine may say anything: it is not repeated.
        let fields = match problem {
            None => shown::object(shown),
            Some(_) => Value::Null,
        };
        object(&json!({ "genuine": problem.is_none(), "problem": problem, "fields": fields }));
    } else {
        match &problem {
            None => {
                output::line(language().pick("通知真实有效", "the notification is genuine"));
                let table = shown.iter().fold(Table::plain(2), |table, (name, value)| {
                    let label = known(name).map_or("", |field| field.label);
                    table.row([name, label, value])
                });
                table.print();
            }
            Some(problem) => output::line(language().pick(
                format!("不能接受该通知：{problem}；用 `payinsurance notify explain` 查找原因"),
                format!("the notification is not accepted: {problem}; `payinsurance notify explain` looks for the mistake"),
            )),
        }
    }
    Ok(match opened {
        Ok(_) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    })
}
