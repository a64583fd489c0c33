//! `payinsurance orders replace`: an order whose link to pay was lost is to be closed, and placed again under another number.
//!
//! The command stores the wish. The workers of a desk, which has the hospital's keys, carry it out.

use jiff::Timestamp;
use payinsurance_orders::store::Store;
use payinsurance_orders::{Policy, want_replacement};

use super::{Failure, find, object, shown};
use crate::output;

/// Arguments of `payinsurance orders replace`.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The order's number (hosp_out_trade_no)
    number: String,
    /// The hospital whose order it is; may be left out if only one has that number
    #[arg(long)]
    merchant: Option<String>,
    /// Who wants it
    #[arg(long)]
    who: String,
    /// Really wants it; without it the command says what would become of the order, and changes nothing
    #[arg(long)]
    yes: bool,
}

impl Arguments {
    pub(super) fn writes(&self) -> bool {
        self.yes
    }
}

pub(super) async fn run(
    arguments: &Arguments,
    store: &dyn Store,
    json: bool,
) -> Result<(), Failure> {
    let order = find::one(store, &arguments.number, arguments.merchant.as_deref()).await?;
    if !arguments.yes && order.replaced_by.is_none() {
        return Err(Failure::Arguments(format!(
            "the order {:?} is {}; repeat the command with --yes to have a desk close it, and place it again once the platform says that it is closed and unpaid",
            order.key.hosp_out_trade_no,
            order.state.as_str(),
        )));
    }
    let who = arguments.who.trim();
    if who.is_empty() || who.chars().count() > 64 || who.chars().any(char::is_control) {
        return Err(Failure::Arguments(
            "invalid --who: give 1 to 64 characters, without control characters".to_owned(),
        ));
    }
    let now = Timestamp::now();
    let wanted = want_replacement(store, &order.key, who, now, &Policy::default()).await;
    let (order, number) = wanted.map_err(|error| Failure::NotDone(error.to_string()))?;
    if json {
        let mut row = shown::order(&order);
        row["replacement"] = number.into();
        object(&row);
        return Ok(());
    }
    let replaced = &order.key.hosp_out_trade_no;
    match order.replaced_by {
        Some(_) => output::line(format_args!("{replaced} is replaced by {number}")),
        None => output::line(format_args!(
            "{replaced} is {}; a desk closes it, and then places it again as {number}",
            order.state.as_str()
        )),
    }
    Ok(())
}
