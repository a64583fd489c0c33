//! Applies a decision: brings it into the store.
//!
//! Decided on an older revision it is decided again; where it is unknown whether it was stored, it is read and decided again: evidence that is
//! known already decides nothing new.

use super::{Desk, DeskError};
use crate::decide::{Context, Decision, Step};
use crate::store::{Committed, StoreError};
use crate::{Order, OrderKey, RefundError, ReplaceError};

/// How often a decision is made anew before the caller has to come back.
const MOST: u32 = 16;

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

impl Desk {
    /// Decides on the order, keeps the decision, and says how the order is then.
    ///
    /// # Errors
    ///
    /// [`RefundError::NumberTaken`] if the decision gives the order a refund number that another order has; [`ReplaceError::NumberTaken`] if there is an
    /// order of the number of a replacement; [`DeskError::Contended`],
    /// [`DeskError::NoOrder`], [`DeskError::Store`].
    pub(crate) async fn apply(
        &self,
        mut order: Order,
        by: &str,
        decide: impl Fn(&Order, Context<'_>) -> Option<Decision>,
    ) -> Result<Applied, DeskError> {
        for _ in 0..MOST {
            let Some(decision) = decide(&order, self.context(by)) else {
                return Ok(Applied {
                    order,
                    next: None,
                    decided: false,
                    replacement: None,
                });
            };
            match self.inner().store.commit(&decision.change).await {
                Ok(Committed::Stored) => {
                    self.observe(&order, &decision);
                    let mut order = decision.change.order;
                    order.revision += 1;
                    return Ok(Applied {
                        order,
                        next: decision.next,
                        decided: true,
                        replacement: decision.change.replacement.map(|new| new.order),
                    });
                }
                // No change of this kind carries a notification, so it is never one that was kept before.
                Ok(Committed::Stale | Committed::Repeated) => {}
                Ok(Committed::RefundNumberTaken { order }) => {
                    let number = decision.change.order.refund_number();
                    return Err(DeskError::Refund(RefundError::NumberTaken {
                        number: number.unwrap_or_default().to_owned(),
                        order,
                    }));
                }
                Ok(Committed::ReplacementExists) => {
                    let replacement = decision.change.replacement;
                    return Err(DeskError::Replace(ReplaceError::NumberTaken {
                        number: replacement
                            .map_or_else(String::new, |new| new.order.key.hosp_out_trade_no),
                    }));
                }
                Err(error) => {
                    self.inner().metrics.store_failed();
                    return Err(error.into());
                }
            }
            order = self.existing(&order.key).await?;
        }
        Err(DeskError::Contended { key: order.key })
    }

    /// The order of that key.
    pub(crate) async fn existing(&self, key: &OrderKey) -> Result<Order, DeskError> {
        let found = self.find(key).await?;
        found.ok_or_else(|| DeskError::NoOrder { key: key.clone() })
    }

    /// The order of that key, if there is one. Keys come from outside: what no store could hold is not asked for.
    pub(crate) async fn find(&self, key: &OrderKey) -> Result<Option<Order>, DeskError> {
        if !key.can_be_kept() {
            return Ok(None);
        }
        let found = self.inner().store.order(key).await;
        found.map_err(|error| self.store_error(error))
    }

    pub(crate) fn store_error(&self, error: StoreError) -> DeskError {
        self.inner().metrics.store_failed();
        error.into()
    }

    /// Counts and tells of what was kept.
    pub(crate) fn observe(&self, before: &Order, decision: &Decision) {
        let after = &decision.change.order;
        let (from, to) = (before.state, after.state);
        if let Some(error) = &after.last_error
            && decision.change.line.is_some()
            && after.last_error != before.last_error
        {
            tracing::warn!(merchant = %after.key.merchant, hosp_out_trade_no = %after.key.hosp_out_trade_no, interface = %error.interface, effect = error.effect.as_str(), error = %error.text, "a call to the platform failed");
        }
        if let Some(reason) = &decision.contradiction {
            tracing::warn!(merchant = %after.key.merchant, hosp_out_trade_no = %after.key.hosp_out_trade_no, %reason, "told what cannot be true of the order");
        }
        if from != to {
            self.inner().metrics.moved(from, to);
            tracing::info!(merchant = %after.key.merchant, hosp_out_trade_no = %after.key.hosp_out_trade_no, from = from.as_str(), to = to.as_str(), "order moved");
        }
    }
}
