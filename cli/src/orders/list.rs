//! `payinsurance orders list`.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use jiff::Timestamp;
use payinsurance_orders::store::{OrderFilter, Store};
use payinsurance_orders::{Order, OrderKey, State};

use super::{Failure, find, note, object, shown, time, unreadable};
use crate::language::language;
use crate::table::Table;
use crate::words;

/// Arguments of `payinsurance orders list`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Of this hospital
    #[arg(long)]
    merchant: Option<String>,
    /// In this state; may be given more than once
    #[arg(long, value_parser = states())]
    state: Vec<State>,
    /// Stored at or after: a day or time in Beijing, or a time with its offset
    #[arg(long, value_name = "DATE|TIME", value_parser = time::parse)]
    since: Option<Timestamp>,
    /// Stored before
    #[arg(long, value_name = "DATE|TIME", value_parser = time::parse)]
    before: Option<Timestamp>,
    /// With this number of the platform
    #[arg(long, value_name = "NUMBER")]
    med_trans_id: Option<String>,
    /// Only orders that the platform contradicts, for people to settle
    #[arg(long)]
    contradicted: bool,
    /// Only orders after this one, the last of the page before: its number, or HOSPITAL/NUMBER
    #[arg(long, value_name = "KEY")]
    after: Option<String>,
    /// At most so many
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
}

pub(crate) async fn run(
    arguments: &Arguments,
    store: &dyn Store,
    json: bool,
) -> Result<(), Failure> {
    let after = match &arguments.after {
        None => None,
        Some(text) => Some(place_in_list(store, text, arguments.merchant.as_deref()).await?),
    };
    let filter = OrderFilter {
        merchant: arguments.merchant.clone(),
        hosp_out_trade_no: None,
        states: arguments.state.clone(),
        since: arguments.since,
        before: arguments.before,
        med_trans_id: arguments.med_trans_id.clone(),
        contradicted: arguments.contradicted,
        after,
        limit: arguments.limit,
    };
    let listed = store.orders(&filter).await?;
    match json {
        true => listed
            .rows
            .iter()
            .map(shown::order)
            .for_each(|row| object(&row)),
        false if listed.count() == 0 => {
            note(language().pick("没有符合条件的订单", "no order matches"))
        }
        false => print(&listed.rows),
    }
    if let Some(last) = &listed.last
        && listed.count() == arguments.limit as usize
    {
        let key = format!("{}/{}", last.merchant, last.hosp_out_trade_no);
        note(language().pick(
            format!("可能还有：--after {key:?}"),
            format!("there may be more: --after {key:?}"),
        ));
    }
    unreadable::orders(&listed.unreadable, json)
}

/// The order that is meant by its number, or by its hospital and its number. Either may hold a slash.
async fn place_in_list(
    store: &dyn Store,
    text: &str,
    merchant: Option<&str>,
) -> Result<OrderKey, Failure> {
    for (at, slash) in text.match_indices('/') {
        let key = OrderKey {
            merchant: text[..at].to_owned(),
            hosp_out_trade_no: text[at + slash.len()..].to_owned(),
        };
        if store.order(&key).await?.is_some() {
            return Ok(key);
        }
    }
    Ok(find::one(store, text, merchant).await?.key)
}

fn print(orders: &[Order]) {
    if orders.is_empty() {
        return;
    }
    let said = language();
    let mut table = Table::new(&[
        said.pick("医院", "hospital"),
        "hosp_out_trade_no",
        said.pick("状态", "state"),
        said.pick("总金额", "total"),
        said.pick("自费", "cash"),
        said.pick("医保", "insurance"),
        said.pick("退款", "refund"),
        "med_trans_id",
        said.pick("保存时间（北京）", "stored (Beijing)"),
    ]);
    for order in orders {
        let state = match order.contradiction {
            Some(_) => said
                .pick("{}，自相矛盾", "{}, contradicted")
                .replace("{}", &words::state(order.state)),
            None => words::state(order.state),
        };
        let placed = order.placed.as_ref();
        table = table.row([
            order.key.merchant.as_str(),
            &order.key.hosp_out_trade_no,
            &state,
            &order.amounts.total_fee.to_string(),
            &order.amounts.cash_fee.to_string(),
            &order.amounts.insurance_fee.to_string(),
            &refund_words(order),
            placed.map_or("", |placed| &placed.med_trans_id),
            &time::beijing(order.times.created_at),
        ]);
    }
    table.print();
}

/// `succeeded, 10.00 of 77.50`: how the refund stands and how much of the order went back.
fn refund_words(order: &Order) -> String {
    let Some(refund) = &order.refund else {
        return String::new();
    };
    let state = words::refund_state(refund.state);
    let total = order.amounts.total_fee;
    match shown::refunded_fee(refund) {
        Some(back) => language().pick(
            format!("{state}，{back} / {total}"),
            format!("{state}, {back} of {total}"),
        ),
        None => state,
    }
}

pub(super) fn states() -> impl TypedValueParser<Value = State> {
    let words = State::ALL.iter().map(|state| state.as_str());
    PossibleValuesParser::new(words).try_map(|word| word.parse::<State>())
}
