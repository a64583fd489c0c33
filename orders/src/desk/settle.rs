//! Settling a contradicted order by hand.

use jiff::Timestamp;

use super::apply::{Stored, decide_and_store, existing};
use super::look::key;
use super::{Desk, DeskError};
use crate::decide::settle::{SettleError, Settlement, settled};
use crate::decide::{Context, Decision};
use crate::store::Store;
use crate::{Order, OrderKey, Policy};

impl Desk {
    /// Settles an order that the platform's evidence contradicts, as a person decides.
    ///
    /// # Errors
    ///
    /// [`DeskError::Settle`] says why it is not settled; [`DeskError::NoOrder`],
    /// [`DeskError::Contended`], [`DeskError::Store`].
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
    let decide = |order: &Order, context: Context<'_>| settled(order, settlement, context);
    let order = decide_by_person(store, key, &settlement.who, now, policy, decide).await?;
    tracing::info!(
        merchant = %key.merchant, hosp_out_trade_no = %key.hosp_out_trade_no,
        state = order.state.as_str(), "a person settled the order"
    );
    Ok(order)
}

/// Stores what a person decided about an order, and returns the order as it is then.
///
/// # Errors
///
/// Those of `decide`; [`DeskError::NoOrder`], [`DeskError::Contended`], [`DeskError::Store`].
pub(super) async fn decide_by_person(
    store: &dyn Store,
    key: &OrderKey,
    who: &str,
    now: Timestamp,
    policy: &Policy,
    mut decide: impl FnMut(&Order, Context<'_>) -> Result<Decision, SettleError>,
) -> Result<Order, DeskError> {
    let by = format!("clerk:{who}");
    let context = Context {
        at: now,
        by: &by,
        policy,
    };
    let order = existing(store, key).await?;
    let stored = decide_and_store(store, order, |order| Ok(Some(decide(order, context)?)));
    Ok(match stored.await? {
        Stored::Changed(_, decision) => decision.change.order,
        Stored::Nothing(order) | Stored::Repeated(order) => order,
    })
}
