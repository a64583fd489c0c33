//! Workers: they look at orders that are due, follow refunds, close what has expired, and deliver events. Any number of processes may run them.
//!
//! What is due is claimed for a while, so that no other worker takes it up; when a worker dies its claims end and another goes on. Claimed jobs stand in
//! a line for each hospital (`line`), and many are under way at once (`flight`). One round ([`Desk::work_once`]) sleeps nowhere; [`Workers`] are loops.

mod flight;
mod line;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::decide::{Draft, next};
use crate::panics::caught;
use crate::planted::{self, Fault};
use crate::policy::later;
use crate::store::{Claim, Delivery, Event, EventStanding, UnreadableEvent, UnreadableOrder};
use crate::{Desk, DeskError, Order, digest};
use flight::{Claimed, Flight, Jobs, TROUBLED};

const BY: &str = "poller";

/// What one step did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Worked {
    /// Orders looked at.
    pub orders: u32,
    /// Events that were tried.
    pub events: u32,
}

impl Desk {
    /// Looks at some orders that are due and delivers some events, many at once, then returns: nothing left means both are 0.
    ///
    /// # Errors
    ///
    /// [`DeskError::Store`]; whatever was claimed and not done comes up again by itself.
    pub async fn work_once(&self, now: Timestamp) -> Result<Worked, DeskError> {
        Ok(Worked {
            orders: self.orders_in_flight(&DueOrders(self)).round(now).await?,
            events: self.events_in_flight(&DueEvents(self)).round(now).await?,
        })
    }

    /// Starts that many loops for orders, and as many for events. Each has up to [`Policy::calls_in_flight`](crate::Policy::calls_in_flight) calls and
    /// [`Policy::deliveries_in_flight`](crate::Policy::deliveries_in_flight) deliveries under way at once.
    #[must_use = "the workers stop when this is dropped"]
    pub fn workers(&self, loops: usize) -> Workers {
        let (stop, stopped) = watch::channel(false);
        let mut tasks = Vec::new();
        for _ in 0..loops.max(1) {
            let (desk, mut stopped_orders) = (self.clone(), stopped.clone());
            tasks.push(tokio::spawn(async move {
                let orders = DueOrders(&desk);
                go_on(&mut stopped_orders, || desk.orders_in_flight(&orders)).await;
            }));
            let (desk, mut stopped_events) = (self.clone(), stopped.clone());
            tasks.push(tokio::spawn(async move {
                let events = DueEvents(&desk);
                go_on(&mut stopped_events, || desk.events_in_flight(&events)).await;
            }));
        }
        Workers { stop, tasks }
    }

    fn orders_in_flight<'a>(&'a self, orders: &'a DueOrders<'a>) -> Flight<'a, DueOrders<'a>> {
        let policy = &self.inner().policy;
        let (places, of_one) = (policy.calls_in_flight, policy.calls_in_flight_per_hospital);
        Flight::new(self, orders, places, of_one)
    }

    fn events_in_flight<'a>(&'a self, events: &'a DueEvents<'a>) -> Flight<'a, DueEvents<'a>> {
        let places = self.inner().policy.deliveries_in_flight;
        Flight::new(self, events, places, places)
    }

    #[tracing::instrument(skip_all, fields(merchant = %order.key.merchant, hosp_out_trade_no = %order.key.hosp_out_trade_no, state = order.state.as_str()))]
    async fn look_at(&self, order: Order) -> Result<(), DeskError> {
        match next::first(&order) {
            Some(step) => {
                self.advance(order, step, BY).await?;
            }
            None => {
                self.apply(order, BY, |order, context| {
                    let mut draft = Draft::of(order, context);
                    draft.order.due_at = None;
                    next::first(order).is_none().then(|| draft.finish())
                })
                .await?;
            }
        }
        Ok(())
    }

    /// Later, half of the wait by chance so that many do not come back at once; or never.
    fn not_taken(&self, event: &Event, error: String) -> Delivery {
        debug_assert_eq!(event.standing, EventStanding::Waiting);
        let policy = &self.inner().policy;
        let attempts = event.attempts.saturating_add(1);
        if attempts >= policy.event_tries {
            tracing::error!(event = %event.event.id, kind = %event.event.kind, %error, "an event is a dead letter: replay it when its receiver works again");
            return Delivery::Dead { error };
        }
        let wait = policy.deliver.after(event.attempts);
        let chance = digest::number(&self.inner().nonce.nonce().unwrap_or_default());
        let wait = wait.mul_f64(0.5 + chance / 2.0);
        Delivery::Later {
            at: later(self.now(), wait),
            error,
        }
    }
}

/// Orders that are due, each to be looked at.
struct DueOrders<'a>(&'a Desk);

impl Jobs for DueOrders<'_> {
    type Job = Order;

    async fn claim(&self, claim: Claim) -> Result<Claimed<Order>, DeskError> {
        let Self(desk) = self;
        let claimed = desk.inner().store.claim_orders(&claim).await;
        let claimed = claimed.map_err(|error| desk.store_error(error))?;
        for UnreadableOrder { key, reason } in &claimed.unreadable {
            tracing::error!(merchant = %key.merchant, hosp_out_trade_no = %key.hosp_out_trade_no, %reason, "an order cannot be read by this version: run the newer version that wrote it, or restore a backup");
        }
        if !claimed.unreadable.is_empty() && planted::fault(Fault::UnreadableRowStarves) {
            return Ok(Claimed {
                jobs: Vec::new(),
                rows: 0,
            });
        }
        let rows = claimed.orders.len() + claimed.unreadable.len();
        let jobs = claimed.orders.into_iter();
        let jobs = jobs.map(|order| (order.key.merchant.clone(), order.is_urgent(), order));
        Ok(Claimed {
            jobs: jobs.collect(),
            rows,
        })
    }

    async fn carry_out(&self, order: Order) -> Result<(), DeskError> {
        let key = order.key.clone();
        match caught(self.0.look_at(order)).await {
            Ok(Ok(())) => {}
            Ok(Err(DeskError::Store(error))) => return Err(DeskError::Store(error)),
            Err(panic) => {
                tracing::error!(merchant = %key.merchant, hosp_out_trade_no = %key.hosp_out_trade_no, error = %panic, "looking at an order panicked; it is looked at again when its claim ends")
            }
            Ok(Err(error)) => {
                tracing::error!(merchant = %key.merchant, hosp_out_trade_no = %key.hosp_out_trade_no, %error, "an order could not be looked at")
            }
        }
        Ok(())
    }
}

/// Events that are due, each to be delivered. The store gives out one event of an order at a time, so that those of one order stay in sequence.
struct DueEvents<'a>(&'a Desk);

impl Jobs for DueEvents<'_> {
    type Job = Event;

    async fn claim(&self, claim: Claim) -> Result<Claimed<Event>, DeskError> {
        let Self(desk) = self;
        desk.tend_quarantine().await;
        if desk.inner().sink.is_none() {
            return Ok(Claimed {
                jobs: Vec::new(),
                rows: 0,
            });
        }
        let claimed = desk.inner().store.claim_events(&claim).await;
        let claimed = claimed.map_err(|error| desk.store_error(error))?;
        for UnreadableEvent { id, order, reason } in &claimed.unreadable {
            tracing::error!(event = %id, merchant = %order.merchant, hosp_out_trade_no = %order.hosp_out_trade_no, %reason, "an event cannot be read by this version: run the newer version that wrote it, or restore a backup");
        }
        let rows = claimed.events.len() + claimed.unreadable.len();
        let jobs = claimed.events.into_iter();
        let jobs = jobs.map(|event| (event.order.merchant.clone(), false, event));
        Ok(Claimed {
            jobs: jobs.collect(),
            rows,
        })
    }

    async fn carry_out(&self, event: Event) -> Result<(), DeskError> {
        let Self(desk) = self;
        let Some(sink) = &desk.inner().sink else {
            return Ok(());
        };
        if planted::fault(Fault::SinkPanicEscapes) {
            let _lost = sink.deliver(&event).await;
        }
        // The call itself may panic, and so may the future that it returns.
        let delivery = match caught(async { sink.deliver(&event).await }).await {
            Ok(Ok(())) => Delivery::Taken,
            Ok(Err(error)) => desk.not_taken(&event, error),
            Err(panic) => {
                tracing::error!(event = %event.event.id, kind = %event.event.kind, error = %panic, "the event sink panicked; the event is delivered again later");
                desk.not_taken(&event, panic)
            }
        };
        desk.inner().metrics.delivered(match &delivery {
            Delivery::Taken => "taken",
            Delivery::Later { .. } => "later",
            Delivery::Dead { .. } => "dead",
        });
        let settled = desk.inner().store.settle_event(&event.event.id, &delivery);
        settled.await.map_err(|error| desk.store_error(error))
    }
}

/// Loops that work until they are stopped.
pub struct Workers {
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Workers {
    /// Lets each loop finish what is under way, and waits for that. What was claimed and had not begun comes up again when its claim ends.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        for task in self.tasks {
            // A loop that panicked has ended too; its claims end by themselves.
            let _ = task.await;
        }
    }
}

/// One loop. A panic of the clock or of the desk does not end it.
async fn go_on<'a, J: Jobs + 'a>(
    stopped: &mut watch::Receiver<bool>,
    flight: impl Fn() -> Flight<'a, J>,
) {
    while let Err(panic) = caught(async { flight().go_on(stopped).await }).await {
        tracing::error!(error = %panic, "a loop of the workers panicked; it begins anew");
        tokio::time::sleep(TROUBLED).await;
    }
}
