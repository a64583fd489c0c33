//! `payinsurance orders events`.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use payinsurance_orders::store::{Event, EventFilter, EventStanding, Store};

use super::find::OfOrder;
use super::{Failure, note, object, shown, time, unreadable};
use crate::language::language;
use crate::table::Table;
use crate::words;

/// Arguments of `payinsurance orders events`.
#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    of: OfOrder,
    /// Standing so: waiting to be delivered, delivered, or given up
    #[arg(long, value_parser = standings())]
    standing: Option<EventStanding>,
    /// Only events after this one, the last of the page before
    #[arg(long, value_name = "ID")]
    after: Option<String>,
    /// At most so many
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
}

pub(super) async fn run(
    arguments: &Arguments,
    store: &dyn Store,
    json: bool,
) -> Result<(), Failure> {
    if let Some(id) = &arguments.after {
        let filter = EventFilter {
            ids: vec![id.clone()],
            ..EventFilter::default()
        };
        if store.events(&filter).await?.count() == 0 {
            return Err(Failure::NotDone(format!("there is no event {id:?}")));
        }
    }
    let filter = EventFilter {
        ids: Vec::new(),
        order: arguments.of.existing(store).await?,
        standing: arguments.standing,
        after: arguments.after.clone(),
        limit: arguments.limit,
    };
    let listed = store.events(&filter).await?;
    match json {
        true => listed
            .rows
            .iter()
            .map(shown::event)
            .for_each(|row| object(&row)),
        false if listed.count() == 0 => {
            note(language().pick("没有符合条件的事件", "no event matches"))
        }
        false => print(&listed.rows),
    }
    if let Some(last) = &listed.last
        && listed.count() == arguments.limit as usize
    {
        note(language().pick(
            format!("可能还有：--after {last}"),
            format!("there may be more: --after {last}"),
        ));
    }
    unreadable::events(&listed.unreadable, json)
}

/// Prints them for people.
pub(super) fn print(events: &[Event]) {
    if events.is_empty() {
        return;
    }
    let said = language();
    let mut table = Table::new(&[
        "id",
        said.pick("类型", "kind"),
        said.pick("医院", "hospital"),
        "hosp_out_trade_no",
        said.pick("投递", "standing"),
        said.pick("次数", "tries"),
        said.pick("产生时间（北京）", "made (Beijing)"),
        said.pick("下次投递", "next try"),
        said.pick("最近错误", "last error"),
    ]);
    for event in events {
        table = table.row([
            event.event.id.as_str(),
            &event.event.kind,
            &event.order.merchant,
            &event.order.hosp_out_trade_no,
            &words::standing(event.standing),
            &event.attempts.to_string(),
            &time::beijing(event.created_at),
            &time::beijing_if(event.due_at),
            event.last_error.as_deref().unwrap_or_default(),
        ]);
    }
    table.print();
}

fn standings() -> impl TypedValueParser<Value = EventStanding> {
    let words = EventStanding::ALL.iter().map(|standing| standing.as_str());
    PossibleValuesParser::new(words).try_map(|word| word.parse::<EventStanding>())
}
