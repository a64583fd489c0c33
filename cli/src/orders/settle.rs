//! `payinsurance orders settle`: a person decides how a contradicted order stands, and the history says who, why and from what evidence.

use jiff::Timestamp;
use payinsurance_orders::store::Store;
use payinsurance_orders::{Policy, Settlement, State, settle};
use signed_xml::Fen;

use super::{Failure, find, object, shown};
use crate::language::language;
use crate::{output, words};

/// Arguments of `payinsurance orders settle`.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The order's number (hosp_out_trade_no)
    number: String,
    /// The hospital whose order it is; may be left out if only one has that number
    #[arg(long)]
    merchant: Option<String>,
    /// How the order stands in truth: its present state, or one that it may move to
    #[arg(long, value_parser = super::list::states())]
    to: State,
    /// The cash part that was paid or given back, in fen; with --to paid or refunded
    #[arg(long, value_name = "FEN")]
    cash_fee: Option<u64>,
    /// The insurance part that was paid or given back, in fen; with --to paid or refunded
    #[arg(long, value_name = "FEN")]
    insurance_fee: Option<u64>,
    /// Who settles it
    #[arg(long)]
    who: String,
    /// Why
    #[arg(long)]
    why: String,
    /// What it was seen from, such as a line of the bill; nothing personal
    #[arg(long)]
    evidence: String,
    /// Really settles it; without it the command says what it would settle, and changes nothing
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
    if !arguments.yes {
        let reason = order
            .contradiction
            .as_ref()
            .map(|known| known.reason.as_str());
        return Err(Failure::Arguments(format!(
            "the order {:?} is {}, contradicted by: {}; repeat the command with --yes to settle it as {}",
            order.key.hosp_out_trade_no,
            order.state.as_str(),
            reason.unwrap_or("nothing"),
            arguments.to.as_str()
        )));
    }
    let settlement = Settlement {
        to: arguments.to,
        cash_fee: arguments.cash_fee.map(Fen),
        insurance_fee: arguments.insurance_fee.map(Fen),
        who: arguments.who.clone(),
        why: arguments.why.clone(),
        evidence: arguments.evidence.clone(),
    };
    let now = Timestamp::now();
    let settled = settle(store, &order.key, &settlement, now, &Policy::default()).await;
    let settled = settled.map_err(|error| Failure::NotDone(error.to_string()))?;
    match json {
        true => object(&shown::order(&settled)),
        false => {
            let (number, who) = (&settled.key.hosp_out_trade_no, &arguments.who);
            let state = words::state(settled.state);
            output::line(language().pick(
                format!("{number} 为 {state}，由 {who} 处理"),
                format!("{number} is {state}, settled by {who}"),
            ));
        }
    }
    Ok(())
}
