//! Settling a contradicted order by hand.

use jiff::Timestamp;

use super::look::key;
use super::{Desk, DeskError};
use crate::decide::Context;
use crate::decide::settle::{Settlement, settled};
use crate::store::{Committed, Store};
use crate::{Order, OrderKey, Policy};

/// How often a change by others is waited out.
const MAX_TRIES: u32 = 16;

impl Desk {
    /// Settles an order that the platform's evidence contradicts, by the word of a person.
    ///
    /// # Errors
    ///
    /// [`DeskError::Settle`] says why it is not settled; [`DeskError::NoOrder`], [`DeskError::Contended`], [`DeskError::Store`].
    pub async fn settle(
        &self,
        merchant: &str,
        hosp_out_trade_no: &str,
        settlement: &Settlement,
    ) -> Result<Order, DeskError> {
        let key = key(merchant, hosp_out_trade_no);
        let policy = &self.inner().policy;
        settle(&**self.store(), &key, settlement, self.now(), policy).await
    }
}

/// [`Desk::settle`] for a tool that has the store and no desk.
///
/// # Errors
///
/// As [`Desk::settle`].
pub async fn settle(
    store: &dyn Store,
    key: &OrderKey,
    settlement: &Settlement,
    now: Timestamp,
    policy: &Policy,
) -> Result<Order, DeskError> {
    let by = format!("clerk:{}", settlement.who);
    for _ in 0..MAX_TRIES {
        let found = match key.can_be_kept() {
            true => store.order(key).await?,
            false => None,
        };
        let order = found.ok_or_else(|| DeskError::NoOrder { key: key.clone() })?;
        let context = Context {
            at: now,
            by: &by,
            policy,
        };
        let decision = settled(&order, settlement, context)?;
        if store.commit(&decision.change).await? == Committed::Stored {
            let mut order = decision.change.order;
            order.revision += 1;
            tracing::info!(merchant = %key.merchant, hosp_out_trade_no = %key.hosp_out_trade_no, state = order.state.as_str(), "a person settled the order");
            return Ok(order);
        }
    }
    Err(DeskError::Contended { key: key.clone() })
}
