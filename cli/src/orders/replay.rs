//! `payinsurance orders replay`: events that the hospital's own system lost or never took are delivered again.
//!
//! They keep their ids, so a receiver that took one before can tell. A desk delivers them: nothing leaves from here.

use std::collections::BTreeSet;

use clap::ArgGroup;
use jiff::Timestamp;
use payinsurance_orders::store::{
    Event, EventFilter, EventStanding, ListedEvents, Store, UnreadableEvent,
};
use serde_json::json;

use super::find::OfOrder;
use super::{Failure, events, object, shown, unreadable};
use crate::language::language;
use crate::output;

/// How many are asked for at once.
const PAGE: u32 = 500;

/// Arguments of `payinsurance orders replay`.
#[derive(clap::Args)]
#[command(group(ArgGroup::new("which").args(["ids", "order", "dead"]).required(true).multiple(true)))]
pub(super) struct Arguments {
    /// These events
    #[arg(value_name = "ID", conflicts_with_all = ["order", "dead"])]
    ids: Vec<String>,
    #[command(flatten)]
    of: OfOrder,
    /// All that were given up; with --order, those of that order
    #[arg(long)]
    dead: bool,
    /// Says which, and changes nothing
    #[arg(long)]
    dry_run: bool,
}

impl Arguments {
    pub(super) fn writes(&self) -> bool {
        !self.dry_run
    }
}

pub(super) async fn run(
    arguments: &Arguments,
    store: &dyn Store,
    json: bool,
) -> Result<(), Failure> {
    let Chosen {
        events: chosen,
        unreadable,
    } = chosen(arguments, store).await?;
    let ids: Vec<String> = chosen.iter().map(|event| event.event.id.clone()).collect();
    let unread = unreadable.iter().map(|event| &event.id);
    let found: BTreeSet<&String> = ids.iter().chain(unread).collect();
    let unknown: Vec<&String> = arguments
        .ids
        .iter()
        .filter(|id| !found.contains(id))
        .collect();
    let mut replayed = 0;
    if arguments.writes() {
        for ids in ids.chunks(PAGE as usize) {
            replayed += store.replay_events(ids, Timestamp::now()).await?;
        }
    }
    if json {
        object(&json!({
            "dry_run": arguments.dry_run,
            "replayed": replayed,
            "ids": ids,
            "unknown_ids": unknown,
            "unreadable": unreadable.iter().map(shown::unreadable_event).collect::<Vec<_>>(),
        }));
    } else if arguments.dry_run {
        if !chosen.is_empty() {
            events::print(&chosen);
        }
        output::line(language().pick(
            format!("{} 个事件将重新投递", chosen.len()),
            format!("{} would be due again", counted(chosen.len())),
        ));
    } else {
        let replayed = usize::try_from(replayed).unwrap_or(usize::MAX);
        output::line(language().pick(
            format!("{replayed} 个事件将重新投递"),
            format!("{} due again", counted(replayed)),
        ));
    }
    match (&unknown[..], chosen.is_empty()) {
        ([], false) => unreadable::events(&unreadable, false),
        ([], true) if !unreadable.is_empty() => unreadable::events(&unreadable, false),
        // Nothing to do is fine for a look.
        ([], true) if arguments.dry_run => Ok(()),
        ([], true) => Err(Failure::NotDone("no event matches".to_owned())),
        (unknown, _) => Err(Failure::NotDone(format!("there is no event {unknown:?}"))),
    }
}

/// All events that are meant, oldest first.
async fn chosen(arguments: &Arguments, store: &dyn Store) -> Result<Chosen, Failure> {
    let mut chosen = Chosen::default();
    if !arguments.ids.is_empty() {
        for ids in arguments.ids.chunks(PAGE as usize) {
            let filter = EventFilter {
                ids: ids.to_vec(),
                limit: PAGE,
                ..EventFilter::default()
            };
            chosen.add(store.events(&filter).await?);
        }
        return Ok(chosen);
    }
    let mut filter = EventFilter {
        order: arguments.of.existing(store).await?,
        standing: arguments.dead.then_some(EventStanding::Dead),
        limit: PAGE,
        ..EventFilter::default()
    };
    loop {
        let page = store.events(&filter).await?;
        let Some(last) = page.last.clone() else {
            return Ok(chosen);
        };
        filter.after = Some(last);
        chosen.add(page);
    }
}

/// The events that are meant.
#[derive(Default)]
struct Chosen {
    events: Vec<Event>,
    /// They are left as they are.
    unreadable: Vec<UnreadableEvent>,
}

impl Chosen {
    fn add(&mut self, listed: ListedEvents) {
        self.events.extend(listed.rows);
        self.unreadable.extend(listed.unreadable);
    }
}

fn counted(count: usize) -> String {
    match count {
        1 => "1 event".to_owned(),
        count => format!("{count} events"),
    }
}
