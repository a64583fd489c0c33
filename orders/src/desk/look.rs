//! Looking at orders, and asking the platform on demand: a clerk, closing.

use super::{Desk, DeskError};
use crate::decide::{Step, query};
use crate::store::{EventFilter, History, ListedEvents, ListedOrders, OrderFilter, ReceivedFilter};
use crate::view::ShownReceived;
use crate::{Order, OrderKey, State};

impl Desk {
    /// The order of that number, as the store has it.
    ///
    /// # Errors
    ///
    /// [`DeskError::NoOrder`], [`DeskError::Store`].
    pub async fn order(&self, merchant: &str, hosp_out_trade_no: &str) -> Result<Order, DeskError> {
        self.existing(&key(merchant, hosp_out_trade_no)).await
    }

    /// Orders that match, newest first. Those that this version cannot read are named and skipped, here and in the other lists.
    ///
    /// # Errors
    ///
    /// [`DeskError::Store`].
    pub async fn orders(&self, filter: &OrderFilter) -> Result<ListedOrders, DeskError> {
        Ok(self.inner().store.orders(filter).await?)
    }

    /// What happened to an order, oldest first: when, by whom, from what evidence.
    ///
    /// # Errors
    ///
    /// [`DeskError::Store`].
    pub async fn history(
        &self,
        merchant: &str,
        hosp_out_trade_no: &str,
    ) -> Result<History, DeskError> {
        let key = key(merchant, hosp_out_trade_no);
        if !key.can_be_kept() {
            return Ok(History::default());
        }
        Ok(self.inner().store.history(&key).await?)
    }

    /// Events of the outbox that match, oldest first.
    ///
    /// # Errors
    ///
    /// [`DeskError::Store`].
    pub async fn events(&self, filter: &EventFilter) -> Result<ListedEvents, DeskError> {
        Ok(self.inner().store.events(filter).await?)
    }

    /// Delivers events again, dead letters too; says how many there were.
    ///
    /// # Errors
    ///
    /// [`DeskError::Store`].
    pub async fn replay(&self, ids: &[String]) -> Result<u64, DeskError> {
        let now = self.now();
        Ok(self.inner().store.replay_events(ids, now).await?)
    }

    /// What was received, newest first, with everything personal redacted.
    ///
    /// # Errors
    ///
    /// [`DeskError::Store`].
    pub async fn received(&self, filter: &ReceivedFilter) -> Result<Vec<ShownReceived>, DeskError> {
        let rows = self.inner().store.received(filter).await?;
        Ok(rows.into_iter().map(ShownReceived::from).collect())
    }

    /// Asks the platform how an order and its refund stand, whatever the store says.
    ///
    /// # Errors
    ///
    /// [`DeskError::NoAnswer`] if the platform could not be asked or its answer was not accepted, [`DeskError::NoOrder`], [`DeskError::Store`].
    #[tracing::instrument(skip(self))]
    pub async fn refresh(
        &self,
        merchant: &str,
        hosp_out_trade_no: &str,
        by: &str,
    ) -> Result<Order, DeskError> {
        let order = self.order(merchant, hosp_out_trade_no).await?;
        let by = format!("clerk:{by}");
        let order = self.must_ask(order, Step::Query, &by).await?;
        match order.state {
            State::Refunding => self.must_ask(order, Step::QueryRefund, &by).await,
            _ => Ok(order),
        }
    }

    /// Closes an order that is not paid. The platform is asked first; what is paid, or being paid, is not closed.
    ///
    /// It withdraws the wish of [`Desk::replace`]. An order that was replaced before stays so: look at [`Order::replaced_by`] before another one is placed.
    ///
    /// If the order is still open afterwards, that it is to be closed is stored and the workers go on trying.
    ///
    /// # Errors
    ///
    /// [`DeskError::Paid`] if it is paid, [`DeskError::NoOrder`], [`DeskError::Store`].
    #[tracing::instrument(skip(self))]
    pub async fn close(&self, merchant: &str, hosp_out_trade_no: &str) -> Result<Order, DeskError> {
        let by = "caller";
        let order = self.order(merchant, hosp_out_trade_no).await?;
        let order = self.apply(order, by, query::close_wanted).await?.order;
        let order = match order.state.is_at_rest() || order.state == State::Refunding {
            true => order,
            false => self.advance(order, Step::Query, by).await?,
        };
        match order.state.was_paid() {
            true => Err(DeskError::Paid { state: order.state }),
            false => Ok(order),
        }
    }
}

pub(super) fn key(merchant: &str, hosp_out_trade_no: &str) -> OrderKey {
    OrderKey {
        merchant: merchant.to_owned(),
        hosp_out_trade_no: hosp_out_trade_no.to_owned(),
    }
}
