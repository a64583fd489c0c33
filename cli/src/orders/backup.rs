//! `payinsurance orders backup`: a SQLite store is copied while it is in use.

use std::path::PathBuf;

use payinsurance_orders::store::SqliteOptions;
use serde_json::json;

use super::store::Place;
use super::{Failure, object};
use crate::language::language;
use crate::output;

/// Arguments of `payinsurance orders backup`.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// A file that is not there yet; what was received is copied beside it, to a file named like it with `-received` at the end
    to: PathBuf,
}

pub(super) async fn run(arguments: &Arguments, place: &Place, json: bool) -> Result<(), Failure> {
    let Place::Sqlite(path) = place else {
        return Err(Failure::Arguments(
            "this makes backups of SQLite files; copy a PostgreSQL database with its own pg_dump"
                .to_owned(),
        ));
    };
    SqliteOptions::new(path).backup(&arguments.to).await?;
    let mut received = arguments.to.clone().into_os_string();
    received.push("-received");
    let (to, received) = (arguments.to.display(), PathBuf::from(received));
    let received = received.display();
    match json {
        true => object(&json!({ "to": to.to_string(), "received": received.to_string() })),
        false => output::line(language().pick(
            format!("已复制到 {to} 和 {received}：两个文件须放在一起"),
            format!("copied to {to} and {received}: keep the two together"),
        )),
    }
    Ok(())
}
