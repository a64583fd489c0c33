//! Placing an order: stored, then sent, then asked for if the outcome is unknown.

use payinsurance::unifiedorder;

use super::{Desk, DeskError};
use crate::decide::{Step, place};
use crate::order::control_character;
use crate::planted::{self, Fault};
use crate::{Order, State};

const BY: &str = "caller";

impl Desk {
    /// Places an order for a hospital, or says how it stands if it was placed before.
    ///
    /// The same request under the same `hosp_out_trade_no` is the same order, however often it is placed and in however many processes. How it went
    /// follows from the order's state:
    /// - `placed`, and `placed.pay_url` is where the patient pays. If `pay_url` is missing, the platform took the order and its answer was lost:
    ///   the link cannot be asked for, and [`Desk::replace`] places the order again under another number.
    /// - `refused`: `facts` hold `err_code` and `err_code_des`. Correct what is wrong and take a new number.
    /// - `placing`: the outcome is open, and the workers find out. `last_error` says what went wrong with the call, for example a wrong app secret or a
    ///   platform that cannot be reached. Ask again, or wait for the event.
    ///
    /// # Errors
    ///
    /// [`DeskError::Invalid`] if the request breaks a rule of the document, [`DeskError::ControlCharacter`] if its number has one, [`DeskError::Conflict`] if the number belongs to another order,
    /// [`DeskError::Store`] if the store did not do its part: place the same order again then.
    #[tracing::instrument(skip_all, fields(merchant, hosp_out_trade_no = %request.hosp_out_trade_no))]
    pub async fn place(
        &self,
        merchant: &str,
        request: &unifiedorder::Request,
    ) -> Result<Order, DeskError> {
        let client = self.client(merchant)?;
        if let Some(at) = control_character(&request.hosp_out_trade_no) {
            return Err(DeskError::ControlCharacter {
                field: "hosp_out_trade_no",
                at,
            });
        }
        // Completed and checked as it will be sent, so that nothing is stored that cannot be sent.
        client.generic().sign(request).map_err(DeskError::Invalid)?;
        let policy = &self.inner().policy;
        let context = self.context(BY);
        let (order, line) = place::new(merchant, request, policy.expires_after, context);
        if planted::fault(Fault::SendsBeforeItStores) {
            let _lost = client.unifiedorder(request).await;
        }
        let known = self.inner().store.insert(&order, &line).await;
        match known.map_err(|error| self.store_error(error))? {
            None => {
                let applied = self.send(client, order, BY).await?;
                match applied.next {
                    Some(step) => self.advance(applied.order, step, BY).await,
                    None => Ok(applied.order),
                }
            }
            Some(known) if known.digest != order.digest => {
                Err(DeskError::Conflict { key: known.key })
            }
            // Another process may be sending it at this moment, or may have died: the platform knows.
            Some(known) if known.state == State::Placing => {
                Ok(self.step(known, Step::Query, BY).await?.order)
            }
            Some(known) => Ok(known),
        }
    }
}
