//! `payinsurance bill fetch`: the bills of a range of days.
//!
//! Steps, in order: the days are checked; the client is made, over the desk's store if one is named, so that the desk's access token is used and
//! stays valid; each day's bill goes to its file, whole or not at all. A file that is there is kept: the next run fetches what is missing.

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use payinsurance::enums::BillType;
use payinsurance::{Client, getbalancebill};
use payinsurance_orders::Desk;
use payinsurance_orders::store::Access;
use serde_json::json;
use signed_xml::{BeijingTime, BillDate};

use super::Findings;
use crate::config::Calling;
use crate::context::Context;
use crate::failure::Failure;
use crate::language::language;
use crate::orders::Place;
use crate::output::{self, note, object, progress};

/// The most days of one run.
const MAX_DAYS: i32 = 366;

/// Arguments of `payinsurance bill fetch`.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The first day in Beijing: 2018-12-04
    #[arg(long)]
    since: Date,
    /// The last day; without it only the first one
    #[arg(long)]
    until: Option<Date>,
    /// Which rows
    #[arg(long = "type", value_enum, default_value_t = Type::All)]
    bill_type: Type,
    /// The folder of the files, which are named after hospital and day: clinic-2018-12-04.txt
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    dir: PathBuf,
    /// The file, for a single day
    #[arg(long, value_name = "FILE", conflicts_with = "dir")]
    file: Option<PathBuf>,
    /// Fetches a bill again whose file is there
    #[arg(long)]
    again: bool,
    /// The store of the hospital's desk, whose access token is then used. Without it a new one is asked for, which makes the desk's invalid after five
    /// minutes, and the desk asks for another [env: PAYINSURANCE_STORE]
    #[arg(long)]
    store: Option<String>,
    #[command(flatten)]
    calling: Calling,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Type {
    /// Payments and refunds
    All,
    /// Payments
    Success,
    /// Refunds
    Refund,
}

impl Type {
    fn wire(self) -> BillType {
        match self {
            Self::All => BillType::All,
            Self::Success => BillType::Success,
            Self::Refund => BillType::Refund,
        }
    }
}

pub(super) async fn run(arguments: &Arguments, context: &Context) -> Result<Findings, Failure> {
    let json = context.json;
    let days = arguments.days()?;
    let config = context.config()?;
    let profile = arguments.calling.profile(&config)?;
    let is_sandbox = profile.origin.is_some();
    // A sandbox has a clock of its own: it knows itself whether it has made the bill.
    if !is_sandbox && let Some(last) = days.last() {
        ready(*last)?;
    }
    let name = profile.name.as_deref();
    let files = days
        .iter()
        .map(|day| arguments.path(name.unwrap_or("bill"), *day));
    let files: Vec<PathBuf> = files.collect::<Result<_, _>>()?;
    let mut builder = Client::builder(profile.merchant);
    if let Some(origin) = profile.origin {
        builder = builder.origin(origin);
    }
    let failed = |error: &dyn std::fmt::Display| Failure::Arguments(error.to_string());
    let place = match arguments.store.as_deref() {
        Some(text) => Some(Place::named(Some(text))?),
        None => config.store_if_named()?,
    };
    let (client, opened) = match (place, name) {
        (Some(place), Some(name)) => {
            let opened = place.open(Access::Existing).await?;
            let desk = Desk::over(opened.shared()).merchant(name, builder);
            let desk = desk.build().map_err(|error| failed(&error))?;
            let client = desk.client(name).map_err(|error| failed(&error))?.clone();
            (client, Some(opened))
        }
        (Some(_), None) => {
            return Err(Failure::Arguments(
                "a store is named and no hospital: give the name under which its desk knows the hospital as --profile"
                    .to_owned(),
            ));
        }
        (None, _) => (builder.build().map_err(|error| failed(&error))?, None),
    };
    let done = async {
        for (day, path) in days.iter().zip(&files) {
            arguments
                .fetch(&client, *day, path, is_sandbox, json)
                .await?;
        }
        Ok::<_, Failure>(Findings::default())
    };
    let done = done.await;
    if let Some(opened) = opened {
        opened.close().await;
    }
    done
}

impl Arguments {
    fn days(&self) -> Result<Vec<Date>, Failure> {
        let (first, last) = (self.since, self.until.unwrap_or(self.since));
        let count = (last - first).get_days() + 1;
        let wrong = |words: &str| {
            Err(Failure::Arguments(format!(
                "the days go from {first} to {last}: {words}"
            )))
        };
        if count < 1 {
            return wrong("give --until a day that is not before --since");
        }
        if count > MAX_DAYS {
            return wrong(&format!("give at most {MAX_DAYS} days"));
        }
        if self.file.is_some() && count > 1 {
            return wrong("--file takes one day, --dir takes several");
        }
        Ok((0..count)
            .map(|at| first.saturating_add(at.days()))
            .collect())
    }

    fn path(&self, name: &str, day: Date) -> Result<PathBuf, Failure> {
        if let Some(file) = &self.file {
            return Ok(file.clone());
        }
        if name.contains(['/', '\\']) || name.chars().any(char::is_control) {
            return Err(Failure::Arguments(format!(
                "the hospital's name {name:?} cannot be part of a file's name: give --file"
            )));
        }
        let kind = match self.bill_type {
            Type::All => "",
            Type::Success => "-success",
            Type::Refund => "-refund",
        };
        Ok(self.dir.join(format!("{name}-{day}{kind}.txt")))
    }

    async fn fetch(
        &self,
        client: &Client,
        day: Date,
        path: &Path,
        is_sandbox: bool,
        json: bool,
    ) -> Result<(), Failure> {
        if !self.again && path.exists() {
            let shown = path.display();
            note(language().pick(
                format!("{day}：{shown} 已存在，保持不动；加 --again 重新下载"),
                format!("{day}: {shown} is there and is kept; --again fetches it once more"),
            ));
            return Ok(());
        }
        progress(format_args!("fetching the bill of {day}"));
        let request = getbalancebill::Request::builder()
            .bill_date(BillDate::new(day))
            .bill_type(self.bill_type.wire())
            .build()
            .map_err(|error| Failure::Arguments(error.to_string()))?;
        let checked = (!is_sandbox).then_some(request.bill_date);
        let generic = client.generic();
        let fetched = generic.call_text_to_file(&request, checked, path).await;
        let file = fetched.map_err(|error| Failure::NotDone(format!("{day}: {error}")))?;
        let shown = path.display();
        match json {
            true => object(&json!({
                "day": day, "type": request.bill_type.as_ref().map(BillType::as_str),
                "path": path, "bytes": file.bytes,
            })),
            false => output::line(format_args!(
                "{day}  {shown}  {} {}",
                file.bytes,
                language().pick("字节", "bytes")
            )),
        }
        Ok(())
    }
}

/// Refuses days whose bill is not made yet, before anything is asked for.
fn ready(last: Date) -> Result<(), Failure> {
    let ready = BillDate::new(last).ready();
    match BeijingTime::at(Timestamp::now()) < ready {
        true => Err(Failure::Arguments(format!(
            "the bill of {last} is there from {ready} on, Beijing time: give an earlier day, or wait"
        ))),
        false => Ok(()),
    }
}
