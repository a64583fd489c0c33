//! Taking a row of the bill as evidence of a payment.

use jiff::Timestamp;

use super::look::key;
use super::settle::decide_by_person;
use super::{Desk, DeskError};
use crate::decide::Context;
use crate::decide::billed::{BillEvidence, billed};
use crate::store::Store;
use crate::{Order, OrderKey, Policy};

impl Desk {
    /// Asks the platform about an order that the bill shows as paid; where it does not answer,
    /// takes the row of the bill as evidence.
    ///
    /// The evidence is judged like any other: look at [`Order::state`], and at
    /// [`Order::contradiction`] where the row is not of this order.
    ///
    /// # Errors
    ///
    /// [`DeskError::NoOrder`], [`DeskError::Settle`] if `who` or `why` is invalid,
    /// [`DeskError::Contended`], [`DeskError::Store`].
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

/// The second half of [`Desk::take_bill`], for a tool that has the store and cannot ask the
/// platform.
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
    let decide = |order: &Order, context: Context<'_>| billed(order, evidence, context);
    let order = decide_by_person(store, key, &evidence.who, now, policy, decide).await?;
    tracing::info!(
        merchant = %key.merchant, hosp_out_trade_no = %key.hosp_out_trade_no,
        state = order.state.as_str(), "a row of the bill was taken as evidence"
    );
    Ok(order)
}
