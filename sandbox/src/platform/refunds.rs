//! Refunds (3.6, 3.7): one number for each order, the cash whole or in part, the insurance whole or not at all.

use payinsurance::enums::{
    CashRefundStatus, CashTradeStatus, InsuranceRefundStatus, InsuranceTradeStatus, MedRefundState,
    MedTradeState, PartRefundType,
};
use payinsurance::{ErrorCode, queryrefund, refund};
use signed_xml::{BeijingTime, Fen, Text};

use super::agenda::Entry;
use super::answer::{Answer, Refusal};
use super::faults::{FaultKind, Stage};
use super::gate::Sent;
use super::merchants::ids;
use super::orders::wire_text;
use super::store::{Order, Refund, RefundMishap, platform_number, wechat_pay_number};
use super::story::Step;
use super::{Event, Moment, Platform};

impl Platform {
    /// 3.6. SUCCESS says that the refund was accepted.
    pub(super) fn refund(
        &mut self,
        Sent { merchant, .. }: Sent<'_>,
        request: refund::Request,
        at: &mut Moment<'_>,
    ) -> Result<Answer, Refusal> {
        self.merchants[merchant].admits(ids!(request), &ErrorCode::BadParameter)?;
        let found = self.find(
            merchant,
            request.med_trans_id.as_ref(),
            request.hosp_out_trade_no.as_ref(),
        );
        // 541 belongs to queryorder alone (chapter 5): here an unknown order is a wrong parameter.
        let order = found.ok_or_else(|| bad("there is no such order"))?;
        let number = &request.hosp_out_refund_no;
        if let Some(earlier) = &self.orders[order].refund {
            return Err(match *number == earlier.hosp_out_refund_no {
                true => Refusal::business(ErrorCode::RefundAlreadySubmitted, ""),
                false => Refusal::business(ErrorCode::RefundNoMismatch, ""),
            });
        }
        if self.orders.by_refund_no(merchant, number).is_some() {
            return Err(bad("hosp_out_refund_no belongs to another order"));
        }
        if self.orders[order].state != MedTradeState::Success {
            let detail = format!("the order is {}", self.orders[order].state);
            return Err(Refusal::business(ErrorCode::RefundStateForbidden, detail));
        }
        let refund = self.accepted(order, &request, at)?;
        let mut reply = refund::Response::default();
        reply.total_fee = Some(self.orders[order].request.total_fee);
        reply.cash_refund_fee = Some(refund.cash_fee);
        reply.insurance_refund_fee = Some(refund.insurance_fee);
        reply.med_refund_id = Text::from(&refund.med_refund_id);
        reply.cash_refund_id = refund.cash_refund_id.as_ref().map(Text::from);
        reply.insurance_refund_id = refund.insurance_refund_id.as_ref().map(Text::from);
        self.begin(order, refund, at);
        Ok(Answer::message(&reply))
    }

    /// The refund that a request asks for, if the order can give it.
    fn accepted(
        &mut self,
        order: usize,
        request: &refund::Request,
        at: &Moment<'_>,
    ) -> Result<Refund, Refusal> {
        let (placed, parts) = (&self.orders[order].request, &self.orders[order].parts);
        if request.cancel_serial_no != placed.serial_no {
            return Err(bad("cancel_serial_no is not the serial_no of the order"));
        }
        if request.cancel_bill_no != placed.bill_no {
            return Err(bad("cancel_bill_no is not the bill_no of the order"));
        }
        let insurance_fee = match &request.part_refund_type {
            None => parts.insurance_fee,
            Some(PartRefundType::CashOnly) => Fen::ZERO,
            Some(other) => {
                return Err(bad(&format!(
                    "part_refund_type has no value {}",
                    other.as_str()
                )));
            }
        };
        let cash_fee = request.cash_refund_fee.unwrap_or(parts.cash_fee);
        if cash_fee > parts.cash_fee {
            return Err(bad(&format!(
                "cash_refund_fee is over the {} fen that were paid in cash",
                parts.cash_fee.0
            )));
        }
        if cash_fee.is_zero() && insurance_fee.is_zero() {
            return Err(bad("CASH_ONLY, and the order was paid without cash"));
        }
        let serial = self.next_serial();
        let (cash, insurance) = (!cash_fee.is_zero(), !insurance_fee.is_zero());
        Ok(Refund {
            hosp_out_refund_no: request.hosp_out_refund_no.to_string(),
            med_refund_id: platform_number("MR", at.now, serial),
            requested: at.now,
            done: None,
            cash_fee,
            insurance_fee,
            cash_refund_id: cash.then(|| wechat_pay_number("50000208", at.now, serial)),
            cash_out_refund_no: cash.then(|| platform_number("CR", at.now, serial)),
            insurance_refund_id: insurance.then(|| platform_number("IR", at.now, serial)),
            cancel_serial_no: request.cancel_serial_no.to_string(),
            cancel_bill_no: request.cancel_bill_no.to_string(),
            mishap: None,
        })
    }

    fn begin(&mut self, order: usize, refund: Refund, at: &Moment<'_>) {
        self.refund_moved(order, &refund.hosp_out_refund_no, MedRefundState::Refunding);
        let refunded = &mut self.orders[order];
        if !refund.cash_fee.is_zero() {
            refunded.cash_status = Some(CashTradeStatus::Refund);
        }
        if !refund.insurance_fee.is_zero() {
            refunded.insurance_status = Some(InsuranceTradeStatus::Refund);
        }
        self.orders.add_refund(order, refund);
        self.move_order(order, MedTradeState::Refund);
        self.agenda
            .enter(at.now, self.config.refund_time, Entry::Refunded(order));
    }

    /// The money is back.
    pub(super) fn refunded(&mut self, order: usize, at: &Moment<'_>) {
        let names = self.names_of(order);
        let mishap = match self.faults.strike(Stage::Refund, None, &names) {
            Some(FaultKind::RefundChange) => Some(RefundMishap::Change),
            Some(FaultKind::RefundFail) => Some(RefundMishap::Fail),
            _ => None,
        };
        if let Some(refund) = &mut self.orders[order].refund {
            refund.mishap = mishap;
            if mishap.is_none() {
                refund.done = Some(at.now);
            }
            let (number, state) = (refund.hosp_out_refund_no.clone(), state(refund));
            self.refund_moved(order, &number, state);
        }
    }

    /// Says that a refund has another state.
    fn refund_moved(&mut self, order: usize, number: &str, state: MedRefundState) {
        let (hosp_out_refund_no, state) = (number.to_owned(), state.to_string());
        self.events.push(Event::RefundMoved {
            hosp_out_refund_no: hosp_out_refund_no.clone(),
            state: state.clone(),
        });
        let step = Step::RefundMoved {
            hosp_out_refund_no,
            state,
        };
        self.tell(order, step);
    }

    /// 3.7. Of several numbers the first of med_refund_id, hosp_out_refund_no, hosp_out_trade_no, med_trans_id counts (E3).
    ///
    /// Chapter 5 has no code for a refund that does not exist; 551 is the one of a refund that could not be looked up.
    pub(super) fn queryrefund(
        &mut self,
        Sent { merchant, .. }: Sent<'_>,
        request: queryrefund::Request,
        _at: &mut Moment<'_>,
    ) -> Result<Answer, Refusal> {
        self.merchants[merchant].admits(ids!(request), &ErrorCode::BadParameter)?;
        let found = match (&request.med_refund_id, &request.hosp_out_refund_no) {
            (Some(id), _) => self.orders.by_refund_id(merchant, id),
            (None, Some(number)) => self.orders.by_refund_no(merchant, number),
            // `find` would prefer the platform's number.
            (None, None) => match &request.hosp_out_trade_no {
                Some(number) => self.orders.by_trade_no(merchant, number),
                None => self.find(merchant, request.med_trans_id.as_ref(), None),
            },
        };
        let order = found.map(|order| &self.orders[order]);
        let reply = order.and_then(|order| Some(described(order, order.refund.as_ref()?)));
        match reply {
            Some(reply) => Ok(Answer::message(&reply)),
            None => Err(Refusal::business(
                ErrorCode::RefundLookupFailed,
                "there is no such refund",
            )),
        }
    }
}

fn bad(detail: &str) -> Refusal {
    Refusal::business(ErrorCode::BadParameter, detail)
}

/// The refund as queryrefund tells it.
fn described(order: &Order, refund: &Refund) -> queryrefund::Response {
    let done = refund.done.is_some();
    let mut reply = queryrefund::Response::default();
    reply.med_trans_id = Some(Text::from(&order.med_trans_id));
    reply.med_refund_id = Text::from(&refund.med_refund_id);
    reply.hosp_out_trade_no = Some(order.request.hosp_out_trade_no.clone());
    reply.hosp_out_refund_no = Some(Text::from(&refund.hosp_out_refund_no));
    reply.insurance_refund_fee = Some(refund.insurance_fee);
    reply.cash_refund_fee = Some(refund.cash_fee);
    reply.med_refund_state = state(refund);
    if refund.cash_refund_id.is_some() {
        reply.cash_refund_status = Some(match refund.mishap {
            Some(RefundMishap::Change) => CashRefundStatus::Change,
            Some(RefundMishap::Fail) => CashRefundStatus::Fail,
            None if done => CashRefundStatus::Success,
            None => CashRefundStatus::Refunding,
        });
    }
    if refund.insurance_refund_id.is_some() {
        reply.insurance_refund_status = Some(match refund.mishap {
            Some(RefundMishap::Fail) => InsuranceRefundStatus::Fail,
            // Only the cash did not go back to where it came from.
            Some(RefundMishap::Change) => InsuranceRefundStatus::Success,
            None if done => InsuranceRefundStatus::Success,
            None => InsuranceRefundStatus::Refunding,
        });
    }
    reply.cash_refund_id = refund.cash_refund_id.as_ref().map(Text::from);
    reply.insurance_refund_id = refund.insurance_refund_id.as_ref().map(Text::from);
    reply.refund_end_time = refund.done.map(|done| wire_text(&BeijingTime::at(done)));
    reply
}

/// The state of a refund as a whole.
pub(super) fn state(refund: &Refund) -> MedRefundState {
    match (refund.mishap, refund.done) {
        (Some(RefundMishap::Fail), _) => MedRefundState::Fail,
        (_, Some(_)) => MedRefundState::Success,
        // Somebody at the hospital must see to a CHANGE: it does not end by itself.
        (_, None) => MedRefundState::Refunding,
    }
}
