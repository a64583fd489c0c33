//! Refunds as a caller asks for them.

use payinsurance::refund::RequestContent;
use signed_xml::{Fen, Json, Value};

use super::advance::refund_request;
use super::look::key;
use super::{Desk, DeskError};
use crate::decide::Step;
use crate::decide::refund::{Ask, Asked, asked, number};
use crate::order::control_character;
use crate::{Order, Refund, RefundState};

const BY: &str = "caller";

/// What is to be refunded.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct RefundRequest {
    /// Number of the refund; `R` and the trade number unless given. An order may only ever have one.
    pub hosp_out_refund_no: Option<String>,
    /// Cash to be given back alone; everything unless given.
    pub cash_only: Option<Fen>,
    /// What is passed on to the bureau.
    pub request_content: RequestContent,
}

impl RefundRequest {
    /// Everything, under the default number.
    #[must_use]
    pub fn whole(request_content: RequestContent) -> Self {
        Self {
            hosp_out_refund_no: None,
            cash_only: None,
            request_content,
        }
    }

    /// So much of the cash part alone; the insurance part stays paid.
    #[must_use]
    pub fn cash(fee: Fen, request_content: RequestContent) -> Self {
        Self {
            cash_only: Some(fee),
            ..Self::whole(request_content)
        }
    }

    /// Under this number, which must be the same each time.
    #[must_use]
    pub fn numbered(mut self, hosp_out_refund_no: impl Into<String>) -> Self {
        self.hosp_out_refund_no = Some(hosp_out_refund_no.into());
        self
    }
}

impl Desk {
    /// Refunds a paid order, or says how its refund stands if it was asked for before.
    ///
    /// Safe to repeat. The answer of the platform says only that it accepted the refund; the workers follow it until the money is back, and the
    /// event `refund.succeeded` reports it. A refund that failed is begun again by asking again, under its number.
    ///
    /// # Errors
    ///
    /// [`DeskError::Refund`] says why a refund is not begun; [`DeskError::NoAnswer`] if the order is not paid as far as the store knows and
    /// the platform did not say how it stands; [`DeskError::ControlCharacter`], [`DeskError::NoOrder`], [`DeskError::Invalid`],
    /// [`DeskError::Store`].
    #[tracing::instrument(skip(self, request))]
    pub async fn refund(
        &self,
        merchant: &str,
        hosp_out_trade_no: &str,
        request: &RefundRequest,
    ) -> Result<Order, DeskError> {
        let client = self.client(merchant)?;
        let ask = ask(request, hosp_out_trade_no)?;
        let mut order = self.existing(&key(merchant, hosp_out_trade_no)).await?;
        if !order.state.was_paid() {
            // The notification of its payment may still be on its way.
            order = self.must_ask(order, Step::Query, BY).await?;
        }
        let checked = refund_request(&order, &record(&ask))?;
        client
            .generic()
            .sign(&checked)
            .map_err(DeskError::Invalid)?;
        // Decided once to learn why not, and again for each revision that it is to be stored on.
        asked(&order, &ask, self.context(BY))?;
        let applied = self
            .apply(order, BY, |order, context| {
                match asked(order, &ask, context) {
                    Ok(Asked::Begin(decision)) => Some(*decision),
                    Ok(Asked::Same) | Err(_) => None,
                }
            })
            .await?;
        if !applied.decided {
            // Another process may have begun another refund meanwhile.
            asked(&applied.order, &ask, self.context(BY))?;
            return Ok(applied.order);
        }
        let applied = self.send_refund(client, applied.order, BY).await?;
        match applied.next {
            Some(step) => self.advance(applied.order, step, BY).await,
            None => Ok(applied.order),
        }
    }
}

fn ask(request: &RefundRequest, hosp_out_trade_no: &str) -> Result<Ask, DeskError> {
    let given = request.hosp_out_refund_no.as_deref();
    if let Some(at) = given.and_then(control_character) {
        return Err(DeskError::ControlCharacter {
            field: "hosp_out_refund_no",
            at,
        });
    }
    let mut content = Vec::new();
    Json(request.request_content.clone()).write(&mut content);
    Ok(Ask {
        number: number(given, hosp_out_trade_no)?,
        cash_only: request.cash_only,
        request_content: String::from_utf8_lossy(&content).into_owned(),
    })
}

/// The refund as it would be stored, to check what would be sent.
fn record(ask: &Ask) -> Refund {
    Refund {
        hosp_out_refund_no: ask.number.clone(),
        med_refund_id: None,
        cash_only: ask.cash_only,
        request_content: ask.request_content.clone(),
        tries: 0,
        attempt: 0,
        state: RefundState::Asking,
        cash_refund_fee: None,
        insurance_refund_fee: None,
    }
}
