//! The patient's part: paying, failing to, walking away; and what comes of it.

use payinsurance::enums::{CashTradeStatus, InsuranceTradeStatus, MedTradeState};
use serde::{Deserialize, Serialize};
use signed_xml::{Fen, Text};

use super::agenda::{Entry, Outcome};
use super::faults::{FaultKind, Stage, seconds};
use super::patients::payer;
use super::store::{InsurancePayment, Payment, platform_number, wechat_pay_number};
use super::story::Step;
use super::{Moment, Platform};

/// What the patient does on the payment page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Pays all of it. A patient without a bound card binds one.
    Pay,
    /// Pays, and the insurance part fails: the cash is given back.
    InsuranceFails,
    /// Pays, and the cash part fails: the insurance part is taken back.
    CashFails,
    /// Leaves. Nothing changes and nobody is told.
    WalkAway,
}

/// The patient cannot do that.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ActError {
    /// There is no such order.
    #[error("no such order: give its hosp_out_trade_no, med_trans_id or pay_key")]
    NoOrder,
    /// Two merchants have an order of that number.
    #[error("two merchants have an order of that number: give its med_trans_id or pay_key instead")]
    Ambiguous,
    /// The order is in a state in which it cannot be paid.
    #[error("the order is {state} and cannot be paid")]
    NotPayable {
        /// The state.
        state: MedTradeState,
    },
    /// The order is not closed, so that no payment can settle after its close.
    #[error("the order is {state}, and only a closed one is paid after its close")]
    NotClosed {
        /// The state.
        state: MedTradeState,
    },
    /// The part that is to fail takes no part in the order.
    #[error("{part} takes no part in the order, so it cannot fail")]
    NoSuchPart {
        /// The part.
        part: &'static str,
    },
}

impl Platform {
    /// The patient acts on an order, named by its pay key, the platform's number or the hospital's number.
    ///
    /// # Errors
    ///
    /// [`ActError`] if there is no such order or it cannot be paid; nothing has changed then.
    pub fn patient(&mut self, order: &str, act: Act, at: &mut Moment<'_>) -> Result<(), ActError> {
        self.pass(at);
        let order = self.the_order(order)?;
        let known = &self.orders[order];
        let state = known.state.clone();
        if !matches!(state, MedTradeState::NotPay | MedTradeState::Initial) {
            return Err(ActError::NotPayable { state });
        }
        let outcome = match act {
            Act::WalkAway => {
                self.tell(order, Step::Acted { act });
                return Ok(());
            }
            Act::Pay => Outcome::Paid,
            Act::InsuranceFails if known.insurance_status.is_none() => {
                return Err(ActError::NoSuchPart { part: "insurance" });
            }
            Act::InsuranceFails => Outcome::InsuranceFailed,
            Act::CashFails if known.cash_status.is_none() => {
                return Err(ActError::NoSuchPart { part: "cash" });
            }
            Act::CashFails => Outcome::CashFailed,
        };
        self.tell(order, Step::Acted { act });
        if state == MedTradeState::Initial {
            let request = self.orders[order].request.clone();
            self.bind_card(&request);
        }
        self.move_order(order, MedTradeState::Paying);
        self.agenda.enter(
            at.now,
            self.config.payment_time,
            Entry::Settle(order, outcome),
        );
        self.pass(at);
        Ok(())
    }

    /// A payment that was under way when the order was closed settles all the same: closing and paying race. The order is SUCCESS, and notified.
    ///
    /// This is a fault on demand: the document's table of states has no such move. The order is named as in [`Platform::patient`].
    ///
    /// # Errors
    ///
    /// [`ActError`] if there is no such order or it is not closed; nothing has changed then.
    pub fn settle_after_close(&mut self, order: &str, at: &mut Moment<'_>) -> Result<(), ActError> {
        self.pass(at);
        let order = self.the_order(order)?;
        let state = self.orders[order].state.clone();
        if state != MedTradeState::Closed {
            return Err(ActError::NotClosed { state });
        }
        self.settle(order, Outcome::Paid, at);
        Ok(())
    }

    /// The one order that goes by that text.
    pub(super) fn the_order(&self, text: &str) -> Result<usize, ActError> {
        let mut found = self.orders.known_as(text);
        match (found.next(), found.next()) {
            (Some(order), None) => Ok(order),
            (Some(_), Some(_)) => Err(ActError::Ambiguous),
            (None, _) => Err(ActError::NoOrder),
        }
    }

    /// A payment ends.
    pub(super) fn settle(&mut self, order: usize, outcome: Outcome, at: &mut Moment<'_>) {
        let (mut outcome, mut reversal) = (outcome, self.config.reversal_time);
        if outcome == Outcome::Paid {
            let names = self.names_of(order);
            let fault = self.faults.strike(Stage::Payment, None, &names);
            if let Some(FaultKind::SysRefunding { seconds: wait }) = fault {
                reversal = seconds(wait);
                outcome = match self.orders[order].cash_status.is_some() {
                    true => Outcome::InsuranceFailed,
                    false => Outcome::CashFailed,
                };
            }
        }
        let (cash, insurance) = (
            self.orders[order].cash_status.is_some(),
            self.orders[order].insurance_status.is_some(),
        );
        match outcome {
            Outcome::Paid => {
                let payment = self.payment(order, cash, insurance, at);
                let paid = &mut self.orders[order];
                paid.cash_status = cash.then_some(CashTradeStatus::Success);
                paid.insurance_status = insurance.then_some(InsuranceTradeStatus::Payed);
                paid.payment = Some(payment);
                self.move_order(order, MedTradeState::Success);
                self.notify(order, at);
            }
            Outcome::InsuranceFailed | Outcome::CashFailed => {
                let cash_taken = cash && outcome == Outcome::InsuranceFailed;
                let insurance_taken = insurance && outcome == Outcome::CashFailed;
                let failed = &mut self.orders[order];
                failed.cash_status = cash.then_some(if cash_taken {
                    CashTradeStatus::Refund
                } else {
                    CashTradeStatus::NotPay
                });
                failed.insurance_status = insurance.then_some(if insurance_taken {
                    InsuranceTradeStatus::Refund
                } else {
                    InsuranceTradeStatus::NotPay
                });
                self.move_order(order, MedTradeState::SysRefunding);
                match cash_taken || insurance_taken {
                    true => self.agenda.enter(at.now, reversal, Entry::Reversed(order)),
                    // Nothing was taken, so nothing has to go back.
                    false => self.reversed(order),
                }
                if self.config.notify_failures {
                    self.notify(order, at);
                }
            }
        }
    }

    /// What a failed payment had taken is back. The part that failed can no longer be paid.
    pub(super) fn reversed(&mut self, order: usize) {
        let failed = &mut self.orders[order];
        if failed.cash_status == Some(CashTradeStatus::NotPay) {
            failed.cash_status = Some(CashTradeStatus::Closed);
        }
        if failed.insurance_status == Some(InsuranceTradeStatus::NotPay) {
            failed.insurance_status = Some(InsuranceTradeStatus::Closed);
        }
        self.move_order(order, MedTradeState::SysRefunded);
    }

    /// The numbers and shares of a payment.
    fn payment(&mut self, order: usize, cash: bool, insurance: bool, at: &Moment<'_>) -> Payment {
        let serial = self.next_serial();
        Payment {
            at: at.now,
            cash_order_id: cash.then(|| wechat_pay_number("4200000208", at.now, serial)),
            cash_out_trade_no: cash.then(|| platform_number("C", at.now, serial)),
            insurance: insurance.then(|| self.insurance_payment(order, serial, at)),
        }
    }

    /// The share of the patient's own account, rounded down, and that of the pooled fund, the rest.
    pub(super) fn shares(&self, insurance_fee: Fen) -> (Fen, Fen) {
        let Fen(whole) = insurance_fee;
        let own = (u128::from(whole) * u128::from(self.config.own_account_percent) / 100) as u64;
        (Fen(own), Fen(whole - own))
    }

    fn insurance_payment(&self, order: usize, serial: u64, at: &Moment<'_>) -> InsurancePayment {
        let request = &self.orders[order].request;
        let (own_account, fund) = self.shares(self.orders[order].parts.insurance_fee);
        let patient = payer(request).and_then(|openid| self.patient_of(openid));
        InsurancePayment {
            order_id: platform_number("I", at.now, serial),
            own_account,
            fund,
            other: Fen::ZERO,
            medical_card_id: patient.and_then(|patient| patient.medical_card_id.clone()),
        }
    }
}

impl InsurancePayment {
    /// What the bureau says, as text that is passed on unread.
    pub(super) fn response_content(&self) -> Text {
        serde_json::json!({ "insurance_order_id": self.order_id })
            .to_string()
            .into()
    }
}
