//! Placing, querying and closing orders (3.3, 3.4, 3.10).

use payinsurance::enums::{
    AllowFeeChange, CashTradeStatus, InsuranceTradeStatus, MedTradeState, PayType, UserCardType,
};
use payinsurance::{ErrorCode, Interface, closeorder, queryorder, unifiedorder};
use signed_xml::{BeijingTime, Fen, Text, Value};

use super::answer::{Answer, Refusal};
use super::faults::{FaultKind, Stage};
use super::gate::Sent;
use super::merchants::ids;
use super::patients::payer;
use super::random::word;
use super::store::{Order, Parts, platform_number};
use super::story::{Step, Story};
use super::{Event, Moment, Platform};

/// As long as the document's samples.
const PAY_KEY_LENGTH: usize = 64;

impl Platform {
    /// 3.3.
    pub(super) fn unifiedorder(
        &mut self,
        Sent { merchant, fields }: Sent<'_>,
        request: unifiedorder::Request,
        at: &mut Moment<'_>,
    ) -> Result<Answer, Refusal> {
        self.merchants[merchant].admits(ids!(request), &ErrorCode::BadParameter)?;
        known_values(&request)?;
        if self
            .orders
            .by_trade_no(merchant, &request.hosp_out_trade_no)
            .is_some()
        {
            return Err(Refusal::business(ErrorCode::DuplicateTradeNo, ""));
        }
        self.identify(&request)?;
        let parts = self.settled_in_advance(&request)?;
        let serial = self.next_serial();
        let order = Order {
            merchant,
            med_trans_id: platform_number("M", at.now, serial),
            pay_key: word(at.random, PAY_KEY_LENGTH),
            placed: at.now,
            state: self.first_state(&request),
            cash_status: (!parts.cash_fee.is_zero()).then_some(CashTradeStatus::NotPay),
            insurance_status: (!parts.insurance_fee.is_zero())
                .then_some(InsuranceTradeStatus::NotPay),
            parts,
            payment: None,
            refund: None,
            notification: None,
            story: Story::default(),
            request_content: fields
                .get("request_content")
                .map(Text::from)
                .unwrap_or_default(),
            request,
        };
        let mut reply = unifiedorder::Response::default();
        reply.med_trans_id = Text::from(&order.med_trans_id);
        reply.pay_appid = self.merchants[merchant]
            .config
            .pay_appid
            .as_deref()
            .map(Text::from);
        reply.pay_url = match reply.pay_appid {
            Some(_) => format!("pages/index/index?pay_key={}", order.pay_key).into(),
            None => format!(
                "{}/insurance/pay/detail?pay_key={}#wechat_redirect",
                self.pay_origin, order.pay_key
            )
            .into(),
        };
        self.events.push(Event::OrderPlaced {
            hosp_out_trade_no: order.trade_no().to_owned(),
        });
        self.orders.add(order);
        Ok(Answer::message(&reply))
    }

    /// INITIAL as long as insurance is to pay and the patient has no card bound.
    fn first_state(&self, request: &unifiedorder::Request) -> MedTradeState {
        let bound = payer(request)
            .and_then(|openid| self.patient_of(openid))
            .is_some_and(|patient| patient.card_bound);
        match request.pay_type == PayType::Cash || bound {
            true => MedTradeState::NotPay,
            false => MedTradeState::Initial,
        }
    }

    /// The bureau's settlement in advance (3.3, `allow_fee_change`): it agrees with what was sent, unless a fault says otherwise. The total
    /// stays, and so does what cash and insurance pay together.
    fn settled_in_advance(&mut self, request: &unifiedorder::Request) -> Result<Parts, Refusal> {
        let sent = Parts {
            cash_fee: request.cash_fee,
            insurance_fee: request.insurance_fee,
            pay_type: request.pay_type.clone(),
        };
        if sent.insurance_fee.is_zero() {
            return Ok(sent);
        }
        let names = [request.hosp_out_trade_no.to_string()];
        let interface = Some(Interface::Unifiedorder);
        let fault = self.faults.strike(Stage::Settlement, interface, &names);
        let Some(FaultKind::FeeDiffers { insurance_fee }) = fault else {
            return match fault {
                Some(_) => Err(Refusal::business(ErrorCode::PreSettlementFailed, "")),
                None => Ok(sent),
            };
        };
        if request.allow_fee_change != AllowFeeChange::Allow {
            return Err(Refusal::business(ErrorCode::PreSettlementMismatch, ""));
        }
        let (Fen(cash), Fen(insurance)) = (sent.cash_fee, sent.insurance_fee);
        // Invariant: the rules of the request keep the sum within the total.
        let paid = cash.saturating_add(insurance);
        let fifth = insurance.div_ceil(5);
        let Fen(bears) = insurance_fee.unwrap_or(Fen(insurance - fifth));
        let insurance = bears.min(paid);
        let cash = paid - insurance;
        Ok(Parts {
            cash_fee: Fen(cash),
            insurance_fee: Fen(insurance),
            pay_type: match (insurance, cash) {
                (0, _) => PayType::Cash,
                (_, 0) => PayType::Insurance,
                _ => PayType::CashAndInsurance,
            },
        })
    }

    /// 3.4.
    pub(super) fn queryorder(
        &mut self,
        Sent { merchant, .. }: Sent<'_>,
        request: queryorder::Request,
        _at: &mut Moment<'_>,
    ) -> Result<Answer, Refusal> {
        self.merchants[merchant].admits(ids!(request), &ErrorCode::BadParameter)?;
        let found = self.find(
            merchant,
            request.med_trans_id.as_ref(),
            request.hosp_out_trade_no.as_ref(),
        );
        let order = found.ok_or_else(|| Refusal::business(ErrorCode::OrderNotFound, ""))?;
        Ok(Answer::message(&described(&self.orders[order])))
    }

    /// 3.10: what is unpaid is closed, and closing it again changes nothing. What is paid, or being paid, stays.
    ///
    /// Chapter 5 gives closeorder none but the general codes, so both refusals are 80001.
    pub(super) fn closeorder(
        &mut self,
        Sent { merchant, .. }: Sent<'_>,
        request: closeorder::Request,
        _at: &mut Moment<'_>,
    ) -> Result<Answer, Refusal> {
        self.merchants[merchant].admits(ids!(request), &ErrorCode::InvalidArgument)?;
        let found = self.find(
            merchant,
            request.med_trans_id.as_ref(),
            request.hosp_out_trade_no.as_ref(),
        );
        let order = found.ok_or_else(|| {
            Refusal::business(ErrorCode::InvalidArgument, "there is no such order")
        })?;
        match &self.orders[order].state {
            MedTradeState::Closed => {}
            MedTradeState::NotPay | MedTradeState::Initial => self.close(order),
            state => {
                let detail = format!("the order is {state}, only an unpaid one can be closed");
                return Err(Refusal::business(ErrorCode::InvalidArgument, detail));
            }
        }
        Ok(Answer::message(&closeorder::Response::default()))
    }

    fn close(&mut self, order: usize) {
        let closed = &mut self.orders[order];
        closed.cash_status = closed.cash_status.take().map(|_| CashTradeStatus::Closed);
        closed.insurance_status = closed
            .insurance_status
            .take()
            .map(|_| InsuranceTradeStatus::Closed);
        self.move_order(order, MedTradeState::Closed);
    }

    /// The merchant's order of one number or the other.
    pub(super) fn find(
        &self,
        merchant: usize,
        trans_id: Option<&Text>,
        trade_no: Option<&Text>,
    ) -> Option<usize> {
        match (trans_id, trade_no) {
            (Some(id), _) => self.orders.by_trans_id(merchant, id),
            (None, Some(number)) => self.orders.by_trade_no(merchant, number),
            (None, None) => None,
        }
    }

    /// Gives an order another state.
    pub(super) fn move_order(&mut self, order: usize, state: MedTradeState) {
        let moved = &mut self.orders[order];
        self.events.push(Event::OrderMoved {
            hosp_out_trade_no: moved.trade_no().to_owned(),
            state: state.to_string(),
        });
        moved.state = state.clone();
        let state = state.to_string();
        self.tell(order, Step::Moved { state });
    }
}

/// The types keep values that they do not know; the platform refuses them.
fn known_values(request: &unifiedorder::Request) -> Result<(), Refusal> {
    let fields = [
        (
            "order_type",
            Some(request.order_type.as_str()),
            request.order_type.label().is_some(),
        ),
        (
            "pay_type",
            Some(request.pay_type.as_str()),
            request.pay_type.label().is_some(),
        ),
        (
            "allow_fee_change",
            Some(request.allow_fee_change.as_str()),
            request.allow_fee_change.label().is_some(),
        ),
        (
            "user_card_type",
            Some(request.user_card_type.as_str()),
            request.user_card_type.label().is_some(),
        ),
        (
            "limit_pay",
            request.limit_pay.as_ref().map(|value| value.as_str()),
            request
                .limit_pay
                .as_ref()
                .is_none_or(|value| value.label().is_some()),
        ),
        (
            "is_dept",
            request.is_dept.as_ref().map(|value| value.as_str()),
            request
                .is_dept
                .as_ref()
                .is_none_or(|value| value.label().is_some()),
        ),
    ];
    if let Some((name, Some(found), _)) = fields.into_iter().find(|(_, _, known)| !known) {
        return Err(Refusal::business(
            ErrorCode::BadParameter,
            format!("{name} has no value {found}"),
        ));
    }
    if request.user_card_type != UserCardType::IdCard {
        let found = request.user_card_type.as_str();
        let detail =
            format!("user_card_type {found}: at present only identity cards are supported");
        return Err(Refusal::business(ErrorCode::BadParameter, detail));
    }
    Ok(())
}

/// The order as queryorder tells it.
fn described(order: &Order) -> queryorder::Response {
    let placed = &order.request;
    let text = |text: &Text| Some(text.clone());
    let mut reply = queryorder::Response::default();
    reply.med_trade_state = order.state.clone();
    reply.cash_trade_status = order.cash_status.clone();
    reply.insurance_trade_status = order.insurance_status.clone();
    reply.trade_status_desc = order.state.label().map(Text::from);
    reply.order_type = Some(placed.order_type.clone());
    reply.pay_type = Some(order.parts.pay_type.clone());
    reply.openid = placed.openid.clone();
    reply.sub_openid = placed.sub_openid.clone();
    reply.total_fee = placed.total_fee;
    reply.cash_fee = order.parts.cash_fee;
    reply.insurance_fee = Some(order.parts.insurance_fee);
    reply.allow_fee_change = Some(placed.allow_fee_change.clone());
    reply.spbill_create_ip = Some(wire_text(&placed.spbill_create_ip));
    reply.notify_url = text(&placed.notify_url);
    reply.hosp_out_trade_no = placed.hosp_out_trade_no.clone();
    reply.serial_no = text(&placed.serial_no);
    reply.org_no = text(&placed.org_no);
    reply.gmt_out_create = Some(wire_text(&placed.gmt_out_create));
    reply.request_content = Some(order.request_content.clone());
    reply.bill_no = text(&placed.bill_no);
    reply.limit_pay = placed.limit_pay.clone();
    reply.hospital_name = text(&placed.hospital_name);
    reply.return_url = text(&placed.return_url);
    reply.body = text(&placed.body);
    reply.extends = placed.extends.clone();
    reply.med_trans_id = Text::from(&order.med_trans_id);
    reply.attach = placed.attach.clone();
    if let Some(payment) = &order.payment {
        reply.time_end = Some(BeijingTime::at(payment.at));
        reply.cash_order_id = payment.cash_order_id.as_ref().map(Text::from);
        if let Some(insurance) = &payment.insurance {
            reply.insurance_self_fee = Some(insurance.own_account);
            reply.insurance_fund_fee = Some(insurance.fund);
            reply.insurance_other_fee = Some(insurance.other);
            reply.medical_card_id = insurance.medical_card_id.as_ref().map(Text::from);
            reply.response_content = Some(insurance.response_content());
            reply.insurance_order_id = Some(Text::from(&insurance.order_id));
        }
    }
    reply
}

/// The text of a typed value.
pub(super) fn wire_text<V: Value>(value: &V) -> Text {
    let mut text = Vec::new();
    value.write(&mut text);
    String::from_utf8_lossy(&text).into()
}
