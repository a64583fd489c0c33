//! `payinsurance orders events`.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use payinsurance_orders::store::{Event, EventFilter, EventStanding, Store};

use super::find::OfOrder;
use super::{Failure, note, object, shown, time, unreadable};
use crate::table::Table;

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
        false if listed.count() == 0 => note("no event matches"),
        false => print(&listed.rows),
    }
    if let Some(last) = &listed.last
        && listed.count() == arguments.limit as usize
    {
        note(format_args!("there may be more: --after {last}"));
    }
    unreadable::events(&listed.unreadable, json)
}

/// Prints them for people.
pub(super) fn print(events: &[Event]) {
    if events.is_empty() {
        return;
    }
    let mut table = Table::new(&[
        "id",
        "kind",
        "hospital",
        "hosp_out_trade_no",
        "standing",
        "tries",
        "made (Beijing)",
        "next try",
        "last error",
    ]);
    for event in events {
        table = table.row([
            event.event.id.as_str(),
            &event.event.kind,
            &event.order.merchant,
            &event.order.hosp_out_trade_no,
            event.standing.as_str(),
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
