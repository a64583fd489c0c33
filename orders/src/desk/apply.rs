//! Applies a decision: brings it into the store.
//!
//! A decision on an older revision is made again on the newer one; where it is unknown whether it
//! was stored, the order is read and decided on again: evidence that is known already decides
//! nothing new.

use super::{Desk, DeskError};
use crate::decide::{Context, Decision, Step};
use crate::store::{Committed, Store, StoreError};
use crate::{Order, OrderKey, RefundError, ReplaceError};

/// How often a decision is made anew before the caller has to come back.
const MAX_TRIES: u32 = 16;

/// What a decision led to.
pub(crate) struct Applied {
    /// The order as it is now.
    pub(crate) order: Order,
    /// What is done next.
    pub(crate) next: Option<Step>,
    /// False if there was nothing to decide.
    pub(crate) decided: bool,
    /// The order that was stored with the change, for the process that stored it to send.
    pub(crate) replacement: Option<Order>,
}

/// What a decision was stored as.
pub(super) enum Stored {
    /// There was nothing to decide on the order.
    Nothing(Order),
    /// The notification that it is about was stored before, so the order stays as it is.
    Repeated(Order),
    /// The order before and the decision, whose order has its new revision.
    Changed(Order, Box<Decision>),
}

/// Decides on an order and stores the decision, again on each newer revision.
///
/// # Errors
///
/// Those of `decide`; [`RefundError::NumberTaken`] if the decision gives the order a refund number
/// that another order has; [`ReplaceError::NumberTaken`] if there is an order of the number of a
/// replacement; [`DeskError::Contended`], [`DeskError::NoOrder`], [`DeskError::Store`].
pub(super) async fn decide_and_store(
    store: &dyn Store,
    mut order: Order,
    mut decide: impl FnMut(&Order) -> Result<Option<Decision>, DeskError>,
) -> Result<Stored, DeskError> {
    for _ in 0..MAX_TRIES {
        let Some(mut decision) = decide(&order)? else {
            return Ok(Stored::Nothing(order));
        };
        let change = &mut decision.change;
        match store.commit(change).await? {
            Committed::Stored => {
                change.order.revision += 1;
                return Ok(Stored::Changed(order, Box::new(decision)));
            }
            Committed::Repeated => return Ok(Stored::Repeated(order)),
            Committed::Stale => {}
            Committed::RefundNumberTaken { order } => {
                let number = change.order.refund_number().unwrap_or_default().to_owned();
                return Err(RefundError::NumberTaken { number, order }.into());
            }
            Committed::ReplacementExists => {
                let new = change.replacement.as_ref();
                let number = new.map(|new| new.order.key.hosp_out_trade_no.clone());
                let number = number.unwrap_or_default();
                return Err(ReplaceError::NumberTaken { number }.into());
            }
        }
        order = existing(store, &order.key).await?;
    }
    Err(DeskError::Contended { key: order.key })
}

/// The order of that key.
pub(super) async fn existing(store: &dyn Store, key: &OrderKey) -> Result<Order, DeskError> {
    let found = match key.can_be_kept() {
        true => store.order(key).await?,
        false => None,
    };
    found.ok_or_else(|| DeskError::NoOrder { key: key.clone() })
}

impl Desk {
    /// Decides on the order, stores the decision, and says how the order is then.
    ///
    /// # Errors
    ///
    /// [`RefundError::NumberTaken`] if the decision gives the order a refund number that another
    /// order has; [`ReplaceError::NumberTaken`] if there is an order of the number of a replacement;
    /// [`DeskError::Contended`], [`DeskError::NoOrder`], [`DeskError::Store`].
    pub(crate) async fn apply(
        &self,
        order: Order,
        by: &str,
        decide: impl Fn(&Order, Context<'_>) -> Option<Decision>,
    ) -> Result<Applied, DeskError> {
        let stored = self.store_decision(order, |order| decide(order, self.context(by)));
        Ok(match stored.await? {
            Stored::Nothing(order) | Stored::Repeated(order) => Applied {
                order,
                next: None,
                decided: false,
                replacement: None,
            },
            Stored::Changed(_, decision) => Applied {
                order: decision.change.order,
                next: decision.next,
                decided: true,
                replacement: decision.change.replacement.map(|new| new.order),
            },
        })
    }

    /// [`decide_and_store`], counted and logged.
    pub(super) async fn store_decision(
        &self,
        order: Order,
        mut decide: impl FnMut(&Order) -> Option<Decision>,
    ) -> Result<Stored, DeskError> {
        let stored = decide_and_store(&**self.store(), order, |order| Ok(decide(order))).await;
        match &stored {
            Ok(Stored::Changed(before, decision)) => self.observe(before, decision),
            Err(DeskError::Store(_)) => self.inner().metrics.store_failed(),
            _ => {}
        }
        stored
    }

    /// The order of that key.
    pub(crate) async fn existing(&self, key: &OrderKey) -> Result<Order, DeskError> {
        let found = existing(&**self.store(), key).await;
        if let Err(DeskError::Store(_)) = &found {
            self.inner().metrics.store_failed();
        }
        found
    }

    /// The order of that key, if there is one.
    pub(crate) async fn find(&self, key: &OrderKey) -> Result<Option<Order>, DeskError> {
        match self.existing(key).await {
            Err(DeskError::NoOrder { .. }) => Ok(None),
            found => found.map(Some),
        }
    }

    pub(crate) fn store_error(&self, error: StoreError) -> DeskError {
        self.inner().metrics.store_failed();
        error.into()
    }

    /// Counts and logs what was stored.
    fn observe(&self, before: &Order, decision: &Decision) {
        let after = &decision.change.order;
        let (from, to) = (before.state, after.state);
        if let Some(error) = &after.last_error
            && decision.change.line.is_some()
            && after.last_error != before.last_error
        {
            tracing::warn!(merchant = %after.key.merchant, hosp_out_trade_no = %after.key.hosp_out_trade_no, interface = %error.interface, effect = error.effect.as_str(), error = %error.text, "a call to the platform failed");
        }
        if let Some(reason) = &decision.contradiction {
            tracing::warn!(merchant = %after.key.merchant, hosp_out_trade_no = %after.key.hosp_out_trade_no, %reason, "the platform reports what cannot be true of the order");
        }
        if from != to {
            self.inner().metrics.moved(from, to);
            tracing::info!(merchant = %after.key.merchant, hosp_out_trade_no = %after.key.hosp_out_trade_no, from = from.as_str(), to = to.as_str(), "order moved");
        }
    }
}
