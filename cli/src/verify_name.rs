//! `payinsurance verify-name`: whether name and ID number are those of the insurance card that a
//! user has bound (3.9).

use std::process::ExitCode;

use payinsurance::verifyname;
use serde_json::json;

use crate::context::Context;
use crate::desk::{self, of_call};
use crate::failure::Failure;
use crate::fields::{self, Input};
use crate::language::language;
use crate::output::{self, object};

/// What stands below the help of the command.
const EXIT_STATUS: &str =
    "Exit status: 0 they agree, 1 they do not, or the platform did not answer, 2 wrong arguments or configuration

Fields: openid, name, and idcard_md5, which may be the ID number itself: only its digest is sent. The reply is not signed: take it as a hint to the patient.";

/// Arguments of `payinsurance verify-name`.
#[derive(clap::Args)]
#[command(after_help = EXIT_STATUS)]
pub(crate) struct Arguments {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    desk: desk::Arguments,
}

/// Runs it.
pub(crate) async fn run(arguments: &Arguments, context: &Context) -> ExitCode {
    match Box::pin(verify(arguments, context)).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

async fn verify(arguments: &Arguments, context: &Context) -> Result<(), Failure> {
    let given = arguments.input.given(Vec::new())?;
    let request: verifyname::Request = fields::message(&given)?;
    let calls = arguments.desk.client(context).await?;
    let reply = calls.client.verifyname(&request).await;
    calls.close().await;
    match reply {
        Ok(_) => {
            match context.json {
                true => object(&json!({ "agrees": true, "err_code": null })),
                false => output::line(language().pick("一致", "they agree")),
            }
            Ok(())
        }
        Err(error) => {
            if context.json {
                object(&json!({ "agrees": false, "err_code": error.err_code() }));
            }
            Err(of_call(&error))
        }
    }
}
