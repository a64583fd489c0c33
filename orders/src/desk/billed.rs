//! Taking a row of the bill as evidence of a payment.

use jiff::Timestamp;

use super::look::key;
use super::{Desk, DeskError};
use crate::decide::Context;
use crate::decide::billed::{BillEvidence, billed};
use crate::store::{Committed, Store};
use crate::{Order, OrderKey, Policy};

/// How often a change by others is waited out.
const MAX_TRIES: u32 = 16;

impl Desk {
    /// Asks the platform about an order that the bill shows as paid; where it does not answer, takes the row of the bill as evidence.
    ///
    /// The evidence is judged like any other: look at [`Order::state`], and at [`Order::contradiction`] where the row is not of this order.
    ///
    /// # Errors
    ///
    /// [`DeskError::NoOrder`], [`DeskError::Settle`] if `who` or `why` is invalid, [`DeskError::Contended`], [`DeskError::Store`].
    pub async fn take_bill(
        &self,
        merchant: &str,
        hosp_out_trade_no: &str,
        evidence: &BillEvidence,
    ) -> Result<Order, DeskError> {
        match self
            .refresh(merchant, hosp_out_trade_no, &evidence.who)
            .await
        {
            // What the platform says itself comes before its bill.
            Ok(order) if order.state.was_paid() || order.contradiction.is_some() => Ok(order),
            Ok(_) | Err(DeskError::NoAnswer { .. }) => {
                let key = key(merchant, hosp_out_trade_no);
                let policy = &self.inner().policy;
                take_bill(&**self.store(), &key, evidence, self.now(), policy).await
            }
            Err(error) => Err(error),
        }
    }
}

/// The second half of [`Desk::take_bill`], for a tool that has the store and cannot ask the platform.
///
/// # Errors
///
/// As [`Desk::take_bill`].
pub async fn take_bill(
    store: &dyn Store,
    key: &OrderKey,
    evidence: &BillEvidence,
    now: Timestamp,
    policy: &Policy,
) -> Result<Order, DeskError> {
    let by = format!("clerk:{}", evidence.who);
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
        let decision = billed(&order, evidence, context)?;
        if store.commit(&decision.change).await? == Committed::Stored {
            let mut order = decision.change.order;
            order.revision += 1;
            tracing::info!(merchant = %key.merchant, hosp_out_trade_no = %key.hosp_out_trade_no, state = order.state.as_str(), "a row of the bill was taken as evidence");
            return Ok(order);
        }
    }
    Err(DeskError::Contended { key: key.clone() })
}
