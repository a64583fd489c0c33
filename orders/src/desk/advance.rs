//! Asking and sending, step by step, for callers and workers alike.
//!
//! What is sent is recorded in the store first; what comes back is evidence for a decision, whatever it is.

use std::time::Duration;

use payinsurance::{Client, Error, closeorder, queryorder, queryrefund, refund};
use signed_xml::{Json, Raw, Text, Value};

use super::apply::Applied;
use super::{Desk, DeskError};
use crate::decide::query::{self, Answer};
use crate::decide::{Step, place, refund as refunds};
use crate::store::StoreError;
use crate::{Order, Refund, RefundError};

/// More steps than any way through them has.
const MOST_STEPS: usize = 8;

impl Desk {
    /// Takes that step and those that follow from it without waiting.
    pub(crate) async fn advance(
        &self,
        mut order: Order,
        first: Step,
        by: &str,
    ) -> Result<Order, DeskError> {
        let mut next = Some(first);
        for _ in 0..MOST_STEPS {
            let Some(step) = next else { break };
            let applied = Box::pin(self.step(order, step, by)).await?;
            (order, next) = (applied.order, applied.next);
        }
        Ok(order)
    }

    /// Asks the platform one question, and fails if it did not answer: the stored state may be out of date then.
    ///
    /// # Errors
    ///
    /// [`DeskError::NoAnswer`] besides those of [`Desk::step`].
    pub(crate) async fn must_ask(
        &self,
        order: Order,
        question: Step,
        by: &str,
    ) -> Result<Order, DeskError> {
        let order = Box::pin(self.step(order, question, by)).await?.order;
        match order.last_error {
            Some(error) => Err(DeskError::NoAnswer {
                key: order.key,
                error,
            }),
            None => Ok(order),
        }
    }

    /// Takes one step.
    pub(crate) async fn step(
        &self,
        order: Order,
        step: Step,
        by: &str,
    ) -> Result<Applied, DeskError> {
        let client = self.client(&order.key.merchant)?;
        match step {
            Step::Query => self.query(client, order, by).await,
            Step::Send => {
                let applied = self.apply(order, by, place::sending).await?;
                match applied.decided {
                    true => self.send(client, applied.order, by).await,
                    false => Ok(applied),
                }
            }
            Step::Close => self.send_close(client, order, by).await,
            Step::Replace => self.confirm_and_replace(client, order, by).await,
            Step::QueryRefund => self.query_refund(client, order, by).await,
            Step::QueryAnyRefund => self.query_any_refund(client, order, by).await,
            Step::SendRefund => {
                let applied = self.apply(order, by, refunds::sending).await?;
                match applied.decided {
                    true => self.send_refund(client, applied.order, by).await,
                    false => Ok(applied),
                }
            }
        }
    }

    async fn query(&self, client: &Client, order: Order, by: &str) -> Result<Applied, DeskError> {
        let order = self.close_if_replaced_is_paid(order, by).await?;
        let answer = self.ask(client, &order).await?;
        let (asked_in, was_paid) = (order.state, order.state.was_paid());
        let applied = self.apply(order, by, |order, context| {
            let is_current = query::is_current(&answer, asked_in, order);
            is_current.then(|| query::answered(order, &answer, context))
        });
        let applied = applied.await?;
        if !was_paid && applied.order.state.was_paid() && applied.order.replaced_by.is_some() {
            self.close_replacement(&applied.order, by).await?;
        }
        Ok(applied)
    }

    /// Asks queryorder how an order stands.
    pub(crate) async fn ask(&self, client: &Client, order: &Order) -> Result<Answer, DeskError> {
        let request = queryorder::Request::builder()
            .hosp_out_trade_no(&order.key.hosp_out_trade_no)
            .build()
            .map_err(|violations| DeskError::Invalid(violations.into()))?;
        let reply = self.timed("queryorder", client.queryorder(&request)).await;
        Ok(Answer::of(reply))
    }

    /// Sends unifiedorder. The store already says that it is being sent.
    pub(crate) async fn send(
        &self,
        client: &Client,
        order: Order,
        by: &str,
    ) -> Result<Applied, DeskError> {
        let request = place::stored_request(&order)
            .map_err(|reason| unreadable("the request of an order", &reason))?;
        let reply = self
            .timed("unifiedorder", client.unifiedorder(&request))
            .await;
        self.apply(order, by, |order, context| {
            Some(place::answered(order, reply.as_ref(), context))
        })
        .await
    }

    async fn send_close(
        &self,
        client: &Client,
        order: Order,
        by: &str,
    ) -> Result<Applied, DeskError> {
        let request = closeorder::Request::builder()
            .hosp_out_trade_no(&order.key.hosp_out_trade_no)
            .build()
            .map_err(|violations| DeskError::Invalid(violations.into()))?;
        let reply = self.timed("closeorder", client.closeorder(&request)).await;
        self.apply(order, by, |order, context| {
            Some(query::closed(order, reply.as_ref(), context))
        })
        .await
    }

    async fn query_refund(
        &self,
        client: &Client,
        order: Order,
        by: &str,
    ) -> Result<Applied, DeskError> {
        let request = queryrefund::Request::builder();
        let id = order
            .refund
            .as_ref()
            .and_then(|refund| refund.med_refund_id.as_deref());
        let request = match (&order.refund, id) {
            (_, Some(id)) => request.med_refund_id(id).build(),
            (Some(refund), None) if !refund.hosp_out_refund_no.is_empty() => request
                .hosp_out_refund_no(&refund.hosp_out_refund_no)
                .build(),
            _ => request
                .hosp_out_trade_no(&order.key.hosp_out_trade_no)
                .build(),
        };
        let request = request.map_err(|violations| DeskError::Invalid(violations.into()))?;
        let reply = self
            .timed("queryrefund", client.queryrefund(&request))
            .await;
        let key = order.key.clone();
        let applied = self
            .apply(order, by, |order, context| {
                Some(refunds::queried(order, reply.as_ref(), context))
            })
            .await;
        match applied {
            // The platform reported another order's refund.
            Err(DeskError::Refund(RefundError::NumberTaken {
                number,
                order: holder,
            })) => {
                let order = self.existing(&key).await?;
                self.apply(order, by, |order, context| {
                    Some(refunds::queried_another(order, &number, &holder, context))
                })
                .await
            }
            applied => applied,
        }
    }

    async fn query_any_refund(
        &self,
        client: &Client,
        order: Order,
        by: &str,
    ) -> Result<Applied, DeskError> {
        let request = queryrefund::Request::builder()
            .hosp_out_trade_no(&order.key.hosp_out_trade_no)
            .build()
            .map_err(|violations| DeskError::Invalid(violations.into()))?;
        let reply = self
            .timed("queryrefund", client.queryrefund(&request))
            .await;
        self.apply(order, by, |order, context| {
            Some(refunds::queried_any(order, reply.as_ref(), context))
        })
        .await
    }

    /// Sends refund. The store already says that it is being sent.
    pub(crate) async fn send_refund(
        &self,
        client: &Client,
        order: Order,
        by: &str,
    ) -> Result<Applied, DeskError> {
        let Some(refund) = &order.refund else {
            return Ok(Applied {
                order,
                next: None,
                decided: false,
                replacement: None,
            });
        };
        let request = refund_request(&order, refund)?;
        let reply = self.timed("refund", client.refund(&request)).await;
        self.apply(order, by, |order, context| {
            Some(refunds::answered(order, reply.as_ref(), context))
        })
        .await
    }

    /// Makes a call and counts how long it took and how it ended.
    async fn timed<T>(
        &self,
        interface: &'static str,
        call: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let begun = self.now();
        let reply = call.await;
        // As OpenTelemetry's `error.type`: what a failure means for the call, and nothing for a success.
        let error_type = match &reply {
            Ok(_) => "",
            Err(error) => error.effect().as_str(),
        };
        // A clock that was set back says nothing of the duration.
        let took = Duration::try_from(self.now().duration_since(begun)).unwrap_or_default();
        self.inner()
            .metrics
            .called(interface, error_type, took.as_secs_f64());
        reply
    }
}

/// The request of a refund, from what the order and its refund hold.
pub(crate) fn refund_request(order: &Order, refund: &Refund) -> Result<refund::Request, DeskError> {
    let content = Text::from(&refund.request_content);
    let content = Json::<refund::RequestContent>::read(Raw::from(&content))
        .map_err(|expected| unreadable("the request_content of a refund", expected.0))?;
    let request = refund::Request::builder()
        .hosp_out_trade_no(&order.key.hosp_out_trade_no)
        .hosp_out_refund_no(&refund.hosp_out_refund_no)
        .cancel_serial_no(order.field("serial_no").unwrap_or_default())
        .cancel_bill_no(order.field("bill_no").unwrap_or_default())
        .request_content(content)
        .maybe_part_refund_type(
            refund
                .cash_only
                .map(|_| payinsurance::enums::PartRefundType::CashOnly),
        )
        .maybe_cash_refund_fee(refund.cash_only)
        .build();
    request.map_err(|violations| DeskError::Invalid(violations.into()))
}

fn unreadable(what: &str, reason: &str) -> DeskError {
    DeskError::Store(StoreError::Unreadable {
        what: what.to_owned(),
        reason: reason.to_owned(),
    })
}
