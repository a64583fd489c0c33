//! Stops a program at a step of a transaction: the store reports its steps as `tracing` events.

use std::fmt::Debug;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// The target of the events.
const TARGET: &str = "payinsurance_orders::transaction";

/// Every step, in order.
pub(crate) const ALL: [&str; 4] = [
    "before begin",
    BODIES_WRITTEN,
    "before commit",
    "after commit",
];

/// A step that only SQLite has, and only where a body is stored.
pub(crate) const BODIES_WRITTEN: &str = "bodies written";

/// Calls `reached` at each step of each transaction of this process, on the thread that reached it.
pub(crate) fn on_each(reached: impl Fn(&str) + Send + Sync + 'static) {
    tracing::subscriber::set_global_default(Steps(reached)).expect("a process sets it once");
}

struct Steps<F>(F);

impl<F: Fn(&str) + Send + Sync + 'static> Subscriber for Steps<F> {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == TARGET
    }

    fn event(&self, event: &Event<'_>) {
        event.record(&mut Step(&self.0));
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Step<'a>(&'a dyn Fn(&str));

impl Visit for Step<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "step" {
            (self.0)(value);
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}
