//! `payinsurance orders received`: notifications as they came, without what is personal, and why some were not accepted.

use payinsurance_orders::ShownReceived;
use payinsurance_orders::store::{ReceivedFilter, Store};

use super::find::OfOrder;
use super::{Failure, note, object, shown, time};
use crate::harmless;
use crate::language::language;
use crate::output;
use crate::table::Table;

/// Arguments of `payinsurance orders received`.
#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    of: OfOrder,
    /// Only what was not accepted
    #[arg(long)]
    quarantined: bool,
    /// At most so many
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
}

pub(super) async fn run(
    arguments: &Arguments,
    store: &dyn Store,
    json: bool,
) -> Result<(), Failure> {
    let filter = ReceivedFilter {
        order: arguments.of.named(store).await?,
        quarantined: arguments.quarantined,
        limit: arguments.limit,
    };
    let records = store.received(&filter).await?.into_iter();
    let received: Vec<ShownReceived> = records.map(ShownReceived::from).collect();
    if received.len() == arguments.limit as usize {
        note(language().pick(
            "可能还有：用 --limit 加大条数",
            "there may be more: ask for more with --limit",
        ));
    }
    if json {
        let rows = received.into_iter().map(shown::received);
        rows.for_each(|row| object(&row));
        return Ok(());
    }
    if received.is_empty() {
        note(language().pick("没有符合条件的通知", "nothing that was received matches"));
    }
    received.iter().for_each(print);
    Ok(())
}

fn print(received: &ShownReceived) {
    let said = language();
    let of = received.order.as_ref().map_or_else(
        || {
            said.pick("不属于任何已知订单", "of no known order")
                .to_owned()
        },
        |key| format!("{} {}", key.merchant, key.hosp_out_trade_no),
    );
    let verdict = match &received.reason {
        None => said.pick("已接受", "accepted").to_owned(),
        Some(reason) => format!("{}{reason}", said.pick("未接受：", "not accepted: ")),
    };
    let at = time::beijing(received.at);
    output::line(format_args!(
        "{at}  {}  {}",
        harmless::text(&of),
        harmless::text(&verdict)
    ));
    if let Some(reason) = &received.damaged {
        return output::line(format_args!(
            "  {}{}",
            said.pick("保存的报文已损坏：", "its stored body is damaged: "),
            harmless::text(reason)
        ));
    }
    let Some(fields) = &received.fields else {
        return output::line(said.pick("  无法解析", "  it cannot be taken apart"));
    };
    let mut table = Table::plain(2);
    for (name, value) in fields {
        table = table.row([name, value]);
    }
    table.print();
}
