//! `payinsurance orders show`: one order, with its history and its events.

use payinsurance_orders::store::{EventFilter, Line, Store};
use payinsurance_orders::{Order, Refund};
use signed_xml::Fen;

use super::{Failure, events, find, object, shown, time, unreadable};
use crate::output;
use crate::table::Table;

/// Arguments of `payinsurance orders show`.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The hospital side's number of the order
    hosp_out_trade_no: String,
    /// The hospital whose order it is; may be left out if only one has that number
    #[arg(long)]
    merchant: Option<String>,
}

pub(super) async fn run(
    arguments: &Arguments,
    store: &dyn Store,
    json: bool,
) -> Result<(), Failure> {
    let number = &arguments.hosp_out_trade_no;
    one(store, number, arguments.merchant.as_deref(), json).await
}

/// Prints the order of that number.
pub(crate) async fn one(
    store: &dyn Store,
    number: &str,
    merchant: Option<&str>,
    json: bool,
) -> Result<(), Failure> {
    let order = find::one(store, number, merchant).await?;
    let history = store.history(&order.key).await?;
    let filter = EventFilter {
        order: Some(order.key.clone()),
        limit: u32::MAX,
        ..EventFilter::default()
    };
    let events = store.events(&filter).await?;
    if json {
        object(&shown::whole_order(&order, &history, &events));
        return unreadable::of_order(&history, &events);
    }
    table(&order, None).print();
    output::line("\nhistory (times of Beijing)");
    print_history(&history.rows);
    if !events.rows.is_empty() {
        output::line("\nevents");
        events::print(&events.rows);
    }
    unreadable::of_order(&history, &events)
}

/// What is known of an order, and where it is paid if that is to be shown.
pub(crate) fn table(order: &Order, pay_url: Option<&str>) -> Table {
    let amounts = &order.amounts;
    let mut table = Table::plain(0)
        .row(["order", &order.key.hosp_out_trade_no])
        .row(["hospital", &order.key.merchant])
        .row(["state", order.state.as_str()])
        .row([
            "amounts",
            &format!(
                "{} yuan: cash {}, insurance {}",
                amounts.total_fee, amounts.cash_fee, amounts.insurance_fee
            ),
        ]);
    if let Some(placed) = &order.placed {
        let link = match placed.pay_url {
            Some(_) => "known",
            None => {
                "lost with the answer; `orders replace` has the order closed, and placed again under another number"
            }
        };
        table = table
            .row(["med_trans_id", &placed.med_trans_id])
            .row(["link to pay", pay_url.unwrap_or(link)]);
    }
    if let Some(refund) = &order.refund {
        table = table.row(["refund", &refund_words(refund)]);
    }
    if let Some(known) = &order.contradiction {
        table = table.row(["contradicted", &known.reason]);
    }
    if let Some(error) = &order.last_error {
        table = table.row(["last error", &error.text]);
    }
    let links = [
        ("replaced by", order.replaced_by.as_deref()),
        ("instead of", order.replaces.as_deref()),
        ("replacement", order.replace_wanted.then_some("wanted")),
    ];
    for (name, number) in links {
        if let Some(number) = number {
            table = table.row([name, number]);
        }
    }
    if order.close_wanted {
        table = table.row(["close", "wanted"]);
    }
    let mut fields = shown::request(order);
    fields.retain(|field| !order.facts.contains(field));
    for (name, value) in fields.into_iter().chain(order.shown_facts()) {
        let fee = value.parse().ok().filter(|_| name.ends_with("_fee"));
        let value = fee.map_or(value, |fen| format!("{} yuan", Fen(fen)));
        table = table.row([name, value]);
    }
    for (name, at) in [
        ("stored", Some(order.times.created_at)),
        ("changed", Some(order.times.updated_at)),
        ("paid", order.times.paid_at),
        ("expires", order.times.expires_at),
        ("next look", order.due_at),
    ] {
        if let Some(at) = at {
            table = table.row([name, &time::beijing(at)]);
        }
    }
    table
}

/// What is known of a refund.
pub(crate) fn refund_table(order: &Order, refund: &Refund) -> Table {
    let mut table = Table::plain(0)
        .row(["order", &order.key.hosp_out_trade_no])
        .row(["hospital", &order.key.merchant])
        .row(["state", order.state.as_str()])
        .row(["refund", &refund_words(refund)]);
    if let Some(error) = &order.last_error {
        table = table.row(["last error", &error.text]);
    }
    table
}

/// `RT1 (MR1): succeeded, cash 1.50 yuan back, insurance 1.00 yuan back`.
fn refund_words(refund: &Refund) -> String {
    let mut words = refund.hosp_out_refund_no.clone();
    if let Some(number) = &refund.med_refund_id {
        words += &format!(" ({number})");
    }
    words += &format!(": {}", refund.state.as_str());
    if let Some(fee) = refund.cash_only {
        words += &format!(", {fee} yuan of the cash alone");
    }
    for (part, fee) in [
        ("cash", refund.cash_refund_fee),
        ("insurance", refund.insurance_refund_fee),
    ] {
        if let Some(fee) = fee {
            words += &format!(", {part} {fee} yuan back");
        }
    }
    words
}

fn print_history(history: &[Line]) {
    let mut table = Table::plain(2);
    for line in history {
        let moved = match line.from {
            Some(from) if from == line.to => String::new(),
            Some(from) => format!("{} → {}", from.as_str(), line.to.as_str()),
            None => line.to.as_str().to_owned(),
        };
        table = table.row([
            &time::beijing(line.at),
            &line.by,
            &line.what,
            &moved,
            &line.evidence,
        ]);
    }
    table.print();
}
