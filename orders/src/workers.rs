//! Workers: they look at orders that are due, follow refunds, close what has expired, and deliver events. Any number of processes may run them.
//!
//! Whatever is due is claimed for a while, so that nobody else takes it up; whoever dies with it loses the claim and another goes on. One step
//! ([`Desk::work_once`]) sleeps nowhere; [`Workers`] are loops around it.

use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::decide::{Draft, next};
use crate::desk::Inner;
use crate::panics::caught;
use crate::policy::later;
use crate::store::{Claim, Delivery, Event, EventStanding, UnreadableEvent, UnreadableOrder};
use crate::{Desk, DeskError, Order, digest};

const BY: &str = "poller";
/// How many are claimed at once: no more than can be done before the claim ends, also when nobody answers in time.
const BATCH: u32 = 4;
/// How long a loop with nothing to do waits.
const IDLE: Duration = Duration::from_millis(500);
/// How long a loop waits when the store does not answer.
const TROUBLED: Duration = Duration::from_secs(5);

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
    /// Looks at some orders that are due and delivers some events, then returns: nothing left means both are 0.
    ///
    /// # Errors
    ///
    /// [`DeskError::Store`]; whatever was claimed and not done comes up again by itself.
    pub async fn work_once(&self, now: Timestamp) -> Result<Worked, DeskError> {
        Ok(Worked {
            orders: self.work_orders(now, || false).await?,
            events: self.work_events(now, || false).await?,
        })
    }

    /// Starts that many loops for orders, and as many for events.
    #[must_use = "the workers stop when this is dropped"]
    pub fn workers(&self, loops: usize) -> Workers {
        let (stop, stopped) = watch::channel(false);
        let mut tasks = Vec::new();
        for _ in 0..loops.max(1) {
            let (desk, stopped) = (self.clone(), stopped.clone());
            tasks.push(tokio::spawn(work(stopped.clone(), move || {
                let (desk, stopped) = (desk.clone(), stopped.clone());
                async move { desk.work_orders(desk.now(), || *stopped.borrow()).await }
            })));
        }
        for _ in 0..loops.max(1) {
            let (desk, stopped) = (self.clone(), stopped.clone());
            tasks.push(tokio::spawn(work(stopped.clone(), move || {
                let (desk, stopped) = (desk.clone(), stopped.clone());
                async move { desk.work_events(desk.now(), || *stopped.borrow()).await }
            })));
        }
        Workers { stop, tasks }
    }

    async fn work_orders(
        &self,
        now: Timestamp,
        stopped: impl Fn() -> bool,
    ) -> Result<u32, DeskError> {
        let claim = self.claim(now);
        let claimed = self.inner().store.claim_orders(&claim).await;
        let claimed = claimed.map_err(|error| self.store_error(error))?;
        for UnreadableOrder { key, reason } in &claimed.unreadable {
            tracing::error!(merchant = %key.merchant, hosp_out_trade_no = %key.hosp_out_trade_no, %reason, "an order cannot be read by this version: run the newer version that wrote it, or restore a backup");
        }
        let mut done = 0;
        for order in claimed.orders {
            if stopped() {
                break;
            }
            done += 1;
            let key = order.key.clone();
            match caught(self.look_at(order)).await {
                Ok(Ok(())) => {}
                Ok(Err(DeskError::Store(error))) => return Err(DeskError::Store(error)),
                Err(panic) => {
                    tracing::error!(merchant = %key.merchant, hosp_out_trade_no = %key.hosp_out_trade_no, error = %panic, "looking at an order panicked; it is looked at again when its claim ends")
                }
                Ok(Err(error)) => {
                    tracing::error!(merchant = %key.merchant, hosp_out_trade_no = %key.hosp_out_trade_no, %error, "an order could not be looked at")
                }
            }
        }
        Ok(done)
    }

    #[tracing::instrument(skip_all, fields(merchant = %order.key.merchant, hosp_out_trade_no = %order.key.hosp_out_trade_no, state = order.state.word()))]
    async fn look_at(&self, order: Order) -> Result<(), DeskError> {
        match next::first(&order) {
            Some(step) => {
                self.advance(order, step, BY).await?;
            }
            None => {
                self.keep(order, BY, |order, context| {
                    let mut draft = Draft::of(order, context);
                    draft.order.due_at = None;
                    next::first(order).is_none().then(|| draft.finish())
                })
                .await?;
            }
        }
        Ok(())
    }

    async fn work_events(
        &self,
        now: Timestamp,
        stopped: impl Fn() -> bool,
    ) -> Result<u32, DeskError> {
        self.tend_quarantine().await;
        let Some(sink) = &self.inner().sink else {
            return Ok(0);
        };
        let claim = self.claim(now);
        let claimed = self.inner().store.claim_events(&claim).await;
        let claimed = claimed.map_err(|error| self.store_error(error))?;
        for UnreadableEvent { id, order, reason } in &claimed.unreadable {
            tracing::error!(event = %id, merchant = %order.merchant, hosp_out_trade_no = %order.hosp_out_trade_no, %reason, "an event cannot be read by this version: run the newer version that wrote it, or restore a backup");
        }
        let mut done = 0;
        for event in claimed.events {
            if stopped() {
                break;
            }
            done += 1;
            // The call itself may panic, and so may the future that it returns.
            let delivery = match caught(async { sink.deliver(&event).await }).await {
                Ok(Ok(())) => Delivery::Taken,
                Ok(Err(error)) => self.not_taken(&event, error),
                Err(panic) => {
                    tracing::error!(event = %event.event.id, kind = %event.event.kind, error = %panic, "the event sink panicked; the event is delivered again later");
                    self.not_taken(&event, panic)
                }
            };
            self.inner().metrics.delivered(match &delivery {
                Delivery::Taken => "taken",
                Delivery::Later { .. } => "later",
                Delivery::Dead { .. } => "dead",
            });
            let settled = self.inner().store.settle_event(&event.event.id, &delivery);
            settled.await.map_err(|error| self.store_error(error))?;
        }
        Ok(done)
    }

    /// Some of what is due for the hospitals of this desk.
    fn claim(&self, now: Timestamp) -> Claim {
        let Inner {
            merchants, policy, ..
        } = self.inner();
        Claim {
            merchants: merchants.keys().cloned().collect(),
            now,
            until: later(now, policy.grace),
            longest_wait: policy.longest_wait(),
            limit: BATCH,
        }
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

/// Loops that work until they are stopped.
pub struct Workers {
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Workers {
    /// Lets each loop finish what it has in hand, and waits for that.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        for task in self.tasks {
            // A loop that panicked has ended too; its claims end by themselves.
            let _ = task.await;
        }
    }
}

/// One loop: until it is told to stop, or nobody is left who could tell it.
async fn work<Working>(mut stopped: watch::Receiver<bool>, once: impl Fn() -> Working)
where
    Working: Future<Output = Result<u32, DeskError>>,
{
    while !*stopped.borrow() && stopped.has_changed().is_ok() {
        let pause = match caught(async { once().await }).await {
            Ok(Ok(0)) => IDLE,
            Ok(Ok(_)) => continue,
            Err(panic) => {
                tracing::error!(error = %panic, "a round of the workers panicked; the loop goes on");
                TROUBLED
            }
            Ok(Err(error)) => {
                tracing::error!(%error, "the workers rest: the store does not do its part");
                TROUBLED
            }
        };
        tokio::select! {
            changed = stopped.changed() => if changed.is_err() { return },
            () = tokio::time::sleep(pause) => {}
        }
    }
}
